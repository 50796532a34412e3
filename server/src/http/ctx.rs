//! Finds out who asks and puts the [`Ctx`] into the request, for REST handlers and server functions alike.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contracts::ApiError;
use services::{Ctx, auth};

use super::Http;
use super::error::{Refusal, request_id};

/// Longest name of a browser that is kept.
const USER_AGENT_MAX: usize = 200;

pub(super) async fn put(State(http): State<Http>, mut request: Request, next: Next) -> Response {
    let mut ctx = Ctx {
        user_agent: user_agent(request.headers()),
        ip: ip(&request).map(short),
        ..Ctx::anonymous(&http.app, request_id(&request).unwrap_or_default())
    };
    if let Some(token) = token(&request) {
        match auth::token::verify(&http.app, &token).await {
            Ok(quem) => {
                ctx = Ctx {
                    actor: quem.actor,
                    trocar_senha: quem.trocar_senha,
                    assinatura_ativa: quem.assinatura_ativa,
                    ..ctx
                };
            }
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

/// Who connected; behind a proxy of our own network, whom that one names last.
fn ip(request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>()?.0.ip().to_canonical();
    let ours = match peer {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local(),
    };
    let named = request.headers().get_all("x-forwarded-for").iter().next_back();
    let named = named.and_then(|v| v.to_str().ok()?.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    Some(named.filter(|_| ours).map_or(peer, |ip| ip.to_canonical()))
}

/// Without its last part.
fn short(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.x")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:x")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shortened_and_only_our_own_proxy_is_believed() {
        let of = |peer: &str, forwarded: &str| {
            let mut request =
                Request::builder().header("x-forwarded-for", forwarded).body(axum::body::Body::empty()).unwrap();
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
            ip(&request).map(short).unwrap()
        };
        assert_eq!(of("127.0.0.1", "198.51.100.7, 203.0.113.9"), "203.0.113.x");
        assert_eq!(of("203.0.113.9", "198.51.100.7"), "203.0.113.x");
        assert_eq!(of("::ffff:10.0.0.1", "2001:db8:1:2::3"), "2001:db8:1:x");
        assert_eq!(of("10.0.0.1", "nonsense"), "10.0.0.x");
    }
}
