//! An answer without a language model: the sentences of the hits that hold what was asked.

use std::collections::HashMap;

use crate::analyse::{Term, analyse, analyse_query};
use crate::chunk::pieces::{is_list_item, split};
use crate::snapshot::Hit;
use crate::typo;

/// Longest answer in characters: about what one reads in a chat bubble without scrolling.
pub const MAX_ANSWER_CHARS: usize = 350;
/// Hits that are read.
const READ_HITS: usize = 3;
/// A word in the heading above a line counts this share of a word in the line.
const HEADING_SHARE: f32 = 0.6;
/// A line of a worse hit counts this much less per rank.
const RANK_LOSS: f32 = 0.12;
/// A hint counts this share of a word asked for.
const HINT_SHARE: f32 = 0.4;

/// A sentence, list item or heading of a hit.
struct Unit {
    text: String,
    hit: usize,
    /// Asks or announces; the answer is what follows.
    leads: bool,
    item: bool,
    /// First after a blank line.
    paragraph: bool,
    /// Cut at its beginning by the overlap.
    fragment: bool,
    stems: Vec<String>,
    heading_stems: Vec<String>,
}

/// The best sentences or list items of the first hits, in text order, at most [`MAX_ANSWER_CHARS`] characters.
///
/// A line that asks or announces ("Entregam aos domingos?", "Horários:") brings the lines below it. None if no line shares
/// a word with the question; whether an answer should be sent at all is for the caller to judge by the confidence.
#[must_use]
pub fn extractive_answer(query: &str, hits: &[Hit]) -> Option<String> {
    let units = units(hits);
    let terms = known_terms(query, &units);
    if !terms.iter().any(|t| !t.hint) {
        return None;
    }
    let idf = idf(&terms, &units);
    let score = |unit: &Unit| -> f32 {
        let sum: f32 = terms
            .iter()
            .map(|t| {
                let idf = idf.get(&t.stem).copied().unwrap_or_default() * if t.hint { HINT_SHARE } else { 1.0 };
                if unit.stems.contains(&t.stem) {
                    idf
                } else if unit.heading_stems.contains(&t.stem) {
                    idf * HEADING_SHARE
                } else {
                    0.0
                }
            })
            .sum();
        let whole = if unit.fragment { 0.5 } else { 1.0 };
        sum * whole * (1.0 - RANK_LOSS * unit.hit as f32)
    };
    let asked_in = |unit: &Unit| terms.iter().any(|t| !t.hint && unit.stems.contains(&t.stem));
    let (best, _) = units
        .iter()
        .enumerate()
        .filter(|(_, u)| asked_in(u))
        .map(|(i, u)| (i, score(u)))
        .reduce(|a, b| if b.1 > a.1 { b } else { a })?;

    let mut chosen = vec![best];
    let unit = units.get(best)?;
    if unit.leads {
        let answer = below(&units, best);
        let bare = unit.text.trim_start_matches('#').trim();
        let heading = hits.get(unit.hit).and_then(|h| h.titulo.as_deref()) == Some(bare);
        if (heading || unit.text.ends_with('?')) && !answer.is_empty() {
            chosen.clear(); // who asked need not read the question, or the heading, again
        }
        chosen.extend(answer);
    } else {
        chosen.extend(also_asked(&units, best, &terms));
    }
    chosen.sort_unstable();
    render(&units, &chosen)
}

fn units(hits: &[Hit]) -> Vec<Unit> {
    let mut out: Vec<Unit> = Vec::new();
    for (hit, found) in hits.iter().take(READ_HITS).enumerate() {
        let mut heading = stems(found.titulo.as_deref().unwrap_or_default());
        let mut first = true;
        for piece in split(&found.texto, MAX_ANSWER_CHARS) {
            let Some(text) = found.texto.get(piece.start..piece.end).map(str::trim).filter(|t| !t.is_empty()) else {
                continue;
            };
            let fragment = std::mem::take(&mut first) && text.starts_with(char::is_lowercase);
            if out.iter().any(|u| u.text == text && u.hit != hit) && !piece.glue {
                continue; // the overlap repeats it
            }
            let own = stems(text);
            if piece.glue {
                heading.clone_from(&own);
            }
            out.push(Unit {
                text: text.to_owned(),
                hit,
                leads: piece.glue,
                item: is_list_item(text),
                paragraph: piece.starts_paragraph,
                fragment,
                heading_stems: if piece.glue { Vec::new() } else { heading.clone() },
                stems: own,
            });
        }
    }
    out
}

fn stems(text: &str) -> Vec<String> {
    analyse(text).into_iter().map(|t| t.stem).collect()
}

/// The question's terms that occur in the units, misspelt ones replaced by what was meant.
fn known_terms(query: &str, units: &[Unit]) -> Vec<Term> {
    let known = |stem: &str| units.iter().any(|u| u.stems.iter().any(|s| s == stem));
    let surfaces: HashMap<String, String> =
        units.iter().flat_map(|u| analyse(&u.text)).map(|t| (t.surface, t.stem)).collect();
    analyse_query(query)
        .into_iter()
        .filter_map(|mut term| {
            if !known(&term.stem) {
                let alike = typo::nearest(&term.surface, surfaces.keys().map(String::as_str))?;
                term.stem.clone_from(surfaces.get(alike)?);
            }
            Some(term)
        })
        .collect()
}

