//! Who asks, and with what parts the answer is made.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::{AdminId, ClienteId, ConversaId, ErrorCode, SessaoId};
use integrations::evolution::EvolutionClient;
use integrations::kv::SharedKv;
use integrations::mail::Mailer;
use integrations::openai::{ChatClient, EmbeddingsClient, TranscriptionClient, VisionClient};
use integrations::stripe::StripeClient;
use jobs::{Job, JobError};
use secrecy::SecretString;
use url::Url;

use crate::midia::Arquivos;
use crate::uso::Custos;
use crate::{Clock, Error, Result};

/// Who runs this installation, for the legal pages and for those who want to reach it.
#[derive(Clone, Debug, Default)]
pub struct Empresa {
    /// Name, CNPJ and town in one line.
    pub nome: Option<String>,
    /// The e-mail that people answer.
    pub email: Option<String>,
}

/// The parts, put together once at the start of the process.
pub struct App {
    /// Postgres: the truth.
    pub db: db::Db,
    /// What may be lost: memory of conversations, counters.
    pub kv: SharedKv,
    /// The knowledge index.
    pub retriever: rag::Retriever,
    /// WhatsApp.
    pub evolution: EvolutionClient,
    /// The model; without it answers are cut out of the knowledge.
    pub chat: Option<ChatClient>,
    /// Files that came with messages.
    pub midias: Arquivos,
    /// Hears voice notes; without it a person does.
    pub transcription: Option<TranscriptionClient>,
    /// Looks at pictures; without it a person does.
    pub vision: Option<VisionClient>,
    /// What models cost, and how much of it is allowed.
    pub custos: Custos,
    /// Mail.
    pub mailer: Mailer,
    /// Vectors; without them the search is by words.
    pub embeddings: Option<EmbeddingsClient>,
    /// Time.
    pub clock: Clock,
    /// Signs tokens.
    pub jwt_secret: SecretString,
    /// Where browsers reach us; ends in a slash.
    pub public_url: Url,
    /// Where Evolution reaches us.
    pub webhook_base_url: Url,
    /// Whether browsers reach us by HTTPS, so that cookies may say so.
    pub secure_cookies: bool,
    /// Who runs this installation.
    pub empresa: Empresa,
    /// Payments; without them nobody can sign up.
    pub pagamentos: Option<Pagamentos>,
    /// How long the assistant goes on answering after a failed payment.
    pub carencia: TimeDelta,
}

/// Where money comes from.
#[derive(Clone)]
pub struct Pagamentos {
    /// Stripe, or what stands in for it.
    pub stripe: StripeClient,
    /// Of the webhook; two while one replaces the other.
    pub segredos: Vec<SecretString>,
    /// The portal's configuration, where it is not the account's default.
    pub portal: Option<String>,
    /// Missing products and prices are made: only where they are worth nothing.
    pub cria_precos: bool,
}

impl App {
    /// Payments, or a refusal: this installation sells nothing.
    pub fn pagamentos(&self) -> Result<&Pagamentos> {
        self.pagamentos.as_ref().ok_or_else(|| ErrorCode::CheckoutFechado.into())
    }
}

/// The credentials of a request, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// None, or none that is good.
    Anonymous,
    /// A cliente in its own area.
    Cliente {
        /// The tenant.
        id: ClienteId,
        /// Its login.
        sid: SessaoId,
    },
    /// Who runs the SaaS.
    Admin {
        /// The admin.
        id: AdminId,
        /// Its login.
        sid: SessaoId,
    },
    /// A job or a webhook, on behalf of a cliente.
    System {
        /// The tenant.
        cliente_id: ClienteId,
    },
}

