//! What is chosen and not written: lists, switches, one of a few, a value on a scale. Native inputs, so that they are part
//! of a form before the WASM has loaded.

use leptos::prelude::*;

/// One of many, in a drop-down list.
#[component]
pub fn Selecao(
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
    /// Value and words of each.
    opcoes: Vec<(String, String)>,
    /// The value that is chosen.
    valor: RwSignal<String>,
) -> impl IntoView {
    let ajuda_id = format!("{id}-ajuda");
    let descrito = ajuda.map(|_| ajuda_id.clone());
    let itens = opcoes.into_iter().map(|(codigo, nome)| {
        let este = codigo.clone();
        view! { <option value=codigo selected=move || valor.with(|v| *v == este)>{nome}</option> }
    });
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <select class="select" id=id name=name aria-describedby=descrito on:change=move |ev| valor.set(event_target_value(&ev))>
                {itens.collect_view()}
            </select>
            {ajuda.map(|ajuda| view! { <p class="field-help" id=ajuda_id>{ajuda}</p> })}
        </div>
    }
}

/// On or off, at once.
#[component]
pub fn Interruptor(
    /// Beside it.
    #[prop(into)]
    label: Signal<String>,
    /// Name in the form; none for what is not sent.
    #[prop(optional)]
    name: Option<&'static str>,
    /// Below the label.
    #[prop(optional, into)]
    ajuda: MaybeProp<String>,
    /// How it stands.
    ligado: RwSignal<bool>,
    /// Told after a change.
    #[prop(optional, into)]
    mudou: Option<Callback<bool>>,
) -> impl IntoView {
    let ao_mudar = move |ev| {
        let agora = event_target_checked(&ev);
        ligado.set(agora);
        if let Some(mudou) = mudou {
            mudou.run(agora);
        }
    };
    view! {
        <label class="switch">
            <span>{label}{move || ajuda.get().map(|ajuda| view! { <small class="field-help">{ajuda}</small> })}</span>
            <input
                class="switch-input" type="checkbox" role="switch" name=name value="true" checked=ligado.get_untracked()
                prop:checked=ligado on:change=ao_mudar
            />
        </label>
    }
}

/// One of two to four, all in sight.
#[component]
pub fn Segmentos(
    /// What is chosen; for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// Name in the form; unique in the page.
    name: &'static str,
    /// Value and words of each.
    opcoes: Vec<(&'static str, String)>,
    /// The value that is chosen.
    valor: RwSignal<String>,
) -> impl IntoView {
    let itens = opcoes.into_iter().map(|(codigo, nome)| {
        let este = move || valor.with(|v| v == codigo);
        view! {
            <label>
                <input type="radio" name=name value=codigo checked=este() prop:checked=este on:change=move |_| valor.set(codigo.to_owned())/>
                {nome}
            </label>
        }
    });
    view! { <div class="segmented" role="radiogroup" aria-label=label>{itens.collect_view()}</div> }
}

/// A value on a scale, said in words beside it.
#[component]
pub fn Deslizante(
    /// Unique in the page.
    id: &'static str,
    /// Name in the form; none for what is not sent.
    #[prop(optional)]
    name: Option<&'static str>,
    /// Above it.
    #[prop(into)]
    label: Signal<String>,
    /// Lowest value.
    min: f64,
    /// Highest value.
    max: f64,
    /// From one value to the next.
    passo: f64,
    /// The value.
    valor: RwSignal<f64>,
    /// The value in words, shown and read out.
    #[prop(into)]
    em_palavras: Callback<f64, String>,
) -> impl IntoView {
    let palavras = move || em_palavras.run(valor.get());
    let parte = move || format!("--v:{:.1}", (valor.get() - min) / (max - min).max(f64::EPSILON) * 100.0);
    let ao_mover = move |ev| {
        if let Ok(novo) = event_target_value(&ev).parse() {
            valor.set(novo);
        }
    };
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}<output class="num" for=id>{palavras}</output></label>
            <input
                class="slider" id=id name=name type="range" min=min.to_string() max=max.to_string() step=passo.to_string()
                value=valor.get_untracked().to_string() prop:value=move || valor.get().to_string()
                style=parte aria-valuetext=palavras on:input=ao_mover
            />
        </div>
    }
}
