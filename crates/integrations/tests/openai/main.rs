//! The clients against a scripted server on a real socket.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod chat;
mod embeddings;
mod media;
mod server;
