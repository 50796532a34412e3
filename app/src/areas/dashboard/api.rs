//! The start page's figures, steps and questions.
#![expect(missing_docs, reason = "the fields of a server function's struct are its arguments")]

use contracts::{
    Ramo,
    metricas::{MetricasDto, Periodo},
    prontidao::{PassosDto, ProntidaoDto},
    uso::UsoDto,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// The figures of a period with what their charts need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FigurasDto {
    /// The figures.
    pub metricas: MetricasDto,
    /// This month's cost and its budget.
    pub uso: Uso,
    /// Options for ECharts.
    pub graficos: Graficos,
}

/// Of [`UsoDto`] what the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Uso {
    /// Spent, in reais.
    pub custo_brl: f64,
    /// The month's budget.
    pub orcamento_brl: Option<f64>,
    /// Spent share of the budget, 0 to 100 and beyond.
    pub percentual: Option<f64>,
    /// Calls whose price is not known.
    pub sem_preco: i64,
    /// Name and cost, dearest first.
    pub modelos: Vec<(String, Option<f64>)>,
}

impl From<UsoDto> for Uso {
    fn from(uso: UsoDto) -> Self {
        let UsoDto { custo_brl, orcamento_brl, percentual, sem_preco, por_modelo, .. } = uso;
        let modelos = por_modelo.into_iter().map(|m| (m.modelo, m.custo_brl)).collect();
        Self { custo_brl, orcamento_brl, percentual, sem_preco, modelos }
    }
}

/// Options for ECharts, as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Graficos {
    /// Messages by day.
    pub mensagens: String,
    /// Messages by hour of the week.
    pub semana: String,
    /// Cost by day.
    pub custo: String,
}

/// The figures of a period.
#[server(prefix = "/_fn", endpoint = "inicio/figuras", output = crate::codec::Resposta)]
pub async fn inicio_figuras(periodo: Periodo) -> Result<FigurasDto, AppError> {
    use crate::{server, text::Idioma};
    let ctx = server::ctx()?;
    let metricas = services::metricas::get(&ctx, periodo).await.map_err(server::err(&ctx))?;
    let uso = services::uso::mes(&ctx).await.map_err(server::err(&ctx))?;
    let graficos = super::opcoes::graficos(Idioma::current().textos(), &metricas);
    Ok(FigurasDto { metricas, uso: uso.into(), graficos })
}

/// How far the account has come.
#[server(prefix = "/_fn", endpoint = "inicio/passos", output = crate::codec::Resposta)]
pub async fn inicio_passos() -> Result<PassosDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::prontidao::passos(&ctx).await.map_err(server::err(&ctx))
}

/// Puts the list of steps away.
#[server(prefix = "/_fn", endpoint = "inicio/dispensar", output = crate::codec::Resposta)]
pub async fn inicio_dispensar() -> Result<PassosDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::prontidao::dispensar(&ctx, true).await.map_err(server::err(&ctx))
}

/// The trade's questions.
#[server(prefix = "/_fn", endpoint = "inicio/prontidao", output = crate::codec::Resposta)]
pub async fn inicio_prontidao() -> Result<ProntidaoDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    Box::pin(services::prontidao::get(&ctx)).await.map_err(server::err(&ctx))
}

/// Chooses the trade.
#[server(prefix = "/_fn", endpoint = "inicio/ramo", output = crate::codec::Resposta)]
pub async fn inicio_ramo(ramo: Ramo) -> Result<ProntidaoDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    Box::pin(services::prontidao::escolher(&ctx, ramo)).await.map_err(server::err(&ctx))
}

/// Says of a question whether it concerns this business.
#[server(prefix = "/_fn", endpoint = "inicio/ignorar", output = crate::codec::Resposta)]
pub async fn inicio_ignorar(chave: String, ignorada: bool) -> Result<ProntidaoDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    Box::pin(services::prontidao::ignorar(&ctx, &chave, ignorada)).await.map_err(server::err(&ctx))
}

/// Adds the answer of a question to the text.
#[server(prefix = "/_fn", endpoint = "inicio/ensinar", output = crate::codec::Resposta)]
pub async fn inicio_ensinar(chave: String, resposta: String) -> Result<ProntidaoDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    Box::pin(services::prontidao::ensinar(&ctx, &chave, &resposta)).await.map_err(server::err(&ctx))
}
