//! What the models were asked for this month, and what it cost.

use serde::{Deserialize, Serialize};

use crate::TipoUso;

/// `GET /api/v1/uso`: the current month in Brasília.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsoDto {
    /// `2026-11`.
    pub mes: String,
    /// Spent, in reais; calls of models without a known price are not in it.
    pub custo_brl: f64,
    /// The month's budget, in reais; `None` means without limit.
    pub orcamento_brl: Option<f64>,
    /// Spent share of the budget, 0 to 100 and beyond.
    pub percentual: Option<f64>,
    /// Calls whose price is not known.
    pub sem_preco: i64,
    /// By kind and model, dearest first.
    pub por_modelo: Vec<UsoModeloDto>,
    /// By day, oldest first; days without calls are left out.
    pub por_dia: Vec<UsoDiaDto>,
}

/// The calls of one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsoModeloDto {
    /// What for.
    pub tipo: TipoUso,
    /// Its name.
    pub modelo: String,
    /// How many.
    pub chamadas: i64,
    /// Tokens read.
    pub tokens_entrada: i64,
    /// Tokens written.
    pub tokens_saida: i64,
    /// Seconds of audio.
    pub segundos: f64,
    /// In dollars; `None` where the price is not known.
    pub custo_usd: Option<f64>,
    /// In reais, at the rate of each call's day.
    pub custo_brl: Option<f64>,
}

/// One day in Brasília.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsoDiaDto {
    /// `2026-11-22`.
    pub dia: String,
    /// Calls.
    pub chamadas: i64,
    /// Cost in reais.
    pub custo_brl: f64,
}
