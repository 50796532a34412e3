//! One row of the list.

use contracts::{ConversaId, EstadoConversa, TipoMensagem, conversas::ConversaDto};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use super::{
    fila::Fila,
    page::{ATE, com_filtro, id_no_caminho},
};
use crate::{
    format::telefone,
    text::{Textos, textos},
    time::{Agora, curta, espera},
    ui::{Avatar, Icone},
};

/// The name to show: WhatsApp's, else the number, readable.
pub fn nome_visivel(c: &ConversaDto) -> String {
    if c.nome.is_empty() || c.nome == c.numero_usuario { telefone(&c.numero_usuario) } else { c.nome.clone() }
}

/// The row; it follows its conversa in `fila`, so that keyboard focus stays where it is.
#[component]
pub fn Linha(id: ConversaId, fila: Fila) -> impl IntoView {
    let Some(conversa) = fila.linha(id) else { return ().into_any() };
    let caminho = use_location().pathname;
    let query = use_query_map();
    let achada = conversa.clone();
    let href = move || {
        let url = query.with(|q| com_filtro(&format!("/dashboard/conversas/{id}"), q));
        // What was found leads to the line it was found in.
        match achada.with(|c| c.trecho.as_ref().map(|t| t.mensagem_id)) {
            Some(linha) => format!("{url}{}{ATE}={linha}", if url.contains('?') { '&' } else { '?' }),
            None => url,
        }
    };
    let aberta = Memo::new(move |_| caminho.with(|p| id_no_caminho(p) == Some(id.to_string().as_str())));
    let atual = move || aberta.get().then_some("true");
    // What is open is being read; the thread tells the server, whose word on it may come before the event stream is up.
    let vista = conversa.clone();
    Effect::new(move |_| {
        let nova = vista.with(|c| c.nao_lidas > 0);
        if aberta.get() && nova && !document().hidden() {
            fila.lida(id);
        }
    });
    let classe = conversa.clone();
    let class = move || {
        classe.with(|c| match (c.resolvida_em, c.estado) {
            (Some(_), _) => "conv is-done",
            (None, EstadoConversa::AguardandoHumano) => "conv is-wait",
            (None, EstadoConversa::IaAtiva) => "conv is-ia",
            (None, EstadoConversa::HumanoRespondeu) => "conv is-human",
        })
    };
    view! { <li><a class=class href=href aria-current=atual>{move || view! { <Conteudo c=conversa.get()/> }}</a></li> }
        .into_any()
}

/// Who wrote the line that is shown.
fn prefixo(t: &'static Textos, tipo: Option<TipoMensagem>) -> AnyView {
    let (icone, class, nome) = match tipo {
        Some(TipoMensagem::Ia) => ("bot", "pre-ia", t.conversas.pre_ia),
        Some(TipoMensagem::Humano) => ("check", "", t.conversas.pre_voce),
        Some(TipoMensagem::Nota) => ("sticky-note", "pre-note", t.conversas.pre_nota),
        _ => return ().into_any(),
    };
    view! { <Icone nome=icone class=class/><span class="visually-hidden">{nome}</span> }.into_any()
}

/// The last words before what was found: a row has little room, and what was found must be in sight.
fn fim_de(antes: &str) -> String {
    const CABE: usize = 14;
    let n = antes.chars().count();
    if n <= CABE {
        return antes.to_owned();
    }
    let fim: String = antes.chars().skip(n - CABE).collect();
    let fim = fim.split_once(' ').map_or(fim.as_str(), |(_, resto)| resto);
    format!("…{fim}")
}

#[component]
fn Conteudo(c: ConversaDto) -> impl IntoView {
    let t = textos();
    let agora = Agora::expect();
    let nome = nome_visivel(&c);
    let em = c.ultima_mensagem_em;
    let previa = match c.trecho {
        Some(trecho) => view! {
            {prefixo(t, Some(trecho.tipo))}{fim_de(&trecho.antes)}<mark>{trecho.achado}</mark>{trecho.depois}
        }
        .into_any(),
        None => view! { {prefixo(t, c.previa_tipo)}{c.previa} }.into_any(),
    };
    let sinal = match (c.resolvida_em, c.estado) {
        (Some(_), _) => {
            view! { <Icone nome="check" class="icon-sm conv-done"/><span class="visually-hidden">{t.conversas.resolvida}</span> }
                .into_any()
        }
        (None, EstadoConversa::AguardandoHumano) => view! {
            <span class="badge badge-warn">
                <Icone nome="clock"/>{move || c.aguardando_desde.map(|d| espera(t, d, agora.get()))}
                <span class="visually-hidden">{format!(" {}", t.conversas.aguardando_pessoa)}</span>
            </span>
        }
        .into_any(),
        (None, EstadoConversa::IaAtiva) => {
            view! { <span class="dot dot-ai"></span><span class="visually-hidden">{t.conversas.ia_ativa}</span> }
                .into_any()
        }
        (None, EstadoConversa::HumanoRespondeu) => {
            view! { <span class="visually-hidden">{t.conversas.com_voce}</span> }.into_any()
        }
    };
    // What the assistant has answered asks nobody to read it: the number is there, but quiet.
    let class = if c.estado == EstadoConversa::IaAtiva { "badge badge-count is-quiet" } else { "badge badge-count" };
    let nao_lidas = (c.nao_lidas > 0).then(|| {
        view! { <span class=class>{c.nao_lidas}<span class="visually-hidden">{format!(" {}", t.conversas.nao_lidas)}</span></span> }
    });
    view! {
        <Avatar nome=nome.clone() semente=c.id.to_string() tamanho=40 canal=true/>
        <span class="conv-top">
            <span class="conv-name truncate">{nome}</span>
            <time datetime=em.to_rfc3339()>{move || curta(t, em, agora.get())}</time>
        </span>
        <span class="conv-bottom"><span class="conv-preview truncate">{previa}</span>{sinal}{nao_lidas}</span>
    }
}

#[cfg(test)]
mod tests {
    use super::fim_de;

    #[test]
    fn what_was_found_stays_near_the_begin() {
        assert_eq!(fim_de("Segue o "), "Segue o ");
        assert_eq!(fim_de("…vocês montam decoração de mesa para "), "…de mesa para ");
        assert_eq!(fim_de("umapalavrasemespaço"), "…lavrasemespaço");
    }
}
