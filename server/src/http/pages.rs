//! Pages and server functions of Leptos, and the files beside them.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list};

use super::Http;

pub(super) fn router(http: &Http) -> Router<Http> {
    let routes = generate_route_list(app::App);
    let shell = {
        let options = http.leptos.clone();
        move || app::shell(options.clone())
    };
    Router::new()
        .leptos_routes_with_context(http, routes, || provide_context(()), shell)
        .fallback(leptos_axum::file_and_error_handler::<Http, _>(app::shell))
        .layer(middleware::from_fn(cache))
}

/// The style sheet; its address carries the hash of its content.
pub(super) async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, app::style::CSS).into_response()
}

/// Pages are of one person and of now; files are checked again each time until they carry a hash in their names.
async fn cache(request: Request, next: Next) -> Response {
    let hashed = request.uri().query().is_some_and(|q| q.starts_with("v=")) && request.uri().path() == "/icons.svg";
    let mut response = next.run(request).await;
    let html = response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
    let value = match (html, hashed && response.status().is_success()) {
        (true, _) => "no-store",
        (false, true) => "public, max-age=31536000, immutable",
        (false, false) => "no-cache",
    };
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(value));
    response
}
