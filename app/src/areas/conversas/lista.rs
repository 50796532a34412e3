//! The list: who waits first; tab, search and "only unread" in the address; live.

use std::time::Duration;

use contracts::{
    EstadoConversa, StatusInstancia,
    conversas::{Contagens, ConversasDto},
    eventos::Evento,
};
use leptos::{
    ev,
    html::{Li, Nav},
    prelude::*,
    task::spawn_local,
};
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_location, use_navigate, use_query_map},
};

use super::{
    api::conversas_list,
    fila::Fila,
    filtro::{Aba, BUSCA_MAX, Filtro},
    linha::Linha,
    page::Inbox,
};
use crate::{
    areas::dashboard::{chamado::BotaoChamado, shell::Pendentes},
    browser,
    error::AppError,
    live::{Live, coalesce},
    text::{self, fill, textos},
    ui::{Icone, Toasts, Vazio, aguardar, carregar},
};

/// Typing pauses this long before the list follows.
const PAUSA: Duration = Duration::from_millis(250);

type Pagina = Resource<Result<ConversasDto, AppError>>;

/// The list with search and tabs.
#[component]
pub fn ListaConversas() -> impl IntoView {
    let t = textos();
    let query = use_query_map();
    let filtro = Memo::new(move |_| query.with(Filtro::da_url));
    let pagina = Resource::new(move || filtro.get().pedido(None), conversas_list);
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
            <header class="inbox-list-head">
                <h1 class="page-title">{t.conversas.titulo}</h1>
                <Conexao/>
                <div class="inbox-list-acts"><BotaoChamado/></div>
            </header>
            <Busca filtro=filtro/>
            <Abas filtro=filtro contagens=contagens pagina=pagina/>
            <Fichas filtro=filtro/>
            {carregar(pagina, esqueleto, move |inicial| {
                let filtro = filtro.get_untracked();
                view! { <Lista inicial=inicial filtro=filtro contagens=contagens/> }.into_any()
            })}
        </section>
    }
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
    view! { <ul class="conv-list">{(0..8).map(linha).collect_view()}</ul> }.into_any()
}

/// Whether WhatsApp is there.
#[component]
fn Conexao() -> impl IntoView {
    let t = textos();
    let Inbox { whats, .. } = Inbox::expect();
    aguardar(().into_any(), move || async move {
        match whats.await {
            Ok(StatusInstancia::Conectado) => {
                view! { <span class="badge badge-success badge-dot">{t.conversas.conectado}</span> }.into_any()
            }
            Ok(_) => view! { <a class="badge badge-danger badge-dot" href="/dashboard/whatsapp">{t.conversas.desconectado}</a> }
                .into_any(),
            Err(_) => ().into_any(),
        }
    })
}

