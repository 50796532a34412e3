//! Looking at the queue from outside: dead jobs, redrive, figures.

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult, QueryableByName,
    sql_types::{Int4, Int8, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::store::{KEEP_KEY, RACES, is_race};

/// A job that was given up.
#[derive(Debug, Clone, QueryableByName)]
pub struct DeadJob {
    /// Its id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Its queue.
    #[diesel(sql_type = Text)]
    pub queue: String,
    /// Its kind.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Whose it is.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub tenant_id: Option<Uuid>,
    /// The request that caused it.
    #[diesel(sql_type = Nullable<Text>)]
    pub request_id: Option<String>,
    /// Its input.
    #[diesel(sql_type = Jsonb)]
    pub payload: serde_json::Value,
    /// Attempts made.
    #[diesel(sql_type = Int4)]
    pub attempts: i32,
    /// The error of the last one.
    #[diesel(sql_type = Nullable<Text>)]
    pub last_error: Option<String>,
    /// When it was stored.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// When it was given up.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub finished_at: Option<DateTime<Utc>>,
}

/// The newest 200 dead jobs, newest first.
pub async fn dead(conn: &mut AsyncPgConnection) -> QueryResult<Vec<DeadJob>> {
    diesel::sql_query("SELECT * FROM jobs WHERE state = 'dead' ORDER BY finished_at DESC, seq DESC LIMIT 200")
        .load(conn)
        .await
}

/// Makes a dead job pending again, due at `now`, with all its attempts. False if it is not dead (any more).
pub async fn redrive(conn: &mut AsyncPgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<bool> {
    let query = format!(
        "UPDATE jobs SET state = 'pending', attempts = 0, run_at = $2, finished_at = NULL, {KEEP_KEY} \
         WHERE id = $1 AND state = 'dead'"
    );
    let mut races = 0;
    loop {
        let redriven = diesel::sql_query(&query).bind::<SqlUuid, _>(id).bind::<Timestamptz, _>(now).execute(conn).await;
        if races == RACES || !is_race(&redriven) {
            return Ok(redriven? == 1);
        }
        races += 1;
    }
}

/// Removes at most `limit` dead jobs that were given up before `before`, oldest first.
pub async fn delete_dead_before(conn: &mut AsyncPgConnection, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    diesel::sql_query(
        "DELETE FROM jobs WHERE id = ANY(ARRAY(SELECT id FROM jobs WHERE state = 'dead' AND finished_at < $1 \
         ORDER BY finished_at LIMIT $2))",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<Int8, _>(limit)
    .execute(conn)
    .await
}

/// Removes the waiting and dead jobs of a tenant that name one of `marks` anywhere: in payload, keys or error. Reads all of
/// them, so it is for rare work such as erasing a person's data. One that a worker is claiming at this moment is left.
pub async fn delete_naming(conn: &mut AsyncPgConnection, tenant: Uuid, marks: &[String]) -> QueryResult<usize> {
    diesel::sql_query(
        "DELETE FROM jobs WHERE id IN (SELECT j.id FROM jobs j WHERE j.tenant_id = $1 AND j.state IN ('pending', 'dead') \
         AND EXISTS (SELECT FROM unnest($2) m WHERE strpos(concat_ws(' ', j.payload::text, j.unique_key, j.group_key, \
         j.last_error), m) > 0) FOR UPDATE OF j SKIP LOCKED)",
    )
    .bind::<SqlUuid, _>(tenant)
    .bind::<diesel::sql_types::Array<Text>, _>(marks)
    .execute(conn)
    .await
}

/// Figures of one queue.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct QueueStats {
    /// Its name.
    #[diesel(sql_type = Text)]
    pub queue: String,
    /// Waiting, due or not.
    #[diesel(sql_type = Int8)]
    pub pending: i64,
    /// Of those, the ones that failed before.
    #[diesel(sql_type = Int8)]
    pub retrying: i64,
    /// Running.
    #[diesel(sql_type = Int8)]
    pub running: i64,
    /// Given up.
    #[diesel(sql_type = Int8)]
    pub dead: i64,
    /// Due time of the pending job that is due first: far in the past means the workers do not keep up.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub next_run_at: Option<DateTime<Utc>>,
}

/// The figures of every queue that has a job, by name.
pub async fn stats(conn: &mut AsyncPgConnection) -> QueryResult<Vec<QueueStats>> {
    diesel::sql_query(
        "SELECT queue, count(*) FILTER (WHERE state = 'pending') AS pending, \
                count(*) FILTER (WHERE state = 'pending' AND attempts > 0) AS retrying, \
                count(*) FILTER (WHERE state = 'running') AS running, \
                count(*) FILTER (WHERE state = 'dead') AS dead, \
                min(run_at) FILTER (WHERE state = 'pending') AS next_run_at \
         FROM jobs GROUP BY queue ORDER BY queue",
    )
    .load(conn)
    .await
}
