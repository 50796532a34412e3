//! The business's own text: saved at once, indexed by a job, searched by the pipeline and by the trial box. Each save is kept
//! as a version; what is typed and not saved is kept as a draft.

mod acrescentar;
mod importar;
mod index;
mod rascunho;
mod versoes;

use contracts::eventos::Evento;
use contracts::knowledge::{ChunkDto, DecisaoTeste, KnowledgeDto, KnowledgeUpdate, SearchDto};
use contracts::{ErrorCode, OrigemVersao, StatusIndexacao, validate};
use db::TenantTx;
use db::models::conhecimento::{self, Conhecimento};
use db::models::conhecimento_versao::{self, Nota};
use db::models::{cliente, configuracao_bot};
use jobs::NewJob;

pub use acrescentar::acrescentar;
pub(crate) use acrescentar::acrescentar_em;
pub use importar::{importar_arquivo, importar_pagina};
pub use index::{index_failed, reindex, run_index_job};
pub use rascunho::{get as rascunho, put as guardar_rascunho, remove as descartar_rascunho};
pub use versoes::{get as versao, list as versoes, restaurar};

use crate::assinatura::limites;
use crate::atendimento::{Decisao, Turno};
use crate::ctx::not_found;
use crate::{Actor, Ctx, Error, Result, atendimento, eventos, prontidao, uso};

/// Kind and queue of the indexing job.
pub const JOB: &str = "indexar";
/// Longest question the trial box takes, in characters.
const PERGUNTA_MAX: usize = 1_000;

/// The text and the state of its index.
pub async fn get(ctx: &Ctx) -> Result<KnowledgeDto> {
    let mut tx = ctx.tenant().await?;
    let row = conhecimento::get(&mut tx).await?;
    let chunks = conhecimento::count_chunks(&mut tx).await?;
    let limite = limites::conhecimento(&mut tx).await?;
    tx.commit().await?;
    Ok(dto(row, chunks, limite))
}

/// Saves the text; the assistant answers from it as soon as the job has indexed it, and from the old one until then.
pub async fn put(ctx: &Ctx, update: KnowledgeUpdate) -> Result<KnowledgeDto> {
    // The plan's own limit comes with the text that was there, in `salvar`.
    validate::conteudo_texto(&update.conteudo_texto, validate::CONHECIMENTO_LIMITE)
        .map_err(|m| Error::field("conteudo_texto", m))?;
    let origem = update.origem.filter(|o| *o == OrigemVersao::Importacao).unwrap_or(OrigemVersao::Edicao);
    let mut tx = ctx.tenant().await?;
    let dto = salvar(ctx, &mut tx, &update.conteudo_texto, update.versao, origem, None).await?;
    if let Some(qual) = update.rascunho {
        conhecimento_versao::delete_rascunho(&mut tx, qual).await?;
    }
    tx.commit().await?;
    Ok(dto)
}

/// Saves a checked text as the next version and queues its indexing; `Conflict` if the version in use is not `esperada`,
/// `LimiteDoPlano` if it is too long for the plan.
async fn salvar(
    ctx: &Ctx,
    tx: &mut TenantTx,
    texto: &str,
    esperada: Option<i32>,
    origem: OrigemVersao,
    restaurada_de: Option<i32>,
) -> Result<KnowledgeDto> {
    let cliente_id = ctx.cliente_id()?;
    let now = ctx.now();
    let antes = conhecimento::get(tx).await?.map(|c| c.conteudo_texto).unwrap_or_default();
    limites::cabe(tx, texto, &antes).await?;
    let row = conhecimento::put(tx, texto, esperada, now).await?.ok_or(ErrorCode::Conflict)?;
    let autor = match ctx.actor {
        Actor::Cliente { .. } => cliente::get(tx).await?.map(|c| c.nome),
        _ => None,
    };
    versoes::keep(ctx, tx, &row, &Nota { origem, restaurada_de, autor }).await?;
    let job = NewJob::new(JOB, JOB)
        .key(cliente_id.to_string())
        .group(format!("{JOB}:{cliente_id}"))
        .tenant(cliente_id.0)
        .request_id(&ctx.request_id)
        .payload(&serde_json::json!({}))
        .max_attempts(8);
    jobs::enqueue(tx.connection(), &job, now).await?;
    eventos::emit(ctx, tx, &Evento::Conhecimento { indexacao: row.indexacao }).await?;
    let chunks = conhecimento::count_chunks(tx).await?;
    let limite = limites::conhecimento(tx).await?;
    Ok(dto(Some(row), chunks, limite))
}

