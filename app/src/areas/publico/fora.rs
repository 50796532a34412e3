//! In the browser: the server's page, asked for anew.

use leptos::prelude::*;

/// Stands where a public page would; reached by a link inside the hydrated part.
#[component]
pub fn Fora() -> impl IntoView {
    Effect::new(|_| {
        let _ = window().location().reload();
    });
    view! { <main class="site-lost" aria-busy="true"></main> }
}
