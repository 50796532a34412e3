//! .docx: a zip with `word/document.xml`, read as a stream. Only the text is taken; entities of its own are not expanded.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::plano::decodificar;
use crate::{Formato, Freio, MAX_ABERTO, MAX_CARACTERES, Motivo, Resultado, pronto};

const DOCUMENTO: &str = "word/document.xml";
/// Entries of the zip; a document has about twenty.
const MAX_ENTRADAS: usize = 5_000;

pub(crate) fn docx(bytes: &[u8], freio: &Freio) -> Resultado {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Motivo::Quebrado)?;
    if zip.len() > MAX_ENTRADAS {
        return Err(Motivo::Grande);
    }
    let xml = ler(&mut zip, DOCUMENTO)?;
    let core = ler(&mut zip, "docProps/core.xml").ok().and_then(|xml| titulo(&xml));
    let mut texto = Texto::default();
    let mut reader = Reader::from_str(&xml);
    let mut n = 0_u32;
    while texto.out.len() < MAX_CARACTERES * 4 {
        n += 1;
        if n.is_multiple_of(4_096) {
            freio.passou()?;
        }
        match reader.read_event().map_err(|_| Motivo::Quebrado)? {
            Event::Start(e) => texto.abre(&e, false),
            Event::Empty(e) => texto.abre(&e, true),
            Event::End(e) => texto.fecha(e.local_name().as_ref()),
            Event::Text(t) if texto.dentro => texto.par.push_str(&t),
            Event::CData(t) if texto.dentro => texto.par.push_str(&t),
            Event::GeneralRef(r) if texto.dentro => {
                let c = match r.as_ref() {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => r.resolve_char_ref().ok().flatten(),
                };
                texto.par.extend(c);
            }
            Event::Eof => return pronto(Formato::Docx, core, &texto.out, None, false),
            _ => {}
        }
    }
    pronto(Formato::Docx, core, &texto.out, None, true)
}

/// One entry, as far as it may unpack. What the zip says of its size is not believed.
fn ler(zip: &mut ZipArchive<Cursor<&[u8]>>, nome: &str) -> Result<String, Motivo> {
    let entrada = zip.by_name(nome).map_err(|e| match e {
        ZipError::FileNotFound => Motivo::Desconhecido,
        ZipError::UnsupportedArchive(_) => Motivo::Protegido,
        _ => Motivo::Quebrado,
    })?;
    let mut bytes = Vec::new();
    entrada.take(MAX_ABERTO as u64 + 1).read_to_end(&mut bytes).map_err(|_| Motivo::Quebrado)?;
    if bytes.len() > MAX_ABERTO {
        return Err(Motivo::Grande);
    }
    Ok(decodificar(&bytes, None))
}

#[derive(Default)]
struct Texto {
    out: String,
    /// The paragraph that is being read.
    par: String,
    /// Inside `w:t`.
    dentro: bool,
    /// Rank of the heading that this paragraph is.
    titulo: usize,
    item: bool,
    /// Tables within tables.
    tabelas: usize,
    /// Cells of the row that is being read.
    celulas: Vec<String>,
}

impl Texto {
    fn abre(&mut self, e: &BytesStart<'_>, vazio: bool) {
        match e.local_name().as_ref() {
            "t" => self.dentro = !vazio,
            "tab" if !self.par.is_empty() => self.par.push(' '),
            "br" | "cr" => self.par.push('\n'),
            "noBreakHyphen" => self.par.push('-'),
            "pStyle" => self.titulo = estilo(&valor(e)),
            "outlineLvl" => {
                self.titulo = valor(e).parse::<usize>().ok().filter(|n| *n < 6).map_or(self.titulo, |n| n + 1)
            }
            "numPr" => self.item = true,
            "tbl" => self.tabelas += 1,
            "tr" => self.celulas.clear(),
            _ => {}
        }
    }

    fn fecha(&mut self, nome: &str) {
        match nome {
            "t" => self.dentro = false,
            "p" => self.paragrafo(),
            "tc" => {
                let celula = std::mem::take(&mut self.par);
                self.celulas.push(celula.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            "tr" => {
                let linha = celulas(&self.celulas);
                if !linha.is_empty() {
                    self.out.push_str(&linha);
                    self.out.push('\n');
                }
                self.celulas.clear();
            }
            "tbl" => {
                self.tabelas = self.tabelas.saturating_sub(1);
                self.out.push('\n');
            }
            _ => {}
        }
    }

    fn paragrafo(&mut self) {
        let (titulo, item) = (std::mem::take(&mut self.titulo), std::mem::take(&mut self.item));
        if self.tabelas > 0 {
            // Paragraphs of a cell stay on its line.
            self.par.push(' ');
            return;
        }
        let par = std::mem::take(&mut self.par);
        let par = par.trim();
        if par.is_empty() {
            self.out.push('\n');
        } else if titulo > 0 {
            let linha = par.split_whitespace().collect::<Vec<_>>().join(" ");
            self.out.push_str(&format!("\n{} {linha}\n", "#".repeat(titulo.min(3))));
        } else if item {
            self.out.push_str(&format!("- {par}\n"));
        } else {
            self.out.push_str(par);
            self.out.push('\n');
        }
    }
}

/// A row of a table as a line: a name and its value, or all of it.
pub(crate) fn celulas(celulas: &[String]) -> String {
    let cheias: Vec<&str> = celulas.iter().map(String::as_str).filter(|c| !c.is_empty()).collect();
    match cheias.as_slice() {
        [nome, valor] if nome.ends_with(':') => format!("{nome} {valor}"),
        [nome, valor] => format!("{nome}: {valor}"),
        all => all.join(" | "),
    }
}

fn valor(e: &BytesStart<'_>) -> String {
    let val = e.attributes().flatten().find(|a| a.key.local_name().as_ref() == "val");
    val.map(|a| a.value.to_string()).unwrap_or_default()
}

/// The rank of a heading by the id of its style, which Word writes in its own language: `Heading1`, `Ttulo1`, `Title`.
fn estilo(id: &str) -> usize {
    let id = id.to_lowercase();
    let names = ["heading", "ttulo", "título", "titulo", "title"];
    let Some(rest) = names.iter().find_map(|n| id.strip_prefix(n)) else { return 0 };
    match rest.trim() {
        "" => 1,
        n => n.parse().ok().filter(|n| (1..=6).contains(n)).unwrap_or(0),
    }
}

/// `dc:title` of the document's properties.
fn titulo(xml: &str) -> Option<String> {
    let (_, rest) = xml.split_once("<dc:title>")?;
    let (titulo, _) = rest.split_once("</dc:title>")?;
    Some(titulo.replace("&amp;", "&")).filter(|t| !t.trim().is_empty() && t.len() < 300)
}
