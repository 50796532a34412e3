//! Questions without an answer: found, put together, taught, dismissed.

use serde_json::{Value, json};

use crate::support::{TestApp, eventually};

const ANA: &str = "5511911110000";
const BIA: &str = "5511922220000";

async fn ask(app: &TestApp, instance: &str, from: &str, text: &str, replies: usize) -> String {
    app.sim(instance, "in", json!({ "from": from, "name": "Ana", "text": text })).await;
    app.sent_to(instance, from, replies).await.pop().unwrap()
}

async fn list(app: &TestApp, estado: &str) -> Value {
    app.a.user.get(&format!("/api/v1/perguntas?estado={estado}")).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_answered_is_taught_and_then_answered() {
    let (app, instance) = TestApp::ready().await;
    assert_eq!(list(&app, "ABERTA").await["itens"], json!([]));
    // Answered, greeted, a person asked for: nothing of it is missing knowledge.
    ask(&app, &instance, BIA, "Vocês abrem no domingo?", 1).await;
    ask(&app, &instance, BIA, "quero falar com um atendente", 2).await;
    ask(&app, &instance, ANA, "Vocês têm estacionamento?", 1).await;
    let ana = app.conversa(&app.a, ANA, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
    let back = |c: &Value| format!("/api/v1/conversas/{}/devolver", c["id"].as_str().unwrap());
    app.a.user.post(&back(&ana), json!({})).await.ok();
    ask(&app, &instance, ANA, "tem estacionamento pra clientes", 2).await;
    let open = list(&app, "ABERTA").await;
    let group = &open["itens"][0];
    assert_eq!((open["itens"].as_array().unwrap().len(), &group["vezes"]), (1, &json!(2)), "{open}");
    assert_eq!(group["pergunta"], "tem estacionamento pra clientes");
    assert_eq!(group["variantes"], json!(["Vocês têm estacionamento?"]));
    assert_eq!(
        (&group["conversa_id"], &group["contato"], &group["ja_sabe"]),
        (&ana["id"], &json!("Ana"), &json!(false))
    );
    let path = |what: &str| format!("/api/v1/perguntas/{}/{what}", group["id"].as_str().unwrap());

    // Nobody else's; and a refusal changes nothing.
    assert_eq!(app.b.user.get("/api/v1/perguntas").await.ok()["itens"], json!([]));
    let ensino = json!({ "pergunta": "Vocês têm estacionamento?", "resposta": "Sim, na rua ao lado, de graça." });
    app.b.user.post(&path("ensinar"), ensino.clone()).await.refused(404, "not_found");
    assert!(app.b.user.get("/api/v1/knowledge").await.ok()["updated_at"].is_null());
    app.b.user.post(&path("dispensar"), json!({})).await.refused(404, "not_found");
    app.a
        .user
        .post(&path("ensinar"), json!({ "pergunta": "x", "resposta": "" }))
        .await
        .refused(422, "validation_failed");
    assert_eq!(list(&app, "ABERTA").await["contagens"]["abertas"], 1);

    // Dismissed, so is the next one like it; and taken back.
    assert_eq!(app.a.user.post(&path("dispensar"), json!({})).await.status.as_u16(), 204);
    let counts = list(&app, "DISPENSADA").await;
    assert_eq!(
        (&counts["contagens"], counts["itens"].as_array().unwrap().len()),
        (&json!({ "abertas": 0, "ensinadas": 0, "dispensadas": 1 }), 1)
    );
    app.a.user.post(&path("reabrir"), json!({})).await.ok();

    let saved = app.a.user.post(&path("ensinar"), ensino).await.ok();
    assert!(
        saved["conteudo_texto"].as_str().unwrap().contains("Vocês têm estacionamento?\nSim, na rua ao lado, de graça.")
    );
    assert_eq!(list(&app, "ENSINADA").await["contagens"], json!({ "abertas": 0, "ensinadas": 1, "dispensadas": 0 }));
    eventually("it is indexed", || async {
        (app.a.user.get("/api/v1/knowledge").await.ok()["indexacao"] == "PRONTO").then_some(())
    })
    .await;
    app.a.user.post(&back(&ana), json!({})).await.ok();
    let reply = ask(&app, &instance, ANA, "vcs tem estacionamento?", 3).await;
    assert!(reply.contains("na rua ao lado"), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_was_marked_is_listed_and_old_ones_are_not() {
    let (app, instance) = TestApp::ready().await;
    ask(&app, &instance, ANA, "Vocês abrem no domingo?", 1).await;
    let c = app.conversa(&app.a, ANA, |c| c["previa_tipo"] == "IA").await;
    let thread = app.a.user.get(&format!("/api/v1/conversas/{}", c["id"].as_str().unwrap())).await.ok();
    let line =
        |tipo: &str| thread["mensagens"].as_array().unwrap().iter().find(|m| m["tipo"] == tipo).unwrap()["id"].clone();
    let mark = |id: &Value, marcada: bool| {
        let path = format!("/api/v1/perguntas/{}/marcar", id.as_str().unwrap());
        let user = app.a.user.clone();
        async move { user.post(&path, json!({ "marcada": marcada })).await }
    };
    mark(&line("CONTATO"), true).await.refused(404, "not_found");
    mark(&line("IA"), true).await.ok();
    let open = list(&app, "ABERTA").await;
    assert_eq!(
        (&open["itens"][0]["pergunta"], &open["itens"][0]["ja_sabe"]),
        (&json!("Vocês abrem no domingo?"), &json!(true))
    );
    mark(&line("IA"), false).await.ok();
    assert_eq!(list(&app, "ABERTA").await["itens"], json!([]));
    mark(&line("IA"), true).await.ok();
    app.clock.advance(chrono::TimeDelta::days(31));
    let user = app.login("a@teste.com.br").await;
    assert_eq!(user.get("/api/v1/perguntas").await.ok()["itens"], json!([]));
}
