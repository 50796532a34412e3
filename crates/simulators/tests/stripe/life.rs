//! The life of a subscription under the test clock.

use serde_json::{Value, json};

use crate::bench::{Bench, id, refused};

#[tokio::test]
async fn the_first_payment_tells_what_stripe_tells() {
    let bench = Bench::open().await;
    let from = bench.stripe.events().len();
    let sub = bench.subscribed("").await;
    assert_eq!((&sub["status"], &sub["metadata"]["checkout"]), (&json!("active"), &json!("1")));
    let types = bench.types(from);
    for kind in [
        "customer.created",
        "payment_method.attached",
        "customer.subscription.created",
        "customer.subscription.updated",
        "invoice.created",
        "invoice.finalized",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.paid",
        "invoice.payment_succeeded",
        "checkout.session.completed",
    ] {
        assert!(types.iter().any(|made| made == kind), "no {kind} in {types:?}");
    }
    let updated = bench.last("customer.subscription.updated");
    assert_eq!(updated["data"]["previous_attributes"], json!({"status": "incomplete"}));
    assert_eq!((&updated["api_version"], &updated["livemode"]), (&json!("2026-10-28.endive"), &json!(false)));
    assert_eq!(bench.last("checkout.session.completed")["data"]["object"]["client_reference_id"], "ref-1");
    // Members that moved.
    let invoice = bench.latest_invoice(&sub).await;
    assert_eq!(invoice["parent"]["subscription_details"]["subscription"], sub["id"]);
    assert_eq!(invoice["parent"]["subscription_details"]["metadata"]["checkout"], "1");
    for gone in ["subscription", "payment_intent", "charge", "paid"] {
        assert!(invoice.get(gone).is_none(), "{gone}");
    }
    assert!(sub.get("current_period_end").is_none() && sub["items"]["data"][0]["current_period_end"].is_i64());
}

#[tokio::test]
async fn a_renewal_a_month_later() {
    let bench = Bench::open().await;
    let sub = bench.subscribed("").await;
    let first = bench.latest_invoice(&sub).await;
    let end = sub["items"]["data"][0]["current_period_end"].as_i64().unwrap();
    bench.control("clock", json!({"to": end + 10})).await;
    let draft = bench.latest_invoice(&sub).await;
    assert_eq!((&draft["status"], &draft["billing_reason"]), (&json!("draft"), &json!("subscription_cycle")));
    bench.control("clock", json!({"advance_seconds": 3_700})).await;
    let paid = bench.latest_invoice(&sub).await;
    assert_eq!((&paid["status"], &paid["lines"]["data"][0]["period"]["start"]), (&json!("paid"), &json!(end)));
    assert_ne!(paid["number"], first["number"]);
    let renewed = bench.again(&sub).await;
    assert_eq!(renewed["items"]["data"][0]["current_period_start"], json!(end));
    let list = bench.get(&format!("/v1/invoices?subscription={}&expand[]=data.payments", id(&sub))).await;
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
    let intent = list["data"][0]["payments"]["data"][0]["payment"]["payment_intent"].as_str().unwrap();
    let found =
        bench.get(&format!("/v1/invoice_payments?payment[type]=payment_intent&payment[payment_intent]={intent}")).await;
    assert_eq!(found["data"][0]["invoice"], paid["id"]);
    bench.days(365);
    let all = bench.get(&format!("/v1/invoices?subscription={}&limit=100", id(&sub))).await;
    assert_eq!(all["data"].as_array().unwrap().len(), 14, "each month at its own moment");
}

