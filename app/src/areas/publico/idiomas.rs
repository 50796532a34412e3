//! The choice of a language. A plain form: it works without WASM, and nothing that only looks at links changes anything.

use leptos::prelude::*;

use crate::text::{Idioma, textos};

/// One button a language; the present one is marked.
#[component]
pub fn Idiomas(
    /// The path to come back to.
    de: String,
) -> impl IntoView {
    let t = textos();
    let botao = move |idioma: Idioma, nome: &'static str| {
        view! {
            <button type="submit" name="idioma" value=idioma.lang() lang=idioma.lang() aria-current=(t.idioma == idioma).then_some("true")>{nome}</button>
        }
    };
    view! {
        <form class="idiomas" method="post" action="/idioma" aria-label=t.geral.idioma>
            <input type="hidden" name="de" value=de/>
            {botao(Idioma::PtBr, "Português")}
            {botao(Idioma::En, "English")}
        </form>
    }
}
