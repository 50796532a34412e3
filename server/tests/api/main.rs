//! The whole server over HTTP, with a real Postgres, a real LanceDB and simulated peers. One binary, since each one links
//! LanceDB.

mod auth;
mod autorizacao;
mod contratos;
mod conversas;
mod isolamento;
mod knowledge;
mod modelo;
mod queda;
mod support;
mod webhook;
