//! `emails`: every mail to a cliente and what became of it. What it says is not kept.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, EstadoEmail};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::schema::emails as t;
use crate::{Result, SystemTx, TenantTx};

/// A mail.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = t)]
pub struct Email {
    /// Its id; also its `Message-ID`.
    pub id: Uuid,
    /// What it is about, so that it is sent once.
    pub chave: Option<String>,
    /// To whom.
    pub cliente_id: ClienteId,
    /// At this address.
    pub para: String,
    /// Name of the template.
    pub modelo: String,
    /// `pt-BR` or `en`.
    pub idioma: String,
    /// Where it is.
    pub estado: EstadoEmail,
    /// How often it was handed to a server.
    pub tentativas: i32,
    /// What the server said last.
    pub erro: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When a server took it.
    pub enviado_em: Option<DateTime<Utc>>,
}

/// Adds one; `false` if its key is there.
pub async fn insert(tx: &mut TenantTx, row: &Email) -> Result<bool> {
    let n = diesel::insert_into(t::table).values(row).on_conflict_do_nothing().execute(tx.connection()).await?;
    Ok(n == 1)
}

/// The one that is still to be sent.
pub async fn na_fila(tx: &mut TenantTx, id: Uuid) -> Result<Option<Email>> {
    let row =
        t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)).and(t::estado.eq(EstadoEmail::NaFila)));
    Ok(row.select(Email::as_select()).first(tx.connection()).await.optional()?)
}

/// What became of an attempt.
#[derive(AsChangeset)]
#[diesel(table_name = t)]
pub struct Tentativa {
    /// Where it is now.
    pub estado: EstadoEmail,
    /// Attempts so far.
    pub tentativas: i32,
    /// What the server said; `None` leaves what it said before.
    pub erro: Option<String>,
    /// When it took it.
    pub enviado_em: Option<DateTime<Utc>>,
}

/// Writes it down, unless the mail has come to its end already.
pub async fn tentou(tx: &mut TenantTx, id: Uuid, tentativa: &Tentativa) -> Result<bool> {
    let row =
        t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)).and(t::estado.eq(EstadoEmail::NaFila)));
    Ok(diesel::update(row).set(tentativa).execute(tx.connection()).await? == 1)
}

/// Takes one away that its owner does not want any more.
pub async fn delete(tx: &mut TenantTx, id: Uuid) -> Result<()> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)));
    diesel::delete(row).execute(tx.connection()).await?;
    Ok(())
}

/// All clientes' mails, newest first, from before `antes` on.
pub async fn list(
    tx: &mut SystemTx,
    estado: Option<EstadoEmail>,
    antes: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Email>> {
    let mut rows = t::table.select(Email::as_select()).order(t::id.desc()).limit(limit).into_boxed();
    if let Some(estado) = estado {
        rows = rows.filter(t::estado.eq(estado));
    }
    if let Some(antes) = antes {
        rows = rows.filter(t::id.lt(antes));
    }
    Ok(rows.load(tx.connection()).await?)
}

/// Removes those from before `before` that no key keeps from being sent twice.
pub async fn delete_before(tx: &mut SystemTx, before: DateTime<Utc>, limit: i64) -> Result<usize> {
    let sql = "DELETE FROM emails WHERE id = ANY(ARRAY(SELECT id FROM emails WHERE chave IS NULL AND created_at < $1 \
        ORDER BY created_at LIMIT $2))";
    super::change_any_batch(tx, sql, before, limit).await
}
