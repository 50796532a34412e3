//! A job before it is stored ([`NewJob`]), while it runs ([`Job`]), and how it fails ([`JobError`]).

use std::{fmt, time::Duration};

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    sql_types::{Int4, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::store::EXPIRED;

/// Any error a handler may fail with.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

const DEFAULT_MAX_ATTEMPTS: i32 = 8;

/// What to store with [`crate::enqueue`].
#[derive(Debug, Clone)]
pub struct NewJob {
    pub(crate) queue: String,
    pub(crate) kind: String,
    pub(crate) key: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) tenant: Option<Uuid>,
    pub(crate) request_id: Option<String>,
    pub(crate) payload: Result<serde_json::Value, String>,
    pub(crate) at: Option<DateTime<Utc>>,
    pub(crate) max_attempts: i32,
}

impl NewJob {
    /// A job of `kind`, run by the workers of `queue`, due at once.
    pub fn new(queue: impl Into<String>, kind: impl Into<String>) -> Self {
        Self {
            queue: queue.into(),
            kind: kind.into(),
            key: None,
            group: None,
            tenant: None,
            request_id: None,
            payload: Ok(serde_json::Value::Null),
            at: None,
            max_attempts: DEFAULT_MAX_ATTEMPTS,
        }
    }

    /// At most one *pending* job of this kind has this key. While one runs, another may be stored for afterwards.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Jobs of a group, over all kinds and queues, run one at a time: by due time, then in the order they were stored.
    /// One that failed keeps its place, so the later ones wait for its retry.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// Whose job it is: a free worker takes from the tenant with the fewest running.
    #[must_use]
    pub fn tenant(mut self, tenant: Uuid) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// The request that caused it, for the logs.
    #[must_use]
    pub fn request_id(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = Some(request_id.into());
        self
    }

    /// The handler's input. A value that JSON cannot hold is reported by `enqueue`.
    #[must_use]
    pub fn payload(mut self, payload: &impl Serialize) -> Self {
        self.payload = serde_json::to_value(payload).map_err(|error| error.to_string());
        self
    }

    /// Not before this moment.
    #[must_use]
    pub fn at(mut self, at: DateTime<Utc>) -> Self {
        self.at = Some(at);
        self
    }

    /// Attempts before it is dead, crashes included; at least 1.
    #[must_use]
    pub fn max_attempts(mut self, max_attempts: i32) -> Self {
        self.max_attempts = max_attempts.max(1);
        self
    }
}

/// A claimed job, as its handler sees it.
#[derive(Debug, Clone, QueryableByName)]
pub struct Job {
    /// Its id (UUIDv7).
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// The queue it came from.
    #[diesel(sql_type = Text)]
    pub queue: String,
    /// What to do.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The input, as stored.
    #[diesel(sql_type = Jsonb)]
    pub payload: serde_json::Value,
    /// 1 at the first attempt.
    #[diesel(sql_type = Int4)]
    #[diesel(column_name = "attempts")]
    pub attempt: i32,
    /// Attempts before it is dead.
    #[diesel(sql_type = Int4)]
    pub max_attempts: i32,
    /// The group it holds while it runs.
    #[diesel(sql_type = Nullable<Text>)]
    pub group_key: Option<String>,
    /// The request that caused it.
    #[diesel(sql_type = Nullable<Text>)]
    pub request_id: Option<String>,
    /// Whose it is.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub tenant_id: Option<Uuid>,
    /// When it was stored.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// The error of the attempt before this one.
    #[diesel(sql_type = Nullable<Text>)]
    pub last_error: Option<String>,
    /// Fencing token of this claim: whoever claims the job next gets another one.
    #[diesel(sql_type = SqlUuid)]
    pub(crate) lease_owner: Uuid,
}

impl Job {
    /// Whether the attempt before this one never came to an end: its worker died or lost the database, and what it had
    /// begun may still be under way elsewhere.
    pub fn abandoned(&self) -> bool {
        self.last_error.as_deref() == Some(EXPIRED)
    }

    /// The payload as a type. One that does not parse never will: the job is dead at once.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, JobError> {
        T::deserialize(&self.payload).map_err(JobError::dead)
    }
}

/// Why an attempt failed, and whether another makes sense.
#[derive(Debug)]
pub enum JobError {
    /// Try again, after the given time or after the worker's own growing, jittered delay.
    Retry {
        /// Exact delay, e.g. of a `Retry-After` header.
        after: Option<Duration>,
        /// What went wrong.
        source: BoxError,
    },
    /// Another attempt cannot help.
    Dead(BoxError),
}

impl JobError {
    /// Try again after the worker's own delay.
    pub fn retry(source: impl Into<BoxError>) -> Self {
        Self::Retry { after: None, source: source.into() }
    }

    /// Try again after `after`.
    pub fn retry_after(after: Duration, source: impl Into<BoxError>) -> Self {
        Self::Retry { after: Some(after), source: source.into() }
    }

    /// Give up.
    pub fn dead(source: impl Into<BoxError>) -> Self {
        Self::Dead(source.into())
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Retry { source, .. } | Self::Dead(source)) = self;
        // The chain, since this text is what `last_error` keeps.
        write!(f, "{source}")?;
        let mut cause = source.source();
        while let Some(inner) = cause {
            write!(f, ": {inner}")?;
            cause = inner.source();
        }
        Ok(())
    }
}

// Not `std::error::Error`: a blanket `From` below would collide with it, and `?` in a handler matters more.
impl<E: std::error::Error + Send + Sync + 'static> From<E> for JobError {
    fn from(error: E) -> Self {
        Self::retry(error)
    }
}
