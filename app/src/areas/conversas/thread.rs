//! One thread: head, lines, banner, composer.

use std::time::Duration;

use contracts::{ConversaId, ErrorCode, MensagemId, TipoMensagem, conversas::ThreadDto, eventos::Evento};
use leptos::{
    ev::{self, DragEvent},
    html::Div,
    prelude::*,
};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};

use super::{
    acoes::Acao,
    anexar::{Escolhido, juntar},
    api::{conversa_ate, conversa_get},
    avisos::{Aviso, SemWhats},
    balao::{Balao, BalaoPendente, Nota, NotaInterna},
    compositor::{Compositor, guardar_falhas},
    detalhes::Detalhes,
    estado::{Aberta, Item, Modo},
    linha::nome_visivel,
    page::{ATE, Inbox, com_filtro},
};
use crate::{
    areas::assinatura::{AssinaturaAtual, SoLeitura},
    browser,
    format::telefone,
    live::{Live, coalesce},
    text::{Textos, fill, textos},
    time::{Agora, separador},
    ui::{Avatar, Confirmar, Icone, Vazio, barra, carregar},
};

/// Within this many pixels of the end a person reads along.
const PERTO: i32 = 120;
/// So many pixels before the beginning older lines are fetched, so that nobody meets the edge.
const ANTES: i32 = 600;
const MENU: &str = "conversa-menu";

