//! What the models cost.

use axum::extract::Extension;
use contracts::ApiError;
use contracts::uso::UsoDto;
use services::{Ctx, uso};

use crate::http::error::{Answer, answer};

/// This month's calls, their cost and the budget.
#[utoipa::path(get, path = "/api/v1/uso", tag = "uso", responses((status = 200, body = UsoDto), (status = 401, body = ApiError)))]
pub async fn mes(Extension(ctx): Extension<Ctx>) -> Answer<UsoDto> {
    answer(&ctx, uso::mes(&ctx).await)
}
