//! The profile of the cliente.

pub mod api;
pub mod encerrada;
mod encerrar;
pub mod page;
mod preferencias;
mod senha;
mod sessoes;
