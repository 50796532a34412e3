//! Instances, pairing, webhooks and the page.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use simulators::evolution::Config;

use crate::bench::*;

#[tokio::test]
async fn guards_answer_in_the_recorded_order() {
    let bench = bench().await;
    bench.create().await;
    let url = bench.simulator.url();
    let bare = |method: &str, path: &str, body: Value| {
        let request = bench.http.request(method.parse().unwrap(), format!("{url}{path}")).json(&body);
        async move { request.send().await.unwrap().status().as_u16() }
    };
    assert_eq!(bare("GET", "/instance/connectionState/none", Value::Null).await, 404);
    assert_eq!(bare("POST", "/instance/create", json!({"instanceName": "loja"})).await, 403);
    assert_eq!(bare("POST", "/instance/create", json!({"instanceName": "other"})).await, 401);
    assert_eq!(bare("GET", "/instance/connectionState/loja", Value::Null).await, 401);
    let (status, body) = bench.call("GET", "/nope/x", Value::Null).await;
    assert_eq!((status, &body["response"]["message"][0]), (404, &json!("Cannot GET /nope/x")));
    assert_eq!(bench.call("POST", "/verify-creds", Value::Null).await.0, 200);
    assert_eq!(bench.call("POST", "/_sim/none/in", json!({})).await.0, 404);
}

#[tokio::test]
async fn a_qr_is_shown_renewed_and_runs_out() {
    let config = Config { qr_interval: Duration::from_millis(40), qr_limit: 3, ..Config::quick(KEY) };
    let bench = Bench::new(config).await;
    bench.create().await;
    let (_, qr) = bench.call("GET", "/instance/connect/loja", Value::Null).await;
    let png = STANDARD.decode(qr["base64"].as_str().unwrap().strip_prefix("data:image/png;base64,").unwrap()).unwrap();
    assert!(png.starts_with(b"\x89PNG") && png.len() > 500 && qr["code"].as_str().unwrap().starts_with("2@"));
    assert_eq!(qr["count"], 1);
    bench
        .event("qrcode.updated", json!({"message": "QR code limit reached, please login again", "statusCode": 500}))
        .await;
    bench.event("connection.update", json!({"state": "refused", "statusReason": 428})).await;
    bench.nth("qrcode.updated", 4).await;
    let (_, state) = bench.call("GET", "/instance/connectionState/loja", Value::Null).await;
    assert_eq!(state["instance"]["state"], "close");
    let (_, rows) = bench.call("GET", "/instance/fetchInstances?instanceName=loja", Value::Null).await;
    assert_eq!(rows[0]["connectionStatus"], "connecting");
}

#[tokio::test]
async fn a_drop_recovers_and_brings_what_waited() {
    let bench = bench().await;
    bench.open().await;
    bench.event("connection.update", json!({"state": "open"})).await;
    bench.post("/_sim/loja/drop", json!({"statusCode": 408})).await;
    let (_, waiting) = bench.post("/_sim/loja/in", json!({"from": "5511988887777", "text": "fora do ar"})).await;
    assert_eq!(waiting["reason"], "offline");
    assert_eq!(bench.nth("messages.upsert", 1).await["data"]["message"]["conversation"], "fora do ar");
    let states: Vec<Value> =
        bench.got("connection.update").iter().map(|event| event["data"]["state"].clone()).collect();
    assert!(!states.contains(&json!("close")), "{states:?}");
}

#[tokio::test]
async fn webhooks_are_retried_unless_the_status_is_final() {
    let bench = bench().await;
    *bench.ours.first.lock().unwrap() = vec![500, 503];
    bench.create().await;
    bench.nth("instance.create", 3).await;
    let config = Config { retry_attempts: 2, retry_base: Duration::from_millis(1), ..Config::quick(KEY) };
    let bench = Bench::new(config).await;
    *bench.ours.first.lock().unwrap() = vec![401, 429, 429];
    bench.create().await;
    bench.nth("instance.create", 1).await;
    bench.call("GET", "/instance/connect/loja", Value::Null).await;
    until(|| async { if bench.ours.first.lock().unwrap().is_empty() { Ok(()) } else { Err(json!("still failing")) } })
        .await;
    assert_eq!(bench.got("instance.create").len(), 1);
}

#[tokio::test]
async fn logout_ends_reception_and_delete_waits_for_the_webhook() {
    let bench = bench().await;
    bench.open().await;
    assert_eq!(bench.call("DELETE", "/instance/logout/loja", Value::Null).await.0, 200);
    bench.nth("logout.instance", 1).await;
    bench.pair().await;
    assert_eq!(bench.text("5511988887777", "envio funciona").await.0, 201);
    let (_, deaf) = bench.post("/_sim/loja/in", json!({"from": "5511988887777", "text": "oi"})).await;
    assert_eq!(deaf["delivered"], false);

    until(|| async { if bench.got("messages.update").len() == 2 { Ok(()) } else { Err(json!("receipts")) } }).await;
    *bench.ours.first.lock().unwrap() = vec![500; 4];
    assert_eq!(bench.call("DELETE", "/instance/delete/loja", Value::Null).await.0, 200);
    let state = || bench.call("GET", "/instance/connectionState/loja", Value::Null);
    assert_eq!(state().await.0, 200);
    until(|| async { Some(state().await).filter(|(status, _)| *status == 404).map(drop).ok_or(Value::Null) }).await;

    bench.create().await;
    let off = json!({"webhook": {"enabled": false, "url": bench.hook, "events": []}});
    assert_eq!(bench.post("/webhook/set/loja", off).await.0, 201);
    bench.call("DELETE", "/instance/delete/loja", Value::Null).await;
    assert_eq!(state().await.0, 404);
}

#[tokio::test]
async fn settings_webhook_and_the_page() {
    let bench = bench().await;
    bench.create().await;
    let (_, row) = bench.call("GET", "/webhook/find/loja", Value::Null).await;
    assert_eq!(
        (&row["url"], &row["headers"]["x-secret"], &row["enabled"]),
        (&json!(bench.hook), &json!("s"), &json!(true))
    );
    let unknown = json!({"webhook": {"enabled": true, "url": "http://x.y", "events": ["messages.upsert"]}});
    assert_eq!(bench.post("/webhook/set/loja", unknown).await.0, 400);
    assert_eq!(bench.post("/settings/set/loja", json!({"groupsIgnore": false})).await.0, 400);
    assert_eq!(bench.call("GET", "/settings/find/loja", Value::Null).await.1["groupsIgnore"], true);
    let greeting = bench.call("GET", "/", Value::Null).await.1;
    assert_eq!(greeting["version"], "2.3.6");
    let page =
        bench.http.get(bench.simulator.url()).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("WhatsApp simulado") && !page.contains("https://"));
    let (_, shown) = bench.call("GET", "/_sim/instances", Value::Null).await;
    assert_eq!(shown[0]["state"], "close");
    bench.pair().await;
    bench.post("/_sim/loja/in", json!({"from": "5511988887777", "text": "oi"})).await;
    let (_, lines) = bench.call("GET", "/_sim/loja/chat?with=5511988887777", Value::Null).await;
    assert_eq!((&lines[0]["text"], &lines[0]["business"]), (&json!("oi"), &json!(false)));
    let url = bench.simulator.url();
    bench.simulator.shutdown();
    until(|| async { if bench.http.get(&url).send().await.is_err() { Ok(()) } else { Err(json!("still serving")) } })
        .await;
}
