//! The knowledge text and searches in it.
#![expect(missing_docs, reason = "the fields of a server function's struct are its arguments")]

use contracts::knowledge::{KnowledgeDto, SearchDto};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::error::AppError;

/// The text and the state of its index.
#[server(prefix = "/_fn", endpoint = "knowledge/get")]
pub async fn knowledge_get() -> Result<KnowledgeDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::knowledge::get(&ctx).await.map_err(server::err(&ctx))
}

/// Saves the text; with `versao`, only over that version.
#[server(prefix = "/_fn", endpoint = "knowledge/put", input = Json)]
pub async fn knowledge_put(conteudo_texto: String, versao: Option<i32>) -> Result<KnowledgeDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let update = contracts::knowledge::KnowledgeUpdate { conteudo_texto, versao };
    services::knowledge::put(&ctx, update).await.map_err(server::err(&ctx))
}

/// What the assistant would make of a question.
#[server(prefix = "/_fn", endpoint = "knowledge/search")]
pub async fn knowledge_search(q: String) -> Result<SearchDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::knowledge::search(&ctx, &q).await.map_err(server::err(&ctx))
}
