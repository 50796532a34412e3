use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use jobs::{Handlers, JobError, NewJob, drain, enqueue};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::support::{Log, TestDb, config};

fn job(payload: &str) -> NewJob {
    NewJob::new("q", "k").payload(&payload)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_workers_never_run_the_same_job() {
    let db = TestDb::new().await;
    let log = Log::default();
    let handler_log = log.clone();
    let handlers = Handlers::new().on("k", move |ctx| {
        handler_log.push(ctx.job.id.to_string());
        async {
            tokio::task::yield_now().await;
            Ok(())
        }
    });
    let workers = [db.worker(&handlers, 3), db.worker(&handlers, 3)];
    for _ in 0..100 {
        enqueue(&mut *db.conn().await, &job(""), db.now()).await.unwrap();
    }
    let lines = log.wait_for(100).await;
    for worker in workers {
        worker.stop().await;
    }
    assert_eq!(lines.iter().collect::<HashSet<_>>().len(), 100);
    assert_eq!(log.lines().len(), 100);
    assert_eq!(db.count("jobs").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_group_runs_in_order_and_alone_under_eight_workers() {
    const GROUPS: usize = 6;
    const EACH: usize = 15;
    type Seen = BTreeMap<String, (bool, Vec<usize>)>;
    let db = TestDb::new().await;
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let (handler_seen, log) = (seen.clone(), Log::default());
    let handler_log = log.clone();
    let handlers = Handlers::new().on("k", move |ctx| {
        let (seen, log) = (handler_seen.clone(), handler_log.clone());
        async move {
            let (group, n) = ctx.payload::<(String, usize)>()?;
            {
                let mut seen = seen.lock().unwrap();
                let (running, order) = seen.entry(group.clone()).or_default();
                assert!(!std::mem::replace(running, true), "two of group {group} at a time");
                order.push(n);
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
            seen.lock().unwrap().get_mut(&group).unwrap().0 = false;
            log.push("");
            Ok(())
        }
    });
    for n in 0..EACH {
        for group in 0..GROUPS {
            let group = format!("g{group}");
            let job = NewJob::new("q", "k").group(&group).payload(&(&group, n));
            enqueue(&mut *db.conn().await, &job, db.now()).await.unwrap();
        }
    }
    let workers: Vec<_> = (0..8).map(|_| db.worker(&handlers, 2)).collect();
    log.wait_for(GROUPS * EACH).await;
    for worker in workers {
        worker.stop().await;
    }
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), GROUPS);
    assert!(seen.values().all(|(_, order)| order.iter().copied().eq(0..EACH)), "{seen:?}");
}

#[tokio::test]
async fn a_failed_job_keeps_its_place_in_the_group() {
    let db = TestDb::new().await;
    let log = Log::default();
    let handler_log = log.clone();
    let handlers = Handlers::new().on("k", move |ctx| {
        let name = ctx.payload::<String>().unwrap_or_default();
        handler_log.push(format!("{name}{}", ctx.job.attempt));
        async move {
            if name == "a" && ctx.job.attempt == 1 {
                return Err(JobError::retry_after(Duration::from_secs(10), "not yet"));
            }
            Ok(())
        }
    });
    let conn = &mut *db.conn().await;
    for name in ["a", "b"] {
        enqueue(conn, &job(name).group("g"), db.now()).await.unwrap();
    }
    enqueue(conn, &job("tomorrow").group("g").at(db.now() + Duration::from_secs(86_400)), db.now()).await.unwrap();
    enqueue(conn, &job("c").group("g"), db.now()).await.unwrap();
    drain(&db.pool, &handlers, db.now()).await.unwrap();
    assert_eq!(log.lines(), ["a1"], "b and c wait for the retry");
    db.advance(Duration::from_secs(10));
    drain(&db.pool, &handlers, db.now()).await.unwrap();
    assert_eq!(log.lines(), ["a1", "a2", "b1", "c1"], "and do not wait for what is due tomorrow");
}

#[tokio::test]
async fn the_tenant_with_fewest_running_is_next() {
    let db = TestDb::new().await;
    let (log, gate) = (Log::default(), Arc::new(Semaphore::new(0)));
    let (handler_log, handler_gate) = (log.clone(), gate.clone());
    let handlers = Handlers::new().on("k", move |ctx| {
        handler_log.push(ctx.payload::<String>().unwrap_or_default());
        let gate = handler_gate.clone();
        async move {
            gate.acquire().await?.forget();
            Ok(())
        }
    });
    let (big, small) = (Uuid::now_v7(), Uuid::now_v7());
    for _ in 0..100 {
        enqueue(&mut *db.conn().await, &job("big").tenant(big), db.now()).await.unwrap();
    }
    db.advance(Duration::from_secs(60));
    let worker = db.worker_with(&handlers, config(4));
    assert_eq!(log.wait_for(4).await, ["big"; 4], "alone, it may use everything");
    for _ in 0..3 {
        enqueue(&mut *db.conn().await, &job("small").tenant(small), db.now()).await.unwrap();
    }
    gate.add_permits(2);
    assert_eq!(log.wait_for(6).await[4..], ["small"; 2], "2 big and 2 small running");
    gate.add_permits(200);
    log.wait_for(103).await;
    worker.stop().await;
}

#[tokio::test]
async fn a_long_backlog_of_one_tenant_hides_nobody() {
    // More than the claim looks at before it walks the tenants.
    const BACKLOG: usize = 510;
    let db = TestDb::new().await;
    let (log, gate) = (Log::default(), Arc::new(Semaphore::new(0)));
    let (handler_log, handler_gate) = (log.clone(), gate.clone());
    let handlers = Handlers::new().on("k", move |ctx| {
        handler_log.push(ctx.payload::<String>().unwrap_or_default());
        let gate = handler_gate.clone();
        async move {
            gate.acquire().await?.forget();
            Ok(())
        }
    });
    let (big, small) = (Uuid::now_v7(), Uuid::now_v7());
    for _ in 0..BACKLOG {
        enqueue(&mut *db.conn().await, &job("big").tenant(big), db.now()).await.unwrap();
    }
    db.advance(Duration::from_secs(60));
    enqueue(&mut *db.conn().await, &job("small").tenant(small), db.now()).await.unwrap();
    let worker = db.worker_with(&handlers, config(2));
    let mut first = log.wait_for(2).await;
    first.sort();
    assert_eq!(first, ["big", "small"]);
    gate.add_permits(BACKLOG + 1);
    log.wait_for(BACKLOG + 1).await;
    worker.stop().await;
}

#[tokio::test]
async fn an_unknown_kind_is_left_for_a_newer_process() {
    let db = TestDb::new().await;
    let log = Log::default();
    let handler_log = log.clone();
    let handlers = Handlers::new().on("k", move |_| {
        handler_log.push("k");
        async { Ok(()) }
    });
    let conn = &mut *db.conn().await;
    enqueue(conn, &NewJob::new("q", "new"), db.now()).await.unwrap();
    enqueue(conn, &job(""), db.now()).await.unwrap();
    assert_eq!(drain(&db.pool, &handlers, db.now()).await.unwrap().done, 1);
    assert_eq!(db.count("jobs WHERE kind = 'new' AND state = 'pending' AND attempts = 0").await, 1);
}
