//! The frame of the client area, its start page, and the pages that are still to come.

pub mod api;
pub mod chamado;
mod figuras;
mod grafico;
pub mod inicio;
mod menu;
pub mod numeros;
#[cfg(feature = "ssr")]
mod opcoes;
mod paleta;
mod passos;
mod prontidao;
pub mod shell;
pub mod suporte;
pub mod teclado;
pub mod tutoriais;
