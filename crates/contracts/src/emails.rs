//! Mails to clientes, for who runs the SaaS.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ClienteId, EstadoEmail};

/// `GET /api/v1/admin/emails`, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailsDto {
    /// At most 50.
    pub itens: Vec<EmailDto>,
    /// The `depois` of the next page; `None` on the last one.
    pub proximo: Option<Uuid>,
}

/// A mail and what became of it. What it says is not kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailDto {
    /// Its id; also its `Message-ID`.
    pub id: Uuid,
    /// To whom.
    pub cliente_id: ClienteId,
    /// At this address.
    pub para: String,
    /// Name of the template: `boas_vindas`.
    pub modelo: String,
    /// `pt-BR` or `en`.
    pub idioma: String,
    /// Where it is.
    pub estado: EstadoEmail,
    /// How often it was handed to a server.
    pub tentativas: i32,
    /// What the server said last.
    pub erro: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When a server took it.
    pub enviado_em: Option<DateTime<Utc>>,
}
