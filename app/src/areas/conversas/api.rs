//! Conversations and what a person does with them.
#![expect(missing_docs, reason = "the fields of a server function's struct are its arguments")]

use contracts::{
    ContatoId, ConversaId, MensagemId, RespostaProntaId,
    contatos::ContatoDetalheDto,
    conversas::{ConversaDto, ConversasDto, ConversasFiltro, MensagemDto, ThreadDto},
    respostas::RespostaProntaDto,
};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::error::AppError;

/// A page of the list, and how many are in each state.
#[server(prefix = "/_fn", endpoint = "conversas/list", output = crate::codec::Resposta, input = Json)]
pub async fn conversas_list(filtro: ConversasFiltro) -> Result<ConversasDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::conversas::list(&ctx, filtro).await.map_err(server::err(&ctx))
}

/// The newest page of a thread, or the one before `antes`.
#[server(prefix = "/_fn", endpoint = "conversas/get", output = crate::codec::Resposta)]
pub async fn conversa_get(id: ConversaId, antes: Option<MensagemId>) -> Result<ThreadDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::conversas::get(&ctx, id, antes, None).await.map_err(server::err(&ctx))
}

/// The newest lines back to this one, which was found.
#[server(prefix = "/_fn", endpoint = "conversas/ate", output = crate::codec::Resposta)]
pub async fn conversa_ate(id: ConversaId, mensagem_id: MensagemId) -> Result<ThreadDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::conversas::get(&ctx, id, None, Some(mensagem_id)).await.map_err(server::err(&ctx))
}

/// Sends what a person wrote. The same `mensagem_id` twice sends once.
#[server(prefix = "/_fn", endpoint = "conversas/enviar", output = crate::codec::Resposta, input = Json)]
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
#[server(prefix = "/_fn", endpoint = "conversas/assumir", output = crate::codec::Resposta)]
pub async fn conversa_assumir(id: ConversaId) -> Result<ConversaDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::conversas::assumir(&ctx, id).await.map_err(server::err(&ctx))
}

/// A person gives the conversa back to the assistant.
#[server(prefix = "/_fn", endpoint = "conversas/devolver", output = crate::codec::Resposta)]
pub async fn conversa_devolver(id: ConversaId) -> Result<ConversaDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::conversas::devolver(&ctx, id).await.map_err(server::err(&ctx))
}

/// A person has seen the newest lines.
#[server(prefix = "/_fn", endpoint = "conversas/lida", output = crate::codec::Resposta)]
pub async fn conversa_lida(id: ConversaId) -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::conversas::marcar_lida(&ctx, id).await.map_err(server::err(&ctx))
}

/// A person leaves it for later, as if it had not been seen.
#[server(prefix = "/_fn", endpoint = "conversas/nao-lida", output = crate::codec::Resposta)]
pub async fn conversa_nao_lida(id: ConversaId) -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::conversas::marcar_nao_lida(&ctx, id).await.map_err(server::err(&ctx))
}

/// Nothing is left to do. `visto`: the newest line the person has seen.
#[server(prefix = "/_fn", endpoint = "conversas/resolver", output = crate::codec::Resposta, input = Json)]
pub async fn conversa_resolver(id: ConversaId, visto: Option<MensagemId>) -> Result<ConversaDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let request = contracts::conversas::ResolverRequest { visto };
    services::conversas::resolver(&ctx, id, request).await.map_err(server::err(&ctx))
}

/// Opens a resolved conversa again.
#[server(prefix = "/_fn", endpoint = "conversas/reabrir", output = crate::codec::Resposta)]
pub async fn conversa_reabrir(id: ConversaId) -> Result<ConversaDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::conversas::reabrir(&ctx, id).await.map_err(server::err(&ctx))
}

/// Adds a private note. The same `mensagem_id` twice notes once.
#[server(prefix = "/_fn", endpoint = "conversas/nota", output = crate::codec::Resposta, input = Json)]
pub async fn conversa_nota(id: ConversaId, mensagem_id: MensagemId, conteudo: String) -> Result<MensagemDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let request = contracts::conversas::NotaRequest { id: Some(mensagem_id), conteudo };
    services::conversas::anotar(&ctx, id, request).await.map_err(server::err(&ctx))
}

/// Removes a private note.
#[server(prefix = "/_fn", endpoint = "conversas/apagar-nota", output = crate::codec::Resposta, input = Json)]
pub async fn conversa_apagar_nota(id: ConversaId, mensagem_id: MensagemId) -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::conversas::apagar_nota(&ctx, id, mensagem_id).await.map_err(server::err(&ctx))
}

/// Sends a line once more that was given up.
#[server(prefix = "/_fn", endpoint = "conversas/reenviar", output = crate::codec::Resposta, input = Json)]
pub async fn mensagem_reenviar(id: ConversaId, mensagem_id: MensagemId) -> Result<MensagemDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::conversas::reenviar(&ctx, id, mensagem_id).await.map_err(server::err(&ctx))
}

/// The canned replies, by their atalho.
#[server(prefix = "/_fn", endpoint = "respostas/list", output = crate::codec::Resposta)]
pub async fn respostas_list() -> Result<Vec<RespostaProntaDto>, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::respostas::list(&ctx).await.map_err(server::err(&ctx))
}

/// Adds a canned reply.
#[server(prefix = "/_fn", endpoint = "respostas/criar", output = crate::codec::Resposta, input = Json)]
pub async fn resposta_criar(atalho: String, texto: String) -> Result<RespostaProntaDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let request = contracts::respostas::RespostaProntaRequest { atalho, texto, versao: None };
    services::respostas::criar(&ctx, request).await.map_err(server::err(&ctx))
}

/// Changes a canned reply, unless somebody else has since `versao`.
#[server(prefix = "/_fn", endpoint = "respostas/salvar", output = crate::codec::Resposta, input = Json)]
pub async fn resposta_salvar(
    id: RespostaProntaId,
    atalho: String,
    texto: String,
    versao: i32,
) -> Result<RespostaProntaDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let request = contracts::respostas::RespostaProntaRequest { atalho, texto, versao: Some(versao) };
    services::respostas::salvar(&ctx, id, request).await.map_err(server::err(&ctx))
}

/// Removes a canned reply.
#[server(prefix = "/_fn", endpoint = "respostas/apagar", output = crate::codec::Resposta)]
pub async fn resposta_apagar(id: RespostaProntaId) -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::respostas::apagar(&ctx, id).await.map_err(server::err(&ctx))
}

/// A contato, with what is known of it.
#[server(prefix = "/_fn", endpoint = "contatos/get", output = crate::codec::Resposta)]
pub async fn contato_get(id: ContatoId) -> Result<ContatoDetalheDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::contatos::get(&ctx, id).await.map_err(server::err(&ctx))
}

/// Saves what the business notes about a contato, unless somebody else has since `versao`.
#[server(prefix = "/_fn", endpoint = "contatos/anotar", output = crate::codec::Resposta, input = Json)]
pub async fn contato_anotar(
    id: ContatoId,
    anotacoes: String,
    versao: Option<i32>,
) -> Result<ContatoDetalheDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let request = contracts::contatos::AnotacoesRequest { anotacoes, versao };
    services::contatos::anotar(&ctx, id, request).await.map_err(server::err(&ctx))
}

/// Erases a contato with everything that is kept of it. There is no way back.
#[server(prefix = "/_fn", endpoint = "contatos/apagar", output = crate::codec::Resposta)]
pub async fn contato_apagar(id: ContatoId) -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    Box::pin(services::contatos::apagar(&ctx, id)).await.map_err(server::err(&ctx))
}
