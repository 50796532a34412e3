//! The use cases, one module an area; the rules live here and nowhere else.
//!
//! Each is a function that takes a [`Ctx`] first. REST handlers, server functions, webhooks and jobs only call them.

pub mod admin;
pub mod assinatura;
pub mod atendimento;
pub mod auth;
pub mod avisos;
mod clock;
pub mod config;
pub mod contatos;
pub mod conversas;
mod ctx;
pub mod emails;
mod error;
pub mod eventos;
pub mod knowledge;
pub mod metricas;
pub mod midia;
pub mod perfil;
pub mod perguntas;
pub mod planos;
pub mod prontidao;
pub mod relatos;
pub mod respostas;
pub mod retencao;
pub mod uso;
pub mod whatsapp;

pub(crate) use clock::BRASILIA;
pub use clock::Clock;
pub use ctx::{Actor, App, Ctx, Empresa, Pagamentos, sha256};
pub use error::{Error, Result};
