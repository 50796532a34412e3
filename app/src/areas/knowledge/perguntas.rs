//! Questions of the last days without an answer, each with a place for one.

use contracts::{
    EstadoPergunta, MensagemId,
    eventos::Evento,
    perguntas::{PerguntaDto, PerguntasDto},
    validate,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{components::A, hooks::use_query_map};

use super::{
    api::{perguntas_list, perguntas_mudar},
    ensinar::FormEnsinar,
    page::Partes,
};
use crate::{
    browser,
    live::{Live, coalesce},
    text::{self, fill, textos},
    time::{Agora, frase},
    ui::{Icone, Toasts, Vazio, barra, carregar},
};

/// The list in one of its three states.
#[component]
pub fn Perguntas() -> impl IntoView {
    let t = textos();
    let query = use_query_map();
    let estado = Memo::new(move |_| {
        query.with(|q| q.get("estado").and_then(|e| e.parse().ok())).unwrap_or(EstadoPergunta::Aberta)
    });
    let lista = Resource::new(move || estado.get(), perguntas_list);
    let partes = use_context::<Partes>();
    Effect::new(move |_| {
        if let (Some(Ok(l)), Some(p)) = (lista.get(), partes) {
            p.abertas.set(Some(l.contagens.abertas));
        }
    });
    // Whose form is open. A list that is read again is drawn again, and what was typed would go with the old one.
    let aberta = RwSignal::new(None::<MensagemId>);
    let reler = coalesce(std::time::Duration::from_millis(800), move || {
        if aberta.try_get_untracked() == Some(None) {
            lista.refetch();
        }
    });
    Live::expect().on(move |evento| {
        if matches!(evento, None | Some(Evento::Conhecimento { .. } | Evento::Mensagem { .. })) {
            reler();
        }
    });
    let mostrar = move |l: PerguntasDto| {
        let estado = estado.get_untracked();
        let dias = l.dias.to_string();
        let chip = |e: EstadoPergunta, nome: &'static str, n: usize| {
            let on = e == estado;
            view! {
                <a class="chip" class:chip-on=on href=format!("?aba=perguntas&estado={e}") aria-current=on.then_some("true")>{nome}" "<b class="num">{n}</b></a>
            }
        };
        let c = l.contagens;
        let corpo = if l.itens.is_empty() {
            let (titulo, texto) = match estado {
                EstadoPergunta::Aberta => (t.conhecimento.perguntas_vazio, t.conhecimento.perguntas_vazio_texto),
                EstadoPergunta::Ensinada => (t.conhecimento.ensinadas_vazio, t.conhecimento.ensinadas_vazio_texto),
                EstadoPergunta::Dispensada => {
                    (t.conhecimento.dispensadas_vazio, t.conhecimento.dispensadas_vazio_texto)
                }
            };
            view! {
                <Vazio icone="circle-check" titulo=titulo texto=texto>
                    {(estado != EstadoPergunta::Aberta).then(|| view! { <a class="btn btn-secondary" href="?aba=perguntas">{t.conhecimento.ver_abertas}</a> })}
                </Vazio>
            }
            .into_any()
        } else {
            view! { <ul class="perguntas">{l.itens.into_iter().map(|p| view! { <Pergunta p=p lista=lista aberta=aberta/> }).collect_view()}</ul> }.into_any()
        };
        view! {
            <section class="card" aria-labelledby="t-perguntas">
                <header class="card-head"><div>
                    <h2 class="card-title" id="t-perguntas">{t.conhecimento.perguntas_titulo}</h2>
                    <p class="card-sub">{fill(t.conhecimento.perguntas_sub, &[("dias", &dias)])}</p>
                </div></header>
                <nav class="cluster perguntas-filtro" aria-label=t.conhecimento.perguntas_filtro>
                    {chip(EstadoPergunta::Aberta, t.conhecimento.abertas, c.abertas)}
                    {chip(EstadoPergunta::Ensinada, t.conhecimento.ensinadas, c.ensinadas)}
                    {chip(EstadoPergunta::Dispensada, t.conhecimento.dispensadas, c.dispensadas)}
                </nav>
                {corpo}
            </section>
        }
        .into_any()
    };
    carregar(lista, esqueleto, mostrar)
}

