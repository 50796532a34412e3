//! The knowledge text: saved, refused, indexed, searched, rebuilt.

use serde_json::json;

use crate::support::{PIZZARIA, TestApp, answer, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_text_is_indexed_and_found() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    let empty = user.get("/api/v1/knowledge").await.ok();
    assert_eq!((empty["indexacao"].as_str(), empty["versao"].as_i64()), (Some("VAZIO"), Some(0)));
    let saved = user.put("/api/v1/knowledge", json!({ "conteudo_texto": PIZZARIA })).await.ok();
    assert_eq!(saved["indexacao"], "PENDENTE");
    assert_eq!(saved["caracteres"], PIZZARIA.chars().count());
    eventually("it is indexed", || async {
        let now = user.get("/api/v1/knowledge").await.ok();
        (now["indexacao"] == "PRONTO" && now["chunks"].as_i64() > Some(0)).then_some(())
    })
    .await;
    let found = user.get("/api/v1/knowledge/search?q=vcs%20abrem%20domingo%3F").await.ok();
    assert!(found["confianca"].as_f64() >= Some(0.5), "{found}");
    assert!(found["resposta"].as_str().unwrap().contains("18h"), "{found}");
    assert!(found["chunks"][0]["texto"].as_str().unwrap().contains("domingo"), "{found}");
    let none = user.get("/api/v1/knowledge/search?q=Quem%20descobriu%20a%20penicilina%3F").await.ok();
    assert!(none["confianca"].as_f64() < Some(0.5) && none["resposta"].is_null(), "{none}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_saved_is_told_and_the_old_text_stays() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    app.teach(&app.a, PIZZARIA).await;
    let save = |texto: String| user.put("/api/v1/knowledge", json!({ "conteudo_texto": texto }));
    for bad in ["".to_owned(), " \n\t ".to_owned(), "x".repeat(60_000), "a\0b".to_owned()] {
        let refusal = save(bad).await.refused(422, "validation_failed");
        assert!(refusal["fields"]["conteudo_texto"].is_string(), "{refusal}");
    }
    // Characters, not bytes: 50,000 of four bytes each are fine, and one more is not.
    save("😀".repeat(50_001)).await.refused(422, "validation_failed");
    let raw = |body: Vec<u8>| {
        let request = app.http.put(user.url("/api/v1/knowledge")).bearer_auth(user.token.clone().unwrap());
        answer(request.header("content-type", "application/json").body(body))
    };
    raw(b"{\"conteudo_texto\": \"\xff\xfe\"}".to_vec()).await.refused(400, "bad_request");
    raw(b"{\"conteudo_texto\": ".to_vec()).await.refused(400, "bad_request");
    raw(b"{\"outro\": 1}".to_vec()).await.refused(400, "bad_request");
    raw(format!("{{\"conteudo_texto\": \"{}\"}}", "x".repeat(1_000_000)).into_bytes()).await.refused(413, "too_large");
    let form = app.http.put(user.url("/api/v1/knowledge")).bearer_auth(user.token.clone().unwrap());
    answer(form.header("content-type", "text/plain").body("{}")).await.refused(400, "bad_request");
    assert_eq!(user.get("/api/v1/knowledge").await.ok()["conteudo_texto"], PIZZARIA);
    let found = user.get("/api/v1/knowledge/search?q=taxa%20de%20entrega").await.ok();
    assert!(found["resposta"].as_str().unwrap().contains("7,00"), "{found}");
    save("😀".repeat(50_000)).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_in_between_is_noticed() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    let save =
        |texto: &str, versao: i32| user.put("/api/v1/knowledge", json!({ "conteudo_texto": texto, "versao": versao }));
    assert_eq!(save("um", 0).await.ok()["versao"], 1);
    let (x, y) = tokio::join!(save("dois", 1), save("três", 1));
    let mut both = [x.status.as_u16(), y.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [200, 409]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_to_try_is_checked() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    for q in ["".to_owned(), "%20".to_owned(), "a%00b".to_owned(), "x".repeat(1_001)] {
        let refusal = user.get(&format!("/api/v1/knowledge/search?q={q}")).await.refused(422, "validation_failed");
        assert!(refusal["fields"]["q"].is_string());
    }
    // Nothing is known yet: no answer, no error.
    let found = user.get("/api/v1/knowledge/search?q=oi").await.ok();
    assert_eq!((found["confianca"].as_f64(), found["chunks"].as_array().unwrap().len()), (Some(0.0), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_gone_or_broken_is_made_again_from_the_database() {
    let app = TestApp::start().await;
    app.teach(&app.a, PIZZARIA).await;
    let lance = std::path::PathBuf::from(app.process.config.lancedb_uri.clone().unwrap());
    let ask =
        || async { app.a.user.get("/api/v1/knowledge/search?q=taxa%20de%20entrega").await.ok()["resposta"].clone() };
    let before = ask().await;
    assert!(before.as_str().unwrap().contains("7,00"));
    // Gone, as after a lost disk.
    std::fs::remove_dir_all(&lance).unwrap();
    app.process.app.retriever.invalidate(app.a.id.0);
    assert_eq!(ask().await, before);
    // Broken, as after a power cut: the newest manifest is empty.
    let table = std::fs::read_dir(&lance)
        .unwrap()
        .flatten()
        .find(|e| e.file_name().to_string_lossy().ends_with(".lance"))
        .unwrap();
    for entry in std::fs::read_dir(table.path().join("_versions")).unwrap().flatten() {
        std::fs::write(entry.path(), b"").unwrap();
    }
    app.process.app.retriever.invalidate(app.a.id.0);
    assert_eq!(ask().await, before);
}
