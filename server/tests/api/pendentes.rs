//! "Atendimento pendente": the mail to the owner when somebody waits for a person.

use chrono::TimeDelta;
use integrations::mail::{StoredMail, list_dir};
use serde_json::{Value, json};

use crate::support::{TestApp, eventually};

const ANA: &str = "5511911110000";
const BIA: &str = "5511922220000";
const CAIO: &str = "5511933330000";

async fn handed_over(app: &TestApp, instance: &str, from: &str, name: &str, text: &str) -> Value {
    let timestamp = app.clock.now().timestamp();
    app.sim(instance, "in", json!({ "from": from, "name": name, "text": text, "timestamp": timestamp })).await;
    app.conversa(&app.a, from, |c| c["estado"] == "AGUARDANDO_HUMANO").await
}

/// Oldest first, once there are `n`.
async fn mails(app: &TestApp, n: usize) -> Vec<StoredMail> {
    let mut found = eventually("the mail is there", || async {
        Some(list_dir(&app.mail_dir).await.unwrap()).filter(|m| m.len() >= n)
    })
    .await;
    found.reverse();
    found
}

async fn no_mail_job(app: &TestApp) {
    eventually("no mail is on its way", || async {
        (app.count("jobs WHERE queue = 'email' AND run_at <= now() + interval '1 minute'").await == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_over_is_one_mail_with_question_and_link() {
    let (app, instance) = TestApp::ready().await;
    let c =
        handed_over(&app, &instance, ANA, "Ana <b>Lima</b>", "Quem ganhou a copa de 1958? <script>{empresa}</script>")
            .await;
    let mail = mails(&app, 1).await.remove(0);
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("a@teste.com.br", "Atendimento pendente: Ana <b>Lima</b>"));
    let link = format!("{}/dashboard/conversas/{}", app.base, c["id"].as_str().unwrap());
    assert!(mail.text.contains("Pizzaria Bella") && mail.text.contains(&link), "{}", mail.text);
    assert!(mail.text.contains("> Quem ganhou a copa de 1958? <script>{empresa}</script>"), "{}", mail.text);
    assert!(mail.html.contains(&format!("href=\"{link}\"")), "{}", mail.html);
    assert!(
        mail.html.contains("&lt;script&gt;{empresa}&lt;/script&gt;") && mail.html.contains("Ana &lt;b&gt;Lima"),
        "{}",
        mail.html
    );
    assert!(!mail.html.contains("<script>") && !mail.html.contains("<b>Lima"), "{}", mail.html);
    // The contato goes on writing, time passes: it has been told.
    app.sim(&instance, "in", json!({ "from": ANA, "text": "Alô?" })).await;
    app.conversa(&app.a, ANA, |c| c["previa"] == "Alô?").await;
    app.clock.advance(TimeDelta::minutes(31));
    no_mail_job(&app).await;
    assert_eq!(mails(&app, 1).await.len(), 1);
    assert_eq!(app.count("jobs WHERE queue = 'email'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn later_ones_share_a_mail_and_who_was_answered_is_not_in_it() {
    let (app, instance) = TestApp::ready().await;
    handed_over(&app, &instance, ANA, "Ana", "Quem ganhou a copa de 1958?").await;
    mails(&app, 1).await;
    no_mail_job(&app).await;
    let bia = handed_over(&app, &instance, BIA, "Bia", "Quem descobriu o Brasil?").await;
    handed_over(&app, &instance, CAIO, "Caio", "Quem pintou a Mona Lisa?").await;
    handed_over(&app, &instance, "5511944440000", "Davi", "Quem escreveu Dom Casmurro?").await;
    // One job for all, half an hour after the first mail.
    assert_eq!(app.count("jobs WHERE kind = 'email_pendentes' AND run_at > now() + interval '20 minutes'").await, 1);
    assert_eq!(mails(&app, 1).await.len(), 1);
    let path = format!("/api/v1/conversas/{}/mensagens", bia["id"].as_str().unwrap());
    app.a.user.post(&path, json!({ "conteudo": "Pedro Álvares Cabral!" })).await.ok();
    app.clock.advance(TimeDelta::minutes(30));
    let second = mails(&app, 2).await.remove(1);
    assert_eq!(second.subject, "3 atendimentos pendentes");
    for (name, there) in [("Ana", true), ("Bia", false), ("Caio", true), ("Davi", true)] {
        assert_eq!(second.text.contains(&format!("{name}, desde")), there, "{}", second.text);
    }
    assert!(
        second.text.find("Caio").unwrap() < second.text.find("Ana, desde").unwrap(),
        "new ones first: {}",
        second.text
    );
    // Nobody new: nothing more. Somebody who is answered in time: nothing either.
    no_mail_job(&app).await;
    let eva = handed_over(&app, &instance, "5511955550000", "Eva", "Quem inventou o avião?").await;
    let path = format!("/api/v1/conversas/{}/assumir", eva["id"].as_str().unwrap());
    app.a.user.post(&path, json!({})).await.ok();
    app.clock.advance(TimeDelta::minutes(31));
    eventually("the job is over", || async { (app.count("jobs WHERE queue = 'email'").await == 0).then_some(()) })
        .await;
    assert_eq!(mails(&app, 2).await.len(), 2);
    // After that a new one is told at once.
    handed_over(&app, &instance, "5511966660000", "Fabi", "Quem inventou o rádio?").await;
    assert!(mails(&app, 3).await.remove(2).text.contains("Fabi, desde"));
}
