//! What a line brings beside its words: sound, picture, file, place, contact card.

use contracts::{
    EstadoMidia, TipoConteudo,
    conversas::{CartaoDto, LocalDto, MensagemDto, MidiaDto},
};
use leptos::prelude::*;

use crate::{
    format::{tamanho, telefone},
    text::{Textos, fill, textos},
    ui::Icone,
};

/// Everything that is not words; nothing for a line that has only those.
#[component]
pub fn Anexo(m: MensagemDto) -> impl IntoView {
    let t = textos();
    let lido = m.transcricao.clone().map(|texto| {
        let rotulo = if m.especie == Some(TipoConteudo::Imagem) { t.conversas.ia_viu } else { t.conversas.transcricao };
        view! { <p class="transcript"><b>{rotulo}</b>" "{texto}</p> }
    });
    view! {
        {m.midia.map(|midia| arquivo(t, midia))}
        {lido}
        {m.local.map(|local| lugar(t, local))}
        {m.cartoes.into_iter().map(cartao).collect_view()}
    }
}

/// Whether the words only describe what [`Anexo`] shows.
pub fn basta(m: &MensagemDto) -> bool {
    m.sem_texto && (m.midia.is_some() || m.local.is_some() || !m.cartoes.is_empty())
}

fn arquivo(t: &'static Textos, midia: MidiaDto) -> AnyView {
    let Some(url) = midia.url.clone() else { return ausente(t, midia) };
    match midia.tipo {
        TipoConteudo::Audio => {
            view! { <audio class="media-audio" controls preload="metadata" src=url aria-label=t.conversas.audio></audio> }
                .into_any()
        }
        TipoConteudo::Video => {
            view! { <video class="media-image" controls preload="metadata" src=url aria-label=t.conversas.video></video> }
                .into_any()
        }
        TipoConteudo::Imagem | TipoConteudo::Figurinha => {
            let href = url.clone();
            let figurinha = midia.tipo == TipoConteudo::Figurinha;
            let nome = if figurinha { t.conversas.figurinha } else { t.conversas.imagem };
            let class = if figurinha { "media-image is-sticker" } else { "media-image" };
            view! {
                <a class="media-link" href=href target="_blank" rel="noopener"><img class=class src=url alt=nome loading="lazy"/></a>
            }
            .into_any()
        }
        _ => {
            let detalhe = midia.bytes.map(tamanho);
            view! {
                <a class="attachment" href=url download="">
                    <span class="attachment-icon"><Icone nome="file-text"/></span>
                    <span class="row-main"><b>{midia.nome.unwrap_or_else(|| t.conversas.documento.to_owned())}</b><small>{detalhe}</small></span>
                </a>
            }
            .into_any()
        }
    }
}

/// A file that is not here, and why.
fn ausente(t: &'static Textos, midia: MidiaDto) -> AnyView {
    let porque = match midia.estado {
        EstadoMidia::Grande => fill(
            t.conversas.midia_grande,
            &[("n", &midia.bytes.map(tamanho).unwrap_or_else(|| tamanho(16 * 1024 * 1024)))],
        ),
        EstadoMidia::Indisponivel => t.conversas.midia_indisponivel.to_owned(),
        EstadoMidia::Pendente | EstadoMidia::Guardada => t.conversas.midia_pendente.to_owned(),
    };
    let nome = midia.nome.unwrap_or_else(|| {
        match midia.tipo {
            TipoConteudo::Audio => t.conversas.audio,
            TipoConteudo::Video => t.conversas.video,
            TipoConteudo::Imagem => t.conversas.imagem,
            TipoConteudo::Figurinha => t.conversas.figurinha,
            _ => t.conversas.documento,
        }
        .to_owned()
    });
    view! {
        <span class="attachment">
            <span class="attachment-icon"><Icone nome="paperclip"/></span>
            <span class="row-main"><b>{nome}</b><small>{porque}</small></span>
        </span>
    }
    .into_any()
}

fn lugar(t: &'static Textos, local: LocalDto) -> impl IntoView {
    let href = format!("https://www.google.com/maps?q={},{}", local.latitude, local.longitude);
    let nome = local.nome.unwrap_or_else(|| t.conversas.localizacao.to_owned());
    view! {
        <a class="attachment" href=href target="_blank" rel="noopener noreferrer">
            <span class="attachment-icon"><Icone nome="external-link"/></span>
            <span class="row-main"><b>{nome}</b><small>{t.conversas.ver_mapa}</small></span>
        </a>
    }
}

fn cartao(c: CartaoDto) -> impl IntoView {
    let numero = c.telefone.unwrap_or_default();
    let digitos = !numero.is_empty() && numero.bytes().all(|b| b.is_ascii_digit());
    let numero = if digitos { telefone(&numero) } else { numero };
    let nome = c.nome.unwrap_or_else(|| numero.clone());
    view! {
        <span class="attachment">
            <span class="attachment-icon"><Icone nome="user-round"/></span>
            <span class="row-main"><b>{nome}</b><small class="num">{numero}</small></span>
        </span>
    }
}
