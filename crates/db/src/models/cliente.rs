//! `clientes` and their `sessoes`.

use chrono::{DateTime, Utc};
use contracts::{AvisarPendentes, ClienteId, SessaoId, StatusCheckout, StatusCliente};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::{assinaturas, checkouts, clientes, configuracoes_bot, sessoes};
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
    /// Language of the panel, once chosen: `pt-BR` or `en`.
    pub idioma: Option<String>,
    /// When to mail about people who wait.
    pub avisar_pendentes: AvisarPendentes,
    /// Whether to mail about the connection.
    pub avisar_conexao: bool,
    /// The account is closed, and erased at this time.
    pub encerra_em: Option<DateTime<Utc>>,
    /// What `status` was before it was closed.
    pub status_antes: Option<StatusCliente>,
    /// The senha is the one we made, and nothing else is answered until it is replaced.
    pub trocar_senha: bool,
    /// Whom it is at Stripe.
    pub stripe_customer_id: Option<String>,
    /// CPF or CNPJ, without punctuation.
    pub documento: Option<String>,
    /// `codigo` of its plan.
    pub plano_codigo: Option<String>,
    /// A payment has been missing since then.
    pub inadimplente_desde: Option<DateTime<Utc>>,
    /// Its assinatura ended then.
    pub cancelado_em: Option<DateTime<Utc>>,
}

impl Cliente {
    /// An account as it begins.
    pub fn novo(id: ClienteId, nome: String, email: String, senha_hash: String, status: StatusCliente) -> Self {
        Self {
            id,
            nome,
            email,
            telefone: None,
            senha_hash,
            status,
            idioma: None,
            avisar_pendentes: AvisarPendentes::NaHora,
            avisar_conexao: true,
            encerra_em: None,
            status_antes: None,
            trocar_senha: false,
            stripe_customer_id: None,
            documento: None,
            plano_codigo: None,
            inadimplente_desde: None,
            cancelado_em: None,
        }
    }
}

/// What the owner changes of its account; `None` leaves a member as it is.
#[derive(Clone, Debug, Default, AsChangeset)]
#[diesel(table_name = clientes)]
pub struct ClienteChange {
    /// See [`Cliente::nome`].
    pub nome: Option<String>,
    /// `Some(None)` takes it away.
    pub telefone: Option<Option<String>>,
    /// See [`Cliente::idioma`].
    pub idioma: Option<String>,
    /// See [`Cliente::avisar_pendentes`].
    pub avisar_pendentes: Option<AvisarPendentes>,
    /// See [`Cliente::avisar_conexao`].
    pub avisar_conexao: Option<bool>,
}

