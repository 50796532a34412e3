//! The way from an empty account to the first answer, and what the knowledge can answer of a trade's questions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Ramo;

/// `GET /api/v1/primeiros-passos`: each step knows by itself whether it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PassosDto {
    /// A text is saved.
    pub texto: bool,
    /// A question was tried in the trial box.
    pub testou: bool,
    /// The number is connected.
    pub conectado: bool,
    /// The assistant has answered a contato.
    pub respondeu: bool,
    /// And the owner has opened that conversa.
    pub viu: bool,
    /// The owner has put the list away.
    pub dispensados: bool,
}

impl PassosDto {
    /// The four steps in their order.
    pub const fn feitos(&self) -> [bool; 4] {
        [self.texto, self.testou, self.conectado, self.respondeu && self.viu]
    }

    /// Whether nothing is left to do.
    pub fn completos(&self) -> bool {
        self.feitos().iter().all(|feito| *feito)
    }
}

/// `PUT /api/v1/primeiros-passos`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DispensarRequest {
    /// Whether the list is put away.
    pub dispensados: bool,
}

/// `GET /api/v1/prontidao`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProntidaoDto {
    /// The trade; `None` until the owner has chosen one, and then there are no questions.
    pub ramo: Option<Ramo>,
    /// The version of the text that was asked; 0 without a text.
    pub versao: i32,
    /// A newer text is being indexed.
    pub indexando: bool,
    /// Questions that concern this business.
    pub total: usize,
    /// Those the assistant would answer.
    pub respondidas: usize,
    /// In the order in which customers ask them most.
    pub perguntas: Vec<PerguntaDto>,
    /// When they were asked.
    pub calculada_em: Option<DateTime<Utc>>,
}

/// A question of the trade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PerguntaDto {
    /// Its key within the trade.
    pub chave: String,
    /// As a customer writes it.
    pub pergunta: String,
    /// What a business could answer; an example to write over.
    pub exemplo: String,
    /// Whether the assistant would answer it.
    pub respondida: bool,
    /// Whether the owner said that it does not concern this business.
    pub ignorada: bool,
}

/// `PUT /api/v1/prontidao/ramo`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RamoRequest {
    /// The trade.
    pub ramo: Ramo,
}

/// `PUT /api/v1/prontidao/perguntas/{chave}`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IgnorarRequest {
    /// Whether the question does not concern this business.
    pub ignorada: bool,
}

/// `POST /api/v1/prontidao/perguntas/{chave}/resposta`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnsinarRequest {
    /// 1 to 2,000 characters; added to the text below the question.
    pub resposta: String,
}
