//! The account as its owner sees it: data, devices, which mails are sent, a copy of everything, closing and reopening.

use chrono::TimeDelta;
use contracts::StatusCliente;
use integrations::mail::list_dir;
use reqwest::Method;
use serde_json::{Value, json};
use services::Ctx;

use crate::support::{CLINICA, PIZZARIA, SENHA, TestApp, User, eventually};

const ANA: &str = "5511911110000";

async fn subjects(app: &TestApp) -> Vec<String> {
    list_dir(&app.mail_dir).await.unwrap().into_iter().map(|m| m.subject).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_is_saved_and_what_is_wrong_is_said_by_field() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    let saved = user
        .put(
            "/api/v1/me",
            json!({ "nome": "  Bella Massas ", "telefone": "(11) 3333-4444", "idioma": "en", "avisar_pendentes": "RESUMO" }),
        )
        .await
        .ok();
    assert_eq!((&saved["nome"], &saved["telefone"]), (&json!("Bella Massas"), &json!("(11) 3333-4444")));
    assert_eq!((&saved["idioma"], &saved["avisar_pendentes"]), (&json!("en"), &json!("RESUMO")));
    assert_eq!(saved, user.get("/api/v1/me").await.ok());
    let one = user.put("/api/v1/me", json!({ "telefone": " " })).await.ok();
    assert_eq!((&one["telefone"], &one["nome"]), (&json!(null), &json!("Bella Massas")));
    for (field, value) in [("nome", "x"), ("telefone", "3333-4444"), ("idioma", "fr")] {
        let refusal = user.put("/api/v1/me", json!({ field: value })).await.refused(422, "validation_failed");
        assert!(refusal["fields"][field].is_string(), "{refusal}");
    }
    user.put("/api/v1/me", json!({ "email": "outro@teste.com.br" })).await.refused(400, "bad_request");
    user.put("/api/v1/me", json!({ "status": "ATIVO" })).await.refused(400, "bad_request");
    assert_eq!(app.b.user.get("/api/v1/me").await.ok()["nome"], "Clínica Sorriso");
}

