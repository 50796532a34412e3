//! What models cost, as data: `precos.json`, or a file of the same shape that the installation names.

use std::collections::HashMap;

use serde::Deserialize;

use super::Uso;

const LISTA: &str = include_str!("precos.json");

/// Prices, the exchange rate and the budget of those who have none of their own.
#[derive(Debug, Clone)]
pub struct Custos {
    modelos: HashMap<String, Preco>,
    /// Reais for a dollar.
    pub usd_brl: f64,
    /// Reais a month; `None` is without limit.
    pub orcamento_padrao_brl: Option<f64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Preco {
    entrada: f64,
    saida: f64,
    minuto: f64,
}

#[derive(Deserialize)]
struct Lista {
    modelos: HashMap<String, Preco>,
}

impl Custos {
    /// With the prices of `lista` (JSON), or with our own list.
    ///
    /// # Errors
    /// `lista` is not of the shape of `crates/services/src/uso/precos.json`.
    pub fn new(
        lista: Option<&str>,
        usd_brl: f64,
        orcamento_padrao_brl: Option<f64>,
    ) -> Result<Self, serde_json::Error> {
        let Lista { modelos } = serde_json::from_str(lista.unwrap_or(LISTA))?;
        Ok(Self { modelos, usd_brl, orcamento_padrao_brl })
    }

    /// In dollars; `None` for a model that is not in the list.
    pub(super) fn usd(&self, uso: &Uso) -> Option<f64> {
        let preco = self.modelos.get(&uso.modelo).or_else(|| self.modelos.get(undated(&uso.modelo)))?;
        let tokens = uso.tokens_entrada as f64 * preco.entrada + uso.tokens_saida as f64 * preco.saida;
        Some(tokens / 1e6 + f64::from(uso.segundos) / 60.0 * preco.minuto)
    }
}

/// `gpt-4o-mini` of `gpt-4o-mini-2024-07-18`.
fn undated(modelo: &str) -> &str {
    let date = |tail: &str| tail.len() == 10 && tail.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let at = modelo.len().saturating_sub(11);
    match (modelo.get(..at), modelo.get(at..).and_then(|tail| tail.strip_prefix('-'))) {
        (Some(name), Some(tail)) if date(tail) => name,
        _ => modelo,
    }
}

#[cfg(test)]
mod tests {
    use contracts::TipoUso;

    use super::*;

    fn cost(modelo: &str, entrada: i64, saida: i64, segundos: f32) -> Option<f64> {
        let uso = Uso { segundos, ..Uso::tokens(TipoUso::Chat, modelo, entrada, saida) };
        Custos::new(None, 5.5, None).unwrap().usd(&uso)
    }

    #[test]
    fn a_call_costs_what_the_list_says_and_an_unknown_model_has_no_cost() {
        let close = |a: Option<f64>, b: f64| assert!((a.unwrap() - b).abs() < 1e-12, "{a:?} {b}");
        close(cost("gpt-4o-mini", 1_000_000, 100_000, 0.0), 0.21);
        close(cost("gpt-4o-mini-2024-07-18", 1_000, 0, 0.0), 0.000_15);
        close(cost("text-embedding-3-small", 1_000_000, 0, 0.0), 0.02);
        close(cost("whisper-1", 0, 0, 90.0), 0.009);
        assert_eq!(cost("meu-modelo-local", 1_000, 10, 0.0), None);
        assert_eq!(cost("gpt-4o-mini-outro", 1_000, 10, 0.0), None);
    }

    #[test]
    fn an_own_list_replaces_ours_and_nonsense_is_refused() {
        let own = Custos::new(Some(r#"{"modelos":{"x":{"entrada":1}}}"#), 5.0, None).unwrap();
        assert_eq!(own.usd(&Uso::tokens(TipoUso::Chat, "x", 2_000_000, 5)), Some(2.0));
        assert!(Custos::new(Some("{}"), 5.0, None).is_err());
    }
}
