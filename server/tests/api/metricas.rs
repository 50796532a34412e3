//! The figures of the start page: who answered what, when, and that they outlive the messages.

use chrono::{DateTime, Datelike, FixedOffset, TimeDelta, TimeZone, Timelike, Utc};
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use services::metricas;

use crate::support::{TestApp, eventually};

const ANA: &str = "5511911110000";

async fn execute(app: &TestApp, sql: &str) {
    app.db.connection().await.batch_execute(sql).await.unwrap();
}

/// Noon in Brasília, so many days ago.
fn meio_dia(app: &TestApp, dias: i64) -> DateTime<Utc> {
    let brasilia = FixedOffset::west_opt(3 * 3600).unwrap();
    let hoje = app.clock.now().with_timezone(&brasilia).date_naive();
    let noon = (hoje - TimeDelta::days(dias)).and_hms_opt(12, 0, 0).unwrap();
    brasilia.from_local_datetime(&noon).unwrap().with_timezone(&Utc)
}

/// A conversation of the first cliente with these lines: who, seconds after `de`, more columns as `a, b=1, 2`.
async fn conversa(app: &TestApp, nome: &str, de: DateTime<Utc>, linhas: &[(&str, i64, &str)]) {
    let id = app.a.id;
    let mut sql = format!(
        "INSERT INTO contatos (id, cliente_id, nome) VALUES (md5('k{nome}')::uuid, '{id}', '{nome}') ON CONFLICT DO NOTHING;
         INSERT INTO conversas (id, cliente_id, contato_id, jid) VALUES (md5('v{nome}')::uuid, '{id}', md5('k{nome}')::uuid, '{nome}')
           ON CONFLICT DO NOTHING;"
    );
    for (tipo, s, mais) in linhas {
        let (colunas, valores) = mais.split_once('=').map_or(("", String::new()), |(c, v)| (c, format!(", {v}")));
        let colunas = if colunas.is_empty() { String::new() } else { format!(", {colunas}") };
        let em = (de + TimeDelta::seconds(*s)).to_rfc3339();
        sql += &format!(
            "INSERT INTO historico_mensagens (id, cliente_id, conversa_id, tipo, conteudo, \"timestamp\"{colunas})
             VALUES (gen_random_uuid(), '{id}', md5('v{nome}')::uuid, '{tipo}', 'x', '{em}'{valores});"
        );
    }
    execute(app, &sql).await;
}

