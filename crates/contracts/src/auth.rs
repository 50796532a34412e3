//! Login, session and profile.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AdminId, ClienteId, StatusCliente};

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
    /// As typed at sign-up.
    pub telefone: Option<String>,
    /// Standing of the assinatura.
    pub status: StatusCliente,
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
