//! Reads a webhook's JSON and cuts strings that are too long. Evolution puts whole files into it as base64; one of 100 MB
//! must not cost us the message that says it came.

use axum::body::Body;
use contracts::ErrorCode;
use futures::StreamExt;

/// Longest string that is read whole, in bytes: more than the base64 of the largest file that is kept, so that a cut one is
/// known by its length.
const STRING_LIMIT: usize = 24 * 1024 * 1024;
/// Longest body that is kept after the cuts, in bytes.
const KEPT_LIMIT: usize = 64 * 1024 * 1024;
/// Longest body that is read at all, in bytes: beyond what Evolution itself takes in.
const READ_LIMIT: usize = 512 * 1024 * 1024;

/// The body, with its longest strings cut.
pub(super) async fn read(body: Body) -> Result<Vec<u8>, ErrorCode> {
    let mut shortened = Shortened::new(STRING_LIMIT);
    let mut chunks = body.into_data_stream();
    let mut length = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| ErrorCode::BadRequest)?;
        length += chunk.len();
        shortened.push(&chunk);
        if length > READ_LIMIT || shortened.kept.len() > KEPT_LIMIT {
            return Err(ErrorCode::TooLarge);
        }
    }
    Ok(shortened.kept)
}

struct Shortened {
    kept: Vec<u8>,
    limit: usize,
    /// Inside a string: how much of it has been kept.
    string: Option<usize>,
    escaped: bool,
}

impl Shortened {
    fn new(limit: usize) -> Self {
        Self { kept: Vec::new(), limit, string: None, escaped: false }
    }

    fn push(&mut self, mut chunk: &[u8]) {
        while !chunk.is_empty() {
            chunk = match self.string {
                None => self.outside(chunk),
                Some(kept) => self.inside(chunk, kept),
            };
        }
    }

    /// Up to and with the next quote.
    fn outside<'a>(&mut self, chunk: &'a [u8]) -> &'a [u8] {
        let end = chunk.iter().position(|b| *b == b'"');
        let (now, rest) = chunk.split_at(end.map_or(chunk.len(), |at| at + 1));
        self.kept.extend_from_slice(now);
        self.string = end.map(|_| 0);
        rest
    }

    /// Up to the end of the string, or of an escape within it. A short escape is kept whole or not at all; `\\u0041` may be cut,
    /// which no base64 holds.
    fn inside<'a>(&mut self, chunk: &'a [u8], kept: usize) -> &'a [u8] {
        if self.escaped {
            self.escaped = false;
            let (now, rest) = chunk.split_at(1);
            // The backslash before it was kept, or not, by the same rule.
            if kept <= self.limit {
                self.kept.extend_from_slice(now);
            }
            return rest;
        }
        let end = chunk.iter().position(|b| matches!(b, b'"' | b'\\')).unwrap_or(chunk.len());
        let (plain, rest) = chunk.split_at(end);
        let (now, _) = plain.split_at(plain.len().min(self.limit.saturating_sub(kept)));
        self.kept.extend_from_slice(now);
        let kept = kept + plain.len();
        let Some((mark, rest)) = rest.split_first() else {
            self.string = Some(kept);
            return rest;
        };
        self.escaped = *mark == b'\\';
        // Beyond the limit the count stays beyond it.
        self.string = self.escaped.then_some(kept + 1);
        if !self.escaped || kept < self.limit {
            self.kept.push(*mark);
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortened(text: &str, limit: usize, chunk: usize) -> String {
        let mut s = Shortened::new(limit);
        text.as_bytes().chunks(chunk).for_each(|c| s.push(c));
        String::from_utf8(s.kept).unwrap()
    }

    #[test]
    fn only_long_strings_are_cut_and_json_stays_json() {
        let text = r#"{"a":"0123456789","b":["x\"y\\",7,"01234567\"9\\"],"c":"\\\\\\\\\\\\"}"#;
        for chunk in [1, 2, 3, 7, 1000] {
            assert_eq!(shortened(text, 100, chunk), text);
            for limit in 0..14 {
                let cut = shortened(text, limit, chunk);
                let json: serde_json::Value =
                    serde_json::from_str(&cut).unwrap_or_else(|e| panic!("{e}: {limit} {cut}"));
                assert!(json.as_object().unwrap().len() <= 3);
            }
            assert_eq!(shortened(r#"{"a":"0123456789","b":"01"}"#, 4, chunk), r#"{"a":"0123","b":"01"}"#);
        }
    }
}
