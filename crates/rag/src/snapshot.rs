//! One tenant's knowledge in memory, ready to search: postings and unit vectors.

use crate::bm25::{Bm25, QueryTerm, share};
use crate::chunk::Chunk;
use crate::confidence::{Features, Profile};
use crate::extract::{Extract, Source, extract, together};
use crate::fuse::{Ranking, fuse};
use crate::lines::{Line, lines};
use crate::query::Query;

/// From this many chunks on the vectors stay in LanceDB (`reference/rag.md`, decision 7: up to there memory is ~90× faster).
pub const LARGE_TABLE_ROWS: usize = 5_000;
/// Results of each list that enter the fusion, and the window the large-table vector search asks for.
pub(crate) const CANDIDATES: usize = 50;
/// The first hits, which the confidence judges.
pub const JUDGED: usize = 5;
/// Of the best hits the chunks before and after come along.
const WITH_NEIGHBOURS: usize = 3;
/// Bytes of text that go to the model: about 4,000 tokens, since Portuguese has about 3 to 3.5 bytes a token in OpenAI's
/// and Llama's vocabularies. A knowledge text of the usual size goes whole.
pub const CONTEXT_CHARS: usize = 13_000;
/// BM25 counts more in the fusion: on small Portuguese texts it beat the encoders that could be measured (`rag.md` 2.7).
const WORDS_WEIGHT: f32 = 1.5;

