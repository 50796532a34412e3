//! One thread: head, lines, banner, composer.

use std::time::Duration;

use contracts::{
    ConversaId, ErrorCode,
    conversas::{ConversaDto, ThreadDto},
    eventos::Evento,
};
use leptos::{ev, html::Div, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};

use super::{
    api::conversa_get,
    avisos::Aviso,
    balao::{Balao, BalaoPendente, Nota},
    compositor::Compositor,
    estado::{Aberta, Item},
    linha::nome_visivel,
};
use crate::{
    format::telefone,
    live::{Live, coalesce},
    text::{Textos, fill, textos},
    time::{Agora, separador},
    ui::{Avatar, Icone, Vazio, barra, carregar},
};

/// Within this many pixels of the end a person reads along.
const PERTO: i32 = 120;

/// `/dashboard/conversas/:id`.
#[component]
pub fn Thread() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id").and_then(|id| id.parse::<ConversaId>().ok())));
    let thread = Resource::new(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => conversa_get(id, None).await.map(Some),
                None => Ok(None),
            }
            .or_else(|erro| if erro.code() == ErrorCode::NotFound { Ok(None) } else { Err(erro) })
        },
    );
    carregar(thread, esqueleto, |thread: Option<ThreadDto>| match thread {
        Some(thread) => view! { <Conversa thread=thread/> }.into_any(),
        None => view! { <NaoExiste/> }.into_any(),
    })
}

fn esqueleto() -> AnyView {
    let linha =
        |(class, w): (&'static str, &'static str)| view! { <li class=class><div class="bubble">{barra(w)}</div></li> };
    let linhas = [("msg msg-in", "180px"), ("msg msg-out", "240px"), ("msg msg-in", "140px")].map(linha);
    view! {
        <section class="thread" aria-hidden="true">
            <header class="thread-head">{barra("160px")}</header>
            <div class="thread-scroll"><ol class="log">{linhas.into_iter().collect_view()}</ol></div>
        </section>
    }
    .into_any()
}

#[component]
fn NaoExiste() -> impl IntoView {
    let t = textos();
    #[cfg(feature = "ssr")]
    crate::server::page_status(ErrorCode::NotFound);
    view! {
        <Title text=t.conversas.nao_existe_titulo/>
        <section class="thread thread-missing">
            <Vazio icone="messages-square" titulo=t.conversas.nao_existe_titulo texto=t.conversas.nao_existe>
                <a class="btn btn-secondary" href="/dashboard/conversas">{t.conversas.voltar}</a>
            </Vazio>
        </section>
    }
}

#[component]
fn Conversa(thread: ThreadDto) -> impl IntoView {
    let t = textos();
    let c = &thread.conversa;
    let nome = nome_visivel(c);
    let (id, rotulo) = (c.id, fill(t.conversas.conversa_com, &[("nome", &nome)]));
    let titulo = nome.clone();
    let cabeca = c.clone();
    let aberta = Aberta::new(thread);
    let reler = coalesce(Duration::from_millis(120), move || aberta.reler());
    Live::expect().on(move |evento| {
        let daqui = match evento {
            None => true,
            Some(Evento::Mensagem { conversa_id } | Evento::Conversa { conversa_id, .. }) => *conversa_id == id,
            Some(_) => false,
        };
        if daqui {
            reler();
        }
    });
    Effect::new(move |_| {
        aberta.vista();
        let volta = window_event_listener(ev::focus, move |_| aberta.vista());
        on_cleanup(move || volta.remove());
    });
    view! {
        <Title text=titulo/>
        <section class="thread" aria-label=rotulo>
            <Cabeca c=cabeca/>
            <Linhas aberta=aberta nome=nome.clone()/>
            <div class="thread-foot"><Aviso aberta=aberta/><Compositor aberta=aberta nome=nome/></div>
        </section>
    }
}

/// Who it is, and the way back on phones.
#[component]
fn Cabeca(c: ConversaDto) -> impl IntoView {
    let t = textos();
    let busca = use_location().search;
    let volta = move || {
        busca.with(|q| {
            if q.is_empty() {
                "/dashboard/conversas".to_owned()
            } else {
                format!("/dashboard/conversas?{}", q.trim_start_matches('?'))
            }
        })
    };
    let nome = nome_visivel(&c);
    let numero =
        if c.numero_usuario.is_empty() { t.conversas.numero_oculto.to_owned() } else { telefone(&c.numero_usuario) };
    view! {
        <header class="thread-head">
            <a class="icon-btn only-mobile" href=volta aria-label=t.conversas.voltar><Icone nome="arrow-left"/></a>
            <Avatar nome=nome.clone() semente=c.id.to_string() tamanho=36/>
            <div class="thread-who"><h1 class="truncate">{nome}</h1><p class="truncate muted num">{numero}</p></div>
        </header>
    }
}

