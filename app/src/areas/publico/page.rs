//! `/` and what is shown where nothing is.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{areas::auth::page::ConversaExemplo, text::textos, ui::Logo};

/// A first page: the claim and the door. The real landing comes later.
#[component]
pub fn Home() -> impl IntoView {
    let t = textos();
    let passos = [
        (t.geral.home_1_titulo, t.geral.home_1),
        (t.geral.home_2_titulo, t.geral.home_2),
        (t.geral.home_3_titulo, t.geral.home_3),
    ];
    let passos = passos.map(|(titulo, texto)| view! { <li><h2>{titulo}</h2><p>{texto}</p></li> });
    view! {
        <Title text=t.geral.marca/>
        <div class="site">
            <header class="site-head"><div class="wrap">
                <a class="logo" href="/" aria-label=t.geral.pagina_inicial><Logo/></a>
                <a class="btn btn-secondary" href="/login">{t.auth.entrar}</a>
            </div></header>
            <main class="wrap site-main" id="conteudo">
                <div class="site-top">
                    <div class="site-hero">
                        <h1>{t.geral.home_titulo}</h1>
                        <p>{t.geral.home_texto}</p>
                        <a class="btn btn-primary btn-lg" href="/login">{t.auth.entrar}</a>
                    </div>
                    <ConversaExemplo/>
                </div>
                <ol class="site-steps">{passos.into_iter().collect_view()}</ol>
            </main>
        </div>
    }
}

/// 404.
#[component]
pub fn NaoEncontrada() -> impl IntoView {
    let t = textos();
    #[cfg(feature = "ssr")]
    crate::server::page_status(contracts::ErrorCode::NotFound);
    view! {
        <Title text=t.geral.nao_encontrada_titulo/>
        <main class="site-lost" id="conteudo">
            <a class="logo" href="/" aria-label=t.geral.pagina_inicial><Logo/></a>
            <p class="site-code">"404"</p>
            <h1>{t.geral.nao_encontrada_titulo}</h1>
            <p>{t.geral.nao_encontrada}</p>
            <a class="btn btn-primary" href="/dashboard">{t.geral.voltar_inicio}</a>
        </main>
    }
}
