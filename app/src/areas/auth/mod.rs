//! Login of the cliente.

pub mod api;
pub mod form;
pub mod page;
