//! Row-level security itself, below every query of ours.

#![expect(clippy::unwrap_used, reason = "helpers of tests are test code too")]

use contracts::{ClienteId, StatusCliente};
use db::models::cliente::{self, Cliente};
use db::models::conhecimento;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use test_support::TestDb;

#[derive(diesel::QueryableByName)]
struct N {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

async fn cliente(db: &TestDb, email: &str) -> ClienteId {
    let id = ClienteId(uuid::Uuid::now_v7());
    let row = Cliente::novo(id, email.into(), email.into(), String::new(), StatusCliente::Ativo);
    let mut tx = db.db.system().await.unwrap();
    cliente::insert(&mut tx, &row).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_forgets_the_filter_sees_its_own_rows_only() {
    let db = TestDb::new().await;
    let (a, b) = (cliente(&db, "a@x.co").await, cliente(&db, "b@x.co").await);
    for (id, texto) in [(a, "texto de A"), (b, "texto de B")] {
        let mut tx = db.db.tenant(id).await.unwrap();
        conhecimento::put(&mut tx, texto, None, chrono::DateTime::UNIX_EPOCH).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = db.db.tenant(a).await.unwrap();
    let seen: N =
        diesel::sql_query("SELECT count(*) AS n FROM conhecimentos").get_result(tx.connection()).await.unwrap();
    assert_eq!(seen.n, 1);
    let changed = diesel::sql_query("UPDATE conhecimentos SET conteudo_texto = 'x' WHERE conteudo_texto LIKE '%B'")
        .execute(tx.connection())
        .await
        .unwrap();
    assert_eq!(changed, 0);
    let foreign = format!("INSERT INTO eventos (id, cliente_id, dados) VALUES (1, '{b}', '{{}}')");
    assert!(diesel::sql_query(foreign).execute(tx.connection()).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_transaction_is_rolled_back_and_the_role_does_not_leak() {
    let db = TestDb::new().await;
    let a = cliente(&db, "a@x.co").await;
    {
        let mut tx = db.db.tenant(a).await.unwrap();
        conhecimento::put(&mut tx, "nunca", None, chrono::DateTime::UNIX_EPOCH).await.unwrap();
    }
    let mut tx = db.db.tenant(a).await.unwrap();
    assert!(conhecimento::get(&mut tx).await.unwrap().is_none());
    tx.commit().await.unwrap();
    let mut tx = db.db.system().await.unwrap();
    assert_eq!(cliente::ids(&mut tx).await.unwrap(), [a]);
}
