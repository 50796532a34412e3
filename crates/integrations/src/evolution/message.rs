//! From the peer's message object to what the conversation needs, or the reason why it needs nothing.

use std::time::Duration;

use serde_json::Value;

use super::content::{self, NoContent};
pub use super::content::{Card, Content, MediaInfo};
use super::lenient::{flag_at, int_at, text_at};
use super::phone::phone_of_jid;
use super::types::MediaKind;

/// A message object as delivered, with its bookkeeping read and its content still raw.
#[derive(Debug, Clone, PartialEq)]
pub struct RawMessage {
    /// Chosen by the sender's client: unique only together with instance and chat.
    pub id: String,
    /// The chat: phone, `@lid`, group, broadcast or channel.
    pub remote_jid: String,
    /// The other form of the chat's jid, when WhatsApp reveals it.
    pub remote_jid_alt: Option<String>,
    /// Sent from our side: the phone itself, or us.
    pub from_me: bool,
    /// The sender's own name for themselves.
    pub push_name: Option<String>,
    /// The protobuf message as JSON.
    pub message: Value,
    /// The quote of a text, which the peer moves out of the message.
    pub context_info: Value,
    /// The peer's name of the content's kind; a wrapper's name when wrapped.
    pub message_type: String,
    /// Unix seconds.
    pub timestamp: i64,
}

impl RawMessage {
    /// What kind of file it is and the words under it; `None` for what is no file.
    pub fn file(&self) -> Option<(MediaKind, String)> {
        let content = Content::read(&self.message).ok()?;
        Some((content.media()?, content.text().unwrap_or_default().to_owned()))
    }

    pub(super) fn read(data: &Value) -> Result<Self, &'static str> {
        let key = data.get("key").ok_or("data.key")?;
        Ok(Self {
            id: text_at(key, "id").ok_or("data.key.id")?,
            remote_jid: text_at(key, "remoteJid").ok_or("data.key.remoteJid")?,
            remote_jid_alt: text_at(key, "remoteJidAlt").or_else(|| text_at(key, "senderPn")),
            from_me: flag_at(key, "fromMe"),
            push_name: text_at(data, "pushName"),
            message: data.get("message").cloned().unwrap_or_default(),
            context_info: data.get("contextInfo").cloned().unwrap_or_default(),
            message_type: text_at(data, "messageType").unwrap_or_default(),
            timestamp: int_at(data, "messageTimestamp").ok_or("data.messageTimestamp")?,
        })
    }
}

/// A message of one person, ready for the conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Inbound {
    /// WhatsApp's id; deduplicate on (instance, `remote_jid`, `id`).
    pub id: String,
    /// Answer to this jid.
    pub remote_jid: String,
    /// Digits, when WhatsApp reveals the phone.
    pub phone: Option<String>,
    /// The privacy jid (`…@lid`), when there is one. One person may appear with either form, even within seconds.
    pub lid: Option<String>,
    /// Typed by the business on its own phone.
    pub from_me: bool,
    /// The sender's own name for themselves.
    pub push_name: Option<String>,
    /// What it says.
    pub content: Content,
    /// The file behind it.
    pub media: Option<MediaInfo>,
    /// The sender wants it seen once: nothing of it is kept.
    pub view_once: bool,
    /// Unix seconds.
    pub timestamp: i64,
    /// The message it answers.
    pub quoted: Option<Quoted>,
}

/// A quoted message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// Its id.
    pub id: String,
    /// Its text, if it had one.
    pub text: Option<String>,
}

/// Why a message needs nothing from us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropped {
    /// Groups are ignored by decision of the plan.
    Group,
    /// A story or a broadcast list.
    Broadcast,
    /// A channel.
    Newsletter,
    /// Neither a phone nor a privacy jid.
    UnknownSender,
    /// A reaction to another message.
    Reaction,
    /// Older than the limit: history, or delivered after a long outage.
    TooOld,
    /// WhatsApp's own bookkeeping.
    Protocol,
    /// Nothing in it.
    Empty,
}

