//! Keeps each tenant's chunks and vectors in a LanceDB table of its own. The only file that knows lancedb.

mod rows;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::TryStreamExt;
use lancedb::query::{ExecutableQuery, QueryBase, Select};
use lancedb::table::{AddDataMode, OptimizeAction};
use lancedb::{Connection, DistanceType, ObjectStoreRegistry, Session, Table};
use uuid::Uuid;

use crate::chunk::Chunk;
use crate::locks::TenantLocks;

/// Caches of the one shared session. LanceDB's own default is 6 GiB + 1 GiB *per connection*; small tables without an index
/// need next to nothing (`reference/rag.md` 1.1).
const INDEX_CACHE_BYTES: usize = 32 << 20;
const METADATA_CACHE_BYTES: usize = 64 << 20;
/// Tries of one overwrite against other processes, with a growing pause between.
const COMMIT_TRIES: u32 = 6;
/// Tries of one read; another process may prune the version that is being read.
const READ_TRIES: u32 = 3;
/// Directory for damaged tables, under the root. It has no `.lance` suffix, so LanceDB does not take it for a table.
const QUARANTINE: &str = "_quarentena";

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The tenant's table cannot be read. A local one has been moved aside: index again from SQL.
    #[error("knowledge table of {tenant} is damaged: {reason}")]
    Corrupt {
        /// Whose table.
        tenant: Uuid,
        /// What LanceDB said.
        reason: String,
    },
    /// Chunks and vectors do not belong together, or a vector has another width or is not finite.
    #[error("vectors rejected: {0}")]
    Vectors(String),
    /// LanceDB failed for another reason (disk, network, conflict that did not go away).
    #[error("lancedb: {0}")]
    Lance(#[from] lancedb::Error),
    /// A row batch could not be put together.
    #[error("arrow: {0}")]
    Arrow(#[from] arrow_schema::ArrowError),
    /// The file system failed.
    #[error("file system: {0}")]
    Io(#[from] std::io::Error),
}

/// A tenant's table, read whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Version of the knowledge text it was made from.
    pub versao: i32,
    /// Embedding model of the vectors; empty without vectors.
    pub model: String,
    /// In text order.
    pub chunks: Vec<Chunk>,
    /// One per chunk, all of one width.
    pub vectors: Option<Vec<Vec<f32>>>,
}

/// Handle to the LanceDB root. Cheap to share behind an `Arc`; open one per process.
pub struct KnowledgeStore {
    connection: Connection,
    /// Root directory; None for object storage.
    root: Option<PathBuf>,
    writes: TenantLocks,
}

impl std::fmt::Debug for KnowledgeStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KnowledgeStore").field("root", &self.root).finish_non_exhaustive()
    }
}

impl KnowledgeStore {
    /// Opens (and creates) the store at a directory or a `scheme://` address. A relative directory is made absolute,
    /// because LanceDB takes names that begin with "db" for its cloud.
    ///
    /// # Errors
    /// [`StoreError::Io`] or [`StoreError::Lance`] if the place cannot be reached.
    pub async fn open(uri: &str) -> Result<Self, StoreError> {
        let root = match uri.strip_prefix("file://") {
            Some(path) => Some(PathBuf::from(path)),
            None if uri.contains("://") => None,
            None => Some(std::path::absolute(uri)?),
        };
        if let Some(root) = &root {
            tokio::fs::create_dir_all(root).await?;
        }
        let address = root.as_deref().map_or_else(|| uri.into(), Path::to_string_lossy);
        let session = Session::new(INDEX_CACHE_BYTES, METADATA_CACHE_BYTES, Arc::new(ObjectStoreRegistry::default()));
        let connection = Box::pin(lancedb::connect(&address).session(Arc::new(session)).execute()).await?;
        Ok(Self { connection, root, writes: TenantLocks::default() })
    }

    /// Replaces everything known of `tenant` by one atomic commit and removes the old versions from disk. `vectors` must be
    /// one per chunk and of one width; `model` names their encoder. Writers of the same tenant wait for each other.
    ///
    /// # Errors
    /// [`StoreError::Vectors`] before anything is written; otherwise the old state stays as it was.
    pub async fn replace(
        &self,
        tenant: Uuid,
        versao: i32,
        chunks: &[Chunk],
        vectors: Option<&[Vec<f32>]>,
        model: &str,
    ) -> Result<(), StoreError> {
        let batch = rows::batch(versao, chunks, vectors, model)?;
        let _one_writer = self.writes.lock(tenant).await;
        let mut tries = 0;
        let table = loop {
            tries += 1;
            match self.commit(tenant, batch.clone()).await {
                Ok(table) => break table,
                Err(error) if tries < COMMIT_TRIES && is_conflict(&error) => pause(tries).await,
                Err(error) => return Err(error),
            }
        };
        let prune = OptimizeAction::Prune {
            older_than: Some(lancedb::table::Duration::zero()),
            delete_unverified: Some(false), // another process may be writing
            error_if_tagged_old_versions: Some(false),
        };
        // The new text is in place; old versions that stay behind for once are removed by the next save.
        if let Err(error) = Box::pin(table.optimize(prune)).await {
            tracing::warn!(%tenant, %error, "old versions not pruned");
        }
        Ok(())
    }

