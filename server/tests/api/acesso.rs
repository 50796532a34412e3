//! The first senha, links, "Esqueci minha senha".

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use integrations::mail::{StoredMail, list_dir};
use serde_json::{Value, json};
use services::emails::Modelo;

use crate::emails::queue;
use crate::support::{Answer, SENHA, TestApp, User, eventually};

const ESQUECI: &str = "/api/v1/auth/esqueci-senha";
const LINK: &str = "/api/v1/auth/link";
const NOVA: &str = "/api/v1/auth/nova-senha";

/// Oldest first, once there are `n` with this subject.
async fn mails(app: &TestApp, subject: &str, n: usize) -> Vec<StoredMail> {
    let mut found = eventually("the mail is there", || async {
        let all = list_dir(&app.mail_dir).await.unwrap();
        let all: Vec<_> = all.into_iter().filter(|m| m.subject == subject).collect();
        (all.len() >= n).then_some(all)
    })
    .await;
    found.reverse();
    found
}

/// What stands behind the `#` of the mail's link.
fn token(mail: &StoredMail) -> String {
    let (_, rest) = mail.text.split_once("/nova-senha#").expect("a link");
    rest.chars().take_while(char::is_ascii_hexdigit).collect()
}

async fn welcomed(app: &TestApp) -> (String, String) {
    app.execute("UPDATE clientes SET trocar_senha = true WHERE email = 'a@teste.com.br'").await;
    app.execute(&format!("DELETE FROM sessoes WHERE cliente_id = '{}'", app.a.id)).await;
    queue(app, app.a.id, "boas_vindas:a", Modelo::BoasVindas).await;
    let mail = mails(app, "Sua conta no Proseia está pronta", 1).await.remove(0);
    let (_, rest) = mail.text.split_once("Senha inicial: ").expect("a senha");
    let senha = rest.lines().next().unwrap().to_owned();
    assert_eq!(senha.len(), 20);
    (senha, token(&mail))
}

async fn login(app: &TestApp, senha: &str) -> Answer {
    app.anonymous().post("/api/v1/auth/login", json!({ "email": "a@teste.com.br", "senha": senha })).await
}

fn with_token(app: &TestApp, login: &Value) -> User {
    User { token: Some(login["token"].as_str().unwrap().to_owned()), ..app.anonymous() }
}

async fn nova(app: &TestApp, token: &str, senha: &str) -> Answer {
    app.anonymous().post(NOVA, json!({ "token": token, "senha": senha })).await
}

