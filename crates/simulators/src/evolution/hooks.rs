//! `webhook/*` and `settings/*`.

use serde_json::{Value, json};

use super::answer::{Answer, Answered, Call, failure, invalid, refused};
use super::state::{Hook, Instance, now_iso, row_id};

/// The settings, and whether each is a boolean (and then required in `settings/set`).
pub(super) const SETTINGS: [(&str, bool); 8] = [
    ("rejectCall", true),
    ("msgCall", false),
    ("groupsIgnore", true),
    ("alwaysOnline", true),
    ("readMessages", true),
    ("readStatus", true),
    ("syncFullHistory", true),
    ("wavoipToken", false),
];

const EVENTS: &str = "APPLICATION_STARTUP,QRCODE_UPDATED,MESSAGES_SET,MESSAGES_UPSERT,MESSAGES_EDITED,MESSAGES_UPDATE,MESSAGES_DELETE,\
SEND_MESSAGE,SEND_MESSAGE_UPDATE,CONTACTS_SET,CONTACTS_UPSERT,CONTACTS_UPDATE,PRESENCE_UPDATE,CHATS_SET,CHATS_UPSERT,CHATS_UPDATE,\
CHATS_DELETE,GROUPS_UPSERT,GROUP_UPDATE,GROUP_PARTICIPANTS_UPDATE,CONNECTION_UPDATE,LABELS_EDIT,LABELS_ASSOCIATION,CALL,TYPEBOT_START,\
TYPEBOT_CHANGE_STATUS,REMOVE_INSTANCE,LOGOUT_INSTANCE,INSTANCE_CREATE,INSTANCE_DELETE,STATUS_INSTANCE";

/// The webhook of a create: not schema-checked, always on, `events` must be a list.
pub(super) fn from_create(webhook: &Value) -> Result<Hook, Answer> {
    let events = webhook.get("events").and_then(Value::as_array);
    let events = events.ok_or_else(|| refused("Cannot read properties of undefined (reading 'length')"))?;
    let mut hook = empty();
    apply(&mut hook, webhook);
    hook.enabled = true;
    hook.events = names(events);
    Ok(hook)
}

fn empty() -> Hook {
    let now = now_iso();
    Hook {
        id: row_id(),
        url: String::new(),
        headers: Value::Null,
        enabled: false,
        events: Vec::new(),
        by_events: false,
        base64: false,
        created_at: now.clone(),
        updated_at: now,
    }
}

/// Takes over the members that are there; absent ones keep their old value.
fn apply(hook: &mut Hook, webhook: &Value) {
    let flag = |name: &str| webhook.get(name).and_then(Value::as_bool);
    if let Some(url) = webhook.get("url").and_then(Value::as_str) {
        url.clone_into(&mut hook.url);
    }
    if let Some(headers) = webhook.get("headers").filter(|headers| headers.is_object()) {
        hook.headers = headers.clone();
    }
    hook.by_events = flag("byEvents").unwrap_or(hook.by_events);
    hook.base64 = flag("base64").unwrap_or(hook.base64);
    hook.enabled = flag("enabled").unwrap_or(hook.enabled);
    hook.updated_at = now_iso();
}

fn names(events: &[Value]) -> Vec<String> {
    events.iter().filter_map(|event| event.as_str().map(str::to_owned)).collect()
}

pub(super) async fn set_webhook(call: Call) -> Answered {
    let Some(webhook) = call.body.get("webhook") else {
        return Err(invalid(&["instance requires property \"webhook\"".to_owned()]));
    };
    let wrong = faults(webhook);
    if !wrong.is_empty() {
        return Err(invalid(&wrong));
    }
    let enabled = webhook.get("enabled") == Some(&Value::Bool(true));
    let events = webhook.get("events").and_then(Value::as_array);
    if enabled && events.is_none() {
        return Err(failure(500, json!("Cannot read properties of undefined (reading 'length')")));
    }
    let row = call.world.change(&call.name, |instance| {
        let hook = instance.hook.get_or_insert_with(empty);
        apply(hook, webhook);
        hook.events = if enabled { events.map(|events| names(events)).unwrap_or_default() } else { Vec::new() };
        row(instance)
    });
    Ok(Answer(201, row.unwrap_or_default()))
}

fn faults(webhook: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    for member in ["enabled", "url"] {
        if webhook.get(member).is_none() {
            wrong.push(format!("webhook requires property \"{member}\""));
        }
    }
    let events = webhook.get("events").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (at, event) in events.iter().enumerate() {
        if !EVENTS.split(',').any(|known| event.as_str() == Some(known)) {
            wrong.push(format!("webhook.events[{at}] is not one of enum values: {EVENTS}"));
        }
    }
    wrong
}

fn row(instance: &Instance) -> Value {
    instance.hook.as_ref().map_or(Value::Null, |hook| {
        json!({
            "id": hook.id, "url": hook.url, "headers": hook.headers, "enabled": hook.enabled, "events": hook.events,
            "webhookByEvents": hook.by_events, "webhookBase64": hook.base64, "createdAt": hook.created_at,
            "updatedAt": hook.updated_at, "instanceId": instance.id,
        })
    })
}

pub(super) async fn find_webhook(call: Call) -> Answered {
    Ok(Answer(200, call.world.read(&call.name, row).unwrap_or_default()))
}

pub(super) async fn set_settings(call: Call) -> Answered {
    let required = SETTINGS.iter().filter(|(member, boolean)| *boolean && call.body.get(member).is_none());
    let missing: Vec<String> = required.map(|(member, _)| format!("instance requires property \"{member}\"")).collect();
    if !missing.is_empty() {
        return Err(invalid(&missing));
    }
    call.world.change(&call.name, |instance| {
        for (member, _) in SETTINGS {
            if let Some(value) = call.body.get(member) {
                instance.settings.insert(member.to_owned(), value.clone());
            }
        }
    });
    Ok(Answer(201, json!({"settings": {"instanceName": call.name, "settings": call.body}})))
}

pub(super) async fn find_settings(call: Call) -> Answered {
    Ok(Answer(200, json!(call.world.read(&call.name, |instance| instance.settings.clone()))))
}
