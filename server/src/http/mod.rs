//! HTTP: pages and server functions (Leptos), REST under `/api`, webhooks, events. Handlers extract, call a service and
//! map the error; the layers here do the rest.

mod access;
pub mod catalogue;
mod ctx;
#[cfg(feature = "dev")]
mod dev;
mod error;
mod events;
mod formularios;
mod health;
pub mod openapi;
mod pages;
mod publico;
mod site;
mod v1;
mod webhooks;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Request, StatusCode, Version, header};
use axum::{Router, middleware};
use leptos::prelude::LeptosOptions;
use services::App;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

pub use events::Hub;

use crate::config::Ambiente;

/// Bodies of everything but webhooks: 50,000 characters of four bytes each fit with room to spare.
const BODY_LIMIT: usize = 512 * 1024;
/// Carries the id that follows a request through the log; the caller may bring its own.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What handlers reach.
#[derive(Clone)]
pub struct Http {
    /// The services' parts.
    pub app: Arc<App>,
    /// Wakes event streams.
    pub hub: Hub,
    /// The files of the site.
    pub site: Arc<Site>,
    /// For Leptos.
    pub leptos: LeptosOptions,
    /// Ends event streams when the process stops.
    pub stop: CancellationToken,
    /// What is embedded and what is not, for `/health`.
    pub parts: Arc<health::Parts>,
    /// Where development mail lies.
    pub mail_dir: Option<PathBuf>,
    /// Whether `/dev` may exist.
    pub ambiente: Ambiente,
    /// Scheme and host that browsers see, where a proxy hides them from us.
    pub public_origin: Option<String>,
}

pub use health::Parts;
pub use site::Site;

impl FromRef<Http> for LeptosOptions {
    fn from_ref(http: &Http) -> Self {
        http.leptos.clone()
    }
}

/// The whole server.
pub fn router(http: Http) -> Router {
    let (api, _) = openapi::router();
    let router = Router::new()
        .merge(api)
        .merge(pages::router(&http))
        .merge(publico::router())
        .merge(formularios::router())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .merge(webhooks::router())
        .route("/health", axum::routing::get(health::get));
    #[cfg(feature = "dev")]
    let router = if http.ambiente == Ambiente::Development { router.merge(dev::router()) } else { router };
    let layers = ServiceBuilder::new()
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(TraceLayer::new_for_http().make_span_with(span).on_request(()).on_response(logged))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(security_header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(security_header(header::REFERRER_POLICY, "same-origin"))
        .layer(SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, policy(&http)))
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(worth_compressing)))
        .layer(middleware::from_fn_with_state(http.clone(), site::serve))
        .layer(middleware::from_fn_with_state(http.clone(), ctx::put))
        .layer(middleware::from_fn_with_state(http.clone(), access::check));
    router.layer(layers).with_state(http)
}

/// A debug build's WASM has 11 MB and a debug build's compressor needs two seconds for it; the network is the loopback.
/// Sound and film are compressed already, and a player could not seek in them any more.
fn worth_compressing(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|t| t.to_str().ok()).unwrap_or_default();
    if kind.starts_with("audio/") || kind.starts_with("video/") {
        return false;
    }
    let wasm = headers.get(header::CONTENT_TYPE).is_some_and(|t| t == "application/wasm");
    !(wasm && cfg!(debug_assertions))
}

/// A form that is sent before the WASM has loaded may be led on to where it is paid; a browser counts that as its target.
fn policy(http: &Http) -> HeaderValue {
    let stand_in = http.app.pagamentos.as_ref().and_then(|p| p.stripe.stand_in());
    let pay = stand_in.unwrap_or_else(|| "https://checkout.stripe.com https://billing.stripe.com".into());
    let text = format!("frame-ancestors 'none'; object-src 'none'; base-uri 'self'; form-action 'self' {pay}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("frame-ancestors 'none'; form-action 'self'"))
}

fn security_header(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

fn span<B>(request: &Request<B>) -> tracing::Span {
    let id = request.headers().get(REQUEST_ID).and_then(|v| v.to_str().ok()).unwrap_or_default();
    // What follows is a secret: a webhook's path, and the id of a sign-up.
    let path = request.uri().path();
    let path = match ["/webhook/", "/checkout/", "/api/v1/checkout/"].into_iter().find(|p| path.starts_with(p)) {
        Some("/webhook/") => "/webhook/…",
        Some(_) => "/checkout/…",
        None => path,
    };
    tracing::info_span!("http", request_id = id, method = %request.method(), path)
}

fn logged<B>(response: &axum::http::Response<B>, took: Duration, span: &tracing::Span) {
    let quiet = response.status().is_success() || response.status().is_redirection();
    let (status, ms) = (response.status().as_u16(), took.as_millis());
    span.in_scope(
        || if quiet { tracing::debug!(status, ms, "answered") } else { tracing::info!(status, ms, "answered") },
    );
}
