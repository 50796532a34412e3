//! A handful of emojis, behind a button; whoever wants another has a keyboard for it.

use leptos::prelude::*;

use crate::{browser, text::textos, ui::Icone};

const EMOJIS: [&str; 32] = [
    "😀", "😊", "😉", "😍", "😂", "🤔", "😅", "😢", "🙏", "👍", "👋", "👏", "💪", "👀", "❤️", "🎉", "✅", "❌", "⏰",
    "📅", "📍", "📞", "📦", "🚚", "🛵", "🍕", "🍔", "🌻", "💐", "💳", "💰", "🔥",
];
const ID: &str = "emojis";

/// The button and what it opens.
#[component]
pub fn Emojis(#[prop(into)] escolher: Callback<&'static str>) -> impl IntoView {
    let t = textos();
    let um = move |e: &'static str| {
        let ao_clicar = move |_| {
            browser::hide_popover(ID);
            escolher.run(e);
        };
        view! { <button type="button" on:click=ao_clicar>{e}</button> }
    };
    view! {
        <button class="icon-btn not-mobile" type="button" popovertarget=ID aria-label=t.conversas.emoji title=t.conversas.emoji><Icone nome="smile"/></button>
        <div class="popover emoji-pop" id=ID popover="auto" role="dialog" aria-label=t.conversas.emoji>{EMOJIS.map(um).collect_view()}</div>
    }
}
