//! `/v1/checkout/sessions` and what happens when somebody pays there.

use serde_json::{Value, json};

use super::answer::{Answered, Failure, inner_list, list, one};
use super::catalogue::label;
use super::form::Form;
use super::state::{State, flag, int, random, set, text};
use super::{customers, payments, subscriptions};

const DAY: i64 = 86_400;

pub(super) fn create(state: &mut State, form: &Form) -> Answered {
    // `payment_method_types` is not among them: endive took it away.
    form.only(&[
        "mode",
        "customer",
        "customer_email",
        "client_reference_id",
        "line_items",
        "success_url",
        "cancel_url",
        "locale",
        "allow_promotion_codes",
        "metadata",
        "subscription_data",
        "payment_method_collection",
        "tax_id_collection",
        "customer_update",
        "expires_at",
        "payment_method_options",
        "payment_method_configuration",
        "allowed_payment_method_types",
        "excluded_payment_method_types",
        "billing_address_collection",
        "phone_number_collection",
        "ui_mode",
        "submit_type",
        "custom_text",
    ])?;
    if form.required("/mode")? != "subscription" {
        return Err(Failure::invalid("This stand-in only knows mode=subscription.").param("mode"));
    }
    let customer = form.text("/customer");
    if customer.is_some() && form.text("/customer_email").is_some() {
        let message = "You may only specify one of these parameters: customer, customer_email.";
        return Err(Failure::invalid(message).code("parameters_exclusive").param("customer_email"));
    }
    if let Some(customer) = customer {
        state.find("customer", customer, "customer")?;
    }
    let collects_tax_id = form.flag("/tax_id_collection/enabled")?.unwrap_or(false);
    if collects_tax_id && customer.is_some() && form.text("/customer_update/name") != Some("auto") {
        let message = "Tax ID collection requires updating business name on the customer. To enable tax ID collection for an \
                       existing customer, please set `customer_update[name]` to `auto`.";
        return Err(Failure::invalid(message));
    }
    if customer.is_none() && form.text("/customer_update/name").is_some() {
        return Err(Failure::invalid("`customer_update` can only be used with `customer`.").param("customer_update"));
    }
    let (success, cancel) =
        (address(form, "/success_url")?, form.text("/cancel_url").map(|_| address(form, "/cancel_url")));
    let cancel = cancel.transpose()?;
    let price = wanted_price(state, form)?;
    let trial = form.int("/subscription_data/trial_period_days")?;
    if trial.is_some_and(|days| !(1..=730).contains(&days)) {
        let message = "The minimum number of trial period days is 1.";
        return Err(Failure::invalid(message).param("subscription_data[trial_period_days]"));
    }
    // By the caller's clock: ours may be ahead of it.
    let asked = state.now - state.shift;
    let expires = form.int("/expires_at")?.unwrap_or(asked + DAY);
    if !(asked + 1800 - 60..=asked + DAY + 60).contains(&expires) {
        let message =
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.";
        return Err(Failure::invalid(message).param("expires_at"));
    }
    let (allowed, excluded) =
        (form.texts("/allowed_payment_method_types"), form.texts("/excluded_payment_method_types"));
    let offered = ["card", "boleto"].into_iter().filter(|kind| !excluded.contains(kind));
    let offered: Vec<&str> = offered.filter(|kind| allowed.is_empty() || allowed.contains(kind)).collect();
    let boleto_days = form.int("/payment_method_options/boleto/expires_after_days")?.unwrap_or(3);
    let total = if trial.is_some() { 0 } else { int(&price, "/unit_amount") };
    let items = vec![json!({
        "id": format!("li_{}", random(24)), "object": "item", "adjustable_quantity": null, "amount_discount": 0,
        "amount_subtotal": total, "amount_tax": 0, "amount_total": total, "currency": price.get("currency"),
        "description": label(state, &price), "discounts": [], "metadata": {}, "price": price, "quantity": 1, "taxes": [],
    })];
    let id = state.id("cs");
    let nobody = Value::Null;
    let known = customer.and_then(|customer| state.get(customer)).unwrap_or(&nobody);
    let email = form.text("/customer_email").map_or_else(|| known.get("email").cloned(), |email| Some(json!(email)));
    let session = json!({
        "id": id, "object": "checkout.session", "adaptive_pricing": null, "after_expiration": null,
        "allow_promotion_codes": form.flag("/allow_promotion_codes")?,
        "allowed_payment_method_types": (!allowed.is_empty()).then_some(allowed), "amount_subtotal": total, "amount_total": total,
        "automatic_tax": {"enabled": false, "liability": null, "provider": null, "status": null},
        "billing_address_collection": form.text("/billing_address_collection"), "cancel_url": cancel,
        "client_reference_id": form.text("/client_reference_id"), "client_secret": null, "collected_information": null,
        "consent": null, "consent_collection": null, "created": state.now, "currency": price.get("currency"),
        "currency_conversion": null, "custom_fields": [],
        "custom_text": {"after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null},
        "customer": customer, "customer_account": null, "customer_creation": customer.is_none().then_some("always"),
        "customer_details": email.filter(|email| !email.is_null()).map(|email| details(known, &email, &json!([]))),
        "customer_email": form.text("/customer_email"), "discounts": [],
        "expires_at": expires, "integration_identifier": null, "invoice": null, "invoice_creation": null, "livemode": state.livemode,
        "locale": form.text("/locale"), "managed_payments": null, "metadata": form.metadata("/metadata", &Value::Null),
        "mode": "subscription", "origin_context": null, "payment_intent": null, "payment_link": null,
        "payment_method_collection": form.one_of("/payment_method_collection", &["always", "if_required"])?,
        "payment_method_configuration_details": null,
        "payment_method_options": {
            "boleto": {"expires_after_days": boleto_days}, "card": {"request_three_d_secure": "automatic"},
        },
        "payment_method_types": offered, "payment_status": "unpaid", "permissions": null,
        "phone_number_collection": {"enabled": form.flag("/phone_number_collection/enabled")?.unwrap_or(false)},
        "recovered_from": null,
        "saved_payment_method_options": {
            "allow_redisplay_filters": ["always"], "payment_method_remove": "disabled", "payment_method_save": null,
        },
        "setup_intent": null, "shipping_address_collection": null, "shipping_cost": null, "shipping_options": [],
        "status": "open", "submit_type": null, "subscription": null, "success_url": success,
        "tax_id_collection": {"enabled": collects_tax_id, "required": "never"},
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": form.one_of("/ui_mode", &["hosted_page"])?, "url": format!("{}/c/pay/{id}", state.url), "wallet_options": null,
        "_line_items": items, "_expires_at": expires + state.shift, "_trial_days": trial.unwrap_or(0),
        "_metadata": form.metadata("/subscription_data/metadata", &Value::Null),
    });
    state.add(session);
    one(state, "checkout.session", &id)
}

fn address<'a>(form: &'a Form, path: &str) -> Result<&'a str, Failure> {
    let text = form.required(path)?;
    let placeholder = text.replace("{CHECKOUT_SESSION_ID}", "cs");
    match placeholder.parse::<url::Url>() {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(text),
        _ => Err(Failure::invalid("Not a valid URL").code("url_invalid").param(path.trim_start_matches('/'))),
    }
}

