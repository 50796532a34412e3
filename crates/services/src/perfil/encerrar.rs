//! An account is closed by its owner: silent at once, its number disconnected, every login ended, its assinatura not renewed.
//! For [`PRAZO`] it can be reopened by signing in; then a job erases it with everything that is kept of it, in batches, so that
//! nobody else waits. So it is with one whose assinatura has ended, [`PRAZO`] after that.
//!
//! What stays out of reach: mails that have left, the owner's own phone, the invoices at Stripe, which the law wants kept, and
//! backups until they are overwritten.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::auth::{ClienteDto, EncerrarRequest};
use contracts::{ClienteId, ErrorCode};
use db::models::{checkout, cliente, contato, evento_recebido, evento_stripe, mensagem, midia};
use jobs::{JobCtx, JobError, NewJob};

use crate::assinatura::fim;
use crate::auth::{self, guessed_wrong, guesses, senha};
use crate::ctx::not_found;
use crate::{App, Ctx, Error, Result, emails, whatsapp};

/// Between closing and erasing.
pub const PRAZO: TimeDelta = TimeDelta::days(30);
/// Kind of the job that looks for accounts whose time is over; its queue is that of the retention.
pub const JOB_RELOGIO: &str = "contas_relogio";
/// How often.
pub const EVERY: Duration = Duration::from_secs(60 * 60);
/// Kind of the job that erases one.
pub const JOB: &str = "conta_apagar";
/// Rows of one transaction; calls may hold pictures, and files are removed one by one.
const BATCH: i64 = 5_000;
const BATCH_RECEBIDOS: i64 = 500;
/// Accounts found by one look.
const ACHADAS: i64 = 100;

/// Closes the account.
///
/// # Errors
/// `validation_failed` for a wrong senha or another name; `conflict` if it is closed already.
pub async fn encerrar(ctx: &Ctx, request: EncerrarRequest) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    let quem = cliente::get(&mut tx).await?.ok_or_else(not_found)?;
    tx.commit().await?;
    let simples = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    if simples(&request.nome) != simples(&quem.nome) {
        return Err(Error::field("nome", format!("Escreva o nome como está na conta: {}.", quem.nome)));
    }
    guesses(ctx, &quem.email).await?;
    if !senha::verify(&request.senha, Some(&quem.senha_hash)).await? {
        guessed_wrong(ctx, &quem.email).await;
        return Err(Error::field("senha", "A senha não confere.".into()));
    }
    let now = ctx.now();
    let mut tx = ctx.tenant().await?;
    if !cliente::close(&mut tx, now + PRAZO, now).await? {
        return Err(ErrorCode::Conflict.into());
    }
    cliente::revoke_other_sessoes(&mut tx, None, now).await?;
    emails::queue(ctx, &mut tx, emails::Modelo::ContaEncerrada { apaga_em: now + PRAZO }).await?;
    fim::conta_mudou(ctx, &mut tx).await?;
    tx.commit().await?;
    // Nothing more comes in. The account is closed whether or not this works: the assistant is silent either way.
    if let Err(e) = whatsapp::disconnect(ctx).await {
        tracing::warn!(error = %e, "the number of a closed account is still connected");
    }
    tracing::warn!(cliente_id = %quem.id, "account closed by its owner");
    Ok(())
}

/// Opens it again as it was, without a connected number; an assinatura that has not ended meanwhile goes on.
///
/// # Errors
/// `conflict` if it is not closed.
pub async fn reabrir(ctx: &Ctx) -> Result<ClienteDto> {
    let mut tx = ctx.tenant().await?;
    if !cliente::reopen(&mut tx, ctx.now()).await? {
        return Err(ErrorCode::Conflict.into());
    }
    let row = cliente::get(&mut tx).await?.ok_or_else(not_found)?;
    fim::conta_mudou(ctx, &mut tx).await?;
    tx.commit().await?;
    tracing::warn!(cliente_id = %row.id, "account reopened by its owner");
    Ok(auth::dto(row))
}

