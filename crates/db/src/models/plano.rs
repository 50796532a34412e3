//! `planos`: what is sold. No tenant owns it.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::planos;
use crate::{Result, SystemTx};

/// A plan.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = planos)]
pub struct Plano {
    /// Names it in addresses.
    pub codigo: String,
    /// Its name.
    pub nome: String,
    /// For whom, in Portuguese.
    pub resumo: String,
    /// For whom, in English.
    pub resumo_en: String,
    /// A month.
    pub preco_mensal_centavos: i32,
    /// A year paid at once.
    pub preco_anual_centavos: i32,
    /// Automatic messages a month.
    pub mensagens_mes: i32,
    /// Longest knowledge text.
    pub conhecimento_caracteres: i32,
    /// WhatsApp numbers.
    pub numeros: i32,
    /// What the models may cost a month.
    pub orcamento_ia_centavos: i32,
    /// Days before the first charge.
    pub dias_teste: i32,
    /// The one that is pointed out.
    pub recomendado: bool,
}

/// What can be subscribed to, in the order of the page.
pub async fn active(tx: &mut SystemTx) -> Result<Vec<Plano>> {
    Ok(planos::table
        .filter(planos::ativo)
        .order((planos::ordem, planos::codigo))
        .select(Plano::as_select())
        .load(tx.connection())
        .await?)
}
