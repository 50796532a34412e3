//! `uso_diario`: how many automatic messages a cliente has sent on a day.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::uso_diario as t;
use crate::{Result, TenantTx};

/// Automatic messages of that day so far.
pub async fn get(tx: &mut TenantTx, dia: NaiveDate) -> Result<i32> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::dia.eq(dia))).select(t::enviadas);
    Ok(row.first(tx.connection()).await.optional()?.unwrap_or(0))
}

/// Automatic messages from that day on.
pub async fn since(tx: &mut TenantTx, dia: NaiveDate) -> Result<i64> {
    let rows = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::dia.ge(dia)));
    Ok(rows.select(diesel::dsl::sum(t::enviadas)).first::<Option<i64>>(tx.connection()).await?.unwrap_or(0))
}

/// Counts `n` more, unless that passes `limite`; says whether it did. The row stays locked until the transaction ends,
/// so that two turns at once cannot pass the limit together.
pub async fn reserve(tx: &mut TenantTx, dia: NaiveDate, n: i32, limite: i32) -> Result<bool> {
    diesel::insert_into(t::table)
        .values((t::cliente_id.eq(tx.cliente_id()), t::dia.eq(dia), t::enviadas.eq(0)))
        .on_conflict_do_nothing()
        .execute(tx.connection())
        .await?;
    let counted = diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::dia.eq(dia))))
        .filter(t::enviadas.le(limite.saturating_sub(n)))
        .set(t::enviadas.eq(t::enviadas + n))
        .execute(tx.connection())
        .await?;
    Ok(counted == 1)
}

/// Takes back what was counted and never sent.
pub async fn give_back(tx: &mut TenantTx, dia: NaiveDate, n: i32) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::dia.eq(dia))))
        .filter(t::enviadas.ge(n))
        .set(t::enviadas.eq(t::enviadas - n))
        .execute(tx.connection())
        .await?;
    Ok(())
}
