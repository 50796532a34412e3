use std::{sync::Arc, time::Duration};

use diesel_async::AsyncConnection;
use jobs::{Handlers, JobError, NewJob, WorkerConfig, enqueue};
use tokio::sync::Semaphore;

use crate::support::{Log, TestDb, config, eventually};

const LEASE: Duration = Duration::from_secs(60);

fn job() -> NewJob {
    NewJob::new("q", "k")
}

/// Logs its start, then waits for a permit.
fn gated(log: &Log, gate: &Arc<Semaphore>) -> Handlers {
    let (log, gate) = (log.clone(), gate.clone());
    Handlers::new().on("k", move |ctx| {
        let gate = gate.clone();
        let after = if ctx.job.abandoned() { " after a crash" } else { "" };
        log.push(format!("attempt {}{after}", ctx.job.attempt));
        async move {
            gate.acquire().await?.forget();
            Ok(())
        }
    })
}

#[tokio::test]
async fn a_crashed_worker_gives_its_jobs_back_when_the_lease_ends() {
    let db = TestDb::new().await;
    let (log, gate) = (Log::default(), Arc::new(Semaphore::new(0)));
    let handlers = gated(&log, &gate);
    for _ in 0..2 {
        // The same key twice: both were running, so neither is pending.
        enqueue(&mut *db.conn().await, &job().key("a"), db.now()).await.unwrap();
        let started = log.lines().len() + 1;
        let worker = db.worker(&handlers, 1);
        log.wait_for(started).await;
        worker.crash().await;
    }
    assert_eq!(db.count("jobs WHERE state = 'running'").await, 2);

    let successor = db.worker(&handlers, 4);
    db.advance(LEASE - Duration::from_secs(1));
    enqueue(&mut *db.conn().await, &job().key("b"), db.now()).await.unwrap();
    assert_eq!(log.wait_for(3).await[2], "attempt 1", "the new job, not the leased ones");
    db.advance(Duration::from_secs(2));
    assert_eq!(log.wait_for(5).await[3..], ["attempt 2 after a crash"; 2]);
    gate.add_permits(3);
    eventually(|| async { db.count("jobs").await == 0 }).await;
    successor.stop().await;
}

#[tokio::test]
async fn a_crash_with_the_last_attempt_still_reports_the_death() {
    let db = TestDb::new().await;
    let (log, gate) = (Log::default(), Arc::new(Semaphore::new(0)));
    let on_dead_log = log.clone();
    let handlers = gated(&log, &gate).on_dead("k", move |_, error| {
        on_dead_log.push(error);
        async { Ok(()) }
    });
    enqueue(&mut *db.conn().await, &job().max_attempts(1), db.now()).await.unwrap();
    let worker = db.worker(&handlers, 1);
    log.wait_for(1).await;
    worker.crash().await;
    db.advance(LEASE * 2);
    let successor = db.worker(&handlers, 1);
    let lines = log.wait_for(2).await;
    assert!(lines[1].starts_with("lease expired"), "{lines:?}");
    eventually(|| async { db.count("jobs WHERE state = 'dead'").await == 1 }).await;
    successor.stop().await;
    assert_eq!(log.lines().len(), 2, "the handler did not run again");
}

#[tokio::test]
async fn a_heartbeat_keeps_a_slow_job() {
    let db = TestDb::new().await;
    let (log, gate) = (Log::default(), Arc::new(Semaphore::new(0)));
    let workers = [db.worker(&gated(&log, &gate), 1), db.worker(&gated(&log, &gate), 1)];
    enqueue(&mut *db.conn().await, &job(), db.now()).await.unwrap();
    log.wait_for(1).await;
    for _ in 0..6 {
        db.advance(LEASE / 2);
        let until = db.now() + LEASE;
        eventually(|| async { db.count(&format!("jobs WHERE lease_until = '{until}'")).await == 1 }).await;
    }
    gate.add_permits(1);
    eventually(|| async { db.count("jobs").await == 0 }).await;
    for worker in workers {
        worker.stop().await;
    }
    assert_eq!(log.lines(), ["attempt 1"]);
}

