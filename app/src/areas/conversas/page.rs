//! `/dashboard/conversas`, `/dashboard/conversas/:id` and `/dashboard/conversas/:id/info`: list, thread and details side by
//! side, on phones one after the other.

use contracts::{StatusInstancia, eventos::Evento, respostas::RespostaProntaDto};
use leptos::{ev, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    components::Outlet,
    hooks::{use_location, use_navigate, use_query_map},
    params::ParamsMap,
};

use super::{acoes::Acao, estado::Aberta, filtro::Filtro, lista::ListaConversas, prontas::GerirProntas};
use crate::{
    areas::{dashboard::teclado::Teclado, whatsapp::api::whatsapp_status},
    browser,
    error::AppError,
    live::Live,
    text::textos,
    ui::Vazio,
};

/// The cookie that remembers the third column; without it, there is one.
const COLUNA: &str = "detalhes";
/// From here on the details have a column of their own.
const LARGA: &str = "(width >= 1280px)";
const CELULAR: &str = "(width < 640px), (height < 520px)";

/// In the query of a thread: the line to open it at.
pub(super) const ATE: &str = "ate";

/// The id in a path of a thread.
pub(super) fn id_no_caminho(caminho: &str) -> Option<&str> {
    caminho.strip_prefix("/dashboard/conversas/")?.split('/').next().filter(|id| !id.is_empty())
}

/// Whether a path is the details' own page.
fn so_detalhes(caminho: &str) -> bool {
    caminho.trim_end_matches('/').ends_with("/info")
}

/// A path with the choice of the list that the page has.
pub(super) fn com_filtro(caminho: &str, query: &ParamsMap) -> String {
    Filtro::da_url(query).url(caminho)
}

/// What list, thread and details share.
#[derive(Clone, Copy)]
pub struct Inbox {
    /// The thread on screen.
    pub aberta: RwSignal<Option<Aberta>>,
    /// The details have their column.
    pub coluna: RwSignal<bool>,
    /// The details lie over the thread, where there is no room for a column.
    pub gaveta: RwSignal<bool>,
    /// There is room for a column.
    pub larga: RwSignal<bool>,
    /// The canned replies, once somebody has needed them.
    pub prontas: RwSignal<Option<Vec<RespostaProntaDto>>>,
    /// Their dialog is open.
    pub gerir: RwSignal<bool>,
    /// The WhatsApp connection.
    pub whats: Resource<Result<StatusInstancia, AppError>>,
}

impl Inbox {
    fn provide() -> Self {
        let inbox = Self {
            aberta: RwSignal::new(None),
            coluna: RwSignal::new(browser::cookie(COLUNA).as_deref() != Some("0")),
            gaveta: RwSignal::new(false),
            larga: RwSignal::new(true),
            prontas: RwSignal::new(None),
            gerir: RwSignal::new(false),
            whats: Resource::new(|| (), |()| async { whatsapp_status().await.map(|i| i.status) }),
        };
        provide_context(inbox);
        Live::expect().on(move |evento| {
            if matches!(evento, None | Some(Evento::Instancia { .. })) {
                inbox.whats.refetch();
            }
        });
        Effect::new(move |_| {
            let medir = move || {
                let larga = browser::media(LARGA);
                if inbox.larga.get_untracked() != larga {
                    inbox.larga.set(larga);
                }
            };
            medir();
            let ouvinte = window_event_listener(ev::resize, move |_| medir());
            on_cleanup(move || ouvinte.remove());
        });
        inbox
    }

    /// Of this page.
    pub fn expect() -> Self {
        use_context().unwrap_or_else(Self::provide)
    }

    /// The details are in sight beside or over the thread.
    pub fn detalhes(self) -> bool {
        if self.larga.get() { self.coluna.get() } else { self.gaveta.get() }
    }

    /// Shows or hides them; a column is remembered, what lies over the thread is not.
    pub fn alternar_detalhes(self) {
        if self.larga.get_untracked() {
            let sim = !self.coluna.get_untracked();
            self.coluna.set(sim);
            browser::remember(COLUNA, if sim { "1" } else { "0" });
        } else {
            self.gaveta.update(|v| *v = !*v);
        }
    }
}

/// The frame.
#[component]
pub fn Conversas() -> impl IntoView {
    let caminho = use_location().pathname;
    let query = use_query_map();
    let inbox = Inbox::provide();
    let vista = move || {
        caminho.with(|p| match id_no_caminho(p) {
            None => "list",
            Some(_) if so_detalhes(p) => "info",
            Some(_) => "thread",
        })
    };
    // A deep link to the details shows them on a wide screen too.
    Effect::new(move |_| {
        if caminho.with(|p| so_detalhes(p)) {
            inbox.gaveta.set(true);
            inbox.coluna.set(true);
        }
    });
    let navegar = use_navigate();
    let fechar = {
        let navegar = navegar.clone();
        move || navegar(&query.with_untracked(|q| com_filtro("/dashboard/conversas", q)), NavigateOptions::default())
    };
    Teclado::expect().enquanto(move |tecla| {
        let Some(acao) = (match tecla {
            "j" => return andar(1),
            "k" => return andar(-1),
            "Escape" if inbox.gaveta.get_untracked() => {
                inbox.gaveta.set(false);
                return true;
            }
            "/" => return browser::focus_first(".inbox-search input"),
            "r" => Some(Acao::Responder),
            "n" => Some(Acao::Anotar),
            "e" => Some(Acao::Resolver),
            "t" => Some(Acao::Assumir),
            "d" => Some(Acao::Devolver),
            "u" => Some(Acao::NaoLida),
            _ => None,
        }) else {
            return false;
        };
        let Some(aberta) = inbox.aberta.get_untracked() else { return false };
        aberta.fazer(acao);
        if acao == Acao::NaoLida {
            fechar();
        }
        true
    });
    let coluna = move || inbox.coluna.get().then_some("");
    let gaveta = move || inbox.gaveta.get().then_some("");
    view! {
        <div class="inbox" data-view=vista data-coluna=coluna data-gaveta=gaveta>
            <ListaConversas/>
            <Outlet/>
        </div>
        <GerirProntas/>
    }
}

/// Moves the keyboard to the row `passo` further; the first time from the one that is open.
fn andar(passo: isize) -> bool {
    use wasm_bindgen::JsCast;
    if browser::media(CELULAR) && document().query_selector(".inbox[data-view=list]").ok().flatten().is_none() {
        return false;
    }
    let Ok(linhas) = document().query_selector_all(".conv-list a.conv") else { return false };
    let linhas: Vec<web_sys::HtmlElement> =
        (0..linhas.length()).filter_map(|i| linhas.get(i)?.dyn_into().ok()).collect();
    let foco = document().active_element();
    let nela = linhas.iter().position(|el| foco.as_ref().is_some_and(|f| f.is_same_node(Some(el))));
    let aqui = nela.or_else(|| linhas.iter().position(|el| el.has_attribute("aria-current")));
    let novo = match aqui {
        Some(i) => i.saturating_add_signed(passo).min(linhas.len().saturating_sub(1)),
        None => 0,
    };
    linhas.get(novo).is_some_and(|el| el.focus().is_ok())
}

/// Beside the list while nothing is chosen.
#[component]
pub fn NadaEscolhido() -> impl IntoView {
    let t = textos();
    view! {
        <Title text=t.conversas.titulo/>
        <section class="thread thread-none" aria-label=t.conversas.escolha_titulo>
            <Vazio icone="messages-square" titulo=t.conversas.escolha_titulo texto=t.conversas.escolha/>
        </section>
    }
}
