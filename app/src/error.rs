//! The error of every server function: [`ApiError`] as JSON, the same body that REST answers.

use contracts::{ApiError, ErrorCode};
use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use crate::codec::Texto;

/// What a server function refuses with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppError(pub ApiError);

impl AppError {
    /// The code with its own message.
    pub fn new(code: ErrorCode) -> Self {
        Self(ApiError::new(code))
    }

    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// What is wrong with `name`, if anything.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.0.fields.get(name).map(String::as_str)
    }

    /// The sentence to show: the one field that is wrong, else the message.
    pub fn sentence(&self) -> &str {
        match self.0.fields.len() {
            1 => self.0.fields.values().next().map_or(self.0.message.as_str(), String::as_str),
            _ => &self.0.message,
        }
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.sentence())
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = Texto;

    /// Trouble on the way, not in a service: the arguments (ours to refuse) or the network (try again).
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let code = match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => ErrorCode::BadRequest,
            ServerFnErrorErr::Request(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::MiddlewareError(_) => ErrorCode::Unavailable,
            _ => ErrorCode::Internal,
        };
        let error = Self::new(code);
        #[cfg(feature = "ssr")]
        crate::server::set_status(error.code());
        error
    }
}