/// The lines. Follows the end only for those who read there.
#[component]
fn Linhas(aberta: Aberta, nome: String) -> impl IntoView {
    let t = textos();
    let node = NodeRef::<Div>::new();
    let novas = RwSignal::new(false);
    let no_fim = StoredValue::new(true);
    let rotulo = fill(t.conversas.mensagens_com, &[("nome", &nome)]);
    let descer = move || {
        if let Some(el) = node.try_get_untracked().flatten() {
            el.set_scroll_top(el.scroll_height());
            novas.try_set(false);
        }
    };
    let mais_antigas = move || {
        let Some(el) = node.get_untracked() else { return };
        let (altura, topo) = (el.scroll_height(), el.scroll_top());
        aberta.mais_antigas(move || {
            request_animation_frame(move || el.set_scroll_top(topo + el.scroll_height() - altura));
        });
    };
    let rolou = move |_| {
        let Some(el) = node.get_untracked() else { return };
        let perto = el.scroll_height() - el.scroll_top() - el.client_height() < PERTO;
        no_fim.set_value(perto);
        if perto {
            novas.set(false);
        }
        if el.scroll_top() < 40 {
            mais_antigas();
        }
    };
    let ultima = Memo::new(move |_| {
        let (minha, falhas) =
            aberta.pendentes.with(|p| (p.last().map(|p| p.id), p.iter().filter(|p| p.erro.is_some()).count()));
        (minha, falhas, aberta.mensagens.with(|v| v.last().map(|m| m.id)))
    });
    Effect::new(move |antes: Option<Option<contracts::MensagemId>>| {
        let (minha, ..) = ultima.get();
        // The first time, one's own words, or reading at the end: follow. Else say that there is more.
        let escrevi = minha.is_some() && antes.is_some_and(|a| a != minha);
        if antes.is_none() || escrevi || no_fim.get_value() {
            request_animation_frame(descer);
        } else {
            novas.set(true);
        }
        minha
    });
    // A keyboard on a phone or another banner takes room from the lines: the end stays in sight for those who read there.
    let estado = Memo::new(move |_| aberta.conversa.with(|c| c.estado));
    Effect::new(move |_| {
        estado.track();
        if no_fim.get_value() {
            request_animation_frame(descer);
        }
    });
    Effect::new(move |_| {
        let cabe = window_event_listener(ev::resize, move |_| {
            if no_fim.try_get_value() == Some(true) {
                // Once more when the new width has settled: the foot grows a moment after the window.
                request_animation_frame(descer);
                set_timeout(descer, Duration::from_millis(150));
            }
        });
        on_cleanup(move || cabe.remove());
    });
    let semente = aberta.conversa.with_untracked(|c| c.id.to_string());
    let item = move |item: Item| desenhar(t, aberta, &nome, &semente, item);
    let vazia = move || aberta.mensagens.with(Vec::is_empty) && aberta.pendentes.with(Vec::is_empty);
    let topo = move || {
        if aberta.antes.with(Option::is_some) {
            view! {
                <button class="btn btn-ghost btn-sm older" type="button" aria-busy=move || aberta.buscando.get().to_string() on:click=move |_| mais_antigas()>
                    {t.conversas.carregar_antigas}
                </button>
            }
            .into_any()
        } else {
            let frase = if vazia() { t.conversas.sem_mensagens } else { t.conversas.inicio_conversa };
            view! { <p class="sys older">{frase}</p> }.into_any()
        }
    };
    view! {
        <div class="thread-mid">
            <div class="thread-scroll" role="log" tabindex="0" aria-label=rotulo node_ref=node on:scroll=rolou>
                {topo}
                <ol class="log"><For each=move || aberta.itens() key=Item::chave children=item/></ol>
            </div>
            <Show when=move || novas.get()>
                <button class="new-pill" type="button" on:click=move |_| descer()><Icone nome="arrow-down"/>{t.conversas.novas}</button>
            </Show>
        </div>
    }
}

fn desenhar(t: &'static Textos, aberta: Aberta, nome: &str, semente: &str, item: Item) -> AnyView {
    let agora = Agora::expect();
    match item {
        Item::Dia(d) => view! { <li class="day">{move || separador(t, d, agora.get())}</li> }.into_any(),
        Item::Linha(m, _) if m.tipo == contracts::TipoMensagem::Sistema => view! { <Nota m=*m/> }.into_any(),
        Item::Linha(m, segue) => {
            view! { <Balao m=*m segue=segue nome=nome.to_owned() semente=semente.to_owned()/> }.into_any()
        }
        Item::Pendente(p) => view! { <BalaoPendente p=p aberta=aberta/> }.into_any(),
    }
}