#[tokio::test]
async fn a_renewal_that_fails_until_a_new_card_comes() {
    let bench = Bench::open().await;
    let sub = bench.subscribed("").await;
    bench.control(&format!("customers/{}/card", sub["customer"].as_str().unwrap()), json!({"decline": true})).await;
    bench.days(32);
    assert_eq!(bench.again(&sub).await["status"], "past_due");
    let failed = bench.last("invoice.payment_failed")["data"]["object"].clone();
    assert_eq!((&failed["attempt_count"], &failed["status"]), (&json!(1), &json!("open")));
    assert!(failed["next_payment_attempt"].as_i64().unwrap() > failed["created"].as_i64().unwrap());
    let updated = bench.last("customer.subscription.updated");
    assert_eq!(updated["data"]["previous_attributes"], json!({"status": "active"}));
    bench.days(15);
    assert_eq!(bench.again(&sub).await["status"], "unpaid");
    let failed = bench.last("invoice.payment_failed")["data"]["object"].clone();
    assert_eq!((&failed["attempt_count"], &failed["next_payment_attempt"]), (&json!(4), &Value::Null));

    let page = failed["hosted_invoice_url"].as_str().unwrap();
    let pay = bench.http.post(page).body("acao=pagar&numero=4242424242424242");
    assert_eq!(pay.send().await.unwrap().status().as_u16(), 303);
    assert_eq!(bench.again(&sub).await["status"], "active");
    assert_eq!(bench.last("invoice.paid")["data"]["object"]["id"], failed["id"]);
}

#[tokio::test]
async fn the_account_may_say_that_unpaid_ends_it() {
    let bench = Bench::open().await;
    let sub = bench.subscribed("").await;
    bench.control("dunning", json!({"retry_days": [1], "then": "canceled"})).await;
    bench.stripe.decline(sub["customer"].as_str().unwrap(), true);
    bench.days(34);
    let ended = bench.again(&sub).await;
    assert_eq!(
        (&ended["status"], &ended["cancellation_details"]["reason"]),
        (&json!("canceled"), &json!("payment_failed"))
    );
    bench.last("customer.subscription.deleted");
    let change =
        bench.call("POST", &format!("/v1/subscriptions/{}", id(&sub)), "cancel_at_period_end=true", None).await;
    refused(&change, 400, "invalid_request_error", json!("invalid_canceled_subscription_fields"));
}

#[tokio::test]
async fn the_end_of_a_period_and_of_a_trial() {
    let bench = Bench::open().await;
    let sub = bench.subscribed("").await;
    let path = format!("/v1/subscriptions/{}", id(&sub));
    let ending = bench.post(&path, "cancel_at_period_end=true&cancellation_details[feedback]=unused").await;
    let end = ending["cancel_at"].as_i64().unwrap();
    assert_eq!(bench.post(&path, "cancel_at_period_end=false").await["cancel_at"], Value::Null);
    bench.post(&path, "cancel_at_period_end=true").await;
    bench.control("clock", json!({"to": end - 60})).await;
    assert_eq!(bench.again(&sub).await["status"], "active");
    bench.control("clock", json!({"to": end + 60})).await;
    let ended = bench.again(&sub).await;
    assert_eq!((&ended["status"], &ended["ended_at"]), (&json!("canceled"), &json!(end)));
    let live = bench.get(&format!("/v1/subscriptions?customer={}", sub["customer"].as_str().unwrap())).await;
    assert_eq!(live["data"], json!([]));

    let trial = bench.subscribed("&subscription_data[trial_period_days]=7").await;
    assert_eq!((&trial["status"], &bench.latest_invoice(&trial).await["total"]), (&json!("trialing"), &json!(0)));
    let session = bench.last("checkout.session.completed")["data"]["object"].clone();
    assert_eq!(session["payment_status"], "no_payment_required");
    bench.days(5);
    assert_eq!(bench.last("customer.subscription.trial_will_end")["data"]["object"]["id"], trial["id"]);
    bench.days(3);
    assert_eq!(bench.again(&trial).await["status"], "active");
    assert_eq!(bench.latest_invoice(&trial).await["total"], 9_700);
    let gone = bench.call("DELETE", &format!("/v1/subscriptions/{}", id(&trial)), "", None).await;
    assert_eq!((gone.status, &gone.body["status"]), (200, &json!("canceled")));
}

