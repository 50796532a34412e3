//! Invoices, from draft to open, and `/v1/invoices`.

use serde_json::{Value, json};

use super::answer::{Answered, Failure, inner_list, list, one};
use super::form::Form;
use super::state::{State, flag, int, set, text};
use super::{customers, payments};

/// A draft stands this long before it is finalised, so that others may add to it.
pub(super) const DRAFT_SECONDS: i64 = 3600;

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
        payments::intend(state, &invoice, due);
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
        payments::settle_as_paid(state, id, 0);
    }
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
    payments::collect(state, id).map_err(|why| {
        let intent = payments::payment_of(state, id).and_then(|(_, intent)| state.get(&intent).cloned());
        payments::declined(why).with("payment_intent", intent.unwrap_or_default())
    })?;
    one(state, "invoice", id)
}

pub(super) fn void_now(state: &mut State, id: &str) -> Answered {
    if text(state.find("invoice", id, "id")?, "/status") != "open" {
        return Err(Failure::invalid("Only open invoices can be voided").code("invoice_not_editable"));
    }
    void(state, id);
    one(state, "invoice", id)
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

pub(super) fn all_payments(state: &State, form: &Form) -> Answered {
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
