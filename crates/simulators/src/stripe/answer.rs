//! Answers as Stripe words them: its errors, its lists, and what it puts in the place of an id when asked to expand.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::form::Form;
use super::state::{State, text};

/// A refusal: `{"error": …}`.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub status: u16,
    pub error: Map<String, Value>,
}

pub(super) type Answered = Result<Value, Failure>;

impl Failure {
    pub(super) fn new(status: u16, kind: &str, message: &str) -> Self {
        let mut error = Map::new();
        error.insert("message".to_owned(), json!(message));
        error.insert("type".to_owned(), json!(kind));
        Self { status, error }
    }

    pub(super) fn invalid(message: &str) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    /// `No such customer: 'cus_1'`, with the name of the parameter, or `id` when the path names it.
    pub(super) fn missing(kind: &str, id: &str, param: &str) -> Self {
        let status = if param == "id" { 404 } else { 400 };
        let kind = match kind {
            "billing_portal.session" | "checkout.session" => kind.to_owned(),
            _ => kind.replace('_', " "),
        };
        Self::new(status, "invalid_request_error", &format!("No such {kind}: '{id}'"))
            .code("resource_missing")
            .param(param)
    }

    pub(super) fn code(self, code: &str) -> Self {
        self.with("code", json!(code))
    }

    pub(super) fn param(self, param: &str) -> Self {
        self.with("param", json!(param))
    }

    pub(super) fn with(mut self, name: &str, value: Value) -> Self {
        self.error.insert(name.to_owned(), value);
        self
    }

    pub(super) fn body(&self) -> Value {
        json!({"error": self.error})
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self.body())).into_response()
    }
}

/// One object, by the id in the path.
pub(super) fn one(state: &State, kind: &str, id: &str) -> Answered {
    state.find(kind, id, "id").cloned()
}

/// Newest first, between the given ends; the page's objects are expanded where `data.…` was asked for.
pub(super) fn list(state: &State, form: &Form, url: &str, kind: &str, wanted: impl Fn(&Value) -> bool) -> Answered {
    let limit = form.int("/limit")?.unwrap_or(10);
    if !(1..=100).contains(&limit) {
        return Err(Failure::invalid("Invalid integer: limit must be between 1 and 100")
            .code("parameter_invalid_integer")
            .param("limit"));
    }
    let limit = usize::try_from(limit).unwrap_or(100);
    let within = |object: &Value| {
        let created = object.get("created").and_then(Value::as_i64).unwrap_or(0);
        let end = |name: &str| form.text(&format!("/created/{name}")).and_then(|text| text.parse::<i64>().ok());
        end("gte").is_none_or(|at| created >= at)
            && end("gt").is_none_or(|at| created > at)
            && end("lte").is_none_or(|at| created <= at)
            && end("lt").is_none_or(|at| created < at)
    };
    let mut all: Vec<&Value> = state.all(kind).filter(|object| wanted(object) && within(object)).collect();
    let backwards = form.text("/ending_before");
    if backwards.is_none() {
        all.reverse();
    }
    let start = match form.text("/starting_after").or(backwards) {
        None => 0,
        Some(id) => {
            let at = all.iter().position(|object| text(object, "/id") == id);
            let param = if backwards.is_some() { "ending_before" } else { "starting_after" };
            at.ok_or_else(|| Failure::missing(kind, id, param))? + 1
        }
    };
    let has_more = all.len() > start + limit;
    let mut data: Vec<Value> = all.into_iter().skip(start).take(limit).cloned().collect();
    if backwards.is_some() {
        data.reverse();
    }
    Ok(json!({"object": "list", "data": data, "has_more": has_more, "url": url}))
}

/// Some objects as the list that stands inside another one.
pub(super) fn inner_list(data: Vec<Value>, url: &str) -> Value {
    json!({"object": "list", "data": data, "has_more": false, "url": url})
}

/// Puts objects where `expand[]` asked for them, and takes out what only the stand-in needs to know.
pub(super) fn shown(state: &State, mut value: Value, form: &Form) -> Answered {
    for path in form.texts("/expand") {
        let parts: Vec<&str> = path.split('.').collect();
        if parts.len() > 5 {
            return Err(Failure::invalid("You cannot expand more than 4 levels of a property").param("expand"));
        }
        expand(state, &mut value, &parts, path)?;
    }
    Ok(public(value))
}

fn expand(state: &State, at: &mut Value, parts: &[&str], path: &str) -> Result<(), Failure> {
    let Some((first, rest)) = parts.split_first() else { return Ok(()) };
    if let Value::Array(elements) = at {
        return elements.iter_mut().try_for_each(|element| expand(state, element, parts, path));
    }
    if at.is_null() {
        return Ok(());
    }
    if let Some(included) = includable(state, at, first) {
        crate::server::put(at, first, included);
    }
    let Some(member) = at.get_mut(*first) else {
        let message = format!("This property cannot be expanded ({path}).");
        return Err(Failure::invalid(&message).param("expand"));
    };
    if let Some(object) = member.as_str().and_then(|id| state.get(id)) {
        *member = object.clone();
    }
    expand(state, member, rest, path)
}

/// Lists that are only there when asked for.
fn includable(state: &State, object: &Value, name: &str) -> Option<Value> {
    let id = text(object, "/id");
    let of = |kind: &str, member: &str| -> Vec<Value> {
        state.all(kind).filter(|other| text(other, &format!("/{member}")) == id).cloned().collect()
    };
    Some(match (text(object, "/object"), name) {
        ("invoice", "payments") => inner_list(of("invoice_payment", "invoice"), "/v1/invoice_payments"),
        ("charge", "refunds") => inner_list(of("refund", "charge"), &format!("/v1/charges/{id}/refunds")),
        ("customer", "subscriptions") => {
            let live = of("subscription", "customer").into_iter().filter(|sub| text(sub, "/status") != "canceled");
            inner_list(live.collect(), &format!("/v1/customers/{id}/subscriptions"))
        }
        ("customer", "tax_ids") => inner_list(of("tax_id", "customer"), &format!("/v1/customers/{id}/tax_ids")),
        ("checkout.session", "line_items") => {
            let items = object.get("_line_items").and_then(Value::as_array).cloned().unwrap_or_default();
            inner_list(items, &format!("/v1/checkout/sessions/{id}/line_items"))
        }
        _ => return None,
    })
}

/// Members that start with `_` are the stand-in's own.
pub(super) fn public(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.into_iter().filter(|(name, _)| !name.starts_with('_'));
            Value::Object(kept.map(|(name, member)| (name, public(member))).collect())
        }
        Value::Array(elements) => Value::Array(elements.into_iter().map(public).collect()),
        other => other,
    }
}
