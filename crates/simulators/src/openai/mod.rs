//! An OpenAI-compatible API that answers by script, and sensibly without one.

mod answers;
mod embedding;
mod manner;
mod script;
mod transcription;

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::server::{Running, lock};
use manner::Mannered;
pub use manner::{MADE_UP, Manner, Tally};
pub use script::Step;

#[derive(Debug, Default)]
struct World {
    chat: Mutex<VecDeque<Step>>,
    embeddings: Mutex<VecDeque<Step>>,
    transcriptions: Mutex<VecDeque<Step>>,
    log: Mutex<Vec<Value>>,
    mannered: Mutex<Mannered>,
}

/// A running stand-in.
#[derive(Debug)]
pub struct Simulator {
    running: Running,
    world: Arc<World>,
}

impl Simulator {
    /// Binds (port 0 picks one) and serves.
    pub async fn start(addr: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let world = Arc::new(World::default());
        let running = Running::serve(listener, router(Arc::clone(&world)))?;
        Ok(Self { running, world })
    }

    /// The bound address.
    pub fn addr(&self) -> SocketAddr {
        self.running.addr()
    }

    /// The API's base URL, `http://…/v1`.
    pub fn url(&self) -> String {
        format!("{}/v1", self.running.url())
    }

    /// Replaces the script of the next chat completions, one step each; after it the default answer.
    pub fn script(&self, steps: Vec<Step>) {
        *lock(&self.world.chat) = steps.into();
    }

    /// Replaces the script of the next embedding calls; [`Step::Status`] and [`Step::Timeout`] make sense here.
    pub fn script_embeddings(&self, steps: Vec<Step>) {
        *lock(&self.world.embeddings) = steps.into();
    }

    /// Replaces the script of the next transcriptions: [`Step::Transcript`], [`Step::Answer`], [`Step::Status`],
    /// [`Step::Timeout`] and [`Step::RejectVerbose`] make sense here. After it, or without one, what is heard is what the file
    /// says after `texto:`, or nothing.
    pub fn script_transcriptions(&self, steps: Vec<Step>) {
        *lock(&self.world.transcriptions) = steps.into();
    }

    /// Replaces how calls without a script are answered, and counts afresh.
    pub fn behave(&self, manner: Manner) {
        *lock(&self.world.mannered) = Mannered::new(manner);
    }

    /// What has been counted since [`behave`](Self::behave).
    pub fn tally(&self) -> Tally {
        lock(&self.world.mannered).tally
    }

    /// All requests so far: `{path, authorization, body}`.
    pub fn requests(&self) -> Vec<Value> {
        lock(&self.world.log).clone()
    }

    /// Stops serving. The same as dropping it.
    pub fn shutdown(self) {
        drop(self);
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.running.stop();
    }
}

fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/v1/chat/completions", post(answers::chat))
        .route("/v1/embeddings", post(answers::embeddings))
        .route("/v1/audio/transcriptions", post(transcription::transcribe))
        .route("/v1/models", get(answers::models))
        .route("/_sim/script", post(script::set))
        .route("/_sim/log", any(script::log))
        .layer(DefaultBodyLimit::max(32 * 1024 * 1024))
        .with_state(world)
}
