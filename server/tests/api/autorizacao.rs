//! Every operation of the catalogue, tried by every kind of caller; and the catalogue has every operation.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use server::http::catalogue::{Access, OPERATIONS};

use crate::support::{Answer, TestApp, User};

async fn call(user: &User, method: &str, path: &str) -> Answer {
    let none = "01890000-0000-7000-8000-000000000000";
    let path = path.replace("{id}", none).replace("{mensagem_id}", none);
    let method: Method = method.parse().unwrap();
    // What stays open, like the event stream, is judged by its head.
    let body = (method != Method::GET).then(|| json!({}));
    if path.ends_with("/eventos") {
        return head(user, &path).await;
    }
    user.call(method, &path, body).await
}

async fn head(user: &User, path: &str) -> Answer {
    let mut request = reqwest::Client::new().get(user.url(path));
    if let Some(token) = &user.token {
        request = request.bearer_auth(token);
    }
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = if status.is_success() { String::new() } else { response.text().await.unwrap() };
    Answer { status, headers, text }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_what_the_table_says() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    let revoked = app.login("a@teste.com.br").await;
    revoked.post("/api/v1/auth/logout", json!({})).await.ok();
    let forged = User { token: Some(format!("{}x", app.a.user.token.clone().unwrap())), ..app.anonymous() };
    for (method, path, access) in OPERATIONS {
        let what = format!("{method} {path}");
        // Logging out would end the callers of the other lines.
        let cliente = if path.ends_with("logout") { app.login("a@teste.com.br").await } else { app.a.user.clone() };
        let admin = if path.ends_with("logout") { app.admin_login().await } else { app.admin.clone() };
        let callers: [(&str, &User, bool, u16); 5] = [
            ("anonymous", &anonymous, *access == Access::Public, 401),
            ("revoked", &revoked, *access == Access::Public, 401),
            ("forged", &forged, *access == Access::Public, 401),
            ("cliente", &cliente, *access != Access::Admin, 403),
            ("admin", &admin, *access != Access::Cliente, 403),
        ];
        for (who, user, allowed, refusal) in callers {
            let answer = call(user, method, path).await;
            let status = answer.status.as_u16();
            if allowed {
                let denied = matches!(status, 401 | 403) && !path.ends_with("/login");
                assert!(!denied, "{what} as {who}: {status} {}", answer.text);
            } else {
                assert_eq!(status, refusal, "{what} as {who}: {}", answer.text);
                assert!(answer.json()["request_id"].is_string(), "{what}: {}", answer.text);
            }
            assert_ne!(status, 500, "{what} as {who}: {}", answer.text);
        }
    }
    // Time, last of all: every token ends.
    app.clock.advance(TimeDelta::days(8));
    for (method, path, access) in OPERATIONS {
        for user in [&app.a.user, &app.admin] {
            let status = call(user, method, path).await.status.as_u16();
            assert!(*access == Access::Public || status == 401, "{method} {path} with an expired token: {status}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_has_every_operation_and_no_other() {
    // Server functions register themselves when they are linked.
    let app = TestApp::start().await;
    let (_, api) = server::http::openapi::router();
    let mut real = BTreeSet::new();
    for (path, item) in &api.paths.paths {
        for (method, operation) in [
            ("GET", &item.get),
            ("PUT", &item.put),
            ("POST", &item.post),
            ("DELETE", &item.delete),
            ("PATCH", &item.patch),
        ] {
            if operation.is_some() {
                real.insert(format!("{method} {path}"));
            }
        }
    }
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        real.insert(format!("{method} {path}"));
    }
    let table: BTreeSet<String> = OPERATIONS.iter().map(|(m, p, _)| format!("{m} {p}")).collect();
    assert_eq!(table.len(), OPERATIONS.len(), "an operation is listed twice");
    assert_eq!(table, real);
    drop(app);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_in_the_table_is_not_there() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    user.get("/api/v1/nada").await.refused(404, "not_found");
    user.get("/_fn/nada").await.refused(404, "not_found");
    user.call(Method::DELETE, "/api/v1/me", None).await.refused(405, "method_not_allowed");
    user.get("/_fn/auth/me").await.refused(405, "method_not_allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_other_audience_send_to_their_login() {
    let app = TestApp::start().await;
    for (user, path, login) in [
        (
            app.anonymous(),
            "/dashboard/conversas?estado=IA_ATIVA",
            "/login?de=%2Fdashboard%2Fconversas%3Festado%3DIA_ATIVA",
        ),
        (app.anonymous(), "/admin/dashboard", "/admin/login?de=%2Fadmin%2Fdashboard"),
        (app.a.user.clone(), "/admin/dashboard", "/admin/login?de=%2Fadmin%2Fdashboard"),
        (app.admin.clone(), "/dashboard", "/login?de=%2Fdashboard"),
        (app.admin.clone(), "/admin", "/admin/dashboard"),
    ] {
        let answer = user.get(path).await;
        assert_eq!(answer.status.as_u16(), 303, "{path}");
        assert_eq!(answer.headers["location"], login, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_cannot_make_a_browser_act() {
    let app = TestApp::start().await;
    let token = app.a.user.token.clone().unwrap();
    let cookie = format!("proseia_sessao={token}");
    let post = |origin: String, path: &str| {
        let request = app.http.post(format!("{}{path}", app.base)).header("cookie", &cookie).header("origin", origin);
        crate::support::answer(request.json(&json!({})))
    };
    for path in ["/api/v1/auth/logout", "/_fn/auth/logout", "/api/v1/whatsapp/instance"] {
        post("https://mau.example".into(), path).await.refused(403, "cross_site");
        post("null".into(), path).await.refused(403, "cross_site");
    }
    let mine = app.http.get(format!("{}/api/v1/me", app.base)).header("cookie", &cookie);
    assert_eq!(crate::support::answer(mine).await.ok()["email"], "a@teste.com.br");
    post(app.base.clone(), "/api/v1/auth/logout").await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_stream_ends_with_its_login() {
    let app = TestApp::start().await;
    let user = app.login("a@teste.com.br").await;
    let mut stream = reqwest::Client::new()
        .get(user.url("/api/v1/eventos"))
        .bearer_auth(user.token.clone().unwrap())
        .send()
        .await
        .unwrap();
    assert!(stream.chunk().await.unwrap().is_some());
    user.post("/api/v1/auth/logout", json!({})).await.ok();
    // Found out at the next look, within 15 s.
    let end = async { while stream.chunk().await.unwrap().is_some() {} };
    assert!(tokio::time::timeout(std::time::Duration::from_secs(20), end).await.is_ok(), "the stream goes on");
}
