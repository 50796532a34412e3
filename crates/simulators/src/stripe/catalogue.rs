//! `/v1/products` and `/v1/prices`.

use serde_json::{Value, json};

use super::answer::{Answered, Failure, list, one};
use super::form::Form;
use super::state::{State, flag, int, set, text};

pub(super) fn create_product(state: &mut State, form: &Form) -> Answered {
    form.only(&["id", "name", "description", "metadata", "active", "statement_descriptor", "unit_label", "url"])?;
    let name = form.required("/name")?;
    let id = form.text("/id").map_or_else(|| state.id("prod"), str::to_owned);
    if state.get(&id).is_some() {
        return Err(Failure::invalid("Product already exists.").code("resource_already_exists").param("id"));
    }
    let product = json!({
        "id": id, "object": "product", "active": form.flag("/active")?.unwrap_or(true), "created": state.now,
        "default_price": null, "description": form.text("/description"), "images": [], "livemode": state.livemode,
        "marketing_features": [], "metadata": form.metadata("/metadata", &Value::Null), "name": name,
        "package_dimensions": null, "shippable": null, "statement_descriptor": form.text("/statement_descriptor"),
        "tax_code": null, "tax_details": null, "type": "service", "unit_label": form.text("/unit_label"), "updated": state.now,
        "url": form.text("/url"),
    });
    let id = state.add(product);
    state.emit("product.created", &id);
    one(state, "product", &id)
}

pub(super) fn update_product(state: &mut State, id: &str, form: &Form) -> Answered {
    form.only(&["name", "description", "metadata", "active", "default_price"])?;
    let metadata = form.metadata("/metadata", state.find("product", id, "id")?.get("metadata").unwrap_or(&Value::Null));
    let (active, now) = (form.flag("/active")?, state.now);
    state.update(id, "product.updated", |product| {
        for name in ["name", "description", "default_price"] {
            if let Some(sent) = form.text(&format!("/{name}")) {
                crate::server::put(product, name, json!(sent));
            }
        }
        if let Some(active) = active {
            set(product, "/active", json!(active));
        }
        set(product, "/metadata", metadata);
        set(product, "/updated", json!(now));
    });
    one(state, "product", id)
}

pub(super) fn products(state: &State, form: &Form) -> Answered {
    form.only(&["active", "ids", "created", "limit", "starting_after", "ending_before"])?;
    let (active, ids) = (form.flag("/active")?, form.texts("/ids"));
    list(state, form, "/v1/products", "product", |product| {
        active.is_none_or(|active| flag(product, "/active") == active)
            && (ids.is_empty() || ids.contains(&text(product, "/id")))
    })
}

pub(super) fn create_price(state: &mut State, form: &Form) -> Answered {
    form.only(&[
        "currency",
        "product",
        "product_data",
        "unit_amount",
        "recurring",
        "lookup_key",
        "transfer_lookup_key",
        "metadata",
        "nickname",
        "active",
        "tax_behavior",
    ])?;
    let currency = form.required("/currency")?.to_lowercase();
    let amount = form.int("/unit_amount")?.ok_or_else(|| {
        Failure::invalid("Missing required param: unit_amount.").code("parameter_missing").param("unit_amount")
    })?;
    if amount < 0 {
        return Err(Failure::invalid("This value must be greater than or equal to 0.").param("unit_amount"));
    }
    let interval = match form.text("/recurring/interval") {
        None => Value::Null,
        Some(_) => json!({
            "interval": form.one_of("/recurring/interval", &["month", "year", "week", "day"])?,
            "interval_count": form.int("/recurring/interval_count")?.unwrap_or(1), "meter": null,
            "trial_period_days": null, "usage_type": "licensed",
        }),
    };
    let lookup_key = form.text("/lookup_key");
    let transfer = form.flag("/transfer_lookup_key")?.unwrap_or(false);
    if let Some(holder) = lookup_key.and_then(|key| with_key(state, key)) {
        if !transfer {
            let message = format!("A price (`{holder}`) already uses that lookup key.");
            return Err(Failure::invalid(&message).param("lookup_key"));
        }
        state.update(&holder, "price.updated", |price| set(price, "/lookup_key", Value::Null));
    }
    let product = match form.text("/product") {
        Some(id) => text(state.find("product", id, "product")?, "/id").to_owned(),
        None => {
            let name = form.required("/product_data/name")?;
            let made = create_product(state, &Form::of(&json!({"name": name})))?;
            text(&made, "/id").to_owned()
        }
    };
    let price = json!({
        "id": state.id("price"), "object": "price", "active": form.flag("/active")?.unwrap_or(true),
        "billing_scheme": "per_unit", "created": state.now, "currency": currency, "custom_unit_amount": null,
        "livemode": state.livemode, "lookup_key": lookup_key, "metadata": form.metadata("/metadata", &Value::Null),
        "nickname": form.text("/nickname"), "product": product,
        "type": if interval.is_null() { "one_time" } else { "recurring" }, "recurring": interval,
        "tax_behavior": form.one_of("/tax_behavior", &["unspecified", "exclusive", "inclusive"])?, "tiers_mode": null,
        "transform_quantity": null, "unit_amount": amount, "unit_amount_decimal": amount.to_string(),
    });
    let id = state.add(price);
    state.emit("price.created", &id);
    one(state, "price", &id)
}

