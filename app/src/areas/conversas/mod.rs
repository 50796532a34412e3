//! Conversas: the list, one thread, and the answer of a person.

mod anexo;
pub mod api;
mod avisos;
mod balao;
mod compositor;
mod estado;
mod linha;
pub mod lista;
pub mod page;
mod thread;

pub use linha::nome_visivel;
pub use thread::Thread;
