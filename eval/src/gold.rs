//! The gold set: one folder a business with `texto.txt`, what it knows, and `perguntas.jsonl`, what it is asked.
//! `eval/gold/treino` is for fitting and looking at; `eval/gold/teste` is looked at as figures only.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// A kind of question. The first six can be answered from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Plain.
    Direta,
    /// In other words than the text's.
    Reformulada,
    /// Misspelt, abbreviated.
    Erros,
    /// Two facts from two places.
    DoisLugares,
    /// One of several lines that differ in one number or word.
    QuaseIgual,
    /// Needs the lines before.
    Continuacao,
    /// Of the same trade; the text does not say.
    SemResposta,
    /// Another topic.
    Fora,
    /// Tries to change the rules.
    Injecao,
    /// Small talk.
    Conversa,
    /// Wants a person.
    Pessoa,
    /// A SQuAD question of this text.
    Squad,
    /// A SQuAD question of another text.
    SquadAlheia,
}

impl Kind {
    /// Of the gold set, in the order of the tables.
    pub const ALL: [Self; 11] = [
        Self::Direta,
        Self::Reformulada,
        Self::Erros,
        Self::DoisLugares,
        Self::QuaseIgual,
        Self::Continuacao,
        Self::SemResposta,
        Self::Fora,
        Self::Injecao,
        Self::Conversa,
        Self::Pessoa,
    ];

    /// Whether the text answers it.
    #[must_use]
    pub fn answerable(self) -> bool {
        use Kind::{Continuacao, Direta, DoisLugares, Erros, QuaseIgual, Reformulada, Squad};
        matches!(self, Direta | Reformulada | Erros | DoisLugares | QuaseIgual | Continuacao | Squad)
    }

    /// Whether a confidence is judged for it: a question, not small talk or a wish.
    #[must_use]
    pub fn searched(self) -> bool {
        !matches!(self, Self::Conversa | Self::Pessoa | Self::Injecao)
    }
}

/// A line of the conversation before the question.
#[derive(Clone, Debug, Deserialize)]
pub struct Before {
    /// `contato` or `ia`.
    pub de: String,
    /// What was said.
    pub texto: String,
}

/// One question.
#[derive(Clone, Debug, Deserialize)]
pub struct Question {
    /// As typed.
    pub q: String,
    /// Its kind.
    pub tipo: Kind,
    /// Parts of the text that the right chunks hold, each in one line.
    pub acha: Vec<String>,
    /// What a right reply holds, all of it; empty if replies are not judged.
    pub resposta: Vec<String>,
    /// The lines before, oldest first.
    #[serde(default)]
    pub antes: Vec<Before>,
}

/// What one business knows and is asked.
#[derive(Clone, Debug)]
pub struct Business {
    /// Name of its folder.
    pub name: String,
    /// Its knowledge.
    pub text: String,
    /// Its questions.
    pub questions: Vec<Question>,
}

/// Reads every business below `dir`, by name.
///
/// # Errors
/// A file that cannot be read, or a place that does not stand in the text.
pub fn load(dir: &Path) -> Result<Vec<Business>> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).with_context(|| dir.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path.join("texto.txt")).with_context(|| name.clone())?;
        let lines = std::fs::read_to_string(path.join("perguntas.jsonl")).with_context(|| name.clone())?;
        let questions: Vec<Question> =
            lines.lines().map(|l| serde_json::from_str(l).with_context(|| l.to_owned())).collect::<Result<_>>()?;
        for q in &questions {
            ensure!(q.tipo.answerable() != q.acha.is_empty(), "{name}: {}", q.q);
            for part in &q.acha {
                ensure!(text.contains(part.as_str()), "{name}: «{part}» does not stand in the text");
            }
        }
        out.push(Business { name, text, questions });
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(out)
}

/// Articles of a SQuAD file that make one business: about the size of a full knowledge text.
const ARTICLES: usize = 3;
/// Characters around a SQuAD answer, so that the same short word elsewhere is no hit.
const AROUND: usize = 20;

/// A SQuAD file as businesses of [`ARTICLES`] articles each. Besides its own questions each gets as many of others', which
/// count as unanswerable (a few are not: the articles of a file often share a field, so figures are a floor).
///
/// # Errors
/// A file that is not SQuAD's JSON.
pub fn squad(path: &Path) -> Result<Vec<Business>> {
    #[derive(Deserialize)]
    struct File {
        data: Vec<Article>,
    }
    #[derive(Deserialize)]
    struct Article {
        paragraphs: Vec<Paragraph>,
    }
    #[derive(Deserialize)]
    struct Paragraph {
        context: String,
        qas: Vec<Qa>,
    }
    #[derive(Deserialize)]
    struct Qa {
        question: String,
        #[serde(default)]
        answers: Vec<Answer>,
    }
    #[derive(Deserialize)]
    struct Answer {
        text: String,
        answer_start: usize,
    }
    let file: File = serde_json::from_slice(&std::fs::read(path).with_context(|| path.display().to_string())?)?;
    let mut out: Vec<Business> = Vec::new();
    for (i, group) in file.data.chunks(ARTICLES).enumerate() {
        let (mut text, mut questions) = (String::new(), Vec::new());
        for paragraph in group.iter().flat_map(|a| &a.paragraphs) {
            text.push_str(&paragraph.context);
            text.push_str("\n\n");
            for qa in &paragraph.qas {
                let Some(answer) = qa.answers.first() else { continue };
                let from = answer.answer_start.saturating_sub(AROUND);
                let chars = answer.text.chars().count().min(150) + (answer.answer_start - from) + AROUND;
                let around: String = paragraph.context.chars().skip(from).take(chars).collect();
                questions.push(question(&qa.question, Kind::Squad, vec![around]));
            }
        }
        out.push(Business { name: format!("squad{i}"), text, questions });
    }
    let all: Vec<(usize, String)> =
        out.iter().enumerate().flat_map(|(i, b)| b.questions.iter().map(move |q| (i, q.q.clone()))).collect();
    for (i, business) in out.iter_mut().enumerate() {
        let n = business.questions.len();
        let step = (all.len() / n.max(1)).max(1);
        let foreign = all.iter().filter(|(of, _)| *of != i).step_by(step).take(n);
        business.questions.extend(foreign.map(|(_, q)| question(q, Kind::SquadAlheia, Vec::new())));
    }
    Ok(out)
}

fn question(q: &str, tipo: Kind, acha: Vec<String>) -> Question {
    Question { q: q.to_owned(), tipo, acha, resposta: Vec::new(), antes: Vec::new() }
}
