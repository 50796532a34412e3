//! Conversations and their messages.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    ContatoId, ConversaId, EstadoConversa, EstadoMidia, MensagemId, MidiaId, StatusEnvio, TipoConteudo, TipoMensagem,
    knowledge::ChunkDto,
};

/// A page of a list, newest or most urgent first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pagina<T> {
    /// The rows.
    pub itens: Vec<T>,
    /// Pass it back to get the next page; `None` at the end.
    pub proximo: Option<String>,
}

/// Which conversas of the list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct ConversasFiltro {
    /// Words that all occur in the name, in the number or in one line; case and accents do not count. 2 to 100 characters.
    pub q: Option<String>,
    /// Only those in this state.
    pub estado: Option<EstadoConversa>,
    /// Only those with unread lines.
    pub nao_lidas: bool,
    /// Only the resolved, or only the others; left out: both.
    pub resolvidas: Option<bool>,
    /// `proximo` of the page before.
    pub cursor: Option<String>,
}

/// How many conversas are in each state. Those that are resolved count in `resolvidas` and `nao_lidas` only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contagens {
    /// All that are not resolved.
    pub todas: i64,
    /// AGUARDANDO_HUMANO.
    pub aguardando: i64,
    /// IA_ATIVA.
    pub ia: i64,
    /// HUMANO_RESPONDEU.
    pub humano: i64,
    /// Resolved.
    pub resolvidas: i64,
    /// With unread lines.
    pub nao_lidas: i64,
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
    /// With whom.
    pub contato_id: ContatoId,
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
    /// When it was resolved; a new line of the contato opens it again.
    #[serde(default)]
    pub resolvida_em: Option<DateTime<Utc>>,
    /// Who resolved it.
    #[serde(default)]
    pub resolvida_por: Option<String>,
    /// Whether the contato asked the assistant to stop.
    #[serde(default)]
    pub parou: bool,
    /// Where the searched words stand, if they stand in a line: the newest such line.
    #[serde(default)]
    pub trecho: Option<TrechoDto>,
}

/// A line that was found, cut around what was looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrechoDto {
    /// The line.
    pub mensagem_id: MensagemId,
    /// Who wrote it.
    pub tipo: TipoMensagem,
    /// What stands before.
    pub antes: String,
    /// What was looked for, as it is written there.
    pub achado: String,
    /// What stands after.
    pub depois: String,
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
    /// What it is when it is more than typed text; `conteudo` then holds the words beside it, or a description.
    #[serde(default)]
    pub especie: Option<TipoConteudo>,
    /// Whether `conteudo` only describes what came.
    #[serde(default)]
    pub sem_texto: bool,
    /// The file that came with it.
    #[serde(default)]
    pub midia: Option<MidiaDto>,
    /// What the assistant heard in a voice note or read in a picture.
    #[serde(default)]
    pub transcricao: Option<String>,
    /// The place.
    #[serde(default)]
    pub local: Option<LocalDto>,
    /// The contact cards.
    #[serde(default)]
    pub cartoes: Vec<CartaoDto>,
    /// Emojis put on it, the contato's first.
    #[serde(default)]
    pub reacoes: Vec<String>,
    /// Whether the contato has changed its text since.
    #[serde(default)]
    pub editada: bool,
    /// It came while the connection was down and was found afterwards.
    #[serde(default)]
    pub recuperada: bool,
    /// Whether the contato has deleted it: then nothing of it is left.
    #[serde(default)]
    pub apagada: bool,
    /// Only for private notes: who wrote it.
    #[serde(default)]
    pub autor: Option<String>,
}

/// A file that came with a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MidiaDto {
    /// Its id.
    pub id: MidiaId,
    /// AUDIO, IMAGEM, VIDEO, DOCUMENTO or FIGURINHA.
    pub tipo: TipoConteudo,
    /// Whether it is here.
    pub estado: EstadoMidia,
    /// As the sender's phone named it, e.g. `audio/ogg; codecs=opus`.
    pub mimetype: Option<String>,
    /// As the sender named the file.
    pub nome: Option<String>,
    /// Size; announced by the sender until it is here.
    pub bytes: Option<i64>,
    /// Length of an audio.
    pub segundos: Option<i32>,
    /// Where it is read; `None` unless it is here.
    pub url: Option<String>,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocalDto {
    /// Degrees, -90 to 90.
    pub latitude: f64,
    /// Degrees, -180 to 180.
    pub longitude: f64,
    /// The place's name.
    pub nome: Option<String>,
}

/// A contact card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CartaoDto {
    /// Whose.
    pub nome: Option<String>,
    /// As written on the card, or WhatsApp's digits.
    pub telefone: Option<String>,
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

/// `POST /api/v1/conversas/{id}/notas`: a private note, for the business only.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotaRequest {
    /// Made by the sender; the same id twice notes once. Left out: made here.
    #[serde(default)]
    pub id: Option<MensagemId>,
    /// 1 to 4,096 characters.
    pub conteudo: String,
}

/// `POST /api/v1/conversas/{id}/resolver`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResolverRequest {
    /// The newest line the person has seen: refused if the contato has written since. Left out: resolved all the same.
    #[serde(default)]
    pub visto: Option<MensagemId>,
}
