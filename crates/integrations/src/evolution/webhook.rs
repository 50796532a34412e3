//! Reads a webhook delivery. One parser for all events and spellings; it never looks at `date_time`, which is local
//! time with a false `Z`.

use serde_json::Value;

use super::content::{self, Content};
use super::lenient::{self, flag_at, int_at, text_at, text_in};
use super::message::RawMessage;
use super::types::ConnectionState;

/// One call of the peer's webhook. It has no id: a repeated delivery looks the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The instance's name, as the body says; compare with the one the URL stands for.
    pub instance: String,
    /// Our own jid; absent until the peer first reached open.
    pub sender: Option<String>,
    /// What happened.
    pub event: Event,
}

/// What happened. Deliveries run concurrently and arrive out of order.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A new QR, about every 45 s.
    QrCode {
        /// PNG data URI.
        base64: String,
        /// The text inside it.
        code: String,
        /// For a connect with a phone number.
        pairing_code: Option<String>,
    },
    /// Nobody scanned in time; connect again for more.
    QrLimit,
    /// The session's state changed. A drop that recovers sends no close: only connecting, then open.
    Connection {
        /// The new state.
        state: ConnectionState,
        /// 200 unless closing; 401 logged out, 403 banned.
        status_reason: Option<i64>,
        /// Our own jid, on open.
        wuid: Option<String>,
        /// Our account's name, on open.
        profile_name: Option<String>,
    },
    /// Received, or typed on the business's own phone (`from_me`).
    Message(Box<RawMessage>),
    /// Sent through the API; may overtake the send's own answer.
    Sent(Box<RawMessage>),
    /// A receipt.
    Status {
        /// The message; match on this alone, the chat may be in its other form.
        key_id: String,
        /// Whether the message is ours.
        from_me: bool,
        /// Keep the highest: receipts are not monotonic.
        status: DeliveryStatus,
    },
    /// The text of a message changed.
    Edited {
        /// The message.
        id: String,
        /// Its chat.
        remote_jid: String,
        /// The new text.
        text: Option<String>,
        /// When it was edited, unix milliseconds; of two edits the later one counts.
        timestamp_ms: Option<i64>,
    },
    /// A message was deleted for everyone. May come twice, as an edit of type REVOKE and as a delete.
    Deleted {
        /// The message.
        id: String,
        /// Its chat.
        remote_jid: String,
    },
    /// A contact types, or stopped. WhatsApp tells it only now and then, and only for chats it was asked about.
    Presence {
        /// The chat: phone, `@lid` or group.
        remote_jid: String,
        /// Writing or recording.
        typing: bool,
    },
    /// The session ended for good.
    StatusInstance {
        /// `closed`.
        status: String,
        /// 401, 402, 403 or 406.
        reason: Option<i64>,
    },
    /// The session was logged out.
    Logout,
    /// The instance is being removed. Always answer 2xx, or it stays for 20 minutes.
    Removed,
    /// An event we did not ask for, by name.
    Other(String),
}

/// How far a message has come, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeliveryStatus {
    /// WhatsApp refused it.
    Error,
    /// Handed to the socket.
    Pending,
    /// At WhatsApp; may never be reported.
    ServerAck,
    /// On the phone.
    DeliveryAck,
    /// Seen.
    Read,
    /// A voice note was played.
    Played,
}

/// A body that is no delivery.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// Not JSON.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A member that every such event has is absent or of another type.
    #[error("{0} is missing")]
    Missing(&'static str),
}

/// Reads a delivery's body.
pub fn parse(body: &[u8]) -> Result<Delivery, ParseError> {
    parse_value(&read(body)?)
}

/// A delivery's body as JSON, with what the peer cuts in half repaired.
pub fn read(body: &[u8]) -> Result<Value, ParseError> {
    Ok(lenient::json(body)?)
}

/// A record of findMessages as the delivery that should have brought it. Its bytes are base64 texts where a delivery
/// has objects; nothing here reads bytes.
pub fn stored_as_delivery(instance: &str, record: Value) -> Value {
    serde_json::json!({"event": "messages.upsert", "instance": instance, "data": record})
}

/// Reads a delivery that was stored as [`read`] gave it.
pub fn parse_value(envelope: &Value) -> Result<Delivery, ParseError> {
    let name = text_at(envelope, "event").ok_or(ParseError::Missing("event"))?;
    let instance = text_at(envelope, "instance").ok_or(ParseError::Missing("instance"))?;
    // One element is never wrapped in a list by this version; contacts show that lists are not far.
    let data = envelope.get("data").unwrap_or(&Value::Null);
    let data = data.as_array().and_then(|list| list.first()).unwrap_or(data);
    let event = read_event(&name, data).map_err(ParseError::Missing)?;
    Ok(Delivery { instance, sender: text_at(envelope, "sender"), event })
}

