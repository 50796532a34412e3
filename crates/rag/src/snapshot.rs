//! One tenant's knowledge in memory, ready to search: postings and unit vectors.

use crate::analyse::analyse_query;
use crate::bm25::{Bm25, QueryTerm};
use crate::chunk::Chunk;
use crate::confidence::{Features, Profile};
use crate::fuse::{Ranking, fuse};

/// From this many chunks on the vectors stay in LanceDB (`reference/rag.md`, decision 7: up to there memory is ~90× faster).
pub const LARGE_TABLE_ROWS: usize = 5_000;
/// Results of each list that enter the fusion, and the window the large-table vector search asks for.
pub(crate) const CANDIDATES: usize = 50;
/// Chunks that the answer is made from; the confidence judges these.
const JUDGED: usize = 5;
/// BM25 counts more in the fusion: on small Portuguese texts it beat the encoders that could be measured (`rag.md` 2.7).
const WORDS_WEIGHT: f32 = 1.5;

/// A found chunk.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Place of the chunk in the text.
    pub ordem: i32,
    /// Heading it stands under.
    pub titulo: Option<String>,
    /// The chunk.
    pub texto: String,
    /// Fused rank score; only orders the hits of one search.
    pub pontos: f32,
    /// BM25 score; 0 if no word of the question occurs.
    pub bm25: f32,
    /// Cosine similarity to the question, -1..1; None without vectors or, in large tables, outside the nearest 50.
    pub cosine: Option<f32>,
}

/// What a search gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Retrieval {
    /// Best first.
    pub hits: Vec<Hit>,
    /// Probability (0..1) that the hits hold the answer.
    pub confianca: f32,
    /// What `confianca` was computed from.
    pub features: Features,
    /// The profile that computed it.
    pub perfil: String,
    /// Version of the knowledge searched; 0 if there is none.
    pub versao: i32,
    /// `palavras` or `hibrida`.
    pub modo: &'static str,
}

impl Retrieval {
    /// Of a tenant that has no knowledge.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            hits: Vec::new(),
            confianca: 0.0,
            features: Features::default(),
            perfil: Profile::keyless().id.clone(),
            versao: 0,
            modo: "palavras",
        }
    }
}

/// Immutable; replaced as a whole when the knowledge changes.
#[derive(Debug)]
pub struct Snapshot {
    versao: i32,
    model: String,
    chunks: Vec<Chunk>,
    index: Bm25,
    /// All vectors one after another, each of length 1; empty without vectors or in a large table.
    vectors: Vec<f32>,
    width: usize,
}

impl Snapshot {
    /// Builds the index. `vectors`, if any, must be as many as `chunks` and all of one width; otherwise they are left out.
    #[must_use]
    pub fn new(versao: i32, model: String, chunks: Vec<Chunk>, vectors: Option<Vec<Vec<f32>>>) -> Self {
        let texts: Vec<String> = chunks.iter().map(indexed_text).collect();
        let index = Bm25::new(texts.iter().map(String::as_str));
        let vectors = vectors.filter(|v| v.len() == chunks.len()).unwrap_or_default();
        let width = vectors.first().map_or(0, Vec::len);
        let uniform = vectors.iter().all(|v| v.len() == width);
        let width = if uniform { width } else { 0 };
        let keep = width > 0 && chunks.len() <= LARGE_TABLE_ROWS;
        let vectors = if keep { vectors.iter().flat_map(|v| unit(v)).collect() } else { Vec::new() };
        Self { versao, model, chunks, index, vectors, width }
    }

    /// Version of the knowledge.
    #[must_use]
    pub fn versao(&self) -> i32 {
        self.versao
    }

    /// Embedding model of the vectors; empty without vectors.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Length of the vectors; 0 without.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether vectors exist but are searched in LanceDB.
    #[must_use]
    pub fn vectors_in_store(&self) -> bool {
        self.width > 0 && self.vectors.is_empty()
    }

    /// Position of the chunk with this `ordem`.
    pub(crate) fn position(&self, ordem: i32) -> Option<usize> {
        self.chunks.binary_search_by_key(&ordem, |c| c.ordem).ok()
    }

