//! Crashes of the browser's half.

use axum::extract::Extension;
use axum::http::StatusCode;
use contracts::ApiError;
use contracts::relatos::Relato;
use services::{Ctx, relatos};

use crate::http::error::{Body, Refusal, no_content};

/// A report is a sentence and two names.
pub const LIMIT: usize = 8 * 1024;

/// A page tells that it has crashed. Kept in the log only, without anything of a person.
#[utoipa::path(post, path = "/api/v1/relatos", tag = "relatos", request_body = Relato, responses(
    (status = 204), (status = 400, body = ApiError), (status = 429, body = ApiError)))]
pub async fn receber(Extension(ctx): Extension<Ctx>, Body(body): Body<Relato>) -> Result<StatusCode, Refusal> {
    no_content(&ctx, relatos::receber(&ctx, &body).await)
}
