//! Invoices, from draft to paid, and the payments under them.

use serde_json::{Value, json};

use super::answer::{Answered, Failure, inner_list, list};
use super::form::Form;
use super::state::{State, flag, int, random, set, text};
use super::{customers, subscriptions};

/// A draft stands this long before it is finalised, so that others may add to it.
pub(super) const DRAFT_SECONDS: i64 = 3600;
const DAY: i64 = 86_400;

/// What an invoice charges for.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub amount: i64,
    pub description: String,
    pub price: String,
    pub start: i64,
    pub end: i64,
    pub proration: bool,
}

/// A draft for a subscription; prorations that wait for it come along.
pub(super) fn draft(state: &mut State, subscription: &str, reason: &str, lines: Vec<Line>) -> String {
    let sub = state.get(subscription).cloned().unwrap_or_default();
    let customer_id = text(&sub, "/customer").to_owned();
    let customer = state.get(&customer_id).cloned().unwrap_or_default();
    let id = state.id("in");
    let mut data: Vec<Value> = lines.iter().map(|line| item(state, &id, &sub, line)).collect();
    if let Some(waiting) = sub.get("_pending").and_then(Value::as_array) {
        data.extend(waiting.iter().map(|line| {
            let mut line = line.clone();
            set(&mut line, "/invoice", json!(id));
            line
        }));
    }
    state.change(subscription, |sub| {
        set(sub, "/_pending", json!([]));
        set(sub, "/latest_invoice", json!(id));
    });
    let total: i64 = data.iter().map(|line| int(line, "/amount")).sum();
    let due = total.max(0);
    let cycle = reason == "subscription_cycle";
    let automatic = text(&sub, "/status") != "unpaid";
    let period = |name: &str| int(&sub, &format!("/items/data/0/current_period_{name}"));
    let url = format!("/v1/invoices/{id}/lines");
    let invoice = json!({
        "id": id, "object": "invoice", "account_country": "BR", "account_name": "Proseia", "account_tax_ids": null,
        "amount_due": due, "amount_overpaid": 0, "amount_paid": 0, "amount_remaining": due, "amount_shipping": 0,
        "application": null, "attempt_count": 0, "attempted": false, "auto_advance": automatic,
        "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null},
        "automatically_finalizes_at": (cycle && automatic).then_some(state.now + DRAFT_SECONDS), "billing_reason": reason,
        "collection_method": "charge_automatically", "created": state.now, "currency": sub.get("currency"), "custom_fields": null,
        "customer": customer_id, "customer_account": null, "customer_address": customer.get("address"),
        "customer_email": customer.get("email"), "customer_name": customer.get("name"), "customer_phone": customer.get("phone"),
        "customer_shipping": null, "customer_tax_exempt": "none", "customer_tax_ids": customers::tax_ids(state, &customer_id),
        "default_payment_method": null, "default_source": null, "default_tax_rates": [], "description": null, "discounts": [],
        "due_date": null, "effective_at": null, "ending_balance": null, "footer": null, "from_invoice": null,
        "hosted_invoice_url": null, "invoice_pdf": null, "issuer": {"type": "self"}, "last_finalization_error": null,
        "latest_revision": null, "lines": inner_list(data, &url), "livemode": state.livemode, "metadata": {},
        "next_payment_attempt": (cycle && automatic).then_some(state.now + DRAFT_SECONDS), "number": null, "on_behalf_of": null,
        "parent": {
            "quote_details": null,
            "subscription_details": {"metadata": sub.get("metadata"), "subscription": subscription}, "type": "subscription_details",
        },
        "payment_settings": {"default_mandate": null, "payment_method_options": null, "payment_method_types": null},
        "period_end": state.now, "period_start": if cycle { period("start") } else { state.now },
        "post_payment_credit_notes_amount": 0, "pre_payment_credit_notes_amount": 0, "receipt_number": null, "rendering": null,
        "shipping_cost": null, "shipping_details": null, "starting_balance": 0, "statement_descriptor": null, "status": "draft",
        "status_transitions": {"finalized_at": null, "marked_uncollectible_at": null, "paid_at": null, "voided_at": null},
        "subtotal": total, "subtotal_excluding_tax": total, "test_clock": null, "total": total, "total_discount_amounts": [],
        "total_excluding_tax": total, "total_pretax_credit_amounts": [], "total_taxes": [], "webhooks_delivered_at": state.now,
    });
    state.add(invoice);
    state.emit("invoice.created", &id);
    id
}

pub(super) fn item(state: &State, invoice: &str, sub: &Value, line: &Line) -> Value {
    let price = state.get(&line.price).cloned().unwrap_or_default();
    json!({
        "id": state.id("il"), "object": "line_item", "amount": line.amount, "currency": sub.get("currency"),
        "description": line.description, "discount_amounts": [], "discountable": !line.proration, "discounts": [],
        "invoice": invoice, "livemode": state.livemode, "metadata": {},
        "parent": {
            "invoice_item_details": null,
            "subscription_item_details": {
                "invoice_item": null, "proration": line.proration, "proration_details": {"credited_items": null},
                "subscription": sub.get("id"), "subscription_item": sub.pointer("/items/data/0/id"),
            },
            "type": "subscription_item_details",
        },
        "period": {"end": line.end, "start": line.start}, "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": line.price, "product": price.get("product")}, "type": "price_details",
            "unit_amount_decimal": price.get("unit_amount_decimal"),
        },
        "quantity": 1, "quantity_decimal": "1", "subscription": sub.get("id"), "subtotal": line.amount, "taxes": [],
    })
}

