//! Messages in both directions.

use std::time::Duration;

use serde_json::{Value, json};
use simulators::evolution::Trouble;

use crate::bench::*;

#[tokio::test]
async fn scan_then_messages_both_ways() {
    let bench = bench().await;
    bench.open().await;
    let opened = bench.event("connection.update", json!({"state": "open"})).await;
    assert_eq!(
        (&opened["data"]["wuid"], &opened["sender"]),
        (&json!("5511900000001@s.whatsapp.net"), &json!("5511900000001@s.whatsapp.net"))
    );
    let (_, arrived) = bench.post("/_sim/*/in", json!({"from": "5511988887777", "text": "oi", "name": "Maria"})).await;
    assert_eq!(arrived["delivered"], true);
    let received = bench.nth("messages.upsert", 1).await;
    assert_eq!(
        (&received["data"]["message"]["conversation"], &received["data"]["pushName"]),
        (&json!("oi"), &json!("Maria"))
    );
    assert_eq!((&received["instance"], &received["apikey"]), (&json!("loja"), &Value::Null));
    assert_eq!(bench.ours.got.lock().unwrap()[0].0, "s");

    let (status, sent) = bench.text("+55 (31) 98888-7777", "olá").await;
    assert_eq!(
        (status, &sent["key"]["remoteJid"], &sent["status"]),
        (201, &json!("553188887777@s.whatsapp.net"), &json!("PENDING"))
    );
    assert_eq!(bench.nth("send.message", 1).await["data"], sent);
    for status in ["DELIVERY_ACK", "READ"] {
        bench.event("messages.update", json!({"status": status, "keyId": sent["key"]["id"]})).await;
    }
    let log = bench.log().await;
    assert_eq!(
        (log.len(), &log[0]["to"], &log[0]["text"], &log[0]["id"]),
        (1, &json!("553188887777"), &json!("olá"), &sent["key"]["id"])
    );
    let search = json!({"where": {"key": {"remoteJid": "553188887777@s.whatsapp.net", "fromMe": true}}, "page": 1, "offset": 50});
    let (_, found) = bench.post("/chat/findMessages/loja", search).await;
    assert_eq!((&found["messages"]["total"], &found["messages"]["records"][0]["key"]), (&json!(1), &sent["key"]));
}

#[tokio::test]
async fn sends_are_refused_as_recorded() {
    let bench = bench().await;
    bench.create().await;
    let message = |answer: (u16, Value)| (answer.0, answer.1["response"]["message"].clone());
    let closed = message(bench.text("5511988887777", "x").await);
    assert_eq!(closed, (500, json!("Cannot read properties of undefined (reading 'onWhatsApp')")));
    bench.call("GET", "/instance/connect/loja", Value::Null).await;
    assert_eq!(message(bench.text("5511988887777", "x").await), (500, json!("Connection Closed")));
    bench.pair().await;
    assert_eq!(message(bench.text("5511988887777", "  ").await), (400, json!(["Text is required"])));
    let absent = message(bench.text("5511900000000", "x").await);
    assert_eq!(
        absent,
        (400, json!([{"jid": "5511900000000@s.whatsapp.net", "exists": false, "number": "5511900000000"}]))
    );
    let bad = message(bench.post("/message/sendText/loja", json!({"number": 1})).await);
    assert_eq!(bad, (400, json!([["Invalid format", "instance requires property \"text\""]])));
    bench.post("/_sim/loja/drop", json!({"statusCode": 401})).await;
    assert_eq!(message(bench.text("5511988887777", "x").await), (400, json!(["Error: Connection Closed"])));
    assert_eq!(bench.nth("status.instance", 1).await["data"]["disconnectionReasonCode"], 401);
    bench.nth("logout.instance", 1).await;
    assert!(bench.log().await.is_empty());
}

