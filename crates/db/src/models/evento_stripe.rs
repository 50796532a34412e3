//! `eventos_stripe`: what Stripe sent, as it came, and what became of it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::eventos_stripe as t;
use crate::{Result, SystemTx};

/// An event.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct EventoStripe {
    /// Stripe's, `evt_…`.
    pub id: String,
    /// As `invoice.paid`.
    pub tipo: String,
    /// When it happened there.
    pub criado_em: DateTime<Utc>,
    /// Whether it is about real money.
    pub livemode: bool,
    /// The whole of it.
    pub payload: serde_json::Value,
    /// Whom it is about.
    pub stripe_customer_id: Option<String>,
    /// When it came.
    pub recebido_em: DateTime<Utc>,
    /// When it was dealt with.
    pub processado_em: Option<DateTime<Utc>>,
    /// How often that was tried.
    pub tentativas: i32,
    /// What became of it.
    pub resultado: Option<String>,
    /// Why the last try failed.
    pub erro: Option<String>,
}

/// One that has just come.
#[derive(Insertable)]
#[diesel(table_name = t)]
pub struct NewEventoStripe<'a> {
    /// See [`EventoStripe`].
    pub id: &'a str,
    /// See [`EventoStripe`].
    pub tipo: &'a str,
    /// See [`EventoStripe`].
    pub criado_em: DateTime<Utc>,
    /// See [`EventoStripe`].
    pub livemode: bool,
    /// See [`EventoStripe`].
    pub payload: &'a serde_json::Value,
    /// See [`EventoStripe`].
    pub stripe_customer_id: Option<&'a str>,
    /// See [`EventoStripe`].
    pub recebido_em: DateTime<Utc>,
}

/// Stores it; `false` if it is here already.
pub async fn insert(tx: &mut SystemTx, row: &NewEventoStripe<'_>) -> Result<bool> {
    Ok(diesel::insert_into(t::table).values(row).on_conflict_do_nothing().execute(tx.connection()).await? == 1)
}

/// One of them.
pub async fn get(tx: &mut SystemTx, id: &str) -> Result<Option<EventoStripe>> {
    Ok(t::table.find(id).select(EventoStripe::as_select()).first(tx.connection()).await.optional()?)
}

/// Those about this customer that nobody has dealt with, oldest first.
pub async fn pending(tx: &mut SystemTx, customer: &str) -> Result<Vec<EventoStripe>> {
    Ok(t::table
        .filter(t::stripe_customer_id.eq(customer).and(t::processado_em.is_null()))
        .order((t::recebido_em, t::id))
        .limit(500)
        .select(EventoStripe::as_select())
        .load(tx.connection())
        .await?)
}

/// To be dealt with again.
pub async fn reopen(tx: &mut SystemTx, id: &str) -> Result<()> {
    diesel::update(t::table.find(id)).set(t::processado_em.eq(None::<DateTime<Utc>>)).execute(tx.connection()).await?;
    Ok(())
}

/// Newest first, those before `depois` (when it came, and its id), at most `limit`; with `erro` only those that failed.
pub async fn list(
    tx: &mut SystemTx,
    depois: Option<(DateTime<Utc>, String)>,
    erro: bool,
    limit: i64,
) -> Result<Vec<EventoStripe>> {
    let mut rows = t::table.into_boxed();
    if let Some((em, id)) = depois {
        rows = rows.filter(t::recebido_em.lt(em).or(t::recebido_em.eq(em).and(t::id.lt(id))));
    }
    if erro {
        rows = rows.filter(t::erro.is_not_null());
    }
    Ok(rows
        .order((t::recebido_em.desc(), t::id.desc()))
        .limit(limit)
        .select(EventoStripe::as_select())
        .load(tx.connection())
        .await?)
}

/// Says what became of it.
pub async fn finish(tx: &mut SystemTx, id: &str, resultado: &str, now: DateTime<Utc>) -> Result<()> {
    diesel::update(t::table.find(id))
        .set((
            t::resultado.eq(resultado),
            t::processado_em.eq(now),
            t::erro.eq(None::<String>),
            t::tentativas.eq(t::tentativas + 1),
        ))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Says why what is known of this customer could not be dealt with.
pub async fn failed(tx: &mut SystemTx, customer: &str, erro: &str) -> Result<()> {
    diesel::update(t::table.filter(t::stripe_customer_id.eq(customer).and(t::processado_em.is_null())))
        .set((t::erro.eq(erro), t::tentativas.eq(t::tentativas + 1)))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes what is older: Stripe sends nothing again after three days, and a payload holds names and addresses.
pub async fn delete_before(tx: &mut SystemTx, before: DateTime<Utc>, limit: i64) -> Result<usize> {
    let sql = "DELETE FROM eventos_stripe WHERE id = ANY(ARRAY(\
        SELECT id FROM eventos_stripe WHERE recebido_em < $1 ORDER BY recebido_em LIMIT $2))";
    super::change_any_batch(tx, sql, before, limit).await
}

/// Removes what is about the sign-ups with this e-mail, whose account is being erased.
pub async fn delete_of(tx: &mut SystemTx, email: &str) -> Result<usize> {
    let sql = "DELETE FROM eventos_stripe WHERE stripe_customer_id IN \
        (SELECT stripe_customer_id FROM checkouts WHERE lower(email) = lower($1))";
    Ok(diesel::sql_query(sql).bind::<diesel::sql_types::Text, _>(email).execute(tx.connection()).await?)
}

/// Customers with an event that came before `until` and that nobody has dealt with.
pub async fn stuck(tx: &mut SystemTx, until: DateTime<Utc>, limit: i64) -> Result<Vec<String>> {
    Ok(t::table
        .filter(t::processado_em.is_null().and(t::recebido_em.le(until)))
        .filter(t::stripe_customer_id.is_not_null())
        .select(t::stripe_customer_id.assume_not_null())
        .distinct()
        .limit(limit)
        .load(tx.connection())
        .await?)
}
