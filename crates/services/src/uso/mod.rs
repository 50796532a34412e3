//! What the models were asked for and what it cost; and the budget that stops them: at 80 % the owner is told, at 100 %
//! people answer until the month (in Brasília) ends.

mod precos;

use std::time::Duration;

use chrono::{DateTime, Datelike, TimeZone, Utc};
use contracts::avisos::DetalheAviso;
use contracts::uso::{UsoDiaDto, UsoDto, UsoModeloDto};
use contracts::{TipoAviso, TipoUso};
use db::TenantTx;
use db::models::aviso;
use db::models::uso::{self, NewUso};
use integrations::openai::{ChatClient, ChatError, EmbeddingsClient, EmbeddingsError, ModelReply, Tokens, Turn};

pub use precos::Custos;

use crate::assinatura::limites;
use crate::avisos::{self, Novo};
use crate::ctx::new_id;
use crate::emails::Modelo;
use crate::{BRASILIA, Ctx, Result};

/// Why a person is called when the budget is spent.
pub(crate) const MOTIVO_LIMITE: &str = "O limite de uso da IA deste mês foi atingido.";
/// "There is still budget" is believed this long; what is spent meanwhile may exceed it by that much.
const LEMBRADO: Duration = Duration::from_secs(30);
/// Share of the budget from which the owner is told.
const AVISO_EM: f64 = 0.8;

/// A call of a model.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Uso {
    pub tipo: TipoUso,
    /// As the server names it; the price list knows it, or it has no price.
    pub modelo: String,
    pub tokens_entrada: i64,
    pub tokens_saida: i64,
    /// Of audio.
    pub segundos: f32,
}

impl Uso {
    /// A call that is paid by the token.
    pub(crate) fn tokens(tipo: TipoUso, modelo: &str, entrada: i64, saida: i64) -> Self {
        Self { tipo, modelo: modelo.to_owned(), tokens_entrada: entrada, tokens_saida: saida, segundos: 0.0 }
    }
}

/// Records a call, in a transaction of its own: what was paid for stays paid, whatever becomes of the turn. A failure is
/// logged and nothing more: an answer must not be lost for its bill.
pub(crate) async fn registrar(ctx: &Ctx, uso: Uso) {
    if uso.tokens_entrada == 0 && uso.tokens_saida == 0 && uso.segundos <= 0.0 {
        return;
    }
    if let Err(e) = store(ctx, uso).await {
        tracing::error!(error = %e, "a call of a model could not be recorded");
    }
}

async fn store(ctx: &Ctx, uso: Uso) -> Result<()> {
    let custo_usd = ctx.app.custos.usd(&uso);
    let row = NewUso {
        id: new_id(),
        conversa_id: ctx.conversa_id,
        tipo: uso.tipo,
        modelo: uso.modelo,
        tokens_entrada: uso.tokens_entrada,
        tokens_saida: uso.tokens_saida,
        segundos: uso.segundos,
        custo_usd,
        custo_brl: custo_usd.map(|usd| usd * ctx.app.custos.usd_brl),
        created_at: ctx.now(),
    };
    let mut tx = ctx.tenant().await?;
    uso::insert(&mut tx, &row).await?;
    Ok(tx.commit().await?)
}

/// Asks the model for an answer and records what it cost, also where it gave none.
pub(crate) async fn perguntar(
    ctx: &Ctx,
    chat: &ChatClient,
    system: &str,
    messages: &[Turn],
) -> std::result::Result<ModelReply, ChatError> {
    let mut spent = Tokens::default();
    let reply = chat.answer_counting(system, messages, &mut spent).await;
    registrar(ctx, of_tokens(TipoUso::Chat, chat.model(), spent)).await;
    reply
}

/// The vector of a question, recorded likewise.
pub(crate) async fn vetor_da_pergunta(
    ctx: &Ctx,
    client: &EmbeddingsClient,
    q: &str,
) -> std::result::Result<Vec<f32>, EmbeddingsError> {
    let mut spent = Tokens::default();
    let vector = client.embed_query_counting(q, &mut spent).await;
    registrar(ctx, of_tokens(TipoUso::Embedding, client.query_model(), spent)).await;
    vector
}

/// The vectors of pieces of the knowledge, recorded likewise.
pub(crate) async fn vetores_dos_trechos(
    ctx: &Ctx,
    client: &EmbeddingsClient,
    texts: &[String],
) -> std::result::Result<Vec<Vec<f32>>, EmbeddingsError> {
    let mut spent = Tokens::default();
    let vectors = client.embed_passages_counting(texts, &mut spent).await;
    registrar(ctx, of_tokens(TipoUso::Embedding, client.model(), spent)).await;
    vectors
}

fn of_tokens(tipo: TipoUso, modelo: &str, spent: Tokens) -> Uso {
    Uso::tokens(tipo, modelo, i64::from(spent.entrada), i64::from(spent.saida))
}

/// Whether the month's budget allows another call. When that cannot be found out the call is made: silence costs more.
pub(crate) async fn permitido(ctx: &Ctx) -> bool {
    verificar(ctx).await.unwrap_or_else(|e| {
        tracing::error!(error = %e, "the budget could not be read");
        true
    })
}

/// "There is still budget" of this cliente and month.
fn lembrete(ctx: &Ctx, since: DateTime<Utc>) -> Result<String> {
    Ok(format!("uso:{}:{}", ctx.cliente_id()?, since.timestamp()))
}

/// The owner has chosen another budget: it holds from the next call on, and what was told about the old one is over.
pub(crate) async fn orcamento_mudou(ctx: &Ctx) {
    if let Ok(key) = lembrete(ctx, inicio_do_mes(ctx.now()))
        && let Err(e) = ctx.app.kv.delete(&key).await
    {
        tracing::info!(error = %e, "the old budget may hold for some seconds more");
    }
    if let Err(e) = verificar(ctx).await {
        tracing::warn!(error = %e, "the new budget could not be judged");
    }
}

