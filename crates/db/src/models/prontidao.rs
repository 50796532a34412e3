//! `prontidoes`: what the text of a cliente could answer of its trade's questions when they were last asked.

use chrono::{DateTime, Utc};
use contracts::Ramo;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::prontidoes as t;
use crate::{Result, TenantTx};

/// A run.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = t)]
pub struct Prontidao {
    /// Whose questions.
    pub ramo: Ramo,
    /// Of which version of the text.
    pub versao: i32,
    /// The threshold then.
    pub limiar: f32,
    /// The shift of confidence then.
    pub ajuste: f32,
    /// Question's key to whether the assistant would answer.
    pub resultado: serde_json::Value,
    /// When.
    pub calculada_em: DateTime<Utc>,
}

/// The last run.
pub async fn get(tx: &mut TenantTx) -> Result<Option<Prontidao>> {
    let row = t::table.find(tx.cliente_id()).select(Prontidao::as_select());
    Ok(row.first(tx.connection()).await.optional()?)
}

/// Keeps a run in place of the one before.
pub async fn put(tx: &mut TenantTx, row: &Prontidao) -> Result<()> {
    diesel::insert_into(t::table)
        .values((t::cliente_id.eq(tx.cliente_id()), row))
        .on_conflict(t::cliente_id)
        .do_update()
        .set(row)
        .execute(tx.connection())
        .await?;
    Ok(())
}
