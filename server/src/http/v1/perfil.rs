//! The account as its owner sees it.

use axum::body::Body as Corpo;
use axum::extract::Extension;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use contracts::auth::{ClienteDto, EncerrarRequest, PerfilUpdate, SessoesDto};
use contracts::{ApiError, SessaoId};
use services::perfil::{self, encerrar, exportar, sessoes};
use services::{Ctx, auth};

use crate::http::error::{Answer, Body, Id, Refusal, answer, no_content};

/// Saves what is given; what is left out stays.
#[utoipa::path(put, path = "/api/v1/me", tag = "perfil", request_body = PerfilUpdate, responses(
    (status = 200, body = ClienteDto), (status = 401, body = ApiError), (status = 422, body = ApiError)))]
pub async fn put(Extension(ctx): Extension<Ctx>, Body(body): Body<PerfilUpdate>) -> Answer<ClienteDto> {
    answer(&ctx, perfil::put(&ctx, body).await)
}

/// The devices that are signed in.
#[utoipa::path(get, path = "/api/v1/me/sessoes", tag = "perfil", responses((status = 200, body = SessoesDto), (status = 401, body = ApiError)))]
pub async fn sessoes_list(Extension(ctx): Extension<Ctx>) -> Answer<SessoesDto> {
    answer(&ctx, sessoes::list(&ctx).await)
}

/// Signs one device out.
#[utoipa::path(delete, path = "/api/v1/me/sessoes/{id}", tag = "perfil", params(("id" = uuid::Uuid, Path)), responses(
    (status = 204), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn sessao_encerrar(Extension(ctx): Extension<Ctx>, Id(id): Id<SessaoId>) -> Result<StatusCode, Refusal> {
    no_content(&ctx, sessoes::encerrar(&ctx, id).await)
}

/// Signs every other device out.
#[utoipa::path(post, path = "/api/v1/me/sessoes/encerrar-outras", tag = "perfil", responses((status = 204), (status = 401, body = ApiError)))]
pub async fn sessoes_encerrar_outras(Extension(ctx): Extension<Ctx>) -> Result<StatusCode, Refusal> {
    no_content(&ctx, sessoes::encerrar_outras(&ctx).await)
}

/// Everything that is kept of the account, as one JSON file; five times an hour.
#[utoipa::path(get, path = "/api/v1/me/exportar", tag = "perfil", responses(
    (status = 200, description = "Tabela a tabela, como está guardado", content_type = "application/json"),
    (status = 401, body = ApiError), (status = 429, body = ApiError)))]
pub async fn exportar(Extension(ctx): Extension<Ctx>) -> Result<Response<Corpo>, Refusal> {
    let pieces = exportar::exportar(&ctx).await.map_err(|e| Refusal(e.to_api(&ctx)))?;
    let mut response = Response::new(Corpo::from_stream(pieces));
    let name = format!("attachment; filename=\"proseia-{}.json\"", ctx.now().format("%Y-%m-%d"));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::try_from(name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Closes the account: silent at once, erased after 30 days.
#[utoipa::path(post, path = "/api/v1/me/encerrar", tag = "perfil", request_body = EncerrarRequest, responses(
    (status = 204), (status = 401, body = ApiError), (status = 409, body = ApiError), (status = 422, body = ApiError)))]
pub async fn encerrar(
    Extension(ctx): Extension<Ctx>,
    Body(body): Body<EncerrarRequest>,
) -> Result<impl IntoResponse, Refusal> {
    let done = no_content(&ctx, encerrar::encerrar(&ctx, body).await)?;
    Ok((AppendHeaders([(header::SET_COOKIE, auth::cookie_clear(auth::COOKIE_CLIENTE))]), done))
}

/// Opens a closed account again, within its 30 days.
#[utoipa::path(post, path = "/api/v1/me/reabrir", tag = "perfil", responses(
    (status = 200, body = ClienteDto), (status = 401, body = ApiError), (status = 409, body = ApiError)))]
pub async fn reabrir(Extension(ctx): Extension<Ctx>) -> Answer<ClienteDto> {
    answer(&ctx, encerrar::reabrir(&ctx).await)
}
