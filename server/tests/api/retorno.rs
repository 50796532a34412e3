//! Person and machine: a takeover silences the assistant at once, and the assistant returns when no person gives a sign.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::StatusCliente;
use contracts::horario::{Faixa, Horario};
use secrecy::SecretString;
use serde_json::{Value, json};
use server::config::ModelConfig;
use simulators::openai::{Simulator, Step};

use crate::support::{Options, PIZZARIA, TestApp, eventually};

const ANA: &str = "5511911110000";
const BIA: &str = "5511922220000";
const RETORNO: &str = "Voltei para continuar o atendimento. Em que posso ajudar?";
const NINGUEM: &str = "Desculpe a demora: ninguém da equipe";
const FALLBACK: &str = "Vou chamar uma pessoa";
const FECHADO: &str = "fora do horário";
const FORA: &str = "Quem ganhou a copa de 1958?";

async fn write(app: &TestApp, instance: &str, from: &str, text: &str) {
    let timestamp = app.clock.now().timestamp();
    app.sim(instance, "in", json!({ "from": from, "name": "Ana", "text": text, "timestamp": timestamp })).await;
}

/// Logins end after a week; a test that moves the time further asks the database.
async fn estado(app: &TestApp, numero: &str, estado: &str) {
    let sql = format!("conversas WHERE numero_usuario = '{numero}' AND estado = '{estado}'");
    eventually(&format!("{numero} is {estado}"), || async { (app.count(&sql).await == 1).then_some(()) }).await;
}

async fn execute(app: &TestApp, sql: &str) {
    use diesel_async::SimpleAsyncConnection;
    app.db.connection().await.batch_execute(sql).await.unwrap();
}

/// Waits until the clock that looks for conversations has run from now on, and what it started is over.
async fn looked(app: &TestApp) {
    app.clock.advance(TimeDelta::seconds(60));
    let period = app.clock.now().timestamp() / 60 * 60;
    let ran = format!("job_schedules WHERE name = 'retorno_relogio' AND scheduled_at >= to_timestamp({period})");
    eventually("the clock has ticked", || async { (app.count(&ran).await >= 1).then_some(()) }).await;
    eventually("what it started is over", || async {
        (app.count("jobs WHERE queue = 'retorno'").await == 0).then_some(())
    })
    .await;
}

async fn handed_over(app: &TestApp, instance: &str, from: &str) -> Value {
    write(app, instance, from, FORA).await;
    app.sent_to(instance, from, 1).await;
    app.conversa(&app.a, from, |c| c["estado"] == "AGUARDANDO_HUMANO").await
}

