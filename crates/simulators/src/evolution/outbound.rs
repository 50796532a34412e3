//! Taking a message for a contact: the checks every send makes, the events it gives, the receipts after it.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::answer::{Answer, Answered, Call, failure};
use super::jid;
use super::state::{Fault, Session, World, message_id, now, now_iso, row_id};
use super::trouble::Fate;
use crate::server::put;

/// A message about to be sent.
pub(super) struct Outgoing {
    /// As given: number or jid.
    pub number: String,
    pub message_type: &'static str,
    pub message: Value,
    /// What the contact reads, for the log.
    pub text: String,
    /// Held before the message leaves.
    pub delay: u64,
    pub quoted: Option<Value>,
    /// Bare base64 of media.
    pub media: Option<String>,
}

pub(super) async fn send(call: &Call, outgoing: Outgoing) -> Answered {
    let world = &call.world;
    let fault = world.change(&call.name, |instance| instance.take_fault(&call.path)).flatten();
    if let Some(fault) = fault.as_ref().filter(|fault| !fault.after) {
        fail(fault).await?;
    }
    check_connected(world, &call.name)?;
    let to = jid::from_number(&outgoing.number);
    if !jid::on_whatsapp(&to) {
        return Err(failure(400, json!([{"jid": to, "exists": false, "number": outgoing.number}])));
    }
    if outgoing.delay > 0 {
        tokio::time::sleep(Duration::from_millis(outgoing.delay)).await;
        check_connected(world, &call.name)?;
    }
    let (fate, hang) = world.fate();
    match fate {
        Fate::FailsBefore => return Err(world.failed()),
        Fate::HangsUntaken => {
            tokio::time::sleep(hang).await;
            return Err(failure(504, json!(["simulated trouble"])));
        }
        Fate::HangsThenTaken => {
            // The peer goes on when its caller has gone.
            let (world, name) = (Arc::clone(world), call.name.clone());
            let (done, sent) = tokio::sync::oneshot::channel();
            world.count(|tally| tally.hanging += 1);
            world.clone().spawn(async move {
                tokio::time::sleep(hang).await;
                drop(done.send(world.take(&name, &to, outgoing)));
                world.count(|tally| tally.hanging -= 1);
            });
            return Ok(Answer(201, sent.await.ok().flatten().unwrap_or_default()));
        }
        Fate::Well | Fate::FailsAfter | Fate::HangsTaken => {}
    }
    let sent = world.take(&call.name, &to, outgoing);
    match fate {
        Fate::FailsAfter => return Err(world.failed()),
        Fate::HangsTaken => tokio::time::sleep(hang).await,
        _ => {}
    }
    if let Some(fault) = fault.filter(|fault| fault.after) {
        fail(&fault).await?;
    }
    Ok(Answer(201, sent.unwrap_or_default()))
}

async fn fail(fault: &Fault) -> Result<(), Answer> {
    tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
    match fault.status {
        Some(status) => Err(failure(status, json!([fault.message.as_deref().unwrap_or("simulated fault")]))),
        None => Ok(()),
    }
}

/// Three different answers for one fact: never connected, connecting, logged out.
pub(super) fn check_connected(world: &World, name: &str) -> Result<(), Answer> {
    match world.read(name, |instance| (instance.session, instance.had_socket)) {
        Some((Session::Open, _)) => Ok(()),
        Some((Session::Connecting, _)) => Err(failure(500, json!("Connection Closed"))),
        Some((Session::Close, true)) => Err(failure(400, json!(["Error: Connection Closed"]))),
        _ => Err(failure(500, json!("Cannot read properties of undefined (reading 'onWhatsApp')"))),
    }
}

