//! Bubbles, and the small words around them.

use std::sync::Arc;

use contracts::{MensagemId, StatusEnvio, TipoMensagem, conversas::MensagemDto};
use leptos::prelude::*;

use super::{
    anexo::{Anexo, basta},
    estado::{Aberta, Corpo, Pendente},
};
use crate::{
    format::{decimal, por_cento, sem_titulo, tamanho},
    text::{Textos, fill, textos},
    time::hora,
    ui::{Avatar, Icone},
};

/// The confidence below which a person is called (plan, phase 12).
const LIMIAR: f32 = 0.5;

/// A private note: the whole width, yellow, with who wrote it.
#[component]
pub fn NotaInterna(m: Arc<MensagemDto>, aberta: Aberta, apagar: RwSignal<Option<MensagemId>>) -> impl IntoView {
    let t = textos();
    let id = m.id;
    let de = m
        .autor
        .as_ref()
        .map_or_else(|| t.conversas.nota_sem_autor.to_owned(), |autor| fill(t.conversas.nota_de, &[("nome", autor)]));
    let ocupada = move || aberta.ocupado.get().then_some("true");
    view! {
        <li class="note" id=format!("m-{id}")>
            <Icone nome="sticky-note"/>
            <div>
                <p class="note-from"><span>{de}</span><time datetime=m.timestamp.to_rfc3339()>{hora(m.timestamp)}</time></p>
                <p class="bubble-text">{m.conteudo.clone()}</p>
            </div>
            <button class="icon-btn icon-btn-sm" type="button" aria-label=t.conversas.apagar_nota title=t.conversas.apagar_nota aria-disabled=ocupada on:click=move |_| apagar.set(Some(id))>
                <Icone nome="trash-2"/>
            </button>
        </li>
    }
}

/// A line of ours in the thread, never sent.
#[component]
pub fn Nota(m: Arc<MensagemDto>) -> impl IntoView {
    let motivo = m.motivo.clone().filter(|motivo| *motivo != m.conteudo);
    view! {
        <li class="sys">
            <Icone nome="hand"/>{m.conteudo.clone()}
            {motivo.map(|motivo| format!(" {motivo}"))}
            " "<time datetime=m.timestamp.to_rfc3339()>{hora(m.timestamp)}</time>
        </li>
    }
}

/// A line that the server has.
#[component]
pub fn Balao(m: Arc<MensagemDto>, segue: bool, nome: String, semente: String, aberta: Aberta) -> impl IntoView {
    let t = textos();
    let id = m.id;
    let falhou = m.status_envio == Some(StatusEnvio::Falhou);
    let class = match m.tipo {
        TipoMensagem::Contato => "msg msg-in",
        TipoMensagem::Ia => "msg msg-out msg-ai",
        _ => "msg msg-out",
    };
    let avatar =
        (m.tipo == TipoMensagem::Contato && !segue).then(|| view! { <Avatar nome=nome semente=semente tamanho=28/> });
    let de = (m.tipo == TipoMensagem::Ia).then(|| de_ia(t, &m));
    let em = m.timestamp;
    let motivo = m.motivo.clone();
    let tiques = m.status_envio.map(|s| tiques(t, s));
    let editada = (m.editada && !m.apagada).then(|| view! { <span>{t.conversas.editada}</span> });
    let reacoes = (!m.reacoes.is_empty()).then(|| {
        view! { <span class="reactions"><span class="visually-hidden">{t.conversas.reacoes}": "</span>{m.reacoes.join(" ")}</span> }
    });
    let chamou = motivo.clone().filter(|_| !falhou && m.tipo == TipoMensagem::Ia);
    let recuperada = m.recuperada;
    let corpo = corpo(t, Arc::unwrap_or_clone(m));
    view! {
        <li class=class id=format!("m-{id}") class:is-follow=segue class:msg-failed=falhou>
            {avatar}
            <div class="bubble">
                {de}
                {corpo}
                <span class="bubble-meta">{editada}<time datetime=em.to_rfc3339()>{hora(em)}</time>{tiques}</span>
                {reacoes}
            </div>
        </li>
        {recuperada.then(|| view! { <li class="sys"><Icone nome="history"/>{t.conversas.recuperada}</li> })}
        {falhou.then(|| view! {
            <li class="msg-retry">
                <Icone nome="circle-alert"/><span>{motivo.unwrap_or_else(|| t.conversas.nao_enviada.to_owned())}</span>
                <button type="button" on:click=move |_| aberta.reenviar(id)>{t.geral.tentar}</button>
            </li>
        })}
        {chamou.map(|motivo| view! { <li class="sys"><Icone nome="hand"/>{t.conversas.chamou_pessoa}<br/>{motivo}</li> })}
    }
}

