//! The list: who waits first, tabs in the URL, live.

use std::time::Duration;

use contracts::{
    EstadoConversa,
    conversas::{Contagens, ConversaDto, ConversasDto, ConversasFiltro},
    eventos::Evento,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    components::A,
    hooks::{use_location, use_query_map},
};

use super::{api::conversas_list, linha::Linha};
use crate::{
    areas::dashboard::shell::Pendentes,
    browser,
    live::{Live, coalesce},
    text::{self, textos},
    ui::{Icone, Toasts, Vazio, carregar},
};

/// The list with its tabs.
#[component]
pub fn ListaConversas() -> impl IntoView {
    let t = textos();
    let query = use_query_map();
    let estado = Memo::new(move |_| query.with(|q| q.get("estado").and_then(|e| e.parse::<EstadoConversa>().ok())));
    let pagina = Resource::new(move || estado.get(), |estado| conversas_list(filtro(estado, None)));
    let contagens = RwSignal::new(None::<Contagens>);
    let pendentes = Pendentes::expect();
    Effect::new(move |_| pendentes.tem_lista(true));
    on_cleanup(move || pendentes.tem_lista(false));
    Effect::new(move |_| {
        if let Some(c) = contagens.get() {
            pendentes.informar(c);
        }
    });
    view! {
        <section class="inbox-list" aria-label=t.conversas.lista>
            <header class="inbox-list-head"><h1 class="page-title">{t.conversas.titulo}</h1></header>
            <Abas estado=estado contagens=contagens pagina=pagina/>
            {carregar(pagina, esqueleto, move |inicial| {
                let estado = estado.get_untracked();
                view! { <Lista inicial=inicial estado=estado contagens=contagens/> }.into_any()
            })}
        </section>
    }
}

fn filtro(estado: Option<EstadoConversa>, cursor: Option<String>) -> ConversasFiltro {
    ConversasFiltro { estado, cursor, resolvidas: Some(false), ..ConversasFiltro::default() }
}

fn esqueleto() -> AnyView {
    let linha = |_| {
        view! {
            <li class="conv" aria-hidden="true">
                <span class="skeleton is-round skeleton-avatar"></span>
                <span class="conv-top"><span class="skeleton" style="--w:46%"></span></span>
                <span class="conv-bottom"><span class="skeleton" style="--w:78%"></span></span>
            </li>
        }
    };
    view! { <ul class="conv-list">{(0..6).map(linha).collect_view()}</ul> }.into_any()
}

/// The filters, as links.
#[component]
fn Abas(
    estado: Memo<Option<EstadoConversa>>,
    contagens: RwSignal<Option<Contagens>>,
    pagina: Resource<Result<ConversasDto, crate::error::AppError>>,
) -> impl IntoView {
    let t = textos();
    let caminho = use_location().pathname;
    let aba = move |filtro: Option<EstadoConversa>, nome: &'static str, de: fn(Contagens) -> i64| {
        let href = move || caminho.with(|p| filtro.map_or_else(|| p.clone(), |e| format!("{p}?estado={e}")));
        let atual = move || (estado.get() == filtro).then_some("true");
        let conta = move || {
            let agora = contagens.get();
            Suspend::new(async move {
                let c = match agora {
                    Some(c) => Some(c),
                    None => pagina.await.ok().map(|p| p.contagens),
                };
                c.map(|c| view! { <span class="count">{de(c)}</span> })
            })
        };
        view! { <a class="tab" href=href aria-current=atual>{nome}<Transition fallback=|| ()>{conta}</Transition></a> }
    };
    view! {
        <nav class="tabs inbox-tabs" aria-label=t.conversas.filtrar>
            {aba(None, t.conversas.todas, |c| c.todas)}
            {aba(Some(EstadoConversa::AguardandoHumano), t.conversas.aguardando, |c| c.aguardando)}
            {aba(Some(EstadoConversa::IaAtiva), t.conversas.ia, |c| c.ia)}
            {aba(Some(EstadoConversa::HumanoRespondeu), t.conversas.humano, |c| c.humano)}
        </nav>
    }
}

