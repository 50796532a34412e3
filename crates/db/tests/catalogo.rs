//! What every tenant table must have, read from the database's own catalogue: a new table without it fails here.

#![expect(clippy::unwrap_used, reason = "helpers of tests are test code too")]

use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use test_support::TestDb;

/// Tables that belong to no cliente, each with its reason.
const GLOBAL: &[(&str, &str)] = &[
    ("admins", "who runs the SaaS"),
    ("admin_sessoes", "their logins"),
    ("checkouts", "who signs up and has no account yet; the id is the secret"),
    ("eventos_stripe", "what Stripe sent, before it is known whom it concerns"),
    ("job_schedules", "schedules of the process"),
    ("planos", "what is sold, the same for everybody"),
    ("sinais", "signs of life of parts that all clientes share"),
];

#[derive(diesel::QueryableByName)]
struct Finding {
    #[diesel(sql_type = Text)]
    finding: String,
}

/// `clientes` is the tenant itself (its id is the cliente_id) and `jobs` is generic (its column is tenant_id, and a job
/// without a tenant is legal); for them only the policy is asked.
async fn findings(conn: &mut AsyncPgConnection) -> Vec<String> {
    let global: Vec<String> = GLOBAL.iter().map(|(t, _)| format!("'{t}'")).collect();
    let sql = format!(
        "WITH t AS (
           SELECT c.oid, c.relname::text AS name, c.relrowsecurity FROM pg_class c
           WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
             AND c.relname NOT LIKE '\\_\\_%' AND c.relname NOT IN ({})),
         own AS (SELECT * FROM t WHERE name NOT IN ('clientes', 'jobs'))
         SELECT name || ': no cliente_id NOT NULL' AS finding FROM own WHERE NOT EXISTS (
           SELECT FROM pg_attribute a WHERE a.attrelid = own.oid AND a.attname = 'cliente_id' AND a.attnotnull)
         UNION ALL SELECT name || ': no foreign key to clientes' FROM own WHERE NOT EXISTS (
           SELECT FROM pg_constraint k WHERE k.conrelid = own.oid AND k.contype = 'f' AND k.confrelid = 'clientes'::regclass)
         UNION ALL SELECT name || ': no index that starts with cliente_id' FROM own WHERE NOT EXISTS (
           SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
           WHERE i.indrelid = own.oid AND a.attname = 'cliente_id' AND i.indpred IS NULL)
         UNION ALL SELECT name || ': row-level security is off' FROM t WHERE NOT relrowsecurity
         UNION ALL SELECT name || ': no policy of proseia_tenant with cliente_atual() for reading and writing' FROM t
           WHERE NOT EXISTS (SELECT FROM pg_policies p WHERE p.tablename = name AND p.roles = ARRAY['proseia_tenant']::name[]
             AND p.cmd = 'ALL' AND p.qual LIKE '%cliente_atual()%' AND p.with_check LIKE '%cliente_atual()%')
         UNION ALL SELECT name || ': a policy that is not about cliente_atual()' FROM t
           WHERE EXISTS (SELECT FROM pg_policies p WHERE p.tablename = name AND p.qual NOT LIKE '%cliente_atual()%')
         ORDER BY 1",
        global.join(", ")
    );
    let rows: Vec<Finding> = diesel::sql_query(sql).load(conn).await.unwrap();
    rows.into_iter().map(|r| r.finding).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tenant_table_is_fenced() {
    let db = TestDb::new().await;
    assert_eq!(findings(&mut db.connection().await).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_without_a_fence_is_found() {
    let db = TestDb::new().await;
    let mut conn = db.connection().await;
    conn.batch_execute("CREATE TABLE notas (id uuid PRIMARY KEY, cliente_id uuid, texto text)").await.unwrap();
    let found = findings(&mut conn).await;
    assert_eq!(found.len(), 5, "{found:#?}");
    assert!(found.iter().all(|f| f.starts_with("notas: ")), "{found:#?}");
}
