//! How the assistant speaks, when people are there, how long messages are kept.

use axum::extract::Extension;
use contracts::ApiError;
use contracts::config::{ConfigDto, ConfigUpdate};
use services::{Ctx, config};

use crate::http::error::{Answer, Body, answer};

/// The configuration of the assistant.
#[utoipa::path(get, path = "/api/v1/config", tag = "config", responses((status = 200, body = ConfigDto), (status = 401, body = ApiError)))]
pub async fn get(Extension(ctx): Extension<Ctx>) -> Answer<ConfigDto> {
    answer(&ctx, config::get(&ctx).await)
}

/// Saves what is given; what is left out stays. Refused, it leaves everything as it is.
#[utoipa::path(put, path = "/api/v1/config", tag = "config", request_body = ConfigUpdate, responses(
    (status = 200, body = ConfigDto), (status = 401, body = ApiError), (status = 409, body = ApiError), (status = 422, body = ApiError)))]
pub async fn put(Extension(ctx): Extension<Ctx>, Body(body): Body<ConfigUpdate>) -> Answer<ConfigDto> {
    answer(&ctx, config::put(&ctx, body).await)
}
