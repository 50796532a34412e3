//! What stands in the head of a public page for those who do not read the page: search engines, link previews, the
//! browser's frame.
//!
//! Both languages live at one address, chosen by cookie and browser; who wants one for certain adds `?idioma=en`. So the
//! plain address is the Portuguese one and the `x-default`, and the English one is canonical with its parameter.

use leptos::{html, prelude::*};

use super::PAGINAS;
use crate::{
    server,
    text::{EN, Idioma, PT, Textos},
    ui::{Tema, tema},
};

/// Name and description of a public page.
#[derive(Clone, Copy, Debug)]
pub struct Pagina {
    /// Its path.
    pub caminho: &'static str,
    /// For the tab and the search result.
    pub titulo: &'static str,
    /// One sentence for the search result.
    pub descricao: &'static str,
}

/// The page at `path`, if it is a public one.
pub fn pagina(path: &str, t: &Textos) -> Option<Pagina> {
    let caminho = *PAGINAS.iter().find(|p| **p == path)?;
    let p = &t.publico;
    let (titulo, descricao) = match caminho {
        "/" => (p.titulo_inicio, p.desc_inicio),
        "/precos" => (p.titulo_precos, p.desc_precos),
        "/faq" => (p.titulo_faq, p.desc_faq),
        "/termos" => (p.titulo_termos, p.desc_termos),
        "/privacidade" => (p.titulo_privacidade, p.desc_privacidade),
        _ => (p.titulo_checkout, p.desc_checkout),
    };
    Some(Pagina { caminho, titulo, descricao })
}

/// The configured address without its last slash.
pub fn origin(public_url: &str) -> String {
    public_url.trim_end_matches('/').to_owned()
}

/// The address of a page in one language for certain.
fn endereco(origin: &str, caminho: &str, idioma: Idioma) -> String {
    match idioma {
        Idioma::PtBr => format!("{origin}{caminho}"),
        Idioma::En => format!("{origin}{caminho}?idioma=en"),
    }
}

/// Whether search engines should keep a page: not the checkout, which is a step and not a text.
fn indexada(caminho: &str) -> bool {
    caminho != "/checkout"
}

/// The browser's frame in the colour of the top of the page; the two of the tokens `--bg` and `--surface`.
pub fn cores(publica: bool) -> impl IntoView {
    let [claro, escuro] = if publica { ["#f6f8f7", "#0d1211"] } else { ["#ffffff", "#141a19"] };
    let por_sistema = |esquema: &str| Some(format!("(prefers-color-scheme: {esquema})"));
    let cores = match tema() {
        Tema::Auto => vec![(claro, por_sistema("light")), (escuro, por_sistema("dark"))],
        Tema::Claro => vec![(claro, None)],
        Tema::Escuro => vec![(escuro, None)],
    };
    cores
        .into_iter()
        .map(|(cor, media)| html::meta().name("theme-color").content(cor).attr("media", media))
        .collect_view()
}

fn og(propriedade: &'static str, conteudo: impl Into<String>) -> impl IntoView {
    html::meta().attr("property", propriedade).content(conteudo.into())
}

/// Description, canonical address, the other language, and the preview of a link.
pub fn cabeca(path: &str, idioma: Idioma) -> impl IntoView {
    let t = if idioma == Idioma::En { &EN } else { &PT };
    if super::reservada(path) {
        return Some(view! { <meta name="robots" content="noindex"/> }.into_any());
    }
    let pagina = pagina(path, t)?;
    let origin = server::ctx().map(|ctx| origin(ctx.app.public_url.as_str())).unwrap_or_default();
    let em = |idioma| endereco(&origin, pagina.caminho, idioma);
    // What the address asks for, not what the browser does: the plain one is itself in whatever language it is shown.
    let aqui = em(server::asked_idioma().unwrap_or(Idioma::PtBr));
    let imagem = format!("{origin}/og.png");
    let titulo = if pagina.titulo.starts_with(t.geral.marca) {
        pagina.titulo.to_owned()
    } else {
        format!("{} · {}", pagina.titulo, t.geral.marca)
    };
    let robots = if indexada(pagina.caminho) { "index, follow" } else { "noindex" };
    Some(
        view! {
            <meta name="description" content=pagina.descricao/>
            <meta name="robots" content=robots/>
            <link rel="canonical" href=aqui.clone()/>
            <link rel="alternate" hreflang="pt-BR" href=em(Idioma::PtBr)/>
            <link rel="alternate" hreflang="en" href=em(Idioma::En)/>
            <link rel="alternate" hreflang="x-default" href=em(Idioma::PtBr)/>
            {og("og:type", "website")}
            {og("og:site_name", t.geral.marca)}
            {og("og:locale", if idioma == Idioma::En { "en_US" } else { "pt_BR" })}
            {og("og:url", aqui)}
            {og("og:title", titulo)}
            {og("og:description", pagina.descricao)}
            {og("og:image", imagem)}
            {og("og:image:width", "1200")}
            {og("og:image:height", "630")}
            {og("og:image:alt", t.publico.h1)}
            <meta name="twitter:card" content="summary_large_image"/>
        }
        .into_any(),
    )
}

/// `/sitemap.xml`.
pub fn sitemap(origin: &str) -> String {
    let entrada = |caminho: &&str| {
        let (pt, en) = (endereco(origin, caminho, Idioma::PtBr), endereco(origin, caminho, Idioma::En));
        let outras = format!(
            r#"<xhtml:link rel="alternate" hreflang="pt-BR" href="{pt}"/><xhtml:link rel="alternate" hreflang="en" href="{en}"/><xhtml:link rel="alternate" hreflang="x-default" href="{pt}"/>"#
        );
        [pt, en].map(|loc| format!("  <url><loc>{loc}</loc>{outras}</url>\n")).concat()
    };
    let urls: String = PAGINAS.iter().filter(|p| indexada(p)).map(entrada).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n{urls}</urlset>\n"
    )
}

/// Structured data for search engines. Nothing in it may close the script it stands in.
pub fn json_ld(dados: &serde_json::Value) -> impl IntoView + use<> {
    let texto = dados.to_string().replace('<', "\\u003c");
    view! { <script type="application/ld+json" inner_html=texto></script> }
}
