//! One typed client for each peer. Wire shapes, time-outs and what an error means; no business rules, no database.

pub mod evolution;
pub mod kv;
pub mod mail;
pub mod openai;
pub mod pagina;
pub mod stripe;
