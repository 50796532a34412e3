//! Login of those who run the SaaS.

use axum::extract::Extension;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse};
use contracts::auth::{AdminDto, LoginRequest, LoginResponse};
use contracts::emails::EmailsDto;
use contracts::{ApiError, EstadoEmail};
use serde::Deserialize;
use services::{Ctx, admin, auth, emails};
use uuid::Uuid;

use crate::http::error::{Answer, Body, Params, Refusal, answer, no_content};

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
