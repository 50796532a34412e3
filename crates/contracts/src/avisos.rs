//! What an owner must know: the banner of the dashboard.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::TipoAviso;

/// `GET /api/v1/avisos`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AvisosDto {
    /// The open ones first, then those that ended within the last 7 days; newest first, at most 50.
    pub itens: Vec<AvisoDto>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AvisoDto {
    /// Its id.
    pub id: Uuid,
    /// What it is about.
    pub tipo: TipoAviso,
    /// When the trouble began.
    pub desde: DateTime<Utc>,
    /// When it ended; `None` while it lasts.
    pub resolvido_em: Option<DateTime<Utc>>,
    /// What else is known.
    pub detalhe: DetalheAviso,
}

/// What is known beside the kind; what a kind does not have is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct DetalheAviso {
    /// Why, in words for the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub motivo: Option<String>,
    /// Messages of contatos that were found afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recuperadas: Option<i64>,
    /// How many of these were too old to be answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nao_respondidas: Option<i64>,
    /// Replies without a receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sem_recibo: Option<i64>,
    /// Spent this month, in reais.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gasto_brl: Option<f64>,
    /// The month's budget, in reais.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orcamento_brl: Option<f64>,
    /// The address that mails do not reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Automatic messages of this month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enviadas: Option<i64>,
    /// How many the plan has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limite: Option<i64>,
}
