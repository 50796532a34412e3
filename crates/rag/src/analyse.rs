//! Turns Portuguese as it is typed on WhatsApp into search terms.
//!
//! Order: fold (lower case, accents off) → repeated letters → abbreviations → stop words → same-meaning words → Snowball
//! stem. Folding comes before stemming on both sides, because customers drop accents and a stemmer that wants them then
//! misses ("devolucao" has 0 hits in Lance's own chain, which stems first).

mod related;
mod vocab;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One search term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The stem both sides are compared by.
    pub stem: String,
    /// The folded word it came from, for forgiving typing errors.
    pub surface: String,
    /// Only suggested by the question ("onde" → address): helps if the text has it, never counts as missing.
    pub hint: bool,
}

/// Stems of the words that a business may use where the customer says `stem` ("carro" → "estacionamento"), none for most
/// words. They may stand for it, at a lower weight.
#[must_use]
pub fn related(stem: &str) -> &'static [String] {
    related::of(stem)
}

/// Every word that [`related`] knows, folded: right words, against which typing errors are measured too.
pub(crate) fn related_words() -> impl Iterator<Item = &'static str> {
    related::words()
}

/// The stem of one of [`related_words`].
pub(crate) fn stem_of_related(word: &str) -> &str {
    related::stem_of(word)
}

