//! The business's own text and what a search in it gives.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{OrigemVersao, StatusIndexacao};

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
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnowledgeUpdate {
    /// 1 to 50,000 characters.
    pub conteudo_texto: String,
    /// The version that was edited; a newer one in the database answers `conflict`. Left out: last one wins.
    #[serde(default)]
    pub versao: Option<i32>,
    /// `EDICAO` (the default) or `IMPORTACAO`; told in the list of versions.
    #[serde(default)]
    pub origem: Option<OrigemVersao>,
    /// `updated_at` of the draft that this text was; the draft goes with the save.
    #[serde(default)]
    pub rascunho: Option<DateTime<Utc>>,
}

/// A save of the text, without the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersaoDto {
    /// Its number.
    pub versao: i32,
    /// Length in characters.
    pub caracteres: i32,
    /// How it came about.
    pub origem: OrigemVersao,
    /// For a restored one: the version it was taken from.
    pub restaurada_de: Option<i32>,
    /// Whose login saved it; none for the program itself.
    pub autor: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// `GET /api/v1/knowledge/versoes`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersoesDto {
    /// Newest first; the first is the text in use.
    pub itens: Vec<VersaoDto>,
    /// How many are kept at most.
    pub guardadas: i32,
    /// For how many days at most.
    pub dias: i32,
}

/// What became of a line between two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TipoLinha {
    /// In both.
    Igual,
    /// Only in the newer.
    Entrou,
    /// Only in the older.
    Saiu,
    /// Stands for `n` equal lines that are left out.
    Pulo,
}

/// One line of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinhaDiff {
    /// What became of it.
    pub tipo: TipoLinha,
    /// The line; empty for `pulo`.
    pub texto: String,
    /// How many lines are left out; 1 for a line itself.
    pub n: usize,
}

/// `GET /api/v1/knowledge/versoes/{versao}`: a version and how the text in use differs from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersaoTextoDto {
    /// Its number.
    pub versao: i32,
    /// Its text.
    pub conteudo_texto: String,
    /// The version it is compared with: the text in use, or `contra`.
    pub contra: i32,
    /// From this version to `contra`.
    pub diff: Vec<LinhaDiff>,
    /// Lines that `contra` has and this one has not.
    pub entraram: usize,
    /// Lines that this one has and `contra` has not.
    pub sairam: usize,
}

/// `POST /api/v1/knowledge/versoes/{versao}/restaurar`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Restaurar {
    /// The version in use as the caller knows it; a newer one answers `conflict`.
    #[serde(default)]
    pub versao: Option<i32>,
}

/// `GET /api/v1/knowledge/rascunho`: what was typed and not saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RascunhoDto {
    /// The text.
    pub conteudo_texto: String,
    /// The version it was typed over.
    pub versao: i32,
    /// When; send it back to replace or remove this draft and no other.
    pub updated_at: DateTime<Utc>,
}

/// `PUT /api/v1/knowledge/rascunho`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RascunhoUpdate {
    /// At most 200,000 characters: longer than what can be saved, so that nothing is lost while it is shortened.
    pub conteudo_texto: String,
    /// The version it was typed over.
    pub versao: i32,
    /// `updated_at` of the draft that this one replaces; another one in the database answers `conflict`.
    #[serde(default)]
    pub anterior: Option<DateTime<Utc>>,
}

/// `POST /api/v1/knowledge/acrescentar`: a question and its answer for the end of the text.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Acrescentar {
    /// 1 to 160 characters.
    pub pergunta: String,
    /// 1 to 2,000 characters.
    pub resposta: String,
}

/// What a file or a page was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum FormatoImportado {
    /// .txt or .md.
    Texto,
    /// .docx.
    Docx,
    /// .pdf.
    Pdf,
    /// A web page.
    Html,
}

/// `POST /api/v1/knowledge/importar/pagina`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportarPagina {
    /// A public http or https address; without a scheme https is meant.
    pub url: String,
}

/// Text out of a file or a page, for a preview. Nothing has been saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportadoDto {
    /// Name of the file, or where the page was in the end.
    pub fonte: String,
    /// The title that it gives itself.
    pub titulo: Option<String>,
    /// What it was read as.
    pub formato: FormatoImportado,
    /// Its text, headings as `#` lines; at most 200,000 characters, of which the knowledge takes 50,000.
    pub conteudo_texto: String,
    /// Length of that text.
    pub caracteres: usize,
    /// Pages read, of a PDF.
    pub paginas: Option<usize>,
    /// There was more than is read.
    pub cortado: bool,
}

/// What the assistant would do with a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DecisaoTeste {
    /// Answer from the text.
    Responde,
    /// Greet back, or the like: no search is needed.
    Conversa,
    /// Call a person.
    ChamaPessoa,
    /// Write no more to whoever asks for that.
    Para,
    /// Say nothing.
    Cala,
}

/// `GET /api/v1/knowledge/search?q=`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchDto {
    /// The question as asked.
    pub q: String,
    /// What would be done, decided as for a message of a contato without earlier ones.
    pub decisao: DecisaoTeste,
    /// Why a person would be called.
    pub motivo: Option<String>,
    /// Probability that the pieces hold the answer, 0 to 1.
    pub confianca: f32,
    /// Below this a person is called.
    pub limiar: f32,
    /// What the assistant would send, if it would.
    pub resposta: Option<String>,
    /// The line of the text that answers best.
    pub linha: Option<String>,
    /// `ordem` of the pieces that the answer rests on.
    pub usados: Vec<i32>,
    /// Words of the question that the text does not have, where a person would be called.
    pub faltam: Vec<String>,
    /// `palavras` (keyless) or `hibrida` (with embeddings).
    pub modo: String,
    /// Best first, at most five; none where no search is needed.
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