    async fn commit(&self, tenant: Uuid, batch: arrow_array::RecordBatch) -> Result<Table, StoreError> {
        match self.open_table(tenant).await {
            Ok(Some(table)) => {
                Box::pin(table.add(batch).mode(AddDataMode::Overwrite).execute()).await?;
                Ok(table)
            }
            Ok(None) => Ok(Box::pin(self.connection.create_table(name(tenant), batch).execute()).await?),
            Err(error) => {
                // The caller holds the whole new state, so a damaged table needs no detour over SQL.
                self.quarantine(tenant, &error).await?;
                Ok(Box::pin(self.connection.create_table(name(tenant), batch).execute()).await?)
            }
        }
    }

    /// Reads the whole table of `tenant`; None if it has none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if the table exists but stays unreadable; it has then been moved aside.
    pub async fn load(&self, tenant: Uuid) -> Result<Option<Stored>, StoreError> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.try_load(tenant).await {
                Ok(stored) => return Ok(stored),
                Err(_) if tries < READ_TRIES => pause(tries).await,
                Err(error) => return Err(self.corrupt(tenant, error).await),
            }
        }
    }

    async fn try_load(&self, tenant: Uuid) -> Result<Option<Stored>, StoreError> {
        let Some(table) = self.open_table(tenant).await? else { return Ok(None) };
        let stream = Box::pin(table.query().execute()).await?;
        let batches: Vec<_> = stream.try_collect().await?;
        rows::read(&batches).map(Some)
    }

    /// The `k` chunks nearest to `query` by cosine, exact, as (`ordem`, similarity -1..1), best first. For tables too large
    /// for a snapshot. Empty if the tenant has no vectors of this width.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub async fn search_vector(&self, tenant: Uuid, query: &[f32], k: usize) -> Result<Vec<(i32, f32)>, StoreError> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.try_search(tenant, query, k).await {
                Ok(found) => return Ok(found),
                Err(_) if tries < READ_TRIES => pause(tries).await,
                Err(error) => return Err(self.corrupt(tenant, error).await),
            }
        }
    }

    async fn try_search(&self, tenant: Uuid, query: &[f32], k: usize) -> Result<Vec<(i32, f32)>, StoreError> {
        let Some(table) = self.open_table(tenant).await? else { return Ok(Vec::new()) };
        if query.is_empty() || rows::width(&*table.schema().await?) != query.len() {
            return Ok(Vec::new());
        }
        let search = table
            .query()
            .select(Select::columns(&[rows::ORDEM, rows::DISTANCE]))
            .limit(k.max(1))
            .nearest_to(query)?
            .column(rows::VETOR)
            .distance_type(DistanceType::Cosine)
            .bypass_vector_index();
        let batches: Vec<_> = Box::pin(search.execute()).await?.try_collect().await?;
        rows::read_distances(&batches)
    }

    /// Removes everything of `tenant` from disk, also what was moved aside. Nothing to remove is fine.
    ///
    /// # Errors
    /// [`StoreError::Lance`] or [`StoreError::Io`] if files cannot be removed.
    pub async fn remove(&self, tenant: Uuid) -> Result<(), StoreError> {
        let _one_writer = self.writes.lock(tenant).await;
        match Box::pin(self.connection.drop_table(name(tenant), &[])).await {
            Ok(()) | Err(lancedb::Error::TableNotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        if let Some(root) = &self.root {
            remove_dir(&root.join(QUARANTINE).join(name(tenant))).await?;
        }
        Ok(())
    }

    /// Opened anew each time (0.3 ms): a kept handle would not see the commits of other processes.
    async fn open_table(&self, tenant: Uuid) -> Result<Option<Table>, StoreError> {
        match Box::pin(self.connection.open_table(name(tenant)).execute()).await {
            Ok(table) => Ok(Some(table)),
            Err(lancedb::Error::TableNotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn corrupt(&self, tenant: Uuid, error: StoreError) -> StoreError {
        let _one_writer = self.writes.lock(tenant).await;
        // Someone may have replaced it while we waited for the lock.
        if self.try_load(tenant).await.is_err()
            && let Err(failed) = self.quarantine(tenant, &error).await
        {
            return failed;
        }
        StoreError::Corrupt { tenant, reason: error.to_string() }
    }

    /// Moves a local table aside; only the newest damaged copy is kept. In object storage nothing is touched: there an
    /// error is more likely the network's.
    async fn quarantine(&self, tenant: Uuid, error: &StoreError) -> Result<(), StoreError> {
        tracing::error!(%tenant, %error, "knowledge table unreadable, moving it aside");
        let Some(root) = &self.root else {
            return Err(StoreError::Corrupt { tenant, reason: error.to_string() });
        };
        let aside = root.join(QUARANTINE).join(name(tenant));
        remove_dir(&aside).await?;
        tokio::fs::create_dir_all(root.join(QUARANTINE)).await?;
        match tokio::fs::rename(root.join(format!("{}.lance", name(tenant))), aside).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// Table of a tenant; made of hexadecimal digits only, so it is no path.
fn name(tenant: Uuid) -> String {
    format!("t_{}", tenant.simple())
}

/// Another process committed in between; the same write may be tried again.
fn is_conflict(error: &StoreError) -> bool {
    let text = error.to_string();
    matches!(error, StoreError::Lance(lancedb::Error::TableAlreadyExists { .. }))
        || text.contains("commit conflict")
        || text.contains("Incompatible transaction")
        || text.contains("Too many concurrent writers")
}

async fn pause(tries: u32) {
    tokio::time::sleep(Duration::from_millis(20 << tries.min(5))).await;
}

async fn remove_dir(path: &Path) -> Result<(), std::io::Error> {
    match tokio::fs::remove_dir_all(path).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
