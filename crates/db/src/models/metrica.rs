//! `metricas_horarias`: what happened in each hour, counted from the lines of the threads while they are there and kept
//! when they are gone.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Double, Integer, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::{Result, TenantTx};

/// An hour with anything in it.
#[derive(Clone, Debug, QueryableByName)]
pub struct Hora {
    /// Its begin.
    #[diesel(sql_type = Timestamptz)]
    pub hora: DateTime<Utc>,
    /// Lines of contatos.
    #[diesel(sql_type = Integer)]
    pub recebidas: i32,
    /// Answered by the assistant, then or later.
    #[diesel(sql_type = Integer)]
    pub ia: i32,
    /// Answered by a person.
    #[diesel(sql_type = Integer)]
    pub pessoa: i32,
    /// First lines of a conversa on its day.
    #[diesel(sql_type = Integer)]
    pub conversas: i32,
    /// Persons called.
    #[diesel(sql_type = Integer)]
    pub passadas: i32,
    /// Of them because the knowledge lacks the answer.
    #[diesel(sql_type = Integer)]
    pub sem_saber: i32,
    /// Seconds to the assistant's answer, one for each turn.
    #[diesel(sql_type = Array<Integer>)]
    pub esperas_ia: Vec<i32>,
    /// The same for answers of people.
    #[diesel(sql_type = Array<Integer>)]
    pub esperas_pessoa: Vec<i32>,
}

/// Cost of one hour.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Custo {
    /// Its begin.
    #[diesel(sql_type = Timestamptz)]
    pub hora: DateTime<Utc>,
    /// In reais.
    #[diesel(sql_type = Double)]
    pub custo_brl: f64,
}

/// Counts the lines of `$1` from `$2` on, up to `$3`. A turn is what the contato wrote up to an answer (`n` numbers the answers
/// of a thread backwards, so a line shares its number with the answer that follows it; 0: none does). Called or automatic
/// lines of the assistant answer nothing. `$4`: lines of the margin before `$2`, so that a turn that began there keeps
/// its begin.
const CONTAR: &str = "WITH l AS (
    SELECT conversa_id, ordem, tipo, \"timestamp\" AS em,
      tipo = 'HUMANO' OR (tipo = 'IA' AND motivo IS NULL AND status_envio IS DISTINCT FROM 'FALHOU'
        AND detalhes -> 'automatica' IS NULL) AS responde,
      tipo IN ('IA', 'SISTEMA') AND motivo IS NOT NULL AND status_envio IS DISTINCT FROM 'FALHOU' AS passou,
      confianca IS NOT NULL AS julgada
    FROM historico_mensagens
    WHERE cliente_id = $1 AND \"timestamp\" >= $4 AND (tipo IN ('CONTATO', 'IA', 'HUMANO') OR motivo IS NOT NULL)
  ), g AS (
    SELECT *, count(*) FILTER (WHERE responde) OVER (PARTITION BY conversa_id ORDER BY ordem DESC) AS n FROM l
  ), t AS (
    SELECT *, max(CASE WHEN responde THEN tipo END) OVER turno AS quem, min(CASE WHEN responde THEN em END) OVER turno AS em_resposta,
      min(CASE WHEN tipo = 'CONTATO' THEN ordem END) OVER turno AS primeira,
      row_number() OVER (PARTITION BY conversa_id, tipo, (em AT TIME ZONE 'America/Sao_Paulo')::date ORDER BY ordem) = 1 AS do_dia
    FROM g WINDOW turno AS (PARTITION BY conversa_id, n)
  )
  SELECT date_trunc('hour', em, 'UTC') AS hora,
    (count(*) FILTER (WHERE tipo = 'CONTATO'))::int AS recebidas,
    (count(*) FILTER (WHERE tipo = 'CONTATO' AND quem = 'IA'))::int AS ia,
    (count(*) FILTER (WHERE tipo = 'CONTATO' AND quem = 'HUMANO'))::int AS pessoa,
    (count(*) FILTER (WHERE tipo = 'CONTATO' AND do_dia))::int AS conversas,
    (count(*) FILTER (WHERE passou))::int AS passadas,
    (count(*) FILTER (WHERE passou AND julgada))::int AS sem_saber,
    coalesce(array_agg(greatest(extract(epoch FROM em_resposta - em), 0)::int) FILTER (WHERE ordem = primeira AND quem = 'IA'), '{}') AS esperas_ia,
    coalesce(array_agg(greatest(extract(epoch FROM em_resposta - em), 0)::int) FILTER (WHERE ordem = primeira AND quem = 'HUMANO'), '{}') AS esperas_pessoa
  FROM t WHERE em >= $2 AND em < $3 GROUP BY 1";

/// How far before the first counted moment a turn may have begun.
const MARGEM: chrono::TimeDelta = chrono::TimeDelta::hours(12);

