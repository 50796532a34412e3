//! A real database for each test. A test that needs one says `TestDb::new().await`.

#![expect(clippy::expect_used, reason = "only tests link this: stopping at the first surprise is what they want")]

use std::path::PathBuf;

use db::embedded::{Durability, Postgres};
use db::{Db, migrate};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

/// A database of its own, with all migrations, dropped at the end.
pub struct TestDb {
    /// The pool to hand to what is tested.
    pub db: Db,
    /// Its address, for a process of its own.
    pub url: String,
    name: String,
    admin_url: String,
}

impl TestDb {
    /// A copy of the migrated template: about a tenth of the time that the migrations take.
    pub async fn new() -> Self {
        let (url, name, admin_url) = create(Some("proseia_template")).await;
        let db = Db::connect(&url, 20).await.expect("test database");
        Self { db, url, name, admin_url }
    }

    /// A database without any table, for tests of the migrations themselves.
    pub async fn empty() -> Self {
        let (url, name, admin_url) = create(None).await;
        let db = Db::connect(&url, 5).await.expect("test database");
        Self { db, url, name, admin_url }
    }

    /// A raw connection as the owner.
    pub async fn connection(&self) -> AsyncPgConnection {
        AsyncPgConnection::establish(&self.url).await.expect("test connection")
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let admin_url = self.admin_url.clone();
        // Drop cannot await; a thread with a runtime of its own can.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async move {
                let mut conn = AsyncPgConnection::establish(&admin_url).await.map_err(std::io::Error::other)?;
                conn.batch_execute(&sql).await.map_err(std::io::Error::other)
            })
        });
        drop(dropped.join());
    }
}

/// The cluster all tests share: `TEST_DATABASE_URL` (its role must be superuser), else a private one under the target directory.
/// It is left running for the next test process; `bin/test` stops it.
fn cluster() -> String {
    if let Ok(url) = std::env::var("TEST_DATABASE_URL") {
        return url;
    }
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target")), PathBuf::from);
    let pg = Postgres::start(&target.join("test-postgres"), Durability::Fast).expect("test cluster");
    pg.url("proseia")
}

fn with_database(url: &str, name: &str) -> String {
    if url.contains("://") {
        let (base, query) = url.split_once('?').map_or((url, String::new()), |(b, q)| (b, format!("?{q}")));
        let base = base.rsplit_once('/').map_or(base, |(b, _)| b);
        return format!("{base}/{name}{query}");
    }
    let kept: Vec<&str> = url.split(' ').filter(|p| !p.starts_with("dbname=")).collect();
    format!("{} dbname={name}", kept.join(" "))
}

async fn create(template: Option<&str>) -> (String, String, String) {
    let admin_url = tokio::task::spawn_blocking(cluster).await.expect("test cluster");
    let mut admin = AsyncPgConnection::establish(&admin_url).await.expect("test cluster");
    if let Some(template) = template {
        ensure_template(&mut admin, &admin_url, template).await;
    }
    let name = format!("t_{}", uuid::Uuid::now_v7().simple());
    let from = template.map_or_else(|| "template0".to_owned(), template_name);
    admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {from}")).await.expect("create test database");
    (with_database(&admin_url, &name), name, admin_url)
}

/// The template's name holds a hash of the migrations, so that a changed one makes a new template.
fn template_name(prefix: &str) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    migrate::SQL.hash(&mut hasher);
    format!("{prefix}_{:016x}", hasher.finish())
}

async fn ensure_template(admin: &mut AsyncPgConnection, admin_url: &str, prefix: &str) {
    use diesel_async::RunQueryDsl;
    #[derive(diesel::QueryableByName)]
    struct N {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let name = template_name(prefix);
    // Held until this connection closes at the latest; all test processes start at once.
    admin.batch_execute("SELECT pg_advisory_lock(7331)").await.expect("lock");
    let made: N = diesel::sql_query(format!("SELECT count(*) AS n FROM pg_database WHERE datname = '{name}'"))
        .get_result(admin)
        .await
        .expect("list databases");
    if made.n == 0 {
        let building = format!("{name}_b");
        admin.batch_execute(&format!("DROP DATABASE IF EXISTS {building} WITH (FORCE)")).await.expect("drop");
        admin.batch_execute(&format!("CREATE DATABASE {building} TEMPLATE template0")).await.expect("create");
        migrate::run(&with_database(admin_url, &building)).await.expect("migrate");
        admin.batch_execute(&format!("ALTER DATABASE {building} RENAME TO {name}")).await.expect("rename");
    }
    admin.batch_execute("SELECT pg_advisory_unlock(7331)").await.expect("unlock");
}