/// What the assistant would do with this question. Sends nothing.
pub async fn search(ctx: &Ctx, q: &str) -> Result<SearchDto> {
    let q = q.trim();
    if q.is_empty() {
        return Err(Error::field("q", "Escreva uma pergunta para testar.".into()));
    }
    if q.chars().count() > PERGUNTA_MAX {
        return Err(Error::field("q", format!("A pergunta pode ter até {PERGUNTA_MAX} caracteres.")));
    }
    validate::sem_nul(q).map_err(|m| Error::field("q", m))?;
    let mut tx = ctx.tenant().await?;
    let config = configuracao_bot::get(&mut tx).await?;
    let quem = cliente::get(&mut tx).await?.ok_or_else(not_found)?;
    let texto = conhecimento::get(&mut tx).await?.map(|c| c.conteudo_texto);
    tx.commit().await?;
    let turno = Turno { empresa: &quem.nome, pergunta: q, memoria: &[], config: &config };
    // The way that a message takes, short of writing anything down.
    let (decisao, found) = Box::pin(atendimento::experimentar(ctx, &turno)).await?;
    prontidao::testou(ctx).await?;
    let mut dto = SearchDto {
        q: q.to_owned(),
        decisao: DecisaoTeste::Cala,
        motivo: None,
        confianca: found.as_ref().map_or(0.0, |f| f.confianca),
        limiar: config.limiar_confianca,
        resposta: None,
        linha: found.as_ref().and_then(|f| f.extrato.as_ref()).map(|e| e.texto.clone()),
        usados: Vec::new(),
        faltam: Vec::new(),
        modo: found.as_ref().map_or("palavras", |f| f.modo).to_owned(),
        chunks: found.as_ref().map(|f| fontes(f).into_iter().take(rag::JUDGED).collect()).unwrap_or_default(),
    };
    match decisao {
        Decisao::Responder { texto, confianca, fontes, .. } => {
            dto.decisao = if found.is_some() { DecisaoTeste::Responde } else { DecisaoTeste::Conversa };
            dto.confianca = confianca.unwrap_or(dto.confianca);
            dto.resposta = Some(texto);
            dto.usados = ordens(&fontes);
        }
        Decisao::Passar { motivo, confianca, .. } => {
            dto.decisao = DecisaoTeste::ChamaPessoa;
            dto.confianca = confianca.unwrap_or(dto.confianca);
            dto.motivo = Some(motivo.to_owned());
            if found.is_some() {
                dto.faltam = faltam(q, texto.as_deref().unwrap_or_default());
            }
        }
        Decisao::Parar => dto.decisao = DecisaoTeste::Para,
        Decisao::Calar => {}
    }
    Ok(dto)
}

/// The places of the pieces in `fontes`, as the inbox gets them.
fn ordens(fontes: &serde_json::Value) -> Vec<i32> {
    let of = |f: &serde_json::Value| f.get("ordem")?.as_i64()?.try_into().ok();
    fontes.as_array().into_iter().flatten().filter_map(of).collect()
}

/// Words of the question that the text has in no form and no other word for.
fn faltam(q: &str, texto: &str) -> Vec<String> {
    let known: std::collections::HashSet<String> = rag::analyse::analyse(texto).into_iter().map(|t| t.stem).collect();
    let has = |stem: &str| known.contains(stem) || rag::analyse::related(stem).iter().any(|r| known.contains(r));
    let asked = rag::analyse::analyse_query(q).into_iter();
    asked.filter(|t| !t.hint && !has(&t.stem)).map(|t| t.surface).take(5).collect()
}

/// The best pieces for a question, with the probability that they hold its answer.
pub(crate) async fn retrieve(ctx: &Ctx, q: &rag::Query) -> Result<rag::Retrieval> {
    let vector = match &ctx.app.embeddings {
        // Words alone still answer when the embeddings server is away.
        Some(client) => uso::vetor_da_pergunta(ctx, client, &q.to_embed())
            .await
            .inspect_err(|e| tracing::warn!(error = %e, "no query vector"))
            .ok(),
        None => None,
    };
    encontrar(ctx, q, vector).await
}

/// The same for a question of ours: on nobody's bill.
pub(crate) async fn conferir(ctx: &Ctx, q: &rag::Query) -> Result<rag::Retrieval> {
    let vector = match &ctx.app.embeddings {
        Some(client) => client.embed_query(&q.to_embed()).await.ok(),
        None => None,
    };
    encontrar(ctx, q, vector).await
}

async fn encontrar(ctx: &Ctx, q: &rag::Query, vector: Option<Vec<f32>>) -> Result<rag::Retrieval> {
    let cliente_id = ctx.cliente_id()?;
    let mut tx = ctx.tenant().await?;
    let row = conhecimento::get(&mut tx).await?;
    tx.commit().await?;
    let versao = row.as_ref().and_then(|c| c.versao_indexada).unwrap_or(0);
    let ajuste = row.map_or(0.0, |c| c.ajuste_confianca);
    let find = || async {
        let found = ctx.app.retriever.search(cliente_id.0, versao, q, vector.as_deref()).await?;
        Ok(rag::Retrieval { confianca: rag::shifted(found.confianca, ajuste), ..found })
    };
    let found = find().await;
    if versao > 0 && index::must_rebuild(&found, versao) {
        tracing::warn!(%cliente_id, "index is missing or broken; rebuilding it from the database");
        reindex(ctx).await?;
        return find().await.map_err(|e| Error::caused(ErrorCode::Internal, e));
    }
    found.map_err(|e| Error::caused(ErrorCode::Internal, e))
}

/// The pieces as the browser shows them.
pub(crate) fn fontes(found: &rag::Retrieval) -> Vec<ChunkDto> {
    let one =
        |h: &rag::Hit| ChunkDto { ordem: h.ordem, titulo: h.titulo.clone(), texto: h.texto.clone(), pontos: h.pontos };
    found.hits.iter().map(one).collect()
}

fn dto(row: Option<Conhecimento>, chunks: i64, limite: usize) -> KnowledgeDto {
    let Some(row) = row else {
        return KnowledgeDto {
            conteudo_texto: String::new(),
            caracteres: 0,
            limite,
            versao: 0,
            indexacao: StatusIndexacao::Vazio,
            erro: None,
            chunks: 0,
            updated_at: None,
        };
    };
    KnowledgeDto {
        caracteres: row.conteudo_texto.chars().count(),
        conteudo_texto: row.conteudo_texto,
        limite,
        versao: row.versao,
        indexacao: row.indexacao,
        erro: row.erro,
        chunks: i32::try_from(chunks).unwrap_or(i32::MAX),
        updated_at: Some(row.updated_at),
    }
}
