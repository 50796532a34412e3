//! Login, logout, senha.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{SENHA, TestApp, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_login_gives_a_token_and_the_same_as_a_cookie() {
    let app = TestApp::start().await;
    let body = json!({ "email": " A@Teste.com.br ", "senha": SENHA });
    let answer = app.anonymous().post("/api/v1/auth/login", body).await;
    let token = answer.ok()["token"].as_str().unwrap().to_owned();
    let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with(&format!("proseia_sessao={token};")), "{cookie}");
    for word in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let me = app.http.get(format!("{}/api/me", app.base)).header("cookie", format!("proseia_sessao={token}"));
    assert_eq!(crate::support::answer(me).await.ok()["email"], "a@teste.com.br");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_email_and_wrong_senha_are_the_same_answer_after_the_same_time() {
    let app = TestApp::start().await;
    for path in ["/api/v1/auth/login", "/api/v1/admin/auth/login"] {
        let known = if path.contains("admin") { "admin@teste.com.br" } else { "a@teste.com.br" };
        let nobody = format!("ninguem{}@teste.com.br", path.len());
        let mut took = [Duration::MAX; 2];
        let mut words = [String::new(), String::new()];
        // The quickest of several: noise only ever adds.
        for _ in 0..9 {
            for (i, email) in [known, nobody.as_str()].iter().enumerate() {
                let start = Instant::now();
                let answer = app.anonymous().post(path, json!({ "email": email, "senha": "errada-errada" })).await;
                took[i] = took[i].min(start.elapsed());
                let mut body = answer.refused(401, "wrong_credentials");
                body["request_id"] = json!(null);
                words[i] = body.to_string();
            }
        }
        assert_eq!(words[0], words[1]);
        let ratio = took[0].as_secs_f64() / took[1].as_secs_f64();
        // Without the hash of nobody an unknown e-mail takes a tenth; the machine's own noise reaches twice.
        assert!((0.25..4.0).contains(&ratio), "{path}: {took:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_too_often_has_to_wait_known_or_not() {
    let app = TestApp::start().await;
    for email in ["b@teste.com.br", "ninguem@teste.com.br"] {
        let try_senha = |senha: &str| {
            let body = json!({ "email": email, "senha": senha });
            app.anonymous().post_owned("/api/v1/auth/login", body)
        };
        for _ in 0..10 {
            try_senha("errada-errada").await.refused(401, "wrong_credentials");
        }
        try_senha(SENHA).await.refused(429, "too_many_requests");
    }
    // Whoever is in stays in, and others are not touched.
    app.b.user.get("/api/v1/me").await.ok();
    app.login("a@teste.com.br").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_cannot_be_right_says_which_field() {
    let app = TestApp::start().await;
    let answer = app.anonymous().post("/api/v1/auth/login", json!({ "email": "nada", "senha": "" })).await;
    assert!(answer.refused(422, "validation_failed")["fields"]["email"].is_string());
    let answer = app.anonymous().post("/api/v1/auth/login", json!({ "email": "a@b.co", "senha": "" })).await;
    assert!(answer.refused(422, "validation_failed")["fields"]["senha"].is_string());
    let long = json!({ "email": "a@teste.com.br", "senha": "x".repeat(100_000) });
    app.anonymous().post("/api/v1/auth/login", long).await.refused(401, "wrong_credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_senha_ends_the_other_logins_and_is_told_by_mail() {
    let app = TestApp::start().await;
    let other = app.login("a@teste.com.br").await;
    let user = &app.a.user;
    let change =
        |atual: &str, nova: &str| user.put("/api/v1/me/senha", json!({ "senha_atual": atual, "senha_nova": nova }));
    assert!(
        change("errada", "outra-senha").await.refused(422, "validation_failed")["fields"]["senha_atual"].is_string()
    );
    assert!(change(SENHA, "curta").await.refused(422, "validation_failed")["fields"]["senha_nova"].is_string());
    other.get("/api/v1/me").await.ok();
    change(SENHA, "outra-senha").await.ok();
    user.get("/api/v1/me").await.ok();
    other.get("/api/v1/me").await.refused(401, "unauthenticated");
    let login = |senha: &'static str| {
        app.anonymous().post_owned("/api/v1/auth/login", json!({ "email": "a@teste.com.br", "senha": senha }))
    };
    login(SENHA).await.refused(401, "wrong_credentials");
    login("outra-senha").await.ok();
    let mail = eventually("the mail is written", || async {
        integrations::mail::list_dir(&app.mail_dir).await.ok()?.into_iter().next()
    })
    .await;
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("a@teste.com.br", "Sua senha foi alterada"));
    assert!(!mail.text.contains("outra-senha"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_hash_is_stored_and_nothing_of_a_token_can_be_changed() {
    let app = TestApp::start().await;
    assert_eq!(app.count("clientes WHERE senha_hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'").await, 2);
    let token = app.a.user.token.clone().unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    // "alg": "none", and another cliente's id under the old signature.
    let none = format!("eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.{}.", parts[1]);
    let swapped = format!("{}.{}.{}", parts[0], app.b.user.token.clone().unwrap().split('.').nth(1).unwrap(), parts[2]);
    for bad in [none, swapped, String::new(), "x".into()] {
        let user = crate::support::User { token: Some(bad), ..app.anonymous() };
        user.get("/api/v1/me").await.refused(401, "unauthenticated");
    }
}
