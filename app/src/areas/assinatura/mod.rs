//! The assinatura: its page, the banner above every page of the dashboard, and whether anything may be changed.

pub mod api;
mod faixa;
mod faturas;
mod page;
mod situacao;

pub use faixa::{AssinaturaAtual, FaixaAssinatura, SeEscreve, SoLeitura};
pub use page::Assinatura;
