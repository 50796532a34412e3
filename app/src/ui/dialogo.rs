//! What lies over the page: a dialog, a drawer, a question before something that hurts. All over the native `<dialog>`:
//! focus is trapped, Esc closes, focus returns.

use leptos::{html::Dialog, prelude::*};

use super::Icone;
use crate::text::textos;

/// Opens and closes the element with the signal.
pub fn seguir(node: NodeRef<Dialog>, aberto: RwSignal<bool>) {
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (aberto.get(), dialog.open()) {
            (true, false) => {
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
}

/// A title, the way out, and what it is about; a sheet from below on a phone.
#[component]
pub fn Dialogo(
    /// Unique in the page.
    id: &'static str,
    /// Set to true to open.
    aberto: RwSignal<bool>,
    /// What it is about.
    #[prop(into)]
    titulo: Signal<String>,
    /// From the side, for details of what stays in sight.
    #[prop(optional)]
    gaveta: bool,
    /// The body; for buttons at its end a `footer` with the class `dialog-foot`.
    children: Children,
) -> impl IntoView {
    let t = textos();
    let node = NodeRef::<Dialog>::new();
    seguir(node, aberto);
    let classe = if gaveta { "drawer" } else { "dialog" };
    let titulo_id = format!("{id}-titulo");
    let rotulo = titulo_id.clone();
    view! {
        <dialog
            class=classe id=id node_ref=node aria-labelledby=rotulo
            on:close=move |_| aberto.set(false)
        >
            <header class="dialog-head">
                <h2 id=titulo_id>{titulo}</h2>
                <button class="icon-btn" type="button" aria-label=t.geral.fechar on:click=move |_| aberto.set(false)>
                    <Icone nome="x"/>
                </button>
            </header>
            {children()}
        </dialog>
    }
}

/// Asks before it acts. The first focus is on "Cancelar".
#[component]
pub fn Confirmar(
    /// Unique in the page.
    id: &'static str,
    /// Set to true to open.
    aberto: RwSignal<bool>,
    /// The question, naming the thing.
    #[prop(into)]
    titulo: Signal<String>,
    /// What follows.
    texto: &'static str,
    /// The verb on the button.
    acao: &'static str,
    /// Keeps the button busy.
    #[prop(into)]
    ocupado: Signal<bool>,
    /// Does it.
    #[prop(into)]
    confirmar: Callback<()>,
) -> impl IntoView {
    let t = textos();
    view! {
        <Dialogo id=id aberto=aberto titulo=titulo>
            <div class="dialog-body"><p>{texto}</p></div>
            <footer class="dialog-foot">
                <button class="btn btn-secondary" type="button" autofocus on:click=move |_| aberto.set(false)>{t.geral.cancelar}</button>
                <button class="btn btn-danger" type="button" aria-busy=move || ocupado.get().to_string() on:click=move |_| confirmar.run(())>
                    {acao}
                </button>
            </footer>
        </Dialogo>
    }
}