async fn figuras(app: &TestApp, periodo: &str) -> Value {
    app.a.user.get(&format!("/api/v1/metricas?periodo={periodo}")).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_belongs_to_who_answered_it() {
    let app = TestApp::start().await;
    let d = meio_dia(&app, 1);
    // Two lines and one answer: one wait, from the first of them.
    conversa(&app, "ana", d, &[("CONTATO", 0, ""), ("CONTATO", 10, ""), ("IA", 14, "confianca=0.9")]).await;
    // The fallback, and an automatic line, answer nothing; the person does, later.
    let passada = [
        ("CONTATO", 0, ""),
        ("IA", 2, "motivo, confianca='não sei', 0.1"),
        ("IA", 60, "detalhes='{\"automatica\": \"retorno\"}'"),
        ("HUMANO", 600, ""),
        ("IA", 700, "status_envio='FALHOU'"),
    ];
    conversa(&app, "bia", d, &passada).await;
    // Nobody answers this one; asked for a person, so the knowledge lacks nothing.
    conversa(&app, "caio", d, &[("CONTATO", 0, ""), ("IA", 1, "motivo='pediu uma pessoa'"), ("SISTEMA", 2, "")]).await;
    // The other cliente's are not counted.
    let b = app.b.user.get("/api/v1/metricas?periodo=7d").await.ok();
    assert_eq!((b["agora"]["recebidas"].as_i64(), b["alguma_mensagem"].as_bool()), (Some(0), Some(false)));

    let m = figuras(&app, "7d").await;
    let agora = &m["agora"];
    let n = |k: &str| agora[k].as_i64().unwrap();
    assert_eq!([n("recebidas"), n("ia"), n("pessoa"), n("conversas")], [4, 2, 1, 3], "{agora}");
    assert_eq!([n("passadas"), n("sem_saber")], [2, 1], "{agora}");
    assert_eq!([n("espera_ia_s"), n("espera_pessoa_s")], [14, 600], "{agora}");
    let serie = m["serie"].as_array().unwrap();
    assert_eq!(serie.len(), 7);
    assert_eq!(serie[5]["recebidas"], 4, "yesterday: {serie:?}");
    let dia = d.with_timezone(&FixedOffset::west_opt(3 * 3600).unwrap());
    let semana = json!([{ "dia_semana": dia.weekday().num_days_from_sunday(), "hora": dia.hour(), "recebidas": 4 }]);
    assert_eq!(m["semana"], semana);
}

#[tokio::test(flavor = "multi_thread")]
async fn today_is_compared_with_yesterday_at_the_same_time() {
    let app = TestApp::start().await;
    let agora = app.clock.now();
    let ontem = agora - TimeDelta::days(1);
    conversa(&app, "cedo", ontem - TimeDelta::minutes(1), &[("CONTATO", 0, "")]).await;
    conversa(&app, "tarde", ontem + TimeDelta::minutes(5), &[("CONTATO", 0, "")]).await;
    conversa(&app, "hoje", agora - TimeDelta::seconds(1), &[("CONTATO", 0, ""), ("IA", 1, "")]).await;
    let meia_noite = meio_dia(&app, 0) - TimeDelta::hours(12);
    if agora - meia_noite < TimeDelta::minutes(2) || meia_noite + TimeDelta::days(1) - agora < TimeDelta::minutes(6) {
        return; // At midnight the three are of other days.
    }
    let m = figuras(&app, "hoje").await;
    assert_eq!([&m["agora"]["recebidas"], &m["antes"]["recebidas"]], [1, 1]);
    assert_eq!(m["serie"].as_array().unwrap().len(), 24);
    assert_eq!(app.a.user.get("/api/v1/metricas?periodo=ontem").await.status, 422);
    let trinta = app.a.user.get("/api/v1/metricas").await.ok();
    assert_eq!((&trinta["periodo"], &trinta["agora"]["recebidas"]), (&json!("30d"), &json!(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_outlives_the_messages() {
    let app = TestApp::start().await;
    let id = app.a.id;
    for (nome, dias) in [("a", 20), ("b", 6), ("c", 1)] {
        conversa(&app, nome, meio_dia(&app, dias), &[("CONTATO", 0, ""), ("IA", 5, "")]).await;
    }
    metricas::guardar(&app.process.app).await.unwrap();
    assert_eq!(figuras(&app, "30d").await["agora"]["recebidas"], 3);
    // The retention becomes a week, and the job runs again over days that are gone.
    let sql = format!(
        "UPDATE configuracoes_bot SET retencao_dias = 7 WHERE cliente_id = '{id}';
         DELETE FROM historico_mensagens WHERE cliente_id = '{id}' AND \"timestamp\" < now() - interval '4 days'"
    );
    execute(&app, &sql).await;
    for _ in 0..2 {
        metricas::guardar(&app.process.app).await.unwrap();
    }
    let m = figuras(&app, "30d").await;
    assert_eq!([&m["agora"]["recebidas"], &m["agora"]["ia"]], [3, 3], "{m}");
    assert_eq!(m["agora"]["espera_ia_s"], 5);
    // What is kept is the cliente's own.
    assert_eq!(app.count(&format!("metricas_horarias WHERE cliente_id <> '{id}'")).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_answer_is_counted() {
    let (app, instance) = TestApp::ready().await;
    app.sim(&instance, "in", json!({ "from": ANA, "text": "Vocês abrem no domingo?" })).await;
    app.sent_to(&instance, ANA, 1).await;
    let m = eventually("the answer is counted", || async {
        let m = figuras(&app, "hoje").await;
        (m["agora"]["ia"] == 1).then_some(m)
    })
    .await;
    assert_eq!([&m["agora"]["recebidas"], &m["agora"]["passadas"]], [1, 0]);
    assert!(m["agora"]["espera_ia_s"].as_i64().is_some_and(|s| s < 60), "{m}");
}

/// Measured at 100,000 messages in 30 days; `cargo nextest run --run-ignored all -E 'test(metricas)' --no-capture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn a_hundred_thousand_messages() {
    let app = TestApp::start().await;
    let sql = format!(
        "INSERT INTO contatos (id, cliente_id, nome) SELECT md5('k' || i)::uuid, '{id}', 'C' FROM generate_series(1, 2000) i;
         INSERT INTO conversas (id, cliente_id, contato_id, jid) SELECT md5('v' || i)::uuid, '{id}', md5('k' || i)::uuid, 'j' || i
           FROM generate_series(1, 2000) i;
         INSERT INTO historico_mensagens (id, cliente_id, conversa_id, tipo, conteudo, \"timestamp\")
           SELECT gen_random_uuid(), '{id}', md5('v' || (i / 50 % 2000 + 1))::uuid, CASE WHEN i % 2 = 0 THEN 'IA' ELSE 'CONTATO' END,
             repeat('Bom dia, quanto custa a entrega? ', 4), now() - (100000 - i) * interval '25.9 seconds'
           FROM generate_series(1, 100000) i;
         INSERT INTO uso_openai (id, cliente_id, tipo, modelo, custo_usd, custo_brl, created_at)
           SELECT gen_random_uuid(), '{id}', 'CHAT', 'm', 0.0001, 0.0005, now() - (50000 - i) * interval '51.8 seconds' FROM generate_series(1, 50000) i;
         ANALYZE;",
        id = app.a.id
    );
    execute(&app, &sql).await;
    let begin = std::time::Instant::now();
    metricas::guardar(&app.process.app).await.unwrap();
    println!("first run of the job: {:?}", begin.elapsed());
    let begin = std::time::Instant::now();
    metricas::guardar(&app.process.app).await.unwrap();
    println!("next run of the job: {:?}", begin.elapsed());
    for periodo in ["hoje", "7d", "30d"] {
        figuras(&app, periodo).await;
        let begin = std::time::Instant::now();
        for _ in 0..10 {
            figuras(&app, periodo).await;
        }
        println!("{periodo}: {:?}", begin.elapsed() / 10);
    }
}
