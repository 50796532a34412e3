//! The way to the first answer, and how ready the knowledge is: the questions that customers of the trade ask
//! (`ramos.json`) go through the search that real ones go through, and what it cannot answer is shown to be written.
//!
//! No model is called and nothing counts as use. A run is kept for its text, trade and threshold, so that a page view
//! only reads.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use contracts::prontidao::{PassosDto, PerguntaDto, ProntidaoDto};
use contracts::{ErrorCode, Ramo};
use db::models::primeiros_passos::{self, PrimeirosPassos};
use db::models::prontidao::{self, Prontidao};
use db::models::{configuracao_bot, conhecimento};
use futures::future::try_join_all;
use serde::Deserialize;

use crate::ctx::not_found;
use crate::{Ctx, Error, Result, knowledge};

/// Searches at once: each takes a connection for a moment.
const AO_MESMO_TEMPO: usize = 4;

/// A question as `ramos.json` has it.
#[derive(Debug, Deserialize)]
struct Pergunta {
    chave: String,
    pergunta: String,
    exemplo: String,
}

static RAMOS: LazyLock<BTreeMap<String, Vec<Pergunta>>> = LazyLock::new(|| {
    // A test reads it too; without it there is nothing to ask.
    serde_json::from_str(include_str!("ramos.json")).unwrap_or_default()
});

fn perguntas(ramo: Ramo) -> &'static [Pergunta] {
    RAMOS.get(ramo.as_str()).map_or(&[], Vec::as_slice)
}

/// How far the account has come.
pub async fn passos(ctx: &Ctx) -> Result<PassosDto> {
    let mut tx = ctx.tenant().await?;
    let fatos = primeiros_passos::fatos(&mut tx).await?;
    let dono = primeiros_passos::get(&mut tx).await?;
    tx.commit().await?;
    Ok(PassosDto {
        texto: fatos.texto,
        testou: dono.testou_em.is_some(),
        conectado: fatos.conectado,
        respondeu: fatos.respondeu,
        viu: fatos.viu,
        dispensados: dono.dispensados_em.is_some(),
    })
}

/// Puts the list of steps away, or takes it out again.
pub async fn dispensar(ctx: &Ctx, dispensados: bool) -> Result<PassosDto> {
    let mut tx = ctx.tenant().await?;
    primeiros_passos::set_dispensados(&mut tx, dispensados.then(|| ctx.now())).await?;
    tx.commit().await?;
    passos(ctx).await
}

/// Remembers that the owner has tried a question.
pub(crate) async fn testou(ctx: &Ctx) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    primeiros_passos::testou(&mut tx, ctx.now()).await?;
    Ok(tx.commit().await?)
}

/// The trade's questions and which of them the assistant would answer.
pub async fn get(ctx: &Ctx) -> Result<ProntidaoDto> {
    let mut tx = ctx.tenant().await?;
    let dono = primeiros_passos::get(&mut tx).await?;
    let texto = conhecimento::get(&mut tx).await?;
    let limiar = configuracao_bot::get(&mut tx).await?.limiar_confianca;
    let ultima = prontidao::get(&mut tx).await?;
    tx.commit().await?;
    let versao = texto.as_ref().and_then(|t| t.versao_indexada).unwrap_or(0);
    let ajuste = texto.as_ref().map_or(0.0, |t| t.ajuste_confianca);
    let indexando = texto.is_some_and(|t| t.versao != versao && t.erro.is_none());
    let Some(ramo) = dono.ramo else { return Ok(dto(&dono, versao, indexando, None)) };
    let vazia = Prontidao { ramo, versao, limiar, ajuste, resultado: serde_json::Value::Null, calculada_em: ctx.now() };
    let vale = |p: &Prontidao| {
        let (resultado, calculada_em) = (p.resultado.clone(), p.calculada_em);
        *p == Prontidao { resultado, calculada_em, ..vazia.clone() }
    };
    let run = match ultima.filter(vale) {
        Some(run) => run,
        None => perguntar(ctx, vazia).await?,
    };
    Ok(dto(&dono, versao, indexando, Some(&run)))
}

/// Chooses the trade.
pub async fn escolher(ctx: &Ctx, ramo: Ramo) -> Result<ProntidaoDto> {
    let mut tx = ctx.tenant().await?;
    primeiros_passos::set_ramo(&mut tx, ramo).await?;
    tx.commit().await?;
    get(ctx).await
}

