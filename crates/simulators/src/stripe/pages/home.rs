//! For whoever runs the stand-in: its clock, the bank, the post.

use std::fmt::Write;

use chrono::DateTime;
use serde_json::Value;

use super::{date, escape, page, tag};
use crate::stripe::state::{State, int, text};

pub(in crate::stripe) fn home(state: &State, events: &[Value]) -> String {
    let mut sessions = String::new();
    for session in state.all("checkout.session").rev().take(20) {
        let (id, status) = (text(session, "/id"), text(session, "/status"));
        let short = id.get(..20).unwrap_or(id);
        let _ = write!(
            sessions,
            "<tr><td><a href=\"/c/pay/{id}\"><code>{short}…</code></a></td><td>{status} / {}</td><td>{}</td></tr>",
            text(session, "/payment_status"),
            date(int(session, "/created")),
        );
    }
    let mut subs = String::new();
    for sub in state.all("subscription").rev().take(20) {
        let customer = text(sub, "/customer");
        let email = state.get(customer).map(|customer| escape(text(customer, "/email"))).unwrap_or_default();
        let (name, word) = if state.declining.contains(customer) {
            ("accept", "Aceitar cartão")
        } else {
            ("decline", "Recusar cartão")
        };
        let _ = write!(
            subs,
            "<tr><td>{email}<br><code>{}</code></td><td>{}</td><td>{}</td><td><form method=\"post\"><button class=\"quiet\" \
             name=\"{name}\" value=\"{customer}\">{word}</button></form></td></tr>",
            text(sub, "/id"),
            tag(text(sub, "/status")),
            date(int(sub, "/items/data/0/current_period_end")),
        );
    }
    let mut rows = String::new();
    let subscribed = events.iter().rev().filter(|event| text(event, "/state") != "not_sent");
    for event in subscribed.take(30) {
        let attempts = event.get("attempts").and_then(Value::as_array).map_or(0, Vec::len);
        let _ = write!(
            rows,
            "<tr><td><code>{}</code></td><td>{} ({attempts})</td><td><form method=\"post\"><button class=\"quiet\" name=\"resend\" \
             value=\"{}\">Reenviar</button></form></td></tr>",
            text(event, "/event/type"),
            text(event, "/state"),
            text(event, "/event/id"),
        );
    }
    let button = |seconds: i64, word: &str| {
        format!("<button class=\"quiet\" name=\"advance_seconds\" value=\"{seconds}\">{word}</button>")
    };
    let body = format!(
        "<main class=\"wrap wide\"><h1>Stripe simulado</h1><form method=\"post\" class=\"card\"><h2>Relógio: {now}</h2><p \
         class=\"soft\">O que vence até lá acontece, cada coisa na sua hora.</p><div \
         class=\"buttons\">{hour}{day}{week}{month}</div></form><div class=\"card\"><h2>Assinaturas</h2><div \
         class=\"scroll\"><table><tr><th>Cliente</th><th>Situação</th><th>Fim do período</th><th>Banco</th></tr>{subs}</table></div></div>\
         <div class=\"card\"><h2>Sessões de pagamento</h2><div \
         class=\"scroll\"><table><tr><th>Sessão</th><th>Situação</th><th>Criada</th></tr>{sessions}</table></div></div><div \
         class=\"card\"><h2>Eventos</h2><div class=\"scroll\"><table><tr><th>Tipo</th><th>Entrega</th><th>De \
         novo</th></tr>{rows}</table></div></div></main>",
        now = DateTime::from_timestamp(state.now, 0)
            .map(|at| at.format("%d/%m/%Y %H:%M UTC").to_string())
            .unwrap_or_default(),
        hour = button(3_700, "Avançar 1 hora"),
        day = button(86_400, "Avançar 1 dia"),
        week = button(7 * 86_400, "Avançar 7 dias"),
        month = button(31 * 86_400, "Avançar 31 dias"),
    );
    page("Início", &body)
}
