//! Head and foot of every public page.

use leptos::prelude::*;
use leptos_meta::Title;
use services::Actor;

use super::{Idiomas, cabeca};
use crate::{
    server,
    text::{fill, textos},
    ui::Logo,
};

/// An address of ours that stays in the language which the present address asks for.
pub(super) fn ir(caminho: &str) -> String {
    let Some(idioma) = server::asked_idioma() else { return caminho.to_owned() };
    let (antes, ancora) = caminho.split_once('#').map_or((caminho, None), |(antes, depois)| (antes, Some(depois)));
    let sinal = if antes.contains('?') { '&' } else { '?' };
    let ancora = ancora.map(|a| format!("#{a}")).unwrap_or_default();
    format!("{antes}{sinal}idioma={}{ancora}", idioma.lang())
}

/// How to reach who runs this installation.
pub fn contato() -> Option<String> {
    server::ctx().ok().and_then(|ctx| ctx.app.empresa.email.clone())
}

/// Whether a cliente looks at the page.
pub(super) fn entrou() -> bool {
    server::ctx().is_ok_and(|ctx| matches!(ctx.actor, Actor::Cliente { .. }))
}

/// The page around `children`.
#[component]
pub(super) fn Moldura(
    /// Its path, as in [`PAGINAS`](super::PAGINAS).
    caminho: &'static str,
    /// Its name, where it is no page of that list.
    #[prop(optional)]
    titulo: Option<&'static str>,
    /// What the page says.
    children: Children,
) -> impl IntoView {
    let t = textos();
    let titulo = titulo.or_else(|| cabeca::pagina(caminho, t).map(|p| p.titulo)).unwrap_or(t.geral.marca);
    view! {
        <Title text=titulo/>
        <div class="site">
            <a class="skip-link" href="#conteudo">{t.geral.pular}</a>
            <Topo caminho=caminho/>
            <main id="conteudo">{children()}</main>
            <Pe/>
        </div>
    }
}

#[component]
fn Topo(caminho: &'static str) -> impl IntoView {
    let t = textos();
    let p = &t.publico;
    let aqui = move |href: &'static str| (href == caminho).then_some("page");
    let portas = if entrou() {
        view! { <a class="btn btn-primary" href="/dashboard">{p.abrir_painel}</a> }.into_any()
    } else {
        view! {
            <a class="btn btn-ghost" href="/login">{t.auth.entrar}</a>
            {(caminho != "/checkout").then(|| view! { <a class="btn btn-primary" href=ir("/checkout")>{p.assinar}</a> })}
        }
        .into_any()
    };
    view! {
        <header class="site-head"><div class="wrap">
            <a class="logo" href=ir("/") aria-label=t.geral.pagina_inicial><Logo/></a>
            <nav aria-label=p.navegacao>
                <a href=ir("/#como")>{p.como}</a>
                <a href=ir("/#limites")>{p.limites}</a>
                <a href=ir("/precos") aria-current=aqui("/precos")>{p.planos}</a>
                <a href=ir("/faq") aria-current=aqui("/faq")>{p.perguntas}</a>
            </nav>
            <div class="site-acts">{portas}</div>
        </div></header>
    }
}

#[component]
fn Pe() -> impl IntoView {
    let t = textos();
    let p = &t.publico;
    let contato = match contato() {
        Some(email) => view! { <a href=format!("mailto:{email}")>{email.clone()}</a> }.into_any(),
        None => view! { <p>{p.pe_sem_contato}</p> }.into_any(),
    };
    view! {
        <footer class="site-foot"><div class="wrap">
            <div class="foot-brand"><span class="logo"><Logo/></span><p>{p.pe_lema}</p></div>
            <nav aria-label=p.pe_produto>
                <h2>{p.pe_produto}</h2>
                <a href=ir("/#como")>{p.como}</a>
                <a href=ir("/precos")>{p.planos}</a>
                <a href=ir("/faq")>{p.perguntas}</a>
                {if entrou() {
                    view! { <a href="/dashboard">{p.abrir_painel}</a> }
                } else {
                    view! { <a href="/login">{t.auth.entrar}</a> }
                }}
            </nav>
            <nav aria-label=p.pe_legal>
                <h2>{p.pe_legal}</h2>
                <a href=ir("/termos")>{p.titulo_termos}</a>
                <a href=ir("/privacidade")>{p.titulo_privacidade}</a>
            </nav>
            <div class="foot-list"><h2>{p.pe_contato}</h2>{contato}</div>
            <div class="foot-end">
                <p>{p.pe_marcas}</p>
                <Idiomas de=server::request_path_without_idioma()/>
            </div>
        </div></footer>
    }
}

/// A sentence with `{email}` in it, as a link.
pub(super) fn com_email(frase: &'static str, email: &str) -> impl IntoView + use<> {
    let (antes, depois) = frase.split_once("{email}").unwrap_or((frase, ""));
    view! { <p>{antes}<a class="link" href=format!("mailto:{email}")>{email.to_owned()}</a>{depois}</p> }
}

/// Where those go who did not find their question.
pub(super) fn outra_pergunta() -> impl IntoView {
    let p = &textos().publico;
    match contato() {
        None => view! { <p>{p.faq_sem_contato}</p> }.into_any(),
        Some(email) => com_email(p.faq_contato, &email).into_any(),
    }
}

/// Name and contact in a document, or words that say that they are missing.
pub(super) fn quem_somos(texto: &str) -> String {
    let p = &textos().publico;
    let empresa = server::ctx().map(|ctx| ctx.app.empresa.clone()).unwrap_or_default();
    let nome = empresa.nome.as_deref().unwrap_or(p.legal_sem_empresa);
    let email = empresa.email.as_deref().unwrap_or(p.legal_sem_email);
    fill(texto, &[("empresa", nome), ("email", email)])
}
