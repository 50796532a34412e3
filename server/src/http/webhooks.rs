//! `/webhook/*`: peers that call us. Check, store, answer.

mod shortened;

use axum::Router;
use axum::extract::{Extension, Path, Request, State};
use axum::http::StatusCode;
use axum::routing::post;
use contracts::{ApiError, ErrorCode};
use integrations::evolution::webhook::is_edit;
use integrations::stripe::webhook::HEADER as SIGNATURE;
use services::assinatura::eventos;
use services::{Ctx, whatsapp};

use super::Http;
use super::error::Refusal;

/// An edit holds a text of at most 65,536 characters.
const EDIT_LIMIT: usize = 512 * 1024;

pub(super) fn router() -> Router<Http> {
    Router::new().route("/webhook/whatsapp/{capability}", post(receive)).route("/webhook/billing", post(billing))
}

/// Stripe. The signature is over the bytes as they came, so nothing may read them first.
async fn billing(
    State(http): State<Http>,
    Extension(ctx): Extension<Ctx>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let header = request.headers().get(SIGNATURE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let body = axum::body::to_bytes(request.into_body(), eventos::LIMITE).await.map_err(|_| {
        Refusal(ApiError { request_id: Some(ctx.request_id.clone()), ..ApiError::new(ErrorCode::TooLarge) })
    })?;
    let taken = eventos::receber(&http.app, &header, &body, &ctx.request_id).await;
    taken.map(|()| StatusCode::OK).map_err(|e| Refusal(e.to_api(&ctx)))
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
    let row = match whatsapp::authenticate(&http.app, &capability, secret).await {
        Ok(row) => row,
        Err(e) => {
            let refusal = told(e);
            return if refusal.0.code == ErrorCode::Unavailable {
                or_edit(refusal, request).await
            } else {
                Err(refusal)
            };
        }
    };
    let body = shortened::read(request.into_body()).await.map_err(refuse)?;
    match whatsapp::receive(&http.app, &row, &body, &ctx.request_id).await.map_err(told) {
        Err(refusal) if refusal.0.code == ErrorCode::Unavailable && is_edit(&body) => Ok(lost_edit()),
        result => result.map(|()| StatusCode::OK),
    }
}

/// Our own trouble before we know who calls: the body decides whether the peer may be told to try again.
async fn or_edit(refusal: Refusal, request: Request) -> Result<StatusCode, Refusal> {
    match axum::body::to_bytes(request.into_body(), EDIT_LIMIT).await {
        Ok(body) if is_edit(&body) => Ok(lost_edit()),
        _ => Err(refusal),
    }
}

/// While an edit is refused, Evolution holds back every later message of the instance (pitfall P3): better one edit lost
/// than the shop silent.
fn lost_edit() -> StatusCode {
    tracing::warn!("an edit was lost to our own trouble");
    StatusCode::OK
}
