//! `outbox`: replies on their way to WhatsApp. A row is written with the state change that caused it.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, ConversaId, MensagemId, StatusEnvio};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::outbox as t;
use crate::{Result, TenantTx};

/// A reply to be sent; its id is that of the `historico_mensagens` row.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = t)]
pub struct Envio {
    /// The message.
    pub id: MensagemId,
    /// Its owner.
    pub cliente_id: ClienteId,
    /// The conversation.
    pub conversa_id: ConversaId,
    /// The jid to send to.
    pub destino: String,
    /// The text.
    pub conteudo: String,
    /// PENDENTE, ENVIANDO, ENVIADA or FALHOU.
    pub status: StatusEnvio,
    /// Evolution's id, once known.
    pub externa_id: Option<String>,
    /// When the last call to Evolution began.
    pub tentada_em: Option<DateTime<Utc>>,
}

/// Adds a reply.
pub async fn insert(tx: &mut TenantTx, row: &Envio) -> Result<()> {
    diesel::insert_into(t::table).values(row).execute(tx.connection()).await?;
    Ok(())
}

/// The reply, locked.
pub async fn lock(tx: &mut TenantTx, id: MensagemId) -> Result<Option<Envio>> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)));
    Ok(row.select(Envio::as_select()).for_update().first(tx.connection()).await.optional()?)
}

/// Moves the reply on.
pub async fn set_status(
    tx: &mut TenantTx,
    id: MensagemId,
    status: StatusEnvio,
    erro: Option<&str>,
    tentada_em: Option<DateTime<Utc>>,
) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .set((t::status.eq(status), t::erro.eq(erro), tentada_em.map(|at| t::tentada_em.eq(at))))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Records that Evolution took it under `externa_id`.
pub async fn sent(tx: &mut TenantTx, id: MensagemId, externa_id: &str) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .set((t::status.eq(StatusEnvio::Enviada), t::externa_id.eq(externa_id), t::erro.eq(None::<String>)))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Which of these ids of Evolution belong to replies of ours.
pub async fn known(tx: &mut TenantTx, externas: &[String]) -> Result<Vec<String>> {
    let rows = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::externa_id.eq_any(externas)));
    Ok(rows.select(t::externa_id.assume_not_null()).load(tx.connection()).await?)
}

/// The texts of replies whose call began after `since` without our knowing Evolution's id: one of these in the chat may
/// be ours.
pub async fn doubtful(tx: &mut TenantTx, since: DateTime<Utc>) -> Result<Vec<String>> {
    let rows = t::table
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::created_at.ge(since)))
        .filter(t::externa_id.is_null().and(t::tentada_em.is_not_null()));
    Ok(rows.select(t::conteudo).load(tx.connection()).await?)
}

/// Replies since the last receipt.
#[derive(Debug, QueryableByName)]
pub struct SemRecibo {
    /// When the newest reply that has a receipt was sent.
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Timestamptz>)]
    pub ultimo_recibo: Option<DateTime<Utc>>,
    /// When the first of those without one was sent.
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Timestamptz>)]
    pub desde: Option<DateTime<Utc>>,
    /// How many replies were sent after it and have none, although they had the time.
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    pub mensagens: i64,
    /// In how many conversations.
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    pub contatos: i64,
}

/// Replies between `from` and `until` that Evolution took and no phone has confirmed, counted after the last one that was.
pub async fn unconfirmed(tx: &mut TenantTx, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<SemRecibo> {
    let cliente_id = tx.cliente_id();
    let sql = "WITH enviadas AS (SELECT o.tentada_em, o.conversa_id, m.status_envio FROM outbox o \
                 JOIN historico_mensagens m ON m.id = o.id \
                 WHERE o.cliente_id = $1 AND o.created_at >= $2 AND o.status = 'ENVIADA'), \
               ultimo AS (SELECT max(tentada_em) AS em FROM enviadas WHERE status_envio IN ('ENTREGUE', 'LIDA')) \
               SELECT (SELECT em FROM ultimo) AS ultimo_recibo, min(tentada_em) AS desde, count(*) AS mensagens, \
                 count(DISTINCT conversa_id) AS contatos FROM enviadas \
               WHERE status_envio = 'ENVIADA' AND tentada_em <= $3 AND tentada_em > (SELECT em FROM ultimo)";
    Ok(diesel::sql_query(sql)
        .bind::<diesel::sql_types::Uuid, _>(cliente_id)
        .bind::<diesel::sql_types::Timestamptz, _>(from)
        .bind::<diesel::sql_types::Timestamptz, _>(until)
        .get_result(tx.connection())
        .await?)
}
