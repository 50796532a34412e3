//! The portal: card, plan, cancellation, invoices.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::{Path, State as Held};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde_json::Value;

use super::{CARD_FIELDS, date, error, escape, gone, money, page, tag};
use crate::stripe::answer::Failure;
use crate::stripe::form::Form;
use crate::stripe::state::{State, flag, int, text};
use crate::stripe::subscriptions::money_per_interval;
use crate::stripe::world::World;
use crate::stripe::{catalogue, portal as links};

pub(in crate::stripe) async fn portal(Held(world): Held<Arc<World>>, Path(id): Path<String>) -> Response {
    match world.with(None, |state| portal_page(state, &id, None)) {
        Some(html) => Html(html).into_response(),
        None => expired_link(),
    }
}

fn expired_link() -> Response {
    gone("Link expirado", "Este link não vale mais. Volte à loja e abra a página da assinatura de novo.")
}

pub(in crate::stripe) async fn portal_action(
    Held(world): Held<Arc<World>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    let form = Form::read(&body);
    let ended = world.with(None, |state| {
        let (session, sub) = links::open(state, &id)?;
        Some(match links::act(state, &session, sub.as_ref(), &form) {
            // A link that was for one thing leads back when it is done.
            Ok(()) if !session.get("flow").is_none_or(Value::is_null) => {
                let after = text(&session, "/flow/after_completion/redirect/return_url");
                let back = if after.is_empty() { text(&session, "/return_url") } else { after };
                Ok(if back.is_empty() { format!("/p/session/{id}") } else { back.to_owned() })
            }
            Ok(()) => Ok(format!("/p/session/{id}")),
            Err(failure) => Err(portal_page(state, &id, Some(&failure)).unwrap_or_default()),
        })
    });
    match ended {
        None => expired_link(),
        Some(Ok(url)) => Redirect::to(&url).into_response(),
        Some(Err(html)) => (StatusCode::PAYMENT_REQUIRED, Html(html)).into_response(),
    }
}

fn portal_page(state: &State, id: &str, failure: Option<&Failure>) -> Option<String> {
    let (session, sub) = links::open(state, id)?;
    let customer = state.get(text(&session, "/customer"))?;
    let flow = text(&session, "/flow/type");
    let shows = |part: &str| flow.is_empty() || flow == part;
    let mut parts = String::new();
    if let Some(sub) = &sub {
        parts += &subscription_card(state, sub);
        let live = !matches!(text(sub, "/status"), "canceled" | "incomplete_expired");
        if live && shows("subscription_update") {
            parts += &plan_form(state, sub);
        }
        if live && shows("subscription_cancel") {
            parts += &cancel_form(sub);
        }
    } else {
        parts += "<div class=\"card\"><p>Nenhuma assinatura.</p></div>";
    }
    if shows("payment_method_update") {
        let method = state.get(text(customer, "/invoice_settings/default_payment_method"));
        let current = method.map_or_else(
            || "Nenhum cartão guardado.".to_owned(),
            |method| format!("Cartão atual: final {}.", text(method, "/card/last4")),
        );
        let _ = write!(
            parts,
            "<form method=\"post\" class=\"card\"><h2>Forma de pagamento</h2><p class=\"soft\">{current}</p>{CARD_FIELDS}<div \
             class=\"buttons\"><button name=\"acao\" value=\"cartao\">Salvar cartão</button></div></form>"
        );
    }
    if flow.is_empty() {
        parts += &history(state, text(customer, "/id"));
    }
    let back = text(&session, "/return_url");
    let back =
        if back.is_empty() { String::new() } else { format!("<p><a href=\"{}\">Voltar à loja</a></p>", escape(back)) };
    let who =
        escape(if text(customer, "/name").is_empty() { text(customer, "/email") } else { text(customer, "/name") });
    let body =
        format!("<main class=\"wrap\">{back}<h1>Assinatura de {who}</h1>{error}{parts}</main>", error = error(failure));
    Some(page("Assinatura", &body))
}

fn subscription_card(state: &State, sub: &Value) -> String {
    let nothing = Value::Null;
    let price = sub.pointer("/items/data/0/price").unwrap_or(&nothing);
    let end = date(int(sub, "/items/data/0/current_period_end"));
    let next = match sub.get("cancel_at").and_then(Value::as_i64) {
        _ if text(sub, "/status") == "canceled" => format!("Encerrada em {}", date(int(sub, "/ended_at"))),
        Some(at) => format!("Termina em {}", date(at)),
        None => format!("Renova em {end}"),
    };
    format!(
        "<div class=\"card\"><h2>{} {}</h2><div class=\"row\"><span>Valor</span><strong>{}</strong></div><div \
         class=\"row\"><span>Período</span><strong>{next}</strong></div></div>",
        escape(&catalogue::label(state, price)),
        tag(text(sub, "/status")),
        money_per_interval(price),
    )
}

fn plan_form(state: &State, sub: &Value) -> String {
    let current = text(sub, "/items/data/0/price/id");
    let mut options = String::new();
    for price in state.all("price").filter(|price| flag(price, "/active") && text(price, "/type") == "recurring") {
        let id = text(price, "/id");
        let chosen = if id == current { " selected" } else { "" };
        let label = escape(&catalogue::label(state, price));
        let _ = write!(options, "<option value=\"{id}\"{chosen}>{label}: {}</option>", money_per_interval(price));
    }
    format!(
        "<form method=\"post\" class=\"card\"><h2>Trocar de plano</h2><label for=\"price\">Plano</label><select id=\"price\" \
         name=\"price\">{options}</select><small>A diferença do período atual é cobrada ou creditada agora.</small><div \
         class=\"buttons\"><button name=\"acao\" value=\"plano\">Trocar de plano</button></div></form>"
    )
}

fn cancel_form(sub: &Value) -> String {
    if let Some(at) = sub.get("cancel_at").and_then(Value::as_i64) {
        return format!(
            "<form method=\"post\" class=\"card\"><h2>Cancelamento marcado</h2><p>A assinatura termina em {}.</p><button \
             name=\"acao\" value=\"desfazer\">Não cancelar</button></form>",
            date(at)
        );
    }
    "<form method=\"post\" class=\"card\"><h2>Cancelar</h2><label for=\"motivo\">Motivo</label><select id=\"motivo\" \
     name=\"motivo\"><option value=\"\">Prefiro não dizer</option><option value=\"too_expensive\">É caro</option><option \
     value=\"missing_features\">Falta algo</option><option value=\"unused\">Não uso</option><option \
     value=\"other\">Outro</option></select><small>O acesso vale até o fim do período já pago.</small><div \
     class=\"buttons\"><button class=\"danger\" name=\"acao\" value=\"cancelar\">Cancelar no fim do período</button></div></form>"
        .to_owned()
}

fn history(state: &State, customer: &str) -> String {
    let mut rows = String::new();
    for invoice in state.all("invoice").rev().filter(|invoice| text(invoice, "/customer") == customer) {
        let _ = write!(
            rows,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td><a href=\"/i/{}\">Abrir</a></td></tr>",
            date(int(invoice, "/created")),
            money(int(invoice, "/total")),
            tag(text(invoice, "/status")),
            text(invoice, "/id"),
        );
    }
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "<div class=\"card\"><h2>Faturas</h2><div class=\"scroll\"><table><tr><th>Data</th><th>Valor</th><th>Situação</th><th>Fatura\
         </th></tr>{rows}</table></div></div>"
    )
}
