//! How the assistant of a cliente speaks, when people are there, how long messages are kept (plan, phase 7).

use contracts::ErrorCode;
use contracts::config::{ConfigDto, ConfigUpdate, ORCAMENTO_BRL};
use db::TenantTx;
use db::models::configuracao_bot::{self, ConfiguracaoBot, ConfiguracaoBotChange};

use crate::assinatura::limites;
use crate::{Ctx, Error, Result, uso};

/// The configuration.
pub async fn get(ctx: &Ctx) -> Result<ConfigDto> {
    let mut tx = ctx.tenant().await?;
    let row = configuracao_bot::get(&mut tx).await?;
    let dto = dto(ctx, &mut tx, row).await?;
    tx.commit().await?;
    Ok(dto)
}

/// Saves what is given; refused, it leaves everything as it is.
///
/// # Errors
/// `validation_failed` with a sentence for each field; `conflict` if somebody has saved since `versao`.
pub async fn put(ctx: &Ctx, update: ConfigUpdate) -> Result<ConfigDto> {
    let fields = update.errors();
    if !fields.is_empty() {
        return Err(Error { fields, ..ErrorCode::Validation.into() });
    }
    let (versao, orcamento) = (update.versao, update.orcamento_mensal_brl);
    let change = change(update)?;
    let mut tx = ctx.tenant().await?;
    let before = configuracao_bot::get(&mut tx).await?;
    if change.janela_min_ms.unwrap_or(before.janela_min_ms) > change.janela_max_ms.unwrap_or(before.janela_max_ms) {
        let sentence = "A espera mais curta não pode ser maior que a mais longa.";
        return Err(Error::field("janela_min_ms", sentence.into()));
    }
    let row = configuracao_bot::update(&mut tx, &change, versao, ctx.now()).await?.ok_or(ErrorCode::Conflict)?;
    if let Some(brl) = orcamento {
        set_budget(ctx, &mut tx, brl).await?;
    }
    tracing::info!(versao = row.versao, ia_ligada = row.ia_ligada, "configuration saved");
    let dto = dto(ctx, &mut tx, row).await?;
    tx.commit().await?;
    if orcamento.is_some() {
        uso::orcamento_mudou(ctx).await;
    }
    Ok(dto)
}

async fn set_budget(ctx: &Ctx, tx: &mut TenantTx, brl: Option<f64>) -> Result<()> {
    let now = db::models::uso::budget(tx).await?;
    let (maximo, outro) = match limites::orcamento(tx).await? {
        Some(plano) => (plano, "Para mais, mude de plano em Assinatura."),
        None => (maximo(ctx, now), "Para mais, fale com o suporte."),
    };
    if brl.is_some_and(|brl| brl > maximo) {
        return Err(Error::field("orcamento_mensal_brl", format!("O máximo aqui é {}. {outro}", uso::reais(maximo))));
    }
    Ok(db::models::uso::set_budget(tx, brl).await?)
}

/// Whoever runs the installation pays the models: without a plan its default is the most that a cliente takes by itself,
/// unless more was granted already.
fn maximo(ctx: &Ctx, granted: Option<f64>) -> f64 {
    let own = ctx.app.custos.orcamento_padrao_brl.unwrap_or(*ORCAMENTO_BRL.end());
    own.max(granted.unwrap_or_default()).min(*ORCAMENTO_BRL.end())
}

fn change(update: ConfigUpdate) -> Result<ConfiguracaoBotChange> {
    let horario = update.horario.map(serde_json::to_value).transpose();
    Ok(ConfiguracaoBotChange {
        ia_ligada: update.ia_ligada,
        espera_minutos: update.espera_minutos,
        tom: update.tom,
        saudacao: update.saudacao,
        fallback: update.fallback,
        espera: update.espera,
        retorno_24h: update.retorno_24h,
        ninguem_respondeu: update.ninguem_respondeu,
        fora_horario: update.fora_horario,
        horario: horario.map_err(|e| Error::caused(ErrorCode::Internal, e))?,
        retorno_minutos: update.retorno_minutos,
        limiar_confianca: update.limiar_confianca,
        retencao_dias: update.retencao_dias,
        janela_min_ms: update.janela_min_ms,
        janela_max_ms: update.janela_max_ms,
    })
}

async fn dto(ctx: &Ctx, tx: &mut TenantTx, row: ConfiguracaoBot) -> Result<ConfigDto> {
    let budget = db::models::uso::budget(tx).await?;
    let plano = limites::orcamento(tx).await?;
    Ok(ConfigDto {
        ia_ligada: row.ia_ligada,
        espera_minutos: row.espera_minutos,
        orcamento_mensal_brl: budget.map(|own| plano.map_or(own, |plano| own.min(plano))),
        orcamento_padrao_brl: plano.or(ctx.app.custos.orcamento_padrao_brl),
        orcamento_maximo_brl: plano.unwrap_or_else(|| maximo(ctx, budget)),
        tom: row.tom,
        saudacao: row.saudacao,
        fallback: row.fallback,
        espera: row.espera,
        retorno_24h: row.retorno_24h,
        ninguem_respondeu: row.ninguem_respondeu,
        fora_horario: row.fora_horario,
        horario: serde_json::from_value(row.horario).map_err(|e| Error::caused(ErrorCode::Internal, e))?,
        retorno_minutos: row.retorno_minutos,
        limiar_confianca: row.limiar_confianca,
        retencao_dias: row.retencao_dias,
        janela_min_ms: row.janela_min_ms,
        janela_max_ms: row.janela_max_ms,
        versao: row.versao,
        updated_at: row.updated_at,
    })
}
