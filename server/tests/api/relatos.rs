//! Reports of crashes: taken from anybody, a few a minute.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_is_taken_from_anybody_and_not_for_ever() {
    let app = TestApp::start().await;
    let relato = json!({ "mensagem": "panicked at 'x'", "rota": "/login", "versao": "0.1.0" });
    let visitor = app.anonymous();
    assert_eq!(visitor.post("/api/v1/relatos", relato.clone()).await.status.as_u16(), 204);
    visitor.post("/api/v1/relatos", json!({ "mensagem": "x" })).await.refused(400, "bad_request");
    let huge = json!({ "mensagem": "x".repeat(20_000), "rota": "/", "versao": "1" });
    visitor.post("/api/v1/relatos", huge).await.refused(413, "too_large");
    for _ in 1..30 {
        assert_eq!(visitor.post("/api/v1/relatos", relato.clone()).await.status.as_u16(), 204);
    }
    visitor.post("/api/v1/relatos", relato).await.refused(429, "too_many_requests");
}
