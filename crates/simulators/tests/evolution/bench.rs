//! A stand-in, our webhook and the calls of both sides.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use simulators::evolution::{Config, Simulator};

pub const KEY: &str = "k";

/// Polls until the condition gives something, or fails with what was seen last.
pub async fn until<T, F: Future<Output = Result<T, Value>>>(mut probe: impl FnMut() -> F) -> T {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        match probe().await {
            Ok(found) => return found,
            Err(seen) => assert!(Instant::now() < deadline, "timed out; last: {seen}"),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Our webhook: answers the given statuses first, then 200, and keeps everything.
#[derive(Default)]
pub struct Ours {
    pub first: Mutex<Vec<u16>>,
    pub got: Mutex<Vec<(String, Value)>>,
}

async fn receive(State(ours): State<Arc<Ours>>, headers: HeaderMap, Json(body): Json<Value>) -> StatusCode {
    let secret = headers.get("x-secret").and_then(|secret| secret.to_str().ok()).unwrap_or_default().to_owned();
    ours.got.lock().unwrap().push((secret, body));
    let mut first = ours.first.lock().unwrap();
    let status = if first.is_empty() { 200 } else { first.remove(0) };
    StatusCode::from_u16(status).unwrap()
}

pub struct Bench {
    pub simulator: Simulator,
    pub http: reqwest::Client,
    pub ours: Arc<Ours>,
    pub hook: String,
}

impl Bench {
    pub async fn new(config: Config) -> Self {
        let ours = Arc::new(Ours::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hook = format!("http://{}/hook", listener.local_addr().unwrap());
        let app = Router::new().route("/hook", post(receive)).with_state(Arc::clone(&ours));
        tokio::spawn(async move { axum::serve(listener, app).await });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { simulator: Simulator::start(config).await.unwrap(), http, ours, hook }
    }

    pub async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}{path}", self.simulator.url());
        let request = self.http.request(method.parse().unwrap(), url).header("apikey", KEY).json(&body);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call("POST", path, body).await
    }

    pub async fn create(&self) {
        let webhook = json!({"url": self.hook, "headers": {"x-secret": "s"}, "base64": true, "events": []});
        let body = json!({"instanceName": "loja", "integration": "WHATSAPP-BAILEYS", "token": "t", "groupsIgnore": true, "webhook": webhook});
        assert_eq!(self.post("/instance/create", body).await.0, 201);
    }

    pub async fn open(&self) {
        self.create().await;
        self.pair().await;
    }

    pub async fn pair(&self) {
        assert_eq!(self.call("GET", "/instance/connect/loja", Value::Null).await.0, 200);
        let scanned = self.post("/_sim/loja/scan", json!({"phone": "5511900000001", "name": "Loja"})).await;
        assert_eq!(scanned, (200, json!({"ok": true})));
    }

    pub fn got(&self, event: &str) -> Vec<Value> {
        self.ours
            .got
            .lock()
            .unwrap()
            .iter()
            .filter(|(_, body)| body["event"] == event)
            .map(|(_, body)| body.clone())
            .collect()
    }

    /// Waits for the n-th delivery of an event.
    pub async fn nth(&self, event: &str, n: usize) -> Value {
        until(|| async {
            let got = self.got(event);
            got.get(n - 1).cloned().ok_or_else(|| json!({"event": event, "got": got.len()}))
        })
        .await
    }

    /// Waits for a delivery whose data has these members; deliveries may overtake each other.
    pub async fn event(&self, event: &str, members: Value) -> Value {
        until(|| async {
            let got = self.got(event);
            let fits =
                |body: &&Value| members.as_object().unwrap().iter().all(|(name, value)| &body["data"][name] == value);
            got.iter().find(fits).cloned().ok_or_else(|| json!(got))
        })
        .await
    }

    pub async fn text(&self, to: &str, text: &str) -> (u16, Value) {
        self.post("/message/sendText/loja", json!({"number": to, "text": text})).await
    }

    pub async fn log(&self) -> Vec<Value> {
        self.call("GET", "/_sim/loja/log", Value::Null).await.1.as_array().unwrap().clone()
    }
}

pub async fn bench() -> Bench {
    Bench::new(Config::quick(KEY)).await
}
