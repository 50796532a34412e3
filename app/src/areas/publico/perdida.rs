//! What is shown where nothing is.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    text::textos,
    ui::{Icone, Logo},
};

/// 404.
#[component]
pub fn NaoEncontrada() -> impl IntoView {
    let t = textos();
    #[cfg(feature = "ssr")]
    crate::server::page_status(contracts::ErrorCode::NotFound);
    // The public pages are loaded, not routed to.
    let lugar = |href: &'static str, icone: &'static str, nome: &'static str| {
        view! { <li><a href=href rel="external"><Icone nome=icone/>{nome}<Icone nome="chevron-right"/></a></li> }
    };
    view! {
        <Title text=t.geral.nao_encontrada_titulo/>
        <div class="lost">
            <header><a class="logo" href="/" rel="external" aria-label=t.geral.pagina_inicial><Logo/></a></header>
            <main class="lost-main" id="conteudo">
                <p class="lost-code">"404"</p>
                <h1>{t.geral.nao_encontrada_titulo}</h1>
                <p>{t.geral.nao_encontrada}</p>
                <ul class="lost-list" aria-label=t.geral.nao_encontrada_links>
                    {lugar("/dashboard", "layout-dashboard", t.geral.nao_encontrada_painel)}
                    {lugar("/dashboard/conversas", "messages-square", t.geral.nao_encontrada_conversas)}
                    {lugar("/faq", "life-buoy", t.geral.nao_encontrada_faq)}
                </ul>
                <a class="btn btn-primary btn-lg" href="/" rel="external">{t.geral.voltar_inicio}</a>
            </main>
        </div>
    }
}
