//! The door that Stripe comes in by, and what a stranger can do at it. No peer behind it: nothing that is refused may call one.

use chrono::TimeDelta;
use integrations::stripe::webhook::sign;
use secrecy::SecretString;
use serde_json::{Value, json};
use server::config::StripeConfig;

use crate::support::{Answer, Options, TestApp, answer};

const SEGREDO: &str = "whsec_de_teste";
const NOVO: &str = "whsec_novo";

fn config(base: &str) -> StripeConfig {
    StripeConfig {
        key: SecretString::from("sk_test_simulador"),
        segredos: vec![SecretString::from(SEGREDO), SecretString::from(NOVO)],
        base: Some(base.parse().unwrap()),
        portal: None,
    }
}

/// Stripe is nowhere.
async fn sem_stripe() -> TestApp {
    TestApp::with(Options { stripe: Some(config("http://127.0.0.1:9/")), ..Options::default() }).await
}

fn evento(id: &str, tipo: &str, objeto: Value) -> Value {
    json!({ "id": id, "object": "event", "type": tipo, "created": 1_700_000_000, "livemode": false,
        "api_version": "2026-10-28.endive", "data": { "object": objeto } })
}

async fn post(app: &TestApp, header: Option<String>, body: Vec<u8>) -> Answer {
    let mut request = app.http.post(format!("{}/webhook/billing", app.base)).body(body);
    if let Some(header) = header {
        request = request.header("stripe-signature", header);
    }
    answer(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_old_unsigned_and_wrong_mode_events_are_refused() {
    let app = sem_stripe().await;
    let now = app.clock.now();
    let body = evento("evt_1", "payout.paid", json!({ "object": "payout" })).to_string().into_bytes();
    let good = sign(SEGREDO, &body, now);
    let zeros = "0".repeat(64);
    for header in [
        None,
        Some(String::new()),
        Some("t=1".into()),
        Some(format!("t={},v1={zeros}", now.timestamp())),
        Some(sign("whsec_errado", &body, now)),
        Some(sign("", &body, now)),
        Some(good.replace("v1=", "v0=")),
        Some(sign(SEGREDO, &body, now - TimeDelta::seconds(310))),
        Some(sign(SEGREDO, &body, now + TimeDelta::seconds(310))),
        Some(sign(SEGREDO, b"{}", now)),
    ] {
        post(&app, header, body.clone()).await.refused(400, "bad_request");
    }
    let signed = async |event: &Value| {
        let body = event.to_string().into_bytes();
        post(&app, Some(sign(SEGREDO, &body, app.clock.now())), body).await
    };
    let mut live = evento("evt_2", "payout.paid", json!({}));
    live["livemode"] = true.into();
    signed(&live).await.refused(400, "bad_request");
    signed(&json!({ "object": "v2.core.event", "id": "evt_3", "type": "x" })).await.refused(400, "bad_request");
    signed(&json!([])).await.refused(400, "bad_request");
    let large = vec![b' '; 512 * 1024 + 1];
    post(&app, Some(sign(SEGREDO, &large, now)), large).await.refused(413, "too_large");
    assert_eq!(app.count("eventos_stripe").await, 0, "nothing of that is kept");
    // The same bytes, signed as they should be, also beside a signature that is not ours, and by the secret to come.
    post(&app, Some(format!("{good},v1={zeros}")), body.clone()).await.ok();
    post(&app, Some(sign(NOVO, &body, now)), body.clone()).await.ok();
    assert_eq!(app.count("eventos_stripe").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_stored_once_and_an_unknown_one_too() {
    let app = sem_stripe().await;
    let body = evento("evt_1", "novidade.que_ninguem_conhece", json!({ "nome": "a\u{0}b" })).to_string().into_bytes();
    let header = sign(SEGREDO, &body, app.clock.now());
    let calls = (0..5).map(|_| post(&app, Some(header.clone()), body.clone()));
    for answer in futures::future::join_all(calls).await {
        answer.ok();
    }
    let list = app.admin.get("/api/v1/admin/eventos-stripe").await.ok();
    assert_eq!(list["itens"].as_array().unwrap().len(), 1, "{list}");
    let one = &list["itens"][0];
    assert_eq!((one["id"].as_str(), one["resultado"].as_str()), (Some("evt_1"), Some("ignorado:tipo")));
    assert_eq!(one["payload"]["data"]["object"]["nome"], "ab");
    app.admin.post("/api/v1/admin/eventos-stripe/evt_9/reprocessar", json!({})).await.refused(404, "not_found");
    app.admin.post("/api/v1/admin/eventos-stripe/evt_1/reprocessar", json!({})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_trouble_is_told_so_that_stripe_sends_it_again() {
    let app = sem_stripe().await;
    let body = evento("evt_1", "payout.paid", json!({})).to_string().into_bytes();
    let header = sign(SEGREDO, &body, app.clock.now());
    app.execute("ALTER TABLE eventos_stripe RENAME TO fora").await;
    assert!(post(&app, Some(header.clone()), body.clone()).await.status.is_server_error());
    app.execute("ALTER TABLE fora RENAME TO eventos_stripe").await;
    post(&app, Some(header), body).await.ok();
    assert_eq!(app.count("eventos_stripe").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_cannot_be_dealt_with_waits_and_says_why() {
    let app = sem_stripe().await;
    let body = evento("evt_1", "invoice.paid", json!({ "object": "invoice", "id": "in_1", "customer": "cus_1" }));
    let body = body.to_string().into_bytes();
    post(&app, Some(sign(SEGREDO, &body, app.clock.now())), body).await.ok();
    crate::support::eventually("the failure is shown", || async {
        let list = app.admin.get("/api/v1/admin/eventos-stripe?erro=true").await.ok();
        let one = list["itens"].get(0)?.clone();
        (one["erro"].as_str()?.contains("pagamento_indisponivel") && one["processado_em"].is_null()).then_some(())
    })
    .await;
    assert_eq!(app.count("jobs WHERE kind = 'stripe'").await, 1, "and it is tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_nothing_is_sold_and_everything_else_works() {
    let app = TestApp::start().await;
    app.anonymous().post("/api/v1/checkout", pedido("nova@teste.com.br")).await.refused(503, "checkout_fechado");
    let body = evento("evt_1", "payout.paid", json!({})).to_string().into_bytes();
    let header = sign("", &body, app.clock.now());
    post(&app, Some(header), body).await.refused(404, "not_found");
    let mine = app.a.user.get("/api/v1/assinatura").await.ok();
    assert_eq!((mine["status"].as_str(), mine["gerenciavel"].as_bool()), (Some("ATIVO"), Some(false)));
    let none = app.a.user.post("/api/v1/assinatura/portal", json!({ "fluxo": "INICIO" })).await;
    none.refused(503, "checkout_fechado");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_told_everything_that_is_wrong_with_it() {
    let app = sem_stripe().await;
    let bad = json!({ "plano": "loja", "periodicidade": "MENSAL", "nome": "A", "email": "a", "telefone": "",
        "documento": "111.111.111-11" });
    let told = app.anonymous().post("/api/v1/checkout", bad).await.refused(422, "validation_failed");
    for field in ["nome", "email", "telefone", "documento"] {
        assert!(told["fields"][field].is_string(), "{field}: {told}");
    }
    // What passes for one and can never be mailed.
    for email in ["ana,bia@teste.com.br", "ana..bia@teste.com.br", "x<maria@teste.com.br>"] {
        let told = app.anonymous().post("/api/v1/checkout", pedido(email)).await.refused(422, "validation_failed");
        assert!(told["fields"]["email"].is_string(), "{email}: {told}");
    }
    let mut other = pedido("nova@teste.com.br");
    other["plano"] = "nada".into();
    app.anonymous().post("/api/v1/checkout", other).await.refused(409, "plano_indisponivel");
    // Who has an account signs in, however the e-mail is written.
    let taken = pedido("A@Teste.com.BR");
    app.anonymous().post("/api/v1/checkout", taken).await.refused(409, "conta_existente");
    app.anonymous().post("/api/v1/checkout", pedido("nova@teste.com.br")).await.refused(502, "pagamento_indisponivel");
    assert_eq!(app.count("checkouts").await, 0);
    // Stripe is away: nothing is stored that could not be gone on with.
    app.anonymous().get("/api/v1/checkout/01890000-0000-7000-8000-000000000000").await.refused(404, "not_found");
}

/// A form that is right.
pub fn pedido(email: &str) -> Value {
    json!({ "plano": "loja", "periodicidade": "MENSAL", "nome": "Padaria Sol", "email": email,
        "telefone": "(11) 98888-7777", "documento": "529.982.247-25", "idioma": "pt-BR" })
}
