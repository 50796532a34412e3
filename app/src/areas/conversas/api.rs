//! Conversations and what a person does with them.
#![expect(missing_docs, reason = "the fields of a server function's struct are its arguments")]

use contracts::{
    ConversaId, EstadoConversa, MensagemId,
    conversas::{ConversaDto, ConversasDto, MensagemDto, ThreadDto},
};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::error::AppError;

/// A page of the list, and how many are in each state.
#[server(prefix = "/_fn", endpoint = "conversas/list")]
pub async fn conversas_list(estado: Option<EstadoConversa>, cursor: Option<String>) -> Result<ConversasDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::conversas::list(&ctx, estado, cursor).await.map_err(server::err(&ctx))
}

/// The newest page of a thread, or the one before `antes`.
#[server(prefix = "/_fn", endpoint = "conversas/get")]
pub async fn conversa_get(id: ConversaId, antes: Option<MensagemId>) -> Result<ThreadDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::conversas::get(&ctx, id, antes).await.map_err(server::err(&ctx))
}

/// Sends what a person wrote. The same `mensagem_id` twice sends once.
#[server(prefix = "/_fn", endpoint = "conversas/enviar", input = Json)]
pub async fn conversa_enviar(
    id: ConversaId,
    mensagem_id: MensagemId,
    conteudo: String,
) -> Result<MensagemDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let request = contracts::conversas::EnviarRequest { id: Some(mensagem_id), conteudo };
    services::conversas::enviar(&ctx, id, request).await.map_err(server::err(&ctx))
}

/// A person takes over from the assistant.
#[server(prefix = "/_fn", endpoint = "conversas/assumir")]
pub async fn conversa_assumir(id: ConversaId) -> Result<ConversaDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::conversas::assumir(&ctx, id).await.map_err(server::err(&ctx))
}

/// A person gives the conversa back to the assistant.
#[server(prefix = "/_fn", endpoint = "conversas/devolver")]
pub async fn conversa_devolver(id: ConversaId) -> Result<ConversaDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::conversas::devolver(&ctx, id).await.map_err(server::err(&ctx))
}

/// A person has seen the newest lines.
#[server(prefix = "/_fn", endpoint = "conversas/lida")]
pub async fn conversa_lida(id: ConversaId) -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::conversas::marcar_lida(&ctx, id).await.map_err(server::err(&ctx))
}
