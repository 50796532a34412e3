use integrations::openai::{ApiError, EmbeddingsClient, EmbeddingsConfig, EmbeddingsError};
use serde_json::json;

use crate::server::{Reply, Server};

#[tokio::test]
async fn passages_go_in_batches_and_come_back_in_order() {
    let server = Server::start([Reply::Busy("0"), Reply::Vectors(384)]).await;
    let config = EmbeddingsConfig {
        query_model: Some("e5-query".into()),
        query_prefix: "query: ".into(),
        passage_prefix: "passage: ".into(),
        ..server.embeddings()
    };
    let client = EmbeddingsClient::new(config).unwrap();
    assert_eq!(client.width(), None);
    let passages: Vec<String> = (0..130).map(|n| "x".repeat(n)).collect();
    let vectors = client.embed_passages(&passages).await.unwrap();
    assert!(vectors.iter().map(|vector| vector[0]).eq((0..130).map(|n| (n + "passage: ".len()) as f32)));
    assert_eq!(client.width(), Some(384));
    let sizes: Vec<_> = server.asked().iter().map(|body| body["input"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [64, 64, 64, 2], "the first one twice");
    assert!(server.asked().iter().all(|body| body["model"] == "e5" && body["dimensions"].is_null()));

    assert_eq!(client.embed_query("abre?").await.unwrap()[0], "query: abre?".len() as f32);
    assert_eq!(server.asked().last().unwrap()["model"], "e5-query");
    assert!(client.embed_passages(&[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn vectors_that_do_not_fit_are_errors() {
    let server = Server::start([Reply::Vectors(4), Reply::Vectors(3)]).await;
    let client = EmbeddingsClient::new(server.embeddings()).unwrap();
    client.embed_query("a").await.unwrap();
    assert_eq!(client.clone().embed_query("a").await, Err(EmbeddingsError::Width { expected: 4, got: 3 }));
    let item = |index: usize| json!({"index": index, "embedding": [0.5]});
    for data in [json!([]), json!([item(0)]), json!([item(1), item(1)]), json!([{"embedding": []}, {"embedding": []}])]
    {
        let server = Server::start([Reply::Json(200, json!({"data": data}))]).await;
        let client = EmbeddingsClient::new(server.embeddings()).unwrap();
        assert_eq!(client.embed_passages(&["a".into(), "b".into()]).await, Err(ApiError::Shape.into()));
    }
    let server = Server::start([Reply::Json(200, json!({"data": [{"embedding": [0.25, 1]}]}))]).await;
    let client = EmbeddingsClient::new(server.embeddings()).unwrap();
    assert_eq!(client.embed_query("sem index").await.unwrap(), [0.25, 1.0]);
}
