//! The connection of a cliente's number.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::StatusInstancia;

/// `GET /api/v1/whatsapp/status`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstanciaDto {
    /// Evolution's name for it; `None` before the first "Conectar".
    pub instance_id: Option<String>,
    /// State as last reported by Evolution.
    pub status: StatusInstancia,
    /// Digits of the connected number.
    pub numero: Option<String>,
    /// Name shown on WhatsApp.
    pub nome_perfil: Option<String>,
    /// Why the connection ended, in words for the owner.
    pub motivo: Option<String>,
    /// Time of the last change of `status`.
    pub desde: Option<DateTime<Utc>>,
    /// What the number has sent today; `None` before its digits are known.
    #[serde(default)]
    pub uso: Option<UsoNumeroDto>,
}

/// How much the assistant sends from a number, and whether it rests. What people write does not count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsoNumeroDto {
    /// Automatic messages since midnight in Brasília.
    pub enviadas_hoje: i32,
    /// How many there may be today; grows with the age of the number. At the limit a person is called instead.
    pub limite_hoje: i32,
    /// Whole days since the number was first connected.
    pub idade_dias: i64,
    /// Until when automatic messages rest; `None` if they do not.
    pub pausado_ate: Option<DateTime<Utc>>,
    /// Why they rest, in words for the owner.
    pub motivo_pausa: Option<String>,
}

/// `GET /api/v1/whatsapp/qrcode`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QrCodeDto {
    /// State as last reported by Evolution.
    pub status: StatusInstancia,
    /// A `data:image/png;base64,` URI; `None` until Evolution has one, and once connected.
    pub qr_code_data: Option<String>,
    /// When it was made; WhatsApp replaces it after about 45 seconds.
    pub gerado_em: Option<DateTime<Utc>>,
}
