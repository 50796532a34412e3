//! Login of those who run the SaaS.

use axum::extract::Extension;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse};
use contracts::assinatura::{EventoStripeDto, EventosStripeDto};
use contracts::auth::{AdminDto, LoginRequest, LoginResponse};
use contracts::emails::EmailsDto;
use contracts::{ApiError, EstadoEmail};
use serde::Deserialize;
use services::assinatura::eventos;
use services::{Ctx, admin, auth, emails};
use uuid::Uuid;

use crate::http::error::{Answer, Body, Id, Params, Refusal, answer, no_content};

/// E-mail and senha for an admin's token; it is nothing to the cliente's area.
#[utoipa::path(post, path = "/api/v1/admin/auth/login", tag = "admin", request_body = LoginRequest, responses(
    (status = 200, body = LoginResponse<AdminDto>), (status = 401, body = ApiError), (status = 422, body = ApiError)))]
pub async fn login(
    Extension(ctx): Extension<Ctx>,
    Body(body): Body<LoginRequest>,
) -> Result<impl IntoResponse, Refusal> {
    let login = answer(&ctx, admin::login(&ctx, body).await)?;
    let cookie = auth::cookie(&ctx, auth::COOKIE_ADMIN, &login.token, auth::token::DURATION.num_seconds());
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), login))
}

/// Ends this login.
#[utoipa::path(post, path = "/api/v1/admin/auth/logout", tag = "admin", responses((status = 204), (status = 401, body = ApiError)))]
pub async fn logout(Extension(ctx): Extension<Ctx>) -> Result<impl IntoResponse, Refusal> {
    let done = no_content(&ctx, admin::logout(&ctx).await)?;
    Ok((AppendHeaders([(header::SET_COOKIE, auth::cookie_clear(auth::COOKIE_ADMIN))]), done))
}

/// Who is logged in.
#[utoipa::path(get, path = "/api/v1/admin/auth/me", tag = "admin", responses(
    (status = 200, body = AdminDto), (status = 401, body = ApiError), (status = 403, body = ApiError)))]
pub async fn me(Extension(ctx): Extension<Ctx>) -> Answer<AdminDto> {
    answer(&ctx, admin::me(&ctx).await)
}

/// What to list.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EmailsQuery {
    /// Only those.
    estado: Option<EstadoEmail>,
    /// The `proximo` of the page before.
    depois: Option<Uuid>,
}

/// Mails of all clientes and what became of them, newest first: `estado=RECUSADO` are those that reached nobody.
#[utoipa::path(get, path = "/api/v1/admin/emails", tag = "admin", params(EmailsQuery), responses(
    (status = 200, body = EmailsDto), (status = 401, body = ApiError), (status = 403, body = ApiError)))]
pub async fn emails_list(Extension(ctx): Extension<Ctx>, Params(q): Params<EmailsQuery>) -> Answer<EmailsDto> {
    answer(&ctx, emails::list(&ctx, q.estado, q.depois).await)
}

/// Which events.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventosFiltro {
    /// `proximo` of the page before.
    depois: Option<String>,
    /// Only those that could not be dealt with.
    #[serde(default)]
    erro: bool,
}

/// What Stripe sent, newest first, and what became of it.
#[utoipa::path(get, path = "/api/v1/admin/eventos-stripe", tag = "admin", params(EventosFiltro), responses(
    (status = 200, body = EventosStripeDto), (status = 401, body = ApiError), (status = 403, body = ApiError), (status = 422, body = ApiError)))]
pub async fn eventos_stripe(
    Extension(ctx): Extension<Ctx>,
    Params(filtro): Params<EventosFiltro>,
) -> Answer<EventosStripeDto> {
    answer(&ctx, eventos::listar(&ctx, filtro.depois.as_deref(), filtro.erro).await)
}

/// Deals with an event again: whom it is about is read anew at Stripe.
#[utoipa::path(post, path = "/api/v1/admin/eventos-stripe/{id}/reprocessar", tag = "admin", params(("id" = String, Path)), responses(
    (status = 200, body = EventoStripeDto), (status = 401, body = ApiError), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
pub async fn reprocessar(Extension(ctx): Extension<Ctx>, Id(id): Id<String>) -> Answer<EventoStripeDto> {
    answer(&ctx, eventos::reprocessar(&ctx, &id).await)
}
