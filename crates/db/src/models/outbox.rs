//! `outbox`: replies on their way to WhatsApp. A row is written with the state change that caused it.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, ConversaId, MensagemId, StatusEnvio, TipoConteudo};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::historico_mensagens as linhas;
use crate::schema::{midias, outbox as t};
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
    /// Written by the assistant, not by a person.
    pub automatica: bool,
    /// The `ordem` after which the lines begin that this answers; `None` for what is never withdrawn.
    pub responde_de: Option<i64>,
    /// The `ordem` of the last of them.
    pub responde_ate: Option<i64>,
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

/// Whose conversation the reply belongs to.
pub async fn conversa(tx: &mut TenantTx, id: MensagemId) -> Result<Option<ConversaId>> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)));
    Ok(row.select(t::conversa_id).first(tx.connection()).await.optional()?)
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

/// Lets a reply that was given up wait to be sent again, now as a person's. Where nobody knows whether it arrived, the chat
/// is looked through first, as after a crash.
pub async fn send_again(tx: &mut TenantTx, row: &Envio) -> Result<()> {
    let doubtful = row.externa_id.is_none() && row.tentada_em.is_some();
    let status = if doubtful { StatusEnvio::Enviando } else { StatusEnvio::Pendente };
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(row.id))))
        .set((
            t::status.eq(status),
            t::destino.eq(&row.destino),
            t::automatica.eq(false),
            t::erro.eq(None::<String>),
            t::externa_id.eq(None::<String>),
            t::tentada_em.eq(row.tentada_em.filter(|_| doubtful)),
        ))
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

/// The `ordem` after which the lines begin that the answer up to `responde_ate` covers; `None` if no answer of ours covers
/// exactly up to there, such as after a hand-off or a person's reply.
pub async fn answered_from(tx: &mut TenantTx, conversa: ConversaId, responde_ate: i64) -> Result<Option<i64>> {
    Ok(t::table
        .filter(
            t::cliente_id.eq(tx.cliente_id()).and(t::conversa_id.eq(conversa)).and(t::responde_ate.eq(responde_ate)),
        )
        .filter(t::status.eq(StatusEnvio::Pendente))
        .select(diesel::dsl::min(t::responde_de))
        .first(tx.connection())
        .await?)
}

/// Removes the answer to the lines up to `responde_ate`, out of the thread as well, if no part of it has begun to leave.
/// Gives its parts; their jobs are the caller's.
///
/// A part that is being sent this moment is locked, and then nothing is removed: the sender writes ENVIANDO under that lock.
pub async fn withdraw(tx: &mut TenantTx, conversa: ConversaId, responde_ate: i64) -> Result<Vec<MensagemId>> {
    let cliente_id = tx.cliente_id();
    let parts = t::table
        .filter(t::cliente_id.eq(cliente_id).and(t::conversa_id.eq(conversa)).and(t::responde_ate.eq(responde_ate)));
    let waiting: Vec<MensagemId> = parts
        .filter(t::status.eq(StatusEnvio::Pendente))
        .select(t::id)
        .for_update()
        .skip_locked()
        .load(tx.connection())
        .await?;
    let all: i64 = parts.count().get_result(tx.connection()).await?;
    if waiting.is_empty() || i64::try_from(waiting.len()) != Ok(all) {
        return Ok(Vec::new());
    }
    // The outbox row goes with the line.
    diesel::delete(linhas::table.filter(linhas::cliente_id.eq(cliente_id).and(linhas::id.eq_any(&waiting))))
        .execute(tx.connection())
        .await?;
    Ok(waiting)
}

/// Which of these ids of Evolution belong to replies of ours.
pub async fn known(tx: &mut TenantTx, externas: &[String]) -> Result<Vec<String>> {
    let rows = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::externa_id.eq_any(externas)));
    Ok(rows.select(t::externa_id.assume_not_null()).load(tx.connection()).await?)
}

/// Withdraws what the assistant has written in this conversation and nobody has begun to send. A row that is being
/// begun at this moment is left to whoever holds it.
pub async fn withdraw_pending_ai(tx: &mut TenantTx, conversa: ConversaId, motivo: &str) -> Result<Vec<MensagemId>> {
    let mine = t::cliente_id.eq(tx.cliente_id()).and(t::conversa_id.eq(conversa));
    let ids: Vec<MensagemId> = t::table
        .filter(mine.and(t::status.eq(StatusEnvio::Pendente)).and(t::automatica))
        .select(t::id)
        .for_update()
        .skip_locked()
        .load(tx.connection())
        .await?;
    if !ids.is_empty() {
        diesel::update(t::table.filter(mine.and(t::id.eq_any(&ids))))
            .set((t::status.eq(StatusEnvio::Falhou), t::erro.eq(motivo)))
            .execute(tx.connection())
            .await?;
        diesel::update(linhas::table.filter(linhas::cliente_id.eq(tx.cliente_id()).and(linhas::id.eq_any(&ids))))
            .set((linhas::status_envio.eq(StatusEnvio::Falhou), linhas::motivo.eq(motivo)))
            .execute(tx.connection())
            .await?;
    }
    Ok(ids)
}

/// Removes every reply of a conversation; waits for one whose sending is being written down.
pub async fn delete_of(tx: &mut TenantTx, conversa: ConversaId) -> Result<()> {
    let rows = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::conversa_id.eq(conversa)));
    diesel::delete(rows).execute(tx.connection()).await?;
    Ok(())
}

/// The texts of replies whose call began after `since` without our knowing Evolution's id, each with its file's kind if it
/// is one: one of these in the chat may be ours.
pub async fn doubtful(tx: &mut TenantTx, since: DateTime<Utc>) -> Result<Vec<(String, Option<TipoConteudo>)>> {
    let rows = t::table
        .left_join(midias::table.on(midias::cliente_id.eq(t::cliente_id).and(midias::mensagem_id.eq(t::id))))
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::created_at.ge(since)))
        .filter(t::externa_id.is_null().and(t::tentada_em.is_not_null()));
    Ok(rows.select((t::conteudo, midias::tipo.nullable())).load(tx.connection()).await?)
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
