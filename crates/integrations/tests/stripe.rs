//! Our client beside the official SDK: the same calls, recorded. `end2end/sdk/golden.mjs` made `golden/stripe.json` with npm
//! `stripe`. And what the client does when the peer is in trouble.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests are test code too")]

use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use chrono::DateTime;
use integrations::stripe::webhook::{self, SignatureError};
use integrations::stripe::{NovaSessao, NovoCliente, Portal, StripeClient, StripeError};
use secrecy::SecretString;
use serde_json::{Value, json};

const KEY: &str = "sk_test_gravador";
const CHECKOUT: &str = "7f6c1d1e-3c86-4c1e-9f0a-2b7d3a1c5e90";

type Headers = Vec<(&'static str, &'static str)>;
/// Status, headers and body of an answer.
type Trouble = (u16, Headers, Value);

#[derive(Clone, Default)]
struct Recorder {
    calls: Arc<Mutex<Vec<Value>>>,
    keys: Arc<Mutex<Vec<String>>>,
    /// What the next calls are answered with, before all is well.
    trouble: Arc<Mutex<Vec<Trouble>>>,
}

async fn record(State(r): State<Recorder>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    assert_eq!(text("authorization").unwrap(), format!("Bearer {KEY}"));
    let pairs = |bytes: &[u8]| url::form_urlencoded::parse(bytes).into_owned().collect::<Vec<_>>();
    let mut form = pairs(uri.query().unwrap_or_default().as_bytes());
    form.extend(pairs(&body));
    form.sort();
    let mut call = json!({ "method": method.as_str(), "path": uri.path(), "form": form, "version": text("stripe-version"),
        "idempotent": text("idempotency-key").is_some() });
    if method == Method::POST {
        call["type"] = text("content-type").into();
    }
    r.calls.lock().unwrap().push(call);
    r.keys.lock().unwrap().extend(text("idempotency-key"));
    let next = { r.trouble.lock().unwrap().pop() };
    if let Some((status, headers, body)) = next {
        let mut answer = (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response();
        for (name, value) in headers {
            answer.headers_mut().insert(name, value.parse().unwrap());
        }
        return answer;
    }
    let one =
        json!({ "id": "x_1", "object": "list", "data": [], "has_more": false, "url": "http://x/", "status": "open" });
    axum::Json(one).into_response()
}

async fn peer() -> (StripeClient, Recorder) {
    let recorder = Recorder::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    let router = axum::Router::new().fallback(record).with_state(recorder.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (StripeClient::new(Some(base.parse().unwrap()), SecretString::from(KEY)).unwrap(), recorder)
}

#[tokio::test]
async fn our_calls_are_those_of_the_official_sdk() {
    let (stripe, recorder) = peer().await;
    let cliente = NovoCliente {
        email: "sol@teste.com.br",
        nome: "Padaria São João & Cia",
        telefone: "(11) 98888-7777",
        documento: Some("52998224725"),
        idioma: "pt-BR",
        checkout_id: CHECKOUT,
    };
    let success_url = format!("https://app.exemplo/checkout/{CHECKOUT}");
    let sessao = NovaSessao {
        customer: "cus_1",
        price: "price_1",
        checkout_id: CHECKOUT,
        success_url: &success_url,
        cancel_url: &format!("{success_url}?voltou=1"),
        idioma: "pt-BR",
        dias_teste: 7,
        expira_em: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
    };
    let volta = "https://app.exemplo/dashboard/assinatura";
    stripe.prices(&["loja_mensal".into(), "loja_anual".into()]).await.unwrap();
    stripe.create_product("loja", "Loja").await.unwrap();
    stripe.create_price("prod_1", "loja_mensal", 28_900, false).await.unwrap();
    stripe.create_price("prod_1", "loja_anual", 289_000, true).await.unwrap();
    stripe.create_customer(cliente).await.unwrap();
    let letters = NovoCliente { documento: Some("12ABC34501DE35"), idioma: "en", ..cliente };
    stripe.create_customer(letters).await.unwrap();
    stripe.create_customer(NovoCliente { documento: None, ..cliente }).await.unwrap();
    stripe.create_session(sessao, 1).await.unwrap();
    stripe.create_session(NovaSessao { idioma: "en", dias_teste: 0, ..sessao }, 2).await.unwrap();
    stripe.session("cs_test_1").await.unwrap();
    stripe.expire_session("cs_test_1").await.unwrap();
    stripe.subscriptions("cus_1").await.unwrap();
    stripe.invoices("cus_1").await.unwrap();
    stripe.refunds("pi_1").await.unwrap();
    stripe.refund_all("pi_1").await.unwrap();
    stripe.cancel_subscription("sub_1").await.unwrap();
    stripe.portal("cus_1", Portal::Inicio, volta, "pt-BR", None).await.unwrap();
    stripe.portal("cus_1", Portal::Cartao, volta, "pt-BR", Some("bpc_1")).await.unwrap();
    stripe.portal("cus_1", Portal::Plano("sub_1"), volta, "pt-BR", None).await.unwrap();
    stripe.portal("cus_1", Portal::Cancelar("sub_1"), volta, "pt-BR", None).await.unwrap();
    stripe.events(&["invoice.paid", "refund.created"], Some("evt_1")).await.unwrap();
    let ours = recorder.calls.lock().unwrap().clone();
    let theirs: Vec<Value> = serde_json::from_str(include_str!("golden/stripe.json")).unwrap();
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs);
    }
    let keys = recorder.keys.lock().unwrap().clone();
    let fixed = [
        "produto:loja".to_owned(),
        "preco:loja_mensal:28900".into(),
        "preco:loja_anual:289000".into(),
        format!("cus:{CHECKOUT}"),
        format!("cus:{CHECKOUT}"),
        format!("cus:{CHECKOUT}:sem-documento"),
        format!("checkout:{CHECKOUT}:1"),
        format!("checkout:{CHECKOUT}:2"),
    ];
    assert_eq!(keys[..fixed.len()], fixed);
    let portals = &keys[keys.len() - 4..];
    assert!(portals.iter().all(|k| portals.iter().filter(|o| *o == k).count() == 1), "a click is a call of its own");
}

