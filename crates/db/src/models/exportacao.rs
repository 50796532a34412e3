//! Everything that is kept of a cliente, table by table, as it stands in the catalogue: a table that is added is exported
//! without anybody having to think of it.

use diesel::sql_types::{Jsonb, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use serde_json::Value;

use crate::{Result, TenantTx};

/// What holds nothing but mechanics, or the same thing once more, each with its reason.
const SEM: &[(&str, &str)] = &[
    ("checkouts", "what was typed before there was an account, which clientes holds"),
    ("chunks", "cut out of conhecimentos"),
    ("eventos", "signals to open browsers, kept for a day"),
    ("eventos_recebidos", "the calls in which the messages came"),
    ("jobs", "work to be done"),
    ("links_acesso", "doors, each open for a while"),
    ("outbox", "the lines on their way out, which historico_mensagens holds"),
    ("vigilancia", "when a connection was last looked at"),
];
/// Columns that nobody gets: what signs in, or opens a door.
const SEGREDOS: &[&str] = &["senha_hash", "capability_sha256", "segredo_sha256", "qr_code_data", "sha256", "vetor"];

#[derive(diesel::QueryableByName)]
struct Nome {
    #[diesel(sql_type = Text)]
    nome: String,
}

#[derive(diesel::QueryableByName)]
struct Linha {
    #[diesel(sql_type = Jsonb)]
    linha: Value,
}

/// To be called first: everything is read as it stands at one moment.
pub async fn comecar(tx: &mut TenantTx) -> Result<()> {
    Ok(tx.connection().batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?)
}

/// The tables, by name.
pub async fn tabelas(tx: &mut TenantTx) -> Result<Vec<String>> {
    let sem: Vec<String> = SEM.iter().map(|(t, _)| format!("'{t}'")).collect();
    let sql = format!(
        "SELECT c.relname::text AS nome FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'cliente_id' \
         WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname NOT IN ({}) ORDER BY 1",
        sem.join(", ")
    );
    let rows: Vec<Nome> = diesel::sql_query(sql).load(tx.connection()).await?;
    Ok(rows.into_iter().map(|r| r.nome).collect())
}

/// Begins to read a table of [`tabelas`], or `clientes`. One at a time.
pub async fn abrir(tx: &mut TenantTx, tabela: &str) -> Result<()> {
    let id = tx.cliente_id();
    let dono = if tabela == "clientes" { "id" } else { "cliente_id" };
    let sem: Vec<String> = SEGREDOS.iter().map(|c| format!("'{c}'")).collect();
    // A name out of the catalogue and an id: nothing of it comes from outside.
    let sql = format!(
        "DECLARE exportacao NO SCROLL CURSOR FOR SELECT to_jsonb(t) - ARRAY[{}] AS linha FROM \"{tabela}\" t WHERE t.{dono} = '{id}'",
        sem.join(", ")
    );
    Ok(tx.connection().batch_execute(&sql).await?)
}

/// The next rows; none at the end.
pub async fn ler(tx: &mut TenantTx, n: u32) -> Result<Vec<Value>> {
    let rows: Vec<Linha> = diesel::sql_query(format!("FETCH {n} FROM exportacao")).load(tx.connection()).await?;
    Ok(rows.into_iter().map(|r| r.linha).collect())
}

/// Ends the reading of this table.
pub async fn fechar(tx: &mut TenantTx) -> Result<()> {
    Ok(tx.connection().batch_execute("CLOSE exportacao").await?)
}
