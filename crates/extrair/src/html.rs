//! The main text of a web page: headings, paragraphs, lists and tables, without menus, forms and small print.
//!
//! Works on the tokens, without a tree: nothing recurses, and unclosed tags cost nothing. What is main is what stands in
//! `main` or `article`, else everything outside of what is marked as navigation.

use std::cell::RefCell;

use encoding_rs::Encoding;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{RawKind, Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, EndTag, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};

use crate::docx::celulas;
use crate::plano::{decodificar, uma_linha};
use crate::{Formato, MAX_CARACTERES, Motivo, Resultado, pronto};

/// Open elements that are followed; deeper ones count as their parents.
const MAX_FUNDO: usize = 400;
/// Below this the main part is taken for wrongly marked.
const POUCO: usize = 200;

/// The main text of a page. `charset` is what the server said of it.
///
/// # Errors
/// Why there is none.
pub fn html(bytes: &[u8], charset: Option<&str>) -> Resultado {
    let dito = charset.map(str::as_bytes).or_else(|| meta(bytes)).and_then(Encoding::for_label);
    let texto = decodificar(bytes, dito);
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(texto.as_str()));
    let tokenizer = Tokenizer::new(Pagina::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut pagina = tokenizer.sink.0.into_inner();
    pagina.bloco();
    let escolhido = pagina.escolher();
    if escolhido.trim().is_empty() {
        return Err(Motivo::SemTexto);
    }
    let cortado = pagina.cheia;
    pronto(Formato::Html, Some(pagina.titulo), &escolhido, None, cortado)
}

