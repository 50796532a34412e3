//! Pictures to text.

use std::{fmt, sync::Arc, time::Duration};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use serde_json::json;
use tokio::time::Instant;

use super::chat::Completion;
use super::http::{ApiError, Call, Http};

/// Where and what to ask.
#[derive(Debug, Clone)]
pub struct VisionConfig {
    /// Up to and without `/chat/completions`.
    pub base_url: String,
    /// May be empty, for a local server.
    pub api_key: SecretString,
    /// A model that takes pictures.
    pub model: String,
    /// For the whole answer, retries included.
    pub timeout: Duration,
}

impl VisionConfig {
    /// Within 30 s.
    pub fn new(base_url: impl Into<String>, api_key: SecretString, model: impl Into<String>) -> Self {
        Self { base_url: base_url.into(), api_key, model: model.into(), timeout: Duration::from_secs(30) }
    }
}

/// What a picture shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageReading {
    /// In words; empty when the model declined or had none.
    pub text: String,
    /// Tokens of picture and prompt; 0 if the server does not say.
    pub tokens_in: u32,
    /// Tokens written, likewise.
    pub tokens_out: u32,
}

/// Asks what a picture shows. Cheap to clone.
#[derive(Clone)]
pub struct VisionClient {
    http: Arc<Http>,
    model: String,
    timeout: Duration,
}

impl fmt::Debug for VisionClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VisionClient").field("model", &self.model).finish_non_exhaustive()
    }
}

impl VisionClient {
    /// The model's name.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Fails only if the URL or the key cannot be used at all; nothing is sent.
    pub fn new(config: VisionConfig) -> Result<Self, ApiError> {
        let http = Http::new(&config.base_url, &config.api_key)?;
        Ok(Self { http: Arc::new(http), model: config.model, timeout: config.timeout })
    }

    /// What `image` shows, under `system`. `mimetype` is `image/jpeg`, `image/png` or `image/webp`.
    pub async fn read(&self, system: &str, image: &[u8], mimetype: &str) -> Result<ImageReading, ApiError> {
        let deadline = Instant::now() + self.timeout;
        let uri = format!("data:{mimetype};base64,{}", STANDARD.encode(image));
        let body = json!({
            "model": self.model,
            "messages": [
                {"role": "system", "content": system},
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": uri}}]},
            ],
        });
        let answer = self.http.post(Call::Chat, &body, deadline).await?;
        let completion: Completion = serde_json::from_value(answer).map_err(|_| ApiError::Shape)?;
        let usage = completion.usage.unwrap_or_default();
        let choice = completion.choices.into_iter().next().ok_or(ApiError::Shape)?;
        let text = choice.message.content.unwrap_or_default().trim().to_owned();
        Ok(ImageReading { text, tokens_in: usage.prompt_tokens, tokens_out: usage.completion_tokens })
    }
}
