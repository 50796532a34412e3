//! The statements behind the worker: claim, extend, give back, finish, fail.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    OptionalExtension, QueryResult, QueryableByName,
    result::{DatabaseErrorKind, Error as DieselError},
    sql_types::{Array, Bool, Int8, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::job::Job;

/// Takes the tenants of the due jobs, the first few due ones of each, and orders them by how many of that tenant would then be
/// running. Mostly few are due, and what waits for later costs nothing (10,000 tenants with a job for later: 0.5 ms a claim).
/// From 500 due jobs on, which may all be one tenant's, the tenants are walked by the index instead: that costs 20 µs for each
/// tenant with a pending job, and more where their groups are blocked (100,000 jobs of 200 tenants in deep groups: 0.25 s).
///
/// More than wanted are looked at, for the rows that another process is claiming at this moment.
///
/// Within a group only the head may start: by `place`, which puts jobs already tried first, in stored order. Otherwise a
/// message whose job failed would be overtaken by the next message.
const CLAIM: &str = "
WITH RECURSIVE soonest AS MATERIALIZED (
    SELECT fair_key FROM jobs WHERE state = 'pending' AND queue = $1 AND run_at <= $2 ORDER BY run_at LIMIT 500
), walked AS (
    (SELECT fair_key FROM jobs WHERE state = 'pending' AND queue = $1 AND (SELECT count(*) FROM soonest) = 500
     ORDER BY fair_key LIMIT 1)
    UNION ALL
    SELECT (SELECT j.fair_key FROM jobs j WHERE j.state = 'pending' AND j.queue = $1 AND j.fair_key > t.fair_key
            ORDER BY j.fair_key LIMIT 1)
    FROM walked t WHERE t.fair_key IS NOT NULL
), tenants AS (
    SELECT fair_key FROM soonest UNION SELECT fair_key FROM walked
), running AS (
    SELECT fair_key, count(*) AS n FROM jobs WHERE state = 'running' AND queue = $1 GROUP BY fair_key
), due AS (
    SELECT d.id, d.run_at, d.seq,
           coalesce(r.n, 0) + row_number() OVER (PARTITION BY t.fair_key ORDER BY d.run_at, d.seq) AS turn
    FROM tenants t
    CROSS JOIN LATERAL (
        SELECT j.id, j.run_at, j.seq FROM jobs j
        WHERE j.state = 'pending' AND j.queue = $1 AND j.fair_key = t.fair_key AND j.run_at <= $2 AND j.kind = ANY($3)
          AND (j.group_key IS NULL OR NOT EXISTS (
                SELECT 1 FROM jobs r WHERE r.state = 'running' AND r.group_key = j.group_key))
          AND (j.group_key IS NULL OR j.id = (
                SELECT p.id FROM jobs p WHERE p.state = 'pending' AND p.group_key = j.group_key
                ORDER BY p.place, p.seq LIMIT 1))
        ORDER BY j.run_at, j.seq LIMIT $4 + 16
    ) d
    LEFT JOIN running r ON r.fair_key = t.fair_key
    ORDER BY turn, d.run_at, d.seq LIMIT $4 + 64
), picked AS (
    SELECT j.id FROM due JOIN jobs j USING (id)
    WHERE j.state = 'pending' AND j.run_at <= $2
    ORDER BY due.turn, due.run_at, due.seq LIMIT $4
    FOR UPDATE OF j SKIP LOCKED
)
UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_until = $5, lease_owner = $6
FROM picked WHERE jobs.id = picked.id
RETURNING jobs.*";

/// A pending row may take the key back only if no newer job of that key is pending; both must run, neither is lost.
pub(crate) const KEEP_KEY: &str = "unique_key = CASE WHEN EXISTS (SELECT 1 FROM jobs o WHERE o.state = 'pending' \
     AND o.kind = jobs.kind AND o.unique_key = jobs.unique_key) THEN NULL ELSE jobs.unique_key END";

/// The claim and `KEEP_KEY` look before they write, so another process can come in between; the index then says so.
pub(crate) const RACES: usize = 5;

pub(crate) fn is_race<T>(result: &QueryResult<T>) -> bool {
    matches!(result, Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
}

pub(crate) fn add(now: DateTime<Utc>, duration: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(duration)
        .ok()
        .and_then(|delta| now.checked_add_signed(delta))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The `last_error` of a job whose worker was not heard of again.
pub(crate) const EXPIRED: &str = "lease expired: the worker died or lost the database";

/// Up to `limit` due jobs of `queue`, now running under one fresh lease owner.
pub(crate) async fn claim(
    conn: &mut AsyncPgConnection,
    queue: &str,
    kinds: &[String],
    limit: usize,
    now: DateTime<Utc>,
    lease: Duration,
) -> QueryResult<Vec<Job>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    for _ in 0..RACES {
        let claimed = diesel::sql_query(CLAIM)
            .bind::<Text, _>(queue)
            .bind::<Timestamptz, _>(now)
            .bind::<Array<Text>, _>(kinds)
            .bind::<Int8, _>(limit)
            .bind::<Timestamptz, _>(add(now, lease))
            .bind::<SqlUuid, _>(Uuid::new_v4())
            .load(conn)
            .await;
        if !is_race(&claimed) {
            return claimed;
        }
    }
    Ok(Vec::new())
}

/// When the next job of `queue` that is not due yet becomes due.
pub(crate) async fn next_due(
    conn: &mut AsyncPgConnection,
    queue: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<DateTime<Utc>>> {
    #[derive(QueryableByName)]
    struct Next {
        #[diesel(sql_type = Timestamptz)]
        run_at: DateTime<Utc>,
    }
    let next: Option<Next> = diesel::sql_query(
        "SELECT run_at FROM jobs WHERE state = 'pending' AND queue = $1 AND run_at > $2 ORDER BY run_at LIMIT 1",
    )
    .bind::<Text, _>(queue)
    .bind::<Timestamptz, _>(now)
    .get_result(conn)
    .await
    .optional()?;
    Ok(next.map(|next| next.run_at))
}

#[derive(QueryableByName)]
struct Lease {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    lease_owner: Uuid,
}

/// Extends those of the leases (job, owner) that are still ours and returns them; the others were lost.
pub(crate) async fn extend(
    conn: &mut AsyncPgConnection,
    held: &[(Uuid, Uuid)],
    until: DateTime<Utc>,
) -> QueryResult<Vec<(Uuid, Uuid)>> {
    let (ids, owners): (Vec<Uuid>, Vec<Uuid>) = held.iter().copied().unzip();
    let kept: Vec<Lease> = diesel::sql_query(
        "UPDATE jobs SET lease_until = $3 FROM unnest($1::uuid[], $2::uuid[]) AS held (id, owner) \
         WHERE jobs.id = held.id AND jobs.lease_owner = held.owner AND jobs.state = 'running' \
         RETURNING jobs.id, jobs.lease_owner",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<SqlUuid>, _>(owners)
    .bind::<Timestamptz, _>(until)
    .load(conn)
    .await?;
    Ok(kept.into_iter().map(|row| (row.id, row.lease_owner)).collect())
}

/// Makes jobs whose lease ran out pending again. Also those without attempts left: whoever claims them next runs their
/// `on_dead` before they are marked, which a crash at this point must not skip.
pub(crate) async fn reclaim(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    // One at a time: two of the same key may have been running, and `KEEP_KEY` must see the first when it does the second.
    let query = format!(
        "UPDATE jobs SET state = 'pending', run_at = $1, lease_until = NULL, lease_owner = NULL, \
                last_error = '{EXPIRED}', {KEEP_KEY} \
         WHERE id = (SELECT id FROM jobs WHERE state = 'running' AND lease_until < $1 \
                     ORDER BY lease_until, seq LIMIT 1 FOR UPDATE SKIP LOCKED)"
    );
    let mut reclaimed = 0;
    let mut races = 0;
    loop {
        let one = diesel::sql_query(&query).bind::<Timestamptz, _>(now).execute(conn).await;
        if is_race(&one) && races < RACES {
            races += 1;
        } else if one? == 0 {
            return Ok(reclaimed);
        } else {
            reclaimed += 1;
        }
    }
}

/// Removes a job that succeeded; false if the lease was lost.
pub(crate) async fn finish(conn: &mut AsyncPgConnection, job: &Job) -> QueryResult<bool> {
    let rows = diesel::sql_query("DELETE FROM jobs WHERE id = $1 AND lease_owner = $2 AND state = 'running'")
        .bind::<SqlUuid, _>(job.id)
        .bind::<SqlUuid, _>(job.lease_owner)
        .execute(conn)
        .await?;
    Ok(rows == 1)
}

/// What becomes of a job after a failed attempt.
pub(crate) enum After {
    RetryAt(DateTime<Utc>),
    Dead(DateTime<Utc>),
}

/// Records a failed attempt; false if the lease was lost.
pub(crate) async fn fail(conn: &mut AsyncPgConnection, job: &Job, after: &After, error: &str) -> QueryResult<bool> {
    let (dead, at) = match after {
        After::RetryAt(at) => (false, *at),
        After::Dead(at) => (true, *at),
    };
    let query = format!(
        "UPDATE jobs SET state = CASE WHEN $3 THEN 'dead' ELSE 'pending' END, lease_until = NULL, lease_owner = NULL, \
                last_error = $4, run_at = CASE WHEN $3 THEN run_at ELSE $5 END, \
                finished_at = CASE WHEN $3 THEN $5 END, {KEEP_KEY} \
         WHERE id = $1 AND lease_owner = $2 AND state = 'running'"
    );
    for attempt in 1.. {
        let failed = diesel::sql_query(&query)
            .bind::<SqlUuid, _>(job.id)
            .bind::<SqlUuid, _>(job.lease_owner)
            .bind::<Bool, _>(dead)
            .bind::<Nullable<Text>, _>(Some(error))
            .bind::<Timestamptz, _>(at)
            .execute(conn)
            .await;
        if attempt == RACES || !is_race(&failed) {
            return Ok(failed? == 1);
        }
    }
    Ok(false)
}
