//! What happened lately, in figures.

use axum::extract::Extension;
use contracts::ApiError;
use contracts::metricas::{MetricasDto, Periodo};
use serde::Deserialize;
use services::{Ctx, metricas};

use crate::http::error::{Answer, Params, answer};

/// Which days.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Quando {
    /// `hoje`, `7d` or `30d`; left out: `30d`.
    #[serde(default)]
    periodo: Periodo,
}

/// Messages, who answered them, how fast and at what cost, beside the period before.
#[utoipa::path(get, path = "/api/v1/metricas", tag = "metricas", params(Quando), responses(
    (status = 200, body = MetricasDto), (status = 401, body = ApiError), (status = 422, body = ApiError)))]
pub async fn get(Extension(ctx): Extension<Ctx>, Params(q): Params<Quando>) -> Answer<MetricasDto> {
    answer(&ctx, metricas::get(&ctx, q.periodo).await)
}
