//! Help: whom to write to.

use leptos::prelude::*;
use leptos_meta::Title;

#[cfg(feature = "ssr")]
use crate::areas::publico::contato;
use crate::{
    text::textos,
    ui::{Icone, Vazio},
};

/// `/dashboard/suporte`.
#[component]
pub fn Suporte() -> impl IntoView {
    let t = textos();
    let acao = |email: String| {
        let href = format!("mailto:{email}");
        view! { <a class="btn btn-primary" href=href rel="external"><Icone nome="mail"/>{email}</a> }
    };
    let corpo = match contato() {
        Some(email) => {
            view! { <Vazio icone="life-buoy" titulo=t.painel.suporte_titulo texto=t.painel.suporte_texto>{acao(email)}</Vazio> }
                .into_any()
        }
        None => view! {
            <Vazio icone="life-buoy" titulo=t.painel.suporte_sem texto=t.painel.suporte_sem_texto>
                <a class="btn btn-secondary" href="/dashboard/tutoriais"><Icone nome="circle-play"/>{t.painel.tutoriais}</a>
            </Vazio>
        }
        .into_any(),
    };
    view! {
        <Title text=t.painel.suporte/>
        <div class="page">
            <header class="page-head"><div><h1 class="page-title">{t.painel.suporte}</h1></div></header>
            <section class="card">{corpo}</section>
        </div>
    }
}

/// The address that the frame of the document carries for the browser: see `crate::shell`.
#[cfg(not(feature = "ssr"))]
fn contato() -> Option<String> {
    document().query_selector("meta[name=contato]").ok().flatten()?.get_attribute("content")
}
