//! The whole server over HTTP, with a real Postgres, a real LanceDB and simulated peers. One binary, since each one links
//! LanceDB.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests are test code too"
)]

mod acesso;
mod assinar;
mod auth;
mod autorizacao;
mod caixa;
mod calibra;
mod cobranca;
mod conexao;
mod config;
mod contatos;
mod contratos;
mod conversas;
mod emails;
mod espera;
mod falhas;
mod importar;
mod isolamento;
mod knowledge;
mod metricas;
mod midia;
mod modelo;
mod pendentes;
mod perfil;
mod perguntas;
mod prontidao;
mod publico;
mod relatos;
mod retencao;
mod retorno;
mod ritmo;
mod smtp;
mod support;
mod uso;
mod vida_assinatura;
mod volta;
mod webhook;
