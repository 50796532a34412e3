//! Text out of files and web pages that nobody vouches for: .txt, .md, .docx, .pdf, .html. No I/O.
//!
//! Headings come out as `#` lines, list items as `- ` lines, so that chunking finds them. Everything is bounded: what a
//! file unpacks to, its pages, the text taken from it, and the time, which is asked at every step of a loop. Called in a
//! blocking thread; a panic of a parser ends that thread's work and nothing else.

mod docx;
mod html;
mod pdf;
mod plano;

use std::time::{Duration, Instant};

pub use html::html;

/// Most characters taken out of a file; four times what a knowledge text holds.
pub const MAX_CARACTERES: usize = 200_000;
/// Most bytes that the parts of a file may unpack to.
const MAX_ABERTO: usize = 48 * 1024 * 1024;
/// Most pages of a PDF that are read.
const MAX_PAGINAS: usize = 300;
/// Longest time for one file.
const PRAZO: Duration = Duration::from_secs(20);

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formato {
    /// .txt and .md.
    Texto,
    /// .docx.
    Docx,
    /// .pdf.
    Pdf,
    /// A web page.
    Html,
}

/// The text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extraido {
    /// What the file is.
    pub formato: Formato,
    /// The title that it gives itself.
    pub titulo: Option<String>,
    /// Its text, at most [`MAX_CARACTERES`] characters.
    pub texto: String,
    /// Pages read, of a PDF.
    pub paginas: Option<usize>,
    /// There was more: more pages or characters than are read.
    pub cortado: bool,
}

/// Why there is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motivo {
    /// Another kind of file.
    Desconhecido,
    /// An old .doc, which only Word reads well.
    WordAntigo,
    /// A picture.
    Imagem,
    /// It asks for a password.
    Protegido,
    /// It has no text: pictures of pages, or nothing.
    SemTexto,
    /// It is damaged.
    Quebrado,
    /// It unpacks to more than is read.
    Grande,
    /// It takes too long.
    Demorado,
}

/// What every extractor answers.
pub type Resultado = Result<Extraido, Motivo>;

/// The text of a file; what it is, its bytes say, and its name only where they do not.
///
/// # Errors
/// Why there is none.
pub fn extrair(nome: &str, bytes: &[u8]) -> Resultado {
    let freio = Freio::new();
    let begin = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    let has = |magic: &[u8]| begin.starts_with(magic);
    let ends = |ext: &str| nome.to_ascii_lowercase().ends_with(ext);
    if begin.windows(5).any(|w| w == b"%PDF-") {
        pdf::pdf(bytes, &freio)
    } else if has(b"PK\x03\x04") {
        docx::docx(bytes, &freio)
    } else if has(b"\xD0\xCF\x11\xE0") {
        // The same container holds an old .doc and a .docx with a password.
        Err(if ends(".docx") { Motivo::Protegido } else { Motivo::WordAntigo })
    } else if has(b"\x89PNG")
        || has(b"\xFF\xD8\xFF")
        || has(b"GIF8")
        || (has(b"RIFF") && begin.get(8..12) == Some(b"WEBP"))
    {
        Err(Motivo::Imagem)
    } else if has(b"{\\rtf") {
        Err(Motivo::Desconhecido)
    } else if ends(".html") || ends(".htm") {
        html(bytes, None)
    } else {
        plano::plano(bytes)
    }
}

/// Asked in every loop, so that a file cannot hold a thread for ever.
struct Freio(Instant);

impl Freio {
    fn new() -> Self {
        Self(Instant::now() + PRAZO)
    }

    fn passou(&self) -> Result<(), Motivo> {
        if Instant::now() > self.0 { Err(Motivo::Demorado) } else { Ok(()) }
    }
}

/// Puts the text into shape and cuts it; none if nothing readable is left.
fn pronto(formato: Formato, titulo: Option<String>, texto: &str, paginas: Option<usize>, cortado: bool) -> Resultado {
    let texto = plano::arrumar(texto);
    let legivel = texto.chars().filter(|c| c.is_alphanumeric()).take(3).count();
    if legivel < 3 {
        return Err(Motivo::SemTexto);
    }
    let (texto, demais) = match texto.char_indices().nth(MAX_CARACTERES) {
        Some((at, _)) => (texto.get(..at).unwrap_or_default().trim_end().to_owned(), true),
        None => (texto, false),
    };
    let titulo = titulo.map(|t| plano::uma_linha(&t)).filter(|t| !t.is_empty());
    Ok(Extraido { formato, titulo, texto, paginas, cortado: cortado || demais })
}
