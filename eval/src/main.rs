//! `bin/eval`: the tables, or new profiles.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Parser;
use proseia_eval::case::{judge, query};
use proseia_eval::fit::{Example, GENERIC, KEYLESS, fit};
use proseia_eval::gold::{self, Business, Kind};
use proseia_eval::metrics::{auroc, bootstrap, ece, share};
use proseia_eval::run::{Engine, Outcome, report, run};
use serde_json::json;
use server::config::Config;

/// Weight of all questions of a SQuAD file together against the gold set's: another kind of text, and many more questions.
const SQUAD_SHARE: f32 = 0.05;

/// Measures the answer engine on the gold set: without a key, with EMBEDDINGS_BASE_URL, and with a chat model where
/// OPENAI_API_KEY or OPENAI_BASE_URL is set.
#[derive(Parser)]
struct Args {
    /// Folder with one folder for each business.
    #[arg(long, default_value_t = proseia_eval::gold_dir().join("teste").display().to_string())]
    gold: String,
    /// A file in SQuAD's format, measured for retrieval and mixed into the fitting.
    #[arg(long)]
    squad: Option<PathBuf>,
    /// Lists the questions that went wrong. Not for the test set: whoever has seen its mistakes cannot measure with it.
    #[arg(long, short)]
    verbose: bool,
    /// Fits a profile on eval/gold/treino and writes it to crates/rag/profiles.
    #[arg(long)]
    fit: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let config = Config::from_env().context("configuration")?;
    let embeddings = config.embeddings.as_ref().map(server::compose::embeddings_client).transpose()?;
    let chat = config.chat.as_ref().map(server::compose::chat_client).transpose()?;
    let squad = args.squad.as_deref().map(gold::squad).transpose()?.unwrap_or_default();
    let engine = Engine { embeddings, chat: None };
    if args.fit {
        return refit(&engine, &squad).await;
    }
    let set = gold::load(Path::new(&args.gold))?;
    let questions: usize = set.iter().map(|b| b.questions.len()).sum();
    println!("{}: {} businesses, {questions} questions", args.gold, set.len());
    let mut engines = vec![("keyless", Engine::default())];
    if engine.embeddings.is_some() {
        engines.push(("with embeddings", engine.clone()));
    }
    if chat.is_some() {
        engines.push(("with a chat model", Engine { chat, ..engine.clone() }));
    }
    for (title, engine) in engines {
        let outcomes = run(&set, &engine).await?;
        println!("{}", report(title, &outcomes).1);
        if args.verbose {
            outcomes.iter().for_each(tell);
        }
        if !squad.is_empty() {
            let cases = searched(&squad, &engine).await?;
            let hit = |k: usize| {
                let yes: Vec<bool> =
                    cases.iter().filter(|c| c.tipo == Kind::Squad).map(|c| c.rank.is_some_and(|r| r < k)).collect();
                bootstrap(&yes, share)
            };
            println!("SQuAD file, {title}: hit@1 {}, hit@3 {}, hit@5 {}", hit(1), hit(3), hit(5));
        }
    }
    Ok(())
}

/// A question that went wrong.
fn tell(o: &Outcome) {
    let answerable = o.question.tipo.answerable();
    let fine = match o.question.tipo {
        Kind::Conversa => !o.handed_off(),
        _ if answerable => !o.handed_off() && o.wrong() != Some(true),
        _ => o.reply().is_none(),
    };
    if !fine {
        let s = o.searched.as_ref();
        let (c, rank) = (s.map(|s| s.confidence), s.and_then(|s| s.rank));
        println!("{} {:?} {:?} {c:?} rank {rank:?}\n   {:?}", o.business, o.question.tipo, o.question.q, o.reply());
    }
}

async fn searched(set: &[Business], engine: &Engine) -> Result<Vec<proseia_eval::case::Searched>> {
    let mut out = Vec::new();
    for business in set {
        let indexed = engine.index(business).await?;
        for question in business.questions.iter().filter(|q| q.tipo.searched()) {
            let query = query(question);
            out.push(judge(question, &engine.search(&indexed, &query).await?));
        }
    }
    Ok(out)
}

async fn refit(engine: &Engine, squad: &[Business]) -> Result<()> {
    let set = gold::load(&proseia_eval::gold_dir().join("treino"))?;
    let (names, id, model, file) = match engine.embeddings {
        None => (KEYLESS, "palavras-2", "", "palavras.json"),
        Some(_) => (GENERIC, "generico-2", "*", "generico.json"),
    };
    let mut by_business = Vec::new();
    for business in &set {
        by_business.push(searched(std::slice::from_ref(business), engine).await?);
    }
    let foreign = searched(squad, engine).await?;
    let own: usize = by_business.iter().map(Vec::len).sum();
    let squad_weight = SQUAD_SHARE / (1.0 - SQUAD_SHARE) * own as f32 / foreign.len().max(1) as f32;
    let examples = |without: Option<usize>| -> Vec<Example> {
        let own = by_business.iter().enumerate().filter(|(i, _)| Some(*i) != without).flat_map(|(_, c)| c);
        let own = own.map(|c| Example { features: c.features, label: c.label, weight: 1.0 });
        own.chain(foreign.iter().map(|c| Example { features: c.features, label: c.label, weight: squad_weight }))
            .collect()
    };
    // Each business judged by a profile that has not seen it.
    let mut unseen: Vec<(f32, bool)> = Vec::new();
    let mut answered: Vec<bool> = Vec::new();
    let mut off_topic: Vec<bool> = Vec::new();
    for (i, cases) in by_business.iter().enumerate() {
        let profile = fit(&examples(Some(i)), names, id, model);
        for case in cases {
            let confidence = profile.confidence(&case.features);
            unseen.push((confidence, case.label));
            if case.tipo.answerable() {
                answered.push(confidence >= 0.5);
            } else if case.tipo == Kind::Fora {
                off_topic.push(confidence < 0.5);
            }
        }
    }
    let mut profile = fit(&examples(None), names, id, model);
    let sure: Vec<bool> = unseen.iter().filter(|s| s.0 >= 0.7).map(|s| s.1).collect();
    let r = |x: f64| (x * 1000.0).round() / 1000.0;
    profile.quality = json!({
        "fitted_on": format!("eval/gold/treino ({} businesses, {own} questions){}", set.len(),
            if foreign.is_empty() { String::new() } else { format!(" and a SQuAD file ({} questions, weight {SQUAD_SHARE})", foreign.len()) }),
        "judged": "each business by a profile fitted without it; bin/eval measures on eval/gold/teste",
        "auroc": r(auroc(&unseen)),
        "ece": r(ece(&unseen)),
        "answerable_at_least_0.5": r(share(&answered)),
        "off_topic_below_0.5": r(share(&off_topic)),
        "precision_at_0.7": r(share(&sure)),
        "coverage_at_0.7": r(sure.len() as f64 / unseen.len() as f64),
        "n": unseen.len(),
    });
    let path = proseia_eval::gold_dir().join("../../crates/rag/profiles").join(file);
    std::fs::write(&path, serde_json::to_string_pretty(&profile)? + "\n")?;
    println!("{}\n{}", path.display(), serde_json::to_string_pretty(&profile)?);
    Ok(())
}
