//! Puts the real parts together, as the configuration says.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::TimeDelta;
use integrations::evolution::EvolutionClient;
use integrations::kv;
use integrations::mail::Mailer;
use integrations::openai::{
    ChatClient, ChatConfig, EmbeddingsClient, EmbeddingsConfig, TranscriptionClient, TranscriptionConfig, VisionClient,
    VisionConfig,
};
use integrations::stripe::StripeClient;
use leptos::config::{Env, LeptosOptions, get_config_from_str};
use services::midia::Arquivos;
use services::uso::Custos;
use services::{App, Clock, Ctx, Pagamentos, whatsapp};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::{Ambiente, Config, CustosConfig};
use crate::http::{self, Http, Hub, Parts};
use crate::worker;

/// Connections of one process: eight jobs of each kind, requests, heartbeats.
const POOL: u32 = 24;
/// How long open requests may take to end once the process stops; the worker's own grace is the same.
const GRACE: Duration = Duration::from_secs(25);
/// Memory for snapshots of knowledge (rag.md §5: 256 MB hold about 500 busy clientes).
const SNAPSHOT_BYTES: usize = 256 * 1024 * 1024;

/// A process that is ready to serve.
pub struct Process {
    /// The services' parts.
    pub app: Arc<App>,
    /// How they are reached.
    pub config: Config,
    /// What is embedded.
    pub parts: Parts,
    /// Where development mail lies.
    pub mail_dir: Option<PathBuf>,
}

/// What to run in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roles {
    /// HTTP and work.
    All,
    /// HTTP only.
    Serve,
    /// Work only.
    Work,
}

impl Process {
    /// Connects everything and applies missing migrations.
    ///
    /// # Errors
    /// What is not configured or cannot be reached, in a sentence.
    pub async fn start(config: Config, parts: Parts, mail_dir: Option<PathBuf>, clock: Clock) -> anyhow::Result<Self> {
        let url =
            config.database_url.as_deref().context("DATABASE_URL is not set; `proseia dev` brings its own database")?;
        let applied = db::migrate::run(url).await.context("the database could not be migrated")?;
        if !applied.is_empty() {
            tracing::info!(?applied, "migrated");
        }
        let lance = config.lancedb_uri.as_deref().context("LANCEDB_URI is not set")?;
        let store = rag::KnowledgeStore::open(lance).await.context("LanceDB could not be opened")?;
        let (evolution, apikey) = config.evolution.clone().context("EVOLUTION_URL is not set")?;
        let embeddings = config.embeddings.as_ref().map(embeddings_client).transpose()?;
        let model = embeddings.as_ref().map_or("", EmbeddingsClient::model);
        let retriever = rag::Retriever::new(Arc::new(store), SNAPSHOT_BYTES, model);
        let app = App {
            db: db::Db::connect(url, POOL).await?,
            kv: kv::open(config.redis_url.as_deref()).context("REDIS_URL")?,
            retriever,
            evolution: EvolutionClient::new(evolution, apikey)?,
            chat: config.chat.as_ref().map(chat_client).transpose()?,
            custos: custos(&config.custos)?,
            midias: Arquivos::new(midia_dir(&config)?),
            transcription: config.transcription.as_ref().map(transcription).transpose()?,
            vision: config.vision.as_ref().map(vision).transpose()?,
            mailer: mailer(&config, mail_dir.as_ref())?,
            embeddings,
            clock,
            jwt_secret: config.jwt_secret.clone().context("JWT_SECRET is not set")?,
            public_url: own_or(&config, config.public_url.as_ref())?,
            webhook_base_url: own_or(&config, config.webhook_base_url.as_ref().or(config.public_url.as_ref()))?,
            secure_cookies: config.public_url.as_ref().is_some_and(|u| u.scheme() == "https"),
            empresa: config.empresa.clone(),
            pagamentos: pagamentos(&config)?,
            carencia: TimeDelta::days(config.carencia_dias),
        };
        Ok(Self { app: Arc::new(app), config, parts, mail_dir })
    }

    /// The whole of HTTP, with what wakes its event streams running until `stop`.
    ///
    /// # Errors
    /// `Leptos.toml` or a `LEPTOS_*` variable cannot be read.
    pub fn http(&self, stop: &CancellationToken) -> anyhow::Result<axum::Router> {
        let hub = Hub::default();
        if let Some(url) = self.config.database_url.clone() {
            tokio::spawn(hub.clone().listen(url, stop.clone()));
        }
        let site = Arc::new(http::Site::load(&self.config.site_root));
        site.compress_later();
        let mut leptos = leptos_options(&self.config)?;
        leptos.site_pkg_dir = site.pkg().into();
        Ok(http::router(Http {
            app: self.app.clone(),
            hub,
            site,
            leptos,
            stop: stop.clone(),
            parts: Arc::new(self.parts.clone()),
            mail_dir: self.mail_dir.clone(),
            ambiente: self.config.ambiente,
            public_origin: self.config.public_url.as_ref().map(|u| u.origin().ascii_serialization()),
        }))
    }

