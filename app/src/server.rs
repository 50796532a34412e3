//! What the bodies of the server functions share. Only in the server.
//!
//! A server function extracts the [`Ctx`] that the middleware has put into the request, calls one service and maps the
//! error. Cookies and status go out through [`ResponseOptions`].

use axum::http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use contracts::{ApiError, ErrorCode};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use services::Ctx;

use crate::error::AppError;

/// The caller, as the middleware found it.
pub fn ctx() -> Result<Ctx, AppError> {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<Ctx>().cloned())
        .ok_or_else(|| fail(ApiError::new(ErrorCode::Internal)))
}

/// What a form of a page without WASM has sent, and why it comes back: for the page that is made again.
#[derive(Clone, Default)]
pub struct Enviado {
    /// Name and value, as typed. A senha is never among them.
    pub campos: Vec<(String, String)>,
    /// Why it was refused.
    pub erro: Option<ApiError>,
}

impl Enviado {
    /// What was typed into a field.
    pub fn valor(&self, nome: &str) -> Option<String> {
        self.campos.iter().find(|(campo, _)| campo == nome).map(|(_, valor)| valor.clone())
    }
}

/// The form that this page answers, if it answers one.
pub fn enviado() -> Enviado {
    use_context().unwrap_or_default()
}

/// For `map_err`: a service's error as it leaves the house.
pub fn err(ctx: &Ctx) -> impl FnOnce(services::Error) -> AppError {
    move |error| fail(error.to_api(ctx))
}

/// An error with its HTTP status set.
pub fn fail(error: ApiError) -> AppError {
    set_status(error.code);
    AppError(error)
}

/// Sets the true status, except for a plain form post or a page: there the redirect (or the page) has its own.
pub fn set_status(code: ErrorCode) {
    let html = use_context::<Parts>().is_none_or(|parts| wants_html(&parts.headers));
    if html {
        return;
    }
    if let (Some(res), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(code.status())) {
        res.set_status(status);
    }
}

/// The status of the page itself, such as 404.
pub fn page_status(code: ErrorCode) {
    if let (Some(res), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(code.status())) {
        res.set_status(status);
    }
}

/// Adds a `Set-Cookie` header.
pub fn set_cookie(value: &str) {
    if let (Some(res), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(value)) {
        res.append_header(header::SET_COOKIE, value);
    }
}

/// Sets the cookie of a login that worked; it ends with the token.
pub fn set_session<T>(ctx: &Ctx, name: &str, login: &contracts::auth::LoginResponse<T>) {
    let max_age_s = (login.expira_em - crate::time::now()).num_seconds().max(0);
    set_cookie(&services::auth::cookie(ctx, name, &login.token, max_age_s));
}

/// Remembers the language of the account in this browser, for a year.
pub fn set_language(idioma: &str) {
    let idioma = if idioma == "en" { "en" } else { "pt-BR" };
    set_cookie(&format!("idioma={idioma}; Path=/; Max-Age=31536000; SameSite=Lax"));
}

/// The value of a cookie of the request, as sent.
pub fn request_cookie(name: &str) -> Option<String> {
    let parts = use_context::<Parts>()?;
    parts
        .headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .find_map(|header| crate::browser::cookie_in(header, name))
}

/// The path of the request.
pub fn request_path() -> Option<String> {
    use_context::<Parts>().map(|parts| parts.uri.path().to_owned())
}

/// The language of the request; see [`Idioma::current`](crate::text::Idioma::current).
pub fn request_idioma() -> crate::text::Idioma {
    use crate::text::Idioma;
    let Some(parts) = use_context::<Parts>() else { return Idioma::PtBr };
    let accepted = || parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    asked_idioma()
        .or_else(|| request_cookie("idioma").as_deref().and_then(Idioma::parse))
        .unwrap_or_else(|| Idioma::accepted(accepted().unwrap_or_default()))
}

/// The language that the address itself asks for.
pub fn asked_idioma() -> Option<crate::text::Idioma> {
    let parts = use_context::<Parts>()?;
    let code = parts.uri.query()?.split('&').find_map(|p| p.strip_prefix("idioma="))?;
    crate::text::Idioma::parse(code)
}

/// Path and query of the request, without a language that the address asks for.
pub fn request_path_without_idioma() -> String {
    let Some(parts) = use_context::<Parts>() else { return "/".to_owned() };
    let query = parts.uri.query().unwrap_or_default();
    let kept: Vec<&str> = query.split('&').filter(|p| !p.is_empty() && !p.starts_with("idioma=")).collect();
    let path = parts.uri.path();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

fn wants_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("text/html"))
}
