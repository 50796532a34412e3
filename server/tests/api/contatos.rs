//! A contato's data handed out and erased: afterwards nothing of it is anywhere.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use diesel_async::RunQueryDsl;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{PIZZARIA, TestApp, eventually};

/// Words and digits that nothing else holds.
const NOME: &str = "Zulmira Xuxupeba";
const NUMERO: &str = "5511987654321";
const SEM_NONO: &str = "551187654321";
const PERGUNTA: &str = "Quem venceu o torneio de bocha de Quixeramobim?";
const SEGREDO: &str = "meu cachorro se chama Bartolomeu";
const RESPOSTA: &str = "Dona Zulmira, foi o time do Crato.";
/// Another contato, who stays.
const OUTRO: &str = "5521912345678";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Every text of every table that holds one of `marks`, as "table.column: text".
async fn found(app: &TestApp, marks: &[&str]) -> Vec<String> {
    #[derive(diesel::QueryableByName)]
    struct Text {
        #[diesel(sql_type = diesel::sql_types::Text)]
        t: String,
    }
    let mut conn = app.db.connection().await;
    let columns = "SELECT format('SELECT ''%s.%s: '' || %I::text AS t FROM %I WHERE %I IS NOT NULL', table_name, column_name, column_name, table_name, column_name) AS t \
        FROM information_schema.columns WHERE table_schema = 'public'";
    let queries: Vec<Text> = diesel::sql_query(columns).load(&mut conn).await.unwrap();
    assert!(queries.len() > 80, "the catalogue is not read: {}", queries.len());
    let mut hits = Vec::new();
    for q in queries {
        let texts: Vec<Text> = diesel::sql_query(q.t).load(&mut conn).await.unwrap();
        hits.extend(texts.into_iter().map(|t| t.t).filter(|t| marks.iter().any(|m| t.contains(m))));
    }
    hits
}

fn files(dir: &Path, but: &Path, marks: &[&str], hits: &mut Vec<String>, seen: &mut usize) {
    for entry in std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).filter(|p| p != but) {
        if entry.is_dir() {
            files(&entry, but, marks, hits, seen);
        } else {
            *seen += 1;
            let bytes = std::fs::read(&entry).unwrap();
            let has = |m: &&str| bytes.windows(m.len()).any(|w| w == m.as_bytes());
            hits.extend(marks.iter().filter(|m| has(m)).map(|m| format!("{}: {m}", entry.display())));
        }
    }
}

