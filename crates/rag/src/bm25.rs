//! BM25 over the chunks of one tenant, in memory, forgiving typing errors.

use std::collections::HashMap;

use crate::analyse::{Term, aliases, analyse, related};
use crate::typo;

/// Term frequency saturation. 1.2 and [`B`] are the defaults of Lucene and the middle of the ranges in Robertson and
/// Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
pub const K1: f32 = 1.2;
/// Length normalisation, see [`K1`].
pub const B: f32 = 0.75;

/// Share of a term's weight that a word counts for that is only spelled alike.
const TYPO_WEIGHT: f32 = 0.8;
/// Share that a word counts for that only belongs to the same matter ("estacionamento" for "carro").
const RELATED_WEIGHT: f32 = 0.5;
/// Weight of a hint (see [`Term::hint`]) against a word that was asked for.
const HINT_WEIGHT: f32 = 0.5;

/// A query term as this index knows it.
#[derive(Clone, Debug)]
pub struct QueryTerm {
    /// Terms of the index that stand for it, with the share of its weight each has, best first; none if it is unknown.
    pub found: Vec<(u32, f32)>,
    /// Inverse document frequency, Lucene's form, never negative; the highest possible for an unknown term.
    pub idf: f32,
    /// The word was only suggested, not asked for.
    pub hint: bool,
}

impl QueryTerm {
    /// How much of the term the index knows: 1 as asked, less if only something like it, 0 unknown.
    #[must_use]
    pub fn known(&self) -> f32 {
        self.found.first().map_or(0.0, |f| f.1)
    }

    /// What the term counts for: its rarity, less for a hint.
    #[must_use]
    pub fn weight(&self) -> f32 {
        self.idf * if self.hint { HINT_WEIGHT } else { 1.0 }
    }

    /// The best share of the term that `terms` (sorted) hold.
    pub(crate) fn share_in(&self, terms: &[u32]) -> f32 {
        self.found.iter().find(|f| terms.binary_search(&f.0).is_ok()).map_or(0.0, |f| f.1)
    }
}

/// Inverted index.
#[derive(Debug)]
pub struct Bm25 {
    ids: HashMap<String, u32>,
    /// By term: (document, term frequency), documents ascending.
    postings: Vec<Vec<(u32, f32)>>,
    /// Folded words of the text → their term, for typing errors.
    surfaces: HashMap<String, u32>,
    lengths: Vec<f32>,
    average: f32,
}

impl Bm25 {
    /// Indexes `texts`; position in the iterator = document number.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut ids: HashMap<String, u32> = HashMap::new();
        let mut postings: Vec<Vec<(u32, f32)>> = Vec::new();
        let mut surfaces = HashMap::new();
        let mut lengths = Vec::new();
        for (doc, text) in (0_u32..).zip(texts) {
            let terms = analyse(text);
            lengths.push(terms.len() as f32);
            for Term { stem, surface, .. } in terms {
                let id = *ids.entry(stem).or_insert_with(|| {
                    postings.push(Vec::new());
                    (postings.len() - 1) as u32
                });
                surfaces.entry(surface).or_insert(id);
                let Some(list) = postings.get_mut(id as usize) else { continue };
                match list.last_mut() {
                    Some((last, tf)) if *last == doc => *tf += 1.0,
                    _ => list.push((doc, 1.0)),
                }
            }
        }
        for (word, stem) in aliases() {
            if let Some(&id) = ids.get(&stem) {
                surfaces.entry(word.to_owned()).or_insert(id);
            }
        }
        let average = lengths.iter().sum::<f32>() / lengths.len().max(1) as f32;
        Self { ids, postings, surfaces, lengths, average: average.max(1.0) }
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

    /// The number of a stem, if the text has it.
    pub(crate) fn id(&self, stem: &str) -> Option<u32> {
        self.ids.get(stem).copied()
    }

    /// Rough size in bytes, for a cache's budget.
    #[must_use]
    pub fn weight(&self) -> usize {
        let ids: usize = self.ids.keys().map(|k| 56 + k.len()).sum();
        let postings: usize = self.postings.iter().map(|v| 24 + v.capacity() * 8).sum();
        let surfaces: usize = self.surfaces.keys().map(|k| 56 + k.len()).sum();
        ids + postings + surfaces + self.lengths.len() * 4
    }

