//! (c) and (d): the whole product under a steady trickle of questions, without a model, and its memory before and after.
//!
//! What is timed: from the moment a webhook is due to be posted until the send call arrives at Evolution, less the window
//! in which the product waits for the rest of a burst. The stand-in's log has times of its own choosing, so a recorder in
//! front of it notes when the call arrives and hands it on.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::{Value, json};
use simulators::evolution::{Config, Simulator};

use crate::client::Connection;
use crate::cluster::{Cluster, Database, SECRET_HEADER, capability, instance, secret};
use crate::report::{PROSEIA, Results};
use crate::server::Server;
use crate::stats::Samples;
use crate::webhook::{delivery, message_id, phone};
use crate::{EVOLUTION_KEY, Settings, machine, wall_clock_ms};

/// Messages a second: busy for thousands of small businesses, far from full.
const OFFERED: f64 = 10.0;
/// Clientes that are written to.
const ACTIVE: usize = 200;
const TEXT: &str = include_str!("../../server/src/dev/demo.md");
const QUESTION: &str = "Vocês aceitam Pix?";
/// Until the server counts as idle.
const REST: Duration = Duration::from_secs(5);
const EVENTS: [&str; 4] = ["MESSAGES_UPSERT", "MESSAGES_UPDATE", "SEND_MESSAGE", "CONNECTION_UPDATE"];

/// Measures the parts among `c` and `d` that are asked for.
pub async fn run(settings: &Settings, results: &mut Results, cluster: &Cluster, parts: &[char]) -> anyhow::Result<()> {
    for clientes in settings.sizes() {
        let mut database = cluster.database(*clientes).await?;
        let active = active(*clientes);
        Box::pin(learn(settings, &mut database, &active)).await?;
        for run in 1..=settings.runs {
            database.reset().await?;
            let load = machine::load();
            let evolution = Evolution::start().await?;
            let server = Server::proseia(settings, "run", &database, &evolution.url).await?;
            tokio::time::sleep(REST).await;
            let idle = machine::footprint(server.pid);
            evolution.connect(&active, &server).await?;
            let figures = Box::pin(measure(settings, &mut database, &server, &evolution, &active)).await?;
            let busy = machine::footprint(server.pid);
            let case = format!("{clientes} clientes");
            if parts.contains(&'c') {
                results.add(("c", &case, PROSEIA), run, load, figures)?;
            }
            if parts.contains(&'d') {
                results.add(("d", &case, PROSEIA), run, load, memory(idle, busy))?;
            }
        }
    }
    Ok(())
}

fn memory(idle: machine::Footprint, busy: machine::Footprint) -> BTreeMap<String, f64> {
    [
        ("idle anon MB", idle.anon_mb),
        ("idle RSS MB", idle.rss_mb),
        ("idle descriptors", idle.fds),
        ("after traffic anon MB", busy.anon_mb),
        ("after traffic RSS MB", busy.rss_mb),
        ("after traffic descriptors", busy.fds),
    ]
    .map(|(n, v)| (n.to_owned(), v))
    .into()
}

/// Spread over all of them.
fn active(clientes: usize) -> Vec<usize> {
    let count = clientes.min(ACTIVE);
    (0..count).map(|i| 1 + i * clientes / count).collect()
}

/// Gives the active ones a text, indexed.
async fn learn(settings: &Settings, database: &mut Database, active: &[usize]) -> anyhow::Result<()> {
    let store = rag::KnowledgeStore::open(&settings.data.join("lance").to_string_lossy()).await?;
    let chunks = rag::chunk(TEXT);
    for n in active {
        let cliente_id = database.know(*n, TEXT).await?;
        store.replace(cliente_id, 1, &chunks, None, "").await?;
    }
    Ok(())
}

async fn measure(
    settings: &Settings,
    database: &mut Database,
    server: &Server,
    evolution: &Evolution,
    active: &[usize],
) -> anyhow::Result<BTreeMap<String, f64>> {
    let count = if settings.quick { 50 } else { 200 };
    // The first search of a cliente opens its index; the rest of the first messages warms up connections and statements.
    trickle(server, active, "W", 0, 30).await?;
    evolution.arrived(30).await?;
    let posted = trickle(server, active, "M", 1_000, count).await?;
    evolution.arrived(30 + count).await?;
    // The reply's row is committed after the call was answered.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let arrivals = evolution.recorder.arrivals();
    let passages: HashMap<String, _> =
        database.passages().await?.into_iter().map(|p| (p.externa_id.clone(), p)).collect();
    let window = settings.window_ms;
    let (mut all, mut read, mut decided, mut begun, mut called) = (vec![], vec![], vec![], vec![], vec![]);
    for (n, posted) in posted {
        let arrived = arrivals.get(&phone(n)).with_context(|| format!("message {n} was not answered"))?;
        let way = passages.get(&message_id("M", n)).context("an answer without its rows")?;
        all.push(arrived - posted - window);
        read.push(way.lida - posted);
        decided.push(way.decidida - way.lida - window);
        begun.push(way.enviada - way.decidida);
        called.push(arrived - way.enviada);
    }
    let mut figures = BTreeMap::new();
    let stages = [
        ("overhead", all),
        ("1 webhook to reading", read),
        ("2 window's end to decision", decided),
        ("3 decision to send job", begun),
        ("4 send job to call", called),
    ];
    for (name, times) in stages {
        let times = Samples::new(times);
        figures.insert(format!("{name} p50 ms"), times.percentile(50.0));
        figures.insert(format!("{name} p95 ms"), times.percentile(95.0));
    }
    Ok(figures)
}

