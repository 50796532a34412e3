//! Recurring jobs: a row per period, unique, so that any number of processes may ask.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    QueryResult,
    sql_types::{Text, Timestamptz},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::{enqueue::enqueue, job::NewJob};

/// Rows are kept this many periods, which is only for people to look at.
const KEPT_PERIODS: i32 = 20;

/// Stores `job` if nobody did yet in the current period of `name`; periods are counted from the Unix epoch in UTC.
/// `None` if this period is taken, or if the job has a key and that is still pending.
pub async fn schedule_tick(
    conn: &mut AsyncPgConnection,
    name: &str,
    every: Duration,
    job: &NewJob,
    now: DateTime<Utc>,
) -> QueryResult<Option<Uuid>> {
    let (start, oldest) = period(every, now);
    conn.transaction(async |conn| {
        let rows = diesel::sql_query(
            "INSERT INTO job_schedules (name, scheduled_at) VALUES ($1, $2) ON CONFLICT (name, scheduled_at) DO NOTHING",
        )
        .bind::<Text, _>(name)
        .bind::<Timestamptz, _>(start)
        .execute(conn)
        .await?;
        if rows == 0 {
            return Ok(None);
        }
        diesel::sql_query("DELETE FROM job_schedules WHERE name = $1 AND scheduled_at < $2")
            .bind::<Text, _>(name)
            .bind::<Timestamptz, _>(oldest)
            .execute(conn)
            .await?;
        enqueue(conn, job, now).await
    })
    .await
}

/// The start of the period that `now` is in, and of the oldest one kept.
fn period(every: Duration, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let every = TimeDelta::from_std(every).unwrap_or(TimeDelta::MAX).max(TimeDelta::seconds(1));
    let seconds = every.num_seconds();
    let start = DateTime::from_timestamp(now.timestamp().div_euclid(seconds).saturating_mul(seconds), 0).unwrap_or(now);
    let oldest = every.checked_mul(KEPT_PERIODS).and_then(|age| start.checked_sub_signed(age));
    (start, oldest.unwrap_or(DateTime::<Utc>::UNIX_EPOCH))
}
