//! One suite, run against both stores; the Redis is a real one.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use integrations::kv::{EmbeddedKv, Kv, KvError, RedisKv, SharedKv, open};
use tempfile::TempDir;

const HOUR: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_millis(30);

/// A server without persistence on a unix socket; ends with the test.
struct Redis {
    process: Child,
    dir: TempDir,
}

impl Redis {
    async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let process = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"])
            .arg(dir.path().join("s"))
            .current_dir(dir.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let redis = Self { process, dir };
        let kv = RedisKv::new(&redis.url()).unwrap();
        eventually(async || kv.ping().await.is_ok()).await;
        redis
    }

    fn url(&self) -> String {
        format!("redis+unix://{}", self.dir.path().join("s").display())
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn eventually(mut condition: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < Duration::from_secs(10), "the condition never held");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|&value| value.to_owned()).collect()
}

async fn conformance(kv: SharedKv) {
    kv.ping().await.unwrap();
    text(&*kv).await;
    list(&*kv).await;
    counter(&kv).await;
    types(&*kv).await;
}

async fn text(kv: &dyn Kv) {
    assert_eq!(kv.get("t").await.unwrap(), None);
    kv.set("t", "ação 👍 \0 \r\n", HOUR).await.unwrap();
    assert_eq!(kv.get("t").await.unwrap().as_deref(), Some("ação 👍 \0 \r\n"));
    kv.set("t", "", SHORT).await.unwrap();
    eventually(async || kv.get("t").await.unwrap().is_none()).await;
    kv.set("t", "again", HOUR).await.unwrap();
    kv.delete("t").await.unwrap();
    kv.delete("t").await.unwrap();
    assert_eq!(kv.get("t").await.unwrap(), None);
    for ttl in [Duration::ZERO, Duration::MAX] {
        kv.set("t", "x", ttl).await.unwrap();
    }
    assert_eq!(kv.get("t").await.unwrap().as_deref(), Some("x"));
}

async fn list(kv: &dyn Kv) {
    assert!(kv.list("l").await.unwrap().is_empty());
    for n in 1..=5 {
        kv.push_capped("l", &n.to_string(), 3, HOUR).await.unwrap();
    }
    assert_eq!(kv.list("l").await.unwrap(), ["3", "4", "5"]);
    kv.replace_list("l", &texts(&["a", "b"]), HOUR).await.unwrap();
    kv.push_capped("l", "c", 10, HOUR).await.unwrap();
    assert_eq!(kv.list("l").await.unwrap(), ["a", "b", "c"]);
    kv.push_capped("l", "d", 1, SHORT).await.unwrap();
    eventually(async || kv.list("l").await.unwrap().is_empty()).await;
    kv.push_capped("l", "new", 2, HOUR).await.unwrap();
    assert_eq!(kv.list("l").await.unwrap(), ["new"], "what expired does not come back");
    kv.push_capped("l", "none", 0, HOUR).await.unwrap();
    assert!(kv.list("l").await.unwrap().is_empty());
    kv.replace_list("l", &texts(&["x"]), SHORT).await.unwrap();
    eventually(async || kv.list("l").await.unwrap().is_empty()).await;
    kv.replace_list("l", &texts(&["x"]), HOUR).await.unwrap();
    kv.replace_list("l", &[], HOUR).await.unwrap();
    assert!(kv.list("l").await.unwrap().is_empty());
    kv.replace_list("l", &texts(&["x"]), HOUR).await.unwrap();
    kv.delete("l").await.unwrap();
    assert!(kv.list("l").await.unwrap().is_empty());
}

async fn counter(kv: &SharedKv) {
    let window = Duration::from_millis(150);
    let started = Instant::now();
    let mut highest = 0;
    // Counting does not extend the window: it restarts at 1 although somebody counts all the time.
    eventually(async || {
        let count = kv.incr("c", window).await.unwrap();
        let restarted = count == 1 && highest > 1;
        highest = highest.max(count);
        restarted
    })
    .await;
    assert!(started.elapsed() >= window);
    kv.delete("c").await.unwrap();
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let kv = kv.clone();
            tokio::spawn(async move { kv.incr("c", HOUR).await.unwrap() })
        })
        .collect();
    let mut counts = Vec::new();
    for task in tasks {
        counts.push(task.await.unwrap());
    }
    counts.sort_unstable();
    assert!(counts.into_iter().eq(1..=20), "each count is given once");
    assert_eq!(kv.get("c").await.unwrap().as_deref(), Some("20"));
}

async fn types(kv: &dyn Kv) {
    kv.replace_list("w", &texts(&["x"]), HOUR).await.unwrap();
    assert!(matches!(kv.get("w").await, Err(KvError::WrongType)));
    assert!(matches!(kv.incr("w", HOUR).await, Err(KvError::WrongType)));
    kv.set("w", "text", HOUR).await.unwrap();
    assert!(matches!(kv.list("w").await, Err(KvError::WrongType)));
    assert!(matches!(kv.push_capped("w", "x", 3, HOUR).await, Err(KvError::WrongType)));
    assert!(matches!(kv.incr("w", HOUR).await, Err(KvError::WrongType)));
    assert_eq!(kv.get("w").await.unwrap().as_deref(), Some("text"));
    kv.replace_list("w", &texts(&["x"]), HOUR).await.unwrap();
    assert_eq!(kv.list("w").await.unwrap(), ["x"], "replace takes any type");
}

#[tokio::test(flavor = "multi_thread")]
async fn embedded() {
    conformance(Arc::new(EmbeddedKv::default())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis() {
    let server = Redis::start().await;
    conformance(open(Some(&server.url())).unwrap()).await;
}

#[tokio::test]
async fn a_redis_that_is_away_is_an_error_and_its_password_is_nowhere() {
    let kv = open(Some("redis://:hunter2@127.0.0.1:1/0")).unwrap();
    let error = kv.ping().await.unwrap_err();
    assert!(matches!(error, KvError::Unavailable(_)));
    let error = format!("{kv:?} {error:?} {error} {:?}", open(Some("hunter2")).unwrap_err());
    assert!(!error.contains("hunter2"), "{error}");
}
