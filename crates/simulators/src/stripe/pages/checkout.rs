//! Where a checkout session leads.

use std::sync::Arc;

use axum::extract::{Path, State as Held};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde_json::Value;

use super::{CARD_FIELDS, error, escape, gone, money, notice, page};
use crate::stripe::answer::Failure;
use crate::stripe::catalogue;
use crate::stripe::checkout::{self, Payment};
use crate::stripe::form::Form;
use crate::stripe::state::{State, int, text};
use crate::stripe::subscriptions::money_per_interval;
use crate::stripe::world::World;

pub(in crate::stripe) async fn checkout(Held(world): Held<Arc<World>>, Path(id): Path<String>) -> Response {
    match world.with(None, |state| checkout_page(state, &id, None)) {
        Some(html) => Html(html).into_response(),
        None => gone("Página não encontrada", "Esta sessão de pagamento não existe."),
    }
}

fn checkout_page(state: &State, id: &str, failure: Option<&Failure>) -> Option<String> {
    let session = state.find("checkout.session", id, "id").ok()?;
    let (success, back) = (success_url(session), text(session, "/cancel_url"));
    match text(session, "/status") {
        "complete" => {
            return Some(notice("Pagamento enviado", "Esta sessão já foi concluída.", Some((&success, "Continuar"))));
        }
        "expired" => {
            let link = (!back.is_empty()).then_some((back, "Voltar à loja"));
            return Some(notice(
                "Sessão expirada",
                "O prazo desta página acabou. Volte à loja e comece de novo.",
                link,
            ));
        }
        _ => {}
    }
    let price = session.pointer("/_line_items/0/price")?;
    let (each, trial) = (money_per_interval(price), int(session, "/_trial_days"));
    let today = money(int(session, "/amount_total"));
    let when = if trial > 0 { format!("{trial} dias grátis, depois {each}") } else { each };
    let back_link =
        if back.is_empty() { String::new() } else { format!("<p><a href=\"{}\">Voltar à loja</a></p>", escape(back)) };
    let boleto = session
        .get("payment_method_types")
        .and_then(Value::as_array)
        .is_some_and(|kinds| trial == 0 && kinds.iter().any(|kind| kind == "boleto"));
    let boleto = if boleto {
        "<p class=\"or\">ou</p><button class=\"wide-button quiet\" name=\"acao\" value=\"boleto\">Gerar boleto</button>"
    } else {
        ""
    };
    let customer = state.get(text(session, "/customer"));
    let email = customer.map_or_else(|| text(session, "/customer_email"), |customer| text(customer, "/email"));
    let email = if email.is_empty() {
        String::new()
    } else {
        format!("<label for=\"email\">E-mail</label><input id=\"email\" value=\"{}\" readonly>", escape(email))
    };
    let name = escape(customer.map(|customer| text(customer, "/name")).unwrap_or_default());
    let body = format!(
        "<div class=\"split\"><aside class=\"side\"><p>Assinar {label}</p><p class=\"amount\">{when}</p><div \
         class=\"row\"><span>{label}</span><strong>{unit}</strong></div><div class=\"row\"><span>Total \
         hoje</span><strong>{today}</strong></div>{back_link}</aside><main class=\"main\"><h1>Dados do \
         pagamento</h1>{error}<form method=\"post\">{email}{CARD_FIELDS}<div class=\"two\"><div><label \
         for=\"validade\">Validade</label><input id=\"validade\" value=\"12/34\" autocomplete=\"off\"></div><div><label \
         for=\"cvc\">CVC</label><input id=\"cvc\" value=\"123\" inputmode=\"numeric\" autocomplete=\"off\"></div></div><label \
         for=\"nome\">Nome no cartão</label><input id=\"nome\" value=\"{name}\" autocomplete=\"off\"><button \
         class=\"wide-button\" name=\"acao\" value=\"pagar\">Assinar</button><button class=\"wide-button danger\" name=\"acao\" \
         value=\"recusar\">Simular cartão recusado</button>{boleto}</form></main></div>",
        label = escape(&catalogue::label(state, price)),
        unit = money(int(price, "/unit_amount")),
        error = error(failure),
    );
    Some(page("Pagamento", &body))
}

pub(super) fn success_url(session: &Value) -> String {
    let url = text(session, "/success_url");
    // Browsers and forms may have encoded the braces.
    let id = text(session, "/id");
    url.replace("{CHECKOUT_SESSION_ID}", id).replace("%7BCHECKOUT_SESSION_ID%7D", id)
}

pub(in crate::stripe) async fn pay(Held(world): Held<Arc<World>>, Path(id): Path<String>, body: String) -> Response {
    let form = Form::read(&body);
    let payment = match form.text("/acao") {
        Some("boleto") => Payment::Boleto,
        Some("recusar") => Payment::Card("4000000000000002".to_owned()),
        _ => Payment::Card(form.text("/numero").unwrap_or_default().to_owned()),
    };
    let ended = world.with(None, |state| match checkout::complete(state, &id, &payment) {
        Ok(()) => Ok(state.get(&id).map(success_url).unwrap_or_default()),
        Err(failure) => Err(checkout_page(state, &id, Some(&failure))),
    });
    let boleto = payment == Payment::Boleto;
    match ended {
        Ok(_) if boleto => {
            let intent = world.with(None, |state| {
                state.ids("payment_intent", |intent| text(intent, "/_session") == id).into_iter().next()
            });
            Redirect::to(&format!("/boleto/{}", intent.unwrap_or_default())).into_response()
        }
        Ok(url) => Redirect::to(&url).into_response(),
        Err(Some(html)) => (StatusCode::PAYMENT_REQUIRED, Html(html)).into_response(),
        Err(None) => gone("Página não encontrada", "Esta sessão de pagamento não existe."),
    }
}
