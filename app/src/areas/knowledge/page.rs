//! `/dashboard/conhecimento`: the text with its trial box, the questions without an answer, the versions. The part shown is
//! in the address; the editor stays where it is, so that what was typed does.

use contracts::EstadoPergunta;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    api::{knowledge_get, knowledge_rascunho, perguntas_list},
    editor::Editor,
    perguntas::Perguntas,
    testar::Testar,
    versoes::Versoes,
};
use crate::{
    areas::assinatura::SeEscreve,
    text::textos,
    ui::{barra, carregar},
};

/// Questions of customers offered in the trial box.
const RECENTES: usize = 4;

/// The part that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aba {
    Texto,
    Perguntas,
    Versoes,
}

/// What the parts tell each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Partes {
    /// Questions without an answer; `None` until they are known.
    pub abertas: RwSignal<Option<usize>>,
    /// Grows when the text was saved by another part than the editor.
    pub mudou: RwSignal<u32>,
    /// A few of them, to be tried.
    pub recentes: RwSignal<Vec<String>>,
}

/// The whole page.
#[component]
pub fn Conhecimento() -> impl IntoView {
    let t = textos();
    let query = use_query_map();
    let aba = Memo::new(move |_| match query.with(|q| q.get("aba")).as_deref() {
        Some("perguntas") => Aba::Perguntas,
        Some("versoes") => Aba::Versoes,
        _ => Aba::Texto,
    });
    let partes = Partes { abertas: RwSignal::new(None), mudou: RwSignal::new(0), recentes: RwSignal::new(Vec::new()) };
    provide_context(partes);
    let texto = Resource::new(
        || (),
        |()| async {
            let texto = knowledge_get().await?;
            // A draft that cannot be read must not keep the text away.
            Ok((texto, knowledge_rascunho().await.ok().flatten()))
        },
    );
    let abertas = Resource::new(|| (), |()| perguntas_list(EstadoPergunta::Aberta));
    Effect::new(move |_| {
        if let Some(Ok(p)) = abertas.get() {
            partes.abertas.set(Some(p.contagens.abertas));
            partes.recentes.set(p.itens.into_iter().take(RECENTES).map(|p| p.pergunta).collect());
        }
    });
    let link = move |a: Aba, href: &'static str, nome: &'static str| {
        let n = move || (a == Aba::Perguntas).then(|| partes.abertas.get()).flatten().filter(|n| *n > 0);
        view! {
            <a class="tab" href=href aria-current=move || (aba.get() == a).then_some("page")>
                {nome}{move || n().map(|n| view! { <span class="count">{n}</span> })}
            </a>
        }
    };
    view! {
        <Title text=t.conhecimento.titulo/>
        <div class="page">
            <header class="page-head saber-head">
                <div><h1 class="page-title">{t.conhecimento.titulo}</h1><p class="page-sub">{t.conhecimento.sub}</p></div>
            </header>
            <nav class="tabs saber-tabs" aria-label=t.conhecimento.abas>
                {link(Aba::Texto, "?aba=texto", t.conhecimento.aba_texto)}
                {link(Aba::Perguntas, "?aba=perguntas", t.conhecimento.aba_perguntas)}
                {link(Aba::Versoes, "?aba=versoes", t.conhecimento.aba_versoes)}
            </nav>
            <SeEscreve><div class="split" style="--aside:400px" hidden=move || aba.get() != Aba::Texto>
                {carregar(texto, esqueleto, |(inicial, rascunho)| view! { <Editor inicial=inicial rascunho=rascunho/> }.into_any())}
                <Testar/>
            </div></SeEscreve>
            <Show when=move || aba.get() == Aba::Perguntas><SeEscreve><Perguntas/></SeEscreve></Show>
            <Show when=move || aba.get() == Aba::Versoes><Versoes/></Show>
        </div>
    }
}

fn esqueleto() -> AnyView {
    let linhas =
        ["30%", "92%", "86%", "64%", "24%", "90%", "78%"].map(|w| view! { <p class="skeleton-line">{barra(w)}</p> });
    view! { <div class="card editor" aria-hidden="true"><div class="editor-head">{barra("120px")}</div><div class="card-body">{linhas.into_iter().collect_view()}</div></div> }
        .into_any()
}
