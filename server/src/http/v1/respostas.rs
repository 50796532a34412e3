//! Canned replies.

use axum::extract::Extension;
use axum::http::StatusCode;
use contracts::ApiError;
use contracts::respostas::{RespostaProntaDto, RespostaProntaRequest};
use services::{Ctx, respostas};

use crate::http::error::{Answer, Body, Id, Refusal, answer, no_content};

/// All, by their atalho.
#[utoipa::path(get, path = "/api/v1/respostas-prontas", tag = "respostas", responses(
    (status = 200, body = Vec<RespostaProntaDto>), (status = 401, body = ApiError)))]
pub async fn list(Extension(ctx): Extension<Ctx>) -> Answer<Vec<RespostaProntaDto>> {
    answer(&ctx, respostas::list(&ctx).await)
}

/// Adds one; at most 200.
#[utoipa::path(post, path = "/api/v1/respostas-prontas", tag = "respostas", request_body = RespostaProntaRequest, responses(
    (status = 200, body = RespostaProntaDto), (status = 401, body = ApiError), (status = 422, body = ApiError)))]
pub async fn criar(
    Extension(ctx): Extension<Ctx>,
    Body(body): Body<RespostaProntaRequest>,
) -> Answer<RespostaProntaDto> {
    answer(&ctx, respostas::criar(&ctx, body).await)
}

/// Changes one.
#[utoipa::path(put, path = "/api/v1/respostas-prontas/{id}", tag = "respostas", params(("id" = uuid::Uuid, Path)), request_body = RespostaProntaRequest, responses(
    (status = 200, body = RespostaProntaDto), (status = 401, body = ApiError), (status = 404, body = ApiError), (status = 409, body = ApiError), (status = 422, body = ApiError)))]
pub async fn salvar(
    Extension(ctx): Extension<Ctx>,
    Id(id): Id<contracts::RespostaProntaId>,
    Body(body): Body<RespostaProntaRequest>,
) -> Answer<RespostaProntaDto> {
    answer(&ctx, respostas::salvar(&ctx, id, body).await)
}

/// Removes one.
#[utoipa::path(delete, path = "/api/v1/respostas-prontas/{id}", tag = "respostas", params(("id" = uuid::Uuid, Path)), responses(
    (status = 204), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn apagar(
    Extension(ctx): Extension<Ctx>,
    Id(id): Id<contracts::RespostaProntaId>,
) -> Result<StatusCode, Refusal> {
    no_content(&ctx, respostas::apagar(&ctx, id).await)
}
