//! `proseia dev`: everything embedded and demo data, for development and browser tests. Not in a production build.

mod seed;
pub mod volume;

use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, ensure};
use db::embedded::{Durability, Postgres};
use secrecy::SecretString;
use services::Clock;
use simulators::{evolution, stripe};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::compose::{Process, Roles};
use crate::config::{Ambiente, Config, StripeConfig};
use crate::http::Parts;

/// The simulator's global key; documented, since nothing but the simulator takes it.
const EVOLUTION_KEY: &str = "dev-evolution-key";

/// Where the stand-ins listen.
pub struct Addrs {
    /// The simulated WhatsApp.
    pub evolution: SocketAddr,
    /// The simulated Stripe.
    pub stripe: SocketAddr,
}

/// Runs the product with an embedded part for each that is not configured, until `stop`.
///
/// # Errors
/// What is in the way, in a sentence: a taken port, PostgreSQL not installed.
pub async fn run(mut config: Config, addrs: Addrs, data: &Path, stop: CancellationToken) -> anyhow::Result<()> {
    ensure!(config.ambiente == Ambiente::Development, "`proseia dev` does not run with PROSEIA_ENV=production");
    std::fs::create_dir_all(data).with_context(|| format!("{} cannot be made", data.display()))?;
    let data = data.canonicalize()?;
    let listener = bind(config.addr).await?;
    // Port 0: the address is what was given.
    config.addr = listener.local_addr()?;
    let mut parts = Parts::of(&config);
    if config.lancedb_uri.is_none() {
        parts.lancedb = "embedded";
    }
    if config.evolution.is_none() {
        // Before anything is started that would have to be stopped again.
        drop(bind(addrs.evolution).await?);
    }
    if config.stripe.is_none() {
        drop(bind(addrs.stripe).await?);
    }
    let mut postgres = None;
    if config.database_url.is_none() {
        let dir = data.join("postgres");
        let pg = tokio::task::spawn_blocking(move || Postgres::start(&dir, Durability::Safe)).await??;
        config.database_url = Some(pg.url("proseia"));
        parts.postgres = "embedded";
        postgres = Some(pg);
    }
    let mut simulator = None;
    if config.evolution.is_none() {
        let with =
            evolution::Config { addr: addrs.evolution, apikey: EVOLUTION_KEY.into(), ..evolution::Config::default() };
        let sim = evolution::Simulator::start(with).await?;
        config.evolution = Some((format!("{}/", sim.url()).parse()?, SecretString::from(EVOLUTION_KEY)));
        parts.evolution = "simulator";
        simulator = Some(sim);
    }
    let mut payments = None;
    if config.stripe.is_none() {
        let with = stripe::Options {
            webhook_url: Some(format!("http://{}/webhook/billing", config.addr)),
            file: Some(data.join("stripe.json")),
            ..stripe::Options::default()
        };
        let (key, secret) = (with.key.clone(), with.secret.clone());
        let sim = stripe::Stripe::start(addrs.stripe, with).await?;
        config.stripe = Some(StripeConfig {
            key: SecretString::from(key),
            segredos: vec![SecretString::from(secret)],
            base: Some(format!("{}/", sim.url()).parse()?),
            portal: None,
        });
        payments = Some(sim);
    }
    config.lancedb_uri.get_or_insert_with(|| data.join("lance").to_string_lossy().into_owned());
    config.midia_dir.get_or_insert_with(|| data.join("midias"));
    config.empresa.nome.get_or_insert_with(|| "Proseia, instalação de demonstração".into());
    config.empresa.email.get_or_insert_with(|| "contato@proseia.local".into());
    if config.jwt_secret.is_none() {
        config.jwt_secret = Some(kept_secret(&data.join("jwt-secret"))?);
    }
    let simulated = [
        simulator.as_ref().map(|sim| format!("  WhatsApp simulado  {}/   (apikey: {EVOLUTION_KEY})", sim.url())),
        payments.as_ref().map(|sim| format!("  Stripe simulado    {}/", sim.url())),
    ];
    let result = Box::pin(serve(config, parts, &data, listener, simulated.into_iter().flatten().collect(), stop)).await;
    drop((simulator, payments));
    if let Some(pg) = postgres {
        tokio::task::spawn_blocking(move || pg.stop()).await??;
    }
    result
}

async fn serve(
    config: Config,
    parts: Parts,
    data: &Path,
    listener: TcpListener,
    simulated: Vec<String>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let process = Process::start(config, parts, Some(data.join("mail")), Clock::default()).await?;
    seed::run(&process).await?;
    greet(&process, &simulated);
    process.run(Roles::All, Some(listener), stop).await
}

async fn bind(addr: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(addr)
        .await
        .with_context(|| format!("{addr} is taken, perhaps by another `proseia dev`: stop it or choose another port"))
}

/// Logins outlive a restart.
fn kept_secret(file: &Path) -> anyhow::Result<SecretString> {
    // A shorter one is what a crash left of it.
    if let Some(secret) = std::fs::read_to_string(file).ok().filter(|s| s.len() >= 32) {
        return Ok(SecretString::from(secret));
    }
    let secret = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    let mut out = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    std::io::Write::write_all(&mut out, secret.as_bytes())?;
    Ok(SecretString::from(secret))
}

#[expect(clippy::print_stdout, reason = "for the person at the terminal")]
fn greet(process: &Process, simulated: &[String]) {
    let base = format!("http://{}", process.config.addr);
    println!("\n  Proseia            {base}");
    println!("  Entrar             {base}/login        {} / {}", seed::DEMO_EMAIL, seed::DEMO_SENHA);
    println!("  Painel do admin    {base}/admin/login  {} / {}", seed::ADMIN_EMAIL, seed::ADMIN_SENHA);
    for line in simulated {
        println!("{line}");
    }
    println!("  E-mails enviados   {base}/dev/mail      modelos: {base}/dev/mails");
    println!("  Ctrl+C encerra tudo.\n");
}
