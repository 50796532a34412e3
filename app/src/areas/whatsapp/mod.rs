//! Conectar WhatsApp: the connection of the cliente's number.

pub mod api;
mod estados;
mod historico;
pub mod page;
mod uso;
