//! The connection of a cliente's number.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{CausaQueda, StatusInstancia};

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
    /// Why the connection ended; `None` while it lasts, and when the owner ended it.
    #[serde(default)]
    pub causa: Option<CausaQueda>,
    /// The same in words for the owner.
    pub motivo: Option<String>,
    /// It was open, and WhatsApp tries by itself to open it again.
    #[serde(default)]
    pub reconectando: bool,
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
    /// Eight characters to type on the phone, where a number was given; valid as long as the QR code beside it.
    #[serde(default)]
    pub codigo_pareamento: Option<String>,
    /// When both were made; WhatsApp replaces them after about [`QR_SEGUNDOS`].
    pub gerado_em: Option<DateTime<Utc>>,
}

/// WhatsApp replaces a QR code after about this time (evolution-api.md §6).
pub const QR_SEGUNDOS: i64 = 45;

/// `POST /api/v1/whatsapp/pareamento`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParearRequest {
    /// The number of the phone that will type the code, as people write it.
    pub numero: String,
}
