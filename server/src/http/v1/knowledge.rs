//! The business's own text.

use axum::body::Bytes;
use axum::extract::{Extension, FromRequest, Request};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use contracts::knowledge::{
    Acrescentar, ImportadoDto, ImportarPagina, KnowledgeDto, KnowledgeUpdate, RascunhoDto, RascunhoUpdate, Restaurar,
    SearchDto, VersaoTextoDto, VersoesDto,
};
use contracts::validate::IMPORTAR_MAX;
use contracts::{ApiError, ErrorCode};
use serde::Deserialize;
use services::{Ctx, knowledge};

use crate::http::error::{Answer, Body, Id, Params, Refusal, answer, no_content};

/// The text and the state of its index.
#[utoipa::path(get, path = "/api/v1/knowledge", tag = "knowledge", responses((status = 200, body = KnowledgeDto), (status = 401, body = ApiError)))]
pub async fn get(Extension(ctx): Extension<Ctx>) -> Answer<KnowledgeDto> {
    answer(&ctx, knowledge::get(&ctx).await)
}

/// Saves the text. Refused, it leaves the old one as it is.
#[utoipa::path(put, path = "/api/v1/knowledge", tag = "knowledge", request_body = KnowledgeUpdate, responses(
    (status = 200, body = KnowledgeDto), (status = 401, body = ApiError), (status = 409, body = ApiError), (status = 422, body = ApiError)))]
pub async fn put(Extension(ctx): Extension<Ctx>, Body(body): Body<KnowledgeUpdate>) -> Answer<KnowledgeDto> {
    answer(&ctx, knowledge::put(&ctx, body).await)
}

/// A question to try.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Q {
    /// 1 to 1,000 characters.
    #[serde(default)]
    q: String,
}

/// What the assistant would do with a question. Nothing is sent.
#[utoipa::path(get, path = "/api/v1/knowledge/search", tag = "knowledge", params(Q), responses(
    (status = 200, body = SearchDto), (status = 401, body = ApiError), (status = 422, body = ApiError)))]
pub async fn search(Extension(ctx): Extension<Ctx>, Params(q): Params<Q>) -> Answer<SearchDto> {
    answer(&ctx, Box::pin(knowledge::search(&ctx, &q.q)).await)
}

/// Adds a question and its answer to the text, as a new version.
#[utoipa::path(post, path = "/api/v1/knowledge/acrescentar", tag = "knowledge", request_body = Acrescentar, responses(
    (status = 200, body = KnowledgeDto), (status = 401, body = ApiError), (status = 422, body = ApiError)))]
pub async fn acrescentar(Extension(ctx): Extension<Ctx>, Body(body): Body<Acrescentar>) -> Answer<KnowledgeDto> {
    answer(&ctx, knowledge::acrescentar(&ctx, &body.pergunta, &body.resposta).await)
}

/// The versions that are kept.
#[utoipa::path(get, path = "/api/v1/knowledge/versoes", tag = "knowledge", responses((status = 200, body = VersoesDto), (status = 401, body = ApiError)))]
pub async fn versoes(Extension(ctx): Extension<Ctx>) -> Answer<VersoesDto> {
    answer(&ctx, knowledge::versoes(&ctx).await)
}

/// What to compare with.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Contra {
    /// Another version; left out: the text in use.
    contra: Option<i32>,
}

/// One version, and how the text in use differs from it.
#[utoipa::path(get, path = "/api/v1/knowledge/versoes/{versao}", tag = "knowledge", params(("versao" = i32, Path), Contra), responses(
    (status = 200, body = VersaoTextoDto), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn versao(
    Extension(ctx): Extension<Ctx>,
    Id(versao): Id<i32>,
    Params(q): Params<Contra>,
) -> Answer<VersaoTextoDto> {
    answer(&ctx, knowledge::versao(&ctx, versao, q.contra).await)
}

