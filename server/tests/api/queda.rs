//! `kill -9` in the middle of it: nothing lost, nobody answered twice.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use simulators::evolution::{Config, Simulator};
use test_support::TestDb;

use crate::support::{EVOLUTION_KEY, answer, eventually};

const MESSAGES: usize = 200;
const KILLS: usize = 3;

struct Server {
    child: Child,
    addr: String,
}

impl Server {
    fn start(db: &TestDb, evolution: &Simulator, data: &std::path::Path, addr: &str) -> Self {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(data.join("server.log")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_proseia"))
            .args(["dev", "--addr", addr, "--data"])
            .arg(data)
            .env("DATABASE_URL", &db.url)
            .env("EVOLUTION_URL", evolution.url())
            .env("EVOLUTION_API_KEY", EVOLUTION_KEY)
            .env("NO_COLOR", "1")
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { child, addr: addr.to_owned() }
    }

    async fn ready(&self, http: &reqwest::Client) {
        let url = format!("http://{}/health", self.addr);
        eventually("the server answers", || async {
            http.get(&url).send().await.ok().filter(|r| r.status().is_success())
        })
        .await;
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

async fn ask(http: &reqwest::Client, method: reqwest::Method, url: String, token: &str, body: Value) -> Value {
    answer(http.request(method, url).bearer_auth(token).json(&body)).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_three_times_among_200_messages_each_gets_one_reply() {
    let db = TestDb::new().await;
    let dir = tempfile::tempdir().unwrap();
    // Evolution outlives the server and tries its webhooks again, as the real one does.
    let evolution =
        Simulator::start(Config { webhook_jitter: Duration::from_millis(50), ..Config::quick(EVOLUTION_KEY) })
            .await
            .unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let addr = {
        let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        free.local_addr().unwrap().to_string()
    };
    let base = format!("http://{addr}");
    let mut server = Server::start(&db, &evolution, dir.path(), &addr);
    server.ready(&http).await;
    let login = json!({ "email": "demo@proseia.local", "senha": "proseia-demo" });
    let token = answer(http.post(format!("{base}/api/v1/auth/login")).json(&login)).await.ok()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let instance =
        ask(&http, reqwest::Method::POST, format!("{base}/api/v1/whatsapp/instance"), &token, json!({})).await;
    let name = instance["instance_id"].as_str().unwrap().to_owned();
    let sim =
        |what: &str, body: Value| answer(http.post(format!("{}/_sim/{name}/{what}", evolution.url())).json(&body));
    sim("scan", json!({ "phone": "5511900000001", "name": "Loja" })).await.ok();
    eventually("connected", || async {
        let status = answer(http.get(format!("{base}/api/v1/whatsapp/status")).bearer_auth(&token)).await.ok();
        (status["status"] == "CONECTADO").then_some(())
    })
    .await;

    // Three kills, each when another random share of the replies has gone out.
    let mut seed = u64::from(std::process::id()) * 7919 + Instant::now().elapsed().as_nanos() as u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let text = |i: usize| if i % 4 == 3 { "Quem ganhou a copa de 1958?" } else { "Vocês abrem no sábado?" };
    let number = |i: usize| format!("55119{:08}", 40_000_000 + i);
    let mut sent = 0;
    for round in 0..=KILLS {
        let upto = MESSAGES * (round + 1) / (KILLS + 1);
        for i in sent..upto {
            sim("in", json!({ "from": number(i), "name": format!("C{i}"), "text": text(i), "id": format!("M{i:04}") }))
                .await
                .ok();
        }
        sent = upto;
        if round < KILLS {
            let goal = replies(&sim("log", json!({})).await.ok()) + random(MESSAGES / (KILLS + 1) - 5);
            let patience = Instant::now() + Duration::from_secs(15);
            while replies(&sim("log", json!({})).await.ok()) < goal && Instant::now() < patience {
                tokio::task::yield_now().await;
            }
            server.kill();
            server = Server::start(&db, &evolution, dir.path(), &addr);
            server.ready(&http).await;
        }
    }
    let patience = Instant::now() + Duration::from_secs(120);
    let log = loop {
        let log = sim("log", json!({})).await.ok();
        if replies(&log) >= MESSAGES || Instant::now() > patience {
            break log;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    // What is still on its way would be a double: wait until no job is left.
    eventually("no job is left", || async { (left(&db).await == 0).then_some(()) }).await;
    let log = if replies(&log) >= MESSAGES { sim("log", json!({})).await.ok() } else { log };
    let mut wrong = Vec::new();
    for i in 0..MESSAGES {
        let got: Vec<&str> = log
            .as_array()
            .unwrap()
            .iter()
            .filter(|m| m["to"] == number(i))
            .filter_map(|m| m["text"].as_str())
            .collect();
        let right = match got.as_slice() {
            [one] if i % 4 == 3 => one.contains("chamar uma pessoa"),
            [one] => one.contains("14h"),
            _ => false,
        };
        if !right {
            wrong.push((i, got));
        }
    }
    server.kill();
    let tail = std::fs::read_to_string(dir.path().join("server.log")).unwrap_or_default();
    assert!(
        wrong.is_empty(),
        "{} of {MESSAGES} wrong: {wrong:?}\n{}",
        wrong.len(),
        &tail[tail.len().saturating_sub(3000)..]
    );
}

fn replies(log: &Value) -> usize {
    log.as_array().map_or(0, Vec::len)
}

async fn left(db: &TestDb) -> i64 {
    use diesel_async::RunQueryDsl;
    #[derive(diesel::QueryableByName)]
    struct N {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let sql = "SELECT count(*) AS n FROM jobs WHERE kind IN ('evento', 'turno', 'envio') AND state <> 'dead'";
    diesel::sql_query(sql).get_result::<N>(&mut db.connection().await).await.unwrap().n
}
