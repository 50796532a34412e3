//! The knowledge text: saved, refused, indexed, searched, rebuilt.

use serde_json::{Value, json};

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
    assert_eq!((&found["decisao"], found["usados"].as_array().unwrap().len()), (&json!("responde"), 1), "{found}");
    assert!(found["linha"].as_str().unwrap().contains("18h"), "{found}");
    let none = user.get("/api/v1/knowledge/search?q=Quem%20descobriu%20a%20penicilina%3F").await.ok();
    assert!(none["confianca"].as_f64() < Some(0.5) && none["resposta"].is_null(), "{none}");
    assert_eq!(
        (&none["decisao"], &none["motivo"]),
        (&json!("chama_pessoa"), &json!("Não encontrei a resposta no seu conhecimento."))
    );
    assert!(none["faltam"].as_array().unwrap().contains(&json!("penicilina")), "{none}");
    // The way of a message, also where no search is needed.
    let oi = user.get("/api/v1/knowledge/search?q=oi%2C%20bom%20dia").await.ok();
    assert_eq!((&oi["decisao"], &oi["resposta"]), (&json!("conversa"), &json!("Olá! Como posso ajudar?")));
    let pessoa = user.get("/api/v1/knowledge/search?q=quero%20falar%20com%20um%20atendente").await.ok();
    assert_eq!(
        (&pessoa["decisao"], &pessoa["motivo"]),
        (&json!("chama_pessoa"), &json!("O contato pediu uma pessoa."))
    );
    assert_eq!(app.count("conversas").await + app.count("historico_mensagens").await, 0);
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

