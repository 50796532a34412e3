//! What a WhatsApp message says, out of its protobuf-as-JSON form.

use serde_json::Value;

use super::lenient::{int_at, text_at, text_in};

/// The content of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Typed text, or the label of a chosen button or list row.
    Text(String),
    /// Voice note or audio file.
    Audio {
        /// Length.
        seconds: Option<i64>,
        /// For instance `audio/ogg; codecs=opus`.
        mimetype: Option<String>,
        /// Absent when the peer could not download it.
        base64: Option<String>,
    },
    /// A picture.
    Image {
        /// Text under it.
        caption: Option<String>,
        /// For instance `image/jpeg`.
        mimetype: Option<String>,
        /// Absent when the peer could not download it.
        base64: Option<String>,
    },
    /// A film, also a round video note.
    Video {
        /// Text under it.
        caption: Option<String>,
        /// For instance `video/mp4`.
        mimetype: Option<String>,
    },
    /// A file.
    Document {
        /// As the sender named it.
        file_name: Option<String>,
        /// Text under it.
        caption: Option<String>,
        /// For instance `application/pdf`.
        mimetype: Option<String>,
        /// Absent when the peer could not download it.
        base64: Option<String>,
    },
    /// A sticker.
    Sticker,
    /// A place, fixed or live.
    Location {
        /// Degrees.
        latitude: Option<f64>,
        /// Degrees.
        longitude: Option<f64>,
        /// The place's name.
        name: Option<String>,
    },
    /// One or more contact cards.
    Contact {
        /// Whose.
        name: Option<String>,
    },
    /// A kind we do not read, by its type.
    Unsupported(String),
}

/// Why there is no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoContent {
    Reaction,
    Protocol,
    Empty,
}

const WRAPPERS: [&str; 10] = [
    "ephemeralMessage",
    "viewOnceMessage",
    "viewOnceMessageV2",
    "viewOnceMessageV2Extension",
    "documentWithCaptionMessage",
    "deviceSentMessage",
    "editedMessage",
    "lottieStickerMessage",
    "groupMentionedMessage",
    "associatedChildMessage",
];
/// Members that accompany a message or replace one, and say nothing by themselves.
const PROTOCOL: [&str; 6] = [
    "protocolMessage",
    "senderKeyDistributionMessage",
    "pollUpdateMessage",
    "keepInChatMessage",
    "albumMessage",
    "pinInChatMessage",
];
const ANNOTATIONS: [&str; 3] = ["messageContextInfo", "base64", "mediaUrl"];
const MAX_DEPTH: usize = 6;

impl Content {
    /// Reads a `message` object, through any wrappers (the peer leaves them on).
    pub(super) fn read(message: &Value) -> Result<Self, NoContent> {
        let inner = unwrap(message);
        if inner.get("reactionMessage").is_some() || inner.get("encReactionMessage").is_some() {
            return Err(NoContent::Reaction);
        }
        if let Some(text) = spoken_text(inner) {
            return Ok(Self::Text(text));
        }
        // The base64 stands beside the media message, and stays outside when that one is wrapped.
        let base64 = || text_at(inner, "base64").or_else(|| text_at(message, "base64"));
        read_media(inner, base64).map_or_else(|| Err(no_content(inner)), Ok).or_else(|none| match none {
            NoContent::Empty => unknown_kind(inner).map(Self::Unsupported).ok_or(NoContent::Empty),
            other => Err(other),
        })
    }

    /// What a person wrote: the text, the chosen option or the caption.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Image { caption, .. } | Self::Video { caption, .. } | Self::Document { caption, .. } => {
                caption.as_deref()
            }
            _ => None,
        }
    }

    /// A short pt-BR stand-in for a chat list or the assistant's memory; for a text the text itself.
    pub fn description(&self) -> String {
        let named = |kind: &str, name: &Option<String>| {
            name.as_ref().map_or_else(|| format!("[{kind}]"), |name| format!("[{kind}: {name}]"))
        };
        match self {
            Self::Text(text) => text.clone(),
            Self::Audio { .. } => "[áudio]".to_owned(),
            Self::Image { .. } => "[imagem]".to_owned(),
            Self::Video { .. } => "[vídeo]".to_owned(),
            Self::Document { file_name, .. } => named("documento", file_name),
            Self::Sticker => "[figurinha]".to_owned(),
            Self::Location { name, .. } => named("localização", name),
            Self::Contact { name } => named("contato", name),
            Self::Unsupported(_) => "[mensagem não suportada]".to_owned(),
        }
    }
}