async fn person(app: &TestApp, id: &Value, what: &str, body: Value) {
    app.a.user.post(&format!("/api/v1/conversas/{}/{what}", id.as_str().unwrap()), body).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_is_being_decided_is_void_after_a_takeover() {
    let model = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
    let chat = ModelConfig { base_url: model.url(), api_key: SecretString::from("k"), model: "teste".into() };
    let app = TestApp::with(Options { chat: Some(chat), ..Options::default() }).await;
    app.teach(&app.a, PIZZARIA).await;
    let instance = app.connect(&app.a).await;
    model.script(vec![Step::Timeout(1_500)]);
    write(&app, &instance, ANA, "Vocês abrem no domingo?").await;
    let c = app.conversa(&app.a, ANA, |_| true).await;
    eventually("the model is asked", || async { (model.requests().len() == 1).then_some(()) }).await;
    person(&app, &c["id"], "assumir", json!({})).await;
    eventually("the turn is over", || async { (app.count("jobs WHERE kind = 'turno'").await == 0).then_some(()) })
        .await;
    assert_eq!(model.requests().len(), 1);
    assert_eq!(app.count("historico_mensagens WHERE tipo = 'IA'").await, 0);
    assert_eq!(app.count("outbox").await, 0);
    assert!(app.sent(&instance).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_waits_to_be_sent_is_withdrawn_by_a_takeover() {
    // Refused, so it waits; and failed in a way that leaves open whether it arrived.
    for (by_phone, status, message) in [(false, 400, "Connection Closed"), (true, 500, "boom")] {
        let (app, instance) = TestApp::ready().await;
        let fault = json!({ "path": "message/sendText", "status": status, "message": message, "times": 1_000 });
        app.sim(&instance, "fault", fault).await;
        write(&app, &instance, ANA, "Vocês abrem no domingo?").await;
        let c = app.conversa(&app.a, ANA, |c| c["previa_tipo"] == "IA").await;
        eventually("a first try has failed", || async {
            (app.count("jobs WHERE kind = 'envio' AND state = 'pending' AND attempts >= 1").await == 1).then_some(())
        })
        .await;
        if by_phone {
            app.sim(&instance, "in", json!({ "from": ANA, "fromMe": true, "text": "Oi, aqui é a Bella!" })).await;
            estado(&app, ANA, "HUMANO_RESPONDEU").await;
        } else {
            person(&app, &c["id"], "assumir", json!({})).await;
            // At once, with the takeover itself.
            assert_eq!(app.count("outbox WHERE status = 'FALHOU'").await, 1);
        }
        app.sim(&instance, "fault", json!(null)).await;
        app.clock.advance(TimeDelta::minutes(2));
        eventually("its job has ended", || async { (app.count("jobs WHERE kind = 'envio'").await == 0).then_some(()) })
            .await;
        assert_eq!(app.count("outbox WHERE status = 'FALHOU' AND erro LIKE 'Não enviada%'").await, 1);
        let path = format!("/api/v1/conversas/{}", c["id"].as_str().unwrap());
        let lines = app.a.user.get(&path).await.ok()["mensagens"].clone();
        assert_eq!(lines[1]["status_envio"], "FALHOU", "{lines}");
        assert_eq!(lines[1]["motivo"], "Não enviada: uma pessoa assumiu a conversa.", "{lines}");
        assert!(app.sent(&instance).await.is_empty());
        // It is no failure that calls a person: one is here.
        estado(&app, ANA, "HUMANO_RESPONDEU").await;
        // A person's own words go out.
        person(&app, &c["id"], "mensagens", json!({ "conteudo": "Abrimos sim!" })).await;
        assert_eq!(app.sent_to(&instance, ANA, 1).await, ["Abrimos sim!"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_24_hours_without_a_person_the_assistant_returns_once() {
    let (app, instance) = TestApp::ready().await;
    handed_over(&app, &instance, ANA).await;
    // Bia's conversation is a person's.
    write(&app, &instance, BIA, "Vocês abrem domingo?").await;
    app.sent_to(&instance, BIA, 1).await;
    let bia = app.conversa(&app.a, BIA, |_| true).await;
    person(&app, &bia["id"], "mensagens", json!({ "conteudo": "Oi Bia!" })).await;
    app.sent_to(&instance, BIA, 2).await;

    app.clock.advance(TimeDelta::minutes(24 * 60 - 5));
    looked(&app).await;
    estado(&app, ANA, "AGUARDANDO_HUMANO").await;
    estado(&app, BIA, "HUMANO_RESPONDEU").await;

    app.clock.advance(TimeDelta::minutes(5));
    looked(&app).await;
    let ana = app.sent_to(&instance, ANA, 2).await;
    assert!(ana[1].starts_with(NINGUEM), "{ana:?}");
    assert_eq!(app.sent_to(&instance, BIA, 3).await[2], RETORNO);
    estado(&app, ANA, "IA_ATIVA").await;
    estado(&app, BIA, "IA_ATIVA").await;
    let counted = "(SELECT sum(enviadas) AS n FROM uso_diario) u WHERE n = 4";
    assert_eq!(app.count(counted).await, 1, "two answers and two returns count for the number's daily limit");

    // Never twice, whatever time passes.
    for _ in 0..3 {
        app.clock.advance(TimeDelta::hours(25));
        looked(&app).await;
    }
    assert_eq!(app.sent(&instance).await.len(), 5);
    // The old question stays; a new one is answered.
    write(&app, &instance, ANA, "Vocês aceitam Pix?").await;
    let ana = app.sent_to(&instance, ANA, 3).await;
    assert!(ana[2].contains("Pix"), "{ana:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sign_of_a_person_starts_the_time_anew() {
    let (app, instance) = TestApp::ready().await;
    execute(&app, "UPDATE configuracoes_bot SET retorno_minutos = 60").await;
    handed_over(&app, &instance, ANA).await;
    let minutes = |n| app.clock.advance(TimeDelta::minutes(n));
    minutes(50);
    // By the phone, in the browser, and by taking over what is a person's already.
    app.sim(
        &instance,
        "in",
        json!({ "from": ANA, "fromMe": true, "text": "Já vou!", "timestamp": app.clock.now().timestamp() }),
    )
    .await;
    estado(&app, ANA, "HUMANO_RESPONDEU").await;
    minutes(50);
    let c = app.conversa(&app.a, ANA, |_| true).await;
    person(&app, &c["id"], "mensagens", json!({ "conteudo": "Um instante." })).await;
    minutes(50);
    person(&app, &c["id"], "assumir", json!({})).await;
    minutes(50);
    // What the contato writes is no sign of a person.
    write(&app, &instance, ANA, "E aí?").await;
    app.conversa(&app.a, ANA, |c| c["previa"] == "E aí?").await;
    looked(&app).await;
    estado(&app, ANA, "HUMANO_RESPONDEU").await;
    minutes(10);
    looked(&app).await;
    estado(&app, ANA, "IA_ATIVA").await;
    assert_eq!(app.sent_to(&instance, ANA, 3).await[2], RETORNO);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_at_once_return_once() {
    let (app, instance) = TestApp::ready().await;
    let other = app.process.clone();
    let stop = tokio_util::sync::CancellationToken::new();
    let stopping = stop.clone();
    let second = tokio::spawn(async move { other.run(server::compose::Roles::Work, None, stopping).await });
    let numbers: Vec<String> = (0..12).map(|i| format!("55119333{i:05}")).collect();
    for n in &numbers {
        handed_over(&app, &instance, n).await;
    }
    app.clock.advance(TimeDelta::hours(24));
    // Two jobs of the same cliente at once, beside those of the clock.
    for _ in 0..2 {
        let job = jobs::NewJob::new("retorno", "retorno").tenant(app.a.id.0);
        let mut tx = app.db.db.system().await.unwrap();
        jobs::enqueue(tx.connection(), &job, app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }
    looked(&app).await;
    for n in &numbers {
        assert!(app.sent_to(&instance, n, 2).await[1].starts_with(NINGUEM));
    }
    looked(&app).await;
    eventually("all is sent", || async { (app.count("jobs WHERE kind = 'envio'").await == 0).then_some(()) }).await;
    assert_eq!(app.sent(&instance).await.len(), 24);
    stop.cancel();
    second.await.unwrap().unwrap();
}

/// Open at `now` for as long as said, and at no other time of the week.
fn open_for(now: DateTime<Utc>, minutes: i64) -> Horario {
    use chrono::Datelike;
    // Local time is UTC, so that the day is plain.
    let hhmm = |t: DateTime<Utc>| t.format("%H:%M").to_string();
    let faixa = vec![Faixa { de: hhmm(now), ate: hhmm(now + TimeDelta::minutes(minutes)) }];
    let mut horario = Horario { utc_offset: 0, ..Horario::default() };
    let days = [
        &mut horario.segunda,
        &mut horario.terca,
        &mut horario.quarta,
        &mut horario.quinta,
        &mut horario.sexta,
        &mut horario.sabado,
        &mut horario.domingo,
    ];
    *days.into_iter().nth(now.weekday().num_days_from_monday() as usize).unwrap() = faixa;
    horario
}

async fn hours(app: &TestApp, horario: &Horario) {
    execute(app, &format!("UPDATE configuracoes_bot SET horario = '{}'", serde_json::to_string(horario).unwrap()))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_return_waits_for_the_opening() {
    let (app, instance) = TestApp::ready().await;
    handed_over(&app, &instance, ANA).await;
    // Opens 30 hours from now.
    hours(&app, &open_for(app.clock.now() + TimeDelta::hours(30), 60)).await;
    app.clock.advance(TimeDelta::hours(25));
    looked(&app).await;
    estado(&app, ANA, "AGUARDANDO_HUMANO").await;
    app.clock.advance(TimeDelta::hours(5));
    looked(&app).await;
    estado(&app, ANA, "IA_ATIVA").await;
    assert!(app.sent_to(&instance, ANA, 2).await[1].starts_with(NINGUEM));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_return_waits_for_assinatura_and_connection_and_is_silent_when_it_is_late() {
    let (app, instance) = TestApp::ready().await;
    handed_over(&app, &instance, ANA).await;
    let status = |status| {
        let app = &app;
        async move {
            let mut tx = app.db.db.tenant(app.a.id).await.unwrap();
            db::models::cliente::set_status(&mut tx, status, app.clock.now()).await.unwrap();
            tx.commit().await.unwrap();
        }
    };
    status(StatusCliente::Suspenso).await;
    app.clock.advance(TimeDelta::hours(25));
    looked(&app).await;
    estado(&app, ANA, "AGUARDANDO_HUMANO").await;
    status(StatusCliente::Inadimplente).await;
    execute(&app, "UPDATE instancias_whatsapp SET status = 'DESCONECTADO'").await;
    looked(&app).await;
    estado(&app, ANA, "AGUARDANDO_HUMANO").await;
    // Five days later nobody would know what it is about: the state only.
    app.clock.advance(TimeDelta::days(5));
    looked(&app).await;
    estado(&app, ANA, "IA_ATIVA").await;
    execute(&app, "UPDATE instancias_whatsapp SET status = 'CONECTADO'").await;
    looked(&app).await;
    assert_eq!(app.count("outbox").await, 1);
    assert_eq!(app.sent(&instance).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn out_of_hours_a_hand_over_says_so_once_a_night() {
    let (app, instance) = TestApp::ready().await;
    // Opens in ten hours, for an hour.
    let now = app.clock.now();
    hours(&app, &open_for(now + TimeDelta::hours(10), 60)).await;
    // What it knows is answered at night as well.
    write(&app, &instance, ANA, "Vocês abrem domingo?").await;
    assert!(app.sent_to(&instance, ANA, 1).await[0].contains("domingo"));
    write(&app, &instance, ANA, FORA).await;
    let said = app.sent_to(&instance, ANA, 2).await;
    assert!(said[1].contains(FECHADO) && !said[1].contains(FALLBACK), "{said:?}");
    let c = app.conversa(&app.a, ANA, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
    // Given back and handed over again in the same night: a person is called, the contato hears nothing new.
    person(&app, &c["id"], "devolver", json!({})).await;
    write(&app, &instance, ANA, FORA).await;
    estado(&app, ANA, "AGUARDANDO_HUMANO").await;
    let path = format!("/api/v1/conversas/{}", c["id"].as_str().unwrap());
    let lines = app.a.user.get(&path).await.ok()["mensagens"].clone();
    let last = lines.as_array().unwrap().last().unwrap().clone();
    assert_eq!((last["tipo"].as_str(), last["motivo"].is_string()), (Some("SISTEMA"), true), "{lines}");
    assert_eq!(app.sent_to(&instance, ANA, 2).await.len(), 2);
    // In the morning it is the fallback; in the next night the other text again.
    person(&app, &c["id"], "devolver", json!({})).await;
    app.clock.advance(TimeDelta::minutes(10 * 60 + 5));
    write(&app, &instance, ANA, FORA).await;
    assert!(app.sent_to(&instance, ANA, 3).await[2].contains(FALLBACK));
    estado(&app, ANA, "AGUARDANDO_HUMANO").await;
    person(&app, &c["id"], "devolver", json!({})).await;
    app.clock.advance(TimeDelta::hours(2));
    write(&app, &instance, ANA, FORA).await;
    assert!(app.sent_to(&instance, ANA, 4).await[3].contains(FECHADO));
}
