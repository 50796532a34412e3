//! Readers for the peer's loose JSON: 64-bit numbers as `{low,high}`, numbers as text, members that come and go.

use serde_json::Value;

/// A number given as number, decimal text or a long's two halves.
pub(super) fn int(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|float| float as i64)),
        Value::String(text) => text.trim().parse().ok(),
        Value::Object(halves) => {
            let low = halves.get("low")?.as_i64()?;
            let high = halves.get("high")?.as_i64()?;
            // `low` is printed as a signed 32-bit number whenever its top bit is set.
            Some((high << 32) | (low & 0xffff_ffff))
        }
        _ => None,
    }
}

/// The integer member `name`.
pub(super) fn int_at(value: &Value, name: &str) -> Option<i64> {
    value.get(name).and_then(int)
}

/// The non-empty text member `name`, without NUL: PostgreSQL refuses it.
pub(super) fn text_at(value: &Value, name: &str) -> Option<String> {
    text(value.get(name)?)
}

/// The non-empty text at a JSON pointer.
pub(super) fn text_in(value: &Value, pointer: &str) -> Option<String> {
    text(value.pointer(pointer)?)
}

fn text(value: &Value) -> Option<String> {
    let text = value.as_str()?.replace('\0', "");
    (!text.is_empty()).then_some(text)
}

/// The member `name` as a truth value; absent is false.
pub(super) fn flag_at(value: &Value, name: &str) -> bool {
    match value.get(name) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

/// Parses JSON that may hold half a surrogate pair: JavaScript writes a cut emoji as a lone `\ud83d`, which no strict
/// parser takes, and one such message must not be lost.
pub(super) fn json(body: &[u8]) -> Result<Value, serde_json::Error> {
    match serde_json::from_slice(body) {
        Ok(value) => Ok(value),
        Err(error) => {
            std::str::from_utf8(body).ok().and_then(|text| serde_json::from_str(&repaired(text)).ok()).ok_or(error)
        }
    }
}

fn repaired(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let (kept, length) = match (surrogate(escape), escape.get(6..).and_then(surrogate)) {
            (Some(high), Some(low)) if high < 0xdc00 && low >= 0xdc00 => (escape.get(..12), 12),
            (Some(_), _) => (Some("\\ufffd"), 6),
            // Two characters, so that an escaped backslash is never taken for the start of an escape.
            (None, _) => {
                let length = 1 + escape.chars().nth(1).map_or(0, char::len_utf8);
                (escape.get(..length), length)
            }
        };
        out.push_str(kept.unwrap_or_default());
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The code unit, when `text` starts with `\uD800`..`\uDFFF`.
fn surrogate(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok().filter(|unit| (0xd800..0xe000).contains(unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_come_in_four_forms() {
        for (value, expected) in [
            (json!(5), 5),
            (json!("1700000000000"), 1_700_000_000_000),
            (json!({"low": 1_700_000_000, "high": 0, "unsigned": true}), 1_700_000_000),
            (json!({"low": -807_049_216, "high": 395, "unsigned": false}), 1_700_000_000_000),
        ] {
            assert_eq!(int(&value), Some(expected), "{value}");
        }
        assert_eq!(int(&json!(null)), None);
    }

    #[test]
    fn a_cut_emoji_does_not_lose_the_message() {
        assert_eq!(
            json(br#"{"a":"x\ud83d","b":"\ud83d\ude00"}"#).unwrap(),
            json!({"a": "x\u{fffd}", "b": "\u{1f600}"})
        );
        assert_eq!(json(br#"{"a":"\\ud83d","b":"\ude00"}"#).unwrap(), json!({"a": "\\ud83d", "b": "\u{fffd}"}));
        assert!(json(b"{").is_err());
    }
}
