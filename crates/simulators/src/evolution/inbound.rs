//! Messages that come from WhatsApp.

use std::sync::Arc;

use rand::RngCore;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::jid;
use super::outbound::stored;
use super::state::{Instance, Session, World, message_id, now, picture};
use crate::server::put;

/// A message a test or a person wants to arrive.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Arriving {
    /// The sender's digits, or any jid.
    pub from: String,
    pub text: Option<String>,
    /// A raw Baileys message instead of a text.
    pub message: Option<Value>,
    /// Typed on the business's own phone.
    pub from_me: bool,
    /// `true`, or the privacy jid: addressed by it.
    pub lid: Value,
    /// With `lid`: do not reveal the phone.
    pub hide_phone: bool,
    /// `true`, or the group's jid.
    pub group: Value,
    pub broadcast: Value,
    pub newsletter: Value,
    /// Deliver even what the peer would ignore.
    pub force: bool,
    pub id: Option<String>,
    pub name: Option<String>,
    /// Unix seconds.
    pub timestamp: Option<i64>,
    pub context_info: Option<Value>,
    /// Bare base64 of media; becomes `message.base64` when the webhook wants it.
    #[serde(skip)]
    pub media: Option<String>,
}

impl World {
    /// Lets a message arrive; the answer of the control call.
    pub(super) fn arrive(self: &Arc<Self>, name: &str, arriving: &Arriving) -> Option<Value> {
        let id = arriving.id.clone().unwrap_or_else(message_id);
        let key = key_of(arriving, &id);
        let what = self.change(name, |instance| {
            if let Some(lid) = key.get("remoteJid").and_then(Value::as_str).filter(|jid| jid.ends_with("@lid")) {
                instance.lids.insert(lid.to_owned(), digits(&arriving.from));
            }
            let message = self.message_of(instance, arriving, &key);
            if let Some(media) = &arriving.media {
                instance.media.insert(id.clone(), media.clone());
            }
            match ignored(instance, arriving, &key, &id) {
                Some("offline") => {
                    instance.offline.push(message);
                    Err("offline")
                }
                Some(reason) => Err(reason),
                None => Ok(message),
            }
        })?;
        Some(match what {
            Ok(message) => {
                self.deliver_message(name, message);
                json!({"id": id, "key": key, "delivered": true})
            }
            Err(reason) => json!({"id": id, "key": key, "delivered": false, "reason": reason}),
        })
    }

    /// Stores the message and tells the webhook, followed by the contact's event.
    pub(super) fn deliver_message(self: &Arc<Self>, name: &str, message: Value) {
        let contact = self.change(name, |instance| {
            instance.messages.push(stored(&message));
            let chat = message.pointer("/key/remoteJid")?.as_str()?.to_owned();
            let data = json!({
                "remoteJid": chat, "pushName": message.get("pushName"), "profilePicUrl": picture(&chat), "instanceId": instance.id,
            });
            Some((if instance.contacts.insert(chat) { "contacts.upsert" } else { "contacts.update" }, data))
        });
        self.emit_in_turn(name, "messages.upsert", message);
        if let Some((event, data)) = contact.flatten() {
            self.emit(name, event, data);
        }
    }

    fn message_of(&self, instance: &Instance, arriving: &Arriving, key: &Value) -> Value {
        let text = || json!({"conversation": arriving.text.as_deref().unwrap_or_default()});
        let mut content = arriving.message.clone().unwrap_or_else(text);
        if let (Some(media), true) = (&arriving.media, instance.base64) {
            put(&mut content, "base64", json!(media));
        }
        let mut kinds = content.as_object().into_iter().flatten().map(|(kind, _)| kind.as_str());
        let kind =
            kinds.find(|kind| *kind != "messageContextInfo" && *kind != "base64").unwrap_or("conversation").to_owned();
        let own = instance.owner.as_ref().map(|owner| owner.name.as_str());
        let push_name = if arriving.from_me { own } else { arriving.name.as_deref().or(Some("Cliente")) };
        let mut message = json!({
            "key": key, "pushName": push_name, "status": if arriving.from_me { "SERVER_ACK" } else { "DELIVERY_ACK" },
            "message": content, "messageType": kind, "messageTimestamp": arriving.timestamp.unwrap_or_else(now),
            "instanceId": instance.id, "source": if arriving.from_me { "ios" } else { "android" },
        });
        if let Some(context) = &arriving.context_info {
            put(&mut message, "contextInfo", context.clone());
        }
        message
    }
}

