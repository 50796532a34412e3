//! A stand-in, our webhook, and the calls of both sides.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use chrono::TimeDelta;
use serde_json::{Value, json};
use simulators::stripe::{Options, Payment, Stripe};

pub const VERSION: &str = "2026-10-28.endive";

/// Our webhook: answers the given statuses first, then 200, and keeps signature and body.
#[derive(Default)]
pub struct Ours {
    pub first: Mutex<Vec<u16>>,
    pub got: Mutex<Vec<(String, String)>>,
}

async fn receive(State(ours): State<Arc<Ours>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
    ours.got.lock().unwrap().push((signature, String::from_utf8(body.to_vec()).unwrap()));
    let mut first = ours.first.lock().unwrap();
    let status = if first.is_empty() { 200 } else { first.remove(0) };
    StatusCode::from_u16(status).unwrap()
}

pub struct Bench {
    pub stripe: Stripe,
    pub ours: Arc<Ours>,
    pub hook: String,
    pub http: reqwest::Client,
    pub monthly: String,
    pub yearly: String,
}

pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub replayed: bool,
}

impl Bench {
    /// Two prices of one product: R$ 97 a month, R$ 970 a year.
    pub async fn open() -> Self {
        let ours = Arc::new(Ours::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hook = format!("http://{}/hook", listener.local_addr().unwrap());
        let app = Router::new().route("/hook", post(receive)).with_state(Arc::clone(&ours));
        tokio::spawn(async move { axum::serve(listener, app).await });
        let options =
            Options { webhook_url: Some(hook.clone()), retry_base: Duration::from_millis(10), ..Options::default() };
        let stripe = Stripe::start(([127, 0, 0, 1], 0).into(), options).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut bench = Self { stripe, ours, hook, http, monthly: String::new(), yearly: String::new() };
        let product = bench.post("/v1/products", "name=Essencial").await;
        let price = async |amount: i64, interval: &str| {
            let form = format!(
                "currency=brl&product={}&unit_amount={amount}&recurring[interval]={interval}&lookup_key=essencial_{interval}",
                id(&product)
            );
            id(&bench.post("/v1/prices", &form).await)
        };
        (bench.monthly, bench.yearly) = (price(9_700, "month").await, price(97_000, "year").await);
        // Those of the prices are nobody's business here.
        bench.stripe.settled().await;
        bench.ours.got.lock().unwrap().clear();
        bench
    }

    pub async fn call(&self, method: &str, path: &str, form: &str, key: Option<&str>) -> Answer {
        let mut url = format!("{}{path}", self.stripe.url());
        let form_url = method != "POST" && !form.is_empty();
        if form_url {
            url = format!("{url}?{form}");
        }
        let mut request = self.http.request(method.parse().unwrap(), url).bearer_auth("sk_test_simulador");
        request = request.header("stripe-version", VERSION);
        if !form_url {
            request = request.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned());
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let response = request.send().await.unwrap();
        let replayed = response.headers().contains_key("idempotent-replayed");
        Answer { status: response.status().as_u16(), body: response.json().await.unwrap(), replayed }
    }

    #[track_caller]
    pub fn post(&self, path: &str, form: &str) -> impl Future<Output = Value> {
        let call = self.call("POST", path, form, None);
        async move { ok(call.await) }
    }

    pub async fn get(&self, path: &str) -> Value {
        ok(self.call("GET", path, "", None).await)
    }

    pub async fn control(&self, path: &str, body: Value) -> Value {
        let response = self.http.post(format!("{}/_sim/{path}", self.stripe.url())).json(&body).send().await.unwrap();
        let (status, text) = (response.status(), response.text().await.unwrap());
        assert!(status.is_success(), "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// A session for a new customer; `more` is added to the form.
    pub async fn session(&self, more: &str) -> Value {
        let customer = self.post("/v1/customers", "email=ana@loja.com.br&name=Ana&metadata[checkout]=1").await;
        let form = format!(
            "mode=subscription&customer={}&client_reference_id=ref-1&line_items[0][price]={}&line_items[0][quantity]=1\
             &success_url=http://loja.local/volta?s={{CHECKOUT_SESSION_ID}}&cancel_url=http://loja.local/voltou\
             &subscription_data[metadata][checkout]=1&locale=pt-BR{more}",
            id(&customer),
            self.monthly
        );
        self.post("/v1/checkout/sessions", &form).await
    }

    /// The subscription of a session that was paid by card.
    pub async fn subscribed(&self, more: &str) -> Value {
        let session = self.session(more).await;
        self.stripe.pay(&id(&session), &Payment::Card("4242424242424242".into())).unwrap();
        let session = self.get(&format!("/v1/checkout/sessions/{}", id(&session))).await;
        self.get(&format!("/v1/subscriptions/{}", session["subscription"].as_str().unwrap())).await
    }

    pub async fn again(&self, object: &Value) -> Value {
        let part = match object["object"].as_str().unwrap() {
            "checkout.session" => "checkout/sessions".to_owned(),
            other => format!("{other}s"),
        };
        self.get(&format!("/v1/{part}/{}", id(object))).await
    }

    pub async fn latest_invoice(&self, sub: &Value) -> Value {
        let sub = self.again(sub).await;
        self.get(&format!("/v1/invoices/{}", sub["latest_invoice"].as_str().unwrap())).await
    }

    pub fn days(&self, days: i64) {
        self.stripe.advance(TimeDelta::days(days));
    }

    /// Types of the events since `from` that were made, oldest first.
    pub fn types(&self, from: usize) -> Vec<String> {
        self.stripe.events()[from..].iter().map(|e| e["event"]["type"].as_str().unwrap().to_owned()).collect()
    }

    /// The last event of a type.
    #[track_caller]
    pub fn last(&self, kind: &str) -> Value {
        let events = self.stripe.events();
        let found = events.iter().rev().find(|e| e["event"]["type"] == kind);
        found.unwrap_or_else(|| panic!("no {kind}"))["event"].clone()
    }
}

#[track_caller]
pub fn ok(answer: Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

#[track_caller]
pub fn id(object: &Value) -> String {
    object["id"].as_str().unwrap_or_else(|| panic!("{object}")).to_owned()
}

#[track_caller]
pub fn refused(answer: &Answer, status: u16, kind: &str, code: Value) {
    let error = &answer.body["error"];
    assert_eq!((answer.status, &error["type"], &error["code"]), (status, &json!(kind), &code), "{}", answer.body);
}
