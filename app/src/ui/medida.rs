//! How much of something, how far along, which page of how many.

use leptos::prelude::*;

use super::{Icone, Tom};
use crate::text::{fill, textos};

/// A share of a whole.
#[component]
pub fn Medidor(
    /// What is measured.
    #[prop(into)]
    label: Signal<String>,
    /// From 0 to `max`.
    #[prop(into)]
    valor: Signal<f64>,
    /// The whole.
    #[prop(into)]
    max: Signal<f64>,
    /// The numbers, as they are read.
    #[prop(into)]
    conta: Signal<String>,
    /// Its colour.
    #[prop(optional, into)]
    tom: Signal<Tom>,
) -> impl IntoView {
    let parte = move || {
        let (valor, max) = (valor.get(), max.get());
        if max > 0.0 { (valor / max * 100.0).clamp(0.0, 100.0) } else { 0.0 }
    };
    view! {
        <div>
            <p class="meter-line"><b>{label}</b><span class="num">{conta}</span></p>
            <span
                class=move || format!("meter {}", tom.get().classe()) role="meter" aria-label=label aria-valuetext=conta
                aria-valuemin="0" aria-valuemax=move || max.get().to_string() aria-valuenow=move || valor.get().clamp(0.0, max.get()).to_string()
            ><span style=move || format!("--v:{:.1}", parte())></span></span>
        </div>
    }
}

/// How one step of [`Passos`] stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EstadoPasso {
    /// Behind us.
    Feito,
    /// The one to do now.
    Atual,
    /// Later.
    Depois,
}

/// One step of a path with an order, inside `<ol class="stepper">`.
#[component]
pub fn Passo(
    /// How it stands.
    #[prop(into)]
    estado: Signal<EstadoPasso>,
    /// What is done in it.
    #[prop(into)]
    titulo: Signal<String>,
    /// How long it takes, or what came of it.
    #[prop(optional, into)]
    texto: MaybeProp<String>,
    /// The way to it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let t = textos();
    let feito = move || estado.get() == EstadoPasso::Feito;
    let atual = move || estado.get() == EstadoPasso::Atual;
    view! {
        <li class:is-done=feito class:is-current=atual aria-current=move || atual().then_some("step")>
            {move || feito().then(|| view! { <Icone nome="check" class="step-tick"/> })}
            <span>
                <span class="step-title">{titulo}</span>
                {move || feito().then(|| view! { <span class="visually-hidden">{t.geral.passo_feito}</span> })}
                {move || texto.get().map(|texto| view! { <small>{texto}</small> })}
            </span>
            {children.map(|children| children())}
        </li>
    }
}

/// Which rows of how many are shown, and the pages around. Links, so that the address holds the page.
#[component]
pub fn Paginacao(
    /// The page, from 1.
    #[prop(into)]
    pagina: Signal<i64>,
    /// Rows of a page.
    por_pagina: i64,
    /// Rows in all.
    #[prop(into)]
    total: Signal<i64>,
    /// The address of a page.
    #[prop(into)]
    endereco: Callback<i64, String>,
) -> impl IntoView {
    let t = textos();
    let paginas = move || ((total.get() + por_pagina - 1) / por_pagina.max(1)).max(1);
    let conta = move || {
        let (pagina, total) = (pagina.get(), total.get());
        let de = if total == 0 { 0 } else { (pagina - 1) * por_pagina + 1 };
        let ate = (pagina * por_pagina).min(total);
        let n = |n: i64| n.to_string();
        fill(t.geral.linhas_de, &[("de", &n(de)), ("ate", &n(ate)), ("total", &n(total))])
    };
    let passo = move |icone: &'static str, nome: &'static str, para: i64| {
        let dentro = (1..=paginas()).contains(&para);
        match dentro {
            true => view! { <a class="icon-btn" href=endereco.run(para) aria-label=nome><Icone nome=icone/></a> }.into_any(),
            false => view! { <span class="icon-btn" role="link" aria-disabled="true" aria-label=nome><Icone nome=icone/></span> }.into_any(),
        }
    };
    let numeros = move || {
        vizinhas(pagina.get(), paginas())
            .into_iter()
            .map(|p| match p {
                Some(p) => {
                    let esta = p == pagina.get();
                    let nome = fill(t.geral.pagina_n, &[("n", &p.to_string())]);
                    view! { <a class="page-link" href=endereco.run(p) aria-label=nome aria-current=esta.then_some("page")>{p}</a> }
                        .into_any()
                }
                None => view! { <span aria-hidden="true">"…"</span> }.into_any(),
            })
            .collect_view()
    };
    view! {
        <footer class="pagination">
            <span class="num" role="status">{conta}</span>
            <nav aria-label=t.geral.paginas>
                {move || passo("chevron-left", t.geral.pagina_anterior, pagina.get() - 1)}
                {numeros}
                {move || passo("chevron-right", t.geral.pagina_seguinte, pagina.get() + 1)}
            </nav>
        </footer>
    }
}

/// The first, the last and those around the page; `None` is a gap.
fn vizinhas(pagina: i64, paginas: i64) -> Vec<Option<i64>> {
    let mut todas: Vec<i64> =
        [1, pagina - 1, pagina, pagina + 1, paginas].into_iter().filter(|p| (1..=paginas).contains(p)).collect();
    todas.sort_unstable();
    todas.dedup();
    let mut fora = Vec::new();
    let mut antes = 0;
    for p in todas {
        match p - antes {
            1 => {}
            // A gap of one page is that page.
            2 => fora.push(Some(p - 1)),
            _ => fora.push(None),
        }
        fora.push(Some(p));
        antes = p;
    }
    fora
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_around_and_gaps() {
        assert_eq!(vizinhas(1, 1), [Some(1)]);
        assert_eq!(vizinhas(2, 3), [Some(1), Some(2), Some(3)]);
        assert_eq!(vizinhas(1, 9), [Some(1), Some(2), None, Some(9)]);
        assert_eq!(vizinhas(5, 9), [Some(1), None, Some(4), Some(5), Some(6), None, Some(9)]);
        assert_eq!(vizinhas(4, 6), [Some(1), Some(2), Some(3), Some(4), Some(5), Some(6)]);
        assert_eq!(vizinhas(9, 9), [Some(1), None, Some(8), Some(9)]);
    }
}
