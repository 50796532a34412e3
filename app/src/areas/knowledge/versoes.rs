//! Every save: who, when, how long; what changed since; and taking one again.

use contracts::{
    ErrorCode, OrigemVersao,
    eventos::Evento,
    knowledge::{LinhaDiff, TipoLinha, VersaoDto, VersaoTextoDto, VersoesDto},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

use super::{
    api::{knowledge_restaurar, knowledge_versao, knowledge_versoes},
    page::Partes,
};
use crate::{
    browser,
    format::milhar,
    live::Live,
    text::{self, fill, textos},
    time::{Agora, frase},
    ui::{Confirmar, Icone, Toasts, Vazio, barra, carregar},
};

/// List on one side, what changed on the other.
#[component]
pub fn Versoes() -> impl IntoView {
    let t = textos();
    let query = use_query_map();
    let escolhida = Memo::new(move |_| query.with(|q| q.get("v").and_then(|v| v.parse::<i32>().ok())));
    let lista = Resource::new(|| (), |()| knowledge_versoes());
    Live::expect().on(move |evento| {
        if matches!(evento, None | Some(Evento::Conhecimento { .. })) {
            lista.refetch();
        }
    });
    // The event may be late.
    if let Some(partes) = use_context::<Partes>() {
        Effect::new(move |antes: Option<u32>| {
            let agora = partes.mudou.get();
            if antes.is_some_and(|a| a != agora) {
                lista.refetch();
            }
            agora
        });
    }
    let mostrar = move |v: VersoesDto| {
        if v.itens.is_empty() {
            return view! { <div class="card"><Vazio icone="history" titulo=t.conhecimento.versoes_vazio texto=t.conhecimento.versoes_vazio_texto/></div> }.into_any();
        }
        let atual = v.itens.first().map_or(0, |v| v.versao);
        let guarda = fill(t.conhecimento.versoes_guarda, &[("n", &v.guardadas.to_string())]);
        view! {
            <div class="versoes">
                <section class="card" aria-labelledby="t-versoes">
                    <header class="card-head"><div><h2 class="card-title" id="t-versoes">{t.conhecimento.aba_versoes}</h2><p class="card-sub">{guarda}</p></div></header>
                    <ol class="rows versoes-lista">{v.itens.into_iter().map(|v| view! { <Versao v=v atual=atual escolhida=escolhida/> }).collect_view()}</ol>
                </section>
                {move || match escolhida.get() {
                    Some(v) => view! { <Comparar versao=v atual=atual/> }.into_any(),
                    None => view! { <section class="card versoes-nada"><Vazio icone="history" titulo=t.conhecimento.versao_escolha texto=t.conhecimento.versao_escolha_texto/></section> }.into_any(),
                }}
            </div>
        }
        .into_any()
    };
    carregar(lista, esqueleto, mostrar)
}

fn esqueleto() -> AnyView {
    let linha = |_| view! { <div class="rows" aria-hidden="true"><div>{barra("60%")}</div></div> };
    view! { <div class="versoes"><div class="card">{[0; 5].map(linha).into_iter().collect_view()}</div></div> }
        .into_any()
}

#[component]
fn Versao(v: VersaoDto, atual: i32, escolhida: Memo<Option<i32>>) -> impl IntoView {
    let t = textos();
    let agora = Agora::expect();
    let (n, em) = (v.versao, v.created_at);
    let origem = match v.origem {
        OrigemVersao::Edicao => t.conhecimento.origem_edicao.to_owned(),
        OrigemVersao::Importacao => t.conhecimento.origem_importacao.to_owned(),
        OrigemVersao::Ensino => t.conhecimento.origem_ensino.to_owned(),
        OrigemVersao::Restauracao => fill(
            t.conhecimento.origem_restauracao,
            &[("v", &v.restaurada_de.map_or_else(String::new, |n| n.to_string()))],
        ),
    };
    let tamanho = fill(t.conhecimento.caracteres, &[("n", &milhar(usize::try_from(v.caracteres).unwrap_or(0)))]);
    let meta = [Some(origem), Some(tamanho), v.autor].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <li class:is-selected=move || escolhida.get() == Some(n)>
            <a class="row-main" href=format!("?aba=versoes&v={n}") aria-current=move || (escolhida.get() == Some(n)).then_some("true")>
                <b>{fill(t.conhecimento.versao_n, &[("v", &n.to_string())])}", "{move || frase(t, em, agora.get())}</b>
                <small>{meta}</small>
            </a>
            {(n == atual).then(|| view! { <span class="badge badge-success">{t.conhecimento.versao_atual}</span> })}
        </li>
    }
}

