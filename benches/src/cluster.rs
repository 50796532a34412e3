//! A Postgres of our own, as `proseia dev` starts it: fsync on, nothing shared with anyone.

use std::path::Path;

use anyhow::Context;
use db::embedded::{Durability, Postgres};
use diesel::QueryableByName;
use diesel::sql_types::{Double, Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

/// The name of the header that carries a webhook's secret.
pub const SECRET_HEADER: &str = "x-proseia-segredo";

/// The cluster, stopped by [`Cluster::stop`].
pub struct Cluster(Postgres);

impl Cluster {
    /// Starts it below `dir`.
    pub async fn start(dir: &Path) -> anyhow::Result<Self> {
        let dir = dir.join("postgres");
        Ok(Self(tokio::task::spawn_blocking(move || Postgres::start(&dir, Durability::Safe)).await??))
    }

    /// Stops it.
    pub async fn stop(self) -> anyhow::Result<()> {
        Ok(tokio::task::spawn_blocking(move || self.0.stop()).await??)
    }

    /// A new database with `clientes` of them, each with its instance connected.
    pub async fn database(&self, clientes: usize) -> anyhow::Result<Database> {
        let name = format!("bench_{clientes}");
        let mut admin = AsyncPgConnection::establish(&self.0.url("proseia")).await?;
        admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        admin.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        let url = self.0.url(&name);
        db::migrate::run(&url).await?;
        let mut conn = AsyncPgConnection::establish(&url).await?;
        conn.batch_execute(&seed(clientes)).await.context("the clientes could not be added")?;
        let socket = url.split(' ').find_map(|p| p.strip_prefix("host=")).unwrap_or_default().to_owned();
        Ok(Database { conn, url, socket, name, clientes })
    }
}

/// Names of cliente `n`: from 1; the same in [`capability`], [`secret`] and [`instance`].
fn seed(clientes: usize) -> String {
    format!(
        "INSERT INTO clientes (id, nome, email, senha_hash, status)
           SELECT md5('c' || n)::uuid, 'Negócio ' || n, 'n' || n || '@bench.local', 'x', 'ATIVO'
           FROM generate_series(1, {clientes}) n;
         INSERT INTO configuracoes_bot (cliente_id) SELECT id FROM clientes;
         INSERT INTO instancias_whatsapp (id, cliente_id, instance_id, capability_sha256, segredo_sha256, status, numero)
           SELECT md5('i' || n)::uuid, md5('c' || n)::uuid, 'bench-' || n, sha256(('cap-' || n)::bytea),
                  sha256(('segredo-' || n)::bytea), 'CONECTADO', (551140000000 + n)::text
           FROM generate_series(1, {clientes}) n;
         ANALYZE;"
    )
}

/// The secret part of the webhook's path.
pub fn capability(n: usize) -> String {
    format!("cap-{n}")
}

/// The value of [`SECRET_HEADER`].
pub fn secret(n: usize) -> String {
    format!("segredo-{n}")
}

/// Evolution's name of the instance.
pub fn instance(n: usize) -> String {
    format!("bench-{n}")
}

/// A seeded database.
pub struct Database {
    conn: AsyncPgConnection,
    /// For the product.
    pub url: String,
    /// Directory of the socket, for the peer.
    pub socket: String,
    /// Of the database.
    pub name: String,
    /// How many there are.
    pub clientes: usize,
}

/// When a message was where, in milliseconds since 1970.
#[derive(QueryableByName)]
pub struct Passage {
    /// The id that the sender gave it.
    #[diesel(sql_type = Text)]
    pub externa_id: String,
    /// The worker read it.
    #[diesel(sql_type = Double)]
    pub lida: f64,
    /// The turn was decided.
    #[diesel(sql_type = Double)]
    pub decidida: f64,
    /// The send was begun.
    #[diesel(sql_type = Double)]
    pub enviada: f64,
}

impl Database {
    /// Forgets all traffic, and lets no earlier run's dirty pages weigh on the next.
    pub async fn reset(&mut self) -> anyhow::Result<()> {
        self.conn.batch_execute("TRUNCATE jobs, eventos_recebidos, contatos, eventos CASCADE").await?;
        Ok(self.conn.batch_execute("CHECKPOINT").await?)
    }

    /// Says that cliente `n` has this text, indexed as version 1.
    pub async fn know(&mut self, n: usize, text: &str) -> anyhow::Result<uuid::Uuid> {
        #[derive(QueryableByName)]
        struct Id {
            #[diesel(sql_type = diesel::sql_types::Uuid)]
            cliente_id: uuid::Uuid,
        }
        let row: Id = diesel::sql_query(
            "INSERT INTO conhecimentos (cliente_id, conteudo_texto, versao, indexacao, versao_indexada)
             VALUES (md5('c' || $1)::uuid, $2, 1, 'PRONTO', 1)
             ON CONFLICT (cliente_id) DO UPDATE SET conteudo_texto = excluded.conteudo_texto RETURNING cliente_id",
        )
        .bind::<Text, _>(n.to_string())
        .bind::<Text, _>(text)
        .get_result(&mut self.conn)
        .await?;
        Ok(row.cliente_id)
    }

    /// The way of every message that was answered.
    pub async fn passages(&mut self) -> anyhow::Result<Vec<Passage>> {
        Ok(diesel::sql_query(
            "SELECT c.externa_id, (extract(epoch FROM c.\"timestamp\") * 1000)::float8 AS lida,
                    (extract(epoch FROM i.\"timestamp\") * 1000)::float8 AS decidida,
                    (extract(epoch FROM o.tentada_em) * 1000)::float8 AS enviada
             FROM historico_mensagens c JOIN historico_mensagens i USING (cliente_id, conversa_id) JOIN outbox o ON o.id = i.id
             WHERE c.tipo = 'CONTATO' AND c.externa_id IS NOT NULL AND i.tipo = 'IA' AND o.tentada_em IS NOT NULL",
        )
        .load(&mut self.conn)
        .await?)
    }
}