/// Whether the account is closed.
pub async fn encerrada(ctx: &Ctx) -> Result<bool> {
    let mut tx = ctx.tenant().await?;
    let row = cliente::get(&mut tx).await?;
    tx.commit().await?;
    Ok(row.is_some_and(|c| c.encerra_em.is_some()))
}

/// Stores a job for each account whose time is over.
pub async fn tick(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let now = app.clock.now();
    let work = async {
        let mut tx = app.db.system().await?;
        for id in cliente::to_erase(&mut tx, now, now - PRAZO, ACHADAS).await? {
            // Without the tenant: the job must outlive it.
            let job = NewJob::new(crate::retencao::JOB, JOB).key(id.to_string()).payload(&id);
            jobs::enqueue(tx.connection(), &job, now).await?;
        }
        job.finish(tx.connection()).await?;
        Ok::<_, Error>(tx.commit().await?)
    };
    work.await.map_err(JobError::retry)
}

/// Erases one.
pub async fn run(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let id: ClienteId = job.payload()?;
    apagar(&app, id).await.map_err(JobError::retry)
}

async fn apagar(app: &Arc<App>, id: ClienteId) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.system().await?;
    let due = cliente::lock_to_erase(&mut tx, id, now, now - PRAZO).await?;
    tx.commit().await?;
    if !due {
        return Ok(());
    }
    let ctx = Ctx::system(app, id, format!("conta-{id}"));
    // Nobody is erased who pays, and nobody is charged who is erased.
    fim::liberar(&ctx).await?;
    let mut tx = app.db.system().await?;
    let due = cliente::lock_to_erase(&mut tx, id, now, now - PRAZO).await?;
    let quem = cliente::find(&mut tx, id).await?;
    tx.commit().await?;
    let Some(quem) = quem.filter(|_| due) else { return Ok(()) };
    // First, so that nothing new comes; the job that removes the instance at Evolution stays.
    whatsapp::disconnect(&ctx).await?;
    let fim = now + TimeDelta::days(1);
    while batch(&ctx, fim).await? {}
    app.retriever.store().remove(id.0).await.map_err(|e| Error::caused(ErrorCode::Internal, e))?;
    app.retriever.invalidate(id.0);
    let mut tx = app.db.system().await?;
    // Reopened meanwhile: what is gone is gone, but the account stays.
    if cliente::lock_to_erase(&mut tx, id, now, now - PRAZO).await? {
        // What Stripe told us names and addresses; so do the sign-ups before the one that made the account.
        evento_stripe::delete_of(&mut tx, &quem.email).await?;
        checkout::delete_of(&mut tx, &quem.email).await?;
        cliente::erase(&mut tx, id, whatsapp::JOB_APAGAR).await?;
    }
    tx.commit().await?;
    tracing::warn!(cliente_id = %id, "account erased");
    Ok(())
}

/// One transaction; says whether another may find more.
async fn batch(ctx: &Ctx, fim: DateTime<Utc>) -> Result<bool> {
    let mut tx = ctx.tenant().await?;
    let files = midia::delete(&mut tx, &midia::Quais::Antes(fim)).await?;
    let linhas = mensagem::delete_before(&mut tx, fim, BATCH).await?;
    let chamadas = evento_recebido::delete_before(&mut tx, fim, BATCH_RECEBIDOS).await?;
    let pessoas = contato::delete_silent_before(&mut tx, fim, BATCH_RECEBIDOS).await?;
    tx.commit().await?;
    crate::midia::remove_files(&ctx.app, ctx.cliente_id()?, &files).await;
    let full = |n: usize, limit: i64| i64::try_from(n).is_ok_and(|n| n >= limit);
    Ok(full(linhas, BATCH) || full(chamadas, BATCH_RECEBIDOS) || full(pessoas, BATCH_RECEBIDOS))
}