/// The hours of `[de, ate)` from the lines themselves; `de` is a midnight of Brasília.
pub async fn contar(tx: &mut TenantTx, de: DateTime<Utc>, ate: DateTime<Utc>) -> Result<Vec<Hora>> {
    let cliente_id = tx.cliente_id();
    Ok(diesel::sql_query(CONTAR)
        .bind::<SqlUuid, _>(cliente_id)
        .bind::<Timestamptz, _>(de)
        .bind::<Timestamptz, _>(ate)
        .bind::<Timestamptz, _>(de - MARGEM)
        .load(tx.connection())
        .await?)
}

/// The stored hours of `[de, ate)`.
pub async fn guardadas(tx: &mut TenantTx, de: DateTime<Utc>, ate: DateTime<Utc>) -> Result<Vec<Hora>> {
    let cliente_id = tx.cliente_id();
    let sql = "SELECT hora, recebidas, ia, pessoa, conversas, passadas, sem_saber, esperas_ia, esperas_pessoa \
               FROM metricas_horarias WHERE cliente_id = $1 AND hora >= $2 AND hora < $3";
    Ok(diesel::sql_query(sql)
        .bind::<SqlUuid, _>(cliente_id)
        .bind::<Timestamptz, _>(de)
        .bind::<Timestamptz, _>(ate)
        .load(tx.connection())
        .await?)
}

/// Stores the hours of `[de, ate)` as the lines have them, in place of what was stored of them.
pub async fn guardar(tx: &mut TenantTx, de: DateTime<Utc>, ate: DateTime<Utc>) -> Result<usize> {
    let cliente_id = tx.cliente_id();
    diesel::sql_query("DELETE FROM metricas_horarias WHERE cliente_id = $1 AND hora >= $2 AND hora < $3")
        .bind::<SqlUuid, _>(cliente_id)
        .bind::<Timestamptz, _>(de)
        .bind::<Timestamptz, _>(ate)
        .execute(tx.connection())
        .await?;
    let sql = format!(
        "INSERT INTO metricas_horarias (cliente_id, hora, recebidas, ia, pessoa, conversas, passadas, sem_saber, esperas_ia, \
         esperas_pessoa) SELECT $1, * FROM ({CONTAR}) contadas"
    );
    Ok(diesel::sql_query(sql)
        .bind::<SqlUuid, _>(cliente_id)
        .bind::<Timestamptz, _>(de)
        .bind::<Timestamptz, _>(ate)
        .bind::<Timestamptz, _>(de - MARGEM)
        .execute(tx.connection())
        .await?)
}

/// The newest stored hour.
pub async fn ultima(tx: &mut TenantTx) -> Result<Option<DateTime<Utc>>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Nullable<Timestamptz>)]
        hora: Option<DateTime<Utc>>,
    }
    let cliente_id = tx.cliente_id();
    let sql = "SELECT max(hora) AS hora FROM metricas_horarias WHERE cliente_id = $1";
    let row: Row = diesel::sql_query(sql).bind::<SqlUuid, _>(cliente_id).get_result(tx.connection()).await?;
    Ok(row.hora)
}

/// Removes hours before `antes`.
pub async fn delete_before(tx: &mut TenantTx, antes: DateTime<Utc>) -> Result<usize> {
    let cliente_id = tx.cliente_id();
    Ok(diesel::sql_query("DELETE FROM metricas_horarias WHERE cliente_id = $1 AND hora < $2")
        .bind::<SqlUuid, _>(cliente_id)
        .bind::<Timestamptz, _>(antes)
        .execute(tx.connection())
        .await?)
}

/// Whether a contato has ever written.
pub async fn alguma_mensagem(tx: &mut TenantTx) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        alguma: bool,
    }
    let cliente_id = tx.cliente_id();
    let sql = "SELECT EXISTS (SELECT FROM conversas WHERE cliente_id = $1) \
               OR EXISTS (SELECT FROM metricas_horarias WHERE cliente_id = $1 AND recebidas > 0) AS alguma";
    let row: Row = diesel::sql_query(sql).bind::<SqlUuid, _>(cliente_id).get_result(tx.connection()).await?;
    Ok(row.alguma)
}

/// What the models cost, by hour.
pub async fn custos(tx: &mut TenantTx, de: DateTime<Utc>, ate: DateTime<Utc>) -> Result<Vec<Custo>> {
    let cliente_id = tx.cliente_id();
    let sql = "SELECT date_trunc('hour', created_at, 'UTC') AS hora, coalesce(sum(custo_brl), 0)::float8 AS custo_brl \
               FROM uso_openai WHERE cliente_id = $1 AND created_at >= $2 AND created_at < $3 GROUP BY 1";
    Ok(diesel::sql_query(sql)
        .bind::<SqlUuid, _>(cliente_id)
        .bind::<Timestamptz, _>(de)
        .bind::<Timestamptz, _>(ate)
        .load(tx.connection())
        .await?)
}
