//! REST: who may call, encoding, idempotency, pages of lists, expansion, refusals.

use serde_json::{Value, json};

use crate::bench::{Bench, id, refused};

#[tokio::test]
async fn a_call_needs_the_key_and_a_known_version() {
    let bench = Bench::open().await;
    let url = format!("{}/v1/customers", bench.stripe.url());
    let status = async |key: &str, version: &str| {
        let request = bench.http.get(&url).header("authorization", key).header("stripe-version", version);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json::<Value>().await.unwrap()["error"]["type"].clone())
    };
    let invalid = json!("invalid_request_error");
    assert_eq!(status("Bearer sk_test_outra", "2026-10-28.endive").await, (401, invalid.clone()));
    assert_eq!(status("", "2026-10-28.endive").await, (401, invalid.clone()));
    assert_eq!(status("Bearer sk_test_simulador", "2025-03-31.basil").await, (400, invalid));
    assert_eq!(status("Bearer sk_test_simulador", "2026-10-28.endive").await.0, 200);
    assert_eq!(status("Bearer sk_test_simulador", "").await.0, 200, "the account's own version");
    refused(&bench.call("GET", "/v1/coupons", "", None).await, 404, "invalid_request_error", Value::Null);
}

#[tokio::test]
async fn a_key_repeats_the_answer_and_never_the_deed() {
    let bench = Bench::open().await;
    let make = async |form: &str| bench.call("POST", "/v1/customers", form, Some("k1")).await;
    // What was refused before it was done is not kept.
    refused(&make("email=nada").await, 400, "invalid_request_error", json!("email_invalid"));
    let first = make("email=a@b.br&name=A").await;
    let again = make("name=A&email=a@b.br").await;
    assert_eq!((first.status, first.replayed, again.replayed), (200, false, true));
    assert_eq!(first.body, again.body);
    refused(&make("email=outro@b.br").await, 400, "idempotency_error", Value::Null);
    assert_eq!(bench.get("/v1/customers").await["data"].as_array().unwrap().len(), 1);

    // Two at once, and an answer that is lost after the deed.
    bench.control("faults", json!({"call": "POST /v1/customers", "delay_ms": 300})).await;
    let slow = bench.call("POST", "/v1/customers", "name=B", Some("k2"));
    let quick = async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        bench.call("POST", "/v1/customers", "name=B", Some("k2")).await
    };
    let (slow, quick) = tokio::join!(slow, quick);
    assert_eq!(slow.status, 200);
    refused(&quick, 409, "idempotency_error", json!("idempotency_key_in_use"));
    bench.control("faults", json!({"call": "POST /v1/customers", "status": 502, "after": true})).await;
    assert_eq!(bench.call("POST", "/v1/customers", "name=C", Some("k3")).await.status, 502);
    let found = bench.call("POST", "/v1/customers", "name=C", Some("k3")).await;
    assert!(found.replayed && found.body["name"] == "C");
    assert_eq!(bench.get("/v1/customers").await["data"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn lists_come_in_pages_newest_first() {
    let bench = Bench::open().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(id(&bench.post("/v1/customers", &format!("name={n}")).await));
    }
    ids.reverse();
    let page = async |query: &str| {
        let list = bench.call("GET", "/v1/customers", query, None).await.body;
        let found: Vec<String> = list["data"].as_array().unwrap().iter().map(id).collect();
        (found, list["has_more"].as_bool().unwrap())
    };
    assert_eq!(page("limit=2").await, (ids[..2].to_vec(), true));
    assert_eq!(page(&format!("limit=3&starting_after={}", ids[1])).await, (ids[2..].to_vec(), false));
    assert_eq!(page(&format!("limit=2&ending_before={}", ids[3])).await, (ids[1..3].to_vec(), true));
    let wrong = bench.call("GET", "/v1/customers", "limit=101", None).await;
    refused(&wrong, 400, "invalid_request_error", json!("parameter_invalid_integer"));
}

#[tokio::test]
async fn prices_are_found_by_their_keys_with_their_product() {
    let bench = Bench::open().await;
    let query = "active=true&expand[]=data.product&lookup_keys[0]=essencial_month&lookup_keys[1]=essencial_year";
    let list = bench.call("GET", "/v1/prices", query, None).await.body;
    let found = list["data"].as_array().unwrap();
    assert_eq!((found.len(), &found[1]["product"]["name"]), (2, &json!("Essencial")));
    assert_eq!((&found[1]["id"], &found[1]["unit_amount"]), (&json!(bench.monthly), &json!(9_700)));
    let taken = "currency=brl&unit_amount=1&recurring[interval]=month&lookup_key=essencial_month&product_data[name]=x";
    assert_eq!(bench.call("POST", "/v1/prices", taken, None).await.status, 400);
    let moved = bench.post("/v1/prices", &format!("{taken}&transfer_lookup_key=true")).await;
    let list = bench.call("GET", "/v1/prices", "lookup_keys[]=essencial_month", None).await.body;
    assert_eq!(list["data"][0]["id"], moved["id"]);
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_checkout_that_stripe_would_not_open_is_not_opened() {
    let bench = Bench::open().await;
    let customer = id(&bench.post("/v1/customers", "email=a@b.br").await);
    let price = &bench.monthly;
    let base =
        format!("mode=subscription&customer={customer}&line_items[0][price]={price}&success_url=http://loja.local/");
    for (more, param) in [
        ("&payment_method_types[0]=card", "payment_method_types"),
        ("&customer_email=a@b.br", "customer_email"),
        ("&expires_at=1", "expires_at"),
        ("&subscription_data[trial_period_days]=0", "subscription_data[trial_period_days]"),
        ("&cancel_url=nada", "cancel_url"),
    ] {
        let answer = bench.call("POST", "/v1/checkout/sessions", &format!("{base}{more}"), None).await;
        assert_eq!((answer.status, &answer.body["error"]["param"]), (400, &json!(param)), "{}", answer.body);
    }
    let tax_id =
        bench.call("POST", "/v1/checkout/sessions", &format!("{base}&tax_id_collection[enabled]=true"), None).await;
    assert!(tax_id.body["error"]["message"].as_str().unwrap().contains("customer_update[name]"));
    let nobody = base.replace(&customer, "cus_nada");
    let answer = bench.call("POST", "/v1/checkout/sessions", &nobody, None).await;
    refused(&answer, 400, "invalid_request_error", json!("resource_missing"));
    assert_eq!(bench.call("GET", "/v1/checkout/sessions/cs_nada", "", None).await.status, 404);
}
