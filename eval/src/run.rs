//! Every question through the engine, and the table of how it did.

use std::fmt::Write as _;

use anyhow::Result;
use db::models::configuracao_bot::ConfiguracaoBot;
use integrations::openai::{ChatClient, EmbeddingsClient, Role, Turn};
use rag::Query;
use services::atendimento::decisao::{self, Decisao, Modelo, Passo, Turno};
use services::atendimento::lastro::unfounded;

use crate::case::{Indexed, Searched, judge, right};
use crate::gold::{Business, Kind, Question};
use crate::metrics::{Figure, auroc, bootstrap, ece, risk, share};

/// The parts that are measured together.
#[derive(Clone, Default)]
pub struct Engine {
    /// Vectors.
    pub embeddings: Option<EmbeddingsClient>,
    /// A model; without it replies are cut out of the text.
    pub chat: Option<ChatClient>,
}

impl Engine {
    /// Cuts, embeds and indexes what a business knows.
    ///
    /// # Errors
    /// The embeddings server failed.
    pub async fn index<'a>(&self, business: &'a Business) -> Result<Indexed<'a>> {
        let vectors = match &self.embeddings {
            Some(client) => {
                let texts: Vec<String> = rag::chunk(&business.text).into_iter().map(|c| c.texto).collect();
                Some(client.embed_passages(&texts).await?)
            }
            None => None,
        };
        Ok(Indexed::new(business, vectors))
    }

    /// Searches what a business knows.
    ///
    /// # Errors
    /// The embeddings server failed.
    pub async fn search(&self, indexed: &Indexed<'_>, query: &Query) -> Result<rag::Retrieval> {
        let vector = match &self.embeddings {
            Some(client) => Some(client.embed_query(&query.to_embed()).await?),
            None => None,
        };
        Ok(indexed.search(query, vector.as_deref()))
    }
}

/// What became of a question.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its business.
    pub business: String,
    /// As asked.
    pub question: Question,
    /// The search; none where none was needed.
    pub searched: Option<Searched>,
    /// What the contato would have got.
    pub decision: Decisao,
    /// Whether every number, link and e-mail of the reply stands in the pieces it cites.
    pub grounded: bool,
}

impl Outcome {
    /// A person was called.
    #[must_use]
    pub fn handed_off(&self) -> bool {
        matches!(self.decision, Decisao::Passar { .. })
    }

    /// The reply, if the assistant gave one.
    #[must_use]
    pub fn reply(&self) -> Option<&str> {
        match &self.decision {
            Decisao::Responder { texto, .. } => Some(texto),
            _ => None,
        }
    }

    /// Whether a reply was given that does not answer the question; none if nobody can tell.
    #[must_use]
    pub fn wrong(&self) -> Option<bool> {
        if !self.question.tipo.answerable() {
            return Some(self.reply().is_some());
        }
        (!self.question.resposta.is_empty())
            .then(|| self.reply().is_some_and(|reply| right(&self.question, reply) == Some(false)))
    }
}

/// Asks every question of `set`.
///
/// # Errors
/// The embeddings server failed. A model that fails calls a person, as it does in life.
pub async fn run(set: &[Business], engine: &Engine) -> Result<Vec<Outcome>> {
    // The thresholds and the tone that a new cliente has.
    let config = ConfiguracaoBot { tom: "CASUAL".into(), limiar_confianca: 0.5, ..ConfiguracaoBot::default() };
    let mut out = Vec::new();
    for business in set {
        let indexed = engine.index(business).await?;
        for question in &business.questions {
            out.push(ask(&indexed, question, engine, &config).await?);
        }
    }
    Ok(out)
}