/// Takes an older version again, as a new one.
#[utoipa::path(post, path = "/api/v1/knowledge/versoes/{versao}/restaurar", tag = "knowledge", params(("versao" = i32, Path)), request_body = Restaurar, responses(
    (status = 200, body = KnowledgeDto), (status = 401, body = ApiError), (status = 404, body = ApiError), (status = 409, body = ApiError)))]
pub async fn restaurar(
    Extension(ctx): Extension<Ctx>,
    Id(versao): Id<i32>,
    Body(body): Body<Restaurar>,
) -> Answer<KnowledgeDto> {
    answer(&ctx, knowledge::restaurar(&ctx, versao, &body).await)
}

/// What was typed and not saved; `null` if nothing was.
#[utoipa::path(get, path = "/api/v1/knowledge/rascunho", tag = "knowledge", responses((status = 200, body = Option<RascunhoDto>), (status = 401, body = ApiError)))]
pub async fn rascunho(Extension(ctx): Extension<Ctx>) -> Answer<Option<RascunhoDto>> {
    answer(&ctx, knowledge::rascunho(&ctx).await)
}

/// Keeps what was typed. The text in use does not change.
#[utoipa::path(put, path = "/api/v1/knowledge/rascunho", tag = "knowledge", request_body = RascunhoUpdate, responses(
    (status = 200, body = RascunhoDto), (status = 401, body = ApiError), (status = 409, body = ApiError), (status = 422, body = ApiError)))]
pub async fn guardar_rascunho(Extension(ctx): Extension<Ctx>, Body(body): Body<RascunhoUpdate>) -> Answer<RascunhoDto> {
    answer(&ctx, knowledge::guardar_rascunho(&ctx, &body).await)
}

/// Which draft.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Qual {
    /// Its `updated_at`.
    qual: DateTime<Utc>,
}

/// Throws the draft away; another one than the named stays.
#[utoipa::path(delete, path = "/api/v1/knowledge/rascunho", tag = "knowledge", params(Qual), responses((status = 204), (status = 401, body = ApiError)))]
pub async fn descartar_rascunho(
    Extension(ctx): Extension<Ctx>,
    Params(q): Params<Qual>,
) -> Result<StatusCode, Refusal> {
    no_content(&ctx, knowledge::descartar_rascunho(&ctx, q.qual).await)
}

/// A little more than a file may have, so that one that is too large is told its limit.
pub const IMPORTAR_BODY: usize = IMPORTAR_MAX + 64 * 1024;

/// What the file is called.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Nome {
    /// With its extension; what it is, is found out from its bytes.
    #[serde(default)]
    nome: String,
}

/// Text out of a .txt, .md, .docx or .pdf of at most 10 MB. Nothing is saved.
#[utoipa::path(post, path = "/api/v1/knowledge/importar", tag = "knowledge", params(Nome),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, body = ImportadoDto), (status = 401, body = ApiError), (status = 413, body = ApiError), (status = 422, body = ApiError)))]
pub async fn importar(
    Extension(ctx): Extension<Ctx>,
    Params(q): Params<Nome>,
    request: Request,
) -> Answer<ImportadoDto> {
    let bytes = Bytes::from_request(request, &()).await.map_err(|e| {
        let code =
            if e.status() == StatusCode::PAYLOAD_TOO_LARGE { ErrorCode::TooLarge } else { ErrorCode::BadRequest };
        Refusal(ApiError { request_id: Some(ctx.request_id.clone()), ..ApiError::new(code) })
    })?;
    answer(&ctx, knowledge::importar_arquivo(&ctx, &q.nome, bytes.into()).await)
}

/// The main text of a public web page. Nothing is saved.
#[utoipa::path(post, path = "/api/v1/knowledge/importar/pagina", tag = "knowledge", request_body = ImportarPagina, responses(
    (status = 200, body = ImportadoDto), (status = 401, body = ApiError), (status = 422, body = ApiError), (status = 429, body = ApiError)))]
pub async fn importar_pagina(Extension(ctx): Extension<Ctx>, Body(body): Body<ImportarPagina>) -> Answer<ImportadoDto> {
    answer(&ctx, Box::pin(knowledge::importar_pagina(&ctx, &body.url)).await)
}
