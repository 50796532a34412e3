//! The queue against a real Postgres. One binary, so that the cluster is started once.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;

mod cases {
    mod claim;
    mod enqueue;
    mod failure;
    mod lease;
    mod worker;
}