/// What every use case takes first.
#[derive(Clone)]
pub struct Ctx {
    /// The parts.
    pub app: Arc<App>,
    /// Who asks.
    pub actor: Actor,
    /// Follows a request from webhook to send.
    pub request_id: String,
    /// The browser's name, for the list of logins.
    pub user_agent: Option<String>,
    /// Where it is, shortened: enough to recognise a device by, not enough to find somebody.
    pub ip: Option<String>,
    /// The conversation that this is about, for the bill.
    pub conversa_id: Option<ConversaId>,
    /// The senha that was used is the one we made: it must be replaced before anything else.
    pub trocar_senha: bool,
    /// The cliente who is logged in may change things: it pays, or is in grace.
    pub assinatura_ativa: bool,
}

impl Ctx {
    /// For nobody yet.
    pub fn anonymous(app: &Arc<App>, request_id: String) -> Self {
        Self {
            app: app.clone(),
            actor: Actor::Anonymous,
            request_id,
            user_agent: None,
            ip: None,
            conversa_id: None,
            trocar_senha: false,
            assinatura_ativa: false,
        }
    }

    /// For a job or a webhook.
    pub fn system(app: &Arc<App>, cliente_id: ClienteId, request_id: String) -> Self {
        Self { actor: Actor::System { cliente_id }, ..Self::anonymous(app, request_id) }
    }

    /// The same, about this conversation.
    pub(crate) fn na_conversa(&self, id: ConversaId) -> Self {
        Self { conversa_id: Some(id), ..self.clone() }
    }

    /// For a job: its tenant, and the request that caused it.
    pub(crate) fn of_job(app: &Arc<App>, job: &Job) -> std::result::Result<Self, JobError> {
        let cliente_id = ClienteId(job.tenant_id.ok_or_else(|| JobError::dead("job without tenant"))?);
        Ok(Self::system(app, cliente_id, job.request_id.clone().unwrap_or_else(|| job.id.to_string())))
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }

    /// The tenant, or a refusal: 401 without a login, 403 with an admin's.
    pub fn cliente_id(&self) -> Result<ClienteId> {
        match self.actor {
            Actor::Cliente { id, .. } | Actor::System { cliente_id: id } => Ok(id),
            Actor::Admin { .. } => Err(ErrorCode::Forbidden.into()),
            Actor::Anonymous => Err(ErrorCode::Unauthenticated.into()),
        }
    }

    /// The admin and its login, or a refusal: 401 without a login, 403 with a cliente's.
    pub fn admin(&self) -> Result<(AdminId, SessaoId)> {
        match self.actor {
            Actor::Admin { id, sid } => Ok((id, sid)),
            Actor::Cliente { .. } | Actor::System { .. } => Err(ErrorCode::Forbidden.into()),
            Actor::Anonymous => Err(ErrorCode::Unauthenticated.into()),
        }
    }

    /// A transaction that sees the tenant's rows only.
    pub async fn tenant(&self) -> Result<db::TenantTx> {
        Ok(self.app.db.tenant(self.cliente_id()?).await?)
    }

    /// A transaction that sees every row: see [`db::SystemTx`].
    pub async fn system_tx(&self) -> Result<db::SystemTx> {
        Ok(self.app.db.system().await?)
    }
}

/// A new id; UUIDv7, so that it grows with time.
pub(crate) fn new_id() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}

/// `n` random bytes as hexadecimal text.
pub(crate) fn random_hex(n: usize) -> String {
    use rand::RngCore;
    let mut bytes = vec![0u8; n];
    rand::rng().fill_bytes(&mut bytes);
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// SHA-256 of a random secret: enough, since it cannot be guessed.
pub fn sha256(text: &str) -> Vec<u8> {
    use sha2::Digest;
    sha2::Sha256::digest(text.as_bytes()).to_vec()
}

/// Cuts what was read beyond a page of `size`: one row more than that says that another page follows.
pub(crate) fn cut_page<T>(rows: &mut Vec<T>, size: i64) -> bool {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    more
}

/// The error for a row that is not there or not ours.
pub(crate) fn not_found() -> Error {
    ErrorCode::NotFound.into()
}
