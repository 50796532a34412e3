//! What people see: the page where they pay, their portal, their invoices. In Portuguese, plain HTML, no script.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::{Path, State as Held};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::DateTime;
use serde_json::Value;

use super::answer::Failure;
use super::checkout::{self, Payment};
use super::form::Form;
use super::state::{State, flag, int, text};
use super::subscriptions::money_per_interval;
use super::world::World;
use super::{catalogue, customers, invoices, pdf, portal as links};

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

// ---- checkout --------------------------------------------------------------------------------------------------------

pub(super) async fn checkout(Held(world): Held<Arc<World>>, Path(id): Path<String>) -> Response {
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

fn success_url(session: &Value) -> String {
    let url = text(session, "/success_url");
    // Browsers and forms may have encoded the braces.
    let id = text(session, "/id");
    url.replace("{CHECKOUT_SESSION_ID}", id).replace("%7BCHECKOUT_SESSION_ID%7D", id)
}

pub(super) async fn pay(Held(world): Held<Arc<World>>, Path(id): Path<String>, body: String) -> Response {
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

// ---- boleto ----------------------------------------------------------------------------------------------------------

pub(super) async fn boleto(Held(world): Held<Arc<World>>, Path(id): Path<String>) -> Response {
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

pub(super) async fn boleto_outcome(Held(world): Held<Arc<World>>, Path(id): Path<String>, body: String) -> Response {
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

pub(super) async fn boleto_pdf(Held(world): Held<Arc<World>>, Path(id): Path<String>) -> Response {
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

fn file(lines: &[String], name: &str) -> Response {
    let disposition = format!("inline; filename=\"{name}.pdf\"");
    (
        [(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, disposition)],
        pdf::page(lines),
    )
        .into_response()
}

// ---- portal ----------------------------------------------------------------------------------------------------------

pub(super) async fn portal(Held(world): Held<Arc<World>>, Path(id): Path<String>) -> Response {
    match world.with(None, |state| portal_page(state, &id, None)) {
        Some(html) => Html(html).into_response(),
        None => expired_link(),
    }
}

fn expired_link() -> Response {
    gone("Link expirado", "Este link não vale mais. Volte à loja e abra a página da assinatura de novo.")
}

pub(super) async fn portal_action(Held(world): Held<Arc<World>>, Path(id): Path<String>, body: String) -> Response {
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

// ---- invoice ---------------------------------------------------------------------------------------------------------

pub(super) async fn invoice(Held(world): Held<Arc<World>>, Path(id): Path<String>) -> Response {
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

pub(super) async fn pay_invoice(Held(world): Held<Arc<World>>, Path(id): Path<String>, body: String) -> Response {
    let form = Form::read(&body);
    let number = form.text("/numero").unwrap_or_default();
    let ended = world.with(None, |state| {
        let customer = text(state.find("invoice", &id, "id").ok()?, "/customer").to_owned();
        let refused = match customers::card(number) {
            customers::Card::Good => {
                let method = customers::attach_card(state, &customer, number);
                if state.get(&id).is_some_and(|invoice| text(invoice, "/status") == "open") {
                    invoices::pay(state, &id, &method);
                }
                None
            }
            customers::Card::Declined(why) => Some(invoices::declined(why)),
            customers::Card::Unchargeable => Some(invoices::declined("generic_decline")),
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

pub(super) async fn invoice_pdf(Held(world): Held<Arc<World>>, Path(id): Path<String>) -> Response {
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

// ---- for whoever runs the stand-in -----------------------------------------------------------------------------------

pub(super) fn home(state: &State, events: &[Value]) -> String {
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
