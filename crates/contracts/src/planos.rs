//! What is sold, and at what price.

use serde::{Deserialize, Serialize};

/// `GET /api/v1/planos`: what can be subscribed to, in the order of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanosDto {
    /// The plans.
    pub itens: Vec<PlanoDto>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanoDto {
    /// Names it in addresses.
    pub codigo: String,
    /// Its name, the same in every language.
    pub nome: String,
    /// For whom it is, in Portuguese.
    pub resumo: String,
    /// For whom it is, in English.
    pub resumo_en: String,
    /// A month, in centavos of real.
    pub preco_mensal_centavos: i32,
    /// A year paid at once, in centavos of real.
    pub preco_anual_centavos: i32,
    /// Automatic messages a month.
    pub mensagens_mes: i32,
    /// Longest knowledge text, in characters.
    pub conhecimento_caracteres: i32,
    /// WhatsApp numbers.
    pub numeros: i32,
    /// What the models may cost a month, in centavos of real.
    pub orcamento_ia_centavos: i32,
    /// Days before the first charge.
    pub dias_teste: i32,
    /// The one that is pointed out.
    pub recomendado: bool,
}

impl PlanoDto {
    /// How many months a year's payment saves, where it saves whole ones.
    pub const fn meses_gratis(&self) -> Option<i32> {
        let saved = 12 * self.preco_mensal_centavos - self.preco_anual_centavos;
        if saved > 0 && saved % self.preco_mensal_centavos == 0 {
            Some(saved / self.preco_mensal_centavos)
        } else {
            None
        }
    }
}
