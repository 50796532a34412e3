//! What the models cost, who sees it, and where the budget stops them.

use chrono::TimeDelta;
use contracts::TipoUso;
use diesel_async::SimpleAsyncConnection;
use secrecy::SecretString;
use serde_json::{Value, json};
use server::config::{CustosConfig, EmbeddingsConfig, ModelConfig};
use simulators::openai::{Simulator, Step};

use crate::support::{Options, PIZZARIA, TestApp, eventually};

const ANA: &str = "5511911110000";
const BIA: &str = "5511922220000";
const PERGUNTA: &str = "Vocês abrem no domingo?";

fn says(answered: bool, reply: &str) -> Step {
    Step::Answer(json!({ "answered": answered, "sources": [1], "reply": reply }).to_string())
}

async fn with_model(model: &str, custos: CustosConfig) -> (TestApp, Simulator, String) {
    let peer = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
    let config =
        |model: &str| ModelConfig { base_url: peer.url(), api_key: SecretString::from("k"), model: model.into() };
    let embeddings = EmbeddingsConfig {
        peer: config("text-embedding-3-small"),
        query_model: None,
        query_prefix: String::new(),
        passage_prefix: String::new(),
    };
    let options = Options { chat: Some(config(model)), embeddings: Some(embeddings), custos, ..Options::default() };
    let app = TestApp::with(options).await;
    app.teach(&app.a, PIZZARIA).await;
    let instance = app.connect(&app.a).await;
    (app, peer, instance)
}

async fn ask(app: &TestApp, instance: &str, from: &str, text: &str, n: usize) -> String {
    let at = app.clock.now().timestamp();
    app.sim(instance, "in", json!({ "from": from, "text": text, "timestamp": at })).await;
    app.sent_to(instance, from, n).await.pop().unwrap()
}

/// Puts money that was spent this month into the book, and a budget beside it.
async fn spent(app: &TestApp, brl: f64, budget: f64) {
    let sql = format!(
        "UPDATE configuracoes_bot SET orcamento_mensal_brl = {budget} WHERE cliente_id = '{id}'; \
         INSERT INTO uso_openai (id, cliente_id, tipo, modelo, tokens_entrada, custo_usd, custo_brl, created_at) \
         VALUES (gen_random_uuid(), '{id}', 'CHAT', 'gpt-4o-mini', 1000, 0.1, {brl}, '{now}')",
        id = app.a.id,
        now = app.clock.now().to_rfc3339(),
    );
    app.db.connection().await.batch_execute(&sql).await.unwrap();
}

