//! A question after the search.

use rag::{Chunk, Features, Query, Retrieval, Snapshot, chunk};

use crate::gold::{Business, Kind, Question};

/// A business, ready to be asked.
pub struct Indexed<'a> {
    /// Text and questions.
    pub business: &'a Business,
    /// Its chunks.
    pub chunks: Vec<Chunk>,
    snapshot: Snapshot,
}

impl<'a> Indexed<'a> {
    /// Cuts and indexes the text; `vectors` of its [`rag::chunk`]s, if there is an encoder.
    #[must_use]
    pub fn new(business: &'a Business, vectors: Option<Vec<Vec<f32>>>) -> Self {
        let chunks = chunk(&business.text);
        let model = if vectors.is_some() { "medido" } else { "" };
        Self { business, snapshot: Snapshot::new(1, model.into(), chunks.clone(), vectors), chunks }
    }

    /// Searches for an analysed question.
    #[must_use]
    pub fn search(&self, query: &Query, vector: Option<&[f32]>) -> Retrieval {
        let cosines = vector.and_then(|v| self.snapshot.cosines(v));
        self.snapshot.search(query, cosines.as_deref())
    }
}

/// The question, leaning on the contato's lines before it.
#[must_use]
pub fn query(question: &Question) -> Query {
    let before: Vec<&str> =
        question.antes.iter().rev().filter(|b| b.de == "contato").map(|b| b.texto.as_str()).collect();
    Query::following(&question.q, &before)
}

/// What the search made of a question.
#[derive(Clone, Debug)]
pub struct Searched {
    /// Of the question.
    pub tipo: Kind,
    /// What the profile judges.
    pub features: Features,
    /// What it says.
    pub confidence: f32,
    /// From how many hits on all the right chunks are among them; none if not among them.
    pub rank: Option<usize>,
    /// Whether one of the first five hits together with the others holds all of the answer: what a confidence predicts.
    pub label: bool,
}

/// Judges `found` against where the answer stands.
#[must_use]
pub fn judge(question: &Question, found: &Retrieval) -> Searched {
    let place = |part: &String| found.hits.iter().position(|h| h.texto.contains(part.as_str()));
    let places: Option<Vec<usize>> = question.acha.iter().map(place).collect();
    let rank = places.filter(|_| question.tipo.answerable()).and_then(|p| p.into_iter().max());
    Searched {
        tipo: question.tipo,
        features: found.features,
        confidence: found.confianca,
        rank,
        label: rank.is_some_and(|r| r < rag::JUDGED),
    }
}

/// Whether `reply` holds everything that a right reply must hold; none if the question does not say.
#[must_use]
pub fn right(question: &Question, reply: &str) -> Option<bool> {
    let reply = rag::analyse::fold(reply);
    let holds = |part: &String| reply.contains(&rag::analyse::fold(part));
    (!question.resposta.is_empty()).then(|| question.resposta.iter().all(holds))
}
