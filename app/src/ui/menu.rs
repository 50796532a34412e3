//! Menus and popovers over the native popover: they open before the WASM has loaded, close on Esc and on a click outside.

use leptos::{html::Div, prelude::*};
use wasm_bindgen::JsCast;

use super::Icone;
use crate::browser;

/// A button with the actions that it opens. Arrow keys, Home and End move between them.
#[component]
pub fn Menu(
    /// Unique in the page.
    id: &'static str,
    /// What the button is called.
    #[prop(into)]
    label: Signal<String>,
    /// Icon of the button.
    #[prop(default = "ellipsis-vertical")]
    icone: &'static str,
    /// [`ItemMenu`]s.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    let tecla = move |ev: leptos::ev::KeyboardEvent| {
        let passo: fn(usize, usize) -> usize = match ev.key().as_str() {
            "ArrowDown" => |i, n| (i + 1) % n,
            "ArrowUp" => |i, n| (i + n - 1) % n,
            "Home" => |_, _| 0,
            "End" => |_, n| n - 1,
            _ => return,
        };
        ev.prevent_default();
        mover(node, passo);
    };
    // The first action has the keyboard once the menu is open.
    let abriu = move |_| {
        let aberto = node.get_untracked().is_some_and(|el| el.matches(":popover-open").unwrap_or(false));
        if aberto {
            mover(node, |_, _| 0);
        }
    };
    view! {
        <button class="icon-btn" type="button" popovertarget=id aria-haspopup="menu" aria-label=label title=label><Icone nome=icone/></button>
        <div class="menu" id=id popover="auto" role="menu" aria-label=label node_ref=node on:keydown=tecla on:toggle=abriu on:click=move |_| browser::hide_popover(id)>
            {children()}
        </div>
    }
}

fn mover(node: NodeRef<Div>, passo: fn(usize, usize) -> usize) {
    let Some(menu) = node.get_untracked() else { return };
    let filhos = menu.children();
    let itens: Vec<web_sys::HtmlElement> = (0..filhos.length())
        .filter_map(|i| filhos.item(i)?.dyn_into().ok())
        .filter(|el: &web_sys::HtmlElement| el.get_attribute("role").as_deref() == Some("menuitem"))
        .collect();
    if itens.is_empty() {
        return;
    }
    let foco = document().active_element();
    let atual = itens.iter().position(|el| foco.as_ref().is_some_and(|f| f.is_same_node(Some(el.as_ref()))));
    let novo = passo(atual.unwrap_or(itens.len() - 1), itens.len());
    if let Some(el) = itens.get(novo) {
        let _ = el.focus();
    }
}

/// One action of a [`Menu`].
#[component]
pub fn ItemMenu(
    /// Icon of the sprite.
    icone: &'static str,
    /// The verb.
    #[prop(into)]
    nome: Signal<String>,
    /// The key that does the same.
    #[prop(optional)]
    tecla: Option<&'static str>,
    /// It destroys something.
    #[prop(optional)]
    perigo: bool,
    /// Does it.
    #[prop(into)]
    fazer: Callback<()>,
) -> impl IntoView {
    view! {
        <button class="menu-item" class:is-danger=perigo type="button" role="menuitem" tabindex="-1" on:click=move |_| fazer.run(())>
            <Icone nome=icone/>{nome}{tecla.map(|tecla| view! { <kbd>{tecla}</kbd> })}
        </button>
    }
}

/// A button with more to read behind it.
#[component]
pub fn Popover(
    /// Unique in the page.
    id: &'static str,
    /// The words on the button, and the name of what it opens.
    #[prop(into)]
    label: Signal<String>,
    /// What is read.
    children: Children,
) -> impl IntoView {
    view! {
        <button class="btn btn-ghost btn-sm" type="button" popovertarget=id aria-haspopup="dialog">{label}</button>
        <div class="popover" id=id popover="auto" role="dialog" aria-label=label>{children()}</div>
    }
}
