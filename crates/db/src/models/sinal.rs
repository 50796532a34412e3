//! `sinais`: the last sign of life of a part that all clientes share.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamptz};
use diesel_async::RunQueryDsl;

use crate::schema::sinais as t;
use crate::{Result, SystemTx};

#[derive(QueryableByName)]
struct Antes {
    #[diesel(sql_type = diesel::sql_types::Nullable<Timestamptz>)]
    antes: Option<DateTime<Utc>>,
}

/// Records a sign and gives the one before it; `None` for the first. Of two at once, one sees the other's.
pub async fn touch(tx: &mut SystemTx, nome: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let sql = "WITH antes AS (SELECT em FROM sinais WHERE nome = $1 FOR UPDATE), \
               novo AS (INSERT INTO sinais (nome, em) VALUES ($1, $2) \
                 ON CONFLICT (nome) DO UPDATE SET em = greatest(sinais.em, excluded.em)) \
               SELECT (SELECT em FROM antes) AS antes";
    let row: Antes =
        diesel::sql_query(sql).bind::<Text, _>(nome).bind::<Timestamptz, _>(now).get_result(tx.connection()).await?;
    Ok(row.antes)
}

/// The last sign.
pub async fn last(tx: &mut SystemTx, nome: &str) -> Result<Option<DateTime<Utc>>> {
    Ok(t::table.find(nome).select(t::em).first(tx.connection()).await.optional()?)
}
