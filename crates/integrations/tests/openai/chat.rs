use std::time::{Duration, Instant};

use integrations::openai::{ApiError, ChatClient, ChatConfig, ChatError, EmbeddingsClient};
use serde_json::json;

use crate::server::{KEY, Reply, Server, ask, ok, says};

#[tokio::test]
async fn an_answer_in_the_strict_form() {
    let server = Server::start([ok()]).await;
    let reply = server.answer().await.unwrap();
    assert!(reply.answered);
    assert_eq!((reply.sources, reply.reply.as_str()), (vec![1, 3], "Domingo não."));
    assert_eq!((reply.tokens_in, reply.tokens_out), (10, 3));
    let asked = &server.asked()[0];
    assert_eq!(asked["response_format"]["json_schema"]["strict"], true);
    let roles: Vec<_> = asked["messages"].as_array().unwrap().iter().map(|m| m["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["system", "user", "assistant", "user"]);
    assert_eq!(asked["messages"][0]["content"], "Você é a loja.");
    assert_eq!(server.state.keys.lock().unwrap()[0].as_deref(), Some("Bearer sk-very-secret"));
}

#[tokio::test]
async fn busy_and_failing_servers_are_asked_again() {
    let failing = || Reply::Text(502, "<html>bad gateway</html>");
    for script in
        [vec![Reply::Busy("0"), ok()], vec![failing(), Reply::Busy("0.01"), ok()], vec![failing(), failing(), ok()]]
    {
        let tries = script.len();
        let server = Server::start(script).await;
        assert!(server.answer().await.unwrap().answered);
        assert_eq!(server.asked().len(), tries);
    }
}

#[tokio::test]
async fn but_not_for_ever() {
    let server = Server::start([Reply::Text(500, "")]).await;
    assert_eq!(server.answer().await, Err(ApiError::Unavailable(Some(500)).into()));
    assert_eq!(server.asked().len(), 3);
    let server = Server::start([Reply::Busy("3600")]).await;
    let started = Instant::now();
    assert_eq!(server.answer().await, Err(ApiError::RateLimited.into()));
    assert!(started.elapsed() < Duration::from_secs(5), "it does not wait for what comes after the deadline");
    assert_eq!(server.asked().len(), 1);
    let quota = json!({"error": {"message": "no money", "type": "insufficient_quota", "code": "insufficient_quota"}});
    let server = Server::start([Reply::Json(429, quota)]).await;
    assert!(matches!(server.answer().await, Err(ChatError::Api(ApiError::Rejected { status: 429, .. }))));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn the_time_limit_holds_over_all_tries() {
    let server = Server::start([Reply::Text(500, ""), Reply::Hang]).await;
    let started = Instant::now();
    let result = ask(&server.chat(Duration::from_millis(600))).await;
    assert_eq!(result, Err(ApiError::Timeout.into()));
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_server_that_is_not_there() {
    let client = ChatClient::new(ChatConfig::new("http://127.0.0.1:1/v1", KEY.into(), "m")).unwrap();
    assert_eq!(ask(&client).await, Err(ApiError::Unavailable(None).into()));
}

#[tokio::test]
async fn a_malformed_answer_is_asked_for_once_more() {
    let cut = || Reply::Json(200, says(r#"{"answered": true, "sources": [1], "reply": "Dom"#));
    let server = Server::start([cut(), ok()]).await;
    let reply = server.answer().await.unwrap();
    assert_eq!((reply.tokens_in, reply.tokens_out), (20, 6), "both are paid for");
    for bad in [
        "Domingo não.",
        "",
        "{}",
        r#"{"answered": "yes", "sources": [], "reply": "x"}"#,
        r#"{"answered": true, "sources": [], "reply": " "}"#,
        r#"{"answered": true, "sources": [-1], "reply": "x"}"#,
    ] {
        let server = Server::start([Reply::Json(200, says(bad))]).await;
        assert_eq!(server.answer().await, Err(ChatError::Malformed), "{bad}");
        assert_eq!(server.asked().len(), 2);
    }
    for shape in [json!({"choices": []}), json!([]), json!({"choices": [{}]})] {
        let server = Server::start([Reply::Json(200, shape)]).await;
        assert_eq!(server.answer().await, Err(ApiError::Shape.into()));
    }
    let server = Server::start([Reply::Text(200, "not json")]).await;
    assert_eq!(server.answer().await, Err(ApiError::Shape.into()));
}

#[tokio::test]
async fn a_refusal() {
    let refusal = json!({"choices": [{"message": {"content": null, "refusal": "I can't"}, "finish_reason": "stop"}]});
    let filtered = json!({"choices": [{"message": {"content": "{"}, "finish_reason": "content_filter"}]});
    let azure = json!({"error": {"code": "content_filter", "message": "filtered"}});
    for (status, body) in [(200, refusal), (200, filtered), (400, azure)] {
        let server = Server::start([Reply::Json(status, body)]).await;
        assert_eq!(server.answer().await, Err(ChatError::Refused));
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_server_without_schemas_is_asked_less_strictly_and_remembered() {
    let fenced = says("Claro!\n```json\n{\"answered\": false, \"sources\": [], \"reply\": \"\"}\n```");
    for (format, tries) in [(Some("json_object"), 2), (None, 3)] {
        let server = Server::start([Reply::Only(format, fenced.clone())]).await;
        let client = server.chat(Duration::from_secs(20));
        for _ in 0..2 {
            assert!(!ask(&client.clone()).await.unwrap().answered);
        }
        let asked = server.asked();
        assert_eq!(asked.len(), tries + 1, "the second answer needs one request");
        let system = asked.last().unwrap()["messages"][0]["content"].as_str().unwrap().to_owned();
        assert!(system.starts_with("Você é a loja.") && system.contains("JSON"), "{system}");
    }
}

#[tokio::test]
async fn a_bad_request_of_another_kind_is_not_remembered_as_a_dialect() {
    let bad = Reply::Json(400, json!({"error": {"message": format!("model not found for {KEY}")}}));
    let server = Server::start([bad.clone(), bad.clone(), bad, ok()]).await;
    let client = server.chat(Duration::from_secs(20));
    let error = ask(&client).await.unwrap_err();
    assert_eq!(
        error,
        ApiError::Rejected { status: 400, code: None, message: "model not found for [key]".into() }.into()
    );
    ask(&client).await.unwrap();
    assert_eq!(server.asked()[3]["response_format"]["type"], "json_schema");
    let long = json!({"error": {"message": "too long", "code": "context_length_exceeded"}});
    let server = Server::start([Reply::Json(400, long)]).await;
    assert!(server.answer().await.is_err());
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn the_key_is_shown_nowhere() {
    let wrong = json!({"error": {"message": format!("Incorrect API key provided: {KEY}"), "code": "invalid_api_key"}});
    let server = Server::start([Reply::Json(401, wrong)]).await;
    let config = ChatConfig::new(&server.url, KEY.into(), "m");
    let client = ChatClient::new(config.clone()).unwrap();
    let embeddings = EmbeddingsClient::new(server.embeddings()).unwrap();
    let error = ask(&client).await.unwrap_err();
    let unusable = ChatClient::new(ChatConfig::new(&server.url, format!("{KEY}\nX").into(), "m")).unwrap_err();
    let shown = format!(
        "{config:?} {client:?} {embeddings:?} {:?} {error:?} {error} {unusable:?} {unusable}",
        server.embeddings()
    );
    assert!(!shown.contains(KEY), "{shown}");
    assert!(ChatClient::new(ChatConfig::new("not a url", KEY.into(), "m")).is_err());

    let server = Server::start([ok()]).await;
    ask(&ChatClient::new(ChatConfig::new(&server.url, "".into(), "m")).unwrap()).await.unwrap();
    assert_eq!(*server.state.keys.lock().unwrap(), [None], "a local server needs none");
}