fn wanted_price(state: &State, form: &Form) -> Result<Value, Failure> {
    let items = form.list("/line_items");
    if items.len() != 1 || form.int("/line_items/0/quantity")?.unwrap_or(1) != 1 {
        let message = "This stand-in sells one price, once: line_items[0][price] with quantity 1.";
        return Err(Failure::invalid(message).param("line_items"));
    }
    let price = state.find("price", form.required("/line_items/0/price")?, "line_items[0][price]")?;
    if !flag(price, "/active") {
        let message = "The price specified is inactive. This field only accepts active prices.";
        return Err(Failure::invalid(message).param("line_items[0][price]"));
    }
    if text(price, "/type") != "recurring" {
        let message = "You must provide at least one recurring price in `subscription` mode when using prices.";
        return Err(Failure::invalid(message));
    }
    Ok(price.clone())
}

fn details(customer: &Value, email: &Value, tax_ids: &Value) -> Value {
    json!({
        "address": customer.get("address"), "business_name": null, "email": email, "individual_name": null,
        "name": customer.get("name"), "phone": customer.get("phone"), "tax_exempt": "none", "tax_ids": tax_ids,
    })
}

pub(super) fn all(state: &State, form: &Form) -> Answered {
    form.only(&[
        "customer",
        "subscription",
        "status",
        "payment_intent",
        "created",
        "limit",
        "starting_after",
        "ending_before",
    ])?;
    let same = |session: &Value, name: &str| {
        form.text(&format!("/{name}")).is_none_or(|wanted| text(session, &format!("/{name}")) == wanted)
    };
    list(state, form, "/v1/checkout/sessions", "checkout.session", |session| {
        ["customer", "subscription", "status", "payment_intent"].into_iter().all(|name| same(session, name))
    })
}

