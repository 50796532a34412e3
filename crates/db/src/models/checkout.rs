//! `checkouts`: who signs up, until there is an account.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, Periodicidade, StatusCheckout};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::schema::checkouts as t;
use crate::{Result, SystemTx};

/// A sign-up.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = t)]
pub struct Checkout {
    /// Random: it opens the return page.
    pub id: Uuid,
    /// What is bought.
    pub plano_codigo: String,
    /// How often it is paid.
    pub periodicidade: Periodicidade,
    /// Name of the business.
    pub nome: String,
    /// Login to be.
    pub email: String,
    /// As typed.
    pub telefone: String,
    /// CPF or CNPJ, without punctuation.
    pub documento: String,
    /// `pt-BR` or `en`.
    pub idioma: Option<String>,
    /// How far it has come.
    pub status: StatusCheckout,
    /// Counts the sessions at Stripe.
    pub tentativa: i32,
    /// Made for this sign-up, or the one a cliente had.
    pub stripe_customer_id: Option<String>,
    /// The session of this `tentativa`, once it is made.
    pub stripe_session_id: Option<String>,
    /// Once paid; beside `FALHOU`, what was given back.
    pub stripe_subscription_id: Option<String>,
    /// Where to pay.
    pub url: Option<String>,
    /// The account: from the beginning where a cliente subscribes again, else once paid.
    pub cliente_id: Option<ClienteId>,
    /// Whether this payment made the account.
    pub criou_conta: bool,
    /// When the session closes.
    pub expira_em: DateTime<Utc>,
    /// When it was paid.
    pub concluido_em: Option<DateTime<Utc>>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// Its last change.
    pub updated_at: DateTime<Utc>,
}

/// What a session at Stripe adds.
#[derive(Clone, Debug)]
pub struct Sessao<'a> {
    /// Whose.
    pub customer: &'a str,
    /// Its id.
    pub id: &'a str,
    /// Where to pay.
    pub url: &'a str,
}

/// Adds one.
pub async fn insert(tx: &mut SystemTx, row: &Checkout) -> Result<()> {
    diesel::insert_into(t::table).values(row).execute(tx.connection()).await?;
    Ok(())
}

/// One of them.
pub async fn get(tx: &mut SystemTx, id: Uuid) -> Result<Option<Checkout>> {
    Ok(t::table.find(id).select(Checkout::as_select()).first(tx.connection()).await.optional()?)
}

/// One of them, locked.
pub async fn lock(tx: &mut SystemTx, id: Uuid) -> Result<Option<Checkout>> {
    Ok(t::table.find(id).select(Checkout::as_select()).for_update().first(tx.connection()).await.optional()?)
}

/// Those that were begun with this e-mail and can still be paid, newest first.
pub async fn open_of(tx: &mut SystemTx, email: &str) -> Result<Vec<Checkout>> {
    diesel::define_sql_function!(fn lower(x: diesel::sql_types::Text) -> diesel::sql_types::Text);
    Ok(t::table
        .filter(lower(t::email).eq(email.to_lowercase()).and(t::status.eq(StatusCheckout::Aberto)))
        .order((t::created_at.desc(), t::id))
        .limit(20)
        .select(Checkout::as_select())
        .load(tx.connection())
        .await?)
}

/// The newest of this cliente's that waits for the bank.
pub async fn aguardando_de(tx: &mut SystemTx, id: ClienteId) -> Result<Option<Checkout>> {
    Ok(t::table
        .filter(t::cliente_id.eq(id).and(t::status.eq(StatusCheckout::AguardandoPagamento)))
        .order((t::created_at.desc(), t::id))
        .select(Checkout::as_select())
        .first(tx.connection())
        .await
        .optional()?)
}

