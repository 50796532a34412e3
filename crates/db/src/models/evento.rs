//! `eventos`: what the browser follows. Ids of one cliente become visible in their order (see the migration).

use chrono::{DateTime, Utc};
use contracts::ConversaId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::eventos;
use crate::{Result, SystemTx, TenantTx};

/// Adds an event and wakes whoever listens.
pub async fn insert(tx: &mut TenantTx, dados: &serde_json::Value, now: DateTime<Utc>) -> Result<()> {
    // The trigger replaces the id: see the migration.
    diesel::insert_into(eventos::table)
        .values((
            eventos::id.eq(0),
            eventos::cliente_id.eq(tx.cliente_id()),
            eventos::dados.eq(dados),
            eventos::created_at.eq(now),
        ))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The events after `id`, oldest first, at most `limit`.
pub async fn after(tx: &mut TenantTx, id: i64, limit: i64) -> Result<Vec<(i64, serde_json::Value)>> {
    Ok(eventos::table
        .filter(eventos::cliente_id.eq(tx.cliente_id()).and(eventos::id.gt(id)))
        .order(eventos::id)
        .limit(limit)
        .select((eventos::id, eventos::dados))
        .load(tx.connection())
        .await?)
}

/// The newest id, 0 before the first event: where a page that has just been read starts to listen.
pub async fn last_id(tx: &mut TenantTx) -> Result<i64> {
    Ok(eventos::table
        .filter(eventos::cliente_id.eq(tx.cliente_id()))
        .select(diesel::dsl::max(eventos::id))
        .first::<Option<i64>>(tx.connection())
        .await?
        .unwrap_or(0))
}

/// Removes at most `limit` events that no browser will ask for again, of any cliente.
pub async fn delete_before(tx: &mut SystemTx, before: DateTime<Utc>, limit: i64) -> Result<usize> {
    let sql = "DELETE FROM eventos WHERE id = ANY(ARRAY(\
        SELECT id FROM eventos WHERE created_at < $1 ORDER BY created_at LIMIT $2))";
    super::change_any_batch(tx, sql, before, limit).await
}

/// Removes the events about a conversation.
pub async fn delete_of(tx: &mut TenantTx, conversa: ConversaId) -> Result<()> {
    diesel::sql_query("DELETE FROM eventos WHERE cliente_id = $1 AND dados ->> 'conversa_id' = $2::text")
        .bind::<diesel::sql_types::Uuid, _>(tx.cliente_id())
        .bind::<diesel::sql_types::Uuid, _>(conversa)
        .execute(tx.connection())
        .await?;
    Ok(())
}
