//! The Leptos UI, compiled twice: to WASM (`hydrate`) and into the server (`ssr`).
//!
//! `areas/` holds pages and their server functions side by side, `ui/` the component kit, `text/` every word that a
//! person reads. No rule of the business is here: the bodies of server functions call `services`.

pub mod areas;
mod browser;
pub mod codec;
pub mod error;
mod format;
mod live;
mod partes;
mod pedido;
#[cfg(feature = "ssr")]
pub mod server;
pub mod style;
pub mod text;
mod time;
pub mod ui;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    areas::{dashboard, publico},
    text::{Idioma, textos},
    time::Agora,
    ui::{Toasts, TorreToasts, tema},
};

/// The HTML document around [`App`]. Theme and language come from cookies, so nothing flashes.
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    use leptos_meta::MetaTags;
    let idioma = Idioma::current();
    let path = server::request_path().unwrap_or_default();
    // The public pages are read, not used: no WASM, and only the styles they need.
    let publica = publico::publica(&path) || publico::retorno(&path);
    let sem_wasm = publica || publico::reservada(&path);
    let folha = if publica { style::site_href() } else { style::href() };
    view! {
        <!DOCTYPE html>
        <html lang=idioma.lang() data-theme=tema().attr()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="preload" href=style::font() r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <link rel="stylesheet" href=folha/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <link rel="apple-touch-icon" href="/icones/apple-touch.png"/>
                {publico::cabeca::cores(publica)}
                {publico::cabeca::cabeca(&path, idioma)}
                {publico::contato().filter(|_| !publica).map(|email| view! { <meta name="contato" content=email/> })}
                {(!sem_wasm).then(|| view! { <Vigia versao=options.site_pkg_dir.to_string()/> <HydrationScripts options/> })}
                <MetaTags/>
            </head>
            <body><App/></body>
        </html>
    }
}

/// The script that speaks when the WASM cannot, before the one that loads it. `versao` goes into its reports.
#[cfg(feature = "ssr")]
#[component]
fn Vigia(versao: String) -> impl IntoView {
    // Outside the app: its context is not there yet.
    let t = if Idioma::current() == Idioma::En { &text::EN } else { &text::PT };
    let versao = format!("{} {}", env!("CARGO_PKG_VERSION"), versao.trim_start_matches("pkg/"));
    view! {
        <script
            src=style::watch() defer data-versao=versao data-sem-internet=t.geral.sem_internet data-travou=t.geral.travou
            data-recarregar=t.geral.recarregar
        ></script>
    }
}

/// `/dev/kit`. A production build has no such page.
fn galeria() -> AnyView {
    #[cfg(feature = "dev")]
    {
        view! { <ui::kit::Kit/> }.into_any()
    }
    #[cfg(not(feature = "dev"))]
    {
        view! { <publico::NaoEncontrada/> }.into_any()
    }
}

/// Fetches the pieces of the page that is shown, so that it can be hydrated in one go.
pub async fn preparar() {
    let caminho = window().location().pathname().unwrap_or_default();
    partes::preparar(&caminho).await;
}

/// For browser tests: from here on a click is heard.
pub fn hydrated() {
    if let Some(html) = document().document_element() {
        let _ = html.set_attribute("data-hydrated", "");
    }
}

/// Every page.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Idioma::current());
    provide_context(RwSignal::new(tema()));
    Agora::provide();
    Toasts::provide();
    let marca = textos().geral.marca;
    let no_titulo = dashboard::chamado::NoTitulo::provide();
    view! {
        <Title formatter=move |titulo: String|
            no_titulo.antes_de(if titulo.is_empty() { marca.to_owned() } else if titulo.starts_with(marca) { titulo } else { format!("{titulo} · {marca}") })
        />
        <Router>
            <Routes fallback=publico::NaoEncontrada>
                <Route path=path!("/") view=publico::Inicio ssr=SsrMode::Async/>
                <Route path=path!("/precos") view=publico::Precos ssr=SsrMode::Async/>
                <Route path=path!("/checkout") view=publico::Checkout ssr=SsrMode::Async/>
                <Route path=path!("/checkout/:id") view=publico::Retorno ssr=SsrMode::Async/>
                <Route path=path!("/faq") view=publico::Faq/>
                <Route path=path!("/termos") view=publico::Termos/>
                <Route path=path!("/privacidade") view=publico::Privacidade/>
                <Route path=path!("/login") view={Lazy::<partes::Login>::new()}/>
                <Route path=path!("/esqueci-senha") view=publico::Esqueci/>
                <Route path=path!("/nova-senha") view=publico::NovaSenha/>
                <Route path=path!("/dashboard/nova-senha") view=publico::PrimeiraSenha/>
                <Route path=path!("/dashboard/encerrada") view={Lazy::<partes::Encerrada>::new()} ssr=SsrMode::Async/>
                <ParentRoute path=path!("/dashboard") view=dashboard::shell::DashboardShell ssr=SsrMode::Async>
                    <Route path=path!("") view=dashboard::inicio::Inicio/>
                    <Route path=path!("conhecimento") view={Lazy::<partes::Conhecimento>::new()}/>
                    <Route path=path!("whatsapp") view={Lazy::<partes::Whatsapp>::new()}/>
                    <ParentRoute path=path!("conversas") view={Lazy::<partes::Conversas>::new()}>
                        <Route path=path!("") view={Lazy::<partes::NadaEscolhido>::new()}/>
                        <Route path=path!(":id/:vista?") view={Lazy::<partes::Thread>::new()}/>
                    </ParentRoute>
                    <Route path=path!("perfil") view={Lazy::<partes::Perfil>::new()}/>
                    <Route path=path!("assinatura") view={Lazy::<partes::Assinatura>::new()}/>
                    <Route path=path!("config") view={Lazy::<partes::ConfigBot>::new()}/>
                    <Route path=path!("tutoriais") view={Lazy::<partes::Tutoriais>::new()}/>
                    <Route path=path!("suporte") view={Lazy::<partes::Suporte>::new()}/>
                </ParentRoute>
                <Route path=path!("/dev/kit") view={Lazy::<partes::Galeria>::new()}/>
                <Route path=path!("/admin/login") view={Lazy::<partes::AdminLogin>::new()}/>
                <ParentRoute path=path!("/admin") view={Lazy::<partes::AdminMoldura>::new()} ssr=SsrMode::Async>
                    <Route path=path!("dashboard") view={Lazy::<partes::AdminPainel>::new()}/>
                </ParentRoute>
            </Routes>
        </Router>
        <TorreToasts/>
    }
}
