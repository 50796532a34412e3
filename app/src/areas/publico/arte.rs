//! Pictures of the landing: true screens of the product, made by `end2end/landing-shots.mjs`, and small scenes out of the
//! product's own parts. All of it is decoration beside the words, except the screens, which have a description.

use leptos::prelude::*;

use crate::{
    text::textos,
    ui::{Icone, Tema, tema},
};

/// Light and dark of one screen; which of them is shown follows the page's theme, a chosen one or the system's.
fn temas() -> Vec<(&'static str, &'static str)> {
    match tema() {
        Tema::Auto => vec![("escuro", "(prefers-color-scheme: dark)"), ("claro", "all")],
        Tema::Claro => vec![("claro", "all")],
        Tema::Escuro => vec![("escuro", "all")],
    }
}

/// The inbox: wide, and on a phone what it looks like on a phone.
pub(super) fn telas() -> impl IntoView {
    let p = &textos().publico;
    let ultimo = temas().last().map_or("claro", |(tema, _)| tema);
    let com = |media: &str, celular: bool| match (media, celular) {
        ("all", true) => "(width < 640px)".to_owned(),
        ("all", false) => media.to_owned(),
        (media, true) => format!("(width < 640px) and {media}"),
        (media, false) => media.to_owned(),
    };
    let celular = |tema: &'static str, media: &'static str| {
        ["avif", "webp"].map(|tipo| {
            let src = format!("/telas/celular-{tema}.{tipo}");
            view! { <source media=com(media, true) type=format!("image/{tipo}") srcset=src width="780" height="1720"/> }
        })
    };
    let larga = |tema: &'static str, media: &'static str| {
        let avif = format!("/telas/inbox-{tema}.avif 1104w, /telas/inbox-{tema}-2x.avif 2208w");
        let webp = format!("/telas/inbox-{tema}.webp");
        view! {
            <source media=com(media, false) type="image/avif" srcset=avif sizes="(width >= 1300px) 1104px, 92vw" width="1104" height="690"/>
            <source media=com(media, false) type="image/webp" srcset=webp width="1104" height="690"/>
        }
    };
    let no_celular = |tema: &'static str, media: &'static str| {
        ["avif", "webp"].map(|tipo| {
            let src = format!("/telas/celular-{tema}.{tipo}");
            view! { <source media=com(media, false) type=format!("image/{tipo}") srcset=src width="780" height="1720"/> }
        })
    };
    view! {
        <div class="shots">
            <picture class="shot-wide">
                {temas().into_iter().map(|(tema, media)| celular(tema, media)).collect_view()}
                {temas().into_iter().map(|(tema, media)| larga(tema, media)).collect_view()}
                <img src=format!("/telas/inbox-{ultimo}.webp") alt=p.tela_desktop width="1104" height="690" fetchpriority="high"/>
            </picture>
            <picture class="shot-phone">
                {temas().into_iter().map(|(tema, media)| no_celular(tema, media)).collect_view()}
                <img src=format!("/telas/celular-{ultimo}.webp") alt=p.tela_celular width="780" height="1720" loading="lazy"/>
            </picture>
        </div>
    }
}

/// The three steps.
pub(super) fn passos() -> impl IntoView {
    let p = &textos().publico;
    let feito = |texto: &'static str| view! { <li><Icone nome="check"/>{texto}</li> };
    view! {
        <ol class="how">
            <li>
                <div class="vig vig-text" aria-hidden="true">
                    <p><b>"## "{p.vig_titulo}</b></p><p>{p.vig_1}</p><p>{p.vig_2}</p><p>{p.vig_3}<i class="caret"></i></p>
                </div>
                <h3>{p.passo_1}</h3><p>{p.passo_1_texto}</p>
            </li>
            <li>
                <div class="vig vig-qr" aria-hidden="true">
                    <span class="qr"><Icone nome="qr-code"/></span>
                    <ul>{feito(p.vig_qr_1)}{feito(p.vig_qr_2)}{feito(p.vig_qr_3)}</ul>
                </div>
                <h3>{p.passo_2}</h3><p>{p.passo_2_texto}</p>
            </li>
            <li>
                <div class="vig vig-hand" aria-hidden="true">
                    <div class="banner tone-ai"><Icone nome="bot"/><div><b>{p.vig_ia}</b></div></div>
                    <div class="banner tone-warn"><Icone nome="hand"/><div><b>{p.vig_espera}</b></div><span class="btn btn-secondary btn-sm">{p.vig_assumir}</span></div>
                </div>
                <h3>{p.passo_3}</h3><p>{p.passo_3_texto}</p>
            </li>
        </ol>
    }
}

/// What it does, each with a piece of the screen where it happens.
pub(super) fn beneficios() -> impl IntoView {
    let p = &textos().publico;
    let texto = |titulo: &'static str, texto: &'static str| {
        view! { <div class="tile-text"><h3>{titulo}</h3><p>{texto}</p></div> }
    };
    let trecho = |titulo: &'static str, texto: &'static str, valor: f32| {
        let valor = crate::format::decimal(valor);
        view! { <li><div><b>{titulo}</b><span class="num">{valor}</span></div><p>{texto}</p></li> }
    };
    view! {
        <div class="bento">
            <article class="tile tile-wide">
                {texto(p.faz_1, p.faz_1_texto)}
                <div class="tile-art panel" aria-hidden="true">
                    <div class="panel-head"><b>{p.faz_1_por_que}</b><span class="badge badge-ai">{p.faz_1_confianca}</span></div>
                    <span class="confidence" style="--v:86"><span></span></span>
                    <p class="confidence-scale"><span>"0"</span><span>{p.faz_1_limiar}</span><span>"1"</span></p>
                    <ol class="parts">{trecho(p.faz_1_t1, p.faz_1_t1_texto, 0.88)}{trecho(p.faz_1_t2, p.faz_1_t2_texto, 0.79)}</ol>
                </div>
            </article>
            <article class="tile">
                {texto(p.faz_2, p.faz_2_texto)}
                <div class="tile-art rows-mini" aria-hidden="true">
                    <p><i class="dot dot-ai"></i>{p.faz_2_a}</p>
                    <p class="is-warn"><i class="dot dot-warn"></i>{p.faz_2_b}</p>
                    <p><i class="dot dot-success"></i>{p.faz_2_c}</p>
                </div>
            </article>
            <article class="tile">
                {texto(p.faz_3, p.faz_3_texto)}
                <div class="tile-art" aria-hidden="true"><ol class="log log-plain">
                    <li class="msg msg-out"><div class="bubble">{p.faz_3_a}<span class="bubble-meta">"17:04"<Icone nome="check-check" class="is-read"/></span></div></li>
                    <li class="sys"><Icone nome="smartphone"/>{p.faz_3_b}</li>
                </ol></div>
            </article>
            <article class="tile tile-wide">
                {texto(p.faz_4, p.faz_4_texto)}
                <div class="tile-art rows-mini" aria-hidden="true">
                    <div class="banner tone-danger"><Icone nome="wifi-off"/><div><b>{p.faz_4_a}</b></div></div>
                    <div class="banner tone-success"><Icone nome="circle-check"/><div><b>{p.faz_4_b}</b></div></div>
                </div>
            </article>
        </div>
    }
}
