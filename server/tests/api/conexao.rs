//! The truth about the connection: what the watch finds, what is fetched after an outage, and what the owner is told.

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use services::whatsapp::{Sinal, pulso};

use crate::support::{PIZZARIA, Tenant, TestApp, eventually};

const ANA: &str = "5511911110000";
const BIA: &str = "5511922220000";

/// The open avisos of this kind.
async fn aviso(tenant: &Tenant, tipo: &str) -> Option<Value> {
    let list = tenant.user.get("/api/v1/avisos").await.ok();
    list["itens"].as_array()?.iter().find(|a| a["tipo"] == tipo && a["resolvido_em"].is_null()).cloned()
}

async fn opened(tenant: &Tenant, tipo: &str) -> Value {
    eventually(tipo, || aviso(tenant, tipo)).await
}

/// The same after as many rounds as it takes: the traffic is looked at every ten minutes of the clock, counted from a look
/// that may have fallen anywhere while time passed.
async fn found(app: &TestApp, tipo: &str) {
    for _ in 0..11 {
        round(app).await;
        reconciled(app).await;
        if aviso(&app.a, tipo).await.is_some() {
            return;
        }
    }
    opened(&app.a, tipo).await;
}

async fn closed(tenant: &Tenant, tipo: &str) {
    eventually(&format!("{tipo} is over"), || async { aviso(tenant, tipo).await.is_none().then_some(()) }).await;
}

async fn status(app: &TestApp, wanted: &str) {
    let sql = format!("instancias_whatsapp WHERE cliente_id = '{}' AND status = '{wanted}'", app.a.id);
    eventually(wanted, || async { (app.count(&sql).await == 1).then_some(()) }).await;
}

/// How many mails have this in their subject.
async fn mails(app: &TestApp, what: &str) -> usize {
    let all = integrations::mail::list_dir(&app.mail_dir).await.unwrap();
    all.iter().filter(|m| m.subject.contains(what)).count()
}

async fn mailed(app: &TestApp, what: &str) {
    eventually("the owner is told by mail", || async { (mails(app, what).await == 1).then_some(()) }).await;
}

/// Time passes while everything is alive: a leap would look like our own absence.
async fn pass(app: &TestApp, minutes: i64) {
    for _ in 0..minutes {
        app.clock.advance(TimeDelta::minutes(1));
        for sinal in [Sinal::Http, Sinal::Trabalho, Sinal::Evolution] {
            pulso(&app.process.app, sinal).await.unwrap();
        }
    }
}

/// The watch has gone round since now: every connection was looked at.
async fn round(app: &TestApp) {
    app.clock.advance(TimeDelta::seconds(61));
    pulso(&app.process.app, Sinal::Http).await.unwrap();
    let since = app.clock.now() - TimeDelta::milliseconds(1);
    let left = format!(
        "instancias_whatsapp i LEFT JOIN vigilancia v USING (cliente_id) WHERE i.status <> 'DESCONECTADO' \
         AND coalesce(v.verificada_em, '-infinity') < '{}'",
        since.to_rfc3339()
    );
    eventually("the watch has gone round", || async { (app.count(&left).await == 0).then_some(()) }).await;
    let running = "jobs WHERE kind = 'vigia' AND state <> 'dead'";
    eventually("the round is over", || async { (app.count(running).await == 0).then_some(()) }).await;
}

/// What is stored for reconciling is due, and done; an event that is being handled may store another.
async fn reconciled(app: &TestApp) {
    let left = "jobs WHERE kind IN ('reconciliar', 'evento') AND state <> 'dead'";
    eventually("what was missed is fetched", || async {
        let waiting = format!("{left} AND run_at > '{}'", app.clock.now().to_rfc3339());
        if app.count(&waiting).await > 0 {
            pass(app, 1).await;
        }
        (app.count(left).await == 0).then_some(())
    })
    .await;
}

