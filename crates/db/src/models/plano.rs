//! `planos`: what is sold. No tenant owns it.

use contracts::Periodicidade;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::{clientes, planos};
use crate::{Result, SystemTx, TenantTx};

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
    /// Whether it can still be subscribed to.
    pub ativo: bool,
    /// Stripe's product.
    pub produto_stripe: Option<String>,
    /// Stripe's price of a month, where it is the one above.
    pub preco_mensal_stripe: Option<String>,
    /// Stripe's price of a year, likewise.
    pub preco_anual_stripe: Option<String>,
}

impl Plano {
    /// What it costs.
    pub fn centavos(&self, periodicidade: Periodicidade) -> i32 {
        match periodicidade {
            Periodicidade::Mensal => self.preco_mensal_centavos,
            Periodicidade::Anual => self.preco_anual_centavos,
        }
    }

    /// Stripe's price, where it can be bought.
    pub fn preco_stripe(&self, periodicidade: Periodicidade) -> Option<&str> {
        match periodicidade {
            Periodicidade::Mensal => self.preco_mensal_stripe.as_deref(),
            Periodicidade::Anual => self.preco_anual_stripe.as_deref(),
        }
    }
}

/// What Stripe calls a plan and its prices.
#[derive(Clone, Debug, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = planos)]
#[diesel(treat_none_as_null = true)]
pub struct PrecosStripe {
    /// See [`Plano::produto_stripe`].
    pub produto_stripe: Option<String>,
    /// See [`Plano::preco_mensal_stripe`].
    pub preco_mensal_stripe: Option<String>,
    /// See [`Plano::preco_anual_stripe`].
    pub preco_anual_stripe: Option<String>,
}

/// Says how Stripe calls them.
pub async fn set_precos(tx: &mut SystemTx, codigo: &str, precos: &PrecosStripe) -> Result<()> {
    diesel::update(planos::table.find(codigo)).set(precos).execute(tx.connection()).await?;
    Ok(())
}

/// Every plan, also those that are no longer sold: somebody may still have them.
pub async fn all(tx: &mut SystemTx) -> Result<Vec<Plano>> {
    Ok(planos::table.order((planos::ordem, planos::codigo)).select(Plano::as_select()).load(tx.connection()).await?)
}

/// One of them.
pub async fn get(tx: &mut SystemTx, codigo: &str) -> Result<Option<Plano>> {
    Ok(planos::table.find(codigo).select(Plano::as_select()).first(tx.connection()).await.optional()?)
}

/// The same for a cliente.
pub async fn of_cliente(tx: &mut TenantTx, codigo: &str) -> Result<Option<Plano>> {
    Ok(planos::table.find(codigo).select(Plano::as_select()).first(tx.connection()).await.optional()?)
}

/// The plan of the cliente of this transaction, if it has one.
pub async fn meu(tx: &mut TenantTx) -> Result<Option<Plano>> {
    Ok(clientes::table
        .find(tx.cliente_id())
        .inner_join(planos::table)
        .select(Plano::as_select())
        .first(tx.connection())
        .await
        .optional()?)
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
