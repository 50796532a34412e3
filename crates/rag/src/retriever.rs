//! Search with a bounded memory of hot tenants.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::cache::LruCache;
use crate::locks::TenantLocks;
use crate::query::Query;
use crate::snapshot::{CANDIDATES, Retrieval, Snapshot};
use crate::store::{KnowledgeStore, StoreError};

/// While the index lags behind SQL (it is being made), the table is looked at again at most this often.
const RECHECK: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
struct Cached {
    snapshot: Arc<Snapshot>,
    loaded: Instant,
    /// Version that SQL expected when it was loaded.
    wanted: i32,
}

/// The way to search. Share one per process.
#[derive(Debug)]
pub struct Retriever {
    store: Arc<KnowledgeStore>,
    /// Model of the query vectors; tables with vectors of another one are searched by words.
    model: String,
    cache: Mutex<LruCache<Cached>>,
    loads: TenantLocks,
}

impl Retriever {
    /// `cache_bytes` bounds the snapshots in memory (about 0.1 MB for a full text without vectors, 0.5 MB with 1,536
    /// dimensions). `model` is the encoder of the query vectors given to [`Self::search`]; empty if there are none.
    #[must_use]
    pub fn new(store: Arc<KnowledgeStore>, cache_bytes: usize, model: &str) -> Self {
        Self {
            store,
            model: model.to_owned(),
            cache: Mutex::new(LruCache::new(cache_bytes)),
            loads: TenantLocks::default(),
        }
    }

    /// The store behind it.
    #[must_use]
    pub fn store(&self) -> &Arc<KnowledgeStore> {
        &self.store
    }

    /// Searches `tenant`'s knowledge. `versao` is the version SQL expects: if the snapshot in memory is
    /// another one, the table is read again; if that one still differs, it is answered from what there is
    /// (`Retrieval::versao` tells). No table, or no chunk, gives no hits and confidence 0.
    ///
    /// A `query_vector` of another width or model than the table's is ignored: `modo` is then `palavras`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`]: index the tenant again. Others: the store could not be reached.
    pub async fn search(
        &self,
        tenant: Uuid,
        versao: i32,
        query: &Query,
        query_vector: Option<&[f32]>,
    ) -> Result<Retrieval, StoreError> {
        let Some(snapshot) = self.snapshot(tenant, versao).await? else {
            return Ok(Retrieval::empty());
        };
        let query_vector = query_vector.filter(|v| snapshot.width() > 0 && v.len() == snapshot.width());
        let Some(vector) = query_vector.filter(|_| snapshot.model() == self.model) else {
            return Ok(snapshot.search(query, None));
        };
        let cosines = if snapshot.vectors_in_store() {
            let found = self.store.search_vector(tenant, vector, CANDIDATES).await?;
            let position = |(ordem, cosine): (i32, f32)| Some((snapshot.position(ordem)?, cosine));
            Some(found.into_iter().filter_map(position).collect())
        } else {
            snapshot.cosines(vector)
        };
        Ok(snapshot.search(query, cosines.as_deref()))
    }

    /// Forgets what is in memory of `tenant`. Call after [`KnowledgeStore::replace`] and [`KnowledgeStore::remove`]; other
    /// processes notice by the version.
    pub fn invalidate(&self, tenant: Uuid) {
        self.cache().remove(tenant);
    }

    async fn snapshot(&self, tenant: Uuid, versao: i32) -> Result<Option<Arc<Snapshot>>, StoreError> {
        if let Some(snapshot) = self.cached(tenant, versao) {
            return Ok(Some(snapshot));
        }
        let _one_load = self.loads.lock(tenant).await;
        if let Some(snapshot) = self.cached(tenant, versao) {
            return Ok(Some(snapshot));
        }
        let Some(stored) = self.store.load(tenant).await? else {
            self.invalidate(tenant);
            return Ok(None);
        };
        let build = move || Snapshot::new(stored.versao, stored.model, stored.chunks, stored.vectors);
        let snapshot = tokio::task::spawn_blocking(build).await.map_err(std::io::Error::other)?;
        let snapshot = Arc::new(snapshot);
        let entry = Cached { snapshot: Arc::clone(&snapshot), loaded: Instant::now(), wanted: versao };
        self.cache().put(tenant, entry, snapshot.weight());
        Ok(Some(snapshot))
    }

    fn cached(&self, tenant: Uuid, versao: i32) -> Option<Arc<Snapshot>> {
        let cached = self.cache().get(tenant)?;
        let looked_already = cached.wanted == versao && cached.loaded.elapsed() < RECHECK;
        let fresh = cached.snapshot.versao() == versao || looked_already;
        fresh.then_some(cached.snapshot)
    }

    fn cache(&self) -> MutexGuard<'_, LruCache<Cached>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