#[tokio::test]
async fn another_plan_is_charged_for_what_is_left() {
    let bench = Bench::open().await;
    let sub = bench.subscribed("").await;
    let product = sub["items"]["data"][0]["price"]["product"].as_str().unwrap().to_owned();
    let form = format!("currency=brl&product={product}&unit_amount=19700&recurring[interval]=month");
    let better = id(&bench.post("/v1/prices", &form).await);
    let item = sub["items"]["data"][0]["id"].as_str().unwrap();
    let change =
        |price: &str, how: &str| format!("items[0][id]={item}&items[0][price]={price}&proration_behavior={how}");
    let path = format!("/v1/subscriptions/{}", id(&sub));
    bench.post(&path, &change(&better, "always_invoice")).await;
    let invoice = bench.latest_invoice(&sub).await;
    assert_eq!((&invoice["billing_reason"], &invoice["status"]), (&json!("subscription_update"), &json!("paid")));
    let total = invoice["total"].as_i64().unwrap();
    assert!((9_990..=10_000).contains(&total), "nearly a whole month of the difference: {total}");
    assert_eq!(invoice["lines"]["data"][0]["parent"]["subscription_item_details"]["proration"], true);

    // Cheaper: the rest stands to the customer's credit and pays the next one.
    bench.post(&path, &change(&bench.monthly, "always_invoice")).await;
    let credit = -bench.again(&json!({"id": sub["customer"], "object": "customer"})).await["balance"].as_i64().unwrap();
    assert!((9_990..=10_000).contains(&credit), "{credit}");
    bench.days(32);
    let next = bench.latest_invoice(&sub).await;
    assert_eq!(
        (&next["status"], &next["amount_due"], &next["starting_balance"]),
        (&json!("paid"), &json!(0), &json!(-credit))
    );
    bench.post(&path, &change(&bench.yearly, "none")).await;
    let yearly = bench.again(&sub).await;
    let item = &yearly["items"]["data"][0];
    let length = item["current_period_end"].as_i64().unwrap() - item["current_period_start"].as_i64().unwrap();
    assert!((365..=366).contains(&(length / 86_400)));
}

#[tokio::test]
async fn refunds_in_parts_up_to_the_whole() {
    let bench = Bench::open().await;
    let sub = bench.subscribed("").await;
    let invoice =
        bench.get(&format!("/v1/invoices/{}?expand[]=payments", sub["latest_invoice"].as_str().unwrap())).await;
    let intent = invoice["payments"]["data"][0]["payment"]["payment_intent"].as_str().unwrap();
    let refund =
        async |more: &str| bench.call("POST", "/v1/refunds", &format!("payment_intent={intent}{more}"), None).await;
    let part = refund("&amount=1000&reason=requested_by_customer&metadata[admin_id]=1").await.body;
    assert_eq!((&part["status"], &part["amount"]), (&json!("succeeded"), &json!(1_000)));
    let charge = bench.last("charge.refunded");
    assert_eq!(charge["data"]["previous_attributes"], json!({"amount_refunded": 0}));
    refused(&refund("&amount=9000").await, 400, "invalid_request_error", json!("amount_too_large"));
    bench.control("refunds", json!({"invoice": invoice["id"]})).await;
    let whole = bench.last("charge.refunded")["data"]["object"].clone();
    assert_eq!((&whole["refunded"], &whole["amount_refunded"]), (&json!(true), &json!(9_700)));
    assert_eq!(bench.last("refund.created")["request"]["id"], Value::Null, "from the dashboard");
    refused(&refund("").await, 400, "invalid_request_error", json!("charge_already_refunded"));
    assert_eq!(bench.again(&sub).await["status"], "active", "a refund ends nothing");
}

#[tokio::test]
async fn a_session_left_alone_ends_after_a_day() {
    let bench = Bench::open().await;
    let (left, closed) = (bench.session("").await, bench.session("").await);
    bench.post(&format!("/v1/checkout/sessions/{}/expire", id(&closed)), "").await;
    let again = bench.call("POST", &format!("/v1/checkout/sessions/{}/expire", id(&closed)), "", None).await;
    refused(&again, 400, "invalid_request_error", Value::Null);
    bench.stripe.advance(chrono::TimeDelta::hours(25));
    assert_eq!(bench.again(&left).await["status"], "expired");
    assert_eq!(bench.last("checkout.session.expired")["data"]["object"]["id"], left["id"]);
}