    fn idf(&self, df: usize) -> f32 {
        let (n, df) = (self.len() as f32, df as f32);
        (1.0 + (n - df + 0.5) / (df + 0.5)).ln()
    }

    fn list(&self, id: u32) -> &[(u32, f32)] {
        self.postings.get(id as usize).map_or(&[], Vec::as_slice)
    }

    /// Finds the question's terms in this index. Hints that the index does not hold are dropped.
    #[must_use]
    pub fn resolve(&self, terms: &[Term]) -> Vec<QueryTerm> {
        let mut out: Vec<QueryTerm> = Vec::with_capacity(terms.len());
        for term in terms {
            let found = self.find(term);
            let Some(&(first, _)) = found.first() else {
                if !term.hint {
                    out.push(QueryTerm { found, idf: self.idf(0), hint: false });
                }
                continue;
            };
            // "pizas" next to "pizza": one word.
            if out.iter().any(|t| t.found.first().is_some_and(|f| f.0 == first)) {
                continue;
            }
            let idf = self.idf(self.list(first).len());
            out.push(QueryTerm { found, idf, hint: term.hint });
        }
        out
    }

    /// What stands for `term`, best first.
    fn find(&self, term: &Term) -> Vec<(u32, f32)> {
        let mut found = Vec::new();
        let mut matter = related(&term.stem);
        if let Some(id) = self.id(&term.stem) {
            found.push((id, 1.0));
        } else if !term.hint && matter.is_empty() {
            // A word that is known to be right is no typing error of another.
            let alike = typo::nearest(&term.surface, self.surfaces.keys().map(String::as_str));
            if let Some(id) = alike.and_then(|s| self.surfaces.get(s)) {
                found.push((*id, TYPO_WEIGHT));
            } else if let Some(meant) = typo::nearest(&term.surface, crate::analyse::related_words()) {
                matter = related(crate::analyse::stem_of_related(meant));
            }
        }
        let mut others: Vec<u32> = matter.iter().filter_map(|s| self.id(s)).collect();
        others.sort_by_key(|&id| (self.list(id).len(), id));
        found.extend(others.into_iter().map(|id| (id, RELATED_WEIGHT)));
        found
    }

    /// Scores of all documents, by document number; 0 where no term occurs. Of the words that stand for one term, the best
    /// in a document counts.
    #[must_use]
    pub fn scores(&self, terms: &[QueryTerm]) -> Vec<f32> {
        let mut scores = vec![0.0; self.len()];
        let mut of_term = vec![0.0_f32; self.len()];
        for term in terms {
            of_term.fill(0.0);
            for &(id, share) in &term.found {
                let weight = share * term.weight();
                for &(doc, tf) in self.list(id) {
                    let Some(best) = of_term.get_mut(doc as usize) else { continue };
                    let length = self.lengths.get(doc as usize).copied().unwrap_or_default();
                    let norm = K1 * (1.0 - B + B * length / self.average);
                    *best = best.max(weight * tf * (K1 + 1.0) / (tf + norm));
                }
            }
            scores.iter_mut().zip(&of_term).for_each(|(s, t)| *s += t);
        }
        scores
    }

    /// Upper bound of a score for these terms, unknown ones included; 0 for no terms.
    #[must_use]
    pub fn max_possible(terms: &[QueryTerm]) -> f32 {
        terms.iter().map(|t| t.weight() * (K1 + 1.0)).sum()
    }

    /// Share (0..1) of what was asked that stands in any of `docs`, weighted by idf; words unknown to the index count as
    /// missing with the highest idf.
    #[must_use]
    pub fn coverage(&self, terms: &[QueryTerm], docs: &[usize]) -> f32 {
        let holds = |id: u32| {
            let list = self.list(id);
            docs.iter().any(|&d| list.binary_search_by_key(&d, |&(doc, _)| doc as usize).is_ok())
        };
        share(terms, |t| t.found.iter().find(|f| holds(f.0)).map_or(0.0, |f| f.1))
    }
}

/// Share (0..1) of the terms' weight that `held` gives each, by its own share.
pub(crate) fn share(terms: &[QueryTerm], held: impl Fn(&QueryTerm) -> f32) -> f32 {
    let all: f32 = terms.iter().map(QueryTerm::weight).sum();
    let sum: f32 = terms.iter().map(|t| t.weight() * held(t)).sum();
    if all > 0.0 { sum / all } else { 0.0 }
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
