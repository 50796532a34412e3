//! `/audio/transcriptions`.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::World;
use super::answers::{error, failure};
use super::script::Step;
use crate::server::lock;

/// What every clip lasts here, in seconds.
const SECONDS: f64 = 3.0;

pub(super) async fn transcribe(State(world): State<Arc<World>>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(form) = read_form(&headers, &body) else {
        return error(StatusCode::BAD_REQUEST, "Could not parse multipart form", "invalid_request_error", "");
    };
    world.note("/v1/audio/transcriptions", &headers, &Value::Object(form.fields.clone()));
    let Some(file) = form.file else {
        return error(StatusCode::BAD_REQUEST, "'file' is a required property", "invalid_request_error", "file");
    };
    let verbose = form.fields.get("response_format").and_then(Value::as_str) == Some("verbose_json");
    let step = {
        let mut steps = lock(&world.transcriptions);
        if steps.front() == Some(&Step::RejectVerbose) && !verbose { None } else { steps.pop_front() }
    };
    let heard = spoken(&file).unwrap_or_default();
    match step {
        Some(Step::Status { status, retry_after }) => failure(status, retry_after),
        Some(Step::RejectVerbose) => {
            let message = "response_format 'verbose_json' is not compatible with model.";
            error(StatusCode::BAD_REQUEST, message, "invalid_request_error", "response_format")
        }
        Some(Step::Transcript { text, avg_logprob, no_speech_prob }) => {
            answer(verbose, &text, avg_logprob, no_speech_prob)
        }
        Some(Step::Answer(text)) => answer(verbose, &text, -0.2, 0.01),
        Some(Step::Timeout(millis)) => {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            answer(verbose, &heard, -0.2, 0.01)
        }
        _ => answer(verbose, &heard, -0.2, 0.01),
    }
}

fn answer(verbose: bool, text: &str, avg_logprob: f64, no_speech_prob: f64) -> Response {
    if !verbose {
        let usage = json!({"type": "tokens", "input_tokens": 30, "output_tokens": text.len().div_ceil(4)});
        return Json(json!({"text": text, "usage": usage})).into_response();
    }
    let segment = json!({
        "id": 0, "seek": 0, "start": 0.0, "end": SECONDS, "text": text, "tokens": [], "temperature": 0.0,
        "avg_logprob": avg_logprob, "compression_ratio": 1.1, "no_speech_prob": no_speech_prob,
    });
    let segments = if text.is_empty() { json!([]) } else { json!([segment]) };
    let usage = json!({"type": "duration", "seconds": SECONDS.ceil()});
    Json(json!({
        "task": "transcribe", "language": "portuguese", "duration": SECONDS, "text": text, "segments": segments, "usage": usage,
    }))
    .into_response()
}

/// A file for tests says by itself what is in it: `texto:` and the words, to its end.
pub(super) fn spoken(file: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(file);
    text.split_once("texto:").map(|(_, words)| words.trim().to_owned())
}

struct Form {
    /// The texts; the file by its name, kind and size.
    fields: Map<String, Value>,
    file: Option<Vec<u8>>,
}

fn read_form(headers: &HeaderMap, body: &[u8]) -> Option<Form> {
    let kind = headers.get("content-type")?.to_str().ok()?;
    let boundary = kind.strip_prefix("multipart/form-data; boundary=")?;
    let delimiter = format!("--{boundary}");
    let mut form = Form { fields: Map::new(), file: None };
    for part in split(body, delimiter.as_bytes()) {
        let Some(end) = find(part, b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(part.get(..end)?).into_owned();
        let content = part.get(end + 4..part.len().checked_sub(2)?)?;
        let parameter = |name: &str| {
            let (_, rest) = head.split_once(&format!("; {name}=\""))?;
            rest.split('"').next().map(str::to_owned)
        };
        let name = parameter("name")?;
        match parameter("filename") {
            Some(file_name) => {
                form.fields.insert(name, json!({"filename": file_name, "bytes": content.len()}));
                form.file = Some(content.to_vec());
            }
            None => {
                form.fields.insert(name, json!(String::from_utf8_lossy(content)));
            }
        }
    }
    Some(form)
}

fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).position(|window| window == what)
}

fn split<'a>(mut body: &'a [u8], delimiter: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    while let Some(at) = find(body, delimiter) {
        let (before, after) = body.split_at(at);
        parts.push(before);
        body = after.get(delimiter.len()..).unwrap_or_default();
    }
    parts
}
