//! BM25 over the chunks of one tenant, in memory, forgiving typing errors.

use std::collections::HashMap;

use crate::analyse::{Term, aliases, analyse};
use crate::typo;

/// Term frequency saturation. 1.2 and [`B`] are the defaults of Lucene and the middle of the ranges in Robertson and
/// Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
pub const K1: f32 = 1.2;
/// Length normalisation, see [`K1`].
pub const B: f32 = 0.75;

/// Share of a term's weight that a word counts for that is only spelled alike.
const TYPO_WEIGHT: f32 = 0.8;
/// Weight of a hint (see [`Term::hint`]) against a word that was asked for.
const HINT_WEIGHT: f32 = 0.5;

/// A query term as this index knows it.
#[derive(Clone, Debug)]
pub struct QueryTerm {
    /// The stem in the index, if it holds the term.
    pub stem: Option<String>,
    /// 1 for a word that is there as asked, less for one spelled alike or a hint.
    pub weight: f32,
    /// Inverse document frequency, Lucene's form, never negative; the highest possible for an unknown term.
    pub idf: f32,
    /// The word was only suggested, not asked for.
    pub hint: bool,
}

/// Inverted index.
#[derive(Debug)]
pub struct Bm25 {
    postings: HashMap<String, Vec<(u32, f32)>>,
    /// Folded words of the text → their stem, for typing errors.
    surfaces: HashMap<String, String>,
    lengths: Vec<f32>,
    average: f32,
}

