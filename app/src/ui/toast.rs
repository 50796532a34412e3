//! Short notes in the corner. Three at most; errors stay until closed.

use std::time::Duration;

use leptos::prelude::*;

use super::Icone;
use crate::text::textos;

/// What a toast is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tom {
    Bom,
    Ruim,
}

#[derive(Clone, Debug)]
struct Toast {
    id: u32,
    tom: Tom,
    titulo: String,
    texto: Option<String>,
    acao: Option<(&'static str, Callback<()>)>,
}

/// The toasts on screen; lives in the context.
#[derive(Clone, Copy, Debug)]
pub struct Toasts {
    itens: RwSignal<Vec<Toast>>,
    proximo: StoredValue<u32>,
}

impl Toasts {
    /// To be called once, at the root.
    pub fn provide() {
        provide_context(Self { itens: RwSignal::new(Vec::new()), proximo: StoredValue::new(0) });
    }

    /// The toasts of this page.
    pub fn expect() -> Self {
        use_context().unwrap_or_else(|| Self { itens: RwSignal::new(Vec::new()), proximo: StoredValue::new(0) })
    }

    /// Something worked. Goes away after five seconds.
    pub fn bom(self, titulo: impl Into<String>) {
        let id = self.push(Tom::Bom, titulo.into(), None, None);
        set_timeout(move || self.fechar(id), Duration::from_secs(5));
    }

    /// Something worked and can be taken back, for eight seconds: long enough to read it and reach the button.
    pub fn desfazer(
        self,
        titulo: impl Into<String>,
        rotulo: &'static str,
        desfazer: impl Fn() + Send + Sync + 'static,
    ) {
        let id = self.push(Tom::Bom, titulo.into(), None, Some((rotulo, Callback::new(move |()| desfazer()))));
        set_timeout(move || self.fechar(id), Duration::from_secs(8));
    }

    /// Something did not work. Stays.
    pub fn ruim(self, titulo: impl Into<String>, texto: impl Into<String>) {
        self.push(Tom::Ruim, titulo.into(), Some(texto.into()), None);
    }

    fn push(self, tom: Tom, titulo: String, texto: Option<String>, acao: Option<(&'static str, Callback<()>)>) -> u32 {
        let id = self.proximo.get_value();
        self.proximo.set_value(id.wrapping_add(1));
        self.itens.update(|itens| {
            itens.retain(|o| o.titulo != titulo);
            itens.push(Toast { id, tom, titulo, texto, acao });
            let excess = itens.len().saturating_sub(3);
            itens.drain(..excess);
        });
        id
    }

    fn fechar(self, id: u32) {
        self.itens.try_update(|itens| itens.retain(|o| o.id != id));
    }
}

/// Where the toasts appear. Once, at the end of the body.
#[component]
pub fn TorreToasts() -> impl IntoView {
    let toasts = Toasts::expect();
    let t = textos();
    let um = move |toast: Toast| {
        let (class, icone, role) = match toast.tom {
            Tom::Bom => ("toast toast-success", "circle-check", "status"),
            Tom::Ruim => ("toast toast-danger", "circle-alert", "alert"),
        };
        view! {
            <div class=class role=role>
                <Icone nome=icone/>
                <div>{toast.titulo}{toast.texto.map(|texto| view! { <p>{texto}</p> })}</div>
                {toast.acao.map(|(rotulo, acao)| view! {
                    <button class="btn btn-ghost btn-sm" type="button" on:click=move |_| { toasts.fechar(toast.id); acao.run(()) }>{rotulo}</button>
                })}
                <button class="icon-btn icon-btn-sm" type="button" aria-label=t.geral.fechar on:click=move |_| toasts.fechar(toast.id)>
                    <Icone nome="x"/>
                </button>
            </div>
        }
    };
    view! {
        <div class="toasts" aria-live="polite">
            <For each=move || toasts.itens.get() key=|toast| toast.id children=um/>
        </div>
    }
}
