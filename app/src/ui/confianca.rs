//! How sure the assistant is, and the pieces of text that it is sure about.

use contracts::knowledge::ChunkDto;
use leptos::prelude::*;

use crate::{
    format,
    text::{fill, textos},
};

/// A bar from 0 to 1 with a mark where a person is called.
#[component]
pub fn Confianca(
    /// 0 to 1.
    valor: f32,
    /// Below this a person is called.
    limiar: f32,
) -> impl IntoView {
    let t = textos();
    let class = if valor < limiar { "confidence tone-warn" } else { "confidence" };
    let style = format!("--v:{};--at:{}", format::por_cento(valor), format::por_cento(limiar));
    view! {
        <div>
            <p class="meter-line"><b>{t.conhecimento.confianca}</b><b class="num">{format::decimal(valor)}</b></p>
            <span
                class=class style=style role="meter" aria-label=t.conhecimento.confianca
                aria-valuemin="0" aria-valuemax="1" aria-valuenow=format!("{valor:.2}")
            ><span></span></span>
            <p class="confidence-scale" aria-hidden="true">
                <span>{t.conhecimento.escala_pessoa}</span>
                <span>{format::decimal(limiar).trim_end_matches('0').trim_end_matches(',').to_owned()}</span>
                <span>{t.conhecimento.escala_ia}</span>
            </p>
        </div>
    }
}

/// Pieces of the knowledge text, best first. Bars compare them with the best one.
#[component]
pub fn Trechos(
    /// The pieces.
    chunks: Vec<ChunkDto>,
    /// `ordem` of those that the answer rests on; left out: all of them.
    #[prop(optional, into)]
    usados: Option<Vec<i32>>,
) -> impl IntoView {
    let t = textos();
    let melhor = chunks.iter().map(|c| c.pontos).fold(f32::MIN_POSITIVE, f32::max);
    let itens = chunks.into_iter().enumerate().map(|(i, chunk)| {
        let texto = if chunk.titulo.is_some() { format::sem_titulo(&chunk.texto).to_owned() } else { chunk.texto };
        let titulo = chunk
            .titulo
            .unwrap_or_else(|| fill(t.conhecimento.trecho_sem_titulo, &[("n", &(chunk.ordem + 1).to_string())]));
        let style = format!("--v:{}", format::por_cento(chunk.pontos / melhor));
        let usado = usados.as_ref().is_none_or(|u| u.contains(&chunk.ordem));
        view! {
            <li class:is-used=usado>
                <div class="chunk-head"><b>{titulo}</b><span class="num">{format!("{}º", i + 1)}</span></div>
                <p>{texto}</p>
                <span class="meter tone-ai" aria-hidden="true"><span style=style></span></span>
            </li>
        }
    });
    view! { <ol class="chunks chunks-test">{itens.collect_view()}</ol> }
}
