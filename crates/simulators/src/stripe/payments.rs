//! What pays an invoice: its payment intent, the charges, and what the bank says.

use serde_json::{Value, json};

use super::answer::Failure;
use super::state::{State, int, random, set, text};
use super::{customers, subscriptions};

const DAY: i64 = 86_400;

/// The payment intent of an invoice and what ties them together.
pub(super) fn intend(state: &mut State, invoice: &Value, amount: i64) {
    let secret = random(25);
    let id = state.id("pi");
    let (customer, currency) = (invoice.get("customer"), invoice.get("currency"));
    let intent = json!({
        "id": id, "object": "payment_intent", "allowed_payment_method_types": null, "amount": amount, "amount_capturable": 0,
        "amount_received": 0, "application": null, "application_fee_amount": null, "automatic_payment_methods": null,
        "canceled_at": null, "cancellation_reason": null, "capture_method": "automatic",
        "client_secret": format!("{id}_secret_{secret}"), "confirmation_method": "automatic", "created": state.now,
        "currency": currency, "customer": customer, "customer_account": null, "description": "Subscription creation",
        "excluded_payment_method_types": null, "last_payment_error": null, "latest_charge": null, "livemode": state.livemode,
        "managed_payments": null, "metadata": {}, "next_action": null, "on_behalf_of": null, "payment_method": null,
        "payment_method_configuration_details": null, "payment_method_options": {}, "payment_method_types": ["card", "boleto"],
        "payment_record": null, "processing": null, "receipt_email": null, "review": null,
        "setup_future_usage": "off_session", "shipping": null, "source": null, "statement_descriptor": null,
        "statement_descriptor_suffix": null, "status": "requires_payment_method", "transfer_data": null, "transfer_group": null,
    });
    state.add(intent);
    state.emit("payment_intent.created", &id);
    let payment = json!({
        "id": state.id("inpay"), "object": "invoice_payment", "amount_paid": null, "amount_requested": amount,
        "created": state.now, "currency": currency, "invoice": invoice.get("id"), "is_default": true,
        "livemode": state.livemode, "payment": {"payment_intent": id, "type": "payment_intent"}, "status": "open",
        "status_transitions": {"canceled_at": null, "paid_at": null},
    });
    state.add(payment);
}

/// The open payment of an invoice: its own id and that of the intent.
pub(super) fn payment_of(state: &State, invoice: &str) -> Option<(String, String)> {
    let payment = state.all("invoice_payment").find(|payment| text(payment, "/invoice") == invoice)?;
    Some((text(payment, "/id").to_owned(), text(payment, "/payment/payment_intent").to_owned()))
}

/// Charges the customer's card, or says why the bank did not.
pub(super) fn collect(state: &mut State, id: &str) -> Result<(), &'static str> {
    let Some(invoice) = state.get(id).cloned() else { return Ok(()) };
    if text(&invoice, "/status") != "open" {
        return Ok(());
    }
    let customer = text(&invoice, "/customer").to_owned();
    let method =
        state.get(&customer).map(|customer| text(customer, "/invoice_settings/default_payment_method").to_owned());
    let method = method.filter(|method| !method.is_empty());
    match method {
        Some(method) if !state.declining.contains(&customer) => {
            pay(state, id, &method);
            Ok(())
        }
        other => {
            decline(state, id, other.as_deref(), "generic_decline");
            Err("generic_decline")
        }
    }
}

/// The money is there.
pub(super) fn pay(state: &mut State, id: &str, method: &str) {
    let Some((payment, intent)) = payment_of(state, id) else { return };
    let amount = state.get(id).map_or(0, |invoice| int(invoice, "/amount_remaining"));
    let charge = charge(state, &intent, amount, method, None);
    let now = state.now;
    state.change(&intent, |intent| {
        set(intent, "/status", json!("succeeded"));
        set(intent, "/amount_received", json!(amount));
        set(intent, "/latest_charge", json!(charge));
        set(intent, "/payment_method", json!(method));
        set(intent, "/next_action", Value::Null);
        set(intent, "/last_payment_error", Value::Null);
    });
    state.change(&payment, |payment| {
        set(payment, "/status", json!("paid"));
        set(payment, "/amount_paid", json!(amount));
        set(payment, "/status_transitions/paid_at", json!(now));
    });
    state.emit("charge.succeeded", &charge);
    state.emit("payment_intent.succeeded", &intent);
    state.emit("invoice_payment.paid", &payment);
    settle_as_paid(state, id, amount);
}

pub(super) fn settle_as_paid(state: &mut State, id: &str, amount: i64) {
    let now = state.now;
    state.update(id, "invoice.updated", |invoice| {
        set(invoice, "/status", json!("paid"));
        set(invoice, "/attempted", json!(true));
        if amount > 0 {
            let attempts = int(invoice, "/attempt_count") + 1;
            set(invoice, "/attempt_count", json!(attempts));
        }
        set(invoice, "/amount_paid", json!(amount));
        set(invoice, "/amount_remaining", json!(0));
        set(invoice, "/auto_advance", json!(false));
        set(invoice, "/next_payment_attempt", Value::Null);
        set(invoice, "/status_transitions/paid_at", json!(now));
    });
    state.emit("invoice.paid", id);
    state.emit("invoice.payment_succeeded", id);
    let customer = state.get(id).map(|invoice| text(invoice, "/customer").to_owned()).unwrap_or_default();
    let owes =
        state.all("invoice").any(|other| text(other, "/customer") == customer && text(other, "/status") == "open");
    state.update(&customer, "customer.updated", |customer| set(customer, "/delinquent", json!(owes)));
    subscriptions::after_payment(state, id);
}