/// Says of a question whether it concerns this business.
///
/// # Errors
/// `not_found` for a question that the trade does not have.
pub async fn ignorar(ctx: &Ctx, chave: &str, ignorada: bool) -> Result<ProntidaoDto> {
    let mut tx = ctx.tenant().await?;
    let mut dono = primeiros_passos::get(&mut tx).await?;
    do_ramo(&dono, chave)?;
    dono.ignoradas.retain(|c| c != chave);
    if ignorada {
        dono.ignoradas.push(chave.to_owned());
    }
    primeiros_passos::set_ignoradas(&mut tx, &dono.ignoradas).await?;
    tx.commit().await?;
    get(ctx).await
}

/// Adds the answer of a question to the text; the assistant knows it as soon as it is indexed.
///
/// # Errors
/// `not_found` for a question that the trade does not have; `validation_failed` for an answer that cannot be added.
pub async fn ensinar(ctx: &Ctx, chave: &str, resposta: &str) -> Result<ProntidaoDto> {
    let mut tx = ctx.tenant().await?;
    let dono = primeiros_passos::get(&mut tx).await?;
    tx.commit().await?;
    let pergunta = do_ramo(&dono, chave)?;
    knowledge::acrescentar(ctx, &pergunta.pergunta, resposta).await?;
    get(ctx).await
}

fn do_ramo(dono: &PrimeirosPassos, chave: &str) -> Result<&'static Pergunta> {
    let todas = dono.ramo.map_or(&[][..], perguntas);
    todas.iter().find(|p| p.chave == chave).ok_or_else(not_found)
}

/// Asks all questions of the trade and keeps the result.
async fn perguntar(ctx: &Ctx, vazia: Prontidao) -> Result<Prontidao> {
    let Prontidao { ramo, versao, limiar, .. } = vazia;
    let mut resultado = BTreeMap::new();
    if versao > 0 {
        for algumas in perguntas(ramo).chunks(AO_MESMO_TEMPO) {
            let buscas = algumas.iter().map(|p| async {
                let found = Box::pin(knowledge::conferir(ctx, &rag::Query::new(&p.pergunta))).await?;
                // Without a model the answer is cut out of the text, so there must be a line to cut.
                let ha_resposta = ctx.app.chat.is_some() || found.extrato.is_some();
                Ok::<_, Error>((p.chave.clone(), found.confianca >= limiar && ha_resposta))
            });
            resultado.extend(try_join_all(buscas).await?);
        }
    }
    let resultado = serde_json::to_value(resultado).map_err(|e| Error::caused(ErrorCode::Internal, e))?;
    let run = Prontidao { resultado, ..vazia };
    let mut tx = ctx.tenant().await?;
    prontidao::put(&mut tx, &run).await?;
    tx.commit().await?;
    tracing::info!(%ramo, versao, "the trade's questions were asked");
    Ok(run)
}

fn dto(dono: &PrimeirosPassos, versao: i32, indexando: bool, run: Option<&Prontidao>) -> ProntidaoDto {
    let todas = run.map_or(&[][..], |r| perguntas(r.ramo));
    let sabe =
        |chave: &str| run.is_some_and(|r| r.resultado.get(chave).and_then(serde_json::Value::as_bool) == Some(true));
    let perguntas: Vec<PerguntaDto> = todas
        .iter()
        .map(|p| PerguntaDto {
            chave: p.chave.clone(),
            pergunta: p.pergunta.clone(),
            exemplo: p.exemplo.clone(),
            respondida: sabe(&p.chave),
            ignorada: dono.ignoradas.contains(&p.chave),
        })
        .collect();
    ProntidaoDto {
        ramo: dono.ramo,
        versao,
        indexando,
        total: perguntas.iter().filter(|p| !p.ignorada).count(),
        respondidas: perguntas.iter().filter(|p| !p.ignorada && p.respondida).count(),
        perguntas,
        calculada_em: run.map(|r| r.calculada_em),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trade_has_its_questions() {
        for ramo in Ramo::ALL {
            let todas = perguntas(*ramo);
            assert!((12..=16).contains(&todas.len()), "{ramo}: {}", todas.len());
            for p in todas {
                assert!(p.pergunta.ends_with('?') && !p.exemplo.is_empty(), "{ramo}: {p:?}");
                assert!(p.chave.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{ramo}: {}", p.chave);
                assert_eq!(todas.iter().filter(|o| o.chave == p.chave).count(), 1, "{ramo}: {}", p.chave);
            }
        }
        assert_eq!(RAMOS.len(), Ramo::ALL.len());
    }
}
