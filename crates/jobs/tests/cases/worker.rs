use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jobs::{Handlers, NewJob, Worker, WorkerConfig, enqueue};

use crate::support::{Log, RunningWorker, TestDb, config, eventually};

const MINUTE: Duration = Duration::from_secs(60);

fn logging(log: &Log) -> Handlers {
    let log = log.clone();
    Handlers::new().on("k", move |ctx| {
        log.push(ctx.payload::<String>().unwrap_or_default());
        async { Ok(()) }
    })
}

fn job(payload: &str) -> NewJob {
    NewJob::new("q", "k").payload(&payload)
}

async fn listeners(db: &TestDb) -> i64 {
    db.count("pg_stat_activity WHERE query = 'LISTEN jobs' AND datname = current_database()").await
}

#[tokio::test]
async fn a_notification_is_faster_than_the_poll() {
    let db = TestDb::new().await;
    let log = Log::default();
    let worker = db.worker_with(&logging(&log), config(2));
    eventually(|| async { listeners(&db).await == 1 }).await;
    // The config polls every 10 minutes.
    let started = Instant::now();
    for n in 1..=3 {
        enqueue(&mut *db.conn().await, &job(""), db.now()).await.unwrap();
        log.wait_for(n).await;
    }
    assert!(started.elapsed() < Duration::from_secs(10));
    worker.stop().await;
}

#[tokio::test]
async fn polling_goes_on_when_notifications_do_not_come() {
    let db = TestDb::new().await;
    db.execute("ALTER TABLE jobs DISABLE TRIGGER USER").await;
    let log = Log::default();
    let worker = db.worker(&logging(&log), 1);
    enqueue(&mut *db.conn().await, &job("a"), db.now()).await.unwrap();
    log.wait_for(1).await;
    db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN jobs' AND datname = current_database()")
        .await;
    enqueue(&mut *db.conn().await, &job("b"), db.now()).await.unwrap();
    log.wait_for(2).await;
    eventually(|| async { listeners(&db).await == 1 }).await;
    worker.stop().await;
}

#[tokio::test]
async fn a_job_of_the_near_future_starts_on_time_without_a_poll() {
    let db = TestDb::new().await;
    let log = Log::default();
    let started = Instant::now();
    let epoch = db.now();
    let clock: jobs::Clock = Arc::new(move || epoch + started.elapsed());
    let worker = RunningWorker::start(Worker::new(db.pool.clone(), logging(&log), config(1), clock));
    let job = job("").at(epoch + started.elapsed() + Duration::from_millis(300));
    enqueue(&mut *db.conn().await, &job, epoch).await.unwrap();
    log.wait_for(1).await;
    assert!(started.elapsed() >= Duration::from_millis(300) && started.elapsed() < Duration::from_secs(10));
    worker.stop().await;
}

#[tokio::test]
async fn the_next_of_a_group_is_started_by_another_worker_without_a_poll() {
    let db = TestDb::new().await;
    let log = Log::default();
    let handlers = logging(&log);
    let (one, two) = (handlers.clone(), handlers);
    let worker = db.worker_with(&one, config(1));
    let other = WorkerConfig { queues: vec![("other".into(), 1)], ..config(1) };
    let other = db.worker_with(&two, other);
    eventually(|| async { listeners(&db).await == 2 }).await;
    for n in 0..10 {
        let queue = if n % 2 == 0 { "q" } else { "other" };
        let job = NewJob::new(queue, "k").group("g").payload(&n.to_string());
        enqueue(&mut *db.conn().await, &job, db.now()).await.unwrap();
    }
    let lines = log.wait_for(10).await;
    assert_eq!(lines, (0..10).map(|n| n.to_string()).collect::<Vec<_>>());
    worker.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn two_workers_run_a_schedule_once_a_period() {
    let db = TestDb::new().await;
    let log = Log::default();
    let config = || WorkerConfig { poll_interval: Duration::from_millis(20), ..config(1) };
    let start = || {
        let worker = Worker::new(db.pool.clone(), logging(&log), config(), db.clock());
        RunningWorker::start(worker.schedule("tick", MINUTE, job("tick")))
    };
    let workers = [start(), start()];
    for period in 1..=3 {
        assert_eq!(log.wait_for(period).await.len(), period);
        db.advance(MINUTE);
    }
    log.wait_for(4).await;
    for worker in workers {
        worker.stop().await;
    }
    assert_eq!(log.lines().len(), 4);
    assert_eq!(db.count("job_schedules").await, 4);
}
