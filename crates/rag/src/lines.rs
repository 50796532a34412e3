//! The lines of a chunk: what an answer is cut out of, with the terms of each.

use crate::analyse::analyse;
use crate::bm25::Bm25;
use crate::chunk::Chunk;
use crate::chunk::pieces::{is_list_item, split};
use crate::facts::Facts;

/// Longest line in characters; longer ones are cut. About what one reads in a chat bubble without scrolling.
pub(crate) const MAX_LINE_CHARS: usize = 350;

/// A sentence, list item or heading of a chunk.
#[derive(Debug)]
pub(crate) struct Line {
    /// Byte range in the chunk's text, trimmed.
    pub start: usize,
    pub end: usize,
    /// Asks or announces; the answer is what follows.
    pub leads: bool,
    /// A heading proper.
    pub heading: bool,
    pub item: bool,
    /// First after a blank line.
    pub paragraph: bool,
    /// Cut at its beginning by the overlap.
    pub fragment: bool,
    /// What kinds of fact it holds.
    pub facts: Facts,
    /// Terms of the line, sorted.
    pub terms: Box<[u32]>,
    /// Terms of what it stands under, sorted.
    pub above: Box<[u32]>,
}

impl Line {
    /// Rough size in bytes.
    pub(crate) fn weight(&self) -> usize {
        size_of::<Self>() + (self.terms.len() + self.above.len()) * 4
    }
}

/// The lines of `chunk`; `index` must hold its terms.
pub(crate) fn lines(chunk: &Chunk, index: &Bm25) -> Vec<Line> {
    let ids = |text: &str| -> Box<[u32]> {
        let mut ids: Vec<u32> = analyse(text).iter().filter_map(|t| index.id(&t.stem)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into()
    };
    let mut above = ids(chunk.titulo.as_deref().unwrap_or_default());
    let mut out: Vec<Line> = Vec::new();
    for piece in split(&chunk.texto, MAX_LINE_CHARS) {
        let Some(raw) = chunk.texto.get(piece.start..piece.end) else { continue };
        let text = raw.trim();
        if text.is_empty() {
            continue;
        }
        let start = piece.start + (raw.len() - raw.trim_start().len());
        let terms = ids(text);
        let fragment = out.is_empty() && text.starts_with(char::is_lowercase) && chunk.ordem > 0;
        let own_above = if piece.glue { Box::default() } else { above.clone() };
        if piece.glue {
            above.clone_from(&terms);
        }
        out.push(Line {
            start,
            end: start + text.len(),
            leads: piece.glue || text.ends_with('?'),
            heading: piece.heading.is_some(),
            facts: Facts::of(text),
            item: is_list_item(text),
            paragraph: piece.starts_paragraph,
            fragment,
            terms,
            above: own_above,
        });
    }
    out
}
