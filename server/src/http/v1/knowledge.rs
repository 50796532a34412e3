//! The business's own text.

use axum::extract::Extension;
use contracts::ApiError;
use contracts::knowledge::{KnowledgeDto, KnowledgeUpdate, SearchDto};
use serde::Deserialize;
use services::{Ctx, knowledge};

use crate::http::error::{Answer, Body, Params, answer};

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