impl World {
    /// Hands the message to the contact and tells the webhook.
    fn take(self: &Arc<Self>, name: &str, to: &str, outgoing: Outgoing) -> Option<Value> {
        let id = message_id();
        let sent = self.change(name, |instance| {
            let context = context(outgoing.quoted.as_ref(), &instance.messages, to);
            let mut message = outgoing.message;
            if let Some(media) = outgoing.media {
                put(&mut message, "base64", json!(media));
                instance.media.insert(id.clone(), media);
            }
            let sent = json!({
                "key": {"remoteJid": to, "fromMe": true, "id": id}, "pushName": "Você", "status": "PENDING", "message": message,
                "contextInfo": context, "messageType": outgoing.message_type, "messageTimestamp": now(), "instanceId": instance.id,
                "source": "web",
            });
            instance.first_time(&id);
            instance.messages.push(stored(&sent));
            let person = instance.person(to);
            instance.log.push(json!({
                "id": id, "to": person, "jid": to, "text": outgoing.text, "kind": outgoing.message_type, "at": now_iso(),
            }));
            sent
        })?;
        self.emit(name, "send.message", sent.clone());
        if !to.ends_with("@g.us") {
            let (world, name) = (Arc::clone(self), name.to_owned());
            self.spawn(async move { world.receipts(&name, &id).await });
        }
        Some(sent)
    }

    async fn receipts(self: &Arc<Self>, name: &str, id: &str) {
        tokio::time::sleep(self.config.ack_delay).await;
        self.receipt(name, id, "DELIVERY_ACK");
        if let Some(delay) = self.config.read_delay {
            tokio::time::sleep(delay).await;
            self.receipt(name, id, "READ");
        }
    }

    pub(super) fn receipt(self: &Arc<Self>, name: &str, id: &str, status: &str) {
        let data = self.change(name, |instance| {
            let instance_id = instance.id.clone();
            let record = instance.messages.iter_mut().rev().find(|record| record.pointer("/key/id").and_then(Value::as_str) == Some(id))?;
            if let Some(updates) = record.get_mut("MessageUpdate").and_then(Value::as_array_mut) {
                updates.push(json!({"status": status}));
            }
            let key = record.get("key")?;
            Some(json!({
                "keyId": id, "remoteJid": key.get("remoteJid"), "fromMe": key.get("fromMe"), "status": status, "instanceId": instance_id,
                "messageId": record.get("id"),
            }))
        });
        if let Some(data) = data.flatten() {
            self.emit(name, "messages.update", data);
        }
    }
}

/// A record of findMessages.
pub(super) fn stored(message: &Value) -> Value {
    let mut record = message.clone();
    put(&mut record, "id", json!(row_id()));
    put(&mut record, "MessageUpdate", json!([]));
    if let Some(members) = record.as_object_mut() {
        members.remove("status");
    }
    if let Some(content) = record.get_mut("message").and_then(Value::as_object_mut) {
        content.remove("base64");
        content.values_mut().for_each(bytes_as_text);
    }
    record
}

/// Bytes are objects in a webhook's body and base64 texts in the store.
fn bytes_as_text(value: &mut Value) {
    match value {
        Value::Object(members) if !members.is_empty() && members.keys().all(|key| key.parse::<usize>().is_ok()) => {
            let mut bytes: Vec<(usize, u8)> = members
                .iter()
                .filter_map(|(at, byte)| Some((at.parse().ok()?, u8::try_from(byte.as_u64()?).ok()?)))
                .collect();
            bytes.sort_unstable();
            let bytes: Vec<u8> = bytes.into_iter().map(|(_, byte)| byte).collect();
            *value = json!(STANDARD.encode(bytes));
        }
        Value::Object(members) => members.values_mut().for_each(bytes_as_text),
        Value::Array(items) => items.iter_mut().for_each(bytes_as_text),
        _ => {}
    }
}

/// An unknown quoted id is sent without quote, and without an error.
fn context(quoted: Option<&Value>, messages: &[Value], to: &str) -> Value {
    let mut context = json!({
        "mentionedJid": [], "groupMentions": [], "ephemeralSettingTimestamp": {"low": now(), "high": 0, "unsigned": false},
        "disappearingMode": {"initiator": 0},
    });
    let Some(id) = quoted.and_then(|quoted| quoted.pointer("/key/id")).and_then(Value::as_str) else {
        return context;
    };
    let known = || messages.iter().find(|record| record.pointer("/key/id").and_then(Value::as_str) == Some(id));
    let given = quoted.and_then(|quoted| quoted.get("message"));
    if let Some(message) = given.or_else(|| known()?.get("message")) {
        put(&mut context, "stanzaId", json!(id));
        put(&mut context, "participant", json!(to));
        put(&mut context, "quotedMessage", message.clone());
    }
    context
}
