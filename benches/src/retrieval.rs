//! (a) Search of many small tenants, beside Chroma, on the same files.
//!
//! Each engine loads in one process and answers in another, so that nothing is warm but the system's page cache, for both.
//! The product's side goes through [`KnowledgeStore`] and [`Retriever`] as the product does, with its bound on memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, ensure};
use rag::{Chunk, KnowledgeStore, Query, Retriever};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use uuid::Uuid;

use crate::Settings;
use crate::machine;
use crate::report::{PROSEIA, Results};
use crate::stats::{Samples, ms};

const DIMENSIONS: usize = 1536;
const CHUNKS: usize = 80;
/// Groups of a tenant's chunks, as the sections of a text are.
const CLUSTERS: usize = 8;
const TOP: usize = 5;
const SEED: u64 = 20_261_122;
/// `SNAPSHOT_BYTES` of server/src/compose.rs.
const SNAPSHOT_BYTES: usize = 256 * 1024 * 1024;
const MODEL: &str = "bench-1536";
const CHROMA: &str = "Chroma 1.5.9";

/// How much; the same for both sides, and in the data's directory as `plan.json`.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
struct Plan {
    tenants: usize,
    chunks: usize,
    dimensions: usize,
    /// Tenants opened, one query each.
    cold: usize,
    /// Of these, the last ones stay in use.
    hot: usize,
    /// Queries of hot tenants, and again of any opened tenant.
    warm: usize,
}

impl Plan {
    fn new(quick: bool) -> Self {
        let (tenants, cold, hot, warm) = if quick { (150, 100, 60, 300) } else { (1_000, 612, 250, 1_000) };
        Self { tenants, chunks: CHUNKS, dimensions: DIMENSIONS, cold, hot, warm }
    }

    fn queries(&self) -> usize {
        self.cold + 2 * self.warm
    }
}

/// Measures both engines.
pub async fn run(settings: &Settings, results: &mut Results) -> anyhow::Result<()> {
    let plan = Plan::new(settings.quick);
    let dir = settings.data.join("retrieval");
    if dir.exists() {
        std::fs::remove_dir_all(&dir)?;
    }
    std::fs::create_dir_all(&dir)?;
    generate(&dir, plan)?;
    let case = format!("{} tenants × {CHUNKS} × {DIMENSIONS}", plan.tenants);
    let ours = std::env::current_exe()?;
    let chroma = settings.python()?;
    let script = settings.root.join("benches/peers/chroma_peer.py");
    let mut loaded = BTreeMap::new();
    for run in 0..=settings.runs {
        for system in [PROSEIA, CHROMA] {
            let load = machine::load();
            let mut command = match system {
                PROSEIA => tokio::process::Command::new(&ours),
                _ => tokio::process::Command::new(&chroma),
            };
            if system == CHROMA {
                command.arg(&script);
            }
            // The first round loads; that takes minutes for the peer, so it is done once.
            command.arg(if run == 0 { "retrieval-load" } else { "retrieval-serve" }).arg(&dir);
            let mut figures = figures_of(command).await.with_context(|| format!("{system}, run {run}"))?;
            if run == 0 {
                let disk = machine::disk_bytes(&dir.join(if system == PROSEIA { "lance" } else { "chroma" }));
                figures.insert("disk MB".into(), disk as f64 / 1048576.0);
                loaded.insert(system, figures);
            } else {
                figures.extend(loaded.get(system).cloned().unwrap_or_default());
                results.add(("a", &case, system), run, load, figures)?;
            }
        }
    }
    Ok(std::fs::remove_dir_all(&dir)?)
}

/// The last line that the process writes is its figures as JSON.
async fn figures_of(mut command: tokio::process::Command) -> anyhow::Result<BTreeMap<String, f64>> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true).output().await?;
    ensure!(output.status.success(), "the process failed: {}", output.status);
    let text = String::from_utf8(output.stdout)?;
    Ok(serde_json::from_str(text.lines().last().unwrap_or_default())?)
}