impl Dropped {
    /// A stable word for logs and counters.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Broadcast => "broadcast",
            Self::Newsletter => "newsletter",
            Self::UnknownSender => "unknown_sender",
            Self::Reaction => "reaction",
            Self::TooOld => "too_old",
            Self::Protocol => "protocol",
            Self::Empty => "empty",
        }
    }
}

/// Reads a message, or says why it is none of ours. `now` is unix seconds; older than `max_age` is dropped.
pub fn normalise(raw: &RawMessage, now: i64, max_age: Duration) -> Result<Inbound, Dropped> {
    check_chat(&raw.remote_jid)?;
    let content = Content::read(&raw.message).map_err(|none| match none {
        NoContent::Reaction => Dropped::Reaction,
        NoContent::Protocol => Dropped::Protocol,
        NoContent::Empty => Dropped::Empty,
    })?;
    let limit = i64::try_from(max_age.as_secs()).unwrap_or(i64::MAX);
    if now.saturating_sub(raw.timestamp) > limit {
        return Err(Dropped::TooOld);
    }
    let jids = [Some(raw.remote_jid.as_str()), raw.remote_jid_alt.as_deref()];
    let mut known = jids.into_iter().flatten();
    Ok(Inbound {
        id: raw.id.clone(),
        remote_jid: raw.remote_jid.clone(),
        phone: known.clone().find_map(phone_of_jid),
        lid: known.find(|jid| jid.ends_with("@lid")).map(str::to_owned),
        from_me: raw.from_me,
        push_name: raw.push_name.clone(),
        content,
        media: MediaInfo::read(&raw.message),
        view_once: content::is_view_once(&raw.message),
        timestamp: raw.timestamp,
        quoted: quoted(raw),
    })
}

/// An emoji put on a message, or taken from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// The message it is put on.
    pub target: String,
    /// `None` takes it away.
    pub emoji: Option<String>,
}

/// Longest emoji that is kept: families and flags are sequences of several characters.
const EMOJI_CHARS: usize = 16;

/// The reaction that this message is, in a chat with one person.
pub fn reaction(raw: &RawMessage) -> Option<Reaction> {
    check_chat(&raw.remote_jid).ok()?;
    let part = content::unwrap(&raw.message).get("reactionMessage")?;
    let target = part.get("key").and_then(|key| text_at(key, "id"))?;
    let emoji = text_at(part, "text").map(|text| text.chars().take(EMOJI_CHARS).collect());
    Some(Reaction { target, emoji })
}

/// Messages of groups, lists and channels arrive whatever the peer's settings say (they may change, or lag).
fn check_chat(jid: &str) -> Result<(), Dropped> {
    match jid.rsplit_once('@').map(|(_, server)| server) {
        Some("g.us") => Err(Dropped::Group),
        Some("broadcast") => Err(Dropped::Broadcast),
        Some("newsletter") => Err(Dropped::Newsletter),
        Some("lid") => Ok(()),
        Some(_) if phone_of_jid(jid).is_some() => Ok(()),
        _ => Err(Dropped::UnknownSender),
    }
}

/// The quote is beside the message for texts, and inside the typed part for everything else.
fn quoted(raw: &RawMessage) -> Option<Quoted> {
    let inner = content::unwrap(&raw.message);
    let inside = inner
        .as_object()
        .into_iter()
        .flatten()
        .find_map(|(_, part)| part.get("contextInfo").filter(|info| info.get("stanzaId").is_some()));
    let context = if raw.context_info.get("stanzaId").is_some() { &raw.context_info } else { inside? };
    let content = context.get("quotedMessage").and_then(|message| Content::read(message).ok());
    Some(Quoted {
        id: text_at(context, "stanzaId")?,
        text: content.and_then(|content| content.text().map(str::to_owned)),
    })
}
