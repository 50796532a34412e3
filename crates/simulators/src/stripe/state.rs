//! Everything the stand-in knows: one bag of objects under one lock, as JSON in Stripe's own layout.

use std::collections::{HashMap, HashSet};

use rand::Rng;
use rand::distr::Alphanumeric;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::answer::{Failure, public};
use super::deliveries;

/// The layout that is imitated, and the version of every event.
pub(super) const VERSION: &str = "2026-10-28.endive";

/// When a renewal fails: when it is tried again, and what becomes of the subscription after the last time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Dunning {
    /// Days from each failure to the next attempt.
    pub retry_days: Vec<i64>,
    /// `canceled`, `unpaid` or `past_due`.
    pub then: String,
}

impl Default for Dunning {
    fn default() -> Self {
        Self { retry_days: vec![3, 5, 7], then: "unpaid".to_owned() }
    }
}

/// The answer that a repeated call with the same key gets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Saved {
    pub call: String,
    pub status: u16,
    pub body: Value,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// Seconds; what it is now, set when the lock is taken.
    #[serde(skip)]
    pub now: i64,
    /// Up to when things have happened by themselves.
    pub settled: i64,
    /// How far the test clock is ahead.
    pub shift: i64,
    objects: HashMap<String, Value>,
    order: Vec<String>,
    /// Customers whose card is refused from now on.
    pub declining: HashSet<String>,
    pub dunning: Dunning,
    pub saved: HashMap<String, Saved>,
    pub livemode: bool,
    /// Of the call being answered: its id and idempotency key; `None` for what happens by itself.
    #[serde(skip)]
    pub request: Option<(String, Option<String>)>,
    /// Events made since the lock was taken.
    #[serde(skip)]
    pub outgoing: Vec<Value>,
    /// Where pages are.
    #[serde(skip)]
    pub url: String,
    /// Something is not in the file yet.
    #[serde(skip)]
    pub unsaved: bool,
}

impl State {
    pub(super) fn get(&self, id: &str) -> Option<&Value> {
        self.objects.get(id)
    }

    /// An object of that kind, or Stripe's words for that there is none.
    pub(super) fn find(&self, kind: &str, id: &str, param: &str) -> Result<&Value, Failure> {
        let found = self.objects.get(id).filter(|object| text(object, "/object") == kind);
        found.ok_or_else(|| Failure::missing(kind, id, param))
    }

    /// Oldest first.
    pub(super) fn all<'a>(&'a self, kind: &'a str) -> impl DoubleEndedIterator<Item = &'a Value> {
        let objects = self.order.iter().filter_map(|id| self.objects.get(id));
        objects.filter(move |object| text(object, "/object") == kind)
    }

    pub(super) fn ids(&self, kind: &str, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
        self.all(kind).filter(|object| wanted(object)).map(|object| text(object, "/id").to_owned()).collect()
    }

    pub(super) fn add(&mut self, object: Value) -> String {
        self.unsaved = true;
        let id = text(&object, "/id").to_owned();
        self.order.push(id.clone());
        self.objects.insert(id.clone(), object);
        id
    }

    /// Changes an object without telling anybody.
    pub(super) fn change(&mut self, id: &str, change: impl FnOnce(&mut Value)) {
        if let Some(object) = self.objects.get_mut(id) {
            self.unsaved = true;
            change(object);
        }
    }

    /// Changes an object and emits what is different, if anything is.
    pub(super) fn update(&mut self, id: &str, event: &str, change: impl FnOnce(&mut Value)) {
        let Some(before) = self.objects.get(id).cloned() else { return };
        self.change(id, change);
        let Some(after) = self.objects.get(id).cloned() else { return };
        let (before, after) = (public(before), public(after));
        let previous = difference(&before, &after);
        if !previous.is_empty() {
            self.push(event, after, Some(Value::Object(previous)));
        }
    }

