use std::{collections::HashMap, time::Duration};

use diesel::result::Error as DieselError;
use diesel_async::AsyncConnection;
use jobs::{Enqueued, Handlers, NewJob, cancel, drain, enqueue, enqueue_or_postpone, reschedule, schedule_tick};

use crate::support::{Log, TestDb};

fn job() -> NewJob {
    NewJob::new("q", "k")
}

fn logging(log: &Log) -> Handlers {
    let log = log.clone();
    Handlers::new().on("k", move |ctx| {
        log.push(ctx.payload::<String>().unwrap_or_default());
        async { Ok(()) }
    })
}

#[tokio::test]
async fn a_key_is_stored_once_while_it_is_pending() {
    let db = TestDb::new().await;
    let conn = &mut *db.conn().await;
    let job = job().key("a");
    assert!(enqueue(conn, &job, db.now()).await.unwrap().is_some());
    assert_eq!(enqueue(conn, &job, db.now()).await.unwrap(), None);
    let other_kind = NewJob::new("q", "other").key("a");
    assert!(enqueue(conn, &other_kind, db.now()).await.unwrap().is_some());
    assert!(enqueue(conn, &job.clone().key("b"), db.now()).await.unwrap().is_some());
    assert_eq!(db.count("jobs").await, 3);
}

#[tokio::test]
async fn a_running_job_may_store_itself_again() {
    let db = TestDb::new().await;
    let log = Log::default();
    let (pool, clock, handler_log) = (db.pool.clone(), db.clock(), log.clone());
    let handlers = Handlers::new().on("k", move |_| {
        let (pool, now, log) = (pool.clone(), clock(), handler_log.clone());
        async move {
            log.push("run");
            if log.lines().len() < 3 {
                let conn = &mut *pool.get().await?;
                assert!(enqueue(conn, &job().key("a"), now).await?.is_some());
            }
            Ok(())
        }
    });
    enqueue(&mut *db.conn().await, &job().key("a"), db.now()).await.unwrap();
    let drained = drain(&db.pool, &handlers, db.now()).await.unwrap();
    assert_eq!((drained.done, log.lines().len()), (3, 3));
}

#[tokio::test]
async fn a_rolled_back_transaction_leaves_no_job() {
    let db = TestDb::new().await;
    let now = db.now();
    let result = db
        .conn()
        .await
        .transaction(async |conn| {
            enqueue(conn, &job(), now).await?;
            Err::<(), _>(DieselError::RollbackTransaction)
        })
        .await;
    assert!(result.is_err());
    assert_eq!(db.count("jobs").await, 0);
}

#[tokio::test]
async fn a_job_found_pending_waits_for_the_transaction_that_found_it() {
    let db = TestDb::new().await;
    let log = Log::default();
    let handlers = logging(&log);
    let (now, pool) = (db.now(), db.pool.clone());
    enqueue(&mut *db.conn().await, &job().key("a"), now).await.unwrap();
    db.conn()
        .await
        .transaction(async |conn| {
            assert_eq!(enqueue(conn, &job().key("a"), now).await?, None);
            // Run now, it would not see what this transaction is about to commit.
            assert_eq!(drain(&pool, &handlers, now).await.unwrap().done, 0);
            Ok::<_, DieselError>(())
        })
        .await
        .unwrap();
    assert_eq!(drain(&pool, &handlers, now).await.unwrap().done, 1);
}

#[tokio::test]
async fn a_pending_job_is_postponed_up_to_the_cap() {
    let db = TestDb::new().await;
    let log = Log::default();
    let handlers = logging(&log);
    let burst = async |text: &str| {
        let now = db.now();
        let job = job().key("conversa").payload(&text).at(now + Duration::from_secs(2));
        enqueue_or_postpone(&mut *db.conn().await, &job, now, Duration::from_secs(5)).await.unwrap()
    };
    let Enqueued::New(first) = burst("first").await else { panic!("the first is new") };
    for _ in 0..4 {
        db.advance(Duration::from_secs(1));
        assert_eq!(burst("later").await, Enqueued::Postponed(first));
        assert_eq!(drain(&db.pool, &handlers, db.now()).await.unwrap().done, 0, "the window is open");
    }
    // 4 s after the first; without the cap it would run at 6 s.
    db.advance(Duration::from_secs(1));
    assert_eq!(drain(&db.pool, &handlers, db.now()).await.unwrap().done, 1);
    assert_eq!(log.lines(), ["first"]);
    assert!(matches!(burst("next turn").await, Enqueued::New(_)));
}

#[tokio::test]
async fn a_pending_job_is_moved_up_to_the_cap_or_removed() {
    let db = TestDb::new().await;
    let log = Log::default();
    let handlers = logging(&log);
    let begun = db.now();
    let after = |seconds| begun + Duration::from_secs(seconds);
    let job = job().key("conversa").payload(&"turno").at(after(2));
    enqueue(&mut *db.conn().await, &job, begun).await.unwrap();
    let move_to =
        async |key: &str, at| reschedule(&mut *db.conn().await, "k", key, at, Duration::from_secs(5)).await.unwrap();
    assert!(!move_to("outra", after(9)).await, "another key");
    assert!(move_to("conversa", after(9)).await);
    db.advance(Duration::from_secs(4));
    assert_eq!(drain(&db.pool, &handlers, db.now()).await.unwrap().done, 0, "it was moved");
    db.advance(Duration::from_secs(1));
    assert_eq!(drain(&db.pool, &handlers, db.now()).await.unwrap().done, 1, "not beyond the cap");
    assert!(!move_to("conversa", after(9)).await, "it has run");
    enqueue(&mut *db.conn().await, &job, db.now()).await.unwrap();
    let keys = ["conversa".to_owned(), "outra".to_owned()];
    assert_eq!(cancel(&mut *db.conn().await, "k", &keys).await.unwrap(), 1);
    assert_eq!(db.count("jobs").await, 0);
}

#[tokio::test]
async fn a_payload_that_is_not_json_is_an_error() {
    let db = TestDb::new().await;
    let job = job().payload(&HashMap::from([((1, 2), 3)]));
    let result = enqueue(&mut *db.conn().await, &job, db.now()).await;
    assert!(matches!(result, Err(DieselError::SerializationError(_))), "{result:?}");
}

#[tokio::test]
async fn two_processes_schedule_once_a_period() {
    let db = TestDb::new().await;
    let minute = Duration::from_secs(60);
    for period in 1..=3 {
        let tick = async || schedule_tick(&mut *db.conn().await, "limpeza", minute, &job(), db.now()).await.unwrap();
        let (one, other, third) = tokio::join!(tick(), tick(), tick());
        assert_eq!([one, other, third].iter().flatten().count(), 1);
        db.advance(Duration::from_secs(10));
        assert_eq!(tick().await, None, "same period");
        assert_eq!(db.count("jobs").await, period);
        db.advance(Duration::from_secs(50));
    }
    let other = schedule_tick(&mut *db.conn().await, "outra", minute, &job(), db.now()).await.unwrap();
    assert!(other.is_some(), "names are independent");
    db.advance(minute * 60);
    schedule_tick(&mut *db.conn().await, "limpeza", minute, &job(), db.now()).await.unwrap();
    assert_eq!(db.count("job_schedules WHERE name = 'limpeza'").await, 1, "old periods are forgotten");
}
