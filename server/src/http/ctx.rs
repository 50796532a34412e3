//! Finds out who asks and puts the [`Ctx`] into the request, for REST handlers and server functions alike.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contracts::ApiError;
use services::{Actor, Ctx, auth};

use super::Http;
use super::error::{Refusal, request_id};

/// Longest name of a browser that is kept.
const USER_AGENT_MAX: usize = 200;

pub(super) async fn put(State(http): State<Http>, mut request: Request, next: Next) -> Response {
    let request_id = request_id(&request).unwrap_or_default();
    let mut ctx = Ctx {
        app: http.app.clone(),
        actor: Actor::Anonymous,
        request_id,
        user_agent: user_agent(request.headers()),
        conversa_id: None,
    };
    if let Some(token) = token(&request) {
        match auth::token::verify(&http.app, &token).await {
            Ok(actor) => ctx.actor = actor,
            // Nobody can be known; health and static files still work.
            Err(e) if needs_actor(request.uri().path()) => {
                return Refusal(ApiError { request_id: Some(ctx.request_id.clone()), ..e.to_api(&ctx) })
                    .into_response();
            }
            Err(_) => {}
        }
    }
    request.extensions_mut().insert(ctx);
    next.run(request).await
}

fn needs_actor(path: &str) -> bool {
    ["/api/", "/_fn/", "/dashboard", "/admin"].iter().any(|p| path.starts_with(p))
}

/// `Authorization: Bearer` comes before the cookie of the area that is asked.
fn token(request: &Request) -> Option<String> {
    let headers = request.headers();
    let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    if let Some(token) = bearer.and_then(|v| v.strip_prefix("Bearer ")) {
        return Some(token.trim().to_owned());
    }
    let path = request.uri().path();
    let admin = ["/admin", "/api/v1/admin/", "/_fn/admin/"].iter().any(|p| path.starts_with(p));
    cookie(headers, if admin { auth::COOKIE_ADMIN } else { auth::COOKIE_CLIENTE })
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, v)| *n == name && !v.is_empty())
        .map(|(_, v)| v.to_owned())
}

fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::USER_AGENT)?.to_str().ok()?;
    Some(text.chars().take(USER_AGENT_MAX).collect())
}
