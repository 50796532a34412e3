//! One folder for each area: `api.rs` holds its server functions, the other files its pages.

pub mod admin;
pub mod assinatura;
pub mod auth;
pub mod avisos;
pub mod config;
pub mod conversas;
pub mod dashboard;
pub mod knowledge;
pub mod perfil;
pub mod publico;
pub mod whatsapp;
