//! Takes out of a linked `.wasm` what is named in it and never called.
//!
//! leptos' `AnyView` carries, for each view there is, a function that hydrates it asynchronously, for lazy routes, and its
//! `AnyAttribute` one that hydrates from a template. The frontend fetches the pieces of a page first and then hydrates in one
//! go (`app::partes::preparar`), and no view of ours is a template; but a linker keeps what a table names, 8 % of the program.
//! Here their bodies become a trap and lose what they refer to, so that the cutting drops all of it.

use std::ops::Range;

/// What a stream of ours would be to JavaScript: exported by `wasm-streams`, used by no server function that we have.
const FLUXO: &str = "intounderlying";

/// `<T as tachys::view::any_view::IntoAny>::into_any::hydrate_async::<T>` and the like, as the linker writes them.
const NUNCA: [&str; 2] = [
    "any_view..IntoAny$GT$8into_any13hydrate_async17h",
    "any_attribute..IntoAnyAttribute$GT$13into_any_attr21hydrate_from_template17h",
];

const CODE: u8 = 10;
const CUSTOM: u8 = 0;

/// Reads what a `.wasm` is made of.
struct Leitor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Leitor<'a> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    /// LEB128; of a signed number only the length is right.
    fn number(&mut self) -> Option<usize> {
        let (mut value, mut shift) = (0_u64, 0);
        loop {
            let byte = self.byte()?;
            if shift < 64 {
                value |= u64::from(byte & 0x7f) << shift;
            }
            shift += 7;
            if byte & 0x80 == 0 {
                return Some(value as usize);
            }
        }
    }

    fn text(&mut self) -> Option<&'a str> {
        let len = self.number()?;
        let text = self.bytes.get(self.at..self.at + len)?;
        self.at += len;
        std::str::from_utf8(text).ok()
    }
}

/// Every section: its number, and where its content lies.
fn sections(wasm: &[u8]) -> Option<Vec<(u8, Range<usize>)>> {
    let mut leitor = Leitor { bytes: wasm, at: 8 };
    let mut found = Vec::new();
    while leitor.at < wasm.len() {
        let id = leitor.byte()?;
        let len = leitor.number()?;
        found.push((id, leitor.at..leitor.at + len));
        leitor.at += len;
    }
    Some(found)
}

fn imported_functions(wasm: &[u8], section: Range<usize>) -> Option<usize> {
    let mut r = Leitor { bytes: wasm, at: section.start };
    let mut functions = 0;
    for _ in 0..r.number()? {
        r.text()?;
        r.text()?;
        match r.byte()? {
            0 => {
                functions += 1;
                r.number()?;
            }
            // A table or a memory has limits, a tag and a global two bytes.
            kind @ (1 | 2) => {
                if kind == 1 {
                    r.byte()?;
                }
                let flags = r.byte()?;
                r.number()?;
                if flags & 1 == 1 {
                    r.number()?;
                }
            }
            _ => r.at += 2,
        }
    }
    Some(functions)
}

/// The numbers of the functions that are never called, by the section `name`.
fn never_called(wasm: &[u8], section: Range<usize>) -> Option<Vec<usize>> {
    let mut r = Leitor { bytes: wasm, at: section.start };
    r.text()?;
    let mut found = Vec::new();
    while r.at < section.end {
        let (kind, len) = (r.byte()?, r.number()?);
        let next = r.at + len;
        if kind == 1 {
            for _ in 0..r.number()? {
                let (index, name) = (r.number()?, r.text()?);
                if name.starts_with(FLUXO) || NUNCA.iter().any(|n| name.contains(n)) {
                    found.push(index);
                }
            }
        }
        r.at = next;
    }
    Some(found)
}

fn leb(mut n: usize, out: &mut Vec<u8>) {
    loop {
        let byte = (n & 0x7f) as u8;
        n >>= 7;
        out.push(if n == 0 { byte } else { byte | 0x80 });
        if n == 0 {
            return;
        }
    }
}

/// The section of relocations `section` without those in `dead`, which are counted from the start of the code.
fn relocations(wasm: &[u8], section: Range<usize>, dead: &[Range<usize>]) -> Option<Vec<u8>> {
    let mut r = Leitor { bytes: wasm, at: section.start };
    r.text()?;
    r.number()?;
    let head = wasm.get(section.start..r.at)?;
    let (mut kept, mut entries) = (0, Vec::new());
    for _ in 0..r.number()? {
        let start = r.at;
        let kind = r.byte()?;
        let offset = r.number()?;
        r.number()?;
        // Those of memory and of sections have an addend.
        if matches!(kind, 3 | 4 | 5 | 8 | 9 | 11 | 14 | 15 | 16 | 17 | 21 | 22 | 23 | 25) {
            r.number()?;
        }
        if !dead.iter().any(|range| range.contains(&offset)) {
            kept += 1;
            entries.extend_from_slice(wasm.get(start..r.at)?);
        }
    }
    if r.at != section.end {
        return None;
    }
    let mut out = head.to_vec();
    leb(kept, &mut out);
    out.extend(entries);
    Some(out)
}

/// The program without them, and how many they were. `None` if the file is not what it should be.
pub fn remove(wasm: &[u8]) -> Option<(Vec<u8>, usize)> {
    let sections = sections(wasm)?;
    let custom = |name: &str| {
        sections
            .iter()
            .position(|(id, range)| *id == CUSTOM && Leitor { bytes: wasm, at: range.start }.text() == Some(name))
    };
    let section = |n: usize| sections.get(n).map(|(_, range)| range.clone());
    let code = section(sections.iter().position(|(id, _)| *id == CODE)?)?;
    let relocs = custom("reloc.CODE")?;
    let imported = match sections.iter().find(|(id, _)| *id == 2) {
        Some((_, range)) => imported_functions(wasm, range.clone())?,
        None => 0,
    };
    let never = never_called(wasm, section(custom("name")?)?)?;

    let mut bytes = wasm.to_vec();
    let mut dead = Vec::new();
    let mut r = Leitor { bytes: wasm, at: code.start };
    let defined = r.number()?;
    for n in 0..defined {
        let len = r.number()?;
        let body = r.at..r.at + len;
        r.at = body.end;
        if never.contains(&(imported + n)) && len >= 3 {
            // No locals, unreachable, nothing, end.
            let inner = bytes.get_mut(body.clone())?;
            inner.fill(0x01);
            let (first, last) = (inner.get_mut(..2)?, len - 1);
            first.fill(0x00);
            *inner.get_mut(last)? = 0x0b;
            dead.push(body.start - code.start..body.end - code.start);
        }
    }

    let mut out = wasm.get(..8)?.to_vec();
    for (n, (id, range)) in sections.iter().enumerate() {
        let rebuilt = if n == relocs { Some(relocations(wasm, range.clone(), &dead)?) } else { None };
        let content = rebuilt.as_deref().or_else(|| bytes.get(range.clone()))?;
        out.push(*id);
        leb(content.len(), &mut out);
        out.extend_from_slice(content);
    }
    Some((out, dead.len()))
}
