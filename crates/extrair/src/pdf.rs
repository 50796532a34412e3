//! .pdf: what is drawn as text, put back into lines and paragraphs by where it is drawn. Pictures of pages have none.

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::content::{Content, Operation};
use lopdf::{DecompressError, Dictionary, Document, Encoding, Error, LoadOptions, Object};

use crate::{Formato, Freio, MAX_ABERTO, MAX_CARACTERES, MAX_PAGINAS, Motivo, Resultado, pronto};

/// Most bytes that one stream of the file may unpack to.
const MAX_FLUXO: usize = 16 * 1024 * 1024;
/// Drawings within drawings.
const MAX_FORMAS: usize = 4;
/// Most drawings of one page.
const MAX_DESENHOS: usize = 300;
/// Most objects of a file; a book has ten thousand.
const MAX_OBJETOS: usize = 400_000;

pub(crate) fn pdf(bytes: &[u8], freio: &Freio) -> Resultado {
    let options = LoadOptions { max_decompressed_size: Some(MAX_FLUXO), ..LoadOptions::default() };
    // A password that cannot be made sense of is a password all the same.
    let quebrado = if bytes.windows(8).any(|w| w == b"/Encrypt") { Motivo::Protegido } else { Motivo::Quebrado };
    let doc = Document::load_mem_with_options(bytes, options).map_err(|e| match motivo(&e) {
        Motivo::Quebrado => quebrado,
        other => other,
    })?;
    if doc.is_encrypted() {
        return Err(Motivo::Protegido);
    }
    if doc.objects.len() > MAX_OBJETOS {
        return Err(Motivo::Grande);
    }
    freio.passou()?;
    let mut leitor = Leitor { doc: &doc, freio, aberto: 0, fontes: HashMap::new() };
    let (mut paginas, mut pedacos, mut cortado) = (0, Vec::new(), false);
    let mut letras = 0;
    for id in doc.page_iter() {
        if paginas >= MAX_PAGINAS || letras > MAX_CARACTERES * 2 {
            cortado = true;
            break;
        }
        paginas += 1;
        // One page that cannot be read does not spoil the others, unless it is a bomb.
        let mut pagina = Pagina::default();
        match leitor.pagina(id, &mut pagina) {
            Err(Motivo::Quebrado) | Ok(()) => {}
            Err(grave) => return Err(grave),
        }
        letras += pagina.pedacos.iter().map(|p| p.texto.chars().count()).sum::<usize>();
        pedacos.push(pagina.pedacos);
    }
    if paginas == 0 {
        return Err(quebrado);
    }
    pronto(Formato::Pdf, titulo(&doc), &montar(&pedacos), Some(paginas), cortado)
}

fn motivo(e: &Error) -> Motivo {
    match e {
        Error::InvalidPassword | Error::Decryption(_) => Motivo::Protegido,
        Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => Motivo::Grande,
        _ => Motivo::Quebrado,
    }
}

fn titulo(doc: &Document) -> Option<String> {
    let info = doc.trailer.get_deref(b"Info", doc).and_then(Object::as_dict).ok()?;
    lopdf::decode_text_string(info.get_deref(b"Title", doc).ok()?).ok()
}

/// A run of text where it is drawn.
#[derive(Clone, Debug)]
struct Pedaco {
    x: f32,
    y: f32,
    fim: f32,
    altura: f32,
    texto: String,
}

#[derive(Default)]
struct Pagina {
    pedacos: Vec<Pedaco>,
    desenhos: usize,
}

struct Fonte<'a> {
    encoding: Encoding<'a>,
    /// Bytes of one character.
    passo: usize,
    larguras: HashMap<u32, f32>,
    padrao: f32,
}

/// `[a b c d e f]`, as the format writes a transformation.
type Matriz = [f32; 6];
const UM: Matriz = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn vezes(m: Matriz, n: Matriz) -> Matriz {
    let [a, b, c, d, e, f] = m;
    let [g, h, i, j, k, l] = n;
    [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l]
}

