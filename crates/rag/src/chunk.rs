//! Cuts a knowledge text into overlapping pieces that a search can return.
//!
//! Every piece is a verbatim slice of the text (trimmed), so an owner recognises it and nothing is lost; a heading stays
//! in the piece where it stands and is repeated as `titulo` on the pieces of its section. Cutting is a pure function of
//! the text: the same text always gives the same pieces.

pub(crate) mod pieces;

use serde::{Deserialize, Serialize};

use pieces::Piece;

/// Wanted length of a chunk in characters (plan, phase 8: "~800 chars").
pub const TARGET_CHARS: usize = 800;
/// Characters of the end of a chunk that the next one repeats at most (plan, phase 8: "overlap 20%").
pub const OVERLAP_CHARS: usize = TARGET_CHARS / 5;
/// Longest possible chunk in characters: one overlap and one piece that could not be cut at a better place.
pub const MAX_CHARS: usize = TARGET_CHARS + OVERLAP_CHARS;
/// A heading starts a new chunk once the current one holds this many characters; below it, tiny sections share a chunk.
/// Small enough that "Horários" and "Entregas" are found apart, large enough that a chunk is more than one line.
const MIN_SECTION_CHARS: usize = 240;

/// One piece of a knowledge text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Its place in the text, from 0, without gaps.
    pub ordem: i32,
    /// The heading it stands under, without markup, if any.
    pub titulo: Option<String>,
    /// The piece itself: a trimmed slice of the text, never empty, at most [`MAX_CHARS`] characters.
    pub texto: String,
}

/// Cuts `text` into chunks of about [`TARGET_CHARS`] characters.
///
/// Borders are headings, paragraphs, list items and sentences, in this order of preference; where there are none (one word
/// of 50,000 letters) the text is cut by length. Neighbours in the same section share up to [`OVERLAP_CHARS`] characters.
/// A text without visible characters gives no chunk.
#[must_use]
pub fn chunk(text: &str) -> Vec<Chunk> {
    spans(text)
        .into_iter()
        .filter_map(|span| {
            let texto = text.get(span.start..span.end)?.trim();
            (!texto.is_empty()).then(|| (span.titulo, texto.to_owned()))
        })
        .zip(0..)
        .map(|((titulo, texto), ordem)| Chunk { ordem, titulo, texto })
        .collect()
}

/// A chunk before it is cut out: byte range and heading.
#[derive(Debug)]
struct Span {
    start: usize,
    end: usize,
    titulo: Option<String>,
}

fn spans(text: &str) -> Vec<Span> {
    let pieces = pieces::split(text, TARGET_CHARS);
    let mut out = Vec::new();
    let mut heading: Option<String> = None;
    let mut rest = pieces.as_slice();
    let mut lead = 0; // bytes repeated from the chunk before
    while let Some(first) = rest.first() {
        let taken = take(rest, text, lead);
        let (now, later) = rest.split_at(taken.clamp(1, rest.len()));
        let end = now.last().map_or(first.end, |p| p.end);
        let start = first.start - lead;
        let titulo = section_heading(now, heading.as_deref());
        if let Some(last) = now.iter().rev().find_map(|p| p.heading.clone()) {
            heading = Some(last);
        }
        lead = match later.first() {
            // Another section: repeating the end of this one under a new heading would mislead.
            None => 0,
            Some(next) if next.heading.is_some() => 0,
            Some(_) => overlap(text, now, start, end),
        };
        out.push(Span { start, end, titulo });
        rest = later;
    }
    out
}

/// How many of `pieces` the chunk takes that already repeats `lead` bytes before the first.
fn take(pieces: &[Piece], text: &str, lead: usize) -> usize {
    let lead_chars = pieces.first().and_then(|p| text.get(p.start - lead..p.start)).map_or(0, |s| s.chars().count());
    let mut chars = lead_chars;
    let mut has_body = false;
    let mut paragraph_end = None;
    for (i, piece) in pieces.iter().enumerate() {
        if i > 0 {
            if piece.heading.is_some() && has_body && chars >= MIN_SECTION_CHARS {
                return i;
            }
            if chars + piece.chars > TARGET_CHARS {
                return unglue(pieces, paragraph_end.unwrap_or(i));
            }
            if piece.starts_paragraph && chars >= TARGET_CHARS / 2 {
                paragraph_end = Some(i);
            }
        }
        chars += piece.chars;
        has_body |= piece.heading.is_none() && !piece.blank;
    }
    pieces.len()
}

/// Moves a border up so that a heading or a question keeps the line that follows it.
fn unglue(pieces: &[Piece], mut at: usize) -> usize {
    let wanted = at;
    while at > 1 && pieces.get(at - 1).is_some_and(|p| p.blank || p.glue) {
        at -= 1;
    }
    // Only blank pieces before the border: nothing was glued, keep it.
    let glued = pieces.get(at..wanted).is_some_and(|s| s.iter().any(|p| p.glue));
    if at > 1 && glued { at } else { wanted }
}

/// The heading under which most of the chunk stands: the last one before its first line of body.
fn section_heading(pieces: &[Piece], before: Option<&str>) -> Option<String> {
    let mut current = before;
    for piece in pieces.iter().filter(|p| !p.blank) {
        match piece.heading.as_deref() {
            Some(h) => current = Some(h),
            None => break,
        }
    }
    current.map(str::to_owned)
}

/// Bytes of the end of the chunk `start..end` that the next one repeats: whole pieces where they fit, else whole words,
/// else characters.
fn overlap(text: &str, pieces: &[Piece], start: usize, end: usize) -> usize {
    let Some(floor) =
        text.get(start..end).and_then(|s| s.char_indices().rev().nth(OVERLAP_CHARS - 1)).map(|(i, _)| start + i)
    else {
        return 0; // the whole chunk is shorter than an overlap: the next one stands for itself
    };
    let whole = pieces.iter().map(|p| p.start).find(|&s| s >= floor && s < end && s > start);
    if let Some(at) = whole {
        return end - at;
    }
    let tail = text.get(floor..end).unwrap_or_default();
    let word = tail
        .char_indices()
        .zip(tail.chars().skip(1))
        .find(|((_, c), next)| c.is_whitespace() && !next.is_whitespace())
        .map(|((i, c), _)| floor + i + c.len_utf8());
    end - word.unwrap_or(floor)
}

#[cfg(test)]
mod tests;
