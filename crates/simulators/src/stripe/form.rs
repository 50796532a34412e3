//! Stripe's form encoding: `line_items[0][price]=price_1`, `expand[]=data.payments`.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::answer::Failure;

/// What came in body and query, as a tree whose leaves are texts; a list is an object with the keys `0`, `1` ….
#[derive(Debug, Default)]
pub(super) struct Form {
    tree: Value,
    /// As sent, decoded, sorted: equal for calls that mean the same.
    pub pairs: Vec<(String, String)>,
}

impl Form {
    pub(super) fn read(encoded: &str) -> Self {
        let mut pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(encoded.as_bytes()).map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
        let mut tree = json!({});
        for (name, value) in &pairs {
            put(&mut tree, &keys(name), value);
        }
        pairs.sort();
        Self { tree, pairs }
    }

    /// A part of a form as one of its own, for the elements of a list.
    pub(super) fn of(tree: &Value) -> Self {
        Self { tree: tree.clone(), pairs: Vec::new() }
    }

    /// As sent, empty included: that is how a field is cleared.
    pub(super) fn sent(&self, path: &str) -> Option<&str> {
        self.tree.pointer(path)?.as_str()
    }

    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.sent(path).filter(|text| !text.is_empty())
    }

    pub(super) fn required(&self, path: &str) -> Result<&str, Failure> {
        self.text(path).ok_or_else(|| {
            let param = param(path);
            Failure::invalid(&format!("Missing required param: {param}.")).code("parameter_missing").param(&param)
        })
    }

    pub(super) fn int(&self, path: &str) -> Result<Option<i64>, Failure> {
        let Some(text) = self.text(path) else { return Ok(None) };
        let wrong = || {
            Failure::invalid(&format!("Invalid integer: {text}")).code("parameter_invalid_integer").param(&param(path))
        };
        text.parse().map(Some).map_err(|_| wrong())
    }

    pub(super) fn flag(&self, path: &str) -> Result<Option<bool>, Failure> {
        match self.text(path) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(Failure::invalid(&format!("Invalid boolean: {other}")).param(&param(path))),
        }
    }

    /// One of the values, or the first of them when nothing was sent.
    pub(super) fn one_of<'a>(&self, path: &str, values: &[&'a str]) -> Result<&'a str, Failure> {
        let first = values.first().copied().unwrap_or_default();
        let Some(sent) = self.text(path) else { return Ok(first) };
        values.iter().copied().find(|value| *value == sent).ok_or_else(|| {
            let (param, all) = (param(path), values.join(", "));
            Failure::invalid(&format!("Invalid {param}: must be one of {all}")).param(&param)
        })
    }

    pub(super) fn list(&self, path: &str) -> Vec<&Value> {
        let Some(members) = self.tree.pointer(path).and_then(Value::as_object) else { return Vec::new() };
        let mut members: Vec<(u64, &Value)> =
            members.iter().filter_map(|(key, value)| Some((key.parse().ok()?, value))).collect();
        members.sort_by_key(|(at, _)| *at);
        members.into_iter().map(|(_, value)| value).collect()
    }

    pub(super) fn texts(&self, path: &str) -> Vec<&str> {
        self.list(path).into_iter().filter_map(Value::as_str).collect()
    }

    /// What was there with what was sent over it; an empty value takes its key away, an empty whole takes all.
    pub(super) fn metadata(&self, path: &str, before: &Value) -> Value {
        let mut all = before.as_object().cloned().unwrap_or_default();
        match self.tree.pointer(path) {
            Some(Value::String(empty)) if empty.is_empty() => all.clear(),
            Some(Value::Object(sent)) => {
                for (key, value) in sent {
                    if value.as_str() == Some("") {
                        all.remove(key);
                    } else {
                        all.insert(key.clone(), value.clone());
                    }
                }
            }
            _ => {}
        }
        Value::Object(all)
    }

    /// Stripe refuses what it does not know, and so does this what it does not imitate.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Failure> {
        let sent = self.tree.as_object().into_iter().flat_map(Map::keys);
        match sent.into_iter().find(|name| !known.contains(&name.as_str()) && *name != "expand") {
            None => Ok(()),
            Some(name) => Err(Failure::invalid(&format!("Received unknown parameter: {name}"))
                .code("parameter_unknown")
                .param(name)),
        }
    }
}

/// `/a/0/b` as Stripe writes it: `a[0][b]`.
fn param(path: &str) -> String {
    let mut parts = path.split('/').skip(1);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| format!("{all}[{part}]"))
}

fn keys(name: &str) -> Vec<&str> {
    let (first, rest) = name.split_once('[').unwrap_or((name, ""));
    let rest = rest.strip_suffix(']').unwrap_or(rest);
    let mut keys = vec![first];
    if name.contains('[') {
        keys.extend(rest.split("]["));
    }
    keys
}

fn put(at: &mut Value, keys: &[&str], value: &str) {
    let Some((first, rest)) = keys.split_first() else {
        *at = json!(value);
        return;
    };
    if !at.is_object() {
        *at = json!({});
    }
    let Some(members) = at.as_object_mut() else { return };
    let key: Cow<'_, str> = if first.is_empty() { members.len().to_string().into() } else { (*first).into() };
    put(members.entry(key).or_insert(Value::Null), rest, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_become_a_tree() {
        let form = Form::read(
            "items[0][price]=a&items[1][price]=b%5B&metadata[x]=1&expand[]=p&expand[]=q&cancel_at=&n=7&ok=true",
        );
        assert_eq!(form.text("/items/1/price"), Some("b["));
        assert_eq!(form.texts("/expand"), ["p", "q"]);
        assert_eq!((form.sent("/cancel_at"), form.text("/cancel_at")), (Some(""), None));
        assert_eq!((form.int("/n").ok(), form.flag("/ok").ok()), (Some(Some(7)), Some(Some(true))));
        assert_eq!(form.metadata("/metadata", &json!({"x": "0", "y": "2"})), json!({"x": "1", "y": "2"}));
        assert!(form.int("/ok").is_err() && form.only(&["items"]).is_err());
    }
}
