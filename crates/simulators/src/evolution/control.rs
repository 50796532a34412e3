//! `/_sim/*`: the WhatsApp side, for tests and for the page. No key.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::answer::{Answer, Answered, read_json};
use super::inbound::{Arriving, media_message};
use super::state::{Fault, Instance, Session, World};
use crate::server::put;

const PAGE: &str = include_str!("page.html");

/// The page for a browser, the peer's greeting for anyone else.
pub(super) async fn root(headers: HeaderMap) -> Response {
    let accept = headers.get("accept").and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if accept.contains("text/html") {
        return Html(PAGE).into_response();
    }
    let greeting = json!({
        "status": 200, "message": "Welcome to the Evolution API, it is working!", "version": "2.3.6", "clientName": "evolution",
        "documentation": "https://doc.evolution-api.com", "whatsappWebVersion": "2.3000.1027934701",
    });
    Answer(200, greeting).into_response()
}

/// A control call about one instance; `*` is the only one there is.
pub(super) struct Control {
    world: Arc<World>,
    name: String,
    method: Method,
    query: HashMap<String, String>,
    body: Value,
}

impl FromRequest<Arc<World>> for Control {
    type Rejection = Answer;

    async fn from_request(request: Request, world: &Arc<World>) -> Result<Self, Answer> {
        let (mut parts, body) = request.into_parts();
        let Path(asked) =
            Path::<String>::from_request_parts(&mut parts, world).await.map_err(|error| wrong(&error.to_string()))?;
        let Query(query) =
            Query::from_request_parts(&mut parts, world).await.map_err(|error| wrong(&error.to_string()))?;
        let method = parts.method.clone();
        let bytes = Bytes::from_request(Request::from_parts(parts, body), world)
            .await
            .map_err(|error| wrong(&error.to_string()))?;
        let names = world.all(|instance| instance.name.clone());
        let name = match names.as_slice() {
            [only] if asked == "*" => only.clone(),
            names if names.contains(&asked) => asked,
            _ => {
                return Err(Answer(404, json!({"error": format!("no instance \"{asked}\""), "instances": names})));
            }
        };
        Ok(Self { world: Arc::clone(world), name, method, query, body: read_json(&bytes)? })
    }
}

impl Control {
    fn read<T: DeserializeOwned>(&self) -> Result<T, Answer> {
        serde_json::from_value(self.body.clone()).map_err(|error| wrong(&error.to_string()))
    }
}

fn wrong(message: &str) -> Answer {
    Answer(400, json!({"error": message}))
}

fn done() -> Answered {
    Ok(Answer(200, json!({"ok": true})))
}

#[derive(Deserialize)]
struct Scan {
    phone: String,
    #[serde(default)]
    name: String,
}

pub(super) async fn scan(control: Control) -> Answered {
    let scan: Scan = control.read()?;
    let digits: String = scan.phone.chars().filter(char::is_ascii_digit).collect();
    control
        .world
        .scan(&control.name, &digits, &scan.name)
        .await
        .map_err(|error| Answer(409, json!({"error": error})))?;
    done()
}

