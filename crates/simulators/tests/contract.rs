//! The product's own client and webhook reader against the stand-in: what the one says the other understands.
#![expect(clippy::unwrap_used, reason = "test data is known")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use integrations::evolution::message::normalise;
use integrations::evolution::webhook::{DeliveryStatus, Event, parse};
use integrations::evolution::{
    Connect, ConnectionState, EVENTS, EvolutionClient, EvolutionError, NewInstance, Webhook,
};
use serde_json::{Value, json};
use simulators::evolution::{Config, Simulator};

type Events = Arc<Mutex<Vec<Event>>>;

async fn receive(State(events): State<Events>, body: Bytes) {
    events.lock().unwrap().push(parse(&body).unwrap().event);
}

async fn wait_for(events: &Events, wanted: impl Fn(&Event) -> bool) -> Event {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(event) = events.lock().unwrap().iter().find(|event| wanted(event)) {
            return event.clone();
        }
        assert!(Instant::now() < deadline, "timed out; got {:?}", events.lock().unwrap());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

struct Bench {
    simulator: Simulator,
    client: EvolutionClient,
    events: Events,
    http: reqwest::Client,
}

impl Bench {
    async fn open() -> Self {
        let events = Events::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap()).parse().unwrap();
        let app = Router::new().route("/hook", post(receive)).with_state(Arc::clone(&events));
        tokio::spawn(async move { axum::serve(listener, app).await });
        let simulator = Simulator::start(Config::quick("k")).await.unwrap();
        let client = EvolutionClient::new(simulator.url().parse().unwrap(), "k".to_owned().into()).unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let webhook = Webhook { url, headers: BTreeMap::new(), events: EVENTS.map(str::to_owned).to_vec() };
        let new = NewInstance { name: "loja".to_owned(), token: "t".to_owned().into(), webhook, qrcode: true };
        let created = client.create_instance(&new).await.unwrap();
        assert_eq!(created.state, ConnectionState::Connecting);
        assert!(created.qr.is_some());
        assert_eq!(client.create_instance(&new).await, Err(EvolutionError::NameTaken));
        Self { simulator, client, events, http }
    }

    async fn control(&self, what: &str, body: Value) {
        let url = format!("{}/_sim/*/{what}", self.simulator.url());
        assert!(self.http.post(url).json(&body).send().await.unwrap().status().is_success(), "{what}");
    }
}

#[tokio::test]
async fn from_pairing_to_removal() {
    let bench = Bench::open().await;
    let client = &bench.client;
    client.verify_creds().await.unwrap();
    assert!(matches!(client.connect("loja", None).await.unwrap(), Connect::Qr(_)));
    assert_eq!(client.send_text("loja", "5511988887777", "oi", None).await, Err(EvolutionError::NotConnected));
    wait_for(&bench.events, |event| matches!(event, Event::QrCode { .. })).await;
    bench.control("scan", json!({"phone": "5511900000001", "name": "Loja"})).await;
    wait_for(&bench.events, |event| matches!(event, Event::Connection { state: ConnectionState::Open, .. })).await;
    assert_eq!(client.connect("loja", None).await.unwrap(), Connect::Open);
    assert_eq!(client.connection_state("loja").await.unwrap(), ConnectionState::Open);
    let info = client.fetch_instance("loja").await.unwrap().unwrap();
    assert_eq!(info.owner_jid.as_deref(), Some("5511900000001@s.whatsapp.net"));

    bench.control("in", json!({"from": "5511988887777", "text": "oi", "lid": true, "name": "Maria"})).await;
    let Event::Message(raw) = wait_for(&bench.events, |event| matches!(event, Event::Message(_))).await else {
        panic!("no message")
    };
    let inbound = normalise(&raw, raw.timestamp, Duration::from_secs(600)).unwrap();
    assert_eq!((inbound.phone.as_deref(), inbound.content.text()), (Some("5511988887777"), Some("oi")));

    let since = raw.timestamp;
    let sent = client.send_text("loja", &inbound.remote_jid, "olá", Some(Duration::from_millis(5))).await.unwrap();
    let read = |event: &Event| matches!(event, Event::Status { key_id, status: DeliveryStatus::Read, .. } if *key_id == sent.id);
    wait_for(&bench.events, read).await;
    wait_for(&bench.events, |event| matches!(event, Event::Sent(raw) if raw.id == sent.id)).await;
    let found = client.find_messages("loja", &inbound.remote_jid, true, Some(since)).await.unwrap();
    assert_eq!(found.iter().map(|message| message.text.as_deref()).collect::<Vec<_>>(), [Some("olá")]);
    assert_eq!(client.send_text("loja", "5511900000000", "x", None).await, Err(EvolutionError::NotOnWhatsapp));

    client.delete_and_wait("loja", Duration::from_secs(5)).await.unwrap();
    assert_eq!(client.fetch_instance("loja").await.unwrap(), None);
    client.delete_and_wait("loja", Duration::from_secs(5)).await.unwrap();
}

#[tokio::test]
async fn a_ban_and_the_other_calls() {
    let bench = Bench::open().await;
    let client = &bench.client;
    bench.control("scan", json!({"phone": "5511900000001", "name": "Loja"})).await;
    bench.control("media", json!({"from": "5511988887777", "kind": "audio", "base64": "T2dn", "id": "AUDIO"})).await;
    assert_eq!(client.base64_from_media("loja", "AUDIO", 3).await.unwrap().base64, "T2dn");
    let large = json!({"from": "5511988887777", "kind": "document", "base64": "T2dn".repeat(50_000), "id": "LARGE"});
    bench.control("media", large).await;
    assert_eq!(client.base64_from_media("loja", "LARGE", 1_000).await, Err(EvolutionError::TooLarge));
    assert!(client.base64_from_media("loja", "LARGE", 150_000).await.is_ok());
    client.send_audio("loja", "5511988887777", "T2dn").await.unwrap();
    client.send_presence("loja", "5511988887777", "composing", Duration::ZERO).await.unwrap();
    client.mark_read("loja", &[]).await.unwrap();
    client.set_settings("loja", Default::default()).await.unwrap();
    let numbers = ["5531988887777".to_owned(), "5511900000000".to_owned()];
    let checks = client.whatsapp_numbers("loja", &numbers).await.unwrap();
    assert_eq!(checks.iter().map(|check| check.exists).collect::<Vec<_>>(), [true, false]);
    assert!(client.profile_picture("loja", "5511988887777").await.unwrap().is_some());
    assert!(client.find_webhook("loja").await.unwrap().unwrap().enabled);
    assert_eq!(client.restart("loja").await.unwrap(), Connect::Open);
    wait_for(&bench.events, |event| matches!(event, Event::Connection { state: ConnectionState::Open, .. })).await;
    let deadline = Instant::now() + Duration::from_secs(10);
    while client.connection_state("loja").await.unwrap() != ConnectionState::Open {
        assert!(Instant::now() < deadline, "never reopened");
    }
    bench.control("drop", json!({"statusCode": 403})).await;
    wait_for(&bench.events, |event| matches!(event, Event::StatusInstance { reason: Some(403), .. })).await;
    assert_eq!(client.send_text("loja", "5511988887777", "x", None).await, Err(EvolutionError::NotConnected));
    assert!(matches!(client.restart("loja").await, Err(EvolutionError::Refused { status: 200, .. })));
}
