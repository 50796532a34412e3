//! Voice notes to text.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;
use tracing::info;

use super::http::{ApiError, Form, Http};

/// Mean log probability of the words below which Whisper itself calls its decoding failed (`logprob_threshold` of its
/// `transcribe`).
const LOGPROB_MIN: f64 = -1.0;
/// Probability of silence above which Whisper itself takes a segment for silence (`no_speech_threshold` there).
const NO_SPEECH_MAX: f64 = 0.6;
/// Length by compressed length above which Whisper itself holds the text for a repetition (`compression_ratio_threshold`).
const COMPRESSION_MAX: f64 = 2.4;

/// Where and what to ask.
#[derive(Debug, Clone)]
pub struct TranscriptionConfig {
    /// Up to and without `/audio/transcriptions`.
    pub base_url: String,
    /// May be empty, for a local server.
    pub api_key: SecretString,
    /// The model's name.
    pub model: String,
    /// ISO 639-1; a known language is heard better than a guessed one.
    pub language: String,
    /// For the whole answer, retries included.
    pub timeout: Duration,
}

impl TranscriptionConfig {
    /// Portuguese, within 45 s: two minutes of speech take a local Whisper about half of that.
    pub fn new(base_url: impl Into<String>, api_key: SecretString, model: impl Into<String>) -> Self {
        let timeout = Duration::from_secs(45);
        Self { base_url: base_url.into(), api_key, model: model.into(), language: "pt".into(), timeout }
    }
}

/// What the call is charged by; servers tell one of the two, or nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TranscriptionUsage {
    /// Seconds of audio.
    pub seconds: Option<f64>,
    /// Tokens of audio and prompt.
    pub tokens_in: u32,
    /// Tokens written.
    pub tokens_out: u32,
}

/// What was heard.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript {
    /// The words, trimmed; may be empty.
    pub text: String,
    /// Whether nobody should act on it: no words, or the server itself is not sure of them. Always `false` for words of a
    /// server that does not say how sure it is.
    pub doubtful: bool,
    /// What it was charged by.
    pub usage: TranscriptionUsage,
}

/// Asks for transcripts. Cheap to clone; clones share what they learn about the server.
#[derive(Clone)]
pub struct TranscriptionClient {
    inner: Arc<Inner>,
}

struct Inner {
    http: Http,
    config: TranscriptionConfig,
    /// The server does not take `verbose_json`, as OpenAI's models after Whisper.
    plain: AtomicBool,
}

impl fmt::Debug for TranscriptionClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TranscriptionClient").field("model", &self.inner.config.model).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Answer {
    text: String,
    #[serde(default)]
    duration: Option<f64>,
    #[serde(default)]
    segments: Vec<Segment>,
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Segment {
    start: f64,
    end: f64,
    avg_logprob: Option<f64>,
    no_speech_prob: Option<f64>,
    compression_ratio: Option<f64>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Usage {
    seconds: Option<f64>,
    input_tokens: u32,
    output_tokens: u32,
}

impl TranscriptionClient {
    /// The model's name.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.inner.config.model
    }

    /// Fails only if the URL or the key cannot be used at all; nothing is sent.
    pub fn new(config: TranscriptionConfig) -> Result<Self, ApiError> {
        let http = Http::new(&config.base_url, &config.api_key)?;
        Ok(Self { inner: Arc::new(Inner { http, config, plain: AtomicBool::new(false) }) })
    }

    /// The words of `audio`, whose kind is `mimetype` (for instance `audio/ogg; codecs=opus`).
    pub async fn transcribe(&self, audio: &[u8], mimetype: &str) -> Result<Transcript, ApiError> {
        let deadline = Instant::now() + self.inner.config.timeout;
        let plain = self.inner.plain.load(Ordering::Relaxed);
        match self.ask(audio, mimetype, plain, deadline).await {
            Err(ApiError::Rejected { status: 400 | 422, message, .. }) if !plain => {
                info!(message, "not taken by the server, asking without segments");
                let answer = self.ask(audio, mimetype, true, deadline).await?;
                // Only now is it known that the form was the trouble, not the audio.
                self.inner.plain.store(true, Ordering::Relaxed);
                read(answer)
            }
            other => read(other?),
        }
    }

    async fn ask(&self, audio: &[u8], mimetype: &str, plain: bool, deadline: Instant) -> Result<Value, ApiError> {
        let Inner { http, config, .. } = &*self.inner;
        let (kind, extension) = file_kind(mimetype);
        let form = Form::new()
            .text("model", &config.model)
            .text("language", &config.language)
            .text("response_format", if plain { "json" } else { "verbose_json" })
            .file("file", &format!("audio.{extension}"), kind, audio);
        http.upload("/audio/transcriptions", form, deadline).await
    }
}

/// Servers go by the file's name. WhatsApp records ogg/opus; other kinds are files somebody sends.
fn file_kind(mimetype: &str) -> (&'static str, &'static str) {
    match mimetype.split(';').next().unwrap_or_default().trim() {
        "audio/mpeg" | "audio/mp3" => ("audio/mpeg", "mp3"),
        "audio/mp4" | "audio/m4a" | "audio/x-m4a" | "audio/aac" => ("audio/mp4", "m4a"),
        "audio/wav" | "audio/x-wav" => ("audio/wav", "wav"),
        "audio/webm" => ("audio/webm", "webm"),
        "audio/flac" => ("audio/flac", "flac"),
        _ => ("audio/ogg", "ogg"),
    }
}

fn read(answer: Value) -> Result<Transcript, ApiError> {
    let answer: Answer = serde_json::from_value(answer).map_err(|_| ApiError::Shape)?;
    let text = answer.text.trim().to_owned();
    let usage = answer.usage.unwrap_or_default();
    let seconds = usage.seconds.or(answer.duration);
    let usage = TranscriptionUsage { seconds, tokens_in: usage.input_tokens, tokens_out: usage.output_tokens };
    let doubtful = !text.chars().any(char::is_alphanumeric) || unsure(&answer.segments);
    Ok(Transcript { text, doubtful, usage })
}

/// By the means over the segments, weighted by their length: one mumbled word does not spoil a minute.
fn unsure(segments: &[Segment]) -> bool {
    let mean = |of: fn(&Segment) -> Option<f64>| {
        let known = segments.iter().filter_map(|s| Some(((s.end - s.start).max(0.01), of(s)?)));
        let (length, sum) = known.fold((0.0, 0.0), |(length, sum), (l, v)| (length + l, sum + l * v));
        (length > 0.0).then_some(sum / length)
    };
    mean(|s| s.avg_logprob).is_some_and(|v| v < LOGPROB_MIN)
        || mean(|s| s.no_speech_prob).is_some_and(|v| v > NO_SPEECH_MAX)
        || mean(|s| s.compression_ratio).is_some_and(|v| v > COMPRESSION_MAX)
}
