//! Canned replies of a cliente.

use contracts::respostas::{RespostaProntaDto, RespostaProntaRequest};
use contracts::{ErrorCode, RespostaProntaId, validate};
use db::models::resposta_pronta::{self, NewRespostaPronta, RespostaPronta};

use crate::ctx::{new_id, not_found};
use crate::{Ctx, Error, Result};

/// All, by their atalho.
pub async fn list(ctx: &Ctx) -> Result<Vec<RespostaProntaDto>> {
    let mut tx = ctx.tenant().await?;
    let rows = resposta_pronta::list(&mut tx).await?;
    tx.commit().await?;
    Ok(rows.into_iter().map(dto).collect())
}

/// Adds one.
pub async fn criar(ctx: &Ctx, request: RespostaProntaRequest) -> Result<RespostaProntaDto> {
    check(&request)?;
    let now = ctx.now();
    let mut tx = ctx.tenant().await?;
    let many = resposta_pronta::count_locked(&mut tx).await?;
    if usize::try_from(many).is_ok_and(|n| n >= validate::RESPOSTAS_MAX) {
        let why = format!("Você já tem {many} respostas prontas, o limite. Apague uma que não usa mais.");
        return Err(Error::field("atalho", why));
    }
    let new = NewRespostaPronta {
        id: RespostaProntaId(new_id()),
        cliente_id: tx.cliente_id(),
        atalho: request.atalho,
        texto: request.texto,
        created_at: now,
        updated_at: now,
    };
    let row = resposta_pronta::insert(&mut tx, &new).await?.ok_or_else(|| taken(&new.atalho))?;
    tx.commit().await?;
    Ok(dto(row))
}

/// Changes one.
///
/// # Errors
/// `conflict` if somebody else has saved since `versao` was read.
pub async fn salvar(ctx: &Ctx, id: RespostaProntaId, request: RespostaProntaRequest) -> Result<RespostaProntaDto> {
    check(&request)?;
    let (atalho, texto) = (&request.atalho, &request.texto);
    let mut tx = ctx.tenant().await?;
    resposta_pronta::get(&mut tx, id).await?.ok_or_else(not_found)?;
    let row = match resposta_pronta::update(&mut tx, id, atalho, texto, request.versao, ctx.now()).await {
        Err(e) if e.is_unique_violation() => return Err(taken(atalho)),
        other => other?.ok_or(ErrorCode::Conflict)?,
    };
    tx.commit().await?;
    Ok(dto(row))
}

/// Removes one.
pub async fn apagar(ctx: &Ctx, id: RespostaProntaId) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    if !resposta_pronta::delete(&mut tx, id).await? {
        return Err(not_found());
    }
    Ok(tx.commit().await?)
}

fn check(request: &RespostaProntaRequest) -> Result<()> {
    let wrong = [("atalho", validate::atalho(&request.atalho)), ("texto", validate::resposta_pronta(&request.texto))];
    let fields: std::collections::BTreeMap<_, _> =
        wrong.into_iter().filter_map(|(name, r)| Some((name.to_owned(), r.err()?))).collect();
    if fields.is_empty() { Ok(()) } else { Err(Error { fields, ..ErrorCode::Validation.into() }) }
}

fn taken(atalho: &str) -> Error {
    Error::field("atalho", format!("Já existe uma resposta com o atalho /{atalho}. Escolha outro."))
}

fn dto(row: RespostaPronta) -> RespostaProntaDto {
    RespostaProntaDto {
        id: row.id,
        atalho: row.atalho,
        texto: row.texto,
        versao: row.versao,
        updated_at: row.updated_at,
    }
}