pub(super) fn update_price(state: &mut State, id: &str, form: &Form) -> Answered {
    form.only(&["active", "metadata", "nickname", "lookup_key", "transfer_lookup_key"])?;
    let metadata = form.metadata("/metadata", state.find("price", id, "id")?.get("metadata").unwrap_or(&Value::Null));
    let active = form.flag("/active")?;
    if let Some(holder) = form.text("/lookup_key").and_then(|key| with_key(state, key)).filter(|holder| holder != id) {
        if form.flag("/transfer_lookup_key")? != Some(true) {
            let message = format!("A price (`{holder}`) already uses that lookup key.");
            return Err(Failure::invalid(&message).param("lookup_key"));
        }
        state.update(&holder, "price.updated", |price| set(price, "/lookup_key", Value::Null));
    }
    state.update(id, "price.updated", |price| {
        for name in ["nickname", "lookup_key"] {
            if let Some(sent) = form.text(&format!("/{name}")) {
                crate::server::put(price, name, json!(sent));
            }
        }
        if let Some(active) = active {
            set(price, "/active", json!(active));
        }
        set(price, "/metadata", metadata);
    });
    one(state, "price", id)
}

pub(super) fn prices(state: &State, form: &Form) -> Answered {
    form.only(&[
        "active",
        "lookup_keys",
        "product",
        "currency",
        "type",
        "created",
        "limit",
        "starting_after",
        "ending_before",
    ])?;
    let (active, keys) = (form.flag("/active")?, form.texts("/lookup_keys"));
    let (product, currency, kind) = (form.text("/product"), form.text("/currency"), form.text("/type"));
    if keys.len() > 10 {
        return Err(Failure::invalid("You may only specify up to 10 lookup keys.").param("lookup_keys"));
    }
    list(state, form, "/v1/prices", "price", |price| {
        active.is_none_or(|active| flag(price, "/active") == active)
            && (keys.is_empty() || keys.contains(&text(price, "/lookup_key")))
            && product.is_none_or(|product| text(price, "/product") == product)
            && currency.is_none_or(|currency| text(price, "/currency") == currency)
            && kind.is_none_or(|kind| text(price, "/type") == kind)
    })
}

fn with_key(state: &State, key: &str) -> Option<String> {
    state.ids("price", |price| text(price, "/lookup_key") == key).into_iter().next()
}

/// What invoices call it, such as `Essencial (mensal)`.
pub(super) fn label(state: &State, price: &Value) -> String {
    let product = state.get(text(price, "/product"));
    product.map_or_else(|| "Assinatura".to_owned(), |product| text(product, "/name").to_owned())
}

/// The older name for a price, still inside every subscription item.
pub(super) fn plan(price: &Value) -> Value {
    json!({
        "id": price.get("id"), "object": "plan", "active": price.get("active"), "amount": price.get("unit_amount"),
        "amount_decimal": price.get("unit_amount_decimal"), "billing_scheme": "per_unit", "created": price.get("created"),
        "currency": price.get("currency"), "interval": price.pointer("/recurring/interval"),
        "interval_count": price.pointer("/recurring/interval_count"), "livemode": price.get("livemode"),
        "metadata": price.get("metadata"), "meter": null, "nickname": price.get("nickname"), "product": price.get("product"),
        "tiers_mode": null, "transform_usage": null, "trial_period_days": null, "usage_type": "licensed",
    })
}

/// The same moment one interval later; the day that a month lacks is its last.
pub(super) fn after(price: &Value, from: i64, anchor: i64) -> i64 {
    use chrono::{DateTime, Datelike, Months, TimeDelta};
    let Some(start) = DateTime::from_timestamp(from, 0) else { return from };
    let count = int(price, "/recurring/interval_count").max(1);
    let months = match text(price, "/recurring/interval") {
        "month" => count,
        "year" => count * 12,
        "week" => return (start + TimeDelta::weeks(count)).timestamp(),
        _ => return (start + TimeDelta::days(count)).timestamp(),
    };
    let moved = u32::try_from(months).ok().and_then(|months| start.checked_add_months(Months::new(months)));
    let Some(moved) = moved else { return from };
    // From 31 January to 28 February and on to 31 March.
    let wanted = DateTime::from_timestamp(anchor, 0).map_or(moved.day(), |anchor| anchor.day());
    (moved.day()..=wanted).rev().find_map(|day| moved.with_day(day)).unwrap_or(moved).timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_end_where_they_end() {
        let monthly = json!({"recurring": {"interval": "month", "interval_count": 1}});
        let day = |text: &str| chrono::DateTime::parse_from_rfc3339(text).map(|at| at.timestamp()).unwrap_or_default();
        let january = day("2027-01-31T10:00:00Z");
        let february = after(&monthly, january, january);
        assert_eq!(february, day("2027-02-28T10:00:00Z"));
        assert_eq!(after(&monthly, february, january), day("2027-03-31T10:00:00Z"));
        let yearly = json!({"recurring": {"interval": "year", "interval_count": 1}});
        assert_eq!(
            after(&yearly, day("2028-02-29T00:00:00Z"), day("2028-02-29T00:00:00Z")),
            day("2029-02-28T00:00:00Z")
        );
    }
}
