//! Errors on the wire, and the extractor that makes bad JSON one of them.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use contracts::{ApiError, ConversaId, ErrorCode, MensagemId};
use serde::de::DeserializeOwned;
use services::Ctx;

/// An answer that says no.
pub struct Refusal(pub ApiError);

/// What a REST handler answers.
pub type Answer<T> = Result<Json<T>, Refusal>;

/// A service's result as a REST answer.
pub fn answer<T>(ctx: &Ctx, result: services::Result<T>) -> Answer<T> {
    result.map(Json).map_err(|e| Refusal(e.to_api(ctx)))
}

/// A service's result as an answer without a body.
pub fn no_content(ctx: &Ctx, result: services::Result<()>) -> Result<StatusCode, Refusal> {
    result.map(|()| StatusCode::NO_CONTENT).map_err(|e| Refusal(e.to_api(ctx)))
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self(ApiError::new(code))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self.0)).into_response()
    }
}

/// A JSON body of this shape, or a refusal that says what is wrong with it.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let id = request_id(&request);
        let refuse = |code, why: String| {
            let mut error = ApiError { request_id: id.clone(), ..ApiError::new(code) };
            if !why.is_empty() {
                error.fields.insert("corpo".into(), why);
            }
            Refusal(error)
        };
        // Also keeps a form of another site from being read as JSON.
        let json = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        if !json.is_some_and(|t| t.split(';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case("application/json")))
        {
            return Err(refuse(ErrorCode::BadRequest, "Envie com Content-Type: application/json.".into()));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|e| match e.status() {
            StatusCode::PAYLOAD_TOO_LARGE => refuse(ErrorCode::TooLarge, String::new()),
            _ => refuse(ErrorCode::BadRequest, String::new()),
        })?;
        if std::str::from_utf8(&bytes).is_err() {
            return Err(refuse(ErrorCode::BadRequest, "O corpo não é UTF-8 válido.".into()));
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|e| {
            let why = format!("Linha {}, coluna {}: {}", e.line(), e.column(), kind(&e));
            refuse(ErrorCode::BadRequest, why)
        })
    }
}

/// A query string of this shape, or a refusal.
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let id = parts.extensions.get::<Ctx>().map(|ctx| ctx.request_id.clone());
        let found = Query::<T>::from_request_parts(parts, state).await;
        let why = "Um dos parâmetros do endereço não é válido.";
        found
            .map(|Query(found)| Self(found))
            .map_err(|_| Refusal(ApiError { request_id: id, ..ApiError::field("parametros", why) }))
    }
}

/// The `{id}` of the path. What is no id names nothing.
pub struct Id<T = ConversaId>(pub T);

impl<S: Send + Sync, T: std::str::FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let request_id = parts.extensions.get::<Ctx>().map(|ctx| ctx.request_id.clone());
        let text = Path::<String>::from_request_parts(parts, state).await.ok();
        let id = text.and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or_else(|| Refusal(ApiError { request_id, ..ApiError::new(ErrorCode::NotFound) }))
    }
}

/// The `{id}/…/{mensagem_id}` of the path.
pub struct Ids(pub ConversaId, pub MensagemId);

impl<S: Send + Sync> FromRequestParts<S> for Ids {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let request_id = parts.extensions.get::<Ctx>().map(|ctx| ctx.request_id.clone());
        let ids = Path::<(uuid::Uuid, uuid::Uuid)>::from_request_parts(parts, state).await.ok();
        let ids = ids.map(|Path((conversa, mensagem))| Self(ConversaId(conversa), MensagemId(mensagem)));
        ids.ok_or_else(|| Refusal(ApiError { request_id, ..ApiError::new(ErrorCode::NotFound) }))
    }
}

fn kind(e: &serde_json::Error) -> &'static str {
    match e.classify() {
        serde_json::error::Category::Data => "falta um campo ou um campo tem o tipo errado.",
        serde_json::error::Category::Eof => "o JSON termina antes da hora.",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "o JSON está malformado.",
    }
}

/// The id that the first layer gave the request.
pub fn request_id<B>(request: &axum::http::Request<B>) -> Option<String> {
    request.headers().get(super::REQUEST_ID).and_then(|v| v.to_str().ok()).map(str::to_owned)
}

/// A bug of ours: the message is logged by the panic hook, the client learns nothing of it.
pub fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Refusal::from(ErrorCode::Internal).into_response()
}