struct Leitor<'a> {
    doc: &'a Document,
    freio: &'a Freio,
    /// Bytes unpacked so far.
    aberto: usize,
    fontes: HashMap<usize, Option<Rc<Fonte<'a>>>>,
}

impl<'a> Leitor<'a> {
    fn pagina(&mut self, id: lopdf::ObjectId, pagina: &mut Pagina) -> Result<(), Motivo> {
        let conteudo = self.doc.get_page_content_with_limit(id, MAX_FLUXO).map_err(|e| motivo(&e))?;
        let (direto, ids) = self.doc.get_page_resources(id).map_err(|e| motivo(&e))?;
        let mut recursos: Vec<&'a Dictionary> = direto.into_iter().collect();
        recursos.extend(ids.into_iter().filter_map(|id| self.doc.get_dictionary(id).ok()));
        self.desenhar(&conteudo, &recursos, UM, 0, pagina)
    }

    fn desenhar(
        &mut self,
        conteudo: &[u8],
        recursos: &[&'a Dictionary],
        ctm: Matriz,
        fundo: usize,
        pagina: &mut Pagina,
    ) -> Result<(), Motivo> {
        self.aberto += conteudo.len();
        if self.aberto > MAX_ABERTO {
            return Err(Motivo::Grande);
        }
        let mut lapis = Lapis { ctm, ..Lapis::default() };
        let mut pilha: Vec<Lapis<'a>> = Vec::new();
        for (n, op) in Content::decode_iter(conteudo).enumerate() {
            if n.is_multiple_of(512) {
                self.freio.passou()?;
            }
            let Ok(op) = op else { break };
            match op.operator.as_str() {
                "q" if pilha.len() < 64 => pilha.push(lapis.clone()),
                "Q" => lapis = pilha.pop().unwrap_or(lapis),
                "cm" => lapis.ctm = vezes(matriz(&op.operands), lapis.ctm),
                "Do" => self.forma(&op, recursos, lapis.ctm, fundo, pagina)?,
                "Tf" => {
                    let nome = op.operands.first().and_then(|o| o.as_name().ok()).unwrap_or_default();
                    lapis.fonte = self.fonte(recursos, nome);
                    lapis.corpo = numero(op.operands.get(1));
                }
                _ => lapis.texto(&op, pagina),
            }
        }
        Ok(())
    }

    /// A drawing that the page uses.
    fn forma(
        &mut self,
        op: &Operation,
        recursos: &[&'a Dictionary],
        ctm: Matriz,
        fundo: usize,
        pagina: &mut Pagina,
    ) -> Result<(), Motivo> {
        pagina.desenhos += 1;
        if fundo >= MAX_FORMAS || pagina.desenhos > MAX_DESENHOS {
            return Ok(());
        }
        let doc = self.doc;
        let nome = op.operands.first().and_then(|o| o.as_name().ok()).unwrap_or_default();
        let Some(forma) = achar(doc, recursos, b"XObject", nome).and_then(|o| o.as_stream().ok()) else {
            return Ok(());
        };
        if forma.dict.get(b"Subtype").and_then(Object::as_name).ok() != Some(b"Form".as_slice()) {
            return Ok(());
        }
        let conteudo = match forma.decompressed_content_with_limit(MAX_FLUXO) {
            Ok(conteudo) => conteudo,
            Err(e) if motivo(&e) == Motivo::Grande => return Err(Motivo::Grande),
            Err(_) => forma.content.clone(),
        };
        let own = forma.dict.get_deref(b"Resources", doc).and_then(Object::as_dict).ok();
        let recursos: Vec<&'a Dictionary> =
            own.into_iter().chain(recursos.iter().copied()).take(MAX_FORMAS + 2).collect();
        let m = forma.dict.get_deref(b"Matrix", doc).and_then(Object::as_array).map_or(UM, |m| matriz(m));
        self.desenhar(&conteudo, &recursos, vezes(m, ctm), fundo + 1, pagina)
    }

    fn fonte(&mut self, recursos: &[&'a Dictionary], nome: &[u8]) -> Option<Rc<Fonte<'a>>> {
        let dict = achar(self.doc, recursos, b"Font", nome)?.as_dict().ok()?;
        let key = std::ptr::from_ref(dict) as usize;
        let doc = self.doc;
        self.fontes.entry(key).or_insert_with(|| fonte(doc, dict).map(Rc::new)).clone()
    }
}

/// A named thing of the resources, the nearest first.
fn achar<'a>(doc: &'a Document, recursos: &[&'a Dictionary], tipo: &[u8], nome: &[u8]) -> Option<&'a Object> {
    recursos.iter().find_map(|r| r.get_deref(tipo, doc).and_then(Object::as_dict).ok()?.get_deref(nome, doc).ok())
}

fn fonte<'a>(doc: &'a Document, dict: &'a Dictionary) -> Option<Fonte<'a>> {
    let encoding = dict.get_font_encoding_with_limit(doc, MAX_FLUXO).ok()?;
    let composta = dict.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Type0".as_slice());
    let mut larguras = HashMap::new();
    let mut padrao = 500.0;
    if composta {
        let filhas = dict.get_deref(b"DescendantFonts", doc).and_then(Object::as_array).ok()?;
        let filha = doc.dereference(filhas.first()?).ok()?.1.as_dict().ok()?;
        padrao = filha.get_deref(b"DW", doc).and_then(Object::as_float).unwrap_or(1000.0);
        if let Ok(w) = filha.get_deref(b"W", doc).and_then(Object::as_array) {
            compostas(doc, w, &mut larguras);
        }
    } else if let Ok(w) = dict.get_deref(b"Widths", doc).and_then(Object::as_array) {
        let primeira = dict.get_deref(b"FirstChar", doc).and_then(Object::as_i64).unwrap_or(0);
        let first = u32::try_from(primeira).unwrap_or(0);
        larguras = (first..).zip(w.iter().take(256)).map(|(c, w)| (c, numero(Some(w)))).collect();
    }
    Some(Fonte { encoding, passo: if composta { 2 } else { 1 }, larguras, padrao })
}

/// `W`: `c [w1 w2 …]` or `c1 c2 w`.
fn compostas(doc: &Document, w: &[Object], larguras: &mut HashMap<u32, f32>) {
    let code = |o: Option<&Object>| o.and_then(|o| o.as_i64().ok()).and_then(|n| u32::try_from(n).ok());
    let mut i = 0;
    while let Some(c) = code(w.get(i)) {
        let next = w.get(i + 1).and_then(|o| doc.dereference(o).ok()).map(|(_, o)| o);
        if let Some(Object::Array(lista)) = next {
            larguras.extend((c..).zip(lista.iter().take(70_000)).map(|(c, w)| (c, numero(Some(w)))));
            i += 2;
        } else {
            let ate = code(next).unwrap_or(c).min(c.saturating_add(70_000));
            larguras.extend((c..=ate).map(|c| (c, numero(w.get(i + 2)))));
            i += 3;
        }
        if larguras.len() > 140_000 {
            return;
        }
    }
}

/// Where and how the next text is drawn.
#[derive(Clone)]
struct Lapis<'a> {
    ctm: Matriz,
    tm: Matriz,
    linha: Matriz,
    fonte: Option<Rc<Fonte<'a>>>,
    corpo: f32,
    entre: f32,
    palavra: f32,
    escala: f32,
    entrelinha: f32,
}

impl Default for Lapis<'_> {
    fn default() -> Self {
        Self {
            ctm: UM,
            tm: UM,
            linha: UM,
            fonte: None,
            corpo: 1.0,
            entre: 0.0,
            palavra: 0.0,
            escala: 1.0,
            entrelinha: 0.0,
        }
    }
}

impl Lapis<'_> {
    fn texto(&mut self, op: &Operation, pagina: &mut Pagina) {
        let arg = |i: usize| numero(op.operands.get(i));
        match op.operator.as_str() {
            "BT" => (self.tm, self.linha) = (UM, UM),
            "Tm" => {
                self.tm = matriz(&op.operands);
                self.linha = self.tm;
            }
            "Td" => self.mover(arg(0), arg(1)),
            "TD" => {
                self.entrelinha = -arg(1);
                self.mover(arg(0), arg(1));
            }
            "T*" => self.mover(0.0, -self.entrelinha),
            "TL" => self.entrelinha = arg(0),
            "Tc" => self.entre = arg(0),
            "Tw" => self.palavra = arg(0),
            "Tz" => self.escala = arg(0) / 100.0,
            "Tj" => self.mostrar(op.operands.first(), pagina),
            "'" => {
                self.mover(0.0, -self.entrelinha);
                self.mostrar(op.operands.first(), pagina);
            }
            "\"" => {
                (self.palavra, self.entre) = (arg(0), arg(1));
                self.mover(0.0, -self.entrelinha);
                self.mostrar(op.operands.get(2), pagina);
            }
            "TJ" => {
                for parte in op.operands.first().and_then(|o| o.as_array().ok()).into_iter().flatten() {
                    match parte {
                        Object::String(..) => self.mostrar(Some(parte), pagina),
                        n => self.avancar(-numero(Some(n)) / 1000.0 * self.corpo * self.escala),
                    }
                }
            }
            _ => {}
        }
    }

    fn mover(&mut self, x: f32, y: f32) {
        self.linha = vezes([1.0, 0.0, 0.0, 1.0, x, y], self.linha);
        self.tm = self.linha;
    }

    fn avancar(&mut self, x: f32) {
        self.tm = vezes([1.0, 0.0, 0.0, 1.0, x, 0.0], self.tm);
    }

    fn mostrar(&mut self, o: Option<&Object>, pagina: &mut Pagina) {
        let (Some(Object::String(bytes, _)), Some(fonte)) = (o, self.fonte.clone()) else { return };
        let onde = vezes(self.tm, self.ctm);
        let mut largura = 0.0;
        for code in bytes.chunks(fonte.passo) {
            let c = code.iter().fold(0_u32, |n, b| n << 8 | u32::from(*b));
            let w = fonte.larguras.get(&c).copied().unwrap_or(fonte.padrao);
            largura +=
                w / 1000.0 * self.corpo + self.entre + if c == 32 && fonte.passo == 1 { self.palavra } else { 0.0 };
        }
        self.avancar(largura * self.escala);
        let fim = vezes(self.tm, self.ctm);
        let Ok(texto) = Document::decode_text(&fonte.encoding, bytes) else { return };
        let [a, b, c, d, x, y] = onde;
        let altura = self.corpo.abs() * c.hypot(d);
        // Text that stands on its side is a margin note or a watermark.
        let deitado = b.abs() > a.abs();
        if !texto.is_empty() && !deitado && altura.is_finite() && x.is_finite() && y.is_finite() {
            let [.., ate, _] = fim;
            pagina.pedacos.push(Pedaco { x, y, fim: ate, altura, texto });
        }
    }
}

fn numero(o: Option<&Object>) -> f32 {
    o.and_then(|o| o.as_float().ok()).filter(|n| n.is_finite()).unwrap_or(0.0)
}

fn matriz(o: &[Object]) -> Matriz {
    let mut m = UM;
    for (m, o) in m.iter_mut().zip(o) {
        *m = numero(Some(o));
    }
    m
}

struct Linha {
    texto: String,
    altura: f32,
    y: f32,
    fim: f32,
    inicio: f32,
}

/// Lines and paragraphs out of what was drawn, in the order in which it was drawn, which is the order of reading.
fn montar(paginas: &[Vec<Pedaco>]) -> String {
    let normal = altura_comum(paginas);
    let mut out = String::new();
    for pedacos in paginas {
        let linhas = linhas(pedacos);
        let largura = linhas.iter().map(|l| l.fim).fold(0.0, f32::max);
        let mut antes: Option<&Linha> = None;
        for linha in &linhas {
            let texto = linha.texto.trim();
            let titulo =
                linha.altura > normal * 1.2 && texto.chars().count() <= 80 && texto.chars().any(char::is_alphabetic);
            let salto = antes
                .is_none_or(|a| (a.y - linha.y).abs() > a.altura.max(linha.altura) * 1.75 || linha.y > a.y + a.altura);
            let outro = antes.is_some_and(|a| (a.altura - linha.altura).abs() > normal * 0.15);
            if titulo {
                let segue = antes.is_some_and(|a| (a.altura - linha.altura).abs() < 0.5)
                    && !salto
                    && out.lines().last().is_some_and(|l| l.starts_with('#'));
                if segue {
                    out.push(' ');
                } else {
                    out.push_str(if linha.altura > normal * 1.6 { "\n\n# " } else { "\n\n## " });
                }
                out.push_str(texto);
            } else if salto || outro {
                out.push_str("\n\n");
                out.push_str(texto);
            } else if antes.is_some_and(|a| continua(&out, a, largura, texto)) {
                if out.ends_with('-') {
                    out.pop();
                } else {
                    out.push(' ');
                }
                out.push_str(texto);
            } else {
                out.push('\n');
                out.push_str(texto);
            }
            antes = Some(linha);
        }
        out.push('\n');
    }
    out
}

/// Whether a line only ends because the page does: it is long, and the next begins small.
fn continua(out: &str, antes: &Linha, largura: f32, texto: &str) -> bool {
    let cheia = antes.fim > largura * 0.75 && antes.fim - antes.inicio > 120.0;
    let aberta = !out.ends_with(['.', '!', '?', ':', ';']);
    let pequena = texto.starts_with(|c: char| c.is_lowercase() || c.is_numeric());
    let separada = out.ends_with('-') && texto.starts_with(char::is_lowercase) && !out.ends_with(" -");
    separada || (cheia && aberta && pequena)
}

fn linhas(pedacos: &[Pedaco]) -> Vec<Linha> {
    let mut out: Vec<Linha> = Vec::new();
    for p in pedacos {
        let mesma = out
            .last_mut()
            .filter(|l| (l.y - p.y).abs() < l.altura.max(p.altura) * 0.45 && p.x > l.fim - l.altura * 3.0);
        match mesma {
            Some(l) => {
                let vao = p.x - l.fim;
                if vao > l.altura * 0.18 && !l.texto.ends_with(' ') && !p.texto.starts_with(' ') {
                    l.texto.push(' ');
                }
                l.texto.push_str(&p.texto);
                l.fim = p.fim.max(l.fim);
                l.altura = l.altura.max(p.altura);
            }
            None => out.push(Linha { texto: p.texto.clone(), altura: p.altura, y: p.y, fim: p.fim, inicio: p.x }),
        }
    }
    out.retain(|l| !l.texto.trim().is_empty());
    out
}

/// The height that most letters have.
fn altura_comum(paginas: &[Vec<Pedaco>]) -> f32 {
    let mut letras: HashMap<u32, usize> = HashMap::new();
    for p in paginas.iter().flatten() {
        *letras.entry((p.altura * 4.0).round() as u32).or_default() += p.texto.trim().chars().count();
    }
    letras.into_iter().max_by_key(|(h, n)| (*n, *h)).map_or(10.0, |(h, _)| h as f32 / 4.0)
}
