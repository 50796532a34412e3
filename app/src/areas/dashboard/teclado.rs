//! The keyboard of the dashboard: one listener, and the sheet that tells what it hears.
//!
//! A single letter acts only while nobody types and nothing lies over the page, and can be switched off (WCAG 2.1.4): the
//! cookie `atalhos` is read at each key, so that a switch anywhere works at once. Ctrl+K opens the palette in any case.

use std::time::Duration;

use leptos::{ev, html::Dialog, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;

use super::paleta::paleta;
use crate::{
    browser,
    partes::sobre,
    text::{Textos, textos},
    ui::{Icone, seguir},
};

const COOKIE: &str = "atalhos";
/// So long after `g` the next letter names a page.
const DEPOIS_DO_G: Duration = Duration::from_millis(1500);

type Local = Callback<String, bool>;

/// What the keyboard opens, and what the page on screen does with a letter.
#[derive(Clone, Copy)]
pub struct Teclado {
    /// The palette is open.
    pub paleta: RwSignal<bool>,
    /// The help sheet is open.
    pub ajuda: RwSignal<bool>,
    local: StoredValue<Option<(u32, Local)>>,
    proximo: StoredValue<u32>,
    apos_g: StoredValue<u32>,
}

/// Whether single letters act, on either side.
pub fn atalhos_ligados() -> bool {
    browser::cookie(COOKIE).as_deref() != Some("off")
}

/// Switches them; remembered in this browser.
pub fn ligar_atalhos(sim: bool) {
    browser::remember(COOKIE, if sim { "on" } else { "off" });
}

impl Teclado {
    fn new() -> Self {
        Self {
            paleta: RwSignal::new(false),
            ajuda: RwSignal::new(false),
            local: StoredValue::new(None),
            proximo: StoredValue::new(0),
            apos_g: StoredValue::new(0),
        }
    }

    /// To be called once, in the shell.
    pub fn provide() {
        let teclado = Self::new();
        provide_context(teclado);
        let navegar = use_navigate();
        Effect::new(move |_| {
            let navegar = navegar.clone();
            let ouvinte = window_event_listener(ev::keydown, move |ev| teclado.ouvir(&ev, &navegar));
            on_cleanup(move || ouvinte.remove());
        });
    }

    /// Of this page.
    pub fn expect() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// While this page is on screen `f` hears each letter first, and says whether it was for it.
    pub fn enquanto(self, f: impl Fn(&str) -> bool + Send + Sync + 'static) {
        let vez = self.proximo.get_value() + 1;
        self.proximo.set_value(vez);
        self.local.set_value(Some((vez, Callback::new(move |tecla: String| f(&tecla)))));
        on_cleanup(move || {
            // The next page may be here already.
            self.local.try_update_value(|l| l.take_if(|(n, _)| *n == vez));
        });
    }

    fn ouvir(self, ev: &web_sys::KeyboardEvent, navegar: &impl Fn(&str, NavigateOptions)) {
        // A password manager fires `keydown` without being a keyboard.
        if !ev.is_instance_of::<web_sys::KeyboardEvent>() || ev.default_prevented() || ev.is_composing() {
            return;
        }
        let tecla = ev.key();
        let comando = ev.ctrl_key() || ev.meta_key();
        if comando && !ev.alt_key() && !ev.shift_key() && tecla.eq_ignore_ascii_case("k") {
            ev.prevent_default();
            self.ajuda.set(false);
            self.paleta.set(true);
            return;
        }
        // One of them may be on its way still, see `uma_vez`.
        let aberto = self.paleta.get_untracked() || self.ajuda.get_untracked();
        if comando || ev.alt_key() || aberto || !atalhos_ligados() || ocupado(ev) {
            return;
        }
        if self.apos_g.get_value() > 0 {
            self.apos_g.set_value(0);
            if let Some(destino) = destino(&tecla) {
                ev.prevent_default();
                navegar(destino, NavigateOptions::default());
                return;
            }
        }
        let usada = match tecla.as_str() {
            "g" => {
                let vez = self.proximo.get_value() + 1;
                self.proximo.set_value(vez);
                self.apos_g.set_value(vez);
                set_timeout(
                    move || {
                        self.apos_g.try_update_value(|n| {
                            if *n == vez {
                                *n = 0;
                            }
                        });
                    },
                    DEPOIS_DO_G,
                );
                true
            }
            "?" => {
                self.ajuda.set(true);
                true
            }
            _ => {
                let local = self.local.with_value(|l| l.as_ref().map(|(_, f)| *f));
                local.is_some_and(|f| f.run(tecla))
            }
        };
        if usada {
            ev.prevent_default();
        }
    }
}

/// Where `g` and a letter lead.
fn destino(tecla: &str) -> Option<&'static str> {
    match tecla {
        "i" => Some("/dashboard/conversas"),
        "d" => Some("/dashboard"),
        "c" => Some("/dashboard/conhecimento"),
        _ => None,
    }
}

