//! `/webhook/*`: peers that call us. Check, store, answer.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Extension, Path, State};
use axum::http::{HeaderMap, StatusCode};
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
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<StatusCode, Refusal> {
    let refuse = |code| Refusal(ApiError { request_id: Some(ctx.request_id.clone()), ..ApiError::new(code) });
    let body = body.map_err(|e| match e.status() {
        StatusCode::PAYLOAD_TOO_LARGE => refuse(ErrorCode::TooLarge),
        _ => refuse(ErrorCode::BadRequest),
    })?;
    let secret = headers.get(whatsapp::SECRET_HEADER).and_then(|v| v.to_str().ok()).unwrap_or_default();
    match whatsapp::receive(&http.app, &capability, secret, &body, &ctx.request_id).await {
        Ok(()) => Ok(StatusCode::OK),
        // Our own trouble is 503, so that Evolution tries again.
        Err(e) if e.code == ErrorCode::Internal => {
            Err(Refusal(ApiError { request_id: e.to_api(&ctx).request_id, ..ApiError::new(ErrorCode::Unavailable) }))
        }
        Err(e) => Err(Refusal(e.to_api(&ctx))),
    }
}
