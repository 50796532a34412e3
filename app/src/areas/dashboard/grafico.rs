//! A chart with the table behind it. The drawing is `public/graficos.js`; without it the table is what is seen.

use leptos::prelude::*;

use crate::{style, text::textos};

/// Fetches the drawing once the page is interactive. To be called by a page with charts.
pub fn carregar_desenho() {
    Effect::new(|_| {
        let doc = document();
        if doc.query_selector("script[data-graficos]").ok().flatten().is_some() {
            return;
        }
        let (Ok(script), Some(body)) = (doc.create_element("script"), doc.body()) else { return };
        let _ = script.set_attribute("type", "module");
        let _ = script.set_attribute("data-graficos", "");
        let _ = script.set_attribute("src", &style::graficos());
        let _ = body.append_child(&script);
    });
}

/// What a colour of the drawing stands for.
pub type Legenda = (&'static str, &'static str);

/// The card of one chart.
#[component]
pub fn Grafico(
    /// Unique in the page.
    id: &'static str,
    /// What it shows.
    #[prop(into)]
    titulo: Signal<&'static str>,
    /// A sentence below.
    #[prop(optional)]
    sub: Option<&'static str>,
    /// Colours (tokens) and their names.
    #[prop(optional)]
    legenda: Vec<Legenda>,
    /// For ECharts.
    #[prop(into)]
    opcoes: Signal<String>,
    /// How values are written: `numero` or `reais`.
    formato: &'static str,
    /// Pixels.
    altura: u32,
    /// Names of the columns.
    #[prop(into)]
    colunas: Signal<Vec<&'static str>>,
    /// The same as rows.
    #[prop(into)]
    linhas: Signal<Vec<Vec<String>>>,
) -> impl IntoView {
    let t = textos();
    let aberta = RwSignal::new(false);
    let chaves = legenda.into_iter().map(|(cor, nome)| {
        view! { <li><span class="key" style=format!("--c:{cor}")></span>{nome}</li> }
    });
    let cabeca = move || colunas.get().into_iter().map(|c| view! { <th scope="col">{c}</th> }).collect_view();
    let corpo = move || {
        let linha = |celulas: Vec<String>| {
            let celulas = celulas.into_iter().enumerate().map(|(i, c)| match i {
                0 => view! { <th scope="row">{c}</th> }.into_any(),
                _ => view! { <td class="num">{c}</td> }.into_any(),
            });
            view! { <tr>{celulas.collect_view()}</tr> }
        };
        linhas.get().into_iter().map(linha).collect_view()
    };
    let tabela_id = format!("{id}-tabela");
    let controla = tabela_id.clone();
    let alternar = move || if aberta.get() { t.inicio.tabela_fechar } else { t.inicio.tabela_ver };
    let titulo_id = format!("{id}-titulo");
    let rotulo = titulo_id.clone();
    view! {
        <section class="card grafico" id=id aria-labelledby=rotulo>
            <header class="card-head">
                <div>
                    <h2 class="card-title" id=titulo_id>{titulo}</h2>
                    {sub.map(|sub| view! { <p class="card-sub">{sub}</p> })}
                </div>
                <ul class="legend" aria-hidden="true">{chaves.collect_view()}</ul>
            </header>
            <div class="grafico-palco" style=format!("--altura:{altura}px") aria-hidden="true">
                <proseia-grafico opcoes=opcoes formato=formato></proseia-grafico>
            </div>
            <div class="grafico-tabela" class:is-aberta=aberta id=tabela_id>
                <table class="table">
                    <caption class="visually-hidden">{titulo}</caption>
                    <thead><tr>{cabeca}</tr></thead>
                    <tbody>{corpo}</tbody>
                </table>
            </div>
            <footer class="grafico-pe">
                <button class="btn btn-ghost btn-sm" type="button" aria-expanded=move || aberta.get().to_string() aria-controls=controla
                    on:click=move |_| aberta.update(|a| *a = !*a)>{alternar}<span class="visually-hidden">": "{titulo}</span></button>
            </footer>
        </section>
    }
}
