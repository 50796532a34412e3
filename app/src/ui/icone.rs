//! Icons from the sprite, and avatars.

use leptos::prelude::*;

use crate::{format, style};

/// An icon of `public/icons.svg`; always decoration, the text beside it says the same.
#[component]
pub fn Icone(
    /// Name in the sprite, without `i-`.
    #[prop(into)]
    nome: Signal<&'static str>,
    /// More classes than `icon`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let class = if class.is_empty() { "icon".to_owned() } else { format!("icon {class}") };
    view! {
        <svg class=class aria-hidden="true">
            <use_ href=move || style::icon(nome.get())></use_>
        </svg>
    }
}

/// Initials on a hue that belongs to the person.
#[component]
pub fn Avatar(
    /// Whose.
    nome: String,
    /// What the hue is made from; the same person, the same colour.
    semente: String,
    /// Diameter in pixels.
    tamanho: u32,
    /// With the small sign of the channel.
    #[prop(optional)]
    canal: bool,
) -> impl IntoView {
    let style = format!("--hue:{};--size:{tamanho}px", format::matiz(&semente));
    view! {
        <span class="avatar" style=style aria-hidden="true">
            {format::iniciais(&nome)}
            {canal.then(|| view! { <span class="avatar-glyph"><Icone nome="phone"/></span> })}
        </span>
    }
}