async fn write(app: &TestApp, instance: &str, body: Value) {
    app.sim(instance, "in", body).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_handed_out_and_erased_everywhere() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_ansi(false)
        .with_writer(move || writer.clone());
    let logged = tracing::subscriber::set_global_default(subscriber.finish()).is_ok();
    let app = TestApp::start().await;
    app.teach(&app.a, PIZZARIA).await;
    let instance = app.connect(&app.a).await;
    write(&app, &instance, json!({ "from": OUTRO, "name": "Outra Pessoa", "text": "Vocês abrem domingo?" })).await;
    app.sent_to(&instance, OUTRO, 1).await;
    // By phone, without the ninth digit, and by lid; answered, handed over with its mail, a person's reply, a receipt.
    write(&app, &instance, json!({ "from": NUMERO, "name": NOME, "text": "Vocês aceitam Pix?" })).await;
    app.sent_to(&instance, NUMERO, 1).await;
    write(&app, &instance, json!({ "from": SEM_NONO, "name": NOME, "text": PERGUNTA })).await;
    let c = app.conversa(&app.a, NUMERO, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
    write(&app, &instance, json!({ "from": NUMERO, "lid": true, "name": NOME, "text": SEGREDO })).await;
    app.conversa(&app.a, NUMERO, |c| c["previa"] == SEGREDO).await;
    eventually("the owner has the mail", || async {
        (!integrations::mail::list_dir(&app.mail_dir).await.unwrap().is_empty()).then_some(())
    })
    .await;
    // Else the person's reply would withdraw it.
    eventually("the fallback has left", || async {
        (app.count("outbox WHERE status IN ('PENDENTE', 'ENVIANDO')").await == 0).then_some(())
    })
    .await;
    let path = format!("/api/v1/conversas/{}/mensagens", c["id"].as_str().unwrap());
    app.a.user.post(&path, json!({ "conteudo": RESPOSTA })).await.ok();
    eventually("all is sent and read", || async {
        let open = app.count("historico_mensagens WHERE tipo IN ('IA', 'HUMANO') AND status_envio <> 'LIDA'").await;
        let jobs = app.count("jobs WHERE queue IN ('evento', 'turno', 'envio', 'email')").await;
        (open + jobs == 0).then_some(())
    })
    .await;
    // A job that waits with the contato's address in its keys, and a dead one with the number in its error.
    let waiting =
        jobs::NewJob::new("evento", "parado").group(format!("entrada:x:{SEM_NONO}@s.whatsapp.net")).tenant(app.a.id.0);
    let mut tx = app.db.db.system().await.unwrap();
    jobs::enqueue(tx.connection(), &waiting, app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    {
        use diesel_async::SimpleAsyncConnection;
        let dead = format!(
            "INSERT INTO jobs (id, queue, kind, tenant_id, state, max_attempts, run_at, created_at, finished_at, last_error) \
             VALUES (gen_random_uuid(), 'envio', 'envio', '{}', 'dead', 1, now(), now(), now(), 'no {NUMERO}')",
            app.a.id
        );
        app.db.connection().await.batch_execute(&dead).await.unwrap();
    }

    let id = c["contato_id"].as_str().unwrap().to_owned();
    let all = app.a.user.get(&format!("/api/v1/contatos/{id}/exportar")).await.ok();
    assert_eq!((&all["contato"]["nome"], &all["contato"]["numero"]), (&json!(NOME), &json!(NUMERO)));
    assert!(all["enderecos"].as_array().unwrap().len() >= 3, "{}", all["enderecos"]);
    let texts: Vec<&str> = all["mensagens"].as_array().unwrap().iter().filter_map(|m| m["conteudo"].as_str()).collect();
    for text in [PERGUNTA, SEGREDO, RESPOSTA] {
        assert!(texts.contains(&text), "{texts:?}");
    }
    assert_eq!(all["conversa"]["id"], c["id"]);
    let lid =
        all["enderecos"].as_array().unwrap().iter().filter_map(Value::as_str).find(|j| j.ends_with("@lid")).unwrap();
    let lid = lid.split('@').next().unwrap().to_owned();

    // Nobody else's to read or erase.
    let path = format!("/api/v1/contatos/{id}");
    app.b.user.get(&format!("{path}/exportar")).await.refused(404, "not_found");
    app.b.user.call(Method::DELETE, &path, None).await.refused(404, "not_found");

    let marks =
        [NOME, NUMERO, SEM_NONO, "87654321", lid.as_str(), PERGUNTA, "Quixeramobim", SEGREDO, "Bartolomeu", RESPOSTA];
    let before = found(&app, &marks).await;
    for table in
        ["contatos", "contato_aliases", "conversas", "historico_mensagens", "outbox", "eventos_recebidos", "jobs"]
    {
        assert!(before.iter().any(|h| h.starts_with(table)), "{table} holds nothing: this test proves nothing");
    }
    let others = found(&app, &[OUTRO]).await.len();
    let memory = format!("memoria:{}:{}", app.a.id, c["id"].as_str().unwrap());
    assert!(!app.process.app.kv.list(&memory).await.unwrap().is_empty());

    assert_eq!(app.a.user.call(Method::DELETE, &path, None).await.status.as_u16(), 204);

    let left = found(&app, &marks).await;
    assert!(left.is_empty(), "{left:#?}");
    assert!(app.process.app.kv.list(&memory).await.unwrap().is_empty());
    // What the program keeps in files. The mail directory stands for the owner's mailbox: what has left is out of reach.
    let mut hits = Vec::new();
    let mut seen = 0;
    files(app.mail_dir.parent().unwrap(), &app.mail_dir, &marks, &mut hits, &mut seen);
    assert!(hits.is_empty() && seen > 0, "{seen} files: {hits:#?}");
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(!logged || log.contains("contato erased"), "nothing was logged");
    let told: Vec<&str> = log.lines().filter(|l| marks.iter().any(|m| l.contains(m))).collect();
    assert!(told.is_empty(), "{told:#?}");
    // The other one is as before.
    assert_eq!(found(&app, &[OUTRO]).await.len(), others);
    app.conversa(&app.a, OUTRO, |c| c["nome"] == "Outra Pessoa").await;
    app.a.user.call(Method::DELETE, &path, None).await.refused(404, "not_found");
    app.a.user.get(&format!("{path}/exportar")).await.refused(404, "not_found");
    // Who writes again is somebody new.
    write(&app, &instance, json!({ "from": NUMERO, "name": NOME, "text": "Vocês aceitam Pix?" })).await;
    let again = app.conversa(&app.a, NUMERO, |_| true).await;
    assert_ne!(again["contato_id"].as_str(), Some(id.as_str()));
}
