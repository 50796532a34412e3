//! A server that is measured, in a process group of its own so that nothing of it stays behind.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::process::{Child, Command};

use crate::Settings;
use crate::cluster::Database;

/// Connections to the database: `POOL` of server/src/compose.rs. The peer's workers share as many.
const POOL: usize = 24;

/// A running server; dropping it ends it at once.
pub struct Server {
    child: Child,
    /// The first process.
    pub pid: u32,
    /// Where it listens.
    pub addr: SocketAddr,
}

impl Server {
    /// The product with `command` (`serve` or `run`), Evolution at `evolution`. Its index is below the data directory.
    pub async fn proseia(
        settings: &Settings,
        command: &str,
        database: &Database,
        evolution: &str,
    ) -> anyhow::Result<Self> {
        let addr = free_address().await?;
        let mut program = Command::new(settings.proseia()?);
        program
            .arg(command)
            .env("DATABASE_URL", &database.url)
            .env("LANCEDB_URI", settings.data.join("lance"))
            .env("EVOLUTION_URL", evolution)
            .env("EVOLUTION_API_KEY", crate::EVOLUTION_KEY)
            .env("JWT_SECRET", "only-for-benchmarks-on-this-machine-0123456789")
            .env("PROSEIA_ADDR", addr.to_string())
            .env("RUST_LOG", "warn")
            .current_dir(&settings.data);
        Self::start(settings, program, addr).await
    }

    /// FastAPI under uvicorn with this many processes.
    pub async fn fastapi(settings: &Settings, database: &Database, workers: usize) -> anyhow::Result<Self> {
        let addr = free_address().await?;
        let mut program = Command::new(settings.python()?);
        program
            .args(["-m", "uvicorn", "fastapi_peer:app", "--host", "127.0.0.1", "--port", &addr.port().to_string()])
            .args(["--workers", &workers.to_string(), "--loop", "uvloop", "--http", "httptools"])
            .args(["--no-access-log", "--log-level", "warning", "--app-dir"])
            .arg(settings.root.join("benches/peers"))
            .env("PEER_SOCKET", &database.socket)
            .env("PEER_DATABASE", &database.name)
            .env("PEER_POOL", (POOL / workers).to_string())
            .env("PYTHONDONTWRITEBYTECODE", "1");
        Self::start(settings, program, addr).await
    }

    async fn start(settings: &Settings, mut program: Command, addr: SocketAddr) -> anyhow::Result<Self> {
        let path = settings.data.join("server.log");
        let log = std::fs::File::create(&path)?;
        program.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0);
        let child = program.spawn().context("the server could not be started")?;
        let pid = child.id().context("the server has ended")?;
        let mut server = Self { child, pid, addr };
        server.ready(&path).await?;
        Ok(server)
    }

    async fn ready(&mut self, log: &Path) -> anyhow::Result<()> {
        let began = Instant::now();
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(2)).build()?;
        while http.get(format!("http://{}/health", self.addr)).send().await.is_err() {
            if self.child.try_wait()?.is_some() || began.elapsed() > Duration::from_secs(60) {
                bail!("the server does not answer: {}", std::fs::read_to_string(log).unwrap_or_default());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // To the whole group: uvicorn's workers outlive a killed parent.
        let group = format!("-{}", self.pid);
        drop(std::process::Command::new("kill").args(["-KILL", "--", &group]).status());
    }
}

async fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(tokio::net::TcpListener::bind("127.0.0.1:0").await?.local_addr()?)
}
