//! What a failed call means for the caller, read from the peer's loose error bodies.

use serde_json::Value;

/// Whether a call that failed may still have taken effect at the peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Nothing happened; the same call may be made again.
    No,
    /// It may have happened; look for the message before sending again.
    Unknown,
}

/// A failed call to Evolution. Holds neither key nor token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvolutionError {
    /// 401: wrong key.
    #[error("the peer refused our key")]
    Unauthorized,
    /// 404: unknown instance.
    #[error("no such instance")]
    NotFound,
    /// 403 on create: the name is in use (there is no 409).
    #[error("the instance name is taken")]
    NameTaken,
    /// The instance has no open WhatsApp session; the peer says this in five ways.
    #[error("the instance is not connected")]
    NotConnected,
    /// The number has no WhatsApp account.
    #[error("the number is not on WhatsApp")]
    NotOnWhatsapp,
    /// Any other definite no, also a 200 whose body says `"error":true`.
    #[error("refused with {status}: {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The peer's text, flattened.
        message: String,
    },
    /// Nothing was sent and the same call may be repeated at once: no connection, or the lookup race of a first contact.
    #[error("not sent, may be retried: {0}")]
    SafeToRetry(String),
    /// Time-out, connection lost after the request was written, or another 5xx.
    #[error("outcome unknown: {0}")]
    Unknown(String),
    /// A success whose body we cannot read.
    #[error("unreadable answer: {0}")]
    Malformed(String),
    /// The answer is larger than what the caller takes.
    #[error("the answer is too large")]
    TooLarge,
    /// The name is not one of ours (`[a-z0-9-]`); no call was made.
    #[error("not an instance name of ours")]
    InvalidName,
}

impl EvolutionError {
    /// May the call have taken effect?
    pub fn sent(&self) -> Sent {
        match self {
            Self::Unknown(_) | Self::Malformed(_) | Self::TooLarge => Sent::Unknown,
            Self::Unauthorized
            | Self::NotFound
            | Self::NameTaken
            | Self::NotConnected
            | Self::NotOnWhatsapp
            | Self::Refused { .. }
            | Self::SafeToRetry(_)
            | Self::InvalidName => Sent::No,
        }
    }

    pub(super) fn from_transport(error: reqwest::Error) -> Self {
        let before_writing = error.is_connect() || error.is_builder();
        let text = error.without_url().to_string();
        if before_writing { Self::SafeToRetry(text) } else { Self::Unknown(text) }
    }

    pub(super) fn from_answer(status: u16, body: &Value) -> Self {
        let message = body.pointer("/response/message").or_else(|| body.get("message"));
        let text = message.map(flatten).unwrap_or_default();
        match status {
            401 => Self::Unauthorized,
            404 => Self::NotFound,
            403 if text.contains("already in use") => Self::NameTaken,
            _ if not_connected(&text) => Self::NotConnected,
            400 if message.is_some_and(not_on_whatsapp) => Self::NotOnWhatsapp,
            // Baileys' own query time-out comes back as a 400, after the stanza may have left.
            400 if text.contains("Timed Out") => Self::Unknown(text),
            500 if text.contains("isOnWhatsapp") && text.contains("Unique constraint") => {
                Self::SafeToRetry("lookup race of a first contact".to_owned())
            }
            500.. => Self::Unknown(format!("{status} {text}")),
            _ => Self::Refused { status, message: text },
        }
    }
}

/// The texts of a missing or closed socket: never connected (the socket is undefined), connecting, lost, logged out.
fn not_connected(text: &str) -> bool {
    const READS: [&str; 5] = ["onWhatsApp", "readMessages", "sendMessage", "sendPresenceUpdate", "presenceSubscribe"];
    text.contains("Connection Closed")
        || text.contains("instance is not connected")
        || READS.iter().any(|member| text.contains(&format!("of undefined (reading '{member}')")))
}

fn not_on_whatsapp(message: &Value) -> bool {
    let Some(entries) = message.as_array() else {
        return false;
    };
    entries.iter().any(|entry| entry.get("exists") == Some(&Value::Bool(false)))
}

/// `message` has four shapes (text, list, list in a list, list of objects); any JSON becomes one text.
pub(super) fn flatten(message: &Value) -> String {
    match message {
        Value::String(text) => text.trim().to_owned(),
        Value::Array(entries) => entries.iter().map(flatten).collect::<Vec<_>>().join("; "),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn all_four_shapes_become_one_text() {
        assert_eq!(flatten(&json!("a")), "a");
        assert_eq!(flatten(&json!(["a", "b"])), "a; b");
        assert_eq!(flatten(&json!([["a", "b"]])), "a; b");
        assert_eq!(flatten(&json!([{"exists": true}])), r#"{"exists":true}"#);
    }

    #[test]
    fn only_an_unknown_outcome_may_have_been_sent() {
        assert_eq!(EvolutionError::from_answer(502, &Value::Null).sent(), Sent::Unknown);
        assert_eq!(
            EvolutionError::from_answer(400, &json!({"response": {"message": ["Error: Timed Out"]}})).sent(),
            Sent::Unknown
        );
        assert_eq!(
            EvolutionError::from_answer(400, &json!({"response": {"message": ["Text is required"]}})).sent(),
            Sent::No
        );
    }
}
