//! `/dashboard/tutoriais`: short guides on one page, so that the browser's own search finds every word of them. Pictures are
//! made of the same parts as the product, so they follow theme and language.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    text::{Textos, fill, textos},
    ui::Icone,
};

struct Guia {
    id: &'static str,
    titulo: &'static str,
    intro: &'static str,
    passos: &'static str,
    dica: &'static str,
    href: &'static str,
    figura: AnyView,
}

fn guias(t: &'static Textos) -> Vec<Guia> {
    let x = &t.tutoriais;
    vec![
        Guia {
            id: "texto",
            titulo: x.texto_titulo,
            intro: x.texto_intro,
            passos: x.texto_passos,
            dica: x.texto_dica,
            href: "/dashboard/conhecimento",
            figura: amostra(x.texto_amostra),
        },
        Guia {
            id: "conectar",
            titulo: x.conectar_titulo,
            intro: x.conectar_intro,
            passos: x.conectar_passos,
            dica: x.conectar_dica,
            href: "/dashboard/whatsapp",
            figura: caminho(x.conectar_caminho),
        },
        Guia {
            id: "assumir",
            titulo: x.assumir_titulo,
            intro: x.assumir_intro,
            passos: x.assumir_passos,
            dica: x.assumir_dica,
            href: "/dashboard/conversas",
            figura: view! {
                {balao(None, x.assumir_cliente)}
                {balao(Some(("bot", x.rotulo_ia)), x.assumir_ia)}
                {balao(Some(("user-round", x.rotulo_voce)), x.assumir_pessoa)}
            }
            .into_any(),
        },
        Guia {
            id: "ensinar",
            titulo: x.ensinar_titulo,
            intro: x.ensinar_intro,
            passos: x.ensinar_passos,
            dica: x.ensinar_dica,
            href: "/dashboard#prontidao",
            figura: view! {
                {amostra(x.ensinar_pergunta)}
                <Icone nome="arrow-down" class="guia-seta"/>
                {balao(Some(("bot", x.rotulo_ia)), x.ensinar_resposta)}
            }
            .into_any(),
        },
        Guia {
            id: "numero",
            titulo: x.numero_titulo,
            intro: x.numero_intro,
            passos: x.numero_passos,
            dica: x.numero_dica,
            href: "/dashboard/whatsapp",
            figura: view! { {lista(x.numero_sim, "check", "ok")}{lista(x.numero_nao, "x", "warn")} }.into_any(),
        },
    ]
}

/// The page.
#[component]
pub fn Tutoriais() -> impl IntoView {
    let t = textos();
    let x = &t.tutoriais;
    let todas = guias(t);
    let indice = todas
        .iter()
        .map(|g| view! { <li><a href=format!("#{}", g.id) rel="external">{g.titulo}</a></li> })
        .collect_view();
    let artigos = todas.into_iter().map(|g| {
        let ancora = fill(x.link, &[("titulo", g.titulo)]);
        let passos = g.passos.split('|').map(|p| view! { <li>{p}</li> }).collect_view();
        view! {
            <article class="card guia" id=g.id aria-labelledby=format!("t-{}", g.id)>
                <div class="guia-texto">
                    <h2 class="card-big" id=format!("t-{}", g.id)>{g.titulo}<a class="guia-ancora" href=format!("#{}", g.id) rel="external" aria-label=ancora>"#"</a></h2>
                    <p>{g.intro}</p>
                    <ol class="steps">{passos}</ol>
                    <p class="banner tone-info guia-dica"><Icone nome="info"/><span><b>{x.dica}": "</b>{g.dica}</span></p>
                    <p><a class="btn btn-secondary btn-sm" href=g.href>{x.abrir}<span class="visually-hidden">": "{g.titulo}</span></a></p>
                </div>
                <figure class="guia-figura" aria-label=x.exemplo>{g.figura}</figure>
            </article>
        }
    });
    view! {
        <Title text=x.titulo/>
        <div class="page guias">
            <header class="page-head"><div><h1 class="page-title">{x.titulo}</h1><p class="page-sub">{x.sub}</p></div></header>
            <nav class="guia-indice" aria-label=x.indice><ul>{indice}</ul></nav>
            <div class="stack">{artigos.collect_view()}</div>
        </div>
    }
}

/// Lines of a text as the editor shows them; a heading is strong.
fn amostra(linhas: &'static str) -> AnyView {
    let linhas = linhas.split('|').map(|l| {
        if l.starts_with('#') { view! { <b>{l}</b> }.into_any() } else { view! { <span>{l}</span> }.into_any() }
    });
    view! { <div class="guia-papel">{linhas.collect_view()}</div> }.into_any()
}

/// Where to go on the phone.
fn caminho(partes: &'static str) -> AnyView {
    let partes = partes.split('|').map(|p| view! { <li><Icone nome="smartphone"/>{p}</li> });
    view! { <ol class="guia-caminho">{partes.collect_view()}</ol><Icone nome="qr-code" class="guia-qr"/> }.into_any()
}

/// A line of a conversation; without a label it is the customer's.
fn balao(de: Option<(&'static str, &'static str)>, texto: &'static str) -> AnyView {
    let class = match de {
        None => "msg msg-in",
        Some(("bot", _)) => "msg msg-out msg-ai",
        Some(_) => "msg msg-out",
    };
    let quem = de.map(|(icone, nome)| view! { <p class="bubble-from"><Icone nome=icone/>{nome}</p> });
    view! { <div class=class><div class="bubble">{quem}<p class="bubble-text">{texto}</p></div></div> }.into_any()
}

fn lista(itens: &'static str, icone: &'static str, class: &'static str) -> AnyView {
    let itens = itens.split('|').map(|i| view! { <li class=class><Icone nome=icone/><span>{i}</span></li> });
    view! { <ul class="guia-lista">{itens.collect_view()}</ul> }.into_any()
}