/// The message inside ephemeral, view-once and similar wrappers.
pub(super) fn unwrap(message: &Value) -> &Value {
    let mut inner = message;
    for _ in 0..MAX_DEPTH {
        let wrapped = WRAPPERS.iter().find_map(|wrapper| inner.get(wrapper)?.get("message"));
        match wrapped {
            Some(next) => inner = next,
            None => break,
        }
    }
    inner
}

fn spoken_text(message: &Value) -> Option<String> {
    const PLACES: [&str; 9] = [
        "/conversation",
        "/extendedTextMessage/text",
        "/buttonsResponseMessage/selectedDisplayText",
        "/buttonsResponseMessage/selectedButtonId",
        "/listResponseMessage/title",
        "/listResponseMessage/singleSelectReply/selectedRowId",
        "/templateButtonReplyMessage/selectedDisplayText",
        "/templateButtonReplyMessage/selectedId",
        "/interactiveResponseMessage/body/text",
    ];
    PLACES.iter().find_map(|place| text_in(message, place)).filter(|text| !text.trim().is_empty())
}

fn read_media(message: &Value, base64: impl Fn() -> Option<String>) -> Option<Content> {
    let part = |names: &[&str]| names.iter().find_map(|name| message.get(name).filter(|part| part.is_object()));
    if let Some(audio) = part(&["audioMessage"]) {
        let (seconds, mimetype) = (int_at(audio, "seconds"), text_at(audio, "mimetype"));
        return Some(Content::Audio { seconds, mimetype, base64: base64() });
    }
    if let Some(image) = part(&["imageMessage"]) {
        return Some(Content::Image {
            caption: text_at(image, "caption"),
            mimetype: text_at(image, "mimetype"),
            base64: base64(),
        });
    }
    if let Some(video) = part(&["videoMessage", "ptvMessage"]) {
        return Some(Content::Video { caption: text_at(video, "caption"), mimetype: text_at(video, "mimetype") });
    }
    if let Some(file) = part(&["documentMessage"]) {
        let file_name = text_at(file, "fileName").or_else(|| text_at(file, "title"));
        let (caption, mimetype) = (text_at(file, "caption"), text_at(file, "mimetype"));
        return Some(Content::Document { file_name, caption, mimetype, base64: base64() });
    }
    if part(&["stickerMessage"]).is_some() {
        return Some(Content::Sticker);
    }
    if let Some(place) = part(&["locationMessage", "liveLocationMessage"]) {
        let degrees = |name: &str| place.get(name).and_then(Value::as_f64);
        let name = text_at(place, "name").or_else(|| text_at(place, "address"));
        return Some(Content::Location {
            latitude: degrees("degreesLatitude"),
            longitude: degrees("degreesLongitude"),
            name,
        });
    }
    part(&["contactMessage", "contactsArrayMessage"])
        .map(|card| Content::Contact { name: text_at(card, "displayName") })
}

fn no_content(message: &Value) -> NoContent {
    let protocol = PROTOCOL.iter().any(|name| message.get(name).is_some());
    if protocol && unknown_kind(message).is_none() { NoContent::Protocol } else { NoContent::Empty }
}

/// The first member that is a message of a kind we do not read; an empty text is not one.
fn unknown_kind(message: &Value) -> Option<String> {
    const TEXT: [&str; 2] = ["conversation", "extendedTextMessage"];
    let known = |name: &str| ANNOTATIONS.contains(&name) || PROTOCOL.contains(&name) || TEXT.contains(&name);
    message.as_object()?.iter().find(|(name, part)| !known(name) && !part.is_null()).map(|(name, _)| name.clone())
}