/// What the line says and brings.
fn corpo(t: &'static Textos, m: MensagemDto) -> AnyView {
    if m.apagada {
        return view! { <span class="bubble-text is-gone"><Icone nome="ban"/>{t.conversas.apagada}</span> }.into_any();
    }
    let texto = (!basta(&m)).then(|| view! { <span class="bubble-text">{m.conteudo.clone()}</span> });
    view! { <Anexo m=m/>{texto} }.into_any()
}

/// How far a sent line has come: by sign and by word.
fn tiques(t: &'static Textos, status: StatusEnvio) -> impl IntoView {
    let (icone, class, nome) = match status {
        StatusEnvio::Pendente | StatusEnvio::Enviando => ("clock", "", t.conversas.st_enviando),
        StatusEnvio::Enviada => ("check", "", t.conversas.st_enviada),
        StatusEnvio::Entregue => ("check-check", "", t.conversas.st_entregue),
        StatusEnvio::Lida => ("check-check", "is-read", t.conversas.st_lida),
        StatusEnvio::Falhou => ("circle-alert", "", t.conversas.st_falhou),
    };
    view! { <Icone nome=icone class=class/><span class="visually-hidden">{nome}</span> }
}

/// "IA por quê?": sources and confidence, in a native popover.
fn de_ia(t: &'static Textos, m: &MensagemDto) -> AnyView {
    let explicavel = m.confianca.is_some() || !m.fontes.is_empty();
    let id = format!("pq-{}", m.id);
    let porque = explicavel.then(|| {
        view! { <button class="why" type="button" popovertarget=id.clone()>{t.conversas.por_que}</button> }
    });
    let popover = explicavel.then(|| {
        let medidor = m.confianca.map(|v| {
            let class = if v < LIMIAR { "confidence tone-warn" } else { "confidence" };
            view! {
                <span
                    class=class style=format!("--v:{};--at:{}", por_cento(v), por_cento(LIMIAR)) role="meter" aria-label=t.conversas.confianca
                    aria-valuemin="0" aria-valuemax="1" aria-valuenow=format!("{v:.2}")
                ><span></span></span>
                <p class="confidence-scale" aria-hidden="true"><span>"0"</span><span>{t.conversas.escala_meio}</span><span>"1"</span></p>
            }
        });
        let fontes = m.fontes.iter().map(|f| {
            let texto = if f.titulo.is_some() { sem_titulo(&f.texto) } else { &f.texto }.to_owned();
            let titulo = f.titulo.clone().unwrap_or_else(|| fill(t.conhecimento.trecho_sem_titulo, &[("n", &(f.ordem + 1).to_string())]));
            view! { <li><div class="chunk-head"><b>{titulo}</b></div><p>{texto}</p></li> }
        });
        let fontes = if m.fontes.is_empty() {
            view! { <p class="muted dense">{t.conversas.sem_fontes}</p> }.into_any()
        } else {
            view! { <ol class="chunks" aria-label=t.conversas.fontes>{fontes.collect_view()}</ol> }.into_any()
        };
        view! {
            <div class="popover why-pop" id=id popover="auto" role="dialog" aria-label=t.conversas.por_que_titulo>
                <div class="why-head">
                    <h2>{t.conversas.por_que_titulo}</h2>
                    {m.confianca.map(|v| view! { <span class="badge badge-ai num">{fill(t.conversas.confianca_n, &[("n", &decimal(v))])}</span> })}
                </div>
                {medidor}
                {fontes}
                <a class="link" href="/dashboard/conhecimento">{t.conversas.corrigir}</a>
            </div>
        }
    });
    view! { <p class="bubble-from"><Icone nome="bot"/>{t.conversas.rotulo_ia}" "{porque}</p>{popover} }.into_any()
}

