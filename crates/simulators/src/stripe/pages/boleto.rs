//! A boleto: what a person would take to the bank, and what the bank then says.

use std::sync::Arc;

use axum::extract::{Path, State as Held};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::checkout::success_url;
use super::{date, escape, file, gone, money, page, sentence};
use crate::stripe::checkout;
use crate::stripe::form::Form;
use crate::stripe::state::{int, text};
use crate::stripe::world::World;

pub(in crate::stripe) async fn boleto(Held(world): Held<Arc<World>>, Path(id): Path<String>) -> Response {
    let html = world.with(None, |state| {
        let intent = state.find("payment_intent", &id, "id").ok()?;
        let session = state.get(text(intent, "/_session"))?;
        let details = "/next_action/boleto_display_details";
        let buttons = if text(intent, "/status") == "requires_action" {
            format!(
                "<div class=\"row\"><span>Linha digitável</span><strong><code>{}</code></strong></div><div \
                 class=\"row\"><span>Vencimento</span><strong>{}</strong></div><form method=\"post\" class=\"buttons\"><button \
                 name=\"acao\" value=\"pay\">Simular pagamento</button><button class=\"danger\" name=\"acao\" \
                 value=\"expire\">Simular vencimento</button></form>",
                text(intent, &format!("{details}/number")),
                date(int(intent, &format!("{details}/expires_at"))),
            )
        } else {
            let said = if text(intent, "/status") == "succeeded" { "Boleto pago." } else { "Este boleto venceu." };
            format!("<p><strong>{said}</strong></p>")
        };
        let body = format!(
            "<main class=\"wrap\"><div class=\"card\"><h1>Boleto de {}</h1><p>O pagamento é confirmado em até um dia útil.</p>{buttons}\
             <p><a class=\"button quiet\" href=\"{}\">Continuar na loja</a></p></div></main>",
            money(int(intent, "/amount")),
            escape(&success_url(session)),
        );
        Some(page("Boleto", &body))
    });
    html.map_or_else(|| gone("Boleto não encontrado", "Este boleto não existe."), |html| Html(html).into_response())
}

pub(in crate::stripe) async fn boleto_outcome(
    Held(world): Held<Arc<World>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    let form = Form::read(&body);
    let ended = world.with(None, |state| match form.text("/acao") {
        Some("pay") => checkout::boleto_paid(state, &id),
        _ => checkout::boleto_expired(state, &id),
    });
    if let Err(failure) = ended {
        return gone("Boleto encerrado", &sentence(&failure));
    }
    Redirect::to(&format!("/boleto/{id}")).into_response()
}

pub(in crate::stripe) async fn boleto_pdf(Held(world): Held<Arc<World>>, Path(id): Path<String>) -> Response {
    let lines = world.with(None, |state| {
        let intent = state.find("payment_intent", &id, "id").ok()?;
        let details = intent.pointer("/next_action/boleto_display_details")?;
        Some(vec![
            "Boleto (simulado)".to_owned(),
            format!("Valor: {}", money(int(intent, "/amount"))),
            format!("Vencimento: {}", date(int(details, "/expires_at"))),
            text(details, "/number").to_owned(),
        ])
    });
    lines.map_or_else(|| gone("Boleto não encontrado", "Este boleto não existe."), |lines| file(&lines, "boleto"))
}
