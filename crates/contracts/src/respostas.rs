//! Canned replies: texts that a person sends often, called up in the composer by `/` and their atalho.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::RespostaProntaId;

/// The one placeholder of a canned reply: the contato's first name.
pub const NOME: &str = "{nome}";

/// A canned reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RespostaProntaDto {
    /// Its id.
    pub id: RespostaProntaId,
    /// What is typed after `/`.
    pub atalho: String,
    /// The text, with `{nome}` where the contato's first name goes.
    pub texto: String,
    /// To be passed back with a change.
    pub versao: i32,
    /// When it was last saved.
    pub updated_at: DateTime<Utc>,
}

/// `POST /api/v1/respostas-prontas` and `PUT /api/v1/respostas-prontas/{id}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RespostaProntaRequest {
    /// 1 to 32 of a to z, 0 to 9 and `-`; no two replies have the same.
    pub atalho: String,
    /// 1 to 2,000 characters; `{nome}` is the only placeholder.
    pub texto: String,
    /// For a change: the `versao` that was read; refused if somebody else has saved since. Left out: saved all the same.
    #[serde(default)]
    pub versao: Option<i32>,
}

/// The text with the contato's first name. Where there is no name, only a number, `{nome}` leaves with the space or comma
/// before it.
pub fn preencher(texto: &str, nome: &str) -> String {
    let primeiro = nome.split_whitespace().next().filter(|n| n.chars().any(char::is_alphabetic));
    if let Some(primeiro) = primeiro {
        return texto.replace(NOME, primeiro);
    }
    let mut partes = texto.split(NOME);
    let mut out = partes.next().unwrap_or_default().to_owned();
    for parte in partes {
        out.truncate(out.trim_end_matches([' ', ',']).len());
        // At the begin of a line nothing of the salutation is left.
        let novo = out.is_empty() || out.ends_with('\n');
        out.push_str(if novo { parte.trim_start_matches([' ', ',', '.']) } else { parte });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::preencher;

    #[test]
    fn the_first_name_or_nothing() {
        assert_eq!(preencher("Oi, {nome}! Tudo bem, {nome}?", "Marina Alves"), "Oi, Marina! Tudo bem, Marina?");
        assert_eq!(preencher("Oi, {nome}! Tudo bem?", "5511988887777"), "Oi! Tudo bem?");
        assert_eq!(preencher("Oi {nome}, seu pedido saiu.", ""), "Oi, seu pedido saiu.");
        assert_eq!(preencher("{nome}, seu pedido saiu.", "5511988887777"), "seu pedido saiu.");
        assert_eq!(preencher("Sem nome.", "Ana"), "Sem nome.");
    }
}
