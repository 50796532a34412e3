//! The store of a single process.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    future::ready,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{Kv, KvError, KvFuture, at_least_a_millisecond};

/// Expired entries are dropped when read, and all of them after this many writes.
const SWEEP_EVERY: u32 = 1024;

/// A map behind a mutex; the same contract as Redis, for one process.
#[derive(Default)]
pub struct EmbeddedKv {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: HashMap<String, Entry>,
    writes: u32,
}

struct Entry {
    value: Value,
    /// None: further than the clock reaches.
    expires: Option<Instant>,
}

enum Value {
    Text(String),
    List(VecDeque<String>),
}

impl fmt::Debug for EmbeddedKv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmbeddedKv")
    }
}

impl Entry {
    fn new(value: Value, ttl: Duration) -> Self {
        Self { value, expires: Instant::now().checked_add(at_least_a_millisecond(ttl)) }
    }

    fn alive(&self) -> bool {
        self.expires.is_none_or(|expires| expires > Instant::now())
    }
}

impl State {
    fn alive(&mut self, key: &str) -> Option<&mut Entry> {
        if self.entries.get(key).is_some_and(|entry| !entry.alive()) {
            self.entries.remove(key);
        }
        self.entries.get_mut(key)
    }

    fn put(&mut self, key: &str, value: Value, ttl: Duration) {
        self.writes = self.writes.wrapping_add(1);
        if self.writes.is_multiple_of(SWEEP_EVERY) {
            self.entries.retain(|_, entry| entry.alive());
        }
        self.entries.insert(key.to_owned(), Entry::new(value, ttl));
    }
}

impl EmbeddedKv {
    /// Runs at once, under the lock; the future only carries the result.
    fn with<T: Send + 'static>(&self, f: impl FnOnce(&mut State) -> Result<T, KvError>) -> KvFuture<'static, T> {
        let result = f(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        Box::pin(ready(result))
    }
}

impl Kv for EmbeddedKv {
    fn get<'a>(&'a self, key: &'a str) -> KvFuture<'a, Option<String>> {
        self.with(|state| match state.alive(key).map(|entry| &entry.value) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            Some(Value::List(_)) => Err(KvError::WrongType),
        })
    }

    fn set<'a>(&'a self, key: &'a str, value: &'a str, ttl: Duration) -> KvFuture<'a, ()> {
        self.with(|state| {
            state.put(key, Value::Text(value.to_owned()), ttl);
            Ok(())
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> KvFuture<'a, ()> {
        self.with(|state| {
            state.entries.remove(key);
            Ok(())
        })
    }

    fn push_capped<'a>(&'a self, key: &'a str, value: &'a str, cap: usize, ttl: Duration) -> KvFuture<'a, ()> {
        self.with(|state| {
            let mut list = match state.alive(key).map(|entry| &mut entry.value) {
                None => VecDeque::new(),
                Some(Value::List(list)) => std::mem::take(list),
                Some(Value::Text(_)) => return Err(KvError::WrongType),
            };
            list.push_back(value.to_owned());
            while list.len() > cap {
                list.pop_front();
            }
            state.put(key, Value::List(list), ttl);
            Ok(())
        })
    }

    fn list<'a>(&'a self, key: &'a str) -> KvFuture<'a, Vec<String>> {
        self.with(|state| match state.alive(key).map(|entry| &entry.value) {
            None => Ok(Vec::new()),
            Some(Value::List(list)) => Ok(list.iter().cloned().collect()),
            Some(Value::Text(_)) => Err(KvError::WrongType),
        })
    }

    fn replace_list<'a>(&'a self, key: &'a str, values: &'a [String], ttl: Duration) -> KvFuture<'a, ()> {
        self.with(|state| {
            state.put(key, Value::List(values.iter().cloned().collect()), ttl);
            Ok(())
        })
    }

    fn incr<'a>(&'a self, key: &'a str, ttl: Duration) -> KvFuture<'a, u64> {
        self.with(|state| match state.alive(key).map(|entry| &mut entry.value) {
            None => {
                state.put(key, Value::Text("1".to_owned()), ttl);
                Ok(1)
            }
            Some(Value::Text(text)) => {
                let count = text.parse::<u64>().ok().and_then(|n| n.checked_add(1)).ok_or(KvError::WrongType)?;
                *text = count.to_string();
                Ok(count)
            }
            Some(Value::List(_)) => Err(KvError::WrongType),
        })
    }

    fn ping(&self) -> KvFuture<'_, ()> {
        Box::pin(ready(Ok(())))
    }
}
