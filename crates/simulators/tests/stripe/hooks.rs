//! Deliveries: signed, tried again, held, doubled, shuffled, lost.

use serde_json::{Value, json};
use simulators::stripe::{Hooks, Options, Payment, Stripe, sign};

use crate::bench::{Bench, id};

fn ids(bench: &Bench) -> Vec<String> {
    let got = bench.ours.got.lock().unwrap();
    got.iter().map(|(_, body)| id(&serde_json::from_str::<Value>(body).unwrap())).collect()
}

#[tokio::test]
async fn an_event_is_signed_and_tried_again() {
    let bench = Bench::open().await;
    *bench.ours.first.lock().unwrap() = vec![500, 503];
    let session = bench.session("").await;
    bench.post(&format!("/v1/checkout/sessions/{}/expire", id(&session)), "").await;
    bench.stripe.settled().await;
    let got = bench.ours.got.lock().unwrap().clone();
    assert_eq!(got.len(), 3, "only what the endpoint subscribed");
    let (signature, body) = got[2].clone();
    let at: i64 = signature.strip_prefix("t=").unwrap().split(',').next().unwrap().parse().unwrap();
    assert_eq!(signature, sign("whsec_simulador", at, body.as_bytes()));
    let tracked = bench.control_events().await.pop().unwrap();
    assert_eq!((&tracked["state"], tracked["attempts"].as_array().unwrap().len()), (&json!("delivered"), 3));
    assert_eq!(tracked["attempts"][0]["status"], 500);
    let event = bench.get(&format!("/v1/events/{}", id(&tracked["event"]))).await;
    assert_eq!(event["pending_webhooks"], 0);
    assert!(event["request"]["id"].as_str().unwrap().starts_with("req_"));
}

#[tokio::test]
async fn deliveries_can_be_held_doubled_shuffled_and_lost() {
    let bench = Bench::open().await;
    bench.control("webhooks", json!({"hold": true, "duplicate": 1, "drop": 1})).await;
    bench.subscribed("").await;
    bench.stripe.settled().await;
    assert!(ids(&bench).is_empty());
    bench.control("webhooks/release", json!({"shuffle": true})).await;
    bench.stripe.settled().await;
    let mut got = ids(&bench);
    let sent: Vec<Value> = bench.control_events().await.into_iter().filter(|e| e["state"] == "delivered").collect();
    assert_eq!(got.len(), 2 * sent.len());
    got.sort();
    got.dedup();
    assert_eq!(got.len(), sent.len());

    // What was lost can still be read, and sent again by hand.
    let lost = bench.control_events().await.into_iter().find(|e| e["state"] == "dropped").unwrap()["event"].clone();
    assert!(!got.contains(&id(&lost)));
    let query = format!("types[]={}&created[gte]={}", lost["type"].as_str().unwrap(), lost["created"]);
    let found = bench.call("GET", "/v1/events", &query, None).await.body;
    assert!(found["data"].as_array().unwrap().iter().any(|event| event["id"] == lost["id"]));
    bench.stripe.hooks(Hooks::default());
    bench.control(&format!("events/{}/resend", id(&lost)), json!({})).await;
    bench.stripe.settled().await;
    assert!(ids(&bench).contains(&id(&lost)));
}

#[tokio::test]
async fn everything_is_kept_over_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { file: Some(dir.path().join("stripe.json")), ..Options::default() };
    let addr = ([127, 0, 0, 1], 0).into();
    let first = Stripe::start(addr, options.clone()).await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let call = async |stripe: &Stripe, path: &str, form: &str| -> Value {
        let request = http.post(format!("{}/v1/{path}", stripe.url())).bearer_auth("sk_test_simulador");
        let request = request.header("stripe-version", "2026-10-28.endive").body(form.to_owned());
        request.send().await.unwrap().json().await.unwrap()
    };
    let price = "currency=brl&unit_amount=9700&recurring[interval]=month&product_data[name]=x";
    let price = id(&call(&first, "prices", price).await);
    let form =
        format!("mode=subscription&customer_email=a@b.br&line_items[0][price]={price}&success_url=http://loja.local/");
    let session = id(&call(&first, "checkout/sessions", &form).await);
    first.advance(chrono::TimeDelta::hours(1));
    drop(first);
    let second = Stripe::start(addr, options.clone()).await.unwrap();
    assert!(second.pay(&session, &Payment::Card("4000000000000002".into())).unwrap_err().contains("declined"));
    second.pay(&session, &Payment::Card("4242424242424242".into())).unwrap();
    let paid = second.object(&session).unwrap();
    assert_eq!(second.object(paid["subscription"].as_str().unwrap()).unwrap()["status"], "active");
    assert!(second.events().iter().all(|event| event["state"] == "not_sent"), "no endpoint, no delivery");

    // What had not arrived when it ended is sent when it is back.
    drop(second);
    let bench = Bench::open().await;
    let third = Stripe::start(addr, Options { webhook_url: Some(bench.hook.clone()), ..options }).await.unwrap();
    third.settled().await;
    let got = bench.ours.got.lock().unwrap().clone();
    assert!(got.iter().any(|(_, body)| body.contains("checkout.session.completed") && body.contains(&session)));
}

impl Bench {
    pub async fn control_events(&self) -> Vec<Value> {
        let response = self.http.get(format!("{}/_sim/events", self.stripe.url())).send().await.unwrap();
        let all: Vec<Value> = response.json().await.unwrap();
        let ours = |event: &Value| event["state"] != "not_sent" && event["event"]["type"] != "price.created";
        all.into_iter().filter(ours).collect()
    }
}
