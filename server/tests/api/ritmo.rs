//! The pace of answers and the care of the number: windows, drafts, parts, daily caps, pauses.

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use secrecy::SecretString;
use serde_json::{Value, json};
use server::config::ModelConfig;
use simulators::openai::{self, Step};

use crate::support::{Options, PIZZARIA, TestApp, eventually};

const ANA: &str = "5511911110000";
const BIA: &str = "5511922220000";
const CAIO: &str = "5511933330000";

async fn with_model() -> (TestApp, openai::Simulator, String) {
    let model = openai::Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
    let chat = ModelConfig { base_url: model.url(), api_key: SecretString::from("k"), model: "teste".into() };
    let app = TestApp::with(Options { chat: Some(chat), ..Options::default() }).await;
    app.teach(&app.a, PIZZARIA).await;
    let instance = app.connect(&app.a).await;
    (app, model, instance)
}

async fn write(app: &TestApp, instance: &str, from: &str, text: &str) {
    app.sim(instance, "in", json!({ "from": from, "name": "Ana", "text": text })).await;
}

/// Writes and waits until the line is stored.
async fn write_stored(app: &TestApp, instance: &str, from: &str, text: &str) {
    let before = app.count("historico_mensagens WHERE tipo = 'CONTATO'").await;
    write(app, instance, from, text).await;
    until(app, &format!("(SELECT FROM historico_mensagens WHERE tipo = 'CONTATO' OFFSET {before}) x")).await;
}

/// Waits until the query finds something.
async fn until(app: &TestApp, sql: &str) {
    eventually(sql, || async { (app.count(sql).await > 0).then_some(()) }).await;
}

async fn sql(app: &TestApp, text: &str) {
    app.db.connection().await.batch_execute(text).await.unwrap();
}

async fn thread(app: &TestApp, numero: &str) -> Vec<(String, String)> {
    let c = app.conversa(&app.a, numero, |_| true).await;
    let thread = app.a.user.get(&format!("/api/v1/conversas/{}", c["id"].as_str().unwrap())).await.ok();
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    thread["mensagens"].as_array().unwrap().iter().map(|m| (text(&m["tipo"]), text(&m["conteudo"]))).collect()
}

async fn uso(app: &TestApp) -> Value {
    app.a.user.get("/api/v1/whatsapp/status").await.ok()["uso"].clone()
}

