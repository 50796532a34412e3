//! Stripe: payments. The requests are those of async-stripe, the maintained line of `stripe-rust`, so that a parameter that
//! does not exist does not compile; the transport is ours, on the reqwest that everything else uses.
//!
//! Answers are read into types of our own that hold what we use and take the rest as it comes ([`types`]): async-stripe's
//! refuse an object for one absent field without saying which, and a payment must not hang on a field that nobody reads.
//!
//! We speak [`VERSION`]. async-stripe rc.10 was generated from 2026-09-30.endive; monthly versions of one name are compatible,
//! and this is the one that the official SDK (npm `stripe` 23.1) sends, against which our calls are compared.

mod calls;
mod client;
mod error;
pub mod types;
pub mod webhook;

pub use calls::{NovaSessao, NovoCliente, Portal};
pub use client::StripeClient;
pub use error::StripeError;

/// `Stripe-Version` of every call. The webhook endpoint has to be created with the same.
pub const VERSION: &str = "2026-10-28.endive";
/// Where Stripe is.
pub const API_BASE: &str = "https://api.stripe.com/";