#[tokio::test]
async fn what_passes_is_tried_again_with_the_same_key_and_what_does_not_is_not() {
    let (stripe, recorder) = peer().await;
    let error =
        |kind: &str, code: &str| json!({ "error": { "type": kind, "code": code, "message": "Não.", "param": "x" } });
    let troubled = async |trouble: Vec<Trouble>| {
        recorder.calls.lock().unwrap().clear();
        recorder.keys.lock().unwrap().clear();
        *recorder.trouble.lock().unwrap() = trouble;
        let result = stripe.expire_session("cs_1").await;
        let keys = recorder.keys.lock().unwrap().clone();
        assert!(keys.iter().all(|k| k == "expira:cs_1"), "{keys:?}");
        recorder.trouble.lock().unwrap().clear();
        (result, keys.len())
    };
    for status in [409, 429, 500, 503] {
        let (result, calls) = troubled(vec![(status, vec![("retry-after", "0")], error("api_error", "x")); 2]).await;
        assert!(result.is_ok(), "{status}: {result:?}");
        assert_eq!(calls, 3, "{status}");
    }
    let (result, calls) = troubled(vec![(500, vec![("retry-after", "0")], json!("nonsense")); 5]).await;
    assert!(matches!(result, Err(StripeError::Unavailable(_))), "{result:?}");
    assert_eq!(calls, 3);
    for (status, header, calls) in [(400, None, 1), (402, None, 1), (500, Some("false"), 1), (400, Some("true"), 2)] {
        let mut headers = vec![("retry-after", "0"), ("request-id", "req_1")];
        headers.extend(header.map(|h| ("stripe-should-retry", h)));
        let (result, n) = troubled(vec![(status, headers, error("card_error", "card_declined"))]).await;
        assert_eq!(n, calls, "{status} {header:?} {result:?}");
        if let Err(e @ StripeError::Refused { .. }) = result {
            let text = e.to_string();
            assert!(text.contains("req_1") && text.contains("card_declined") && !text.contains(KEY), "{text}");
            assert_eq!(e.is_about("x"), status == 400);
        }
    }
    assert!(!format!("{stripe:?}").contains(KEY));
    assert!(!stripe.livemode());
}

#[tokio::test]
async fn a_peer_that_is_away_is_unavailable() {
    let stripe =
        StripeClient::new(Some("http://127.0.0.1:9/".parse().unwrap()), SecretString::from("rk_live_1")).unwrap();
    assert!(stripe.livemode());
    assert!(matches!(stripe.session("cs_1").await, Err(StripeError::Unavailable(_))));
}

/// Made by `end2end/sdk/vectors.mjs`.
#[test]
fn what_the_official_sdk_signs_we_believe() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("fixtures/stripe_signatures.json")).unwrap();
    for v in vectors {
        let text = |key: &str| v[key].as_str().unwrap().to_owned();
        let (payload, secret) = (text("payload"), text("secret"));
        let at = DateTime::from_timestamp(v["timestamp"].as_i64().unwrap(), 0).unwrap();
        assert_eq!(webhook::sign(&secret, payload.as_bytes(), at), text("header"));
        let secrets = [SecretString::from("outro"), SecretString::from(secret)];
        let read = webhook::read(&secrets, &text("header"), payload.as_bytes(), at);
        // Believed; whether it is an event is another question.
        let refused = read.as_ref().err().copied();
        assert!(matches!(refused, None | Some(SignatureError::NotAnEvent)), "{refused:?}");
        assert_eq!(read.ok().map(|e| e.kind), payload.contains("evt_1").then(|| "invoice.paid".to_owned()));
    }
}
