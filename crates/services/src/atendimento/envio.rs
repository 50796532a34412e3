//! A reply leaves. Evolution knows no idempotency key, so a call whose outcome is unknown (a crash, a time-out) is
//! looked for in the chat before it is made again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use contracts::estado::Transicao;
use contracts::eventos::Evento;
use contracts::{MensagemId, StatusEnvio, TipoMensagem};
use db::TenantTx;
use db::models::contato;
use db::models::conversa::{self, Conversa};
use db::models::instancia;
use db::models::mensagem::{self, NewMensagem};
use db::models::outbox::{self, Envio};

use integrations::evolution::{EvolutionError, Sent};
use jobs::{Job, JobCtx, JobError, NewJob};
use tracing::Instrument;

use super::JOB_ENVIO;
use crate::{App, Ctx, Error, Result, conversas, eventos};

/// With the worker's growing delay this is about an hour of an Evolution that is away.
const ATTEMPTS: i32 = 15;
/// Clocks of two machines may differ; a message found this much before our call can still be ours.
const CLOCK_SKEW_SECONDS: i64 = 60;
/// A number that is not connected is tried again after this, growing with each attempt to five minutes: an hour in all.
const NOT_CONNECTED: Duration = Duration::from_secs(30);
const NOT_CONNECTED_MAX: Duration = Duration::from_secs(300);
/// A call that hung may still be under way at Evolution: it is looked for only after this.
const HUNG: Duration = Duration::from_secs(45);
/// A call that took longer than this hung.
const SLOW: Duration = Duration::from_secs(10);

/// Puts a line into the outbox and stores the job that sends it.
pub(crate) async fn queue_send(ctx: &Ctx, tx: &mut TenantTx, conversa: &Conversa, new: &NewMensagem) -> Result<()> {
    outbox::insert(tx, &conversas::envio(conversa, new)).await?;
    let job = NewJob::new(JOB_ENVIO, JOB_ENVIO)
        .key(new.id.to_string())
        // One at a time for each contato (pitfall P13), in the order written.
        .group(format!("envio:{}", conversa.id))
        .tenant(new.cliente_id.0)
        .request_id(&ctx.request_id)
        .payload(&new.id)
        .max_attempts(ATTEMPTS);
    jobs::enqueue(tx.connection(), &job, ctx.now()).await?;
    Ok(())
}

pub(super) async fn run(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job.job)?;
    let id: MensagemId = job.payload()?;
    let span = tracing::info_span!("envio", request_id = ctx.request_id, mensagem_id = %id);
    Box::pin(handle(&ctx, &job, id)).instrument(span).await
}

/// Told to the owner in the thread; an answer of the assistant that never arrived calls a person.
pub(super) async fn given_up(app: Arc<App>, job: Job) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job)?;
    let id: MensagemId = job.payload()?;
    fail(&ctx, None, id, "Não foi possível entregar ao WhatsApp.").await.map_err(JobError::retry)
}

async fn handle(ctx: &Ctx, job: &JobCtx, id: MensagemId) -> std::result::Result<(), JobError> {
    let Some((envio, instance)) = begin(ctx, job, id).await.map_err(JobError::retry)? else { return Ok(()) };
    let evolution = &ctx.app.evolution;
    // ENVIANDO at the start: an earlier call was made and nobody knows how it ended.
    if envio.status == StatusEnvio::Enviando {
        match find(ctx, &instance, &envio).await {
            Ok(Some(externa_id)) => {
                tracing::info!("an earlier call had sent it");
                return sent(ctx, job, &envio, &externa_id).await.map_err(JobError::retry);
            }
            // Evolution goes on with a call whose caller has died.
            Ok(None) | Err(_) if job.job.abandoned() => {
                return Err(JobError::retry_after(HUNG, "a call may be under way"));
            }
            Ok(None) => {}
            Err(e) => return Err(JobError::retry(e)),
        }
    }
    if job.lost.is_cancelled() {
        return Err(JobError::retry("the lease was lost"));
    }
    let began = Instant::now();
    match evolution.send_text(&instance, &envio.destino, &envio.conteudo, None).await {
        Ok(message) => sent(ctx, job, &envio, &message.id).await.map_err(JobError::retry),
        Err(e) if e.sent() == Sent::Unknown && began.elapsed() > SLOW => Err(JobError::retry_after(HUNG, e)),
        // Stays ENVIANDO: the next attempt looks first.
        Err(e) if e.sent() == Sent::Unknown => Err(JobError::retry(e)),
        Err(e) => refused(ctx, job, &envio, e).await,
    }
}

