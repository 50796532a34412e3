//! Pages and server functions of Leptos, and the files beside them.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list};

use super::Http;
use crate::config::Ambiente;

pub(super) fn router(http: &Http) -> Router<Http> {
    let mut routes = generate_route_list(app::App);
    // The gallery of components is for developers.
    routes.retain(|route| http.ambiente == Ambiente::Development || !route.path().starts_with("/dev/"));
    let shell = {
        let options = http.leptos.clone();
        move || app::shell(options.clone())
    };
    Router::new()
        .leptos_routes_with_context(http, routes, || provide_context(()), shell)
        .fallback(leptos_axum::file_and_error_handler::<Http, _>(app::shell))
        .layer(middleware::from_fn(cache))
}

/// Pages are of one person and of now; the files that `site` does not know are asked for again each time.
async fn cache(request: Request, next: Next) -> Response {
    let publica = app::areas::publico::publica(request.uri().path());
    let mut response = next.run(request).await;
    let html = response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
    let value = match (html, publica) {
        // Nothing in it is secret: "back" may show it at once.
        (true, true) => "private, no-cache",
        (true, false) => "no-store",
        (false, _) => "no-cache",
    };
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(value));
    response
}
