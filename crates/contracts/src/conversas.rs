//! Conversations and their messages.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ConversaId, EstadoConversa, MensagemId, StatusEnvio, TipoMensagem, knowledge::ChunkDto};

/// A page of a list, newest or most urgent first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pagina<T> {
    /// The rows.
    pub itens: Vec<T>,
    /// Pass it back to get the next page; `None` at the end.
    pub proximo: Option<String>,
}

/// How many conversas are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contagens {
    /// All.
    pub todas: i64,
    /// AGUARDANDO_HUMANO.
    pub aguardando: i64,
    /// IA_ATIVA.
    pub ia: i64,
    /// HUMANO_RESPONDEU.
    pub humano: i64,
}

/// `GET /api/v1/conversas`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversasDto {
    /// Those who wait for a person first, longest wait first; then by last message, newest first.
    pub itens: Vec<ConversaDto>,
    /// Pass it back as `cursor`; `None` at the end.
    pub proximo: Option<String>,
    /// For the tabs, whatever the filter.
    pub contagens: Contagens,
}

/// One conversa, as a row of the list or the head of a thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversaDto {
    /// Its id.
    pub id: ConversaId,
    /// Name from WhatsApp, else the number.
    pub nome: String,
    /// Digits with country code; empty where WhatsApp hides the number.
    pub numero_usuario: String,
    /// Who speaks.
    pub estado: EstadoConversa,
    /// Since when somebody waits for a person.
    pub aguardando_desde: Option<DateTime<Utc>>,
    /// The last line, cut to 140 characters.
    pub previa: String,
    /// Who wrote the last line.
    pub previa_tipo: Option<TipoMensagem>,
    /// When the last line was written.
    pub ultima_mensagem_em: DateTime<Utc>,
    /// Lines of the contato nobody has opened.
    pub nao_lidas: i32,
}

/// One line of the thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MensagemDto {
    /// Its id; grows with time within a conversa.
    pub id: MensagemId,
    /// Who wrote it.
    pub tipo: TipoMensagem,
    /// The text; for media a description such as "[áudio]".
    pub conteudo: String,
    /// When it was received or written.
    pub timestamp: DateTime<Utc>,
    /// Only for what we send.
    pub status_envio: Option<StatusEnvio>,
    /// Only for answers of the assistant: 0 to 1.
    pub confianca: Option<f32>,
    /// Only for answers of the assistant: the pieces it answered from.
    #[serde(default)]
    pub fontes: Vec<ChunkDto>,
    /// Why a person was called, or why sending failed, in words for the owner.
    pub motivo: Option<String>,
    /// It came while the connection was down and was found afterwards.
    #[serde(default)]
    pub recuperada: bool,
}

/// `GET /api/v1/conversas/{id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ThreadDto {
    /// The head.
    pub conversa: ConversaDto,
    /// Oldest first; the newest page.
    pub mensagens: Vec<MensagemDto>,
    /// Pass it as `antes` to get older lines; `None` at the beginning.
    pub antes: Option<MensagemId>,
}

/// `POST /api/v1/conversas/{id}/mensagens`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnviarRequest {
    /// Made by the sender; the same id twice sends once. Left out: made here.
    #[serde(default)]
    pub id: Option<MensagemId>,
    /// 1 to 4,096 characters.
    pub conteudo: String,
}
