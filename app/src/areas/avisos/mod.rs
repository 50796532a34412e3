//! What the owner must know: the banner above every page of the dashboard.

pub mod api;
mod faixa;

pub use faixa::FaixaAvisos;