/// The first hits of each of several questions in one come first.
const FIRST_OF_EACH: usize = 2;

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
    /// The answer without a model, if any line shares a word with the question.
    pub extrato: Option<Extract>,
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
            extrato: None,
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
    /// The lines of each chunk.
    lines: Vec<Vec<Line>>,
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
        let lines = chunks.iter().map(|c| lines(c, &index)).collect();
        let vectors = vectors.filter(|v| v.len() == chunks.len()).unwrap_or_default();
        let width = vectors.first().map_or(0, Vec::len);
        let uniform = vectors.iter().all(|v| v.len() == width);
        let width = if uniform { width } else { 0 };
        let keep = width > 0 && chunks.len() <= LARGE_TABLE_ROWS;
        let vectors = if keep { vectors.iter().flat_map(|v| unit(v)).collect() } else { Vec::new() };
        Self { versao, model, chunks, lines, index, vectors, width }
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
        let lines: usize = self.lines.iter().flatten().map(Line::weight).sum();
        texts + lines + self.index.weight() + self.vectors.len() * 4
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

    /// Searches by words, and by `cosines` (position, similarity) where given; the
    /// best first, then their neighbours and the rest of the text as far as [`CONTEXT_CHARS`] allow.
    #[must_use]
    pub fn search(&self, query: &Query, cosines: Option<&[(usize, f32)]>) -> Retrieval {
        let terms = self.index.resolve(query.terms());
        let scores = self.index.scores(&terms);
        let by_words = best(scores.iter().copied().enumerate().filter(|s| s.1 > 0.0));
        let by_vector = best(cosines.unwrap_or_default().iter().copied());
        let parts: Vec<(Vec<QueryTerm>, Vec<usize>)> = query.parts().iter().map(|p| self.by_words(p)).collect();
        let fused =
            fuse(&[Ranking { docs: &by_words, weight: WORDS_WEIGHT }, Ranking { docs: &by_vector, weight: 1.0 }]);
        let fused = first_of_each(fused, parts.iter().map(|(_, docs)| docs.as_slice()));
        let order: Vec<usize> = fused.iter().map(|f| f.0).collect();
        let mut features = self.word_features(&terms, &scores, &order);
        if let Some(cosines) = cosines.filter(|c| !c.is_empty()) {
            vector_features(&mut features, cosines, &by_words, &by_vector);
        }
        let sources: Vec<Source<'_>> = order.iter().take(JUDGED).filter_map(|&d| self.source(d)).collect();
        let whole = extract(&terms, query.wanted(), &sources);
        let each = query.parts().iter().zip(&parts).map(|(part, (terms, docs))| {
            let sources: Vec<Source<'_>> = docs.iter().take(JUDGED).filter_map(|&d| self.source(d)).collect();
            extract(terms, part.wanted(), &sources)
        });
        let extrato = together(whole, each.flatten().collect());
        features.line = extrato.as_ref().map_or(0.0, |e| e.coverage);
        features.fits = extrato.as_ref().map_or(0.0, |e| e.fits);
        features.line_gap = extrato.as_ref().map_or(0.0, |e| e.gap);
        let cosine_of = |doc: usize| cosines?.iter().find(|c| c.0 == doc).map(|c| c.1);
        let points = |doc: usize| fused.iter().find(|f| f.0 == doc).map_or(0.0, |f| f.1);
        let hits = self.context(&order).into_iter().filter_map(|doc| {
            let chunk = self.chunks.get(doc)?;
            let pontos = points(doc);
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
            extrato,
            confianca: if fused.is_empty() { 0.0 } else { profile.confidence(&features) },
            features,
            perfil: profile.id.clone(),
            versao: self.versao,
            modo: if hybrid { "hibrida" } else { "palavras" },
        }
    }

    /// What an answer may be made from: the judged chunks, the neighbours of the best, and as much of the rest as the budget
    /// takes. A small text goes whole, and a fact next to the one found is not cut off.
    fn context(&self, order: &[usize]) -> Vec<usize> {
        if order.is_empty() {
            return Vec::new();
        }
        let judged = order.iter().take(JUDGED).copied();
        let neighbours = order.iter().take(WITH_NEIGHBOURS).flat_map(|&d| [d.checked_sub(1), Some(d + 1)]).flatten();
        let rest = order.iter().copied().chain(0..self.chunks.len());
        let mut out: Vec<usize> = Vec::new();
        let mut chars = 0;
        for doc in judged.chain(neighbours).chain(rest) {
            let Some(chunk) = self.chunks.get(doc).filter(|_| !out.contains(&doc)) else { continue };
            chars += chunk.texto.len();
            if out.len() >= JUDGED && chars > CONTEXT_CHARS {
                break;
            }
            out.push(doc);
        }
        out
    }

    fn by_words(&self, query: &Query) -> (Vec<QueryTerm>, Vec<usize>) {
        let terms = self.index.resolve(query.terms());
        let docs = best(self.index.scores(&terms).into_iter().enumerate().filter(|s| s.1 > 0.0));
        (terms, docs)
    }

    fn source(&self, doc: usize) -> Option<Source<'_>> {
        Some(Source { texto: &self.chunks.get(doc)?.texto, lines: self.lines.get(doc)? })
    }

    fn word_features(&self, terms: &[QueryTerm], scores: &[f32], order: &[usize]) -> Features {
        let max = Bm25::max_possible(terms).max(f32::MIN_POSITIVE);
        let (mut top, mut second) = (0.0_f32, 0.0_f32);
        for &s in scores {
            second = second.max(s.min(top));
            top = top.max(s);
        }
        let asked = terms.iter().filter(|t| !t.hint).count();
        let known = terms.iter().filter(|t| !t.hint && t.known() > 0.0).count();
        let unknown: f32 = terms.iter().filter(|t| !t.hint).map(|t| 1.0 - t.known()).sum();
        let judged = order.get(..JUDGED.min(order.len())).unwrap_or_default();
        let first = judged.get(..1.min(judged.len())).unwrap_or_default();
        Features {
            bm25: (top / max).min(1.0),
            bm25_gap: (top - second) / max,
            coverage1: self.index.coverage(terms, first),
            coverage5: self.index.coverage(terms, judged),
            unknown: if asked == 0 { 1.0 } else { unknown / asked as f32 },
            rare_unknown: share(terms, |t| 1.0 - t.known()),
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

/// `fused` with the best [`FIRST_OF_EACH`] of every part moved to the front, by turns.
fn first_of_each<'a>(fused: Vec<(usize, f32)>, parts: impl Iterator<Item = &'a [usize]> + Clone) -> Vec<(usize, f32)> {
    let by_turns = (0..FIRST_OF_EACH).flat_map(|i| parts.clone().filter_map(move |docs| docs.get(i).copied()));
    let front: Vec<usize> = by_turns.collect();
    let points = |doc: usize| fused.iter().find(|f| f.0 == doc).map_or(0.0, |f| f.1);
    let mut out: Vec<(usize, f32)> = Vec::with_capacity(fused.len());
    for (doc, points) in front.into_iter().map(|d| (d, points(d))).chain(fused.iter().copied()) {
        if !out.iter().any(|o| o.0 == doc) {
            out.push((doc, points));
        }
    }
    out
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
        let r = snapshot(None).search(&"parcela no cartao?".into(), None);
        assert_eq!((r.hits[0].ordem, r.modo, r.versao), (1, "palavras", 4));
        assert!(r.hits[0].cosine.is_none() && r.features.cosine.is_none());
        assert_eq!(r.hits.len(), 3, "a small text goes whole");
    }

    #[test]
    fn vectors_find_what_words_do_not() {
        let s = snapshot(Some(vec![vec![2.0, 0.0], vec![0.0, 2.0], vec![1.0, 1.0]]));
        let cosines = s.cosines(&[0.1, 9.0]).unwrap();
        let r = s.search(&"mercadoria cinzenta".into(), Some(&cosines));
        assert_eq!((r.hits[0].ordem, r.modo), (1, "hibrida"));
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
        let r = snapshot(None).search(&"qual a capital da França?".into(), None);
        assert!(r.hits.is_empty() && r.confianca < 0.05);
        assert!(snapshot(None).search(&"oi".into(), None).confianca < 0.05);
        assert!(Snapshot::new(1, String::new(), vec![], None).search(&"x y".into(), None).hits.is_empty());
    }
}
