//! One request with its retries, for chat, embeddings and transcriptions alike.

use std::time::Duration;

use async_openai::{Client, config::Config, error::OpenAIError, middleware::HttpRequestFactory};
use openai_reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};
use tracing::warn;

const ATTEMPTS: u32 = 3;
const FIRST_DELAY: Duration = Duration::from_millis(250);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_MESSAGE_CHARS: usize = 300;

/// Why the API gave nothing usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The base URL or the key cannot be sent.
    #[error("bad configuration: {0}")]
    Config(&'static str),
    /// No answer within the time limit, retries included.
    #[error("no answer in time")]
    Timeout,
    /// Too many requests, also after the retries.
    #[error("rate limited")]
    RateLimited,
    /// The server failed (status) or could not be reached (none), also after the retries.
    #[error("unavailable (status {0:?})")]
    Unavailable(Option<u16>),
    /// The server does not want this request; another try would not help.
    #[error("rejected with {status}: {message}")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The server's code, if it gave one, e.g. `insufficient_quota`.
        code: Option<String>,
        /// The server's words, shortened, without the key; empty when the key was the trouble.
        message: String,
    },
    /// An answer of an unknown shape.
    #[error("the answer has an unknown shape")]
    Shape,
}

/// Which call.
#[derive(Debug, Clone, Copy)]
pub(super) enum Call {
    Chat,
    Embeddings,
}

/// A form with a file (RFC 7578), put together here: reqwest's own would switch a feature of what LanceDB is built on.
pub(super) struct Form {
    boundary: String,
    body: Vec<u8>,
}

impl Form {
    pub(super) fn new() -> Self {
        // Random, so that it cannot stand in the file.
        Self { boundary: format!("proseia-{}", uuid::Uuid::new_v4().simple()), body: Vec::new() }
    }

    pub(super) fn text(mut self, name: &str, value: &str) -> Self {
        let head = format!("--{}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n", self.boundary);
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(value.as_bytes());
        self.body.extend_from_slice(b"\r\n");
        self
    }

    /// `file_name` and `mimetype` are ours, not a sender's: they stand in the head as they are.
    pub(super) fn file(mut self, name: &str, file_name: &str, mimetype: &str, content: &[u8]) -> Self {
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
             Content-Type: {mimetype}\r\n\r\n",
            self.boundary
        );
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(content);
        self.body.extend_from_slice(b"\r\n");
        self
    }

    fn end(mut self) -> (String, Vec<u8>) {
        self.body.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        (format!("multipart/form-data; boundary={}", self.boundary), self.body)
    }
}

pub(super) struct Http {
    client: Client<Endpoint>,
    http: openai_reqwest::Client,
}

/// Our own, since that of async-openai reads the environment and panics on a key that is no header.
#[derive(Clone)]
struct Endpoint {
    base: String,
    key: SecretString,
    headers: HeaderMap,
}

impl Config for Endpoint {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base
    }

    fn api_key(&self) -> &SecretString {
        &self.key
    }
}

/// An answer that is no success, on its way through async-openai to [`Http::once`].
#[derive(Debug, thiserror::Error)]
#[error("status {status}")]
struct Failed {
    status: u16,
    retry_after: Option<Duration>,
    code: Option<String>,
    message: String,
}

