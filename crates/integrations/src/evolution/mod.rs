//! Typed client for Evolution API v2 and a lenient reader of its webhook.
//!
//! Owns the wire shapes, the percent-encoding of names, the time-out of each call and the one question every sender
//! asks after a failure: *may the message have gone out?* ([`EvolutionError::sent`]). Knows no tenant, no database and
//! no clock. Never calls `instance/logout`: it ends message reception for good; disconnecting is
//! [`EvolutionClient::delete_and_wait`].

mod chat;
mod client;
mod content;
mod error;
mod instance;
mod lenient;
pub mod message;
pub mod phone;
mod types;
pub mod webhook;

pub use client::EvolutionClient;
pub use error::{EvolutionError, Sent};
pub use types::{
    Connect, ConnectionState, Created, EVENTS, InstanceInfo, Media, MediaKind, MessageKey, NewInstance, NumberCheck,
    OutgoingMedia, QrCode, SentMessage, Settings, StoredMessage, Webhook, WebhookInfo,
};