fn seconds_ago(app: &TestApp, seconds: i64) -> i64 {
    app.clock.now().timestamp() - seconds
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_that_no_event_told_of_is_found_and_mailed_once() {
    let app = TestApp::start().await;
    let instance = app.connect(&app.a).await;
    // Evolution tells nothing: only a question finds out.
    app.sim(&instance, "drop_webhooks", json!({ "on": true })).await;
    app.sim(&instance, "session", json!({ "state": "close" })).await;
    round(&app).await;
    status(&app, "DESCONECTADO").await;
    let told = opened(&app.a, "CONEXAO_CAIU").await;
    assert!(told["detalhe"]["motivo"].is_string(), "{told}");
    mailed(&app, "desconectou").await;
    assert!(aviso(&app.b, "CONEXAO_CAIU").await.is_none(), "the other cliente hears of it");
    // Connected and lost again within six hours: shown, not mailed again. Back within half an hour: no mail either.
    let again = app.connect(&app.a).await;
    closed(&app.a, "CONEXAO_CAIU").await;
    app.sim(&again, "drop", json!({ "statusCode": 401 })).await;
    opened(&app.a, "CONEXAO_CAIU").await;
    app.connect(&app.a).await;
    closed(&app.a, "CONEXAO_CAIU").await;
    eventually("no mail waits", || async { (app.count("jobs WHERE kind = 'email'").await == 0).then_some(()) }).await;
    assert_eq!((mails(&app, "desconectou").await, mails(&app, "WhatsApp voltou").await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_disconnects_is_not_told_of_it() {
    let app = TestApp::start().await;
    app.connect(&app.a).await;
    app.a.user.call(reqwest::Method::DELETE, "/api/v1/whatsapp/instance", None).await.ok();
    round(&app).await;
    assert_eq!(app.count("avisos").await, 0);
    assert_eq!(app.count("jobs WHERE kind = 'email'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn reconnecting_is_an_incident_only_after_three_minutes_and_its_end_is_mailed_after_thirty() {
    let app = TestApp::start().await;
    let instance = app.connect(&app.a).await;
    app.sim(&instance, "session", json!({ "state": "connecting" })).await;
    round(&app).await;
    status(&app, "CONECTANDO").await;
    assert!(aviso(&app.a, "CONEXAO_CAIU").await.is_none(), "a short drop is no incident");
    for _ in 0..3 {
        round(&app).await;
    }
    opened(&app.a, "CONEXAO_CAIU").await;
    mailed(&app, "desconectou").await;
    app.clock.advance(TimeDelta::minutes(31));
    round(&app).await;
    app.sim(&instance, "session", json!({ "state": "open" })).await;
    round(&app).await;
    closed(&app.a, "CONEXAO_CAIU").await;
    status(&app, "CONECTADO").await;
    mailed(&app, "WhatsApp voltou").await;
    assert_eq!(mails(&app, "desconectou").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evolution_that_is_away_is_waited_out_before_anybody_is_told() {
    let app = TestApp::start().await;
    app.connect(&app.a).await;
    round(&app).await;
    let outage = |on: bool| {
        crate::support::answer(app.http.post(format!("{}/_sim/outage", app.evolution.url())).json(&json!({ "on": on })))
    };
    outage(true).await.ok();
    for _ in 0..3 {
        round(&app).await;
    }
    assert_eq!(app.count("avisos").await, 0, "a blip is nobody's incident");
    status(&app, "CONECTADO").await;
    app.clock.advance(TimeDelta::minutes(8));
    round(&app).await;
    let told = opened(&app.a, "CONEXAO_CAIU").await;
    assert!(told["detalhe"]["motivo"].as_str().unwrap().contains("cuidando"), "{told}");
    assert_eq!(app.count("jobs WHERE kind = 'email'").await, 0, "shown, not mailed yet");
    app.clock.advance(TimeDelta::minutes(20));
    round(&app).await;
    mailed(&app, "desconectou").await;
    outage(false).await.ok();
    round(&app).await;
    closed(&app.a, "CONEXAO_CAIU").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_during_an_outage_is_fetched_once_marked_and_answered_only_if_it_is_fresh() {
    let app = TestApp::start().await;
    app.teach(&app.a, PIZZARIA).await;
    let instance = app.connect(&app.a).await;
    app.sim(&instance, "in", json!({ "from": ANA, "text": "Oi", "id": "ANTES" })).await;
    app.sent_to(&instance, ANA, 1).await;
    app.sim(&instance, "drop_webhooks", json!({ "on": true })).await;
    app.sim(&instance, "session", json!({ "state": "connecting" })).await;
    round(&app).await;
    status(&app, "CONECTANDO").await;
    // Forty minutes; in the simulated WhatsApp the messages have the times they are given.
    app.clock.advance(TimeDelta::minutes(40));
    app.sim(&instance, "session", json!({ "state": "open" })).await;
    let at = |seconds| seconds_ago(&app, seconds);
    let lost = [
        json!({ "from": BIA, "text": "Vocês abrem no domingo?", "id": "VELHA", "timestamp": at(35 * 60) }),
        json!({ "from": BIA, "text": "Ontem", "id": "HISTORIA", "timestamp": at(25 * 3600) }),
        json!({ "from": ANA, "text": "Vocês abrem na segunda?", "id": "FRESCA", "timestamp": at(5 * 60) }),
        json!({ "from": "5511933330000", "text": "Já respondo", "fromMe": true, "id": "CELULAR", "timestamp": at(20 * 60) }),
        json!({ "from": BIA, "text": "x", "group": true, "force": true, "id": "GRUPO", "timestamp": at(300) }),
    ];
    for message in &lost {
        app.sim(&instance, "in", message.clone()).await;
    }
    app.sim(&instance, "drop_webhooks", json!({ "on": false })).await;
    round(&app).await;
    status(&app, "CONECTADO").await;
    reconciled(&app).await;
    // The fresh one is answered; the old one is there, marked, and counted for a person.
    let replies = app.sent_to(&instance, ANA, 2).await;
    assert_eq!(replies.len(), 2, "{replies:?}");
    let bia = app.conversa(&app.a, BIA, |_| true).await;
    let thread = app.a.user.get(&format!("/api/v1/conversas/{}", bia["id"].as_str().unwrap())).await.ok();
    let lines = thread["mensagens"].as_array().unwrap();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(
        (lines[0]["recuperada"].as_bool(), lines[0]["conteudo"].as_str()),
        (Some(true), Some("Vocês abrem no domingo?"))
    );
    app.conversa(&app.a, "5511933330000", |c| c["estado"] == "HUMANO_RESPONDEU").await;
    let told = opened(&app.a, "MENSAGENS_RECUPERADAS").await;
    assert_eq!(
        (told["detalhe"]["recuperadas"].as_i64(), told["detalhe"]["nao_respondidas"].as_i64()),
        (Some(2), Some(1))
    );
    assert_eq!(app.count("eventos_recebidos WHERE mensagem_externa_id IN ('GRUPO', 'HISTORIA')").await, 0);
    // Asked again, nothing is new; our own replies were never taken for the owner's.
    app.sim(&instance, "session", json!({ "state": "connecting" })).await;
    round(&app).await;
    status(&app, "CONECTANDO").await;
    app.sim(&instance, "session", json!({ "state": "open" })).await;
    round(&app).await;
    status(&app, "CONECTADO").await;
    reconciled(&app).await;
    assert_eq!(app.count("historico_mensagens WHERE tipo = 'CONTATO'").await, 3);
    assert_eq!(app.count("historico_mensagens WHERE tipo = 'HUMANO'").await, 1);
    assert_eq!(app.sent(&instance).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_our_own_absence_everybodys_messages_are_asked_for() {
    let app = TestApp::start().await;
    app.teach(&app.a, PIZZARIA).await;
    let instance = app.connect(&app.a).await;
    round(&app).await;
    app.sim(&instance, "drop_webhooks", json!({ "on": true })).await;
    app.sim(&instance, "in", json!({ "from": ANA, "text": "Vocês abrem na segunda?", "id": "P1" })).await;
    app.sim(&instance, "drop_webhooks", json!({ "on": false })).await;
    // No sign of life for ten minutes: the next one asks.
    app.clock.advance(TimeDelta::minutes(10));
    round(&app).await;
    reconciled(&app).await;
    app.sent_to(&instance, ANA, 1).await;
    assert_eq!(app.count("eventos_recebidos WHERE recuperado AND mensagem_externa_id = 'P1'").await, 1);
}

/// `n` messages a day at this very hour, one and two weeks ago.
async fn habit(app: &TestApp, n: i64) {
    let sql = format!(
        "INSERT INTO eventos_recebidos (id, cliente_id, instancia_id, evento, remote_jid, mensagem_externa_id, payload, \
           processado_em, recebido_em) \
         SELECT gen_random_uuid(), i.cliente_id, i.id, 'messages.upsert', 'x@s.whatsapp.net', 'H' || w || '-' || n, '{{}}', \
           now(), '{now}'::timestamptz - make_interval(days => 7 * w) + make_interval(mins => 10 + n % 30) \
         FROM instancias_whatsapp i, generate_series(1, 2) w, generate_series(1, {n}) n WHERE i.cliente_id = '{id}';
         INSERT INTO eventos_recebidos (id, cliente_id, instancia_id, evento, remote_jid, mensagem_externa_id, payload, \
           processado_em, recebido_em) \
         SELECT gen_random_uuid(), i.cliente_id, i.id, 'messages.upsert', 'x@s.whatsapp.net', 'PRIMEIRA', '{{}}', now(), \
           '{now}'::timestamptz - interval '20 days' FROM instancias_whatsapp i WHERE i.cliente_id = '{id}'",
        now = app.clock.now().to_rfc3339(),
        id = app.a.id,
    );
    app.db.connection().await.batch_execute(&sql).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_says_open_and_delivers_nothing_is_deaf_and_fetched_from_meanwhile() {
    let app = TestApp::start().await;
    app.teach(&app.a, PIZZARIA).await;
    let instance = app.connect(&app.a).await;
    habit(&app, 8).await;
    app.sim(&instance, "drop_webhooks", json!({ "on": true })).await;
    pass(&app, 46).await;
    // What connecting asked for must not be what fetches the message below.
    reconciled(&app).await;
    app.sim(
        &instance,
        "in",
        json!({ "from": ANA, "text": "Vocês abrem na segunda?", "timestamp": seconds_ago(&app, 200) }),
    )
    .await;
    pass(&app, 11).await;
    found(&app, "INSTANCIA_SURDA").await;
    mailed(&app, "não está entregando").await;
    app.sent_to(&instance, ANA, 1).await;
    // The next delivery shows that it hears again.
    app.sim(&instance, "drop_webhooks", json!({ "on": false })).await;
    app.sim(&instance, "in", json!({ "from": BIA, "text": "oi", "timestamp": app.clock.now().timestamp() })).await;
    app.sent_to(&instance, BIA, 1).await;
    round(&app).await;
    closed(&app.a, "INSTANCIA_SURDA").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silence_where_much_is_usual_is_told_even_if_nothing_is_found() {
    let app = TestApp::start().await;
    let instance = app.connect(&app.a).await;
    habit(&app, 30).await;
    pass(&app, 50).await;
    found(&app, "SILENCIO").await;
    assert!(aviso(&app.a, "INSTANCIA_SURDA").await.is_none());
    app.sim(&instance, "in", json!({ "from": BIA, "text": "oi", "timestamp": app.clock.now().timestamp() })).await;
    app.sent_to(&instance, BIA, 1).await;
    round(&app).await;
    closed(&app.a, "SILENCIO").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_that_reach_no_phone_any_more_are_a_sign() {
    let app = TestApp::start().await;
    let instance = app.connect(&app.a).await;
    let say = async |n: usize| {
        let from = format!("55119444400{n:02}");
        app.sim(&instance, "in", json!({ "from": from, "text": "oi", "timestamp": app.clock.now().timestamp() })).await;
        app.sent_to(&instance, &from, 1).await;
    };
    say(0).await;
    eventually("a receipt", || async {
        (app.count("historico_mensagens WHERE status_envio IN ('ENTREGUE', 'LIDA')").await == 1).then_some(())
    })
    .await;
    // Receipts get lost from now on.
    for n in 1..=5 {
        say(n).await;
    }
    eventually("receipts of all", || async {
        (app.count("historico_mensagens WHERE status_envio = 'LIDA'").await == 6).then_some(())
    })
    .await;
    let undo = "UPDATE historico_mensagens SET status_envio = 'ENVIADA' WHERE conversa_id <> \
                (SELECT conversa_id FROM outbox ORDER BY created_at LIMIT 1) AND status_envio IS NOT NULL";
    app.db.connection().await.batch_execute(undo).await.unwrap();
    pass(&app, 17).await;
    found(&app, "SEM_RECIBO").await;
    let told = opened(&app.a, "SEM_RECIBO").await;
    assert_eq!(told["detalhe"]["sem_recibo"], 5);
    // One receipt, and it is over.
    let one = "UPDATE historico_mensagens SET status_envio = 'LIDA' WHERE id = (SELECT id FROM outbox ORDER BY created_at DESC LIMIT 1)";
    app.db.connection().await.batch_execute(one).await.unwrap();
    pass(&app, 11).await;
    round(&app).await;
    closed(&app.a, "SEM_RECIBO").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_reply_of_unknown_outcome_is_not_taken_for_the_owner_typing_on_the_phone() {
    let app = TestApp::start().await;
    let instance = app.connect(&app.a).await;
    app.sim(&instance, "in", json!({ "from": ANA, "text": "oi" })).await;
    app.sent_to(&instance, ANA, 1).await;
    eventually("sent", || async { (app.count("outbox WHERE externa_id IS NOT NULL").await == 1).then_some(()) }).await;
    // As after a time-out: Evolution has it, we do not know its id. A second one is really the owner's.
    app.db.connection().await.batch_execute("UPDATE outbox SET externa_id = NULL").await.unwrap();
    app.sim(&instance, "drop_webhooks", json!({ "on": true })).await;
    app.sim(&instance, "in", json!({ "from": BIA, "text": "Sou eu", "fromMe": true, "id": "DONO" })).await;
    app.clock.advance(TimeDelta::minutes(10));
    round(&app).await;
    reconciled(&app).await;
    app.conversa(&app.a, BIA, |c| c["estado"] == "HUMANO_RESPONDEU").await;
    assert_eq!(app.count("historico_mensagens WHERE tipo = 'HUMANO'").await, 1);
    app.conversa(&app.a, ANA, |c| c["estado"] == "IA_ATIVA").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_watches_at_once_do_not_visit_the_same_connection() {
    use db::models::instancia::take_turns;
    let app = TestApp::start().await;
    app.connect(&app.a).await;
    app.connect(&app.b).await;
    let now = app.clock.now() + TimeDelta::days(1);
    let db = &app.process.app.db;
    // The product's own watch may hold one of the two for a moment.
    let (one, two, first, second) = eventually("both are free", || async {
        let (mut one, mut two) = (db.system().await.unwrap(), db.system().await.unwrap());
        let first = take_turns(&mut one, now, now, now, 1).await.unwrap();
        let second = take_turns(&mut two, now, now, now, 5).await.unwrap();
        (first.len() + second.len() == 2).then_some((one, two, first, second))
    })
    .await;
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_ne!(first[0].cliente_id, second[0].cliente_id);
    one.commit().await.unwrap();
    two.commit().await.unwrap();
    let mut three = db.system().await.unwrap();
    assert!(take_turns(&mut three, now, now - TimeDelta::seconds(50), now, 5).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_connects_by_a_code_that_is_typed() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    user.post("/api/v1/whatsapp/pareamento", json!({ "numero": "912" })).await.refused(422, "validation_failed");
    // A QR code is being shown already: the code for the number takes its place.
    let qr = user.post("/api/v1/whatsapp/instance", json!({})).await.ok();
    let paired = user.post("/api/v1/whatsapp/pareamento", json!({ "numero": "(11) 90000-0001" })).await.ok();
    assert_ne!(qr["instance_id"], paired["instance_id"]);
    let code = eventually("the code is there", || async {
        let code = user.get("/api/v1/whatsapp/qrcode").await.ok();
        code["codigo_pareamento"].as_str().map(str::to_owned)
    })
    .await;
    assert_eq!(code.len(), 8, "{code}");

    let instance = paired["instance_id"].as_str().unwrap();
    app.sim(instance, "scan", json!({ "phone": "5511900000001", "name": "Loja" })).await;
    eventually("it is connected", || async {
        (user.get("/api/v1/whatsapp/status").await.ok()["status"] == "CONECTADO").then_some(())
    })
    .await;
    assert!(user.get("/api/v1/whatsapp/qrcode").await.ok()["codigo_pareamento"].is_null());
    // The other cliente sees nothing of it.
    assert!(app.b.user.get("/api/v1/whatsapp/qrcode").await.ok()["codigo_pareamento"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_end_has_its_cause_and_stays_in_the_history() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    for (code, causa) in [(401, "REMOVIDA_NO_CELULAR"), (403, "NUMERO_BLOQUEADO"), (406, "ENCERRADA")] {
        let instance = app.connect(&app.a).await;
        app.sim(&instance, "drop", json!({ "statusCode": code })).await;
        let status = eventually("the end is known", || async {
            let status = user.get("/api/v1/whatsapp/status").await.ok();
            (status["status"] == "DESCONECTADO" && status["causa"] == causa).then_some(status)
        })
        .await;
        assert!(status["motivo"].as_str().unwrap().len() > 20, "{status}");
        assert_eq!(status["reconectando"], false);
    }
    let itens = user.get("/api/v1/whatsapp/historico").await.ok()["itens"].clone();
    assert!(itens.as_array().unwrap().iter().any(|a| a["tipo"] == "CONEXAO_CAIU"), "{itens}");
    assert_eq!(app.b.user.get("/api/v1/whatsapp/historico").await.ok()["itens"], json!([]));

    // Connected anew, the cause is gone; ended by the owner, there is none.
    app.connect(&app.a).await;
    assert!(user.get("/api/v1/whatsapp/status").await.ok()["causa"].is_null());
    user.call(reqwest::Method::DELETE, "/api/v1/whatsapp/instance", None).await.ok();
    assert!(user.get("/api/v1/whatsapp/status").await.ok()["causa"].is_null());
}
