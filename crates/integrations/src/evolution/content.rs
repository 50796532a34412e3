//! What a WhatsApp message says, out of its protobuf-as-JSON form.

use serde_json::Value;

use super::lenient::{flag_at, int_at, text_at, text_in};
use super::types::MediaKind;

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
        /// Whose, or how many.
        name: Option<String>,
        /// Each of them.
        cards: Vec<Card>,
    },
    /// A poll.
    Poll {
        /// What it asks.
        name: Option<String>,
    },
    /// A call, as the chat notes it.
    Call,
    /// A kind we do not read, by its type.
    Unsupported(String),
}

/// A contact card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Whose.
    pub name: Option<String>,
    /// WhatsApp's digits where the card has them, else the number as written.
    pub phone: Option<String>,
}

/// The file behind a voice note, picture, film, document or sticker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaInfo {
    /// As the sender's phone says, for instance `audio/ogg; codecs=opus`.
    pub mimetype: Option<String>,
    /// As the sender named it; documents only.
    pub file_name: Option<String>,
    /// Length; audio and video only.
    pub seconds: Option<i64>,
    /// Size, as announced.
    pub bytes: Option<i64>,
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
const MEDIA: [&str; 6] =
    ["audioMessage", "imageMessage", "videoMessage", "ptvMessage", "documentMessage", "stickerMessage"];
const VIEW_ONCE: [&str; 3] = ["viewOnceMessage", "viewOnceMessageV2", "viewOnceMessageV2Extension"];
const POLLS: [&str; 4] =
    ["pollCreationMessage", "pollCreationMessageV2", "pollCreationMessageV3", "pollCreationMessageV5"];
/// The third is spelled so in WhatsApp's own protocol.
const CALLS: [&str; 4] = ["call", "bcallMessage", "callLogMesssage", "scheduledCallCreationMessage"];
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

    /// How a file of this kind is sent; `None` for what is no file, or none that is sent.
    pub fn media(&self) -> Option<MediaKind> {
        match self {
            Self::Audio { .. } => Some(MediaKind::Audio),
            Self::Image { .. } => Some(MediaKind::Image),
            Self::Video { .. } => Some(MediaKind::Video),
            Self::Document { .. } => Some(MediaKind::Document),
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
            Self::Contact { name, .. } => named("contato", name),
            Self::Poll { name } => named("enquete", name),
            Self::Call => "[ligação]".to_owned(),
            Self::Unsupported(_) => "[mensagem não suportada]".to_owned(),
        }
    }
}

impl MediaInfo {
    /// The file of a `message` object, if it has one. Something to be seen once has none: it is not ours to keep.
    pub(super) fn read(message: &Value) -> Option<Self> {
        let inner = unwrap(message);
        let part = MEDIA.iter().find_map(|name| inner.get(name).filter(|part| part.is_object()))?;
        (!is_view_once(message)).then(|| Self {
            mimetype: text_at(part, "mimetype"),
            file_name: text_at(part, "fileName").or_else(|| text_at(part, "title")),
            seconds: int_at(part, "seconds"),
            bytes: int_at(part, "fileLength"),
        })
    }
}

/// Whether the sender wants it seen once.
pub(super) fn is_view_once(message: &Value) -> bool {
    let mut inner = message;
    for _ in 0..MAX_DEPTH {
        if VIEW_ONCE.iter().any(|name| inner.get(name).is_some()) {
            return true;
        }
        match WRAPPERS.iter().find_map(|wrapper| inner.get(wrapper)?.get("message")) {
            Some(next) => inner = next,
            None => break,
        }
    }
    // A voice note carries it as a flag.
    inner.as_object().into_iter().flatten().any(|(_, part)| flag_at(part, "viewOnce"))
}

/// Takes the content of media, and its thumbnails, out of a `message` object at any depth. Gives the content.
pub(super) fn take_bytes(message: &mut Value) -> Option<String> {
    let mut found = None;
    match message {
        Value::Object(members) => {
            for name in ["jpegThumbnail", "pngThumbnail", "thumbnail"] {
                members.remove(name);
            }
            if let Some(Value::String(base64)) = members.remove("base64") {
                found = Some(base64);
            }
            for member in members.values_mut() {
                let inside = take_bytes(member);
                found = found.or(inside);
            }
        }
        Value::Array(items) => {
            for item in items {
                let inside = take_bytes(item);
                found = found.or(inside);
            }
        }
        _ => {}
    }
    found.filter(|base64| !base64.is_empty())
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
    if let Some(poll) = part(&POLLS) {
        return Some(Content::Poll { name: text_at(poll, "name") });
    }
    if part(&CALLS).is_some() {
        return Some(Content::Call);
    }
    let card = part(&["contactMessage", "contactsArrayMessage"])?;
    let many = card.get("contacts").and_then(Value::as_array);
    let cards = many.map_or_else(|| vec![read_card(card)], |many| many.iter().map(read_card).collect());
    Some(Content::Contact { name: text_at(card, "displayName"), cards })
}

/// A vCard line is `NAME;PARAMETERS:VALUE`; WhatsApp puts its own digits into the parameter `waid`.
fn read_card(card: &Value) -> Card {
    let vcard = text_at(card, "vcard").unwrap_or_default();
    let line = |name: &str| {
        let mut lines = vcard.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(head, _)| {
            // A phone may group its lines: `item1.TEL`.
            let head = head.split(';').next().unwrap_or_default();
            head.rsplit('.').next().unwrap_or(head).eq_ignore_ascii_case(name)
        })
    };
    let waid = |head: &str| head.split(';').find_map(|p| p.strip_prefix("waid=")).map(str::to_owned);
    let phone = line("TEL").map(|(head, value)| waid(head).unwrap_or_else(|| value.trim().to_owned()));
    let name = text_at(card, "displayName").or_else(|| line("FN").map(|(_, value)| value.trim().to_owned()));
    Card { name: name.filter(|n| !n.is_empty()), phone: phone.filter(|p| !p.is_empty()) }
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
