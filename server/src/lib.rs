//! Everything the binary is made of, as a library so that tests can start a server of their own. The only place where
//! real parts are put together.

pub mod compose;
pub mod config;
#[cfg(feature = "dev")]
pub mod dev;
pub mod http;
pub mod telemetry;
pub mod worker;
