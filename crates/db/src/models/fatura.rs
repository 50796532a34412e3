//! `faturas`: the invoices of a cliente, as they were last read at Stripe.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, StatusFatura};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::faturas as t;
use crate::{Result, SystemTx, TenantTx};

/// An invoice.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = t)]
#[diesel(treat_none_as_null = true)]
pub struct Fatura {
    /// Stripe's, `in_…`.
    pub id: String,
    /// Whose.
    pub cliente_id: ClienteId,
    /// Of which subscription.
    pub assinatura_id: Option<String>,
    /// As printed on it.
    pub numero: Option<String>,
    /// What became of it.
    pub status: StatusFatura,
    /// What it asks for.
    pub total_centavos: i64,
    /// `brl`.
    pub moeda: String,
    /// Why it was made: Stripe's `billing_reason`.
    pub motivo: Option<String>,
    /// How often a payment was tried.
    pub tentativas: i32,
    /// When it is tried again.
    pub proxima_tentativa: Option<DateTime<Utc>>,
    /// When it was made.
    pub emitida_em: DateTime<Utc>,
    /// When it should be paid.
    pub vence_em: Option<DateTime<Utc>>,
    /// When it was.
    pub paga_em: Option<DateTime<Utc>>,
    /// Until when it pays.
    pub periodo_fim: Option<DateTime<Utc>>,
    /// Where it is shown and paid.
    pub url: Option<String>,
    /// The same to keep.
    pub pdf: Option<String>,
    /// What paid it, for refunds.
    pub payment_intent: Option<String>,
    /// What was given back.
    pub reembolsado_centavos: i64,
    /// When this was read.
    pub lida_em: DateTime<Utc>,
}

/// Adds or replaces one.
pub async fn put(tx: &mut TenantTx, row: &Fatura) -> Result<()> {
    diesel::insert_into(t::table).values(row).on_conflict(t::id).do_update().set(row).execute(tx.connection()).await?;
    Ok(())
}

/// Newest first, those before `depois` (its moment and id), at most `limit`.
pub async fn list(tx: &mut TenantTx, depois: Option<(DateTime<Utc>, String)>, limit: i64) -> Result<Vec<Fatura>> {
    let mut rows = t::table.filter(t::cliente_id.eq(tx.cliente_id())).into_boxed();
    if let Some((em, id)) = depois {
        rows = rows.filter(t::emitida_em.lt(em).or(t::emitida_em.eq(em).and(t::id.lt(id))));
    }
    Ok(rows
        .order((t::emitida_em.desc(), t::id.desc()))
        .limit(limit)
        .select(Fatura::as_select())
        .load(tx.connection())
        .await?)
}

/// One of them.
pub async fn get(tx: &mut TenantTx, id: &str) -> Result<Option<Fatura>> {
    let row = t::table.find(id).filter(t::cliente_id.eq(tx.cliente_id()));
    Ok(row.select(Fatura::as_select()).first(tx.connection()).await.optional()?)
}

/// The oldest of this subscription that waits for its money. What one that has ended left open brings nobody back.
pub async fn aberta(tx: &mut TenantTx, assinatura: &str) -> Result<Option<Fatura>> {
    let rows = t::table
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::assinatura_id.eq(assinatura)))
        .filter(t::status.eq(StatusFatura::Aberta));
    Ok(rows.order((t::emitida_em, t::id)).select(Fatura::as_select()).first(tx.connection()).await.optional()?)
}

/// Whose customer paid with this: events about money given back do not say.
pub async fn customer_of(tx: &mut SystemTx, payment_intent: &str) -> Result<Option<String>> {
    let sql = "SELECT c.stripe_customer_id AS id FROM faturas f JOIN clientes c ON c.id = f.cliente_id \
        WHERE f.payment_intent = $1 AND c.stripe_customer_id IS NOT NULL LIMIT 1";
    #[derive(QueryableByName)]
    struct Customer {
        #[diesel(sql_type = diesel::sql_types::Text)]
        id: String,
    }
    let found = diesel::sql_query(sql).bind::<diesel::sql_types::Text, _>(payment_intent);
    Ok(found.get_result::<Customer>(tx.connection()).await.optional()?.map(|c| c.id))
}
