//! What goes into and comes out of the client's calls.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;

use super::lenient::{flag_at, int_at, text_at};

/// The events we subscribe: no MESSAGES_EDITED (a failing delivery of it blocks the instance), no contacts, no history.
pub const EVENTS: [&str; 11] = [
    "QRCODE_UPDATED",
    "CONNECTION_UPDATE",
    "MESSAGES_UPSERT",
    "MESSAGES_UPDATE",
    "SEND_MESSAGE",
    "MESSAGES_DELETE",
    "PRESENCE_UPDATE",
    "MESSAGES_EDITED",
    "STATUS_INSTANCE",
    "LOGOUT_INSTANCE",
    "REMOVE_INSTANCE",
];

/// An instance to create.
#[derive(Debug, Clone)]
pub struct NewInstance {
    /// `[a-z0-9-]`, unique at the peer.
    pub name: String,
    /// The instance's own key; never leaves our server.
    pub token: SecretString,
    /// Where its events go.
    pub webhook: Webhook,
    /// Connect at once and put the QR in the answer (holds the answer for 5 s).
    pub qrcode: bool,
}

/// Where the peer posts events.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Our endpoint.
    pub url: Url,
    /// Sent verbatim with each delivery; carries the secret that authenticates it.
    pub headers: BTreeMap<String, String>,
    /// Names as in [`EVENTS`]; empty means all.
    pub events: Vec<String>,
}

impl fmt::Debug for Webhook {
    // Header values and the path are secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("host", &self.url.host_str())
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("events", &self.events)
            .finish()
    }
}

impl Webhook {
    pub(super) fn body(&self, enabled: bool) -> Value {
        json!({
            "enabled": enabled, "url": self.url.as_str(), "headers": self.headers, "byEvents": false, "base64": true, "events": self.events,
        })
    }
}

/// A stored webhook, as the peer tells it. The headers are left out: they are secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookInfo {
    /// The peer does not check it, so it is text here.
    pub url: String,
    /// Whether events are sent at all.
    pub enabled: bool,
    /// Upper-snake names; empty means all.
    pub events: Vec<String>,
    /// Whether media comes inside the event; takes effect at the next connect.
    pub base64: bool,
}

impl WebhookInfo {
    pub(super) fn read(row: &Value) -> Option<Self> {
        let events = row.get("events").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Some(Self {
            url: text_at(row, "url")?,
            enabled: flag_at(row, "enabled"),
            events: events.iter().filter_map(|event| event.as_str().map(str::to_owned)).collect(),
            base64: flag_at(row, "webhookBase64"),
        })
    }
}

/// Behaviour of an instance; the default is what Proseia wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Refuse incoming calls.
    pub reject_call: bool,
    /// Drop group messages at the peer.
    pub groups_ignore: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { reject_call: false, groups_ignore: true }
    }
}

impl Settings {
    /// All six booleans are required. `readMessages` stays false: with it on a failing receipt loses the message.
    pub(super) fn body(self) -> Value {
        json!({
            "rejectCall": self.reject_call, "groupsIgnore": self.groups_ignore, "alwaysOnline": false, "readMessages": false,
            "readStatus": false, "syncFullHistory": false,
        })
    }
}

/// The peer's in-memory state of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionState {
    /// No session.
    Close,
    /// Showing a QR, or reconnecting.
    Connecting,
    /// Paired and, as far as the peer knows, alive.
    Open,
    /// The QR limit was reached.
    Refused,
    /// Absent (right after a delete) or a word we do not know.
    Unknown,
}

impl ConnectionState {
    pub(super) fn read(text: Option<&str>) -> Self {
        match text {
            Some("close") => Self::Close,
            Some("connecting") => Self::Connecting,
            Some("open") => Self::Open,
            Some("refused") => Self::Refused,
            _ => Self::Unknown,
        }
    }
}

/// A QR code to scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrCode {
    /// The text inside the QR.
    pub code: String,
    /// A PNG as data URI, about 12 kB.
    pub base64: String,
    /// Eight characters, when the connect named a phone number.
    pub pairing_code: Option<String>,
    /// How many codes this connect has shown.
    pub count: u32,
}

impl QrCode {
    pub(super) fn read(value: &Value) -> Option<Self> {
        Some(Self {
            code: text_at(value, "code")?,
            base64: text_at(value, "base64")?,
            pairing_code: text_at(value, "pairingCode"),
            count: int_at(value, "count").and_then(|count| u32::try_from(count).ok()).unwrap_or(0),
        })
    }
}