/// Writes what both sides read: `vectors.f32`, `queries.f32`, `order.u32` (whom each query asks), `exact.u32` (its true best
/// five), all raw and little-endian; `texts.txt`, a line for each chunk; `plan.json`.
fn generate(dir: &Path, plan: Plan) -> anyhow::Result<()> {
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut vectors: Vec<Vec<f32>> = Vec::new();
    let mut texts = String::new();
    for _ in 0..plan.tenants {
        let centres: Vec<Vec<f32>> = (0..CLUSTERS).map(|_| near(&[], 1.0, &mut rng)).collect();
        let mut tenant = Vec::with_capacity(CHUNKS * DIMENSIONS);
        for i in 0..CHUNKS {
            let centre = centres.get(i % CLUSTERS).map(Vec::as_slice).unwrap_or_default();
            tenant.extend(near(centre, 0.7, &mut rng));
            texts += &sentence(&mut rng, 60);
            texts.push('\n');
        }
        vectors.push(tenant);
    }
    let order = order(plan, &mut rng);
    let (mut queries, mut exact) = (Vec::new(), Vec::new());
    for &tenant in &order {
        let rows = vectors.get(tenant as usize).context("tenant")?;
        let asked = rows.chunks_exact(DIMENSIONS).nth(rng.random_range(0..CHUNKS)).unwrap_or_default();
        let query = near(asked, 0.6, &mut rng);
        exact.extend(nearest(rows, &query));
        queries.extend(query);
    }
    let floats = |v: &[f32]| v.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
    let integers = |v: &[u32]| v.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
    std::fs::write(dir.join("vectors.f32"), vectors.iter().flat_map(|v| floats(v)).collect::<Vec<u8>>())?;
    std::fs::write(dir.join("queries.f32"), floats(&queries))?;
    std::fs::write(dir.join("order.u32"), integers(&order))?;
    std::fs::write(dir.join("exact.u32"), integers(&exact))?;
    std::fs::write(dir.join("texts.txt"), texts)?;
    Ok(std::fs::write(dir.join("plan.json"), serde_json::to_vec(&plan)?)?)
}

/// First each of `cold` tenants once, then queries of the last `hot` of them, then of all of them.
fn order(plan: Plan, rng: &mut StdRng) -> Vec<u32> {
    let mut tenants: Vec<u32> = (0..u32::try_from(plan.tenants).unwrap_or_default()).collect();
    tenants.shuffle(rng);
    tenants.truncate(plan.cold);
    let hot = tenants.get(plan.cold - plan.hot..).unwrap_or_default().to_vec();
    let mut order = tenants.clone();
    for group in [&hot, &tenants] {
        order.extend((0..plan.warm).filter_map(|_| group.get(rng.random_range(0..group.len()))));
    }
    order
}

fn near(centre: &[f32], spread: f32, rng: &mut StdRng) -> Vec<f32> {
    (0..DIMENSIONS).map(|i| centre.get(i).copied().unwrap_or_default() + rng.random_range(-spread..spread)).collect()
}

/// By cosine, in double precision.
fn nearest(rows: &[f32], query: &[f32]) -> Vec<u32> {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
    let mut scores: Vec<(f64, u32)> =
        rows.chunks_exact(DIMENSIONS).zip(0..).map(|(row, i)| (dot(row, query) / dot(row, row).sqrt(), i)).collect();
    scores.sort_by(|a, b| b.0.total_cmp(&a.0));
    scores.into_iter().take(TOP).map(|s| s.1).collect()
}

/// Few words often and many seldom, as in a language: a tenant's 4,800 words are some 1,900 different ones.
fn sentence(rng: &mut StdRng, words: usize) -> String {
    const PARTS: [&str; 16] =
        ["ca", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "su", "ta", "ve", "xi", "zo", "bra", "tre"];
    let part = |n: usize| PARTS.get(n % PARTS.len()).copied().unwrap_or_default();
    let all = PARTS.len().pow(3) as f64;
    let mut word = || {
        let n = (all * rng.random_range(0.0..1.0_f64).powi(4)) as usize;
        [part(n), part(n / 16), part(n / 256)].concat()
    };
    (0..words).map(|_| word()).collect::<Vec<_>>().join(" ")
}

struct Data {
    plan: Plan,
    dir: PathBuf,
}

impl Data {
    fn open(dir: &Path) -> anyhow::Result<Self> {
        let plan = serde_json::from_slice(&std::fs::read(dir.join("plan.json"))?)?;
        Ok(Self { plan, dir: dir.to_owned() })
    }

    fn floats(&self, name: &str) -> anyhow::Result<Vec<f32>> {
        let bytes = std::fs::read(self.dir.join(name))?;
        let word = |b: &[u8]| b.try_into().map(f32::from_le_bytes).unwrap_or_default();
        Ok(bytes.chunks_exact(4).map(word).collect())
    }

    fn integers(&self, name: &str) -> anyhow::Result<Vec<u32>> {
        let bytes = std::fs::read(self.dir.join(name))?;
        let word = |b: &[u8]| b.try_into().map(u32::from_le_bytes).unwrap_or_default();
        Ok(bytes.chunks_exact(4).map(word).collect())
    }