#[tokio::test]
async fn who_writes_and_what_is_ignored() {
    let bench = bench().await;
    bench.open().await;
    let arrive = |body: Value| bench.post("/_sim/loja/in", body);
    let person = |more: Value| {
        let mut body = json!({"from": "5511988887777", "text": "oi"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let lid = arrive(person(json!({"lid": true}))).await.1["key"].clone();
    assert!(lid["remoteJid"].as_str().unwrap().ends_with("@lid"));
    assert_eq!(lid["remoteJidAlt"], "5511988887777@s.whatsapp.net");
    for kind in ["group", "broadcast", "newsletter"] {
        assert_eq!(arrive(person(json!({kind: true}))).await.1["delivered"], false, "{kind}");
        assert_eq!(arrive(person(json!({kind: true, "force": true}))).await.1["delivered"], true, "{kind}");
    }
    assert_eq!(arrive(person(json!({"id": "SAME"}))).await.1["delivered"], true);
    assert_eq!(arrive(person(json!({"id": "SAME"}))).await.1["reason"], "duplicate id");
    let mine = arrive(person(json!({"fromMe": true}))).await.1["key"].clone();
    assert_eq!(mine["fromMe"], true);
    let raw = person(json!({"message": {"locationMessage": {"degreesLatitude": 1.0}}, "timestamp": 5}));
    let id = arrive(raw).await.1["id"].clone();
    bench.nth("messages.upsert", 7).await;
    let raw = bench.got("messages.upsert").into_iter().find(|event| event["data"]["key"]["id"] == id).unwrap();
    assert_eq!((&raw["data"]["messageType"], &raw["data"]["messageTimestamp"]), (&json!("locationMessage"), &json!(5)));
    // The contact behind the privacy jid is known in the log.
    bench.text(lid["remoteJid"].as_str().unwrap(), "para o lid").await;
    assert_eq!(bench.log().await[0]["to"], "5511988887777");
}

#[tokio::test]
async fn media_comes_in_the_event_and_by_id() {
    let bench = bench().await;
    bench.open().await;
    let body = json!({"from": "5511988887777", "kind": "audio", "base64": "T2dn", "seconds": 3});
    let id = bench.post("/_sim/loja/media", body).await.1["id"].clone();
    let audio = bench.nth("messages.upsert", 1).await["data"]["message"].clone();
    assert_eq!((&audio["base64"], &audio["audioMessage"]["seconds"]), (&json!("T2dn"), &json!(3)));
    let (status, media) =
        bench.post("/chat/getBase64FromMediaMessage/loja", json!({"message": {"key": {"id": id}}})).await;
    assert_eq!((status, &media["base64"]), (201, &json!("T2dn")));
    let (status, sent) =
        bench.post("/message/sendWhatsAppAudio/loja", json!({"number": "5511988887777", "audio": "T2dn"})).await;
    assert_eq!((status, &sent["messageType"]), (201, &json!("audioMessage")));
    let data_uri = json!({"number": "5511988887777", "mediatype": "image", "media": "data:image/png;base64,AAAA"});
    assert_eq!(bench.post("/message/sendMedia/loja", data_uri).await.0, 400);
}

#[tokio::test]
async fn faults_before_and_after_taking_the_message() {
    let bench = bench().await;
    bench.open().await;
    bench.post("/_sim/loja/fault", json!({"path": "sendText", "status": 500, "times": 2})).await;
    assert_eq!(bench.text("5511988887777", "a").await.0, 500);
    assert_eq!(bench.text("5511988887777", "b").await.0, 500);
    assert_eq!(bench.text("5511988887777", "c").await.0, 201);
    bench.post("/_sim/loja/fault", json!({"status": 502, "after": true})).await;
    assert_eq!(bench.text("5511988887777", "d").await.0, 502);
    let texts: Vec<Value> = bench.log().await.iter().map(|line| line["text"].clone()).collect();
    assert_eq!(texts, [json!("c"), json!("d")]);
}

#[tokio::test]
async fn trouble_fails_hangs_and_doubles_by_chance() {
    let bench = bench().await;
    bench.open().await;
    bench.simulator.trouble(Trouble { failing: 1.0, ..Trouble::default() });
    for n in 0..40 {
        assert_eq!(bench.text("5511988887777", &n.to_string()).await.0, 502);
    }
    // About half of them were taken all the same.
    let taken = bench.simulator.sent("loja").len();
    assert!((5..35).contains(&taken), "{taken}");
    let asked = bench.post("/chat/findMessages/loja", json!({"where": {"key": {}}})).await;
    assert_eq!(asked.0, 502);

    bench.simulator.trouble(Trouble { hanging: 1.0, hang: Duration::from_millis(300), ..Trouble::default() });
    let url = format!("{}/message/sendText/loja", bench.simulator.url());
    let body = json!({"number": "5511988887777", "text": "tarde"});
    let hangs = (0..30).map(|_| {
        let request = bench.http.post(&url).header("apikey", KEY).timeout(Duration::from_millis(50)).json(&body);
        async { assert!(request.send().await.unwrap_err().is_timeout()) }
    });
    for hang in hangs {
        hang.await;
    }
    // Some are taken at once, some in the end although their caller has gone, some never.
    let late = bench.simulator.tally().hanging;
    let taken = || bench.simulator.sent("loja").iter().filter(|sent| sent["text"] == "tarde").count();
    let at_once = taken();
    until(|| async { if bench.simulator.tally().hanging == 0 { Ok(()) } else { Err(json!("hanging")) } }).await;
    assert!(late > 0 && taken() > at_once && taken() < 30, "{late} {at_once} {}", taken());

    bench.simulator.trouble(Trouble { doubled: 1.0, ..Trouble::default() });
    bench.post("/_sim/loja/in", json!({"from": "5511988887777", "text": "oi", "id": "A"})).await;
    bench.nth("messages.upsert", 2).await;
    until(|| async { if bench.simulator.taken().len() == 2 { Ok(()) } else { Err(json!("not noted")) } }).await;
    assert!(bench.simulator.taken().iter().all(|taken| taken.id == "A" && taken.began <= taken.ended));
}

#[tokio::test]
async fn a_failing_edit_holds_later_messages_back() {
    let bench = bench().await;
    bench.open().await;
    until(|| async { if bench.got("connection.update").len() == 3 { Ok(()) } else { Err(json!("opening")) } }).await;
    *bench.ours.first.lock().unwrap() = vec![500];
    bench
        .post("/_sim/loja/emit", json!({"event": "messages.edited", "data": {"key": {"id": "A"}, "type": "REVOKE"}}))
        .await;
    bench.nth("messages.edited", 1).await;
    bench.post("/_sim/loja/in", json!({"from": "5511988887777", "text": "depois"})).await;
    bench.nth("messages.upsert", 1).await;
    assert_eq!(bench.got("messages.edited").len(), 2);
}
