//! One async mutex per tenant.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

/// Entries kept before unused ones are thrown out.
const SWEEP_AT: usize = 1024;

#[derive(Debug, Default)]
pub(crate) struct TenantLocks {
    locks: Mutex<HashMap<Uuid, Arc<tokio::sync::Mutex<()>>>>,
}

impl TenantLocks {
    /// Waits until nobody else in this process holds the tenant.
    pub(crate) async fn lock(&self, tenant: Uuid) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
            if locks.len() >= SWEEP_AT {
                locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            }
            Arc::clone(locks.entry(tenant).or_default())
        };
        lock.lock_owned().await
    }
}
