//! Scripted answers and the log of requests.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::World;
use crate::server::lock;

/// What one call is answered with. As JSON: `{"answer":"…"}`, `{"status":{"status":429,"retry_after":1}}`,
/// `{"timeout":500}`, `"malformed_json"`, `"refusal"`, `"reject_json_schema"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// This text as the message's content, usually JSON.
    Answer(String),
    /// An error: 429, 500, 401, …
    Status {
        /// The HTTP status.
        status: u16,
        /// Seconds, as `Retry-After`.
        retry_after: Option<u64>,
    },
    /// Hold this many milliseconds, then give the default answer.
    Timeout(u64),
    /// A well-formed completion whose content is cut-off JSON.
    MalformedJson,
    /// The model refuses: `refusal` instead of `content`.
    Refusal,
    /// A transcript with how sure the server is of it.
    Transcript {
        /// The words.
        text: String,
        /// Mean log probability of the words; below -1 is a guess.
        avg_logprob: f64,
        /// Probability that nobody spoke.
        no_speech_prob: f64,
    },
    /// 400 for a `response_format` of `verbose_json`, as OpenAI's models after Whisper; other requests are answered and leave
    /// the step in place.
    RejectVerbose,
    /// 400 for a `response_format` of `json_schema`, as llama.cpp's server does; other requests are answered and leave
    /// the step in place.
    RejectJsonSchema,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Script {
    Chat(Vec<Step>),
    Both {
        #[serde(default)]
        steps: Vec<Step>,
        #[serde(default)]
        embeddings: Vec<Step>,
        #[serde(default)]
        transcriptions: Vec<Step>,
    },
}

pub(super) async fn set(State(world): State<Arc<World>>, Json(script): Json<Script>) -> Json<Value> {
    let (steps, embeddings, transcriptions) = match script {
        Script::Chat(steps) => (steps, Vec::new(), Vec::new()),
        Script::Both { steps, embeddings, transcriptions } => (steps, embeddings, transcriptions),
    };
    *lock(&world.transcriptions) = transcriptions.into();
    *lock(&world.chat) = steps.into();
    *lock(&world.embeddings) = embeddings.into();
    Json(serde_json::json!({"ok": true}))
}

/// The requests so far; DELETE forgets them.
pub(super) async fn log(State(world): State<Arc<World>>, method: Method) -> Json<Vec<Value>> {
    let mut log = lock(&world.log);
    if method == Method::DELETE {
        log.clear();
    }
    Json(log.clone())
}
