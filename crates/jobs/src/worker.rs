//! The loops that run jobs: one per queue, and what `keep` does beside them.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::{sync::Notify, task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};
use uuid::Uuid;

use crate::{
    Clock, Pool,
    handlers::Handlers,
    job::{BoxError, Job, NewJob},
    keep::{keep, listen},
    run::{self, Backoff},
    store,
};

/// How a worker behaves; [`WorkerConfig::new`] fills in what is usual.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// Queues to serve, each with how many of its jobs may run at once here.
    pub queues: Vec<(String, usize)>,
    /// How long a job stays ours without a sign of life; extended after a third of it.
    pub lease: Duration,
    /// How often to look without being told, also for expired leases and schedules.
    pub poll_interval: Duration,
    /// How long a stop waits for running handlers.
    pub grace: Duration,
    /// Delay before the second attempt, doubled for each further one.
    pub retry_base: Duration,
    /// Longest delay between attempts.
    pub retry_max: Duration,
}

impl WorkerConfig {
    /// Lease 60 s, poll 1 s, grace 25 s, retries from 2 s to 10 min.
    pub fn new<Q: Into<String>>(queues: impl IntoIterator<Item = (Q, usize)>) -> Self {
        let backoff = Backoff::default();
        Self {
            queues: queues.into_iter().map(|(queue, concurrency)| (queue.into(), concurrency)).collect(),
            lease: Duration::from_secs(60),
            poll_interval: Duration::from_secs(1),
            grace: Duration::from_secs(25),
            retry_base: backoff.base,
            retry_max: backoff.max,
        }
    }
}

/// Runs jobs until told to stop. Any number of them, in any number of processes, share the same queues.
pub struct Worker {
    shared: Shared,
    schedules: Vec<(String, Duration, NewJob)>,
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("config", &self.shared.config).field("handlers", &self.shared.handlers).finish()
    }
}

pub(crate) struct Shared {
    pub(crate) pool: Pool,
    handlers: Handlers,
    kinds: Vec<String>,
    pub(crate) config: WorkerConfig,
    pub(crate) clock: Clock,
    pub(crate) wakes: HashMap<String, Notify>,
    held: Mutex<HashMap<(Uuid, Uuid), Held>>,
}

/// A lease this process holds.
pub(crate) struct Held {
    pub(crate) until: DateTime<Utc>,
    pub(crate) lost: CancellationToken,
}

impl Worker {
    /// A worker that does nothing yet.
    #[must_use]
    pub fn new(pool: Pool, handlers: Handlers, config: WorkerConfig, clock: Clock) -> Self {
        let kinds = handlers.kinds();
        let wakes = config.queues.iter().map(|(queue, _)| (queue.clone(), Notify::new())).collect();
        let shared = Shared { pool, handlers, kinds, config, clock, wakes, held: Mutex::default() };
        Self { shared, schedules: Vec::new() }
    }

    /// Also stores `job` once per period; see [`schedule_tick`].
    #[must_use]
    pub fn schedule(mut self, name: impl Into<String>, every: Duration, job: NewJob) -> Self {
        self.schedules.push((name.into(), every, job));
        self
    }

    /// Runs until `stop`; then claims nothing more, waits for running handlers up to the grace, aborts the rest and leaves
    /// those to their leases. Troubles of the database are logged and waited out.
    pub async fn run(self, stop: CancellationToken) {
        let Self { shared, schedules } = self;
        let shared = Arc::new(shared);
        // The leases must be kept until the last handler ended, so these stop later than the queues.
        let over = CancellationToken::new();
        let mut keepers = JoinSet::new();
        keepers.spawn(keep(shared.clone(), schedules, over.clone()));
        keepers.spawn(listen(shared.clone(), over.clone()));
        let mut queues = JoinSet::new();
        for (queue, concurrency) in shared.config.queues.clone() {
            queues.spawn(serve(shared.clone(), queue, concurrency, stop.clone()));
        }
        while queues.join_next().await.is_some() {}
        stop.cancelled().await;
        over.cancel();
        while keepers.join_next().await.is_some() {}
    }
}

/// Claims and runs jobs of one queue.
async fn serve(shared: Arc<Shared>, queue: String, concurrency: usize, stop: CancellationToken) {
    let Some(wake) = shared.wakes.get(&queue) else { return };
    let mut running = JoinSet::new();
    while !stop.is_cancelled() {
        let free = concurrency.saturating_sub(running.len());
        let mut pause = shared.config.poll_interval;
        if free > 0 {
            match shared.claim(&queue, free).await {
                Ok((jobs, wait)) => {
                    pause = wait;
                    for job in jobs {
                        running.spawn(hold_and_run(shared.clone(), job));
                    }
                }
                Err(error) => warn!(error, queue, "could not claim jobs"),
            }
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = wake.notified() => {}
            () = tokio::time::sleep(pause) => {}
            Some(_) = running.join_next() => while running.try_join_next().is_some() {},
        }
    }
    let ended = timeout(shared.config.grace, async { while running.join_next().await.is_some() {} }).await;
    if ended.is_err() {
        warn!(queue, jobs = running.len(), "stopping with jobs still running; they start again when their lease ends");
        running.shutdown().await;
    }
}

async fn hold_and_run(shared: Arc<Shared>, job: Job) {
    let key = (job.id, job.lease_owner);
    let lost = CancellationToken::new();
    shared.held().insert(key, Held { until: shared.lease_end(), lost: lost.clone() });
    let backoff = Backoff { base: shared.config.retry_base, max: shared.config.retry_max };
    // Stays held until the end is recorded, which may take a few tries.
    let outcome = run::run(&shared.pool, &shared.handlers, job, lost, backoff, &shared.clock).await;
    debug!(?outcome, "job ended");
    shared.held().remove(&key);
}

impl Shared {
    pub(crate) fn held(&self) -> std::sync::MutexGuard<'_, HashMap<(Uuid, Uuid), Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn lease_end(&self) -> DateTime<Utc> {
        store::add((self.clock)(), self.config.lease)
    }

    /// Jobs to run, and how long to wait before looking again.
    async fn claim(&self, queue: &str, free: usize) -> Result<(Vec<Job>, Duration), BoxError> {
        let mut conn = self.pool.get().await?;
        let now = (self.clock)();
        let jobs = store::claim(&mut conn, queue, &self.kinds, free, now, self.config.lease).await?;
        let mut pause = self.config.poll_interval;
        if jobs.len() < free
            && let Some(next) = store::next_due(&mut conn, queue, now).await?
        {
            let until_next = (next - now).to_std().unwrap_or_default();
            // Timers may fire a little early, which would mean a second look.
            pause = pause.min(until_next.saturating_add(Duration::from_millis(1)));
        }
        Ok((jobs, pause))
    }
}