/// Number, pages and what is to be paid; nothing to pay is paid at once.
pub(super) fn finalize(state: &mut State, id: &str) {
    let Some(invoice) = state.get(id).cloned() else { return };
    let customer_id = text(&invoice, "/customer").to_owned();
    let customer = state.get(&customer_id).cloned().unwrap_or_default();
    let (balance, total) = (int(&customer, "/balance"), int(&invoice, "/total"));
    // A negative balance is the customer's money; a negative invoice becomes such.
    let used = if total < 0 { total } else { total.min((-balance).max(0)) };
    let due = (total - used).max(0);
    let sequence = int(&customer, "/next_invoice_sequence").max(1);
    let number = format!("{}-{sequence:04}", text(&customer, "/invoice_prefix"));
    state.change(&customer_id, |customer| {
        set(customer, "/next_invoice_sequence", json!(sequence + 1));
        set(customer, "/balance", json!(balance + used));
    });
    if due > 0 {
        intend(state, &invoice, due);
    }
    let (now, page) = (state.now, format!("{}/i/{id}", state.url));
    state.update(id, "invoice.updated", |invoice| {
        set(invoice, "/status", json!("open"));
        set(invoice, "/number", json!(number));
        set(invoice, "/amount_due", json!(due));
        set(invoice, "/amount_remaining", json!(due));
        set(invoice, "/starting_balance", json!(balance));
        set(invoice, "/ending_balance", json!(balance + used));
        set(invoice, "/effective_at", json!(now));
        set(invoice, "/automatically_finalizes_at", Value::Null);
        set(invoice, "/status_transitions/finalized_at", json!(now));
        set(invoice, "/hosted_invoice_url", json!(page));
        set(invoice, "/invoice_pdf", json!(format!("{page}/pdf")));
    });
    state.emit("invoice.finalized", id);
    if due == 0 {
        settle_as_paid(state, id, 0);
    }
}

/// The payment intent of an invoice and what ties them together.
fn intend(state: &mut State, invoice: &Value, amount: i64) {
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

fn settle_as_paid(state: &mut State, id: &str, amount: i64) {
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

pub(super) fn void(state: &mut State, id: &str) {
    let now = state.now;
    state.update(id, "invoice.updated", |invoice| {
        set(invoice, "/status", json!("void"));
        set(invoice, "/auto_advance", json!(false));
        set(invoice, "/next_payment_attempt", Value::Null);
        set(invoice, "/status_transitions/voided_at", json!(now));
    });
    state.emit("invoice.voided", id);
}

/// `POST /v1/invoices/{id}/pay`.
pub(super) fn pay_now(state: &mut State, id: &str, form: &Form) -> Answered {
    form.only(&["payment_method", "off_session"])?;
    let invoice = state.find("invoice", id, "id")?;
    match text(invoice, "/status") {
        "open" => {}
        "draft" => finalize(state, id),
        "paid" => return Err(Failure::invalid("Invoice is already paid")),
        other => return Err(Failure::invalid(&format!("Invoices that are {other} cannot be paid"))),
    }
    collect(state, id).map_err(|why| {
        let intent = payment_of(state, id).and_then(|(_, intent)| state.get(&intent).cloned());
        declined(why).with("payment_intent", intent.unwrap_or_default())
    })?;
    retrieve(state, id)
}

/// The 402 of a card that the bank refuses.
pub(super) fn declined(why: &str) -> Failure {
    Failure::new(402, "card_error", "Your card was declined.")
        .code("card_declined")
        .with("decline_code", json!(why))
        .with("doc_url", json!("https://docs.stripe.com/error-codes/card-declined"))
}

pub(super) fn retrieve(state: &State, id: &str) -> Answered {
    state.find("invoice", id, "id").cloned()
}

pub(super) fn void_now(state: &mut State, id: &str) -> Answered {
    if text(state.find("invoice", id, "id")?, "/status") != "open" {
        return Err(Failure::invalid("Only open invoices can be voided").code("invoice_not_editable"));
    }
    void(state, id);
    retrieve(state, id)
}

pub(super) fn all(state: &State, form: &Form) -> Answered {
    form.only(&[
        "customer",
        "subscription",
        "status",
        "collection_method",
        "created",
        "limit",
        "starting_after",
        "ending_before",
    ])?;
    let same =
        |invoice: &Value, param: &str, path: &str| form.text(param).is_none_or(|wanted| text(invoice, path) == wanted);
    list(state, form, "/v1/invoices", "invoice", |invoice| {
        same(invoice, "/customer", "/customer")
            && same(invoice, "/status", "/status")
            && same(invoice, "/collection_method", "/collection_method")
            && same(invoice, "/subscription", "/parent/subscription_details/subscription")
    })
}

pub(super) fn payments(state: &State, form: &Form) -> Answered {
    form.only(&["invoice", "payment", "status", "limit", "starting_after", "ending_before"])?;
    list(state, form, "/v1/invoice_payments", "invoice_payment", |payment| {
        form.text("/invoice").is_none_or(|invoice| text(payment, "/invoice") == invoice)
            && form.text("/status").is_none_or(|status| text(payment, "/status") == status)
            && form.text("/payment/payment_intent").is_none_or(|pi| text(payment, "/payment/payment_intent") == pi)
    })
}

/// Still being collected by itself: what a subscription that ends stops.
pub(super) fn stop_collecting(state: &mut State, subscription: &str) {
    let of_it = |invoice: &Value| {
        text(invoice, "/parent/subscription_details/subscription") == subscription
            && matches!(text(invoice, "/status"), "draft" | "open")
            && flag(invoice, "/auto_advance")
    };
    for id in state.ids("invoice", of_it) {
        state.update(&id, "invoice.updated", |invoice| {
            set(invoice, "/auto_advance", json!(false));
            set(invoice, "/automatically_finalizes_at", Value::Null);
            set(invoice, "/next_payment_attempt", Value::Null);
        });
    }
}
