//! A person on WhatsApp, and everything a cliente keeps of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ContatoId;
use crate::conversas::{ConversaDto, MensagemDto};

/// `GET /api/v1/contatos/{id}/exportar`: all that is kept of a contato (LGPD, art. 18).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContatoExport {
    /// Who it is.
    pub contato: ContatoDto,
    /// The WhatsApp addresses the contato is known by.
    pub enderecos: Vec<String>,
    /// The conversa, if there is one.
    pub conversa: Option<ConversaDto>,
    /// Its lines, oldest first.
    pub mensagens: Vec<MensagemDto>,
    /// When this was put together.
    pub exportado_em: DateTime<Utc>,
}

/// A contato.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContatoDto {
    /// Its id.
    pub id: ContatoId,
    /// Name on WhatsApp.
    pub nome: Option<String>,
    /// Digits with country code, where WhatsApp shows them.
    pub numero: Option<String>,
    /// When the first message came.
    pub created_at: DateTime<Utc>,
    /// When name or number last changed.
    pub updated_at: DateTime<Utc>,
}
