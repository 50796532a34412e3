//! A text of several lines with its counter, and a place to drop files.

use leptos::{html, prelude::*};

use super::{ErroCampo, Icone};
use crate::{
    format::milhar,
    text::{fill, textos},
};

/// A text of several lines. Counts as the server does, in characters.
#[component]
pub fn AreaTexto(
    /// Unique in the page.
    id: &'static str,
    /// Name in the form; none for what is not sent.
    #[prop(optional)]
    name: Option<&'static str>,
    /// Above it.
    #[prop(into)]
    label: Signal<String>,
    /// Below it.
    #[prop(optional)]
    ajuda: Option<&'static str>,
    /// The text.
    valor: RwSignal<String>,
    /// How many characters there may be.
    maximo: usize,
    /// What is wrong with it.
    #[prop(optional, into)]
    erro: Signal<Option<String>>,
) -> impl IntoView {
    let t = textos();
    let node = NodeRef::<html::Textarea>::new();
    // What was written before the WASM arrived stays.
    Effect::new(move |_| {
        if let Some(el) = node.get()
            && el.value() != valor.get_untracked()
        {
            valor.set(el.value());
        }
    });
    let n = Memo::new(move |_| valor.with(|v| v.chars().count()));
    let conta = move || fill(t.geral.n_de_m, &[("n", &milhar(n.get())), ("m", &milhar(maximo))]);
    let demais = move || n.get() > maximo;
    let (ajuda_id, erro_id, conta_id) = (format!("{id}-ajuda"), format!("{id}-erro"), format!("{id}-conta"));
    let mut descrito = vec![erro_id.clone(), conta_id.clone()];
    descrito.extend(ajuda.map(|_| ajuda_id.clone()));
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}<small class="num" class:is-over=demais id=conta_id>{conta}</small></label>
            <textarea
                class="textarea" id=id name=name node_ref=node aria-describedby=descrito.join(" ")
                aria-invalid=move || (demais() || erro.get().is_some()).to_string()
                prop:value=valor on:input=move |ev| valor.set(event_target_value(&ev))
            >{valor.get_untracked()}</textarea>
            {ajuda.map(|ajuda| view! { <p class="field-help" id=ajuda_id>{ajuda}</p> })}
            <ErroCampo id=erro_id erro=erro/>
        </div>
    }
}

/// Files dropped or chosen. The input lies over the whole of it, so that dropping works without a script.
#[component]
pub fn Soltar(
    /// Unique in the page.
    id: &'static str,
    /// Name in the form.
    name: &'static str,
    /// Kinds of files, as in the attribute `accept`.
    aceita: &'static str,
    /// What to do.
    #[prop(into)]
    titulo: Signal<String>,
    /// Which files, and how large.
    #[prop(into)]
    texto: Signal<String>,
    /// Hears the change; the input is its target.
    #[prop(optional, into)]
    mudou: Option<Callback<web_sys::Event>>,
) -> impl IntoView {
    let texto_id = format!("{id}-texto");
    let ao_mudar = move |ev| {
        if let Some(mudou) = mudou {
            mudou.run(ev);
        }
    };
    view! {
        <div class="dropzone">
            <Icone nome="paperclip"/>
            <label class="fw5" for=id>{titulo}</label>
            <span class="muted dense" id=texto_id.clone()>{texto}</span>
            <input
                id=id name=name type="file" accept=aceita aria-describedby=texto_id
                on:change=ao_mudar
            />
        </div>
    }
}
