//! The knowledge text and searches in it.
#![expect(missing_docs, reason = "the fields of a server function's struct are its arguments")]

use chrono::{DateTime, Utc};
use contracts::{
    EstadoPergunta, MensagemId, OrigemVersao,
    knowledge::{ImportadoDto, KnowledgeDto, RascunhoDto, SearchDto, VersaoTextoDto, VersoesDto},
    perguntas::PerguntasDto,
};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::error::AppError;

/// The text and the state of its index.
#[server(prefix = "/_fn", endpoint = "knowledge/get", output = crate::codec::Resposta)]
pub async fn knowledge_get() -> Result<KnowledgeDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::knowledge::get(&ctx).await.map_err(server::err(&ctx))
}

/// Saves the text; with `versao`, only over that version. `rascunho` is the draft that it was.
#[server(prefix = "/_fn", endpoint = "knowledge/put", output = crate::codec::Resposta, input = Json)]
pub async fn knowledge_put(
    conteudo_texto: String,
    versao: Option<i32>,
    origem: Option<OrigemVersao>,
    rascunho: Option<DateTime<Utc>>,
) -> Result<KnowledgeDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let update = contracts::knowledge::KnowledgeUpdate { conteudo_texto, versao, origem, rascunho };
    services::knowledge::put(&ctx, update).await.map_err(server::err(&ctx))
}

/// What the assistant would make of a question.
#[server(prefix = "/_fn", endpoint = "knowledge/search", output = crate::codec::Resposta)]
pub async fn knowledge_search(q: String) -> Result<SearchDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::knowledge::search(&ctx, &q).await.map_err(server::err(&ctx))
}

/// The main text of a web page, for a preview.
#[server(prefix = "/_fn", endpoint = "knowledge/importar-pagina", output = crate::codec::Resposta, input = Json)]
pub async fn knowledge_importar_pagina(url: String) -> Result<ImportadoDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::knowledge::importar_pagina(&ctx, &url).await.map_err(server::err(&ctx))
}

/// Adds a question and its answer to the text.
#[server(prefix = "/_fn", endpoint = "knowledge/acrescentar", output = crate::codec::Resposta, input = Json)]
pub async fn knowledge_acrescentar(pergunta: String, resposta: String) -> Result<KnowledgeDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::knowledge::acrescentar(&ctx, &pergunta, &resposta).await.map_err(server::err(&ctx))
}

/// The versions that are kept.
#[server(prefix = "/_fn", endpoint = "knowledge/versoes", output = crate::codec::Resposta)]
pub async fn knowledge_versoes() -> Result<VersoesDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::knowledge::versoes(&ctx).await.map_err(server::err(&ctx))
}

/// One version, and how the text in use differs from it.
#[server(prefix = "/_fn", endpoint = "knowledge/versao", output = crate::codec::Resposta)]
pub async fn knowledge_versao(versao: i32) -> Result<VersaoTextoDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::knowledge::versao(&ctx, versao, None).await.map_err(server::err(&ctx))
}

/// Takes an older version again; with `atual`, only if that one is still in use.
#[server(prefix = "/_fn", endpoint = "knowledge/restaurar", output = crate::codec::Resposta)]
pub async fn knowledge_restaurar(versao: i32, atual: Option<i32>) -> Result<KnowledgeDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let pedido = contracts::knowledge::Restaurar { versao: atual };
    services::knowledge::restaurar(&ctx, versao, &pedido).await.map_err(server::err(&ctx))
}

/// What was typed and not saved.
#[server(prefix = "/_fn", endpoint = "knowledge/rascunho", output = crate::codec::Resposta)]
pub async fn knowledge_rascunho() -> Result<Option<RascunhoDto>, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::knowledge::rascunho(&ctx).await.map_err(server::err(&ctx))
}

/// Keeps what was typed over `versao`, in the place of the draft known as `anterior`.
#[server(prefix = "/_fn", endpoint = "knowledge/rascunho-guardar", output = crate::codec::Resposta, input = Json)]
pub async fn knowledge_rascunho_guardar(
    conteudo_texto: String,
    versao: i32,
    anterior: Option<DateTime<Utc>>,
) -> Result<RascunhoDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let update = contracts::knowledge::RascunhoUpdate { conteudo_texto, versao, anterior };
    services::knowledge::guardar_rascunho(&ctx, &update).await.map_err(server::err(&ctx))
}

/// Throws the draft known as `qual` away.
#[server(prefix = "/_fn", endpoint = "knowledge/rascunho-descartar", output = crate::codec::Resposta, input = Json)]
pub async fn knowledge_rascunho_descartar(qual: DateTime<Utc>) -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::knowledge::descartar_rascunho(&ctx, qual).await.map_err(server::err(&ctx))
}

/// Questions without an answer.
#[server(prefix = "/_fn", endpoint = "perguntas/list", output = crate::codec::Resposta)]
pub async fn perguntas_list(estado: EstadoPergunta) -> Result<PerguntasDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::perguntas::list(&ctx, estado).await.map_err(server::err(&ctx))
}

/// Teaches the answer of a question, and of those like it.
#[server(prefix = "/_fn", endpoint = "perguntas/ensinar", output = crate::codec::Resposta, input = Json)]
pub async fn perguntas_ensinar(id: MensagemId, pergunta: String, resposta: String) -> Result<KnowledgeDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let ensino = contracts::perguntas::Ensinar { pergunta, resposta };
    services::perguntas::ensinar(&ctx, id, &ensino).await.map_err(server::err(&ctx))
}

/// Dismisses a question (`DISPENSADA`) or takes that back (`ABERTA`).
#[server(prefix = "/_fn", endpoint = "perguntas/mudar", output = crate::codec::Resposta, input = Json)]
pub async fn perguntas_mudar(id: MensagemId, estado: EstadoPergunta) -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::perguntas::mudar(&ctx, id, estado).await.map_err(server::err(&ctx))
}
