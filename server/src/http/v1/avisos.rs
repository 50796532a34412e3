//! What the owner must know.

use axum::extract::Extension;
use contracts::ApiError;
use contracts::avisos::AvisosDto;
use services::{Ctx, avisos};

use crate::http::error::{Answer, answer};

/// The open ones, and those that ended within the last 7 days.
#[utoipa::path(get, path = "/api/v1/avisos", tag = "avisos", responses((status = 200, body = AvisosDto), (status = 401, body = ApiError)))]
pub async fn list(Extension(ctx): Extension<Ctx>) -> Answer<AvisosDto> {
    answer(&ctx, avisos::list(&ctx).await)
}
