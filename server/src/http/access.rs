//! The guard: nothing under `/api` or `/_fn` is reached that the catalogue does not allow, nothing is changed without an
//! assinatura but what it lists, no dashboard page is shown to somebody who is not logged in, and no other site may make a
//! browser act.

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use contracts::{ApiError, ErrorCode};
use services::{Actor, Ctx, perfil};

use super::Http;
use super::catalogue::{Access, access, sem_assinatura};
use super::error::Refusal;

pub(super) async fn check(State(http): State<Http>, request: Request, next: Next) -> Response {
    let Some(ctx) = request.extensions().get::<Ctx>() else {
        return Refusal::from(ErrorCode::Internal).into_response();
    };
    let refuse =
        |code| Refusal(ApiError { request_id: Some(ctx.request_id.clone()), ..ApiError::new(code) }).into_response();
    let path = request.uri().path();
    if !request.method().is_safe()
        && !path.starts_with("/webhook/")
        && cross_site(&request, http.public_origin.as_deref())
    {
        return refuse(ErrorCode::CrossSite);
    }
    if path.starts_with("/api/") || path.starts_with("/_fn/") {
        let routed = request.extensions().get::<MatchedPath>().map_or(path, MatchedPath::as_str);
        // Leptos also answers a server function's path by GET when it was declared so; ours are all POST.
        let allowed = access(request.method().as_str(), routed);
        return match allowed {
            Some(Access::Public) => next.run(request).await,
            Some(needed) => match denied(needed, &ctx.actor) {
                Some(code) => refuse(code),
                None if ctx.trocar_senha && !ANTES_DA_SENHA.contains(&(request.method().as_str(), routed)) => {
                    refuse(ErrorCode::TrocarSenha)
                }
                None if needed == Access::Cliente
                    && !ctx.assinatura_ativa
                    && !sem_assinatura(request.method().as_str(), routed) =>
                {
                    // A plain form: to the page that says what to do.
                    if wants_html(&request) {
                        Redirect::to(ASSINATURA).into_response()
                    } else {
                        refuse(ErrorCode::AssinaturaSuspensa)
                    }
                }
                None => next.run(request).await,
            },
            // Not routed either: the fallback says 404 or 405.
            None => match *request.method() {
                Method::GET | Method::HEAD | Method::OPTIONS if access("POST", routed).is_some() => {
                    refuse(ErrorCode::MethodNotAllowed)
                }
                _ => refuse(unknown(routed)),
            },
        };
    }
    if path == "/admin" {
        return Redirect::to("/admin/dashboard").into_response();
    }
    if let Some(login) = login_page(path, &ctx.actor) {
        let de = request.uri().path_and_query().map_or(path, |p| p.as_str());
        return Redirect::to(&format!("{login}?de={}", encode(de))).into_response();
    }
    if inside(path, "/dashboard") && (path == NOVA_SENHA) != ctx.trocar_senha {
        return Redirect::to(if ctx.trocar_senha { NOVA_SENHA } else { "/dashboard" }).into_response();
    }
    if inside(path, "/dashboard")
        && path != ENCERRADA
        && path != NOVA_SENHA
        && perfil::encerrar::encerrada(ctx).await.unwrap_or(false)
    {
        return Redirect::to(ENCERRADA).into_response();
    }
    next.run(request).await
}

/// Where one pays again.
const ASSINATURA: &str = "/dashboard/assinatura";

/// The one page of an account that its owner has closed.
const ENCERRADA: &str = "/dashboard/encerrada";

/// The one page of who must replace the senha that came by mail, and nobody else's.
const NOVA_SENHA: &str = "/dashboard/nova-senha";

/// What is answered before that.
const ANTES_DA_SENHA: [(&str, &str); 8] = [
    ("GET", "/api/me"),
    ("GET", "/api/v1/me"),
    ("PUT", "/api/v1/me/senha"),
    ("POST", "/api/v1/auth/logout"),
    ("POST", "/_fn/auth/me"),
    ("POST", "/_fn/auth/logout"),
    ("POST", "/_fn/auth/trocar-senha"),
    ("POST", "/_fn/auth/primeira-senha"),
];

fn inside(path: &str, root: &str) -> bool {
    path == root || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}

fn unknown(path: &str) -> ErrorCode {
    let methods = ["GET", "POST", "PUT", "DELETE"];
    if methods.iter().any(|m| access(m, path).is_some()) { ErrorCode::MethodNotAllowed } else { ErrorCode::NotFound }
}

fn denied(needed: Access, actor: &Actor) -> Option<ErrorCode> {
    match (needed, actor) {
        (Access::Public, _) | (Access::Cliente, Actor::Cliente { .. }) | (Access::Admin, Actor::Admin { .. }) => None,
        (_, Actor::Anonymous) => Some(ErrorCode::Unauthenticated),
        _ => Some(ErrorCode::Forbidden),
    }
}

/// Where a page sends somebody who may not see it.
fn login_page(path: &str, actor: &Actor) -> Option<&'static str> {
    if inside(path, "/dashboard") && !matches!(actor, Actor::Cliente { .. }) {
        return Some("/login");
    }
    if inside(path, "/admin") && path != "/admin/login" && !matches!(actor, Actor::Admin { .. }) {
        return Some("/admin/login");
    }
    None
}

/// Browsers name the page's origin on every request that changes something; other programs name none.
fn cross_site(request: &Request, public: Option<&str>) -> bool {
    let header = |name| request.headers().get(name).and_then(|v: &axum::http::HeaderValue| v.to_str().ok());
    let Some(origin) = header(header::ORIGIN) else { return false };
    let host = header(header::HOST).or_else(|| request.uri().authority().map(|a| a.as_str()));
    Some(origin) != public && origin.split_once("://").map(|(_, rest)| rest) != host
}

/// Whether a browser asks for a page, and not a program for an answer.
fn wants_html(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok());
    accept.is_some_and(|a| a.contains("text/html"))
}

fn encode(path: &str) -> String {
    url::form_urlencoded::byte_serialize(path.as_bytes()).collect()
}
