//! The client against recorded answers, served over real HTTP.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test data is known")]

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Request, StatusCode, Uri};
use axum::response::IntoResponse;
use integrations::evolution::{
    Connect, ConnectionState, EVENTS, EvolutionClient, EvolutionError, MessageKey, NewInstance, Sent, Settings, Webhook,
};
use serde_json::{Value, json};

const KEY: &str = "peer-global-key";

fn recording(file: &str) -> Value {
    let path =
        Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("tests/recorded").join(format!("{file}.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A peer that gives fixed answers in turn (the last one for ever) and keeps what it was asked.
#[derive(Default)]
struct Peer {
    answers: Mutex<Vec<(u16, Value)>>,
    asked: Mutex<Vec<(String, Value)>>,
}

async fn answer(State(peer): State<Arc<Peer>>, request: Request<axum::body::Body>) -> impl IntoResponse {
    let authorised = request.headers().get("apikey").is_some_and(|key| key == KEY);
    let asked = format!("{} {}", request.method(), request.uri().path_and_query().map_or("", |path| path.as_str()));
    let body = axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap();
    peer.asked.lock().unwrap().push((asked, serde_json::from_slice(&body).unwrap_or_default()));
    assert!(authorised, "the key must be sent");
    let mut answers = peer.answers.lock().unwrap();
    let (status, body) = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
    (StatusCode::from_u16(status).unwrap(), Bytes::from(body.to_string()))
}

async fn serve(answers: Vec<(u16, Value)>) -> (EvolutionClient, Arc<Peer>) {
    let peer = Arc::new(Peer { answers: Mutex::new(answers), ..Peer::default() });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(answer).with_state(Arc::clone(&peer));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (client(&base), peer)
}

fn client(base: &str) -> EvolutionClient {
    EvolutionClient::new(base.parse().unwrap(), KEY.to_owned().into()).unwrap()
}

async fn replay(files: &[&str]) -> (EvolutionClient, Arc<Peer>) {
    let answers = files.iter().map(|file| {
        let response = recording(file)["response"].clone();
        (u16::try_from(response["status"].as_u64().unwrap()).unwrap(), response["body"].clone())
    });
    serve(answers.collect()).await
}

fn asked(peer: &Peer) -> Vec<(String, Value)> {
    peer.asked.lock().unwrap().clone()
}

fn webhook() -> Webhook {
    Webhook {
        url: "http://127.0.0.1:1/hook/secret-path".parse().unwrap(),
        headers: [("x-secret".to_owned(), "s3cr3t".to_owned())].into(),
        events: EVENTS.map(str::to_owned).to_vec(),
    }
}

#[tokio::test]
async fn errors_mean_what_the_recorded_answers_mean() {
    use EvolutionError as E;
    let refused = |status: u16, message: &str| E::Refused { status, message: message.to_owned() };
    let table = [
        ("a41-sendtext-closed", E::NotConnected),
        ("b05-sendtext-connecting", E::NotConnected),
        ("sim/04-sendtext-while-qr", E::NotConnected),
        ("sim/72-sendtext-socket-lost-state-open", E::NotConnected),
        ("sim/76-sendtext-after-logged-out", E::NotConnected),
        ("a43-sendpresence-closed", E::NotConnected),
        ("a44-markread-closed", E::NotConnected),
        ("a50-logout-closed", E::NotConnected),
        ("a20-state-other-instance-token", E::Unauthorized),
        ("a28-fetch-wrong-key", E::Unauthorized),
        ("sim/96-verify-creds-wrong-key", E::Unauthorized),
        ("a21-state-missing-instance", E::NotFound),
        ("a02-unknown-route", E::NotFound),
        ("a13-create-duplicate", E::NameTaken),
        ("sim/27-sendtext-number-not-on-whatsapp", E::NotOnWhatsapp),
        ("sim/30-sendtext-blank", refused(400, "Text is required")),
        ("a42-sendtext-bad", refused(400, r#"Invalid format; instance requires property "text""#)),
        ("a10-create-bad-json", refused(400, "Unexpected end of JSON input")),
        ("a49-restart-closed", refused(200, "[object Object]")),
        ("sim/56-getbase64-text", refused(400, "The message is not of the media type")),
        (
            "a35-webhook-set-no-events",
            E::Unknown("500 Cannot read properties of undefined (reading 'length')".to_owned()),
        ),
        ("a18-state-closed", E::Malformed("the sent message's key is missing".to_owned())),
    ];
    for (file, expected) in table {
        let (client, _) = replay(&[file]).await;
        let error = client.send_text("loja-1", "5511988887777", "oi", None).await.expect_err(file);
        assert_eq!(error, expected, "{file}");
        let sent = if matches!(error, E::Unknown(_) | E::Malformed(_)) { Sent::Unknown } else { Sent::No };
        assert_eq!(error.sent(), sent, "{file}");
    }
}

#[tokio::test]
async fn the_lookup_race_is_safe_to_retry() {
    let race = recording("sim/100-parallel-sends-to-a-new-number")["responses"][1].clone();
    let (client, _) = serve(vec![(500, race["body"].clone())]).await;
    let error = client.send_text("loja-1", "5511944400011", "oi", None).await.unwrap_err();
    assert!(matches!(error, EvolutionError::SafeToRetry(_)), "{error:?}");
}

#[tokio::test]
async fn losing_the_connection_before_and_after_writing() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&format!("http://{}", listener.local_addr().unwrap()));
    let cut = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = [0; 64];
        tokio::io::AsyncReadExt::read(&mut stream, &mut head).await.unwrap();
    });
    let after = client.send_text("loja-1", "5511988887777", "oi", None).await.unwrap_err();
    assert_eq!(after.sent(), Sent::Unknown, "{after:?}");
    cut.await.unwrap();
    let before = client.send_text("loja-1", "5511988887777", "oi", None).await.unwrap_err();
    assert!(matches!(before, EvolutionError::SafeToRetry(_)), "{before:?}");
    assert_eq!(before.sent(), Sent::No);
}

#[tokio::test]
async fn create_asks_as_recorded_and_reads_the_qr() {
    let (client, peer) = replay(&["sim/01-create-with-qrcode"]).await;
    let new = NewInstance {
        name: "loja-1".to_owned(),
        token: "tok-loja-1".to_owned().into(),
        webhook: webhook(),
        qrcode: true,
    };
    let created = client.create_instance(&new).await.unwrap();
    assert_eq!(
        (created.instance_id.as_str(), created.state),
        ("1b692cfb-1114-4c99-96c0-5c4d2aca3874", ConnectionState::Connecting)
    );
    assert!(created.qr.unwrap().base64.starts_with("data:image/png;base64,"));
    let (path, body) = asked(&peer).remove(0);
    assert_eq!(path, "POST /instance/create");
    assert_eq!(body["integration"], "WHATSAPP-BAILEYS");
    assert_eq!(
        (&body["token"], &body["groupsIgnore"], &body["readMessages"]),
        (&json!("tok-loja-1"), &json!(true), &json!(false))
    );
    assert_eq!((&body["webhook"]["base64"], &body["webhook"]["headers"]["x-secret"]), (&json!(true), &json!("s3cr3t")));
    // The recorded minimal answer has neither webhook nor QR.
    let (client, _) = replay(&["a15-create-minimal"]).await;
    assert_eq!(client.create_instance(&new).await.unwrap().qr, None);
}

#[tokio::test]
async fn connect_and_states() {
    let (client, peer) =
        replay(&["sim/10-connect-with-number", "sim/08-connect-while-open", "b01-connect-no-network"]).await;
    let Connect::Qr(qr) = client.connect("loja-2", None).await.unwrap() else { panic!("no QR") };
    assert_eq!((qr.pairing_code.as_deref(), qr.count), (Some("PEER3551"), 1));
    assert_eq!(client.connect("loja-2", None).await.unwrap(), Connect::Open);
    assert_eq!(client.connect("loja-2", None).await.unwrap(), Connect::NoQrYet);
    assert_eq!(asked(&peer)[0].0, "GET /instance/connect/loja-2");
    for (file, state) in [
        ("a18-state-closed", ConnectionState::Close),
        ("b02-state-connecting", ConnectionState::Connecting),
        ("sim/06-state-open", ConnectionState::Open),
        ("c07-state-after-delete", ConnectionState::Unknown),
    ] {
        assert_eq!(replay(&[file]).await.0.connection_state("loja-1").await.unwrap(), state, "{file}");
    }
    let (client, _) = replay(&["sim/73-restart-open"]).await;
    assert_eq!(client.restart("loja-1").await.unwrap(), Connect::Open);
}

#[tokio::test]
async fn instances_and_webhooks_are_read() {
    let (client, peer) = replay(&["sim/75-fetch-after-logged-out", "a26-fetch-missing"]).await;
    let info = client.fetch_instance("loja-1").await.unwrap().unwrap();
    assert_eq!((info.stored_state, info.disconnection_reason), (ConnectionState::Close, Some(401)));
    assert_eq!(info.owner_jid.as_deref(), Some("5511900000001@s.whatsapp.net"));
    assert_eq!(client.fetch_instance("loja-1").await.unwrap(), None);
    assert_eq!(asked(&peer)[0].0, "GET /instance/fetchInstances?instanceName=loja-1");
    assert!(replay(&["a24-fetch-all"]).await.0.fetch_all().await.unwrap().len() > 2);

    let (client, _) = replay(&["a29-webhook-find", "a30-webhook-find-none"]).await;
    let hook = client.find_webhook("t-full").await.unwrap().unwrap();
    assert!(hook.enabled && hook.base64 && hook.events.contains(&"MESSAGES_UPSERT".to_owned()));
    assert_eq!(client.find_webhook("t-full").await.unwrap(), None);
}

#[tokio::test]
async fn sends_and_chat_calls() {
    let (client, peer) = replay(&["sim/90-sendtext-br-ninth-digit-ddd31"]).await;
    let sent = client.send_text("loja-5", "5531988887777", "oi", Some(Duration::from_millis(1200))).await.unwrap();
    assert_eq!((sent.remote_jid.as_str(), sent.timestamp), ("553188887777@s.whatsapp.net", 1_795_341_986));
    assert_eq!(asked(&peer)[0].1, json!({"number": "5531988887777", "text": "oi", "delay": 1200}));

    let key = MessageKey { remote_jid: "5511988887777@s.whatsapp.net".to_owned(), from_me: false, id: "A".to_owned() };
    replay(&["sim/44-sendreaction"]).await.0.send_reaction("loja-1", &key, "👍").await.unwrap();
    replay(&["sim/47-markread"]).await.0.mark_read("loja-1", &[key]).await.unwrap();
    replay(&["sim/40-sendaudio-base64"]).await.0.send_audio("loja-1", "5511988887777", "T2dn").await.unwrap();
    replay(&["sim/45-sendpresence"])
        .await
        .0
        .send_presence("loja-1", "5511988887777", "composing", Duration::ZERO)
        .await
        .unwrap();
    replay(&["a39-settings-set"]).await.0.set_settings("loja-1", Settings::default()).await.unwrap();
    replay(&["sim/95-verify-creds"]).await.0.verify_creds().await.unwrap();

    let picture = replay(&["sim/51-profilepic"]).await.0.profile_picture("loja-1", "5511988887777").await.unwrap();
    assert!(picture.unwrap().starts_with("https://pps.whatsapp.net/"));
    assert_eq!(replay(&["a46-profilepic-closed"]).await.0.profile_picture("a", "5511988887777").await.unwrap(), None);
    let numbers = replay(&["sim/49-whatsappnumbers"]).await.0.whatsapp_numbers("loja-1", &[]).await.unwrap();
    assert!(numbers.iter().any(|number| number.exists) && numbers.iter().any(|number| !number.exists));
    let closed = replay(&["a45-whatsappnumbers-closed"]).await.0.whatsapp_numbers("loja-1", &[]).await;
    assert_eq!(closed, Err(EvolutionError::NotConnected));
    let media = replay(&["sim/54-getbase64-audio"]).await.0.base64_from_media("loja-1", "A", 1 << 20).await.unwrap();
    assert_eq!(media.mimetype, "audio/ogg; codecs=opus");
}

#[tokio::test]
async fn stored_messages_are_searched_page_by_page_until_old_enough() {
    let (client, peer) = replay(&["sim/53-findmessages-by-jid"]).await;
    let found =
        client.find_messages("loja-1", "5511988887777@s.whatsapp.net", true, Some(1_795_341_693)).await.unwrap();
    // The recorded total says 18 pages; each answer is the same page here.
    assert_eq!(asked(&peer).len(), 18);
    assert_eq!(found.len(), 36);
    assert!(found.iter().all(|message| message.from_me && message.text.is_none()));
    assert_eq!(asked(&peer)[0].1["where"]["messageTimestamp"]["gte"], "2026-11-22T10:01:33.000Z");

    let (client, peer) = replay(&["sim/53-findmessages-by-jid"]).await;
    assert_eq!(client.find_messages("a", "x@s.whatsapp.net", false, Some(1_795_341_694)).await.unwrap(), vec![]);
    assert_eq!(asked(&peer).len(), 1);
    let (client, _) = replay(&["sim/52-findmessages-by-id"]).await;
    assert!(client.find_messages("a", "x@s.whatsapp.net", false, None).await.unwrap()[0].text.is_some());
}

#[tokio::test]
async fn what_the_store_holds_reads_as_the_delivery_that_was_missed() {
    use integrations::evolution::message::normalise;
    use integrations::evolution::webhook::{Event, parse_value, stored_as_delivery};
    let (client, peer) = replay(&["sim/52-findmessages-by-id"]).await;
    let (records, cut) = client.find_since("loja-1", 1_795_341_000).await.unwrap();
    assert!(!cut && records.len() == 1);
    let asked = &asked(&peer)[0].1["where"];
    assert!(asked["key"].get("remoteJid").is_none() && asked["messageTimestamp"]["lte"].is_string(), "{asked}");
    let Event::Message(raw) = parse_value(&stored_as_delivery("loja-1", records[0].clone())).unwrap().event else {
        panic!("no message")
    };
    let inbound = normalise(&raw, 1_795_341_600, Duration::from_secs(3600)).unwrap();
    assert_eq!(inbound.content.text(), Some("Sim, esse https://example.com"));
    assert_eq!((inbound.phone.as_deref(), inbound.push_name.as_deref()), (Some("5511988887777"), Some("Maria")));
    assert_eq!(inbound.quoted.unwrap().text.as_deref(), Some("qual horário?"));
    // Media, whose bytes are texts here; and a reaction, which is nothing. Eighteen pages of the same, oldest first.
    let (client, _) = replay(&["sim/53-findmessages-by-jid"]).await;
    let (records, cut) = client.find_since("loja-1", 1_795_341_693).await.unwrap();
    assert!(!cut && records.len() == 36);
    let read = |record: &Value| {
        let envelope = stored_as_delivery("loja-1", record.clone());
        let Event::Message(raw) = parse_value(&envelope).unwrap().event else { panic!("no message") };
        normalise(&raw, 1_795_341_700, Duration::from_secs(3600)).map(|inbound| inbound.content.description())
    };
    let contents: Vec<_> = records.iter().map(read).collect();
    assert_eq!(contents.iter().filter(|c| c.as_deref() == Ok("[áudio]")).count(), 18);
    assert_eq!(contents.iter().filter(|c| c.is_err()).count(), 18);
}

#[tokio::test]
async fn delete_switches_the_webhook_off_and_waits() {
    let files = [
        "a29-webhook-find",
        "a37-webhook-set-disabled",
        "sim/86-delete-open",
        "c07-state-after-delete",
        "sim/87-state-after-delete",
    ];
    let (client, peer) = replay(&files).await;
    client.delete_and_wait("loja-1", Duration::from_secs(10)).await.unwrap();
    let calls = asked(&peer);
    let paths: Vec<&str> = calls.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "GET /webhook/find/loja-1",
            "POST /webhook/set/loja-1",
            "DELETE /instance/delete/loja-1",
            "GET /instance/connectionState/loja-1",
            "GET /instance/connectionState/loja-1"
        ]
    );
    assert_eq!(calls[1].1, json!({"webhook": {"enabled": false, "url": "http://127.0.0.1:19090/full", "events": []}}));

    let (client, _) = replay(&["c12-delete-missing"]).await;
    client.delete_and_wait("loja-1", Duration::ZERO).await.unwrap();
    let (client, _) =
        replay(&["a30-webhook-find-none", "sim/86-delete-open", "c09-state-after-delete-webhook-500"]).await;
    assert!(client.delete_and_wait("loja-1", Duration::ZERO).await.is_err());
}

#[tokio::test]
async fn names_that_are_not_ours_never_reach_the_peer() {
    let (client, peer) = replay(&["a18-state-closed"]).await;
    for name in ["", "a/b", "..", "a?instanceName=b", "Loja", "ção", "a b"] {
        assert_eq!(client.connection_state(name).await, Err(EvolutionError::InvalidName), "{name}");
    }
    assert!(asked(&peer).is_empty());
}

#[test]
fn secrets_are_not_printed() {
    let new = NewInstance { name: "a".to_owned(), token: "t0ken".to_owned().into(), webhook: webhook(), qrcode: false };
    let printed = format!("{:?} {new:?}", client("http://localhost:1"));
    for secret in [KEY, "t0ken", "s3cr3t", "secret-path"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    let base: Uri = "http://localhost:1".parse().unwrap();
    assert!(printed.contains(base.host().unwrap()));
}
