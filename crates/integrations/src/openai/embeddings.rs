//! Texts to vectors.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use super::chat::Tokens;
use super::http::{ApiError, Call, Http};

/// Texts in one request; every server takes this many.
const BATCH: usize = 64;

/// Where and what to ask.
#[derive(Debug, Clone)]
pub struct EmbeddingsConfig {
    /// Up to and without `/embeddings`.
    pub base_url: String,
    /// May be empty, for a local server.
    pub api_key: SecretString,
    /// The model for passages, and for queries unless `query_model` is set.
    pub model: String,
    /// Some servers choose by the model's name whether a text is a query or a passage.
    pub query_model: Option<String>,
    /// Put before each query, e.g. `query: ` for E5.
    pub query_prefix: String,
    /// Put before each passage, e.g. `passage: ` for E5.
    pub passage_prefix: String,
    /// For one batch, retries included.
    pub timeout: Duration,
}

impl EmbeddingsConfig {
    /// Without prefixes, one model, 30 s a batch.
    pub fn new(base_url: impl Into<String>, api_key: SecretString, model: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            api_key,
            model: model.into(),
            query_model: None,
            query_prefix: String::new(),
            passage_prefix: String::new(),
            timeout: Duration::from_secs(30),
        }
    }
}

/// Why there are no vectors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmbeddingsError {
    /// The API failed.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// Vectors of another width than before: the server changed its model.
    #[error("vectors of width {got} where {expected} was expected")]
    Width {
        /// Of the first vector this client got.
        expected: usize,
        /// Of this one.
        got: usize,
    },
}

/// Asks for vectors. Cheap to clone; clones share the detected width.
#[derive(Clone)]
pub struct EmbeddingsClient {
    inner: Arc<Inner>,
}

struct Inner {
    http: Http,
    config: EmbeddingsConfig,
    width: OnceLock<usize>,
}

impl fmt::Debug for EmbeddingsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddingsClient")
            .field("model", &self.inner.config.model)
            .field("width", &self.width())
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Vector>,
    #[serde(default)]
    usage: Usage,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Usage {
    prompt_tokens: u32,
}

#[derive(Deserialize)]
struct Vector {
    #[serde(default)]
    index: Option<usize>,
    embedding: Vec<f32>,
}

impl EmbeddingsClient {
    /// Fails only if the URL or the key cannot be used at all; nothing is sent.
    pub fn new(config: EmbeddingsConfig) -> Result<Self, EmbeddingsError> {
        let http = Http::new(&config.base_url, &config.api_key)?;
        Ok(Self { inner: Arc::new(Inner { http, config, width: OnceLock::new() }) })
    }

    /// The model of passages; vectors of different models must not be compared.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.inner.config.model
    }

    /// The width of the vectors, once one was seen. Never asked of the server: many ignore `dimensions`.
    #[must_use]
    pub fn width(&self) -> Option<usize> {
        self.inner.width.get().copied()
    }

    /// The vector of a question.
    pub async fn embed_query(&self, query: &str) -> Result<Vec<f32>, EmbeddingsError> {
        self.embed_query_counting(query, &mut Tokens::default()).await
    }

    /// The model of questions.
    #[must_use]
    pub fn query_model(&self) -> &str {
        self.inner.config.query_model.as_ref().unwrap_or(&self.inner.config.model)
    }

    /// The vector of a question; `spent` grows by what it costs.
    pub async fn embed_query_counting(&self, query: &str, spent: &mut Tokens) -> Result<Vec<f32>, EmbeddingsError> {
        let config = &self.inner.config;
        let input = vec![format!("{}{query}", config.query_prefix)];
        Ok(self.batch(self.query_model(), &input, spent).await?.into_iter().next().ok_or(ApiError::Shape)?)
    }

    /// The vectors of `passages`, in their order.
    pub async fn embed_passages(&self, passages: &[String]) -> Result<Vec<Vec<f32>>, EmbeddingsError> {
        self.embed_passages_counting(passages, &mut Tokens::default()).await
    }

    /// The same; `spent` grows by what it costs, also when a later batch fails.
    pub async fn embed_passages_counting(
        &self,
        passages: &[String],
        spent: &mut Tokens,
    ) -> Result<Vec<Vec<f32>>, EmbeddingsError> {
        let config = &self.inner.config;
        let mut vectors = Vec::with_capacity(passages.len());
        for batch in passages.chunks(BATCH) {
            let input: Vec<String> = batch.iter().map(|text| format!("{}{text}", config.passage_prefix)).collect();
            vectors.extend(self.batch(&config.model, &input, spent).await?);
        }
        Ok(vectors)
    }

    async fn batch(&self, model: &str, input: &[String], spent: &mut Tokens) -> Result<Vec<Vec<f32>>, EmbeddingsError> {
        let deadline = Instant::now() + self.inner.config.timeout;
        let body = json!({"model": model, "input": input});
        let answer = self.inner.http.post(Call::Embeddings, &body, deadline).await?;
        let Answer { mut data, usage } = serde_json::from_value(answer).map_err(|_| ApiError::Shape)?;
        spent.add(usage.prompt_tokens, 0);
        if data.iter().all(|vector| vector.index.is_some()) {
            data.sort_by_key(|vector| vector.index);
            // Two of one index would silently give a passage its neighbour's vector.
            if !data.iter().map(|vector| vector.index).eq((0..data.len()).map(Some)) {
                return Err(ApiError::Shape.into());
            }
        }
        if data.len() != input.len() {
            return Err(ApiError::Shape.into());
        }
        data.into_iter().map(|vector| self.checked(vector.embedding)).collect()
    }

    fn checked(&self, vector: Vec<f32>) -> Result<Vec<f32>, EmbeddingsError> {
        if vector.is_empty() || vector.iter().any(|x| !x.is_finite()) {
            return Err(ApiError::Shape.into());
        }
        let expected = *self.inner.width.get_or_init(|| vector.len());
        if vector.len() != expected {
            return Err(EmbeddingsError::Width { expected, got: vector.len() });
        }
        Ok(vector)
    }
}
