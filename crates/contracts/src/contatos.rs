//! A person on WhatsApp, and everything a cliente keeps of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::conversas::{ConversaDto, MensagemDto};
use crate::{ContatoId, ConversaId};

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
    /// What the business has noted about the person.
    #[serde(default)]
    pub anotacoes: String,
}

/// `GET /api/v1/contatos/{id}`: a contato beside its conversa.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContatoDetalheDto {
    /// Its id.
    pub id: ContatoId,
    /// Name on WhatsApp.
    pub nome: Option<String>,
    /// Digits with country code, where WhatsApp shows them.
    pub numero: Option<String>,
    /// When the first message came.
    pub desde: DateTime<Utc>,
    /// When the contato last wrote, as far as messages are kept.
    pub ultima_em: Option<DateTime<Utc>>,
    /// Kept lines of the contato.
    pub mensagens_contato: i64,
    /// Kept lines of the assistant.
    pub mensagens_ia: i64,
    /// Kept lines of people of the business.
    pub mensagens_humano: i64,
    /// Kept lines with a file.
    pub arquivos: i64,
    /// When the contato asked the assistant to stop. Only the contato takes it back, by writing "voltar".
    pub parou_em: Option<DateTime<Utc>>,
    /// What the business has noted about the person.
    pub anotacoes: String,
    /// To be passed back with a change.
    pub anotacoes_versao: i32,
    /// The conversa.
    pub conversa_id: Option<ConversaId>,
}

/// `PUT /api/v1/contatos/{id}/anotacoes`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnotacoesRequest {
    /// At most 2,000 characters; may be empty.
    pub anotacoes: String,
    /// The `anotacoes_versao` that was read; refused if somebody else has saved since. Left out: saved all the same.
    #[serde(default)]
    pub versao: Option<i32>,
}
