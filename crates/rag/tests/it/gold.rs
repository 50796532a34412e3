//! Questions with known answers, run through chunking and search.
//!
//! Own set: `tests/data/<trade>.txt` is a knowledge text, `<trade>.jsonl` its questions. `acha` is a part of the text that
//! the right chunk holds. Kinds: `direta`, `reformulada`, `erros` (typing errors) can be answered; `sem_resposta` (same
//! trade, fact absent) and `fora` (other topic) cannot.

use std::collections::HashMap;
use std::path::PathBuf;

use rag::{Features, Retrieval, Snapshot, chunk};
use serde::Deserialize;
use serde_json::Value;

pub const TRADES: [&str; 4] = ["pizzaria", "clinica", "petshop", "roupas"];

/// Written after analysis and profiles were settled and never used for either: what an unknown tenant can expect. Do not
/// tune on it; write a new one instead.
pub const HELD_OUT: [&str; 1] = ["academia"];

#[derive(Deserialize)]
pub struct Question {
    pub q: String,
    pub tipo: String,
    pub acha: Option<String>,
}

/// A question after the search.
pub struct Case {
    pub tenant: String,
    pub tipo: String,
    pub question: String,
    pub features: Features,
    pub confidence: f32,
    /// Rank of the right chunk, from 0, in the first ten.
    pub rank: Option<usize>,
    /// There is a right chunk.
    pub answerable: bool,
    pub answer: Option<String>,
    pub acha: Option<String>,
}

impl Case {
    /// What a confidence predicts: the answer is in the five chunks that were found.
    pub fn label(&self) -> bool {
        self.rank.is_some_and(|r| r < 5)
    }
}

/// Vectors by "passage: …" / "query: …" text, for measuring hybrid search; made by any encoder outside.
pub type Vectors = HashMap<String, Vec<f32>>;

pub fn vectors() -> Option<Vectors> {
    let path = std::env::var("RAG_VECTORS").ok()?;
    Some(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
}

pub struct Tenant {
    name: String,
    snapshot: Snapshot,
}

impl Tenant {
    pub fn new(name: &str, text: &str, vectors: Option<&Vectors>) -> Self {
        let chunks = chunk(text);
        let own = vectors.map(|v| chunks.iter().map(|c| v[&format!("passage: {}", c.texto)].clone()).collect());
        let model = if own.is_some() { "medido" } else { "" };
        Self { name: name.into(), snapshot: Snapshot::new(1, model.into(), chunks, own) }
    }

    pub fn ask(&self, q: &Question, vectors: Option<&Vectors>) -> Case {
        let cosines = vectors.and_then(|v| self.snapshot.cosines(&v[&format!("query: {}", q.q)]));
        let found: Retrieval = self.snapshot.search(&q.q, cosines.as_deref(), 10);
        let rank = q.acha.as_ref().and_then(|part| found.hits.iter().position(|h| h.texto.contains(part.as_str())));
        Case {
            tenant: self.name.clone(),
            tipo: q.tipo.clone(),
            question: q.q.clone(),
            features: found.features,
            confidence: found.confianca,
            rank,
            answerable: q.acha.is_some(),
            answer: rag::extractive_answer(&q.q, &found.hits),
            acha: q.acha.clone(),
        }
    }
}

fn data(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "data", name].iter().collect();
    std::fs::read_to_string(path).unwrap()
}

/// Text and questions of each trade.
pub fn own_set(trades: &[&str]) -> Vec<(String, String, Vec<Question>)> {
    trades
        .iter()
        .map(|trade| {
            let text = data(&format!("{trade}.txt"));
            let questions: Vec<Question> =
                data(&format!("{trade}.jsonl")).lines().map(|l| serde_json::from_str(l).unwrap()).collect();
            for part in questions.iter().filter_map(|q| q.acha.as_ref()) {
                assert!(text.contains(part.as_str()), "{trade}: {part} is not in the text");
            }
            ((*trade).to_owned(), text, questions)
        })
        .collect()
}

