//! Signing up.

use axum::extract::Extension;
use contracts::ApiError;
use contracts::assinatura::{CheckoutDto, NovoCheckout};
use services::Ctx;
use services::assinatura::checkout;
use uuid::Uuid;

use crate::http::error::{Answer, Body, Id, answer};

/// Begins a sign-up; `url` is where it is paid. The same form twice is the same sign-up.
#[utoipa::path(post, path = "/api/v1/checkout", tag = "assinatura", request_body = NovoCheckout, responses(
    (status = 200, body = CheckoutDto), (status = 409, body = ApiError), (status = 422, body = ApiError), (status = 429, body = ApiError),
    (status = 502, body = ApiError), (status = 503, body = ApiError)))]
pub async fn criar(Extension(ctx): Extension<Ctx>, Body(body): Body<NovoCheckout>) -> Answer<CheckoutDto> {
    answer(&ctx, checkout::criar(&ctx, body).await)
}

/// How far it has come.
#[utoipa::path(get, path = "/api/v1/checkout/{id}", tag = "assinatura", params(("id" = Uuid, Path)), responses(
    (status = 200, body = CheckoutDto), (status = 404, body = ApiError)))]
pub async fn ler(Extension(ctx): Extension<Ctx>, Id(id): Id<Uuid>) -> Answer<CheckoutDto> {
    answer(&ctx, checkout::ler(&ctx, id).await)
}

/// Makes one payable that was left, closed or declined.
#[utoipa::path(post, path = "/api/v1/checkout/{id}/retomar", tag = "assinatura", params(("id" = Uuid, Path)), responses(
    (status = 200, body = CheckoutDto), (status = 404, body = ApiError), (status = 409, body = ApiError), (status = 429, body = ApiError),
    (status = 502, body = ApiError), (status = 503, body = ApiError)))]
pub async fn retomar(Extension(ctx): Extension<Ctx>, Id(id): Id<Uuid>) -> Answer<CheckoutDto> {
    answer(&ctx, checkout::retomar(&ctx, id).await)
}
