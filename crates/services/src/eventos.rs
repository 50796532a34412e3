//! What the browser hears: rows written with the change they tell of, read by SSE.

use contracts::eventos::Evento;
use db::TenantTx;
use db::models::evento;

use crate::{Ctx, Result};

/// How many events one read gives.
const PAGE: i64 = 100;

/// Writes an event in the transaction of its cause.
pub(crate) async fn emit(ctx: &Ctx, tx: &mut TenantTx, evento: &Evento) -> Result<()> {
    let dados = serde_json::to_value(evento).map_err(|e| crate::Error::caused(contracts::ErrorCode::Internal, e))?;
    Ok(evento::insert(tx, &dados, ctx.now()).await?)
}

/// The id of the newest event: where a page that starts now begins to listen.
pub async fn last_id(ctx: &Ctx) -> Result<i64> {
    let mut tx = ctx.tenant().await?;
    let id = evento::last_id(&mut tx).await?;
    tx.commit().await?;
    Ok(id)
}

/// The events after `id` with their JSON, oldest first, at most 100.
pub async fn after(ctx: &Ctx, id: i64) -> Result<Vec<(i64, String)>> {
    let mut tx = ctx.tenant().await?;
    let rows = evento::after(&mut tx, id, PAGE).await?;
    tx.commit().await?;
    Ok(rows.into_iter().map(|(id, dados)| (id, dados.to_string())).collect())
}