    /// Rough size in bytes.
    #[must_use]
    pub fn weight(&self) -> usize {
        let texts: usize =
            self.chunks.iter().map(|c| 80 + c.texto.len() + c.titulo.as_ref().map_or(0, String::len)).sum();
        texts + self.index.weight() + self.vectors.len() * 4
    }

    /// Cosine of every chunk to `query`, by position; None if there are no vectors of this width in memory.
    #[must_use]
    pub fn cosines(&self, query: &[f32]) -> Option<Vec<(usize, f32)>> {
        if self.vectors.is_empty() || query.len() != self.width {
            return None;
        }
        let query: Vec<f32> = unit(query).collect();
        let dot = |v: &[f32]| v.iter().zip(&query).map(|(a, b)| a * b).sum::<f32>().clamp(-1.0, 1.0);
        Some(self.vectors.chunks_exact(self.width).map(dot).enumerate().collect())
    }

    /// Searches by words, and by `cosines` (position, similarity) where given; at most `k` hits.
    #[must_use]
    pub fn search(&self, query: &str, cosines: Option<&[(usize, f32)]>, k: usize) -> Retrieval {
        let terms = self.index.resolve(&analyse_query(query));
        let scores = self.index.scores(&terms);
        let by_words = best(scores.iter().copied().enumerate().filter(|s| s.1 > 0.0));
        let by_vector = best(cosines.unwrap_or_default().iter().copied());
        let fused =
            fuse(&[Ranking { docs: &by_words, weight: WORDS_WEIGHT }, Ranking { docs: &by_vector, weight: 1.0 }]);
        let order: Vec<usize> = fused.iter().map(|f| f.0).collect();
        let mut features = self.word_features(&terms, &scores, &order);
        if let Some(cosines) = cosines.filter(|c| !c.is_empty()) {
            vector_features(&mut features, cosines, &by_words, &by_vector);
        }
        let cosine_of = |doc: usize| cosines?.iter().find(|c| c.0 == doc).map(|c| c.1);
        let hits = fused.iter().take(k).filter_map(|&(doc, pontos)| {
            let chunk = self.chunks.get(doc)?;
            Some(Hit {
                ordem: chunk.ordem,
                titulo: chunk.titulo.clone(),
                texto: chunk.texto.clone(),
                pontos,
                bm25: scores.get(doc).copied().unwrap_or_default(),
                cosine: cosine_of(doc),
            })
        });
        let hybrid = features.cosine.is_some();
        let profile = Profile::for_model(if hybrid { &self.model } else { "" });
        Retrieval {
            hits: hits.collect(),
            confianca: if fused.is_empty() { 0.0 } else { profile.confidence(&features) },
            features,
            perfil: profile.id.clone(),
            versao: self.versao,
            modo: if hybrid { "hibrida" } else { "palavras" },
        }
    }

    fn word_features(&self, terms: &[QueryTerm], scores: &[f32], order: &[usize]) -> Features {
        let max = Bm25::max_possible(terms).max(f32::MIN_POSITIVE);
        let (mut top, mut second) = (0.0_f32, 0.0_f32);
        for &s in scores {
            second = second.max(s.min(top));
            top = top.max(s);
        }
        let asked = terms.iter().filter(|t| !t.hint).count();
        let known = terms.iter().filter(|t| !t.hint && t.stem.is_some()).count();
        let judged = order.get(..JUDGED.min(order.len())).unwrap_or_default();
        let first = judged.get(..1.min(judged.len())).unwrap_or_default();
        Features {
            bm25: top / max,
            bm25_gap: (top - second) / max,
            coverage1: self.index.coverage(terms, first),
            coverage5: self.index.coverage(terms, judged),
            unknown: if asked == 0 { 1.0 } else { (asked - known) as f32 / asked as f32 },
            log_terms: (asked as f32).ln_1p(),
            log_chunks: (self.chunks.len() as f32).ln_1p(),
            known_terms: known.try_into().unwrap_or(u16::MAX),
            ..Features::default()
        }
    }
}

