//! What people see: the page where they pay, their portal, their invoices. In Portuguese, plain HTML, no script.

mod boleto;
mod checkout;
mod home;
mod invoice;
mod portal;

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use chrono::DateTime;
use serde_json::Value;

use super::answer::Failure;
use super::pdf;

pub(super) use boleto::{boleto, boleto_outcome, boleto_pdf};
pub(super) use checkout::{checkout, pay};
pub(super) use home::home;
pub(super) use invoice::{invoice, invoice_pdf, pay_invoice};
pub(super) use portal::{portal, portal_action};

const CSS: &str = include_str!("pages.css");

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"pt-BR\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{title} · Stripe simulado</title><link rel=\"icon\" \
         href=\"data:,\"><style>{CSS}</style></head><body><p class=\"note\">Stripe simulado: nenhum pagamento de verdade acontece \
         aqui.</p>{body}</body></html>"
    )
}

fn notice(title: &str, sentence: &str, link: Option<(&str, &str)>) -> String {
    let link = link.map_or_else(String::new, |(url, word)| {
        format!("<p><a class=\"button\" href=\"{}\">{word}</a></p>", escape(url))
    });
    page(
        title,
        &format!("<main class=\"wrap\"><div class=\"card\"><h1>{title}</h1><p>{sentence}</p>{link}</div></main>"),
    )
}

fn gone(title: &str, sentence: &str) -> Response {
    (StatusCode::NOT_FOUND, Html(notice(title, sentence, None))).into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// `R$ 1.234,56`.
pub(super) fn money(centavos: i64) -> String {
    let (reais, rest) = (centavos.unsigned_abs() / 100, centavos.unsigned_abs() % 100);
    let digits = reais.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    format!("{}R$ {grouped},{rest:02}", if centavos < 0 { "-" } else { "" })
}

fn date(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0).map(|at| at.format("%d/%m/%Y").to_string()).unwrap_or_default()
}

/// What the bank said, for a person.
fn sentence(failure: &Failure) -> String {
    let word = |name: &str| failure.error.get(name).and_then(Value::as_str).unwrap_or_default();
    match (word("code"), word("decline_code")) {
        (_, "insufficient_funds") => "O cartão não tem saldo suficiente. Tente outro cartão.".to_owned(),
        ("card_declined", _) => "O cartão foi recusado. Tente outro cartão.".to_owned(),
        ("incorrect_number", _) => "O número do cartão está incorreto.".to_owned(),
        _ if failure.status == 402 => "O número do cartão está incorreto.".to_owned(),
        _ => word("message").to_owned(),
    }
}

fn error(failure: Option<&Failure>) -> String {
    failure.map_or_else(String::new, |failure| {
        format!("<p class=\"error\" role=\"alert\">{}</p>", escape(&sentence(failure)))
    })
}

const CARD_FIELDS: &str = "<label for=\"numero\">Número do cartão</label><input id=\"numero\" name=\"numero\" \
     inputmode=\"numeric\" autocomplete=\"off\" value=\"4242 4242 4242 4242\" aria-describedby=\"numeros\"><small \
     id=\"numeros\">4242 4242 4242 4242 é aprovado; 4000 0000 0000 0002 é recusado; 4000 0000 0000 0341 falha só na renovação.</small>";

fn file(lines: &[String], name: &str) -> Response {
    let disposition = format!("inline; filename=\"{name}.pdf\"");
    (
        [(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, disposition)],
        pdf::page(lines),
    )
        .into_response()
}

fn status_word(status: &str) -> (&'static str, &'static str) {
    match status {
        "active" => ("ativa", "good"),
        "trialing" => ("em teste", "good"),
        "past_due" => ("em atraso", "bad"),
        "unpaid" => ("não paga", "bad"),
        "canceled" => ("cancelada", "bad"),
        "incomplete" => ("aguardando o primeiro pagamento", ""),
        "paid" => ("paga", "good"),
        "open" => ("em aberto", "bad"),
        "draft" => ("rascunho", ""),
        "void" => ("anulada", ""),
        "uncollectible" => ("incobrável", "bad"),
        _ => ("encerrada", ""),
    }
}

fn tag(status: &str) -> String {
    let (word, class) = status_word(status);
    format!("<span class=\"tag {class}\">{word}</span>")
}

#[cfg(test)]
mod tests {
    use super::money;

    #[test]
    fn reais_are_grouped() {
        assert_eq!(
            (money(9_700), money(123_456_789), money(-5)),
            ("R$ 97,00".into(), "R$ 1.234.567,89".into(), "-R$ 0,05".into())
        );
    }
}
