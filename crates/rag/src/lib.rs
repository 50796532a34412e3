//! Everything between a tenant's knowledge text and the pieces an answer is made from: [`chunk()`], Portuguese analysis,
//! the LanceDB [`KnowledgeStore`], hybrid search with a calibrated confidence ([`Retriever`]) and the answer without a model
//! ([`Extract`]). The only crate that knows lancedb.
//!
//! The tables are derived data: SQL holds the text, and [`StoreError::Corrupt`] means "index again from there". One table
//! per tenant; nothing here takes more than one tenant at a time, so nothing can mix two. It makes no embeddings and calls
//! no network; vectors come from the caller, and without any the search is by words ("palavras") and fully offline.

pub mod analyse;
pub mod bm25;
mod cache;
pub mod chunk;
pub mod confidence;
pub mod extract;
mod facts;
pub mod fuse;
mod lines;
mod locks;
pub mod query;
mod retriever;
pub mod snapshot;
mod store;
mod typo;

pub use chunk::{Chunk, chunk};
pub use confidence::{Features, Judged, Profile, refit, shifted};
pub use extract::Extract;
pub use query::Query;
pub use retriever::Retriever;
pub use snapshot::{Hit, JUDGED, Retrieval, Snapshot};
pub use store::{KnowledgeStore, StoreError, Stored};
