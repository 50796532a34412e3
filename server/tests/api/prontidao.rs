//! The way to the first answer, and which of the trade's questions the text can answer.

use serde_json::{Value, json};

use crate::support::{PIZZARIA, TestApp, eventually};

const ANA: &str = "5511911110000";

async fn passos(app: &TestApp) -> Value {
    app.a.user.get("/api/v1/primeiros-passos").await.ok()
}

fn pergunta<'a>(p: &'a Value, chave: &str) -> &'a Value {
    p["perguntas"].as_array().unwrap().iter().find(|q| q["chave"] == chave).unwrap_or_else(|| panic!("{chave}: {p}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_is_done_when_it_is_done() {
    let app = TestApp::start().await;
    let feitos = |p: &Value| ["texto", "testou", "conectado", "respondeu", "viu"].map(|k| p[k].as_bool().unwrap());
    assert_eq!(feitos(&passos(&app).await), [false; 5]);

    app.teach(&app.a, PIZZARIA).await;
    // The trade's questions are ours: asking them is no try of the owner.
    app.a.user.put("/api/v1/prontidao/ramo", json!({ "ramo": "PIZZARIA" })).await.ok();
    assert_eq!(feitos(&passos(&app).await), [true, false, false, false, false]);
    app.a.user.get("/api/v1/knowledge/search?q=Aceita%20Pix").await.ok();
    let instance = app.connect(&app.a).await;
    assert_eq!(feitos(&passos(&app).await), [true, true, true, false, false]);

    app.sim(&instance, "in", json!({ "from": ANA, "text": "Vocês abrem no domingo?" })).await;
    app.sent_to(&instance, ANA, 1).await;
    eventually("the answer is known", || async { (passos(&app).await["respondeu"] == true).then_some(()) }).await;
    assert_eq!(passos(&app).await["viu"], false);
    let c = app.conversa(&app.a, ANA, |_| true).await;
    app.a.user.post(&format!("/api/v1/conversas/{}/lida", c["id"].as_str().unwrap()), json!({})).await.ok();
    assert_eq!(feitos(&passos(&app).await), [true; 5]);

    assert_eq!(passos(&app).await["dispensados"], false);
    app.a.user.put("/api/v1/primeiros-passos", json!({ "dispensados": true })).await.ok();
    assert_eq!(passos(&app).await["dispensados"], true);
    let b = app.b.user.get("/api/v1/primeiros-passos").await.ok();
    assert_eq!((feitos(&b), &b["dispensados"]), ([false; 5], &json!(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_added_is_answered_and_a_question_that_does_not_concern_is_not_counted() {
    let app = TestApp::start().await;
    let get = || async { app.a.user.get("/api/v1/prontidao").await.ok() };
    let p = get().await;
    assert_eq!((&p["ramo"], p["perguntas"].as_array().unwrap().len()), (&Value::Null, 0));
    app.a.user.put("/api/v1/prontidao/ramo", json!({ "ramo": "PADARIA" })).await.refused(400, "bad_request");

    app.teach(&app.a, PIZZARIA).await;
    let p = app.a.user.put("/api/v1/prontidao/ramo", json!({ "ramo": "PIZZARIA" })).await.ok();
    let total = p["total"].as_u64().unwrap();
    for (chave, sabe) in [("taxa", true), ("pagamento", true), ("borda", false), ("bebidas", false)] {
        assert_eq!(pergunta(&p, chave)["respondida"], sabe, "{chave}: {p}");
    }
    // Read again it is the same run; and it counts as no use.
    assert_eq!(get().await["calculada_em"], p["calculada_em"]);
    assert_eq!(app.count("uso_openai").await, 0);
    // What is called answered is what the trial box would answer.
    for q in p["perguntas"].as_array().unwrap() {
        let texto = q["pergunta"].as_str().unwrap().replace('?', "%3F");
        let busca = app.a.user.get(&format!("/api/v1/knowledge/search?q={texto}")).await.ok();
        assert_eq!(busca["resposta"].is_string(), q["respondida"] == true, "{busca}");
    }

    let url = |chave: &str, rest: &str| format!("/api/v1/prontidao/perguntas/{chave}{rest}");
    let vazia = app.a.user.post(&url("borda", "/resposta"), json!({ "resposta": "  " })).await;
    assert!(vazia.refused(422, "validation_failed")["fields"]["resposta"].is_string());
    app.a.user.post(&url("nada", "/resposta"), json!({ "resposta": "x" })).await.refused(404, "not_found");
    let resposta = "A borda de catupiry custa R$ 9,00.";
    let salva = app.a.user.post(&url("borda", "/resposta"), json!({ "resposta": resposta })).await.ok();
    assert_eq!(salva["total"], total);
    let p = eventually("the new line is answered", || async {
        let p = get().await;
        (pergunta(&p, "borda")["respondida"] == true && p["indexando"] == false).then_some(p)
    })
    .await;
    let texto = app.a.user.get("/api/v1/knowledge").await.ok()["conteudo_texto"].as_str().unwrap().to_owned();
    assert!(texto.contains(resposta) && texto.contains("taxa de entrega"), "{texto}");

    let respondidas = p["respondidas"].as_u64().unwrap();
    let fora = app.a.user.put(&url("bebidas", ""), json!({ "ignorada": true })).await.ok();
    assert_eq!([&fora["total"], &fora["respondidas"]], [total - 1, respondidas]);
    app.a.user.put(&url("bebidas", ""), json!({ "ignorada": false })).await.ok();
    app.a.user.put(&url("nada", ""), json!({ "ignorada": true })).await.refused(404, "not_found");
    assert_eq!(get().await["total"], total);
    // The other cliente has its own.
    assert_eq!(app.b.user.get("/api/v1/prontidao").await.ok()["ramo"], Value::Null);
}
