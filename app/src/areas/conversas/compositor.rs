//! Where a person writes. Enter sends, Shift+Enter makes a new line.
//!
//! No `<form>`: sent before the WASM has loaded it would reload the page and lose the text.

use contracts::validate;
use leptos::{ev::KeyboardEvent, html::Textarea, prelude::*};

use super::estado::Aberta;
use crate::{
    text::{fill, textos},
    ui::{ErroCampo, Icone},
};

/// The composer.
#[component]
pub fn Compositor(aberta: Aberta, nome: String) -> impl IntoView {
    let t = textos();
    let node = NodeRef::<Textarea>::new();
    let erro = RwSignal::new(None::<String>);
    let enviar = move || {
        let Some(el) = node.get_untracked() else { return };
        let texto = el.value();
        match validate::mensagem(&texto) {
            Ok(()) => {
                erro.set(None);
                el.set_value("");
                aberta.escrever(texto.trim_end().to_owned());
            }
            Err(frase) => erro.set(Some(frase)),
        }
        let _ = el.focus();
    };
    let tecla = move |ev: KeyboardEvent| {
        if ev.key() == "Enter" && !ev.shift_key() && !ev.is_composing() {
            ev.prevent_default();
            enviar();
        }
    };
    let dica = fill(t.conversas.responder_a, &[("nome", &nome)]);
    view! {
        <div class="composer" role="group" aria-label=t.conversas.mensagem>
            <textarea
                rows="1" id="mensagem" aria-label=t.conversas.mensagem placeholder=dica node_ref=node enterkeyhint="send"
                aria-invalid=move || erro.with(Option::is_some).to_string() aria-describedby="mensagem-erro"
                on:keydown=tecla on:input=move |_| if erro.with_untracked(Option::is_some) { erro.set(None) }
            ></textarea>
            <div class="composer-bar">
                <p class="composer-hint not-mobile" aria-hidden="true">
                    <span><kbd>"Enter"</kbd>" "{t.conversas.dica_enter}</span>
                    <span><kbd>"Shift"</kbd>" "<kbd>"Enter"</kbd>" "{t.conversas.dica_shift}</span>
                </p>
                <button class="btn btn-primary" type="button" on:click=move |_| enviar()>{t.conversas.enviar}<Icone nome="send-horizontal"/></button>
            </div>
        </div>
        <ErroCampo id="mensagem-erro".to_owned() erro=erro/>
    }
}
