//! Subscriptions: their object, their states, and `/v1/subscriptions`.

use serde_json::{Value, json};

use super::answer::{Answered, Failure, inner_list, list, one};
use super::catalogue::{after, label, plan};
use super::form::Form;
use super::invoices::{self, Line};
use super::payments;
use super::state::{State, flag, int, set, text};

const DAY: i64 = 86_400;
/// How long a first payment may take.
pub(super) const INCOMPLETE_SECONDS: i64 = 23 * 3600;

/// What a subscription starts with.
pub(super) struct New<'a> {
    pub customer: &'a str,
    pub price: &'a Value,
    pub trial_days: i64,
    pub metadata: Value,
    pub method: Option<&'a str>,
}

/// `incomplete` until the first invoice is paid, or in its trial.
pub(super) fn start(state: &mut State, new: &New<'_>) -> String {
    let (id, now, price) = (state.id("sub"), state.now, new.price);
    let trial_end = (new.trial_days > 0).then(|| now + new.trial_days * DAY);
    let end = trial_end.unwrap_or_else(|| after(price, now, now));
    let anchor = trial_end.unwrap_or(now);
    let item = json!({
        "id": state.id("si"), "object": "subscription_item", "billing_thresholds": null, "created": now,
        "current_period_end": end, "current_period_start": now, "current_trial": null, "discounts": [], "metadata": {},
        "plan": plan(price), "price": price, "quantity": 1, "subscription": id, "tax_rates": [],
    });
    let url = format!("/v1/subscription_items?subscription={id}");
    state.add(json!({
        "id": id, "object": "subscription", "application": null, "application_fee_percent": null,
        "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null}, "billing_cycle_anchor": anchor,
        "billing_cycle_anchor_config": null, "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"},
        "billing_schedules": [], "billing_thresholds": null, "cancel_at": null, "cancel_at_period_end": false,
        "canceled_at": null,
        "cancellation_details": {"comment": null, "feedback": null, "feedback_option": null, "reason": null},
        "collection_method": "charge_automatically", "created": now, "currency": price.get("currency"),
        "customer": new.customer, "customer_account": null, "days_until_due": null, "default_payment_method": new.method,
        "default_source": null, "default_tax_rates": [], "description": null, "discounts": [], "ended_at": null,
        "invoice_settings": {
            "account_tax_ids": null, "custom_fields": null, "description": null, "footer": null, "issuer": {"type": "self"},
        },
        "items": inner_list(vec![item], &url), "latest_invoice": null, "livemode": state.livemode, "managed_payments": null,
        "metadata": new.metadata, "next_pending_invoice_item_invoice": null, "on_behalf_of": null, "pause_collection": null,
        "payment_settings": {
            "payment_method_options": null, "payment_method_types": null, "save_default_payment_method": "off",
        },
        "pending_invoice_item_interval": null, "pending_setup_intent": null, "pending_update": null, "schedule": null,
        "start_date": now, "status": if trial_end.is_some() { "trialing" } else { "incomplete" }, "test_clock": null,
        "transfer_data": null, "trial_end": trial_end,
        "trial_settings": {"end_behavior": {"billing_cycle_anchor": null, "missing_payment_method": "create_invoice"}},
        "trial_start": trial_end.is_some().then_some(now),
        "_incomplete_until": now + INCOMPLETE_SECONDS, "_pending": [], "_warned": false,
    }));
    let description = if new.trial_days > 0 {
        format!("Período de teste de {}", label(state, price))
    } else {
        format!("1 × {} ({})", label(state, price), money_per_interval(price))
    };
    let amount = if new.trial_days > 0 { 0 } else { int(price, "/unit_amount") };
    let price_id = text(price, "/id").to_owned();
    let line = Line { amount, description, price: price_id, start: now, end, proration: false };
    let invoice = invoices::draft(state, &id, "subscription_create", vec![line]);
    state.emit("customer.subscription.created", &id);
    invoices::finalize(state, &invoice);
    id
}

pub(super) fn money_per_interval(price: &Value) -> String {
    let each = match text(price, "/recurring/interval") {
        "year" => "ano",
        "week" => "semana",
        "day" => "dia",
        _ => "mês",
    };
    format!("{} / {each}", super::pages::money(int(price, "/unit_amount")))
}

