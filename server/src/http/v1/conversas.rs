//! The inbox.

use axum::extract::Extension;
use axum::http::StatusCode;
use contracts::conversas::{ConversaDto, ConversasDto, EnviarRequest, MensagemDto, ThreadDto};
use contracts::{ApiError, EstadoConversa, MensagemId};
use serde::Deserialize;
use services::{Ctx, conversas};

use crate::http::error::{Answer, Body, Id, Params, Refusal, answer, no_content};

/// Which conversations.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Filtro {
    /// Only those in this state.
    estado: Option<EstadoConversa>,
    /// `proximo` of the page before.
    cursor: Option<String>,
}

/// The list: those who wait for a person first.
#[utoipa::path(get, path = "/api/v1/conversas", tag = "conversas", params(Filtro), responses(
    (status = 200, body = ConversasDto), (status = 401, body = ApiError), (status = 422, body = ApiError)))]
pub async fn list(Extension(ctx): Extension<Ctx>, Params(f): Params<Filtro>) -> Answer<ConversasDto> {
    answer(&ctx, conversas::list(&ctx, f.estado, f.cursor).await)
}

/// Where in the thread.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Antes {
    /// Only lines before this one.
    antes: Option<uuid::Uuid>,
}

/// A conversation with its newest lines.
#[utoipa::path(get, path = "/api/v1/conversas/{id}", tag = "conversas", params(("id" = uuid::Uuid, Path), Antes), responses(
    (status = 200, body = ThreadDto), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn get(Extension(ctx): Extension<Ctx>, Id(id): Id, Params(q): Params<Antes>) -> Answer<ThreadDto> {
    answer(&ctx, conversas::get(&ctx, id, q.antes.map(MensagemId)).await)
}

/// A person's reply. The same `id` twice sends once.
#[utoipa::path(post, path = "/api/v1/conversas/{id}/mensagens", tag = "conversas", params(("id" = uuid::Uuid, Path)), request_body = EnviarRequest, responses(
    (status = 200, body = MensagemDto), (status = 401, body = ApiError), (status = 404, body = ApiError), (status = 409, body = ApiError), (status = 422, body = ApiError)))]
pub async fn enviar(
    Extension(ctx): Extension<Ctx>,
    Id(id): Id,
    Body(body): Body<EnviarRequest>,
) -> Answer<MensagemDto> {
    answer(&ctx, conversas::enviar(&ctx, id, body).await)
}

/// A person takes over; the assistant is silent at once.
#[utoipa::path(post, path = "/api/v1/conversas/{id}/assumir", tag = "conversas", params(("id" = uuid::Uuid, Path)), responses(
    (status = 200, body = ConversaDto), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn assumir(Extension(ctx): Extension<Ctx>, Id(id): Id) -> Answer<ConversaDto> {
    answer(&ctx, conversas::assumir(&ctx, id).await)
}

/// Gives the conversation back to the assistant.
#[utoipa::path(post, path = "/api/v1/conversas/{id}/devolver", tag = "conversas", params(("id" = uuid::Uuid, Path)), responses(
    (status = 200, body = ConversaDto), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn devolver(Extension(ctx): Extension<Ctx>, Id(id): Id) -> Answer<ConversaDto> {
    answer(&ctx, conversas::devolver(&ctx, id).await)
}

/// Nothing is unread any more.
#[utoipa::path(post, path = "/api/v1/conversas/{id}/lida", tag = "conversas", params(("id" = uuid::Uuid, Path)), responses(
    (status = 204), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn lida(Extension(ctx): Extension<Ctx>, Id(id): Id) -> Result<StatusCode, Refusal> {
    no_content(&ctx, conversas::marcar_lida(&ctx, id).await)
}
