//! A reply leaves. Evolution knows no idempotency key, so a call whose outcome is unknown (a crash, a time-out) is
//! looked for in the chat before it is made again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use contracts::estado::Transicao;
use contracts::eventos::Evento;
use contracts::{ErrorCode, EstadoConversa, MensagemId, StatusEnvio, TipoMensagem};
use db::TenantTx;
use db::models::conversa::{self, Conversa};
use db::models::mensagem::{self, NewMensagem};
use db::models::midia::{self, Midia};
use db::models::outbox::{self, Envio};
use db::models::{cliente, contato, instancia};

use integrations::evolution::{EvolutionError, OutgoingMedia, Sent, StoredMessage};
use jobs::{Job, JobCtx, JobError, NewJob};
use tracing::Instrument;

use super::JOB_ENVIO;
use crate::whatsapp::uso;
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
/// Why a reply of the assistant did not leave, for the owner.
pub(crate) const RETIRADA: &str = "Não enviada: uma pessoa assumiu a conversa.";
/// The same where the assinatura has ended meanwhile.
const INATIVA: &str = "Não enviada: a assinatura não está ativa.";
/// A call that took longer than this hung.
const SLOW: Duration = Duration::from_secs(10);

/// Puts a person's line into the outbox and stores the job that sends it, at once.
///
/// # Errors
/// `contact_never_wrote` where the contato has not written: nobody is written to first.
pub(crate) async fn queue_send(ctx: &Ctx, tx: &mut TenantTx, conversa: &Conversa, new: &NewMensagem) -> Result<()> {
    queue(ctx, tx, &conversas::envio(conversa, new), ctx.now()).await
}

/// The same for a line of the assistant, which leaves at `em`. `responde`: the `ordem` after which the lines begin that it
/// answers, and of the last of them; `None` for what is never withdrawn.
pub(super) async fn queue_auto(
    ctx: &Ctx,
    tx: &mut TenantTx,
    conversa: &Conversa,
    new: &NewMensagem,
    em: DateTime<Utc>,
    responde: Option<(i64, i64)>,
) -> Result<()> {
    let (responde_de, responde_ate) = responde.unzip();
    let row = Envio { automatica: true, responde_de, responde_ate, ..conversas::envio(conversa, new) };
    queue(ctx, tx, &row, em).await
}

/// Puts a person's line, that was given up, on its way again.
pub(crate) async fn queue_again(ctx: &Ctx, tx: &mut TenantTx, row: Envio) -> Result<()> {
    outbox::send_again(tx, &row).await?;
    enqueue(ctx, tx, &row, ctx.now()).await
}

async fn queue(ctx: &Ctx, tx: &mut TenantTx, row: &Envio, em: DateTime<Utc>) -> Result<()> {
    if mensagem::newest_of_contato(tx, row.conversa_id).await?.is_none() {
        return Err(ErrorCode::ContactNeverWrote.into());
    }
    outbox::insert(tx, row).await?;
    enqueue(ctx, tx, row, em).await
}

async fn enqueue(ctx: &Ctx, tx: &mut TenantTx, row: &Envio, em: DateTime<Utc>) -> Result<()> {
    let job = NewJob::new(JOB_ENVIO, JOB_ENVIO)
        .key(row.id.to_string())
        // One at a time for each contato (pitfall P13), in the order written.
        .group(format!("envio:{}", row.conversa_id))
        .tenant(row.cliente_id.0)
        .request_id(&ctx.request_id)
        .payload(&row.id)
        .at(em)
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
    fail(&ctx, None, id, "Não foi possível entregar ao WhatsApp.", Causa::Entrega).await.map_err(JobError::retry)
}

