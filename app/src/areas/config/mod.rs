//! Configurações do Bot.

pub mod api;
mod cartoes;
mod estado;
mod horario;
mod mensagens;
pub mod page;
mod previa;
