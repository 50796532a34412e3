//! One request with its retries, for chat and embeddings alike.

use std::time::Duration;

use async_openai::{Client, config::Config, error::OpenAIError, middleware::HttpRequestFactory};
use openai_reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
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

pub(super) struct Http {
    client: Client<Endpoint>,
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
        let service = tower::service_fn(move |factory: HttpRequestFactory| {
            let http = http.clone();
            async move { checked(http.execute(factory.build().await?).await?).await }
        });
        let endpoint = Endpoint { base, key: key.clone(), headers };
        Ok(Self { client: Client::with_config(endpoint).with_http_service(service) })
    }

    /// Posts `body`; tries again on 429, 5xx and a refused connection while the deadline allows.
    pub(super) async fn post(&self, call: Call, body: &Value, deadline: Instant) -> Result<Value, ApiError> {
        let mut delay = FIRST_DELAY;
        for attempt in 1.. {
            let answer = timeout_at(deadline, Box::pin(self.once(call, body))).await.map_err(|_| ApiError::Timeout)?;
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
            warn!(%error, ?wait, ?call, "trying again");
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
        answer.map_err(|error| match error {
            OpenAIError::Boxed(error) => match error.downcast::<Failed>() {
                Ok(failed) => self.classify(*failed),
                Err(_) => (ApiError::Unavailable(None), None),
            },
            OpenAIError::Reqwest(error) if error.is_timeout() && !error.is_connect() => (ApiError::Timeout, None),
            OpenAIError::Reqwest(_) => (ApiError::Unavailable(None), None),
            _ => (ApiError::Shape, None),
        })
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