    /// An event about an object as it is now.
    pub(super) fn emit(&mut self, event: &str, id: &str) {
        if let Some(object) = self.objects.get(id).cloned() {
            self.push(event, public(object), None);
        }
    }

    pub(super) fn push(&mut self, kind: &str, object: Value, previous: Option<Value>) {
        let mut data = json!({"object": object});
        if let Some(previous) = previous {
            crate::server::put(&mut data, "previous_attributes", previous);
        }
        let (request, key) = self.request.clone().map_or((None, None), |(id, key)| (Some(id), key));
        let event = json!({
            "id": self.id("evt"), "object": "event", "api_version": VERSION, "created": self.now, "data": data,
            "livemode": self.livemode, "pending_webhooks": u8::from(deliveries::subscribed(kind)),
            "request": {"id": request, "idempotency_key": key}, "type": kind,
        });
        self.outgoing.push(event.clone());
        self.add(event);
    }

    /// The bank refuses this customer's card from now on, or takes it.
    pub(super) fn decline(&mut self, customer: &str, declined: bool) {
        self.unsaved = true;
        if declined {
            self.declining.insert(customer.to_owned());
        } else {
            self.declining.remove(customer);
        }
    }

    /// Gone for good, as a deleted customer is.
    pub(super) fn remove(&mut self, id: &str) {
        self.unsaved = true;
        self.objects.remove(id);
        self.order.retain(|other| other != id);
    }

    /// `cus_` and fourteen more; sessions carry their mode as at Stripe.
    pub(super) fn id(&self, prefix: &str) -> String {
        let mode = if self.livemode { "live" } else { "test" };
        match prefix {
            "cs" => format!("cs_{mode}_{}", random(58)),
            "bps" | "in" | "pi" | "ch" | "re" | "si" | "il" | "pm" | "evt" | "sub" | "price" | "inpay" => {
                format!("{prefix}_{}", random(24))
            }
            _ => format!("{prefix}_{}", random(14)),
        }
    }
}

pub(super) fn random(length: usize) -> String {
    rand::rng().sample_iter(Alphanumeric).take(length).map(char::from).collect()
}

/// The old values of what changed; inside objects only the changed members, lists whole.
fn difference(before: &Value, after: &Value) -> Map<String, Value> {
    let (Some(old), Some(new)) = (before.as_object(), after.as_object()) else { return Map::new() };
    let mut previous = Map::new();
    for (name, value) in new {
        let was = old.get(name).unwrap_or(&Value::Null);
        if was == value {
            continue;
        }
        let nested = if was.is_object() && value.is_object() { difference(was, value) } else { Map::new() };
        previous.insert(name.clone(), if nested.is_empty() { was.clone() } else { Value::Object(nested) });
    }
    // A key that is gone, as in metadata.
    for (name, was) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
        previous.insert(name.clone(), was.clone());
    }
    previous
}

/// A text inside an object; empty when there is none.
pub(super) fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

/// A number inside an object; zero when there is none.
pub(super) fn int(value: &Value, path: &str) -> i64 {
    value.pointer(path).and_then(Value::as_i64).unwrap_or(0)
}

pub(super) fn flag(value: &Value, path: &str) -> bool {
    value.pointer(path).and_then(Value::as_bool).unwrap_or(false)
}

/// Sets a member at a path whose parent is there.
pub(super) fn set(value: &mut Value, path: &str, member: Value) {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    if let Some(parent) = value.pointer_mut(parent) {
        crate::server::put(parent, name, member);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_told() {
        let before =
            json!({"status": "active", "items": {"data": [1], "url": "/x"}, "metadata": {"a": "1"}, "n": null});
        let after = json!({"status": "past_due", "items": {"data": [2], "url": "/x"}, "metadata": {}, "n": null});
        let expected = json!({"status": "active", "items": {"data": [1]}, "metadata": {"a": "1"}});
        assert_eq!(Value::Object(difference(&before, &after)), expected);
        assert!(difference(&before, &before).is_empty());
    }
}
