//! The webhook's path: who may call it, what it refuses, and one message however often it comes.

use serde_json::{Value, json};

use crate::support::{Answer, EVOLUTION_KEY, TestApp, answer, eventually};

/// What Evolution was told: the webhook's address and its secret header.
async fn webhook(app: &TestApp, instance: &str) -> (String, String) {
    let request =
        app.http.get(format!("{}/webhook/find/{instance}", app.evolution.url())).header("apikey", EVOLUTION_KEY);
    let row = answer(request).await.ok();
    let text = |v: &Value| v.as_str().expect("text").to_owned();
    (text(&row["url"]), text(&row["headers"]["x-proseia-segredo"]))
}

fn delivery(instance: &str, jid: &str, id: &str, text: &str, now: i64) -> Value {
    json!({ "event": "messages.upsert", "instance": instance, "data": {
        "key": { "remoteJid": jid, "fromMe": false, "id": id }, "pushName": "Ana",
        "message": { "conversation": text }, "messageType": "conversation", "messageTimestamp": now, "source": "android" } })
}

async fn post(app: &TestApp, url: &str, secret: &str, body: Vec<u8>) -> Answer {
    answer(app.http.post(url).header("x-proseia-segredo", secret).header("content-type", "application/json").body(body))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_and_nonsense_are_refused() {
    let app = TestApp::start().await;
    let instance = app.connect(&app.a).await;
    let (url, secret) = webhook(&app, &instance).await;
    let before = app.count("eventos_recebidos").await;
    let good = delivery(&instance, "5511911110000@s.whatsapp.net", "A1", "oi", app.clock.now().timestamp())
        .to_string()
        .into_bytes();
    post(&app, &url, "errado", good.clone()).await.refused(401, "unauthenticated");
    post(&app, &url, "", good.clone()).await.refused(401, "unauthenticated");
    let unknown = format!("{}/webhook/whatsapp/{}", app.base, "0".repeat(48));
    post(&app, &unknown, &secret, good.clone()).await.refused(404, "not_found");
    // The body names an instance that is not this path's.
    let other = delivery("p-outra", "5511911110000@s.whatsapp.net", "A1", "oi", 0).to_string().into_bytes();
    post(&app, &url, &secret, other).await.refused(404, "not_found");
    for bad in [
        &b"{"[..],
        b"",
        b"[]",
        b"null",
        b"{\"event\":1}",
        b"\xff\xfe",
        b"{\"event\":\"messages.upsert\",\"instance\":\"x\"}",
    ] {
        let status = post(&app, &url, &secret, bad.to_vec()).await.status.as_u16();
        assert!(status == 400 || status == 404, "{status} for {bad:?}");
    }
    assert_eq!(app.count("eventos_recebidos").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_delivery_five_times_is_one_message() {
    let app = TestApp::start().await;
    let instance = app.connect(&app.a).await;
    let (url, secret) = webhook(&app, &instance).await;
    let body = delivery(&instance, "5511911110000@s.whatsapp.net", "A1", "oi", app.clock.now().timestamp())
        .to_string()
        .into_bytes();
    let calls = (0..5).map(|_| post(&app, &url, &secret, body.clone()));
    for answer in futures::future::join_all(calls).await {
        answer.ok();
    }
    app.sent_to(&instance, "5511911110000", 1).await;
    assert_eq!(app.count("eventos_recebidos WHERE evento = 'messages.upsert'").await, 1);
    assert_eq!(app.count("historico_mensagens WHERE tipo = 'CONTATO'").await, 1);
    assert_eq!(app.count("historico_mensagens WHERE tipo = 'IA'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn long_odd_and_emoji_texts_arrive_as_they_are() {
    let app = TestApp::start().await;
    let instance = app.connect(&app.a).await;
    let (url, secret) = webhook(&app, &instance).await;
    let now = app.clock.now().timestamp();
    let megabyte = "palavra ".repeat(131_072);
    for (i, (text, stored)) in
        [("😀👨‍👩‍👧 é".to_owned(), "😀👨‍👩‍👧 é".to_owned()), ("a\0b".to_owned(), "ab".to_owned()), (megabyte.clone(), megabyte)]
            .into_iter()
            .enumerate()
    {
        let jid = format!("55119111100{i:02}@s.whatsapp.net");
        let body = delivery(&instance, &jid, "A1", &text, now).to_string().into_bytes();
        post(&app, &url, &secret, body).await.ok();
        let c = app.conversa(&app.a, &format!("55119111100{i:02}"), |_| true).await;
        let thread = app.a.user.get(&format!("/api/v1/conversas/{}", c["id"].as_str().unwrap())).await.ok();
        assert!(thread["mensagens"][0]["conteudo"] == stored, "text {i}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emoji_cut_in_half_does_not_lose_the_message() {
    let app = TestApp::start().await;
    let instance = app.connect(&app.a).await;
    let (url, secret) = webhook(&app, &instance).await;
    let body = delivery(&instance, "5511911110000@s.whatsapp.net", "A1", "METADE aqui", app.clock.now().timestamp());
    let body = body.to_string().replace("METADE", "\\ud83d").into_bytes();
    post(&app, &url, &secret, body).await.ok();
    let c = app.conversa(&app.a, "5511911110000", |_| true).await;
    assert!(c["previa"].as_str().unwrap().contains("aqui"), "{c}");
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_trouble_is_503_so_that_evolution_tries_again() {
    use diesel_async::SimpleAsyncConnection;
    let app = TestApp::start().await;
    let instance = app.connect(&app.a).await;
    let (url, secret) = webhook(&app, &instance).await;
    let mut conn = app.db.connection().await;
    conn.batch_execute("ALTER TABLE eventos_recebidos RENAME TO fora").await.unwrap();
    let body = delivery(&instance, "5511911110000@s.whatsapp.net", "A1", "oi", app.clock.now().timestamp())
        .to_string()
        .into_bytes();
    post(&app, &url, &secret, body.clone()).await.refused(503, "unavailable");
    conn.batch_execute("ALTER TABLE fora RENAME TO eventos_recebidos").await.unwrap();
    post(&app, &url, &secret, body).await.ok();
    app.sent_to(&instance, "5511911110000", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connection_follows_what_evolution_reports() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    let nothing = user.get("/api/v1/whatsapp/status").await.ok();
    assert_eq!((nothing["status"].as_str(), nothing["instance_id"].is_null()), (Some("DESCONECTADO"), true));
    let started = user.post("/api/v1/whatsapp/instance", json!({})).await.ok();
    let name = started["instance_id"].as_str().unwrap();
    let qr = eventually("a QR code is shown", || async {
        let qr = user.get("/api/v1/whatsapp/qrcode").await.ok();
        qr["qr_code_data"].as_str().map(str::to_owned)
    })
    .await;
    assert!(qr.starts_with("data:image/png;base64,"));
    // Asking again goes on with the same instance.
    assert_eq!(user.post("/api/v1/whatsapp/instance", json!({})).await.ok()["instance_id"], name);
    app.sim(name, "scan", json!({ "phone": "5511900000001", "name": "Loja" })).await;
    let status = |wanted: &'static str| {
        eventually("the status", move || async move {
            let now = user.get("/api/v1/whatsapp/status").await.ok();
            (now["status"] == wanted).then_some(now)
        })
    };
    status("CONECTADO").await;
    // Evolution's state may be known before its event tells the number.
    eventually("the number is known", || async {
        let now = user.get("/api/v1/whatsapp/status").await.ok();
        (now["numero"] == "5511900000001" && now["nome_perfil"] == "Loja").then_some(())
    })
    .await;
    assert!(user.get("/api/v1/whatsapp/qrcode").await.ok()["qr_code_data"].is_null());
    // A drop that recovers, then one that does not.
    app.sim(name, "drop", json!({ "statusCode": 408 })).await;
    status("CONECTADO").await;
    app.sim(name, "drop", json!({ "statusCode": 401 })).await;
    eventually("the owner is told why", || async {
        let now = user.get("/api/v1/whatsapp/status").await.ok();
        (now["status"] == "DESCONECTADO" && now["motivo"].as_str()?.contains("celular")).then_some(())
    })
    .await;
    // Connecting again makes a new instance and removes the old one.
    let again = app.connect(&app.a).await;
    assert_ne!(again, name);
    eventually("the old instance is deleted", || async {
        let request = app
            .http
            .get(format!("{}/instance/connectionState/{name}", app.evolution.url()))
            .header("apikey", EVOLUTION_KEY);
        (answer(request).await.status.as_u16() == 404).then_some(())
    })
    .await;
    user.call(reqwest::Method::DELETE, "/api/v1/whatsapp/instance", None).await.ok();
    status("DESCONECTADO").await;
}