/// The charset that the page says of itself, near its begin.
fn meta(bytes: &[u8]) -> Option<&[u8]> {
    let begin = bytes.get(..bytes.len().min(2_048))?;
    let at = begin.windows(8).position(|w| w.eq_ignore_ascii_case(b"charset="))? + 8;
    let rest = begin.get(at..)?;
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let end = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')))?;
    rest.get(..end)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tipo {
    Titulo(usize),
    Item,
    Linha,
    Texto,
}

#[derive(Debug)]
struct Bloco {
    tipo: Tipo,
    texto: String,
    /// Letters of it that are links.
    links: usize,
    /// In `main` or `article`.
    principal: bool,
    /// In navigation and the like.
    beira: bool,
}

#[derive(Clone, Debug)]
struct Aberto {
    nome: String,
    principal: bool,
    beira: bool,
    some: bool,
    link: bool,
}

#[derive(Default)]
struct Pagina(RefCell<Estado>);

#[derive(Default)]
struct Estado {
    abertos: Vec<Aberto>,
    blocos: Vec<Bloco>,
    texto: String,
    links: usize,
    tipo: Option<Tipo>,
    linha: Vec<String>,
    titulo: String,
    no_titulo: bool,
    tamanho: usize,
    cheia: bool,
}

impl TokenSink for Pagina {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut estado = self.0.borrow_mut();
        match token {
            CharacterTokens(texto) => estado.letras(&texto),
            TagToken(tag) if tag.kind == StartTag => {
                estado.abre(&tag);
                if let Some(kind) = cru(&tag.name) {
                    return TokenSinkResult::RawData(kind);
                }
            }
            TagToken(tag) if tag.kind == EndTag => estado.fecha(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Elements whose inside is not markup.
fn cru(nome: &str) -> Option<RawKind> {
    match nome {
        "script" => Some(ScriptData),
        "style" | "noscript" | "iframe" | "noembed" | "noframes" | "xmp" => Some(Rawtext),
        "title" | "textarea" => Some(Rcdata),
        _ => None,
    }
}

impl Estado {
    fn abre(&mut self, tag: &Tag) {
        let nome: &str = &tag.name;
        match nome {
            "br" => return self.texto.push('\n'),
            "img" | "hr" | "input" | "meta" | "link" | "source" | "col" | "wbr" | "area" | "base" | "embed"
            | "track" => return,
            _ => {}
        }
        match nome {
            "td" | "th" => self.celula(),
            "tr" | "thead" | "tbody" | "tfoot" => self.linha(),
            _ if bloco(nome) => self.bloco(),
            _ => {}
        }
        // Nobody closes these, and the parts of tables neither.
        if matches!(nome, "p" | "li" | "dt" | "dd" | "option") && self.abertos.last().is_some_and(|a| a.nome == nome) {
            self.abertos.pop();
        }
        self.no_titulo = nome == "title" && self.titulo.is_empty() && !self.dentro("svg");
        if tag.self_closing && matches!(nome, "svg" | "path") || self.abertos.len() >= MAX_FUNDO {
            return;
        }
        let attr = |name: &str| tag.attrs.iter().find(|a| &*a.name.local == name).map(|a| a.value.to_lowercase());
        let role = attr("role").unwrap_or_default();
        let up = self.abertos.last();
        let principal = up.is_some_and(|a| a.principal) || matches!(nome, "main" | "article") || role == "main";
        let beira = up.is_some_and(|a| a.beira)
            || matches!(nome, "nav" | "aside" | "footer" | "form" | "dialog" | "menu")
            || (nome == "header" && !principal)
            || matches!(role.as_str(), "navigation" | "banner" | "contentinfo" | "search" | "dialog" | "complementary")
            || [attr("id"), attr("class")].iter().flatten().any(|v| de_beira(v));
        let hidden = attr("hidden").is_some()
            || attr("aria-hidden").is_some_and(|v| v == "true")
            || attr("style").is_some_and(|v| v.replace(' ', "").contains("display:none"));
        let some = up.is_some_and(|a| a.some)
            || hidden
            || matches!(
                nome,
                "script"
                    | "style"
                    | "noscript"
                    | "iframe"
                    | "template"
                    | "svg"
                    | "button"
                    | "select"
                    | "textarea"
                    | "head"
                    | "object"
                    | "canvas"
                    | "video"
                    | "audio"
            );
        let link = up.is_some_and(|a| a.link) || nome == "a";
        // A page may write its text before its head is closed.
        let some = some && nome != "body";
        self.tipo = match nome {
            "h1" => Some(Tipo::Titulo(1)),
            "h2" => Some(Tipo::Titulo(2)),
            "h3" | "h4" | "h5" | "h6" => Some(Tipo::Titulo(3)),
            "li" => Some(Tipo::Item),
            "p" if self.dentro("li") => Some(Tipo::Item),
            _ if bloco(nome) => None,
            _ => self.tipo,
        };
        self.abertos.push(Aberto { nome: nome.to_owned(), principal, beira, some, link });
    }

    fn fecha(&mut self, nome: &str) {
        if nome == "title" {
            self.no_titulo = false;
        }
        match nome {
            "td" | "th" => return self.celula(),
            "tr" | "thead" | "tbody" | "tfoot" | "table" => self.linha(),
            _ if bloco(nome) => self.bloco(),
            _ => {}
        }
        if bloco(nome) {
            self.tipo = None;
        }
        if let Some(at) = self.abertos.iter().rposition(|a| a.nome == nome) {
            self.abertos.truncate(at);
        }
    }

    fn letras(&mut self, texto: &str) {
        if self.no_titulo && self.titulo.len() < 300 {
            return self.titulo.push_str(texto);
        }
        let up = self.abertos.last();
        if up.is_some_and(|a| a.some) || self.cheia {
            return;
        }
        if up.is_some_and(|a| a.link) {
            self.links += texto.chars().filter(|c| c.is_alphanumeric()).count();
        }
        if self.dentro("pre") {
            self.texto.push_str(texto);
        } else {
            self.texto.push_str(&texto.replace(['\n', '\r', '\t'], " "));
        }
        self.tamanho += texto.len();
        self.cheia = self.tamanho > MAX_CARACTERES * 8;
    }

    fn dentro(&self, nome: &str) -> bool {
        self.abertos.iter().rev().take(12).any(|a| a.nome == nome)
    }

    /// Ends the cell that is being read.
    fn celula(&mut self) {
        let table = self.abertos.iter().rposition(|a| a.nome == "table").unwrap_or(0);
        let cell = self.abertos.iter().rposition(|a| matches!(a.nome.as_str(), "td" | "th")).filter(|at| *at > table);
        if let Some(at) = cell {
            self.linha.push(uma_linha(&std::mem::take(&mut self.texto)));
            self.abertos.truncate(at);
        } else {
            self.bloco();
        }
    }

    /// Ends the row that is being read.
    fn linha(&mut self) {
        self.celula();
        if let Some(at) = self.abertos.iter().rposition(|a| a.nome == "tr") {
            self.abertos.truncate(at);
        }
        self.texto = celulas(&std::mem::take(&mut self.linha));
        self.tipo = Some(Tipo::Linha);
        self.bloco();
        self.tipo = None;
    }

    /// Ends the block that is being read.
    fn bloco(&mut self) {
        let texto = std::mem::take(&mut self.texto);
        let links = std::mem::take(&mut self.links);
        let linhas: Vec<String> = texto.split('\n').map(uma_linha).filter(|l| !l.is_empty()).collect();
        if linhas.is_empty() {
            return;
        }
        // In a table the cell waits for its row.
        if self.dentro("td") || self.dentro("th") {
            self.texto = linhas.join(" ") + " ";
            return;
        }
        let up = self.abertos.last();
        let (principal, beira) = (up.is_some_and(|a| a.principal), up.is_some_and(|a| a.beira));
        self.blocos.push(Bloco {
            tipo: self.tipo.unwrap_or(Tipo::Texto),
            texto: linhas.join("\n"),
            links,
            principal,
            beira,
        });
    }

    /// The text of the part that is the page's own.
    fn escolher(&self) -> String {
        let of = |keep: &dyn Fn(&Bloco) -> bool| montar(self.blocos.iter().filter(|b| keep(b) && !b.menu()));
        let principal = of(&|b| b.principal && !b.beira);
        if principal.chars().count() >= POUCO {
            return principal;
        }
        let centro = of(&|b| !b.beira);
        if centro.chars().count() >= POUCO {
            return centro;
        }
        // A short page, or one that marks everything as an edge.
        let tudo = of(&|_| true);
        if tudo.chars().count() > 2 * centro.chars().count() + POUCO || centro.is_empty() { tudo } else { centro }
    }
}

impl Bloco {
    /// Mostly links: a menu, tags, "read more".
    fn menu(&self) -> bool {
        let letras = self.texto.chars().filter(|c| c.is_alphanumeric()).count();
        !matches!(self.tipo, Tipo::Titulo(_)) && letras < 120 && self.links * 10 > letras * 8
    }
}

fn montar<'a>(blocos: impl Iterator<Item = &'a Bloco>) -> String {
    let mut out = String::new();
    let mut antes = Tipo::Texto;
    for bloco in blocos {
        let junto = antes == bloco.tipo && matches!(bloco.tipo, Tipo::Item | Tipo::Linha);
        if !out.is_empty() {
            out.push_str(if junto { "\n" } else { "\n\n" });
        }
        match bloco.tipo {
            Tipo::Titulo(n) => out.push_str(&format!("{} {}", "#".repeat(n), bloco.texto.replace('\n', " "))),
            Tipo::Item => out.push_str(&format!("- {}", bloco.texto)),
            Tipo::Linha | Tipo::Texto => out.push_str(&bloco.texto),
        }
        antes = bloco.tipo;
    }
    // A heading under which nothing is left.
    let linhas: Vec<&str> = out.lines().collect();
    let vazio = |i: usize| {
        let rank = |l: &str| l.chars().take_while(|c| *c == '#').count();
        let own = linhas.get(i).map_or(0, |l| rank(l));
        let next = linhas.get(i + 1..).and_then(|rest| rest.iter().find(|l| !l.is_empty()));
        own > 0 && next.is_none_or(|l| rank(l) > 0 && rank(l) <= own)
    };
    let keep: Vec<&str> = linhas.iter().enumerate().filter(|(i, _)| !vazio(*i)).map(|(_, l)| *l).collect();
    keep.join("\n")
}

fn bloco(nome: &str) -> bool {
    matches!(
        nome,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "dd"
            | "details"
            | "dialog"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// Ids and classes that pages give to what is not their text.
fn de_beira(valor: &str) -> bool {
    const BEIRA: [&str; 12] = [
        "cookie",
        "navbar",
        "menu",
        "sidebar",
        "breadcrumb",
        "footer",
        "rodape",
        "newsletter",
        "share",
        "social",
        "popup",
        "modal",
    ];
    valor.split_whitespace().any(|v| {
        v.split(['-', '_']).any(|part| BEIRA.contains(&part))
            && !v.contains("content")
            && !matches!(v, "menu-item" | "menu-section" | "menu-list")
    })
}
