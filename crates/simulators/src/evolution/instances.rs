//! `instance/*` and `verify-creds`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Answered, Call, failure, invalid, key, read_json, refused, unauthorized};
use super::hooks::{self, SETTINGS};
use super::session::closed;
use super::state::{Instance, Session, World, now_iso};
use crate::server::put;

pub(super) async fn verify_creds(State(world): State<Arc<World>>, headers: HeaderMap) -> Answered {
    if !world.global(&headers) {
        return Err(unauthorized());
    }
    Ok(Answer(200, json!({"status": 200, "message": "Credentials are valid"})))
}

pub(super) async fn create(State(world): State<Arc<World>>, headers: HeaderMap, body: Bytes) -> Answered {
    let body = read_json(&body)?;
    let name = body.get("instanceName").and_then(Value::as_str).unwrap_or_default();
    // The name is looked at before the key.
    if world.read(name, |_| ()).is_some() {
        return Err(taken(name));
    }
    if !world.global(&headers) {
        return Err(unauthorized());
    }
    let instance = new_instance(name, &body)?;
    let mut answer = created(&instance);
    let id = instance.id.clone();
    if !world.add(instance) {
        return Err(taken(name));
    }
    world.emit(name, "instance.create", json!({"instanceName": name, "instanceId": id}));
    if body.get("qrcode") == Some(&Value::Bool(true)) {
        world.start_pairing(name, body.get("number").and_then(Value::as_str));
        tokio::time::sleep(world.config.connect_delay).await;
        let qr = world.read(name, |instance| instance.qr.clone()).flatten();
        if let Some(instance) = answer.get_mut("instance") {
            put(instance, "status", json!("connecting"));
        }
        put(&mut answer, "qrcode", qr.unwrap_or_else(|| json!({"count": 0})));
    }
    Ok(Answer(201, answer))
}

fn taken(name: &str) -> Answer {
    failure(403, json!([format!("This name \"{name}\" is already in use.")]))
}

fn new_instance(name: &str, body: &Value) -> Result<Instance, Answer> {
    let booleans =
        ["qrcode", "rejectCall", "groupsIgnore", "alwaysOnline", "readMessages", "readStatus", "syncFullHistory"];
    let wrong = booleans.iter().filter(|member| body.get(member).is_some_and(|value| !value.is_boolean()));
    let wrong: Vec<String> = wrong.map(|member| format!("{member} is not of a type(s) boolean")).collect();
    if !wrong.is_empty() {
        return Err(invalid(&wrong));
    }
    if body.get("integration").and_then(Value::as_str) != Some("WHATSAPP-BAILEYS") {
        return Err(refused("Invalid integration"));
    }
    if name.is_empty() {
        return Err(refused("Foreign key constraint violated on the constraint: `Setting_instanceId_fkey`"));
    }
    let hook = body.get("webhook").map(hooks::from_create).transpose()?;
    let mut settings = Map::new();
    for (member, default) in SETTINGS {
        let default = if default { json!(false) } else { json!("") };
        settings.insert(member.to_owned(), body.get(member).cloned().unwrap_or(default));
    }
    let random = || uuid::Uuid::new_v4().to_string().to_uppercase();
    let token = body.get("token").and_then(Value::as_str).map_or_else(random, str::to_owned);
    Ok(Instance::new(name, token, settings, hook))
}

fn created(instance: &Instance) -> Value {
    let webhook = instance.hook.as_ref().map_or_else(
        || json!({}),
        |hook| json!({"webhookUrl": hook.url, "webhookHeaders": hook.headers, "webhookByEvents": hook.by_events, "webhookBase64": hook.base64}),
    );
    json!({
        "instance": {
            "instanceName": instance.name, "instanceId": instance.id, "integration": "WHATSAPP-BAILEYS", "webhookWaBusiness": null,
            "accessTokenWaBusiness": "", "status": "close",
        },
        "hash": instance.token, "webhook": webhook, "websocket": {}, "rabbitmq": {}, "nats": {}, "sqs": {}, "settings": instance.settings,
    })
}

