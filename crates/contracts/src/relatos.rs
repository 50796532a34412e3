//! What a browser tells of its own crash.

use serde::{Deserialize, Serialize};

/// `POST /api/v1/relatos`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Relato {
    /// What the program said as it ended.
    pub mensagem: String,
    /// Path of the page, without its query.
    pub rota: String,
    /// Version of the page's program.
    pub versao: String,
}
