//! What happened lately, in figures: the start page.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A stretch of days in Brasília that ends now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Periodo {
    /// Since midnight.
    #[serde(rename = "hoje")]
    Hoje,
    /// Today and the six days before.
    #[serde(rename = "7d")]
    SeteDias,
    /// Today and the 29 days before.
    #[default]
    #[serde(rename = "30d")]
    TrintaDias,
}

impl Periodo {
    /// All of them, shortest first.
    pub const ALL: [Self; 3] = [Self::Hoje, Self::SeteDias, Self::TrintaDias];

    /// As in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hoje => "hoje",
            Self::SeteDias => "7d",
            Self::TrintaDias => "30d",
        }
    }

    /// How many days, today included.
    pub const fn dias(self) -> i64 {
        match self {
            Self::Hoje => 1,
            Self::SeteDias => 7,
            Self::TrintaDias => 30,
        }
    }
}

impl std::str::FromStr for Periodo {
    type Err = ();

    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|p| p.as_str() == s).ok_or(())
    }
}

/// `GET /api/v1/metricas`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MetricasDto {
    /// Which days.
    pub periodo: Periodo,
    /// Its first moment.
    pub de: DateTime<Utc>,
    /// Its last: now.
    pub ate: DateTime<Utc>,
    /// In all.
    pub agora: TotaisDto,
    /// The same number of days before, up to the same time of day.
    pub antes: TotaisDto,
    /// By day, oldest first, without gaps; by hour where the period is one day.
    pub serie: Vec<PontoDto>,
    /// Received lines by weekday (0 is Sunday) and hour in Brasília; what is zero is left out.
    pub semana: Vec<HoraDto>,
    /// Whether a message has ever come.
    pub alguma_mensagem: bool,
}

/// What came and what became of it. A received line counts as answered by whoever wrote the next answer in its conversa.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotaisDto {
    /// Lines of contatos.
    pub recebidas: i64,
    /// Answered by the assistant.
    pub ia: i64,
    /// Answered by a person.
    pub pessoa: i64,
    /// Conversas with a line of the contato, each once a day.
    pub conversas: i64,
    /// Turns in which the assistant called a person.
    pub passadas: i64,
    /// Of them those whose answer the knowledge does not hold.
    pub sem_saber: i64,
    /// Median seconds from a first line to the assistant's answer.
    pub espera_ia_s: Option<i64>,
    /// The same for answers of people.
    pub espera_pessoa_s: Option<i64>,
    /// What the models cost, in reais; without calls whose price is not known.
    pub custo_brl: f64,
}

impl TotaisDto {
    /// Lines that nobody has answered.
    pub const fn sem_resposta(&self) -> i64 {
        self.recebidas - self.ia - self.pessoa
    }

    /// Share answered by the assistant, 0 to 1; `None` where nothing came.
    pub fn parte_ia(&self) -> Option<f64> {
        (self.recebidas > 0).then(|| self.ia as f64 / self.recebidas as f64)
    }
}

/// A day, or an hour of today.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PontoDto {
    /// The day in Brasília.
    pub dia: NaiveDate,
    /// The hour, 0 to 23, where the period is one day.
    pub hora: Option<u32>,
    /// Lines of contatos.
    pub recebidas: i64,
    /// Answered by the assistant.
    pub ia: i64,
    /// Answered by a person.
    pub pessoa: i64,
    /// In reais.
    pub custo_brl: f64,
}

/// An hour of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HoraDto {
    /// 0 (Sunday) to 6.
    pub dia_semana: u32,
    /// 0 to 23.
    pub hora: u32,
    /// Lines of contatos.
    pub recebidas: i64,
}
