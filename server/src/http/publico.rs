//! What belongs to the public pages and is no page: what crawlers read, and the choice of a language.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};
use services::Ctx;

use super::Http;

/// What crawlers have no business in. A page that asks for a login has nothing to find.
const CLOSED: &[&str] = &["/dashboard", "/admin", "/api/", "/_fn/", "/webhook/", "/idioma"];

pub(super) fn router() -> Router<Http> {
    Router::new().route("/robots.txt", get(robots)).route("/sitemap.xml", get(sitemap)).route("/idioma", post(idioma))
}

async fn robots(Extension(ctx): Extension<Ctx>) -> Response {
    let closed: String = CLOSED.iter().map(|path| format!("Disallow: {path}\n")).collect();
    let text = format!("User-agent: *\n{closed}\nSitemap: {}sitemap.xml\n", ctx.app.public_url);
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

async fn sitemap(State(http): State<Http>) -> Response {
    let origin = app::areas::publico::origin(http.app.public_url.as_str());
    ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], app::areas::publico::sitemap(&origin)).into_response()
}

/// Remembers the language that a person has chosen at the foot of a page, and leads back there.
async fn idioma(Extension(ctx): Extension<Ctx>, body: Bytes) -> Response {
    let mut lang = None;
    let mut back = "/".to_owned();
    for (name, value) in url::form_urlencoded::parse(&body) {
        match name.as_ref() {
            "idioma" => lang = app::text::Idioma::parse(&value),
            "de" => back = app::areas::publico::safe_back(&value).unwrap_or("/").to_owned(),
            _ => {}
        }
    }
    let Some(lang) = lang else { return StatusCode::BAD_REQUEST.into_response() };
    let secure = if ctx.app.secure_cookies { "; Secure" } else { "" };
    let cookie = format!("idioma={}; Path=/; Max-Age=31536000; SameSite=Lax{secure}", lang.lang());
    let location = HeaderValue::from_str(&back).unwrap_or(HeaderValue::from_static("/"));
    let cookie = AppendHeaders([(header::SET_COOKIE, cookie)]);
    (StatusCode::SEE_OTHER, cookie, [(header::LOCATION, location)]).into_response()
}
