//! What has happened to the connection in the last 30 days.

use contracts::{TipoAviso, avisos::AvisosDto};
use leptos::prelude::*;

use super::page::Ligacao;
use crate::{
    error::AppError,
    text::{Textos, textos},
    time::{Agora, frase},
};

const LINHAS: usize = 8;

fn nome(t: &Textos, tipo: TipoAviso) -> &'static str {
    match tipo {
        TipoAviso::ConexaoCaiu => t.whatsapp.hist_caiu,
        TipoAviso::InstanciaSurda => t.whatsapp.hist_surda,
        TipoAviso::Silencio => t.whatsapp.hist_silencio,
        _ => t.whatsapp.hist_recibo,
    }
}

/// The card; each trouble with its end.
#[component]
pub fn Historico(l: Ligacao, inicial: Result<AvisosDto, AppError>) -> impl IntoView {
    let t = textos();
    let agora = Agora::expect();
    // What cannot be read is not missed: the page is about now.
    l.historico.set(inicial.ok());
    let linhas = move || {
        let itens = l.historico.get().map(|h| h.itens).unwrap_or_default();
        let mut linhas: Vec<_> = itens
            .into_iter()
            .flat_map(|a| {
                let fim = a.resolvido_em.map(|em| (em, "dot dot-success", t.whatsapp.hist_voltou));
                [Some((a.desde, "dot dot-danger", nome(t, a.tipo))), fim].into_iter().flatten()
            })
            .collect();
        linhas.sort_by_key(|(em, ..)| std::cmp::Reverse(*em));
        linhas.truncate(LINHAS);
        if linhas.is_empty() {
            return view! { <p class="card-body card-sub">{t.whatsapp.hist_vazio}</p> }.into_any();
        }
        let linhas = linhas.into_iter().map(|(em, ponto, nome)| {
            view! {
                <li><span class=ponto></span><span>{nome}</span><time datetime=em.to_rfc3339()>{move || frase(t, em, agora.get())}</time></li>
            }
        });
        view! { <ol class="timeline">{linhas.collect_view()}</ol> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="t-hist">
            <header class="card-head"><h2 class="card-title" id="t-hist">{t.whatsapp.historico}</h2></header>
            {linhas}
        </section>
    }
}