#[tokio::test]
async fn a_lost_lease_neither_ends_nor_fails_the_job_of_its_new_owner() {
    let db = TestDb::new().await;
    let (log, gate) = (Log::default(), Arc::new(Semaphore::new(0)));
    let (handler_log, handler_gate, pool) = (log.clone(), gate.clone(), db.pool.clone());
    let handlers = Handlers::new().on("k", move |ctx| {
        let (log, gate, pool) = (handler_log.clone(), handler_gate.clone(), pool.clone());
        async move {
            log.push("started");
            ctx.lost.cancelled().await;
            log.push("knows");
            gate.acquire().await?.forget();
            match ctx.payload::<String>()?.as_str() {
                "ok" => Ok(()),
                "error" => Err(JobError::retry("failed")),
                _ => Ok(ctx.finish(&mut *pool.get().await?).await.inspect_err(|_| log.push("not mine"))?),
            }
        }
    });
    let worker = db.worker(&handlers, 3);
    for payload in ["ok", "error", "finish"] {
        enqueue(&mut *db.conn().await, &job().payload(&payload), db.now()).await.unwrap();
    }
    log.wait_for(3).await;
    db.execute("UPDATE jobs SET lease_owner = gen_random_uuid(), lease_until = 'infinity'").await;
    // Time for a heartbeat, which finds the new owner.
    db.advance(LEASE / 2);
    log.wait_for(6).await;
    gate.add_permits(3);
    worker.stop().await;
    assert_eq!(log.lines().len(), 7);
    assert_eq!(log.lines()[6], "not mine");
    assert_eq!(db.count("jobs WHERE state = 'running' AND last_error IS NULL").await, 3);
}

#[tokio::test]
async fn a_job_can_end_in_the_transaction_of_its_effect() {
    let db = TestDb::new().await;
    db.execute("CREATE TABLE effects (attempt integer)").await;
    let pool = db.pool.clone();
    let handlers = Handlers::new().on("k", move |ctx| {
        let pool = pool.clone();
        async move {
            let mut conn = pool.get().await?;
            let attempt = ctx.job.attempt;
            conn.transaction(async |conn| {
                let insert = format!("INSERT INTO effects VALUES ({attempt})");
                diesel_async::SimpleAsyncConnection::batch_execute(conn, &insert).await?;
                ctx.finish(conn).await?;
                if attempt == 1 { Err(diesel::result::Error::RollbackTransaction) } else { Ok(()) }
            })
            .await?;
            Ok(())
        }
    });
    enqueue(&mut *db.conn().await, &job(), db.now()).await.unwrap();
    assert_eq!(jobs::drain(&db.pool, &handlers, db.now()).await.unwrap().retried, 1);
    assert_eq!(db.count("effects").await, 0);
    db.advance(Duration::from_secs(60));
    assert_eq!(jobs::drain(&db.pool, &handlers, db.now()).await.unwrap().done, 1);
    assert_eq!(db.count("effects WHERE attempt = 2").await, 1);
    assert_eq!(db.count("jobs").await, 0);
}

#[tokio::test]
async fn a_stop_waits_for_the_grace_and_leaves_the_rest_to_the_lease() {
    let db = TestDb::new().await;
    let (log, gate) = (Log::default(), Arc::new(Semaphore::new(0)));
    let handlers = gated(&log, &gate);
    enqueue(&mut *db.conn().await, &job(), db.now()).await.unwrap();
    let worker = db.worker_with(&handlers, WorkerConfig { grace: Duration::from_millis(20), ..config(1) });
    log.wait_for(1).await;
    worker.stop().await;
    assert_eq!(db.count("jobs WHERE state = 'running'").await, 1);

    enqueue(&mut *db.conn().await, &job(), db.now()).await.unwrap();
    let worker = db.worker_with(&handlers, config(1));
    log.wait_for(2).await;
    enqueue(&mut *db.conn().await, &job(), db.now()).await.unwrap();
    let stopping = tokio::spawn(worker.stop());
    gate.add_permits(1);
    stopping.await.unwrap();
    assert_eq!(db.count("jobs WHERE state = 'running'").await, 1, "the second one ended");
    assert!(log.lines().len() <= 3);
}
