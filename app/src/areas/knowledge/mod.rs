//! Meu Conhecimento: the text that the assistant answers from.

pub mod api;
mod editor;
mod ensinar;
mod importar;
pub mod page;
mod perguntas;
mod rascunho;
mod situacao;
mod testar;
mod versoes;
