//! Schema, models and queries; the only crate that imports diesel tables.
//!
//! Two doors to the database. [`TenantTx`] sees one cliente: it cannot be made without a [`ClienteId`], runs as a role
//! that row-level security binds, and every query of a tenant table takes it. [`SystemTx`] sees everything and is for
//! what happens before a tenant is known (login, webhook) or across tenants (admins, the worker).

pub mod embedded;
pub mod migrate;
pub mod models;
#[rustfmt::skip]
pub mod schema;
#[cfg(feature = "dev")]
pub mod volume;

use contracts::ClienteId;
use diesel_async::pooled_connection::bb8::{Pool, PooledConnection};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager};

pub use diesel::result::Error as QueryError;

/// The pool that `jobs` shares with us.
pub type PgPool = Pool<AsyncPgConnection>;
type PooledPg = PooledConnection<'static, AsyncPgConnection>;

/// Why the database did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection: the server is away, or all connections are busy for longer than the pool waits.
    #[error("no database connection: {0}")]
    Connection(String),
    /// The query failed.
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

impl Error {
    /// Whether a unique key refused the row.
    pub fn is_unique_violation(&self) -> bool {
        matches!(
            self,
            Self::Query(diesel::result::Error::DatabaseError(diesel::result::DatabaseErrorKind::UniqueViolation, _))
        )
    }
}

/// What every function here answers.
pub type Result<T> = std::result::Result<T, Error>;

/// The database: a pool of connections that belong to the owner of the tables.
#[derive(Clone)]
pub struct Db {
    pool: PgPool,
}

impl Db {
    /// A pool of at most `max_size` connections, made when they are needed.
    ///
    /// # Errors
    /// `url` is not a PostgreSQL address.
    pub async fn connect(url: &str, max_size: u32) -> Result<Self> {
        let mut config = ManagerConfig::<AsyncPgConnection>::default();
        config.recycling_method = RecyclingMethod::Fast;
        let manager = AsyncDieselConnectionManager::new_with_config(url, config);
        let pool = Pool::builder()
            .max_size(max_size)
            .connection_timeout(std::time::Duration::from_secs(5))
            .build(manager)
            .await
            .map_err(|e| Error::Connection(e.to_string()))?;
        Ok(Self { pool })
    }

    /// The pool itself, for the job queue.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    async fn begin(&self, sql: &str) -> Result<PooledPg> {
        let mut conn = self.pool.get_owned().await.map_err(|e| Error::Connection(e.to_string()))?;
        AnsiTransactionManager::begin_transaction_sql(&mut *conn, sql).await?;
        Ok(conn)
    }

    /// A transaction that sees the rows of `cliente_id` and no others.
    pub async fn tenant(&self, cliente_id: ClienteId) -> Result<TenantTx> {
        // One round trip; an id is hexadecimal, so there is nothing to escape.
        let sql = format!("BEGIN; SET LOCAL ROLE proseia_tenant; SET LOCAL proseia.cliente_id = '{cliente_id}'");
        Ok(TenantTx { conn: self.begin(&sql).await?, cliente_id })
    }

    /// A transaction that sees every row. See the module's documentation for when.
    pub async fn system(&self) -> Result<SystemTx> {
        Ok(SystemTx { conn: self.begin("BEGIN").await? })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.system().await?.commit().await
    }
}

/// A transaction bound to one cliente. Dropped without [`commit`](Self::commit) it is rolled back.
pub struct TenantTx {
    conn: PooledPg,
    cliente_id: ClienteId,
}

/// A transaction that no policy binds. Dropped without [`commit`](Self::commit) it is rolled back.
pub struct SystemTx {
    conn: PooledPg,
}

macro_rules! tx {
    ($name:ident) => {
        impl $name {
            /// Makes everything done here durable.
            pub async fn commit(mut self) -> Result<()> {
                AnsiTransactionManager::commit_transaction(&mut *self.conn).await?;
                Ok(())
            }

            /// For `jobs::enqueue`, so that a job commits with its data.
            pub fn connection(&mut self) -> &mut AsyncPgConnection {
                &mut self.conn
            }
        }
    };
}
tx!(TenantTx);
tx!(SystemTx);

impl SystemTx {
    /// The same transaction, bound to one cliente from here on: what was done before commits with what follows.
    pub async fn narrow(mut self, cliente_id: ClienteId) -> Result<TenantTx> {
        // As in `Db::tenant`.
        let sql = format!("SET LOCAL ROLE proseia_tenant; SET LOCAL proseia.cliente_id = '{cliente_id}'");
        self.conn.batch_execute(&sql).await?;
        Ok(TenantTx { conn: self.conn, cliente_id })
    }

    /// Waits until nobody else holds the lock of this name, and holds it until the transaction ends.
    pub async fn lock(&mut self, name: &str) -> Result<()> {
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
            .bind::<diesel::sql_types::Text, _>(name)
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }

    /// The same without waiting; `false` if somebody else holds it.
    pub async fn try_lock(&mut self, name: &str) -> Result<bool> {
        #[derive(diesel::QueryableByName)]
        struct Got {
            #[diesel(sql_type = diesel::sql_types::Bool)]
            got: bool,
        }
        let got = diesel::sql_query("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS got")
            .bind::<diesel::sql_types::Text, _>(name)
            .get_result::<Got>(&mut *self.conn)
            .await?;
        Ok(got.got)
    }
}

impl TenantTx {
    /// Whose rows this transaction sees.
    pub fn cliente_id(&self) -> ClienteId {
        self.cliente_id
    }
}

/// Calls `each` with the payload of every notification on `channel`, over a connection of its own. Ends with an error
/// when the connection breaks.
pub async fn listen(url: &str, channel: &str, mut each: impl FnMut(&str) + Send) -> Result<()> {
    use diesel_async::AsyncConnection;
    use futures::StreamExt;
    let mut conn = AsyncPgConnection::establish(url).await.map_err(|e| Error::Connection(e.to_string()))?;
    conn.batch_execute(&format!("LISTEN {channel}")).await?;
    let mut notifications = std::pin::pin!(conn.notifications_stream());
    while let Some(notification) = notifications.next().await {
        each(&notification?.payload);
    }
    Err(Error::Connection("the connection was closed".into()))
}