async fn handle(ctx: &Ctx, job: &JobCtx, id: MensagemId) -> std::result::Result<(), JobError> {
    let Some(Saida { envio, instance, arquivo, void }) = begin(ctx, job, id).await.map_err(JobError::retry)? else {
        return Ok(());
    };
    let evolution = &ctx.app.evolution;
    // ENVIANDO at the start: an earlier call was made and nobody knows how it ended.
    if envio.status == StatusEnvio::Enviando {
        match find(ctx, &instance, &envio, arquivo.as_ref()).await {
            Ok(Some(externa_id)) => {
                tracing::info!("an earlier call had sent it");
                return sent(ctx, job, &envio, &externa_id).await.map_err(JobError::retry);
            }
            Ok(None) if void.is_some() => {
                let why = void.unwrap_or(RETIRADA);
                return fail(ctx, Some(job), id, why, Causa::Retirada).await.map_err(JobError::retry);
            }
            // Evolution goes on with a call whose caller has died.
            Ok(None) | Err(_) if job.job.abandoned() => {
                return Err(JobError::retry_after(HUNG, "a call may be under way"));
            }
            Ok(None) => {}
            Err(e) => return Err(JobError::retry(e)),
        }
    }
    if envio.automatica && uso::pausado(ctx).await.map_err(JobError::retry)? {
        return fail(ctx, Some(job), id, uso::PAUSADO, Causa::Entrega).await.map_err(JobError::retry);
    }
    if job.lost.is_cancelled() {
        return Err(JobError::retry("the lease was lost"));
    }
    let began = Instant::now();
    let called = match &arquivo {
        None => evolution.send_text(&instance, &envio.destino, &envio.conteudo, None).await,
        Some(file) => match media(ctx, file, &envio).await.map_err(JobError::retry)? {
            Some(media) => evolution.send_media(&instance, &envio.destino, &media).await,
            None => {
                let why = "O arquivo não está mais guardado. Envie de novo.";
                return fail(ctx, Some(job), id, why, Causa::Entrega).await.map_err(JobError::retry);
            }
        },
    };
    match called {
        Ok(message) => sent(ctx, job, &envio, &message.id).await.map_err(JobError::retry),
        Err(e) if e.sent() == Sent::Unknown && began.elapsed() > SLOW => Err(JobError::retry_after(HUNG, e)),
        // Stays ENVIANDO: the next attempt looks first.
        Err(e) if e.sent() == Sent::Unknown => Err(JobError::retry(e)),
        Err(e) => refused(ctx, job, &envio, e).await,
    }
}

/// A line about to leave.
struct Saida {
    /// As it was before this attempt.
    envio: Envio,
    instance: String,
    /// The file that it is.
    arquivo: Option<Midia>,
    /// Why it must not leave any more, in words for the owner.
    void: Option<&'static str>,
}

/// Marks the call as begun, durably, before it is made. `None`: nothing to do any more.
async fn begin(ctx: &Ctx, job: &JobCtx, id: MensagemId) -> Result<Option<Saida>> {
    let now = ctx.now();
    let mut tx = ctx.tenant().await?;
    let row = outbox::lock(&mut tx, id).await?;
    let void = match &row {
        Some(row) => void(&mut tx, row).await?,
        None => None,
    };
    if let (Some(why), Some(StatusEnvio::Pendente)) = (void, row.as_ref().map(|r| r.status)) {
        tx.commit().await?;
        fail(ctx, Some(job), id, why, Causa::Retirada).await?;
        return Ok(None);
    }
    let instance = instancia::get(&mut tx).await?;
    let arquivo = midia::of(&mut tx, &[id]).await?.pop();
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
    Ok(Some(Saida { envio: row, instance: instance.instance_id, arquivo, void }))
}

/// The file as it is sent; `None` if its bytes are gone.
async fn media(ctx: &Ctx, file: &Midia, envio: &Envio) -> Result<Option<OutgoingMedia>> {
    let Some(content) = crate::midia::content(ctx, file).await? else { return Ok(None) };
    Ok(Some(OutgoingMedia {
        kind: crate::midia::kind(file.tipo),
        base64: STANDARD.encode(content),
        mimetype: file.mimetype.clone(),
        file_name: file.nome.clone(),
        caption: Some(envio.conteudo.clone()).filter(|c| !c.is_empty()),
    }))
}

