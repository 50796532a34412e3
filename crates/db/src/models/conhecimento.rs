//! `conhecimentos`, the business's own text, and `chunks`, what it is cut into.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, StatusIndexacao};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::{chunks, conhecimentos};
use crate::{Result, TenantTx};

/// The text and how far it is indexed.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = conhecimentos)]
pub struct Conhecimento {
    /// At most 50,000 characters.
    pub conteudo_texto: String,
    /// Grows by one at each save.
    pub versao: i32,
    /// State of the index.
    pub indexacao: StatusIndexacao,
    /// The version that the index holds.
    pub versao_indexada: Option<i32>,
    /// Why indexing failed.
    pub erro: Option<String>,
    /// What is added to the log odds of the confidence, from what people did with this cliente's replies; -2 to 0.5.
    pub ajuste_confianca: f32,
    /// Time of the last save.
    pub updated_at: DateTime<Utc>,
}

/// A piece of the text as LanceDB has it, with its vector where embeddings are configured.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = chunks)]
pub struct ChunkRow {
    /// Its owner.
    pub cliente_id: ClienteId,
    /// Its place in the text, from 0.
    pub ordem: i32,
    /// The heading it stands under.
    pub titulo: Option<String>,
    /// The piece.
    pub texto: String,
    /// Finds the vector of an unchanged piece again.
    pub texto_sha256: Vec<u8>,
    /// The embedding model.
    pub modelo: Option<String>,
    /// What the model made of it.
    pub vetor: Option<Vec<f32>>,
}

/// The text; `None` before the first save.
pub async fn get(tx: &mut TenantTx) -> Result<Option<Conhecimento>> {
    Ok(conhecimentos::table
        .find(tx.cliente_id())
        .select(Conhecimento::as_select())
        .first(tx.connection())
        .await
        .optional()?)
}

/// Lets one save at a time through until this transaction ends; the first one has no row to lock.
pub async fn lock(tx: &mut TenantTx) -> Result<()> {
    let id = tx.cliente_id();
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended('conhecimento:' || $1::text, 0))")
        .bind::<diesel::sql_types::Uuid, _>(id)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Saves the text as a new version, to be indexed. `None`, with nothing changed, when the database holds another
/// version than `expected`.
pub async fn put(
    tx: &mut TenantTx,
    texto: &str,
    expected: Option<i32>,
    now: DateTime<Utc>,
) -> Result<Option<Conhecimento>> {
    lock(tx).await?;
    let row = conhecimentos::table
        .find(tx.cliente_id())
        .select(conhecimentos::versao)
        .for_update()
        .first::<i32>(tx.connection())
        .await
        .optional()?;
    if expected.is_some_and(|v| v != row.unwrap_or(0)) {
        return Ok(None);
    }
    let set = || {
        (
            conhecimentos::conteudo_texto.eq(texto),
            conhecimentos::indexacao.eq(StatusIndexacao::Pendente),
            conhecimentos::erro.eq(None::<String>),
            conhecimentos::updated_at.eq(now),
        )
    };
    let saved = diesel::insert_into(conhecimentos::table)
        .values((conhecimentos::cliente_id.eq(tx.cliente_id()), set()))
        .on_conflict(conhecimentos::cliente_id)
        .do_update()
        .set((set(), conhecimentos::versao.eq(conhecimentos::versao + 1)))
        .returning(Conhecimento::as_returning())
        .get_result(tx.connection())
        .await?;
    Ok(Some(saved))
}

/// Moves the index's state, unless a newer version has been saved meanwhile. Says whether it did.
pub async fn set_indexacao(
    tx: &mut TenantTx,
    versao: i32,
    indexacao: StatusIndexacao,
    erro: Option<&str>,
) -> Result<bool> {
    let row = conhecimentos::table.find(tx.cliente_id()).filter(conhecimentos::versao.eq(versao));
    let n = diesel::update(row)
        .set((conhecimentos::indexacao.eq(indexacao), conhecimentos::erro.eq(erro)))
        .execute(tx.connection())
        .await?;
    Ok(n == 1)
}

/// Says that the index holds `versao`.
pub async fn set_versao_indexada(tx: &mut TenantTx, versao: i32) -> Result<()> {
    diesel::update(conhecimentos::table.find(tx.cliente_id()))
        .set(conhecimentos::versao_indexada.eq(versao))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// See [`Conhecimento::ajuste_confianca`].
pub async fn set_ajuste_confianca(tx: &mut TenantTx, ajuste: f32) -> Result<()> {
    diesel::update(conhecimentos::table.find(tx.cliente_id()))
        .set(conhecimentos::ajuste_confianca.eq(ajuste))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The pieces in their order.
pub async fn chunks(tx: &mut TenantTx) -> Result<Vec<ChunkRow>> {
    Ok(chunks::table
        .filter(chunks::cliente_id.eq(tx.cliente_id()))
        .order(chunks::ordem)
        .select(ChunkRow::as_select())
        .load(tx.connection())
        .await?)
}

/// How many pieces there are.
pub async fn count_chunks(tx: &mut TenantTx) -> Result<i64> {
    let mine = chunks::table.filter(chunks::cliente_id.eq(tx.cliente_id()));
    Ok(mine.select(count_star()).first(tx.connection()).await?)
}

/// Replaces all pieces.
pub async fn replace_chunks(tx: &mut TenantTx, rows: &[ChunkRow]) -> Result<()> {
    let mine = chunks::table.filter(chunks::cliente_id.eq(tx.cliente_id()));
    diesel::delete(mine).execute(tx.connection()).await?;
    diesel::insert_into(chunks::table).values(rows).execute(tx.connection()).await?;
    Ok(())
}

/// The version of the text, which nobody changes until this transaction ends.
pub async fn lock_versao(tx: &mut TenantTx) -> Result<Option<i32>> {
    let row = conhecimentos::table.find(tx.cliente_id()).select(conhecimentos::versao).for_update();
    Ok(row.first(tx.connection()).await.optional()?)
}
