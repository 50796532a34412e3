//! An answer without a language model: the lines of the hits that hold what was asked.

use serde::{Deserialize, Serialize};

use crate::bm25::{QueryTerm, share};
use crate::facts::Facts;
use crate::lines::Line;

/// Longest answer in characters: about what one reads in a chat bubble without scrolling.
pub const MAX_ANSWER_CHARS: usize = 600;
/// Hits that are read.
const READ_HITS: usize = 3;
/// A word in the heading above a line counts this share of a word in the line.
const HEADING_SHARE: f32 = 0.6;
/// A line of a worse hit counts this much less per rank.
const RANK_LOSS: f32 = 0.06;
/// A line without the kind of fact that is asked for (a price, a time) counts this much less.
const UNMET_LOSS: f32 = 0.4;
/// Another passage follows if it scores this share of the best one,
const NEAR: f32 = 0.8;
/// or this share if it holds a word asked for that those before do not.
const NEAR_IF_NEW: f32 = 0.5;
/// Passages in one answer.
const MAX_PASSAGES: usize = 3;
/// A line whose beginning was cut off counts this share.
const FRAGMENT_SHARE: f32 = 0.5;

/// An answer cut out of the knowledge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extract {
    /// At most [`MAX_ANSWER_CHARS`] characters.
    pub texto: String,
    /// The hit it was taken from, from 0.
    pub hit: usize,
    /// Share (0..1) of the question, weighted by rarity, that the best line and its heading hold.
    pub coverage: f32,
    /// Distance of the best passage's score to that of the next one.
    pub gap: f32,
    /// Share (0..1) of the kinds of fact asked for (a price, a time) that it holds; 1 if none in particular is.
    pub fits: f32,
}

/// A hit as the answer needs it.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub texto: &'a str,
    pub lines: &'a [Line],
}

#[derive(Clone, Copy)]
struct Unit<'a> {
    hit: usize,
    line: &'a Line,
    text: &'a str,
}

/// The best lines of the first hits, best first.
///
/// A line that asks or announces ("Entregam aos domingos?", "Horários:") brings the lines below it. Where other lines fit
/// nearly as well they follow, since only a model could tell which is meant. None if no line shares a word with the
/// question; whether an answer should be sent at all is for the caller to judge by the confidence.
pub(crate) fn extract(terms: &[QueryTerm], wanted: Facts, sources: &[Source<'_>]) -> Option<Extract> {
    let units = units(sources);
    let held = |line: &Line, t: &QueryTerm| t.share_in(&line.terms).max(HEADING_SHARE * t.share_in(&line.above));
    let coverage = |unit: &Unit<'_>| share(terms, |t| held(unit.line, t));
    let asked_in = |unit: &Unit<'_>| terms.iter().any(|t| !t.hint && t.share_in(&unit.line.terms) > 0.0);
    let mut ranked: Vec<(f32, Vec<usize>)> = Vec::new();
    for (i, unit) in units.iter().enumerate().filter(|(_, u)| asked_in(u)) {
        let passage = passage(&units, i);
        let facts = passage.iter().filter_map(|&p| units.get(p)).fold(Facts::default(), |f, u| f.and(u.line.facts));
        let whole = if unit.line.fragment { FRAGMENT_SHARE } else { 1.0 };
        let fits = 1.0 - UNMET_LOSS * (1.0 - wanted.share_in(facts));
        ranked.push((coverage(unit) * whole * fits * (1.0 - RANK_LOSS * unit.hit as f32), passage));
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (top, best) = ranked.first()?;
    let first = units.get(*best.first()?)?;
    let next = ranked.iter().find(|r| r.1 != *best).map_or(0.0, |r| r.0);

    let mut taken: Vec<usize> = Vec::new();
    let mut parts: Vec<String> = Vec::new();
    let mut chars = 0;
    let mut missing: Vec<&QueryTerm> = terms.iter().filter(|t| !t.hint).collect();
    for (score, passage) in &ranked {
        let new: Vec<usize> = passage.iter().copied().filter(|p| !taken.contains(p)).collect();
        let adds = missing.iter().any(|t| new.iter().filter_map(|&p| units.get(p)).any(|u| held(u.line, t) > 0.0));
        let close = *score >= top * if adds { NEAR_IF_NEW } else { NEAR };
        if new.is_empty() || !close || parts.len() == MAX_PASSAGES {
            continue;
        }
        let Some(text) = render(&units, &new) else { continue };
        let with = chars + 1 + text.chars().count();
        if with > MAX_ANSWER_CHARS && !parts.is_empty() {
            continue;
        }
        chars = with;
        missing.retain(|t| !new.iter().filter_map(|&p| units.get(p)).any(|u| held(u.line, t) > 0.0));
        taken.extend(&new);
        parts.push(text);
    }
    let facts = taken.iter().filter_map(|&p| units.get(p)).fold(Facts::default(), |f, u| f.and(u.line.facts));
    let asked = best.iter().filter_map(|&p| units.get(p)).map(coverage).fold(coverage(first), f32::max);
    Some(Extract {
        texto: parts.join("\n"),
        hit: first.hit,
        coverage: asked,
        gap: (top - next).max(0.0),
        fits: wanted.share_in(facts),
    })
}

/// The answer to several questions in one: each one's first passage, under the figures of the whole.
pub(crate) fn together(whole: Option<Extract>, parts: Vec<Extract>) -> Option<Extract> {
    if parts.len() < 2 {
        return whole;
    }
    let mut whole = whole?;
    let mut lines: Vec<&str> = Vec::new();
    for line in parts.iter().flat_map(|part| part.texto.lines()) {
        // Two questions about one paragraph bring it whole and in pieces.
        if lines.iter().any(|said| said.contains(line)) {
            continue;
        }
        lines.retain(|said| !line.contains(said));
        lines.push(line);
    }
    let mut texto = String::new();
    for line in lines {
        if texto.chars().count() + line.chars().count() < MAX_ANSWER_CHARS {
            texto.push_str(if texto.is_empty() { "" } else { "\n" });
            texto.push_str(line);
        }
    }
    whole.fits = parts.iter().map(|p| p.fits).sum::<f32>() / parts.len() as f32;
    whole.texto = texto;
    Some(whole)
}

/// What is sent for the line at `at`: itself, or what it leads to.
fn passage(units: &[Unit<'_>], at: usize) -> Vec<usize> {
    let Some(unit) = units.get(at) else { return Vec::new() };
    if !unit.line.leads {
        return vec![at];
    }
    let mut answer = below(units, at);
    // Who asked need not read the question, or the heading, again.
    if !(unit.line.heading || unit.text.ends_with('?')) || answer.is_empty() {
        answer.insert(0, at);
    }
    answer
}

fn units<'a>(sources: &[Source<'a>]) -> Vec<Unit<'a>> {
    let mut out: Vec<Unit<'a>> = Vec::new();
    for (hit, source) in sources.iter().take(READ_HITS).enumerate() {
        for line in source.lines {
            let Some(text) = source.texto.get(line.start..line.end) else { continue };
            if out.iter().any(|u| u.text == text && u.hit != hit) && !line.leads {
                continue; // the overlap repeats it
            }
            out.push(Unit { hit, line, text });
        }
    }
    out
}

