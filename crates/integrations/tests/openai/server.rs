use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
    routing::post,
};
use integrations::openai::{ChatClient, ChatConfig, ChatError, EmbeddingsConfig, ModelReply, Role, Turn};
use serde_json::{Value, json};

pub const KEY: &str = "sk-very-secret";

/// Answers in order, the last one for ever; remembers what it was asked.
#[derive(Clone)]
pub struct Server {
    pub url: String,
    pub state: Arc<Script>,
}

pub struct Script {
    replies: Mutex<VecDeque<Reply>>,
    asked: Mutex<Vec<Value>>,
    pub keys: Mutex<Vec<Option<String>>>,
}

#[derive(Clone)]
pub enum Reply {
    Json(u16, Value),
    Busy(&'static str),
    Text(u16, &'static str),
    Hang,
    /// A 400 unless the response format is this one.
    Only(Option<&'static str>, Value),
    Vectors(usize),
}

impl Server {
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let state = Arc::new(Script {
            replies: Mutex::new(replies.into_iter().collect()),
            asked: Mutex::default(),
            keys: Mutex::default(),
        });
        let app = Router::new().route("/v1/{*path}", post(handle)).with_state(state.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, state }
    }

    pub fn asked(&self) -> Vec<Value> {
        self.state.asked.lock().unwrap().clone()
    }

    pub fn chat(&self, timeout: Duration) -> ChatClient {
        ChatClient::new(ChatConfig { timeout, ..ChatConfig::new(&self.url, KEY.into(), "m") }).unwrap()
    }

    pub async fn answer(&self) -> Result<ModelReply, ChatError> {
        ask(&self.chat(Duration::from_secs(20))).await
    }

    pub fn embeddings(&self) -> EmbeddingsConfig {
        EmbeddingsConfig::new(&self.url, KEY.into(), "e5")
    }
}

pub async fn ask(client: &ChatClient) -> Result<ModelReply, ChatError> {
    let turn = |role, content: &str| Turn { role, content: content.to_owned() };
    let turns = [turn(Role::User, "oi"), turn(Role::Assistant, "olá"), turn(Role::User, "abre domingo?")];
    client.answer("Você é a loja.", &turns).await
}

async fn handle(
    State(script): State<Arc<Script>>,
    Path(path): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let key = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    script.keys.lock().unwrap().push(key);
    let format = body["response_format"]["type"].as_str().map(str::to_owned);
    let inputs = body["input"].as_array().cloned().unwrap_or_default();
    assert_eq!(path, if inputs.is_empty() { "chat/completions" } else { "embeddings" });
    script.asked.lock().unwrap().push(body);
    let reply = {
        let mut replies = script.replies.lock().unwrap();
        if replies.len() > 1 { replies.pop_front().unwrap() } else { replies.front().unwrap().clone() }
    };
    match reply {
        Reply::Json(status, body) => (StatusCode::from_u16(status).unwrap(), Json(body)).into_response(),
        Reply::Text(status, body) => (StatusCode::from_u16(status).unwrap(), body).into_response(),
        Reply::Busy(after) => {
            (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, after)], Json(json!({"error": {"message": "slow down"}})))
                .into_response()
        }
        Reply::Hang => std::future::pending().await,
        Reply::Only(wanted, _) if format.as_deref() != wanted => {
            let message = json!({"error": {"message": format!("response_format {format:?} is not supported")}});
            (StatusCode::BAD_REQUEST, Json(message)).into_response()
        }
        Reply::Only(_, body) => Json(body).into_response(),
        Reply::Vectors(width) => {
            // Backwards: the order is in `index`.
            let data = inputs.iter().enumerate().rev().map(|(index, text)| {
                let mut vector = vec![0.5; width];
                vector[0] = text.as_str().unwrap().len() as f32;
                json!({"index": index, "object": "embedding", "embedding": vector})
            });
            Json(json!({"data": data.collect::<Vec<_>>()})).into_response()
        }
    }
}

pub fn says(content: &str) -> Value {
    json!({"choices": [{"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13}})
}

pub fn good() -> Value {
    says(r#"{"answered": true, "sources": [1, 3], "reply": "Domingo não."}"#)
}

pub fn ok() -> Reply {
    Reply::Json(200, good())
}
