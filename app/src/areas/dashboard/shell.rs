//! Sidebar, top bar, bottom navigation and the live connection, around every page of the client area.

use std::time::Duration;

use contracts::{
    EstadoConversa,
    auth::ClienteDto,
    conversas::{Contagens, ConversasFiltro},
    eventos::Evento,
};
use leptos::{form::ActionForm, prelude::*, task::spawn_local};
use leptos_router::{components::Outlet, hooks::use_location};

use super::{
    chamado::chamar,
    menu::{FolhaMais, MenuCelular, MenuLateral},
    teclado::{Teclado, TecladoSobre},
};
use crate::{
    areas::{
        assinatura::{AssinaturaAtual, FaixaAssinatura},
        auth::api,
        avisos::FaixaAvisos,
        conversas::api::conversas_list,
    },
    browser,
    error::AppError,
    format::iniciais,
    live::{BarraReconexao, Live, coalesce},
    text::{Idioma, fill, textos},
    ui::{Avatar, BotaoTema, Icone, Logo, LogoMarca, aguardar, barra},
};

/// The cliente who is signed in.
#[derive(Clone, Copy)]
pub struct ClienteAtual(pub Resource<Result<ClienteDto, AppError>>);

impl ClienteAtual {
    /// Of this page.
    pub fn expect() -> Self {
        use_context().unwrap_or_else(|| Self(Resource::new(|| (), |()| api::me())))
    }
}

/// How many conversas wait for a person, for the badges of the menu.
#[derive(Clone, Copy)]
pub struct Pendentes {
    /// What the server knew when it wrote the page.
    pub inicial: Resource<Result<Contagens, AppError>>,
    /// What has been heard since.
    pub agora: RwSignal<Option<Contagens>>,
    /// The list is on screen and counts for itself.
    lista: StoredValue<bool>,
}

impl Pendentes {
    fn new() -> Self {
        let inicial = Resource::new(|| (), |()| contar());
        Self { inicial, agora: RwSignal::new(None), lista: StoredValue::new(false) }
    }

    fn provide() {
        let pendentes = Self::new();
        provide_context(pendentes);
        let recontar = coalesce(Duration::from_millis(600), move || {
            spawn_local(async move {
                if let Ok(contagens) = contar().await {
                    pendentes.agora.try_set(Some(contagens));
                }
            });
        });
        Live::expect().on(move |evento| {
            let conta = matches!(evento, None | Some(Evento::Conversa { .. } | Evento::Mensagem { .. }));
            if conta && !pendentes.lista.get_value() {
                recontar();
            }
        });
    }

    /// Of this page.
    pub fn expect() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// The list takes over the counting while it is on screen.
    pub fn tem_lista(self, sim: bool) {
        self.lista.try_set_value(sim);
    }

    /// What the list has counted.
    pub fn informar(self, contagens: Contagens) {
        self.agora.set(Some(contagens));
    }
}

async fn contar() -> Result<Contagens, AppError> {
    let esperam = ConversasFiltro { estado: Some(EstadoConversa::AguardandoHumano), ..ConversasFiltro::default() };
    conversas_list(esperam).await.map(|lista| lista.contagens)
}