async fn with_agent(app: &TestApp, agent: &str, forwarded: &str) -> User {
    let login = app.http.post(format!("{}/api/v1/auth/login", app.base)).header("user-agent", agent);
    let login = login.header("x-forwarded-for", forwarded).json(&json!({ "email": "a@teste.com.br", "senha": SENHA }));
    let token = crate::support::answer(login).await.ok()["token"].as_str().unwrap().to_owned();
    User { token: Some(token), ..app.anonymous() }
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_listed_and_signed_out() {
    let app = TestApp::start().await;
    let phone =
        "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36";
    let phone = with_agent(&app, phone, "198.51.100.1, 203.0.113.77").await;
    let tablet = with_agent(&app, "Mozilla/5.0 (iPad; CPU OS 18_0) Safari/604.1", "2001:db8:a:b::1").await;
    let list = phone.get("/api/v1/me/sessoes").await.ok()["itens"].as_array().unwrap().clone();
    assert_eq!(list.len(), 3);
    let of = |sistema: &str| list.iter().find(|s| s["sistema"] == sistema).unwrap().clone();
    let (own, other) = (of("Android"), of("iPad"));
    assert_eq!((&own["atual"], &own["navegador"], &own["ip"]), (&json!(true), &json!("Chrome"), &json!("203.0.113.x")));
    assert_eq!((&other["atual"], &other["ip"]), (&json!(false), &json!("2001:db8:a:x")));
    assert_eq!(app.count("sessoes WHERE ip LIKE '%203.0.113.77%'").await, 0, "kept shortened only");
    // The other cliente's cannot be ended, nor seen.
    let foreign = app.b.user.get("/api/v1/me/sessoes").await.ok()["itens"][0]["id"].clone();
    let path = |id: &Value| format!("/api/v1/me/sessoes/{}", id.as_str().unwrap());
    phone.call(Method::DELETE, &path(&foreign), None).await.refused(404, "not_found");
    app.b.user.get("/api/v1/me").await.ok();
    phone.call(Method::DELETE, &path(&other["id"]), None).await.ok();
    tablet.get("/api/v1/me").await.refused(401, "unauthenticated");
    phone.call(Method::DELETE, &path(&other["id"]), None).await.refused(404, "not_found");
    phone.post("/api/v1/me/sessoes/encerrar-outras", json!({})).await.ok();
    app.a.user.get("/api/v1/me").await.refused(401, "unauthenticated");
    assert_eq!(phone.get("/api/v1/me/sessoes").await.ok()["itens"].as_array().unwrap().len(), 1);
    // The last sign of life is written every few minutes, not at each request.
    let seen = |list: Value| list["itens"][0]["visto_em"].clone();
    let first = seen(phone.get("/api/v1/me/sessoes").await.ok());
    assert_eq!(seen(phone.get("/api/v1/me/sessoes").await.ok()), first);
    app.clock.advance(TimeDelta::minutes(6));
    assert_ne!(seen(phone.get("/api/v1/me/sessoes").await.ok()), first);
}

async fn handed_over(app: &TestApp, instance: &str, from: &str) {
    let timestamp = app.clock.now().timestamp();
    let body = json!({ "from": from, "name": "Ana", "text": "Quem ganhou a copa de 1958?", "timestamp": timestamp });
    app.sim(instance, "in", body).await;
    app.conversa(&app.a, from, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_follow_the_choice() {
    let (app, instance) = TestApp::ready().await;
    let user = &app.a.user;
    user.put("/api/v1/me", json!({ "avisar_pendentes": "NUNCA", "avisar_conexao": false })).await.ok();
    handed_over(&app, &instance, ANA).await;
    assert_eq!(app.count("jobs WHERE queue = 'email'").await, 0);
    user.put("/api/v1/me", json!({ "avisar_pendentes": "RESUMO" })).await.ok();
    handed_over(&app, &instance, "5511922220000").await;
    handed_over(&app, &instance, "5511933330000").await;
    app.clock.advance(TimeDelta::minutes(170));
    assert_eq!(app.count("jobs WHERE kind = 'email_pendentes'").await, 1, "one for both");
    assert!(subjects(&app).await.is_empty());
    app.clock.advance(TimeDelta::minutes(11));
    let subjects_now = eventually("the summary is there", || async {
        let all = subjects(&app).await;
        (!all.is_empty()).then_some(all)
    })
    .await;
    // Ana waits too: she is told with the others.
    assert_eq!(subjects_now, ["3 atendimentos pendentes"]);
    // The connection is lost and nobody is mailed; the panel still says so.
    app.sim(&instance, "drop", json!({ "statusCode": 401 })).await;
    eventually("it is seen", || async {
        let avisos = user.get("/api/v1/avisos").await.ok();
        avisos["itens"].as_array()?.iter().any(|a| a["tipo"] == "CONEXAO_CAIU").then_some(())
    })
    .await;
    eventually("no mail is on its way", || async { (app.count("jobs WHERE kind = 'email'").await == 0).then_some(()) })
        .await;
    assert_eq!(subjects(&app).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_everything_that_is_mine_and_nothing_else() {
    let (app, instance) = TestApp::ready().await;
    app.teach(&app.b, CLINICA).await;
    handed_over(&app, &instance, ANA).await;
    let answer = app.a.user.get("/api/v1/me/exportar").await;
    let copy = answer.ok();
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"proseia-20"));
    assert_eq!(copy["conta"]["email"], "a@teste.com.br");
    assert_eq!(copy["conhecimentos"][0]["conteudo_texto"], PIZZARIA);
    assert_eq!(copy["configuracoes_bot"][0]["tom"], "CASUAL");
    assert_eq!(copy["contatos"][0]["numero"], ANA);
    assert_eq!(copy["historico_mensagens"].as_array().unwrap().len(), 2);
    assert_eq!(copy["conversas"].as_array().unwrap().len(), 1);
    for secret in ["senha_hash", "argon2", "sha256", "Clínica", "qr_code_data"] {
        assert!(!answer.text.contains(secret), "{secret}");
    }
    // More than is read at once, and whole.
    let many = format!(
        "INSERT INTO historico_mensagens (id, cliente_id, conversa_id, tipo, conteudo, \"timestamp\") \
         SELECT gen_random_uuid(), cliente_id, id, 'CONTATO', 'linha ' || i, now() FROM conversas, generate_series(1, 1200) i WHERE cliente_id = '{}'",
        app.a.id
    );
    use diesel_async::SimpleAsyncConnection;
    app.db.connection().await.batch_execute(&many).await.unwrap();
    let copy = app.a.user.get("/api/v1/me/exportar").await.ok();
    assert_eq!(copy["historico_mensagens"].as_array().unwrap().len(), 1_202);
    // Five an hour; the other cliente is not touched.
    for _ in 0..3 {
        app.a.user.get("/api/v1/me/exportar").await.ok();
    }
    app.a.user.get("/api/v1/me/exportar").await.refused(429, "too_many_requests");
    app.b.user.get("/api/v1/me/exportar").await.ok();
}

/// With the new senha's own login: the account's other ones have ended.
async fn close(app: &TestApp) {
    let body = json!({ "senha": SENHA, "nome": "pizzaria  bella" });
    app.a.user.post("/api/v1/me/encerrar", body).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_account_is_silent_at_once_and_comes_back_as_it_was() {
    let (app, instance) = TestApp::ready().await;
    let user = &app.a.user;
    let refused =
        |body: Value| async move { user.post("/api/v1/me/encerrar", body).await.refused(422, "validation_failed") };
    assert!(refused(json!({ "senha": SENHA, "nome": "Pizzaria" })).await["fields"]["nome"].is_string());
    assert!(
        refused(json!({ "senha": "errada-errada", "nome": "Pizzaria Bella" })).await["fields"]["senha"].is_string()
    );
    user.post("/api/v1/me/reabrir", json!({})).await.refused(409, "conflict");
    close(&app).await;
    user.get("/api/v1/me").await.refused(401, "unauthenticated");
    eventually("the owner is told", || async {
        subjects(&app).await.contains(&"Sua conta foi encerrada".to_owned()).then_some(())
    })
    .await;
    assert_eq!(app.count("instancias_whatsapp WHERE status = 'CONECTADO'").await, 0, "{instance} is disconnected");

    let again = app.login("a@teste.com.br").await;
    let me = again.get("/api/v1/me").await.ok();
    assert_eq!(me["status"], "CANCELADO");
    assert!(me["encerra_em"].is_string());
    let cookie = format!("proseia_sessao={}", again.token.clone().unwrap());
    let page = |path: &str| {
        crate::support::answer(app.http.get(format!("{}{path}", app.base)).header("cookie", cookie.clone()))
    };
    for path in ["/dashboard", "/dashboard/conversas"] {
        let answer = page(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.headers["location"].to_str().unwrap()),
            (303, "/dashboard/encerrada")
        );
    }
    assert!(page("/dashboard/encerrada").await.text.contains("Sua conta está encerrada"));
    again.get("/api/v1/me/exportar").await.ok();
    again
        .post("/api/v1/me/encerrar", json!({ "senha": SENHA, "nome": "Pizzaria Bella" }))
        .await
        .refused(409, "conflict");

    assert_eq!(again.post("/api/v1/me/reabrir", json!({})).await.ok()["status"], "ATIVO");
    assert!(page("/dashboard").await.status.is_success());
    assert_eq!(again.get("/api/v1/knowledge").await.ok()["conteudo_texto"], PIZZARIA);
    app.clock.advance(TimeDelta::days(31));
    eventually("the clock has looked", || async {
        let recent = format!(
            "job_schedules WHERE name = 'contas_relogio' AND scheduled_at > to_timestamp({})",
            app.clock.now().timestamp() - 7_200
        );
        (app.count(&recent).await > 0 && app.count("jobs WHERE kind LIKE 'conta%'").await == 0).then_some(())
    })
    .await;
    assert_eq!(app.count("clientes").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_its_time_nothing_of_it_is_left() {
    let (app, instance) = TestApp::ready().await;
    app.teach(&app.b, CLINICA).await;
    handed_over(&app, &instance, ANA).await;
    close(&app).await;
    app.clock.advance(TimeDelta::days(29));
    assert_eq!(app.count(&format!("contatos WHERE cliente_id = '{}'", app.a.id)).await, 1);
    app.clock.advance(TimeDelta::days(2));
    let row = format!("clientes WHERE id = '{}'", app.a.id);
    eventually("it is erased", || async { (app.count(&row).await == 0).then_some(()) }).await;
    for table in [
        "historico_mensagens",
        "eventos_recebidos",
        "contatos",
        "conversas",
        "conhecimentos",
        "chunks",
        "sessoes",
        "outbox",
    ] {
        assert_eq!(app.count(&format!("{table} WHERE cliente_id = '{}'", app.a.id)).await, 0, "{table}");
    }
    let kept = format!("jobs WHERE tenant_id = '{}' AND kind <> 'apagar_instancia' AND state = 'pending'", app.a.id);
    assert_eq!(app.count(&kept).await, 0);
    let login = json!({ "email": "a@teste.com.br", "senha": SENHA });
    app.anonymous().post("/api/v1/auth/login", login).await.refused(401, "wrong_credentials");
    // Its index went with it, and the address may sign up again.
    assert!(app.process.app.retriever.store().load(app.a.id.0).await.unwrap().is_none());
    let ctx = app.process.cli_ctx();
    let new =
        services::auth::create_cliente(&ctx, "Outra", "a@teste.com.br", SENHA, StatusCliente::Ativo).await.unwrap();
    assert_ne!(new, app.a.id);
    // The other cliente has everything.
    let ctx = Ctx::system(&app.process.app, app.b.id, "teste".into());
    assert_eq!(services::knowledge::get(&ctx).await.unwrap().conteudo_texto, CLINICA);
}
