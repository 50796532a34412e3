//! The way to the first answer, and how ready the knowledge is.

use axum::extract::{Extension, Path};
use contracts::ApiError;
use contracts::prontidao::{DispensarRequest, EnsinarRequest, IgnorarRequest, PassosDto, ProntidaoDto, RamoRequest};
use services::{Ctx, prontidao};

use crate::http::error::{Answer, Body, answer};

/// How far the account has come on its way to the first answer.
#[utoipa::path(get, path = "/api/v1/primeiros-passos", tag = "prontidao", responses(
    (status = 200, body = PassosDto), (status = 401, body = ApiError)))]
pub async fn passos(Extension(ctx): Extension<Ctx>) -> Answer<PassosDto> {
    answer(&ctx, prontidao::passos(&ctx).await)
}

/// Puts the list of steps away, or takes it out again.
#[utoipa::path(put, path = "/api/v1/primeiros-passos", tag = "prontidao", request_body = DispensarRequest, responses(
    (status = 200, body = PassosDto), (status = 401, body = ApiError)))]
pub async fn dispensar(Extension(ctx): Extension<Ctx>, Body(body): Body<DispensarRequest>) -> Answer<PassosDto> {
    answer(&ctx, prontidao::dispensar(&ctx, body.dispensados).await)
}

/// Which questions of the trade the assistant would answer. Asked once for each version of the text.
#[utoipa::path(get, path = "/api/v1/prontidao", tag = "prontidao", responses(
    (status = 200, body = ProntidaoDto), (status = 401, body = ApiError)))]
pub async fn get(Extension(ctx): Extension<Ctx>) -> Answer<ProntidaoDto> {
    answer(&ctx, Box::pin(prontidao::get(&ctx)).await)
}

/// Chooses the trade.
#[utoipa::path(put, path = "/api/v1/prontidao/ramo", tag = "prontidao", request_body = RamoRequest, responses(
    (status = 200, body = ProntidaoDto), (status = 401, body = ApiError)))]
pub async fn escolher(Extension(ctx): Extension<Ctx>, Body(body): Body<RamoRequest>) -> Answer<ProntidaoDto> {
    answer(&ctx, Box::pin(prontidao::escolher(&ctx, body.ramo)).await)
}

/// Says of a question whether it concerns this business.
#[utoipa::path(put, path = "/api/v1/prontidao/perguntas/{chave}", tag = "prontidao", params(("chave" = String, Path)),
    request_body = IgnorarRequest, responses(
    (status = 200, body = ProntidaoDto), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn ignorar(
    Extension(ctx): Extension<Ctx>,
    Path(chave): Path<String>,
    Body(body): Body<IgnorarRequest>,
) -> Answer<ProntidaoDto> {
    answer(&ctx, Box::pin(prontidao::ignorar(&ctx, &chave, body.ignorada)).await)
}

/// Adds the answer of a question to the text.
#[utoipa::path(post, path = "/api/v1/prontidao/perguntas/{chave}/resposta", tag = "prontidao", params(("chave" = String, Path)),
    request_body = EnsinarRequest, responses(
    (status = 200, body = ProntidaoDto), (status = 401, body = ApiError), (status = 404, body = ApiError),
    (status = 409, body = ApiError), (status = 422, body = ApiError)))]
pub async fn ensinar(
    Extension(ctx): Extension<Ctx>,
    Path(chave): Path<String>,
    Body(body): Body<EnsinarRequest>,
) -> Answer<ProntidaoDto> {
    answer(&ctx, Box::pin(prontidao::ensinar(&ctx, &chave, &body.resposta)).await)
}
