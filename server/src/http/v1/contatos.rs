//! A contato's own data.

use axum::extract::Extension;
use axum::http::StatusCode;
use contracts::contatos::{AnotacoesRequest, ContatoDetalheDto, ContatoExport};
use contracts::{ApiError, ContatoId};
use services::{Ctx, contatos};

use crate::http::error::{Answer, Body, Id, Refusal, answer, no_content};

/// A contato, with what is known of it.
#[utoipa::path(get, path = "/api/v1/contatos/{id}", tag = "contatos", params(("id" = uuid::Uuid, Path)), responses(
    (status = 200, body = ContatoDetalheDto), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn get(Extension(ctx): Extension<Ctx>, Id(id): Id) -> Answer<ContatoDetalheDto> {
    answer(&ctx, contatos::get(&ctx, ContatoId(id.0)).await)
}

/// Saves what the business notes about a contato.
#[utoipa::path(put, path = "/api/v1/contatos/{id}/anotacoes", tag = "contatos", params(("id" = uuid::Uuid, Path)), request_body = AnotacoesRequest, responses(
    (status = 200, body = ContatoDetalheDto), (status = 401, body = ApiError), (status = 404, body = ApiError), (status = 409, body = ApiError), (status = 422, body = ApiError)))]
pub async fn anotar(
    Extension(ctx): Extension<Ctx>,
    Id(id): Id,
    Body(body): Body<AnotacoesRequest>,
) -> Answer<ContatoDetalheDto> {
    answer(&ctx, contatos::anotar(&ctx, ContatoId(id.0), body).await)
}

/// Everything that is kept of a contato.
#[utoipa::path(get, path = "/api/v1/contatos/{id}/exportar", tag = "contatos", params(("id" = uuid::Uuid, Path)), responses(
    (status = 200, body = ContatoExport), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn exportar(Extension(ctx): Extension<Ctx>, Id(id): Id) -> Answer<ContatoExport> {
    answer(&ctx, contatos::exportar(&ctx, ContatoId(id.0)).await)
}

/// Erases a contato with everything that is kept of it. There is no way back.
#[utoipa::path(delete, path = "/api/v1/contatos/{id}", tag = "contatos", params(("id" = uuid::Uuid, Path)), responses(
    (status = 204), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn apagar(Extension(ctx): Extension<Ctx>, Id(id): Id) -> Result<StatusCode, Refusal> {
    no_content(&ctx, Box::pin(contatos::apagar(&ctx, ContatoId(id.0))).await)
}