/// The lines under a heading or question, as many as fit.
fn below(units: &[Unit<'_>], at: usize) -> Vec<usize> {
    let Some(head) = units.get(at) else { return Vec::new() };
    let mut chars = head.text.chars().count();
    let mut out = Vec::new();
    for (i, unit) in units.iter().enumerate().skip(at + 1) {
        chars += 1 + unit.text.chars().count();
        // A second heading right under the first ("# Entregas", "Taxas:") still leads on.
        let next_topic = (unit.line.leads || unit.line.paragraph) && !out.is_empty();
        if unit.hit != head.hit || next_topic || chars > MAX_ANSWER_CHARS {
            break;
        }
        out.push(i);
    }
    out
}

fn render(units: &[Unit<'_>], chosen: &[usize]) -> Option<String> {
    let mut out = String::new();
    let mut line_before = false;
    for unit in chosen.iter().filter_map(|&i| units.get(i)) {
        let text = unit.text.trim_start_matches('#').trim();
        let text =
            if chosen.len() == 1 { text.trim_start_matches(['-', '•', '–', '·', '▪', '+', ' ']) } else { text };
        if !out.is_empty() {
            out.push(if line_before || unit.line.item || unit.line.leads { '\n' } else { ' ' });
        }
        out.push_str(text);
        line_before = unit.line.leads || unit.line.item || !text.ends_with(['.', '!', '?', '…']);
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
        snapshot.search(&query.into(), None).extrato.map(|e| e.texto)
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
    fn questions_about_one_paragraph_bring_it_once() {
        let part = |texto: &str| Extract { texto: texto.into(), hit: 0, coverage: 1.0, gap: 0.0, fits: 1.0 };
        let (week, saturday) = ("De segunda a sexta abrimos das 9h às 19h.", "Aos sábados das 9h às 14h.");
        let (whole, pieces) = (format!("{week} {saturday}"), format!("{week}\n{saturday}"));
        let both = |a: &str, b: &str| together(Some(part("")), vec![part(a), part(b)]).unwrap().texto;
        assert_eq!(both(&whole, &pieces), whole);
        assert_eq!(both(&pieces, &whole), whole);
        assert_eq!(both(week, saturday), pieces);
    }

    #[test]
    fn nothing_in_common_is_no_answer() {
        assert_eq!(answer("qual a capital da França?"), None);
        assert_eq!(answer("oi, bom dia"), None);
    }

    proptest! {
        #[test]
        fn short_enough_and_from_the_text(query in "\\PC{0,60}", text in "([a-zA-Zç ]{1,90}[.?:\\n]){1,30}") {
            let snapshot = Snapshot::new(1, String::new(), chunk(&text), None);
            if let Some(answer) = snapshot.search(&query.as_str().into(), None).extrato {
                prop_assert!(answer.texto.chars().count() <= MAX_ANSWER_CHARS + 2);
            }
        }
    }
}