/// The first payment makes it live, a late one brings it back.
pub(super) fn after_payment(state: &mut State, invoice: &str) {
    let Some(id) = of_invoice(state, invoice) else { return };
    let latest = state.get(&id).is_some_and(|sub| text(sub, "/latest_invoice") == invoice);
    let owes = state.all("invoice").any(|other| {
        text(other, "/parent/subscription_details/subscription") == id && text(other, "/status") == "open"
    });
    state.update(&id, "customer.subscription.updated", |sub| {
        let back = match text(sub, "/status") {
            "incomplete" => true,
            "past_due" | "unpaid" => latest || !owes,
            _ => false,
        };
        if back {
            set(sub, "/status", json!("active"));
        }
    });
}

/// A renewal that failed; after the last attempt what the account's settings say.
pub(super) fn after_decline(state: &mut State, invoice: &str, last: bool) {
    let Some(id) = of_invoice(state, invoice) else { return };
    let then = state.dunning.then.clone();
    if last && then == "canceled" {
        end(state, &id, "payment_failed");
        return;
    }
    state.update(&id, "customer.subscription.updated", |sub| match text(sub, "/status") {
        "active" | "trialing" if !last => set(sub, "/status", json!("past_due")),
        "active" | "trialing" | "past_due" if last => set(sub, "/status", json!(then)),
        _ => {}
    });
}

fn of_invoice(state: &State, invoice: &str) -> Option<String> {
    let id = text(state.get(invoice)?, "/parent/subscription_details/subscription");
    state.get(id).map(|_| id.to_owned())
}

/// `canceled`: the end, from which nothing comes back.
pub(super) fn end(state: &mut State, id: &str, reason: &str) {
    let now = state.now;
    state.change(id, |sub| {
        set(sub, "/status", json!("canceled"));
        set(sub, "/ended_at", json!(now));
        if sub.get("canceled_at").is_none_or(Value::is_null) {
            set(sub, "/canceled_at", json!(now));
        }
        if text(sub, "/cancellation_details/reason").is_empty() {
            set(sub, "/cancellation_details/reason", json!(reason));
        }
    });
    invoices::stop_collecting(state, id);
    state.emit("customer.subscription.deleted", id);
}

/// The first payment never came.
pub(super) fn give_up(state: &mut State, id: &str) {
    let invoice = state.get(id).map(|sub| text(sub, "/latest_invoice").to_owned()).unwrap_or_default();
    if state.get(&invoice).is_some_and(|invoice| text(invoice, "/status") == "open") {
        invoices::void(state, &invoice);
    }
    let now = state.now;
    state.update(id, "customer.subscription.updated", |sub| {
        set(sub, "/status", json!("incomplete_expired"));
        set(sub, "/ended_at", json!(now));
    });
}

/// A new period begins, and its invoice.
pub(super) fn renew(state: &mut State, id: &str) {
    let Some(sub) = state.get(id).cloned() else { return };
    let price = sub.pointer("/items/data/0/price").cloned().unwrap_or_default();
    let start = int(&sub, "/items/data/0/current_period_end");
    let end = after(&price, start, int(&sub, "/billing_cycle_anchor"));
    let line = Line {
        amount: int(&price, "/unit_amount") * int(&sub, "/items/data/0/quantity").max(1),
        description: format!("1 × {} ({})", label(state, &price), money_per_interval(&price)),
        price: text(&price, "/id").to_owned(),
        start,
        end,
        proration: false,
    };
    let before = sub.clone();
    let invoice = invoices::draft(state, id, "subscription_cycle", vec![line]);
    // One event for the new period and its invoice.
    state.change(id, |sub| *sub = before);
    state.update(id, "customer.subscription.updated", |sub| {
        set(sub, "/items/data/0/current_period_start", json!(start));
        set(sub, "/items/data/0/current_period_end", json!(end));
        set(sub, "/latest_invoice", json!(invoice));
        set(sub, "/_pending", json!([]));
        if text(sub, "/status") == "trialing" {
            set(sub, "/status", json!("active"));
        }
    });
}

