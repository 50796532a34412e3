//! `/dashboard/conversas` and `/dashboard/conversas/:id`: list and thread side by side, on phones one after the other.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Outlet, hooks::use_location};

use super::lista::ListaConversas;
use crate::{text::textos, ui::Vazio};

/// The id in a path of a thread.
pub(super) fn id_no_caminho(caminho: &str) -> Option<&str> {
    caminho.strip_prefix("/dashboard/conversas/").map(|rest| rest.trim_end_matches('/')).filter(|id| !id.is_empty())
}

/// The frame: list left, the thread of the nested route right.
#[component]
pub fn Conversas() -> impl IntoView {
    let caminho = use_location().pathname;
    let vista = move || if caminho.with(|p| id_no_caminho(p).is_some()) { "thread" } else { "list" };
    view! {
        <div class="inbox inbox-two" data-view=vista>
            <ListaConversas/>
            <Outlet/>
        </div>
    }
}

/// Beside the list while nothing is chosen.
#[component]
pub fn NadaEscolhido() -> impl IntoView {
    let t = textos();
    view! {
        <Title text=t.conversas.titulo/>
        <section class="thread thread-none" aria-label=t.conversas.escolha_titulo>
            <Vazio icone="messages-square" titulo=t.conversas.escolha_titulo texto=t.conversas.escolha/>
        </section>
    }
}
