//! The smallest parts a chunk is put together from: headings, list items, sentences. Together they cover the text.

/// A contiguous byte range of the text with what the cutter must know about it.
#[derive(Debug)]
pub(crate) struct Piece {
    pub start: usize,
    pub end: usize,
    pub chars: usize,
    /// The words of the heading, if the piece is one.
    pub heading: Option<String>,
    /// Belongs to what follows: a heading, or a question on a line of its own.
    pub glue: bool,
    /// First piece after a blank line.
    pub starts_paragraph: bool,
    /// White space only.
    pub blank: bool,
}

/// Longest line taken for a heading, in characters.
const MAX_HEADING_CHARS: usize = 80;
/// Longest line taken for the question of a question-and-answer list, in characters.
const MAX_QUESTION_CHARS: usize = 160;

/// Cuts `text` into pieces of at most `max` characters whose ranges follow each other without gaps.
pub(crate) fn split(text: &str, max: usize) -> Vec<Piece> {
    let caps_mean_heading = !mostly_caps(text);
    let mut out: Vec<Piece> = Vec::new();
    let mut at = 0;
    let mut after_blank = true;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let start = at;
        at += line.len();
        let trimmed = line.trim();
        if trimmed.is_empty() {
            after_blank = true;
            push_bounded(&mut out, text, start, at, max, |p| p.blank = true);
            continue;
        }
        let next = lines.peek().map(|l| l.trim()).filter(|l| after_blank && !l.is_empty());
        let heading = heading(trimmed, caps_mean_heading).or_else(|| plain_heading(trimmed, next?));
        let question = trimmed.ends_with('?') && trimmed.chars().count() <= MAX_QUESTION_CHARS;
        let before = out.len();
        if heading.is_some() || question || is_list_item(trimmed) {
            push_bounded(&mut out, text, start, at, max, |p| {
                p.glue = heading.is_some() || question;
                p.heading = heading.clone();
            });
        } else {
            let mut from = start;
            for end in sentence_ends(line).map(|e| start + e).chain([at]) {
                push_bounded(&mut out, text, from, end, max, |_| {});
                from = end;
            }
        }
        if let Some(first) = out.get_mut(before) {
            first.starts_paragraph = after_blank && start > 0;
        }
        after_blank = false;
    }
    out
}

/// Adds `start..end`, cut at white space (or anywhere, if there is none) so that no piece is longer than `max` characters.
fn push_bounded(
    out: &mut Vec<Piece>,
    text: &str,
    start: usize,
    end: usize,
    max: usize,
    mut mark: impl FnMut(&mut Piece),
) {
    let mut from = start;
    while from < end {
        let rest = text.get(from..end).unwrap_or_default();
        let mut chars = 0;
        let mut len = 0;
        let mut space = None;
        for (i, c) in rest.char_indices() {
            if chars == max {
                break;
            }
            chars += 1;
            len = i + c.len_utf8();
            if c.is_whitespace() {
                space = Some((len, chars));
            }
        }
        if len < rest.len()
            && let Some(at_space) = space
        {
            (len, chars) = at_space;
        }
        if len == 0 {
            break;
        }
        let mut piece = Piece {
            start: from,
            end: from + len,
            chars,
            heading: None,
            glue: false,
            starts_paragraph: false,
            blank: false,
        };
        mark(&mut piece);
        out.push(piece);
        from += len;
    }
}

/// Byte offsets in `line` just after a sentence and its white space; not the end of the line.
fn sentence_ends(line: &str) -> impl Iterator<Item = usize> + '_ {
    let mut chars = line.char_indices().peekable();
    let mut word_chars = 0;
    std::iter::from_fn(move || {
        while let Some((_, c)) = chars.next() {
            let closes = matches!(c, '.' | '!' | '?' | '…');
            // "Av. Brasil", "Dr. João", "R. Sete": a full stop after one to three letters rarely ends a sentence.
            let short = c == '.' && (1..=3).contains(&word_chars);
            word_chars = if c.is_alphabetic() { word_chars + 1 } else { 0 };
            if !closes || short || !chars.peek().is_some_and(|(_, n)| n.is_whitespace()) {
                continue;
            }
            while chars.next_if(|(_, n)| n.is_whitespace()).is_some() {}
            match chars.peek() {
                Some((_, n)) if n.is_lowercase() => {}
                Some((i, _)) => return Some(*i),
                None => return None,
            }
        }
        None
    })
}

/// The words of a heading line: markdown `#`, a line in bold, a line in capitals, or one that ends with a colon.
fn heading(line: &str, caps_mean_heading: bool) -> Option<String> {
    if line.chars().count() > MAX_HEADING_CHARS {
        return None;
    }
    let hashes = line.chars().take_while(|&c| c == '#').count();
    let after_hashes = line.trim_start_matches('#');
    if (1..=6).contains(&hashes) && after_hashes.starts_with(char::is_whitespace) {
        return words(after_hashes);
    }
    let bare = line.trim_matches(['*', '_']);
    let wrapped = line.len() >= bare.len() + 2 && line.starts_with(['*', '_']) && line.ends_with(['*', '_']);
    if wrapped && !bare.contains('*') {
        return words(bare);
    }
    if is_list_item(line) || line.ends_with(['.', '?', '!', ',', ';']) {
        return None;
    }
    if line.ends_with(':') && line.split_whitespace().count() <= 10 {
        return words(line);
    }
    (caps_mean_heading && is_caps(line)).then(|| words(line)).flatten()
}

/// Longest heading without any mark, in words.
const MAX_PLAIN_WORDS: usize = 6;

/// A few words without a mark, after a blank line and right above `next`: "como chegar", "3) tabela de preços".
fn plain_heading(line: &str, next: &str) -> Option<String> {
    let bare = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = bare.len() < line.len();
    let bare = bare.trim_start_matches([')', '.', '-', ' ']);
    let one_of_a_list = if numbered { next.starts_with(|c: char| c.is_ascii_digit()) } else { is_list_item(line) };
    let says_something = bare.contains([':', '$', ',', '=']) || bare.chars().any(|c| c.is_ascii_digit());
    let ends = bare.ends_with(['.', '?', '!', ',', ';']);
    let short = bare.split_whitespace().count() <= MAX_PLAIN_WORDS && bare.chars().count() < next.chars().count();
    (short && !one_of_a_list && !says_something && !ends).then(|| words(bare)).flatten()
}

fn words(line: &str) -> Option<String> {
    let cleaned =
        line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '#' | ':' | '=' | '-')).to_owned();
    cleaned.chars().any(char::is_alphanumeric).then_some(cleaned)
}

pub(crate) fn is_list_item(line: &str) -> bool {
    let line = line.trim_start();
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with(['-', '•', '*', '–', '·', '▪', '+'])
        || (digits.len() < line.len() && line.len() - digits.len() <= 2 && digits.starts_with([')', '.', '-']))
}

/// Four letters or more, none of them small, hardly a digit: "CALABRESA 45,00" is an item of a menu, not a heading.
fn is_caps(line: &str) -> bool {
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let digits = line.chars().filter(char::is_ascii_digit).count();
    letters >= 4 && digits <= 1 && !line.contains('$') && !line.chars().any(char::is_lowercase)
}

/// Some owners write everything in capitals; then capitals say nothing.
fn mostly_caps(text: &str) -> bool {
    let (mut upper, mut lower) = (0_usize, 0_usize);
    for c in text.chars() {
        upper += usize::from(c.is_uppercase());
        lower += usize::from(c.is_lowercase());
    }
    upper > lower
}