/// Why the peer would say nothing about it.
fn ignored(instance: &mut Instance, arriving: &Arriving, key: &Value, id: &str) -> Option<&'static str> {
    let chat = key.get("remoteJid").and_then(Value::as_str).unwrap_or_default();
    if instance.deaf {
        return Some("reception ended by logout (P1)");
    }
    if !instance.paired {
        return Some("not paired");
    }
    if !instance.first_time(id) {
        return Some("duplicate id");
    }
    if !arriving.force {
        let dropped = chat.ends_with("@newsletter")
            || (chat.ends_with("@broadcast") && !instance.setting("readStatus"))
            || (chat.ends_with("@g.us") && instance.setting("groupsIgnore"));
        if dropped {
            return Some("ignored by settings");
        }
        let nul = arriving.text.as_ref().is_some_and(|text| text.contains('\0'));
        if nul {
            return Some("NUL refused by the database (P5)");
        }
    }
    (instance.session != Session::Open).then_some("offline")
}

fn digits(from: &str) -> String {
    from.split('@').next().unwrap_or(from).chars().filter(char::is_ascii_digit).collect()
}

fn key_of(arriving: &Arriving, id: &str) -> Value {
    let phone = if arriving.from.contains('@') {
        arriving.from.clone()
    } else {
        format!("{}@s.whatsapp.net", digits(&arriving.from))
    };
    let mut key = Map::new();
    let mut put = |name: &str, value: Value| key.insert(name.to_owned(), value);
    let many = [
        (&arriving.group, "120363000000000001@g.us"),
        (&arriving.broadcast, "status@broadcast"),
        (&arriving.newsletter, "120363000000000009@newsletter"),
    ];
    let many = many.into_iter().find_map(|(given, default)| wanted(given, || default.to_owned()));
    let lid = wanted(&arriving.lid, || jid::lid_of(&digits(&arriving.from)));
    put("fromMe", json!(arriving.from_me));
    put("id", json!(id));
    put("addressingMode", json!(if lid.is_some() { "lid" } else { "pn" }));
    match (many, lid) {
        (Some(chat), _) => {
            put("remoteJid", json!(chat));
            put("participant", json!(phone));
        }
        (None, Some(lid)) => {
            put("remoteJid", json!(lid));
            if !arriving.hide_phone {
                put("remoteJidAlt", json!(phone));
            }
        }
        (None, None) => {
            put("remoteJid", json!(phone));
        }
    }
    Value::Object(key)
}

/// `true` takes the default, a text is taken as it is.
fn wanted(given: &Value, default: impl FnOnce() -> String) -> Option<String> {
    match given {
        Value::Bool(true) => Some(default()),
        Value::String(given) => Some(given.clone()),
        _ => None,
    }
}

/// A media part with the members a phone sends; bytes are objects here, as in every webhook body.
pub(super) fn media_message(message_type: &str, mimetype: &str, base64_length: usize) -> Value {
    let path = format!("/v/peer/{}", message_id().to_lowercase());
    let mut part = json!({
        "url": format!("https://mmg.whatsapp.net{path}"), "mimetype": mimetype, "fileSha256": bytes(), "mediaKey": bytes(),
        "fileEncSha256": bytes(), "directPath": path, "mediaKeyTimestamp": {"low": now(), "high": 0, "unsigned": false},
        "fileLength": {"low": base64_length / 4 * 3, "high": 0, "unsigned": true},
    });
    if message_type == "audioMessage" {
        put(&mut part, "seconds", json!(1));
        put(&mut part, "ptt", json!(true));
    }
    json!({message_type: part})
}

fn bytes() -> Value {
    let mut random = [0; 32];
    rand::rng().fill_bytes(&mut random);
    Value::Object(random.iter().enumerate().map(|(at, byte)| (at.to_string(), json!(byte))).collect())
}