/// The search. A form, so that Enter works before the WASM has loaded.
#[component]
fn Busca(filtro: Memo<Filtro>) -> impl IntoView {
    let t = textos();
    let caminho = use_location().pathname;
    let navegar = use_navigate();
    let campo = NodeRef::<leptos::html::Input>::new();
    let vez = StoredValue::new(0_u32);
    let ir = move || {
        let Some(busca) = campo.try_get_untracked().flatten().map(|el| el.value().trim().to_owned()) else { return };
        let filtro = filtro.get_untracked();
        if filtro.busca != busca {
            let url = Filtro { busca, ..filtro }.url(&caminho.get_untracked());
            navegar(&url, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        }
    };
    let logo = ir.clone();
    let digitou = move |_| {
        let minha = vez.get_value() + 1;
        vez.set_value(minha);
        let ir = ir.clone();
        set_timeout(
            move || {
                if vez.try_get_value() == Some(minha) {
                    ir();
                }
            },
            PAUSA,
        );
    };
    let depois = logo.clone();
    let tecla = move |ev: ev::KeyboardEvent| {
        let Some(el) = campo.get_untracked() else { return };
        match ev.key().as_str() {
            // First what was typed goes, then the keyboard.
            "Escape" if el.value().is_empty() => {
                let _ = el.blur();
            }
            "Escape" => {
                ev.prevent_default();
                el.set_value("");
                depois();
            }
            "ArrowDown" => {
                ev.prevent_default();
                browser::focus_first(".conv-list a.conv");
            }
            _ => {}
        }
    };
    // Back, forward and "Limpar filtros" change the address, and the field with it.
    Effect::new(move |_| {
        let busca = filtro.with(|f| f.busca.clone());
        if let Some(el) = campo.get()
            && el.value().trim() != busca
            && !document().active_element().is_some_and(|f| f.is_same_node(Some(&el)))
        {
            el.set_value(&busca);
        }
    });
    let so_nao_lidas = move || {
        let f = filtro.get();
        Filtro { nao_lidas: !f.nao_lidas, ..f }.url(&caminho.get())
    };
    let ligado = move || filtro.with(|f| f.nao_lidas).then_some("true");
    let nome = move || if filtro.with(|f| f.nao_lidas) { t.conversas.mostrar_lidas } else { t.conversas.so_nao_lidas };
    view! {
        <form class="inbox-search" role="search" method="get" on:submit=move |ev| { ev.prevent_default(); logo() }>
            <div class="input-group">
                <Icone nome="search"/>
                <input
                    class="input" type="search" name="q" maxlength=BUSCA_MAX.to_string() autocomplete="off" placeholder=t.conversas.buscar aria-label=t.conversas.buscar
                    aria-keyshortcuts="/" value=filtro.with_untracked(|f| f.busca.clone()) node_ref=campo on:input=digitou on:keydown=tecla
                />
            </div>
            <a class="icon-btn" href=so_nao_lidas aria-label=nome title=nome aria-current=ligado><Icone nome="list-filter"/></a>
        </form>
    }
}

/// The filters, as links.
#[component]
fn Abas(filtro: Memo<Filtro>, contagens: RwSignal<Option<Contagens>>, pagina: Pagina) -> impl IntoView {
    let t = textos();
    let caminho = use_location().pathname;
    let aba = move |aba: Aba, nome: &'static str, de: fn(Contagens) -> i64| {
        let href = move || Filtro { aba, ..filtro.get() }.url(&caminho.get());
        let atual = move || filtro.with(|f| f.aba == aba).then_some("true");
        let conta = aguardar(().into_any(), move || {
            let agora = contagens.get();
            async move {
                let c = match agora {
                    Some(c) => Some(c),
                    None => pagina.await.ok().map(|p| p.contagens),
                };
                c.map(de).filter(|n| *n > 0).map(|n| view! { <span class="count">{n}</span> }).into_any()
            }
        });
        view! { <a class="tab" href=href aria-current=atual>{nome}{conta}</a> }
    };
    // They need more room than there is: the chosen one is in sight, and the wheel turns the row.
    let fila = NodeRef::<Nav>::new();
    Effect::new(move |_| {
        filtro.track();
        let Some(el) = fila.get() else { return };
        request_animation_frame(move || {
            if let Ok(Some(atual)) = el.query_selector("[aria-current]") {
                browser::reveal(&atual);
            }
        });
    });
    let girou = move |ev: ev::WheelEvent| {
        if let Some(el) = fila.get_untracked().filter(|_| ev.delta_x() == 0.0) {
            el.set_scroll_left(el.scroll_left() + ev.delta_y() as i32);
        }
    };
    view! {
        <nav class="tabs inbox-tabs" aria-label=t.conversas.filtrar node_ref=fila on:wheel=girou>
            {aba(Aba::Todas, t.conversas.todas, |_| 0)}
            {aba(Aba::Em(EstadoConversa::AguardandoHumano), t.conversas.aguardando, |c| c.aguardando)}
            {aba(Aba::Em(EstadoConversa::IaAtiva), t.conversas.ia, |c| c.ia)}
            {aba(Aba::Em(EstadoConversa::HumanoRespondeu), t.conversas.humano, |c| c.humano)}
            {aba(Aba::Resolvidas, t.conversas.resolvidas, |c| c.resolvidas)}
        </nav>
    }
}

/// What is left out besides the tab, each with a way back.
#[component]
fn Fichas(filtro: Memo<Filtro>) -> impl IntoView {
    let t = textos();
    let caminho = use_location().pathname;
    let ficha = move |nome: String, sem: fn(Filtro) -> Filtro| {
        let href = move || sem(filtro.get()).url(&caminho.get());
        let rotulo = fill(t.conversas.tirar_filtro, &[("filtro", &nome)]);
        view! { <a class="chip chip-on" href=href aria-label=rotulo><span class="truncate">{nome}</span><Icone nome="x"/></a> }
    };
    move || {
        let Filtro { nao_lidas, busca, .. } = filtro.get();
        (nao_lidas || !busca.is_empty()).then(|| {
            view! {
                <div class="inbox-chips">
                    {(!busca.is_empty()).then(|| ficha(format!("“{busca}”"), |f| Filtro { busca: String::new(), ..f }))}
                    {nao_lidas.then(|| ficha(t.conversas.filtro_nao_lidas.to_owned(), |f| Filtro { nao_lidas: false, ..f }))}
                </div>
            }
        })
    }
}

