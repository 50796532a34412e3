//! Mails: once for each key, tried again when they may be, shown when they may not.

use std::collections::HashSet;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use contracts::{ClienteId, StatusCliente};
use integrations::mail::list_dir;
use serde_json::{Value, json};
use server::compose::Process;
use server::config::Config;
use server::http::Parts;
use services::emails::{Modelo, enfileirar};
use services::{Clock, Ctx, auth};

use crate::smtp::{Modo, Smtp};
use crate::support::{Options, TestApp, eventually};

pub async fn queue(app: &TestApp, id: ClienteId, chave: &str, modelo: Modelo) -> bool {
    queue_at(&app.process, id, chave, modelo).await
}

async fn queue_at(process: &Process, id: ClienteId, chave: &str, modelo: Modelo) -> bool {
    let ctx = Ctx::system(&process.app, id, "teste".into());
    let mut tx = ctx.tenant().await.unwrap();
    let new = enfileirar(&ctx, &mut tx, chave, modelo).await.unwrap();
    tx.commit().await.unwrap();
    new
}

async fn with_smtp() -> (TestApp, Smtp) {
    let smtp = Smtp::start().await;
    let app = TestApp::with(Options { smtp: Some(smtp.url.clone()), ..Default::default() }).await;
    (app, smtp)
}

/// The newest mail of the admin's list, once `check` holds.
async fn newest(app: &TestApp, check: impl Fn(&Value) -> bool) -> Value {
    eventually("the mail is in the list", || async {
        let first = app.admin.get("/api/v1/admin/emails").await.ok()["itens"].as_array()?.first()?.clone();
        check(&first).then_some(first)
    })
    .await
}

async fn nothing_waits(app: &TestApp) {
    eventually("no mail is on its way", || async {
        (app.count("jobs WHERE queue = 'email'").await == 0).then_some(())
    })
    .await;
}

