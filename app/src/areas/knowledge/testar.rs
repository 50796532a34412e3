//! The trial box: what would the assistant make of this question, and why?

use contracts::knowledge::{DecisaoTeste, SearchDto};
use leptos::{html::Input, prelude::*, task::spawn_local};

use super::{api::knowledge_search, ensinar::FormEnsinar, page::Partes};
use crate::{
    browser,
    error::AppError,
    text::{self, fill, textos},
    ui::{Confianca, ErroCampo, Icone, Trechos},
};

/// From this confidence on an answer without a model is given plainly.
const SEGURA: f32 = 0.7;

/// Question, decision, answer, confidence, pieces.
#[component]
pub fn Testar() -> impl IntoView {
    let t = textos();
    let node = NodeRef::<Input>::new();
    let ocupado = RwSignal::new(false);
    let erro = RwSignal::new(None::<String>);
    let resultado = RwSignal::new(None::<Result<SearchDto, AppError>>);
    let perguntar = move || {
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
    let enviar = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        perguntar();
    };
    let tentar = move |q: String| {
        if let Some(el) = node.get_untracked() {
            el.set_value(&q);
        }
        perguntar();
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
    let recentes = use_context::<Partes>().map(|p| p.recentes);
    let chips = move || {
        let perguntas = recentes.map(|r| r.get()).filter(|r| !r.is_empty())?;
        let chip = |q: String| {
            let nome = q.clone();
            view! { <button class="chip" type="button" on:click=move |_| tentar(q.clone())><span class="truncate">{nome}</span></button> }
        };
        Some(view! {
            <section class="card" aria-labelledby="t-recentes">
                <header class="card-head"><h2 class="card-title" id="t-recentes">{t.conhecimento.recentes}</h2></header>
                <div class="card-body cluster testar-chips">{perguntas.into_iter().map(chip).collect_view()}</div>
            </section>
        })
    };
    view! {
        <div class="stack">
            <section class="card" aria-labelledby="t-testar">
                <header class="card-head"><div>
                    <h2 class="card-title" id="t-testar">{t.conhecimento.testar}</h2>
                    <p class="card-sub">{t.conhecimento.testar_sub}</p>
                </div></header>
                <div class="card-body stack">
                    <form on:submit=enviar>
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
            {chips}
        </div>
    }
}

/// What would be done, and what it rests on.
#[component]
fn Resultado(busca: SearchDto) -> impl IntoView {
    let t = textos();
    let corrigindo = RwSignal::new(false);
    let modo = match busca.modo.as_str() {
        "hibrida" => t.conhecimento.modo_hibrida,
        _ => t.conhecimento.modo_palavras,
    };
    let procurou = !matches!(busca.decisao, DecisaoTeste::Conversa | DecisaoTeste::Para | DecisaoTeste::Cala)
        && (busca.decisao == DecisaoTeste::Responde || !busca.chunks.is_empty() || busca.confianca > 0.0);
    let veredito = match busca.decisao {
        DecisaoTeste::Responde => {
            view! { <p class="badge badge-ai badge-dot">{t.conhecimento.responderia}</p> }.into_any()
        }
        DecisaoTeste::Conversa => {
            view! { <p class="badge badge-ai badge-dot">{t.conhecimento.conversaria}</p> }.into_any()
        }
        DecisaoTeste::Para => view! { <p class="badge badge-dot">{t.conhecimento.pararia}</p> }.into_any(),
        DecisaoTeste::Cala => view! { <p class="badge badge-dot">{t.conhecimento.calaria}</p> }.into_any(),
        DecisaoTeste::ChamaPessoa => {
            let motivo = busca.motivo.clone().unwrap_or_else(|| t.conhecimento.passaria_texto.to_owned());
            let faltam = (!busca.faltam.is_empty())
                .then(|| fill(t.conhecimento.faltam, &[("palavras", &busca.faltam.join(", "))]));
            view! {
                <div class="banner tone-warn"><Icone nome="hand"/><div><b>{t.conhecimento.passaria}</b><p>{motivo}</p>{faltam.map(|f| view! { <p>{f}</p> })}</div></div>
            }
            .into_any()
        }
    };
    let porque = match busca.decisao {
        DecisaoTeste::Responde if busca.confianca >= SEGURA => Some(t.conhecimento.porque_segura),
        DecisaoTeste::Responde => Some(t.conhecimento.porque_talvez),
        DecisaoTeste::ChamaPessoa if procurou && busca.confianca < busca.limiar => Some(t.conhecimento.porque_pouco),
        _ => None,
    };
    // Where the answer is the line itself, showing it again says nothing.
    let repetida = busca.resposta.as_ref().zip(busca.linha.as_ref()).is_some_and(|(r, l)| r.contains(l.as_str()));
    let linha = busca.linha.filter(|_| procurou && !repetida);
    let n_usados = busca.usados.len();
    let contagem = fill(
        t.conhecimento.usados_de,
        &[("n", &n_usados.to_string()), ("total", &busca.chunks.len().to_string()), ("modo", modo)],
    );
    let responde = busca.decisao == DecisaoTeste::Responde;
    let trechos = if busca.chunks.is_empty() {
        view! { <p class="muted">{t.conhecimento.nenhum_trecho}</p> }.into_any()
    } else {
        view! { <Trechos chunks=busca.chunks usados=busca.usados/> }.into_any()
    };
    let pergunta = contracts::validate::cortar(&busca.q, contracts::validate::PERGUNTA_MAX).to_owned();
    let ensinavel = matches!(busca.decisao, DecisaoTeste::Responde | DecisaoTeste::ChamaPessoa);
    view! {
        {veredito}
        {busca.resposta.map(|texto| view! {
            <div class="try-answer"><div class="msg msg-out msg-ai"><div class="bubble">
                <p class="bubble-from"><Icone nome="bot"/>{t.conhecimento.ia}</p><p class="bubble-text">{texto}</p>
            </div></div></div>
        })}
        {procurou.then(|| view! {
            <div>
                <Confianca valor=busca.confianca limiar=busca.limiar/>
                {porque.map(|p| view! { <p class="porque">{p}</p> })}
            </div>
            {linha.map(|l| view! { <div><p class="meter-line"><b>{if responde { t.conhecimento.linha_usada } else { t.conhecimento.linha_perto }}</b></p><blockquote class="linha-usada">{l}</blockquote></div> })}
            <div class="stack" style="--gap:8px">
                <p class="meter-line"><b>{t.conhecimento.encontrados}</b><span class="muted">{contagem}</span></p>
                {trechos}
            </div>
        })}
        {ensinavel.then(|| view! {
            <div class="stack testar-corrigir" style="--gap:12px">
                <div class="cluster">
                    <span class="muted">{if responde { t.conhecimento.resposta_boa } else { t.conhecimento.sabe_resposta }}</span>
                    <button class="btn btn-ghost" type="button" aria-expanded=move || corrigindo.get().to_string() on:click=move |_| corrigindo.update(|c| *c = !*c)>
                        <Icone nome="pencil"/>{if responde { t.conhecimento.corrigir } else { t.conhecimento.responder_ensinar }}
                    </button>
                </div>
                <Show when=move || corrigindo.get()>
                    <FormEnsinar id="ensinar-teste".to_owned() pergunta_de=None pergunta=pergunta.clone() cancelar=move |()| corrigindo.set(false) pronto=move |()| corrigindo.set(false)/>
                </Show>
            </div>
        })}
    }
}
