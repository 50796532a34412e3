//! `/v1/customers` and `/v1/payment_methods`.

use serde_json::{Value, json};

use super::answer::{Answered, Failure, inner_list, list, one};
use super::form::Form;
use super::state::{State, random, set, text};

const KNOWN: [&str; 10] = [
    "email",
    "name",
    "phone",
    "description",
    "preferred_locales",
    "metadata",
    "tax_id_data",
    "address",
    "invoice_settings",
    "tax_exempt",
];

pub(super) fn create(state: &mut State, form: &Form) -> Answered {
    form.only(&KNOWN)?;
    let id = new(state);
    if let Err(refused) = fill(state, &id, form, true) {
        state.remove(&id);
        return Err(refused);
    }
    state.emit("customer.created", &id);
    for tax_id in state.ids("tax_id", |tax_id| text(tax_id, "/customer") == id) {
        state.emit("customer.tax_id.created", &tax_id);
    }
    one(state, "customer", &id)
}

pub(super) fn update(state: &mut State, id: &str, form: &Form) -> Answered {
    form.only(&KNOWN)?;
    let before = state.find("customer", id, "id")?.clone();
    if let Err(refused) = fill(state, id, form, false) {
        state.change(id, |customer| *customer = before);
        return Err(refused);
    }
    let after = state.find("customer", id, "id")?.clone();
    state.change(id, |customer| *customer = before);
    state.update(id, "customer.updated", |customer| *customer = after);
    one(state, "customer", id)
}

pub(super) fn all(state: &State, form: &Form) -> Answered {
    form.only(&["email", "created", "limit", "starting_after", "ending_before"])?;
    let email = form.text("/email");
    list(state, form, "/v1/customers", "customer", |customer| {
        email.is_none_or(|email| text(customer, "/email") == email)
    })
}

/// With everything of theirs that bills.
pub(super) fn delete(state: &mut State, id: &str) -> Answered {
    state.find("customer", id, "id")?;
    let live = |sub: &Value| {
        text(sub, "/customer") == id && !matches!(text(sub, "/status"), "canceled" | "incomplete_expired")
    };
    for sub in state.ids("subscription", live) {
        super::subscriptions::end(state, &sub, "cancellation_requested");
    }
    state.emit("customer.deleted", id);
    state.remove(id);
    Ok(json!({"id": id, "object": "customer", "deleted": true}))
}

