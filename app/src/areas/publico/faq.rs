//! Questions, as `<details>`: open and closed without a script.

use leptos::prelude::*;
use serde_json::json;

use super::{
    cabeca::json_ld,
    moldura::{Moldura, outra_pergunta},
};
use crate::{
    text::{Textos, textos},
    ui::Icone,
};

fn todas(t: &Textos) -> [(&'static str, &'static str); 12] {
    let p = &t.publico;
    [
        (p.p1, p.r1),
        (p.p2, p.r2),
        (p.p3, p.r3),
        (p.p4, p.r4),
        (p.p5, p.r5),
        (p.p6, p.r6),
        (p.p7, p.r7),
        (p.p8, p.r8),
        (p.p9, p.r9),
        (p.p10, p.r10),
        (p.p11, p.r11),
        (p.p12, p.r12),
    ]
}

/// The questions at these places of the list.
pub(super) fn perguntas(quais: &[usize]) -> impl IntoView + use<> {
    let todas = todas(textos());
    let itens = quais.iter().filter_map(|i| todas.get(*i)).map(|(pergunta, resposta)| {
        view! { <details name="faq"><summary>{*pergunta}<Icone nome="plus"/></summary><p>{*resposta}</p></details> }
    });
    view! { <div class="faq-list">{itens.collect_view()}</div> }
}

/// `/faq`.
#[component]
pub fn Faq() -> impl IntoView {
    let t = textos();
    let todas = todas(t);
    let dados = json!({
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": t.idioma.lang(),
        "mainEntity": todas.map(|(pergunta, resposta)| json!({
            "@type": "Question",
            "name": pergunta,
            "acceptedAnswer": { "@type": "Answer", "text": resposta },
        })),
    });
    let quais: Vec<usize> = (0..todas.len()).collect();
    view! {
        <Moldura caminho="/faq">
            <section class="band"><div class="wrap faq">
                <header class="band-head"><h1>{t.publico.titulo_faq}</h1>{outra_pergunta()}</header>
                {perguntas(&quais)}
            </div></section>
            {json_ld(&dados)}
        </Moldura>
    }
}
