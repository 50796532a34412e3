//! Calibrated confidence: the probability that the retrieved chunks hold the answer.
//!
//! A raw cosine or rank score cannot be compared with 0.5: its scale is a property of the embedding model. So retrieval
//! gives scale-free [`Features`], and a logistic [`Profile`] fitted on labelled questions turns them into a probability.
//! What it cannot see is "right topic, answer missing" (same-topic unanswerable questions): that needs the model's verdict.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// What retrieval knows about one question. All are 0..1 unless said otherwise; kept with each reply, so that a later refit
/// can replay it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// Best BM25 score over the highest possible for this question.
    pub bm25: f32,
    /// Distance from the best to the second BM25 score, same scale.
    pub bm25_gap: f32,
    /// Share of the question's terms, weighted by rarity, that stand in the first hit.
    pub coverage1: f32,
    /// The same for the first five hits together.
    pub coverage5: f32,
    /// Share of the asked words that the whole knowledge does not hold.
    pub unknown: f32,
    /// The same, weighted by rarity: a name the knowledge has never heard of weighs most.
    #[serde(default)]
    pub rare_unknown: f32,
    /// Share of the question's terms, weighted by rarity, that the best single line and its heading hold.
    #[serde(default)]
    pub line: f32,
    /// Distance from the best to the next line, same scale.
    #[serde(default)]
    pub line_gap: f32,
    /// Share of the kinds of fact asked for (a price, a time) that the best lines hold.
    #[serde(default)]
    pub fits: f32,
    /// Natural logarithm of 1 + asked words; not bounded.
    pub log_terms: f32,
    /// Natural logarithm of 1 + chunks; not bounded.
    pub log_chunks: f32,
    /// Words asked that the knowledge holds, also if spelled alike.
    pub known_terms: u16,
    /// Whether words and vectors name the same first chunk (1) or not (0). None without vectors.
    pub same_top: Option<f32>,
    /// Best cosine similarity, -1..1. None without vectors.
    pub cosine: Option<f32>,
    /// Best cosine in standard deviations above the mean over this tenant's chunks; takes the model's scale out.
    pub cosine_z: Option<f32>,
    /// Distance from the best to the fifth cosine, in the same standard deviations.
    pub cosine_gap: Option<f32>,
}

impl Features {
    /// The features by the name a profile uses; None for an unknown name or a missing value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<f32> {
        match name {
            "bm25" => Some(self.bm25),
            "bm25_gap" => Some(self.bm25_gap),
            "coverage1" => Some(self.coverage1),
            "coverage5" => Some(self.coverage5),
            "unknown" => Some(self.unknown),
            "rare_unknown" => Some(self.rare_unknown),
            "line" => Some(self.line),
            "line_gap" => Some(self.line_gap),
            "fits" => Some(self.fits),
            "log_terms" => Some(self.log_terms),
            "log_chunks" => Some(self.log_chunks),
            "same_top" => self.same_top,
            "cosine" => self.cosine,
            "cosine_z" => self.cosine_z,
            "cosine_gap" => self.cosine_gap,
            _ => None,
        }
    }
}

/// One weighted feature of a [`Profile`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    /// Name as in [`Features::get`].
    pub feature: String,
    /// Weight of the standardised feature.
    pub w: f32,
    /// Mean in the fitting data.
    pub mean: f32,
    /// Standard deviation in the fitting data, positive.
    pub sd: f32,
}

/// A fitted logistic model, `profiles/*.json`. Written by `cargo test -p rag --test it fit -- --ignored`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Name stored with each judgement.
    pub id: String,
    /// Embedding model it was fitted for; empty for keyless, `*` for any.
    pub embedding_model: String,
    /// Intercept.
    pub bias: f32,
    /// Features used.
    pub weights: Vec<Weight>,
    /// On what it was fitted and how good it was there and on data it had not seen; for people, not for code.
    pub quality: serde_json::Value,
}

static KEYLESS: LazyLock<Profile> = LazyLock::new(|| embedded(include_str!("../profiles/palavras.json"), "palavras"));
static GENERIC: LazyLock<Profile> = LazyLock::new(|| embedded(include_str!("../profiles/generico.json"), "generico"));

/// A broken profile must not stop the server; without weights and with this bias everything goes to a person. A test reads
/// both files, so this cannot ship.
fn embedded(json: &str, id: &str) -> Profile {
    serde_json::from_str(json).unwrap_or_else(|error| {
        tracing::error!(%error, id, "confidence profile unreadable");
        Profile {
            id: format!("{id}-ilegivel"),
            embedding_model: String::new(),
            bias: -10.0,
            weights: Vec::new(),
            quality: serde_json::Value::Null,
        }
    })
}

impl Profile {
    /// For searches by words only.
    #[must_use]
    pub fn keyless() -> &'static Self {
        &KEYLESS
    }

    /// For vectors of `model`. No model has a profile of its own yet: all get the one that uses no absolute cosine.
    #[must_use]
    pub fn for_model(model: &str) -> &'static Self {
        if model.is_empty() { &KEYLESS } else { &GENERIC }
    }

    /// The profile a stored judgement was made with; none if it has been replaced since.
    #[must_use]
    pub fn named(id: &str) -> Option<&'static Self> {
        [&*KEYLESS, &*GENERIC].into_iter().find(|p| p.id == id)
    }

    /// Probability (0..1) that the hits hold the answer. A question without any word that the knowledge holds scores near 0
    /// whatever the vectors say: by vectors alone something is always nearest.
    #[must_use]
    pub fn confidence(&self, features: &Features) -> f32 {
        if features.known_terms == 0 {
            return NO_KNOWN_TERM;
        }
        let z: f32 =
            self.weights.iter().filter_map(|w| Some(w.w * (features.get(&w.feature)? - w.mean) / w.sd.max(1e-6))).sum();
        1.0 / (1.0 + (-(self.bias + z)).exp())
    }
}

