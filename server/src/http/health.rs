//! `GET /health`: whether the parts answer, and which of them are embedded.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Http;
use crate::config::Config;

/// What each part is made of, such as `embedded` or `redis`.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// `embedded` or `external`.
    pub postgres: &'static str,
    /// `embedded` or `redis`.
    pub kv: &'static str,
    /// `embedded` or `external`.
    pub lancedb: &'static str,
    /// `extractive` or the model's name.
    pub chat: String,
    /// `words` or the model's name.
    pub embeddings: String,
    /// `simulator` or `external`.
    pub evolution: &'static str,
    /// `files` or `smtp`.
    pub mail: &'static str,
}

impl Parts {
    /// What the configuration names; the caller corrects what it embeds.
    pub fn of(config: &Config) -> Self {
        Self {
            postgres: "external",
            kv: if config.redis_url.is_some() { "redis" } else { "embedded" },
            lancedb: "external",
            chat: config.chat.as_ref().map_or_else(|| "extractive".into(), |c| c.model.clone()),
            embeddings: config.embeddings.as_ref().map_or_else(|| "words".into(), |e| e.peer.model.clone()),
            evolution: "external",
            mail: if config.smtp.is_some() { "smtp" } else { "files" },
        }
    }
}

pub(super) async fn get(State(http): State<Http>) -> (StatusCode, Json<Value>) {
    let (postgres, kv) = tokio::join!(http.app.db.ping(), http.app.kv.ping());
    // Redis holds only what may be lost: without it we still work.
    let status = if postgres.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let p = &http.parts;
    let word = |ok: bool| if ok { "ok" } else { "down" };
    let body = json!({
        "status": word(postgres.is_ok()),
        "version": env!("CARGO_PKG_VERSION"),
        "parts": {
            "postgres": { "is": p.postgres, "status": word(postgres.is_ok()) },
            "kv": { "is": p.kv, "status": word(kv.is_ok()) },
            "lancedb": { "is": p.lancedb },
            "chat": { "is": p.chat },
            "embeddings": { "is": p.embeddings },
            "evolution": { "is": p.evolution },
            "mail": { "is": p.mail },
        },
    });
    (status, Json(body))
}
