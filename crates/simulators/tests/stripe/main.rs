//! The Stripe stand-in over real HTTP: calls, pages, the life of a subscription, events and what goes wrong with them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test data is known")]

mod bench;
mod calls;
mod hooks;
mod life;
mod pages;
mod sdk;
mod types;