/// Without anything but an id.
pub(super) fn new(state: &mut State) -> String {
    let id = state.id("cus");
    state.add(json!({
        "id": id, "object": "customer", "address": null, "balance": 0, "created": state.now, "currency": null,
        "customer_account": null, "default_source": null, "delinquent": false, "description": null, "discount": null,
        "email": null, "invoice_prefix": random(8).to_uppercase(),
        "invoice_settings": {"custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null},
        "livemode": state.livemode, "metadata": {}, "name": null, "next_invoice_sequence": 1, "phone": null,
        "preferred_locales": [], "shipping": null, "tax_exempt": "none", "test_clock": null,
    }))
}

fn fill(state: &mut State, id: &str, form: &Form, creating: bool) -> Result<(), Failure> {
    if let Some(email) = form.text("/email")
        && !email.contains('@')
    {
        return Err(Failure::invalid(&format!("Invalid email address: {email}")).code("email_invalid").param("email"));
    }
    for name in ["email", "name", "phone", "description", "tax_exempt"] {
        if let Some(sent) = form.sent(&format!("/{name}")) {
            let value = if sent.is_empty() { Value::Null } else { json!(sent) };
            state.change(id, |customer| crate::server::put(customer, name, value));
        }
    }
    if let Some(method) = form.text("/invoice_settings/default_payment_method") {
        state.find("payment_method", method, "invoice_settings[default_payment_method]")?;
        state.change(id, |customer| set(customer, "/invoice_settings/default_payment_method", json!(method)));
    }
    let locales = form.texts("/preferred_locales");
    if !locales.is_empty() {
        state.change(id, |customer| set(customer, "/preferred_locales", json!(locales)));
    }
    if form.sent("/address/country").is_some() || form.sent("/address/line1").is_some() {
        let part = |name: &str| form.text(&format!("/address/{name}"));
        let address = json!({
            "city": part("city"), "country": part("country"), "line1": part("line1"), "line2": part("line2"),
            "postal_code": part("postal_code"), "state": part("state"),
        });
        state.change(id, |customer| set(customer, "/address", address));
    }
    let metadata = form.metadata("/metadata", state.get(id).and_then(|c| c.get("metadata")).unwrap_or(&Value::Null));
    state.change(id, |customer| set(customer, "/metadata", metadata));
    if creating {
        for given in form.list("/tax_id_data") {
            add_tax_id(state, id, text(given, "/type"), text(given, "/value"))?;
        }
    }
    Ok(())
}

fn add_tax_id(state: &mut State, customer: &str, kind: &str, value: &str) -> Result<(), Failure> {
    let digits = value.chars().filter(char::is_ascii_alphanumeric).count();
    if !matches!((kind, digits), ("br_cnpj", 14) | ("br_cpf", 11)) {
        let message = format!("Invalid value for {kind}.");
        return Err(Failure::invalid(&message).code("tax_id_invalid").param("tax_id_data[0][value]"));
    }
    let id = state.id("txi");
    state.add(json!({
        "id": id, "object": "tax_id", "country": "BR", "created": state.now, "customer": customer, "customer_account": null,
        "livemode": state.livemode, "owner": {"customer": customer, "customer_account": null, "type": "customer"},
        "type": kind, "value": value,
        "verification": {"status": "unavailable", "verified_address": null, "verified_name": null},
    }));
    Ok(())
}

pub(super) fn tax_ids(state: &State, customer: &str) -> Vec<Value> {
    let of_customer = state.all("tax_id").filter(|tax_id| text(tax_id, "/customer") == customer);
    of_customer.map(|tax_id| json!({"type": tax_id.get("type"), "value": tax_id.get("value")})).collect()
}

pub(super) fn list_tax_ids(state: &State, customer: &str) -> Answered {
    state.find("customer", customer, "id")?;
    let data = state.all("tax_id").filter(|tax_id| text(tax_id, "/customer") == customer).cloned().collect();
    Ok(inner_list(data, &format!("/v1/customers/{customer}/tax_ids")))
}

/// What somebody typed as the number of a card. Stripe's own test numbers mean what they mean there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Card {
    Good,
    Declined(&'static str),
    /// Can be kept, and is refused whenever it is charged.
    Unchargeable,
    Invalid,
}

pub(super) fn card(number: &str) -> Card {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let sum: u32 = digits
        .chars()
        .rev()
        .enumerate()
        .filter_map(|(at, digit)| {
            let digit = digit.to_digit(10)?;
            Some(if at % 2 == 0 { digit } else { (digit * 2) / 10 + (digit * 2) % 10 })
        })
        .sum();
    match digits.as_str() {
        "4000000000000002" => Card::Declined("generic_decline"),
        "4000000000000341" => Card::Unchargeable,
        "4000000000009995" => Card::Declined("insufficient_funds"),
        _ if digits.len() < 13 || !sum.is_multiple_of(10) => Card::Invalid,
        _ => Card::Good,
    }
}

/// A card of that customer, from now on the one that is charged.
pub(super) fn attach_card(state: &mut State, customer: &str, number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let last4 = digits.get(digits.len().saturating_sub(4)..).unwrap_or("4242").to_owned();
    let brand = if digits.starts_with('5') { "mastercard" } else { "visa" };
    let mut method = method(state, customer, "card");
    crate::server::put(
        &mut method,
        "card",
        json!({
            "brand": brand, "checks": {"address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass"},
            "country": "BR", "display_brand": brand, "exp_month": 12, "exp_year": 2034, "fingerprint": random(16),
            "funding": "credit", "generated_from": null, "last4": last4,
            "networks": {"available": [brand], "preferred": null}, "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": true}, "wallet": null,
        }),
    );
    let id = state.add(method);
    state.emit("payment_method.attached", &id);
    state.decline(customer, card(number) == Card::Unchargeable);
    state.update(customer, "customer.updated", |customer| {
        set(customer, "/invoice_settings/default_payment_method", json!(id));
    });
    id
}

/// A boleto belongs to one payment and is nobody's default.
pub(super) fn boleto(state: &mut State, customer: &str) -> String {
    let tax_id = tax_ids(state, customer).first().map(|tax_id| text(tax_id, "/value").to_owned());
    let mut method = method(state, customer, "boleto");
    crate::server::put(&mut method, "boleto", json!({"tax_id": tax_id.unwrap_or_else(|| "000.000.000-00".to_owned())}));
    state.add(method)
}

fn method(state: &State, customer: &str, kind: &str) -> Value {
    json!({
        "id": state.id("pm"), "object": "payment_method", "allow_redisplay": "limited",
        "billing_details": billing_details(state, customer), "created": state.now, "customer": customer,
        "customer_account": null, "livemode": state.livemode, "metadata": {}, "type": kind,
    })
}

pub(super) fn billing_details(state: &State, customer: &str) -> Value {
    let nobody = Value::Null;
    let customer = state.get(customer).unwrap_or(&nobody);
    let address =
        json!({"city": null, "country": "BR", "line1": null, "line2": null, "postal_code": null, "state": null});
    json!({
        "address": address, "email": customer.get("email"), "name": customer.get("name"), "phone": customer.get("phone"),
        "tax_id": null,
    })
}

pub(super) fn payment_methods(state: &State, customer: Option<&str>, form: &Form) -> Answered {
    form.only(&["customer", "type", "limit", "starting_after", "ending_before"])?;
    let kind = form.text("/type");
    list(state, form, "/v1/payment_methods", "payment_method", |method| {
        customer.or(form.text("/customer")).is_none_or(|customer| text(method, "/customer") == customer)
            && kind.is_none_or(|kind| text(method, "/type") == kind)
    })
}
