//! What goes wrong by chance at every instance, and the count of it: for tests of what survives it.

use std::time::{Duration, Instant};

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::answer::{Answer, failure};
use super::state::World;
use crate::server::lock;

/// What goes wrong from now on; shares are 0 to 1, and the default is nothing. The choices follow [`super::Config::seed`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Trouble {
    /// Share of the calls that are answered with a 5xx. Of the sends among them every second one was taken all the same.
    pub failing: f64,
    /// Share of the sends that are held for [`hang`](Self::hang). Of three, one never takes the message, one takes it at
    /// once, and one in the end, whether its caller still waits or not.
    pub hanging: f64,
    /// See [`hanging`](Self::hanging).
    pub hang: Duration,
    /// Share of the webhook events that are delivered twice.
    pub doubled: f64,
    /// The second delivery starts up to this much later.
    pub doubled_within: Duration,
}

/// Counts since the start.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// Deliveries that have come to an end, the doubled ones twice.
    pub deliveries: u64,
    /// Deliveries made a second time.
    pub doubled: u64,
    /// Attempts of a delivery that got no 2xx.
    pub refused: u64,
    /// Deliveries that have not.
    pub under_way: u64,
    /// Deliveries that were given up, or dropped after a final status.
    pub lost: u64,
    /// Calls answered with a 5xx by [`Trouble::failing`].
    pub failed: u64,
    /// Calls held by [`Trouble::hanging`].
    pub hung: u64,
    /// Messages that are to be taken only when their call has hung long enough.
    pub hanging: u64,
}

/// A message's event that our side has taken.
#[derive(Debug, Clone)]
pub struct Taken {
    /// `key.id` of the message.
    pub id: String,
    /// When the first attempt began; any may have been stored, also one whose answer was lost.
    pub began: Instant,
    /// When the 2xx was read.
    pub ended: Instant,
}

/// What becomes of one send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Well,
    FailsBefore,
    FailsAfter,
    HangsUntaken,
    HangsTaken,
    HangsThenTaken,
}

impl World {
    pub(super) fn by_chance<T>(&self, choose: impl FnOnce(&mut StdRng) -> T) -> T {
        choose(&mut lock(&self.random))
    }

    pub(super) fn count(&self, count: impl FnOnce(&mut Tally)) {
        count(&mut lock(&self.tally));
    }

    /// For every call but a send.
    pub(super) fn may_fail(&self) -> Result<(), Answer> {
        let failing = lock(&self.trouble).failing;
        if failing > 0.0 && self.by_chance(|random| random.random_bool(failing)) {
            return Err(self.failed());
        }
        Ok(())
    }

    pub(super) fn failed(&self) -> Answer {
        self.count(|tally| tally.failed += 1);
        failure(502, json!(["simulated trouble"]))
    }

    /// With how long a send hangs, if it does.
    pub(super) fn fate(&self) -> (Fate, Duration) {
        let trouble = *lock(&self.trouble);
        let (share, third) = self.by_chance(|random| (random.random::<f64>(), random.random_range(0..6)));
        let fate = if share < trouble.failing {
            if third % 2 == 0 { Fate::FailsBefore } else { Fate::FailsAfter }
        } else if share < trouble.failing + trouble.hanging {
            self.count(|tally| tally.hung += 1);
            match third % 3 {
                0 => Fate::HangsUntaken,
                1 => Fate::HangsTaken,
                _ => Fate::HangsThenTaken,
            }
        } else {
            Fate::Well
        };
        (fate, trouble.hang)
    }

    /// When the second delivery of an event starts, if there is one.
    pub(super) fn doubled(&self) -> Option<Duration> {
        let trouble = *lock(&self.trouble);
        let late = self.by_chance(|random| {
            (trouble.doubled > 0.0 && random.random_bool(trouble.doubled)).then(|| random.random::<f64>())
        })?;
        self.count(|tally| tally.doubled += 1);
        Some(trouble.doubled_within.mul_f64(late))
    }

    pub(super) fn taken(&self, body: &Value, began: Instant) {
        if body.get("event").and_then(Value::as_str) == Some("messages.upsert")
            && let Some(id) = body.pointer("/data/key/id").and_then(Value::as_str)
        {
            lock(&self.taken).push(Taken { id: id.to_owned(), began, ended: Instant::now() });
        }
    }
}
