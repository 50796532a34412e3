//! A long answer leaves in several messages, as a person would write it.

/// Characters of one message; longer ones are hard to read on a phone.
const MAX: usize = 600;

/// The text in pieces of at most [`MAX`] characters: cut between paragraphs, then lines, then sentences, then words, and
/// only in a word that is longer than that. Nothing but the white space at the cuts is lost.
pub(super) fn partes(texto: &str) -> Vec<String> {
    let texto = texto.trim();
    if size(texto) <= MAX {
        return vec![texto.to_owned()];
    }
    pack(texto, &CUTS)
}

type Cut = fn(&str) -> Vec<&str>;

/// From the best place to cut to the worst.
const CUTS: [Cut; 4] = [
    |s| s.split_inclusive("\n\n").collect(),
    |s| s.split_inclusive('\n').collect(),
    sentences,
    |s| s.split_inclusive(' ').collect(),
];

/// Fills messages with whole pieces; a piece that is too long is cut the next way.
fn pack(texto: &str, cuts: &[Cut]) -> Vec<String> {
    let Some((cut, finer)) = cuts.split_first() else { return letters(texto) };
    let mut out = Vec::new();
    let mut current = String::new();
    for piece in cut(texto) {
        if size(&current) + size(piece.trim_end()) > MAX && !current.trim().is_empty() {
            out.push(std::mem::take(&mut current).trim().to_owned());
        }
        if size(piece.trim()) > MAX {
            out.extend(pack(piece, finer));
        } else {
            current.push_str(piece);
        }
    }
    if !current.trim().is_empty() {
        out.push(current.trim().to_owned());
    }
    out
}

/// Cut after the white space that follows a full stop, so that "R$ 7.50" and "www.loja.com" stay whole.
fn sentences(texto: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut ended = false;
    for (at, c) in texto.char_indices() {
        if c.is_whitespace() && ended {
            out.extend(texto.get(start..at + c.len_utf8()));
            start = at + c.len_utf8();
        }
        ended = matches!(c, '.' | '!' | '?' | '…' | ';');
    }
    out.extend(texto.get(start..).filter(|rest| !rest.is_empty()));
    out
}

fn letters(texto: &str) -> Vec<String> {
    let all: Vec<char> = texto.chars().collect();
    all.chunks(MAX).map(|c| c.iter().collect::<String>().trim().to_owned()).filter(|s| !s.is_empty()).collect()
}

fn size(s: &str) -> usize {
    s.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(texts: &[String]) -> Vec<String> {
        texts.iter().flat_map(|t| t.split_whitespace()).map(str::to_owned).collect()
    }

    #[test]
    fn a_short_text_is_one_message() {
        assert_eq!(partes("  Abrimos às 18h.\n\nAté já! "), ["Abrimos às 18h.\n\nAté já!"]);
    }

    #[test]
    fn paragraphs_stay_whole_while_they_fit() {
        let (a, b, c) = ("a ".repeat(140), "b ".repeat(140), "ç ".repeat(200));
        let texto = format!("{}\n\n{}\n\n{}", a.trim(), b.trim(), c.trim());
        let out = partes(&texto);
        assert_eq!(out, [format!("{}\n\n{}", a.trim(), b.trim()), c.trim().to_owned()]);
    }

    #[test]
    fn a_long_paragraph_is_cut_between_sentences_and_keeps_every_word() {
        let texto = "A entrega custa R$ 7.50 no centro. Veja www.loja.com.br para o resto! ".repeat(20);
        let out = partes(&texto);
        assert!(out.len() >= 3, "{}", out.len());
        for part in &out {
            assert!(size(part) <= MAX, "{}", size(part));
            assert!(part.ends_with(['.', '!']) && part.starts_with(['A', 'V']), "{part}");
        }
        assert_eq!(words(&out), words(&[texto]));
    }

    #[test]
    fn words_are_cut_only_when_nothing_else_helps() {
        let no_stops = "palavra ".repeat(200);
        let out = partes(&no_stops);
        assert!(out.iter().all(|p| size(p) <= MAX && p.split(' ').all(|w| w == "palavra")), "{out:?}");
        assert_eq!(words(&out).len(), 200);
        let one = "é".repeat(1_500);
        assert_eq!(partes(&one).iter().map(|p| size(p)).collect::<Vec<_>>(), [600, 600, 300]);
        assert_eq!(partes(&one).concat(), one);
    }
}