impl Http {
    pub(super) fn new(base_url: &str, key: &SecretString) -> Result<Self, ApiError> {
        let base = base_url.trim().trim_end_matches('/').to_owned();
        let url = url::Url::parse(&base).map_err(|_| ApiError::Config("the base URL is not a URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(ApiError::Config("the base URL is not http or https"));
        }
        let mut headers = HeaderMap::new();
        let secret = key.expose_secret().trim();
        if !secret.is_empty() {
            let mut value = HeaderValue::try_from(format!("Bearer {secret}"))
                .map_err(|_| ApiError::Config("the key has characters no header can carry"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let http = openai_reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            // A key must not follow a redirect to somewhere else.
            .redirect(openai_reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| ApiError::Config("the TLS backend did not start"))?;
        let sender = http.clone();
        let service = tower::service_fn(move |factory: HttpRequestFactory| {
            let http = sender.clone();
            async move { checked(http.execute(factory.build().await?).await?).await }
        });
        let endpoint = Endpoint { base, key: key.clone(), headers };
        Ok(Self { client: Client::with_config(endpoint).with_http_service(service), http })
    }

    /// Posts `body`; tries again on 429, 5xx and a refused connection while the deadline allows.
    pub(super) async fn post(&self, call: Call, body: &Value, deadline: Instant) -> Result<Value, ApiError> {
        self.retrying(deadline, || self.once(call, body)).await
    }

    /// Posts a form to `path`, likewise.
    pub(super) async fn upload(&self, path: &str, form: Form, deadline: Instant) -> Result<Value, ApiError> {
        let (content_type, body) = form.end();
        self.retrying(deadline, || self.upload_once(path, &content_type, body.clone())).await
    }

    async fn retrying<F>(&self, deadline: Instant, once: impl Fn() -> F) -> Result<Value, ApiError>
    where
        F: Future<Output = Result<Value, (ApiError, Option<Duration>)>>,
    {
        let mut delay = FIRST_DELAY;
        for attempt in 1.. {
            let answer = timeout_at(deadline, Box::pin(once())).await.map_err(|_| ApiError::Timeout)?;
            let (error, retry_after) = match answer {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            let worth_it = matches!(error, ApiError::RateLimited | ApiError::Unavailable(_));
            let wait = retry_after.unwrap_or(delay);
            // Waiting beyond the deadline would only turn a precise error into a time-out.
            if !worth_it || attempt >= ATTEMPTS || Instant::now() + wait >= deadline {
                return Err(error);
            }
            warn!(%error, ?wait, "trying again");
            sleep(wait).await;
            delay *= 2;
        }
        Err(ApiError::Timeout)
    }

    async fn once(&self, call: Call, body: &Value) -> Result<Value, (ApiError, Option<Duration>)> {
        let answer: Result<Value, OpenAIError> = match call {
            Call::Chat => self.client.chat().create_byot(body).await,
            Call::Embeddings => self.client.embeddings().create_byot(body).await,
        };
        answer.map_err(|error| self.told(error))
    }

    async fn upload_once(
        &self,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> Result<Value, (ApiError, Option<Duration>)> {
        let endpoint = self.client.config();
        let request = self.http.post(endpoint.url(path)).headers(endpoint.headers());
        let request = request.header(CONTENT_TYPE, content_type).body(body);
        let answer = async { checked(request.send().await?).await?.bytes().await.map_err(OpenAIError::Reqwest) };
        let bytes = answer.await.map_err(|error| self.told(error))?;
        serde_json::from_slice(&bytes).map_err(|_| (ApiError::Shape, None))
    }

    fn told(&self, error: OpenAIError) -> (ApiError, Option<Duration>) {
        match error {
            OpenAIError::Boxed(error) => match error.downcast::<Failed>() {
                Ok(failed) => self.classify(*failed),
                Err(_) => (ApiError::Unavailable(None), None),
            },
            OpenAIError::Reqwest(error) if error.is_timeout() && !error.is_connect() => (ApiError::Timeout, None),
            OpenAIError::Reqwest(_) => (ApiError::Unavailable(None), None),
            _ => (ApiError::Shape, None),
        }
    }

    fn classify(&self, failed: Failed) -> (ApiError, Option<Duration>) {
        let Failed { status, retry_after, code, message } = failed;
        let error = match status {
            // Out of money looks like a rate limit and does not pass.
            429 if code.as_deref() != Some("insufficient_quota") => ApiError::RateLimited,
            408 | 500.. => ApiError::Unavailable(Some(status)),
            // OpenAI repeats part of a wrong key in its words.
            401 | 403 => ApiError::Rejected { status, code, message: String::new() },
            _ => ApiError::Rejected { status, code, message: self.shorten(&message) },
        };
        (error, retry_after)
    }

    fn shorten(&self, message: &str) -> String {
        let key = self.client.config().key.expose_secret().trim();
        let message = if key.is_empty() { message.to_owned() } else { message.replace(key, "[key]") };
        message.chars().take(MAX_MESSAGE_CHARS).collect()
    }
}

/// Keeps what async-openai drops from a failure: the status of answers that are not JSON, and when to come back.
async fn checked(response: openai_reqwest::Response) -> Result<openai_reqwest::Response, OpenAIError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let retry_after = retry_after(response.headers());
    let body = response.bytes().await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let error = body.get("error").unwrap_or(&body);
    let text = |key: &str| error.get(key).and_then(Value::as_str).map(str::to_owned);
    let failed = Failed {
        status: status.as_u16(),
        retry_after,
        code: text("code").or_else(|| text("type")),
        message: text("message").or_else(|| error.as_str().map(str::to_owned)).unwrap_or_default(),
    };
    Err(OpenAIError::Boxed(Box::new(failed)))
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
    let seconds = number("retry-after-ms").map(|ms| ms / 1000.0).or_else(|| number(RETRY_AFTER.as_str()))?;
    Duration::try_from_secs_f64(seconds).ok()
}
