//! What a line is beside its text: written when it comes, read by the turn and by the thread. docs/mensagens.md has the
//! whole table.

use contracts::TipoConteudo;
use contracts::conversas::{CartaoDto, LocalDto};
use db::models::mensagem::Mensagem;
use integrations::evolution::message::{Card, Content, Inbound};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Cards of one message that are kept.
const CARTOES: usize = 20;

/// The `detalhes` of a line that came from WhatsApp.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Extras {
    /// What it is when it is more than typed text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conteudo: Option<TipoConteudo>,
    /// Whether its text only describes what came.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub sem_texto: bool,
    /// What was heard in a voice note or read in a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transcricao: Option<String>,
    /// The place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local: Option<LocalDto>,
    /// The contact cards.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cartoes: Vec<CartaoDto>,
    /// The contato's emoji on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reacao: Option<String>,
    /// The business's emoji on it, put on the phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reacao_nossa: Option<String>,
    /// Unix milliseconds of the last edit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub editada_em: Option<i64>,
    /// Unix milliseconds of its deletion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apagada_em: Option<i64>,
    /// Who wrote this private note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autor: Option<String>,
}

impl Extras {
    /// Those of a stored line.
    pub(crate) fn of(line: &Mensagem) -> Self {
        line.detalhes.as_ref().and_then(|d| Self::deserialize(d).ok()).unwrap_or_default()
    }

    /// As stored; `None` for plain text.
    pub(crate) fn stored(&self) -> Option<Value> {
        (*self != Self::default()).then(|| serde_json::to_value(self).ok()).flatten()
    }
}

/// The text of a new line, and what it is beside it.
pub(super) fn describe(inbound: &Inbound) -> (String, Extras) {
    let especie = if inbound.view_once { Some(TipoConteudo::VistaUnica) } else { kind(&inbound.content) };
    let text = inbound.content.text().filter(|t| !t.trim().is_empty());
    let described = || match especie {
        Some(TipoConteudo::VistaUnica) => "[visualização única]".to_owned(),
        _ => inbound.content.description(),
    };
    let extras = Extras {
        conteudo: especie,
        sem_texto: text.is_none(),
        local: place(&inbound.content),
        cartoes: cards(&inbound.content),
        ..Extras::default()
    };
    (text.map_or_else(described, str::to_owned), extras)
}

fn kind(content: &Content) -> Option<TipoConteudo> {
    Some(match content {
        Content::Text(_) => return None,
        Content::Audio { .. } => TipoConteudo::Audio,
        Content::Image { .. } => TipoConteudo::Imagem,
        Content::Video { .. } => TipoConteudo::Video,
        Content::Document { .. } => TipoConteudo::Documento,
        Content::Sticker => TipoConteudo::Figurinha,
        Content::Location { .. } => TipoConteudo::Localizacao,
        Content::Contact { .. } => TipoConteudo::Cartao,
        Content::Poll { .. } => TipoConteudo::Enquete,
        Content::Call => TipoConteudo::Ligacao,
        Content::Unsupported(_) => TipoConteudo::Outro,
    })
}

/// `None` for what is no place on earth.
fn place(content: &Content) -> Option<LocalDto> {
    let Content::Location { latitude: Some(latitude), longitude: Some(longitude), name } = content else { return None };
    let good = (-90.0..=90.0).contains(latitude) && (-180.0..=180.0).contains(longitude);
    good.then(|| LocalDto { latitude: *latitude, longitude: *longitude, nome: name.clone() })
}

fn cards(content: &Content) -> Vec<CartaoDto> {
    let Content::Contact { cards, .. } = content else { return Vec::new() };
    let card = |c: &Card| CartaoDto { nome: c.name.clone(), telefone: c.phone.clone() };
    cards.iter().take(CARTOES).map(card).collect()
}
