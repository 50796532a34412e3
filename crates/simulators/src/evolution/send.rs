//! `message/*`.

use serde_json::{Value, json};

use super::answer::{Answered, Call, failure, invalid, refused};
use super::inbound::media_message;
use super::outbound::{Outgoing, send};
use crate::server::put;

pub(super) async fn text(call: Call) -> Answered {
    check(&call.body, &["text"])?;
    let text = text_of(&call.body, "text");
    if text.trim().is_empty() {
        return Err(refused("Text is required"));
    }
    let message = json!({"conversation": text});
    send(&call, Outgoing { message_type: "conversation", message, text, ..common(&call.body) }).await
}

pub(super) async fn media(call: Call) -> Answered {
    check(&call.body, &["mediatype", "media"])?;
    let body = &call.body;
    let kind = text_of(body, "mediatype");
    let (message_type, default_type) = match kind.as_str() {
        "image" => ("imageMessage", "image/jpeg"),
        "video" => ("videoMessage", "video/mp4"),
        "audio" => ("audioMessage", "audio/mpeg"),
        "document" => ("documentMessage", "application/octet-stream"),
        _ => {
            return Err(invalid(&["mediatype is not one of enum values: image,document,video,audio".to_owned()]));
        }
    };
    let content = text_of(body, "media");
    check_media(&content)?;
    if kind == "document" && body.get("fileName").is_none() && !content.starts_with("http") {
        return Err(refused("For base64 the file name must be informed."));
    }
    let mimetype = body.get("mimetype").and_then(Value::as_str).unwrap_or(default_type);
    let mut part = media_message(message_type, mimetype, content.len());
    for member in ["caption", "fileName"] {
        if let (Some(value), Some(part)) = (body.get(member), part.get_mut(message_type)) {
            put(part, member, value.clone());
        }
    }
    let caption = text_of(body, "caption");
    send(&call, Outgoing { message_type, message: part, text: caption, media: Some(content), ..common(body) }).await
}

pub(super) async fn audio(call: Call) -> Answered {
    check(&call.body, &["audio"])?;
    let content = text_of(&call.body, "audio");
    check_media(&content)?;
    let message = media_message("audioMessage", "audio/ogg; codecs=opus", content.len());
    send(&call, Outgoing { message_type: "audioMessage", message, media: Some(content), ..common(&call.body) }).await
}

pub(super) async fn reaction(call: Call) -> Answered {
    let Some(key) = call.body.get("key") else {
        return Err(invalid(&["instance requires property \"key\"".to_owned()]));
    };
    let text = text_of(&call.body, "reaction");
    let message = json!({"reactionMessage": {"text": text, "key": key}});
    let number = text_of(key, "remoteJid");
    send(&call, Outgoing { number, message_type: "reactionMessage", message, text, ..common(&call.body) }).await
}

fn common(body: &Value) -> Outgoing {
    Outgoing {
        number: text_of(body, "number"),
        message_type: "",
        message: Value::Null,
        text: String::new(),
        delay: body.get("delay").and_then(Value::as_u64).unwrap_or(0),
        quoted: body.get("quoted").cloned(),
        media: None,
    }
}

fn check(body: &Value, required: &[&str]) -> Result<(), super::answer::Answer> {
    let mut wrong = Vec::new();
    match body.get("number") {
        Some(number) if !number.is_string() => wrong.push("Invalid format".to_owned()),
        None => wrong.push("instance requires property \"number\"".to_owned()),
        Some(_) => {}
    }
    if body.get("delay").is_some_and(|delay| !delay.is_u64()) {
        wrong.push("Enter a value in milliseconds".to_owned());
    }
    wrong.extend(
        required
            .iter()
            .filter(|member| body.get(member).is_none())
            .map(|member| format!("instance requires property \"{member}\"")),
    );
    if wrong.is_empty() { Ok(()) } else { Err(invalid(&wrong)) }
}

/// The peer fetches URLs itself; here none can be reached. A `data:` URI or a host without a dot is refused outright.
fn check_media(content: &str) -> Result<(), super::answer::Answer> {
    let host = content.strip_prefix("http://").or_else(|| content.strip_prefix("https://"));
    let host = host.map(|rest| rest.split(['/', ':']).next().unwrap_or(rest));
    if content.starts_with("data:") || host.is_some_and(|host| !host.contains('.')) {
        return Err(refused("Owned media must be a url or base64"));
    }
    match host {
        Some(host) => Err(failure(500, json!([format!("Error: connect ECONNREFUSED {host}")]))),
        None => Ok(()),
    }
}

fn text_of(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
