//! The one error of all services. What a client sees and what the log sees are apart.

use std::collections::BTreeMap;

use contracts::{ApiError, ErrorCode};

/// Why a use case refused or failed.
#[derive(Debug)]
pub struct Error {
    /// What the client is told.
    pub code: ErrorCode,
    /// What is wrong with which field, for `Validation`.
    pub fields: BTreeMap<String, String>,
    /// Logged once, never sent.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What every service answers.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A refusal with a field to correct.
    pub fn field(name: &str, message: String) -> Self {
        Self { fields: [(name.to_owned(), message)].into(), ..ErrorCode::Validation.into() }
    }

    /// A failure whose cause is for the log.
    pub fn caused(code: ErrorCode, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { code, fields: BTreeMap::new(), source: Some(source.into()) }
    }

    /// The body of the answer. Logs the cause, so it is called once for each error.
    pub fn to_api(&self, ctx: &crate::Ctx) -> ApiError {
        match &self.source {
            Some(source) if self.code.status() >= 500 => {
                tracing::error!(code = self.code.as_str(), error = %source, "request failed");
            }
            Some(source) => tracing::info!(code = self.code.as_str(), error = %source, "request refused"),
            None => {}
        }
        ApiError { fields: self.fields.clone(), request_id: Some(ctx.request_id.clone()), ..ApiError::new(self.code) }
    }
}

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self { code, fields: BTreeMap::new(), source: None }
    }
}

impl From<db::Error> for Error {
    fn from(e: db::Error) -> Self {
        let code = if matches!(e, db::Error::Connection(_)) { ErrorCode::Unavailable } else { ErrorCode::Internal };
        Self::caused(code, e)
    }
}

impl From<db::QueryError> for Error {
    fn from(e: db::QueryError) -> Self {
        db::Error::from(e).into()
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.source {
            Some(source) => write!(f, "{}: {source}", self.code.as_str()),
            None => f.write_str(self.code.as_str()),
        }
    }
}

impl std::error::Error for Error {}