/// A SQuAD file (`RAG_SQUAD`) as tenants of three articles each. Questions of the tenant itself, and as many of others,
/// which count as unanswerable (some are not: the articles share a field, so figures are a floor).
pub fn squad_set() -> Vec<(String, String, Vec<Question>)> {
    let Ok(path) = std::env::var("RAG_SQUAD") else { return Vec::new() };
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let articles = file["data"].as_array().unwrap();
    let mut out: Vec<(String, String, Vec<Question>)> = Vec::new();
    for (i, group) in articles.chunks(3).enumerate() {
        let (mut text, mut questions) = (String::new(), Vec::new());
        for paragraph in group.iter().flat_map(|a| a["paragraphs"].as_array().unwrap()) {
            let context = paragraph["context"].as_str().unwrap();
            text.push_str(context);
            text.push_str("\n\n");
            for qa in paragraph["qas"].as_array().unwrap() {
                let answer = qa["answers"][0]["text"].as_str().unwrap();
                let start = qa["answers"][0]["answer_start"].as_u64().unwrap() as usize;
                // The answer with a little around it, so that the same short word elsewhere is no hit.
                let from = start.saturating_sub(20);
                let chars = answer.chars().count().min(150) + (start - from) + 20;
                let around: String = context.chars().skip(from).take(chars).collect();
                let q = qa["question"].as_str().unwrap().to_owned();
                questions.push(Question { q, tipo: "squad".into(), acha: Some(around) });
            }
        }
        out.push((format!("squad{i}"), text, questions));
    }
    let all: Vec<(usize, String)> =
        out.iter().enumerate().flat_map(|(t, (_, _, qs))| qs.iter().map(move |q| (t, q.q.clone()))).collect();
    for (t, (_, _, questions)) in out.iter_mut().enumerate() {
        let n = questions.len();
        let foreign = all.iter().filter(|(o, _)| *o != t);
        let step = (all.len() / n.max(1)).max(1);
        let foreign = foreign.step_by(step).take(n).map(|(_, q)| q.clone());
        questions.extend(foreign.map(|q| Question { q, tipo: "squad_alheia".into(), acha: None }));
    }
    out
}

pub fn run(set: &[(String, String, Vec<Question>)], vectors: Option<&Vectors>) -> Vec<Case> {
    set.iter()
        .flat_map(|(name, text, questions)| {
            let tenant = Tenant::new(name, text, vectors);
            questions.iter().map(|q| tenant.ask(q, vectors)).collect::<Vec<_>>()
        })
        .collect()
}

/// Share of answerable questions whose chunk is among the first `k`.
pub fn hit_at<'a>(cases: impl IntoIterator<Item = &'a Case>, k: usize) -> f32 {
    share(cases.into_iter().filter(|c| c.answerable), |c| c.rank.is_some_and(|r| r < k))
}

pub fn share<'a>(cases: impl IntoIterator<Item = &'a Case>, is: impl Fn(&Case) -> bool) -> f32 {
    let (mut yes, mut all) = (0, 0);
    for case in cases {
        all += 1;
        yes += usize::from(is(case));
    }
    yes as f32 / all.max(1) as f32
}

/// Probability that a random positive scores above a random negative.
pub fn auroc(scored: &[(f32, bool)]) -> f32 {
    let (mut wins, mut pairs) = (0.0, 0.0);
    for (p, _) in scored.iter().filter(|s| s.1) {
        for (n, _) in scored.iter().filter(|s| !s.1) {
            pairs += 1.0;
            wins += if p > n {
                1.0
            } else if p == n {
                0.5
            } else {
                0.0
            };
        }
    }
    wins / f32::max(pairs, 1.0)
}

/// Expected calibration error in ten bins.
pub fn ece(scored: &[(f32, bool)]) -> f32 {
    let mut bins = [(0.0_f32, 0.0_f32, 0.0_f32); 10];
    for &(p, label) in scored {
        let bin = &mut bins[((p * 10.0) as usize).min(9)];
        *bin = (bin.0 + p, bin.1 + f32::from(u8::from(label)), bin.2 + 1.0);
    }
    let total: f32 = bins.iter().map(|b| b.2).sum();
    bins.iter().map(|b| (b.0 - b.1).abs() / total.max(1.0)).sum()
}
