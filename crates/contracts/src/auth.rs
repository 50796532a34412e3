//! Login, session and profile.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AdminId, AvisarPendentes, ClienteId, SessaoId, StatusCliente, TipoLink};

/// `POST /api/v1/auth/login` and `POST /api/v1/admin/auth/login`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoginRequest {
    /// Case does not matter.
    pub email: String,
    /// In clear; only TLS protects it on the way.
    pub senha: String,
}

impl std::fmt::Debug for LoginRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoginRequest").field("email", &self.email).finish_non_exhaustive()
    }
}

/// A login that worked. The same token is set as an HttpOnly cookie.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoginResponse<T> {
    /// JWT, to be sent as `Authorization: Bearer`.
    pub token: String,
    /// When the token ends.
    pub expira_em: DateTime<Utc>,
    /// Who logged in.
    pub usuario: T,
}

/// The cliente as it sees itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClienteDto {
    /// The tenant's id.
    pub id: ClienteId,
    /// Name of the business or of its owner.
    pub nome: String,
    /// Login and address for mails.
    pub email: String,
    /// As typed.
    pub telefone: Option<String>,
    /// Standing of the assinatura.
    pub status: StatusCliente,
    /// Language of the panel, once chosen: `pt-BR` or `en`.
    pub idioma: Option<String>,
    /// When to mail about people who wait.
    pub avisar_pendentes: AvisarPendentes,
    /// Whether to mail about the connection.
    pub avisar_conexao: bool,
    /// The account is closed; until then it can be reopened, and then it is erased.
    pub encerra_em: Option<DateTime<Utc>>,
    /// The senha is the one we made: until it is replaced, nothing else is answered.
    pub trocar_senha: bool,
}

/// `PUT /api/v1/me`. What is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PerfilUpdate {
    /// 2 to 80 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nome: Option<String>,
    /// With area code; an empty text takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telefone: Option<String>,
    /// `pt-BR` or `en`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idioma: Option<String>,
    /// When to mail about people who wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avisar_pendentes: Option<AvisarPendentes>,
    /// Whether to mail about the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avisar_conexao: Option<bool>,
}

/// The languages of the panel.
pub const IDIOMAS: [&str; 2] = ["pt-BR", "en"];

/// A device that is signed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessaoDto {
    /// To end it.
    pub id: SessaoId,
    /// This request's own.
    pub atual: bool,
    /// The browser, as far as it tells: `Chrome`; empty where it does not.
    pub navegador: String,
    /// The system, likewise: `Android`.
    pub sistema: String,
    /// Begin of the address it came from.
    pub ip: Option<String>,
    /// When it signed in.
    pub desde: DateTime<Utc>,
    /// Its last request, to some minutes.
    pub visto_em: DateTime<Utc>,
}

/// `GET /api/v1/me/sessoes`, the one seen last first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessoesDto {
    /// All that hold.
    pub itens: Vec<SessaoDto>,
}

/// `POST /api/v1/me/encerrar`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EncerrarRequest {
    /// The senha in force.
    pub senha: String,
    /// The name of the business, to be sure.
    pub nome: String,
}

impl std::fmt::Debug for EncerrarRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EncerrarRequest").field("nome", &self.nome).finish_non_exhaustive()
    }
}

/// An admin as it sees itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdminDto {
    /// The admin's id.
    pub id: AdminId,
    /// Name shown to other admins.
    pub nome: String,
    /// Login.
    pub email: String,
    /// `super_admin` or `admin` (plan, 16.1).
    pub role: String,
}

/// `PUT /api/v1/me/senha`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrocarSenhaRequest {
    /// The senha in force.
    pub senha_atual: String,
    /// At least 8 characters.
    pub senha_nova: String,
}

/// `POST /api/v1/auth/esqueci-senha`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EsqueciSenhaRequest {
    /// Case does not matter.
    pub email: String,
}

/// `POST /api/v1/auth/link`. In the body, since addresses are logged.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkRequest {
    /// What stands behind the `#` of the link.
    pub token: String,
}

/// What a link is good for, while it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkDto {
    /// What it was sent for.
    pub tipo: TipoLink,
    /// Whose it is, for its owner to recognise: `ma•••@exemplo.com`.
    pub email_mascarado: String,
    /// When it ends.
    pub expira_em: DateTime<Utc>,
}

/// `POST /api/v1/auth/nova-senha`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NovaSenhaRequest {
    /// What stands behind the `#` of the link.
    pub token: String,
    /// At least 8 characters.
    pub senha: String,
}
