//! Two small words beside the text: when it was saved, and whether the assistant uses it.

use contracts::{StatusIndexacao, knowledge::KnowledgeDto};
use leptos::prelude::*;

use crate::{
    text::{fill, textos},
    time::{Agora, frase},
};

/// When the text was saved.
#[component]
pub fn Salvo(salvo: RwSignal<KnowledgeDto>) -> impl IntoView {
    let t = textos();
    let agora = Agora::expect();
    move || match salvo.with(|s| s.updated_at) {
        Some(em) => fill(t.conhecimento.salvo, &[("quando", &frase(t, em, agora.get()))]),
        None => t.conhecimento.nunca_salvo.to_owned(),
    }
}

/// Whether the assistant already answers from it.
#[component]
pub fn Indexacao(salvo: RwSignal<KnowledgeDto>) -> impl IntoView {
    let t = textos();
    let badge = move || {
        let (estado, chunks) = salvo.with(|s| (s.indexacao, s.chunks));
        let (class, nome) = match estado {
            StatusIndexacao::Vazio => ("badge badge-dot", t.conhecimento.ix_vazio),
            StatusIndexacao::Pendente => ("badge badge-info badge-dot is-busy", t.conhecimento.ix_pendente),
            StatusIndexacao::Indexando => ("badge badge-info badge-dot is-busy", t.conhecimento.ix_indexando),
            StatusIndexacao::Pronto => ("badge badge-success badge-dot", t.conhecimento.ix_pronto),
            StatusIndexacao::Erro => ("badge badge-danger badge-dot", t.conhecimento.ix_erro),
        };
        let trechos = (estado == StatusIndexacao::Pronto).then(|| match chunks {
            1 => t.conhecimento.um_trecho.to_owned(),
            n => fill(t.conhecimento.trechos, &[("n", &n.to_string())]),
        });
        let motivo = salvo.with(|s| s.erro.clone()).map(|m| format!("{m} {}", t.conhecimento.ix_erro_texto));
        view! { <span class=class title=motivo>{nome}{trechos.map(|n| format!(", {n}"))}</span> }
    };
    view! { <span role="status">{badge}</span> }
}