pub(super) fn update(state: &mut State, id: &str, form: &Form) -> Answered {
    form.only(&[
        "items",
        "cancel_at_period_end",
        "cancel_at",
        "cancellation_details",
        "metadata",
        "default_payment_method",
        "proration_behavior",
        "payment_behavior",
        "trial_end",
        "description",
    ])?;
    let sub = state.find("subscription", id, "id")?.clone();
    if matches!(text(&sub, "/status"), "canceled" | "incomplete_expired") {
        let message = "A canceled subscription can only update its cancellation_details and metadata.";
        return Err(Failure::invalid(message).code("invalid_canceled_subscription_fields"));
    }
    let proration = form.one_of("/proration_behavior", &["create_prorations", "always_invoice", "none"])?;
    let behavior =
        form.one_of("/payment_behavior", &["allow_incomplete", "error_if_incomplete", "default_incomplete"])?;
    let price = wanted_price(state, &sub, form)?;
    let declines = state.declining.contains(text(&sub, "/customer"));
    if price.is_some() && behavior == "error_if_incomplete" && declines && proration == "always_invoice" {
        return Err(payments::declined("generic_decline"));
    }
    let at_end = form.flag("/cancel_at_period_end")?;
    let cancel_at = match form.sent("/cancel_at") {
        None => None,
        Some("") => Some(None),
        Some("min_period_end" | "max_period_end") => Some(Some(int(&sub, "/items/data/0/current_period_end"))),
        Some(_) => Some(form.int("/cancel_at")?),
    };
    if at_end.is_some() && cancel_at.is_some_and(|at| at.is_some()) {
        let message = "You may only specify one of these parameters: cancel_at, cancel_at_period_end.";
        return Err(Failure::invalid(message).code("parameters_exclusive"));
    }
    let trial_end = match form.text("/trial_end") {
        Some("now") => Some(state.now),
        Some(_) => form.int("/trial_end")?,
        None => None,
    };
    let metadata = form.metadata("/metadata", sub.get("metadata").unwrap_or(&Value::Null));
    let now = state.now;
    state.update(id, "customer.subscription.updated", |sub| {
        set(sub, "/metadata", metadata);
        for name in ["feedback", "comment"] {
            if let Some(said) = form.text(&format!("/cancellation_details/{name}")) {
                set(sub, &format!("/cancellation_details/{name}"), json!(said));
            }
        }
        for name in ["default_payment_method", "description"] {
            if let Some(sent) = form.text(&format!("/{name}")) {
                crate::server::put(sub, name, json!(sent));
            }
        }
        match (at_end, cancel_at) {
            (Some(true), _) => schedule_end(sub, Some(int(sub, "/items/data/0/current_period_end")), true, now),
            (Some(false), None) if flag(sub, "/cancel_at_period_end") => schedule_end(sub, None, false, now),
            (_, Some(at)) => schedule_end(sub, at, false, now),
            _ => {}
        }
        if let Some(at) = trial_end {
            set(sub, "/trial_end", json!(at));
            set(sub, "/items/data/0/current_period_end", json!(at));
            set(sub, "/billing_cycle_anchor", json!(at));
        }
    });
    if let Some(price) = price {
        change_plan(state, id, &price, proration);
    }
    one(state, "subscription", id)
}

fn wanted_price(state: &State, sub: &Value, form: &Form) -> Result<Option<Value>, Failure> {
    let items = form.list("/items");
    let Some(first) = items.first() else { return Ok(None) };
    let own = text(sub, "/items/data/0/id");
    if items.len() > 1 || text(first, "/id") != own {
        let message = "Only the one item of this subscription can be changed here: send items[0][id] with its id.";
        return Err(Failure::invalid(message).param("items[0][id]"));
    }
    let id = text(first, "/price");
    if id.is_empty() || id == text(sub, "/items/data/0/price/id") {
        return Ok(None);
    }
    let price = state.find("price", id, "items[0][price]")?;
    if text(price, "/currency") != text(sub, "/currency") {
        return Err(Failure::invalid("The price's currency is not the subscription's.").param("items[0][price]"));
    }
    Ok(Some(price.clone()))
}

pub(super) fn schedule_end(sub: &mut Value, at: Option<i64>, period_end: bool, now: i64) {
    set(sub, "/cancel_at", json!(at));
    set(sub, "/cancel_at_period_end", json!(period_end));
    set(sub, "/canceled_at", json!(at.map(|_| now)));
    set(sub, "/cancellation_details/reason", json!(at.map(|_| "cancellation_requested")));
}

