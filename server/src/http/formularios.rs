//! Forms of the pages without WASM. What is right leads on by a redirect; what is wrong comes back as the page itself, with
//! what was typed and what to change. And the one link that leads to Stripe's portal.
//!
//! Nothing here redirects a form to another site: browsers hold `form-action` against that. The page in between does.

use app::server::Enviado;
use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use contracts::assinatura::{NovoCheckout, PortalRequest};
use contracts::auth::EsqueciSenhaRequest;
use contracts::{ApiError, ErrorCode, Periodicidade};
use leptos::prelude::provide_context;
use services::assinatura::{self, checkout};
use services::{Ctx, auth};
use uuid::Uuid;

use super::Http;
use super::error::Params;

/// More than a form of ours can hold.
const FORM_LIMIT: usize = 16 * 1024;

pub(super) fn router() -> Router<Http> {
    Router::new()
        .route("/checkout", post(assinar))
        .route("/checkout/{id}", post(retomar))
        .route("/checkout/{id}/reenviar", post(reenviar))
        .route("/dashboard/assinatura/portal", get(portal))
}

/// Begins a sign-up.
async fn assinar(State(http): State<Http>, Extension(ctx): Extension<Ctx>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut enviado = Enviado { campos: campos(body).await, erro: None };
    let valor = |nome: &str| enviado.valor(nome).unwrap_or_default();
    let novo = NovoCheckout {
        plano: valor("plano"),
        periodicidade: valor("periodicidade").parse().unwrap_or(Periodicidade::Mensal),
        nome: valor("nome"),
        email: valor("email"),
        telefone: valor("telefone"),
        documento: valor("documento"),
        idioma: enviado.valor("idioma"),
    };
    match checkout::criar(&ctx, novo).await {
        Ok(aberto) => ir(&parts, &format!("/checkout/{}", aberto.id), "ir=1"),
        Err(error) => {
            enviado.erro = Some(error.to_api(&ctx));
            de_novo(http, parts, enviado).await
        }
    }
}

/// Opens the payment page again, or a new one where the old has closed.
async fn retomar(
    State(http): State<Http>,
    Extension(ctx): Extension<Ctx>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let retomado = match id.parse::<Uuid>() {
        Ok(id) => checkout::retomar(&ctx, id).await.map_err(|error| error.to_api(&ctx)),
        Err(_) => Err(ApiError::new(ErrorCode::NotFound)),
    };
    match retomado {
        Ok(aberto) => ir(&parts, &format!("/checkout/{}", aberto.id), "ir=1"),
        Err(erro) => de_novo(http, parts, Enviado { campos: Vec::new(), erro: Some(erro) }).await,
    }
}

/// The welcome did not come: a link for a senha to the same address. It is not told here.
async fn reenviar(Extension(ctx): Extension<Ctx>, Path(id): Path<String>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let caminho = format!("/checkout/{}", id.parse::<Uuid>().unwrap_or_default());
    let Ok(id) = id.parse::<Uuid>() else { return ir(&parts, &caminho, "") };
    let enviado = match checkout::ler(&ctx, id).await {
        Ok(pedido) => auth::acesso::esqueci(&ctx, EsqueciSenhaRequest { email: pedido.email })
            .await
            .map_err(|error| error.to_api(&ctx)),
        Err(error) => Err(error.to_api(&ctx)),
    };
    match enviado {
        Ok(()) => ir(&parts, &caminho, "reenviado=1"),
        Err(erro) => ir(&parts, &caminho, &format!("erro={}", erro.code.as_str())),
    }
}

/// To the portal, or back with a word that it did not open.
async fn portal(Extension(ctx): Extension<Ctx>, Params(pedido): Params<PortalRequest>) -> Response {
    match assinatura::portal(&ctx, pedido).await {
        Ok(portal) => Redirect::to(&portal.url).into_response(),
        Err(error) => {
            let _ = error.to_api(&ctx);
            Redirect::to("/dashboard/assinatura?portal=erro").into_response()
        }
    }
}

/// What the browser has sent, as far as it is a form of a sensible size.
async fn campos(body: Body) -> Vec<(String, String)> {
    let bytes = axum::body::to_bytes(body, FORM_LIMIT).await.unwrap_or_default();
    url::form_urlencoded::parse(&bytes).into_owned().collect()
}

/// On to a page of ours, in the language that the address asked for.
fn ir(parts: &Parts, caminho: &str, busca: &str) -> Response {
    let idioma = parts.uri.query().and_then(|q| q.split('&').find(|p| p.starts_with("idioma=")));
    let busca: Vec<&str> = [Some(busca).filter(|b| !b.is_empty()), idioma].into_iter().flatten().collect();
    let para = if busca.is_empty() { caminho.to_owned() } else { format!("{caminho}?{}", busca.join("&")) };
    Redirect::to(&para).into_response()
}

/// The page of the form once more.
async fn de_novo(http: Http, parts: Parts, enviado: Enviado) -> Response {
    let code = enviado.erro.as_ref().map_or(ErrorCode::Internal, |erro| erro.code);
    let options = http.leptos.clone();
    let page = leptos_axum::render_app_async_with_context(
        move || provide_context(enviado.clone()),
        move || app::shell(options.clone()),
    );
    let mut response = page(Request::from_parts(parts, Body::empty())).await;
    *response.status_mut() = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // With "no-store" the way back to it ends in an error of the browser's; the page makes its address one to look at.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}
