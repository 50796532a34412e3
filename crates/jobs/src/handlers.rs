//! Which function runs which kind of job.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use futures::{FutureExt, future::BoxFuture};
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use crate::{
    job::{Job, JobError},
    store,
};

type Run = Arc<dyn Fn(JobCtx) -> BoxFuture<'static, Result<(), JobError>> + Send + Sync>;
type OnDead = Arc<dyn Fn(Job, String) -> BoxFuture<'static, Result<(), JobError>> + Send + Sync>;

/// What a handler gets.
#[derive(Debug, Clone)]
pub struct JobCtx {
    /// The claimed job.
    pub job: Job,
    /// Cancelled when the lease is lost: another worker may already be running this job. Check it before an effect that
    /// cannot be undone.
    pub lost: CancellationToken,
    pub(crate) finished: Arc<AtomicBool>,
}

impl JobCtx {
    pub(crate) fn new(job: Job, lost: CancellationToken) -> Self {
        Self { job, lost, finished: Arc::default() }
    }

    /// See [`Job::payload`].
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, JobError> {
        self.job.payload()
    }

    /// Removes the job inside the caller's transaction, so that its effect and its end commit together. Fails with
    /// `NotFound` if the lease was lost; the caller must then roll back.
    pub async fn finish(&self, conn: &mut AsyncPgConnection) -> QueryResult<()> {
        if !store::finish(conn, &self.job).await? {
            return Err(diesel::result::Error::NotFound);
        }
        self.finished.store(true, Ordering::Release);
        Ok(())
    }
}

#[derive(Clone)]
pub(crate) struct Handler {
    pub(crate) run: Run,
    pub(crate) on_dead: Option<OnDead>,
}

/// The registry: kind → handler. A worker claims only kinds it knows, so that an old process leaves new kinds alone.
#[derive(Clone, Default)]
pub struct Handlers {
    by_kind: HashMap<String, Handler>,
}

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_kind.keys()).finish()
    }
}

impl Handlers {
    /// No handlers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers the handler of `kind`; a second one replaces the first and drops its `on_dead`.
    #[must_use]
    pub fn on<F, Fut>(mut self, kind: impl Into<String>, handler: F) -> Self
    where
        F: Fn(JobCtx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), JobError>> + Send + 'static,
    {
        let run: Run = Arc::new(move |ctx| handler(ctx).boxed());
        self.by_kind.insert(kind.into(), Handler { run, on_dead: None });
        self
    }

    /// Called with the last error before a job of `kind` is marked dead, whether it failed, panicked or crashed its
    /// process. It is itself retried a few times, so it must be idempotent. No effect before [`Handlers::on`].
    #[must_use]
    pub fn on_dead<F, Fut>(mut self, kind: &str, callback: F) -> Self
    where
        F: Fn(Job, String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), JobError>> + Send + 'static,
    {
        if let Some(handler) = self.by_kind.get_mut(kind) {
            handler.on_dead = Some(Arc::new(move |job, error| callback(job, error).boxed()));
        }
        self
    }

    pub(crate) fn get(&self, kind: &str) -> Option<Handler> {
        self.by_kind.get(kind).cloned()
    }

    pub(crate) fn kinds(&self) -> Vec<String> {
        let mut kinds: Vec<String> = self.by_kind.keys().cloned().collect();
        kinds.sort();
        kinds
    }
}