/// Another price from now on; what was paid for the rest of the period is credited.
pub(super) fn change_plan(state: &mut State, id: &str, price: &Value, proration: &str) {
    let Some(sub) = state.get(id).cloned() else { return };
    let now = state.now;
    let old = sub.pointer("/items/data/0/price").cloned().unwrap_or_default();
    let (start, end) = (int(&sub, "/items/data/0/current_period_start"), int(&sub, "/items/data/0/current_period_end"));
    let trialing = text(&sub, "/status") == "trialing";
    let anew = !trialing && old.pointer("/recurring/interval") != price.pointer("/recurring/interval");
    let until = if anew { after(price, now, now) } else { end };
    state.update(id, "customer.subscription.updated", |sub| {
        set(sub, "/items/data/0/price", price.clone());
        set(sub, "/items/data/0/plan", plan(price));
        if anew {
            set(sub, "/items/data/0/current_period_start", json!(now));
            set(sub, "/items/data/0/current_period_end", json!(until));
            set(sub, "/billing_cycle_anchor", json!(now));
            if flag(sub, "/cancel_at_period_end") {
                set(sub, "/cancel_at", json!(until));
            }
        }
    });
    if trialing || (proration == "none" && !anew) {
        return;
    }
    let line = |price: &Value, amount: i64, description: String, proration: bool| Line {
        amount,
        description,
        price: text(price, "/id").to_owned(),
        start: now,
        end: if anew && !proration { until } else { end },
        proration,
    };
    let rest = |price: &Value| share(int(price, "/unit_amount"), end - now, end - start);
    let mut lines = Vec::new();
    if proration != "none" {
        let unused = format!("Tempo não usado de {}", label(state, &old));
        lines.push(line(&old, -rest(&old), unused, true));
    }
    if anew {
        let whole = format!("1 × {} ({})", label(state, price), money_per_interval(price));
        lines.push(line(price, int(price, "/unit_amount"), whole, false));
    } else {
        lines.push(line(price, rest(price), format!("Tempo restante de {}", label(state, price)), true));
    }
    if anew || proration == "always_invoice" {
        let invoice = invoices::draft(state, id, "subscription_update", lines);
        invoices::finalize(state, &invoice);
        // A refusal is written on the invoice and the subscription.
        let _refused = payments::collect(state, &invoice);
    } else {
        let sub = state.get(id).cloned().unwrap_or_default();
        let waiting: Vec<Value> = lines.iter().map(|line| invoices::item(state, "", &sub, line)).collect();
        state.change(id, |sub| {
            if let Some(pending) = sub.get_mut("_pending").and_then(Value::as_array_mut) {
                pending.extend(waiting);
            }
        });
    }
}

/// A part of an amount, rounded to the nearest centavo.
fn share(amount: i64, part: i64, whole: i64) -> i64 {
    if whole <= 0 { 0 } else { (2 * amount * part + whole) / (2 * whole) }
}

pub(super) fn cancel(state: &mut State, id: &str, form: &Form) -> Answered {
    form.only(&["invoice_now", "prorate", "cancellation_details"])?;
    let sub = state.find("subscription", id, "id")?;
    if matches!(text(sub, "/status"), "canceled" | "incomplete_expired") {
        return Err(Failure::missing("subscription", id, "id"));
    }
    state.change(id, |sub| {
        for name in ["feedback", "comment"] {
            if let Some(said) = form.text(&format!("/cancellation_details/{name}")) {
                set(sub, &format!("/cancellation_details/{name}"), json!(said));
            }
        }
    });
    end(state, id, "cancellation_requested");
    one(state, "subscription", id)
}

pub(super) fn resume(state: &State, id: &str) -> Answered {
    let status = text(state.find("subscription", id, "id")?, "/status");
    let message = format!("Only paused subscriptions can be resumed; this one is {status}.");
    Err(Failure::invalid(&message))
}

/// Without `status` those that ended are left out.
pub(super) fn all(state: &State, form: &Form) -> Answered {
    form.only(&["customer", "price", "status", "created", "limit", "starting_after", "ending_before"])?;
    let status = form.text("/status");
    list(state, form, "/v1/subscriptions", "subscription", |sub| {
        let now = text(sub, "/status");
        let ended = matches!(now, "canceled" | "incomplete_expired");
        let wanted = match status {
            None => now != "canceled",
            Some("all") => true,
            Some("ended") => ended,
            Some(status) => now == status,
        };
        wanted
            && form.text("/customer").is_none_or(|customer| text(sub, "/customer") == customer)
            && form.text("/price").is_none_or(|price| text(sub, "/items/data/0/price/id") == price)
    })
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn shares_are_rounded_to_the_centavo() {
        assert_eq!((share(100, 1, 3), share(200, 1, 3), share(9700, 15, 30), share(5, 0, 0)), (33, 67, 4850, 0));
    }
}
