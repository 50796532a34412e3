//! Durable queue and schedule on Postgres; knows nothing of what the jobs mean.
//!
//! A job is a row, written with [`enqueue`] in the transaction of the data that caused it, and run by a [`Worker`] in this
//! or any other process. Promised: at least once, never two of a group at a time, groups in order, a lease that a crash
//! gives back, capped attempts, a dead state that keeps the error. Not promised: exactly once; handlers must be
//! idempotent, or end with [`JobCtx::finish`] in the transaction of their effect.
//!
//! Time comes from the caller ([`Clock`] or a `now` argument), so that a test can move it. Leases compare the clocks of
//! different processes: keep them within a fraction of [`WorkerConfig::lease`].

mod admin;
mod drain;
mod enqueue;
mod handlers;
mod job;
mod keep;
mod run;
mod schedule;
mod store;
mod worker;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;

pub use admin::{DeadJob, QueueStats, dead, delete_dead_before, delete_naming, redrive, stats};
pub use drain::{Drained, drain};
pub use enqueue::{Enqueued, cancel, enqueue, enqueue_or_postpone, reschedule};
pub use handlers::{Handlers, JobCtx};
pub use job::{BoxError, Job, JobError, NewJob};
pub use schedule::schedule_tick;
pub use worker::{Worker, WorkerConfig};

/// The pool the worker takes its connections from.
pub type Pool = diesel_async::pooled_connection::bb8::Pool<AsyncPgConnection>;

/// Where the worker reads the time.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;
