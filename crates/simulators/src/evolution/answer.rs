//! Answers as the peer words them, and what every route checks first.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::state::World;

/// Status and body.
pub(super) struct Answer(pub u16, pub Value);

pub(super) type Answered = Result<Answer, Answer>;

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (StatusCode::from_u16(self.0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(self.1)).into_response()
    }
}

/// The error body; `message` has whatever shape the case has.
pub(super) fn failure(status: u16, message: Value) -> Answer {
    let phrase = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
    Answer(status, json!({"status": status, "error": phrase, "response": {"message": message}}))
}

/// A handler's no: a list of one text.
pub(super) fn refused(message: &str) -> Answer {
    failure(400, json!([message]))
}

/// JSON-schema failures: a list in a list.
pub(super) fn invalid(messages: &[String]) -> Answer {
    failure(400, json!([messages]))
}

pub(super) async fn unknown_route(request: Request) -> Answer {
    failure(404, json!([format!("Cannot {} {}", request.method(), request.uri())]))
}

/// A call about one instance that exists, with a key that may ask (404 comes before 401, as at the peer).
pub(super) struct Call {
    pub world: Arc<World>,
    pub name: String,
    pub path: String,
    pub query: HashMap<String, String>,
    pub body: Value,
}

impl FromRequest<Arc<World>> for Call {
    type Rejection = Answer;

    async fn from_request(request: Request, world: &Arc<World>) -> Result<Self, Answer> {
        let (mut parts, body) = request.into_parts();
        let Path(name) =
            Path::<String>::from_request_parts(&mut parts, world).await.map_err(|error| refused(&error.to_string()))?;
        let Query(query) =
            Query::from_request_parts(&mut parts, world).await.map_err(|error| refused(&error.to_string()))?;
        let (headers, path) = (parts.headers.clone(), parts.uri.path().to_owned());
        let bytes = Bytes::from_request(Request::from_parts(parts, body), world)
            .await
            .map_err(|error| refused(&error.to_string()))?;
        let body = read_json(&bytes)?;
        world.guard(&name, &headers)?;
        if !path.starts_with("/message/") {
            world.may_fail()?;
        }
        Ok(Self { world: Arc::clone(world), name, path, query, body })
    }
}

/// The body parser runs before the guards, and words its error differently.
pub(super) fn read_json(bytes: &[u8]) -> Result<Value, Answer> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(bytes).map_err(|_| {
        let body = json!({"status": 400, "error": "Internal Server Error", "response": {"message": "Unexpected end of JSON input"}});
        Answer(400, body)
    })
}

impl World {
    fn guard(&self, name: &str, headers: &HeaderMap) -> Result<(), Answer> {
        let Some(token) = self.read(name, |instance| instance.token.clone()) else {
            return Err(failure(404, json!([format!("The \"{name}\" instance does not exist")])));
        };
        let key = key(headers);
        if key == Some(&self.config.apikey) || key == Some(&token) { Ok(()) } else { Err(unauthorized()) }
    }

    /// Is it the global key?
    pub(super) fn global(&self, headers: &HeaderMap) -> bool {
        key(headers) == Some(&self.config.apikey)
    }
}

pub(super) fn key(headers: &HeaderMap) -> Option<&str> {
    headers.get("apikey").and_then(|key| key.to_str().ok())
}

pub(super) fn unauthorized() -> Answer {
    failure(401, json!("Unauthorized"))
}
