//! `instancias_whatsapp`: a cliente's connection to WhatsApp.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, InstanciaId, StatusInstancia};
use diesel::prelude::*;
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
    pub motivo: Option<String>,
    /// Time of the last change of `status`.
    pub desde: DateTime<Utc>,
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
    pub motivo: Option<Option<String>>,
    /// Set when `status` changes.
    pub desde: Option<DateTime<Utc>>,
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
        ))
        .execute(tx.connection())
        .await?;
    Ok(())
}
