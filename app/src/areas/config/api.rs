//! The configuration of the assistant.
#![expect(missing_docs, reason = "the fields of a server function's struct are its arguments")]

use contracts::{
    config::{ConfigDto, ConfigUpdate},
    uso::UsoDto,
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// As it is.
#[server(prefix = "/_fn", endpoint = "config/get", output = crate::codec::Resposta)]
pub async fn config_get() -> Result<ConfigDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::config::get(&ctx).await.map_err(server::err(&ctx))
}

/// Saves what has changed.
#[server(prefix = "/_fn", endpoint = "config/put", output = crate::codec::Resposta, input = Json)]
pub async fn config_put(mudancas: ConfigUpdate) -> Result<ConfigDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::config::put(&ctx, mudancas).await.map_err(server::err(&ctx))
}

/// What this month has cost so far.
#[server(prefix = "/_fn", endpoint = "config/gasto", output = crate::codec::Resposta)]
pub async fn config_gasto() -> Result<UsoDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::uso::mes(&ctx).await.map_err(server::err(&ctx))
}

/// The form as a browser posts it. Hours are not in it: their editor needs the WASM.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Formulario {
    pub versao: i32,
    /// A box that is not ticked is not sent.
    pub ia_ligada: Option<String>,
    pub tom: String,
    pub saudacao: String,
    pub fallback: String,
    pub espera: String,
    pub retorno_24h: String,
    pub ninguem_respondeu: String,
    pub fora_horario: String,
    pub limiar_confianca: f32,
    pub espera_minutos: i32,
    pub retorno_valor: i32,
    pub retorno_unidade: i32,
    pub retencao_dias: i32,
    /// `min-max`, in milliseconds.
    pub janela: String,
    /// `padrao` or `meu`.
    pub orcamento: String,
    /// In reais, as people write it.
    pub orcamento_valor: String,
}

/// Saves the whole form, for a page whose WASM has not arrived.
#[server(prefix = "/_fn", endpoint = "config/salvar", output = crate::codec::Resposta)]
pub async fn config_salvar(form: Formulario) -> Result<(), AppError> {
    use super::estado::reais_de;
    use crate::server;
    let ctx = server::ctx()?;
    // A browser ends lines with two characters; in the limit they count as one.
    let texto = |t: String| Some(t.replace("\r\n", "\n"));
    let (min, max) = form.janela.split_once('-').unwrap_or_default();
    let orcamento = match form.orcamento.as_str() {
        "padrao" => Some(None),
        "meu" => Some(Some(reais_de(&form.orcamento_valor).unwrap_or(f64::NAN))),
        _ => None,
    };
    let mudancas = ConfigUpdate {
        ia_ligada: Some(form.ia_ligada.is_some()),
        tom: Some(form.tom),
        saudacao: texto(form.saudacao),
        fallback: texto(form.fallback),
        espera: texto(form.espera),
        retorno_24h: texto(form.retorno_24h),
        ninguem_respondeu: texto(form.ninguem_respondeu),
        fora_horario: texto(form.fora_horario),
        horario: None,
        limiar_confianca: Some(form.limiar_confianca),
        espera_minutos: Some(form.espera_minutos),
        retorno_minutos: Some(form.retorno_valor.saturating_mul(form.retorno_unidade)),
        retencao_dias: Some(form.retencao_dias),
        janela_min_ms: min.parse().ok(),
        janela_max_ms: max.parse().ok(),
        orcamento_mensal_brl: orcamento,
        versao: Some(form.versao),
    };
    services::config::put(&ctx, mudancas).await.map_err(server::err(&ctx))?;
    leptos_axum::redirect("/dashboard/config?salvo=1");
    Ok(())
}