    /// Serves and works until `stop`, then lets requests and jobs end.
    pub async fn run(
        &self,
        roles: Roles,
        listener: Option<TcpListener>,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let worker = async {
            if roles != Roles::Serve {
                worker::run(self.app.clone(), stop.clone()).await;
            }
        };
        let http = match listener {
            Some(listener) => Some((listener, self.http(&stop)?)),
            None => None,
        };
        let serve = async {
            let Some((listener, router)) = http else { return Ok(()) };
            tokio::spawn(pulse(self.app.clone(), stop.clone()));
            let router = router.into_make_service_with_connect_info::<SocketAddr>();
            let stopped = stop.clone();
            let serving =
                axum::serve(listener, router).with_graceful_shutdown(async move { stopped.cancelled().await });
            let patience = async {
                stop.cancelled().await;
                tokio::time::sleep(GRACE).await;
            };
            // One slow upload must not keep the process alive.
            tokio::select! {
                served = serving => served,
                () = patience => Ok(()),
            }
        };
        let (served, ()) = tokio::join!(serve, worker);
        Ok(served?)
    }

    /// For the command line: nobody is logged in.
    pub fn cli_ctx(&self) -> Ctx {
        Ctx::anonymous(&self.app, "cli".into())
    }
}

/// Tells that webhooks are taken, until `stop`: after a pause what was missed is asked for.
async fn pulse(app: Arc<App>, stop: CancellationToken) {
    loop {
        if let Err(error) = whatsapp::pulso(&app, whatsapp::Sinal::Http).await {
            tracing::warn!(%error, "no sign of life recorded");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(whatsapp::INTERVALO_VIGIA) => {}
        }
    }
}

/// `Leptos.toml`, compiled in since the deployed binary has no Cargo.toml beside it (a test keeps both equal), with what
/// our own configuration decides.
fn leptos_options(config: &Config) -> anyhow::Result<LeptosOptions> {
    let mut options = get_config_from_str(include_str!("../../Leptos.toml"))?;
    options.site_root = config.site_root.to_string_lossy().into();
    options.site_addr = config.addr;
    if config.ambiente == Ambiente::Production {
        options.env = Env::PROD;
    }
    Ok(options)
}

/// A configured address, or the one listened on.
fn own_or(config: &Config, url: Option<&url::Url>) -> anyhow::Result<url::Url> {
    match url {
        Some(url) => Ok(url.clone()),
        None => Ok(format!("http://{}/", config.addr).parse()?),
    }
}

/// The client of a model.
///
/// # Errors
/// An address or a key that cannot be used.
pub fn chat_client(c: &crate::config::ModelConfig) -> anyhow::Result<ChatClient> {
    Ok(ChatClient::new(ChatConfig::new(&c.base_url, c.api_key.clone(), &c.model))?)
}

fn transcription(c: &crate::config::ModelConfig) -> anyhow::Result<TranscriptionClient> {
    Ok(TranscriptionClient::new(TranscriptionConfig::new(&c.base_url, c.api_key.clone(), &c.model))?)
}

fn vision(c: &crate::config::ModelConfig) -> anyhow::Result<VisionClient> {
    Ok(VisionClient::new(VisionConfig::new(&c.base_url, c.api_key.clone(), &c.model))?)
}

fn midia_dir(config: &Config) -> anyhow::Result<PathBuf> {
    match &config.midia_dir {
        Some(dir) => Ok(dir.clone()),
        None if config.ambiente == Ambiente::Development => Ok(".data/midias".into()),
        None => anyhow::bail!("MIDIA_DIR is not set"),
    }
}

/// The client of an embeddings server.
///
/// # Errors
/// An address or a key that cannot be used.
pub fn embeddings_client(c: &crate::config::EmbeddingsConfig) -> anyhow::Result<EmbeddingsClient> {
    Ok(EmbeddingsClient::new(EmbeddingsConfig {
        query_model: c.query_model.clone(),
        query_prefix: c.query_prefix.clone(),
        passage_prefix: c.passage_prefix.clone(),
        ..EmbeddingsConfig::new(&c.peer.base_url, c.peer.api_key.clone(), &c.peer.model)
    })?)
}

fn pagamentos(config: &Config) -> anyhow::Result<Option<Pagamentos>> {
    let Some(c) = &config.stripe else {
        tracing::warn!("STRIPE_SECRET_KEY is not set: the checkout is closed, and nobody can sign up");
        return Ok(None);
    };
    let stripe = StripeClient::new(c.base.clone(), c.key.clone())?;
    let cria_precos = c.base.is_some() && !stripe.livemode();
    Ok(Some(Pagamentos { stripe, segredos: c.segredos.clone(), portal: c.portal.clone(), cria_precos }))
}

fn custos(c: &CustosConfig) -> anyhow::Result<Custos> {
    let read = |path: &PathBuf| std::fs::read_to_string(path).with_context(|| format!("OPENAI_PRECOS: {path:?}"));
    let precos = c.precos.as_ref().map(read).transpose()?;
    Custos::new(precos.as_deref(), c.usd_brl, c.orcamento_padrao_brl).context("OPENAI_PRECOS is not a list of prices")
}

fn mailer(config: &Config, dir: Option<&PathBuf>) -> anyhow::Result<Mailer> {
    match (&config.smtp, dir) {
        (Some((url, from)), _) => Ok(Mailer::smtp(url, from)?),
        (None, Some(dir)) => Ok(Mailer::dir(dir, "Proseia <nao-responda@proseia.local>")?),
        (None, None) if config.ambiente == Ambiente::Development => {
            Ok(Mailer::dir(".data/mail", "Proseia <nao-responda@proseia.local>")?)
        }
        (None, None) => anyhow::bail!("SMTP_URL is not set"),
    }
}
