//! The only place that asks the system for the time, so that a test can move it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

/// Where days and months of a cliente begin. Brazil has had no summer time since 2019.
pub(crate) const BRASILIA: FixedOffset = match FixedOffset::west_opt(3 * 3600) {
    Some(zone) => zone,
    None => panic!("three hours are a zone"),
};

/// The time, shifted by what a test asked for. Clones share the shift.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    shift_ms: Arc<AtomicI64>,
}

impl Clock {
    /// Now, to the microsecond, which is what PostgreSQL keeps.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> DateTime<Utc> {
        let now = Utc::now() + TimeDelta::milliseconds(self.shift_ms.load(Ordering::Relaxed));
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    /// Moves the time forward.
    pub fn advance(&self, by: TimeDelta) {
        self.shift_ms.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }
}
