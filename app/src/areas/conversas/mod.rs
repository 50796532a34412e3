//! Conversas: the list, one thread, and the answer of a person.

mod acoes;
mod anexar;
mod anexo;
pub mod api;
mod avisos;
mod balao;
mod compositor;
mod detalhes;
mod emoji;
mod envio;
mod estado;
mod fila;
mod filtro;
mod linha;
pub mod lista;
pub mod page;
mod prontas;
mod thread;

use contracts::conversas::ConversaDto;

pub use linha::nome_visivel;
pub use thread::Thread;

use self::filtro::Filtro;
use crate::error::AppError;

/// The conversas that a text finds; with none, those who wait and the latest.
pub async fn buscar_conversas(busca: String) -> Result<Vec<ConversaDto>, AppError> {
    let filtro = Filtro { busca: busca.chars().take(filtro::BUSCA_MAX).collect(), ..Filtro::default() };
    api::conversas_list(filtro.pedido(None)).await.map(|lista| lista.itens)
}
