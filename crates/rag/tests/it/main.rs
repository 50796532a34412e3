//! One test binary for the crate: LanceDB makes each one heavy.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

mod store;
