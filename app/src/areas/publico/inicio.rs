//! `/`: what it does in one sentence, what it looks like, how it works, what it costs, and what it does not promise.

use leptos::prelude::*;
use serde_json::json;

use super::{
    arte,
    cabeca::{json_ld, origin},
    faq,
    moldura::{Moldura, ir, outra_pergunta},
    planos::Planos,
};
use crate::{server, text::textos, ui::Icone};

/// The landing.
#[component]
pub fn Inicio() -> impl IntoView {
    let t = textos();
    let p = &t.publico;
    let ramos = [p.ramo_1, p.ramo_2, p.ramo_3, p.ramo_4, p.ramo_5, p.ramo_6].map(|ramo| view! { <li>{ramo}</li> });
    let limites = [
        (p.limite_1, p.limite_1_texto),
        (p.limite_2, p.limite_2_texto),
        (p.limite_3, p.limite_3_texto),
        (p.limite_4, p.limite_4_texto),
    ]
    .map(|(titulo, texto)| view! { <li><Icone nome="ban"/><div><h3>{titulo}</h3><p>{texto}</p></div></li> });
    let cuidados = [
        ("lock", p.lgpd_1, p.lgpd_1_texto),
        ("clock", p.lgpd_2, p.lgpd_2_texto),
        ("user-round-check", p.lgpd_3, p.lgpd_3_texto),
        ("shield-check", p.lgpd_4, p.lgpd_4_texto),
    ]
    .map(|(icone, titulo, texto)| view! { <div><dt><Icone nome=icone/>{titulo}</dt><dd>{texto}</dd></div> });
    view! {
        <Moldura caminho="/">
            <section class="hero"><div class="wrap">
                <div class="hero-text">
                    <h1>{p.h1}</h1>
                    <div class="hero-side">
                        <p>{p.sub}</p>
                        <div class="cluster">
                            <a class="btn btn-primary btn-lg" href=ir("/checkout")>{p.assinar}</a>
                            <a class="btn btn-secondary btn-lg" href="#como">{p.ver_como}</a>
                        </div>
                    </div>
                </div>
                {arte::telas()}
            </div></section>
            <section class="trades"><div class="wrap"><p>{p.feito_para}</p><ul>{ramos.into_iter().collect_view()}</ul><small>{p.tela_legenda}</small></div></section>
            <section class="band" id="como"><div class="wrap">
                <header class="band-head"><h2>{p.como_titulo}</h2></header>
                {arte::passos()}
            </div></section>
            <section class="band band-tint"><div class="wrap">
                <header class="band-head"><h2>{p.faz_titulo}</h2></header>
                {arte::beneficios()}
            </div></section>
            <section class="band" id="limites"><div class="wrap faq">
                <header class="band-head"><h2>{p.limites_titulo}</h2><p>{p.limites_texto}</p></header>
                <ul class="limits">{limites.into_iter().collect_view()}</ul>
            </div></section>
            <section class="band band-tint" id="planos"><div class="wrap">
                <Planos titulo_3=true><header class="band-head"><h2>{p.planos}</h2><p>{p.planos_texto}</p></header></Planos>
            </div></section>
            <section class="band" id="perguntas"><div class="wrap faq">
                <header class="band-head"><h2>{p.faq_titulo}</h2>{outra_pergunta()}<p><a class="link" href=ir("/faq")>{p.ver_perguntas}</a></p></header>
                {faq::perguntas(&[0, 1, 2, 4, 5, 8])}
            </div></section>
            <section class="trust band-tint" aria-labelledby="lgpd"><div class="wrap">
                <h2 id="lgpd">{p.lgpd_titulo}</h2>
                <dl>{cuidados.into_iter().collect_view()}</dl>
                <p><a class="link" href=ir("/privacidade")>{p.lgpd_mais}</a></p>
            </div></section>
            <section class="last"><div class="wrap">
                <div><h2>{p.final_titulo}</h2><p>{p.final_texto}</p></div>
                <div class="cluster">
                    <a class="btn btn-primary btn-lg" href=ir("/checkout")>{p.assinar}</a>
                    <a class="btn btn-secondary btn-lg" href=ir("/precos")>{p.titulo_precos}</a>
                </div>
            </div></section>
            {organizacao()}
        </Moldura>
    }
}

/// Who runs it, as far as it has been told.
fn organizacao() -> Option<impl IntoView> {
    let ctx = server::ctx().ok()?;
    let origin = origin(ctx.app.public_url.as_str());
    let mut dados = json!({
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": textos().geral.marca,
        "url": format!("{origin}/"),
        "logo": format!("{origin}/icones/512.png"),
    });
    if let Some(dados) = dados.as_object_mut() {
        if let Some(nome) = &ctx.app.empresa.nome {
            dados.insert("legalName".into(), json!(nome));
        }
        if let Some(email) = &ctx.app.empresa.email {
            dados.insert("email".into(), json!(email));
        }
    }
    Some(json_ld(&dados))
}
