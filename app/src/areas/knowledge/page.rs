//! `/dashboard/conhecimento`.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{api::knowledge_get, editor::Editor, testar::Testar};
use crate::{
    text::textos,
    ui::{barra, carregar},
};

/// Editor and trial box side by side.
#[component]
pub fn Conhecimento() -> impl IntoView {
    let t = textos();
    let texto = Resource::new(|| (), |()| knowledge_get());
    view! {
        <Title text=t.conhecimento.titulo/>
        <div class="page">
            <header class="page-head">
                <div><h1 class="page-title">{t.conhecimento.titulo}</h1><p class="page-sub">{t.conhecimento.sub}</p></div>
            </header>
            <div class="split" style="--aside:400px">
                {carregar(texto, esqueleto, |inicial| view! { <Editor inicial=inicial/> }.into_any())}
                <Testar/>
            </div>
        </div>
    }
}

fn esqueleto() -> AnyView {
    let linhas =
        ["30%", "92%", "86%", "64%", "24%", "90%", "78%"].map(|w| view! { <p class="skeleton-line">{barra(w)}</p> });
    view! { <div class="card editor" aria-hidden="true"><div class="editor-head">{barra("120px")}</div><div class="card-body">{linhas.into_iter().collect_view()}</div></div> }
        .into_any()
}
