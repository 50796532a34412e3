//! Messages leave after the cliente's retention, in bounded batches, and nothing else does.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use serde_json::json;
use services::retencao;

use crate::support::{PIZZARIA, TestApp, eventually};

const ANA: &str = "5511911110000";
const BIA: &str = "5511922220000";

async fn execute(app: &TestApp, sql: &str) {
    app.db.connection().await.batch_execute(sql).await.unwrap();
}

async fn write(app: &TestApp, instance: &str, from: &str, text: &str) {
    let timestamp = app.clock.now().timestamp();
    app.sim(instance, "in", json!({ "from": from, "name": "Ana", "text": text, "timestamp": timestamp })).await;
}

/// Waits until all that came has been dealt with and sent.
async fn quiet(app: &TestApp) {
    let sql = "jobs WHERE state <> 'dead' AND kind IN ('evento', 'turno', 'envio')";
    eventually("all is dealt with", || async { (app.count(sql).await == 0).then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_31_days_the_old_is_gone_and_the_new_and_the_other_clientes_stay() {
    let app = TestApp::start().await;
    app.teach(&app.a, PIZZARIA).await;
    let (a, b) = (app.connect(&app.a).await, app.connect(&app.b).await);
    let keeps_longer = format!("UPDATE configuracoes_bot SET retencao_dias = 60 WHERE cliente_id = '{}'", app.b.id);
    execute(&app, &keeps_longer).await;
    for (instance, number) in [(&a, ANA), (&a, BIA), (&b, ANA)] {
        write(&app, instance, number, "Vocês abrem domingo?").await;
        app.sent_to(instance, number, 1).await;
    }
    quiet(&app).await;
    execute(
        &app,
        &format!(
            "INSERT INTO jobs (id, queue, kind, tenant_id, state, max_attempts, run_at, created_at, finished_at) \
             VALUES (gen_random_uuid(), 'evento', 'evento', '{}', 'dead', 1, now(), now(), now())",
            app.a.id
        ),
    )
    .await;
    // Notes of ours come with time: the assistant returns.
    let of = |table: &str, id: contracts::ClienteId| {
        let said = if table == "historico_mensagens" { " AND tipo <> 'SISTEMA'" } else { "" };
        format!("{table} WHERE cliente_id = '{id}'{said}")
    };
    let tables = ["historico_mensagens", "outbox", "eventos_recebidos", "contatos", "contato_aliases", "conversas"];
    let mut before = Vec::new();
    for t in tables {
        before.push(app.count(&of(t, app.b.id)).await);
        assert!(
            app.count(&of(t, app.a.id)).await > 0 && before.last() > Some(&0),
            "{t} is empty: this test proves nothing"
        );
    }

    // Ana comes back a day before; Bia does not.
    app.clock.advance(TimeDelta::days(29));
    write(&app, &a, ANA, "Aceita Pix?").await;
    app.sent_to(&a, ANA, 2).await;
    quiet(&app).await;
    // A note of ours keeps the conversation, not the words that are shown of it.
    let caio = "INSERT INTO contatos (id, cliente_id, nome) VALUES ('01890000-0000-7000-8000-0000000000c1', $, 'Caio');
        INSERT INTO conversas (id, cliente_id, contato_id, jid, previa, previa_tipo, ultima_mensagem_em)
          VALUES ('01890000-0000-7000-8000-0000000000c2', $, '01890000-0000-7000-8000-0000000000c1', 'c', 'segredo antigo', 'CONTATO', now());
        INSERT INTO historico_mensagens (id, cliente_id, conversa_id, tipo, conteudo, \"timestamp\")
          VALUES (gen_random_uuid(), $, '01890000-0000-7000-8000-0000000000c2', 'SISTEMA', 'nota', now() + interval '29 days')";
    execute(&app, &caio.replace('$', &format!("'{}'", app.a.id))).await;

    app.clock.advance(TimeDelta::days(2));
    let gone = format!("contatos WHERE cliente_id = '{}' AND numero = '{BIA}'", app.a.id);
    eventually("Bia is gone", || async { (app.count(&gone).await == 0).then_some(()) }).await;
    eventually("the sweep is over", || async { (app.count("jobs WHERE queue = 'retencao'").await == 0).then_some(()) })
        .await;
    // Ana: the two lines of the second day and nothing else.
    let lines =
        |what: &str| format!("historico_mensagens WHERE cliente_id = '{}' AND tipo <> 'SISTEMA' {what}", app.a.id);
    assert_eq!(app.count(&lines("")).await, 2);
    assert_eq!(app.count(&lines("AND conteudo = 'Aceita Pix?'")).await, 1);
    assert_eq!(app.count(&of("outbox", app.a.id)).await, 1);
    let calls = of("eventos_recebidos", app.a.id);
    assert_eq!(app.count(&format!("{calls} AND payload::text LIKE '%domingo%'")).await, 0);
    assert_eq!(app.count(&format!("{calls} AND payload::text LIKE '%Aceita Pix%'")).await, 1);
    assert_eq!(app.count(&format!("{} AND previa <> ''", of("conversas", app.a.id))).await, 1, "Ana's only");
    assert_eq!(app.count(&of("contatos", app.a.id)).await, 2, "Ana, and Caio with his note");
    assert_eq!(app.count("jobs WHERE state = 'dead'").await, 0);
    // The other one keeps for 60 days.
    for (t, n) in tables.iter().zip(&before) {
        assert_eq!(app.count(&of(t, app.b.id)).await, *n, "{t}");
    }
    assert_eq!(app.count("clientes").await, 2);
}

const MANY: i64 = 12_000;

async fn fill(app: &TestApp, n: i64) {
    let sql = format!(
        "INSERT INTO contatos (id, cliente_id, nome) SELECT md5('k' || i)::uuid, '{id}', 'C' || i FROM generate_series(1, {n} / 100) i;
         INSERT INTO conversas (id, cliente_id, contato_id, jid, ultima_mensagem_em)
           SELECT md5('v' || i)::uuid, '{id}', md5('k' || i)::uuid, 'j' || i, now() - interval '40 days' FROM generate_series(1, {n} / 100) i;
         INSERT INTO historico_mensagens (id, cliente_id, conversa_id, tipo, conteudo, \"timestamp\")
           SELECT md5('m' || i)::uuid, '{id}', md5('v' || (i % ({n} / 100) + 1))::uuid, CASE WHEN i % 2 = 0 THEN 'IA' ELSE 'CONTATO' END,
             repeat('Bom dia, quanto custa a entrega? ', 4), now() - interval '40 days' + (i % 86400) * interval '1 second'
           FROM generate_series(1, {n}) i;
         INSERT INTO outbox (id, cliente_id, conversa_id, destino, conteudo, status)
           SELECT id, cliente_id, conversa_id, 'j', conteudo, 'ENVIADA' FROM historico_mensagens WHERE tipo = 'IA' AND cliente_id = '{id}';
         INSERT INTO historico_mensagens (id, cliente_id, conversa_id, tipo, conteudo, \"timestamp\")
           SELECT gen_random_uuid(), '{id}', md5('v1')::uuid, 'CONTATO', 'nova', now() FROM generate_series(1, {n} / 10) i;",
        id = app.a.id
    );
    execute(app, &sql).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_is_many_small_transactions_and_goes_on_where_its_time_ended() {
    let app = TestApp::start().await;
    fill(&app, MANY).await;
    // No time at all: it stops before the first cliente and says so.
    let first = retencao::sweep(&app.process.app, None, Duration::ZERO).await.unwrap();
    assert_eq!((first.linhas, first.parou_em), (0, Some(app.a.id.min(app.b.id))));
    let swept = retencao::sweep(&app.process.app, first.parou_em, Duration::from_secs(60)).await.unwrap();
    assert_eq!(swept.parou_em, None);
    // Lines and contatos, all but the conversation with the new ones.
    assert_eq!(swept.linhas, usize::try_from(MANY + MANY / 100 - 1).unwrap());
    // Three of lines, one each of the rest, and four that find nothing of the other cliente.
    assert_eq!(swept.lotes, 3 + 3 + 4, "{swept:?}");
    assert_eq!(app.count("historico_mensagens").await, MANY / 10);
    assert_eq!(app.count("conversas").await, 1);
    assert_eq!(app.count("outbox").await, 0);
}

/// `cargo nextest run --test api --run-ignored only -E 'test(a_million)' --no-capture`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; prints figures"]
async fn a_million_lines() {
    let app = TestApp::start().await;
    let began = Instant::now();
    fill(&app, 1_000_000).await;
    println!("filled in {:?}", began.elapsed());
    let began = Instant::now();
    let (mut from, mut lotes, mut linhas, mut maior) = (None, 0, 0, Duration::ZERO);
    loop {
        let swept = retencao::sweep(&app.process.app, from, Duration::from_secs(60)).await.unwrap();
        (lotes, linhas, maior) = (lotes + swept.lotes, linhas + swept.linhas, maior.max(swept.maior_lote));
        from = swept.parou_em;
        if from.is_none() {
            break;
        }
    }
    println!("{linhas} rows in {:?}, {lotes} transactions, the longest {maior:?}", began.elapsed());
    assert_eq!(app.count("historico_mensagens").await, 100_000);
}
