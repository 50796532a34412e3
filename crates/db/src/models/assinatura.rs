//! `assinaturas`: what Stripe says of a cliente's subscriptions, as it was last read there.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, Periodicidade};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::assinaturas as t;
use crate::{Result, TenantTx};

/// A subscription.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = t)]
#[diesel(treat_none_as_null = true)]
pub struct Assinatura {
    /// Stripe's, `sub_…`.
    pub id: String,
    /// Whose.
    pub cliente_id: ClienteId,
    /// Which plan, where its price is one of ours.
    pub plano_codigo: Option<String>,
    /// How often it is paid.
    pub periodicidade: Option<Periodicidade>,
    /// Stripe's own word, unknown ones included.
    pub status: String,
    /// What a period costs.
    pub valor_centavos: Option<i64>,
    /// When it began.
    pub criada_em: DateTime<Utc>,
    /// The period that is paid, from …
    pub periodo_inicio: Option<DateTime<Utc>>,
    /// … to.
    pub periodo_fim: Option<DateTime<Utc>>,
    /// It will end then.
    pub cancela_em: Option<DateTime<Utc>>,
    /// The trial lasts until then.
    pub teste_ate: Option<DateTime<Utc>>,
    /// It ended then; it never comes back.
    pub terminou_em: Option<DateTime<Utc>>,
    /// When this was read.
    pub lida_em: DateTime<Utc>,
}

/// Adds or replaces one, and gives what was there. One that has ended never lives again.
pub async fn put(tx: &mut TenantTx, row: &Assinatura) -> Result<Option<Assinatura>> {
    let before = t::table
        .find(&row.id)
        .filter(t::cliente_id.eq(tx.cliente_id()))
        .select(Assinatura::as_select())
        .for_update()
        .first(tx.connection())
        .await
        .optional()?;
    if before.as_ref().is_some_and(|b| b.terminou_em.is_some() && row.terminou_em.is_none()) {
        return Ok(before);
    }
    diesel::insert_into(t::table).values(row).on_conflict(t::id).do_update().set(row).execute(tx.connection()).await?;
    Ok(before)
}

/// All of them, newest first.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Assinatura>> {
    Ok(t::table
        .filter(t::cliente_id.eq(tx.cliente_id()))
        .order((t::criada_em.desc(), t::id))
        .select(Assinatura::as_select())
        .load(tx.connection())
        .await?)
}

/// Ids of those that are to end because their owner has closed the account.
pub async fn encerradas_com_a_conta(tx: &mut TenantTx) -> Result<Vec<String>> {
    let rows = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::encerrada_com_a_conta));
    Ok(rows.select(t::id).load(tx.connection()).await?)
}

/// Says that one is, or is not any more.
pub async fn set_encerrada_com_a_conta(tx: &mut TenantTx, id: &str, sim: bool) -> Result<()> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)));
    diesel::update(row).set(t::encerrada_com_a_conta.eq(sim)).execute(tx.connection()).await?;
    Ok(())
}
