//! What has a tone: badges, banners, filters.

use leptos::prelude::*;

use super::Icone;

/// What a colour says. Violet is always and only the AI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Tom {
    /// Nothing in particular.
    #[default]
    Neutro,
    /// The AI acts.
    Ia,
    /// It is well.
    Bom,
    /// Somebody should look.
    Aviso,
    /// Something is broken, or about to be destroyed.
    Perigo,
    /// To be known.
    Info,
}

impl Tom {
    /// For what takes its colours from `--tone`.
    pub const fn classe(self) -> &'static str {
        match self {
            Self::Neutro => "",
            Self::Ia => "tone-ai",
            Self::Bom => "tone-success",
            Self::Aviso => "tone-warn",
            Self::Perigo => "tone-danger",
            Self::Info => "tone-info",
        }
    }

    const fn selo(self) -> &'static str {
        match self {
            Self::Neutro => "badge",
            Self::Ia => "badge badge-ai",
            Self::Bom => "badge badge-success",
            Self::Aviso => "badge badge-warn",
            Self::Perigo => "badge badge-danger",
            Self::Info => "badge badge-info",
        }
    }
}

/// A word on a coloured ground.
#[component]
pub fn Selo(
    /// Its colour.
    #[prop(optional)]
    tom: Tom,
    /// With a dot before the word.
    #[prop(optional)]
    ponto: bool,
    /// The word.
    children: Children,
) -> impl IntoView {
    view! { <span class=tom.selo() class:badge-dot=ponto>{children()}</span> }
}

/// Says what is the matter, above what it concerns. Its children are what can be done.
#[component]
pub fn Faixa(
    /// Its colour.
    #[prop(optional)]
    tom: Tom,
    /// Icon of the sprite.
    icone: &'static str,
    /// What is the matter.
    #[prop(into)]
    titulo: Signal<String>,
    /// More of it.
    #[prop(optional, into)]
    texto: MaybeProp<String>,
    /// Buttons and links.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=format!("banner {}", tom.classe())>
            <Icone nome=icone/>
            <div><b>{titulo}</b>{move || texto.get().map(|texto| view! { <p>{texto}</p> })}</div>
            {children.map(|children| children())}
        </div>
    }
}

/// A filter that is on, or can be switched on.
#[component]
pub fn Ficha(
    /// It filters now.
    #[prop(into)]
    ligada: Signal<bool>,
    /// Switches it.
    #[prop(into)]
    mudar: Callback<()>,
    /// Its words.
    children: Children,
) -> impl IntoView {
    view! {
        <button class="chip" class:chip-on=ligada type="button" aria-pressed=move || ligada.get().to_string() on:click=move |_| mudar.run(())>
            {children()}
        </button>
    }
}