fn message_id(raw: &str) -> String {
    raw.lines().find(|l| l.starts_with("Message-ID:")).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_one_mail_even_when_two_ask_at_once() {
    let (app, smtp) = with_smtp().await;
    let asked = (0..8).map(|_| queue(&app, app.a.id, "voltou:1", Modelo::ContaReativada));
    let new = futures::future::join_all(asked).await.into_iter().filter(|new| *new).count();
    assert_eq!(new, 1);
    // A key belongs to one account.
    assert!(!queue(&app, app.b.id, "voltou:1", Modelo::ContaReativada).await);
    assert!(queue(&app, app.a.id, "voltou:2", Modelo::ContaReativada).await);
    nothing_waits(&app).await;
    let got = smtp.recebidos();
    assert_eq!(got.len(), 2);
    assert_eq!(app.count("emails WHERE estado = 'ENVIADO' AND enviado_em IS NOT NULL").await, 2);
    for wanted in
        ["multipart/alternative", "text/plain", "text/html", "Auto-Submitted: auto-generated", "To: a@teste.com.br"]
    {
        assert!(got[0].contains(wanted), "{wanted} in {}", got[0]);
    }
    // Long after it was sent it is still the same one.
    app.clock.advance(TimeDelta::days(400));
    assert!(!queue(&app, app.a.id, "voltou:1", Modelo::ContaReativada).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_address_is_told_in_the_dashboard_until_a_mail_is_taken() {
    let (app, smtp) = with_smtp().await;
    smtp.agora(Modo::Responde("550 5.1.1 no such user here"));
    queue(&app, app.a.id, "k1", Modelo::ContaReativada).await;
    let row = newest(&app, |m| m["estado"] == "RECUSADO").await;
    assert_eq!((row["modelo"].as_str(), row["tentativas"].as_i64()), (Some("conta_reativada"), Some(1)));
    assert!(row["erro"].as_str().unwrap().contains("no such user here"), "{row}");
    nothing_waits(&app).await;
    let avisos = app.a.user.get("/api/v1/avisos").await.ok();
    assert_eq!(
        (&avisos["itens"][0]["tipo"], &avisos["itens"][0]["detalhe"]["email"]),
        (&json!("EMAIL_RECUSADO"), &json!("a@teste.com.br"))
    );
    assert!(avisos["itens"][0]["resolvido_em"].is_null());
    assert!(app.b.user.get("/api/v1/avisos").await.ok()["itens"].as_array().unwrap().is_empty());
    // Refused for what we are, not for who the owner is: nothing the owner could do.
    smtp.agora(Modo::Responde("550 5.7.1 blocked by policy"));
    queue(&app, app.b.id, "k2", Modelo::ContaReativada).await;
    newest(&app, |m| m["estado"] == "RECUSADO" && m["cliente_id"] == json!(app.b.id)).await;
    assert!(app.b.user.get("/api/v1/avisos").await.ok()["itens"].as_array().unwrap().is_empty());
    let refused = app.admin.get("/api/v1/admin/emails?estado=RECUSADO").await.ok();
    assert_eq!(refused["itens"].as_array().unwrap().len(), 2);
    smtp.agora(Modo::Aceita);
    queue(&app, app.a.id, "k3", Modelo::ContaReativada).await;
    newest(&app, |m| m["estado"] == "ENVIADO").await;
    assert!(!app.a.user.get("/api/v1/avisos").await.ok()["itens"][0]["resolvido_em"].is_null());
    app.admin.get("/api/v1/admin/emails?estado=NADA").await.refused(422, "validation_failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_off_is_tried_again_and_given_up_after_two_days() {
    let (app, smtp) = with_smtp().await;
    smtp.agora(Modo::Responde("451 4.7.1 come back later"));
    queue(&app, app.a.id, "k1", Modelo::ContaReativada).await;
    let row = newest(&app, |m| m["tentativas"] == 1).await;
    assert_eq!(row["estado"], "NA_FILA");
    assert!(row["erro"].as_str().unwrap().contains("come back later"), "{row}");
    smtp.agora(Modo::Aceita);
    app.clock.advance(TimeDelta::seconds(31));
    let row = newest(&app, |m| m["estado"] == "ENVIADO").await;
    assert_eq!(row["tentativas"], 2);
    // The last attempt of another one.
    smtp.agora(Modo::Responde("451 4.7.1 come back later"));
    queue(&app, app.a.id, "k2", Modelo::ContaReativada).await;
    newest(&app, |m| m["tentativas"] == 1 && m["estado"] == "NA_FILA").await;
    app.execute("UPDATE jobs SET attempts = 23, run_at = now() WHERE queue = 'email'").await;
    let row = newest(&app, |m| m["estado"] == "RECUSADO").await;
    assert_eq!(row["tentativas"], 24);
    nothing_waits(&app).await;
    // The server's fault, not the address's.
    assert!(app.a.user.get("/api/v1/avisos").await.ok()["itens"].as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_cannot_be_avoided_has_the_same_message_id() {
    let (app, smtp) = with_smtp().await;
    smtp.agora(Modo::Some);
    queue(&app, app.a.id, "k1", Modelo::ContaReativada).await;
    newest(&app, |m| m["tentativas"] == 1).await;
    smtp.agora(Modo::Aceita);
    app.clock.advance(TimeDelta::seconds(31));
    newest(&app, |m| m["estado"] == "ENVIADO").await;
    let got = smtp.recebidos();
    assert_eq!(got.len(), 2);
    assert_eq!(message_id(&got[0]), message_id(&got[1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_speaks_the_language_of_its_owner_and_respects_what_it_wants() {
    let app = TestApp::start().await;
    app.a.user.put("/api/v1/me", json!({ "idioma": "en", "avisar_conexao": false })).await.ok();
    queue(&app, app.a.id, "k1", Modelo::SilencioIncomum { minutos: 45 }).await;
    queue(&app, app.a.id, "k2", Modelo::ContaReativada).await;
    queue(&app, app.b.id, "k3", Modelo::ContaReativada).await;
    nothing_waits(&app).await;
    let mut subjects: Vec<(String, String)> =
        list_dir(&app.mail_dir).await.unwrap().into_iter().map(|m| (m.to, m.subject)).collect();
    subjects.sort();
    let of = |to: &str, subject: &str| (to.to_owned(), subject.to_owned());
    assert_eq!(subjects, [of("a@teste.com.br", "Your account is back"), of("b@teste.com.br", "Sua conta voltou")]);
    assert_eq!(app.count("emails WHERE modelo = 'silencio_incomum'").await, 0);
}

/// Of all mails of one worker at once, as many as it may have in hand.
const AT_ONCE: usize = 2;

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_loses_no_mail_and_doubles_only_what_it_had_in_hand() {
    const MAILS: usize = 60;
    let (db, dir, smtp) = (test_support::TestDb::new().await, tempfile::tempdir().unwrap(), Smtp::start().await);
    smtp.agora(Modo::Demora(Duration::from_millis(40)));
    let env: Vec<(&str, String)> = vec![
        ("DATABASE_URL", db.url.clone()),
        ("LANCEDB_URI", dir.path().join("lance").to_string_lossy().into_owned()),
        ("EVOLUTION_URL", "http://127.0.0.1:9/".to_owned()),
        ("EVOLUTION_API_KEY", "k".to_owned()),
        ("JWT_SECRET", "0123456789abcdef0123456789abcdef".to_owned()),
        ("SMTP_URL", smtp.url.clone()),
        ("RUST_LOG", "warn".to_owned()),
    ];
    let config = Config::from(|name| env.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone())).unwrap();
    let process = Process::start(config, Parts::default(), None, Clock::default()).await.unwrap();
    let ctx = process.cli_ctx();
    let id = auth::create_cliente(&ctx, "Bella", "a@b.com.br", "senha-de-teste", StatusCliente::Ativo).await.unwrap();
    for n in 0..MAILS {
        assert!(queue_at(&process, id, &format!("m{n}"), Modelo::ContaReativada).await);
    }
    let mut worker = Worker::spawn(&env, dir.path());
    let kills = [7, 20, 41];
    for taken in kills {
        wait("mails leave", Duration::from_secs(60), || async { smtp.recebidos().len() >= taken }).await;
        // SIGKILL; the next one begins at once.
        drop(worker);
        worker = Worker::spawn(&env, dir.path());
    }
    // What the dead ones held is taken over when their lease ends.
    wait("all are sent", Duration::from_secs(120), || async {
        let mut tx = process.app.db.system().await.unwrap();
        let sent = db::models::email::list(&mut tx, Some(contracts::EstadoEmail::Enviado), None, 100).await.unwrap();
        sent.len() == MAILS
    })
    .await;
    drop(worker);
    let got = smtp.recebidos();
    let distinct: HashSet<String> = got.iter().map(|m| message_id(m)).collect();
    println!("{MAILS} mails, {} kills: {} messages, {} twice", kills.len(), got.len(), got.len() - distinct.len());
    assert_eq!(distinct.len(), MAILS, "every mail arrived");
    assert!(got.len() <= MAILS + kills.len() * AT_ONCE, "{} messages", got.len());
}

struct Worker(Child);

impl Worker {
    fn spawn(env: &[(&str, String)], dir: &std::path::Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_proseia"));
        Self(command.arg("worker").envs(env.iter().map(|(k, v)| (*k, v))).current_dir(dir).spawn().unwrap())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

async fn wait<F: Future<Output = bool>>(what: &str, patience: Duration, mut probe: impl FnMut() -> F) {
    let deadline = Instant::now() + patience;
    while !probe().await {
        assert!(Instant::now() < deadline, "never happened: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
