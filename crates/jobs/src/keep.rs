//! What goes on beside the queues of a worker: leases are kept alive and taken back, schedules are looked at,
//! notifications are heard. Each on a connection of its own, since handlers may use up the pool.

use std::{sync::Arc, time::Duration};

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures::StreamExt;
use tokio::{sync::Notify, time::timeout};
use tokio_util::sync::CancellationToken;
use tracing::warn;
use uuid::Uuid;

use crate::{
    job::{BoxError, NewJob},
    schedule::schedule_tick,
    store,
    worker::Shared,
};

impl Shared {
    /// Extends the leases that have less than two thirds left, and tells the handlers of those that were lost.
    async fn heartbeat(&self, conn: &mut AsyncPgConnection) -> Result<(), BoxError> {
        let due = store::add((self.clock)(), self.config.lease.mul_f64(2.0 / 3.0));
        let keys: Vec<(Uuid, Uuid)> =
            self.held().iter().filter(|(_, held)| held.until <= due).map(|(key, _)| *key).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let until = self.lease_end();
        let kept = store::extend(conn, &keys, until).await?;
        let mut held = self.held();
        for key in keys {
            if let Some(lease) = held.get_mut(&key) {
                if kept.contains(&key) {
                    lease.until = until;
                } else {
                    lease.lost.cancel();
                }
            }
        }
        Ok(())
    }

    /// Without the database nobody says that a lease was lost, but another process may have it by now.
    fn expire(&self) {
        let now = (self.clock)();
        self.held().values().filter(|lease| lease.until < now).for_each(|lease| lease.lost.cancel());
    }
}

/// Heartbeat, expired leases, schedules.
pub(crate) async fn keep(shared: Arc<Shared>, schedules: Vec<(String, Duration, NewJob)>, over: CancellationToken) {
    let third = shared.config.lease / 3;
    let tick = shared.config.poll_interval.min(third);
    let mut conn = None;
    while !over.is_cancelled() {
        // A connection that went silent would otherwise hold the heartbeat for the minutes TCP takes to notice.
        let step = timeout(third, Box::pin(keep_once(&shared, &schedules, &mut conn))).await;
        if let Err(error) = step.map_err(BoxError::from).flatten() {
            warn!(error, "could not keep leases and schedules");
            conn = None;
            shared.expire();
        }
        tokio::select! {
            () = over.cancelled() => {}
            () = tokio::time::sleep(tick) => {}
        }
    }
}

async fn keep_once(
    shared: &Shared,
    schedules: &[(String, Duration, NewJob)],
    slot: &mut Option<AsyncPgConnection>,
) -> Result<(), BoxError> {
    let conn = match slot {
        Some(conn) => conn,
        None => slot.insert(shared.pool.dedicated_connection().await?),
    };
    shared.heartbeat(conn).await?;
    let reclaimed = store::reclaim(conn, (shared.clock)()).await?;
    if reclaimed > 0 {
        warn!(reclaimed, "jobs whose lease ran out are pending again");
    }
    for (name, every, job) in schedules {
        schedule_tick(conn, name, *every, job, (shared.clock)()).await?;
    }
    Ok(())
}

/// Wakes the queue that a notification names.
pub(crate) async fn listen(shared: Arc<Shared>, over: CancellationToken) {
    let listening = async {
        loop {
            if let Err(error) = listen_once(&shared).await {
                warn!(error, "not listening for new jobs; polling goes on");
            }
            tokio::time::sleep(shared.config.poll_interval).await;
        }
    };
    tokio::select! {
        () = over.cancelled() => {}
        () = listening => {}
    }
}

async fn listen_once(shared: &Shared) -> Result<(), BoxError> {
    let mut conn = shared.pool.dedicated_connection().await?;
    conn.batch_execute("LISTEN jobs").await?;
    // Whatever came while nobody listened.
    shared.wakes.values().for_each(Notify::notify_one);
    let mut notifications = std::pin::pin!(conn.notifications_stream());
    while let Some(notification) = notifications.next().await {
        if let Some(wake) = shared.wakes.get(&notification?.payload) {
            wake.notify_one();
        }
    }
    Err("the connection ended".into())
}
