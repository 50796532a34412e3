//! `respostas_prontas`: texts a person sends often.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, RespostaProntaId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::respostas_prontas as t;
use crate::{Result, TenantTx};

/// A canned reply.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct RespostaPronta {
    /// Its id.
    pub id: RespostaProntaId,
    /// What it is called up by.
    pub atalho: String,
    /// The text.
    pub texto: String,
    /// Grows with each change.
    pub versao: i32,
    /// When it was last saved.
    pub updated_at: DateTime<Utc>,
}

/// One to be added.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = t)]
pub struct NewRespostaPronta {
    /// Its id.
    pub id: RespostaProntaId,
    /// Its owner.
    pub cliente_id: ClienteId,
    /// What it is called up by.
    pub atalho: String,
    /// The text.
    pub texto: String,
    /// Now.
    pub created_at: DateTime<Utc>,
    /// Now.
    pub updated_at: DateTime<Utc>,
}

/// All of the cliente, by their atalho.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<RespostaPronta>> {
    let rows = t::table.filter(t::cliente_id.eq(tx.cliente_id())).order(t::atalho);
    Ok(rows.select(RespostaPronta::as_select()).load(tx.connection()).await?)
}

/// How many there are; until the transaction ends nobody else of the cliente adds one.
pub async fn count_locked(tx: &mut TenantTx) -> Result<i64> {
    let cliente_id = tx.cliente_id();
    diesel::sql_query(format!("SELECT pg_advisory_xact_lock(hashtextextended('respostas:{cliente_id}', 0))"))
        .execute(tx.connection())
        .await?;
    Ok(t::table.filter(t::cliente_id.eq(cliente_id)).count().get_result(tx.connection()).await?)
}

/// One of them; `None` also for another cliente's.
pub async fn get(tx: &mut TenantTx, id: RespostaProntaId) -> Result<Option<RespostaPronta>> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)));
    Ok(row.select(RespostaPronta::as_select()).first(tx.connection()).await.optional()?)
}

/// Adds one; `None` if its atalho is taken.
pub async fn insert(tx: &mut TenantTx, row: &NewRespostaPronta) -> Result<Option<RespostaPronta>> {
    Ok(diesel::insert_into(t::table)
        .values(row)
        .on_conflict((t::cliente_id, t::atalho))
        .do_nothing()
        .returning(RespostaPronta::as_returning())
        .get_result(tx.connection())
        .await
        .optional()?)
}

/// Changes one, unless somebody has since `versao`; `None` then. A taken atalho is an error of the unique key.
pub async fn update(
    tx: &mut TenantTx,
    id: RespostaProntaId,
    atalho: &str,
    texto: &str,
    versao: Option<i32>,
    now: DateTime<Utc>,
) -> Result<Option<RespostaPronta>> {
    let update = diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)))).into_boxed();
    let update = match versao {
        Some(versao) => update.filter(t::versao.eq(versao)),
        None => update,
    };
    Ok(update
        .set((t::atalho.eq(atalho), t::texto.eq(texto), t::versao.eq(t::versao + 1), t::updated_at.eq(now)))
        .returning(RespostaPronta::as_returning())
        .get_result(tx.connection())
        .await
        .optional()?)
}

/// Removes one. `false` if it is not there.
pub async fn delete(tx: &mut TenantTx, id: RespostaProntaId) -> Result<bool> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)));
    Ok(diesel::delete(row).execute(tx.connection()).await? == 1)
}