/// The answer of a connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connect {
    /// Already paired and open.
    Open,
    /// Scan this.
    Qr(QrCode),
    /// No code yet: it comes by webhook, or WhatsApp is out of the peer's reach.
    NoQrYet,
}

/// The answer of a create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The peer's id of the instance.
    pub instance_id: String,
    /// `Connecting` when it was created with a QR, otherwise `Close`.
    pub state: ConnectionState,
    /// The first QR, when asked for and already there.
    pub qr: Option<QrCode>,
}

/// A row of `fetchInstances`, without the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceInfo {
    /// The peer's id.
    pub id: String,
    /// Our name for it.
    pub name: String,
    /// The DATABASE value, which lags; see [`super::EvolutionClient::connection_state`].
    pub stored_state: ConnectionState,
    /// The paired phone's jid; stays after a logout.
    pub owner_jid: Option<String>,
    /// The paired account's name.
    pub profile_name: Option<String>,
    /// Why the last session ended (401 logged out, 403 banned).
    pub disconnection_reason: Option<i64>,
    /// RFC 3339.
    pub created_at: Option<String>,
}

impl InstanceInfo {
    pub(super) fn read(row: &Value) -> Option<Self> {
        Some(Self {
            id: text_at(row, "id")?,
            name: text_at(row, "name").unwrap_or_default(),
            stored_state: ConnectionState::read(row.get("connectionStatus").and_then(Value::as_str)),
            owner_jid: text_at(row, "ownerJid"),
            profile_name: text_at(row, "profileName"),
            disconnection_reason: int_at(row, "disconnectionReasonCode"),
            created_at: text_at(row, "createdAt"),
        })
    }
}

/// A message handed to WhatsApp. There is no idempotency key: after a time-out look for it before sending again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMessage {
    /// Chosen by the peer; the SEND_MESSAGE event and the status events carry it.
    pub id: String,
    /// Compare by this, never by the number we sent: Brazilian ninth digits are dropped.
    pub remote_jid: String,
    /// Unix seconds.
    pub timestamp: i64,
}

impl SentMessage {
    pub(super) fn read(answer: &Value) -> Option<Self> {
        let key = answer.get("key")?;
        let timestamp = int_at(answer, "messageTimestamp")?;
        Some(Self { id: text_at(key, "id")?, remote_jid: text_at(key, "remoteJid")?, timestamp })
    }
}

/// A message in the peer's store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// WhatsApp's id.
    pub id: String,
    /// The chat.
    pub remote_jid: String,
    /// Sent by us or from our phone.
    pub from_me: bool,
    /// What a person would read; `None` for media without caption.
    pub text: Option<String>,
    /// What kind of file it is, if it is one.
    pub media: Option<MediaKind>,
    /// Unix seconds.
    pub timestamp: i64,
}

/// Names one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageKey {
    /// The chat. For read receipts the PHONE jid: `@lid` keys are dropped silently.
    pub remote_jid: String,
    /// Ours or theirs.
    pub from_me: bool,
    /// WhatsApp's id.
    pub id: String,
}

impl MessageKey {
    pub(super) fn body(&self) -> Value {
        json!({"remoteJid": self.remote_jid, "fromMe": self.from_me, "id": self.id})
    }
}

/// Kinds of `sendMedia`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// Re-encoded to JPEG by the peer.
    Image,
    /// Needs a file name.
    Document,
    /// A film.
    Video,
    /// An audio file; a voice note is [`super::EvolutionClient::send_audio`].
    Audio,
}

impl MediaKind {
    pub(super) fn wire(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Document => "document",
            Self::Video => "video",
            Self::Audio => "audio",
        }
    }
}

/// A file to send. Only as content, never as URL: the peer would fetch it from inside our network.
#[derive(Debug, Clone)]
pub struct OutgoingMedia {
    /// What it is shown as.
    pub kind: MediaKind,
    /// Bare base64; a `data:` URI is refused.
    pub base64: String,
    /// Recomputed from the file name by the peer when there is one.
    pub mimetype: Option<String>,
    /// Required for a document.
    pub file_name: Option<String>,
    /// Text under it.
    pub caption: Option<String>,
}

/// Media fetched by message id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// For instance `audio/ogg; codecs=opus`.
    pub mimetype: String,
    /// The content.
    pub base64: String,
    /// A name, often made from the message id.
    pub file_name: Option<String>,
}

/// Whether a number has WhatsApp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberCheck {
    /// As asked.
    pub number: String,
    /// The jid to use from now on.
    pub jid: String,
    /// Has an account.
    pub exists: bool,
    /// The privacy id, when known.
    pub lid: Option<String>,
}