fn of(uso: &Value, tipo: TipoUso) -> &Value {
    let rows = uso["por_modelo"].as_array().unwrap();
    rows.iter().find(|m| m["tipo"] == tipo.as_str()).unwrap_or(&Value::Null)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_is_in_the_book_with_its_price_and_its_conversation() {
    let custos = CustosConfig { usd_brl: 5.0, ..CustosConfig::default() };
    let (app, model, instance) = with_model("gpt-4o-mini", custos).await;
    // Answered, refused by our gate, refused by the model, unreadable twice: all were paid for.
    model.script(vec![says(true, "Abrimos domingo, das 18h às 23h."), says(false, "Não sei.")]);
    assert!(ask(&app, &instance, ANA, PERGUNTA, 1).await.contains("18h"));
    assert_eq!(app.count("uso_openai WHERE tipo = 'CHAT' AND conversa_id IS NOT NULL").await, 1);
    ask(&app, &instance, BIA, PERGUNTA, 1).await;
    model.script(vec![Step::Refusal]);
    ask(&app, &instance, "5511933330000", PERGUNTA, 1).await;
    model.script(vec![Step::MalformedJson, Step::MalformedJson]);
    ask(&app, &instance, "5511944440000", PERGUNTA, 1).await;
    let uso = app.a.user.get("/api/v1/uso").await.ok();
    let chat = of(&uso, TipoUso::Chat);
    assert_eq!(chat["chamadas"], 4, "{uso}");
    let (read, written) = (chat["tokens_entrada"].as_f64().unwrap(), chat["tokens_saida"].as_f64().unwrap());
    assert!(read > 100.0 && written > 0.0, "{chat}");
    let usd = (read * 0.15 + written * 0.60) / 1e6;
    assert!((chat["custo_usd"].as_f64().unwrap() - usd).abs() < 1e-7, "{chat} {usd}");
    assert!((chat["custo_brl"].as_f64().unwrap() - usd * 5.0).abs() < 1e-7, "{chat}");
    // Indexing once, and a vector for each question.
    let vectors = of(&uso, TipoUso::Embedding);
    assert_eq!(vectors["chamadas"], 5, "{uso}");
    assert_eq!(app.count("uso_openai WHERE tipo = 'EMBEDDING' AND conversa_id IS NULL").await, 1);
    let total = chat["custo_brl"].as_f64().unwrap() + vectors["custo_brl"].as_f64().unwrap();
    assert!((uso["custo_brl"].as_f64().unwrap() - total).abs() < 1e-9, "{uso}");
    assert_eq!((uso["orcamento_brl"].as_f64(), uso["sem_preco"].as_i64()), (Some(50.0), Some(0)));
    assert!((uso["percentual"].as_f64().unwrap() - total * 2.0).abs() < 1e-6, "{uso}");
    assert_eq!(uso["por_dia"].as_array().unwrap().len(), 1, "{uso}");
    let other = app.b.user.get("/api/v1/uso").await.ok();
    assert_eq!((other["custo_brl"].as_f64(), other["por_modelo"].as_array().map(Vec::len)), (Some(0.0), Some(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_without_a_price_is_counted_and_no_budget_stops_it() {
    let (app, model, instance) = with_model("modelo-da-casa", CustosConfig::default()).await;
    model.script(vec![says(true, "Abrimos domingo.")]);
    ask(&app, &instance, ANA, PERGUNTA, 1).await;
    let uso = app.a.user.get("/api/v1/uso").await.ok();
    let chat = of(&uso, TipoUso::Chat);
    assert!(chat["custo_brl"].is_null() && chat["tokens_entrada"].as_i64().unwrap() > 0, "{uso}");
    assert_eq!(uso["sem_preco"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_80_percent_the_owner_is_told_once_and_the_assistant_goes_on() {
    let (app, model, instance) = with_model("gpt-4o-mini", CustosConfig::default()).await;
    spent(&app, 8.5, 10.0).await;
    model.script(vec![says(true, "Abrimos domingo."), says(true, "Abrimos domingo.")]);
    assert_eq!(ask(&app, &instance, ANA, PERGUNTA, 1).await, "Abrimos domingo.");
    let avisos = app.a.user.get("/api/v1/avisos").await.ok();
    assert_eq!(avisos["itens"][0]["tipo"], "ORCAMENTO_80", "{avisos}");
    assert_eq!(ask(&app, &instance, ANA, PERGUNTA, 2).await, "Abrimos domingo.");
    let mail = eventually("a mail", || async { integrations::mail::list_dir(&app.mail_dir).await.ok()?.pop() }).await;
    assert!(mail.text.contains("R$ 8,50") && mail.text.contains("R$ 10,00"), "{}", mail.text);
    assert_eq!(app.count("avisos").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_100_percent_people_answer_until_the_month_ends() {
    let (app, model, instance) = with_model("gpt-4o-mini", CustosConfig::default()).await;
    spent(&app, 10.0, 10.0).await;
    let before = model.requests().iter().filter(|r| r["path"].as_str().unwrap_or_default().contains("chat")).count();
    assert!(ask(&app, &instance, BIA, "oi", 1).await.contains("ajudar"), "small talk costs nothing");
    assert!(ask(&app, &instance, ANA, PERGUNTA, 1).await.contains("chamar uma pessoa"));
    let conversa = app.conversa(&app.a, ANA, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
    let thread = app.a.user.get(&format!("/api/v1/conversas/{}", conversa["id"].as_str().unwrap())).await.ok();
    let said = thread["mensagens"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(said["motivo"], "O limite de uso da IA deste mês foi atingido.");
    let after = model.requests().iter().filter(|r| r["path"].as_str().unwrap_or_default().contains("chat")).count();
    assert_eq!(before, after, "the model was asked");
    let avisos = app.a.user.get("/api/v1/avisos").await.ok();
    assert_eq!(avisos["itens"][0]["tipo"], "ORCAMENTO_ESGOTADO", "{avisos}");
    // A new month, a new budget.
    app.clock.advance(TimeDelta::days(31));
    model.script(vec![says(true, "Abrimos domingo.")]);
    assert_eq!(ask(&app, &instance, "5511933330000", PERGUNTA, 1).await, "Abrimos domingo.");
    eventually("the aviso is over", || async {
        (app.count("avisos WHERE resolvido_em IS NULL AND tipo = 'ORCAMENTO_ESGOTADO'").await == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_model_a_spent_budget_stops_nothing() {
    let app = TestApp::start().await;
    app.teach(&app.a, PIZZARIA).await;
    let instance = app.connect(&app.a).await;
    spent(&app, 10.0, 0.0).await;
    assert!(ask(&app, &instance, ANA, PERGUNTA, 1).await.contains("18h"));
}
