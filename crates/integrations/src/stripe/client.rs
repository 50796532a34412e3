//! The HTTP side: key, version, idempotency, time-outs and tries.

use std::fmt;
use std::time::Duration;

use reqwest::{Method, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use stripe_client_core::{RequestBuilder, StripeMethod, StripeRequest};
use url::Url;
use uuid::Uuid;

use super::error::StripeError;
use super::{API_BASE, VERSION};

/// Of one try. Making a session takes Stripe about a second.
const TIMEOUT: Duration = Duration::from_secs(20);
/// As the official SDKs: one call and two more.
const TRIES: u32 = 3;
/// Before the second try; doubles, with jitter.
const BACKOFF: Duration = Duration::from_millis(500);
/// Longest wait that an answer may ask for.
const PATIENCE: Duration = Duration::from_secs(5);
/// An answer is at most a page of a hundred objects.
const ANSWER_MAX: usize = 8 * 1024 * 1024;

/// Client of one Stripe account, in one mode. Cheap to clone.
#[derive(Clone)]
pub struct StripeClient {
    http: reqwest::Client,
    base: Url,
    key: SecretString,
}

impl fmt::Debug for StripeClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StripeClient")
            .field("host", &self.base.host_str())
            .field("livemode", &self.livemode())
            .finish_non_exhaustive()
    }
}

impl StripeClient {
    /// A client with this key, of Stripe itself or of what stands in for it at `base`. Fails only when the TLS backend cannot
    /// start. No redirects, because the key would go along.
    pub fn new(base: Option<Url>, key: SecretString) -> Result<Self, reqwest::Error> {
        let mut http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(TIMEOUT);
        if base.is_some() {
            http = http.no_proxy();
        }
        #[expect(clippy::expect_used, reason = "a constant")]
        let base = base.unwrap_or_else(|| API_BASE.parse().expect("an address"));
        Ok(Self { http: http.build()?, base, key })
    }

    /// Whether the key moves real money. `sk_live_…` and the restricted `rk_live_…` do.
    pub fn livemode(&self) -> bool {
        !self.key.expose_secret().contains("_test_")
    }

    /// The origin of what stands in for Stripe, if something does: its pages are there too.
    pub fn stand_in(&self) -> Option<String> {
        Some(self.base.origin().ascii_serialization()).filter(|_| self.base.as_str() != API_BASE)
    }

    /// Asks.
    pub(super) async fn get<T: DeserializeOwned>(&self, request: &impl StripeRequest) -> Result<T, StripeError> {
        self.send(request.build(), None).await
    }

    /// Does something, once, however often it is called with `key` within a day.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        request: &impl StripeRequest,
        key: &str,
    ) -> Result<T, StripeError> {
        self.send(request.build(), Some(key)).await
    }

    /// Does something that is new each time; a try that is repeated is still one call.
    pub(super) async fn post_anew<T: DeserializeOwned>(&self, request: &impl StripeRequest) -> Result<T, StripeError> {
        self.send(request.build(), Some(&Uuid::new_v4().to_string())).await
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder, key: Option<&str>) -> Result<T, StripeError> {
        let mut tried = 1;
        let answer = loop {
            let (error, again, after) = match self.once(&request, key).await {
                Ok(bytes) => break bytes,
                Err(failed) => failed,
            };
            if !again || tried == TRIES {
                return Err(error);
            }
            let wait = after.unwrap_or_else(|| jitter(BACKOFF * 2u32.pow(tried - 1))).min(PATIENCE);
            tracing::warn!(%error, path = request.path, ?wait, "stripe: trying again");
            tokio::time::sleep(wait).await;
            tried += 1;
        };
        serde_json::from_slice(&answer).map_err(|e| StripeError::Malformed(format!("{}: {e}", request.path)))
    }

    /// One try: the error, whether another makes sense, and when.
    async fn once(
        &self,
        request: &RequestBuilder,
        key: Option<&str>,
    ) -> Result<Vec<u8>, (StripeError, bool, Option<Duration>)> {
        let url = format!("{}v1{}", self.base, request.path);
        let method = match request.method {
            StripeMethod::Get => Method::GET,
            StripeMethod::Post => Method::POST,
            StripeMethod::Delete => Method::DELETE,
        };
        let mut call = self
            .http
            .request(method, url)
            .bearer_auth(self.key.expose_secret())
            .header("Stripe-Version", VERSION)
            .header(header::USER_AGENT, concat!("Proseia/", env!("CARGO_PKG_VERSION")));
        if let Some(key) = key {
            call = call.header("Idempotency-Key", key);
        }
        // A DELETE carries its parameters in the query, as a GET does.
        match (request.method, &request.query, &request.body) {
            (StripeMethod::Post, _, body) => {
                call = call
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(body.clone().unwrap_or_default());
            }
            (_, query, body) => {
                if let Some(query) = query.as_ref().or(body.as_ref()).filter(|q| !q.is_empty()) {
                    let pairs: Vec<(String, String)> =
                        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
                    call = call.query(&pairs);
                }
            }
        }
        let lost = |e| (StripeError::from_transport(e), true, None);
        let mut response = call.send().await.map_err(lost)?;
        let status = response.status();
        let text = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let request_id = text("request-id");
        let should_retry = text("stripe-should-retry").and_then(|v| v.parse::<bool>().ok());
        let after = text("retry-after").and_then(|v| v.parse().ok()).map(Duration::from_secs);
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if bytes.len() + chunk.len() > ANSWER_MAX {
                return Err((StripeError::Malformed("the answer is too large".into()), false, None));
            }
            bytes.extend_from_slice(&chunk);
        }
        if status.is_success() {
            return Ok(bytes);
        }
        // What the header says counts; without it, a conflict of keys, too many calls and Stripe's own trouble pass.
        let passing =
            matches!(status, StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS) || status.is_server_error();
        Err((StripeError::from_answer(status.as_u16(), &bytes, request_id), should_retry.unwrap_or(passing), after))
    }
}

/// Between half of `wait` and all of it, so that callers who failed together do not return together.
fn jitter(wait: Duration) -> Duration {
    let (high, _) = Uuid::new_v4().as_u64_pair();
    let part = (high >> 48) as u32;
    wait / 2 + (wait / 2) * part / u32::from(u16::MAX)
}
