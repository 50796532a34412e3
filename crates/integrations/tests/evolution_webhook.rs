//! Every recorded webhook delivery is read by the one parser, without a special case for any file.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "test data is known")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use integrations::evolution::ConnectionState;
use integrations::evolution::message::{Card, Content, Dropped, MediaInfo, RawMessage, Reaction, normalise, reaction};
use integrations::evolution::webhook::{self, DeliveryStatus, Event, parse};
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_secs(600);

fn recorded() -> PathBuf {
    Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("tests/recorded")
}

fn deliveries(file: &Path) -> Vec<Value> {
    let recording: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    recording["deliveries"].as_array().expect("deliveries").iter().map(|delivery| delivery["body"].clone()).collect()
}

fn event(body: &Value) -> Event {
    parse(&serde_json::to_vec(body).unwrap()).unwrap_or_else(|error| panic!("{error}: {body}")).event
}

/// The first recorded delivery of `name` in `sim-webhooks/{file}.json`.
fn one(file: &str, name: &str) -> Event {
    let bodies = deliveries(&recorded().join(format!("sim-webhooks/{file}.json")));
    event(bodies.iter().find(|body| body["event"] == name).expect("recorded event"))
}

fn message(file: &str) -> Box<RawMessage> {
    match one(file, "messages.upsert") {
        Event::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_recorded_delivery_parses() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(recorded().join("sim-webhooks")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.push(recorded().join("webhooks-real.json"));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for body in files.iter().flat_map(|file| deliveries(file)) {
        let parsed = event(&body);
        *seen.entry(body["event"].as_str().unwrap().to_owned()).or_default() += 1;
        if let Event::Message(message) = parsed {
            // Whatever it is, it is read or dropped for a named reason, never lost as unreadable.
            match normalise(&message, message.timestamp, LIMIT) {
                Ok(inbound) => assert!(inbound.phone.is_some() || inbound.lid.is_some(), "{body}"),
                Err(dropped) => assert!([Dropped::Group, Dropped::Reaction].contains(&dropped), "{dropped:?} {body}"),
            }
        }
    }
    assert!(seen.values().sum::<usize>() > 180, "{seen:?}");
    assert!(seen["messages.upsert"] > 25 && seen["send.message"] > 10 && seen["connection.update"] > 20, "{seen:?}");
}

#[test]
fn contents_of_each_kind() {
    let text = |text: &str| Content::Text(text.to_owned());
    let table = [
        ("10-text-conversation", text("Olá, quero marcar um horário"), "Olá, quero marcar um horário"),
        ("12-text-extended-with-quote", text("Sim, esse https://example.com"), "Sim, esse https://example.com"),
        ("30-buttons-response", text("Confirmar"), "Confirmar"),
        ("31-list-response", text("Terça 10h"), "Terça 10h"),
        ("32-template-button-reply", text("Sim"), "Sim"),
        ("33-interactive-response", text("Sim"), "Sim"),
        ("39-ephemeral-text", text("texto temporário"), "texto temporário"),
        (
            "21-image-caption-base64",
            Content::Image {
                caption: Some("comprovante".to_owned()),
                mimetype: Some("image/jpeg".to_owned()),
                base64: None,
            },
            "[imagem]",
        ),
        (
            "40-view-once",
            Content::Image { caption: Some("v1".to_owned()), mimetype: Some("image/jpeg".to_owned()), base64: None },
            "[imagem]",
        ),
        (
            "23-document-with-caption",
            Content::Document {
                file_name: Some("a.pdf".to_owned()),
                caption: Some("segue o pdf".to_owned()),
                mimetype: Some("application/pdf".to_owned()),
                base64: None,
            },
            "[documento: a.pdf]",
        ),
        ("26-sticker", Content::Sticker, "[figurinha]"),
        (
            "24-location",
            Content::Location { latitude: Some(-23.5), longitude: Some(-46.6), name: Some("Loja".to_owned()) },
            "[localização: Loja]",
        ),
        (
            "25-contact-card",
            Content::Contact {
                name: Some("Ana".to_owned()),
                cards: vec![Card { name: Some("Ana".to_owned()), phone: Some("5511911112222".to_owned()) }],
            },
            "[contato: Ana]",
        ),
    ];
    for (file, expected, description) in table {
        let raw = message(file);
        let inbound = normalise(&raw, raw.timestamp, LIMIT).unwrap_or_else(|dropped| panic!("{file}: {dropped:?}"));
        assert_eq!(inbound.content, expected, "{file}");
        assert_eq!(inbound.content.description(), description, "{file}");
    }
}

#[test]
fn audio_brings_its_content_when_the_peer_could_download_it() {
    for (file, present) in [("20-audio-ptt-base64", true), ("a0-audio-base64-false", false)] {
        let raw = message(file);
        let Content::Audio { seconds, mimetype, base64 } = normalise(&raw, raw.timestamp, LIMIT).unwrap().content
        else {
            panic!("{file} is no audio")
        };
        assert_eq!((seconds, mimetype.as_deref()), (Some(1), Some("audio/ogg; codecs=opus")), "{file}");
        assert_eq!(base64.is_some(), present, "{file}");
    }
}

#[test]
fn the_file_behind_a_message_is_described_and_its_bytes_can_be_taken_out() {
    for (file, mimetype, name, seconds, bytes) in [
        ("20-audio-ptt-base64", "audio/ogg; codecs=opus", None, Some(1), true),
        ("22-document-base64", "application/pdf", Some("pedido.pdf"), None, false),
        ("26-sticker", "image/webp", None, None, false),
        ("a0-audio-base64-false", "audio/ogg; codecs=opus", None, Some(1), false),
    ] {
        let bodies = deliveries(&recorded().join(format!("sim-webhooks/{file}.json")));
        let mut body = bodies.into_iter().find(|body| body["event"] == "messages.upsert").unwrap();
        let Event::Message(raw) = event(&body) else { panic!("{file}") };
        let media = normalise(&raw, raw.timestamp, LIMIT).unwrap().media.unwrap();
        assert_eq!((media.mimetype.as_deref(), media.seconds), (Some(mimetype), seconds), "{file}");
        assert_eq!(media.file_name.as_deref(), name, "{file}");
        assert_eq!(webhook::take_media(&mut body).is_some(), bytes, "{file}");
        let left = body.to_string();
        assert!(!left.contains("\"base64\"") && !left.contains("jpegThumbnail"), "{file}: {left}");
        assert_eq!(
            event(&body),
            Event::Message(Box::new(RawMessage { message: body["data"]["message"].clone(), ..*raw }))
        );
    }
    assert_eq!(normalise(&message("10-text-conversation"), 0, LIMIT).unwrap().media, None);
}

#[test]
fn what_is_to_be_seen_once_is_never_kept() {
    let raw = message("40-view-once");
    let once = normalise(&raw, raw.timestamp, LIMIT).unwrap();
    assert_eq!((once.view_once, once.media), (true, None));
    let voice = json!({"audioMessage": {"mimetype": "audio/ogg", "viewOnce": true}});
    let voice = normalise(&RawMessage { message: voice, ..*raw.clone() }, raw.timestamp, LIMIT).unwrap();
    assert_eq!((voice.view_once, voice.media), (true, None));
    let plain =
        json!({"audioMessage": {"mimetype": "audio/ogg", "fileLength": {"low": 7, "high": 0}, "viewOnce": false}});
    let plain = normalise(&RawMessage { message: plain, ..*raw.clone() }, raw.timestamp, LIMIT).unwrap();
    let media = MediaInfo { mimetype: Some("audio/ogg".into()), file_name: None, seconds: None, bytes: Some(7) };
    assert_eq!((plain.view_once, plain.media), (false, Some(media)));
}

#[test]
fn a_reaction_names_its_message() {
    let raw = message("34-reaction");
    let thumb = Reaction { target: "BAE5REACTED".into(), emoji: Some("👍".into()) };
    assert_eq!(reaction(&raw), Some(thumb));
    let with = |message: Value, remote_jid: &str| {
        reaction(&RawMessage { message, remote_jid: remote_jid.to_owned(), ..*raw.clone() })
    };
    let taken = json!({"reactionMessage": {"key": {"id": "A"}, "text": ""}});
    assert_eq!(with(taken.clone(), &raw.remote_jid), Some(Reaction { target: "A".into(), emoji: None }));
    assert_eq!(with(taken, "120363000000000001@g.us"), None);
    assert_eq!(with(json!({"conversation": "👍"}), &raw.remote_jid), None);
}

#[test]
fn cards_polls_and_calls() {
    let read = |message: Value| {
        let raw = message_of(message);
        normalise(&raw, raw.timestamp, LIMIT).unwrap().content
    };
    let card = |name: &str, phone: Option<&str>| Card { name: Some(name.into()), phone: phone.map(str::to_owned) };
    let two = json!({"contactsArrayMessage": {"displayName": "2 contatos", "contacts": [
        {"displayName": "Ana", "vcard": "BEGIN:VCARD\nFN:Ana\nitem1.TEL:+55 11 3333-2222\nEND:VCARD"},
        {"vcard": "BEGIN:VCARD\r\nFN:Rui\r\nEND:VCARD"}]}});
    assert_eq!(
        read(two),
        Content::Contact {
            name: Some("2 contatos".into()),
            cards: vec![card("Ana", Some("+55 11 3333-2222")), card("Rui", None)]
        }
    );
    let poll = read(json!({"pollCreationMessageV3": {"name": "Qual dia?", "options": []}}));
    assert_eq!(poll.description(), "[enquete: Qual dia?]");
    assert_eq!(read(json!({"callLogMesssage": {"isVideo": false}})), Content::Call);
    let live = read(json!({"liveLocationMessage": {"degreesLatitude": -23.5, "degreesLongitude": -46.6}}));
    assert_eq!(live, Content::Location { latitude: Some(-23.5), longitude: Some(-46.6), name: None });
}

fn message_of(message: Value) -> RawMessage {
    RawMessage { message, ..*self::message("10-text-conversation") }
}

#[test]
fn an_edit_is_known_before_it_is_understood() {
    for (body, edit) in [
        (json!({"event": "messages.edited", "instance": "a"}), true),
        (json!({"event": "MESSAGES_EDITED"}), true),
        (json!({"event": "messages.upsert"}), false),
        (json!([]), false),
    ] {
        assert_eq!(webhook::is_edit(body.to_string().as_bytes()), edit, "{body}");
    }
    assert!(!webhook::is_edit(b"{"));
    assert!(matches!(one("36-edited", "messages.edited"), Event::Edited { timestamp_ms: Some(1_700_000_000_000), .. }));
}

#[test]
fn both_forms_of_a_person_are_read() {
    let raw = message("10-text-conversation");
    let maria = normalise(&raw, raw.timestamp, LIMIT).unwrap();
    assert_eq!((maria.phone.as_deref(), maria.lid.as_deref()), (Some("5511988887777"), Some("111222333444555@lid")));
    assert_eq!((maria.push_name.as_deref(), maria.from_me), (Some("Maria"), false));

    let raw = message("13-text-lid-addressed");
    let joao = normalise(&raw, raw.timestamp, LIMIT).unwrap();
    assert_eq!(joao.remote_jid, "111222333444777@lid");
    assert_eq!((joao.phone.as_deref(), joao.lid.as_deref()), (Some("5511977776666"), Some("111222333444777@lid")));

    let raw = message("14-text-from-me-on-phone");
    assert!(normalise(&raw, raw.timestamp, LIMIT).unwrap().from_me);

    let raw = message("12-text-extended-with-quote");
    let quoted = normalise(&raw, raw.timestamp, LIMIT).unwrap().quoted.unwrap();
    assert_eq!((quoted.id.as_str(), quoted.text.as_deref()), ("3EB0AAAAAAAAAAAAAA0001", Some("qual horário?")));
}

#[test]
fn what_is_none_of_ours_is_dropped_with_a_reason() {
    let dropped = |jid: &str, message: Value, age: i64| {
        let body = json!({"event": "messages.upsert", "instance": "a", "data": {
            "key": {"remoteJid": jid, "fromMe": false, "id": "X"}, "message": message, "messageTimestamp": 1_000_000 - age}});
        let Event::Message(raw) = event(&body) else { panic!("no message") };
        normalise(&raw, 1_000_000, LIMIT).err().map(Dropped::reason)
    };
    let text = || json!({"conversation": "oi"});
    let phone = "5511988887777@s.whatsapp.net";
    let table = [
        (phone, text(), 0, None),
        (phone, text(), 600, None),
        (phone, text(), 601, Some("too_old")),
        (phone, text(), -30, None),
        ("111222333444777@lid", text(), 0, None),
        ("120363000000000001@g.us", text(), 0, Some("group")),
        ("status@broadcast", text(), 0, Some("broadcast")),
        ("120363000000000001@newsletter", text(), 0, Some("newsletter")),
        ("13135550002@bot", text(), 0, Some("unknown_sender")),
        (phone, json!({"reactionMessage": {"text": "👍"}}), 0, Some("reaction")),
        (phone, json!({"protocolMessage": {"type": "REVOKE"}}), 0, Some("protocol")),
        (phone, json!({"senderKeyDistributionMessage": {}, "messageContextInfo": {}}), 0, Some("protocol")),
        (phone, json!({"conversation": " \u{0}"}), 0, Some("empty")),
        (phone, json!({}), 0, Some("empty")),
        (phone, Value::Null, 0, Some("empty")),
        (phone, json!({"pollCreationMessageV3": {"name": "?"}}), 0, None),
    ];
    for (jid, message, age, expected) in table {
        assert_eq!(dropped(jid, message.clone(), age), expected, "{jid} {message} {age}");
    }
    let raw = message("43-offline-append");
    assert_eq!(normalise(&raw, 1_795_341_578, LIMIT), Err(Dropped::TooOld));
}

#[test]
fn text_loses_its_nul() {
    let body = json!({"event": "messages.upsert", "instance": "a", "data": {
        "key": {"remoteJid": "5511988887777@s.whatsapp.net", "fromMe": false, "id": "X"},
        "pushName": "Ma\u{0}ria", "message": {"conversation": "o\u{0}i"}, "messageTimestamp": "5"}});
    let Event::Message(raw) = event(&body) else { panic!("no message") };
    let inbound = normalise(&raw, 5, LIMIT).unwrap();
    assert_eq!((inbound.content.text(), inbound.push_name.as_deref()), (Some("oi"), Some("Maria")));
}

#[test]
fn events_that_are_not_messages() {
    let open = one("87-logged-out-on-phone-401", "connection.update");
    assert_eq!(
        open,
        Event::Connection { state: ConnectionState::Close, status_reason: Some(401), wuid: None, profile_name: None }
    );
    let status = |file| one(file, "messages.update");
    for (file, expected, from_me) in [
        ("60-status-server-ack", DeliveryStatus::ServerAck, true),
        ("60-status-delivery-ack", DeliveryStatus::DeliveryAck, true),
        ("60-status-read", DeliveryStatus::Read, true),
        ("64-status-incoming-read", DeliveryStatus::Read, false),
    ] {
        let Event::Status { status, from_me: ours, .. } = status(file) else { panic!("{file}") };
        assert_eq!((status, ours), (expected, from_me), "{file}");
    }
    let edited = one("36-edited", "messages.edited");
    assert!(matches!(edited, Event::Edited { text: Some(text), .. } if text == "Olá, quero marcar dois horários"));
    assert!(
        matches!(one("38-revoke-protocol-message", "messages.edited"), Event::Deleted { id, .. } if id.ends_with("0002"))
    );
    assert!(
        matches!(one("63-deleted-by-contact", "messages.delete"), Event::Deleted { id, .. } if id.ends_with("0003"))
    );
    assert!(matches!(one("93-banned-403", "status.instance"), Event::StatusInstance { reason: Some(403), .. }));
    assert_eq!(one("90-api-logout", "logout.instance"), Event::Logout);
    assert_eq!(one("94-delete-open", "remove.instance"), Event::Removed);
    assert!(matches!(one("70-history-sync", "messages.set"), Event::Other(name) if name == "messages.set"));
    assert!(matches!(one("20-sendtext", "send.message"), Event::Sent(sent) if sent.id == "3EB07DD540C9BF70787AFE"));
    assert!(
        matches!(one("03-pairing-code", "qrcode.updated"), Event::QrCode { pairing_code: Some(code), .. } if code == "PEER3551")
    );
}

#[test]
fn a_contact_types_and_stops() {
    let chat = "5511988887777@s.whatsapp.net";
    let expected = Event::Presence { remote_jid: chat.to_owned(), typing: true };
    assert_eq!(one("65-presence", "presence.update"), expected);
    for (word, typing) in [("recording", true), ("paused", false), ("available", false), ("unavailable", false)] {
        let body = serde_json::json!({ "event": "presence.update", "instance": "a", "data": {
            "id": chat, "presences": { (chat): { "lastKnownPresence": word } } } });
        let event = parse(body.to_string().as_bytes()).unwrap().event;
        assert_eq!(event, Event::Presence { remote_jid: chat.to_owned(), typing }, "{word}");
    }
}

#[test]
fn opening_and_the_qr_limit() {
    let opened = deliveries(&recorded().join("sim-webhooks/02-scan-to-open.json"));
    let states: Vec<Event> = opened.iter().map(event).collect();
    let expected = Event::Connection {
        state: ConnectionState::Open,
        status_reason: Some(200),
        wuid: Some("5511900000001@s.whatsapp.net".to_owned()),
        profile_name: Some("Loja Um".to_owned()),
    };
    assert!(states.contains(&expected), "{states:?}");
    let limit: Vec<Event> = deliveries(&recorded().join("sim-webhooks/92-qr-limit.json")).iter().map(event).collect();
    assert!(limit.contains(&Event::QrLimit), "{limit:?}");
    assert!(limit.iter().any(|event| matches!(
        event,
        Event::Connection { state: ConnectionState::Refused, status_reason: Some(428), .. }
    )));
}

#[test]
fn a_body_that_is_no_delivery_is_refused() {
    for body in
        ["", "[]", "{}", r#"{"event":"messages.upsert"}"#, r#"{"event":"messages.upsert","instance":"a","data":null}"#]
    {
        assert!(parse(body.as_bytes()).is_err(), "{body}");
    }
}
