//! Meu Conhecimento: the text that the assistant answers from.

pub mod api;
mod editor;
pub mod page;
mod situacao;
mod testar;
