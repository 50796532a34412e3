//! `/v1/billing_portal/sessions`, and what a customer does behind their link.

use serde_json::{Value, json};

use super::answer::{Answered, Failure};
use super::form::Form;
use super::state::{State, int, set, text};
use super::{customers, payments, subscriptions};

/// A link lives this long; a new one is made for each click.
const LINK_SECONDS: i64 = 3600;
const FLOWS: [&str; 4] = ["payment_method_update", "subscription_cancel", "subscription_update", "customer_update"];

pub(super) fn create(state: &mut State, form: &Form) -> Answered {
    form.only(&["customer", "return_url", "locale", "configuration", "flow_data"])?;
    let customer = form.required("/customer")?;
    state.find("customer", customer, "customer")?;
    let flow = match form.text("/flow_data/type") {
        None => Value::Null,
        Some(kind) if FLOWS.contains(&kind) => flow(state, form, kind, customer)?,
        Some(kind) => {
            return Err(Failure::invalid(&format!("Invalid flow_data[type]: {kind}")).param("flow_data[type]"));
        }
    };
    let id = state.id("bps");
    state.add(json!({
        "id": id, "object": "billing_portal.session",
        "configuration": form.text("/configuration").unwrap_or("bpc_1SimuladorPadrao0001"), "created": state.now,
        "customer": customer, "customer_account": null, "flow": flow, "livemode": state.livemode,
        "locale": form.text("/locale"), "on_behalf_of": null, "return_url": form.text("/return_url"),
        "url": format!("{}/p/session/{id}", state.url),
    }));
    state.emit("billing_portal.session.created", &id);
    state.find("billing_portal.session", &id, "id").cloned()
}

fn flow(state: &State, form: &Form, kind: &str, customer: &str) -> Answered {
    let mut flow = json!({
        "after_completion": {"hosted_confirmation": null, "redirect": null, "type": "portal_homepage"},
        "customer_update": null, "subscription_cancel": null, "subscription_pause": null, "subscription_update": null,
        "subscription_update_confirm": null, "type": kind,
    });
    if let Some(url) = form.text("/flow_data/after_completion/redirect/return_url") {
        set(&mut flow, "/after_completion/redirect", json!({"return_url": url}));
        set(&mut flow, "/after_completion/type", json!("redirect"));
    }
    if matches!(kind, "subscription_cancel" | "subscription_update") {
        let path = format!("/flow_data/{kind}/subscription");
        let id = form.required(&path)?;
        let param = format!("flow_data[{kind}][subscription]");
        let sub = state.find("subscription", id, &param)?;
        if text(sub, "/customer") != customer {
            return Err(Failure::invalid("The subscription is not this customer's.").param(&param));
        }
        if kind == "subscription_cancel" && !sub.get("cancel_at").is_none_or(Value::is_null) {
            let message = format!("The subscription `{id}` is already set to be canceled at period end.");
            return Err(Failure::invalid(&message).param(&param));
        }
        let own = if kind == "subscription_cancel" {
            json!({"retention": null, "subscription": id})
        } else {
            json!({"subscription": id})
        };
        set(&mut flow, &format!("/{kind}"), own);
    }
    Ok(flow)
}

/// A link that still opens, and the subscription it is about.
pub(super) fn open(state: &State, id: &str) -> Option<(Value, Option<Value>)> {
    let session = state.find("billing_portal.session", id, "id").ok()?;
    if int(session, "/created") + LINK_SECONDS < state.now {
        return None;
    }
    let customer = text(session, "/customer");
    let subs = state.all("subscription").filter(|sub| text(sub, "/customer") == customer);
    let sub = subs.rev().find(|sub| text(sub, "/status") != "incomplete_expired");
    Some((session.clone(), sub.cloned()))
}

/// One button of the portal.
pub(super) fn act(state: &mut State, session: &Value, sub: Option<&Value>, form: &Form) -> Result<(), Failure> {
    let customer = text(session, "/customer").to_owned();
    let action = form.text("/acao").unwrap_or_default();
    if action == "cartao" {
        let number = form.text("/numero").unwrap_or_default();
        return match customers::card(number) {
            customers::Card::Good | customers::Card::Unchargeable => {
                let method = customers::attach_card(state, &customer, number);
                if let Some(sub) = sub {
                    state.update(text(sub, "/id"), "customer.subscription.updated", |sub| {
                        set(sub, "/default_payment_method", json!(method));
                    });
                }
                Ok(())
            }
            customers::Card::Declined(why) => Err(payments::declined(why)),
            customers::Card::Invalid => Err(Failure::new(402, "card_error", "Your card number is incorrect.")),
        };
    }
    let ended = || Failure::invalid("This subscription has ended.");
    let sub = sub.filter(|sub| text(sub, "/status") != "canceled").ok_or_else(ended)?;
    let id = text(sub, "/id");
    let now = state.now;
    match action {
        "cancelar" => state.update(id, "customer.subscription.updated", |sub| {
            let end = int(sub, "/items/data/0/current_period_end");
            subscriptions::schedule_end(sub, Some(end), true, now);
            let feedback = form.text("/motivo");
            set(sub, "/cancellation_details/feedback", json!(feedback));
        }),
        "desfazer" => state.update(id, "customer.subscription.updated", |sub| {
            subscriptions::schedule_end(sub, None, false, now);
        }),
        "plano" => {
            let price = state.find("price", form.required("/price")?, "price")?.clone();
            if text(&price, "/id") != text(sub, "/items/data/0/price/id") {
                subscriptions::change_plan(state, id, &price, "always_invoice");
            }
        }
        other => return Err(Failure::invalid(&format!("Unknown action: {other}"))),
    }
    Ok(())
}