/// Lower case without accents or other combining marks: "AÇÃO" → "acao".
#[must_use]
pub fn fold(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// The words of a text, folded, without anything between them.
#[must_use]
pub fn folded_words(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Terms of a text to be found, in order, repetitions kept.
#[must_use]
pub fn analyse(text: &str) -> Vec<Term> {
    terms(text, false)
}

/// Terms of a question: as [`analyse`], without greetings and filler, with hints, each stem once.
#[must_use]
pub fn analyse_query(text: &str) -> Vec<Term> {
    let mut out: Vec<Term> = Vec::new();
    for term in terms(text, true) {
        match out.iter_mut().find(|t| t.stem == term.stem) {
            Some(seen) => seen.hint &= term.hint,
            None => out.push(term),
        }
    }
    out
}

/// The stems of [`analyse`] joined by spaces: what the store keeps for a full-text index.
#[must_use]
pub fn search_text(text: &str) -> String {
    let stems: Vec<_> = analyse(text).into_iter().map(|t| t.stem).collect();
    stems.join(" ")
}

fn terms(text: &str, query: bool) -> Vec<Term> {
    let stemmer = Stemmer::create(Algorithm::Portuguese);
    let words = words(text).into_iter().map(|w| if query { unrepeated(w) } else { w });
    let words: Vec<String> = words.flat_map(|w| vocab::expand(&w)).collect();
    let mut out = Vec::with_capacity(words.len());
    let mut i = 0;
    while let Some(word) = words.get(i) {
        let next = words.get(i + 1).map(String::as_str);
        let before = i.checked_sub(1).and_then(|b| words.get(b)).map(String::as_str);
        i += 1;
        if matches!(word.as_str(), "bom" | "boa") && matches!(next, Some("dia" | "tarde" | "noite")) {
            i += 1; // a greeting, not a question about the afternoon
            continue;
        }
        if let Some(meaning) = vocab::hint(word).filter(|_| query) {
            out.push(term(&stemmer, meaning, word, true));
            continue;
        }
        // "quanto fica" asks for the price, not for the place.
        let price = matches!(word.as_str(), "fica" | "sai") && before == Some("quanto");
        if price || vocab::is_stop(word) || (query && vocab::is_filler(word)) {
            continue;
        }
        out.push(term(&stemmer, vocab::same_meaning(word), word, false));
        if let Some(kind) = vocab::also(word).filter(|_| !query) {
            out.push(term(&stemmer, kind, kind, false));
        }
        if let Some(days) = vocab::days_between(words.get(i - 1..).unwrap_or_default()).filter(|_| !query) {
            out.extend(days.iter().map(|d| term(&stemmer, d, d, false)));
        }
    }
    out
}

fn term(stemmer: &Stemmer, meaning: &str, surface: &str, hint: bool) -> Term {
    Term { stem: stemmer.stem(meaning).into_owned(), surface: surface.to_owned(), hint }
}

/// Other words for terms of the index: (word, stem it is compared by). For typing errors in words a text does not use.
pub(crate) fn aliases() -> Vec<(&'static str, String)> {
    let stemmer = Stemmer::create(Algorithm::Portuguese);
    vocab::aliases().map(|(word, meaning)| (word, stemmer.stem(meaning).into_owned())).collect()
}

/// Without the letters that are held for emphasis: "ooooi", "quantoooo", "muitoooo caro". Portuguese doubles r and s at most.
fn unrepeated(word: String) -> String {
    let letters: Vec<char> = word.chars().collect();
    let run = |i: usize| letters.get(i).is_some_and(|c| c.is_alphabetic()) && letters.get(i) == letters.get(i + 1);
    if !(0..letters.len()).any(|i| run(i) && run(i + 1)) {
        return word;
    }
    let mut out = String::with_capacity(word.len());
    for c in letters {
        if !out.ends_with(c) || c.is_numeric() {
            out.push(c);
        }
    }
    out
}

/// Folded words; a number ends before a letter ("18h" → "18", "h", but "v10" stays), "R$" is the word "preco".
fn words(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    let mut digits = false;
    for c in fold(text).chars() {
        let digit = c.is_numeric();
        if (!c.is_alphanumeric() || (digits && !digit)) && !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            digits = digit;
            word.push(c);
        } else if c == '$' && out.last().is_some_and(|w| w == "r") {
            out.pop();
            out.push("preco".to_owned());
        }
    }
    if !word.is_empty() {
        out.push(word);
    }
    // "18h", "18 hs": a time of day, which is what "que horas" asks for. "3x", "10 vezes": instalments.
    for i in 1..out.len() {
        let after_number = out.get(i - 1).is_some_and(|w| w.starts_with(char::is_numeric));
        if let Some(w) = out.get_mut(i).filter(|w| after_number && matches!(w.as_str(), "h" | "hs" | "hrs")) {
            *w = "horario".to_owned();
        } else if let Some(w) = out.get_mut(i).filter(|w| after_number && matches!(w.as_str(), "x" | "vezes")) {
            *w = "parcela".to_owned();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stems(text: &str) -> String {
        search_text(text)
    }
    fn query(text: &str) -> Vec<String> {
        analyse_query(text).into_iter().map(|t| t.stem).collect()
    }

    #[test]
    fn accents_and_case_make_no_difference() {
        for word in ["devolução", "horário", "cartão", "crédito", "você", "não", "domicílio", "cirurgião"] {
            assert_eq!(stems(word), stems(&fold(word)), "{word}");
            assert_eq!(stems(word), stems(&word.to_uppercase()), "{word}");
        }
    }

    #[test]
    fn inflections_meet() {
        assert_eq!(stems("entregas"), stems("entregamos"));
        assert_eq!(stems("pagamento"), stems("pagar"));
        assert_eq!(stems("consultas"), stems("consulta"));
        assert_eq!(stems("delivery"), stems("entrega"));
    }

    #[test]
    fn abbreviations_are_spelled_out() {
        assert_eq!(query("vcs abre dom?"), query("vocês abrem domingo?"));
        assert_eq!(query("tb abre sab"), query("também abre sábado"));
        assert_eq!(query("qto custa?"), query("quanto custa?"));
        assert_eq!(query("aceita cc?"), query("aceita cartão de crédito?"));
    }

    #[test]
    fn greetings_and_fillers_ask_nothing() {
        assert!(query("Oi, bom dia! Tudo bem? Por favor, gostaria de saber").is_empty());
        assert!(query("👍🏽 ...").is_empty());
    }

    #[test]
    fn prices_and_times_are_words() {
        assert!(stems("R$ 45,00").contains(&stems("preço")));
        assert!(query("quanto custa a pizza").contains(&stems("preço")));
        assert!(stems("das 18h às 23h").contains(&stems("horário")));
    }

    #[test]
    fn ranges_of_days_hold_the_days_between() {
        let open = stems("Segunda a sexta-feira, das 8h às 18h");
        assert!(open.contains("terc") && open.contains("quint"), "{open}");
        assert!(!open.contains("sab") && !open.contains("doming"), "{open}");
        assert!(stems("de terça a domingo").contains("sab"));
        assert!(stems("todos os dias").contains("doming"));
        assert!(stems("quinta à segunda").contains("doming"));
    }

    #[test]
    fn a_hint_asked_outright_is_no_hint() {
        let terms = analyse_query("onde fica, qual o endereço?");
        assert_eq!(terms.len(), 1);
        assert!(!terms[0].hint);
        assert!(analyse_query("onde")[0].hint);
    }

    proptest! {
        #[test]
        fn never_panics_and_folds_once(text in any::<String>()) {
            let _ = analyse_query(&text);
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
            prop_assert!(analyse(&text).iter().all(|t| !t.stem.is_empty()));
        }
    }
}
