//! Login and profile of a cliente.

use axum::extract::Extension;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use contracts::ApiError;
use contracts::auth::{ClienteDto, LoginRequest, LoginResponse, TrocarSenhaRequest};
use services::{Ctx, auth};

use crate::http::error::{Answer, Body, Refusal, answer, no_content};

/// E-mail and senha for a token; browsers get it as a cookie too.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "auth", request_body = LoginRequest, responses(
    (status = 200, body = LoginResponse<ClienteDto>), (status = 401, body = ApiError), (status = 422, body = ApiError)))]
pub async fn login(
    Extension(ctx): Extension<Ctx>,
    Body(body): Body<LoginRequest>,
) -> Result<impl IntoResponse, Refusal> {
    let login = answer(&ctx, auth::login(&ctx, body).await)?;
    let cookie = auth::cookie(&ctx, auth::COOKIE_CLIENTE, &login.token, auth::token::DURATION.num_seconds());
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), login))
}

/// Ends this login; the token is worth nothing from now on.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "auth", responses((status = 204), (status = 401, body = ApiError)))]
pub async fn logout(Extension(ctx): Extension<Ctx>) -> Result<impl IntoResponse, Refusal> {
    let done = no_content(&ctx, auth::logout(&ctx).await)?;
    Ok((AppendHeaders([(header::SET_COOKIE, auth::cookie_clear(auth::COOKIE_CLIENTE))]), done))
}

/// Who is logged in.
#[utoipa::path(get, path = "/api/v1/me", tag = "auth", responses((status = 200, body = ClienteDto), (status = 401, body = ApiError)))]
pub async fn me(Extension(ctx): Extension<Ctx>) -> Answer<ClienteDto> {
    answer(&ctx, auth::me(&ctx).await)
}

/// The same, at the plan's short path.
#[utoipa::path(get, path = "/api/me", tag = "auth", responses((status = 200, body = ClienteDto), (status = 401, body = ApiError)))]
pub async fn me_short(ctx: Extension<Ctx>) -> Answer<ClienteDto> {
    me(ctx).await
}

/// Replaces the senha and ends every other login.
#[utoipa::path(put, path = "/api/v1/me/senha", tag = "auth", request_body = TrocarSenhaRequest, responses(
    (status = 204), (status = 401, body = ApiError), (status = 422, body = ApiError)))]
pub async fn trocar_senha(
    Extension(ctx): Extension<Ctx>,
    Body(body): Body<TrocarSenhaRequest>,
) -> Result<StatusCode, Refusal> {
    no_content(&ctx, auth::trocar_senha(&ctx, body).await)
}
