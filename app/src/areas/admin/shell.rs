//! The frame of the admin panel: the same as the client's, with another accent so that nobody mistakes it.

use contracts::auth::AdminDto;
use leptos::{form::ActionForm, prelude::*};
use leptos_router::components::Outlet;

use super::api;
use crate::{
    error::AppError,
    text::textos,
    ui::{BotaoTema, Icone, Logo, LogoMarca},
};

/// The admin who is signed in.
#[derive(Clone, Copy)]
pub struct AdminAtual(pub Resource<Result<AdminDto, AppError>>);

impl AdminAtual {
    /// Of this page.
    pub fn expect() -> Self {
        use_context().unwrap_or_else(|| Self(Resource::new(|| (), |()| api::admin_me())))
    }
}

/// Sidebar, top bar and the page of `/admin/...`.
#[component]
pub fn AdminShell() -> impl IntoView {
    let t = textos();
    provide_context(AdminAtual(Resource::new(|| (), |()| api::admin_me())));
    let sair = ServerAction::<api::AdminLogout>::new();
    view! {
        <a class="skip-link" href="#conteudo" rel="external">{t.geral.pular}</a>
        <div class="shell shell-admin">
            <aside class="sidebar" aria-label=t.painel.menu>
                <div class="sidebar-head">
                    <a class="logo" href="/admin/dashboard" aria-label=t.geral.pagina_inicial><Logo/><LogoMarca/></a>
                    <span class="chip-admin">{t.painel.admin}</span>
                </div>
                <nav class="sidebar-scroll" aria-label=t.painel.menu_principal>
                    <ul><li><a class="nav-item" href="/admin/dashboard" aria-current="page" title=t.painel.admin_visao>
                        <Icone nome="layout-dashboard"/><span class="nav-label">{t.painel.admin_visao}</span>
                    </a></li></ul>
                </nav>
            </aside>
            <header class="topbar">
                <span class="logo mobile-mark only-mobile"><LogoMarca/></span>
                <span class="chip-admin only-mobile">{t.painel.admin}</span>
                <div class="topbar-end">
                    <BotaoTema/>
                    <ActionForm action=sair>
                        <button class="btn btn-ghost" type="submit" aria-busy=move || sair.pending().get().to_string()>
                            <Icone nome="log-out"/>{t.painel.sair}
                        </button>
                    </ActionForm>
                </div>
            </header>
            <main class="main" id="conteudo" tabindex="-1"><Outlet/></main>
        </div>
    }
}
