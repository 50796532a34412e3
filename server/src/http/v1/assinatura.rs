//! What a cliente pays for.

use axum::extract::Extension;
use contracts::ApiError;
use contracts::assinatura::{AssinaturaDto, ConsumoDto, FaturasDto, PortalDto, PortalRequest};
use serde::Deserialize;
use services::{Ctx, assinatura};

use crate::http::error::{Answer, Body, Params, answer};

/// Which invoices.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FaturasFiltro {
    /// `proximo` of the page before.
    depois: Option<String>,
}

/// How the cliente stands: plan, next charge, what is to be paid.
#[utoipa::path(get, path = "/api/v1/assinatura", tag = "assinatura", responses(
    (status = 200, body = AssinaturaDto), (status = 401, body = ApiError)))]
pub async fn ler(Extension(ctx): Extension<Ctx>) -> Answer<AssinaturaDto> {
    answer(&ctx, assinatura::ler(&ctx).await)
}

/// What this month has used of the plan.
#[utoipa::path(get, path = "/api/v1/assinatura/consumo", tag = "assinatura", responses(
    (status = 200, body = ConsumoDto), (status = 401, body = ApiError)))]
pub async fn consumo(Extension(ctx): Extension<Ctx>) -> Answer<ConsumoDto> {
    answer(&ctx, assinatura::consumo::ler(&ctx).await)
}

/// Its invoices, newest first.
#[utoipa::path(get, path = "/api/v1/assinatura/faturas", tag = "assinatura", params(FaturasFiltro), responses(
    (status = 200, body = FaturasDto), (status = 401, body = ApiError), (status = 422, body = ApiError)))]
pub async fn faturas(Extension(ctx): Extension<Ctx>, Params(filtro): Params<FaturasFiltro>) -> Answer<FaturasDto> {
    answer(&ctx, assinatura::faturas(&ctx, filtro.depois.as_deref()).await)
}

/// Opens the payment portal: card, plan, cancellation. The address is good for one visit.
#[utoipa::path(post, path = "/api/v1/assinatura/portal", tag = "assinatura", request_body = PortalRequest, responses(
    (status = 200, body = PortalDto), (status = 401, body = ApiError), (status = 404, body = ApiError), (status = 502, body = ApiError),
    (status = 503, body = ApiError)))]
pub async fn portal(Extension(ctx): Extension<Ctx>, Body(body): Body<PortalRequest>) -> Answer<PortalDto> {
    answer(&ctx, assinatura::portal(&ctx, body).await)
}
