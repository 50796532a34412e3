//! Light, dark, or as the system says. Kept in the cookie `tema`, so that the server writes the page in the right one.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::Icone;
use crate::{browser, text::textos};

/// The cookie's name.
const COOKIE: &str = "tema";

/// A choice of theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tema {
    /// As the system says.
    Auto,
    /// Always light.
    Claro,
    /// Always dark.
    Escuro,
}

impl Tema {
    /// For `data-theme`; nothing where the system decides.
    pub const fn attr(self) -> Option<&'static str> {
        match self {
            Self::Auto => None,
            Self::Claro => Some("light"),
            Self::Escuro => Some("dark"),
        }
    }

    const fn next(self) -> Self {
        match self {
            Self::Auto => Self::Claro,
            Self::Claro => Self::Escuro,
            Self::Escuro => Self::Auto,
        }
    }
}

/// The choice in the cookie, on either side.
pub fn tema() -> Tema {
    match browser::cookie(COOKIE).as_deref() {
        Some("light") => Tema::Claro,
        Some("dark") => Tema::Escuro,
        _ => Tema::Auto,
    }
}

/// The choice of this page, shared by everything that shows it.
pub fn tema_atual() -> RwSignal<Tema> {
    use_context::<RwSignal<Tema>>().unwrap_or_else(|| RwSignal::new(tema()))
}

/// Shows the page in `novo`, and remembers it.
pub fn escolher_tema(atual: RwSignal<Tema>, novo: Tema) {
    atual.set(novo);
    browser::remember(COOKIE, novo.attr().unwrap_or("auto"));
    let Some(html) = document().document_element().and_then(|el| el.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return;
    };
    let _ = match novo.attr() {
        Some(v) => html.set_attribute("data-theme", v),
        None => html.remove_attribute("data-theme"),
    };
}

/// Goes round the three choices.
#[component]
pub fn BotaoTema(
    /// Classes of the button.
    #[prop(default = "icon-btn")]
    class: &'static str,
    /// Shows the words beside the icon.
    #[prop(optional)]
    com_texto: bool,
) -> impl IntoView {
    let t = textos();
    let atual = tema_atual();
    let rotulo = move || match atual.get() {
        Tema::Auto => t.geral.tema_auto,
        Tema::Claro => t.geral.tema_claro,
        Tema::Escuro => t.geral.tema_escuro,
    };
    let icone = Signal::derive(move || match atual.get() {
        Tema::Auto => "monitor",
        Tema::Claro => "sun",
        Tema::Escuro => "moon",
    });
    let trocar = move |_| escolher_tema(atual, atual.get_untracked().next());
    let curto = move || rotulo().split('.').next().unwrap_or_default().to_owned();
    view! {
        <button class=class type="button" aria-label=rotulo title=rotulo on:click=trocar>
            <Icone nome=icone/>
            {com_texto.then(|| view! { <span>{curto}</span> })}
        </button>
    }
}
