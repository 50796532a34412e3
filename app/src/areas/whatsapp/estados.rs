//! The four states of the connection, each as a card.

use leptos::prelude::*;

use super::page::Ligacao;
use crate::{
    format::telefone,
    text::{fill, textos},
    time::{Agora, frase},
    ui::Icone,
};

/// Nothing connected: why, since when, and the button.
#[component]
pub fn Desconectado(l: Ligacao) -> impl IntoView {
    let t = textos();
    let agora = Agora::expect();
    let i = l.instancia.get_untracked();
    let nunca = i.instance_id.is_none() && i.motivo.is_none();
    let (titulo, acao) =
        if nunca { (t.whatsapp.nunca, t.whatsapp.conectar) } else { (t.whatsapp.desconectado, t.whatsapp.reconectar) };
    let texto = i
        .motivo
        .unwrap_or_else(|| if nunca { t.whatsapp.nunca_texto } else { t.whatsapp.desconectado_texto }.to_owned());
    let desde = i.desde.filter(|_| !nunca);
    let classe = if nunca { "card state" } else { "card state tone-danger" };
    view! {
        <section class=classe>
            <div class="state-top">
                <Icone nome="wifi-off"/>
                <div>
                    <h2 class="card-title">{titulo}</h2>
                    <p class="card-sub">{texto}</p>
                    {desde.map(|em| view! {
                        <p class="card-sub">{move || fill(t.whatsapp.desde, &[("quando", &frase(t, em, agora.get()))])}</p>
                    })}
                </div>
                {(!nunca).then(|| view! { <span class="badge badge-danger badge-dot">{t.whatsapp.desconectado_badge}</span> })}
            </div>
            <ol class="steps">
                <li>{t.whatsapp.passo_1}</li><li>{t.whatsapp.passo_2}</li><li>{t.whatsapp.passo_3}</li>
            </ol>
            <div class="cluster">
                <button class="btn btn-primary" type="button" aria-busy=move || l.ocupado.get().to_string() on:click=move |_| l.conectar()>
                    <Icone nome="qr-code"/>{acao}
                </button>
            </div>
            <p class="connect-note"><Icone nome="lock"/><span>{t.whatsapp.grupos}</span></p>
        </section>
    }
}

/// Between the button and the code, and while WhatsApp reconnects.
#[component]
pub fn Conectando(l: Ligacao, aberto: RwSignal<bool>) -> impl IntoView {
    let t = textos();
    view! {
        <section class="card state tone-info">
            <div class="state-top">
                <Icone nome="refresh-cw" class="is-turning"/>
                <div><h2 class="card-title">{t.whatsapp.conectando}</h2><p class="card-sub">{t.whatsapp.conectando_texto}</p></div>
                <span class="badge badge-info badge-dot">{t.whatsapp.conectando_badge}</span>
            </div>
            <QrFalhou l=l/>
            <div class="cluster">
                <button class="btn btn-ghost btn-sm" type="button" on:click=move |_| aberto.set(true)>{t.whatsapp.cancelar_conexao}</button>
            </div>
        </section>
    }
}

/// The code, large, and how to scan it.
#[component]
pub fn LerCodigo(l: Ligacao, aberto: RwSignal<bool>) -> impl IntoView {
    let t = textos();
    let imagem = move || match l.qr.get() {
        // The address comes from Evolution; only pictures are let through.
        Some(src) if src.starts_with("data:image/") => {
            view! { <img src=src alt=t.whatsapp.qr_alt width="264" height="264"/> }.into_any()
        }
        _ => view! { <span class="skeleton skeleton-qr" aria-label=t.whatsapp.qr_gerando></span> }.into_any(),
    };
    view! {
        <section class="card connect" aria-labelledby="t-qr">
            <div class="connect-qr">
                <div class="qr">{imagem}</div>
                <p class="connect-timer"><span class="dot dot-warn"></span><span>{t.whatsapp.qr_espera}</span></p>
                <QrFalhou l=l/>
            </div>
            <div class="connect-steps">
                <h2 class="card-big" id="t-qr">{t.whatsapp.qr_titulo}</h2>
                <ol class="steps">
                    <li>{t.whatsapp.passo_1}</li><li>{t.whatsapp.passo_2}</li><li>{t.whatsapp.passo_3}</li>
                </ol>
                <div class="cluster">
                    <button class="btn btn-secondary" type="button" on:click=move |_| aberto.set(true)>{t.whatsapp.cancelar_conexao}</button>
                </div>
                <p class="connect-note"><Icone nome="lock"/><span>{t.whatsapp.grupos}</span></p>
            </div>
        </section>
    }
}

/// The code could not be fetched; it is tried again.
#[component]
fn QrFalhou(l: Ligacao) -> impl IntoView {
    let t = textos();
    move || {
        l.qr_falhou.get().then(
            || view! { <p class="field-error"><Icone nome="circle-alert"/><span>{t.whatsapp.qr_falhou}</span></p> },
        )
    }
}

/// Messages flow.
#[component]
pub fn Conectado(l: Ligacao, aberto: RwSignal<bool>) -> impl IntoView {
    let t = textos();
    let agora = Agora::expect();
    let fatos = move || {
        let i = l.instancia.get();
        view! {
            {i.numero.map(|n| view! { <dt>{t.whatsapp.numero}</dt><dd class="num">{telefone(&n)}</dd> })}
            {i.nome_perfil.map(|n| view! { <dt>{t.whatsapp.nome}</dt><dd>{n}</dd> })}
            {i.desde.map(|em| view! { <dt>{t.whatsapp.desde_rotulo}</dt><dd>{frase(t, em, agora.get())}</dd> })}
        }
    };
    view! {
        <section class="card state tone-success">
            <div class="state-top">
                <Icone nome="circle-check"/>
                <div><h2 class="card-title">{t.whatsapp.conectado}</h2><p class="card-sub">{t.whatsapp.conectado_texto}</p></div>
                <span class="badge badge-ai badge-dot">{t.whatsapp.conectado_badge}</span>
            </div>
            <dl class="facts">{fatos}</dl>
            <div class="cluster">
                <a class="btn btn-secondary" href="/dashboard/conversas"><Icone nome="messages-square"/>{t.whatsapp.ver_conversas}</a>
                <button class="btn btn-ghost" type="button" on:click=move |_| aberto.set(true)>{t.whatsapp.desconectar}</button>
            </div>
            <p class="connect-note"><Icone nome="lock"/><span>{t.whatsapp.grupos}</span></p>
        </section>
    }
}
