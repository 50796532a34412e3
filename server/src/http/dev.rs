//! `/dev/*`: what only a developer needs. Not in a production build, not mounted in production.

use axum::Router;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use contracts::{ErrorCode, StatusCliente};
use integrations::mail::{StoredMail, list_dir};
use serde::Deserialize;
use services::{Ctx, auth};

use super::Http;
use super::error::{Body, Params, Refusal, no_content};
use crate::dev;

pub(super) fn router() -> Router<Http> {
    Router::new()
        .route("/dev/mail", get(mail))
        .route("/dev/mails", get(mails))
        .route("/dev/mails/{modelo}", get(um_mail))
        .route("/dev/volume", post(volume))
        .route("/dev/clientes", post(cliente))
        .route("/dev/relogio", post(relogio))
}

#[derive(Deserialize)]
struct NovoCliente {
    nome: String,
    email: String,
    senha: String,
}

/// A new account, as empty as after the checkout: for looking at the first run.
async fn cliente(Extension(ctx): Extension<Ctx>, Body(novo): Body<NovoCliente>) -> Result<StatusCode, Refusal> {
    let made = auth::create_cliente(&ctx, &novo.nome, &novo.email, &novo.senha, StatusCliente::Ativo).await;
    no_content(&ctx, made.map(drop))
}

#[derive(Deserialize)]
struct Adiantar {
    segundos: u32,
}

/// Moves the product's clock forward: for looking at what happens after days. It is back with the next start.
async fn relogio(State(http): State<Http>, Params(q): Params<Adiantar>) -> String {
    http.app.clock.advance(chrono::TimeDelta::seconds(q.segundos.into()));
    http.app.clock.now().to_rfc3339()
}

/// How much.
#[derive(Deserialize)]
struct Quanto {
    /// Conversations to add; 0 only measures.
    #[serde(default)]
    conversas: u32,
    /// Lines of the longest one.
    #[serde(default)]
    mensagens: u32,
}

/// Fills the demo cliente and says how long the inbox takes then: `curl -X POST '…/dev/volume?conversas=5000&mensagens=2000'`.
async fn volume(State(http): State<Http>, Params(q): Params<Quanto>) -> Response {
    match Box::pin(dev::volume::run(&http.app, q.conversas.min(20_000), q.mensagens.min(100_000))).await {
        Ok(text) => text.into_response(),
        Err(e) => {
            tracing::error!(error = %e, "no volume");
            Refusal::from(e.code).into_response()
        }
    }
}

/// The mails that would have been sent, newest first.
async fn mail(State(http): State<Http>) -> Response {
    let Some(dir) = &http.mail_dir else { return Refusal::from(ErrorCode::NotFound).into_response() };
    let mails = list_dir(dir).await.unwrap_or_default();
    let body: String =
        if mails.is_empty() { "<p>Nenhum e-mail ainda.</p>".into() } else { mails.iter().map(article).collect() };
    Html(format!(
        "<!doctype html><html lang=pt-BR><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>E-mails (desenvolvimento)</title><link rel=stylesheet href='{}'>\
         <main class='page stack' style='padding:24px'><h1>E-mails enviados</h1>{body}</main>",
        app::style::href()
    ))
    .into_response()
}

/// Every mail there is, to look at: both languages, both parts, both themes.
async fn mails() -> Html<String> {
    let linhas: String = services::emails::MODELOS
        .iter()
        .map(|modelo| {
            let em = |idioma: &str, nome: &str| {
                let ver = |lado: &str, palavra: &str| {
                    format!("<a style='text-decoration:underline' href='/dev/mails/{modelo}?idioma={idioma}{lado}'>{palavra}</a>")
                };
                let lados = [("&tema=claro", "light"), ("&tema=escuro", "dark"), ("&parte=texto", "text")];
                format!("{nome}: {}", lados.map(|(lado, palavra)| ver(lado, palavra)).join(", "))
            };
            format!("<tr><td><code>{modelo}</code></td><td>{}</td><td>{}</td></tr>", em("pt-BR", "pt-BR"), em("en", "English"))
        })
        .collect();
    Html(format!(
        "<!doctype html><html lang=pt-BR><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>Modelos de e-mail (desenvolvimento)</title><link rel=stylesheet href='{}'>\
         <main class='page stack' style='padding:24px'><h1>Modelos de e-mail</h1><p><a href='/dev/mail'>E-mails enviados</a></p>\
         <table class=table>{linhas}</table></main>",
        app::style::href()
    ))
}

/// Which side of a mail.
#[derive(Deserialize)]
struct Lado {
    #[serde(default)]
    idioma: String,
    #[serde(default)]
    tema: String,
    #[serde(default)]
    parte: String,
}

async fn um_mail(State(http): State<Http>, Path(modelo): Path<String>, Params(lado): Params<Lado>) -> Response {
    let app = &http.app;
    let Some(p) = services::emails::previa(&modelo, lado.idioma == "en", &app.public_url, &app.empresa) else {
        return Refusal::from(ErrorCode::NotFound).into_response();
    };
    if lado.parte == "texto" {
        return format!("{}\n({})\n\n{}", p.assunto, p.previa, p.text).into_response();
    }
    match lado.tema.as_str() {
        "" => Html(p.html).into_response(),
        tema => Html(p.no_tema(tema == "escuro").html).into_response(),
    }
}

fn article(m: &StoredMail) -> String {
    format!(
        "<article class=card style='padding:16px'><h2>{}</h2><p class=muted>{} · {}</p><pre style='white-space:pre-wrap'>{}</pre></article>",
        escape(&m.subject),
        escape(&m.to),
        m.date.format("%d/%m/%Y %H:%M:%S UTC"),
        escape(&m.text)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
