//! What is sold.

use axum::extract::Extension;
use contracts::planos::PlanosDto;
use services::{Ctx, planos};

use crate::http::error::{Answer, answer};

/// What can be subscribed to, with its prices and limits.
#[utoipa::path(get, path = "/api/v1/planos", tag = "planos", responses((status = 200, body = PlanosDto)))]
pub async fn list(Extension(ctx): Extension<Ctx>) -> Answer<PlanosDto> {
    answer(&ctx, planos::list(&ctx).await)
}
