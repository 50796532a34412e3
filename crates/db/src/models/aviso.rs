//! `avisos`: what an owner must know, from its begin to its end.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, TipoAviso};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::schema::avisos as t;
use crate::{Result, SystemTx, TenantTx};

/// Something that began, and perhaps ended.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = t)]
pub struct Aviso {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub cliente_id: ClienteId,
    /// What it is about.
    pub tipo: TipoAviso,
    /// When the trouble began.
    pub desde: DateTime<Utc>,
    /// When it ended.
    pub resolvido_em: Option<DateTime<Utc>>,
    /// `contracts::avisos::DetalheAviso`.
    pub detalhe: serde_json::Value,
    /// When the owner was told by mail.
    pub email_em: Option<DateTime<Utc>>,
    /// When it was seen, which may be after it began.
    pub created_at: DateTime<Utc>,
}

/// Adds an open one; `false` if one of this kind is open already.
pub async fn insert(tx: &mut TenantTx, row: &Aviso) -> Result<bool> {
    let n = diesel::insert_into(t::table).values(row).on_conflict_do_nothing().execute(tx.connection()).await?;
    Ok(n == 1)
}

/// The open one of this kind, locked.
pub async fn open(tx: &mut TenantTx, tipo: TipoAviso) -> Result<Option<Aviso>> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::tipo.eq(tipo)).and(t::resolvido_em.is_null()));
    Ok(row.select(Aviso::as_select()).for_update().first(tx.connection()).await.optional()?)
}

/// All open ones.
pub async fn all_open(tx: &mut TenantTx) -> Result<Vec<Aviso>> {
    let rows = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::resolvido_em.is_null()));
    Ok(rows.select(Aviso::as_select()).load(tx.connection()).await?)
}

/// The open ones, and those that ended after `since`; open first, then newest first.
pub async fn list(tx: &mut TenantTx, since: DateTime<Utc>, limit: i64) -> Result<Vec<Aviso>> {
    let rows = t::table
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::resolvido_em.is_null().or(t::resolvido_em.gt(since))))
        .order((t::resolvido_em.is_null().desc(), t::desde.desc()))
        .limit(limit);
    Ok(rows.select(Aviso::as_select()).load(tx.connection()).await?)
}

/// Ends the open one of this kind, and gives it.
pub async fn close(tx: &mut TenantTx, tipo: TipoAviso, now: DateTime<Utc>) -> Result<Option<Aviso>> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::tipo.eq(tipo)).and(t::resolvido_em.is_null()));
    Ok(diesel::update(row)
        .set(t::resolvido_em.eq(now))
        .returning(Aviso::as_returning())
        .get_result(tx.connection())
        .await
        .optional()?)
}

/// When the owner was last told by mail of this kind.
pub async fn last_mail(tx: &mut TenantTx, tipo: TipoAviso) -> Result<Option<DateTime<Utc>>> {
    let rows = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::tipo.eq(tipo)));
    Ok(rows.select(diesel::dsl::max(t::email_em)).first(tx.connection()).await?)
}

/// Whether one of this kind began after `since`, open or not.
pub async fn began_since(tx: &mut TenantTx, tipo: TipoAviso, since: DateTime<Utc>) -> Result<bool> {
    let rows = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::tipo.eq(tipo)).and(t::desde.ge(since)));
    Ok(diesel::select(diesel::dsl::exists(rows)).get_result(tx.connection()).await?)
}

/// Records that the owner was told.
pub async fn mailed(tx: &mut TenantTx, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .set(t::email_em.eq(now))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Replaces what is known of it.
pub async fn set_detalhe(tx: &mut TenantTx, id: Uuid, detalhe: &serde_json::Value) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .set(t::detalhe.eq(detalhe))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// How many clientes have had one of these kinds since `since`.
pub async fn count_since(tx: &mut SystemTx, tipos: &[TipoAviso], since: DateTime<Utc>) -> Result<i64> {
    let rows = t::table.filter(t::tipo.eq_any(tipos).and(t::created_at.ge(since)));
    Ok(rows.select(diesel::dsl::count(t::cliente_id).aggregate_distinct()).first(tx.connection()).await?)
}
