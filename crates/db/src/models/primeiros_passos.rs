//! `primeiros_passos`: what the owner has chosen and done on the way to the first answer.

use chrono::{DateTime, Utc};
use contracts::Ramo;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::schema::primeiros_passos as t;
use crate::{Result, TenantTx};

/// The owner's part.
#[derive(Clone, Debug, Default, Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct PrimeirosPassos {
    /// The trade.
    pub ramo: Option<Ramo>,
    /// Questions that do not concern this business.
    pub ignoradas: Vec<String>,
    /// When a question was first tried.
    pub testou_em: Option<DateTime<Utc>>,
    /// When the list was put away.
    pub dispensados_em: Option<DateTime<Utc>>,
}

/// What the other tables know of the way.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Fatos {
    /// A text is saved.
    #[diesel(sql_type = Bool)]
    pub texto: bool,
    /// The number is connected.
    #[diesel(sql_type = Bool)]
    pub conectado: bool,
    /// The assistant has answered somebody.
    #[diesel(sql_type = Bool)]
    pub respondeu: bool,
    /// In a conversa that the owner has opened.
    #[diesel(sql_type = Bool)]
    pub viu: bool,
}

/// The row; empty before anything was chosen.
pub async fn get(tx: &mut TenantTx) -> Result<PrimeirosPassos> {
    let row = t::table.find(tx.cliente_id()).select(PrimeirosPassos::as_select());
    Ok(row.first(tx.connection()).await.optional()?.unwrap_or_default())
}

async fn ensure(tx: &mut TenantTx) -> Result<()> {
    diesel::insert_into(t::table)
        .values(t::cliente_id.eq(tx.cliente_id()))
        .on_conflict_do_nothing()
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Chooses the trade. Another trade has other questions, so what was ignored is asked again.
pub async fn set_ramo(tx: &mut TenantTx, ramo: Ramo) -> Result<()> {
    ensure(tx).await?;
    let other = t::table.find(tx.cliente_id()).filter(t::ramo.is_distinct_from(Some(ramo)));
    diesel::update(other)
        .set((t::ramo.eq(Some(ramo)), t::ignoradas.eq(Vec::<String>::new())))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Says of a question whether it concerns this business.
pub async fn set_ignoradas(tx: &mut TenantTx, ignoradas: &[String]) -> Result<()> {
    ensure(tx).await?;
    let row = t::table.find(tx.cliente_id());
    diesel::update(row).set(t::ignoradas.eq(ignoradas)).execute(tx.connection()).await?;
    Ok(())
}

/// Remembers that a question was tried; says whether it was the first.
pub async fn testou(tx: &mut TenantTx, now: DateTime<Utc>) -> Result<bool> {
    ensure(tx).await?;
    let row = t::table.find(tx.cliente_id()).filter(t::testou_em.is_null());
    Ok(diesel::update(row).set(t::testou_em.eq(now)).execute(tx.connection()).await? == 1)
}

/// Puts the list away, or takes it out again.
pub async fn set_dispensados(tx: &mut TenantTx, em: Option<DateTime<Utc>>) -> Result<()> {
    ensure(tx).await?;
    let row = t::table.find(tx.cliente_id());
    diesel::update(row).set(t::dispensados_em.eq(em)).execute(tx.connection()).await?;
    Ok(())
}

/// What is known without being told.
pub async fn fatos(tx: &mut TenantTx) -> Result<Fatos> {
    let cliente_id = tx.cliente_id();
    // Opened: nothing in it is unread, although the contato has written.
    let sql = "WITH c AS (SELECT v.nao_lidas FROM conversas v WHERE v.cliente_id = $1 AND EXISTS (\
                 SELECT FROM historico_mensagens m WHERE m.cliente_id = $1 AND m.conversa_id = v.id AND m.tipo = 'IA' \
                   AND m.status_envio IN ('ENVIADA', 'ENTREGUE', 'LIDA')) \
                 ORDER BY v.nao_lidas > 0, v.ultima_mensagem_em DESC LIMIT 1) \
               SELECT EXISTS (SELECT FROM conhecimentos WHERE cliente_id = $1 AND conteudo_texto <> '') AS texto, \
                 EXISTS (SELECT FROM instancias_whatsapp WHERE cliente_id = $1 AND status = 'CONECTADO') AS conectado, \
                 EXISTS (SELECT FROM c) AS respondeu, EXISTS (SELECT FROM c WHERE nao_lidas = 0) AS viu";
    Ok(diesel::sql_query(sql).bind::<SqlUuid, _>(cliente_id).get_result(tx.connection()).await?)
}
