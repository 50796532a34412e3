//! The trial box: what would the assistant make of this question?

use contracts::knowledge::SearchDto;
use leptos::{html::Input, prelude::*, task::spawn_local};

use super::api::knowledge_search;
use crate::{
    browser,
    error::AppError,
    text::{self, textos},
    ui::{Confianca, ErroCampo, Icone, Trechos},
};

/// Question, answer, confidence, pieces.
#[component]
pub fn Testar() -> impl IntoView {
    let t = textos();
    let node = NodeRef::<Input>::new();
    let ocupado = RwSignal::new(false);
    let erro = RwSignal::new(None::<String>);
    let resultado = RwSignal::new(None::<Result<SearchDto, AppError>>);
    let perguntar = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let q = node.get_untracked().map(|el| el.value()).unwrap_or_default();
        if ocupado.get_untracked() {
            return;
        }
        if q.trim().is_empty() {
            erro.set(Some(t.conhecimento.pergunta_vazia.to_owned()));
            browser::focus("pergunta");
            return;
        }
        erro.set(None);
        ocupado.set(true);
        spawn_local(async move {
            let resposta = knowledge_search(q.trim().to_owned()).await;
            if ocupado.try_set(false).is_some() {
                return;
            }
            if let Err(e) = &resposta {
                browser::leave_if_signed_out(e);
            }
            resultado.set(Some(resposta));
        });
    };
    let mostrar = move || {
        resultado.get().map(|r| match r {
            Ok(busca) => view! { <Resultado busca=busca/> }.into_any(),
            Err(e) => view! {
                <p class="field-error" role="alert"><Icone nome="circle-alert"/><span>{text::erro(t, &e)}</span></p>
            }
            .into_any(),
        })
    };
    view! {
        <section class="card" aria-labelledby="t-testar">
            <header class="card-head"><div>
                <h2 class="card-title" id="t-testar">{t.conhecimento.testar}</h2>
                <p class="card-sub">{t.conhecimento.testar_sub}</p>
            </div></header>
            <div class="card-body stack">
                <form on:submit=perguntar>
                    <div class="try">
                        <input
                            class="input" id="pergunta" type="text" aria-label=t.conhecimento.pergunta placeholder=t.conhecimento.pergunta_exemplo
                            autocomplete="off" node_ref=node aria-invalid=move || erro.with(Option::is_some).to_string() aria-describedby="pergunta-erro"
                        />
                        <button class="btn btn-secondary" type="submit" aria-busy=move || ocupado.get().to_string()>{t.conhecimento.perguntar}</button>
                    </div>
                    <ErroCampo id="pergunta-erro".to_owned() erro=erro/>
                </form>
                <div class="stack" aria-live="polite">{mostrar}</div>
            </div>
        </section>
    }
}

/// What the search found.
#[component]
fn Resultado(busca: SearchDto) -> impl IntoView {
    let t = textos();
    let responde = busca.confianca >= busca.limiar;
    let resposta = busca.resposta.filter(|_| responde);
    let modo = match busca.modo.as_str() {
        "hibrida" => t.conhecimento.modo_hibrida,
        _ => t.conhecimento.modo_palavras,
    };
    let veredito = if responde {
        view! { <p class="badge badge-ai badge-dot">{t.conhecimento.responderia}</p> }.into_any()
    } else {
        view! {
            <div class="banner tone-warn"><Icone nome="hand"/><div><b>{t.conhecimento.passaria}</b><p>{t.conhecimento.passaria_texto}</p></div></div>
        }
        .into_any()
    };
    let trechos = if busca.chunks.is_empty() {
        view! { <p class="muted">{t.conhecimento.nenhum_trecho}</p> }.into_any()
    } else {
        view! { <Trechos chunks=busca.chunks/> }.into_any()
    };
    view! {
        {veredito}
        {resposta.map(|texto| view! {
            <div class="try-answer"><div class="msg msg-out msg-ai"><div class="bubble">
                <p class="bubble-from"><Icone nome="bot"/>{t.conhecimento.ia}</p><p class="bubble-text">{texto}</p>
            </div></div></div>
        })}
        <Confianca valor=busca.confianca limiar=busca.limiar/>
        <div class="stack" style="--gap:8px">
            <p class="meter-line"><b>{t.conhecimento.encontrados}</b><span class="muted">{modo}</span></p>
            {trechos}
        </div>
    }
}
