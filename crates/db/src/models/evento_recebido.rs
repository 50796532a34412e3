//! `eventos_recebidos`: every webhook call of Evolution that was accepted, as it came.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, InstanciaId};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::schema::eventos_recebidos as t;
use crate::{Result, TenantTx};

/// A webhook call.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = t)]
pub struct EventoRecebido {
    /// Ours; Evolution numbers nothing.
    pub id: Uuid,
    /// Its owner.
    pub cliente_id: ClienteId,
    /// The connection it came by.
    pub instancia_id: InstanciaId,
    /// Lower dotted, as in the body.
    pub evento: String,
    /// Only for messages.
    pub remote_jid: Option<String>,
    /// Only for messages: `key.id`, chosen by the sender's phone.
    pub mensagem_externa_id: Option<String>,
    /// The whole body.
    pub payload: serde_json::Value,
    /// The request that brought it.
    pub request_id: Option<String>,
    /// When it came to us.
    pub recebido_em: DateTime<Utc>,
    /// Fetched by us afterwards, not delivered by Evolution.
    pub recuperado: bool,
}

/// Stores the call; `false` if this message is here already.
pub async fn insert(tx: &mut TenantTx, row: &EventoRecebido) -> Result<bool> {
    let n = diesel::insert_into(t::table).values(row).on_conflict_do_nothing().execute(tx.connection()).await?;
    Ok(n == 1)
}

/// The call, unless it has been dealt with.
pub async fn pending(tx: &mut TenantTx, id: Uuid) -> Result<Option<EventoRecebido>> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)).and(t::processado_em.is_null()));
    Ok(row.select(EventoRecebido::as_select()).for_update().first(tx.connection()).await.optional()?)
}

/// Says what became of it, such as `mensagem` or `descartado:grupo`.
pub async fn finish(tx: &mut TenantTx, id: Uuid, resultado: &str, now: DateTime<Utc>) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .set((t::resultado.eq(resultado), t::processado_em.eq(now)))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes at most `limit` calls of this cliente received before `before`, oldest first, dealt with or not: what nobody has
/// looked at for so long holds somebody's words all the same.
pub async fn delete_before(tx: &mut TenantTx, before: DateTime<Utc>, limit: i64) -> Result<usize> {
    let sql = "DELETE FROM eventos_recebidos WHERE cliente_id = $1 AND id = ANY(ARRAY(\
        SELECT id FROM eventos_recebidos WHERE cliente_id = $1 AND recebido_em < $2 ORDER BY recebido_em LIMIT $3))";
    super::change_batch(tx, sql, before, limit).await
}

/// Removes the calls of this cliente that name one of `marks` anywhere. Reads all of them, so it is for rare work such as
/// erasing a person's data. Waits for a call that is being dealt with.
pub async fn delete_naming(tx: &mut TenantTx, marks: &[String]) -> Result<usize> {
    use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
    let sql = "DELETE FROM eventos_recebidos e WHERE e.cliente_id = $1 AND EXISTS (\
        SELECT FROM unnest($2) m WHERE strpos(concat_ws(' ', e.remote_jid, e.payload::text), m) > 0)";
    let cliente_id = tx.cliente_id();
    Ok(diesel::sql_query(sql)
        .bind::<SqlUuid, _>(cliente_id)
        .bind::<Array<Text>, _>(marks)
        .execute(tx.connection())
        .await?)
}

/// Keeps `payload` instead of what came: media is not kept twice, and what was deleted is not kept at all.
pub async fn set_payload(tx: &mut TenantTx, id: Uuid, payload: &serde_json::Value) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .set(t::payload.eq(payload))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Forgets what the message `externa_id` said, in the call that brought it and in its edits. Not in one that is being dealt
/// with: that one waits for whatever the caller holds.
pub async fn forget_message(tx: &mut TenantTx, externa_id: &str) -> Result<()> {
    diesel::sql_query(
        "UPDATE eventos_recebidos SET payload = payload #- '{data,message}' #- '{data,editedMessage}' \
         WHERE id IN (SELECT id FROM eventos_recebidos WHERE cliente_id = $1 AND (mensagem_externa_id = $2 \
         OR (evento = 'messages.edited' AND payload #>> '{data,key,id}' = $2)) FOR UPDATE SKIP LOCKED)",
    )
    .bind::<diesel::sql_types::Uuid, _>(tx.cliente_id())
    .bind::<diesel::sql_types::Text, _>(externa_id)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Which of these messages have come by this connection.
pub async fn known(tx: &mut TenantTx, instancia: InstanciaId, ids: &[String]) -> Result<Vec<String>> {
    let rows = t::table
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::instancia_id.eq(instancia)))
        .filter(t::evento.eq("messages.upsert").and(t::mensagem_externa_id.eq_any(ids)));
    Ok(rows.select(t::mensagem_externa_id.assume_not_null()).load(tx.connection()).await?)
}

/// When Evolution delivered the first and the last message that we still know of.
#[derive(Debug, QueryableByName)]
pub struct Trafego {
    /// The first.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub primeira: Option<DateTime<Utc>>,
    /// The last.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub ultima: Option<DateTime<Utc>>,
}

/// The ends of what was delivered: two look-ups in an index.
pub async fn traffic(tx: &mut TenantTx) -> Result<Trafego> {
    let cliente_id = tx.cliente_id();
    let of = "FROM eventos_recebidos WHERE cliente_id = $1 AND evento = 'messages.upsert' AND NOT recuperado";
    let sql = format!("SELECT (SELECT min(recebido_em) {of}) AS primeira, (SELECT max(recebido_em) {of}) AS ultima");
    Ok(diesel::sql_query(sql).bind::<SqlUuid, _>(cliente_id).get_result(tx.connection()).await?)
}

/// How many messages were delivered between two moments.
pub async fn delivered(tx: &mut TenantTx, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<i64> {
    #[derive(QueryableByName)]
    struct N {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let cliente_id = tx.cliente_id();
    let sql = "SELECT count(*) AS n FROM eventos_recebidos WHERE cliente_id = $1 AND evento = 'messages.upsert' \
               AND NOT recuperado AND recebido_em > $2 AND recebido_em <= $3";
    let row: N = diesel::sql_query(sql)
        .bind::<SqlUuid, _>(cliente_id)
        .bind::<Timestamptz, _>(from)
        .bind::<Timestamptz, _>(to)
        .get_result(tx.connection())
        .await?;
    Ok(row.n)
}
