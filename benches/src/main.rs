//! Measures the product beside its peers; docs/benchmarks.md says what and why. Started by `benches/run`.

mod client;
mod cluster;
mod machine;
mod pipeline;
mod report;
mod retrieval;
mod server;
mod stats;
mod webhook;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::{Parser, Subcommand};

use cluster::Cluster;
use report::Results;

/// Key of the stand-in for Evolution.
const EVOLUTION_KEY: &str = "bench-evolution-key";
// The product's own (server/src/main.rs).
const STACK: usize = 8 * 1024 * 1024;

/// Benchmarks of Proseia.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measures and prints the table.
    Run(Settings),
    /// One process of (a): loads.
    #[command(hide = true)]
    RetrievalLoad { dir: PathBuf },
    /// One process of (a): answers.
    #[command(hide = true)]
    RetrievalServe { dir: PathBuf },
}

/// What is measured, and where things are.
#[derive(clap::Args)]
struct Settings {
    /// `a`, `b`, `c`, `d`; all of them if none is named.
    parts: Vec<char>,
    /// Smaller, and once.
    #[arg(long)]
    quick: bool,
    /// How often each measurement is repeated; the table has the medians.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// What the product waits on purpose before it answers the question asked here: the shortest burst window (1,500) and the
    /// pause for a reply of 154 characters (970, `atendimento/passo.rs`).
    #[arg(long, default_value_t = 2_470.0)]
    window_ms: f64,
    /// The project.
    #[arg(long, default_value = ".")]
    root: PathBuf,
    /// For databases and vectors (2 GB while it runs).
    #[arg(long)]
    data: PathBuf,
    /// The peers' virtual environment.
    #[arg(long)]
    venv: PathBuf,
    /// One JSON line for each run.
    #[arg(long)]
    out: PathBuf,
}

impl Settings {
    /// Numbers of clientes.
    fn sizes(&self) -> &'static [usize] {
        if self.quick { &[100, 1_000] } else { &[100, 1_000, 10_000] }
    }

    /// The product's binary, built beside this one.
    fn proseia(&self) -> anyhow::Result<PathBuf> {
        let path = std::env::current_exe()?.with_file_name("proseia");
        ensure!(path.exists(), "{} is not built", path.display());
        Ok(path)
    }

    fn python(&self) -> anyhow::Result<PathBuf> {
        let path = self.venv.join("bin/python");
        ensure!(path.exists(), "{} is missing: benches/run makes it", path.display());
        Ok(path)
    }
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
    match runtime.map_err(anyhow::Error::from).and_then(|r| r.block_on(Box::pin(start(command)))) {
        Ok(output) => {
            print(&output);
            ExitCode::SUCCESS
        }
        Err(e) => {
            eprint(&format!("{e:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn start(command: Command) -> anyhow::Result<String> {
    match command {
        Command::RetrievalLoad { dir } => Ok(Box::pin(retrieval::load(&dir)).await?.to_string()),
        Command::RetrievalServe { dir } => Ok(Box::pin(retrieval::serve(&dir)).await?.to_string()),
        Command::Run(settings) => run(settings).await,
    }
}

async fn run(mut settings: Settings) -> anyhow::Result<String> {
    if settings.parts.is_empty() {
        settings.parts = vec!['a', 'b', 'c', 'd'];
    }
    if settings.quick {
        settings.runs = 1;
    }
    std::fs::create_dir_all(&settings.data)?;
    settings.data = settings.data.canonicalize()?;
    settings.root = settings.root.canonicalize()?;
    settings.venv = std::path::absolute(&settings.venv)?;
    let mut results = Results::create(&settings.out, if cfg!(debug_assertions) { "debug" } else { "release" })?;
    let cluster = match settings.parts.iter().any(|p| *p != 'a') {
        true => Some(Cluster::start(&settings.data).await.context("PostgreSQL")?),
        false => None,
    };
    let measured = tokio::select! {
        measured = Box::pin(measure(&settings, &mut results, cluster.as_ref())) => measured,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    if let Some(cluster) = cluster {
        cluster.stop().await?;
    }
    clean(&settings.data)?;
    measured?;
    Ok(results.markdown())
}

async fn measure(settings: &Settings, results: &mut Results, cluster: Option<&Cluster>) -> anyhow::Result<()> {
    let asked = |part| settings.parts.contains(&part);
    if asked('a') {
        eprint("(a) retrieval …");
        Box::pin(retrieval::run(settings, results)).await?;
    }
    let Some(cluster) = cluster else { return Ok(()) };
    if asked('b') {
        eprint("(b) webhook …");
        Box::pin(webhook::run(settings, results, cluster)).await?;
    }
    if asked('c') || asked('d') {
        eprint("(c), (d) pipeline and memory …");
        Box::pin(pipeline::run(settings, results, cluster, &settings.parts)).await?;
    }
    Ok(())
}

/// What the next run makes again.
fn clean(data: &Path) -> anyhow::Result<()> {
    for dir in ["postgres", "lance", "retrieval"].map(|d| data.join(d)) {
        if dir.exists() {
            std::fs::remove_dir_all(dir)?;
        }
    }
    Ok(())
}

/// Milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "compared with times that another process wrote, on the same machine")]
fn wall_clock_ms() -> f64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap_or_default().as_secs_f64() * 1000.0
}

#[expect(clippy::print_stdout, reason = "for the person at the terminal")]
fn print(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "for the person at the terminal")]
fn eprint(text: &str) {
    eprintln!("{text}");
}
