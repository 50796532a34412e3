//! `/termos` and `/privacidade`: documents in `text/legal/`, written in the little of Markdown that they need, so that a
//! lawyer can change them without a developer.

use leptos::prelude::*;

use super::moldura::{Moldura, ir, quem_somos};
use crate::{
    text::{Idioma, textos},
    ui::Icone,
};

/// The terms.
#[component]
pub fn Termos() -> impl IntoView {
    let t = textos();
    let texto = match t.idioma {
        Idioma::PtBr => include_str!("../../text/legal/termos.pt.md"),
        Idioma::En => include_str!("../../text/legal/termos.en.md"),
    };
    view! { <Moldura caminho="/termos">{documento(t.publico.titulo_termos, texto)}</Moldura> }
}

/// The privacy policy.
#[component]
pub fn Privacidade() -> impl IntoView {
    let t = textos();
    let texto = match t.idioma {
        Idioma::PtBr => include_str!("../../text/legal/privacidade.pt.md"),
        Idioma::En => include_str!("../../text/legal/privacidade.en.md"),
    };
    view! { <Moldura caminho="/privacidade">{documento(t.publico.titulo_privacidade, texto)}</Moldura> }
}

fn documento(titulo: &'static str, texto: &str) -> impl IntoView + use<> {
    let t = textos();
    let p = &t.publico;
    let texto = quem_somos(texto);
    let partes = texto.lines().filter_map(|l| l.strip_prefix("## "));
    let indice = partes.map(|parte| view! { <li><a href=format!("#{}", ancora(parte))>{parte.to_owned()}</a></li> });
    let traducao = (t.idioma == Idioma::En).then(|| view! { <p>{p.legal_traducao}</p> });
    view! {
        <section class="band"><div class="wrap legal">
            <header class="band-head"><h1>{titulo}</h1></header>
            <nav class="legal-index" aria-label=p.legal_indice><h2>{p.legal_indice}</h2><ol>{indice.collect_view()}</ol></nav>
            <div class="legal-text">
                <div class="banner tone-warn"><Icone nome="file-text"/><div><p>{p.legal_aviso}</p>{traducao}</div></div>
                <div class="prose" inner_html=html(&texto)></div>
            </div>
        </div></section>
    }
}

/// Headings, paragraphs and lists.
fn html(texto: &str) -> String {
    let mut out = String::new();
    for bloco in texto.split("\n\n").map(str::trim).filter(|b| !b.is_empty()) {
        if let Some(titulo) = bloco.strip_prefix("## ") {
            out += &format!("<h2 id=\"{}\">{}</h2>", ancora(titulo), linha(titulo));
        } else if bloco.starts_with("- ") {
            let itens = bloco.lines().filter_map(|l| l.strip_prefix("- "));
            let itens: String = itens.map(|item| format!("<li>{}</li>", linha(item))).collect();
            out += &format!("<ul>{itens}</ul>");
        } else {
            out += &format!("<p>{}</p>", linha(bloco));
        }
    }
    out
}

/// `1. Quem somos` is `parte-1`, in both languages.
fn ancora(titulo: &str) -> String {
    format!("parte-{}", titulo.split('.').next().unwrap_or_default())
}

/// `**strong**`, `` `code` `` and `[words](address)` in one line; all else is text.
fn linha(texto: &str) -> String {
    let texto = texto.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let pares = |texto: &str, sinal: &str, tag: &str| {
        let partes: Vec<&str> = texto.split(sinal).collect();
        let inteiras = partes.iter().enumerate().map(|(i, parte)| {
            if i % 2 == 1 && i + 1 < partes.len() { format!("<{tag}>{parte}</{tag}>") } else { (*parte).to_owned() }
        });
        inteiras.collect::<String>()
    };
    elos(&pares(&pares(&texto, "**", "strong"), "`", "code"))
}

fn elos(texto: &str) -> String {
    let (mut out, mut resto) = (String::new(), texto);
    while let Some((antes, palavras, endereco, depois)) = elo(resto) {
        let endereco = if endereco.starts_with('/') { ir(endereco) } else { endereco.to_owned() };
        out += &format!("{antes}<a class=\"link\" href=\"{endereco}\">{palavras}</a>");
        resto = depois;
    }
    out + resto
}

fn elo(texto: &str) -> Option<(&str, &str, &str, &str)> {
    let (antes, resto) = texto.split_once('[')?;
    let (palavras, resto) = resto.split_once("](")?;
    let (endereco, depois) = resto.split_once(')')?;
    Some((antes, palavras, endereco, depois))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTOS: [(&str, &str); 2] = [
        (include_str!("../../text/legal/termos.pt.md"), include_str!("../../text/legal/termos.en.md")),
        (include_str!("../../text/legal/privacidade.pt.md"), include_str!("../../text/legal/privacidade.en.md")),
    ];

    #[test]
    fn the_little_of_markdown_becomes_html_and_nothing_else_does() {
        let texto = "## 1. Um\n\n**a** & `b` <c>\n\n- [x](/y)\n- [z](https://z.example)";
        let esperado = "<h2 id=\"parte-1\">1. Um</h2><p><strong>a</strong> &amp; <code>b</code> &lt;c&gt;</p>\
                        <ul><li><a class=\"link\" href=\"/y\">x</a></li>\
                        <li><a class=\"link\" href=\"https://z.example\">z</a></li></ul>";
        assert_eq!(html(texto), esperado);
    }

    #[test]
    fn both_languages_have_the_same_parts_and_no_exclamation_marks() {
        let formato = |texto: &str| {
            texto
                .split("\n\n")
                .map(|b| {
                    (ancora(b.strip_prefix("## ").unwrap_or("-")), b.lines().filter(|l| l.starts_with("- ")).count())
                })
                .collect::<Vec<_>>()
        };
        for (pt, en) in DOCUMENTOS {
            assert_eq!(formato(pt), formato(en));
            assert!(!pt.contains('!') && !en.contains('!'));
            for marca in ["{empresa}", "{email}"] {
                assert!(pt.contains(marca) && en.contains(marca), "{marca}");
            }
        }
    }
}
