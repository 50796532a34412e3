//! Who waits for a person is told once; and the switch that keeps the assistant silent.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{TestApp, eventually};

const ANA: &str = "5511911110000";
const ESPERA: &str = "Recebemos sua mensagem e já vamos responder.";
const FORA: &str = "Quem ganhou a copa de 1958?";

async fn write(app: &TestApp, instance: &str, from: &str, name: &str, text: &str) {
    let timestamp = app.clock.now().timestamp();
    app.sim(instance, "in", json!({ "from": from, "name": name, "text": text, "timestamp": timestamp })).await;
}

async fn handed_over(app: &TestApp, instance: &str, from: &str, n: usize) -> Value {
    write(app, instance, from, "Ana Lima", FORA).await;
    app.sent_to(instance, from, n).await;
    app.conversa(&app.a, from, |c| c["estado"] == "AGUARDANDO_HUMANO").await
}

/// Waits until the clock has run from now on, and what it started and sends is over.
async fn looked(app: &TestApp) {
    app.clock.advance(TimeDelta::seconds(60));
    let period = app.clock.now().timestamp() / 60 * 60;
    let ran = format!("job_schedules WHERE name = 'retorno_relogio' AND scheduled_at >= to_timestamp({period})");
    eventually("the clock has ticked", || async { (app.count(&ran).await >= 1).then_some(()) }).await;
    let open = "jobs WHERE state <> 'dead' AND (queue = 'retorno' OR kind IN ('envio', 'turno', 'evento'))";
    eventually("what it started is over", || async { (app.count(open).await == 0).then_some(()) }).await;
}

