//! The endpoints.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::World;
use super::embedding::{DIMENSIONS, embed, encode};
use super::script::Step;
use super::transcription;
use crate::server::{lock, now};

pub(super) async fn chat(State(world): State<Arc<World>>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    world.note("/v1/chat/completions", &headers, &body);
    match world.next_chat(&body) {
        Some(Step::Answer(content)) => completion(&body, json!({"role": "assistant", "content": content})),
        Some(Step::Status { status, retry_after }) => failure(status, retry_after),
        Some(Step::MalformedJson) => {
            completion(&body, json!({"role": "assistant", "content": "{\"answered\": true, \"sour"}))
        }
        Some(Step::Refusal) => {
            completion(&body, json!({"role": "assistant", "content": null, "refusal": "Não posso ajudar com isso."}))
        }
        Some(Step::RejectJsonSchema) => rejected_schema(),
        Some(Step::Transcript { text, .. }) => completion(&body, json!({"role": "assistant", "content": text})),
        Some(Step::RejectVerbose) => completion(&body, world.default_message(&body)),
        Some(Step::Timeout(millis)) => {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            completion(&body, world.default_message(&body))
        }
        None => {
            let spoilt = lock(&world.mannered).spoilt(&body);
            spoilt.unwrap_or_else(|| completion(&body, world.default_message(&body)))
        }
    }
}