/// Whether the assistant wrote this and has since lost the word: a person has taken over, or the assinatura has ended. What a
/// person wrote leaves all the same.
async fn void(tx: &mut TenantTx, envio: &Envio) -> Result<Option<&'static str>> {
    if !envio.automatica {
        return Ok(None);
    }
    if !cliente::get(tx).await?.is_some_and(|c| c.status.assinatura_ativa()) {
        return Ok(Some(INATIVA));
    }
    let now = conversa::get(tx, envio.conversa_id).await?;
    Ok(now.is_some_and(|(c, _)| c.estado == EstadoConversa::HumanoRespondeu).then_some(RETIRADA))
}

/// Evolution's id of this reply, if the chat holds it.
///
/// A file is known by its kind and the words under it: the peer makes a picture anew, so its bytes say nothing.
async fn find(ctx: &Ctx, instance: &str, envio: &Envio, arquivo: Option<&Midia>) -> Result<Option<String>> {
    let since = envio.tentada_em.map(|at| at.timestamp() - CLOCK_SKEW_SECONDS);
    // Evolution files it under the jid that WhatsApp uses: any of the contato's.
    let mut tx = ctx.tenant().await?;
    let jids = contato::jids(&mut tx, envio.conversa_id).await?;
    tx.commit().await?;
    let mut candidates = Vec::new();
    for jid in jids {
        let stored = ctx.app.evolution.find_messages(instance, &jid, true, since).await;
        let stored = stored.map_err(|e| Error::caused(contracts::ErrorCode::WhatsappUnavailable, e))?;
        let same = |m: &StoredMessage| {
            m.media == arquivo.map(|file| crate::midia::kind(file.tipo))
                && m.text.as_deref().unwrap_or_default() == envio.conteudo
        };
        candidates.extend(stored.into_iter().filter(same).map(|m| m.id));
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
            let why = "Este número não está no WhatsApp.";
            fail(ctx, Some(job), envio.id, why, Causa::Entrega).await.map_err(JobError::retry)
        }
        EvolutionError::Refused { status, .. } if !matches!(status, 408 | 429) => {
            tracing::warn!(error = %e, "reply refused");
            let why = "O WhatsApp recusou a mensagem.";
            fail(ctx, Some(job), envio.id, why, Causa::Recusada).await.map_err(JobError::retry)
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

/// Why a line is given up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Causa {
    /// It could not be delivered.
    Entrega,
    /// WhatsApp refused it, which counts against the number.
    Recusada,
    /// We took it back, so no person is called for it.
    Retirada,
}

/// Gives a line up.
async fn fail(ctx: &Ctx, job: Option<&JobCtx>, id: MensagemId, motivo: &str, causa: Causa) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    // The conversation first, as everybody who changes one does: other orders of locks would meet in a deadlock.
    let row = match outbox::conversa(&mut tx, id).await? {
        Some(conversa_id) => conversa::lock(&mut tx, conversa_id).await?,
        None => None,
    };
    outbox::set_status(&mut tx, id, StatusEnvio::Falhou, Some(motivo), None).await?;
    if causa == Causa::Recusada {
        uso::sinal(ctx, &mut tx).await?;
    }
    if let Some(conversa_id) = mensagem::set_status_envio(&mut tx, id, StatusEnvio::Falhou, Some(motivo), None).await? {
        eventos::emit(ctx, &mut tx, &Evento::Mensagem { conversa_id }).await?;
        let line = mensagem::get(&mut tx, conversa_id, id).await?;
        let ia = line.is_some_and(|m| m.tipo == TipoMensagem::Ia && !m.automatica());
        if let Some(row) = row.filter(|_| ia && causa != Causa::Retirada) {
            // The contato got no answer: a person must know.
            conversas::change_state(ctx, &mut tx, &row, Transicao::PassarParaHumano).await?;
        }
    }
    if let Some(job) = job {
        job.finish(tx.connection()).await?;
    }
    Ok(tx.commit().await?)
}