/// Marks the call as begun, durably, before it is made. Gives the row as it was. `None`: nothing to do any more.
async fn begin(ctx: &Ctx, job: &JobCtx, id: MensagemId) -> Result<Option<(Envio, String)>> {
    let now = ctx.now();
    let mut tx = ctx.tenant().await?;
    let row = outbox::lock(&mut tx, id).await?;
    let instance = instancia::get(&mut tx).await?;
    let open = row.filter(|r| matches!(r.status, StatusEnvio::Pendente | StatusEnvio::Enviando));
    let (Some(mut row), Some(instance)) = (open, instance) else {
        job.finish(tx.connection()).await?;
        tx.commit().await?;
        return Ok(None);
    };
    // The first call's time stays: any of them may turn out to have arrived.
    let at = row.tentada_em.unwrap_or(now);
    outbox::set_status(&mut tx, id, StatusEnvio::Enviando, None, Some(at)).await?;
    mensagem::set_status_envio(&mut tx, id, StatusEnvio::Enviando, None, None).await?;
    tx.commit().await?;
    row.tentada_em = Some(at);
    Ok(Some((row, instance.instance_id)))
}

/// Evolution's id of this reply, if the chat holds it.
async fn find(ctx: &Ctx, instance: &str, envio: &Envio) -> Result<Option<String>> {
    let since = envio.tentada_em.map(|at| at.timestamp() - CLOCK_SKEW_SECONDS);
    // Evolution files it under the jid that WhatsApp uses: any of the contato's.
    let mut tx = ctx.tenant().await?;
    let jids = contato::jids(&mut tx, envio.conversa_id).await?;
    tx.commit().await?;
    let mut candidates = Vec::new();
    for jid in jids {
        let stored = ctx.app.evolution.find_messages(instance, &jid, true, since).await;
        let stored = stored.map_err(|e| Error::caused(contracts::ErrorCode::WhatsappUnavailable, e))?;
        candidates.extend(stored.into_iter().filter(|m| m.text.as_deref() == Some(&envio.conteudo)).map(|m| m.id));
    }
    let mut tx = ctx.tenant().await?;
    // The same words may have been sent before, as another reply.
    let known = outbox::known(&mut tx, &candidates).await?;
    tx.commit().await?;
    Ok(candidates.into_iter().find(|id| !known.contains(id)))
}

async fn sent(ctx: &Ctx, job: &JobCtx, envio: &Envio, externa_id: &str) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    outbox::sent(&mut tx, envio.id, externa_id).await?;
    mensagem::set_status_envio(&mut tx, envio.id, StatusEnvio::Enviada, None, Some(externa_id)).await?;
    eventos::emit(ctx, &mut tx, &Evento::Mensagem { conversa_id: envio.conversa_id }).await?;
    job.finish(tx.connection()).await?;
    tx.commit().await?;
    tracing::info!(conversa_id = %envio.conversa_id, "reply sent");
    Ok(())
}

async fn refused(ctx: &Ctx, job: &JobCtx, envio: &Envio, e: EvolutionError) -> std::result::Result<(), JobError> {
    match e {
        EvolutionError::NotOnWhatsapp => {
            fail(ctx, Some(job), envio.id, "Este número não está no WhatsApp.").await.map_err(JobError::retry)
        }
        EvolutionError::Refused { status, .. } if !matches!(status, 408 | 429) => {
            tracing::warn!(error = %e, "reply refused");
            fail(ctx, Some(job), envio.id, "O WhatsApp recusou a mensagem.").await.map_err(JobError::retry)
        }
        e => {
            let reset = async {
                let mut tx = ctx.tenant().await?;
                let status = if envio.status == StatusEnvio::Enviando { envio.status } else { StatusEnvio::Pendente };
                outbox::set_status(&mut tx, envio.id, status, Some(&e.to_string()), None).await?;
                Ok::<_, Error>(tx.commit().await?)
            };
            reset.await.map_err(JobError::retry)?;
            match e {
                EvolutionError::NotConnected => {
                    let attempt = job.job.attempt.unsigned_abs();
                    Err(JobError::retry_after((NOT_CONNECTED * attempt).min(NOT_CONNECTED_MAX), e))
                }
                e => Err(JobError::retry(e)),
            }
        }
    }
}

async fn fail(ctx: &Ctx, job: Option<&JobCtx>, id: MensagemId, motivo: &str) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    outbox::set_status(&mut tx, id, StatusEnvio::Falhou, Some(motivo), None).await?;
    if let Some(conversa_id) = mensagem::set_status_envio(&mut tx, id, StatusEnvio::Falhou, Some(motivo), None).await? {
        eventos::emit(ctx, &mut tx, &Evento::Mensagem { conversa_id }).await?;
        let ia = mensagem::get(&mut tx, conversa_id, id).await?.is_some_and(|m| m.tipo == TipoMensagem::Ia);
        if let Some(row) = conversa::lock(&mut tx, conversa_id).await?.filter(|_| ia) {
            // The contato got no answer: a person must know.
            conversas::change_state(ctx, &mut tx, &row, Transicao::PassarParaHumano).await?;
        }
    }
    if let Some(job) = job {
        job.finish(tx.connection()).await?;
    }
    Ok(tx.commit().await?)
}
