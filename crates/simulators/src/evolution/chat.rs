//! `chat/*`.

use std::time::Duration;

use chrono::DateTime;
use serde_json::{Value, json};

use super::answer::{Answer, Answered, Call, failure, invalid, refused};
use super::jid;
use super::outbound::check_connected;
use super::state::{Session, now_iso, picture};

pub(super) async fn presence(call: Call) -> Answered {
    let missing = ["number", "presence", "delay"].into_iter().filter(|member| call.body.get(member).is_none());
    let missing: Vec<String> = missing.map(|member| format!("instance requires property \"{member}\"")).collect();
    if !missing.is_empty() {
        return Err(invalid(&missing));
    }
    if check_connected(&call.world, &call.name).is_err() {
        return Err(refused("TypeError: Cannot read properties of undefined (reading 'onWhatsApp')"));
    }
    let to = jid::from_number(call.body.get("number").and_then(Value::as_str).unwrap_or_default());
    call.world.change(&call.name, |instance| {
        let shown = json!({"to": instance.person(&to), "presence": call.body.get("presence"), "at": now_iso()});
        instance.presences.push(shown);
    });
    tokio::time::sleep(Duration::from_millis(call.body.get("delay").and_then(Value::as_u64).unwrap_or(0))).await;
    Ok(Answer(201, json!({"presence": call.body.get("presence")})))
}

/// Privacy jids are dropped silently, and it is still a success.
pub(super) async fn mark_read(call: Call) -> Answered {
    if check_connected(&call.world, &call.name).is_err() {
        let texts =
            json!(["Read messages fail", "TypeError: Cannot read properties of undefined (reading 'readMessages')"]);
        return Err(failure(500, texts));
    }
    Ok(Answer(201, json!({"message": "Read messages", "read": "success"})))
}

pub(super) async fn base64_from_media(call: Call) -> Answered {
    let id = call.body.pointer("/message/key/id").and_then(Value::as_str).unwrap_or_default();
    let found = call.world.read(&call.name, |instance| {
        let record =
            instance.messages.iter().find(|record| record.pointer("/key/id").and_then(Value::as_str) == Some(id));
        (record.cloned(), instance.media.get(id).cloned())
    });
    let Some((Some(record), media)) = found else {
        return Err(refused("Message not found"));
    };
    let kind = record.get("messageType").and_then(Value::as_str).unwrap_or_default();
    let part =
        record.get("message").and_then(|message| message.get(kind)).filter(|part| part.get("mimetype").is_some());
    let Some(part) = part else {
        return Err(refused("The message is not of the media type"));
    };
    let Some(base64) = media else {
        return Err(refused("TypeError: fetch failed"));
    };
    let file_name = part.get("fileName").cloned().unwrap_or_else(|| json!(format!("{id}.bin")));
    Ok(Answer(
        201,
        json!({
            "mediaType": kind, "fileName": file_name, "caption": part.get("caption"), "size": {"fileLength": part.get("fileLength")},
            "mimetype": part.get("mimetype"), "base64": base64, "buffer": null,
        }),
    ))
}

/// Newest first; `offset` is the page's size.
pub(super) async fn find_messages(call: Call) -> Answered {
    let number = |name: &str, default: usize| {
        call.body
            .get(name)
            .and_then(Value::as_u64)
            .and_then(|number| usize::try_from(number).ok())
            .unwrap_or(default)
            .max(1)
    };
    let (page, size) = (number("page", 1), number("offset", 50));
    let found = call.world.read(&call.name, |instance| {
        let matching = instance.messages.iter().rev().filter(|record| wanted(record, &call.body));
        matching.cloned().collect::<Vec<Value>>()
    });
    let mut found = found.unwrap_or_default();
    found.sort_by_key(|record| std::cmp::Reverse(timestamp(record)));
    let (total, pages) = (found.len(), found.len().div_ceil(size));
    let records: Vec<Value> = found.into_iter().skip((page - 1) * size).take(size).collect();
    Ok(Answer(200, json!({"messages": {"total": total, "pages": pages, "currentPage": page, "records": records}})))
}

fn timestamp(record: &Value) -> i64 {
    record.get("messageTimestamp").and_then(Value::as_i64).unwrap_or(0)
}

fn wanted(record: &Value, body: &Value) -> bool {
    let same = |member: &str| {
        let asked = body.pointer(&format!("/where/key/{member}"));
        asked.is_none() || asked == record.pointer(&format!("/key/{member}"))
    };
    let own_only = body.pointer("/where/key/fromMe") == Some(&Value::Bool(true));
    let ours = record.pointer("/key/fromMe") == Some(&Value::Bool(true));
    same("id") && same("remoteJid") && (ours || !own_only) && in_time(record, body)
}

/// Only with both ends given is there a filter; each is what JavaScript's `Date` takes.
fn in_time(record: &Value, body: &Value) -> bool {
    let end = |name: &str| body.pointer(&format!("/where/messageTimestamp/{name}")).and_then(seconds);
    match (end("gte"), end("lte")) {
        (Some(from), Some(to)) => (from..=to).contains(&timestamp(record)),
        _ => true,
    }
}

fn seconds(date: &Value) -> Option<i64> {
    match date {
        Value::String(text) => DateTime::parse_from_rfc3339(text).ok().map(|date| date.timestamp()),
        other => other.as_i64().map(|millis| millis / 1000),
    }
}

pub(super) async fn profile_picture(call: Call) -> Answered {
    let jid = jid::from_number(call.body.get("number").and_then(Value::as_str).unwrap_or_default());
    let open = call.world.read(&call.name, |instance| instance.session) == Some(Session::Open);
    Ok(Answer(200, json!({"wuid": jid, "profilePictureUrl": open.then(|| picture(&jid))})))
}

/// This endpoint prints the bare exception.
pub(super) async fn whatsapp_numbers(call: Call) -> Answered {
    let Some(numbers) = call.body.get("numbers").and_then(Value::as_array) else {
        return Err(Answer(
            400,
            json!({"status": 400, "error": "Bad Request", "message": [["instance requires property \"numbers\""]]}),
        ));
    };
    if check_connected(&call.world, &call.name).is_err() {
        return Err(Answer(400, json!({})));
    }
    let rows = numbers.iter().filter_map(Value::as_str).map(|number| {
        let jid = jid::from_number(number);
        json!({"exists": jid::on_whatsapp(&jid), "jid": jid, "number": number})
    });
    Ok(Answer(200, rows.collect()))
}
