//! Storing jobs, usually in the caller's own transaction.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult, QueryableByName,
    result::Error as DieselError,
    sql_types::{Array, Float8, Int4, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::job::NewJob;

const INSERT: &str = "INSERT INTO jobs \
    (id, queue, kind, unique_key, group_key, tenant_id, request_id, payload, max_attempts, run_at, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
    ON CONFLICT (kind, unique_key) WHERE state = 'pending' DO UPDATE SET run_at = ";

/// What [`enqueue_or_postpone`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// Stored a new job.
    New(Uuid),
    /// The key was pending: that job runs later now.
    Postponed(Uuid),
}

/// Stores `job` and returns its id, or `None` if its key is already pending.
///
/// In the second case the pending job cannot start before the caller's transaction ends. Otherwise it could run without
/// seeing the caller's rows, and nothing would be left to run after they are committed.
pub async fn enqueue(conn: &mut AsyncPgConnection, job: &NewJob, now: DateTime<Utc>) -> QueryResult<Option<Uuid>> {
    // The update changes nothing; it locks the row.
    let (id, stored) = insert(conn, job, now, "jobs.run_at", 0.0).await?;
    Ok((id == stored).then_some(id))
}

/// Stores `job`, or moves the pending job of the same key to `job`'s due time, but no further than `cap` after that one was
/// stored: several short messages become one turn, and an endless stream of them still gets an answer.
///
/// The pending job keeps its own payload. A job waiting for a retry keeps its time as well.
pub async fn enqueue_or_postpone(
    conn: &mut AsyncPgConnection,
    job: &NewJob,
    now: DateTime<Utc>,
    cap: Duration,
) -> QueryResult<Enqueued> {
    let set = "CASE WHEN jobs.attempts > 0 THEN jobs.run_at \
               ELSE least(excluded.run_at, jobs.created_at + make_interval(secs => $12::float8)) END";
    let (id, stored) = insert(conn, job, now, set, cap.as_secs_f64()).await?;
    Ok(if id == stored { Enqueued::New(id) } else { Enqueued::Postponed(stored) })
}

/// Moves the pending job of this kind and key to `at`, but no further than `cap` after it was stored. `false` if none is
/// pending, it waits for a retry, or it runs already.
pub async fn reschedule(
    conn: &mut AsyncPgConnection,
    kind: &str,
    key: &str,
    at: DateTime<Utc>,
    cap: Duration,
) -> QueryResult<bool> {
    let moved = diesel::sql_query(
        "UPDATE jobs SET run_at = least($3, created_at + make_interval(secs => $4)) \
         WHERE kind = $1 AND unique_key = $2 AND state = 'pending' AND attempts = 0",
    )
    .bind::<Text, _>(kind)
    .bind::<Text, _>(key)
    .bind::<Timestamptz, _>(at)
    .bind::<Float8, _>(cap.as_secs_f64())
    .execute(conn)
    .await?;
    Ok(moved == 1)
}

/// Removes the pending jobs of this kind and these keys: what they are about is gone, and one that waits for a retry would
/// hold its group up until then.
pub async fn cancel(conn: &mut AsyncPgConnection, kind: &str, keys: &[String]) -> QueryResult<usize> {
    diesel::sql_query("DELETE FROM jobs WHERE kind = $1 AND unique_key = ANY($2) AND state = 'pending'")
        .bind::<Text, _>(kind)
        .bind::<Array<Text>, _>(keys)
        .execute(conn)
        .await
}

/// The new id and the id of the row that is now pending.
async fn insert(
    conn: &mut AsyncPgConnection,
    job: &NewJob,
    now: DateTime<Utc>,
    conflict: &str,
    cap: f64,
) -> QueryResult<(Uuid, Uuid)> {
    #[derive(QueryableByName)]
    struct Stored {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    let payload = job.payload.as_ref().map_err(|error| DieselError::SerializationError(error.as_str().into()))?;
    let id = Uuid::now_v7();
    // `$12` must appear in both forms of the text, or the number of parameters would be wrong in one.
    let query = format!("{INSERT}{conflict} WHERE $12::float8 >= 0 RETURNING id");
    let stored: Stored = diesel::sql_query(query)
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(&job.queue)
        .bind::<Text, _>(&job.kind)
        .bind::<Nullable<Text>, _>(&job.key)
        .bind::<Nullable<Text>, _>(&job.group)
        .bind::<Nullable<SqlUuid>, _>(job.tenant)
        .bind::<Nullable<Text>, _>(&job.request_id)
        .bind::<Jsonb, _>(payload)
        .bind::<Int4, _>(job.max_attempts)
        .bind::<Timestamptz, _>(job.at.unwrap_or(now))
        .bind::<Timestamptz, _>(now)
        .bind::<Float8, _>(cap)
        .get_result(conn)
        .await?;
    Ok((id, stored.id))
}
