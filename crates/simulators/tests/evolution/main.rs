//! The Evolution stand-in over real HTTP: answers, events, retries and the known traps.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test data is known")]

mod bench;
mod messages;
mod sessions;