/// Records the session of `tentativa`. `false` if that one is there already, or another began meanwhile.
pub async fn set_sessao(
    tx: &mut SystemTx,
    id: Uuid,
    tentativa: i32,
    sessao: &Sessao<'_>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let row = t::table.find(id).filter(t::tentativa.eq(tentativa).and(t::stripe_session_id.is_null()));
    let n = diesel::update(row)
        .set((
            t::stripe_customer_id.eq(sessao.customer),
            t::stripe_session_id.eq(sessao.id),
            t::url.eq(sessao.url),
            t::updated_at.eq(now),
        ))
        .execute(tx.connection())
        .await?;
    Ok(n == 1)
}

/// Begins another session for one that was not paid; `false` if it is paid or being paid.
pub async fn recomecar(tx: &mut SystemTx, id: Uuid, expira_em: DateTime<Utc>, now: DateTime<Utc>) -> Result<bool> {
    let row = t::table
        .find(id)
        .filter(t::status.ne(StatusCheckout::Pago).and(t::status.ne(StatusCheckout::AguardandoPagamento)));
    let n = diesel::update(row)
        .set((
            t::status.eq(StatusCheckout::Aberto),
            t::tentativa.eq(t::tentativa + 1),
            t::stripe_session_id.eq(None::<String>),
            t::stripe_subscription_id.eq(None::<String>),
            t::url.eq(None::<String>),
            t::expira_em.eq(expira_em),
            t::updated_at.eq(now),
        ))
        .execute(tx.connection())
        .await?;
    Ok(n == 1)
}

/// Says how far it has come. One that is paid stays so.
pub async fn set_status(tx: &mut SystemTx, id: Uuid, status: StatusCheckout, now: DateTime<Utc>) -> Result<()> {
    diesel::update(t::table.find(id).filter(t::status.ne(StatusCheckout::Pago)))
        .set((t::status.eq(status), t::updated_at.eq(now)))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// What was paid is given back. One that is paid otherwise stays so.
pub async fn set_devolvido(tx: &mut SystemTx, id: Uuid, subscription: &str, now: DateTime<Utc>) -> Result<()> {
    diesel::update(t::table.find(id).filter(t::status.ne(StatusCheckout::Pago)))
        .set((t::status.eq(StatusCheckout::Falhou), t::stripe_subscription_id.eq(subscription), t::updated_at.eq(now)))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Sessions of this cliente that may be open at Stripe.
pub async fn sessions_of(tx: &mut SystemTx, id: ClienteId) -> Result<Vec<String>> {
    let open = t::status.eq_any([StatusCheckout::Aberto, StatusCheckout::Expirado]);
    Ok(t::table
        .filter(t::cliente_id.eq(id).and(open).and(t::stripe_session_id.is_not_null()))
        .order(t::created_at)
        .select(t::stripe_session_id.assume_not_null())
        .load(tx.connection())
        .await?)
}

/// It is paid, and this is its account.
pub async fn concluir(
    tx: &mut SystemTx,
    id: Uuid,
    cliente_id: ClienteId,
    criou_conta: bool,
    subscription: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(t::table.find(id))
        .set((
            t::status.eq(StatusCheckout::Pago),
            t::cliente_id.eq(cliente_id),
            t::criou_conta.eq(criou_conta),
            t::stripe_subscription_id.eq(subscription),
            t::url.eq(None::<String>),
            t::concluido_em.eq(now),
            t::updated_at.eq(now),
        ))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes what was typed by people who never paid and have not come back since `before`.
pub async fn delete_before(tx: &mut SystemTx, before: DateTime<Utc>, limit: i64) -> Result<usize> {
    let sql = "DELETE FROM checkouts WHERE id = ANY(ARRAY(SELECT id FROM checkouts \
        WHERE status <> 'PAGO' AND updated_at < $1 ORDER BY updated_at LIMIT $2))";
    super::change_any_batch(tx, sql, before, limit).await
}

/// Removes those with this e-mail, whose account is being erased.
pub async fn delete_of(tx: &mut SystemTx, email: &str) -> Result<usize> {
    diesel::define_sql_function!(fn lower(x: diesel::sql_types::Text) -> diesel::sql_types::Text);
    Ok(diesel::delete(t::table.filter(lower(t::email).eq(email.to_lowercase()))).execute(tx.connection()).await?)
}
