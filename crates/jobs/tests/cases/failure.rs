use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use jobs::{Handlers, JobError, NewJob, dead, drain, enqueue, redrive, stats};

use crate::support::{Log, TestDb};

const LONG: Duration = Duration::from_secs(3600);

fn job() -> NewJob {
    NewJob::new("q", "k")
}

#[tokio::test]
async fn retries_wait_longer_each_time_then_the_job_is_dead_and_can_be_redriven() {
    let db = TestDb::new().await;
    let healthy = Arc::new(AtomicUsize::new(0));
    let handler_healthy = healthy.clone();
    let deaths = Log::default();
    let handler_deaths = deaths.clone();
    let handlers = Handlers::new()
        .on("k", move |ctx| {
            let healthy = handler_healthy.load(Ordering::SeqCst) == 1;
            async move { if healthy { Ok(()) } else { Err(JobError::retry(format!("failed {}", ctx.job.attempt))) } }
        })
        .on_dead("k", move |job, error| {
            handler_deaths.push(format!("{} {error}", job.attempt));
            async { Ok(()) }
        });
    let id = enqueue(&mut *db.conn().await, &job().max_attempts(3), db.now()).await.unwrap().unwrap();
    for least in [1, 2] {
        assert_eq!(drain(&db.pool, &handlers, db.now()).await.unwrap().retried, 1);
        let waiting = stats(&mut *db.conn().await).await.unwrap().remove(0);
        assert_eq!((waiting.pending, waiting.retrying), (1, 1));
        let wait = (waiting.next_run_at.unwrap() - db.now()).to_std().unwrap();
        assert!(wait >= Duration::from_secs(least) && wait <= Duration::from_secs(2 * least), "{wait:?}");
        assert_eq!(drain(&db.pool, &handlers, db.now()).await.unwrap(), jobs::Drained::default(), "not before");
        db.advance(wait);
    }
    assert_eq!(drain(&db.pool, &handlers, db.now()).await.unwrap().dead, 1);
    assert_eq!(deaths.lines(), ["3 failed 3"]);
    let found = dead(&mut *db.conn().await).await.unwrap().remove(0);
    assert_eq!((found.id, found.attempts, found.last_error.as_deref()), (id, 3, Some("failed 3")));
    assert_eq!(found.finished_at, Some(db.now()));

    healthy.store(1, Ordering::SeqCst);
    assert!(redrive(&mut *db.conn().await, id, db.now()).await.unwrap());
    assert!(!redrive(&mut *db.conn().await, id, db.now()).await.unwrap(), "only once");
    assert_eq!(drain(&db.pool, &handlers, db.now()).await.unwrap().done, 1);
    assert_eq!(db.count("jobs").await, 0);
}

#[tokio::test]
async fn a_dead_error_is_not_tried_again_and_a_given_delay_is_exact() {
    let db = TestDb::new().await;
    let handlers = Handlers::new()
        .on("k", |_| async { Err(JobError::dead("no such row")) })
        .on("bad payload", |ctx| async move { ctx.payload::<u32>().map(|_| ()) })
        .on("later", |_| async { Err(JobError::retry_after(Duration::from_secs(7), "429")) });
    let conn = &mut *db.conn().await;
    for kind in ["k", "bad payload", "later"] {
        enqueue(conn, &NewJob::new("q", kind).payload(&"text"), db.now()).await.unwrap();
    }
    let drained = drain(&db.pool, &handlers, db.now()).await.unwrap();
    assert_eq!((drained.done, drained.retried, drained.dead), (0, 1, 2));
    let due = stats(conn).await.unwrap().remove(0).next_run_at.unwrap();
    assert_eq!(due, db.now() + Duration::from_secs(7));
}

#[tokio::test]
async fn a_panic_is_a_failed_attempt() {
    let db = TestDb::new().await;
    let handlers = Handlers::new().on("k", |_| async { panic!("boom {}", 1) });
    enqueue(&mut *db.conn().await, &job().max_attempts(2), db.now()).await.unwrap();
    assert_eq!(drain(&db.pool, &handlers, db.now()).await.unwrap().retried, 1);
    db.advance(LONG);
    assert_eq!(drain(&db.pool, &handlers, db.now()).await.unwrap().dead, 1);
    let found = dead(&mut *db.conn().await).await.unwrap().remove(0);
    assert_eq!(found.last_error.as_deref(), Some("panicked: boom 1"));
}

#[tokio::test]
async fn on_dead_is_tried_again_when_it_fails_but_not_for_ever() {
    let db = TestDb::new().await;
    let deaths = Log::default();
    let handler_deaths = deaths.clone();
    let handlers =
        Handlers::new().on("k", |_| async { Err(JobError::retry("model down")) }).on_dead("k", move |_, error| {
            handler_deaths.push(error);
            async { Err(JobError::retry("the database is down too")) }
        });
    enqueue(&mut *db.conn().await, &job().max_attempts(1), db.now()).await.unwrap();
    for _ in 0..10 {
        drain(&db.pool, &handlers, db.now()).await.unwrap();
        db.advance(LONG);
    }
    assert_eq!(deaths.lines(), ["model down"; 4], "each time with the error that killed the job");
    assert_eq!(dead(&mut *db.conn().await).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_retry_whose_key_was_stored_again_loses_neither() {
    let db = TestDb::new().await;
    let (pool, clock, log) = (db.pool.clone(), db.clock(), Log::default());
    let handler_log = log.clone();
    let handlers = Handlers::new().on("k", move |ctx| {
        let (pool, now, log) = (pool.clone(), clock(), handler_log.clone());
        async move {
            let name = ctx.payload::<String>()?;
            log.push(format!("{name}{}", ctx.job.attempt));
            if name == "first" && ctx.job.attempt == 1 {
                let again = NewJob::new("q", "k").key("a").payload(&"second");
                enqueue(&mut *pool.get().await?, &again, now).await?;
                return Err(JobError::retry("busy"));
            }
            Ok(())
        }
    });
    enqueue(&mut *db.conn().await, &job().key("a").payload(&"first"), db.now()).await.unwrap();
    drain(&db.pool, &handlers, db.now()).await.unwrap();
    db.advance(LONG);
    drain(&db.pool, &handlers, db.now()).await.unwrap();
    assert_eq!(log.lines(), ["first1", "second1", "first2"]);
}