pub(super) async fn connect(call: Call) -> Answered {
    let Call { world, name, query, .. } = call;
    let session = world.read(&name, |instance| instance.session);
    if session == Some(Session::Close) {
        world.start_pairing(&name, query.get("number").map(String::as_str));
        tokio::time::sleep(world.config.connect_delay).await;
    }
    Ok(Answer(200, current(&world, &name)))
}

/// Open, or the QR being shown.
fn current(world: &World, name: &str) -> Value {
    let current = world.read(name, |instance| match instance.session {
        Session::Open => json!({"instance": {"instanceName": name, "state": "open"}}),
        _ => instance.qr.clone().unwrap_or_else(|| json!({"count": 0})),
    });
    current.unwrap_or_else(|| json!({"count": 0}))
}

pub(super) async fn connection_state(call: Call) -> Answered {
    let state = call.world.read(&call.name, |instance| instance.session.name());
    Ok(Answer(200, json!({"instance": {"instanceName": call.name, "state": state}})))
}

pub(super) async fn fetch(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Answered {
    let mine = world.all(|instance| (key(&headers) == Some(&instance.token)).then(|| instance.row()));
    let rows: Vec<Value> =
        if world.global(&headers) { world.all(Instance::row) } else { mine.into_iter().flatten().collect() };
    if rows.is_empty() && !world.global(&headers) {
        return Err(unauthorized());
    }
    let Some(name) = query.get("instanceName") else {
        return Ok(Answer(200, json!(rows)));
    };
    let named: Vec<Value> =
        rows.into_iter().filter(|row| row.get("name").and_then(Value::as_str) == Some(name)).collect();
    if named.is_empty() {
        return Err(failure(404, json!([format!("Instance \"{name}\" not found")])));
    }
    Ok(Answer(200, json!(named)))
}

pub(super) async fn restart(call: Call) -> Answered {
    let Call { world, name, .. } = call;
    let state = world.read(&name, |instance| (instance.session, instance.qr.is_some()));
    match state {
        Some((Session::Open, _)) => {
            let answer = current(&world, &name);
            world.reconnect(&name);
            Ok(Answer(200, answer))
        }
        // The old code is answered; the new one comes by webhook.
        Some((Session::Connecting, true)) => {
            let answer = current(&world, &name);
            world.start_pairing(&name, None);
            Ok(Answer(200, answer))
        }
        _ => Ok(Answer(200, json!({"error": true, "message": "[object Object]"}))),
    }
}

/// P1: whatever the state was, this instance receives no message any more.
pub(super) async fn logout(call: Call) -> Answered {
    let Call { world, name, .. } = call;
    if world.read(&name, |instance| instance.session) == Some(Session::Close) {
        return Err(refused(&format!("The \"{name}\" instance is not connected")));
    }
    world.change(&name, |instance| instance.deaf = true);
    world.end_session(&name, 401);
    Ok(success("Instance logged out"))
}

/// P2: removed only when REMOVE_INSTANCE was delivered or given up.
pub(super) async fn remove(call: Call) -> Answered {
    let Call { world, name, .. } = call;
    let before = world.change(&name, |instance| {
        let open = instance.session == Session::Open;
        instance.session = Session::Close;
        instance.stored = "close";
        instance.qr = None;
        instance.generation += 1;
        (instance.id.clone(), open)
    });
    let Some((id, open)) = before else {
        return Ok(success("Instance deleted"));
    };
    world.emit(&name, "instance.delete", json!({"instanceName": name, "instanceId": id}));
    if open {
        world.emit(&name, "status.instance", closed(&name, 401, "{}", &now_iso()));
    }
    match world.prepare(&name, "remove.instance", Value::Null, false) {
        Some(last) => {
            let task = Arc::clone(&world);
            world.spawn(async move {
                task.deliver(last).await;
                task.forget(&name, &id);
            });
        }
        None => world.forget(&name, &id),
    }
    Ok(success("Instance deleted"))
}

fn success(message: &str) -> Answer {
    Answer(200, json!({"status": "SUCCESS", "error": false, "response": {"message": message}}))
}
