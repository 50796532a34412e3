//! The business's own text and what a search in it gives.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::StatusIndexacao;

/// `GET /api/v1/knowledge`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnowledgeDto {
    /// The text as saved.
    pub conteudo_texto: String,
    /// Its length in characters.
    pub caracteres: usize,
    /// How many characters it may have.
    pub limite: usize,
    /// Grows by one at each save; send it back to notice a save in between.
    pub versao: i32,
    /// Whether the assistant already answers from this version.
    pub indexacao: StatusIndexacao,
    /// Why the last indexing failed, in words for the owner.
    pub erro: Option<String>,
    /// Pieces in the index.
    pub chunks: i32,
    /// Time of the last save.
    pub updated_at: Option<DateTime<Utc>>,
}

/// `PUT /api/v1/knowledge`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnowledgeUpdate {
    /// 1 to 50,000 characters.
    pub conteudo_texto: String,
    /// The version that was edited; a newer one in the database answers `conflict`. Left out: last one wins.
    #[serde(default)]
    pub versao: Option<i32>,
}

/// `GET /api/v1/knowledge/search?q=`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchDto {
    /// The question as asked.
    pub q: String,
    /// Probability that the pieces hold the answer, 0 to 1.
    pub confianca: f32,
    /// Below this a person is called.
    pub limiar: f32,
    /// What the assistant would send, if it would.
    pub resposta: Option<String>,
    /// `palavras` (keyless) or `hibrida` (with embeddings).
    pub modo: String,
    /// Best first, at most five.
    pub chunks: Vec<ChunkDto>,
}

/// One piece of the knowledge text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChunkDto {
    /// Its place in the text, from 0.
    pub ordem: i32,
    /// The heading it stands under, if any.
    pub titulo: Option<String>,
    /// The piece.
    pub texto: String,
    /// Fused rank score; only good for comparing pieces of one search.
    pub pontos: f32,
}
