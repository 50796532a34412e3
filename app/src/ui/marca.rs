//! The logo, inline so that it takes the colours of the theme.

use leptos::prelude::*;

const MARCA: &str = "M2 13a11 11 0 1 1 11 11c-1.35 0-2.6-.2-3.75-.62C8.7 26.6 6.4 29.6 2.9 31c-.5.2-.9-.1-.9-.6Zm11-4.7a4.7 4.7 0 1 0 0 9.4 4.7 4.7 0 0 0 0-9.4Z";

/// Mark and word.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg class="logo-full" viewBox="0 -6 144 39" aria-hidden="true">
            <path class="logo-p" fill-rule="evenodd" d=MARCA></path>
            <path class="logo-word" d=include_str!("marca.path")></path>
        </svg>
    }
}

/// The mark alone.
#[component]
pub fn LogoMarca() -> impl IntoView {
    view! {
        <svg class="logo-mark" viewBox="0 0 26 33" aria-hidden="true">
            <path class="logo-p" fill-rule="evenodd" d=MARCA></path>
        </svg>
    }
}
