//! An answer of the model, as JSON of a fixed shape.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;
use tracing::{info, warn};

use super::http::{ApiError, Call, Http};

/// Where and what to ask.
#[derive(Debug, Clone)]
pub struct ChatConfig {
    /// Up to and without `/chat/completions`, e.g. `https://api.openai.com/v1`.
    pub base_url: String,
    /// May be empty, for a local server.
    pub api_key: SecretString,
    /// The model's name.
    pub model: String,
    /// For the whole answer, retries included.
    pub timeout: Duration,
}

impl ChatConfig {
    /// With the usual time limit of 20 s.
    pub fn new(base_url: impl Into<String>, api_key: SecretString, model: impl Into<String>) -> Self {
        Self { base_url: base_url.into(), api_key, model: model.into(), timeout: Duration::from_secs(20) }
    }
}

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The person.
    User,
    /// The model, or whoever answered in its place.
    Assistant,
}

/// One message of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Who said it.
    pub role: Role,
    /// What was said.
    pub content: String,
}

/// What the model made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelReply {
    /// Whether the model holds that the given knowledge answers the question.
    pub answered: bool,
    /// Numbers of the passages it used. Not checked against those that were given.
    pub sources: Vec<usize>,
    /// The text for the person; never empty when `answered`.
    pub reply: String,
    /// Tokens of the prompt, over all tries of this answer; 0 if the server does not say.
    pub tokens_in: u32,
    /// Tokens written, likewise.
    pub tokens_out: u32,
}

/// What a call has cost, also one that came to nothing. 0 if the server does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Read.
    pub entrada: u32,
    /// Written.
    pub saida: u32,
}

impl Tokens {
    pub(super) fn add(&mut self, entrada: u32, saida: u32) {
        self.entrada = self.entrada.saturating_add(entrada);
        self.saida = self.saida.saturating_add(saida);
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChatError {
    /// The model, or a content filter, declined.
    #[error("the model refused")]
    Refused,
    /// Twice something else than the JSON asked for.
    #[error("the model did not answer in the agreed form")]
    Malformed,
    /// The API failed.
    #[error(transparent)]
    Api(#[from] ApiError),
}

/// How strictly the server can be asked for JSON. Many servers with OpenAI's paths know only some of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Schema,
    Object,
    Plain,
}

const MODES: [Mode; 3] = [Mode::Schema, Mode::Object, Mode::Plain];

/// Appended where no schema says it. OpenAI refuses `json_object` unless the word JSON is in the prompt.
const FORM: &str = "\n\nResponda somente com um objeto JSON, sem nada antes ou depois, nesta forma: \
{\"answered\": true ou false, \"sources\": [números dos trechos usados], \"reply\": \"texto da resposta\"}";

/// Asks for answers. Cheap to clone; clones share what they learn about the server.
#[derive(Clone)]
pub struct ChatClient {
    http: Arc<Http>,
    model: String,
    timeout: Duration,
    mode: Arc<AtomicU8>,
}

impl fmt::Debug for ChatClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatClient").field("model", &self.model).finish_non_exhaustive()
    }
}

/// Taken from the answer; more lenient than async-openai's own type, which insists on members some servers leave out.
#[derive(Deserialize)]
pub(super) struct Completion {
    pub(super) choices: Vec<Choice>,
    #[serde(default)]
    pub(super) usage: Option<Usage>,
}

