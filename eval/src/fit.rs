//! Fits a confidence profile: logistic regression by gradient descent.

use rag::confidence::Weight;
use rag::{Features, Profile};
use serde_json::Value;

/// For searches by words.
pub const KEYLESS: &[&str] =
    &["bm25", "bm25_gap", "coverage1", "coverage5", "unknown", "rare_unknown", "line", "line_gap", "fits", "log_terms"];
/// For searches with vectors. No absolute cosine: its scale is the model's, and the profile is for models never seen.
pub const GENERIC: &[&str] = &[
    "bm25",
    "bm25_gap",
    "coverage1",
    "coverage5",
    "unknown",
    "rare_unknown",
    "line",
    "line_gap",
    "fits",
    "log_terms",
    "same_top",
    "cosine_z",
    "cosine_gap",
];
const STEPS: usize = 6000;
const RATE: f32 = 0.5;
/// Pull towards 0 of the standardised weights.
const RIDGE: f32 = 0.002;

/// One judged question.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// What the search knew.
    pub features: Features,
    /// Whether the hits held the answer.
    pub label: bool,
    /// How much it counts.
    pub weight: f32,
}

/// Fits `names` on `examples`. A feature that is missing in an example counts as its mean.
#[must_use]
pub fn fit(examples: &[Example], names: &[&str], id: &str, model: &str) -> Profile {
    let n = examples.len() as f32;
    let mut weights: Vec<Weight> = names
        .iter()
        .map(|name| {
            let x: Vec<f32> = examples.iter().filter_map(|e| e.features.get(name)).collect();
            let mean = x.iter().sum::<f32>() / x.len().max(1) as f32;
            let sd = (x.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / n).sqrt().max(1e-3);
            Weight { feature: (*name).into(), w: 0.0, mean, sd }
        })
        .collect();
    let rows: Vec<Vec<f32>> = examples
        .iter()
        .map(|e| weights.iter().map(|w| e.features.get(&w.feature).map_or(0.0, |x| (x - w.mean) / w.sd)).collect())
        .collect();
    let total: f32 = examples.iter().map(|e| e.weight).sum();
    let mut bias = 0.0;
    for _ in 0..STEPS {
        let mut grad = vec![0.0; names.len()];
        let mut grad_bias = 0.0;
        for (row, example) in rows.iter().zip(examples) {
            let z: f32 = bias + row.iter().zip(&weights).map(|(x, w)| x * w.w).sum::<f32>();
            let error = (1.0 / (1.0 + (-z).exp()) - f32::from(u8::from(example.label))) * example.weight / total;
            grad_bias += error;
            row.iter().zip(&mut grad).for_each(|(x, g)| *g += error * x);
        }
        bias -= RATE * grad_bias;
        for (w, g) in weights.iter_mut().zip(&grad) {
            w.w -= RATE * (g + RIDGE * w.w);
            // More unknown must never help and more coverage never hurt, even where the data happens to say so.
            w.w = match w.feature.as_str() {
                "unknown" | "rare_unknown" => w.w.min(0.0),
                "log_terms" => w.w,
                _ => w.w.max(0.0),
            };
        }
    }
    for w in &mut weights {
        (w.w, w.mean, w.sd) = (round(w.w), round(w.mean), round(w.sd));
    }
    Profile { id: id.into(), embedding_model: model.into(), bias: round(bias), weights, quality: Value::Null }
}

fn round(x: f32) -> f32 {
    (x * 10_000.0).round() / 10_000.0
}
