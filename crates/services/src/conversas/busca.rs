//! Searching the inbox: words in names, numbers and lines, whatever their case and accents.

use contracts::ConversaId;
use contracts::conversas::TrechoDto;
use db::models::conversa::Busca;
use db::models::mensagem::Mensagem;
use rag::analyse::fold;

use crate::{Error, Result};

/// Longest search, in characters; shortest, below which nothing is looked for.
const MAX: usize = 100;
const MIN: usize = 2;
/// Fewer digits are in every number.
const DIGITOS: usize = 3;
/// Characters of a line shown before what was found, and after it.
const ANTES: usize = 40;
const DEPOIS: usize = 80;

/// What a person looks for.
#[derive(Debug, PartialEq)]
pub(super) struct Procura {
    /// Patterns of `LIKE`, one a word.
    pub padroes: Vec<String>,
    palavras: Vec<String>,
    digitos: Option<String>,
}

impl Procura {
    /// `None` for what is too short to be looked for.
    pub fn new(q: Option<&str>) -> Result<Option<Self>> {
        let Some(q) = q.map(str::trim).filter(|q| q.chars().count() >= MIN) else { return Ok(None) };
        if q.chars().count() > MAX {
            return Err(Error::field("q", format!("Procure por até {MAX} caracteres.")));
        }
        contracts::validate::sem_nul(q).map_err(|m| Error::field("q", m))?;
        let palavras: Vec<String> = fold(q).split_whitespace().map(str::to_owned).collect();
        let padroes = palavras.iter().map(|p| format!("%{}%", escape(p))).collect();
        let digitos: String = q.chars().filter(char::is_ascii_digit).collect();
        let number = q.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-().".contains(c));
        Ok(Some(Self { padroes, palavras, digitos: (number && digitos.len() >= DIGITOS).then_some(digitos) }))
    }

    /// For the list, with the conversations in which a line was found.
    pub fn busca(&self, achadas: Vec<ConversaId>) -> Busca {
        Busca { padroes: self.padroes.clone(), digitos: self.digitos.clone(), achadas }
    }

    /// The line around the first of the words.
    pub fn trecho(&self, m: &Mensagem) -> Option<TrechoDto> {
        let word = self.palavras.first()?;
        let (antes, achado, depois) =
            [Some(m.conteudo.as_str()), m.transcricao()].into_iter().flatten().find_map(|text| around(text, word))?;
        Some(TrechoDto { mensagem_id: m.id, tipo: m.tipo, antes, achado, depois })
    }
}

/// What stands before `word`, the word as it is written, and what stands after it.
fn around(text: &str, word: &str) -> Option<(String, String, String)> {
    let text: Vec<char> = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    // Folding may make more or fewer characters of one: each folded one remembers which it came from.
    let (mut folded, mut origin) = (String::new(), Vec::new());
    for (at, c) in text.iter().enumerate() {
        for f in fold(c.encode_utf8(&mut [0; 4])).chars() {
            folded.push(f);
            origin.extend(std::iter::repeat_n(at, f.len_utf8()));
        }
    }
    let found = folded.find(word)?;
    let from = *origin.get(found)?;
    // An accent written as a character of its own goes with its letter.
    let to = origin.get(found + word.len()).copied().unwrap_or(text.len());
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default().iter().collect::<String>();
    let (begin, end) = (from.saturating_sub(ANTES), (to + DEPOIS).min(text.len()));
    let mark = |cut: bool| if cut { "…" } else { "" };
    Some((
        format!("{}{}", mark(begin > 0), part(begin, from)),
        part(from, to),
        format!("{}{}", part(to, end), mark(end < text.len())),
    ))
}

/// For `LIKE`.
fn escape(word: &str) -> String {
    word.chars().flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_searches_are_none_and_numbers_are_digits() {
        assert_eq!(Procura::new(None).unwrap(), None);
        assert_eq!(Procura::new(Some("  a ")).unwrap(), None);
        assert!(Procura::new(Some(&"x".repeat(101))).is_err());
        let p = Procura::new(Some("João 50%_")).unwrap().unwrap();
        assert_eq!(p.padroes, ["%joao%", "%50\\%\\_%"]);
        assert_eq!(p.digitos, None);
        let p = Procura::new(Some("+55 (11) 98888-7777")).unwrap().unwrap();
        assert_eq!(p.digitos.as_deref(), Some("5511988887777"));
    }

    #[test]
    fn the_line_is_cut_around_what_was_found() {
        let found = around("Oi,\n o  João chegou", "joao").unwrap();
        assert_eq!(found, ("Oi, o ".into(), "João".into(), " chegou".into()));
        // Decomposed.
        assert_eq!(around("Joa\u{303}o!", "joao").unwrap().1, "Joa\u{303}o");
        let long = format!("{} açaí {}", "a".repeat(60), "b".repeat(100));
        let (antes, achado, depois) = around(&long, "acai").unwrap();
        assert_eq!((antes.chars().count(), achado.as_str(), depois.chars().count()), (41, "açaí", 81));
        assert!(antes.starts_with('…') && depois.ends_with('…'));
        assert_eq!(around("nada", "acai"), None);
    }
}
