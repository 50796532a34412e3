//! A text field with its label, help and error. Judged on blur and on submit, read from the page itself, because a
//! person (or a password manager) may have filled it before the WASM arrived.

use leptos::{html::Input, prelude::*};

use super::Icone;
use crate::text::textos;

type Regra = Callback<String, Result<(), String>>;

/// A field's state, kept by the form.
#[derive(Clone, Copy)]
pub struct Campo {
    node: NodeRef<Input>,
    erro: RwSignal<Option<String>>,
    regra: Regra,
}

impl Campo {
    /// A field that must satisfy `regra`.
    pub fn new(regra: impl Fn(String) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self { node: NodeRef::new(), erro: RwSignal::new(None), regra: Callback::new(regra) }
    }

    /// What stands in it.
    pub fn valor(self) -> String {
        self.node.get_untracked().map(|el| el.value()).unwrap_or_default()
    }

    /// Judges it, shows the error, and tells whether it is good.
    pub fn conferir(self) -> bool {
        let erro = self.regra.run(self.valor()).err();
        let bom = erro.is_none();
        self.erro.set(erro);
        bom
    }

    /// Puts a value into it.
    pub fn preencher(self, valor: &str) {
        if let Some(el) = self.node.get_untracked() {
            el.set_value(valor);
        }
    }

    /// Empties it.
    pub fn limpar(self) {
        if let Some(el) = self.node.get_untracked() {
            el.set_value("");
        }
        self.erro.set(None);
    }

    /// Moves the keyboard to it.
    pub fn focar(self) {
        if let Some(el) = self.node.get_untracked() {
            let _ = el.focus();
        }
    }
}

/// The sentence under a field that is wrong.
#[component]
pub fn ErroCampo(
    /// For `aria-describedby`.
    id: String,
    /// The sentence, if any.
    #[prop(into)]
    erro: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div id=id aria-live="polite">
            {move || erro.get().map(|erro| view! { <p class="field-error"><Icone nome="circle-alert"/><span>{erro}</span></p> })}
        </div>
    }
}

/// The field itself.
#[component]
pub fn CampoTexto(
    /// Its state.
    campo: Campo,
    /// Unique in the page.
    id: &'static str,
    /// Name in the form; none for a field that is not sent.
    #[prop(optional)]
    name: Option<&'static str>,
    /// Above it.
    label: &'static str,
    /// `text`, `email`, `password`.
    tipo: &'static str,
    /// For password managers.
    autocomplete: &'static str,
    /// Below it.
    #[prop(optional)]
    ajuda: Option<&'static str>,
    /// What the server said about it.
    #[prop(optional, into)]
    do_servidor: Signal<Option<String>>,
) -> impl IntoView {
    let t = textos();
    let visivel = RwSignal::new(false);
    let senha = tipo == "password";
    let erro = Signal::derive(move || campo.erro.get().or_else(|| do_servidor.get()));
    let (ajuda_id, erro_id) = (format!("{id}-ajuda"), format!("{id}-erro"));
    let descrito = if ajuda.is_some() { format!("{ajuda_id} {erro_id}") } else { erro_id.clone() };
    let tipo_agora = move || if senha && visivel.get() { "text" } else { tipo };
    let ao_sair = move |_| {
        if !campo.valor().is_empty() {
            campo.conferir();
        }
    };
    let ao_digitar = move |_| {
        if campo.erro.with_untracked(Option::is_some) {
            campo.conferir();
        }
    };
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <div class="input-group">
                <input
                    class="input" id=id name=name type=tipo_agora autocomplete=autocomplete node_ref=campo.node
                    aria-invalid=move || erro.get().is_some().to_string() aria-describedby=descrito
                    on:blur=ao_sair on:input=ao_digitar
                />
                {senha.then(|| view! {
                    <button
                        class="icon-btn" type="button" aria-label=t.auth.mostrar aria-pressed=move || visivel.get().to_string()
                        on:click=move |_| visivel.update(|v| *v = !*v)
                    ><Icone nome="eye"/></button>
                })}
            </div>
            {ajuda.map(|ajuda| view! { <p class="field-help" id=ajuda_id>{ajuda}</p> })}
            <ErroCampo id=erro_id erro=erro/>
        </div>
    }
}
