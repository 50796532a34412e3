//! The main job, from a message to its answer, and everything a person does in between.

use contracts::StatusCliente;
use serde_json::{Value, json};

use crate::support::{TestApp, eventually};

const ANA: &str = "5511911110000";
const BIA: &str = "5511922220000";

async fn write(app: &TestApp, instance: &str, from: &str, text: &str) {
    app.sim(instance, "in", json!({ "from": from, "name": "Ana", "text": text })).await;
}

async fn thread(app: &TestApp, id: &Value) -> Vec<(String, String)> {
    let thread = app.a.user.get(&format!("/api/v1/conversas/{}", id.as_str().unwrap())).await.ok();
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    thread["mensagens"].as_array().unwrap().iter().map(|m| (text(&m["tipo"]), text(&m["conteudo"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn answered_then_handed_over_then_a_person_then_given_back() {
    let (app, instance) = TestApp::ready().await;
    write(&app, &instance, ANA, "Vocês abrem no domingo?").await;
    let first = app.sent_to(&instance, ANA, 1).await;
    assert!(first[0].contains("domingo"), "{first:?}");

    write(&app, &instance, ANA, "Quem ganhou a copa de 1958?").await;
    let second = app.sent_to(&instance, ANA, 2).await;
    assert!(second[1].contains("chamar uma pessoa"), "{second:?}");
    let waiting = app.conversa(&app.a, ANA, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
    assert!(waiting["aguardando_desde"].is_string());

    // Silence: the next message is stored and nothing else. Another contact's answer proves that the worker went on.
    write(&app, &instance, ANA, "Vocês aceitam Pix?").await;
    app.conversa(&app.a, ANA, |c| c["nao_lidas"] == 3).await;
    write(&app, &instance, BIA, "Vocês aceitam Pix?").await;
    app.sent_to(&instance, BIA, 1).await;
    assert_eq!(app.sent_to(&instance, ANA, 2).await.len(), 2);

    let id = waiting["id"].clone();
    let path = format!("/api/v1/conversas/{}", id.as_str().unwrap());
    let reply =
        json!({ "id": "0196f0aa-0000-7000-8000-000000000001", "conteudo": "Foi o Brasil! 😄 Aceitamos Pix sim." });
    // The same id twice, at once: one message.
    let send = format!("{path}/mensagens");
    let (x, y) = tokio::join!(app.a.user.post(&send, reply.clone()), app.a.user.post(&send, reply));
    assert_eq!((x.ok()["id"].clone(), x.ok()["tipo"].clone()), (y.ok()["id"].clone(), json!("HUMANO")));
    let third = app.sent_to(&instance, ANA, 3).await;
    assert_eq!(third[2], "Foi o Brasil! 😄 Aceitamos Pix sim.");
    app.conversa(&app.a, ANA, |c| c["estado"] == "HUMANO_RESPONDEU" && c["aguardando_desde"].is_null()).await;

    // The assistant stays silent, until it is given back.
    write(&app, &instance, ANA, "Qual a taxa de entrega?").await;
    app.conversa(&app.a, ANA, |c| c["previa"] == "Qual a taxa de entrega?").await;
    assert_eq!(app.a.user.post(&format!("{path}/devolver"), json!({})).await.ok()["estado"], "IA_ATIVA");
    write(&app, &instance, ANA, "Aceita cartão?").await;
    let fourth = app.sent_to(&instance, ANA, 4).await;
    assert!(fourth[3].contains("cartão"), "{fourth:?}");
    assert_eq!(fourth.len(), 4);

    // The thread holds all of it, in order, with the ticks and the reasons.
    let lines = thread(&app, &id).await;
    let who: Vec<&str> = lines.iter().map(|(t, _)| t.as_str()).collect();
    assert_eq!(who, ["CONTATO", "IA", "CONTATO", "IA", "CONTATO", "HUMANO", "CONTATO", "SISTEMA", "CONTATO", "IA"]);
    eventually("the ticks arrive", || async {
        let t = app.a.user.get(&path).await.ok();
        let lines = t["mensagens"].as_array()?;
        let read = lines
            .iter()
            .filter(|m| m["tipo"] != "CONTATO" && m["tipo"] != "SISTEMA")
            .all(|m| m["status_envio"] == "LIDA");
        let why = lines[3]["motivo"].is_string()
            && lines[1]["fontes"][0]["texto"].is_string()
            && lines[1]["confianca"].as_f64() >= Some(0.5);
        (read && why).then_some(())
    })
    .await;
    app.a.user.post(&format!("{path}/lida"), json!({})).await.ok();
    app.conversa(&app.a, ANA, |c| c["nao_lidas"] == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_short_messages_become_one_turn() {
    let (app, instance) = TestApp::ready().await;
    for text in ["oi", "queria saber", "vocês abrem domingo?"] {
        write(&app, &instance, ANA, text).await;
    }
    let replies = app.sent_to(&instance, ANA, 1).await;
    assert!(replies[0].contains("domingo"), "{replies:?}");
    // A marker that is answered after it shows that nothing else was on its way.
    write(&app, &instance, BIA, "aceita pix?").await;
    app.sent_to(&instance, BIA, 1).await;
    assert_eq!(app.sent(&instance).await.iter().filter(|(to, _)| to == ANA).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_greeting_is_greeted_and_who_asks_for_a_person_gets_one() {
    let (app, instance) = TestApp::ready().await;
    write(&app, &instance, ANA, "Oi, boa noite!").await;
    assert_eq!(app.sent_to(&instance, ANA, 1).await[0], "Olá! Como posso ajudar?");
    write(&app, &instance, ANA, "quero falar com um atendente").await;
    assert!(app.sent_to(&instance, ANA, 2).await[1].contains("chamar uma pessoa"));
    app.conversa(&app.a, ANA, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_typed_on_the_phone_is_a_person_taking_over() {
    let (app, instance) = TestApp::ready().await;
    write(&app, &instance, ANA, "Vocês abrem domingo?").await;
    app.sent_to(&instance, ANA, 1).await;
    app.sim(&instance, "in", json!({ "from": ANA, "fromMe": true, "text": "Oi Ana, aqui é a Bella!" })).await;
    let c = app.conversa(&app.a, ANA, |c| c["estado"] == "HUMANO_RESPONDEU").await;
    assert_eq!(c["nome"], "Ana");
    write(&app, &instance, ANA, "Aceita pix?").await;
    write(&app, &instance, BIA, "Aceita pix?").await;
    app.sent_to(&instance, BIA, 1).await;
    assert_eq!(app.sent_to(&instance, ANA, 1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_by_phone_by_lid_and_without_the_ninth_digit_is_one_conversation() {
    let (app, instance) = TestApp::ready().await;
    write(&app, &instance, "5511988887777", "Vocês abrem domingo?").await;
    app.conversa(&app.a, "5511988887777", |_| true).await;
    app.sim(&instance, "in", json!({ "from": "551188887777", "name": "Ana", "text": "aceita pix?" })).await;
    app.sim(
        &instance,
        "in",
        json!({ "from": "5511988887777", "lid": true, "name": "Ana", "text": "qual a taxa de entrega?" }),
    )
    .await;
    let c = app.conversa(&app.a, "5511988887777", |c| c["nao_lidas"] == 3).await;
    assert_eq!(app.a.user.get("/api/v1/conversas").await.ok()["contagens"]["todas"], 1, "{c}");
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_broadcasts_channels_and_old_messages_start_nothing() {
    let (app, instance) = TestApp::ready().await;
    let now = app.clock.now().timestamp();
    for message in [
        json!({ "from": ANA, "text": "grupo", "group": "120363000000000000@g.us", "force": true }),
        json!({ "from": ANA, "text": "lista", "broadcast": true, "force": true }),
        json!({ "from": ANA, "text": "canal", "newsletter": true, "force": true }),
        json!({ "from": ANA, "text": "história", "timestamp": now - 90_000 }),
    ] {
        app.sim(&instance, "in", message).await;
    }
    eventually("all four are dealt with", || async {
        (app.count("eventos_recebidos WHERE resultado LIKE 'descartado:%'").await == 4).then_some(())
    })
    .await;
    for reason in ["group", "broadcast", "newsletter", "too_old"] {
        assert_eq!(
            app.count(&format!("eventos_recebidos WHERE resultado = 'descartado:{reason}'")).await,
            1,
            "{reason}"
        );
    }
    assert_eq!(app.count("conversas").await, 0);
    // What came while we were away for an hour is shown, but it is too late to answer it.
    app.sim(&instance, "in", json!({ "from": ANA, "text": "Vocês abrem domingo?", "timestamp": now - 3_600 })).await;
    app.conversa(&app.a, ANA, |c| c["nao_lidas"] == 1).await;
    assert_eq!(app.count("jobs WHERE kind = 'turno'").await, 0);
    assert!(app.sent(&instance).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_active_assinatura_messages_are_stored_and_not_answered() {
    let (app, instance) = TestApp::ready().await;
    let set = |status| {
        let app = &app;
        async move {
            let mut tx = app.db.db.tenant(app.a.id).await.unwrap();
            db::models::cliente::set_status(&mut tx, status, app.clock.now()).await.unwrap();
            tx.commit().await.unwrap();
        }
    };
    set(StatusCliente::Suspenso).await;
    write(&app, &instance, ANA, "Vocês abrem domingo?").await;
    app.conversa(&app.a, ANA, |c| c["nao_lidas"] == 1).await;
    assert_eq!(app.count("jobs WHERE kind = 'turno'").await, 0);
    set(StatusCliente::Ativo).await;
    write(&app, &instance, ANA, "Vocês abrem domingo?").await;
    assert_eq!(app.sent_to(&instance, ANA, 1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_words_goes_to_a_person() {
    let (app, instance) = TestApp::ready().await;
    app.sim(&instance, "media", json!({ "from": ANA, "kind": "audio", "base64": "T2dnUw==", "mimetype": "audio/ogg" }))
        .await;
    let c = app.conversa(&app.a, ANA, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
    assert_eq!(thread(&app, &c["id"]).await[0], ("CONTATO".into(), "[áudio]".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_cannot_send_nothing_too_much_or_without_a_connection() {
    let (app, instance) = TestApp::ready().await;
    write(&app, &instance, ANA, "oi").await;
    let c = app.conversa(&app.a, ANA, |_| true).await;
    let path = format!("/api/v1/conversas/{}/mensagens", c["id"].as_str().unwrap());
    for bad in ["", "  ", "a\0b", &"x".repeat(4_097)] {
        let refusal = app.a.user.post(&path, json!({ "conteudo": bad })).await.refused(422, "validation_failed");
        assert!(refusal["fields"]["conteudo"].is_string());
    }
    app.a.user.call(reqwest::Method::DELETE, "/api/v1/whatsapp/instance", None).await.ok();
    app.a.user.post(&path, json!({ "conteudo": "oi" })).await.refused(409, "whatsapp_not_connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_that_fails_is_tried_again_and_one_that_only_seemed_to_fail_is_not_doubled() {
    let (app, instance) = TestApp::ready().await;
    // Taken by Evolution, but the answer is lost: nobody must get it twice.
    app.sim(&instance, "fault", json!({ "path": "message/sendText", "status": 500, "times": 1, "after": true })).await;
    write(&app, &instance, ANA, "Vocês abrem domingo?").await;
    let c = app.conversa(&app.a, ANA, |c| c["previa_tipo"] == "IA").await;
    let path = format!("/api/v1/conversas/{}", c["id"].as_str().unwrap());
    let delivered = || async {
        let t = app.a.user.get(&path).await.ok();
        let m = t["mensagens"].as_array()?.last()?.clone();
        (m["tipo"] == "IA" && ["ENVIADA", "ENTREGUE", "LIDA"].iter().any(|s| m["status_envio"] == *s)).then_some(())
    };
    eventually("it is known to have been sent", delivered).await;
    assert_eq!(app.sent_to(&instance, ANA, 1).await.len(), 1);
    // Refused before it was taken: tried again.
    app.sim(&instance, "fault", json!({ "path": "message/sendText", "status": 500, "times": 1 })).await;
    write(&app, &instance, ANA, "Aceita pix?").await;
    app.sent_to(&instance, ANA, 2).await;
    eventually("it is known to have been sent", delivered).await;
    assert_eq!(app.sent_to(&instance, ANA, 2).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_threads_page() {
    let (app, instance) = TestApp::ready().await;
    for i in 0..35 {
        write(&app, &instance, &format!("55119333{i:05}"), "oi").await;
    }
    eventually("all are there", || async {
        (app.a.user.get("/api/v1/conversas").await.ok()["contagens"]["todas"] == 35).then_some(())
    })
    .await;
    let first = app.a.user.get("/api/v1/conversas").await.ok();
    let next = first["proximo"].as_str().unwrap();
    let second = app.a.user.get(&format!("/api/v1/conversas?cursor={next}")).await.ok();
    assert_eq!((first["itens"].as_array().unwrap().len(), second["itens"].as_array().unwrap().len()), (30, 5));
    assert!(second["proximo"].is_null());
    app.a.user.get("/api/v1/conversas?cursor=x").await.refused(422, "validation_failed");
    app.a.user.get("/api/v1/conversas?estado=NADA").await.refused(422, "validation_failed");
}