/// Somebody types, or something lies over the page that has its own keys.
fn ocupado(ev: &web_sys::KeyboardEvent) -> bool {
    let escreve = ev.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()).is_some_and(|el| {
        el.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]").unwrap_or(false)
    });
    escreve || document().query_selector("dialog[open], :popover-open").ok().flatten().is_some()
}

/// Palette and help sheet. Once, in the shell.
#[component]
pub fn TecladoSobre() -> impl IntoView {
    let teclado = Teclado::expect();
    view! { {uma_vez(teclado.paleta, paleta)}{uma_vez(teclado.ajuda, ajuda)} }
}

/// What `dialogo` makes, from when it is first opened.
fn uma_vez<Fut>(aberta: RwSignal<bool>, dialogo: fn(RwSignal<bool>) -> Fut) -> impl IntoView
where
    Fut: Future<Output = AnyView> + Send + 'static,
{
    let usada = Memo::new(move |antes| antes == Some(&true) || aberta.get());
    move || usada.get().then(|| Suspend::new(dialogo(aberta)))
}

sobre! {
    /// Fetched when it is opened for the first time.
    async fn ajuda(aberta: RwSignal<bool>) -> AnyView {
        view! { <Ajuda aberta=aberta/> }.into_any()
    }
}

#[component]
fn Ajuda(aberta: RwSignal<bool>) -> impl IntoView {
    let t = textos();
    let node = NodeRef::<Dialog>::new();
    seguir(node, aberta);
    let conteudo = move || aberta.get().then(|| view! { <Folha t=t/> });
    view! {
        <dialog class="dialog keys-dialog" node_ref=node aria-labelledby="teclas-titulo" on:close=move |_| aberta.set(false)>
            <header class="dialog-head">
                <h2 id="teclas-titulo">{t.atalhos.ajuda_titulo}</h2>
                <button class="icon-btn" type="button" aria-label=t.geral.fechar on:click=move |_| aberta.set(false)><Icone nome="x"/></button>
            </header>
            {conteudo}
        </dialog>
    }
}

#[component]
fn Folha(t: &'static Textos) -> impl IntoView {
    let ligado = RwSignal::new(atalhos_ligados());
    let a = &t.atalhos;
    let em_toda_parte: [(&[&str], &str); 5] = [
        (&["Ctrl", "K"], a.tecla_paleta),
        (&["g", "i"], a.tecla_conversas),
        (&["g", "d"], a.tecla_inicio),
        (&["g", "c"], a.tecla_conhecimento),
        (&["?"], a.tecla_ajuda),
    ];
    let nas_conversas: [(&[&str], &str); 10] = [
        (&["j"], a.tecla_proxima),
        (&["k"], a.tecla_anterior),
        (&["Enter"], a.tecla_abrir),
        (&["r"], a.tecla_responder),
        (&["n"], a.tecla_nota),
        (&["e"], a.tecla_resolver),
        (&["t"], a.tecla_assumir),
        (&["d"], a.tecla_devolver),
        (&["u"], a.tecla_nao_lida),
        (&["/"], a.tecla_buscar),
    ];
    let grupo = |titulo: &'static str, linhas: &[(&[&'static str], &'static str)]| {
        let linhas = linhas.iter().map(|(teclas, nome)| {
            let teclas = teclas.iter().map(|k| view! { <kbd>{*k}</kbd>" " }).collect_view();
            view! { <div><dt>{teclas}</dt><dd>{*nome}</dd></div> }
        });
        view! { <section><h3>{titulo}</h3><dl class="keys">{linhas.collect_view()}</dl></section> }
    };
    view! {
        <div class="dialog-body keys-body">
            {grupo(a.em_toda_parte, &em_toda_parte)}
            {grupo(a.nas_conversas, &nas_conversas)}
            <label class="switch keys-switch">
                <span>{a.ligar}<small class="muted">{a.ligar_ajuda}</small></span>
                <input
                    class="switch-input" type="checkbox" role="switch" prop:checked=ligado
                    on:change=move |ev| { let sim = event_target_checked(&ev); ligado.set(sim); ligar_atalhos(sim); }
                />
            </label>
        </div>
    }
}
