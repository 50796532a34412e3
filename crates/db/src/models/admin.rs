//! `admins` and their `admin_sessoes`. No tenant owns them.

use chrono::{DateTime, Utc};
use contracts::{AdminId, SessaoId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::{admin_sessoes, admins};
use crate::{Result, SystemTx};

/// Who runs the SaaS.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = admins)]
pub struct Admin {
    /// The admin's id.
    pub id: AdminId,
    /// Shown to other admins.
    pub nome: String,
    /// Login; unique without regard to case.
    pub email: String,
    /// argon2id, PHC string.
    pub senha_hash: String,
    /// `super_admin` or `admin`.
    pub role: String,
}

/// A login.
#[derive(Insertable)]
#[diesel(table_name = admin_sessoes)]
pub struct NewAdminSessao {
    /// The `sid` of the token.
    pub id: SessaoId,
    /// Who logged in.
    pub admin_id: AdminId,
    /// When the token ends.
    pub expira_em: DateTime<Utc>,
    /// To recognise the device.
    pub user_agent: Option<String>,
}

/// Adds an admin. A taken e-mail is a unique violation.
pub async fn insert(tx: &mut SystemTx, admin: &Admin) -> Result<()> {
    diesel::insert_into(admins::table).values(admin).execute(tx.connection()).await?;
    Ok(())
}

/// By login, whatever its case.
pub async fn find_by_email(tx: &mut SystemTx, email: &str) -> Result<Option<Admin>> {
    diesel::define_sql_function!(fn lower(x: diesel::sql_types::Text) -> diesel::sql_types::Text);
    Ok(admins::table
        .filter(lower(admins::email).eq(email.to_lowercase()))
        .select(Admin::as_select())
        .first(tx.connection())
        .await
        .optional()?)
}

/// The admin `id`, if `sid` is its login and neither ended nor revoked.
pub async fn by_sessao(tx: &mut SystemTx, id: AdminId, sid: SessaoId, now: DateTime<Utc>) -> Result<Option<Admin>> {
    Ok(admin_sessoes::table
        .inner_join(admins::table)
        .filter(admin_sessoes::id.eq(sid).and(admin_sessoes::admin_id.eq(id)))
        .filter(admin_sessoes::revogada_em.is_null().and(admin_sessoes::expira_em.gt(now)))
        .select(Admin::as_select())
        .first(tx.connection())
        .await
        .optional()?)
}

/// Records a login.
pub async fn insert_sessao(tx: &mut SystemTx, sessao: &NewAdminSessao) -> Result<()> {
    diesel::insert_into(admin_sessoes::table).values(sessao).execute(tx.connection()).await?;
    Ok(())
}

/// Ends a login.
pub async fn revoke_sessao(tx: &mut SystemTx, sid: SessaoId, now: DateTime<Utc>) -> Result<()> {
    diesel::update(admin_sessoes::table.find(sid))
        .set(admin_sessoes::revogada_em.eq(now))
        .execute(tx.connection())
        .await?;
    Ok(())
}
