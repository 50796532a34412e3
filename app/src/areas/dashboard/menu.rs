//! The plan's menu (phase 6), in its order, as sidebar, bottom navigation and sheet.

use leptos::prelude::*;
use leptos_router::components::A;

use super::shell::Pendentes;
use crate::{
    browser,
    text::{Textos, fill, textos},
    ui::{Icone, aguardar},
};

const FOLHA: &str = "menu-mais";

/// One entry of the menu.
#[derive(Clone, Copy)]
struct Item {
    href: &'static str,
    icone: &'static str,
    nome: fn(&Textos) -> &'static str,
}

const INICIO: Item = Item { href: "/dashboard", icone: "layout-dashboard", nome: |t| t.painel.inicio };
const PERFIL: Item = Item { href: "/dashboard/perfil", icone: "user-round", nome: |t| t.painel.perfil };
const ASSINATURA: Item = Item { href: "/dashboard/assinatura", icone: "credit-card", nome: |t| t.assinatura.titulo };
const CONHECIMENTO: Item =
    Item { href: "/dashboard/conhecimento", icone: "book-open-text", nome: |t| t.painel.conhecimento };
const WHATSAPP: Item = Item { href: "/dashboard/whatsapp", icone: "qr-code", nome: |t| t.painel.whatsapp };
const CONVERSAS: Item = Item { href: "/dashboard/conversas", icone: "messages-square", nome: |t| t.painel.conversas };
const CONFIG: Item = Item { href: "/dashboard/config", icone: "sliders-horizontal", nome: |t| t.painel.config };
const TUTORIAIS: Item = Item { href: "/dashboard/tutoriais", icone: "circle-play", nome: |t| t.painel.tutoriais };
const SUPORTE: Item = Item { href: "/dashboard/suporte", icone: "life-buoy", nome: |t| t.painel.suporte };

/// Everything but "Sair", which is a form. What the plan does not name: Início, which it reaches by the logo only, and
/// Assinatura, which it has in Meu Perfil, too far to look for.
const MENU: [Item; 9] = [INICIO, PERFIL, CONHECIMENTO, WHATSAPP, CONVERSAS, CONFIG, ASSINATURA, TUTORIAIS, SUPORTE];

/// Every page: address, icon, name. For the palette.
pub fn paginas(t: &'static Textos) -> Vec<(&'static str, &'static str, &'static str)> {
    MENU.map(|item| (item.href, item.icone, (item.nome)(t))).into()
}

/// The entries of the sidebar.
#[component]
pub fn MenuLateral() -> impl IntoView {
    let t = textos();
    let itens = MENU.map(|item| {
        let contagem = item.href == CONVERSAS.href;
        view! {
            <li><A href=item.href exact=item.href == INICIO.href attr:class="nav-item" attr:title=(item.nome)(t)>
                <Icone nome=item.icone/>
                <span class="nav-label">{(item.nome)(t)}</span>
                {contagem.then(|| view! { <Contagem class="badge badge-count nav-count"/> })}
            </A></li>
        }
    });
    view! { <ul>{itens.into_iter().collect_view()}</ul> }
}

/// How many wait for a person; nothing when nobody does.
#[component]
fn Contagem(
    /// Classes of the badge.
    class: &'static str,
) -> impl IntoView {
    let t = textos();
    let pendentes = Pendentes::expect();
    aguardar(().into_any(), move || {
        let agora = pendentes.agora.get();
        async move {
            let n = match agora {
                Some(contagens) => contagens.aguardando,
                None => pendentes.inicial.await.map_or(0, |contagens| contagens.aguardando),
            };
            let badge = (n > 0).then(|| {
                let texto = if n > 99 { "99+".to_owned() } else { n.to_string() };
                let frase = fill(t.painel.aguardando_n, &[("n", &n.to_string())]);
                view! { <span class=class><span aria-hidden="true">{texto}</span><span class="visually-hidden">{frase}</span></span> }
            });
            badge.into_any()
        }
    })
}

/// Five entries at the thumb; the last opens the rest.
#[component]
pub fn MenuCelular() -> impl IntoView {
    let t = textos();
    let curtos: [(Item, &'static str); 4] = [
        (INICIO, t.painel.inicio),
        (CONVERSAS, t.painel.conversas),
        (CONHECIMENTO, t.painel.curto_conhecimento),
        (WHATSAPP, t.painel.curto_whatsapp),
    ];
    let itens = curtos.map(|(item, nome)| {
        let contagem = item.href == CONVERSAS.href;
        view! {
            <A href=item.href exact=item.href == INICIO.href>
                <Icone nome=item.icone/>{nome}
                {contagem.then(|| view! { <Contagem class="badge badge-count"/> })}
            </A>
        }
    });
    view! {
        <nav class="bottom-nav" aria-label=t.painel.menu_celular>
            {itens.into_iter().collect_view()}
            <button type="button" popovertarget=FOLHA aria-haspopup="true"><Icone nome="ellipsis"/>{t.painel.mais}</button>
        </nav>
    }
}

/// What does not fit at the thumb. A native popover: it opens before the WASM has loaded.
#[component]
pub fn FolhaMais(
    /// Theme and "Sair".
    children: Children,
) -> impl IntoView {
    let t = textos();
    let itens = [PERFIL, CONFIG, ASSINATURA, TUTORIAIS, SUPORTE].map(|item| {
        view! {
            <li><A href=item.href attr:class="menu-item" on:click=|_| browser::hide_popover(FOLHA)>
                <Icone nome=item.icone/>{(item.nome)(t)}
            </A></li>
        }
    });
    view! {
        <div class="menu sheet" id=FOLHA popover="auto" aria-label=t.painel.mais>
            <ul>{itens.into_iter().collect_view()}</ul>
            <div class="menu-sep" role="separator"></div>
            {children()}
        </div>
    }
}