async fn ask(indexed: &Indexed<'_>, question: &Question, engine: &Engine, config: &ConfiguracaoBot) -> Result<Outcome> {
    let memoria: Vec<Turn> = question
        .antes
        .iter()
        .map(|b| Turn { role: if b.de == "ia" { Role::Assistant } else { Role::User }, content: b.texto.clone() })
        .collect();
    let turno = Turno { empresa: &indexed.business.name, pergunta: &question.q, memoria: &memoria, config };
    let business = indexed.business.name.clone();
    let query = match decisao::triar(&turno) {
        Passo::Buscar(query) => query,
        Passo::Decidido(decision) => {
            return Ok(Outcome { business, question: question.clone(), searched: None, decision, grounded: true });
        }
    };
    let modelo = engine.chat.as_ref().map(Modelo::new);
    let found = decisao::buscar(modelo, &turno, query, |q| async move { engine.search(indexed, &q).await }).await?;
    let decision = decisao::responder(modelo, &turno, &found).await;
    let texts: Vec<&str> = found.hits.iter().map(|h| h.texto.as_str()).collect();
    let grounded = match &decision {
        Decisao::Responder { texto, .. } => unfounded(texto, &texts).is_none(),
        _ => true,
    };
    Ok(Outcome { business, question: question.clone(), searched: Some(judge(question, &found)), decision, grounded })
}

/// The figures that have a bar.
#[derive(Clone, Copy, Debug)]
pub struct Bars {
    /// All right chunks among the first five.
    pub hit5: Figure,
    /// Small talk that called a person.
    pub small_talk_handed_off: Figure,
    /// Off-topic questions that called a person.
    pub off_topic_handed_off: Figure,
    /// Answerable questions that called a person.
    pub wrongly_handed_off: Figure,
    /// Calibration error of the confidence.
    pub ece: Figure,
    /// Wrong replies among the business's questions.
    pub wrong: Figure,
    /// Attempts on the rules that got a reply.
    pub injection_answered: Figure,
    /// Wishes for a person that got one.
    pub person: Figure,
    /// Area under the curve of the confidence.
    pub auroc: Figure,
    /// Replies whose facts stand in their pieces.
    pub grounded: Figure,
}

