//! How the assistant of a cliente speaks, when people are there, how long messages are kept (plan, phase 7).

use contracts::ErrorCode;
use contracts::config::{ConfigDto, ConfigUpdate};
use db::models::configuracao_bot::{self, ConfiguracaoBot, ConfiguracaoBotChange};

use crate::{Ctx, Error, Result};

/// The configuration.
pub async fn get(ctx: &Ctx) -> Result<ConfigDto> {
    let mut tx = ctx.tenant().await?;
    let row = configuracao_bot::get(&mut tx).await?;
    tx.commit().await?;
    dto(row)
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
    let versao = update.versao;
    let change = change(update)?;
    let mut tx = ctx.tenant().await?;
    let row = configuracao_bot::update(&mut tx, &change, versao, ctx.now()).await?.ok_or(ErrorCode::Conflict)?;
    tx.commit().await?;
    dto(row)
}

fn change(update: ConfigUpdate) -> Result<ConfiguracaoBotChange> {
    let horario = update.horario.map(serde_json::to_value).transpose();
    Ok(ConfiguracaoBotChange {
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

fn dto(row: ConfiguracaoBot) -> Result<ConfigDto> {
    Ok(ConfigDto {
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