/// Posts `count` messages numbered from `first` at a fixed rate; when each was due, in milliseconds since 1970.
async fn trickle(
    server: &Server,
    active: &[usize],
    round: &'static str,
    first: usize,
    count: usize,
) -> anyhow::Result<Vec<(usize, f64)>> {
    let addr = server.addr;
    let began = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..count {
        let due = began + Duration::from_secs_f64(i as f64 / OFFERED);
        tokio::time::sleep_until(due.into()).await;
        let cliente = active.get(i % active.len()).copied().unwrap_or(1);
        let request = delivery(cliente, round, first + i, QUESTION);
        tasks.spawn(async move {
            let posted = wall_clock_ms();
            let status = Connection::open(addr).await?.send(&request).await?;
            ensure!(status == 200, "the webhook answered with {status}");
            Ok((first + i, posted))
        });
    }
    let mut posted = Vec::new();
    while let Some(done) = tasks.join_next().await {
        posted.push(done??);
    }
    Ok(posted)
}

/// The stand-in for Evolution behind a recorder.
struct Evolution {
    /// Where the product calls.
    url: String,
    simulator: Simulator,
    recorder: Arc<Recorder>,
    http: reqwest::Client,
    serving: tokio::task::JoinHandle<()>,
}

struct Recorder {
    behind: String,
    http: reqwest::Client,
    /// By the digits of the contact.
    arrivals: Mutex<HashMap<String, f64>>,
}

impl Recorder {
    fn arrivals(&self) -> HashMap<String, f64> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Evolution {
    async fn start() -> anyhow::Result<Self> {
        let quick = Config { open_delay: Duration::ZERO, ..Config::quick(EVOLUTION_KEY) };
        let simulator = Simulator::start(quick).await?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        let recorder = Arc::new(Recorder { behind: simulator.url(), http: http.clone(), arrivals: Mutex::default() });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/", listener.local_addr()?);
        let router = axum::Router::new().fallback(record).with_state(recorder.clone());
        let serving = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok(Self { url, simulator, recorder, http, serving })
    }

    /// Makes the instances of `active`, connected, with their webhooks at `server`.
    async fn connect(&self, active: &[usize], server: &Server) -> anyhow::Result<()> {
        for &n in active {
            let name = instance(n);
            let create = json!({ "instanceName": name, "integration": "WHATSAPP-BAILEYS", "qrcode": true });
            self.post("instance/create", create).await?;
            let phone = (551_140_000_000 + n as u64).to_string();
            self.post(&format!("_sim/{name}/scan"), json!({ "phone": phone, "name": name })).await?;
            let url = format!("http://{}/webhook/whatsapp/{}", server.addr, capability(n));
            let hook =
                json!({ "enabled": true, "url": url, "headers": { SECRET_HEADER: secret(n) }, "events": EVENTS });
            self.post(&format!("webhook/set/{name}"), json!({ "webhook": hook })).await?;
        }
        Ok(())
    }

    async fn post(&self, path: &str, body: Value) -> anyhow::Result<()> {
        let url = format!("{}/{path}", self.simulator.url());
        let answer = self.http.post(url).header("apikey", EVOLUTION_KEY).json(&body).send().await?;
        let status = answer.status();
        ensure!(status.is_success(), "{path}: {status} {}", answer.text().await.unwrap_or_default());
        Ok(())
    }

    /// Waits until this many contacts have been written to.
    async fn arrived(&self, count: usize) -> anyhow::Result<()> {
        let began = Instant::now();
        while self.recorder.arrivals().len() < count {
            let have = self.recorder.arrivals().len();
            ensure!(began.elapsed() < Duration::from_secs(60), "only {have} of {count} messages were answered");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }
}

impl Drop for Evolution {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn record(
    State(recorder): State<Arc<Recorder>>,
    method: Method,
    uri: Uri,
    mut headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Bytes), StatusCode> {
    if uri.path().starts_with("/message/send") {
        let at = wall_clock_ms();
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let number = body.get("number").and_then(Value::as_str).unwrap_or_default();
        let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
        recorder.arrivals.lock().unwrap_or_else(PoisonError::into_inner).entry(digits).or_insert(at);
    }
    headers.remove("host");
    headers.remove("content-length");
    let sent = recorder.http.request(method, format!("{}{uri}", recorder.behind)).headers(headers).body(body).send();
    let answer = sent.await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    let status = answer.status();
    Ok((status, answer.bytes().await.map_err(|_| StatusCode::BAD_GATEWAY)?))
}
