//! A question before something that hurts, over the native `<dialog>`: focus is trapped, Esc closes, focus returns.

use leptos::{html::Dialog, prelude::*};

use super::Icone;
use crate::text::textos;

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
    let node = NodeRef::<Dialog>::new();
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
    let titulo_id = format!("{id}-titulo");
    let rotulo = titulo_id.clone();
    view! {
        <dialog class="dialog" id=id node_ref=node aria-labelledby=rotulo on:close=move |_| aberto.set(false)>
            <header class="dialog-head">
                <h2 id=titulo_id>{titulo}</h2>
                <button class="icon-btn" type="button" aria-label=t.geral.fechar on:click=move |_| aberto.set(false)>
                    <Icone nome="x"/>
                </button>
            </header>
            <div class="dialog-body"><p>{texto}</p></div>
            <footer class="dialog-foot">
                <button class="btn btn-secondary" type="button" autofocus on:click=move |_| aberto.set(false)>{t.geral.cancelar}</button>
                <button class="btn btn-danger" type="button" aria-busy=move || ocupado.get().to_string() on:click=move |_| confirmar.run(())>
                    {acao}
                </button>
            </footer>
        </dialog>
    }
}
