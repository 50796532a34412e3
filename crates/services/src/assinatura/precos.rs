//! Plans and Stripe's prices: `planos` says what is sold and for how much, Stripe charges it. Both are brought together by
//! lookup key, and a plan whose price there is missing or another cannot be bought.

use std::sync::Arc;
use std::time::Duration;

use contracts::Periodicidade;
use db::models::plano::{self, Plano, PrecosStripe};
use integrations::stripe::types::Price;
use jobs::{JobCtx, JobError, NewJob};

use super::indisponivel;
use crate::{App, Pagamentos, Result};

/// Kind of the job; its queue is that of everything about Stripe.
pub const JOB: &str = "stripe_precos";
/// How often.
pub const EVERY: Duration = Duration::from_secs(60 * 60);

/// What Stripe calls the price of a plan.
pub fn lookup_key(codigo: &str, periodicidade: Periodicidade) -> String {
    let every = match periodicidade {
        Periodicidade::Mensal => "mensal",
        Periodicidade::Anual => "anual",
    };
    format!("{codigo}_{every}")
}

/// What asks for it: one at a time is enough.
pub fn job() -> NewJob {
    NewJob::new(super::JOB, JOB).key(JOB)
}

/// Stores the job, to be done now: at the start of the process.
pub async fn pedir(app: &Arc<App>) -> Result<()> {
    let mut tx = app.db.system().await?;
    jobs::enqueue(tx.connection(), &job(), app.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// The job.
pub async fn run(app: Arc<App>, _job: JobCtx) -> std::result::Result<(), JobError> {
    if app.pagamentos.is_none() {
        return Ok(());
    }
    sincronizar(&app).await.map_err(JobError::retry)
}

/// Finds the prices of all plans. Where they are worth nothing, what is missing is made.
pub async fn sincronizar(app: &App) -> Result<()> {
    let pagamentos = app.pagamentos()?;
    let mut tx = app.db.system().await?;
    let planos = plano::all(&mut tx).await?;
    tx.commit().await?;
    let mut found = Vec::new();
    // At most ten names in one call.
    for planos in planos.chunks(5) {
        let keys: Vec<String> =
            planos.iter().flat_map(|p| Periodicidade::ALL.iter().map(|c| lookup_key(&p.codigo, *c))).collect();
        found.extend(pagamentos.stripe.prices(&keys).await.map_err(indisponivel)?);
    }
    for plano in &planos {
        let precos = do_plano(pagamentos, plano, &found).await?;
        let known = (&plano.produto_stripe, &plano.preco_mensal_stripe, &plano.preco_anual_stripe);
        if known != (&precos.produto_stripe, &precos.preco_mensal_stripe, &precos.preco_anual_stripe) {
            let mut tx = app.db.system().await?;
            plano::set_precos(&mut tx, &plano.codigo, &precos).await?;
            tx.commit().await?;
            tracing::info!(plano = plano.codigo, ?precos, "prices at Stripe changed");
        }
    }
    Ok(())
}

async fn do_plano(pagamentos: &Pagamentos, plano: &Plano, found: &[Price]) -> Result<PrecosStripe> {
    let mut precos = PrecosStripe::default();
    for periodicidade in Periodicidade::ALL.iter().copied() {
        let key = lookup_key(&plano.codigo, periodicidade);
        let mut price = found.iter().find(|p| p.lookup_key.as_deref() == Some(key.as_str())).cloned();
        if price.is_none() && pagamentos.cria_precos && plano.ativo {
            let stripe = &pagamentos.stripe;
            let product = match precos.produto_stripe.clone() {
                Some(product) => product,
                None => stripe.create_product(&plano.codigo, &plano.nome).await.map_err(indisponivel)?.id,
            };
            let centavos = plano.centavos(periodicidade).into();
            let anual = periodicidade == Periodicidade::Anual;
            price = Some(stripe.create_price(&product, &key, centavos, anual).await.map_err(indisponivel)?);
        }
        let Some(price) = price else {
            if plano.ativo {
                tracing::warn!(plano = plano.codigo, lookup_key = key, "no price at Stripe: it cannot be bought");
            }
            continue;
        };
        precos.produto_stripe = precos.produto_stripe.or(price.product.clone());
        if let Err(why) = confere(plano, periodicidade, &price) {
            tracing::warn!(plano = plano.codigo, price = price.id, why, "another price at Stripe: it cannot be bought");
            continue;
        }
        match periodicidade {
            Periodicidade::Mensal => precos.preco_mensal_stripe = Some(price.id),
            Periodicidade::Anual => precos.preco_anual_stripe = Some(price.id),
        }
    }
    Ok(precos)
}

/// Whether Stripe would charge what the landing says.
fn confere(plano: &Plano, periodicidade: Periodicidade, price: &Price) -> std::result::Result<(), &'static str> {
    let interval = match periodicidade {
        Periodicidade::Mensal => "month",
        Periodicidade::Anual => "year",
    };
    let recurring = price.recurring.as_ref();
    if price.currency != "brl" {
        return Err("not in reais");
    }
    if price.unit_amount != Some(plano.centavos(periodicidade).into()) {
        return Err("another amount");
    }
    if recurring.map(|r| (r.interval.as_str(), r.interval_count.unwrap_or(1))) != Some((interval, 1)) {
        return Err("another interval");
    }
    Ok(())
}
