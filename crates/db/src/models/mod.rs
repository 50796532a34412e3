//! Rows and the queries on them, one file a table. A function that takes [`TenantTx`](crate::TenantTx) reads and
//! writes the rows of its cliente only; it filters by `cliente_id` too, so that the index is used and a forgotten
//! policy is not a leak.

pub mod admin;
pub mod assinatura;
pub mod aviso;
pub mod checkout;
pub mod cliente;
pub mod configuracao_bot;
pub mod conhecimento;
pub mod conhecimento_versao;
pub mod contato;
pub mod conversa;
pub mod email;
pub mod evento;
pub mod evento_recebido;
pub mod evento_stripe;
pub mod exportacao;
pub mod fatura;
pub mod instancia;
pub mod link_acesso;
pub mod mensagem;
pub mod metrica;
pub mod midia;
pub mod numero;
pub mod outbox;
pub mod pergunta;
pub mod plano;
pub mod primeiros_passos;
pub mod prontidao;
pub mod resposta_pronta;
pub mod sinal;
pub mod uso;
pub mod uso_diario;

/// Runs a statement over at most `$3` rows of the cliente `$1` that are older than `$2`.
async fn change_batch(
    tx: &mut crate::TenantTx,
    sql: &str,
    before: chrono::DateTime<chrono::Utc>,
    limit: i64,
) -> crate::Result<usize> {
    use diesel::sql_types::{BigInt, Timestamptz, Uuid};
    use diesel_async::RunQueryDsl;
    let cliente_id = tx.cliente_id();
    Ok(diesel::sql_query(sql)
        .bind::<Uuid, _>(cliente_id)
        .bind::<Timestamptz, _>(before)
        .bind::<BigInt, _>(limit)
        .execute(tx.connection())
        .await?)
}

/// Runs a statement over at most `$2` rows that are older than `$1`, of any cliente or none.
async fn change_any_batch(
    tx: &mut crate::SystemTx,
    sql: &str,
    before: chrono::DateTime<chrono::Utc>,
    limit: i64,
) -> crate::Result<usize> {
    use diesel::sql_types::{BigInt, Timestamptz};
    use diesel_async::RunQueryDsl;
    let statement = diesel::sql_query(sql).bind::<Timestamptz, _>(before).bind::<BigInt, _>(limit);
    Ok(statement.execute(tx.connection()).await?)
}
