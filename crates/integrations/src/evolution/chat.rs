//! Sending, receipts and looking up what was sent.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::client::{EvolutionClient, MEDIA, SENDING, missing};
use super::content::Content;
use super::error::EvolutionError;
use super::lenient::{flag_at, int, int_at, text_at};
use super::types::{Media, MessageKey, NumberCheck, OutgoingMedia, SentMessage, StoredMessage};

const PAGE_SIZE: usize = 50;
const MAX_PAGES: usize = 20;
/// What surrounds the content in an answer of getBase64: names, a caption, sizes.
const MEDIA_ENVELOPE: usize = 64 * 1024;

impl EvolutionClient {
    /// Sends a text to digits or a full jid. `delay` shows "typing…" and holds the answer that long.
    ///
    /// One at a time per contact: parallel first sends fail with [`EvolutionError::SafeToRetry`].
    pub async fn send_text(
        &self,
        name: &str,
        to: &str,
        text: &str,
        delay: Option<Duration>,
    ) -> Result<SentMessage, EvolutionError> {
        let mut body = json!({"number": to, "text": text});
        if let (Some(delay), Value::Object(members)) = (delay, &mut body) {
            members.insert("delay".to_owned(), millis(delay));
        }
        let call = self.post("message/sendText", name, body)?.within(SENDING + delay.unwrap_or_default());
        read_sent(&call.send().await?)
    }

    /// Sends a file.
    pub async fn send_media(&self, name: &str, to: &str, media: &OutgoingMedia) -> Result<SentMessage, EvolutionError> {
        let mut body = json!({"number": to, "mediatype": media.kind.wire(), "media": media.base64});
        let optional = [("mimetype", &media.mimetype), ("fileName", &media.file_name), ("caption", &media.caption)];
        if let Value::Object(members) = &mut body {
            members
                .extend(optional.into_iter().filter_map(|(key, value)| Some((key.to_owned(), json!(value.as_ref()?)))));
        }
        read_sent(&self.post("message/sendMedia", name, body)?.within(MEDIA).send().await?)
    }

    /// Sends a voice note; the peer transcodes any audio.
    pub async fn send_audio(&self, name: &str, to: &str, base64: &str) -> Result<SentMessage, EvolutionError> {
        let body = json!({"number": to, "audio": base64});
        read_sent(&self.post("message/sendWhatsAppAudio", name, body)?.within(MEDIA).send().await?)
    }

    /// Puts a reaction on a message; an empty one takes it away.
    pub async fn send_reaction(
        &self,
        name: &str,
        key: &MessageKey,
        reaction: &str,
    ) -> Result<SentMessage, EvolutionError> {
        let body = json!({"key": key.body(), "reaction": reaction});
        read_sent(&self.post("message/sendReaction", name, body)?.within(SENDING).send().await?)
    }

    /// Shows `composing`, `recording` or `paused` for `delay`, which holds the answer.
    pub async fn send_presence(
        &self,
        name: &str,
        to: &str,
        presence: &str,
        delay: Duration,
    ) -> Result<(), EvolutionError> {
        let body = json!({"number": to, "presence": presence, "delay": millis(delay)});
        self.post("chat/sendPresence", name, body)?.within(SENDING + delay).send().await.map(drop)
    }

    /// Sends read receipts. Give phone jids: `@lid` keys are dropped silently, and still answered with success.
    pub async fn mark_read(&self, name: &str, keys: &[MessageKey]) -> Result<(), EvolutionError> {
        let keys: Vec<Value> = keys.iter().map(MessageKey::body).collect();
        self.post("chat/markMessageAsRead", name, json!({"readMessages": keys}))?.within(SENDING).send().await.map(drop)
    }

    /// Stored messages of a chat, newest first; `from_me` keeps only our side. With `since` (unix seconds) everything
    /// from then on (at most 1000), without it the newest 50.
    pub async fn find_messages(
        &self,
        name: &str,
        remote_jid: &str,
        from_me: bool,
        since: Option<i64>,
    ) -> Result<Vec<StoredMessage>, EvolutionError> {
        let mut found = Vec::new();
        for page in 1..=MAX_PAGES {
            let (records, pages) = self.find_page(name, &search(Some(remote_jid), from_me, since), page).await?;
            // Which time forms the peer's filter takes is version-dependent; ours decides.
            let recent = |message: &StoredMessage| since.is_none_or(|since| message.timestamp >= since);
            let (new, old): (Vec<_>, Vec<_>) = records.iter().filter_map(read_stored).partition(recent);
            found.extend(new.into_iter().filter(|message| message.from_me || !from_me));
            if since.is_none() || !old.is_empty() || pages.is_none_or(|pages| page >= pages) {
                break;
            }
        }
        Ok(found)
    }

    /// Every stored message of every chat from `since` (unix seconds) on, both sides, oldest first; at most the newest 1000.
    /// `true`: there were more. A record reads as the `data` of a MESSAGES_UPSERT, see
    /// [`super::webhook::stored_as_delivery`].
    pub async fn find_since(&self, name: &str, since: i64) -> Result<(Vec<Value>, bool), EvolutionError> {
        let mut found = Vec::new();
        let time = |record: &Value| record.get("messageTimestamp").and_then(int).unwrap_or(0);
        for page in 1..=MAX_PAGES {
            let (records, pages) = self.find_page(name, &search(None, false, Some(since)), page).await?;
            let (new, old): (Vec<_>, Vec<_>) = records.into_iter().partition(|record| time(record) >= since);
            found.extend(new);
            if !old.is_empty() || pages.is_none_or(|pages| page >= pages) {
                found.sort_by_key(time);
                return Ok((found, false));
            }
        }
        found.sort_by_key(time);
        Ok((found, true))
    }

