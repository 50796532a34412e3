//! Migrations, compiled into the binary from `migrations/`.

use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{Error, Result};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Any number that no other program locks: two processes that start at once must not both migrate.
const LOCK: i64 = 0x0070_726F_7365_6961;

async fn with_lock<T: Send + 'static>(
    url: &str,
    f: impl FnOnce(&mut AsyncMigrationHarness<AsyncPgConnection>) -> diesel::migration::Result<T> + Send + 'static,
) -> Result<T> {
    let mut conn = AsyncPgConnection::establish(url).await.map_err(|e| Error::Connection(e.to_string()))?;
    conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})")).await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    // The harness blocks; the lock goes with the connection.
    f(&mut harness).map_err(|e| Error::Query(diesel::result::Error::QueryBuilderError(e)))
}

/// Applies what is missing and says what it was. Safe to call from several processes at once.
pub async fn run(url: &str) -> Result<Vec<String>> {
    with_lock(url, |h| Ok(h.run_pending_migrations(MIGRATIONS)?.iter().map(ToString::to_string).collect())).await
}

/// Undoes everything. All data is lost; for tests of the down scripts.
pub async fn revert_all(url: &str) -> Result<Vec<String>> {
    with_lock(url, |h| Ok(h.revert_all_migrations(MIGRATIONS)?.iter().map(ToString::to_string).collect())).await
}

/// All `up.sql` in order, for a fingerprint of the schema.
pub const SQL: &[&str] = &[
    include_str!("../../../migrations/2026-11-22-000001_jobs/up.sql"),
    include_str!("../../../migrations/2026-11-22-000002_base/up.sql"),
    include_str!("../../../migrations/2026-11-22-000003_ritmo/up.sql"),
    include_str!("../../../migrations/2026-11-22-000004_midia/up.sql"),
    include_str!("../../../migrations/2026-11-22-000005_pessoa/up.sql"),
    include_str!("../../../migrations/2026-11-22-000006_verdade/up.sql"),
    include_str!("../../../migrations/2026-11-22-000007_parar/up.sql"),
    include_str!("../../../migrations/2026-11-22-000010_planos/up.sql"),
    include_str!("../../../migrations/2026-11-22-000011_caixa/up.sql"),
    include_str!("../../../migrations/2026-11-22-000012_ajustes/up.sql"),
    include_str!("../../../migrations/2026-11-22-000013_saber/up.sql"),
    include_str!("../../../migrations/2026-11-22-000014_inicio/up.sql"),
    include_str!("../../../migrations/2026-11-22-000015_conectar/up.sql"),
    include_str!("../../../migrations/2026-11-22-000016_calibra/up.sql"),
    include_str!("../../../migrations/2026-11-22-000017_assinaturas/up.sql"),
    include_str!("../../../migrations/2026-11-22-000018_acesso_e_emails/up.sql"),
    include_str!("../../../migrations/2026-11-22-000019_vida_assinatura/up.sql"),
];
