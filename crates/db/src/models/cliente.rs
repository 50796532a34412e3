//! `clientes` and their `sessoes`.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, SessaoId, StatusCliente};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::{clientes, configuracoes_bot, sessoes};
use crate::{Result, SystemTx, TenantTx};

/// The paying business.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = clientes)]
pub struct Cliente {
    /// The tenant's id.
    pub id: ClienteId,
    /// Name of the business or of its owner.
    pub nome: String,
    /// Login; unique without regard to case.
    pub email: String,
    /// As typed.
    pub telefone: Option<String>,
    /// argon2id, PHC string.
    pub senha_hash: String,
    /// Standing of the assinatura.
    pub status: StatusCliente,
}

/// A login.
#[derive(Insertable)]
#[diesel(table_name = sessoes)]
pub struct NewSessao {
    /// The `sid` of the token.
    pub id: SessaoId,
    /// Who logged in.
    pub cliente_id: ClienteId,
    /// When the token ends.
    pub expira_em: DateTime<Utc>,
    /// For the owner to recognise the device.
    pub user_agent: Option<String>,
}

/// Adds a cliente with the default bot configuration. A taken e-mail is a unique violation.
pub async fn insert(tx: &mut SystemTx, cliente: &Cliente) -> Result<()> {
    diesel::insert_into(clientes::table).values(cliente).execute(tx.connection()).await?;
    diesel::insert_into(configuracoes_bot::table)
        .values(configuracoes_bot::cliente_id.eq(cliente.id))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// By login, whatever its case.
pub async fn find_by_email(tx: &mut SystemTx, email: &str) -> Result<Option<Cliente>> {
    diesel::define_sql_function!(fn lower(x: diesel::sql_types::Text) -> diesel::sql_types::Text);
    Ok(clientes::table
        .filter(lower(clientes::email).eq(email.to_lowercase()))
        .select(Cliente::as_select())
        .first(tx.connection())
        .await
        .optional()?)
}

/// All ids, for work that goes through every cliente.
pub async fn ids(tx: &mut SystemTx) -> Result<Vec<ClienteId>> {
    Ok(clientes::table.select(clientes::id).order(clientes::id).load(tx.connection()).await?)
}

/// The cliente of this transaction; `None` once it has been erased.
pub async fn get(tx: &mut TenantTx) -> Result<Option<Cliente>> {
    let id = tx.cliente_id();
    Ok(clientes::table.find(id).select(Cliente::as_select()).first(tx.connection()).await.optional()?)
}

/// The cliente, if `sid` is its login and neither ended nor revoked.
pub async fn by_sessao(tx: &mut TenantTx, sid: SessaoId, now: DateTime<Utc>) -> Result<Option<Cliente>> {
    let id = tx.cliente_id();
    Ok(sessoes::table
        .inner_join(clientes::table)
        .filter(sessoes::id.eq(sid).and(sessoes::cliente_id.eq(id)))
        .filter(sessoes::revogada_em.is_null().and(sessoes::expira_em.gt(now)))
        .select(Cliente::as_select())
        .first(tx.connection())
        .await
        .optional()?)
}

/// Records a login.
pub async fn insert_sessao(tx: &mut TenantTx, sessao: &NewSessao) -> Result<()> {
    diesel::insert_into(sessoes::table).values(sessao).execute(tx.connection()).await?;
    Ok(())
}

/// Ends one login.
pub async fn revoke_sessao(tx: &mut TenantTx, sid: SessaoId, now: DateTime<Utc>) -> Result<()> {
    let mine = sessoes::table.filter(sessoes::cliente_id.eq(tx.cliente_id()).and(sessoes::id.eq(sid)));
    diesel::update(mine).set(sessoes::revogada_em.eq(now)).execute(tx.connection()).await?;
    Ok(())
}

/// Ends every login but `sid`.
pub async fn revoke_other_sessoes(tx: &mut TenantTx, sid: SessaoId, now: DateTime<Utc>) -> Result<()> {
    let others = sessoes::table.filter(sessoes::cliente_id.eq(tx.cliente_id()).and(sessoes::id.ne(sid)));
    diesel::update(others.filter(sessoes::revogada_em.is_null()))
        .set(sessoes::revogada_em.eq(now))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Replaces the senha.
pub async fn set_senha(tx: &mut TenantTx, senha_hash: &str, now: DateTime<Utc>) -> Result<()> {
    diesel::update(clientes::table.find(tx.cliente_id()))
        .set((clientes::senha_hash.eq(senha_hash), clientes::updated_at.eq(now)))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Changes the standing of the assinatura.
pub async fn set_status(tx: &mut TenantTx, status: StatusCliente, now: DateTime<Utc>) -> Result<()> {
    diesel::update(clientes::table.find(tx.cliente_id()))
        .set((clientes::status.eq(status), clientes::updated_at.eq(now)))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// When this cliente last had a mail about people who wait.
pub async fn pendentes_avisados_em(tx: &mut TenantTx) -> Result<Option<DateTime<Utc>>> {
    let row = clientes::table.find(tx.cliente_id()).select(clientes::pendentes_avisados_em);
    Ok(row.first(tx.connection()).await.optional()?.flatten())
}

/// Says that such a mail has gone.
pub async fn set_pendentes_avisados_em(tx: &mut TenantTx, now: DateTime<Utc>) -> Result<()> {
    diesel::update(clientes::table.find(tx.cliente_id()))
        .set(clientes::pendentes_avisados_em.eq(now))
        .execute(tx.connection())
        .await?;
    Ok(())
}
