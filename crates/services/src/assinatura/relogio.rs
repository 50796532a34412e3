//! What time alone changes: each day of grace is told, grace ends, and who stays suspended for [`SUSPENSO_ATE`] is ended. A
//! clock stores a job for each such cliente; that job looks again under a lock, so any number of processes may run it.
//!
//! Before anybody is suspended or ended Stripe is asked once more: a webhook may have been lost, and nobody who has paid is
//! silenced because we did not hear of it. While Stripe does not answer, they wait.

use std::sync::Arc;
use std::time::Duration;

use contracts::StatusCliente;
use db::TenantTx;
use db::models::cliente;
use jobs::{JobCtx, JobError, NewJob};

use super::vida::{self, SUSPENSO_ATE};
use super::{fim, sincronia};
use crate::{App, Ctx, Error, Result, whatsapp};

/// Queue of all jobs here, and kind of the one that looks for clientes.
pub const JOB_RELOGIO: &str = "assinatura_relogio";
/// How often.
pub const EVERY: Duration = Duration::from_secs(10 * 60);
/// Kind of the job for one of them.
pub const JOB_PASSO: &str = "assinatura_passo";
/// Kind of the job that lets the number of an ended assinatura go.
pub const JOB_DESLIGAR: &str = "assinatura_desligar";

/// Stores a job for each cliente for whom time matters.
pub async fn tick(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let now = app.clock.now();
    let work = async {
        let mut tx = app.db.system().await?;
        for id in cliente::to_watch(&mut tx, now - SUSPENSO_ATE).await? {
            let passo = NewJob::new(JOB_RELOGIO, JOB_PASSO).key(id.to_string()).tenant(id.0).max_attempts(8);
            jobs::enqueue(tx.connection(), &passo, now).await?;
        }
        job.finish(tx.connection()).await?;
        Ok::<_, Error>(tx.commit().await?)
    };
    work.await.map_err(JobError::retry)
}

/// One of them.
pub async fn passo(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job.job)?;
    andar(&ctx).await.map_err(JobError::retry)
}

async fn andar(ctx: &Ctx) -> Result<()> {
    let now = ctx.now();
    let mut tx = ctx.tenant().await?;
    let Some(quem) = cliente::get(&mut tx).await? else { return Ok(()) };
    let Some(s) = cliente::situacao(&mut tx).await? else { return Ok(()) };
    tx.commit().await?;
    let vence = s.status == StatusCliente::Inadimplente
        && s.inadimplente_desde.is_some_and(|desde| now >= desde + ctx.app.carencia);
    let desiste = s.status == StatusCliente::Suspenso && s.suspenso_em.is_some_and(|em| now >= em + SUSPENSO_ATE);
    if let Some(customer) = quem.stripe_customer_id.filter(|_| vence || desiste) {
        // Writes down what it finds, and what the time makes of that.
        sincronia::reler(&ctx.app, &customer).await?;
        if desiste {
            fim::desistir(ctx, &customer).await?;
        }
        return Ok(());
    }
    let mut tx = ctx.tenant().await?;
    vida::aplicar(ctx, &mut tx).await?;
    Ok(tx.commit().await?)
}

/// Stores the job that lets the number go: who is no longer our cliente sends us nobody's messages.
pub(super) async fn desligar(ctx: &Ctx, tx: &mut TenantTx) -> Result<()> {
    let id = tx.cliente_id();
    let job = NewJob::new(JOB_RELOGIO, JOB_DESLIGAR)
        .key(id.to_string())
        .tenant(id.0)
        .request_id(&ctx.request_id)
        .max_attempts(20);
    jobs::enqueue(tx.connection(), &job, ctx.now()).await?;
    Ok(())
}

/// Lets it go, unless the cliente has come back meanwhile.
pub async fn run_desligar(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job.job)?;
    let work = async {
        let mut tx = ctx.tenant().await?;
        let ended = cliente::get(&mut tx).await?.is_some_and(|c| c.status == StatusCliente::Cancelado);
        tx.commit().await?;
        if ended {
            whatsapp::disconnect(&ctx).await?;
        }
        Ok::<_, Error>(())
    };
    work.await.map_err(JobError::retry)
}