pub(super) async fn inbound(control: Control) -> Answered {
    let arriving: Arriving = control.read()?;
    if arriving.message.as_ref().is_some_and(|message| !message.is_object()) {
        return Err(wrong("message is a Baileys message object"));
    }
    Ok(Answer(200, json!(control.world.arrive(&control.name, &arriving))))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ArrivingMedia {
    kind: String,
    base64: Option<String>,
    mimetype: Option<String>,
    caption: Option<String>,
    file_name: Option<String>,
    seconds: Option<u32>,
}

pub(super) async fn media(control: Control) -> Answered {
    let media: ArrivingMedia = control.read()?;
    let mut arriving: Arriving = control.read()?;
    let (message_type, default_type) = match media.kind.as_str() {
        "audio" => ("audioMessage", "audio/ogg; codecs=opus"),
        "image" => ("imageMessage", "image/jpeg"),
        "video" => ("videoMessage", "video/mp4"),
        "document" => ("documentMessage", "application/pdf"),
        "sticker" => ("stickerMessage", "image/webp"),
        _ => return Err(wrong("kind is one of audio, image, video, document, sticker")),
    };
    let length = media.base64.as_ref().map_or(0, String::len);
    let mut message = media_message(message_type, media.mimetype.as_deref().unwrap_or(default_type), length);
    let members =
        [("caption", json!(media.caption)), ("fileName", json!(media.file_name)), ("seconds", json!(media.seconds))];
    for (member, value) in members.into_iter().filter(|(_, value)| !value.is_null()) {
        if let Some(part) = message.get_mut(message_type) {
            put(part, member, value);
        }
    }
    arriving.message = Some(message);
    // Without content the peer's download has failed: no base64 in the event, none by getBase64 either.
    arriving.media = media.base64;
    Ok(Answer(200, json!(control.world.arrive(&control.name, &arriving))))
}

#[derive(Deserialize)]
struct ContactPresence {
    from: String,
    /// `composing`, `recording`, `paused`, `available` or `unavailable`.
    presence: String,
}

/// A contact types, or stops; told only to who subscribed PRESENCE_UPDATE.
pub(super) async fn presence(control: Control) -> Answered {
    let given: ContactPresence = control.read()?;
    let digits = || given.from.chars().filter(char::is_ascii_digit).collect::<String>();
    let jid = if given.from.contains('@') { given.from.clone() } else { format!("{}@s.whatsapp.net", digits()) };
    let data = json!({"id": jid, "presences": {jid.clone(): {"lastKnownPresence": given.presence}}});
    control.world.emit(&control.name, "presence.update", data);
    done()
}

#[derive(Deserialize)]
struct Receipt {
    id: String,
    status: String,
}

/// What became of a message of ours, such as `ERROR` where WhatsApp refuses what the peer has taken.
pub(super) async fn receipt(control: Control) -> Answered {
    let given: Receipt = control.read()?;
    control.world.receipt(&control.name, &given.id, &given.status);
    done()
}

#[derive(Deserialize)]
struct Emit {
    event: String,
    #[serde(default)]
    data: Value,
}

/// Any event, subscribed or not; edits hold later messages back as they do at the peer.
pub(super) async fn emit(control: Control) -> Answered {
    let emit: Emit = control.read()?;
    if emit.event == "messages.edited" {
        control.world.emit_in_turn(&control.name, &emit.event, emit.data);
        return done();
    }
    let sent = control.world.force(&control.name, &emit.event, emit.data);
    Ok(Answer(200, json!({"ok": sent})))
}

#[derive(Deserialize)]
struct DropSession {
    #[serde(rename = "statusCode")]
    status_code: u16,
}

pub(super) async fn drop_session(control: Control) -> Answered {
    let drop: DropSession = control.read()?;
    let Control { world, name, .. } = control;
    if world.read(&name, |instance| instance.session) != Some(Session::Open) {
        return Err(Answer(409, json!({"error": "the session is not open"})));
    }
    match drop.status_code {
        401 | 402 | 403 | 406 => world.end_session(&name, drop.status_code),
        _ => world.reconnect(&name),
    }
    done()
}

/// Replaces the faults by this one; `null` or `{"times":0}` clears them.
pub(super) async fn fault(control: Control) -> Answered {
    let fault: Option<Fault> = control.read()?;
    control.world.change(&control.name, |instance| {
        instance.faults.retain(|fault| fault.times > 0);
        match fault {
            Some(fault) if fault.times > 0 => instance.faults.push(fault),
            _ => instance.faults.clear(),
        }
    });
    done()
}

#[derive(Deserialize)]
struct Switch {
    on: bool,
}

/// From now on every delivery of this instance is lost, or none any more. What happened meanwhile is not delivered again.
pub(super) async fn drop_webhooks(control: Control) -> Answered {
    let switch: Switch = control.read()?;
    control.world.change(&control.name, |instance| instance.lossy = switch.on);
    done()
}

#[derive(Deserialize)]
struct SetSession {
    state: String,
}

/// Puts the session into a state without any event: what the peer does when it loses track (P9).
pub(super) async fn session(control: Control) -> Answered {
    let wanted: SetSession = control.read()?;
    let state = match wanted.state.as_str() {
        "open" => Session::Open,
        "connecting" => Session::Connecting,
        "close" => Session::Close,
        _ => return Err(wrong("state is one of open, connecting, close")),
    };
    control.world.change(&control.name, |instance| {
        instance.session = state;
        instance.generation += 1;
    });
    done()
}

/// The whole server is away, or back: everything but `/_sim` answers 503.
pub(super) async fn outage(State(world): State<Arc<World>>, body: Bytes) -> Answered {
    let switch: Switch = serde_json::from_value(read_json(&body)?).map_err(|error| wrong(&error.to_string()))?;
    world.outage.store(switch.on, Ordering::Relaxed);
    done()
}

/// See [`outage`].
pub(super) async fn away(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    if world.outage.load(Ordering::Relaxed) && !request.uri().path().starts_with("/_sim") {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    next.run(request).await
}

/// What reached the contacts; DELETE forgets it.
pub(super) async fn log(control: Control) -> Answered {
    let log = control.world.change(&control.name, |instance| {
        if control.method == Method::DELETE {
            instance.log.clear();
        }
        instance.log.clone()
    });
    Ok(Answer(200, json!(log)))
}

/// What the contacts were shown of us typing, oldest first.
pub(super) async fn presences(control: Control) -> Answered {
    Ok(Answer(200, json!(control.world.read(&control.name, |instance| instance.presences.clone()))))
}

/// For the page: all instances with what they show.
pub(super) async fn instances(State(world): State<Arc<World>>) -> Answer {
    let rows = world.all(|instance| {
        json!({
            "name": instance.name, "state": instance.session.name(), "qr": instance.qr.as_ref().and_then(|qr| qr.get("base64")),
            "owner": instance.owner.as_ref().map(|owner| json!({"jid": owner.jid, "name": owner.name})),
        })
    });
    Answer(200, json!(rows))
}

/// For the page: the conversation with one contact, oldest first.
pub(super) async fn chat(control: Control) -> Answered {
    let with = control.query.get("with").map(String::as_str).unwrap_or_default();
    let lines = control.world.read(&control.name, |instance| {
        let of_contact = instance.messages.iter().filter(|record| same_person(instance, record, with));
        of_contact.map(line).collect::<Vec<Value>>()
    });
    Ok(Answer(200, json!(lines)))
}

/// The last eight digits: numbers with and without the ninth digit are one person.
fn same_person(instance: &Instance, record: &Value, with: &str) -> bool {
    let chat = record.pointer("/key/remoteJid").and_then(Value::as_str).unwrap_or_default();
    let person = instance.person(chat);
    let tail = with.get(with.len().saturating_sub(8)..).unwrap_or(with);
    !tail.is_empty() && !chat.ends_with("@g.us") && person.ends_with(tail)
}

fn line(record: &Value) -> Value {
    let message = record.get("message").unwrap_or(&Value::Null);
    let text = ["/conversation", "/extendedTextMessage/text", "/reactionMessage/text", "/imageMessage/caption"];
    let text = text.iter().find_map(|place| message.pointer(place)?.as_str());
    let kind = record.get("messageType");
    let statuses = record.get("MessageUpdate").and_then(Value::as_array);
    json!({
        "id": record.pointer("/key/id"), "business": record.pointer("/key/fromMe"), "text": text, "kind": kind,
        "at": record.get("messageTimestamp"), "status": statuses.and_then(|list| list.last()?.get("status")),
    })
}
