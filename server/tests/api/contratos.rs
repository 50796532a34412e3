//! What others rely on: the OpenAPI document, the list of errors, the glossary, health.

use std::collections::BTreeSet;

use contracts::{
    AvisarPendentes, CausaQueda, ErrorCode, EstadoConversa, EstadoEmail, EstadoMidia, FluxoPortal, Periodicidade, Ramo,
    StatusCheckout, StatusCliente, StatusEnvio, StatusFatura, StatusIndexacao, StatusInstancia, TipoAviso,
    TipoConteudo, TipoLink, TipoMensagem, TipoUso,
};
use diesel_async::RunQueryDsl;

use crate::support::TestApp;

fn doc(name: &str) -> String {
    let path = format!("{}/../docs/{name}", std::env::var("CARGO_MANIFEST_DIR").unwrap());
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

#[test]
fn openapi() {
    let (_, api) = server::http::openapi::router();
    let mut api = serde_json::to_value(&api).unwrap();
    assert!(api["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(api["info"]["version"].take(), env!("CARGO_PKG_VERSION"));
    insta::assert_json_snapshot!(api);
}

#[test]
fn every_error_code_is_documented() {
    let documented: BTreeSet<(String, String)> = doc("errors.md")
        .lines()
        .filter(|l| l.starts_with("| `"))
        .map(|l| {
            let cells: Vec<&str> = l.split('|').map(str::trim).collect();
            (cells[1].trim_matches('`').to_owned(), cells[2].to_owned())
        })
        .collect();
    let real = ErrorCode::ALL.iter().map(|c| (c.as_str().to_owned(), c.status().to_string())).collect();
    assert_eq!(documented, real);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_and_state_is_in_the_glossary() {
    #[derive(diesel::QueryableByName)]
    struct Table {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let db = test_support::TestDb::new().await;
    let sql = "SELECT relname::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE '\\_\\_%'";
    let tables: Vec<Table> = diesel::sql_query(sql).load(&mut db.connection().await).await.unwrap();
    let mut words: Vec<String> = tables.into_iter().map(|t| t.name).collect();
    words.extend(EstadoConversa::ALL.iter().map(ToString::to_string));
    words.extend(AvisarPendentes::ALL.iter().map(ToString::to_string));
    words.extend(StatusCliente::ALL.iter().map(ToString::to_string));
    words.extend(StatusCheckout::ALL.iter().map(ToString::to_string));
    words.extend(Periodicidade::ALL.iter().map(ToString::to_string));
    words.extend(StatusFatura::ALL.iter().map(ToString::to_string));
    words.extend(FluxoPortal::ALL.iter().map(ToString::to_string));
    words.extend(Ramo::ALL.iter().map(ToString::to_string));
    words.extend(StatusEnvio::ALL.iter().map(ToString::to_string));
    words.extend(StatusIndexacao::ALL.iter().map(ToString::to_string));
    words.extend(StatusInstancia::ALL.iter().map(ToString::to_string));
    words.extend(CausaQueda::ALL.iter().map(ToString::to_string));
    words.extend(EstadoEmail::ALL.iter().map(ToString::to_string));
    words.extend(TipoLink::ALL.iter().map(ToString::to_string));
    words.extend(TipoAviso::ALL.iter().map(ToString::to_string));
    words.extend(TipoUso::ALL.iter().map(ToString::to_string));
    words.extend(EstadoMidia::ALL.iter().map(ToString::to_string));
    words.extend(TipoConteudo::ALL.iter().map(ToString::to_string));
    words.extend(TipoMensagem::ALL.iter().map(ToString::to_string));
    words.extend(["pending", "running", "done", "dead"].map(str::to_owned));
    let glossary = doc("glossario.md");
    let missing: Vec<&String> = words.iter().filter(|w| !glossary.contains(&format!("`{w}`"))).collect();
    assert!(missing.is_empty(), "docs/glossario.md lacks {missing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_says_what_is_there_and_the_request_id_comes_back() {
    let app = TestApp::start().await;
    let request = app.http.get(format!("{}/health", app.base)).header("x-request-id", "abc-123");
    let answer = crate::support::answer(request).await;
    let health = answer.ok();
    assert_eq!((health["status"].as_str(), health["version"].as_str()), (Some("ok"), Some(env!("CARGO_PKG_VERSION"))));
    assert_eq!(health["parts"]["postgres"]["status"], "ok");
    assert_eq!(answer.headers["x-request-id"], "abc-123");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_names_a_style_sheet_that_is_kept_for_ever_and_travels_small() {
    let app = TestApp::start().await;
    let page = app.anonymous().get("/login").await;
    let (_, rest) = page.text.split_once("href=\"/style.css?v=").expect("a style sheet");
    let address = format!("{}/style.css?v={}", app.base, rest.split('"').next().unwrap());
    let style = crate::support::answer(app.http.get(&address).header("accept-encoding", "identity")).await;
    assert!(style.text.contains("@layer") && style.headers["cache-control"].to_str().unwrap().contains("immutable"));
    let small = app.http.get(&address).header("accept-encoding", "br").send().await.unwrap();
    assert_eq!(small.headers()["content-encoding"], "br");
    assert_eq!(small.headers()["vary"], "accept-encoding");
    let again = app.http.get(&address).header("if-none-match", style.headers["etag"].clone());
    assert_eq!(crate::support::answer(again).await.status.as_u16(), 304);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_request_id_of_a_webhook_follows_the_message_to_its_send() {
    let app = TestApp::start().await;
    let instance = app.connect(&app.a).await;
    app.sim(&instance, "in", serde_json::json!({ "from": "5511911110000", "text": "oi" })).await;
    app.sent_to(&instance, "5511911110000", 1).await;
    let with_id = "eventos_recebidos e JOIN historico_mensagens h ON h.evento_id = e.id WHERE e.request_id IS NOT NULL";
    assert_eq!(app.count(with_id).await, 1);
}