pub(super) async fn embeddings(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    world.note("/v1/embeddings", &headers, &body);
    let step = lock(&world.embeddings).pop_front();
    match step {
        Some(Step::Status { status, retry_after }) => return failure(status, retry_after),
        Some(Step::Timeout(millis)) => tokio::time::sleep(Duration::from_millis(millis)).await,
        _ => {}
    }
    let inputs: Vec<&str> = match body.get("input") {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if inputs.is_empty() {
        return error(StatusCode::BAD_REQUEST, "'input' is a required property", "invalid_request_error", "input");
    }
    let asked = body.get("dimensions").and_then(Value::as_u64).and_then(|asked| usize::try_from(asked).ok());
    let packed = body.get("encoding_format").and_then(Value::as_str) == Some("base64");
    let row = |(index, text): (usize, &&str)| {
        let vector = embed(text, asked.unwrap_or(DIMENSIONS));
        let embedding = if packed { json!(encode(&vector)) } else { json!(vector) };
        json!({"object": "embedding", "index": index, "embedding": embedding})
    };
    let rows: Vec<Value> = inputs.iter().enumerate().map(row).collect();
    let tokens = inputs.iter().map(|text| tokens(text)).sum::<usize>();
    let usage = json!({"prompt_tokens": tokens, "total_tokens": tokens});
    Json(json!({"object": "list", "data": rows, "model": body.get("model"), "usage": usage})).into_response()
}

pub(super) async fn models() -> Json<Value> {
    let model = |id: &str| json!({"id": id, "object": "model", "created": 1_700_000_000, "owned_by": "simulator"});
    Json(json!({"object": "list", "data": [model("simulated-chat"), model("simulated-embedding")]}))
}

impl World {
    pub(super) fn note(&self, path: &str, headers: &HeaderMap, body: &Value) {
        let authorization = headers.get("authorization").and_then(|value| value.to_str().ok());
        lock(&self.log).push(json!({"path": path, "authorization": authorization, "body": body}));
    }

    fn next_chat(&self, body: &Value) -> Option<Step> {
        let mut steps = lock(&self.chat);
        let schema = body.pointer("/response_format/type").and_then(Value::as_str) == Some("json_schema");
        if steps.front() == Some(&Step::RejectJsonSchema) && !schema {
            return None;
        }
        steps.pop_front()
    }
}

fn tokens(text: &str) -> usize {
    text.len().div_ceil(4)
}

pub(super) fn completion(body: &Value, message: Value) -> Response {
    let answered = message.get("content").and_then(Value::as_str).map_or(0, tokens);
    let asked = prompt(body).iter().map(|text| tokens(text)).sum::<usize>();
    Json(json!({
        "id": format!("chatcmpl-{}", uuid::Uuid::new_v4().simple()), "object": "chat.completion", "created": now().timestamp(),
        "model": body.get("model"), "choices": [{"index": 0, "message": message, "logprobs": null, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered},
    }))
    .into_response()
}

pub(super) fn failure(status: u16, retry_after: Option<u64>) -> Response {
    let (message, kind) = if status == 429 {
        ("Rate limit reached", "rate_limit_exceeded")
    } else {
        ("The server had an error while processing your request", "server_error")
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = error(status, message, kind, "");
    if let Some(value) = retry_after.and_then(|seconds| seconds.to_string().parse().ok()) {
        response.headers_mut().insert("retry-after", value);
    }
    response
}

fn rejected_schema() -> Response {
    let message = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.";
    error(StatusCode::BAD_REQUEST, message, "invalid_request_error", "response_format")
}

pub(super) fn error(status: StatusCode, message: &str, kind: &str, param: &str) -> Response {
    let param = (!param.is_empty()).then_some(param);
    (status, Json(json!({"error": {"message": message, "type": kind, "param": param, "code": null}}))).into_response()
}

/// All texts of the request's messages, parts included.
fn prompt(body: &Value) -> Vec<&str> {
    let messages = body.get("messages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut texts = Vec::new();
    for content in messages.iter().filter_map(|message| message.get("content")) {
        match content {
            Value::String(text) => texts.push(text.as_str()),
            Value::Array(parts) => texts.extend(parts.iter().filter_map(|part| part.get("text")?.as_str())),
            _ => {}
        }
    }
    texts
}

impl World {
    /// With a `response_format` the answer is drawn from the first source; without one it is an echo.
    fn default_message(&self, body: &Value) -> Value {
        let texts = prompt(body);
        let asked = texts.last().copied().unwrap_or_default();
        let content = if let Some(seen) = picture(body) {
            seen
        } else if body.get("response_format").is_some() {
            match texts.iter().find_map(|text| first_source(text)) {
                Some(source) => {
                    let reply = first_sentences(&source) + &lock(&self.mannered).signs(asked);
                    json!({"answered": true, "sources": [1], "reply": reply}).to_string()
                }
                None => json!({"answered": false, "sources": [], "reply": ""}).to_string(),
            }
        } else {
            asked.trim().to_owned()
        };
        json!({"role": "assistant", "content": content})
    }
}

/// What a request's last picture shows: what the file says after `texto:`, or that it is a picture.
fn picture(body: &Value) -> Option<String> {
    let message = body.get("messages")?.as_array()?.last()?;
    let uri = message.get("content")?.as_array()?.iter().find_map(|part| part.pointer("/image_url/url")?.as_str())?;
    let content = uri.split_once(";base64,").and_then(|(_, base64)| STANDARD.decode(base64).ok())?;
    Some(transcription::spoken(&content).unwrap_or_else(|| "Uma imagem.".to_owned()))
}

/// The text of source 1, however the prompt marks it: `[1] …`, `<fonte id="1">…`, `Fonte 1: …`.
fn first_source(text: &str) -> Option<String> {
    let start = text.match_indices('1').find_map(|(at, _)| {
        let before = text.get(..at)?.rsplit('\n').next().unwrap_or_default().trim_start().to_lowercase();
        let after = text.get(at + 1..)?;
        // Only at the start of a line: instructions speak of sources too.
        if before == "[" {
            return Some(without_title(after.strip_prefix(']')?));
        }
        let named = ["<source", "<fonte", "<trecho", "<chunk", "source", "fonte", "trecho"]
            .iter()
            .any(|name| before.starts_with(name));
        if !named || before.len() > 24 {
            return None;
        }
        let closing = after.find(if before.starts_with('<') { '>' } else { ':' })?;
        after.get(closing + 1..)
    })?;
    let end = ["\n[2]", "\n<", "</", "\nFonte 2", "\nSource 2", "\nTrecho 2", "\n---", "\n\n\n"]
        .iter()
        .filter_map(|mark| start.find(mark))
        .min();
    let source = start.get(..end.unwrap_or(start.len()))?.trim().trim_start_matches([':', '-', ')', ' ']);
    (!source.is_empty()).then(|| source.to_owned())
}

/// Proseia's prompt puts the piece's title in brackets after the number: `[1] (Horário)`.
fn without_title(after: &str) -> &str {
    let title = after.split('\n').next().filter(|line| line.starts_with(" (") && line.trim_end().ends_with(')'));
    title.and_then(|title| after.get(title.len()..)).unwrap_or(after)
}

/// Up to two sentences, and not more than a message reads well with.
fn first_sentences(source: &str) -> String {
    let flat = source.split_whitespace().collect::<Vec<_>>().join(" ");
    let ends = flat.match_indices(['.', '!', '?']).map(|(at, mark)| at + mark.len());
    // A dot inside a price or a time is followed by a digit, not by a space.
    let ends = ends.filter(|end| flat.get(*end..).is_none_or(|rest| rest.is_empty() || rest.starts_with(' ')));
    let end = ends.take(2).last().unwrap_or(flat.len());
    flat.get(..end).unwrap_or(&flat).chars().take(400).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_one_is_found_in_every_marking() {
        let expected = Some("Abrimos às 9h. Fechamos às 18h.".to_owned());
        for prompt in [
            "Regras…\n[1] Abrimos às 9h. Fechamos às 18h.\n[2] Outra",
            "<fonte id=\"1\">\nAbrimos às 9h. Fechamos às 18h.\n</fonte>\n<fonte id=\"2\">x</fonte>",
            "Cite as fontes: \"sources\": [1].\n\n[1] (Horário)\nAbrimos às 9h. Fechamos às 18h.\n\n[2]\nOutra",
            "Fonte 1: Abrimos às 9h. Fechamos às 18h.\nFonte 2: x",
        ] {
            assert_eq!(first_source(prompt), expected, "{prompt}");
        }
        assert_eq!(first_source("São 10 reais em 2021"), None);
        assert_eq!(first_sentences("Custa R$ 10.50 hoje. Amanhã não. Nunca."), "Custa R$ 10.50 hoje. Amanhã não.");
    }
}