#[tokio::test(flavor = "multi_thread")]
async fn every_save_is_kept_compared_and_taken_again() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    user.get("/api/v1/knowledge/versoes/1").await.refused(404, "not_found");
    for texto in ["# A\num\ndois\n", "# A\num\nDOIS\ntrês\n"] {
        user.put("/api/v1/knowledge", json!({ "conteudo_texto": texto })).await.ok();
    }
    let all = user.get("/api/v1/knowledge/versoes").await.ok();
    let of = |v: &Value| (v["versao"].as_i64(), v["caracteres"].as_i64(), v["origem"].as_str().map(str::to_owned));
    assert_eq!(of(&all["itens"][0]), (Some(2), Some(17), Some("EDICAO".into())), "{all}");
    assert_eq!((&all["itens"][1]["autor"], &all["guardadas"]), (&json!("Pizzaria Bella"), &json!(50)));
    let um = user.get("/api/v1/knowledge/versoes/1").await.ok();
    assert_eq!((&um["conteudo_texto"], &um["contra"]), (&json!("# A\num\ndois\n"), &json!(2)));
    assert_eq!((&um["entraram"], &um["sairam"]), (&json!(2), &json!(1)), "{um}");
    // Somebody has saved since the list was looked at.
    let restore = "/api/v1/knowledge/versoes/1/restaurar";
    user.post(restore, json!({ "versao": 1 })).await.refused(409, "conflict");
    let back = user.post(restore, json!({ "versao": 2 })).await.ok();
    assert_eq!((&back["versao"], &back["conteudo_texto"]), (&json!(3), &json!("# A\num\ndois\n")));
    let all = user.get("/api/v1/knowledge/versoes").await.ok();
    assert_eq!((&all["itens"][0]["origem"], &all["itens"][0]["restaurada_de"]), (&json!("RESTAURACAO"), &json!(1)));
    // Nobody else's.
    app.b.user.get("/api/v1/knowledge/versoes/1").await.refused(404, "not_found");
    app.b.user.post(restore, json!({})).await.refused(404, "not_found");
    // The last fifty, for a year.
    for n in 0..50 {
        user.put("/api/v1/knowledge", json!({ "conteudo_texto": format!("texto {n}") })).await.ok();
    }
    assert_eq!(user.get("/api/v1/knowledge/versoes").await.ok()["itens"].as_array().unwrap().len(), 50);
    app.clock.advance(chrono::TimeDelta::days(366));
    let user = app.login("a@teste.com.br").await;
    user.put("/api/v1/knowledge", json!({ "conteudo_texto": "um ano depois" })).await.ok();
    assert_eq!(user.get("/api/v1/knowledge/versoes").await.ok()["itens"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_kept_beside_the_text_and_never_over_one_that_was_not_seen() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    let path = "/api/v1/knowledge/rascunho";
    assert!(user.get(path).await.ok().is_null());
    user.put("/api/v1/knowledge", json!({ "conteudo_texto": "salvo" })).await.ok();
    let keep = |texto: &str, anterior: Value| {
        user.put(path, json!({ "conteudo_texto": texto, "versao": 1, "anterior": anterior }))
    };
    let um = keep("digitado", Value::Null).await.ok();
    let dois = keep("digitado mais", um["updated_at"].clone()).await.ok();
    assert_eq!(user.get("/api/v1/knowledge").await.ok()["conteudo_texto"], "salvo");
    // Another tab that has not seen it.
    keep("outra aba", Value::Null).await.refused(409, "conflict");
    keep("outra aba", um["updated_at"].clone()).await.refused(409, "conflict");
    assert_eq!(user.get(path).await.ok()["conteudo_texto"], "digitado mais");
    assert!(app.b.user.get(path).await.ok().is_null());
    keep(&"x".repeat(200_001), dois["updated_at"].clone()).await.refused(422, "validation_failed");
    // Saved, it is gone; a save that was not made from it leaves it.
    user.put("/api/v1/knowledge", json!({ "conteudo_texto": "de outro lugar" })).await.ok();
    assert_eq!(user.get(path).await.ok()["conteudo_texto"], "digitado mais");
    let save = json!({ "conteudo_texto": "digitado mais", "versao": 2, "rascunho": dois["updated_at"] });
    user.put("/api/v1/knowledge", save).await.ok();
    assert!(user.get(path).await.ok().is_null());
    let tres = keep("de novo", Value::Null).await.ok();
    let gone = format!("{path}?qual={}", tres["updated_at"].as_str().unwrap());
    assert_eq!(user.call(reqwest::Method::DELETE, &gone, None).await.status.as_u16(), 204);
    assert!(user.get(path).await.ok().is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_added_whatever_else_is_saved_meanwhile() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    let teach = |pergunta: &str, resposta: &str| {
        user.post("/api/v1/knowledge/acrescentar", json!({ "pergunta": pergunta, "resposta": resposta }))
    };
    // The first saves of all, at once.
    let all = tokio::join!(
        teach("Tem wi-fi?", "Tem."),
        teach("Aceita Pix", "Sim."),
        teach("Abrem domingo?", "Até as 14h."),
        teach("Tem estacionamento?", "Na rua ao lado.")
    );
    for answer in [all.0, all.1, all.2, all.3] {
        answer.ok();
    }
    let now = user.get("/api/v1/knowledge").await.ok();
    assert_eq!(now["versao"], 4);
    for line in ["Tem wi-fi?\nTem.", "Aceita Pix?\nSim.", "Abrem domingo?\nAté as 14h.", "Na rua ao lado."] {
        assert!(now["conteudo_texto"].as_str().unwrap().contains(line), "{now}");
    }
    assert_eq!(user.get("/api/v1/knowledge/versoes").await.ok()["itens"][0]["origem"], "ENSINO");
    for (p, r, field) in [("", "x", "pergunta"), ("x", " ", "resposta"), (&"x".repeat(161), "x", "pergunta")] {
        let refusal = teach(p, r).await.refused(422, "validation_failed");
        assert!(refusal["fields"][field].is_string(), "{refusal}");
    }
    // Full: told, and nothing is cut off.
    user.put("/api/v1/knowledge", json!({ "conteudo_texto": "x".repeat(49_990) })).await.ok();
    let full = teach("Tem wi-fi?", "Tem.").await.refused(422, "validation_failed");
    assert!(full["fields"]["resposta"].as_str().unwrap().contains("cheio"), "{full}");
    assert_eq!(user.get("/api/v1/knowledge").await.ok()["caracteres"], 49_990);
}
