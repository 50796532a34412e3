//! Stand-ins for the peers that cannot run here: Evolution (with its WhatsApp behind it), Stripe (with the banks behind
//! it) and an OpenAI-compatible API.
//!
//! Real servers on real ports that answer with the recorded bodies, for `bin/dev` and tests. What the peers are known to
//! do wrong they do wrong too. Control paths start with `/_sim` and need no key. No use in production.

// An invoice has more members than `json!` can count by default.
#![recursion_limit = "256"]

pub mod evolution;
pub mod openai;
mod server;
pub mod stripe;
