//! The command line.

use std::io::Read;
#[cfg(feature = "dev")]
use std::net::SocketAddr;
#[cfg(feature = "dev")]
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use contracts::ClienteId;
use server::compose::{Process, Roles};
use server::config::Config;
use server::http::Parts;
use services::{Clock, Ctx, admin, knowledge};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Answers a business's WhatsApp from its own knowledge.
#[derive(Parser)]
#[command(name = "proseia", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// HTTP and work in one process; the default.
    Run,
    /// HTTP only.
    Serve,
    /// Work only.
    Worker,
    /// Applies missing migrations and ends.
    Migrate,
    /// Builds the knowledge index again from the database.
    Reindex {
        /// Only this cliente.
        #[arg(long)]
        cliente: Option<uuid::Uuid>,
    },
    /// Adds an admin; the senha is read from standard input.
    CreateAdmin {
        /// Login.
        email: String,
        /// Shown to other admins.
        #[arg(long, default_value = "Admin")]
        nome: String,
    },
    /// Everything embedded, with demo data: for development only.
    #[cfg(feature = "dev")]
    Dev {
        /// Where browsers come.
        #[arg(long, default_value = "127.0.0.1:3000")]
        addr: SocketAddr,
        /// Where the simulated WhatsApp listens.
        #[arg(long, default_value = "127.0.0.1:3001")]
        evolution_addr: SocketAddr,
        /// Where the simulated Stripe listens.
        #[arg(long, default_value = "127.0.0.1:3002")]
        stripe_addr: SocketAddr,
        /// Where everything is kept.
        #[arg(long, default_value = ".data")]
        data: PathBuf,
    },
}

// Plans of DataFusion recurse deeply in debug builds (rag.md §1.1).
const STACK: usize = 8 * 1024 * 1024;

fn main() -> ExitCode {
    server::telemetry::init();
    let command = Cli::parse().command.unwrap_or(Command::Run);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
    let done = runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(Box::pin(run(command))));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            // A sentence for whoever started us, without a backtrace.
            tracing::error!("{e:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    let config = Config::from_env()?;
    match command {
        Command::Run => serve(config, Roles::All).await,
        Command::Serve => serve(config, Roles::Serve).await,
        Command::Worker => serve(config, Roles::Work).await,
        Command::Migrate => {
            let url = config.database_url.context("DATABASE_URL is not set")?;
            let applied = db::migrate::run(&url).await?;
            tracing::info!(?applied, "migrated");
            Ok(())
        }
        Command::Reindex { cliente } => reindex(config, cliente.map(ClienteId)).await,
        Command::CreateAdmin { email, nome } => create_admin(config, &email, &nome).await,
        #[cfg(feature = "dev")]
        Command::Dev { addr, evolution_addr, stripe_addr, data } => {
            let simulated = server::dev::Addrs { evolution: evolution_addr, stripe: stripe_addr };
            server::dev::run(Config { addr, ..config }, simulated, &data, stop_signal()).await
        }
    }
}

async fn start(config: Config) -> anyhow::Result<Process> {
    let parts = Parts::of(&config);
    Process::start(config, parts, None, Clock::default()).await
}

async fn serve(config: Config, roles: Roles) -> anyhow::Result<()> {
    let process = start(config).await?;
    let addr = process.config.addr;
    let listener = match roles {
        Roles::Work => None,
        _ => Some(TcpListener::bind(addr).await.with_context(|| format!("{addr} is taken; set PROSEIA_ADDR"))?),
    };
    tracing::info!(%addr, ?roles, "ready");
    process.run(roles, listener, stop_signal()).await
}

async fn reindex(config: Config, only: Option<ClienteId>) -> anyhow::Result<()> {
    let process = start(config).await?;
    let ids = match only {
        Some(id) => vec![id],
        None => {
            let mut tx = process.app.db.system().await?;
            let ids = db::models::cliente::ids(&mut tx).await?;
            tx.commit().await?;
            ids
        }
    };
    let mut failed = 0;
    for id in &ids {
        let ctx = Ctx::system(&process.app, *id, "cli:reindex".into());
        if let Err(e) = knowledge::reindex(&ctx).await {
            tracing::error!(cliente_id = %id, error = %e, "not indexed");
            failed += 1;
        }
    }
    anyhow::ensure!(failed == 0, "{failed} of {} could not be indexed", ids.len());
    tracing::info!(clientes = ids.len(), "indexed");
    Ok(())
}

async fn create_admin(config: Config, email: &str, nome: &str) -> anyhow::Result<()> {
    let mut senha = String::new();
    std::io::stdin().read_to_string(&mut senha).context("the senha is read from standard input")?;
    let process = start(config).await?;
    admin::create(&process.cli_ctx(), nome, email, senha.trim_end_matches(['\r', '\n']), "super_admin")
        .await
        .map_err(|e| anyhow::anyhow!("not added: {e} {:?}", e.fields))?;
    tracing::info!(email, "admin added");
    Ok(())
}

/// Cancelled by Ctrl+C or SIGTERM.
fn stop_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    let token = stop.clone();
    tokio::spawn(async move {
        let mut term = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(term) => term,
            Err(e) => return tracing::error!(error = %e, "no signals"),
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = term.recv() => {}
        }
        tracing::info!("stopping; once more to stop at once");
        token.cancel();
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = term.recv() => {}
        }
        std::process::exit(130);
    });
    stop
}
