//! A database per test, in a private cluster under /tmp that ends with the test process.
//! `TEST_DATABASE_URL` (an administrator's URL) uses that server instead.

use std::{
    fs,
    future::Future,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex, OnceLock},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{QueryableByName, sql_types::Int8};
use diesel_async::{
    AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection,
    pooled_connection::{AsyncDieselConnectionManager, bb8::PooledConnection},
};
use jobs::{Clock, Handlers, Pool, Worker, WorkerConfig};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const UP: &str = include_str!("../../../../migrations/2026-11-22-000001_jobs/up.sql");
const DOWN: &str = include_str!("../../../../migrations/2026-11-22-000001_jobs/down.sql");

/// Keeps the cluster: its shell stops Postgres and removes the directory when this pipe closes, however we end.
struct Cluster {
    admin_url: String,
    _lifeline: Option<(Child, ChildStdin)>,
}

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| match std::env::var("TEST_DATABASE_URL") {
        Ok(admin_url) => Cluster { admin_url, _lifeline: None },
        Err(_) => start(),
    })
}

#[expect(clippy::disallowed_methods, reason = "on a thread of its own, before anything that could report an event")]
fn start() -> Cluster {
    let bin = newest_bin();
    let dir = std::env::temp_dir().join(format!("jobs-pg-{}", Uuid::new_v4().simple()));
    fs::create_dir(&dir).unwrap();
    let account = postgres_account().filter(|_| fs::metadata("/proc/self").is_ok_and(|meta| is_root(&meta)));
    if let Some((uid, gid)) = account {
        chown(&dir, Some(uid), Some(gid)).unwrap();
    }
    let command = |program: PathBuf| {
        let mut command = Command::new(program);
        if let Some((uid, gid)) = account {
            // Postgres refuses to run as root.
            command.uid(uid).gid(gid);
        }
        command.current_dir(&dir);
        command
    };
    let data = dir.join("data");
    let initdb = command(bin.join("initdb"))
        .args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "-D"])
        .arg(&data)
        .output()
        .unwrap();
    assert!(initdb.status.success(), "initdb: {}", String::from_utf8_lossy(&initdb.stderr));
    let script = r#""$1" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
        -c full_page_writes=off -c max_connections=400 -c shared_buffers=32MB >"$2/log" 2>&1 &
        postgres=$!; cat >/dev/null; kill -INT $postgres; wait $postgres; rm -rf "$2""#;
    let mut shell = command("/bin/sh".into())
        .args(["-c", script, "sh"])
        .arg(bin.join("postgres"))
        .arg(&dir)
        .stdin(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    let lifeline = shell.stdin.take().unwrap();
    let started = Instant::now();
    while !fs::read_to_string(dir.join("data/postmaster.pid")).is_ok_and(|pid| pid.contains("ready")) {
        assert!(started.elapsed() < Duration::from_secs(60), "{}", fs::read_to_string(dir.join("log")).unwrap());
        std::thread::sleep(Duration::from_millis(20));
    }
    let admin_url = format!("postgres:///postgres?user=postgres&host={}", dir.display());
    Cluster { admin_url, _lifeline: Some((shell, lifeline)) }
}

fn newest_bin() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").expect("Postgres is installed");
    let version = versions.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse::<u32>().ok()).max();
    Path::new("/usr/lib/postgresql").join(version.expect("a version of Postgres").to_string()).join("bin")
}

fn is_root(meta: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    meta.uid() == 0
}

fn postgres_account() -> Option<(u32, u32)> {
    let passwd = fs::read_to_string("/etc/passwd").unwrap();
    let line = passwd.lines().find(|line| line.starts_with("postgres:"))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// A database of its own with the tables of `jobs`, and a clock that only the test moves.
pub struct TestDb {
    pub pool: Pool,
    now: Arc<Mutex<DateTime<Utc>>>,
}

impl TestDb {
    pub async fn new() -> Self {
        let cluster = tokio::task::spawn_blocking(cluster).await.unwrap();
        let name = format!("jobs_{}", Uuid::new_v4().simple());
        let mut admin = AsyncPgConnection::establish(&cluster.admin_url).await.unwrap();
        admin.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        let (head, options) = cluster.admin_url.split_once('?').unwrap_or((&cluster.admin_url, ""));
        let url = format!("{}/{name}?{options}", head.rsplit_once('/').unwrap().0);
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new(url);
        let pool = Pool::builder().max_size(12).build(manager).await.unwrap();
        // Down as well, so that every test shows that it undoes all of it.
        pool.get().await.unwrap().batch_execute(&format!("{UP}{DOWN}{UP}")).await.unwrap();
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        Self { pool, now: Arc::new(Mutex::new(start)) }
    }

    pub async fn conn(&self) -> PooledConnection<'_, AsyncPgConnection> {
        self.pool.get().await.unwrap()
    }

    pub fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    pub fn advance(&self, by: Duration) {
        *self.now.lock().unwrap() += TimeDelta::from_std(by).unwrap();
    }

    pub fn clock(&self) -> Clock {
        let now = self.now.clone();
        Arc::new(move || *now.lock().unwrap())
    }

    /// The first column of a query that gives one number.
    pub async fn count(&self, rest: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = Int8)]
            n: i64,
        }
        let query = format!("SELECT count(*) AS n FROM {rest}");
        diesel::sql_query(query).get_result::<Count>(&mut self.conn().await).await.unwrap().n
    }

    pub async fn execute(&self, sql: &str) {
        self.conn().await.batch_execute(sql).await.unwrap();
    }

    /// A worker of queue `q` that looks often.
    pub fn worker(&self, handlers: &Handlers, concurrency: usize) -> RunningWorker {
        self.worker_with(handlers, WorkerConfig { poll_interval: Duration::from_millis(50), ..config(concurrency) })
    }

    pub fn worker_with(&self, handlers: &Handlers, config: WorkerConfig) -> RunningWorker {
        RunningWorker::start(Worker::new(self.pool.clone(), handlers.clone(), config, self.clock()))
    }
}

/// Polls so rarely that only a notification can explain a quick start.
pub fn config(concurrency: usize) -> WorkerConfig {
    WorkerConfig { poll_interval: Duration::from_secs(600), ..WorkerConfig::new([("q", concurrency)]) }
}

pub struct RunningWorker {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl RunningWorker {
    pub fn start(worker: Worker) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(worker.run(stop.clone()));
        Self { stop, task }
    }

    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }

    /// As `kill -9` would: nothing is said to the database.
    pub async fn crash(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}

/// What handlers report to the test, in order.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub fn push(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub async fn wait_for(&self, lines: usize) -> Vec<String> {
        eventually(|| async { self.0.lock().unwrap().len() >= lines }).await;
        self.lines()
    }
}

/// Waits until the condition holds; a failed test says so after 20 s.
pub async fn eventually<F: Future<Output = bool>>(mut condition: impl FnMut() -> F) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < Duration::from_secs(20), "the condition never held");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
