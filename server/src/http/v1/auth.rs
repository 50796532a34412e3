//! Login and profile of a cliente.

use axum::extract::Extension;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use contracts::ApiError;
use contracts::auth::{
    ClienteDto, EsqueciSenhaRequest, LinkDto, LinkRequest, LoginRequest, LoginResponse, NovaSenhaRequest,
    TrocarSenhaRequest,
};
use services::Ctx;
use services::auth::{self, acesso};

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

/// Replaces the senha by another and ends every other login. The one thing that is answered while `trocar_senha` is set.
#[utoipa::path(put, path = "/api/v1/me/senha", tag = "auth", request_body = TrocarSenhaRequest, responses(
    (status = 204), (status = 401, body = ApiError), (status = 422, body = ApiError)))]
pub async fn trocar_senha(
    Extension(ctx): Extension<Ctx>,
    Body(body): Body<TrocarSenhaRequest>,
) -> Result<StatusCode, Refusal> {
    no_content(&ctx, auth::trocar_senha(&ctx, body).await)
}

/// Asks for a link to choose another senha. The same answer whether or not there is such an account; the link goes by mail,
/// works once and for 60 minutes, and ends those before it.
#[utoipa::path(post, path = "/api/v1/auth/esqueci-senha", tag = "auth", request_body = EsqueciSenhaRequest, responses(
    (status = 204), (status = 422, body = ApiError), (status = 429, body = ApiError)))]
pub async fn esqueci_senha(
    Extension(ctx): Extension<Ctx>,
    Body(body): Body<EsqueciSenhaRequest>,
) -> Result<StatusCode, Refusal> {
    no_content(&ctx, acesso::esqueci(&ctx, body).await)
}

/// What a link is good for. Looking does not use it up.
#[utoipa::path(post, path = "/api/v1/auth/link", tag = "auth", request_body = LinkRequest, responses(
    (status = 200, body = LinkDto), (status = 410, body = ApiError)))]
pub async fn link(Extension(ctx): Extension<Ctx>, Body(body): Body<LinkRequest>) -> Answer<LinkDto> {
    answer(&ctx, acesso::conferir(&ctx, body).await)
}

/// Replaces the senha by a link, ends every login and begins one, as a login with the new senha would.
#[utoipa::path(post, path = "/api/v1/auth/nova-senha", tag = "auth", request_body = NovaSenhaRequest, responses(
    (status = 200, body = LoginResponse<ClienteDto>), (status = 410, body = ApiError), (status = 422, body = ApiError)))]
pub async fn nova_senha(
    Extension(ctx): Extension<Ctx>,
    Body(body): Body<NovaSenhaRequest>,
) -> Result<impl IntoResponse, Refusal> {
    let login = answer(&ctx, acesso::nova_senha(&ctx, body).await)?;
    let cookie = auth::cookie(&ctx, auth::COOKIE_CLIENTE, &login.token, auth::token::DURATION.num_seconds());
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), login))
}