/// What is indexed of a chunk: its heading again, since a heading names all chunks of its section.
pub(crate) fn indexed_text(chunk: &Chunk) -> String {
    match &chunk.titulo {
        Some(titulo) => format!("{titulo}\n{}", chunk.texto),
        None => chunk.texto.clone(),
    }
}

fn vector_features(features: &mut Features, cosines: &[(usize, f32)], by_words: &[usize], by_vector: &[usize]) {
    let n = cosines.len() as f32;
    let mean = cosines.iter().map(|c| c.1).sum::<f32>() / n;
    let sd = (cosines.iter().map(|c| (c.1 - mean).powi(2)).sum::<f32>() / n).sqrt().max(1e-3);
    let mut sorted: Vec<f32> = cosines.iter().map(|c| c.1).collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let top = sorted.first().copied().unwrap_or_default();
    let fifth = sorted.get(4).or(sorted.last()).copied().unwrap_or_default();
    features.cosine = Some(top);
    features.cosine_z = Some((top - mean) / sd);
    features.cosine_gap = Some((top - fifth) / sd);
    let same = !by_words.is_empty() && by_words.first() == by_vector.first();
    features.same_top = Some(f32::from(u8::from(same)));
}

/// Positions of the best [`CANDIDATES`], best first; ties in text order.
fn best(scores: impl Iterator<Item = (usize, f32)>) -> Vec<usize> {
    let mut scores: Vec<_> = scores.collect();
    scores.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    scores.into_iter().take(CANDIDATES).map(|s| s.0).collect()
}

/// `v` scaled to length 1; zeros stay zeros.
fn unit(v: &[f32]) -> impl Iterator<Item = f32> + '_ {
    let norm = v.iter().map(|x| x * x).sum::<f32>().sqrt();
    let scale = if norm > 0.0 { 1.0 / norm } else { 0.0 };
    v.iter().map(move |x| x * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(vectors: Option<Vec<Vec<f32>>>) -> Snapshot {
        let chunks = ["Trocas em até 7 dias com etiqueta.", "Parcelamos em 3 vezes no cartão.", "Loja no centro."];
        let chunks =
            chunks.iter().zip(0..).map(|(t, ordem)| Chunk { ordem, titulo: None, texto: (*t).to_owned() }).collect();
        Snapshot::new(4, "m".into(), chunks, vectors)
    }

    #[test]
    fn words_only() {
        let r = snapshot(None).search("parcela no cartao?", None, 5);
        assert_eq!((r.hits[0].ordem, r.modo, r.versao), (1, "palavras", 4));
        assert!(r.hits.len() == 1 && r.hits[0].cosine.is_none() && r.features.cosine.is_none());
    }

    #[test]
    fn vectors_find_what_words_do_not() {
        let s = snapshot(Some(vec![vec![2.0, 0.0], vec![0.0, 2.0], vec![1.0, 1.0]]));
        let cosines = s.cosines(&[0.1, 9.0]).unwrap();
        let r = s.search("dividir a compra", Some(&cosines), 2);
        assert_eq!((r.hits[0].ordem, r.modo, r.hits.len()), (1, "hibrida", 2));
        assert!(r.hits[0].cosine.unwrap() > 0.99);
        assert!(r.confianca < 0.05, "no word known");
    }

    #[test]
    fn widths_are_never_mixed() {
        let s = snapshot(Some(vec![vec![1.0, 0.0]; 3]));
        assert!(s.cosines(&[1.0, 0.0, 0.0]).is_none());
        assert_eq!(snapshot(Some(vec![vec![1.0]; 2])).width(), 0);
        assert_eq!(snapshot(Some(vec![vec![1.0], vec![1.0], vec![1.0, 2.0]])).width(), 0);
    }

    #[test]
    fn nothing_found_is_no_confidence() {
        let r = snapshot(None).search("qual a capital da França?", None, 5);
        assert!(r.hits.is_empty() && r.confianca < 0.05);
        assert!(snapshot(None).search("oi", None, 5).confianca < 0.05);
        assert!(Snapshot::new(1, String::new(), vec![], None).search("x y", None, 5).hits.is_empty());
    }
}
