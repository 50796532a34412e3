//! Questions that the knowledge did not answer.

use axum::extract::Extension;
use axum::http::StatusCode;
use contracts::knowledge::KnowledgeDto;
use contracts::perguntas::{Ensinar, Marcar, PerguntasDto};
use contracts::{ApiError, EstadoPergunta, MensagemId};
use serde::Deserialize;
use services::{Ctx, perguntas};

use crate::http::error::{Answer, Body, Id, Params, Refusal, answer, no_content};

/// Which ones.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Quais {
    /// `ABERTA` (the default), `ENSINADA` or `DISPENSADA`.
    estado: Option<EstadoPergunta>,
}

/// Questions of the last 30 days without an answer, those that ask the same together.
#[utoipa::path(get, path = "/api/v1/perguntas", tag = "perguntas", params(Quais), responses(
    (status = 200, body = PerguntasDto), (status = 401, body = ApiError)))]
pub async fn list(Extension(ctx): Extension<Ctx>, Params(q): Params<Quais>) -> Answer<PerguntasDto> {
    answer(&ctx, perguntas::list(&ctx, q.estado.unwrap_or(EstadoPergunta::Aberta)).await)
}

/// Writes the answer into the knowledge, and notes the question and those like it as taught.
#[utoipa::path(post, path = "/api/v1/perguntas/{id}/ensinar", tag = "perguntas", params(("id" = uuid::Uuid, Path)), request_body = Ensinar, responses(
    (status = 200, body = KnowledgeDto), (status = 401, body = ApiError), (status = 404, body = ApiError), (status = 422, body = ApiError)))]
pub async fn ensinar(
    Extension(ctx): Extension<Ctx>,
    Id(id): Id<MensagemId>,
    Body(body): Body<Ensinar>,
) -> Answer<KnowledgeDto> {
    answer(&ctx, perguntas::ensinar(&ctx, id, &body).await)
}

/// Notes the question and those like it as needing no answer.
#[utoipa::path(post, path = "/api/v1/perguntas/{id}/dispensar", tag = "perguntas", params(("id" = uuid::Uuid, Path)), responses(
    (status = 204), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn dispensar(Extension(ctx): Extension<Ctx>, Id(id): Id<MensagemId>) -> Result<StatusCode, Refusal> {
    no_content(&ctx, perguntas::mudar(&ctx, id, EstadoPergunta::Dispensada).await)
}

/// Notes the question and those like it as not dealt with.
#[utoipa::path(post, path = "/api/v1/perguntas/{id}/reabrir", tag = "perguntas", params(("id" = uuid::Uuid, Path)), responses(
    (status = 204), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn reabrir(Extension(ctx): Extension<Ctx>, Id(id): Id<MensagemId>) -> Result<StatusCode, Refusal> {
    no_content(&ctx, perguntas::mudar(&ctx, id, EstadoPergunta::Aberta).await)
}

/// Marks a reply of the assistant as one that did not answer, or takes the mark away.
#[utoipa::path(post, path = "/api/v1/perguntas/{id}/marcar", tag = "perguntas", params(("id" = uuid::Uuid, Path)), request_body = Marcar, responses(
    (status = 204), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn marcar(
    Extension(ctx): Extension<Ctx>,
    Id(id): Id<MensagemId>,
    Body(body): Body<Marcar>,
) -> Result<StatusCode, Refusal> {
    no_content(&ctx, perguntas::marcar(&ctx, id, body.marcada).await)
}
