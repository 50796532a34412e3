//! Evolution API 2.3.6 with a WhatsApp that is controlled from outside.
//!
//! Answers, guard order, webhook envelope and retry rules are the recorded ones; so are the traps: logout ends reception
//! (P1), removal waits for the webhook (P2), a failing MESSAGES_EDITED holds later messages back (P3). Not imitated:
//! instance tokens reaching other instances through the query, `jwt_key` headers, races between two creates.

mod answer;
mod chat;
mod control;
mod delivery;
mod hooks;
mod inbound;
mod instances;
mod jid;
mod outbound;
mod qr;
mod send;
mod session;
mod state;
mod trouble;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, delete, get, post};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::server::{Running, lock};
use state::World;
pub use trouble::{Taken, Tally, Trouble};

/// How the stand-in behaves. The default is the real peer's rhythm without its start-up waits.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 picks one.
    pub addr: SocketAddr,
    /// The global key.
    pub apikey: String,
    /// Hold of a connect or a create with QR (the real one: 2 and 5 s).
    pub connect_delay: Duration,
    /// Time between two QR codes.
    pub qr_interval: Duration,
    /// QR codes per connect.
    pub qr_limit: u32,
    /// Between `connecting` and `open`, after a scan, a drop or a restart.
    pub open_delay: Duration,
    /// First webhook retry delay, doubled up to sixty times this, ±20 %, never shorter than this.
    pub retry_base: Duration,
    /// Webhook attempts in all.
    pub retry_attempts: u32,
    /// Time-out of one webhook attempt.
    pub webhook_timeout: Duration,
    /// Deliveries start up to this much later, at random: out of order.
    pub webhook_jitter: Duration,
    /// From a send to its DELIVERY_ACK.
    pub ack_delay: Duration,
    /// From DELIVERY_ACK to READ; `None` = never read.
    pub read_delay: Option<Duration>,
    /// Of what is left to chance: delays of deliveries, and [`Trouble`].
    pub seed: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            addr: SocketAddr::from(([127, 0, 0, 1], 0)),
            apikey: "evolution-simulator".to_owned(),
            connect_delay: Duration::ZERO,
            qr_interval: Duration::from_secs(45),
            qr_limit: 30,
            open_delay: Duration::from_millis(100),
            retry_base: Duration::from_secs(5),
            retry_attempts: 10,
            webhook_timeout: Duration::from_secs(30),
            webhook_jitter: Duration::ZERO,
            ack_delay: Duration::from_millis(300),
            read_delay: Some(Duration::from_millis(1500)),
            seed: 0,
        }
    }
}

impl Config {
    /// Everything quick: retries from 100 ms, receipts at once.
    pub fn quick(apikey: impl Into<String>) -> Self {
        Self {
            apikey: apikey.into(),
            open_delay: Duration::from_millis(20),
            retry_base: Duration::from_millis(100),
            ack_delay: Duration::from_millis(10),
            read_delay: Some(Duration::from_millis(30)),
            ..Self::default()
        }
    }
}

/// A running stand-in; everything it does ends with it.
#[derive(Debug)]
pub struct Simulator {
    running: Running,
    world: Arc<World>,
}

impl Simulator {
    /// Binds and serves.
    pub async fn start(config: Config) -> io::Result<Self> {
        let listener = TcpListener::bind(config.addr).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let world = Arc::new(World::new(config, url));
        let running = Running::serve(listener, router(Arc::clone(&world)))?;
        Ok(Self { running, world })
    }

    /// The bound address.
    pub fn addr(&self) -> SocketAddr {
        self.running.addr()
    }

    /// Base URL without a final slash.
    pub fn url(&self) -> String {
        self.running.url()
    }

    /// Replaces what goes wrong from now on.
    pub fn trouble(&self, trouble: Trouble) {
        *lock(&self.world.trouble) = trouble;
    }

    /// What has been counted so far.
    pub fn tally(&self) -> Tally {
        *lock(&self.world.tally)
    }

    /// The messages that the webhook has taken, oldest first; one that came twice stands here twice.
    pub fn taken(&self) -> Vec<Taken> {
        lock(&self.world.taken).clone()
    }

    /// What reached the contacts of an instance, oldest first: `{id, to, jid, text, kind, at}`, as `/_sim/{name}/log`.
    pub fn sent(&self, name: &str) -> Vec<Value> {
        self.world.read(name, |instance| instance.log.clone()).unwrap_or_default()
    }

    /// Stops serving, pairing and delivering. The same as dropping it.
    pub fn shutdown(self) {
        drop(self);
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.running.stop();
        self.world.stop();
    }
}

fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/", get(control::root))
        .route("/verify-creds", post(instances::verify_creds))
        .route("/instance/create", post(instances::create))
        .route("/instance/connect/{name}", get(instances::connect))
        .route("/instance/connectionState/{name}", get(instances::connection_state))
        .route("/instance/fetchInstances", get(instances::fetch))
        .route("/instance/restart/{name}", post(instances::restart))
        .route("/instance/logout/{name}", delete(instances::logout))
        .route("/instance/delete/{name}", delete(instances::remove))
        .route("/webhook/set/{name}", post(hooks::set_webhook))
        .route("/webhook/find/{name}", get(hooks::find_webhook))
        .route("/settings/set/{name}", post(hooks::set_settings))
        .route("/settings/find/{name}", get(hooks::find_settings))
        .route("/message/sendText/{name}", post(send::text))
        .route("/message/sendMedia/{name}", post(send::media))
        .route("/message/sendWhatsAppAudio/{name}", post(send::audio))
        .route("/message/sendReaction/{name}", post(send::reaction))
        .route("/chat/sendPresence/{name}", post(chat::presence))
        .route("/chat/markMessageAsRead/{name}", post(chat::mark_read))
        .route("/chat/getBase64FromMediaMessage/{name}", post(chat::base64_from_media))
        .route("/chat/findMessages/{name}", post(chat::find_messages))
        .route("/chat/fetchProfilePictureUrl/{name}", post(chat::profile_picture))
        .route("/chat/whatsappNumbers/{name}", post(chat::whatsapp_numbers))
        .route("/_sim/instances", get(control::instances))
        .route("/_sim/{name}/scan", post(control::scan))
        .route("/_sim/{name}/in", post(control::inbound))
        .route("/_sim/{name}/media", post(control::media))
        .route("/_sim/{name}/presence", post(control::presence))
        .route("/_sim/{name}/presences", any(control::presences))
        .route("/_sim/{name}/receipt", post(control::receipt))
        .route("/_sim/{name}/emit", post(control::emit))
        .route("/_sim/{name}/drop", post(control::drop_session))
        .route("/_sim/{name}/fault", post(control::fault))
        .route("/_sim/{name}/drop_webhooks", post(control::drop_webhooks))
        .route("/_sim/{name}/session", post(control::session))
        .route("/_sim/outage", post(control::outage))
        .route("/_sim/{name}/log", any(control::log))
        .route("/_sim/{name}/chat", get(control::chat))
        .fallback(answer::unknown_route)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&world), control::away))
        .layer(DefaultBodyLimit::max(136 * 1024 * 1024))
        .with_state(world)
}
