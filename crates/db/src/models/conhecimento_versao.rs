//! `conhecimento_versoes`, every save of the knowledge text, and `conhecimento_rascunhos`, what was typed and not saved.

use chrono::{DateTime, Utc};
use contracts::OrigemVersao;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::{Result, TenantTx};

/// A save, without its text.
#[derive(Clone, Debug, QueryableByName)]
pub struct Versao {
    /// Grows by one at each save.
    #[diesel(sql_type = Integer)]
    pub versao: i32,
    /// Length of the text.
    #[diesel(sql_type = Integer)]
    pub caracteres: i32,
    /// How it came about.
    #[diesel(sql_type = Text)]
    pub origem: OrigemVersao,
    /// The version it was taken from, for a restored one.
    #[diesel(sql_type = Nullable<Integer>)]
    pub restaurada_de: Option<i32>,
    /// Whose login; none for the program itself.
    #[diesel(sql_type = Nullable<Text>)]
    pub autor: Option<String>,
    /// When.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
}

/// What is said of a new version.
#[derive(Clone, Debug)]
pub struct Nota {
    /// How it came about.
    pub origem: OrigemVersao,
    /// The version it was taken from.
    pub restaurada_de: Option<i32>,
    /// Whose login.
    pub autor: Option<String>,
}

/// What was typed and not saved.
#[derive(Clone, Debug, QueryableByName)]
pub struct Rascunho {
    /// The text.
    #[diesel(sql_type = Text)]
    pub conteudo_texto: String,
    /// The version it was typed over.
    #[diesel(sql_type = Integer)]
    pub versao: i32,
    /// When; also its name, since there is one at a time.
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
}

/// Keeps a save and removes the oldest beyond `keep`, and those before `since`; never the newest.
pub async fn insert(
    tx: &mut TenantTx,
    versao: i32,
    texto: &str,
    nota: &Nota,
    now: DateTime<Utc>,
    keep: i32,
    since: DateTime<Utc>,
) -> Result<()> {
    let id = tx.cliente_id();
    diesel::sql_query(
        "INSERT INTO conhecimento_versoes (cliente_id, versao, conteudo_texto, origem, restaurada_de, autor, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Integer, _>(versao)
    .bind::<Text, _>(texto)
    .bind::<Text, _>(nota.origem)
    .bind::<Nullable<Integer>, _>(nota.restaurada_de)
    .bind::<Nullable<Text>, _>(nota.autor.as_deref())
    .bind::<Timestamptz, _>(now)
    .execute(tx.connection())
    .await?;
    diesel::sql_query(
        "DELETE FROM conhecimento_versoes WHERE cliente_id = $1 AND versao <> $2 AND (created_at < $3 OR versao NOT IN \
         (SELECT versao FROM conhecimento_versoes WHERE cliente_id = $1 ORDER BY versao DESC LIMIT $4))",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Integer, _>(versao)
    .bind::<Timestamptz, _>(since)
    .bind::<BigInt, _>(i64::from(keep))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// All that are kept, newest first.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Versao>> {
    let id = tx.cliente_id();
    Ok(diesel::sql_query(
        "SELECT versao, caracteres, origem, restaurada_de, autor, created_at FROM conhecimento_versoes \
         WHERE cliente_id = $1 ORDER BY versao DESC",
    )
    .bind::<SqlUuid, _>(id)
    .load(tx.connection())
    .await?)
}

#[derive(QueryableByName)]
struct Texto {
    #[diesel(sql_type = Text)]
    conteudo_texto: String,
}

/// The text of one.
pub async fn texto(tx: &mut TenantTx, versao: i32) -> Result<Option<String>> {
    let id = tx.cliente_id();
    let row: Option<Texto> =
        diesel::sql_query("SELECT conteudo_texto FROM conhecimento_versoes WHERE cliente_id = $1 AND versao = $2")
            .bind::<SqlUuid, _>(id)
            .bind::<Integer, _>(versao)
            .get_result(tx.connection())
            .await
            .optional()?;
    Ok(row.map(|r| r.conteudo_texto))
}

/// The draft, if there is one.
pub async fn rascunho(tx: &mut TenantTx) -> Result<Option<Rascunho>> {
    let id = tx.cliente_id();
    let sql = "SELECT conteudo_texto, versao, updated_at FROM conhecimento_rascunhos WHERE cliente_id = $1";
    Ok(diesel::sql_query(sql).bind::<SqlUuid, _>(id).get_result(tx.connection()).await.optional()?)
}

/// Keeps a draft in the place of the one that is known as `anterior`. `None`, with nothing changed, when there is another.
pub async fn set_rascunho(
    tx: &mut TenantTx,
    texto: &str,
    versao: i32,
    anterior: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Option<Rascunho>> {
    let id = tx.cliente_id();
    Ok(diesel::sql_query(
        "INSERT INTO conhecimento_rascunhos AS r (cliente_id, conteudo_texto, versao, updated_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (cliente_id) DO UPDATE SET conteudo_texto = $2, versao = $3, updated_at = greatest($4, r.updated_at + interval '1 microsecond') \
         WHERE r.updated_at = $5 OR r.conteudo_texto = $2 RETURNING conteudo_texto, versao, updated_at",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(texto)
    .bind::<Integer, _>(versao)
    .bind::<Timestamptz, _>(now)
    .bind::<Nullable<Timestamptz>, _>(anterior)
    .get_result(tx.connection())
    .await
    .optional()?)
}

/// Removes the draft that is known as `qual`. Says whether there was one.
pub async fn delete_rascunho(tx: &mut TenantTx, qual: DateTime<Utc>) -> Result<bool> {
    let id = tx.cliente_id();
    let n = diesel::sql_query("DELETE FROM conhecimento_rascunhos WHERE cliente_id = $1 AND updated_at = $2")
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(qual)
        .execute(tx.connection())
        .await?;
    Ok(n == 1)
}
