//! Text out of files and web pages, for a preview.

use serde_json::Value;

use crate::support::{Answer, TestApp, User, answer};

async fn send(user: &User, nome: &str, bytes: Vec<u8>) -> Answer {
    let request = user.http.post(user.url("/api/v1/knowledge/importar")).query(&[("nome", nome)]).body(bytes);
    answer(request.bearer_auth(user.token.clone().unwrap())).await
}

fn ler(nome: &str) -> Vec<u8> {
    let here = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    std::fs::read(format!("{here}/../crates/extrair/tests/arquivos/{nome}")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_becomes_text_and_nothing_is_saved() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    let docx = send(user, "C:\\cardápio.docx", ler("cardapio.docx")).await.ok();
    assert_eq!((&docx["formato"], &docx["fonte"]), (&Value::from("DOCX"), &Value::from("cardápio.docx")));
    assert!(docx["conteudo_texto"].as_str().unwrap().contains("Calabresa: R$ 45,00"), "{docx}");
    let pdf = send(user, "cardapio.pdf", ler("cardapio.pdf")).await.ok();
    assert_eq!(
        (&pdf["formato"], &pdf["paginas"], &pdf["cortado"]),
        (&Value::from("PDF"), &Value::from(2), &Value::from(false))
    );
    let latin = send(user, "preços.txt", b"Pre\xE7o: R$ 45,00".to_vec()).await.ok();
    assert_eq!(latin["conteudo_texto"], "Preço: R$ 45,00");
    assert_eq!(user.get("/api/v1/knowledge").await.ok()["versao"], 0);
    for (nome, bytes, parte) in [
        ("vazio.txt", Vec::new(), "vazio"),
        ("foto.pdf", ler("digitalizado.pdf"), "digitalizado"),
        ("senha.pdf", ler("senha.pdf"), "senha"),
        ("bomba.docx", ler("bomba.docx"), "grande demais"),
        ("bomba.pdf", ler("bomba.pdf"), "grande demais"),
        ("meio.docx", ler("cardapio.docx")[..500].to_vec(), "danificado"),
        ("grande.txt", vec![b'x'; 10 * 1024 * 1024 + 1], "10 MB"),
    ] {
        let refusal = send(user, nome, bytes).await.refused(422, "validation_failed");
        assert!(refusal["fields"]["arquivo"].as_str().unwrap().contains(parte), "{nome}: {refusal}");
    }
    send(user, "enorme.txt", vec![b'x'; 11 * 1024 * 1024]).await.refused(413, "too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_inside_is_refused_in_words() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    let read = |url: &str| user.post("/api/v1/knowledge/importar/pagina", serde_json::json!({ "url": url }));
    for (url, parte) in [
        ("", "Cole o endereço"),
        (app.base.as_str(), "rede interna"),
        ("http://169.254.169.254/latest/meta-data/", "rede interna"),
        ("http://[::ffff:127.0.0.1]/", "rede interna"),
        ("file:///etc/passwd", "não é o endereço"),
        ("https://8.8.8.8:8443", "não é o endereço"),
    ] {
        let refusal = read(url).await.refused(422, "validation_failed");
        assert!(refusal["fields"]["url"].as_str().unwrap().contains(parte), "{url}: {refusal}");
    }
    for _ in 0..30 {
        read("http://127.0.0.1/").await;
    }
    read("http://127.0.0.1/").await.refused(429, "too_many_requests");
}