/// Takes the bytes of media out of a stored delivery, so that they are not kept twice; gives the content as base64.
pub fn take_media(envelope: &mut Value) -> Option<String> {
    let data = envelope.get_mut("data")?;
    let data = if data.is_array() { data.get_mut(0)? } else { data };
    content::take_bytes(data.get_mut("message")?)
}

/// Whether a body says that a message was edited. Such a delivery must not be refused, or the peer holds back all later
/// messages of the instance (pitfall P3).
pub fn is_edit(body: &[u8]) -> bool {
    let name = read(body).ok().and_then(|envelope| text_at(&envelope, "event"));
    name.is_some_and(|name| name.to_lowercase().replace(['.', '-'], "_") == "messages_edited")
}

fn read_event(name: &str, data: &Value) -> Result<Event, &'static str> {
    // Bodies are dotted, subscriptions upper snake, by-events paths dashed.
    let spelled: String = name.to_lowercase().replace(['.', '-'], "_");
    Ok(match spelled.as_str() {
        "qrcode_updated" => read_qr(data)?,
        "connection_update" => Event::Connection {
            state: ConnectionState::read(data.get("state").and_then(Value::as_str)),
            status_reason: int_at(data, "statusReason"),
            wuid: text_at(data, "wuid"),
            profile_name: text_at(data, "profileName"),
        },
        "messages_upsert" => Event::Message(Box::new(RawMessage::read(data)?)),
        "send_message" => Event::Sent(Box::new(RawMessage::read(data)?)),
        "messages_update" => read_status(name, data)?,
        "messages_edited" => read_edit(name, data)?,
        "messages_delete" => {
            let (id, remote_jid) = read_key(data)?;
            Event::Deleted { id, remote_jid }
        }
        "presence_update" => read_presence(data)?,
        "status_instance" => Event::StatusInstance {
            status: text_at(data, "status").ok_or("data.status")?,
            reason: int_at(data, "disconnectionReasonCode"),
        },
        "logout_instance" => Event::Logout,
        "remove_instance" => Event::Removed,
        _ => Event::Other(name.to_owned()),
    })
}

/// At the limit the `qrcode` member is absent and a text stands in its place.
fn read_qr(data: &Value) -> Result<Event, &'static str> {
    let Some(qr) = data.get("qrcode") else {
        return if int_at(data, "statusCode").is_some() { Ok(Event::QrLimit) } else { Err("data.qrcode") };
    };
    Ok(Event::QrCode {
        base64: text_at(qr, "base64").ok_or("data.qrcode.base64")?,
        code: text_at(qr, "code").ok_or("data.qrcode.code")?,
        pairing_code: text_at(qr, "pairingCode"),
    })
}

fn read_status(name: &str, data: &Value) -> Result<Event, &'static str> {
    let status = match data.get("status").and_then(Value::as_str) {
        Some("ERROR") => DeliveryStatus::Error,
        Some("PENDING") => DeliveryStatus::Pending,
        Some("SERVER_ACK") => DeliveryStatus::ServerAck,
        Some("DELIVERY_ACK") => DeliveryStatus::DeliveryAck,
        Some("READ") => DeliveryStatus::Read,
        Some("PLAYED") => DeliveryStatus::Played,
        // Poll votes and deletions through the API use the same event.
        _ => return Ok(Event::Other(name.to_owned())),
    };
    let key_id = text_at(data, "keyId").ok_or("data.keyId")?;
    Ok(Event::Status { key_id, from_me: flag_at(data, "fromMe"), status })
}

/// In a chat with one person the only entry is that person's, under the jid of the chat or its other form.
fn read_presence(data: &Value) -> Result<Event, &'static str> {
    let known = data.get("presences").and_then(Value::as_object).ok_or("data.presences")?;
    let last = known.values().find_map(|one| one.get("lastKnownPresence").and_then(Value::as_str));
    let typing = matches!(last, Some("composing" | "recording"));
    Ok(Event::Presence { remote_jid: text_at(data, "id").ok_or("data.id")?, typing })
}

/// Deletions and other protocol messages arrive as edits too.
fn read_edit(name: &str, data: &Value) -> Result<Event, &'static str> {
    let (id, remote_jid) = read_key(data)?;
    Ok(match text_at(data, "type").as_deref() {
        Some("REVOKE") => Event::Deleted { id, remote_jid },
        Some("MESSAGE_EDIT") => {
            let content = data.get("editedMessage").and_then(|message| Content::read(message).ok());
            let text = content.and_then(|content| content.text().map(str::to_owned));
            Event::Edited { id, remote_jid, text, timestamp_ms: int_at(data, "timestampMs") }
        }
        _ => Event::Other(name.to_owned()),
    })
}

/// The key is the data itself when a contact deletes, and a member of it otherwise.
fn read_key(data: &Value) -> Result<(String, String), &'static str> {
    let id = text_in(data, "/key/id").or_else(|| text_at(data, "id")).ok_or("data.key.id")?;
    let jid = text_in(data, "/key/remoteJid").or_else(|| text_at(data, "remoteJid")).ok_or("data.key.remoteJid")?;
    Ok((id, jid))
}
