//! From text to index. Postgres holds text and vectors; LanceDB is made from them and can be made again.

use std::collections::HashMap;
use std::sync::Arc;

use contracts::eventos::Evento;
use contracts::{ErrorCode, StatusIndexacao};
use db::models::conhecimento::{self, ChunkRow};
use jobs::{Job, JobCtx, JobError};
use rag::{Chunk, StoreError};

use crate::{App, Ctx, Error, Result, eventos, sha256, uso};

/// Whether the index must be made again before it can be asked: it is broken, or gone although we know it was made.
pub(super) fn must_rebuild(found: &std::result::Result<rag::Retrieval, StoreError>, versao: i32) -> bool {
    match found {
        Ok(r) => r.versao < versao,
        Err(e) => matches!(e, StoreError::Corrupt { .. }),
    }
}

/// Indexes what the database holds. The job ends in the transaction that says so.
pub async fn run_index_job(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job.job)?;
    index(&ctx, Some(&job)).await.map_err(JobError::retry)
}

/// Tells the owner that indexing was given up; the previous index still answers.
pub async fn index_failed(app: Arc<App>, job: Job) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job)?;
    let work = async {
        let mut tx = ctx.tenant().await?;
        if let Some(row) = conhecimento::get(&mut tx).await? {
            let erro = "Não conseguimos preparar o texto. Salve de novo; se continuar, fale com o suporte.";
            set_state(&ctx, &mut tx, row.versao, StatusIndexacao::Erro, Some(erro)).await?;
        }
        Ok::<_, Error>(tx.commit().await?)
    };
    work.await.map_err(JobError::retry)
}

/// Makes the index again from the database, whatever its state.
pub async fn reindex(ctx: &Ctx) -> Result<()> {
    index(ctx, None).await
}

async fn index(ctx: &Ctx, job: Option<&JobCtx>) -> Result<()> {
    // A text saved meanwhile, or another process indexing: what is in LanceDB at the end must be the newest.
    while !index_once(ctx, job).await? {
        tracing::info!("the text has changed while it was indexed");
    }
    Ok(())
}

/// `false`: a newer text has been saved meanwhile.
async fn index_once(ctx: &Ctx, job: Option<&JobCtx>) -> Result<bool> {
    let cliente_id = ctx.cliente_id()?;
    let mut tx = ctx.tenant().await?;
    let Some(row) = conhecimento::get(&mut tx).await? else {
        finish(job, &mut tx).await?;
        tx.commit().await?;
        return Ok(true);
    };
    let old = conhecimento::chunks(&mut tx).await?;
    set_state(ctx, &mut tx, row.versao, StatusIndexacao::Indexando, None).await?;
    tx.commit().await?;

    let chunks = rag::chunk(&row.conteudo_texto);
    let (model, vectors) = vectors(ctx, &chunks, &old).await?;
    let retriever = &ctx.app.retriever;
    let replaced = retriever.store().replace(cliente_id.0, row.versao, &chunks, vectors.as_deref(), &model).await;
    replaced.map_err(|e| Error::caused(ErrorCode::Internal, e))?;
    retriever.invalidate(cliente_id.0);

    let rows: Vec<ChunkRow> = chunks
        .iter()
        .enumerate()
        .map(|(i, c)| ChunkRow {
            cliente_id,
            ordem: c.ordem,
            titulo: c.titulo.clone(),
            texto: c.texto.clone(),
            texto_sha256: fingerprint(c),
            modelo: vectors.is_some().then(|| model.clone()),
            vetor: vectors.as_ref().and_then(|v| v.get(i).cloned()),
        })
        .collect();
    let mut tx = ctx.tenant().await?;
    if conhecimento::lock_versao(&mut tx).await? != Some(row.versao) {
        tx.commit().await?;
        return Ok(false);
    }
    conhecimento::replace_chunks(&mut tx, &rows).await?;
    conhecimento::set_versao_indexada(&mut tx, row.versao).await?;
    set_state(ctx, &mut tx, row.versao, StatusIndexacao::Pronto, None).await?;
    finish(job, &mut tx).await?;
    tx.commit().await?;
    tracing::info!(%cliente_id, versao = row.versao, chunks = rows.len(), "knowledge indexed");
    Ok(true)
}

async fn finish(job: Option<&JobCtx>, tx: &mut db::TenantTx) -> Result<()> {
    if let Some(job) = job {
        job.finish(tx.connection()).await?;
    }
    Ok(())
}

/// Moves the state and tells the browser; a text saved meanwhile keeps its own.
async fn set_state(
    ctx: &Ctx,
    tx: &mut db::TenantTx,
    versao: i32,
    indexacao: StatusIndexacao,
    erro: Option<&str>,
) -> Result<()> {
    if conhecimento::set_indexacao(tx, versao, indexacao, erro).await? {
        eventos::emit(ctx, tx, &Evento::Conhecimento { indexacao }).await?;
    }
    Ok(())
}

/// The embedding model's name and a vector for each piece; an unchanged piece keeps the one it had.
async fn vectors(ctx: &Ctx, chunks: &[Chunk], old: &[ChunkRow]) -> Result<(String, Option<Vec<Vec<f32>>>)> {
    let Some(client) = &ctx.app.embeddings else { return Ok((String::new(), None)) };
    let model = client.model().to_owned();
    let mut known: HashMap<Vec<u8>, Vec<f32>> = old
        .iter()
        .filter(|c| c.modelo.as_deref() == Some(&model))
        .filter_map(|c| Some((c.texto_sha256.clone(), c.vetor.clone()?)))
        .collect();
    let missing: Vec<&Chunk> = chunks.iter().filter(|c| !known.contains_key(&fingerprint(c))).collect();
    let texts: Vec<String> = missing.iter().map(|c| passage(c)).collect();
    if !texts.is_empty() {
        let made = uso::vetores_dos_trechos(ctx, client, &texts)
            .await
            .map_err(|e| Error::caused(ErrorCode::Unavailable, e))?;
        known.extend(missing.iter().map(|c| fingerprint(c)).zip(made));
    }
    let all: Option<Vec<Vec<f32>>> = chunks.iter().map(|c| known.get(&fingerprint(c)).cloned()).collect();
    Ok((model, all))
}

/// What is embedded: the piece under its heading.
fn passage(c: &Chunk) -> String {
    c.titulo.as_ref().map_or_else(|| c.texto.clone(), |t| format!("{t}\n{}", c.texto))
}

fn fingerprint(c: &Chunk) -> Vec<u8> {
    sha256(&passage(c))
}
