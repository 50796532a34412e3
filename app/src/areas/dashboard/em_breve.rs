//! Entries of the menu that are still to come, and say so.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    text::textos,
    ui::{Icone, Vazio},
};

/// A page that is not there yet.
#[component]
fn EmBreve(titulo: &'static str, icone: &'static str, texto: &'static str) -> impl IntoView {
    let t = textos();
    view! {
        <Title text=titulo/>
        <div class="page">
            <header class="page-head"><div><h1 class="page-title">{titulo}</h1></div></header>
            <section class="card">
                <Vazio icone=icone titulo=t.painel.em_breve texto=texto>
                    <a class="btn btn-secondary" href="/dashboard/conversas"><Icone nome="messages-square"/>{t.painel.voltar_conversas}</a>
                </Vazio>
            </section>
        </div>
    }
}

/// `/dashboard/tutoriais`.
#[component]
pub fn Tutoriais() -> impl IntoView {
    let t = textos();
    view! { <EmBreve titulo=t.painel.tutoriais icone="circle-play" texto=t.painel.em_breve_tutoriais/> }
}

/// `/dashboard/suporte`.
#[component]
pub fn Suporte() -> impl IntoView {
    let t = textos();
    view! { <EmBreve titulo=t.painel.suporte icone="life-buoy" texto=t.painel.em_breve_suporte/> }
}
