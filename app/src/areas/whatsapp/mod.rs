//! Conectar WhatsApp: the connection of the cliente's number.

pub mod api;
mod estados;
pub mod page;
mod uso;
