//! Once a night what Stripe says is compared with what we have: events that never came, events that failed, and customers
//! whose rows nobody has read lately. Everything found is only a reason to read that customer again (`sincronia`), so a run
//! may be repeated, and two at once do no harm.
//!
//! It goes slowly, since Stripe allows a hundred calls a second for everything we do, and hands on to the next run when it
//! takes long.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use db::models::{cliente, evento_stripe};
use jobs::{JobCtx, JobError, NewJob};

use super::relogio::JOB_RELOGIO;
use super::{eventos, indisponivel, sincronia};
use crate::{App, Error, Result};

/// Kind of the nightly job; its queue is that of the clock.
pub const JOB: &str = "assinatura_reconciliar";
/// How often.
pub const EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// How far back events are looked for: Stripe tries for three days to deliver one.
const EVENTOS: TimeDelta = TimeDelta::days(4);
/// Pages of a hundred events; more would be another sort of trouble.
const PAGINAS: usize = 100;
/// What came so long ago and is not dealt with is not being tried any more.
const PARADO: TimeDelta = TimeDelta::hours(1);
/// Rows read within this are fresh.
const FRESCO: TimeDelta = TimeDelta::hours(20);
/// Customers found at once.
const LOTE: i64 = 100;
/// Between two calls.
const PAUSA: Duration = Duration::from_millis(100);
/// After this a run hands on to the next.
const BUDGET: Duration = Duration::from_secs(60);
/// So many customers in a row that cannot be read: Stripe is away.
const DESISTE: usize = 3;

/// The nightly job; its payload is the customer after which to go on, once the events are done.
pub async fn run(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let from: Option<String> = job.payload().unwrap_or_default();
    if app.pagamentos.is_none() {
        return Ok(());
    }
    let work = async {
        if from.is_none() {
            let perdidos = perdidos(&app).await?;
            let parados = parados(&app).await?;
            tracing::info!(perdidos, parados, "events of Stripe compared");
        }
        let next = clientes(&app, from).await?;
        let mut tx = app.db.system().await?;
        if next.is_some() {
            let more = NewJob::new(JOB_RELOGIO, JOB).key(JOB).payload(&next);
            jobs::enqueue(tx.connection(), &more, app.clock.now()).await?;
        }
        job.finish(tx.connection()).await?;
        Ok::<_, Error>(tx.commit().await?)
    };
    work.await.map_err(JobError::retry)
}

/// Stores what Stripe has sent, or tried to, and is not here; says how many.
async fn perdidos(app: &Arc<App>) -> Result<usize> {
    let stripe = &app.pagamentos()?.stripe;
    let since = app.clock.now() - EVENTOS;
    let (mut novos, mut after) = (0, None);
    for _ in 0..PAGINAS {
        let page = stripe.events(&eventos::TIPOS, after.as_deref()).await.map_err(indisponivel)?;
        for event in &page.data {
            if event.criado_em().is_some_and(|at| at >= since) && eventos::achado(app, event).await? {
                tracing::warn!(evento = event.id, tipo = event.kind, "an event of Stripe had not come");
                novos += 1;
            }
        }
        // Newest first.
        let last = page.data.last();
        let old = last.is_none_or(|e| e.criado_em().is_none_or(|at| at < since));
        after = last.map(|e| e.id.clone());
        if old || !page.has_more {
            break;
        }
        tokio::time::sleep(PAUSA).await;
    }
    Ok(novos)
}

/// Sends the customers on their way again whose events failed until nobody tried any more; says how many.
async fn parados(app: &Arc<App>) -> Result<usize> {
    let now = app.clock.now();
    let mut tx = app.db.system().await?;
    let customers = evento_stripe::stuck(&mut tx, now - PARADO, LOTE).await?;
    for customer in &customers {
        eventos::enfileirar(&mut tx, customer, "reconciliar", now).await?;
    }
    tx.commit().await?;
    Ok(customers.len())
}

/// Reads customers whose rows are old; gives where to go on, if there are more.
async fn clientes(app: &Arc<App>, from: Option<String>) -> Result<Option<String>> {
    let began = Instant::now();
    let mut from = from.unwrap_or_default();
    let mut in_vain = 0;
    loop {
        let mut tx = app.db.system().await?;
        let found = cliente::customers_read_before(&mut tx, app.clock.now() - FRESCO, &from, LOTE).await?;
        tx.commit().await?;
        let Some(last) = found.last().cloned() else { return Ok(None) };
        for customer in &found {
            match sincronia::reler(app, customer).await {
                Ok(_) => in_vain = 0,
                Err(e) => {
                    in_vain += 1;
                    tracing::warn!(error = %e, customer, "a customer could not be read");
                    if in_vain >= DESISTE {
                        return Err(e);
                    }
                }
            }
            if began.elapsed() > BUDGET {
                return Ok(Some(customer.clone()));
            }
            tokio::time::sleep(PAUSA).await;
        }
        from = last;
    }
}