/// Asks what the knowledge answers, and gives the reply.
async fn answered(app: &TestApp, instance: &str, from: &str, n: usize) -> String {
    write(app, instance, from, "Vocês aceitam Pix?").await;
    app.sent_to(instance, from, n).await.pop().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn fragments_and_then_the_question_are_one_answer() {
    let (app, instance) = TestApp::ready().await;
    // The clock makes the pauses: longer than a complete message waits, shorter than these do.
    write_stored(&app, &instance, ANA, "oi").await;
    app.clock.advance(TimeDelta::milliseconds(1_600));
    write_stored(&app, &instance, ANA, "queria saber").await;
    app.clock.advance(TimeDelta::milliseconds(3_500));
    write_stored(&app, &instance, ANA, "vocês abrem domingo?").await;
    let replies = app.sent_to(&instance, ANA, 1).await;
    assert!(replies[0].contains("domingo"), "{replies:?}");
    let who: Vec<String> = thread(&app, ANA).await.into_iter().map(|(tipo, _)| tipo).collect();
    assert_eq!(who, ["CONTATO", "CONTATO", "CONTATO", "IA"]);
    assert_eq!(app.count("jobs WHERE kind IN ('turno', 'envio')").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_postpones_the_turn_and_its_end_brings_it_back() {
    let (app, instance) = TestApp::ready().await;
    sql(&app, "UPDATE configuracoes_bot SET janela_min_ms = 4000, janela_max_ms = 15000").await;
    const DEA: &str = "5511988887777";
    write_stored(&app, &instance, DEA, "Vocês aceitam Pix?").await;
    let due = |what: &str| format!("jobs WHERE kind = 'turno' AND run_at - created_at {what}");
    until(&app, &due("<= interval '4 s'")).await;
    // Without the ninth digit it is the same person; somebody else is not.
    app.sim(&instance, "presence", json!({ "from": BIA, "presence": "composing" })).await;
    app.sim(&instance, "presence", json!({ "from": "551188887777", "presence": "composing" })).await;
    until(&app, &due("> interval '14 s'")).await;
    app.clock.advance(TimeDelta::milliseconds(4_500));
    app.sim(&instance, "presence", json!({ "from": DEA, "presence": "paused" })).await;
    until(&app, &due("< interval '14 s'")).await;
    app.sent_to(&instance, DEA, 1).await;
    assert_eq!(app.count("eventos_recebidos WHERE evento = 'presence.update'").await, 0, "presence is not stored");
    // And ours was shown while we thought.
    let shown = app.sim(&instance, "presences", json!({})).await;
    assert_eq!((&shown[0]["to"], &shown[0]["presence"]), (&json!(DEA), &json!("composing")), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bounds_of_the_window_are_bounded() {
    let app = TestApp::start().await;
    let mut conn = app.db.connection().await;
    for bad in ["janela_min_ms = 499", "janela_max_ms = 15001", "janela_min_ms = 6001", "janela_max_ms = 1499"] {
        let refused = conn.batch_execute(&format!("UPDATE configuracoes_bot SET {bad}")).await;
        assert!(refused.unwrap_err().to_string().contains("configuracoes_bot_janela_check"), "{bad}");
    }
    conn.batch_execute("UPDATE configuracoes_bot SET janela_min_ms = 500, janela_max_ms = 500").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_comes_while_the_model_thinks_makes_one_answer_to_both() {
    let (app, model, instance) = with_model().await;
    let says = |reply: &str| Step::Answer(json!({ "answered": true, "sources": [1], "reply": reply }).to_string());
    model.script(vec![Step::Timeout(4_000), says("Aceitamos Pix e entregamos.")]);
    write_stored(&app, &instance, ANA, "Vocês aceitam Pix?").await;
    eventually("the model is asked", || async { (!model.requests().is_empty()).then_some(()) }).await;
    write_stored(&app, &instance, ANA, "E vocês entregam no centro?").await;
    assert_eq!(app.sent_to(&instance, ANA, 1).await, ["Aceitamos Pix e entregamos."]);
    let asked = model.requests().last().unwrap()["body"]["messages"].as_array().unwrap().last().unwrap().to_string();
    assert!(asked.contains("Pix") && asked.contains("centro"), "{asked}");
    until(&app, "clientes WHERE NOT EXISTS (SELECT FROM jobs WHERE kind IN ('turno', 'envio'))").await;
    assert_eq!(app.sent_to(&instance, ANA, 1).await.len(), 1);
    assert_eq!(app.count("historico_mensagens WHERE tipo = 'IA'").await, 1);
}

/// The next send finds Evolution without a session, so that the message waits half a minute.
async fn hold_sends(app: &TestApp, instance: &str) {
    let fault = json!({ "path": "message/sendText", "status": 400, "message": "Error: Connection Closed", "times": 1 });
    app.sim(instance, "fault", fault).await;
}

/// A message that waits for its retry.
const HELD: &str = "outbox WHERE status = 'PENDENTE' AND erro IS NOT NULL";

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_waits_is_withdrawn_by_a_newer_message() {
    let (app, instance) = TestApp::ready().await;
    hold_sends(&app, &instance).await;
    write(&app, &instance, ANA, "Vocês aceitam Pix?").await;
    until(&app, HELD).await;
    assert_eq!(uso(&app).await["enviadas_hoje"], 1);
    write_stored(&app, &instance, ANA, "E qual a taxa de entrega no centro?").await;
    let replies = app.sent_to(&instance, ANA, 1).await;
    assert!(replies[0].contains("7,00"), "{replies:?}");
    let lines = thread(&app, ANA).await;
    let who: Vec<&str> = lines.iter().map(|(tipo, _)| tipo.as_str()).collect();
    assert_eq!(who, ["CONTATO", "CONTATO", "IA"], "{lines:?}");
    assert_eq!(app.sent_to(&instance, ANA, 1).await.len(), 1);
    assert_eq!((app.count("outbox").await, uso(&app).await["enviadas_hoje"].clone()), (1, json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_off_is_not_withdrawn_and_who_takes_over_withdraws_a_draft() {
    let (app, instance) = TestApp::ready().await;
    hold_sends(&app, &instance).await;
    write(&app, &instance, ANA, "Quem ganhou a copa de 1958?").await;
    until(&app, HELD).await;
    let c = app.conversa(&app.a, ANA, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
    // Given back, so that the assistant answers again; the hand-off stays all the same.
    app.a.user.post(&format!("/api/v1/conversas/{}/devolver", c["id"].as_str().unwrap()), json!({})).await.ok();
    write_stored(&app, &instance, ANA, "Vocês aceitam Pix?").await;
    until(&app, "outbox WHERE responde_ate IS NOT NULL").await;
    assert_eq!(app.count("historico_mensagens WHERE tipo = 'IA' AND motivo IS NOT NULL").await, 1);
    app.clock.advance(TimeDelta::seconds(31));
    let both = app.sent_to(&instance, ANA, 2).await;
    assert!(both[0].contains("chamar uma pessoa") && both[1].contains("Pix"), "{both:?}");

    hold_sends(&app, &instance).await;
    write(&app, &instance, BIA, "Vocês aceitam Pix?").await;
    until(&app, HELD).await;
    let c = app.conversa(&app.a, BIA, |c| c["previa_tipo"] == "IA").await;
    app.a.user.post(&format!("/api/v1/conversas/{}/assumir", c["id"].as_str().unwrap()), json!({})).await.ok();
    let lines = thread(&app, BIA).await;
    assert_eq!(lines.iter().map(|(t, _)| t.as_str()).collect::<Vec<_>>(), ["CONTATO", "IA", "SISTEMA"], "{lines:?}");
    assert_eq!(app.count("outbox WHERE status = 'FALHOU' AND erro LIKE 'Não enviada%'").await, 1);
    assert_eq!(app.count(HELD).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_leaves_in_parts_in_order_each_once() {
    let (app, model, instance) = with_model().await;
    let partes: Vec<String> = ["Aceitamos Pix. ", "Aceitamos dinheiro. ", "Aceitamos cartão. "]
        .iter()
        .map(|s| s.repeat(22).trim().to_owned())
        .collect();
    let reply = json!({ "answered": true, "sources": [1], "reply": partes.join("\n\n") }).to_string();
    model.script(vec![Step::Answer(reply)]);
    // The first is taken and its answer lost: neither it nor the others may come twice.
    app.sim(&instance, "fault", json!({ "path": "message/sendText", "status": 500, "times": 1, "after": true })).await;
    write(&app, &instance, ANA, "Vocês aceitam Pix?").await;
    assert_eq!(app.sent_to(&instance, ANA, 3).await, partes);
    until(&app, "clientes WHERE NOT EXISTS (SELECT FROM jobs WHERE kind IN ('turno', 'envio'))").await;
    assert_eq!(app.sent_to(&instance, ANA, 3).await, partes);
    let lines = thread(&app, ANA).await;
    assert_eq!(lines.iter().skip(1).map(|(_, c)| c.clone()).collect::<Vec<_>>(), partes);
    assert_eq!(uso(&app).await["enviadas_hoje"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_written_to_first() {
    let (app, instance) = TestApp::ready().await;
    // The owner wrote on the phone: there is a conversation, and the contato has said nothing.
    app.sim(&instance, "in", json!({ "from": ANA, "fromMe": true, "text": "Oi Ana, temos promoção!" })).await;
    let c = app.conversa(&app.a, ANA, |_| true).await;
    let path = format!("/api/v1/conversas/{}/mensagens", c["id"].as_str().unwrap());
    app.a.user.post(&path, json!({ "conteudo": "Quer pizza?" })).await.refused(409, "contact_never_wrote");
    assert_eq!((app.count("outbox").await, app.count("historico_mensagens").await), (0, 1));
    write_stored(&app, &instance, ANA, "Quero sim!").await;
    app.a.user.post(&path, json!({ "conteudo": "Qual sabor?" })).await.ok();
    assert_eq!(app.sent_to(&instance, ANA, 1).await, ["Qual sabor?"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_daily_cap_a_person_is_called_and_an_older_number_may_more() {
    let (app, instance) = TestApp::ready().await;
    answered(&app, &instance, ANA, 1).await;
    let new = uso(&app).await;
    assert_eq!(
        new,
        json!({ "enviadas_hoje": 1, "limite_hoje": 250, "idade_dias": 0, "pausado_ate": null, "motivo_pausa": null })
    );
    sql(&app, "UPDATE uso_diario SET enviadas = 249").await;
    answered(&app, &instance, BIA, 1).await;
    write(&app, &instance, CAIO, "Vocês aceitam Pix?").await;
    let c = app.conversa(&app.a, CAIO, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
    let lines = thread(&app, CAIO).await;
    assert_eq!(lines[1].0, "SISTEMA");
    assert!(lines[1].1.contains("limite"), "{lines:?}");
    assert_eq!(uso(&app).await["enviadas_hoje"], 250);
    // People are not limited, and do not count.
    let path = format!("/api/v1/conversas/{}", c["id"].as_str().unwrap());
    app.a.user.post(&format!("{path}/mensagens"), json!({ "conteudo": "Aceitamos sim!" })).await.ok();
    assert_eq!(app.sent_to(&instance, CAIO, 1).await, ["Aceitamos sim!"]);
    assert_eq!(uso(&app).await["enviadas_hoje"], 250);
    // The number grows older: more may leave. It stays as old as it is over a reconnect; another number begins anew.
    sql(&app, "UPDATE numeros_whatsapp SET conectado_em = conectado_em - interval '8 days'").await;
    answered(&app, &instance, ANA, 2).await;
    app.a.user.call(reqwest::Method::DELETE, "/api/v1/whatsapp/instance", None).await.ok();
    app.connect(&app.a).await;
    let age = |dias: i64, limite: i64| {
        let app = &app;
        eventually("the age of the number", move || async move {
            let u = uso(app).await;
            (u["idade_dias"] == dias && u["limite_hoje"] == limite).then_some(())
        })
    };
    age(8, 1_000).await;
    app.a.user.call(reqwest::Method::DELETE, "/api/v1/whatsapp/instance", None).await.ok();
    let other = app.a.user.post("/api/v1/whatsapp/instance", json!({})).await.ok();
    app.sim(other["instance_id"].as_str().unwrap(), "scan", json!({ "phone": "5511900000002", "name": "Loja" })).await;
    age(0, 250).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_refusals_pause_the_number_until_somebody_resumes_or_the_time_is_over() {
    let (app, instance) = TestApp::ready().await;
    let refuse = || json!({ "path": "message/sendText", "status": 400, "message": "not-acceptable", "times": 5 });
    let numero = |i: usize| format!("551194444{i:04}");
    let refusals = async |from: usize| {
        app.sim(&instance, "fault", refuse()).await;
        for i in from..from + 5 {
            assert!(uso(&app).await["pausado_ate"].is_null(), "too early, before {i}");
            write(&app, &instance, &numero(i), "Vocês aceitam Pix?").await;
            app.conversa(&app.a, &numero(i), |c| c["estado"] == "AGUARDANDO_HUMANO").await;
        }
        let paused = uso(&app).await;
        assert!(
            paused["pausado_ate"].is_string() && paused["motivo_pausa"].as_str().unwrap().contains("recusou"),
            "{paused}"
        );
    };
    refusals(0).await;
    // While it rests a person is called, without a word to the contato.
    write(&app, &instance, ANA, "Vocês aceitam Pix?").await;
    app.conversa(&app.a, ANA, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
    assert!(thread(&app, ANA).await[1].1.contains("pausadas"));
    assert!(app.sent(&instance).await.is_empty());
    // Another cliente's number is nothing of this.
    app.b.user.post("/api/v1/whatsapp/retomar", json!({})).await.refused(404, "not_found");
    assert!(uso(&app).await["pausado_ate"].is_string());
    let resumed = app.a.user.post("/api/v1/whatsapp/retomar", json!({})).await.ok();
    assert!(resumed["uso"]["pausado_ate"].is_null() && resumed["uso"]["motivo_pausa"].is_null(), "{resumed}");
    answered(&app, &instance, BIA, 1).await;
    // The signs were forgotten: five more are needed. This pause ends by itself.
    refusals(10).await;
    app.clock.advance(TimeDelta::minutes(121));
    assert!(uso(&app).await["pausado_ate"].is_null());
    // The phone's clock has moved as well, or the message would be too old to be answered.
    let now = app.clock.now().timestamp();
    app.sim(&instance, "in", json!({ "from": CAIO, "text": "Vocês aceitam Pix?", "timestamp": now })).await;
    app.sent_to(&instance, CAIO, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn error_receipts_and_a_ban_pause_the_number() {
    let (app, instance) = TestApp::ready().await;
    for i in 0..5 {
        let numero = format!("551194444{i:04}");
        answered(&app, &instance, &numero, 1).await;
    }
    // Ticks of reading win over a refusal; so these were refused before they were delivered.
    let receipts = "eventos_recebidos WHERE evento = 'messages.update' AND processado_em IS NOT NULL";
    until(&app, &format!("(SELECT FROM {receipts} OFFSET 9) x")).await;
    sql(&app, "UPDATE historico_mensagens SET status_envio = 'ENVIADA' WHERE tipo = 'IA'").await;
    let log = app.sim(&instance, "log", json!({})).await;
    for message in log.as_array().unwrap() {
        assert!(uso(&app).await["pausado_ate"].is_null());
        let failed = app.count("historico_mensagens WHERE status_envio = 'FALHOU'").await;
        app.sim(&instance, "receipt", json!({ "id": message["id"], "status": "ERROR" })).await;
        eventually("the refusal is known", || async {
            (app.count("historico_mensagens WHERE status_envio = 'FALHOU'").await > failed).then_some(())
        })
        .await;
    }
    assert!(uso(&app).await["pausado_ate"].is_string());
    app.a.user.post("/api/v1/whatsapp/retomar", json!({})).await.ok();
    app.sim(&instance, "drop", json!({ "statusCode": 403 })).await;
    eventually("the ban pauses the number", || async {
        uso(&app).await["motivo_pausa"].as_str()?.contains("bloqueou").then_some(())
    })
    .await;
}

/// The plan wants a mean below 3 s from the last message to the answer.
#[tokio::test(flavor = "multi_thread")]
async fn the_mean_time_to_an_answer_is_below_three_seconds() {
    let (app, instance) = TestApp::ready().await;
    let texts = [
        "Vocês abrem no domingo?",
        "aceita pix",
        "qual a taxa de entrega no centro?",
        "oi",
        "Bom dia! Aceitam cartão?",
        "qual o horário de vocês",
        "entregam em quanto tempo?",
        "obrigada",
        "vcs fecham que dia",
        "Aceitam dinheiro?",
    ];
    let mut waits = Vec::new();
    for (i, text) in texts.iter().chain(texts.iter()).enumerate() {
        let numero = format!("551195555{i:04}");
        let written = app.clock.now();
        write(&app, &instance, &numero, text).await;
        app.sent_to(&instance, &numero, 1).await;
        let log = app.sim(&instance, "log", json!({})).await;
        let sent = log.as_array().unwrap().iter().find(|m| m["to"] == numero.as_str()).unwrap()["at"].clone();
        let sent: chrono::DateTime<chrono::Utc> = sent.as_str().unwrap().parse().unwrap();
        waits.push((sent - written).num_milliseconds());
    }
    let mean = waits.iter().sum::<i64>() / i64::try_from(waits.len()).unwrap();
    println!("mean {mean} ms over {} messages: {waits:?}", waits.len());
    assert!(mean < 3_000, "mean {mean} ms: {waits:?}");
}