async fn verificar(ctx: &Ctx) -> Result<bool> {
    let since = inicio_do_mes(ctx.now());
    let key = lembrete(ctx, since)?;
    if ctx.app.kv.get(&key).await.ok().flatten().is_some() {
        return Ok(true);
    }
    let mut tx = ctx.tenant().await?;
    let Some(budget) = budget(ctx, &mut tx).await? else { return Ok(true) };
    let spent = uso::spent(&mut tx, since).await?;
    avisar(ctx, &mut tx, spent, budget, since).await?;
    tx.commit().await?;
    let allowed = spent < budget;
    if allowed && let Err(e) = ctx.app.kv.set(&key, "1", LEMBRADO).await {
        tracing::info!(error = %e, "the budget is read again next time");
    }
    Ok(allowed)
}

/// What the plan pays for, or less if the owner wants less; without a plan the owner's own budget, or the installation's.
async fn budget(ctx: &Ctx, tx: &mut TenantTx) -> Result<Option<f64>> {
    let own = uso::budget(tx).await?;
    Ok(match limites::orcamento(tx).await? {
        Some(plano) => Some(own.map_or(plano, |own| own.min(plano))),
        None => own.or(ctx.app.custos.orcamento_padrao_brl),
    })
}

/// Tells the owner, once a month for each step.
async fn avisar(ctx: &Ctx, tx: &mut TenantTx, spent: f64, budget: f64, since: DateTime<Utc>) -> Result<()> {
    let detalhe = DetalheAviso { gasto_brl: Some(spent), orcamento_brl: Some(budget), ..Default::default() };
    let (tipo, email, other) = if spent >= budget {
        let email = Modelo::OrcamentoEsgotado { orcamento: centavos(budget) };
        (TipoAviso::OrcamentoEsgotado, email, TipoAviso::Orcamento80)
    } else if spent >= budget * AVISO_EM {
        let email = Modelo::Orcamento80 { gasto: centavos(spent), orcamento: centavos(budget) };
        (TipoAviso::Orcamento80, email, TipoAviso::OrcamentoEsgotado)
    } else {
        return avisos::dispensar(ctx, tx, &[TipoAviso::Orcamento80, TipoAviso::OrcamentoEsgotado]).await;
    };
    avisos::dispensar(ctx, tx, &[other]).await?;
    if aviso::began_since(tx, tipo, since).await? {
        return Ok(());
    }
    avisos::abrir(ctx, tx, Novo { tipo, desde: ctx.now(), detalhe, email: Some(email) }).await.map(drop)
}

/// This month's calls and budget.
pub async fn mes(ctx: &Ctx) -> Result<UsoDto> {
    let since = inicio_do_mes(ctx.now());
    let mut tx = ctx.tenant().await?;
    let orcamento_brl = budget(ctx, &mut tx).await?;
    let models = uso::by_model(&mut tx, since).await?;
    let days = uso::by_day(&mut tx, since).await?;
    tx.commit().await?;
    let custo_brl: f64 = models.iter().filter_map(|m| m.custo_brl).sum();
    let percentual = orcamento_brl.filter(|b| *b > 0.0).map(|b| custo_brl / b * 100.0);
    let sem_preco = models.iter().map(|m| m.sem_preco).sum();
    let model = |m: uso::PorModelo| UsoModeloDto {
        tipo: m.tipo,
        modelo: m.modelo,
        chamadas: m.chamadas,
        tokens_entrada: m.tokens_entrada,
        tokens_saida: m.tokens_saida,
        segundos: m.segundos,
        custo_usd: m.custo_usd,
        custo_brl: m.custo_brl,
    };
    let day = |d: uso::PorDia| UsoDiaDto { dia: d.dia, chamadas: d.chamadas, custo_brl: d.custo_brl };
    Ok(UsoDto {
        mes: since.format("%Y-%m").to_string(),
        custo_brl,
        orcamento_brl,
        percentual,
        sem_preco,
        por_modelo: models.into_iter().map(model).collect(),
        por_dia: days.into_iter().map(day).collect(),
    })
}

/// Midnight in Brasília at the first of the month.
pub(crate) fn inicio_do_mes(now: DateTime<Utc>) -> DateTime<Utc> {
    let here = now.with_timezone(&BRASILIA);
    let first = BRASILIA.with_ymd_and_hms(here.year(), here.month(), 1, 0, 0, 0).single();
    first.map_or(now, |first| first.with_timezone(&Utc))
}

/// `R$ 1.234,50` without the points, which mails of such sums do not need.
#[expect(clippy::cast_possible_truncation, reason = "a budget is far below 2^53 centavos")]
fn centavos(valor: f64) -> i64 {
    (valor * 100.0).round() as i64
}

pub(crate) fn reais(valor: f64) -> String {
    format!("R$ {valor:.2}").replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_begins_at_midnight_in_brasilia() {
        let table = [
            ("2026-11-22T12:00:00Z", "2026-11-01T03:00:00Z"),
            ("2026-12-01T02:59:59Z", "2026-11-01T03:00:00Z"),
            ("2026-12-01T03:00:00Z", "2026-12-01T03:00:00Z"),
            ("2027-01-01T01:00:00Z", "2026-12-01T03:00:00Z"),
        ];
        for (now, begin) in table {
            let parse = |t: &str| t.parse::<DateTime<Utc>>().unwrap();
            assert_eq!(inicio_do_mes(parse(now)), parse(begin), "{now}");
        }
    }
}
