//! Up, down and up again leave the same schema; two processes may start at once.

#![expect(clippy::unwrap_used, reason = "helpers of tests are test code too")]

use db::migrate;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use test_support::TestDb;

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    line: String,
}

async fn catalogue(conn: &mut AsyncPgConnection) -> Vec<String> {
    let sql = "SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) AS line
               FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
               WHERE c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE '\\_\\_%'
               UNION ALL SELECT p.tablename || ' policy ' || p.policyname FROM pg_policies p
               UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
               UNION ALL SELECT 'grant ' || table_name || ' ' || privilege_type FROM information_schema.role_table_grants
                 WHERE grantee = 'proseia_tenant'
               ORDER BY 1";
    let rows: Vec<Row> = diesel::sql_query(sql).load(conn).await.unwrap();
    rows.into_iter().map(|r| r.line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn down_undoes_up() {
    let db = TestDb::empty().await;
    let mut conn = db.connection().await;
    let all = migrate::run(&db.url).await.unwrap();
    assert!(all.len() >= 2, "{all:?}");
    let first = catalogue(&mut conn).await;
    assert!(!first.is_empty());
    migrate::revert_all(&db.url).await.unwrap();
    assert_eq!(catalogue(&mut conn).await, Vec::<String>::new());
    migrate::run(&db.url).await.unwrap();
    assert_eq!(catalogue(&mut conn).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_migrate_once() {
    let db = TestDb::empty().await;
    let (a, b) = (db.url.clone(), db.url.clone());
    let a = tokio::spawn(async move { migrate::run(&a).await.unwrap().len() });
    let b = tokio::spawn(async move { migrate::run(&b).await.unwrap().len() });
    let (a, b) = (a.await.unwrap(), b.await.unwrap());
    assert_eq!(a.min(b), 0);
    assert_eq!(a.max(b), migrate::SQL.len());
}