    /// One page of the peer's store, newest first, and how many pages there are.
    async fn find_page(
        &self,
        name: &str,
        search: &Value,
        page: usize,
    ) -> Result<(Vec<Value>, Option<usize>), EvolutionError> {
        let body = json!({"where": search, "page": page, "offset": PAGE_SIZE});
        let mut answer = self.post("chat/findMessages", name, body)?.within(SENDING).send().await?;
        let pages = answer.get("messages").and_then(|messages| int_at(messages, "pages"));
        let records = answer.pointer_mut("/messages/records").map(Value::take);
        match records {
            Some(Value::Array(records)) => Ok((records, pages.and_then(|pages| usize::try_from(pages).ok()))),
            _ => Err(missing("records")),
        }
    }

    /// The picture's address, which expires; `None` when hidden or on any failure at the peer.
    pub async fn profile_picture(&self, name: &str, number: &str) -> Result<Option<String>, EvolutionError> {
        let answer =
            self.post("chat/fetchProfilePictureUrl", name, json!({"number": number}))?.within(SENDING).send().await?;
        Ok(text_at(&answer, "profilePictureUrl"))
    }

    /// Which of the numbers have WhatsApp. Match the answers by `number`, not by place.
    pub async fn whatsapp_numbers(&self, name: &str, numbers: &[String]) -> Result<Vec<NumberCheck>, EvolutionError> {
        let sent = self.post("chat/whatsappNumbers", name, json!({"numbers": numbers}))?.within(SENDING).send().await;
        let answer = match sent {
            // This endpoint prints the bare exception, and a missing socket prints as `{}`.
            Err(EvolutionError::Refused { status: 400, message }) if message.is_empty() => {
                return Err(EvolutionError::NotConnected);
            }
            other => other?,
        };
        let rows = answer.as_array().ok_or_else(|| missing("the list of numbers"))?;
        Ok(rows.iter().filter_map(read_number).collect())
    }

    /// The content of a received media message, by its id. Needs a peer that stores messages. `limit` is the largest
    /// content taken, in bytes; beyond it [`EvolutionError::TooLarge`], without reading the rest.
    pub async fn base64_from_media(&self, name: &str, message_id: &str, limit: usize) -> Result<Media, EvolutionError> {
        let body = json!({"message": {"key": {"id": message_id}}, "convertToMp4": false});
        let call = self.post("chat/getBase64FromMediaMessage", name, body)?.within(MEDIA);
        let answer = call.at_most(limit.div_ceil(3) * 4 + MEDIA_ENVELOPE).send().await?;
        Ok(Media {
            mimetype: text_at(&answer, "mimetype").ok_or_else(|| missing("mimetype"))?,
            base64: text_at(&answer, "base64").ok_or_else(|| missing("base64"))?,
            file_name: text_at(&answer, "fileName"),
        })
    }
}

fn millis(delay: Duration) -> Value {
    json!(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX))
}

/// `fromMe` can only be asked as `true`; a time filter needs both ends, as dates.
fn search(remote_jid: Option<&str>, from_me: bool, since: Option<i64>) -> Value {
    let mut key = remote_jid.map_or_else(|| json!({}), |jid| json!({"remoteJid": jid}));
    if let (true, Value::Object(members)) = (from_me, &mut key) {
        members.insert("fromMe".to_owned(), json!(true));
    }
    let mut search = json!({"key": key});
    let since = since.and_then(|since| DateTime::from_timestamp(since, 0));
    if let (Some(since), Value::Object(members)) = (since, &mut search) {
        let date = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Millis, true);
        let end = since.checked_add_days(chrono::Days::new(3650)).unwrap_or(since);
        members.insert("messageTimestamp".to_owned(), json!({"gte": date(since), "lte": date(end)}));
    }
    search
}

fn read_sent(answer: &Value) -> Result<SentMessage, EvolutionError> {
    SentMessage::read(answer).ok_or_else(|| missing("the sent message's key"))
}

fn read_stored(record: &Value) -> Option<StoredMessage> {
    let key = record.get("key")?;
    let content = record.get("message").and_then(|message| Content::read(message).ok());
    Some(StoredMessage {
        id: text_at(key, "id")?,
        remote_jid: text_at(key, "remoteJid")?,
        from_me: flag_at(key, "fromMe"),
        text: content.as_ref().and_then(|content| content.text().map(str::to_owned)),
        media: content.as_ref().and_then(Content::media),
        timestamp: record.get("messageTimestamp").and_then(int)?,
    })
}

fn read_number(row: &Value) -> Option<NumberCheck> {
    Some(NumberCheck {
        number: text_at(row, "number")?,
        jid: text_at(row, "jid")?,
        exists: flag_at(row, "exists"),
        lid: text_at(row, "lid").filter(|lid| lid.ends_with("@lid")),
    })
}
