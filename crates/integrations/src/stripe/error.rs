//! What a failed call means for the caller.

use serde_json::Value;

/// A failed call to Stripe. Holds neither the key nor what was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StripeError {
    /// A definite no.
    #[error("refused with {status} {kind}{}: {message} [{}]", code.as_deref().map(|c| format!("/{c}")).unwrap_or_default(), request_id.as_deref().unwrap_or("-"))]
    Refused {
        /// HTTP status.
        status: u16,
        /// Stripe's `type`, as `card_error`.
        kind: String,
        /// Stripe's `code`, as `resource_missing`.
        code: Option<String>,
        /// Why the bank declined.
        decline_code: Option<String>,
        /// Which parameter is wrong.
        param: Option<String>,
        /// Stripe's words.
        message: String,
        /// To find the call in Stripe's log.
        request_id: Option<String>,
    },
    /// No answer, or Stripe's own trouble, after all tries. The call may have taken effect; the same idempotency key finds out.
    #[error("not reached: {0}")]
    Unavailable(String),
    /// A success that we cannot read.
    #[error("unreadable answer: {0}")]
    Malformed(String),
}

impl StripeError {
    /// Stripe does not know this object.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// The value of this parameter is what was refused.
    pub fn is_about(&self, param: &str) -> bool {
        matches!(self, Self::Refused { status: 400, param: Some(p), .. } if p.starts_with(param))
    }

    pub(super) fn from_transport(error: reqwest::Error) -> Self {
        Self::Unavailable(error.without_url().to_string())
    }

    pub(super) fn from_answer(status: u16, body: &[u8], request_id: Option<String>) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |key: &str| body.pointer(&format!("/error/{key}")).and_then(Value::as_str).map(str::to_owned);
        // Stripe repeats the end of a wrong key in its words.
        let message =
            if status == 401 { "the key is not accepted".into() } else { text("message").unwrap_or_default() };
        if status >= 500 {
            return Self::Unavailable(format!("{status} {message} [{}]", request_id.as_deref().unwrap_or("-")));
        }
        Self::Refused {
            status,
            kind: text("type").unwrap_or_else(|| "unknown".into()),
            code: text("code"),
            decline_code: text("decline_code"),
            param: text("param"),
            message,
            request_id,
        }
    }
}
