//! What was typed and not saved, so that a closed tab or another device loses nothing. Never touches the text in use.
//!
//! There is one draft. It is replaced only by who knows it (`anterior`), so that a second tab cannot write over the first
//! one's without having been shown it.

use chrono::{DateTime, Utc};
use contracts::knowledge::{RascunhoDto, RascunhoUpdate};
use contracts::{ErrorCode, validate};
use db::models::conhecimento_versao::{self as versao, Rascunho};

use crate::{Ctx, Error, Result};

/// The draft, if there is one.
pub async fn get(ctx: &Ctx) -> Result<Option<RascunhoDto>> {
    let mut tx = ctx.tenant().await?;
    let row = versao::rascunho(&mut tx).await?;
    tx.commit().await?;
    Ok(row.map(dto))
}

/// Keeps a draft. `Conflict` if the one in the database is neither `anterior` nor the same text.
pub async fn put(ctx: &Ctx, update: &RascunhoUpdate) -> Result<RascunhoDto> {
    let texto = &update.conteudo_texto;
    validate::sem_nul(texto).map_err(|m| Error::field("conteudo_texto", m))?;
    if texto.chars().count() > validate::RASCUNHO_MAX {
        return Err(Error::field(
            "conteudo_texto",
            "O rascunho é longo demais para ser guardado. Encurte o texto.".into(),
        ));
    }
    let mut tx = ctx.tenant().await?;
    let row = versao::set_rascunho(&mut tx, texto, update.versao, update.anterior, ctx.now()).await?;
    let row = row.ok_or(ErrorCode::Conflict)?;
    tx.commit().await?;
    Ok(dto(row))
}

/// Removes the draft that is known as `qual`; another one stays. Removing it twice is no error.
pub async fn remove(ctx: &Ctx, qual: DateTime<Utc>) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    versao::delete_rascunho(&mut tx, qual).await?;
    tx.commit().await?;
    Ok(())
}

fn dto(row: Rascunho) -> RascunhoDto {
    RascunhoDto { conteudo_texto: row.conteudo_texto, versao: row.versao, updated_at: row.updated_at }
}
