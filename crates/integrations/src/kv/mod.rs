//! What may be lost: short memory, caches, rate-limit counters.
//!
//! Two implementations of one contract, held to it by the suite in `tests/kv.rs`: [`EmbeddedKv`] in this process and
//! [`RedisKv`]. Every value has a lifetime; a lifetime under a millisecond counts as one. Nothing here is durable.

mod embedded;
mod redis;

use std::{fmt::Debug, pin::Pin, sync::Arc, time::Duration};

pub use embedded::EmbeddedKv;
pub use redis::RedisKv;

/// What every operation returns; boxed so that [`Kv`] can be a trait object.
pub type KvFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, KvError>> + Send + 'a>>;

/// Either implementation.
pub type SharedKv = Arc<dyn Kv>;

/// Why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum KvError {
    /// The URL is not one of Redis. It is not repeated here: it may hold a password.
    #[error("not a Redis URL")]
    Url,
    /// The key holds something else: a list where a text was expected, or the other way round, or no number.
    #[error("the key holds another type of value")]
    WrongType,
    /// Redis did not answer, or answered with an error.
    #[error("redis: {0}")]
    Unavailable(String),
}

/// The store.
pub trait Kv: Debug + Send + Sync {
    /// The text at `key`.
    fn get<'a>(&'a self, key: &'a str) -> KvFuture<'a, Option<String>>;

    /// Sets the text at `key`, whatever was there.
    fn set<'a>(&'a self, key: &'a str, value: &'a str, ttl: Duration) -> KvFuture<'a, ()>;

    /// Removes `key`, if it exists.
    fn delete<'a>(&'a self, key: &'a str) -> KvFuture<'a, ()>;

    /// Appends to the list at `key`, keeps the newest `cap`, and starts its lifetime anew.
    fn push_capped<'a>(&'a self, key: &'a str, value: &'a str, cap: usize, ttl: Duration) -> KvFuture<'a, ()>;

    /// The list at `key`, oldest first; empty if there is none.
    fn list<'a>(&'a self, key: &'a str) -> KvFuture<'a, Vec<String>>;

    /// Puts a whole list at `key`, whatever was there; readers see the old one or the new one.
    fn replace_list<'a>(&'a self, key: &'a str, values: &'a [String], ttl: Duration) -> KvFuture<'a, ()>;

    /// Counts one more and returns the count. The lifetime runs from the first one and is not extended: a fixed window.
    fn incr<'a>(&'a self, key: &'a str, ttl: Duration) -> KvFuture<'a, u64>;

    /// Whether the store answers.
    fn ping(&self) -> KvFuture<'_, ()>;
}

/// Redis at `url`, or the embedded store without one. Connects at the first use: a start does not wait for Redis.
pub fn open(url: Option<&str>) -> Result<SharedKv, KvError> {
    Ok(match url {
        Some(url) => Arc::new(RedisKv::new(url)?),
        None => Arc::new(EmbeddedKv::default()),
    })
}

fn at_least_a_millisecond(ttl: Duration) -> Duration {
    ttl.max(Duration::from_millis(1))
}
