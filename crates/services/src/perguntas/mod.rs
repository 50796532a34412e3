//! Questions of the last days that the knowledge did not answer: found in the stored replies, put together where they ask
//! the same, and answered by a person for the next time.
//!
//! Nothing of a question is stored here: `perguntas` notes for each reply what the owner has done about it, and both go
//! with the message. Groups are made anew at each look, always the same for the same messages.

mod grupos;

use chrono::TimeDelta;
use contracts::knowledge::KnowledgeDto;
use contracts::perguntas::{ContagensPerguntas, Ensinar, PerguntaDto, PerguntasDto};
use contracts::{EstadoPergunta, MensagemId};
use db::TenantTx;
use db::models::configuracao_bot;
use db::models::conhecimento::{self, Conhecimento};
use db::models::pergunta::{self, SemResposta};

use crate::atendimento::FALTA_CONHECIMENTO;
use crate::ctx::not_found;
use crate::{Ctx, Result, knowledge};
use grupos::Grupo;

/// How far it looks back.
const DIAS: i32 = 30;
/// Newest replies that are looked at.
const RESPOSTAS: i64 = 1_000;
/// Groups that are shown; with them counts stay exact.
const MOSTRADAS: usize = 50;
/// Other wordings shown of a group.
const VARIANTES: usize = 3;

/// The groups in `estado`.
pub async fn list(ctx: &Ctx, estado: EstadoPergunta) -> Result<PerguntasDto> {
    let mut tx = ctx.tenant().await?;
    let limiar = configuracao_bot::get(&mut tx).await?.limiar_confianca;
    let grupos = load(ctx, &mut tx, limiar).await?;
    let texto = conhecimento::get(&mut tx).await?;
    tx.commit().await?;
    let count = |e| grupos.iter().filter(|g| g.estado() == e).count();
    let contagens = ContagensPerguntas {
        abertas: count(EstadoPergunta::Aberta),
        ensinadas: count(EstadoPergunta::Ensinada),
        dispensadas: count(EstadoPergunta::Dispensada),
    };
    let mut asked: Vec<&Grupo> = grupos.iter().filter(|g| g.estado() == estado).collect();
    asked.sort_by_key(|g| std::cmp::Reverse((g.abertas(), g.ultima().map(|r| r.em))));
    let mut itens = Vec::new();
    for grupo in asked.into_iter().take(MOSTRADAS) {
        let ja_sabe = estado == EstadoPergunta::Aberta && knows(ctx, texto.as_ref(), grupo, limiar).await;
        itens.extend(dto(grupo, ja_sabe));
    }
    // What the text answers by now needs nobody any more.
    itens.sort_by_key(|i| i.ja_sabe);
    Ok(PerguntasDto { dias: DIAS, itens, contagens })
}

/// Writes the answer into the knowledge and notes the group as taught, in one transaction.
pub async fn ensinar(ctx: &Ctx, id: MensagemId, ensino: &Ensinar) -> Result<KnowledgeDto> {
    let mut tx = ctx.tenant().await?;
    // First, as everybody who saves: then two who teach at once do so one after the other.
    let dto = knowledge::acrescentar_em(ctx, &mut tx, &ensino.pergunta, &ensino.resposta).await?;
    note(ctx, &mut tx, id, EstadoPergunta::Ensinada).await?;
    tx.commit().await?;
    Ok(dto)
}

/// Notes the group as one that needs no answer, or (`Aberta`) as not dealt with.
pub async fn mudar(ctx: &Ctx, id: MensagemId, estado: EstadoPergunta) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    note(ctx, &mut tx, id, estado).await?;
    Ok(tx.commit().await?)
}

/// Marks a reply of the assistant as one that did not answer, so that it appears here, or takes the mark away.
pub async fn marcar(ctx: &Ctx, id: MensagemId, marcada: bool) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    if !pergunta::marcar(&mut tx, id, marcada, ctx.now()).await? && marcada {
        return Err(not_found());
    }
    Ok(tx.commit().await?)
}

async fn note(ctx: &Ctx, tx: &mut TenantTx, id: MensagemId, estado: EstadoPergunta) -> Result<()> {
    let limiar = configuracao_bot::get(tx).await?.limiar_confianca;
    let grupos = load(ctx, tx, limiar).await?;
    let grupo = grupos.iter().find(|g| g.respostas.iter().any(|r| r.id == id)).ok_or_else(not_found)?;
    let ids: Vec<MensagemId> = grupo.respostas.iter().map(|r| r.id).collect();
    Ok(pergunta::set_estado(tx, &ids, estado, ctx.now()).await?)
}

async fn load(ctx: &Ctx, tx: &mut TenantTx, limiar: f32) -> Result<Vec<Grupo>> {
    let since = ctx.now() - TimeDelta::days(DIAS.into());
    let rows = pergunta::sem_resposta(tx, since, &FALTA_CONHECIMENTO, limiar, RESPOSTAS).await?;
    Ok(grupos::agrupar(rows))
}

/// Whether the text in use would do for the question now. By words only: a look at the list asks no model.
async fn knows(ctx: &Ctx, texto: Option<&Conhecimento>, grupo: &Grupo, limiar: f32) -> bool {
    let (Ok(cliente_id), Some(texto), Some(pergunta)) = (ctx.cliente_id(), texto, grupo.textos.last()) else {
        return false;
    };
    let versao = texto.versao_indexada.unwrap_or(0);
    let found = ctx.app.retriever.search(cliente_id.0, versao, &rag::Query::new(pergunta), None).await;
    // An index that is being made again says nothing.
    found.is_ok_and(|r| rag::shifted(r.confianca, texto.ajuste_confianca) >= limiar)
}

fn dto(grupo: &Grupo, ja_sabe: bool) -> Option<PerguntaDto> {
    let (ultima, pergunta) = (grupo.ultima()?, grupo.textos.last()?);
    let mut variantes: Vec<String> = Vec::new();
    for texto in grupo.textos.iter().rev() {
        let same = |other: &String| rag::analyse::folded_words(other) == rag::analyse::folded_words(texto);
        if variantes.len() < VARIANTES && !same(pergunta) && !variantes.iter().any(same) {
            variantes.push(texto.clone());
        }
    }
    Some(PerguntaDto {
        id: ultima.id,
        pergunta: pergunta.clone(),
        variantes,
        vezes: grupo.vezes(),
        ultima_em: ultima.em,
        conversa_id: ultima.conversa_id,
        contato: nome(ultima),
        estado: grupo.estado(),
        ja_sabe,
        voltou: grupo.voltou(),
    })
}

fn nome(row: &SemResposta) -> String {
    row.nome.clone().filter(|n| !n.trim().is_empty()).unwrap_or_else(|| row.numero.clone())
}