#[derive(Deserialize)]
pub(super) struct Choice {
    pub(super) message: Message,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Message {
    #[serde(default)]
    pub(super) content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Usage {
    pub(super) prompt_tokens: u32,
    pub(super) completion_tokens: u32,
}

#[derive(Deserialize)]
struct Body {
    answered: bool,
    sources: Vec<usize>,
    reply: String,
}

impl ChatClient {
    /// Fails only if the URL or the key cannot be used at all; nothing is sent.
    pub fn new(config: ChatConfig) -> Result<Self, ChatError> {
        let http = Http::new(&config.base_url, &config.api_key)?;
        let ChatConfig { model, timeout, .. } = config;
        Ok(Self { http: Arc::new(http), model, timeout, mode: Arc::default() })
    }

    /// The model's name, as asked for.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Asks for an answer to `messages` (oldest first) under `system`.
    pub async fn answer(&self, system: &str, messages: &[Turn]) -> Result<ModelReply, ChatError> {
        self.answer_counting(system, messages, &mut Tokens::default()).await
    }

    /// The same; `spent` grows by what it costs, whatever comes of it.
    pub async fn answer_counting(
        &self,
        system: &str,
        messages: &[Turn],
        spent: &mut Tokens,
    ) -> Result<ModelReply, ChatError> {
        let before = *spent;
        let deadline = Instant::now() + self.timeout;
        let mut level = self.mode.load(Ordering::Relaxed);
        let mut malformed = false;
        loop {
            let mode = MODES.get(usize::from(level)).copied().unwrap_or(Mode::Plain);
            let body = self.body(mode, system, messages);
            let answer = match self.http.post(Call::Chat, &body, deadline).await {
                Ok(answer) => answer,
                Err(ApiError::Rejected { status: 400 | 422, code, message }) if mode != Mode::Plain => {
                    refuse_or_pass(code.as_deref())?;
                    info!(?mode, message, "not taken by the server, asking less strictly");
                    level += 1;
                    continue;
                }
                Err(ApiError::Rejected { code: Some(code), .. }) if is_filter(&code) => return Err(ChatError::Refused),
                Err(error) => return Err(error.into()),
            };
            let completion: Completion = serde_json::from_value(answer).map_err(|_| ApiError::Shape)?;
            let usage = completion.usage.unwrap_or_default();
            spent.add(usage.prompt_tokens, usage.completion_tokens);
            // Only now is it known that the stricter form was the trouble, not the request itself.
            self.mode.fetch_max(level, Ordering::Relaxed);
            let choice = completion.choices.into_iter().next().ok_or(ApiError::Shape)?;
            match parse(choice)? {
                Some(Body { answered, sources, reply }) => {
                    let tokens_in = spent.entrada.saturating_sub(before.entrada);
                    let tokens_out = spent.saida.saturating_sub(before.saida);
                    return Ok(ModelReply { answered, sources, reply, tokens_in, tokens_out });
                }
                None if malformed => return Err(ChatError::Malformed),
                None => {
                    warn!("the model did not answer in the agreed form, asking once more");
                    malformed = true;
                }
            }
        }
    }

    fn body(&self, mode: Mode, system: &str, turns: &[Turn]) -> Value {
        let form = if mode == Mode::Schema { "" } else { FORM };
        let mut messages = vec![json!({"role": "system", "content": format!("{system}{form}")})];
        messages.extend(turns.iter().map(|turn| {
            let role = match turn.role {
                Role::User => "user",
                Role::Assistant => "assistant",
            };
            json!({"role": role, "content": turn.content})
        }));
        let mut body = json!({"model": self.model, "messages": messages});
        let format = match mode {
            Mode::Schema => json!({"type": "json_schema", "json_schema": {
                "name": "resposta", "strict": true, "schema": {
                    "type": "object", "additionalProperties": false, "required": ["answered", "sources", "reply"],
                    "properties": {
                        "answered": {"type": "boolean"},
                        "sources": {"type": "array", "items": {"type": "integer"}},
                        "reply": {"type": "string"}}}}}),
            Mode::Object => json!({"type": "json_object"}),
            Mode::Plain => return body,
        };
        if let Some(members) = body.as_object_mut() {
            members.insert("response_format".to_owned(), format);
        }
        body
    }
}

fn is_filter(code: &str) -> bool {
    matches!(code, "content_filter" | "content_policy_violation")
}

/// A 400 that a looser form would not change.
fn refuse_or_pass(code: Option<&str>) -> Result<(), ChatError> {
    match code {
        Some(code) if is_filter(code) => Err(ChatError::Refused),
        Some(code @ "context_length_exceeded") => {
            Err(ApiError::Rejected { status: 400, code: Some(code.to_owned()), message: String::new() }.into())
        }
        _ => Ok(()),
    }
}

/// `None` if it is not the JSON asked for.
fn parse(choice: Choice) -> Result<Option<Body>, ChatError> {
    let refused = choice.message.refusal.is_some_and(|words| !words.is_empty());
    if refused || choice.finish_reason.as_deref() == Some("content_filter") {
        return Err(ChatError::Refused);
    }
    let text = choice.message.content.unwrap_or_default();
    // Models without a schema like to wrap it in words or in a code fence.
    let object = text.find('{').zip(text.rfind('}')).and_then(|(start, end)| text.get(start..=end));
    let body = object.and_then(|object| serde_json::from_str::<Body>(object).ok());
    Ok(body.filter(|body| !body.answered || !body.reply.trim().is_empty()))
}