async fn page(app: &TestApp, user: &User, path: &str) -> String {
    let cookie = format!("proseia_sessao={}", user.token.clone().unwrap());
    let answer = crate::support::answer(app.http.get(user.url(path)).header("cookie", cookie)).await;
    answer.headers.get("location").map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_senha_opens_nothing_but_its_own_replacement() {
    let app = TestApp::start().await;
    let (senha, token) = welcomed(&app).await;
    login(&app, SENHA).await.refused(401, "wrong_credentials");
    let answer = login(&app, &senha).await.ok();
    assert_eq!(answer["usuario"]["trocar_senha"], true);
    let user = with_token(&app, &answer);
    for path in ["/api/v1/config", "/api/v1/conversas", "/api/v1/eventos", "/api/v1/me/exportar", "/api/v1/avisos"] {
        user.get(path).await.refused(403, "trocar_senha");
    }
    user.put("/api/v1/me", json!({ "nome": "Outro" })).await.refused(403, "trocar_senha");
    user.post("/_fn/config/get", json!({})).await.refused(403, "trocar_senha");
    // What is open to all stays so.
    user.get("/api/v1/planos").await.ok();
    assert_eq!(user.get("/api/v1/me").await.ok()["trocar_senha"], true);
    assert_eq!(page(&app, &user, "/dashboard/conversas").await, "/dashboard/nova-senha");
    let change = |nova: &str| user.put("/api/v1/me/senha", json!({ "senha_atual": senha, "senha_nova": nova }));
    assert!(change(&senha).await.refused(422, "validation_failed")["fields"]["senha_nova"].is_string());
    change("minha-senha-nova").await.ok();
    assert_eq!(user.get("/api/v1/me").await.ok()["trocar_senha"], false);
    user.get("/api/v1/config").await.ok();
    assert_eq!(page(&app, &user, "/dashboard/nova-senha").await, "/dashboard");
    // The link of the same mail has lost its purpose.
    app.anonymous().post(LINK, json!({ "token": token })).await.refused(410, "link_invalido");
    // Once only: the mail is not sent again, and no senha is made over the owner's.
    assert!(!queue(&app, app.a.id, "boas_vindas:a", Modelo::BoasVindas).await);
    queue(&app, app.a.id, "boas_vindas:outra", Modelo::BoasVindas).await;
    eventually("it is dealt with", || async { (app.count("jobs WHERE queue = 'email'").await == 0).then_some(()) })
        .await;
    assert_eq!(mails(&app, "Sua conta no Proseia está pronta", 1).await.len(), 1);
    login(&app, "minha-senha-nova").await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_link_signs_in_once_and_nothing_of_the_mail_is_kept() {
    let app = TestApp::start().await;
    let (senha, token) = welcomed(&app).await;
    for (table, column) in [
        ("jobs", "payload::text"),
        ("emails", "emails::text"),
        ("links_acesso", "links_acesso::text"),
        ("clientes", "clientes::text"),
    ] {
        for secret in [&senha, &token] {
            assert_eq!(app.count(&format!("{table} WHERE {column} LIKE '%{secret}%'")).await, 0, "{table}");
        }
    }
    for _ in 0..2 {
        // Mail programs look at links too.
        let link = app.anonymous().post(LINK, json!({ "token": token })).await.ok();
        assert_eq!((&link["tipo"], &link["email_mascarado"]), (&json!("PRIMEIRO_ACESSO"), &json!("a•••@teste.com.br")));
    }
    app.clock.advance(TimeDelta::days(7) - TimeDelta::minutes(5));
    assert!(nova(&app, &token, "curta").await.refused(422, "validation_failed")["fields"]["senha"].is_string());
    assert!(nova(&app, &token, &senha).await.refused(422, "validation_failed")["fields"]["senha"].is_string());
    // Two at once: one of them.
    let (one, other) = tokio::join!(nova(&app, &token, "minha-senha-nova"), nova(&app, &token, "outra-senha-nova"));
    let (good, bad) = if one.status.is_success() { (one, other) } else { (other, one) };
    bad.refused(410, "link_invalido");
    assert!(good.headers["set-cookie"].to_str().unwrap().starts_with("proseia_sessao="));
    let user = with_token(&app, &good.ok());
    assert_eq!(user.get("/api/v1/me").await.ok()["trocar_senha"], false);
    nova(&app, &token, "terceira-senha").await.refused(410, "link_invalido");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_senha_is_replaced_by_mail_and_only_the_newest_link_works() {
    let app = TestApp::start().await;
    let ask = || app.anonymous().post_owned(ESQUECI, json!({ "email": " A@Teste.com.br " }));
    assert_eq!(ask().await.status, 204);
    let first = token(&mails(&app, "Crie uma nova senha", 1).await[0]);
    ask().await.ok();
    let second = token(&mails(&app, "Crie uma nova senha", 2).await[1]);
    nova(&app, &first, "minha-senha-nova").await.refused(410, "link_invalido");
    // Too old, and no other one would do either.
    app.clock.advance(TimeDelta::minutes(61));
    nova(&app, &second, "minha-senha-nova").await.refused(410, "link_invalido");
    for wrong in ["", "x", &"0".repeat(64)] {
        nova(&app, wrong, "minha-senha-nova").await.refused(410, "link_invalido");
    }
    ask().await.ok();
    let third = token(&mails(&app, "Crie uma nova senha", 3).await[2]);
    // Who had guessed too often gets in again.
    for _ in 0..10 {
        login(&app, "errada-errada").await.refused(401, "wrong_credentials");
    }
    app.b.user.get("/api/v1/me").await.ok();
    let user = with_token(&app, &nova(&app, &third, "minha-senha-nova").await.ok());
    user.get("/api/v1/config").await.ok();
    app.a.user.get("/api/v1/me").await.refused(401, "unauthenticated");
    app.b.user.get("/api/v1/me").await.ok();
    login(&app, SENHA).await.refused(401, "wrong_credentials");
    login(&app, "minha-senha-nova").await.ok();
    let told = mails(&app, "Sua senha foi alterada", 1).await.remove(0);
    assert!(told.text.contains("/esqueci-senha") && !told.text.contains("minha-senha-nova"), "{}", told.text);
    // The senha is known again: links that are left open no more.
    ask().await.ok();
    let fourth = token(&mails(&app, "Crie uma nova senha", 4).await[3]);
    user.put("/api/v1/me/senha", json!({ "senha_atual": "minha-senha-nova", "senha_nova": "mais-uma-senha" }))
        .await
        .ok();
    nova(&app, &fourth, "minha-senha-nova").await.refused(410, "link_invalido");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_who_has_an_account() {
    let app = TestApp::start().await;
    let mut took = [Vec::new(), Vec::new()];
    for i in 0..5 {
        for (which, email) in ["a@teste.com.br".to_owned(), format!("ninguem{i}@teste.com.br")].iter().enumerate() {
            let start = Instant::now();
            let answer = app.anonymous().post(ESQUECI, json!({ "email": email })).await;
            took[which].push(start.elapsed());
            assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
        }
    }
    let best = |times: &[Duration]| times.iter().min().copied().unwrap().as_secs_f64();
    let ratio = best(&took[0]) / best(&took[1]);
    println!("known {:?}, unknown {:?}, ratio {ratio:.2}", took[0], took[1]);
    // The same work: what differs happens later, in the worker.
    assert!((0.25..4.0).contains(&ratio), "{took:?}");
    eventually("all is dealt with", || async { (app.count("jobs WHERE queue = 'email'").await == 0).then_some(()) })
        .await;
    let all = list_dir(&app.mail_dir).await.unwrap();
    assert!(!all.is_empty() && all.iter().all(|m| m.to == "a@teste.com.br"), "{all:?}");
    // An address that was asked for is not kept, whose it may be.
    assert_eq!(app.count("jobs WHERE payload::text LIKE '%ninguem%'").await, 0);
    app.anonymous().post(ESQUECI, json!({ "email": "nada" })).await.refused(422, "validation_failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_too_often_is_refused_known_or_not_and_by_network() {
    let app = TestApp::start().await;
    let from = |ip: &'static str, email: String| {
        let request = app.http.post(format!("{}{ESQUECI}", app.base)).header("x-forwarded-for", ip);
        crate::support::answer(request.json(&json!({ "email": email })))
    };
    for email in ["b@teste.com.br", "ninguem@teste.com.br"] {
        for _ in 0..5 {
            from("198.51.100.1", email.to_owned()).await.ok();
        }
        from("203.0.113.1", email.to_uppercase()).await.refused(429, "too_many_requests");
    }
    for i in 0..20 {
        from("198.51.100.77", format!("x{i}@teste.com.br")).await.ok();
    }
    from("198.51.100.99", "y@teste.com.br".into()).await.refused(429, "too_many_requests");
    from("203.0.113.1", "y@teste.com.br".into()).await.ok();
}