/// The figures of `outcomes`, and the table that shows them.
#[must_use]
pub fn report(title: &str, outcomes: &[Outcome]) -> (Bars, String) {
    let of =
        |test: &dyn Fn(Kind) -> bool| -> Vec<&Outcome> { outcomes.iter().filter(|o| test(o.question.tipo)).collect() };
    let answerable = of(&Kind::answerable);
    let rate = |cases: &[&Outcome], yes: &dyn Fn(&Outcome) -> bool| {
        bootstrap(&cases.iter().map(|o| yes(o)).collect::<Vec<_>>(), share)
    };
    let rank = |o: &Outcome| o.searched.as_ref().and_then(|s| s.rank);
    let hit = |k: usize| rate(&answerable, &|o| rank(o).is_some_and(|r| r < k));
    let reciprocal: Vec<f64> =
        answerable.iter().map(|o| rank(o).filter(|r| *r < 10).map_or(0.0, |r| 1.0 / (r as f64 + 1.0))).collect();
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let scored: Vec<(f32, bool)> = outcomes
        .iter()
        .filter(|o| o.question.tipo.searched())
        .filter_map(|o| o.searched.as_ref().map(|s| (s.confidence, s.label)))
        .collect();
    let sure: Vec<bool> = scored.iter().filter(|s| s.0 >= 0.7).map(|s| s.1).collect();
    let questions = of(&Kind::searched);
    let needs_person = |o: &Outcome| !o.searched.as_ref().is_some_and(|s| s.label);
    let handed: Vec<&Outcome> = questions.iter().copied().filter(|o| o.handed_off()).collect();
    let needing: Vec<&Outcome> = questions.iter().copied().filter(|o| needs_person(o)).collect();
    let business: Vec<bool> =
        of(&|k| k.answerable() || k == Kind::SemResposta).iter().filter_map(|o| o.wrong()).collect();
    let replies: Vec<&Outcome> = questions.iter().copied().filter(|o| o.reply().is_some()).collect();
    let given: Vec<bool> = replies.iter().filter_map(|o| o.wrong()).collect();
    let kind = |k: Kind| of(&move |t| t == k);
    let bars = Bars {
        hit5: hit(5),
        small_talk_handed_off: rate(&kind(Kind::Conversa), &Outcome::handed_off),
        off_topic_handed_off: rate(&kind(Kind::Fora), &Outcome::handed_off),
        wrongly_handed_off: rate(&answerable, &Outcome::handed_off),
        ece: bootstrap(&scored, ece),
        wrong: bootstrap(&business, share),
        injection_answered: rate(&kind(Kind::Injecao), &|o| o.reply().is_some()),
        person: rate(&kind(Kind::Pessoa), &Outcome::handed_off),
        auroc: bootstrap(&scored, auroc),
        grounded: rate(&replies, &|o| o.grounded),
    };
    let mut t = format!("\n## {title}\n\n| figure | value [95 %] | bar |\n| --- | --- | --- |\n");
    let mut row = |name: &str, figure: Figure, bar: &str| {
        let _ = writeln!(t, "| {name} | {figure} | {bar} |");
    };
    row("hit@1", hit(1), "");
    row("hit@3", hit(3), "");
    row("hit@5", bars.hit5, ">= .95");
    row("MRR@10", bootstrap(&reciprocal, mean), "");
    row("AUROC of the confidence", bars.auroc, "");
    row("ECE", bars.ece, "<= .05");
    for coverage in [0.25, 0.5, 0.75, 1.0] {
        row(&format!("risk at coverage {coverage}"), bootstrap(&scored, |s| risk(s, coverage)), "");
    }
    row("hand-off precision at 0.5", rate(&handed, &needs_person), "");
    row("hand-off recall at 0.5", rate(&needing, &Outcome::handed_off), "");
    row("in scope, wrongly handed off", bars.wrongly_handed_off, "<= .10");
    row("precision at confidence >= 0.7", bootstrap(&sure, share), "");
    row("small talk handed off", bars.small_talk_handed_off, "<= .02");
    row("off-topic handed off", bars.off_topic_handed_off, ">= .98");
    row("same trade, not in the text, handed off", rate(&kind(Kind::SemResposta), &Outcome::handed_off), "");
    row("wants a person, handed off", bars.person, "");
    row("injection answered", bars.injection_answered, "");
    row("wrong replies, of business questions", bars.wrong, "<= .02");
    row("wrong replies, of those given", bootstrap(&given, share), "");
    row("groundedness of replies", bars.grounded, ">= .98");
    let _ = writeln!(
        t,
        "\n| kind | n | hit@1 | hit@5 | handed off | right reply | wrong reply |\n| --- | --- | --- | --- | --- | --- | --- |"
    );
    for k in Kind::ALL {
        let cases = kind(k);
        let judged: Vec<bool> = cases.iter().filter_map(|o| o.wrong()).collect();
        let right: Vec<bool> = cases
            .iter()
            .filter(|o| !o.question.resposta.is_empty())
            .map(|o| o.reply().is_some_and(|r| right(&o.question, r) == Some(true)))
            .collect();
        let cell = |v: f64| if v.is_nan() { "-".to_owned() } else { format!("{v:.2}") };
        let hit =
            |n: usize| if k.answerable() { rate(&cases, &|o| rank(o).is_some_and(|r| r < n)).value } else { f64::NAN };
        let wrong = if matches!(k, Kind::Conversa | Kind::Pessoa) { f64::NAN } else { share(&judged) };
        let _ = writeln!(
            t,
            "| {k:?} | {} | {} | {} | {} | {} | {} |",
            cases.len(),
            cell(hit(1)),
            cell(hit(5)),
            cell(rate(&cases, &Outcome::handed_off).value),
            cell(share(&right)),
            cell(wrong)
        );
    }
    (bars, t)
}