pub(super) fn line_items(state: &State, id: &str) -> Answered {
    let session = state.find("checkout.session", id, "id")?;
    let items = session.get("_line_items").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(inner_list(items, &format!("/v1/checkout/sessions/{id}/line_items")))
}

pub(super) fn expire_now(state: &mut State, id: &str) -> Answered {
    let status = text(state.find("checkout.session", id, "id")?, "/status");
    if status != "open" {
        let message = format!(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of `{status}`."
        );
        return Err(Failure::invalid(&message));
    }
    expire(state, id);
    one(state, "checkout.session", id)
}

pub(super) fn expire(state: &mut State, id: &str) {
    state.change(id, |session| {
        set(session, "/status", json!("expired"));
        set(session, "/url", Value::Null);
    });
    state.emit("checkout.session.expired", id);
}

/// How somebody pays at the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payment {
    /// A card; Stripe's test numbers are known.
    Card(String),
    /// A slip that is paid, or not, some days later.
    Boleto,
}

/// What the page says when the payment did not go through.
pub(super) fn complete(state: &mut State, id: &str, payment: &Payment) -> Result<(), Failure> {
    let session = state.find("checkout.session", id, "id")?.clone();
    if text(&session, "/status") != "open" {
        return Err(Failure::invalid("This Checkout Session is no longer open."));
    }
    let boleto = *payment == Payment::Boleto;
    if let Payment::Card(number) = payment {
        match customers::card(number) {
            customers::Card::Good => {}
            customers::Card::Unchargeable if int(&session, "/_trial_days") > 0 => {}
            customers::Card::Unchargeable => return Err(payments::declined("generic_decline")),
            customers::Card::Declined(why) => return Err(payments::declined(why)),
            customers::Card::Invalid => {
                let failure = Failure::new(402, "card_error", "Your card number is incorrect.");
                return Err(failure.code("incorrect_number").param("number"));
            }
        }
    }
    let price = session.pointer("/_line_items/0/price").cloned().unwrap_or_default();
    let trial_days = int(&session, "/_trial_days");
    let offered = session.get("payment_method_types").and_then(Value::as_array).cloned().unwrap_or_default();
    if boleto && (trial_days > 0 || !offered.contains(&json!("boleto"))) {
        return Err(Failure::invalid("Boleto is not offered here."));
    }
    let customer = match text(&session, "/customer") {
        "" => {
            let new = customers::new(state);
            state.change(&new, |customer| {
                set(customer, "/email", session.get("customer_email").cloned().unwrap_or_default());
            });
            state.emit("customer.created", &new);
            new
        }
        known => known.to_owned(),
    };
    let method = match payment {
        Payment::Card(number) => customers::attach_card(state, &customer, number),
        Payment::Boleto => customers::boleto(state, &customer),
    };
    let metadata = session.get("_metadata").cloned().unwrap_or_default();
    let new = subscriptions::New {
        customer: &customer,
        price: &price,
        trial_days,
        metadata,
        method: (!boleto).then_some(method.as_str()),
    };
    let subscription = subscriptions::start(state, &new);
    let invoice = state.get(&subscription).map(|sub| text(sub, "/latest_invoice").to_owned()).unwrap_or_default();
    if boleto {
        let days = int(&session, "/payment_method_options/boleto/expires_after_days");
        slip(state, &invoice, &subscription, id, &method, days);
    } else if trial_days == 0 {
        payments::pay(state, &invoice, &method);
    }
    let status = match (boleto, trial_days) {
        (true, _) => "unpaid",
        (_, 0) => "paid",
        _ => "no_payment_required",
    };
    let person = state.get(&customer).cloned().unwrap_or_default();
    let tax_ids = json!(customers::tax_ids(state, &customer));
    state.change(id, |session| {
        set(session, "/status", json!("complete"));
        set(session, "/payment_status", json!(status));
        set(session, "/customer", json!(customer));
        set(session, "/customer_details", details(&person, person.get("email").unwrap_or(&Value::Null), &tax_ids));
        set(session, "/subscription", json!(subscription));
        set(session, "/invoice", json!(invoice));
        set(session, "/url", Value::Null);
    });
    state.emit("checkout.session.completed", id);
    Ok(())
}

