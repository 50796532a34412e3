//! `links_acesso`: doors into an account, for whoever reads its mail. Single use; only the hash is kept.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, TipoLink};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::links_acesso as t;
use crate::{Result, SystemTx, TenantTx};

/// A link.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = t)]
pub struct LinkAcesso {
    /// SHA-256 of the token.
    pub hash: Vec<u8>,
    /// Whose account it opens.
    pub cliente_id: ClienteId,
    /// What it was sent for.
    pub tipo: TipoLink,
    /// When it ends.
    pub expira_em: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Adds one, and takes away the others of its kind: of each kind only the newest opens.
pub async fn replace(tx: &mut TenantTx, link: &LinkAcesso) -> Result<()> {
    void_of(tx, link.tipo).await?;
    diesel::insert_into(t::table).values(link).execute(tx.connection()).await?;
    Ok(())
}

/// The one that still opens.
pub async fn find(tx: &mut SystemTx, hash: &[u8], now: DateTime<Utc>) -> Result<Option<LinkAcesso>> {
    let row = t::table.find(hash).filter(t::usado_em.is_null().and(t::expira_em.gt(now)));
    Ok(row.select(LinkAcesso::as_select()).first(tx.connection()).await.optional()?)
}

/// Uses it; `false` if it does not open any more. Two at once: one of them.
pub async fn redeem(tx: &mut TenantTx, hash: &[u8], now: DateTime<Utc>) -> Result<bool> {
    let row = t::table.find(hash).filter(t::cliente_id.eq(tx.cliente_id()));
    let open = row.filter(t::usado_em.is_null().and(t::expira_em.gt(now)));
    Ok(diesel::update(open).set(t::usado_em.eq(now)).execute(tx.connection()).await? == 1)
}

/// Takes away what has not been used: the senha is known again.
pub async fn void(tx: &mut TenantTx) -> Result<()> {
    let open = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::usado_em.is_null()));
    diesel::delete(open).execute(tx.connection()).await?;
    Ok(())
}

/// Takes away those of one kind.
pub async fn void_of(tx: &mut TenantTx, tipo: TipoLink) -> Result<()> {
    let mine = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::tipo.eq(tipo)));
    diesel::delete(mine).execute(tx.connection()).await?;
    Ok(())
}

/// Removes those that ended before `before`.
pub async fn delete_before(tx: &mut SystemTx, before: DateTime<Utc>) -> Result<usize> {
    Ok(diesel::delete(t::table.filter(t::expira_em.lt(before))).execute(tx.connection()).await?)
}