async fn said(app: &TestApp, instance: &str, from: &str) -> usize {
    app.sent(instance).await.into_iter().filter(|(to, text)| to == from && text.starts_with("Recebemos")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_told_once_in_each_hand_over() {
    let (app, instance) = TestApp::ready().await;
    let c = handed_over(&app, &instance, ANA, 1).await;
    app.clock.advance(TimeDelta::minutes(8));
    looked(&app).await;
    assert_eq!(said(&app, &instance, ANA).await, 0, "not yet");
    app.clock.advance(TimeDelta::minutes(1));
    looked(&app).await;
    assert_eq!(app.sent_to(&instance, ANA, 2).await[1], ESPERA);
    // Still a person's turn, and shown as the assistant's line.
    let now = app.conversa(&app.a, ANA, |c| c["previa"] == ESPERA).await;
    assert_eq!((&now["estado"], &now["previa_tipo"]), (&json!("AGUARDANDO_HUMANO"), &json!("IA")));
    for _ in 0..3 {
        looked(&app).await;
    }
    assert_eq!(said(&app, &instance, ANA).await, 1, "once");
    // A person answers and gives it back; the next hand-over is another wait.
    let path = format!("/api/v1/conversas/{}", c["id"].as_str().unwrap());
    app.a.user.post(&format!("{path}/devolver"), json!({})).await.ok();
    handed_over(&app, &instance, ANA, 3).await;
    app.clock.advance(TimeDelta::minutes(10));
    looked(&app).await;
    assert_eq!(said(&app, &instance, ANA).await, 2);
    // It counts as an automatic message of the day.
    assert_eq!(app.count("(SELECT sum(enviadas) AS n FROM uso_diario) u WHERE n = 4").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_who_is_served_or_asleep_or_too_late() {
    let (app, instance) = TestApp::ready().await;
    let user = &app.a.user;
    let numbers = ["5511911110000", "5511922220000", "5511933330000"];
    // A person takes over in time.
    let c = handed_over(&app, &instance, numbers[0], 1).await;
    user.post(&format!("/api/v1/conversas/{}/assumir", c["id"].as_str().unwrap()), json!({})).await.ok();
    app.clock.advance(TimeDelta::minutes(11));
    looked(&app).await;
    // An outage of an hour: it would be no news any more.
    handed_over(&app, &instance, numbers[1], 1).await;
    app.clock.advance(TimeDelta::minutes(60));
    looked(&app).await;
    // Closed when it was handed over, open five minutes later: the contato knows when somebody comes.
    let local = app.clock.now() - TimeDelta::hours(3);
    let at = |minutes: i64| (local + TimeDelta::minutes(minutes)).format("%H:%M").to_string();
    let dia = json!([{ "de": at(5), "ate": at(120) }]);
    let dias = ["segunda", "terca", "quarta", "quinta", "sexta", "sabado", "domingo"];
    let horario: serde_json::Map<String, Value> = dias.iter().map(|d| ((*d).to_owned(), dia.clone())).collect();
    user.put("/api/v1/config", json!({ "horario": horario })).await.ok();
    handed_over(&app, &instance, numbers[2], 1).await;
    assert!(app.sent_to(&instance, numbers[2], 1).await[0].contains("fora do horário"));
    app.clock.advance(TimeDelta::minutes(11));
    looked(&app).await;
    let told = format!("conversas WHERE numero_usuario = '{}' AND espera_em > aguardando_desde", numbers[2]);
    assert_eq!(app.count(&told).await, 1, "looked at, and left alone");
    for number in numbers {
        assert_eq!(said(&app, &instance, number).await, 0, "{number}");
    }
    assert_eq!(app.count("jobs WHERE state = 'dead'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_filled_in_and_the_tone_is_heard() {
    let (app, instance) = TestApp::ready().await;
    let user = &app.a.user;
    let texts = json!({
        "tom": "FORMAL", "saudacao": "Olá, {nome}. Aqui é da {loja}.", "fallback": "{nome}, já chamo alguém.",
        "espera": "A {loja} atende {horario}.", "espera_minutos": 5,
        "horario": { "segunda": [{ "de": "00:00", "ate": "24:00" }], "terca": [{ "de": "00:00", "ate": "24:00" }],
            "quarta": [{ "de": "00:00", "ate": "24:00" }], "quinta": [{ "de": "00:00", "ate": "24:00" }],
            "sexta": [{ "de": "00:00", "ate": "24:00" }], "sabado": [{ "de": "00:00", "ate": "24:00" }],
            "domingo": [{ "de": "00:00", "ate": "24:00" }] },
    });
    user.put("/api/v1/config", texts).await.ok();
    write(&app, &instance, ANA, "Ana {loja} Lima", "Oi").await;
    assert_eq!(app.sent_to(&instance, ANA, 1).await[0], "Olá, Ana. Aqui é da Pizzaria Bella.");
    write(&app, &instance, ANA, "Ana Lima", "Obrigada!").await;
    assert_eq!(app.sent_to(&instance, ANA, 2).await[1], "Por nada. Permanecemos à disposição.");
    write(&app, &instance, ANA, "Ana Lima", FORA).await;
    assert_eq!(app.sent_to(&instance, ANA, 3).await[2], "Ana, já chamo alguém.");
    app.clock.advance(TimeDelta::minutes(5));
    looked(&app).await;
    let espera = app.sent_to(&instance, ANA, 4).await.remove(3);
    assert_eq!(espera, "A Pizzaria Bella atende segunda a domingo, das 0h às 24h.");
    // Nobody told its name.
    write(&app, &instance, "5511922220000", "🙂", "Oi").await;
    assert_eq!(app.sent_to(&instance, "5511922220000", 1).await[0], "Olá. Aqui é da Pizzaria Bella.");
}

#[tokio::test(flavor = "multi_thread")]
async fn switched_off_it_says_nothing_and_calls_a_person() {
    let (app, instance) = TestApp::ready().await;
    let user = &app.a.user;
    user.put("/api/v1/config", json!({ "ia_ligada": false })).await.ok();
    write(&app, &instance, ANA, "Ana", "Vocês abrem domingo?").await;
    let c = app.conversa(&app.a, ANA, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
    let path = format!("/api/v1/conversas/{}", c["id"].as_str().unwrap());
    let lines = user.get(&path).await.ok()["mensagens"].clone();
    assert_eq!(lines[1]["conteudo"], "A IA está desligada. Uma pessoa precisa responder.", "{lines}");
    // Neither while waiting nor after a day.
    app.clock.advance(TimeDelta::minutes(11));
    looked(&app).await;
    app.clock.advance(TimeDelta::hours(25));
    looked(&app).await;
    assert!(app.sent(&instance).await.is_empty());
    assert_eq!(app.count("conversas WHERE estado = 'AGUARDANDO_HUMANO'").await, 1);
    // On again, it answers what comes from now on.
    user.post(&format!("{path}/devolver"), json!({})).await.ok();
    user.put("/api/v1/config", json!({ "ia_ligada": true })).await.ok();
    write(&app, &instance, ANA, "Ana", "Vocês aceitam Pix?").await;
    assert!(app.sent_to(&instance, ANA, 1).await[0].contains("Pix"));
}
