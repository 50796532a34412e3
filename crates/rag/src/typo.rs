//! The word someone meant: same sound first, then one or two wrong letters.

/// Shortest word that is compared letter by letter. Four letters are too few: "gato", "pato", "rato" are all right.
const MIN_CHARS: usize = 5;
/// Shortest word that is compared by its sound.
const MIN_SOUND_CHARS: usize = 4;
/// From this length on a word may also be like the beginning of a longer one ("acieta" → "aceitamos"); the first letters
/// of shorter ones fit too much.
const MIN_STEM_CHARS: usize = 6;
/// From this length on two errors are forgiven.
const TWO_ERRORS_CHARS: usize = 9;

/// The known word nearest to `word`, or none near enough. Ties go to the alphabetically first, so the result does not
/// depend on the order of `known`.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < MIN_SOUND_CHARS || letters.iter().any(char::is_ascii_digit) {
        return None;
    }
    let sound = sound(word);
    let allowed = if letters.len() >= TWO_ERRORS_CHARS { 2 } else { 1 };
    let near = |candidate: &str| -> Option<usize> {
        let other_sound = self::sound(candidate);
        if other_sound == sound {
            return Some(0);
        }
        // A wrong first letter is usually another word.
        let same_start = other_sound.chars().next() == sound.chars().next();
        let other: Vec<char> = candidate.chars().collect();
        if !same_start || letters.len() < MIN_CHARS || other.len() < MIN_CHARS {
            return None;
        }
        distance(&letters, &other, allowed).or_else(|| {
            let start = other.get(..letters.len()).filter(|_| letters.len() >= MIN_STEM_CHARS)?;
            distance(&letters, start, 1).map(|d| d + 1)
        })
    };
    known.filter_map(|candidate| Some((near(candidate)?, candidate))).min().map(|(_, candidate)| candidate)
}

/// Spelling reduced to Portuguese sound: silent h, s/z/ç/ss, k/qu/c, w/v, y/i, ch/x, ph/f, double letters.
fn sound(word: &str) -> String {
    // "espining", "stacionamento": a vowel is put before s and consonant, or left out.
    let word = word.strip_prefix('e').filter(|w| starts_with_s_and_consonant(w)).unwrap_or(word);
    let reduced = word
        .replace("ch", "x")
        .replace("ph", "f")
        .replace("qu", "k")
        .replace("ce", "se")
        .replace("ci", "si")
        .replace("ge", "je")
        .replace("gi", "ji");
    let mut out = String::with_capacity(reduced.len());
    for c in reduced.chars() {
        let c = match c {
            'h' => continue,
            'z' => 's',
            'c' => 'k',
            'w' => 'v',
            'y' => 'i',
            other => other,
        };
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}

fn starts_with_s_and_consonant(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next() == Some('s') && letters.next().is_some_and(|c| c.is_alphabetic() && !"aeiou".contains(c))
}

/// Edits (insert, delete, replace, swap neighbours) from `a` to `b`, or none if more than `limit`.
fn distance(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut last_a = None;
    for (i, &ca) in a.iter().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        let mut last_b = None;
        for (j, &cb) in b.iter().enumerate() {
            let at = |r: &[usize], k: usize| r.get(k).copied().unwrap_or(usize::MAX / 2);
            let mut cost = (at(&row, j) + usize::from(ca != cb)).min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            if last_a == Some(cb) && last_b == Some(ca) {
                cost = cost.min(at(&before, j.wrapping_sub(1)) + 1);
            }
            next.push(cost);
            last_b = Some(cb);
        }
        if next.iter().min().is_some_and(|&m| m > limit + 1) {
            return None;
        }
        before = std::mem::replace(&mut row, next);
        last_a = Some(ca);
    }
    row.last().copied().filter(|&d| d <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 9] =
        ["calabresa", "horario", "frango", "funcionamento", "gatos", "agendamento", "pizza", "cheddar", "credito"];

    fn meant(word: &str) -> Option<&'static str> {
        nearest(word, KNOWN.iter().copied())
    }

    #[test]
    fn finds_what_was_meant() {
        for (typed, wanted) in [
            ("calabreza", "calabresa"),
            ("orario", "horario"),
            ("horaio", "horario"),
            ("funsionameto", "funcionamento"),
            ("agendameto", "agendamento"),
            ("pitza", "pizza"),
            ("chedar", "cheddar"),
            ("credto", "credito"),
            ("funsio", "funcionamento"),
        ] {
            assert_eq!(meant(typed), Some(wanted), "{typed}");
        }
    }

    #[test]
    fn other_words_stay_other_words() {
        for typed in ["franca", "patos", "ratos", "capital", "oi", "12345", ""] {
            assert_eq!(meant(typed), None, "{typed}");
        }
    }

    #[test]
    fn distance_is_symmetric() {
        for (a, b) in [("abcd", "abdc"), ("abc", "abcde"), ("xyz", "xyz"), ("", "ab")] {
            let (a, b): (Vec<_>, Vec<_>) = (a.chars().collect(), b.chars().collect());
            assert_eq!(distance(&a, &b, 2), distance(&b, &a, 2));
        }
    }
}
