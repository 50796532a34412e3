//! The connection of the cliente's number.

use axum::extract::Extension;
use contracts::ApiError;
use contracts::whatsapp::{InstanciaDto, QrCodeDto};
use services::{Ctx, whatsapp};

use crate::http::error::{Answer, answer};

/// How the connection stands.
#[utoipa::path(get, path = "/api/v1/whatsapp/status", tag = "whatsapp", responses((status = 200, body = InstanciaDto), (status = 401, body = ApiError)))]
pub async fn status(Extension(ctx): Extension<Ctx>) -> Answer<InstanciaDto> {
    answer(&ctx, whatsapp::status(&ctx).await)
}

/// The QR code that waits to be scanned.
#[utoipa::path(get, path = "/api/v1/whatsapp/qrcode", tag = "whatsapp", responses((status = 200, body = QrCodeDto), (status = 401, body = ApiError)))]
pub async fn qrcode(Extension(ctx): Extension<Ctx>) -> Answer<QrCodeDto> {
    answer(&ctx, whatsapp::qrcode(&ctx).await)
}

/// Starts to connect; goes on with it if it has begun.
#[utoipa::path(post, path = "/api/v1/whatsapp/instance", tag = "whatsapp", responses(
    (status = 200, body = InstanciaDto), (status = 401, body = ApiError), (status = 502, body = ApiError)))]
pub async fn connect(Extension(ctx): Extension<Ctx>) -> Answer<InstanciaDto> {
    answer(&ctx, Box::pin(whatsapp::connect(&ctx)).await)
}

/// Ends the connection; conversations stay.
#[utoipa::path(delete, path = "/api/v1/whatsapp/instance", tag = "whatsapp", responses((status = 200, body = InstanciaDto), (status = 401, body = ApiError)))]
pub async fn disconnect(Extension(ctx): Extension<Ctx>) -> Answer<InstanciaDto> {
    answer(&ctx, whatsapp::disconnect(&ctx).await)
}

/// Ends the pause of automatic messages before its time.
#[utoipa::path(post, path = "/api/v1/whatsapp/retomar", tag = "whatsapp", responses(
    (status = 200, body = InstanciaDto), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn retomar(Extension(ctx): Extension<Ctx>) -> Answer<InstanciaDto> {
    answer(&ctx, whatsapp::retomar(&ctx).await)
}
