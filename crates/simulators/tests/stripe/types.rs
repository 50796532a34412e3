//! What the stand-in answers is read by the generated types of async-stripe, whose required members are not forgiving.

use serde_json::{Value, json};
use stripe_billing::{BillingPortalSession, Invoice, InvoicePayment, Subscription};
use stripe_checkout::CheckoutSession;
use stripe_core::{Charge, Customer, Event, PaymentIntent, Refund};
use stripe_product::{Price, Product};

use crate::bench::{Bench, id};

#[track_caller]
fn reads<T: miniserde::Deserialize>(object: &Value) {
    assert!(miniserde::json::from_str::<T>(&object.to_string()).is_ok(), "{object:#}");
}

#[track_caller]
fn reads_as_itself(object: &Value) {
    match object["object"].as_str().unwrap() {
        "customer" => reads::<Customer>(object),
        "product" => reads::<Product>(object),
        "price" => reads::<Price>(object),
        "checkout.session" => reads::<CheckoutSession>(object),
        "subscription" => reads::<Subscription>(object),
        "invoice" => reads::<Invoice>(object),
        "invoice_payment" => reads::<InvoicePayment>(object),
        "payment_intent" => reads::<PaymentIntent>(object),
        "charge" => reads::<Charge>(object),
        "refund" => reads::<Refund>(object),
        "billing_portal.session" => reads::<BillingPortalSession>(object),
        "event" => {
            reads::<Event>(object);
            reads_as_itself(&object["data"]["object"]);
        }
        "tax_id" | "payment_method" => {}
        other => panic!("no type for {other}"),
    }
}

/// Every object is inside an event, in each of its states.
#[tokio::test]
async fn async_stripe_reads_every_object() {
    let bench = Bench::open().await;
    let sub = bench.subscribed("").await;
    let path = format!("/v1/subscriptions/{}", id(&sub));
    bench.post(&path, "cancel_at_period_end=true").await;
    bench.post(&path, "cancel_at_period_end=false").await;
    bench.control("refunds", json!({"invoice": sub["latest_invoice"], "amount": 100})).await;
    bench.stripe.decline(sub["customer"].as_str().unwrap(), true);
    let trial = bench.subscribed("&subscription_data[trial_period_days]=7").await;
    let boleto = bench.session("").await;
    bench.control(&format!("checkout/{}/pay", id(&boleto)), json!({"boleto": true})).await;
    bench.days(60);
    bench.post("/v1/billing_portal/sessions", &format!("customer={}", trial["customer"].as_str().unwrap())).await;
    let all = bench.stripe.events();
    assert!(all.len() > 60, "{}", all.len());
    for event in &all {
        reads_as_itself(&event["event"]);
    }
    let expanded =
        format!("/v1/invoices/{}?expand[]=payments&expand[]=customer", sub["latest_invoice"].as_str().unwrap());
    reads_as_itself(&bench.get(&expanded).await);
}
