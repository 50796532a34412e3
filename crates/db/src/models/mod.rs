//! Rows and the queries on them, one file a table. A function that takes [`TenantTx`](crate::TenantTx) reads and
//! writes the rows of its cliente only; it filters by `cliente_id` too, so that the index is used and a forgotten
//! policy is not a leak.

pub mod admin;
pub mod aviso;
pub mod cliente;
pub mod configuracao_bot;
pub mod conhecimento;
pub mod contato;
pub mod conversa;
pub mod evento;
pub mod evento_recebido;
pub mod instancia;
pub mod mensagem;
pub mod outbox;
pub mod sinal;
pub mod uso;