fn esqueleto() -> AnyView {
    let linha = |_| view! { <div aria-hidden="true"><div class="row-main">{barra("56%")}{barra("32%")}</div></div> };
    view! { <div class="card"><div class="rows">{[0; 4].map(linha).into_iter().collect_view()}</div></div> }.into_any()
}

type Lista = Resource<Result<PerguntasDto, crate::error::AppError>>;

#[component]
fn Pergunta(p: PerguntaDto, lista: Lista, aberta: RwSignal<Option<MensagemId>>) -> impl IntoView {
    let t = textos();
    let agora = Agora::expect();
    let toasts = Toasts::expect();
    let ocupado = RwSignal::new(false);
    let (id, em, estado) = (p.id, p.ultima_em, p.estado);
    let vezes = match p.vezes {
        1 => t.conhecimento.uma_vez.to_owned(),
        n => fill(t.conhecimento.n_vezes, &[("n", &n.to_string())]),
    };
    let mudar = move |para: EstadoPergunta, dito: &'static str| {
        if ocupado.get_untracked() {
            return;
        }
        ocupado.set(true);
        spawn_local(async move {
            let resposta = perguntas_mudar(id, para).await;
            if ocupado.try_set(false).is_some() {
                return;
            }
            match resposta {
                Ok(()) => toasts.bom(dito),
                Err(erro) => {
                    browser::leave_if_signed_out(&erro);
                    toasts.ruim(t.geral.falhou, text::erro(t, &erro));
                }
            }
            lista.refetch();
        });
    };
    // What a customer typed, shortened to what fits a line of the text.
    let sugestao = validate::cortar(&p.pergunta, validate::PERGUNTA_MAX).to_owned();
    let form = format!("ensinar-{id}");
    let controla = form.clone();
    view! {
        <li class="pergunta">
            <div class="pergunta-main">
                <h3 class="pergunta-texto">{p.pergunta.clone()}</h3>
                {(!p.variantes.is_empty()).then(|| view! { <p class="pergunta-tambem">{t.conhecimento.tambem}" "{p.variantes.join(" / ")}</p> })}
                <p class="pergunta-meta">
                    <b class="num">{vezes}</b>
                    <span>{t.conhecimento.ultima}" "{move || frase(t, em, agora.get())}</span>
                    <A href=format!("/dashboard/conversas/{}", p.conversa_id) attr:class="link">{fill(t.conhecimento.conversa_com, &[("nome", &p.contato)])}</A>
                    {p.voltou.then(|| view! { <span class="badge badge-warn" title=t.conhecimento.voltou_texto>{t.conhecimento.voltou}</span> })}
                    {p.ja_sabe.then(|| view! { <span class="badge badge-success" title=t.conhecimento.ja_sabe_texto>{t.conhecimento.ja_sabe}</span> })}
                </p>
            </div>
            <div class="pergunta-acts">
                {(estado == EstadoPergunta::Aberta).then(|| view! {
                    <button class="btn btn-secondary" type="button" aria-expanded=move || (aberta.get() == Some(id)).to_string() aria-controls=controla on:click=move |_| aberta.update(|a| *a = if *a == Some(id) { None } else { Some(id) })>
                        <Icone nome="pencil"/>{t.conhecimento.responder_ensinar}
                    </button>
                    <button class="btn btn-ghost" type="button" aria-busy=move || ocupado.get().to_string() on:click=move |_| mudar(EstadoPergunta::Dispensada, t.conhecimento.dispensada_toast)>{t.conhecimento.dispensar}</button>
                })}
                {(estado != EstadoPergunta::Aberta).then(|| view! {
                    <button class="btn btn-secondary" type="button" aria-busy=move || ocupado.get().to_string() on:click=move |_| mudar(EstadoPergunta::Aberta, t.conhecimento.reaberta_toast)>{t.conhecimento.reabrir}</button>
                })}
            </div>
            <Show when=move || aberta.get() == Some(id)>
                <FormEnsinar
                    id=form.clone() pergunta_de=Some(id) pergunta=sugestao.clone()
                    cancelar=move |()| {
                        aberta.set(None);
                        lista.refetch();
                    }
                    pronto=move |()| {
                        aberta.set(None);
                        lista.refetch();
                    }
                />
            </Show>
        </li>
    }
}
