//! Questions that the knowledge text did not answer.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ConversaId, EstadoPergunta, MensagemId};

/// `GET /api/v1/perguntas`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PerguntasDto {
    /// Over how many days it looks back.
    pub dias: i32,
    /// The groups in the asked state; those asked most often first.
    pub itens: Vec<PerguntaDto>,
    /// How many groups are in each state.
    pub contagens: ContagensPerguntas,
}

/// How many groups are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContagensPerguntas {
    /// Not dealt with.
    pub abertas: usize,
    /// Taught.
    pub ensinadas: usize,
    /// Dismissed.
    pub dispensadas: usize,
}

/// The same question, as it was asked once or several times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PerguntaDto {
    /// The newest reply that did not answer it; names the group.
    pub id: MensagemId,
    /// As it was asked last.
    pub pergunta: String,
    /// Other wordings, at most three.
    pub variantes: Vec<String>,
    /// How often it was asked.
    pub vezes: usize,
    /// When it was asked last.
    pub ultima_em: DateTime<Utc>,
    /// Where it was asked last.
    pub conversa_id: ConversaId,
    /// Who asked last: name, or digits.
    pub contato: String,
    /// What has been done about it.
    pub estado: EstadoPergunta,
    /// Whether the text that is in use now would be good enough for an answer.
    pub ja_sabe: bool,
    /// It was taught before and has come back unanswered.
    pub voltou: bool,
}

/// `POST /api/v1/perguntas/{id}/ensinar`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ensinar {
    /// The question as it is to stand in the text, 1 to 160 characters.
    pub pergunta: String,
    /// 1 to 2,000 characters.
    pub resposta: String,
}

/// `POST /api/v1/perguntas/{id}/marcar`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Marcar {
    /// Whether this reply of the assistant did not answer.
    pub marcada: bool,
}
