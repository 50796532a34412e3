//! Mails: once for each key, tried again when they may be, shown when they may not.

use chrono::TimeDelta;
use contracts::ClienteId;
use integrations::mail::list_dir;
use serde_json::{Value, json};
use services::Ctx;
use services::emails::{Modelo, enfileirar};

use crate::smtp::{Modo, Smtp};
use crate::support::{Options, TestApp, eventually};

pub async fn queue(app: &TestApp, id: ClienteId, chave: &str, modelo: Modelo) -> bool {
    let ctx = Ctx::system(&app.process.app, id, "teste".into());
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
