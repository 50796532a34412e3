//! `uso_openai`: every call of a model, and the month's budget beside it. Money is numeric in the table and a double here:
//! amounts are fractions of a cent up to some hundred reais.

use chrono::{DateTime, Utc};
use contracts::{ConversaId, TipoUso};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Float4, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::{Result, TenantTx};

/// A call.
#[derive(Clone, Debug)]
pub struct NewUso {
    /// Its id.
    pub id: Uuid,
    /// The conversation it was for.
    pub conversa_id: Option<ConversaId>,
    /// What for.
    pub tipo: TipoUso,
    /// The model's name.
    pub modelo: String,
    /// Tokens read.
    pub tokens_entrada: i64,
    /// Tokens written.
    pub tokens_saida: i64,
    /// Seconds of audio.
    pub segundos: f32,
    /// `None` where the price is not known.
    pub custo_usd: Option<f64>,
    /// Likewise, in reais.
    pub custo_brl: Option<f64>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// What one model was asked for.
#[derive(Debug, QueryableByName)]
pub struct PorModelo {
    /// `TipoUso`.
    #[diesel(sql_type = Text)]
    pub tipo: TipoUso,
    /// The model's name.
    #[diesel(sql_type = Text)]
    pub modelo: String,
    /// How many calls.
    #[diesel(sql_type = BigInt)]
    pub chamadas: i64,
    /// How many of them without a known price.
    #[diesel(sql_type = BigInt)]
    pub sem_preco: i64,
    /// Tokens read.
    #[diesel(sql_type = BigInt)]
    pub tokens_entrada: i64,
    /// Tokens written.
    #[diesel(sql_type = BigInt)]
    pub tokens_saida: i64,
    /// Seconds of audio.
    #[diesel(sql_type = Double)]
    pub segundos: f64,
    /// `None` where no call had a price.
    #[diesel(sql_type = Nullable<Double>)]
    pub custo_usd: Option<f64>,
    /// Likewise, in reais.
    #[diesel(sql_type = Nullable<Double>)]
    pub custo_brl: Option<f64>,
}

/// One day in Brasília.
#[derive(Debug, QueryableByName)]
pub struct PorDia {
    /// `2026-11-22`.
    #[diesel(sql_type = Text)]
    pub dia: String,
    /// Calls.
    #[diesel(sql_type = BigInt)]
    pub chamadas: i64,
    /// In reais.
    #[diesel(sql_type = Double)]
    pub custo_brl: f64,
}

#[derive(QueryableByName)]
struct Valor {
    #[diesel(sql_type = Nullable<Double>)]
    valor: Option<f64>,
}

/// Records a call. Of a conversation that is gone only the cost remains.
pub async fn insert(tx: &mut TenantTx, row: &NewUso) -> Result<()> {
    let cliente_id = tx.cliente_id();
    diesel::sql_query(
        "INSERT INTO uso_openai (id, cliente_id, conversa_id, tipo, modelo, tokens_entrada, tokens_saida, segundos, \
         custo_usd, custo_brl, created_at) \
         VALUES ($1, $2, (SELECT id FROM conversas WHERE cliente_id = $2 AND id = $3), $4, $5, $6, $7, $8, \
         $9::numeric, $10::numeric, $11)",
    )
    .bind::<SqlUuid, _>(row.id)
    .bind::<SqlUuid, _>(cliente_id)
    .bind::<Nullable<SqlUuid>, _>(row.conversa_id)
    .bind::<Text, _>(row.tipo)
    .bind::<Text, _>(&row.modelo)
    .bind::<BigInt, _>(row.tokens_entrada)
    .bind::<BigInt, _>(row.tokens_saida)
    .bind::<Float4, _>(row.segundos)
    .bind::<Nullable<Double>, _>(row.custo_usd)
    .bind::<Nullable<Double>, _>(row.custo_brl)
    .bind::<Timestamptz, _>(row.created_at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What was spent from `since` on, in reais.
pub async fn spent(tx: &mut TenantTx, since: DateTime<Utc>) -> Result<f64> {
    let cliente_id = tx.cliente_id();
    let sql = "SELECT sum(custo_brl)::float8 AS valor FROM uso_openai WHERE cliente_id = $1 AND created_at >= $2";
    let row: Valor = diesel::sql_query(sql)
        .bind::<SqlUuid, _>(cliente_id)
        .bind::<Timestamptz, _>(since)
        .get_result(tx.connection())
        .await?;
    Ok(row.valor.unwrap_or(0.0))
}

/// The cliente's own budget for a month, in reais.
pub async fn budget(tx: &mut TenantTx) -> Result<Option<f64>> {
    let cliente_id = tx.cliente_id();
    let sql = "SELECT orcamento_mensal_brl::float8 AS valor FROM configuracoes_bot WHERE cliente_id = $1";
    let row: Option<Valor> =
        diesel::sql_query(sql).bind::<SqlUuid, _>(cliente_id).get_result(tx.connection()).await.optional()?;
    Ok(row.and_then(|r| r.valor))
}

/// Sets it; `None`: the installation's default holds.
pub async fn set_budget(tx: &mut TenantTx, brl: Option<f64>) -> Result<()> {
    let sql = "UPDATE configuracoes_bot SET orcamento_mensal_brl = $2::numeric(12, 2) WHERE cliente_id = $1";
    let cliente_id = tx.cliente_id();
    diesel::sql_query(sql)
        .bind::<SqlUuid, _>(cliente_id)
        .bind::<Nullable<Double>, _>(brl)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// By kind and model from `since` on, dearest first.
pub async fn by_model(tx: &mut TenantTx, since: DateTime<Utc>) -> Result<Vec<PorModelo>> {
    let cliente_id = tx.cliente_id();
    let sql = "SELECT tipo, modelo, count(*) AS chamadas, count(*) FILTER (WHERE custo_brl IS NULL) AS sem_preco, \
               sum(tokens_entrada)::bigint AS tokens_entrada, sum(tokens_saida)::bigint AS tokens_saida, \
               sum(segundos)::float8 AS segundos, sum(custo_usd)::float8 AS custo_usd, sum(custo_brl)::float8 AS custo_brl \
               FROM uso_openai WHERE cliente_id = $1 AND created_at >= $2 \
               GROUP BY tipo, modelo ORDER BY sum(custo_brl) DESC NULLS LAST, tipo, modelo";
    Ok(diesel::sql_query(sql)
        .bind::<SqlUuid, _>(cliente_id)
        .bind::<Timestamptz, _>(since)
        .load(tx.connection())
        .await?)
}

/// By day from `since` on, oldest first.
pub async fn by_day(tx: &mut TenantTx, since: DateTime<Utc>) -> Result<Vec<PorDia>> {
    let cliente_id = tx.cliente_id();
    let sql = "SELECT to_char(created_at AT TIME ZONE 'America/Sao_Paulo', 'YYYY-MM-DD') AS dia, count(*) AS chamadas, \
               coalesce(sum(custo_brl), 0)::float8 AS custo_brl \
               FROM uso_openai WHERE cliente_id = $1 AND created_at >= $2 GROUP BY dia ORDER BY dia";
    Ok(diesel::sql_query(sql)
        .bind::<SqlUuid, _>(cliente_id)
        .bind::<Timestamptz, _>(since)
        .load(tx.connection())
        .await?)
}