fn idf(terms: &[Term], units: &[Unit]) -> HashMap<String, f32> {
    let n = units.len() as f32;
    terms
        .iter()
        .map(|t| {
            let df = units.iter().filter(|u| u.stems.contains(&t.stem)).count() as f32;
            (t.stem.clone(), (1.0 + (n - df + 0.5) / (df + 0.5)).ln())
        })
        .collect()
}

/// The lines under a heading or question, as many as fit.
fn below(units: &[Unit], at: usize) -> Vec<usize> {
    let Some(head) = units.get(at) else { return Vec::new() };
    let mut chars = head.text.chars().count();
    let mut out = Vec::new();
    for (i, unit) in units.iter().enumerate().skip(at + 1) {
        chars += 1 + unit.text.chars().count();
        // A second heading right under the first ("# Entregas", "Taxas:") still leads on.
        let next_topic = (unit.leads || unit.paragraph) && !out.is_empty();
        if unit.hit != head.hit || next_topic || chars > MAX_ANSWER_CHARS {
            break;
        }
        out.push(i);
    }
    out
}

/// Up to two further lines of the same hit that hold words asked for and missing in the first.
fn also_asked(units: &[Unit], at: usize, terms: &[Term]) -> Vec<usize> {
    let Some(best) = units.get(at) else { return Vec::new() };
    let mut chars = best.text.chars().count();
    let mut missing: Vec<&Term> = terms
        .iter()
        .filter(|t| !t.hint && !best.stems.contains(&t.stem) && !best.heading_stems.contains(&t.stem))
        .collect();
    let mut out = Vec::new();
    for (i, unit) in units.iter().enumerate() {
        if missing.is_empty() || out.len() == 2 {
            break;
        }
        if i == at || unit.hit != best.hit || unit.leads || unit.fragment {
            continue;
        }
        let found = missing.iter().any(|t| unit.stems.contains(&t.stem));
        let with = chars + 1 + unit.text.chars().count();
        if found && with <= MAX_ANSWER_CHARS {
            chars = with;
            missing.retain(|t| !unit.stems.contains(&t.stem));
            out.push(i);
        }
    }
    out
}

fn render(units: &[Unit], chosen: &[usize]) -> Option<String> {
    let mut out = String::new();
    let mut line_before = false;
    for unit in chosen.iter().filter_map(|&i| units.get(i)) {
        let text = unit.text.trim_start_matches('#').trim();
        let text =
            if chosen.len() == 1 { text.trim_start_matches(['-', '•', '–', '·', '▪', '+', ' ']) } else { text };
        if !out.is_empty() {
            out.push(if line_before || unit.item || unit.leads { '\n' } else { ' ' });
        }
        out.push_str(text);
        line_before = unit.leads || unit.item || !text.ends_with(['.', '!', '?', '…']);
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chunk::chunk;
    use crate::snapshot::Snapshot;

    const TEXT: &str = "# Horário de funcionamento\n- Segunda a sexta: 9h às 19h\n- Sábado: 9h às 14h\n- Domingo: fechado\n\n\
        # Pizzas grandes\nCalabresa: R$ 45,00\nPortuguesa: R$ 52,00\nQuatro queijos: R$ 55,00\n\n\
        # Perguntas\nVocês aceitam vale-refeição?\nSim, aceitamos Alelo e Sodexo na maquininha.\n\n\
        Entregamos em toda a cidade. A taxa de entrega é de R$ 6,00 no centro. Fora do centro a taxa é de R$ 9,00.\n";

    fn answer(query: &str) -> Option<String> {
        let snapshot = Snapshot::new(1, String::new(), chunk(TEXT), None);
        extractive_answer(query, &snapshot.search(query, None, 5).hits)
    }

    #[test]
    fn takes_the_right_line_of_a_list() {
        assert_eq!(answer("quanto custa a de portuguesa?").unwrap(), "Portuguesa: R$ 52,00");
        assert_eq!(answer("vcs abre dom").unwrap(), "Domingo: fechado");
        assert_eq!(answer("qual o preço da calabreza").unwrap(), "Calabresa: R$ 45,00");
        assert_eq!(answer("abrem na quarta?").unwrap(), "Segunda a sexta: 9h às 19h");
    }

    #[test]
    fn a_heading_brings_its_lines() {
        let hours = answer("qual o horário de funcionamento?").unwrap();
        assert!(hours.contains("Segunda a sexta") && hours.contains("Domingo: fechado"), "{hours}");
        let vale = answer("aceita vale refeicao?").unwrap();
        assert_eq!(vale, "Sim, aceitamos Alelo e Sodexo na maquininha.");
    }

    #[test]
    fn takes_whole_sentences() {
        let fee = answer("qual a taxa de entrega no centro?").unwrap();
        assert!(fee.contains("A taxa de entrega é de R$ 6,00 no centro."), "{fee}");
    }

    #[test]
    fn nothing_in_common_is_no_answer() {
        assert_eq!(answer("qual a capital da França?"), None);
        assert_eq!(answer("oi, bom dia"), None);
        assert_eq!(extractive_answer("pizza", &[]), None);
    }

    proptest! {
        #[test]
        fn short_enough_and_from_the_text(query in "\\PC{0,60}", text in "([a-zA-Zç ]{1,90}[.?:\\n]){1,30}") {
            let hit = Hit { ordem: 0, titulo: None, texto: text, pontos: 0.0, bm25: 0.0, cosine: None };
            if let Some(answer) = extractive_answer(&query, &[hit]) {
                prop_assert!(answer.chars().count() <= MAX_ANSWER_CHARS);
            }
        }
    }
}