/// The rows of one filter, kept fresh.
#[component]
fn Lista(
    inicial: ConversasDto,
    estado: Option<EstadoConversa>,
    contagens: RwSignal<Option<Contagens>>,
) -> impl IntoView {
    let t = textos();
    let toasts = Toasts::expect();
    let contagens_iniciais = inicial.contagens;
    let itens = RwSignal::new(inicial.itens);
    let proximo = RwSignal::new(inicial.proximo);
    let paginas = StoredValue::new(1_u32);
    let ocupado = RwSignal::new(false);
    Effect::new(move |_| contagens.set(Some(contagens_iniciais)));

    let reler = coalesce(Duration::from_millis(300), move || {
        spawn_local(async move {
            match conversas_list(filtro(estado, None)).await {
                Ok(nova) => {
                    if itens.is_disposed() {
                        return;
                    }
                    contagens.set(Some(nova.contagens));
                    if paginas.get_value() == 1 {
                        proximo.set(nova.proximo);
                    }
                    let varias = paginas.get_value() > 1;
                    itens.update(|v| *v = juntar(nova.itens, std::mem::take(v), estado, varias));
                }
                Err(erro) => browser::leave_if_signed_out(&erro),
            }
        });
    });
    Live::expect().on(move |evento| {
        if matches!(evento, None | Some(Evento::Mensagem { .. } | Evento::Conversa { .. })) {
            reler();
        }
    });
    let mais = move |_| {
        let cursor = proximo.get_untracked();
        if ocupado.get_untracked() || cursor.is_none() {
            return;
        }
        ocupado.set(true);
        spawn_local(async move {
            let resposta = conversas_list(filtro(estado, cursor)).await;
            if ocupado.try_set(false).is_some() {
                return;
            }
            match resposta {
                Ok(pagina) => {
                    paginas.update_value(|n| *n += 1);
                    proximo.set(pagina.proximo);
                    itens.update(|v| {
                        v.extend(
                            pagina.itens.into_iter().filter(|n| v.iter().all(|o| o.id != n.id)).collect::<Vec<_>>(),
                        )
                    });
                }
                Err(erro) => {
                    browser::leave_if_signed_out(&erro);
                    toasts.ruim(t.geral.falhou, text::erro(t, &erro));
                }
            }
        });
    };
    view! {
        <Show when=move || itens.with(|v| !v.is_empty()) fallback=move || view! { <Vazia estado=estado/> }>
            <ul class="conv-list" aria-label=t.conversas.titulo>
                <For each=move || itens.with(|v| v.iter().map(|c| c.id).collect::<Vec<_>>()) key=|id| *id children=move |id| view! { <Linha id=id itens=itens/> }/>
                {move || proximo.get().map(|_| view! {
                    <li class="conv-more">
                        <button class="btn btn-secondary btn-sm" type="button" aria-busy=move || ocupado.get().to_string() on:click=mais>
                            {t.conversas.carregar_mais}
                        </button>
                    </li>
                })}
            </ul>
        </Show>
    }
}

/// A fresh first page over the rows that are there; of later pages only what can still belong to the filter stays.
fn juntar(
    nova: Vec<ConversaDto>,
    antes: Vec<ConversaDto>,
    estado: Option<EstadoConversa>,
    varias: bool,
) -> Vec<ConversaDto> {
    let mut todas = nova;
    if varias {
        let resto: Vec<_> = antes
            .into_iter()
            .filter(|c| estado.is_none_or(|e| e == c.estado) && todas.iter().all(|n| n.id != c.id))
            .collect();
        todas.extend(resto);
    }
    todas
}

/// No rows: never any, or none in this filter.
#[component]
fn Vazia(estado: Option<EstadoConversa>) -> impl IntoView {
    let t = textos();
    let texto = match estado {
        None => {
            return view! {
                <Vazio icone="messages-square" titulo=t.conversas.vazia_titulo texto=t.conversas.vazia>
                    <a class="btn btn-primary" href="/dashboard/whatsapp"><Icone nome="qr-code"/>{t.conversas.vazia_acao}</a>
                </Vazio>
            }
            .into_any();
        }
        Some(EstadoConversa::AguardandoHumano) => t.conversas.filtro_aguardando,
        Some(EstadoConversa::IaAtiva) => t.conversas.filtro_ia,
        Some(EstadoConversa::HumanoRespondeu) => t.conversas.filtro_humano,
    };
    view! {
        <Vazio icone="list-filter" titulo=t.conversas.filtro_titulo texto=texto>
            <A href="/dashboard/conversas" attr:class="btn btn-secondary">{t.conversas.ver_todas}</A>
        </Vazio>
    }
    .into_any()
}
