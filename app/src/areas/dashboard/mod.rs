//! The frame of the client area, its start page, and the pages that are still to come.

pub mod chamado;
pub mod em_breve;
pub mod inicio;
mod menu;
mod paleta;
pub mod shell;
pub mod teclado;
