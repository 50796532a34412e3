//! One claimed job from start to end; shared by the worker and by `drain`.

use std::{any::Any, panic::AssertUnwindSafe, sync::atomic::Ordering, time::Duration};

use futures::FutureExt;
use rand::Rng;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info_span, warn};

use crate::{
    Clock, Pool,
    handlers::{Handler, Handlers, JobCtx},
    job::{BoxError, Job, JobError},
    store::{self, After},
};

/// Claims spent on a job's `on_dead` after its attempts are used up. More would be a crash loop.
const DEATHS: i32 = 3;
const MAX_ERROR_CHARS: usize = 2000;
const SAVE_ATTEMPTS: u32 = 4;

/// The growing delay between attempts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backoff {
    pub(crate) base: Duration,
    pub(crate) max: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { base: Duration::from_secs(2), max: Duration::from_secs(600) }
    }
}

impl Backoff {
    /// Between half and all of `base · 2^(attempt - 1)`, so that jobs that failed together do not come back together.
    fn delay(self, attempt: i32) -> Duration {
        let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(30);
        let full = self.base.saturating_mul(1 << doublings).min(self.max);
        full.mul_f64(rand::rng().random_range(0.5..=1.0))
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    Retried,
    Dead,
    Lost,
}

pub(crate) async fn run(
    pool: &Pool,
    handlers: &Handlers,
    job: Job,
    lost: CancellationToken,
    backoff: Backoff,
    clock: &Clock,
) -> Outcome {
    let span = info_span!("job", id = %job.id, kind = %job.kind, attempt = job.attempt,
        request_id = job.request_id.as_deref(), tenant = job.tenant_id.map(tracing::field::display));
    Box::pin(run_inner(pool, handlers, job, lost, backoff, clock)).instrument(span).await
}

async fn run_inner(
    pool: &Pool,
    handlers: &Handlers,
    job: Job,
    lost: CancellationToken,
    backoff: Backoff,
    clock: &Clock,
) -> Outcome {
    let Some(handler) = handlers.get(&job.kind) else {
        let at = store::add(clock(), backoff.max);
        return fail(pool, &job, After::RetryAt(at), "no handler").await;
    };
    // Every earlier attempt is used up: the process died with the last one, or `on_dead` failed.
    if job.attempt > job.max_attempts {
        let error = job.last_error.clone().unwrap_or_default();
        return die(pool, &handler, &job, error, backoff, clock).await;
    }
    let ctx = JobCtx::new(job.clone(), lost.clone());
    let finished = ctx.finished.clone();
    let result = catch((handler.run)(ctx)).await;
    match result {
        Ok(()) => match save(|| async { store::finish(&mut *pool.get().await?, &job).await.map_err(Into::into) }).await
        {
            Ok(true) => Outcome::Done,
            Ok(false) if finished.load(Ordering::Acquire) => Outcome::Done,
            Ok(false) => {
                warn!("job ended after its lease was lost; another worker has it");
                Outcome::Lost
            }
            Err(error) => {
                // Left to the lease: the job runs again.
                warn!(error, "could not record that the job ended");
                Outcome::Lost
            }
        },
        Err(_) if lost.is_cancelled() => Outcome::Lost,
        Err(JobError::Retry { after, source }) if job.attempt < job.max_attempts => {
            let error = text(&JobError::Retry { after, source });
            let delay = after.unwrap_or_else(|| backoff.delay(job.attempt));
            warn!(error, ?delay, "job failed, will be tried again");
            fail(pool, &job, After::RetryAt(store::add(clock(), delay)), &error).await
        }
        Err(error) => die(pool, &handler, &job, text(&error), backoff, clock).await,
    }
}

/// `on_dead` runs before the mark, under the lease: a crash in between runs it again rather than never.
async fn die(pool: &Pool, handler: &Handler, job: &Job, error: String, backoff: Backoff, clock: &Clock) -> Outcome {
    if let Some(on_dead) = &handler.on_dead {
        // Ends even if the callback always fails.
        let last = job.attempt >= job.max_attempts.saturating_add(DEATHS);
        if let Err(failure) = catch(on_dead(job.clone(), error.clone())).await {
            warn!(error = text(&failure), last, "on_dead failed");
            if !last {
                let at = store::add(clock(), backoff.delay(job.attempt));
                return fail(pool, job, After::RetryAt(at), &error).await;
            }
        }
    }
    warn!(error, "job is dead");
    fail(pool, job, After::Dead(clock()), &error).await
}

async fn fail(pool: &Pool, job: &Job, after: After, error: &str) -> Outcome {
    let saved =
        save(|| async { store::fail(&mut *pool.get().await?, job, &after, error).await.map_err(Into::into) }).await;
    match (saved, after) {
        (Ok(true), After::RetryAt(_)) => Outcome::Retried,
        (Ok(true), After::Dead(_)) => Outcome::Dead,
        (Ok(false), _) => Outcome::Lost,
        (Err(error), _) => {
            warn!(error, "could not record that the job failed");
            Outcome::Lost
        }
    }
}

/// A short trouble of the database should not cost a whole run of the job.
async fn save<F, Fut>(mut write: F) -> Result<bool, BoxError>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<bool, BoxError>>,
{
    let mut attempt = 1;
    loop {
        match write().await {
            Err(error) if attempt < SAVE_ATTEMPTS => {
                warn!(error, "could not save the state of a job, trying again");
                tokio::time::sleep(Duration::from_millis(100 << attempt)).await;
                attempt += 1;
            }
            other => return other,
        }
    }
}

/// A panic is a failed attempt like any other.
async fn catch(future: impl Future<Output = Result<(), JobError>>) -> Result<(), JobError> {
    match AssertUnwindSafe(future).catch_unwind().await {
        Ok(result) => result,
        Err(panic) => Err(JobError::retry(format!("panicked: {}", panic_text(panic.as_ref())))),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

fn text(error: &JobError) -> String {
    // Postgres text has no NUL.
    error.to_string().replace('\0', "").chars().take(MAX_ERROR_CHARS).collect()
}
