//! The connection of the cliente's number.

use axum::extract::Extension;
use contracts::ApiError;
use contracts::avisos::AvisosDto;
use contracts::whatsapp::{InstanciaDto, ParearRequest, QrCodeDto};
use services::{Ctx, whatsapp};

use crate::http::error::{Answer, Body, answer};

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

/// Starts to connect by a code that is typed on the phone, instead of scanning; a QR code that waited is replaced.
#[utoipa::path(post, path = "/api/v1/whatsapp/pareamento", tag = "whatsapp", request_body = ParearRequest, responses(
    (status = 200, body = InstanciaDto), (status = 401, body = ApiError), (status = 409, body = ApiError),
    (status = 422, body = ApiError), (status = 502, body = ApiError)))]
pub async fn parear(Extension(ctx): Extension<Ctx>, Body(body): Body<ParearRequest>) -> Answer<InstanciaDto> {
    answer(&ctx, Box::pin(whatsapp::parear(&ctx, &body)).await)
}

/// Troubles of the connection in the last 30 days, newest first.
#[utoipa::path(get, path = "/api/v1/whatsapp/historico", tag = "whatsapp", responses((status = 200, body = AvisosDto), (status = 401, body = ApiError)))]
pub async fn historico(Extension(ctx): Extension<Ctx>) -> Answer<AvisosDto> {
    answer(&ctx, whatsapp::historico(&ctx).await)
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