/// `/dashboard/conversas/:id`.
#[component]
pub fn Thread() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|p| {
            let vista = p.get("vista").filter(|v| !v.is_empty());
            p.get("id").filter(|_| vista.is_none_or(|v| v == "info")).and_then(|id| id.parse::<ConversaId>().ok())
        })
    });
    let query = use_query_map();
    // Without a line named, the one that was named for this conversa still holds: a change of the search is no reason to
    // read the thread again.
    let qual = Memo::new(move |antes: Option<&(Option<ConversaId>, Option<MensagemId>)>| {
        let linha = query.with(|q| q.get_str(ATE).and_then(|m| m.parse().ok()));
        match (id.get(), antes) {
            (id, Some((velho, mesma))) if linha.is_none() && id == *velho => (id, *mesma),
            (id, _) => (id, linha),
        }
    });
    let thread = Resource::new(
        move || qual.get(),
        |(id, linha)| async move {
            match (id, linha) {
                (Some(id), Some(linha)) => conversa_ate(id, linha).await.map(Some),
                (Some(id), None) => conversa_get(id, None).await.map(Some),
                (None, _) => Ok(None),
            }
            .or_else(|erro| if erro.code() == ErrorCode::NotFound { Ok(None) } else { Err(erro) })
        },
    );
    carregar(thread, esqueleto, move |thread: Option<ThreadDto>| match thread {
        Some(thread) => {
            let linha = qual.get_untracked().1.filter(|l| thread.mensagens.iter().any(|m| m.id == *l));
            let chave = (thread.conversa.id, linha);
            // By a key, so that nothing of one conversa stays in the page of the next: a field drawn anew in place keeps
            // what was typed into it.
            view! { <For each=move || [chave] key=|k| *k children=move |_| view! { <Conversa thread=thread.clone() linha=linha/> }/> }.into_any()
        }
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
fn Conversa(thread: ThreadDto, linha: Option<MensagemId>) -> impl IntoView {
    let t = textos();
    let inbox = Inbox::expect();
    let c = &thread.conversa;
    let nome = nome_visivel(c);
    let (id, rotulo) = (c.id, fill(t.conversas.conversa_com, &[("nome", &nome)]));
    let titulo = nome.clone();
    let aberta = Aberta::new(thread);
    let escolhidos = RwSignal::new(Vec::<Escolhido>::new());
    Effect::new(move |_| inbox.aberta.set(Some(aberta)));
    on_cleanup(move || {
        // The next thread may be here already.
        inbox
            .aberta
            .try_update(|a| a.take_if(|a| a.conversa.try_with_untracked(|c| c.id).is_none_or(|outra| outra == id)));
        inbox.gaveta.try_set(false);
        if cfg!(feature = "hydrate") {
            guardar_falhas(aberta);
            escolhidos.try_with_untracked(|v| v.iter().for_each(Escolhido::esquecer));
        }
    });
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
    // A file over the thread: where it may be let go is drawn until it has left.
    let sobre = RwSignal::new(0_i32);
    let com_arquivo = |ev: &DragEvent| {
        ev.data_transfer().is_some_and(|d| d.types().iter().any(|t| t.as_string().as_deref() == Some("Files")))
    };
    let entrou = move |ev: DragEvent| {
        if com_arquivo(&ev) {
            ev.prevent_default();
            sobre.update(|n| *n += 1);
        }
    };
    let sobrevoou = move |ev: DragEvent| {
        if com_arquivo(&ev) {
            ev.prevent_default();
        }
    };
    let saiu = move |ev: DragEvent| {
        if com_arquivo(&ev) {
            sobre.update(|n| *n = (*n - 1).max(0));
        }
    };
    let largou = move |ev: DragEvent| {
        sobre.set(0);
        if let Some(arquivos) = ev.data_transfer().and_then(|d| d.files()).filter(|f| f.length() > 0) {
            ev.prevent_default();
            juntar(t, escolhidos, &arquivos);
            aberta.escrever_em(Modo::Resposta);
        }
    };
    let pairando = move || sobre.get() > 0;
    let escreve = AssinaturaAtual::escreve();
    view! {
        <Title text=titulo/>
        <section class="thread" aria-label=rotulo on:dragenter=entrou on:dragover=sobrevoou on:dragleave=saiu on:drop=largou>
            <Cabeca aberta=aberta/>
            <Linhas aberta=aberta nome=nome.clone() linha=linha/>
            <div class="thread-foot">
                <Show when=move || escreve.get() fallback=|| view! { <SoLeitura/> }>
                    <SemWhats/>
                    <Aviso aberta=aberta/>
                    <Compositor aberta=aberta nome=nome.clone() escolhidos=escolhidos/>
                </Show>
            </div>
            <Show when=pairando>
                <div class="drop-here" aria-hidden="true"><div class="dropzone"><Icone nome="paperclip" class="icon-lg"/><b>{t.conversas.solte}</b></div></div>
            </Show>
        </section>
        <Detalhes aberta=aberta/>
    }
}

/// Who it is, what can be done, and the way back on phones.
#[component]
fn Cabeca(aberta: Aberta) -> impl IntoView {
    let t = textos();
    let inbox = Inbox::expect();
    let query = use_query_map();
    let navegar = use_navigate();
    let (id, numero) = aberta.conversa.with_untracked(|c| (c.id, c.numero_usuario.clone()));
    let volta = move || query.with(|q| com_filtro("/dashboard/conversas", q));
    let info = move || query.with(|q| com_filtro(&format!("/dashboard/conversas/{id}/info"), q));
    let nome = Memo::new(move |_| aberta.conversa.with(nome_visivel));
    let numero = if numero.is_empty() { t.conversas.numero_oculto.to_owned() } else { telefone(&numero) };
    let resolvida = Memo::new(move |_| aberta.conversa.with(|c| c.resolvida_em.is_some()));
    let verbo = move || if resolvida.get() { t.conversas.reabrir } else { t.conversas.resolver };
    let icone = Signal::derive(move || if resolvida.get() { "rotate-ccw" } else { "check" });
    let busy = move || aberta.ocupado.get().to_string();
    let detalhes = Memo::new(move |_| inbox.detalhes());
    let semente = id.to_string();
    let nao_lida = move |_| {
        browser::hide_popover(MENU);
        aberta.fazer(Acao::NaoLida);
        navegar(&volta(), NavigateOptions::default());
    };
    let do_menu = move |acao: Acao, icone: &'static str, nome: &'static str| {
        let pode = Memo::new(move |_| aberta.pode(acao));
        let fazer = move |_| {
            browser::hide_popover(MENU);
            aberta.fazer(acao);
        };
        view! {
            <Show when=move || pode.get()>
                <button class="menu-item" type="button" on:click=fazer><Icone nome=icone/>{nome}</button>
            </Show>
        }
    };
    view! {
        <header class="thread-head">
            <a class="icon-btn one-pane" href=volta aria-label=t.conversas.voltar><Icone nome="arrow-left"/></a>
            {move || view! { <Avatar nome=nome.get() semente=semente.clone() tamanho=36/> }}
            <div class="thread-who"><h1 class="truncate">{nome}</h1><p class="truncate muted num">{numero}</p></div>
            <div class="thread-acts">
                <button class="btn btn-secondary btn-sm act-resolve" type="button" aria-busy=busy aria-label=verbo aria-keyshortcuts="e" on:click=move |_| aberta.fazer(Acao::Resolver)>
                    <Icone nome=icone/><span class="act-name">{verbo}</span>
                </button>
                <a class="icon-btn one-pane" href=info aria-label=t.conversas.detalhes><Icone nome="panel-right"/></a>
                <button
                    class="icon-btn not-mobile" type="button" aria-label=t.conversas.detalhes title=t.conversas.detalhes
                    aria-pressed=move || detalhes.get().to_string() on:click=move |_| inbox.alternar_detalhes()
                ><Icone nome="panel-right"/></button>
                <button class="icon-btn" type="button" popovertarget=MENU aria-label=t.conversas.mais_acoes><Icone nome="ellipsis-vertical"/></button>
            </div>
        </header>
        <div class="menu" id=MENU popover="auto" role="group" aria-label=t.conversas.mais_acoes>
            {do_menu(Acao::Assumir, "user-round-check", t.conversas.assumir)}
            {do_menu(Acao::Devolver, "bot", t.conversas.devolver)}
            <button class="menu-item" type="button" on:click=nao_lida><Icone nome="mail"/>{t.conversas.marcar_nao_lida}</button>
        </div>
    }
}

/// The lines. Follows the end only for those who read there.
#[component]
fn Linhas(aberta: Aberta, nome: String, linha: Option<MensagemId>) -> impl IntoView {
    let t = textos();
    let node = NodeRef::<Div>::new();
    let novas = RwSignal::new(0_usize);
    let apagar = RwSignal::new(None::<MensagemId>);
    let no_fim = StoredValue::new(linha.is_none());
    let rotulo = fill(t.conversas.mensagens_com, &[("nome", &nome)]);
    let descer = move || {
        if let Some(el) = node.try_get_untracked().flatten() {
            el.set_scroll_top(el.scroll_height());
            novas.try_set(0);
        }
    };
    let mais_antigas = move || {
        let Some(el) = node.get_untracked() else { return };
        aberta.mais_antigas(move || {
            // Before the lines are drawn; a person may have gone on scrolling while they came.
            let (altura, topo) = (el.scroll_height(), el.scroll_top());
            request_animation_frame(move || el.set_scroll_top(topo + el.scroll_height() - altura));
        });
    };
    let rolou = move |_| {
        let Some(el) = node.get_untracked() else { return };
        let perto = el.scroll_height() - el.scroll_top() - el.client_height() < PERTO;
        no_fim.set_value(perto);
        if perto {
            novas.set(0);
        }
        if el.scroll_top() < ANTES {
            mais_antigas();
        }
    };
    let ultima = Memo::new(move |_| {
        let (minha, falhas) =
            aberta.pendentes.with(|p| (p.last().map(|p| p.id), p.iter().filter(|p| p.erro.is_some()).count()));
        (minha, falhas, aberta.mensagens.with(|v| v.last().map(|m| m.id)))
    });
    Effect::new(move |antes: Option<(Option<MensagemId>, Option<MensagemId>)>| {
        let (minha, _, fim) = ultima.get();
        // The first time, one's own words, or reading at the end: follow. Else say how many have come.
        let escrevi = minha.is_some() && antes.is_some_and(|(a, _)| a != minha);
        match antes {
            Some((_, lida)) if !escrevi && !no_fim.get_value() => {
                let n = aberta.mensagens.with_untracked(|v| v.iter().rev().take_while(|m| Some(m.id) != lida).count());
                if fim != lida {
                    novas.update(|v| *v += n);
                }
            }
            None if linha.is_some() => request_animation_frame(move || {
                if let Some(el) = linha.and_then(|l| document().get_element_by_id(&format!("m-{l}"))) {
                    let _ = el.class_list().add_1("is-found");
                    el.scroll_into_view();
                }
            }),
            _ => request_animation_frame(descer),
        }
        (minha, fim)
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
    let item = move |item: Item| desenhar(t, aberta, apagar, &nome, &semente, item);
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
    let ha_novas = move || novas.get() > 0;
    let frase_novas = move || match novas.get() {
        1 => t.conversas.nova.to_owned(),
        n => fill(t.conversas.novas, &[("n", &n.to_string())]),
    };
    view! {
        <div class="thread-mid">
            <div class="thread-scroll" role="log" tabindex="0" aria-label=rotulo node_ref=node on:scroll=rolou>
                {topo}
                <ol class="log"><For each=move || aberta.itens() key=Item::chave children=item/></ol>
            </div>
            <Show when=ha_novas>
                <button class="new-pill" type="button" on:click=move |_| descer()><Icone nome="arrow-down"/>{frase_novas}</button>
            </Show>
        </div>
        <ApagarNota aberta=aberta qual=apagar/>
    }
}

fn desenhar(
    t: &'static Textos,
    aberta: Aberta,
    apagar: RwSignal<Option<MensagemId>>,
    nome: &str,
    semente: &str,
    item: Item,
) -> AnyView {
    let agora = Agora::expect();
    match item {
        Item::Dia(d) => view! { <li class="day">{move || separador(t, d, agora.get())}</li> }.into_any(),
        Item::Linha(m, _) if m.tipo == TipoMensagem::Sistema => view! { <Nota m=m/> }.into_any(),
        Item::Linha(m, _) if m.tipo == TipoMensagem::Nota => {
            view! { <NotaInterna m=m aberta=aberta apagar=apagar/> }.into_any()
        }
        Item::Linha(m, segue) => {
            view! { <Balao m=m segue=segue nome=nome.to_owned() semente=semente.to_owned() aberta=aberta/> }.into_any()
        }
        Item::Pendente(p) => view! { <BalaoPendente p=p aberta=aberta/> }.into_any(),
    }
}

/// Asks before a note goes.
#[component]
fn ApagarNota(aberta: Aberta, qual: RwSignal<Option<MensagemId>>) -> impl IntoView {
    let t = textos();
    let aberto = RwSignal::new(false);
    Effect::new(move |_| {
        if qual.with(Option::is_some) {
            aberto.set(true);
        }
    });
    let confirmar = move |()| {
        if let Some(id) = qual.try_update(Option::take).flatten() {
            aberta.apagar_nota(id);
        }
        aberto.set(false);
    };
    view! { <Confirmar id="apagar-nota" aberto=aberto titulo=t.conversas.apagar_nota_titulo texto=t.conversas.apagar_nota_texto acao=t.conversas.apagar_nota ocupado=false confirmar=confirmar/> }
}
