//! Running the queue dry in one call, for tests.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    sql_types::{Text, Timestamptz},
};
use diesel_async::RunQueryDsl;
use tokio_util::sync::CancellationToken;

use crate::{
    Clock, Pool,
    handlers::Handlers,
    job::BoxError,
    run::{self, Backoff, Outcome},
    store,
};

/// How the jobs of a [`drain`] ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Drained {
    /// Succeeded.
    pub done: usize,
    /// Failed and wait for another attempt, later than `now`.
    pub retried: usize,
    /// Given up.
    pub dead: usize,
}

/// Runs everything due at `now` with a handler, one after the other in order of due time, including what the handlers
/// enqueue, until nothing is left. No heartbeat, no clock: what fails waits for a later `now`.
pub async fn drain(pool: &Pool, handlers: &Handlers, now: DateTime<Utc>) -> Result<Drained, BoxError> {
    #[derive(QueryableByName)]
    struct Queue {
        #[diesel(sql_type = Text)]
        queue: String,
    }
    let clock: Clock = Arc::new(move || now);
    let backoff = Backoff::default();
    let kinds = handlers.kinds();
    let mut drained = Drained::default();
    'again: loop {
        // The connection goes back before the handler runs: a pool of one is enough.
        let mut conn = pool.get().await?;
        let queues: Vec<Queue> = diesel::sql_query(
            "SELECT queue FROM jobs WHERE state = 'pending' AND run_at <= $1 GROUP BY queue ORDER BY min(run_at), min(seq)",
        )
        .bind::<Timestamptz, _>(now)
        .load(&mut conn)
        .await?;
        for Queue { queue } in queues {
            let claimed = store::claim(&mut conn, &queue, &kinds, 1, now, Duration::from_secs(3600)).await?;
            if let Some(job) = claimed.into_iter().next() {
                drop(conn);
                match run::run(pool, handlers, job, CancellationToken::new(), backoff, &clock).await {
                    Outcome::Done => drained.done += 1,
                    Outcome::Retried => drained.retried += 1,
                    Outcome::Dead => drained.dead += 1,
                    Outcome::Lost => {}
                }
                continue 'again;
            }
        }
        return Ok(drained);
    }
}
