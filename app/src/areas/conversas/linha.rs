//! One row of the list.

use contracts::{ConversaId, EstadoConversa, TipoMensagem, conversas::ConversaDto};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::page::id_no_caminho;
use crate::{
    format::telefone,
    text::textos,
    time::{Agora, curta, espera},
    ui::{Avatar, Icone},
};

/// The name to show: WhatsApp's, else the number, readable.
pub fn nome_visivel(c: &ConversaDto) -> String {
    if c.nome.is_empty() || c.nome == c.numero_usuario { telefone(&c.numero_usuario) } else { c.nome.clone() }
}

/// The row; it follows its conversa in `itens`, so that keyboard focus stays where it is.
#[component]
pub fn Linha(id: ConversaId, itens: RwSignal<Vec<ConversaDto>>) -> impl IntoView {
    let conversa = Memo::new(move |_| itens.with(|v| v.iter().find(|c| c.id == id).cloned()));
    let local = use_location();
    let (caminho, busca) = (local.pathname, local.search);
    let href = move || {
        busca.with(|q| {
            if q.is_empty() {
                format!("/dashboard/conversas/{id}")
            } else {
                format!("/dashboard/conversas/{id}?{}", q.trim_start_matches('?'))
            }
        })
    };
    let aberta = Memo::new(move |_| caminho.with(|p| id_no_caminho(p) == Some(id.to_string().as_str())));
    let atual = move || aberta.get().then_some("true");
    // What is open is being read; the thread tells the server, whose word on it may come before the event stream is up.
    Effect::new(move |_| {
        let nova = conversa.with(|c| c.as_ref().is_some_and(|c| c.nao_lidas > 0));
        if aberta.get() && nova && !document().hidden() {
            itens.update(|v| v.iter_mut().filter(|c| c.id == id).for_each(|c| c.nao_lidas = 0));
        }
    });
    let class = move || {
        conversa.with(|c| match c.as_ref().map(|c| c.estado) {
            Some(EstadoConversa::AguardandoHumano) => "conv is-wait",
            Some(EstadoConversa::IaAtiva) => "conv is-ia",
            _ => "conv is-human",
        })
    };
    view! { <li><a class=class href=href aria-current=atual>{move || conversa.get().map(|c| view! { <Conteudo c=c/> })}</a></li> }
}

#[component]
fn Conteudo(c: ConversaDto) -> impl IntoView {
    let t = textos();
    let agora = Agora::expect();
    let nome = nome_visivel(&c);
    let em = c.ultima_mensagem_em;
    let prefixo = match c.previa_tipo {
        Some(TipoMensagem::Ia) => {
            view! { <Icone nome="bot" class="pre-ia"/><span class="visually-hidden">{t.conversas.pre_ia}</span> }
                .into_any()
        }
        Some(TipoMensagem::Humano) => {
            view! { <Icone nome="check"/><span class="visually-hidden">{t.conversas.pre_voce}</span> }.into_any()
        }
        _ => ().into_any(),
    };
    let sinal = match (c.estado, c.aguardando_desde) {
        (EstadoConversa::AguardandoHumano, desde) => view! {
            <span class="badge badge-warn">
                <Icone nome="clock"/>{move || desde.map(|d| espera(t, d, agora.get()))}
                <span class="visually-hidden">{format!(" {}", t.conversas.aguardando_pessoa)}</span>
            </span>
        }
        .into_any(),
        (EstadoConversa::IaAtiva, _) => {
            view! { <span class="dot dot-ai"></span><span class="visually-hidden">{t.conversas.ia_ativa}</span> }
                .into_any()
        }
        (EstadoConversa::HumanoRespondeu, _) => {
            view! { <span class="visually-hidden">{t.conversas.com_voce}</span> }.into_any()
        }
    };
    // What the assistant has answered asks nobody to read it.
    let nao_lidas = (c.nao_lidas > 0 && c.estado != EstadoConversa::IaAtiva).then(|| {
        view! { <span class="badge badge-count">{c.nao_lidas}<span class="visually-hidden">{format!(" {}", t.conversas.nao_lidas)}</span></span> }
    });
    view! {
        <Avatar nome=nome.clone() semente=c.id.to_string() tamanho=40 canal=true/>
        <span class="conv-top">
            <span class="conv-name truncate">{nome}</span>
            <time datetime=em.to_rfc3339()>{move || curta(t, em, agora.get())}</time>
        </span>
        <span class="conv-bottom"><span class="conv-preview truncate">{prefixo}{c.previa}</span>{sinal}{nao_lidas}</span>
    }
}