impl Bm25 {
    /// Indexes `texts`; position in the iterator = document number.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut postings: HashMap<String, Vec<(u32, f32)>> = HashMap::new();
        let mut surfaces = HashMap::new();
        let mut lengths = Vec::new();
        for (doc, text) in (0_u32..).zip(texts) {
            let terms = analyse(text);
            lengths.push(terms.len() as f32);
            for Term { stem, surface, .. } in terms {
                match postings.entry(stem.clone()).or_default().last_mut() {
                    Some((last, tf)) if *last == doc => *tf += 1.0,
                    _ => postings.entry(stem.clone()).or_default().push((doc, 1.0)),
                }
                surfaces.entry(surface).or_insert(stem);
            }
        }
        for (word, stem) in aliases() {
            if postings.contains_key(&stem) {
                surfaces.entry(word.to_owned()).or_insert(stem);
            }
        }
        let average = lengths.iter().sum::<f32>() / lengths.len().max(1) as f32;
        Self { postings, surfaces, lengths, average: average.max(1.0) }
    }

    /// Number of documents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Whether there is no document.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// Rough size in bytes, for a cache's budget.
    #[must_use]
    pub fn weight(&self) -> usize {
        let postings: usize = self.postings.iter().map(|(k, v)| 80 + k.len() + v.len() * 8).sum();
        let surfaces: usize = self.surfaces.iter().map(|(k, v)| 80 + k.len() + v.len()).sum();
        postings + surfaces + self.lengths.len() * 4
    }

    fn idf(&self, stem: &str) -> f32 {
        let n = self.len() as f32;
        let df = self.postings.get(stem).map_or(0, Vec::len) as f32;
        (1.0 + (n - df + 0.5) / (df + 0.5)).ln()
    }

    /// Finds the question's terms in this index. Hints that the index does not hold are dropped.
    #[must_use]
    pub fn resolve(&self, terms: &[Term]) -> Vec<QueryTerm> {
        let mut out: Vec<QueryTerm> = Vec::with_capacity(terms.len());
        for term in terms {
            let (stem, weight) = if self.postings.contains_key(&term.stem) {
                (Some(term.stem.clone()), if term.hint { HINT_WEIGHT } else { 1.0 })
            } else if term.hint {
                continue;
            } else {
                let alike = typo::nearest(&term.surface, self.surfaces.keys().map(String::as_str))
                    .and_then(|s| self.surfaces.get(s));
                (alike.cloned(), if alike.is_some() { TYPO_WEIGHT } else { 1.0 })
            };
            if stem.is_some() && out.iter().any(|t| t.stem == stem) {
                continue; // "pizas" next to "pizza": one word
            }
            let idf = self.idf(stem.as_deref().unwrap_or(&term.stem));
            out.push(QueryTerm { stem, weight, idf, hint: term.hint });
        }
        out
    }

    /// Scores of all documents, by document number; 0 where no term occurs.
    #[must_use]
    pub fn scores(&self, terms: &[QueryTerm]) -> Vec<f32> {
        let mut scores = vec![0.0; self.len()];
        for (term, stem) in terms.iter().filter_map(|t| Some((t, t.stem.as_ref()?))) {
            for &(doc, tf) in self.postings.get(stem).into_iter().flatten() {
                let Some(score) = scores.get_mut(doc as usize) else { continue };
                let length = self.lengths.get(doc as usize).copied().unwrap_or_default();
                let norm = K1 * (1.0 - B + B * length / self.average);
                *score += term.weight * term.idf * tf * (K1 + 1.0) / (tf + norm);
            }
        }
        scores
    }

    /// Upper bound of a score for these terms, unknown ones included; 0 for no terms.
    #[must_use]
    pub fn max_possible(terms: &[QueryTerm]) -> f32 {
        terms.iter().map(|t| t.idf * (K1 + 1.0)).sum()
    }

    /// Whether `doc` holds `stem`.
    #[must_use]
    pub fn contains(&self, doc: usize, stem: &str) -> bool {
        self.postings.get(stem).is_some_and(|p| p.binary_search_by_key(&doc, |&(d, _)| d as usize).is_ok())
    }

    /// Share (0..1) of what was asked that stands in any of `docs`, weighted by idf; words unknown to the index count as
    /// missing with the highest idf.
    #[must_use]
    pub fn coverage(&self, terms: &[QueryTerm], docs: &[usize]) -> f32 {
        let (mut held, mut all) = (0.0, 0.0);
        for term in terms {
            let asked = if term.hint { HINT_WEIGHT } else { 1.0 };
            all += asked * term.idf;
            if let Some(stem) = &term.stem
                && docs.iter().any(|&d| self.contains(d, stem))
            {
                held += term.weight * term.idf;
            }
        }
        if all > 0.0 { held / all } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyse::analyse_query;

    fn index() -> Bm25 {
        Bm25::new([
            "Pizza calabresa R$ 45. Pizza portuguesa R$ 52.",
            "Horário de funcionamento: terça a domingo das 18h às 23h.",
            "Entregamos no centro e na Vila Nova, taxa de entrega R$ 6.",
        ])
    }

    fn best(query: &str) -> (usize, f32) {
        let index = index();
        let terms = index.resolve(&analyse_query(query));
        let scores = index.scores(&terms);
        let (i, s) = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
        assert!(*s <= Bm25::max_possible(&terms));
        (i, index.coverage(&terms, &[i]))
    }

    #[test]
    fn finds_the_document() {
        assert_eq!(best("quanto custa a calabresa?").0, 0);
        assert_eq!(best("vcs abre sab?").0, 1);
        assert_eq!(best("tem delivery na vila nova").0, 2);
    }

    #[test]
    fn forgives_typing_errors() {
        assert_eq!(best("pizza calabreza").0, 0);
        assert_eq!(best("qual o orario de funsionamento").0, 1);
    }

    #[test]
    fn unknown_words_lower_the_coverage() {
        assert!(best("pizza calabresa").1 > 0.95);
        assert!(best("pizza de abacaxi").1 < 0.5);
        assert_eq!(best("capital da França").1, 0.0);
    }

    #[test]
    fn empty_index_and_empty_query() {
        let none = Bm25::new([]);
        assert!(none.is_empty() && none.scores(&none.resolve(&analyse_query("pizza"))).is_empty());
        let terms = index().resolve(&[]);
        assert_eq!(index().coverage(&terms, &[0]), 0.0);
        assert_eq!(Bm25::max_possible(&terms), 0.0);
    }
}