/// A boleto that waits at the bank; the subscription waits as long.
fn slip(state: &mut State, invoice: &str, subscription: &str, session: &str, method: &str, days: i64) {
    let Some((_, intent)) = payments::payment_of(state, invoice) else { return };
    let (until, page) = (state.now + days * DAY, format!("{}/boleto/{intent}", state.url));
    let number = "34191.79001 01043.510047 91020.150008 1 99990000009700";
    state.update(&intent, "payment_intent.requires_action", |intent| {
        set(intent, "/status", json!("requires_action"));
        set(intent, "/payment_method", json!(method));
        set(
            intent,
            "/next_action",
            json!({"boleto_display_details": {
            "expires_at": until, "hosted_voucher_url": page, "number": number, "pdf": format!("{page}/pdf"),
        }, "type": "boleto_display_details"}),
        );
        set(intent, "/_session", json!(session));
    });
    state.change(subscription, |sub| set(sub, "/_incomplete_until", json!(until + DAY)));
}

/// The money of a boleto has come.
pub(super) fn boleto_paid(state: &mut State, intent: &str) -> Result<(), Failure> {
    let (session, invoice, method) = waiting(state, intent)?;
    payments::pay(state, &invoice, &method);
    state.change(&session, |session| set(session, "/payment_status", json!("paid")));
    state.emit("checkout.session.async_payment_succeeded", &session);
    Ok(())
}

/// It was never paid.
pub(super) fn boleto_expired(state: &mut State, intent: &str) -> Result<(), Failure> {
    let (session, invoice, _) = waiting(state, intent)?;
    state.change(intent, |intent| {
        set(intent, "/status", json!("requires_payment_method"));
        set(intent, "/next_action", Value::Null);
        set(intent, "/last_payment_error", json!({
            "code": "payment_intent_payment_attempt_expired", "message": "The boleto has expired.", "type": "invalid_request_error",
        }));
    });
    state.emit("payment_intent.payment_failed", intent);
    state.update(&invoice, "invoice.updated", |invoice| {
        let attempts = int(invoice, "/attempt_count") + 1;
        set(invoice, "/attempted", json!(true));
        set(invoice, "/attempt_count", json!(attempts));
    });
    state.emit("invoice.payment_failed", &invoice);
    let subscription = state.get(&session).map(|session| text(session, "/subscription").to_owned()).unwrap_or_default();
    subscriptions::give_up(state, &subscription);
    state.emit("checkout.session.async_payment_failed", &session);
    Ok(())
}

fn waiting(state: &State, intent: &str) -> Result<(String, String, String), Failure> {
    let waits = state.find("payment_intent", intent, "id")?;
    if text(waits, "/status") != "requires_action" {
        return Err(Failure::invalid("This boleto is not waiting for its payment."));
    }
    let payment = state.all("invoice_payment").find(|payment| text(payment, "/payment/payment_intent") == intent);
    let invoice = payment.map(|payment| text(payment, "/invoice").to_owned()).unwrap_or_default();
    Ok((text(waits, "/_session").to_owned(), invoice, text(waits, "/payment_method").to_owned()))
}
