//! The store shared by several processes.

use std::{fmt, time::Duration};

use bb8::{Pool, RunError};
use bb8_redis::{
    RedisConnectionManager,
    redis::{FromRedisValue, Pipeline, RedisError, pipe},
};

use super::{Kv, KvError, KvFuture, at_least_a_millisecond};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Redis behind a pool.
pub struct RedisKv {
    pool: Pool<RedisConnectionManager>,
}

// The pool's Debug prints the connection info.
impl fmt::Debug for RedisKv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisKv")
    }
}

impl From<RedisError> for KvError {
    fn from(error: RedisError) -> Self {
        let shown = error.to_string();
        let errors = error.into_server_errors().unwrap_or_default();
        // What Redis says to INCR on a text has no code of its own.
        let wrong = errors.iter().any(|(_, error)| {
            error.code() == "WRONGTYPE" || error.details().is_some_and(|details| details.contains("not an integer"))
        });
        if wrong { Self::WrongType } else { Self::Unavailable(shown) }
    }
}

impl RedisKv {
    /// For `redis://`, `redis+unix://`; connects at the first use.
    pub fn new(url: &str) -> Result<Self, KvError> {
        let manager = RedisConnectionManager::new(url).map_err(|_| KvError::Url)?;
        let pool = Pool::builder().max_size(16).connection_timeout(CONNECT_TIMEOUT).build_unchecked(manager);
        Ok(Self { pool })
    }

    /// Several commands are one transaction, so that a crash in between cannot leave a key without a lifetime.
    fn run<'a, T: FromRedisValue + Send + 'a>(&'a self, pipeline: Pipeline) -> KvFuture<'a, T> {
        Box::pin(async move {
            let mut conn = self.pool.get().await.map_err(|error| match error {
                RunError::User(error) => error.into(),
                RunError::TimedOut => KvError::Unavailable("no connection in time".to_owned()),
            })?;
            Ok(pipeline.query_async::<T>(&mut *conn).await?)
        })
    }

    /// The one result of a pipeline that ignores all others.
    fn one<'a, T: FromRedisValue + Send + 'a>(&'a self, pipeline: Pipeline) -> KvFuture<'a, T> {
        let result = self.run::<(T,)>(pipeline);
        Box::pin(async move { Ok(result.await?.0) })
    }
}

fn atomic() -> Pipeline {
    let mut pipeline = pipe();
    pipeline.atomic();
    pipeline
}

fn milliseconds(ttl: Duration) -> i64 {
    // Redis adds it to the current time; a century is far from its limit.
    const CENTURY: i64 = 100 * 366 * 86_400_000;
    i64::try_from(at_least_a_millisecond(ttl).as_millis()).unwrap_or(CENTURY).min(CENTURY)
}

impl Kv for RedisKv {
    fn get<'a>(&'a self, key: &'a str) -> KvFuture<'a, Option<String>> {
        let mut pipeline = pipe();
        pipeline.cmd("GET").arg(key);
        self.one(pipeline)
    }

    fn set<'a>(&'a self, key: &'a str, value: &'a str, ttl: Duration) -> KvFuture<'a, ()> {
        let mut pipeline = pipe();
        pipeline.cmd("SET").arg(key).arg(value).arg("PX").arg(milliseconds(ttl)).ignore();
        self.run(pipeline)
    }

    fn delete<'a>(&'a self, key: &'a str) -> KvFuture<'a, ()> {
        let mut pipeline = pipe();
        pipeline.cmd("DEL").arg(key).ignore();
        self.run(pipeline)
    }

    fn push_capped<'a>(&'a self, key: &'a str, value: &'a str, cap: usize, ttl: Duration) -> KvFuture<'a, ()> {
        let mut pipeline = atomic();
        pipeline.cmd("RPUSH").arg(key).arg(value).ignore();
        let from = i64::try_from(cap).unwrap_or(i64::MAX).saturating_neg();
        // `LTRIM key 0 -1` would keep everything; `1 0` keeps nothing.
        let (from, to) = if cap == 0 { (1, 0) } else { (from, -1) };
        pipeline.cmd("LTRIM").arg(key).arg(from).arg(to).ignore();
        pipeline.cmd("PEXPIRE").arg(key).arg(milliseconds(ttl)).ignore();
        self.run(pipeline)
    }

    fn list<'a>(&'a self, key: &'a str) -> KvFuture<'a, Vec<String>> {
        let mut pipeline = pipe();
        pipeline.cmd("LRANGE").arg(key).arg(0).arg(-1);
        self.one(pipeline)
    }

    fn replace_list<'a>(&'a self, key: &'a str, values: &'a [String], ttl: Duration) -> KvFuture<'a, ()> {
        let mut pipeline = atomic();
        pipeline.cmd("DEL").arg(key).ignore();
        if !values.is_empty() {
            pipeline.cmd("RPUSH").arg(key).arg(values).ignore();
            pipeline.cmd("PEXPIRE").arg(key).arg(milliseconds(ttl)).ignore();
        }
        self.run(pipeline)
    }

    fn incr<'a>(&'a self, key: &'a str, ttl: Duration) -> KvFuture<'a, u64> {
        let mut pipeline = atomic();
        // Only the first one sets the lifetime, in the same transaction.
        pipeline.cmd("SET").arg(key).arg(0).arg("PX").arg(milliseconds(ttl)).arg("NX").ignore();
        pipeline.cmd("INCR").arg(key);
        self.one(pipeline)
    }

    fn ping(&self) -> KvFuture<'_, ()> {
        let mut pipeline = pipe();
        pipeline.cmd("PING").ignore();
        self.run(pipeline)
    }
}