/// A login as its owner sees it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sessoes)]
pub struct Sessao {
    /// The `sid` of the token.
    pub id: SessaoId,
    /// The browser's name.
    pub user_agent: Option<String>,
    /// From where, shortened.
    pub ip: Option<String>,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// The last request, to some minutes.
    pub visto_em: DateTime<Utc>,
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
    /// From where, shortened.
    pub ip: Option<String>,
    /// Now.
    pub visto_em: DateTime<Utc>,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// Its assinatura ended before `$cancelado`, and nothing else has come or is being paid.
macro_rules! vencida {
    ($cancelado:expr, $now:expr) => {
        clientes::encerra_em
            .is_null()
            .and(clientes::status.eq(StatusCliente::Cancelado))
            .and(clientes::cancelado_em.le($cancelado))
            .and(diesel::dsl::not(diesel::dsl::exists(
                checkouts::table.filter(checkouts::cliente_id.eq(clientes::id.nullable())).filter(
                    checkouts::status
                        .eq(StatusCheckout::AguardandoPagamento)
                        .or(checkouts::status.eq(StatusCheckout::Aberto).and(checkouts::expira_em.gt($now))),
                ),
            )))
    };
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

/// Whose customer it is at Stripe.
pub async fn find_by_customer(tx: &mut SystemTx, customer: &str) -> Result<Option<Cliente>> {
    Ok(clientes::table
        .filter(clientes::stripe_customer_id.eq(customer))
        .select(Cliente::as_select())
        .first(tx.connection())
        .await
        .optional()?)
}

/// By id, before its transaction begins.
pub async fn find(tx: &mut SystemTx, id: ClienteId) -> Result<Option<Cliente>> {
    Ok(clientes::table.find(id).select(Cliente::as_select()).first(tx.connection()).await.optional()?)
}

/// Says whom it is at Stripe, and by which CPF or CNPJ.
pub async fn set_customer(tx: &mut SystemTx, id: ClienteId, customer: &str, documento: &str) -> Result<()> {
    diesel::update(clientes::table.find(id))
        .set((clientes::stripe_customer_id.eq(customer), clientes::documento.eq(documento)))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Says which plan it has.
pub async fn set_plano(tx: &mut TenantTx, codigo: &str) -> Result<()> {
    diesel::update(clientes::table.find(tx.cliente_id()))
        .set(clientes::plano_codigo.eq(codigo))
        .execute(tx.connection())
        .await?;
    Ok(())
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

/// A login that holds, and what of its cliente every request asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct Vista {
    /// When it was last seen.
    pub em: DateTime<Utc>,
    /// The senha must be replaced first.
    pub trocar_senha: bool,
    /// Where the cliente stands.
    pub status: StatusCliente,
}

/// This login, if it has neither ended nor been revoked.
pub async fn seen(tx: &mut TenantTx, sid: SessaoId, now: DateTime<Utc>) -> Result<Option<Vista>> {
    let mine = sessoes::table.filter(sessoes::cliente_id.eq(tx.cliente_id()).and(sessoes::id.eq(sid)));
    Ok(mine
        .inner_join(clientes::table)
        .filter(sessoes::revogada_em.is_null().and(sessoes::expira_em.gt(now)))
        .select((sessoes::visto_em, clientes::trocar_senha, clientes::status))
        .first(tx.connection())
        .await
        .optional()?)
}

/// Says that it has been seen.
pub async fn set_seen(tx: &mut TenantTx, sid: SessaoId, now: DateTime<Utc>) -> Result<()> {
    let mine = sessoes::table.filter(sessoes::cliente_id.eq(tx.cliente_id()).and(sessoes::id.eq(sid)));
    diesel::update(mine).set(sessoes::visto_em.eq(now)).execute(tx.connection()).await?;
    Ok(())
}

/// The logins that hold, the one that was seen last first.
pub async fn sessoes(tx: &mut TenantTx, now: DateTime<Utc>, limit: i64) -> Result<Vec<Sessao>> {
    Ok(sessoes::table
        .filter(sessoes::cliente_id.eq(tx.cliente_id()))
        .filter(sessoes::revogada_em.is_null().and(sessoes::expira_em.gt(now)))
        .order((sessoes::visto_em.desc(), sessoes::id))
        .limit(limit)
        .select(Sessao::as_select())
        .load(tx.connection())
        .await?)
}

/// Records a login.
pub async fn insert_sessao(tx: &mut TenantTx, sessao: &NewSessao) -> Result<()> {
    diesel::insert_into(sessoes::table).values(sessao).execute(tx.connection()).await?;
    Ok(())
}

/// Ends one login; `false` if it is not there, or had ended.
pub async fn revoke_sessao(tx: &mut TenantTx, sid: SessaoId, now: DateTime<Utc>) -> Result<bool> {
    let mine = sessoes::table.filter(sessoes::cliente_id.eq(tx.cliente_id()).and(sessoes::id.eq(sid)));
    let open = mine.filter(sessoes::revogada_em.is_null());
    Ok(diesel::update(open).set(sessoes::revogada_em.eq(now)).execute(tx.connection()).await? == 1)
}

/// Ends every login but `sid`, all of them without one.
pub async fn revoke_other_sessoes(tx: &mut TenantTx, sid: Option<SessaoId>, now: DateTime<Utc>) -> Result<()> {
    let mine = sessoes::table.filter(sessoes::cliente_id.eq(tx.cliente_id()));
    let spared: Vec<SessaoId> = sid.into_iter().collect();
    diesel::update(mine.filter(sessoes::revogada_em.is_null().and(sessoes::id.ne_all(spared))))
        .set(sessoes::revogada_em.eq(now))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Changes the account.
pub async fn update(tx: &mut TenantTx, change: &ClienteChange, now: DateTime<Utc>) -> Result<()> {
    diesel::update(clientes::table.find(tx.cliente_id()))
        .set((change, clientes::updated_at.eq(now)))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Closes the account, to be erased at `em`. `false` if it is closed already.
pub async fn close(tx: &mut TenantTx, em: DateTime<Utc>, now: DateTime<Utc>) -> Result<bool> {
    let open = clientes::table.find(tx.cliente_id()).filter(clientes::encerra_em.is_null());
    let n = diesel::update(open)
        .set((
            clientes::encerra_em.eq(em),
            clientes::status_antes.eq(clientes::status.nullable()),
            clientes::status.eq(StatusCliente::Cancelado),
            clientes::updated_at.eq(now),
        ))
        .execute(tx.connection())
        .await?;
    Ok(n == 1)
}

/// Opens it again with the standing it had; what is promised from such a standing on counts anew. `false` if it is not closed,
/// or its time is over.
pub async fn reopen(tx: &mut TenantTx, now: DateTime<Utc>) -> Result<bool> {
    let sql = "UPDATE clientes SET status = status_antes, status_antes = NULL, encerra_em = NULL, updated_at = $2, \
        cancelado_em = CASE status_antes WHEN 'CANCELADO' THEN $2 ELSE cancelado_em END, \
        suspenso_em = CASE status_antes WHEN 'SUSPENSO' THEN $2 ELSE suspenso_em END \
        WHERE id = $1 AND encerra_em > $2";
    let id = tx.cliente_id();
    let n = diesel::sql_query(sql)
        .bind::<diesel::sql_types::Uuid, _>(id)
        .bind::<diesel::sql_types::Timestamptz, _>(now)
        .execute(tx.connection())
        .await?;
    Ok(n == 1)
}

/// Accounts whose time is over: closed by their owner to be erased before `now`, or without an assinatura since before
/// `cancelado` and without a payment under way.
pub async fn to_erase(
    tx: &mut SystemTx,
    now: DateTime<Utc>,
    cancelado: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<ClienteId>> {
    Ok(clientes::table
        .filter(clientes::encerra_em.le(now).or(vencida!(cancelado, now)))
        .order((clientes::encerra_em, clientes::cancelado_em))
        .limit(limit)
        .select(clientes::id)
        .load(tx.connection())
        .await?)
}

/// Locks an account whose time is over; `false` if it has come back or is gone.
pub async fn lock_to_erase(
    tx: &mut SystemTx,
    id: ClienteId,
    now: DateTime<Utc>,
    cancelado: DateTime<Utc>,
) -> Result<bool> {
    let over = clientes::table.find(id).filter(clientes::encerra_em.le(now).or(vencida!(cancelado, now)));
    Ok(over.select(clientes::id).for_update().first::<ClienteId>(tx.connection()).await.optional()?.is_some())
}

/// Erases a cliente with everything that hangs on it, and its jobs but those of `kept`.
pub async fn erase(tx: &mut SystemTx, id: ClienteId, kept: &str) -> Result<()> {
    diesel::sql_query("DELETE FROM jobs WHERE tenant_id = $1 AND state <> 'running' AND kind <> $2")
        .bind::<diesel::sql_types::Uuid, _>(id)
        .bind::<diesel::sql_types::Text, _>(kept)
        .execute(tx.connection())
        .await?;
    diesel::sql_query(
        "DELETE FROM eventos_stripe WHERE stripe_customer_id = (SELECT stripe_customer_id FROM clientes WHERE id = $1)",
    )
    .bind::<diesel::sql_types::Uuid, _>(id)
    .execute(tx.connection())
    .await?;
    diesel::delete(clientes::table.find(id)).execute(tx.connection()).await?;
    Ok(())
}

/// Where a cliente stands with us, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = clientes)]
pub struct Situacao {
    /// Of an account that its owner has closed, what comes back if it is reopened.
    pub status: StatusCliente,
    /// A payment has been missing since then.
    pub inadimplente_desde: Option<DateTime<Utc>>,
    /// Grace was over then.
    pub suspenso_em: Option<DateTime<Utc>>,
    /// Its assinatura ended then.
    pub cancelado_em: Option<DateTime<Utc>>,
}

/// Where the cliente of this transaction stands; `None` once it is gone.
pub async fn situacao(tx: &mut TenantTx) -> Result<Option<Situacao>> {
    let row = clientes::table.find(tx.cliente_id()).select((Situacao::as_select(), clientes::status_antes));
    let found: Option<(Situacao, Option<StatusCliente>)> = row.first(tx.connection()).await.optional()?;
    Ok(found.map(|(s, antes)| Situacao { status: antes.unwrap_or(s.status), ..s }))
}

/// The same, locked, and whether its owner has closed the account. Others may still refer to the cliente meanwhile.
pub async fn lock_situacao(tx: &mut TenantTx) -> Result<Option<(Situacao, bool)>> {
    let row = clientes::table.find(tx.cliente_id()).select((Situacao::as_select(), clientes::status_antes));
    let found: Option<(Situacao, Option<StatusCliente>)> =
        row.for_no_key_update().first(tx.connection()).await.optional()?;
    Ok(found.map(|(s, antes)| (Situacao { status: antes.unwrap_or(s.status), ..s }, antes.is_some())))
}

/// Changes it. A closed account stays closed.
pub async fn set_situacao(tx: &mut TenantTx, s: &Situacao, now: DateTime<Utc>) -> Result<()> {
    use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid};
    let sql = "UPDATE clientes SET status = CASE WHEN status_antes IS NULL THEN $2 ELSE status END, \
        status_antes = CASE WHEN status_antes IS NULL THEN NULL ELSE $2 END, \
        inadimplente_desde = $3, suspenso_em = $4, cancelado_em = $5, updated_at = $6 WHERE id = $1";
    let id = tx.cliente_id();
    diesel::sql_query(sql)
        .bind::<Uuid, _>(id)
        .bind::<Text, _>(s.status)
        .bind::<Nullable<Timestamptz>, _>(s.inadimplente_desde)
        .bind::<Nullable<Timestamptz>, _>(s.suspenso_em)
        .bind::<Nullable<Timestamptz>, _>(s.cancelado_em)
        .bind::<Timestamptz, _>(now)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Customers of Stripe after `from`, in the order of their ids, whose assinaturas nobody has read since `before`.
pub async fn customers_read_before(
    tx: &mut SystemTx,
    before: DateTime<Utc>,
    from: &str,
    limit: i64,
) -> Result<Vec<String>> {
    let fresh = assinaturas::table.filter(assinaturas::lida_em.gt(before)).select(assinaturas::cliente_id);
    Ok(clientes::table
        .filter(clientes::stripe_customer_id.gt(from).and(clientes::id.ne_all(fresh)))
        .order(clientes::stripe_customer_id)
        .limit(limit)
        .select(clientes::stripe_customer_id.assume_not_null())
        .load(tx.connection())
        .await?)
}

/// Who is in grace, and who has been suspended since before `suspenso`: for those time alone changes something.
pub async fn to_watch(tx: &mut SystemTx, suspenso: DateTime<Utc>) -> Result<Vec<ClienteId>> {
    let grace = clientes::status.eq(StatusCliente::Inadimplente);
    let long = clientes::status.eq(StatusCliente::Suspenso).and(clientes::suspenso_em.le(suspenso));
    Ok(clientes::table.filter(grace.or(long)).order(clientes::id).select(clientes::id).load(tx.connection()).await?)
}

/// Replaces the senha by one that its owner chose.
pub async fn set_senha(tx: &mut TenantTx, senha_hash: &str, now: DateTime<Utc>) -> Result<()> {
    diesel::update(clientes::table.find(tx.cliente_id()))
        .set((clientes::senha_hash.eq(senha_hash), clientes::trocar_senha.eq(false), clientes::updated_at.eq(now)))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Replaces a senha that we made by another; `false` if the owner has chosen one since, or has signed in with this one.
pub async fn set_senha_inicial(tx: &mut TenantTx, senha_hash: &str, now: DateTime<Utc>) -> Result<bool> {
    let entrou = diesel::dsl::exists(sessoes::table.filter(sessoes::cliente_id.eq(tx.cliente_id())));
    let nova = clientes::table.find(tx.cliente_id()).filter(clientes::trocar_senha.and(diesel::dsl::not(entrou)));
    let n = diesel::update(nova)
        .set((clientes::senha_hash.eq(senha_hash), clientes::updated_at.eq(now)))
        .execute(tx.connection())
        .await?;
    Ok(n == 1)
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
