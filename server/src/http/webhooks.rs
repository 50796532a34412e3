//! `/webhook/*`: peers that call us. Check, store, answer.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Extension, FromRequest, Path, Request, State};
use axum::http::StatusCode;
use axum::routing::post;
use contracts::{ApiError, ErrorCode};
use services::{Ctx, whatsapp};

use super::Http;
use super::error::Refusal;

/// A voice note or a picture comes inside the JSON as base64 (evolution-api.md, P12).
const BODY_LIMIT: usize = 64 * 1024 * 1024;

pub(super) fn router() -> Router<Http> {
    Router::new().route("/webhook/whatsapp/{capability}", post(receive)).layer(DefaultBodyLimit::max(BODY_LIMIT))
}

async fn receive(
    State(http): State<Http>,
    Extension(ctx): Extension<Ctx>,
    Path(capability): Path<String>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let refuse = |code| Refusal(ApiError { request_id: Some(ctx.request_id.clone()), ..ApiError::new(code) });
    // Our own trouble is 503, so that Evolution tries again.
    let told = |e: services::Error| match e.to_api(&ctx) {
        ApiError { code: ErrorCode::Internal, .. } => refuse(ErrorCode::Unavailable),
        error => Refusal(error),
    };
    let secret = request.headers().get(whatsapp::SECRET_HEADER).and_then(|v| v.to_str().ok()).unwrap_or_default();
    // A stranger's body is not even read.
    let row = whatsapp::authenticate(&http.app, &capability, secret).await.map_err(told)?;
    let body = Bytes::from_request(request, &()).await.map_err(|e| match e.status() {
        StatusCode::PAYLOAD_TOO_LARGE => refuse(ErrorCode::TooLarge),
        _ => refuse(ErrorCode::BadRequest),
    })?;
    whatsapp::receive(&http.app, &row, &body, &ctx.request_id).await.map_err(told)?;
    Ok(StatusCode::OK)
}
