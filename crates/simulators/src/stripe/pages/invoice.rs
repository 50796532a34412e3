//! A hosted invoice, to be paid, and its PDF.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::{Path, State as Held};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde_json::Value;

use super::{CARD_FIELDS, date, error, escape, file, gone, money, page, status_word, tag};
use crate::stripe::answer::Failure;
use crate::stripe::form::Form;
use crate::stripe::state::{State, int, text};
use crate::stripe::world::World;
use crate::stripe::{customers, payments};

pub(in crate::stripe) async fn invoice(Held(world): Held<Arc<World>>, Path(id): Path<String>) -> Response {
    match world.with(None, |state| invoice_page(state, &id, None)) {
        Some(html) => Html(html).into_response(),
        None => gone("Fatura não encontrada", "Esta fatura não existe."),
    }
}

fn invoice_page(state: &State, id: &str, failure: Option<&Failure>) -> Option<String> {
    let invoice = state.find("invoice", id, "id").ok().filter(|invoice| text(invoice, "/status") != "draft")?;
    let mut lines = String::new();
    for line in invoice.pointer("/lines/data").and_then(Value::as_array).into_iter().flatten() {
        let _ = write!(
            lines,
            "<div class=\"row\"><span>{}<br><small>{} a {}</small></span><strong>{}</strong></div>",
            escape(text(line, "/description")),
            date(int(line, "/period/start")),
            date(int(line, "/period/end")),
            money(int(line, "/amount")),
        );
    }
    let pay = if text(invoice, "/status") == "open" {
        format!(
            "<form method=\"post\" class=\"card\"><h2>Pagar agora</h2>{CARD_FIELDS}<button class=\"wide-button\" name=\"acao\" value=\"pagar\">Pagar {}</button></form>",
            money(int(invoice, "/amount_remaining"))
        )
    } else {
        String::new()
    };
    let body = format!(
        "<main class=\"wrap\"><h1>Fatura {number} {tag}</h1>{error}<div class=\"card\">{lines}<div \
         class=\"row\"><strong>Total</strong><strong>{total}</strong></div><p><a href=\"/i/{id}/pdf\">Baixar em PDF</a></p></div>{pay}\
         </main>",
        number = escape(text(invoice, "/number")),
        tag = tag(text(invoice, "/status")),
        error = error(failure),
        total = money(int(invoice, "/total")),
    );
    Some(page("Fatura", &body))
}

pub(in crate::stripe) async fn pay_invoice(
    Held(world): Held<Arc<World>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    let form = Form::read(&body);
    let number = form.text("/numero").unwrap_or_default();
    let ended = world.with(None, |state| {
        let customer = text(state.find("invoice", &id, "id").ok()?, "/customer").to_owned();
        let refused = match customers::card(number) {
            customers::Card::Good => {
                let method = customers::attach_card(state, &customer, number);
                if state.get(&id).is_some_and(|invoice| text(invoice, "/status") == "open") {
                    payments::pay(state, &id, &method);
                }
                None
            }
            customers::Card::Declined(why) => Some(payments::declined(why)),
            customers::Card::Unchargeable => Some(payments::declined("generic_decline")),
            customers::Card::Invalid => Some(Failure::new(402, "card_error", "")),
        };
        Some((refused.is_some(), invoice_page(state, &id, refused.as_ref())?))
    });
    match ended {
        Some((true, html)) => (StatusCode::PAYMENT_REQUIRED, Html(html)).into_response(),
        Some((false, _)) => Redirect::to(&format!("/i/{id}")).into_response(),
        None => gone("Fatura não encontrada", "Esta fatura não existe."),
    }
}

pub(in crate::stripe) async fn invoice_pdf(Held(world): Held<Arc<World>>, Path(id): Path<String>) -> Response {
    let lines = world.with(None, |state| {
        let invoice = state.find("invoice", &id, "id").ok().filter(|invoice| text(invoice, "/status") != "draft")?;
        let mut lines = vec![
            format!("Fatura {}", text(invoice, "/number")),
            format!("{} (simulada, sem valor fiscal)", text(invoice, "/account_name")),
            format!("Cliente: {} {}", text(invoice, "/customer_name"), text(invoice, "/customer_email")),
            format!("Emitida em {}", date(int(invoice, "/status_transitions/finalized_at"))),
            String::new(),
        ];
        for line in invoice.pointer("/lines/data").and_then(Value::as_array).into_iter().flatten() {
            lines.push(format!("{}: {}", text(line, "/description"), money(int(line, "/amount"))));
        }
        let (word, _) = status_word(text(invoice, "/status"));
        lines.extend([String::new(), format!("Total: {} ({word})", money(int(invoice, "/total")))]);
        Some(lines)
    });
    lines.map_or_else(|| gone("Fatura não encontrada", "Esta fatura não existe."), |lines| file(&lines, "fatura"))
}