#[component]
fn Comparar(versao: i32, atual: i32) -> impl IntoView {
    let dados = Resource::new(move || versao, knowledge_versao);
    let esqueleto = || {
        view! { <section class="card"><div class="card-body stack" aria-hidden="true">{barra("40%")}{barra("90%")}{barra("70%")}</div></section> }.into_any()
    };
    carregar(dados, esqueleto, move |v| view! { <Diferenca v=v atual=atual/> }.into_any())
}

#[component]
fn Diferenca(v: VersaoTextoDto, atual: i32) -> impl IntoView {
    let t = textos();
    let toasts = Toasts::expect();
    let partes = use_context::<Partes>();
    let (aberto, ocupado) = (RwSignal::new(false), RwSignal::new(false));
    let n = v.versao;
    let restaurar = move |()| {
        ocupado.set(true);
        spawn_local(async move {
            let resposta = knowledge_restaurar(n, Some(atual)).await;
            if ocupado.try_set(false).is_some() {
                return;
            }
            aberto.set(false);
            match resposta {
                Ok(_) => {
                    toasts.bom(fill(t.conhecimento.restaurada_toast, &[("v", &n.to_string())]));
                    if let Some(p) = partes {
                        p.mudou.update(|n| *n += 1);
                    }
                }
                Err(erro) => {
                    browser::leave_if_signed_out(&erro);
                    let frase = match erro.code() {
                        ErrorCode::Conflict => t.conhecimento.restaurar_conflito.to_owned(),
                        _ => text::erro(t, &erro),
                    };
                    toasts.ruim(t.conhecimento.restaurar_falhou, frase);
                }
            }
        });
    };
    let em_uso = n == atual;
    let resumo = match (v.entraram, v.sairam) {
        (0, 0) => t.conhecimento.diff_igual.to_owned(),
        (e, s) => fill(t.conhecimento.diff_resumo, &[("mais", &e.to_string()), ("menos", &s.to_string())]),
    };
    let vazio = v.entraram + v.sairam == 0;
    let titulo = fill(t.conhecimento.versao_n, &[("v", &n.to_string())]);
    view! {
        <section class="card" aria-labelledby="t-diff">
            <header class="card-head">
                <div><h2 class="card-title" id="t-diff">{titulo}</h2><p class="card-sub">{if em_uso { t.conhecimento.versao_em_uso.to_owned() } else { resumo }}</p></div>
                {(!em_uso).then(|| view! {
                    <button class="btn btn-secondary" type="button" on:click=move |_| aberto.set(true)><Icone nome="history"/>{t.conhecimento.restaurar}</button>
                })}
            </header>
            {if em_uso || vazio {
                view! { <pre class="outra versao-texto" tabindex="0" role="group" aria-labelledby="t-diff">{v.conteudo_texto}</pre> }.into_any()
            } else {
                view! {
                    <p class="diff-legenda"><span class="diff-menos">{t.conhecimento.diff_saiu}</span><span class="diff-mais">{t.conhecimento.diff_entrou}</span></p>
                    <div class="diff" role="group" tabindex="0" aria-labelledby="t-diff"><ol>{v.diff.into_iter().map(|l| view! { <Linha l=l/> }).collect_view()}</ol></div>
                    <details class="diff-todo"><summary class="link">{t.conhecimento.versao_inteira}</summary><pre class="outra" tabindex="0" role="region" aria-label=t.conhecimento.versao_inteira>{v.conteudo_texto}</pre></details>
                }.into_any()
            }}
            <Confirmar
                id="restaurar" aberto=aberto titulo=fill(t.conhecimento.restaurar_titulo, &[("v", &n.to_string())])
                texto=t.conhecimento.restaurar_texto acao=t.conhecimento.restaurar ocupado=ocupado confirmar=restaurar
            />
        </section>
    }
}

#[component]
fn Linha(l: LinhaDiff) -> impl IntoView {
    let t = textos();
    let (class, sinal, lido) = match l.tipo {
        TipoLinha::Igual => ("diff-igual", " ", ""),
        TipoLinha::Entrou => ("diff-mais", "+", t.conhecimento.diff_entrou),
        TipoLinha::Saiu => ("diff-menos", "−", t.conhecimento.diff_saiu),
        TipoLinha::Pulo => ("diff-pulo", "", ""),
    };
    let texto = match l.tipo {
        TipoLinha::Pulo => fill(t.conhecimento.diff_pulo, &[("n", &l.n.to_string())]),
        _ => l.texto,
    };
    view! {
        <li class=class>
            <span aria-hidden="true">{sinal}</span>
            <span>{(!lido.is_empty()).then(|| view! { <span class="visually-hidden">{lido}": "</span> })}{texto}</span>
        </li>
    }
}