/// A line on its way: there at once, with a way to try again.
#[component]
pub fn BalaoPendente(p: Pendente, aberta: Aberta) -> impl IntoView {
    let t = textos();
    let id = p.id;
    let falhou = p.erro.is_some();
    let em = p.em;
    let status = if falhou { StatusEnvio::Falhou } else { StatusEnvio::Pendente };
    let rodape = move || {
        view! { <span class="bubble-meta"><time datetime=em.to_rfc3339()>{hora(em)}</time>{tiques(t, status)}</span> }
    };
    let linha = match p.corpo {
        Corpo::Nota(texto) => view! {
            <li class="note" class:is-pending=!falhou>
                <Icone nome="sticky-note"/>
                <div>
                    <p class="note-from"><span>{t.conversas.nota_sem_autor}</span><time datetime=em.to_rfc3339()>{hora(em)}</time></p>
                    <p class="bubble-text">{texto}</p>
                </div>
            </li>
        }
        .into_any(),
        Corpo::Texto(texto) => view! {
            <li class="msg msg-out" class:msg-failed=falhou class:is-pending=!falhou>
                <div class="bubble"><span class="bubble-text">{texto}</span>{rodape()}</div>
            </li>
        }
        .into_any(),
        Corpo::Arquivo(arquivo, legenda) => {
            let figura = match arquivo.previa {
                Some(url) => view! { <img class="media-image" src=url alt=t.conversas.imagem/> }.into_any(),
                None => view! {
                    <span class="attachment">
                        <span class="attachment-icon"><Icone nome="file-text"/></span>
                        <span class="row-main"><b>{arquivo.nome}</b><small>{tamanho(arquivo.bytes)}</small></span>
                    </span>
                }
                .into_any(),
            };
            let vez = move || aberta.pendentes.with(|p| p.iter().find(|p| matches!(p.corpo, Corpo::Arquivo(..)) && p.erro.is_none()).is_some_and(|p| p.id == id));
            let agora = move || if vez() { aberta.subiu.get() } else { 0.0 };
            let barra = (!falhou).then(|| {
                view! {
                    <span class="meter upload" role="progressbar" aria-label=t.conversas.enviando_arquivo aria-valuemin="0" aria-valuemax="100" aria-valuenow=move || format!("{:.0}", agora())>
                        <span style=move || format!("--v:{:.1}", agora())></span>
                    </span>
                }
            });
            view! {
                <li class="msg msg-out" class:msg-failed=falhou class:is-pending=!falhou>
                    <div class="bubble">
                        {figura}{barra}
                        {(!legenda.is_empty()).then(|| view! { <span class="bubble-text">{legenda}</span> })}
                        {rodape()}
                    </div>
                </li>
            }
            .into_any()
        }
    };
    view! {
        {linha}
        {p.erro.map(|erro| view! {
            <li class="msg-retry" role="alert">
                <Icone nome="circle-alert"/><span>{erro}</span>
                <button type="button" on:click=move |_| aberta.repetir(id)>{t.geral.tentar}</button>
                <button type="button" on:click=move |_| aberta.descartar(id)>{t.conversas.apagar}</button>
            </li>
        })}
    }
}
