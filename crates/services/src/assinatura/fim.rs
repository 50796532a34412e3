//! The end of an assinatura from our side. Nobody is charged for an account that is closed, and none is erased while Stripe
//! still charges for it.
//!
//! Closing an account ends its assinatura with the paid period, so that reopening can take it back; one whose payment is
//! missing ends at once, since Stripe would go on trying. Nothing is paid back by itself. What Stripe is to be asked is read
//! from our rows when the job runs, so closing and reopening in quick succession end in what was wanted last. When the account
//! is erased, whatever is still there is ended at once.

use std::sync::Arc;

use contracts::StatusCliente;
use db::TenantTx;
use db::models::{assinatura, cliente};
use integrations::stripe::StripeError;
use jobs::{JobCtx, JobError, NewJob};

use super::relogio::JOB_RELOGIO;
use super::{checkout, em_vigor, indisponivel, sincronia};
use crate::{App, Ctx, Result};

/// Kind of the job that tells Stripe; its queue is that of the clock.
pub const JOB: &str = "assinatura_no_stripe";

/// The account has been closed or reopened: stores the job that tells Stripe, with that change.
pub(crate) async fn conta_mudou(ctx: &Ctx, tx: &mut TenantTx) -> Result<()> {
    let id = tx.cliente_id();
    let job = NewJob::new(JOB_RELOGIO, JOB)
        .key(id.to_string())
        .group(format!("{JOB}:{id}"))
        .tenant(id.0)
        .request_id(&ctx.request_id)
        .max_attempts(20);
    jobs::enqueue(tx.connection(), &job, ctx.now()).await?;
    Ok(())
}

/// Tells Stripe.
pub async fn run(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job.job)?;
    acertar(&ctx).await.map_err(JobError::retry)
}

async fn acertar(ctx: &Ctx) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    let Some(quem) = cliente::get(&mut tx).await? else { return Ok(()) };
    tx.commit().await?;
    if quem.encerra_em.is_some() {
        checkout::fechar_paginas(ctx, quem.id).await?;
    }
    let Some(customer) = quem.stripe_customer_id else { return Ok(()) };
    // What Stripe says now, not what it said last night.
    sincronia::reler(&ctx.app, &customer).await?;
    let mut tx = ctx.tenant().await?;
    let fechada = cliente::get(&mut tx).await?.is_some_and(|c| c.encerra_em.is_some());
    let todas = assinatura::list(&mut tx).await?;
    let nossas = assinatura::encerradas_com_a_conta(&mut tx).await?;
    let vivas: Vec<_> = todas.into_iter().filter(em_vigor).collect();
    // What its owner had ended already stays ended, whatever becomes of the account.
    let minha = |a: &assinatura::Assinatura| nossas.contains(&a.id) || a.cancela_em.is_none();
    if fechada {
        // Remembered before the call: a crash in between must not make it the owner's.
        for a in vivas.iter().filter(|a| minha(a)) {
            assinatura::set_encerrada_com_a_conta(&mut tx, &a.id, true).await?;
        }
    }
    tx.commit().await?;
    let stripe = &ctx.app.pagamentos()?.stripe;
    for a in &vivas {
        match (fechada, a.status.as_str()) {
            (true, "active" | "trialing") if minha(a) => gone(stripe.cancel_at_period_end(&a.id, true).await)?,
            (true, "active" | "trialing") => {}
            (true, _) => gone(stripe.cancel_subscription(&a.id).await)?,
            (false, _) if nossas.contains(&a.id) => {
                gone(stripe.cancel_at_period_end(&a.id, false).await)?;
                let mut tx = ctx.tenant().await?;
                assinatura::set_encerrada_com_a_conta(&mut tx, &a.id, false).await?;
                tx.commit().await?;
            }
            (false, _) => {}
        }
    }
    sincronia::reler(&ctx.app, &customer).await?;
    tracing::info!(cliente_id = %ctx.cliente_id()?, fechada, assinaturas = vivas.len(), "Stripe knows of the account");
    Ok(())
}

/// Ends what nobody has paid for so long.
pub(super) async fn desistir(ctx: &Ctx, customer: &str) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    let suspensa = cliente::situacao(&mut tx).await?.is_some_and(|s| s.status == StatusCliente::Suspenso);
    tx.commit().await?;
    if suspensa {
        encerrar_todas(ctx).await?;
        sincronia::reler(&ctx.app, customer).await?;
    }
    Ok(())
}

/// The last look before a cliente is erased: who turns out to have paid comes alive here, and what still runs is ended.
///
/// # Errors
/// Where Stripe does not answer, or is not configured any more: then nobody is erased.
pub(crate) async fn liberar(ctx: &Ctx) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    let customer = cliente::get(&mut tx).await?.and_then(|c| c.stripe_customer_id);
    tx.commit().await?;
    let Some(customer) = customer else { return Ok(()) };
    // Before the reading: nothing can be paid there any more after it.
    checkout::fechar_paginas(ctx, ctx.cliente_id()?).await?;
    sincronia::reler(&ctx.app, &customer).await?;
    let mut tx = ctx.tenant().await?;
    let ended = cliente::get(&mut tx).await?.is_some_and(|c| c.status == StatusCliente::Cancelado);
    tx.commit().await?;
    if ended {
        encerrar_todas(ctx).await?;
    }
    Ok(())
}

async fn encerrar_todas(ctx: &Ctx) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    let todas = assinatura::list(&mut tx).await?;
    tx.commit().await?;
    for a in todas.iter().filter(|a| em_vigor(a)) {
        gone(ctx.app.pagamentos()?.stripe.cancel_subscription(&a.id).await)?;
        tracing::warn!(cliente_id = %ctx.cliente_id()?, assinatura = a.id, "subscription ended by us");
    }
    Ok(())
}

/// What is not there any more, or has ended, needs no ending.
fn gone<T>(called: std::result::Result<T, StripeError>) -> Result<()> {
    match called {
        Ok(_) => Ok(()),
        Err(e) if e.is_missing() => Ok(()),
        Err(e) => Err(indisponivel(e)),
    }
}
