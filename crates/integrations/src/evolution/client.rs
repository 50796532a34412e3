//! The HTTP side: URLs, key, time-outs and the reading of answers.

use std::fmt;
use std::time::Duration;

use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use super::error::EvolutionError;
use super::lenient;

/// In-memory questions and small writes.
pub(super) const QUICK: Duration = Duration::from_secs(10);
/// Create with QR waits 5 s, connect 2 to 8 s when WhatsApp is slow.
pub(super) const CONNECTING: Duration = Duration::from_secs(30);
/// A text, beside the delay that holds the answer.
pub(super) const SENDING: Duration = Duration::from_secs(30);
/// Bodies of tens of MB, ffmpeg at the peer, a 5 s retry inside getBase64.
pub(super) const MEDIA: Duration = Duration::from_secs(120);

/// Client of one Evolution server, with its global key. Cheap to clone.
#[derive(Clone)]
pub struct EvolutionClient {
    http: reqwest::Client,
    base: Url,
    apikey: SecretString,
}

impl fmt::Debug for EvolutionClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EvolutionClient").field("host", &self.base.host_str()).finish_non_exhaustive()
    }
}

impl EvolutionClient {
    /// A client for the server at `base`. Fails only when the TLS backend cannot start.
    ///
    /// The peer is on a private network, hence no proxy; and no redirects, because the key would go along.
    pub fn new(base: Url, apikey: SecretString) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .build()?;
        Ok(Self { http, base, apikey })
    }

    pub(super) fn get(&self, path: &str, name: &str) -> Result<Call<'_>, EvolutionError> {
        self.call(Method::GET, path, Some(name))
    }

    pub(super) fn post(&self, path: &str, name: &str, body: Value) -> Result<Call<'_>, EvolutionError> {
        Ok(self.call(Method::POST, path, Some(name))?.body(body))
    }

    /// `name` must be ours: the peer searches the URL text for api paths, so a free name could pass its guards.
    pub(super) fn call(&self, method: Method, path: &str, name: Option<&str>) -> Result<Call<'_>, EvolutionError> {
        let mut url = self.base.clone();
        if let Some(name) = name {
            check_name(name)?;
        }
        url.path_segments_mut()
            .map_err(|()| EvolutionError::InvalidName)?
            .pop_if_empty()
            .extend(path.split('/'))
            .extend(name);
        Ok(Call { client: self, method, url, body: None, timeout: QUICK, limit: usize::MAX })
    }
}

/// One call being put together.
pub(super) struct Call<'a> {
    client: &'a EvolutionClient,
    method: Method,
    url: Url,
    body: Option<Value>,
    timeout: Duration,
    limit: usize,
}

impl Call<'_> {
    pub(super) fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    pub(super) fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    pub(super) fn within(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Gives up on an answer of more than `bytes`.
    pub(super) fn at_most(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    pub(super) async fn send(self) -> Result<Value, EvolutionError> {
        let mut request = self
            .client
            .http
            .request(self.method, self.url)
            .header("apikey", self.client.apikey.expose_secret())
            .timeout(self.timeout);
        if let Some(body) = &self.body {
            request = request.json(body);
        }
        let mut response = request.send().await.map_err(EvolutionError::from_transport)?;
        let status = response.status();
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(EvolutionError::from_transport)? {
            if bytes.len() + chunk.len() > self.limit {
                return Err(EvolutionError::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        let body = lenient::json(&bytes);
        if !status.is_success() {
            return Err(EvolutionError::from_answer(status.as_u16(), &body.unwrap_or_default()));
        }
        let body = body.map_err(|error| EvolutionError::Malformed(error.to_string()))?;
        // `restart` and `connect` report their failures as 200.
        if body.get("error") == Some(&Value::Bool(true)) {
            return Err(EvolutionError::from_answer(status.as_u16(), &body));
        }
        Ok(body)
    }
}

pub(super) fn check_name(name: &str) -> Result<(), EvolutionError> {
    let ours = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || !name.bytes().all(ours) { Err(EvolutionError::InvalidName) } else { Ok(()) }
}

pub(super) fn missing(what: &str) -> EvolutionError {
    EvolutionError::Malformed(format!("{what} is missing"))
}