/// The frame of `/dashboard/...`.
#[component]
pub fn DashboardShell() -> impl IntoView {
    let t = textos();
    Live::provide();
    Pendentes::provide();
    Teclado::provide();
    chamar();
    let cliente = Resource::new(|| (), |()| api::me());
    provide_context(ClienteAtual(cliente));
    AssinaturaAtual::provide();
    // The login has told the language of the account; what was loaded before it is in the browser's.
    Effect::new(move |_| {
        let aqui = if t.idioma == Idioma::En { "en" } else { "pt" };
        let outro =
            browser::cookie("idioma").is_some_and(|c| ["pt", "en"].iter().any(|l| c.starts_with(l) && *l != aqui));
        // An address that asks for a language itself keeps it.
        if outro && window().location().search().is_ok_and(|s| !s.contains("idioma=")) {
            let _ = window().location().reload();
        }
    });
    let caminho = use_location().pathname;
    let fixo = move || caminho.with(|p| p.starts_with("/dashboard/conversas"));
    let na_conversa =
        move || caminho.with(|p| p.strip_prefix("/dashboard/conversas/").is_some_and(|id| !id.is_empty()));
    view! {
        <a class="skip-link" href="#conteudo" rel="external">{t.geral.pular}</a>
        <div class="shell has-bottom-nav" class:shell-fixed=fixo class:in-thread=na_conversa>
            <aside class="sidebar" aria-label=t.painel.menu>
                <div class="sidebar-head">
                    <a class="logo" href="/dashboard" aria-label=t.geral.pagina_inicial><Logo/><LogoMarca/></a>
                </div>
                <nav class="sidebar-scroll" aria-label=t.painel.menu_principal><MenuLateral/></nav>
                <div class="sidebar-foot"><Sair class="nav-item"/></div>
            </aside>
            <header class="topbar">
                <a class="logo mobile-mark only-mobile" href="/dashboard" aria-label=t.geral.pagina_inicial><LogoMarca/></a>
                <QuemSou/>
                <BotaoBusca/>
                <div class="topbar-end"><span class="not-mobile"><BotaoTema/></span><Conta/></div>
            </header>
            <main class="main" id="conteudo" tabindex="-1">
                <BarraReconexao/>
                <FaixaAssinatura/>
                <FaixaAvisos/>
                <Outlet/>
            </main>
            <MenuCelular/>
            <TecladoSobre/>
            <FolhaMais><BotaoTema class="menu-item" com_texto=true/><Sair class="menu-item"/></FolhaMais>
        </div>
    }
}

/// Opens the palette, where there is room for it as a field.
#[component]
fn BotaoBusca() -> impl IntoView {
    let t = textos();
    let Teclado { paleta, .. } = Teclado::expect();
    let abrir = move |_| paleta.set(true);
    view! {
        <button class="searchbox" type="button" aria-haspopup="dialog" on:click=abrir>
            <Icone nome="search" class="icon-sm"/><span class="truncate">{t.atalhos.buscar}</span><kbd>"Ctrl K"</kbd>
        </button>
        <button class="icon-btn only-mobile topbar-search" type="button" aria-haspopup="dialog" aria-label=t.atalhos.buscar on:click=abrir><Icone nome="search"/></button>
    }
}

/// The name of the business.
#[component]
fn QuemSou() -> impl IntoView {
    let ClienteAtual(cliente) = ClienteAtual::expect();
    aguardar(barra("120px").into_any(), move || async move {
        cliente.await.ok().map(|c| view! { <span class="tenant-name truncate">{c.nome}</span> }).into_any()
    })
}

/// Leads to the profile.
#[component]
fn Conta() -> impl IntoView {
    let t = textos();
    let ClienteAtual(cliente) = ClienteAtual::expect();
    aguardar(().into_any(), move || async move {
        let conta = cliente.await.ok().map(|c| {
            let rotulo = fill(t.painel.conta_de, &[("iniciais", &iniciais(&c.nome)), ("nome", &c.nome)]);
            view! {
                <a class="icon-btn" href="/dashboard/perfil" aria-label=rotulo>
                    <Avatar nome=c.nome semente=c.id.to_string() tamanho=28/>
                </a>
            }
        });
        conta.into_any()
    })
}

/// "Sair": a form, so that it works before the WASM has loaded and cannot be followed by a link from elsewhere.
#[component]
fn Sair(
    /// Classes of the button.
    class: &'static str,
) -> impl IntoView {
    let t = textos();
    let sair = ServerAction::<api::Logout>::new();
    view! {
        <ActionForm action=sair>
            <button class=class type="submit" title=t.painel.sair><Icone nome="log-out"/><span class="nav-label">{t.painel.sair}</span></button>
        </ActionForm>
    }
}