/// Confidence of a question that shares no word with the knowledge.
const NO_KNOWN_TERM: f32 = 0.01;

/// A reply that was given, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// The profile's confidence in it, 0..1, without any adjustment.
    pub confidence: f32,
    /// A person put something else in its place.
    pub corrected: bool,
}

/// That nobody corrected a reply says little: mostly nobody looked.
const SILENCE: f32 = 0.25;
/// 1 / variance of the adjustment between businesses, in log odds: half a unit either way is usual. With little seen the
/// adjustment stays near 0.
const PRIOR: f32 = 4.0;
/// Never surer than this on the word of those who said nothing; much more careful on that of those who did.
const RANGE: std::ops::RangeInclusive<f32> = -2.0..=0.5;

/// What has to be added to the log odds of one business's confidence, from its own replies: the most probable value under
/// a normal prior around 0 (shrinkage), within -2..=0.5.
#[must_use]
pub fn refit(seen: &[Judged]) -> f32 {
    let mut by = 0.0_f32;
    // Newton's method on a concave function of one variable; the step is bounded because far out it is nearly flat.
    for _ in 0..50 {
        let (mut slope, mut bend) = (-PRIOR * by, PRIOR);
        for j in seen {
            let p = shifted(j.confidence, by);
            let (weight, right) = if j.corrected { (1.0, 0.0) } else { (SILENCE, 1.0) };
            slope += weight * (right - p);
            bend += weight * p * (1.0 - p);
        }
        by += (slope / bend).clamp(-0.5, 0.5);
    }
    by.clamp(*RANGE.start(), *RANGE.end())
}

/// A probability, its log odds moved by `by`.
#[must_use]
pub fn shifted(p: f32, by: f32) -> f32 {
    let odds = p / (1.0 - p).max(1e-6) * by.exp();
    odds / (1.0 + odds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_profiles_are_whole() {
        for (json, id) in [
            (include_str!("../profiles/palavras.json"), "palavras"),
            (include_str!("../profiles/generico.json"), "generico"),
        ] {
            let profile: Profile = serde_json::from_str(json).unwrap();
            assert!(profile.id.starts_with(id));
            assert!(!profile.weights.is_empty());
            let all = Features {
                same_top: Some(1.0),
                cosine: Some(0.5),
                cosine_z: Some(3.0),
                cosine_gap: Some(1.0),
                ..Features::default()
            };
            for w in &profile.weights {
                assert!(all.get(&w.feature).is_some(), "{}", w.feature);
                assert!(w.sd > 0.0 && w.w.is_finite());
            }
        }
    }

    #[test]
    fn more_covered_is_more_confident() {
        let base = Features { known_terms: 2, log_terms: 1.1, log_chunks: 2.5, ..Features::default() };
        let half = Features { bm25: 0.3, coverage1: 0.5, coverage5: 0.6, unknown: 0.5, ..base };
        let full = Features { bm25: 0.6, coverage1: 1.0, coverage5: 1.0, bm25_gap: 0.2, ..base };
        let p = Profile::keyless();
        assert!(p.confidence(&half) < 0.5 && p.confidence(&full) > 0.6);
        assert!(p.confidence(&Features { known_terms: 0, ..full }) < 0.05);
    }

    #[test]
    fn a_business_moves_its_confidence_as_far_as_it_has_shown() {
        let of = |n: usize, corrected: usize| -> Vec<Judged> {
            (0..n).map(|i| Judged { confidence: 0.85, corrected: i < corrected }).collect()
        };
        assert_eq!(refit(&[]), 0.0);
        assert!(refit(&of(1, 1)).abs() < 0.3, "one correction proves little");
        let (some, many) = (refit(&of(40, 10)), refit(&of(200, 120)));
        assert!(some < -0.4 && many < some, "{some} {many}");
        assert!(shifted(0.6, many) < 0.5, "what was answered by a hair now goes to a person");
        let praised = refit(&of(400, 0));
        assert!((0.2..=0.5).contains(&praised), "silence is worth little: {praised}");
        assert_eq!(refit(&of(2_000, 2_000)), -2.0);
    }

    #[test]
    fn a_shift_keeps_order_and_bounds() {
        assert!((shifted(0.7, 0.0) - 0.7).abs() < 1e-6);
        for by in [-2.0, -0.3, 0.5] {
            let moved = [0.0, 0.01, 0.3, 0.5, 0.9, 1.0].map(|p| shifted(p, by));
            assert!(moved.is_sorted() && moved.iter().all(|p| (0.0..=1.0).contains(p)), "{by}: {moved:?}");
        }
    }

    #[test]
    fn profile_follows_the_model() {
        assert_eq!(Profile::for_model("").id, Profile::keyless().id);
        let generic = Profile::for_model("text-embedding-3-small");
        assert!(generic.id.starts_with("generico"));
        assert_eq!(Profile::named(&generic.id), Some(generic));
        assert_eq!(Profile::named("palavras-0"), None);
    }
}
