//! The inbox.

use axum::extract::Extension;
use axum::http::StatusCode;
use contracts::conversas::{
    ConversaDto, ConversasDto, ConversasFiltro, EnviarRequest, MensagemDto, NotaRequest, ResolverRequest, ThreadDto,
};
use contracts::{ApiError, MensagemId};
use serde::Deserialize;
use services::{Ctx, conversas};

use crate::http::error::{Answer, Body, Id, Ids, Params, Refusal, answer, no_content};

/// The list: those who wait for a person first.
#[utoipa::path(get, path = "/api/v1/conversas", tag = "conversas", params(ConversasFiltro), responses(
    (status = 200, body = ConversasDto), (status = 401, body = ApiError), (status = 422, body = ApiError)))]
pub async fn list(Extension(ctx): Extension<Ctx>, Params(f): Params<ConversasFiltro>) -> Answer<ConversasDto> {
    answer(&ctx, conversas::list(&ctx, f).await)
}

/// Where in the thread.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Antes {
    /// Only lines before this one.
    antes: Option<uuid::Uuid>,
    /// Back to this line, which was found: a longer page, if it is among the newest 2,000.
    ate: Option<uuid::Uuid>,
}

/// A conversation with its newest lines.
#[utoipa::path(get, path = "/api/v1/conversas/{id}", tag = "conversas", params(("id" = uuid::Uuid, Path), Antes), responses(
    (status = 200, body = ThreadDto), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn get(Extension(ctx): Extension<Ctx>, Id(id): Id, Params(q): Params<Antes>) -> Answer<ThreadDto> {
    answer(&ctx, conversas::get(&ctx, id, q.antes.map(MensagemId), q.ate.map(MensagemId)).await)
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

/// Unread again, for whoever looks next.
#[utoipa::path(post, path = "/api/v1/conversas/{id}/nao-lida", tag = "conversas", params(("id" = uuid::Uuid, Path)), responses(
    (status = 204), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn nao_lida(Extension(ctx): Extension<Ctx>, Id(id): Id) -> Result<StatusCode, Refusal> {
    no_content(&ctx, conversas::marcar_nao_lida(&ctx, id).await)
}

/// Nothing is left to do: nobody waits, and the assistant answers what comes next. The contato hears nothing of it.
#[utoipa::path(post, path = "/api/v1/conversas/{id}/resolver", tag = "conversas", params(("id" = uuid::Uuid, Path)), request_body = ResolverRequest, responses(
    (status = 200, body = ConversaDto), (status = 401, body = ApiError), (status = 404, body = ApiError), (status = 409, body = ApiError)))]
pub async fn resolver(
    Extension(ctx): Extension<Ctx>,
    Id(id): Id,
    Body(body): Body<ResolverRequest>,
) -> Answer<ConversaDto> {
    answer(&ctx, conversas::resolver(&ctx, id, body).await)
}

/// Opens a resolved conversation again.
#[utoipa::path(post, path = "/api/v1/conversas/{id}/reabrir", tag = "conversas", params(("id" = uuid::Uuid, Path)), responses(
    (status = 200, body = ConversaDto), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn reabrir(Extension(ctx): Extension<Ctx>, Id(id): Id) -> Answer<ConversaDto> {
    answer(&ctx, conversas::reabrir(&ctx, id).await)
}

/// A private note: never sent, never seen by the assistant. The same `id` twice notes once.
#[utoipa::path(post, path = "/api/v1/conversas/{id}/notas", tag = "conversas", params(("id" = uuid::Uuid, Path)), request_body = NotaRequest, responses(
    (status = 200, body = MensagemDto), (status = 401, body = ApiError), (status = 404, body = ApiError), (status = 422, body = ApiError)))]
pub async fn anotar(Extension(ctx): Extension<Ctx>, Id(id): Id, Body(body): Body<NotaRequest>) -> Answer<MensagemDto> {
    answer(&ctx, conversas::anotar(&ctx, id, body).await)
}

/// Removes a private note.
#[utoipa::path(delete, path = "/api/v1/conversas/{id}/notas/{mensagem_id}", tag = "conversas", params(("id" = uuid::Uuid, Path), ("mensagem_id" = uuid::Uuid, Path)), responses(
    (status = 204), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn apagar_nota(Extension(ctx): Extension<Ctx>, Ids(id, nota): Ids) -> Result<StatusCode, Refusal> {
    no_content(&ctx, conversas::apagar_nota(&ctx, id, nota).await)
}

/// Sends a line once more that was given up (`FALHOU`). One that is on its way is left alone.
#[utoipa::path(post, path = "/api/v1/conversas/{id}/mensagens/{mensagem_id}/reenviar", tag = "conversas", params(("id" = uuid::Uuid, Path), ("mensagem_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = MensagemDto), (status = 401, body = ApiError), (status = 404, body = ApiError), (status = 409, body = ApiError)))]
pub async fn reenviar(Extension(ctx): Extension<Ctx>, Ids(id, mensagem): Ids) -> Answer<MensagemDto> {
    answer(&ctx, conversas::reenviar(&ctx, id, mensagem).await)
}
