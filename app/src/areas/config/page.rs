//! `/dashboard/config`.

use contracts::config::ConfigDto;
use leptos::{ev, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use wasm_bindgen::JsCast;

use super::{
    api::config_get,
    cartoes::{Ligada, Pessoa, Ritmo, Tom},
    estado::Estado,
    horario::HorarioCartao,
    mensagens::Mensagens,
    previa::Previa,
};
use crate::{
    areas::{assinatura::SeEscreve, dashboard::shell::ClienteAtual},
    browser,
    text::{fill, textos},
    ui::{Icone, barra, carregar},
};

/// The settings of the assistant.
#[component]
pub fn ConfigBot() -> impl IntoView {
    let t = textos();
    let config = Resource::new(|| (), |()| config_get());
    let query = use_query_map();
    // After a plain form post the error stands in the address, where anybody can write: only that there is one is believed.
    let falhou = move || query.with(|q| q.get("__err").is_some());
    let salvo = move || query.with(|q| q.get("salvo").is_some());
    Effect::new(move |_| browser::clean_address());
    view! {
        <Title text=t.config.titulo/>
        <div class="page config">
            <header class="page-head"><div><h1 class="page-title">{t.config.titulo}</h1><p class="page-sub">{t.config.sub}</p></div></header>
            {move || falhou().then(|| view! {
                <p class="banner tone-danger" role="alert"><Icone nome="circle-alert"/><span>{format!("{}. {}.", t.config.falhou, t.config.corrigir)}</span></p>
            })}
            {move || salvo().then(|| view! { <p class="banner tone-success" role="status"><Icone nome="circle-check"/><span>{t.config.salvo}</span></p> })}
            {carregar(config, esqueleto, |inicial| view! { <Formulario inicial=inicial/> }.into_any())}
        </div>
    }
}

fn esqueleto() -> AnyView {
    let cartao = |n: usize| {
        let linhas =
            (0..n).map(|_| view! { <div class="skeleton-row">{barra("30%")}{barra("90%")}</div> }).collect_view();
        view! { <div class="card card-body">{linhas}</div> }
    };
    view! { <div class="split split-previa"><div class="stack">{cartao(1)}{cartao(2)}{cartao(6)}</div><div class="preview">{cartao(5)}</div></div> }
        .into_any()
}

#[component]
fn Formulario(inicial: ConfigDto) -> impl IntoView {
    let t = textos();
    let c = &t.config;
    let e = Estado::new(inicial);
    let ClienteAtual(cliente) = ClienteAtual::expect();
    let loja = Signal::derive(move || cliente.get().and_then(Result::ok).map(|c| c.nome).unwrap_or_default());
    let mudancas = Memo::new(move |_| e.mudancas());
    let sujo = Memo::new(move |_| mudancas.get() > 0);
    ligar(e, sujo);
    let quantas = move || match mudancas.get() {
        0 => c.sem_mudancas.to_owned(),
        1 => c.uma_mudanca.to_owned(),
        n => fill(c.mudancas, &[("n", &n.to_string())]),
    };
    let enviar = move |ev: ev::SubmitEvent| {
        ev.prevent_default();
        e.salvar();
    };
    let saiu = move |ev: ev::FocusEvent| {
        let nome =
            ev.target().and_then(|el| el.dyn_into::<web_sys::Element>().ok()).and_then(|el| el.get_attribute("name"));
        if let Some(nome) = nome {
            e.saiu(&nome);
        }
    };
    view! {
        <SeEscreve><div class="split split-previa">
            <form
                class="stack" method="post" action="/_fn/config/salvar" novalidate=true on:submit=enviar
                on:input=move |_| e.ler() on:change=move |_| e.ler() on:focusout=saiu
            >
                <input type="hidden" name="form[versao]" value=move || e.salvo.with(|s| s.versao)/>
                {move || e.conflito.get().map(|conflito| view! { <Aviso conflito=conflito/> })}
                <Ligada e=e/>
                <Tom e=e/>
                <Mensagens e=e/>
                <Pessoa e=e/>
                <HorarioCartao e=e/>
                <Ritmo e=e/>
                <div class="savebar" class:is-clean=move || !sujo.get() role="region" aria-label=c.barra>
                    <span role="status">{quantas}</span>
                    <button class="btn btn-ghost" type="button" hidden=move || !sujo.get() on:click=move |_| e.descartar()>{c.descartar}</button>
                    <button class="btn btn-primary" type="submit" aria-busy=move || e.ocupado.get().to_string()>{c.salvar}</button>
                </div>
            </form>
            <Previa e=e loja=loja/>
        </div></SeEscreve>
    }
}

/// Somebody else saved in between: both are on the screen, and what differs is named.
#[component]
fn Aviso(conflito: super::estado::Conflito) -> impl IntoView {
    let c = &textos().config;
    let dois = conflito.dois.into_iter().map(|(campo, texto)| {
        view! {
            <li>{fill(c.conflito_dois, &[("campo", campo)])}" "{texto.map(|texto| view! { <q>{texto}</q> })}</li>
        }
    });
    view! {
        <div class="banner tone-warn" role="alert" id="conflito" tabindex="-1">
            <Icone nome="triangle-alert"/>
            <div><b>{c.conflito}</b><p>{c.conflito_texto}</p><ul class="conflito-dois">{dois.collect_view()}</ul></div>
        </div>
    }
}

/// Shortcut, leaving, and what was typed before the WASM arrived.
fn ligar(e: Estado, sujo: Memo<bool>) {
    Effect::new(move |_| {
        e.ler();
        browser::keep_unsaved(sujo, e.t.config.sair_sem_salvar, move || e.salvar());
    });
}