/// The rows of one filter, kept fresh; the next page comes when the end is near.
#[component]
fn Lista(inicial: ConversasDto, filtro: Filtro, contagens: RwSignal<Option<Contagens>>) -> impl IntoView {
    let t = textos();
    let toasts = Toasts::expect();
    let contagens_iniciais = inicial.contagens;
    let fila = Fila::new(inicial);
    let ocupado = RwSignal::new(false);
    let fim = NodeRef::<Li>::new();
    let filtro = StoredValue::new(filtro);
    Effect::new(move |_| contagens.set(Some(contagens_iniciais)));

    let reler = coalesce(Duration::from_millis(300), move || {
        spawn_local(async move {
            let Some(pedido) = filtro.try_with_value(|f| f.pedido(None)) else { return };
            match conversas_list(pedido).await {
                Ok(nova) if !fila.ordem.is_disposed() => {
                    contagens.set(Some(nova.contagens));
                    fila.renovar(nova);
                }
                Ok(_) => {}
                Err(erro) => browser::leave_if_signed_out(&erro),
            }
        });
    });
    Live::expect().on(move |evento| {
        if let Some(Evento::Conversa { conversa_id, estado }) = evento {
            filtro.with_value(|f| fila.mudou(*conversa_id, *estado, f));
        }
        if matches!(evento, None | Some(Evento::Mensagem { .. } | Evento::Conversa { .. })) {
            reler();
        }
    });
    let mais = move || {
        let cursor = fila.proximo.get_untracked();
        if ocupado.get_untracked() || cursor.is_none() {
            return;
        }
        ocupado.set(true);
        let pedido = filtro.with_value(|f| f.pedido(cursor));
        spawn_local(async move {
            let resposta = conversas_list(pedido).await;
            if ocupado.try_set(false).is_some() {
                return;
            }
            match resposta {
                Ok(pagina) => fila.mais(pagina),
                Err(erro) => {
                    browser::leave_if_signed_out(&erro);
                    toasts.ruim(t.geral.falhou, text::erro(t, &erro));
                }
            }
        });
    };
    // Anew for each page: an observer speaks when something comes near, not while it stays there.
    Effect::new(move |_| {
        fila.proximo.track();
        if let Some(el) = fim.get() {
            browser::when_near(&el, mais);
        }
    });
    let fim_da_lista = move || {
        fila.proximo.get().map(|_| {
            view! {
                <li class="conv-more" node_ref=fim>
                    <button class="btn btn-secondary btn-sm" type="button" aria-busy=move || ocupado.get().to_string() on:click=move |_| mais()>
                        {t.conversas.carregar_mais}
                    </button>
                </li>
            }
        })
    };
    view! {
        <Show when=move || fila.ordem.with(|v| !v.is_empty()) fallback=move || view! { <Vazia filtro=filtro.get_value()/> }>
            <ul class="conv-list" aria-label=t.conversas.titulo>
                <For each=move || fila.ordem.get() key=|id| *id children=move |id| view! { <Linha id=id fila=fila/> }/>
                {fim_da_lista}
            </ul>
        </Show>
    }
}

/// No rows: never any, or none that fits.
#[component]
fn Vazia(filtro: Filtro) -> impl IntoView {
    let t = textos();
    if filtro.vazio() {
        return view! {
            <Vazio icone="messages-square" titulo=t.conversas.vazia_titulo texto=t.conversas.vazia>
                <a class="btn btn-primary" href="/dashboard/whatsapp"><Icone nome="qr-code"/>{t.conversas.vazia_acao}</a>
            </Vazio>
        }
        .into_any();
    }
    let procura = !filtro.busca.is_empty();
    let (titulo, texto) = match filtro.aba {
        _ if procura => (t.conversas.busca_titulo, t.conversas.busca_vazia),
        _ if filtro.nao_lidas => (t.conversas.filtro_titulo, t.conversas.filtro_lidas),
        Aba::Em(EstadoConversa::AguardandoHumano) => (t.conversas.filtro_titulo, t.conversas.filtro_aguardando),
        Aba::Em(EstadoConversa::IaAtiva) => (t.conversas.filtro_titulo, t.conversas.filtro_ia),
        Aba::Em(EstadoConversa::HumanoRespondeu) => (t.conversas.filtro_titulo, t.conversas.filtro_humano),
        Aba::Resolvidas | Aba::Todas => (t.conversas.filtro_titulo, t.conversas.filtro_resolvidas),
    };
    let acao = if procura || filtro.nao_lidas { t.conversas.limpar } else { t.conversas.ver_todas };
    view! {
        <Vazio icone=if procura { "search" } else { "list-filter" } titulo=titulo texto=texto>
            <A href="/dashboard/conversas" attr:class="btn btn-secondary">{acao}</A>
        </Vazio>
    }
    .into_any()
}