    async fn store(&self) -> anyhow::Result<KnowledgeStore> {
        Ok(KnowledgeStore::open(&self.dir.join("lance").to_string_lossy()).await?)
    }
}

/// The process that loads: prints its figures.
pub async fn load(dir: &Path) -> anyhow::Result<Value> {
    let data = Data::open(dir)?;
    let vectors = data.floats("vectors.f32")?;
    let texts = std::fs::read_to_string(dir.join("texts.txt"))?;
    let mut lines = texts.lines();
    let store = data.store().await?;
    let began = Instant::now();
    for (tenant, rows) in vectors.chunks_exact(CHUNKS * DIMENSIONS).enumerate() {
        let vectors: Vec<Vec<f32>> = rows.chunks_exact(DIMENSIONS).map(<[f32]>::to_vec).collect();
        let texts = lines.by_ref().take(CHUNKS);
        let chunks: Vec<Chunk> =
            texts.zip(0..).map(|(t, ordem)| Chunk { ordem, titulo: None, texto: t.to_owned() }).collect();
        store.replace(id(tenant), 1, &chunks, Some(&vectors), MODEL).await?;
    }
    Ok(serde_json::json!({ "load s": began.elapsed().as_secs_f64() }))
}

/// The process that answers: prints its figures.
pub async fn serve(dir: &Path) -> anyhow::Result<Value> {
    let data = Data::open(dir)?;
    let plan = data.plan;
    let queries = data.floats("queries.f32")?;
    let order = data.integers("order.u32")?;
    let exact = data.integers("exact.u32")?;
    ensure!(order.len() == plan.queries() && exact.len() == TOP * order.len(), "the data is not complete");
    // A question of words that occur, so that the search by words has its full work.
    let texts = std::fs::read_to_string(dir.join("texts.txt"))?;
    let question = texts.split([' ', '\n']).step_by(997).take(8).collect::<Vec<_>>().join(" ");
    drop(texts);
    let (nothing, question) = (Query::new(""), Query::new(&question));
    let before = machine::footprint(std::process::id());
    let retriever = Retriever::new(Arc::new(data.store().await?), SNAPSHOT_BYTES, MODEL);
    let mut found = 0;
    let mut rounds: [Vec<f64>; 4] = Default::default();
    let mut opened = machine::Footprint::default();
    let asked = order.iter().zip(queries.chunks_exact(DIMENSIONS)).zip(exact.chunks_exact(TOP));
    for (i, ((&tenant, query), exact)) in asked.enumerate() {
        let round = if i < plan.cold { 0 } else { 1 + (i - plan.cold) / plan.warm };
        let began = Instant::now();
        let hits = retriever.search(id(tenant as usize), 1, &nothing, Some(query)).await?.hits;
        if let Some(times) = rounds.get_mut(round) {
            times.push(ms(began.elapsed()));
        }
        // The hits go on with the rest of the context.
        found += hits.iter().take(TOP).filter(|h| u32::try_from(h.ordem).is_ok_and(|o| exact.contains(&o))).count();
        if i + 1 == plan.cold {
            opened = machine::footprint(std::process::id());
        }
        // What the product really asks: words and vector together.
        if round == 1 {
            let began = Instant::now();
            let hits = retriever.search(id(tenant as usize), 1, &question, Some(query)).await?.hits;
            ensure!(hits.len() >= TOP, "no hits");
            if let Some(times) = rounds.get_mut(3) {
                times.push(ms(began.elapsed()));
            }
        }
    }
    let recall = found as f64 / (TOP * order.len()) as f64;
    Ok(figures(rounds.map(Samples::new), opened, before, recall))
}

fn figures(rounds: [Samples; 4], opened: machine::Footprint, before: machine::Footprint, recall: f64) -> Value {
    let [cold, warm, mixed, hybrid] = rounds;
    serde_json::json!({
        "open+search p50 ms": cold.percentile(50.0), "open+search p95 ms": cold.percentile(95.0),
        "warm p50 ms": warm.percentile(50.0), "warm p95 ms": warm.percentile(95.0), "warm p99 ms": warm.percentile(99.0),
        "any opened p50 ms": mixed.percentile(50.0), "any opened p95 ms": mixed.percentile(95.0),
        "any opened p99 ms": mixed.percentile(99.0),
        "warm with words p50 ms": hybrid.percentile(50.0), "warm with words p99 ms": hybrid.percentile(99.0),
        "memory anon MB": opened.anon_mb - before.anon_mb, "descriptors": opened.fds, "recall@5": recall,
    })
}

fn id(tenant: usize) -> Uuid {
    Uuid::from_u128(tenant as u128 + 1)
}
