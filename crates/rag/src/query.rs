//! A question as the search takes it: its own words, and those of the lines before that it leans on.

use crate::analyse::{Term, analyse_query, fold, folded_words};
use crate::facts::Facts;

/// Words that point back at what was said before.
const POINTING: &[&str] = &[
    "esse", "essa", "esses", "essas", "desse", "dessa", "desses", "dessas", "nesse", "nessa", "isso", "disso", "nisso",
    "ele", "ela", "eles", "elas", "dele", "dela", "deles", "delas", "nele", "nela", "outro", "outra", "mesmo", "mesma",
];
/// A question with at most so many words of its own that carry a topic leans on what was said before.
const FEW_TERMS: usize = 1;
/// A question that begins with "e …" is a continuation up to this many words; longer ones bring their own topic.
const SHORT_WORDS: usize = 9;

/// A question, analysed.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    texto: String,
    terms: Vec<Term>,
    before: Option<String>,
    wanted: Facts,
    /// The questions in it, if it asks several things at once; else empty.
    parts: Vec<Query>,
}

impl Query {
    /// A question that stands alone.
    #[must_use]
    pub fn new(texto: &str) -> Self {
        let mut query = Self::single(texto);
        let mut clauses = clauses(texto);
        clauses.retain(|c| Self::single(c).terms.iter().any(|t| !t.hint));
        if clauses.len() > 1 {
            // "quanto é o banho e em quantos dias fica pronto": the second leans on the first.
            let mut before: Vec<&str> = Vec::new();
            for clause in clauses.into_iter().take(MAX_PARTS) {
                query.parts.push(Self::single(clause).after(&before));
                before.insert(0, clause);
            }
        }
        query
    }

    fn single(texto: &str) -> Self {
        let (terms, wanted) = (analyse_query(texto), Facts::wanted(texto));
        Self { texto: texto.to_owned(), terms, before: None, wanted, parts: Vec::new() }
    }

    /// A question that may lean on the same person's lines before it (`before`, newest first): "e no sábado?" after "até
    /// que horas abre?". Their words help to find the place and never count as missing. A question that stands by itself
    /// ignores them.
    #[must_use]
    pub fn following(texto: &str, before: &[&str]) -> Self {
        Self::new(texto).after(before)
    }

    fn after(self, before: &[&str]) -> Self {
        let mut query = self;
        if !query.leans() {
            return query;
        }
        // The line before may lean on the one before it.
        let mut lines = Vec::new();
        for line in before.iter().take(2) {
            lines.push(*line);
            if !Self::single(line).leans() {
                break;
            }
        }
        lines.reverse();
        let before = lines.join("\n");
        let nothing_asked = query.terms.iter().all(|t| t.hint);
        for term in analyse_query(&before) {
            if !query.terms.iter().any(|t| t.stem == term.stem) {
                query.terms.push(Term { hint: term.hint || !nothing_asked, ..term });
            }
        }
        if query.wanted == Facts::default() {
            query.wanted = Facts::wanted(&before);
        }
        query.before = (!before.is_empty()).then_some(before);
        query
    }

    /// Whether the words alone do not tell what is asked.
    #[must_use]
    pub fn leans(&self) -> bool {
        let words = folded_words(&self.texto);
        let asked = self.terms.iter().filter(|t| !t.hint).count();
        let continues =
            words.first().is_some_and(|w| matches!(w.as_str(), "e" | "mas" | "entao")) && words.len() <= SHORT_WORDS;
        let points = words.iter().any(|w| POINTING.contains(&w.as_str())) && words.len() <= SHORT_WORDS;
        asked <= FEW_TERMS || continues || points
    }

    /// As typed.
    #[must_use]
    pub fn texto(&self) -> &str {
        &self.texto
    }

    /// What an encoder should see: the question, after the lines it leans on.
    #[must_use]
    pub fn to_embed(&self) -> String {
        match &self.before {
            Some(before) => format!("{before}\n{}", self.texto),
            None => self.texto.clone(),
        }
    }

    /// The kinds of fact that it asks for.
    pub(crate) fn wanted(&self) -> Facts {
        self.wanted
    }

    /// The questions in it, if there are several.
    pub(crate) fn parts(&self) -> &[Query] {
        &self.parts
    }

    pub(crate) fn terms(&self) -> &[Term] {
        &self.terms
    }
}

/// Words that begin a further question after a comma, a full stop or "e".
const ASKING: &[&str] = &[
    "quanto", "qto", "qnto", "quantos", "quantas", "qual", "quais", "ql", "onde", "quando", "como", "quem", "que",
    "tem", "tenho", "posso", "pode", "da", "preciso", "aceita", "aceitam", "fazem", "faz", "voces", "vcs", "vc", "em",
    "ate", "qtas", "qtos",
];
/// More clauses than this are a story, not questions.
const MAX_PARTS: usize = 3;

/// The clauses of a text, cut at "?", ".", ";", line breaks, and at "e" or a comma before a question word.
fn clauses(texto: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for sentence in texto.split(['?', ';', '\n', '.', '!']) {
        let mut start = 0;
        let words: Vec<(usize, &str)> =
            sentence.split_whitespace().map(|w| (w.as_ptr() as usize - sentence.as_ptr() as usize, w)).collect();
        for (i, (at, word)) in words.iter().enumerate().skip(1) {
            let next = words.get(i + 1).map(|w| fold(w.1));
            let asks = |w: &str| ASKING.contains(&w.trim_matches(|c: char| !c.is_alphanumeric()));
            let after_and = fold(word) == "e" && next.as_deref().is_some_and(asks);
            let after_comma = i > 0 && words.get(i - 1).is_some_and(|w| w.1.ends_with(',')) && asks(&fold(word));
            if after_and || after_comma {
                out.extend(sentence.get(start..*at));
                start = *at;
            }
        }
        out.extend(sentence.get(start..));
    }
    out.retain(|c| !c.trim().is_empty());
    out
}

impl From<&str> for Query {
    fn from(texto: &str) -> Self {
        Self::new(texto)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &Query) -> Vec<&str> {
        query.terms().iter().filter(|t| !t.hint).map(|t| t.surface.as_str()).collect()
    }

    #[test]
    fn a_continuation_carries_the_topic() {
        let q = Query::following("e no sábado?", &["até que horas vocês abrem?"]);
        assert_eq!(asked(&q), ["sabado"]);
        assert!(q.terms().iter().any(|t| t.hint && t.surface == "abrem"));
        assert_eq!(q.to_embed(), "até que horas vocês abrem?\ne no sábado?");
    }

    #[test]
    fn a_chain_is_followed_two_lines_back() {
        let q = Query::following("e esse?", &["e o infantil?", "quanto é o corte?", "oi"]);
        assert!(["infantil", "corte"].iter().all(|w| asked(&q).contains(w)), "{q:?}");
    }

    #[test]
    fn a_whole_question_stands_alone() {
        let q = Query::following("qual o preço da pizza portuguesa grande?", &["vocês fazem tosa?"]);
        assert_eq!(q, Query::new("qual o preço da pizza portuguesa grande?"));
    }

    #[test]
    fn two_questions_in_one_are_told_apart() {
        let q = Query::new("Quanto sai o banho químico e em quantos dias úteis fica pronto?");
        assert_eq!(q.parts().len(), 2, "{q:?}");
        assert!(q.parts()[1].terms().iter().any(|t| t.hint && t.surface == "banho"), "{q:?}");
        for one in ["aceita pix e cartão?", "Bom dia! Vocês abrem sábado?", "qual o preço do corte e barba"] {
            assert!(Query::new(one).parts().is_empty(), "{one}");
        }
    }
}
