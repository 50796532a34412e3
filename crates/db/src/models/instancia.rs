//! `instancias_whatsapp`: a cliente's connection to WhatsApp.

use chrono::{DateTime, Utc};
use contracts::{CausaQueda, ClienteId, InstanciaId, StatusInstancia};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::schema::instancias_whatsapp as t;
use crate::{Result, SystemTx, TenantTx};

/// The connection.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = t)]
pub struct Instancia {
    /// Ours.
    pub id: InstanciaId,
    /// Its owner.
    pub cliente_id: ClienteId,
    /// Evolution's name for it, random.
    pub instance_id: String,
    /// SHA-256 of the secret part of the webhook's path.
    pub capability_sha256: Vec<u8>,
    /// SHA-256 of the secret header.
    pub segredo_sha256: Vec<u8>,
    /// As last reported.
    pub status: StatusInstancia,
    /// `data:image/png;base64,…` while one waits to be scanned.
    pub qr_code_data: Option<String>,
    /// When the QR code came.
    pub qr_code_em: Option<DateTime<Utc>>,
    /// Digits of the connected number.
    pub numero: Option<String>,
    /// Name on WhatsApp.
    pub nome_perfil: Option<String>,
    /// Why the connection ended.
    pub causa: Option<CausaQueda>,
    /// The code to type on the phone instead of scanning, while one waits.
    pub codigo_pareamento: Option<String>,
    /// Time of the last change of `status`.
    pub desde: DateTime<Utc>,
    /// Since when this instance of Evolution is known to have been open once; `None` until it was scanned.
    pub aberta_em: Option<DateTime<Utc>>,
}

/// What a report of Evolution changes. `None` leaves a member as it is; the inner `None` clears it.
#[derive(Default, AsChangeset)]
#[diesel(table_name = t)]
pub struct InstanciaChange {
    /// New state.
    pub status: Option<StatusInstancia>,
    /// New or no QR code.
    pub qr_code_data: Option<Option<String>>,
    /// When it came.
    pub qr_code_em: Option<Option<DateTime<Utc>>>,
    /// The number that scanned.
    pub numero: Option<Option<String>>,
    /// Its name.
    pub nome_perfil: Option<Option<String>>,
    /// Why the connection ended.
    pub causa: Option<Option<CausaQueda>>,
    /// New or no code to type.
    pub codigo_pareamento: Option<Option<String>>,
    /// Set when `status` changes.
    pub desde: Option<DateTime<Utc>>,
    /// Set when it opens for the first time.
    pub aberta_em: Option<Option<DateTime<Utc>>>,
    /// Always set.
    pub updated_at: Option<DateTime<Utc>>,
}

/// Whose webhook path this is.
pub async fn by_capability(tx: &mut SystemTx, sha256: &[u8]) -> Result<Option<Instancia>> {
    let row = t::table.filter(t::capability_sha256.eq(sha256)).select(Instancia::as_select());
    Ok(row.first(tx.connection()).await.optional()?)
}

/// The cliente's connection, if it ever made one.
pub async fn get(tx: &mut TenantTx) -> Result<Option<Instancia>> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id())).select(Instancia::as_select());
    Ok(row.first(tx.connection()).await.optional()?)
}

/// The same, locked until the transaction ends.
pub async fn lock(tx: &mut TenantTx) -> Result<Option<Instancia>> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id())).select(Instancia::as_select()).for_update();
    Ok(row.first(tx.connection()).await.optional()?)
}

/// Adds the connection. A second one is a unique violation.
pub async fn insert(tx: &mut TenantTx, row: &Instancia) -> Result<()> {
    diesel::insert_into(t::table).values(row).execute(tx.connection()).await?;
    Ok(())
}

/// Applies a report and gives the row after it.
pub async fn update(tx: &mut TenantTx, id: InstanciaId, change: &InstanciaChange) -> Result<Instancia> {
    Ok(diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .set(change)
        .returning(Instancia::as_returning())
        .get_result(tx.connection())
        .await?)
}

/// Gives the connection new names and secrets, as Evolution's instance is made anew.
pub async fn rename(tx: &mut TenantTx, row: &Instancia) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(row.id))))
        .set((
            t::instance_id.eq(&row.instance_id),
            t::capability_sha256.eq(&row.capability_sha256),
            t::segredo_sha256.eq(&row.segredo_sha256),
            t::aberta_em.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// A connection whose turn it is to be looked at.
#[derive(Debug, QueryableByName)]
pub struct Vez {
    /// Whose.
    #[diesel(sql_type = SqlUuid)]
    pub cliente_id: ClienteId,
    /// Whether its traffic is due too, which costs more.
    #[diesel(sql_type = Bool)]
    pub trafego: bool,
}

/// Takes up to `limit` connections that were last looked at before `before`, longest ago first. Several processes may
/// ask at once; one visited twice does no harm.
pub async fn take_turns(
    tx: &mut SystemTx,
    now: DateTime<Utc>,
    before: DateTime<Utc>,
    traffic_before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Vez>> {
    let sql = "WITH vez AS (SELECT i.cliente_id, coalesce(v.examinada_em, '-infinity') <= $3 AS trafego \
                 FROM instancias_whatsapp i LEFT JOIN vigilancia v ON v.cliente_id = i.cliente_id \
                 WHERE i.status <> 'DESCONECTADO' AND (v.verificada_em IS NULL OR v.verificada_em <= $2) \
                 ORDER BY v.verificada_em NULLS FIRST LIMIT $4 FOR NO KEY UPDATE OF i SKIP LOCKED), \
               visto AS (INSERT INTO vigilancia (cliente_id, verificada_em, examinada_em) SELECT cliente_id, $1, $1 FROM vez \
                 ON CONFLICT (cliente_id) DO UPDATE SET verificada_em = $1, \
                   examinada_em = CASE WHEN vigilancia.examinada_em <= $3 THEN $1 ELSE vigilancia.examinada_em END) \
               SELECT cliente_id, trafego FROM vez";
    Ok(diesel::sql_query(sql)
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(before)
        .bind::<Timestamptz, _>(traffic_before)
        .bind::<BigInt, _>(limit)
        .load(tx.connection())
        .await?)
}

/// The clientes whose number is connected, or was until a moment ago.
pub async fn opened(tx: &mut SystemTx) -> Result<Vec<ClienteId>> {
    let rows = t::table.filter(t::status.ne(StatusInstancia::Desconectado).and(t::aberta_em.is_not_null()));
    Ok(rows.select(t::cliente_id).order(t::cliente_id).load(tx.connection()).await?)
}