/// The bank said no: the next attempt is set, or there is none and the subscription bears it.
pub(super) fn decline(state: &mut State, id: &str, method: Option<&str>, why: &str) {
    let Some((_, intent)) = payment_of(state, id) else { return };
    let amount = state.get(id).map_or(0, |invoice| int(invoice, "/amount_remaining"));
    let failed = method.map(|method| charge(state, &intent, amount, method, Some(why)));
    let error = json!({
        "charge": failed, "code": "card_declined", "decline_code": why, "doc_url": "https://docs.stripe.com/error-codes/card-declined",
        "message": "Your card was declined.", "type": "card_error",
    });
    state.change(&intent, |intent| {
        set(intent, "/last_payment_error", error);
        set(intent, "/status", json!("requires_payment_method"));
        if failed.is_some() {
            set(intent, "/latest_charge", json!(failed));
        }
    });
    if let Some(failed) = &failed {
        state.emit("charge.failed", failed);
    }
    state.emit("payment_intent.payment_failed", &intent);
    let attempts = state.get(id).map_or(0, |invoice| int(invoice, "/attempt_count")) + 1;
    let first = state.get(id).is_some_and(|invoice| text(invoice, "/billing_reason") == "subscription_create");
    let waits = usize::try_from(attempts - 1).ok().and_then(|at| state.dunning.retry_days.get(at).copied());
    let next = waits.filter(|_| !first).map(|days| state.now + days * DAY);
    state.update(id, "invoice.updated", |invoice| {
        set(invoice, "/attempted", json!(true));
        set(invoice, "/attempt_count", json!(attempts));
        set(invoice, "/next_payment_attempt", json!(next));
    });
    let customer = state.get(id).map(|invoice| text(invoice, "/customer").to_owned()).unwrap_or_default();
    state.update(&customer, "customer.updated", |customer| set(customer, "/delinquent", json!(true)));
    state.emit("invoice.payment_failed", id);
    subscriptions::after_decline(state, id, next.is_none() && !first);
}

fn charge(state: &mut State, intent: &str, amount: i64, method: &str, declined: Option<&str>) -> String {
    let intent = state.get(intent).cloned().unwrap_or_default();
    let paid_with = state.get(method).cloned().unwrap_or_default();
    let kind = text(&paid_with, "/type").to_owned();
    let details = if kind == "card" {
        let card = |name: &str| paid_with.pointer(&format!("/card/{name}"));
        json!({"card": {
            "amount_authorized": amount, "authorization_code": "123456", "brand": card("brand"), "checks": card("checks"),
            "country": "BR", "electronic_commerce_indicator": null, "exp_month": 12, "exp_year": 2034,
            "fingerprint": card("fingerprint"), "funding": "credit", "installments": null, "last4": card("last4"), "mandate": null,
            "network": card("brand"), "network_token": {"used": false}, "network_transaction_id": null,
            "regulated_status": "unregulated", "three_d_secure": null, "transaction_link_id": null, "wallet": null,
        }, "type": "card"})
    } else {
        json!({"boleto": {"tax_id": paid_with.pointer("/boleto/tax_id")}, "type": "boleto"})
    };
    let ok = declined.is_none();
    let outcome = json!({
        "advice_code": null, "network_advice_code": null, "network_decline_code": null,
        "network_status": if ok { "approved_by_network" } else { "declined_by_network" }, "reason": declined,
        "risk_level": "normal", "risk_score": 12,
        "seller_message": if ok { "Payment complete." } else { "The bank did not return any further details with this decline." },
        "type": if ok { "authorized" } else { "issuer_declined" },
    });
    let id = state.id("ch");
    let customer = text(&intent, "/customer").to_owned();
    state.add(json!({
        "id": id, "object": "charge", "amount": amount, "amount_captured": if ok { amount } else { 0 }, "amount_refunded": 0,
        "application": null, "application_fee": null, "application_fee_amount": null, "balance_transaction": null,
        "billing_details": customers::billing_details(state, &customer), "calculated_statement_descriptor": "PROSEIA",
        "captured": ok, "created": state.now, "currency": intent.get("currency"), "customer": customer,
        "description": "Subscription creation", "disputed": false, "failure_balance_transaction": null,
        "failure_code": (!ok).then_some("card_declined"), "failure_message": (!ok).then_some("Your card was declined."),
        "fraud_details": {}, "livemode": state.livemode, "metadata": {}, "on_behalf_of": null, "outcome": outcome, "paid": ok,
        "payment_intent": intent.get("id"), "payment_method": method, "payment_method_details": details, "receipt_email": null,
        "receipt_number": null, "receipt_url": null, "refunded": false, "review": null, "shipping": null, "source": null,
        "source_transfer": null, "statement_descriptor": null, "statement_descriptor_suffix": null,
        "status": if ok { "succeeded" } else { "failed" }, "transfer_data": null, "transfer_group": null,
    }))
}

/// The 402 of a card that the bank refuses.
pub(super) fn declined(why: &str) -> Failure {
    Failure::new(402, "card_error", "Your card was declined.")
        .code("card_declined")
        .with("decline_code", json!(why))
        .with("doc_url", json!("https://docs.stripe.com/error-codes/card-declined"))
}
