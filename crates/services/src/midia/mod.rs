//! Files that come with messages, or that a person sends: fetched by a job, kept in the media store, shown by their id, removed with their line.
//!
//! The file is written before its row says so. What a crash leaves without a row is swept an hour later.

mod arquivos;
mod tipo;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contracts::conversas::MidiaDto;
use contracts::eventos::Evento;
use contracts::{ClienteId, ErrorCode, EstadoMidia, MensagemId, MidiaId, TipoConteudo};
use db::TenantTx;
use db::models::evento_recebido;
use db::models::instancia;
use db::models::midia::{self, Fonte, Midia, NewMidia, Quais};
use integrations::evolution::message::MediaInfo;
use integrations::evolution::{EvolutionError, MediaKind, webhook};
use jobs::{Job, JobCtx, JobError, NewJob};
use serde_json::Value;
use tracing::Instrument;

pub use arquivos::Arquivos;
pub(crate) use tipo::Tipo;

use crate::ctx::{new_id, not_found};
use crate::{App, Ctx, Error, Result, eventos};

/// Kind and queue of the job that brings a file into the store.
pub const JOB: &str = "midia";
/// Kind and queue of the job that removes files without a row.
pub const JOB_VARREDURA: &str = "midia_varredura";
/// How often the sweep runs.
pub const VARREDURA_EVERY: Duration = Duration::from_secs(60 * 60);
/// Largest file that is kept, in bytes: WhatsApp's own limit for pictures, films and voice notes. Documents may be larger.
pub const LIMITE: usize = 16 * 1024 * 1024;
/// Evolution itself tries for five seconds; a file that three jobs did not get has expired.
const ATTEMPTS: i32 = 3;
/// A file younger than this may still be about to get its row.
const SEM_LINHA: Duration = Duration::from_secs(3600);
/// Ids in one question to the database.
const BATCH: usize = 500;

/// Announces the file of a line that has just been added, and stores the job that fetches it.
pub(crate) async fn announce(
    ctx: &Ctx,
    tx: &mut TenantTx,
    mensagem_id: MensagemId,
    tipo: TipoConteudo,
    info: &MediaInfo,
) -> Result<()> {
    let row = NewMidia {
        id: MidiaId(new_id()),
        cliente_id: tx.cliente_id(),
        mensagem_id,
        tipo,
        mimetype: info.mimetype.clone(),
        nome: info.file_name.clone(),
        bytes: info.bytes,
        segundos: info.seconds.and_then(|s| i32::try_from(s).ok()),
        created_at: ctx.now(),
    };
    if !midia::insert(tx, &row).await? {
        return Ok(());
    }
    let job = NewJob::new(JOB, JOB)
        .key(mensagem_id.to_string())
        .tenant(row.cliente_id.0)
        .request_id(&ctx.request_id)
        .payload(&mensagem_id)
        .max_attempts(ATTEMPTS);
    jobs::enqueue(tx.connection(), &job, ctx.now()).await?;
    Ok(())
}

pub(crate) async fn run_job(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job.job)?;
    let id: MensagemId = job.payload()?;
    let span = tracing::info_span!("midia", request_id = ctx.request_id, mensagem_id = %id);
    Box::pin(fetch(&ctx, Some(&job), id)).instrument(span).await.map_err(JobError::retry)
}

/// The owner is told that the file is on the phone only.
pub(crate) async fn given_up(app: Arc<App>, job: Job) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job)?;
    let id: MensagemId = job.payload()?;
    let work = async {
        let mut tx = ctx.tenant().await?;
        let Some((midia, fonte)) = midia::pending(&mut tx, id).await? else { return Ok(()) };
        settle(&ctx, &mut tx, &midia, fonte, EstadoMidia::Indisponivel).await?;
        Ok::<_, Error>(tx.commit().await?)
    };
    work.await.map_err(JobError::retry)
}

/// Brings the file of a line into the store, unless it is there or will never be. Safe to call twice at once.
///
/// # Errors
/// `whatsapp_unavailable` when Evolution did not hand it out: another try may.
pub(crate) async fn fetch(ctx: &Ctx, job: Option<&JobCtx>, mensagem_id: MensagemId) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    let found = midia::pending(&mut tx, mensagem_id).await?;
    let instance = instancia::get(&mut tx).await?.map(|i| i.instance_id).unwrap_or_default();
    tx.commit().await?;
    let Some((row, mut fonte)) = found else { return Ok(()) };
    // Nothing below holds a transaction until the bytes are on the disk.
    let (content, mimetype) = match obtain(ctx, &instance, &row, &mut fonte).await? {
        Ok(found) => found,
        Err(estado) => {
            let mut tx = ctx.tenant().await?;
            settle(ctx, &mut tx, &row, fonte, estado).await?;
            return finish(tx, job).await;
        }
    };
    let cliente_id = ctx.cliente_id()?;
    ctx.app.midias.write(cliente_id, row.id, &content).await.map_err(|e| Error::caused(ErrorCode::Unavailable, e))?;
    let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
    let mut tx = ctx.tenant().await?;
    let wanted = midia::stored(&mut tx, row.id, size, &sha256(&content), mimetype.as_deref()).await?;
    keep_stripped(&mut tx, &fonte).await?;
    eventos::emit(ctx, &mut tx, &Evento::Mensagem { conversa_id: fonte.conversa_id }).await?;
    finish(tx, job).await?;
    if !wanted {
        // Erased meanwhile.
        ctx.app.midias.remove(cliente_id, &[row.id]).await;
    }
    tracing::info!(bytes = size, tipo = %row.tipo, "media stored");
    Ok(())
}

/// Writes the file of a line that a person is about to send. What never gets a row is swept.
pub(crate) async fn write(ctx: &Ctx, file: &NewMidia, content: &[u8]) -> Result<()> {
    let written = ctx.app.midias.write(file.cliente_id, file.id, content).await;
    written.map_err(|e| Error::caused(ErrorCode::Unavailable, e))
}

/// Says that the file of this line, written before, is here.
pub(crate) async fn stored(tx: &mut TenantTx, file: &NewMidia, content: &[u8]) -> Result<()> {
    midia::insert(tx, file).await?;
    let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
    midia::stored(tx, file.id, size, &sha256(content), None).await?;
    Ok(())
}

/// How WhatsApp is sent such a file.
pub(crate) fn kind(tipo: TipoConteudo) -> MediaKind {
    match tipo {
        TipoConteudo::Imagem => MediaKind::Image,
        TipoConteudo::Video => MediaKind::Video,
        TipoConteudo::Audio => MediaKind::Audio,
        _ => MediaKind::Document,
    }
}

/// The bytes of a file that is to be sent; `None` if they are gone.
pub(crate) async fn content(ctx: &Ctx, file: &Midia) -> Result<Option<Vec<u8>>> {
    match ctx.app.midias.read(ctx.cliente_id()?, file.id).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::caused(ErrorCode::Unavailable, e)),
    }
}

async fn finish(mut tx: TenantTx, job: Option<&JobCtx>) -> Result<()> {
    if let Some(job) = job {
        job.finish(tx.connection()).await?;
    }
    Ok(tx.commit().await?)
}

type Content = (Vec<u8>, Option<String>);

/// The bytes, out of the webhook's body or from Evolution; or the state that says why there are none.
async fn obtain(
    ctx: &Ctx,
    instance: &str,
    row: &Midia,
    fonte: &mut Fonte,
) -> Result<std::result::Result<Content, EstadoMidia>> {
    let sent = fonte.evento.as_mut().and_then(|(_, payload)| webhook::take_media(payload));
    let announced = row.bytes.and_then(|b| usize::try_from(b).ok()).unwrap_or(0);
    let (base64, mimetype) = match (sent, &fonte.externa_id) {
        (Some(base64), _) => (base64, None),
        (None, _) if announced > LIMITE => return Ok(Err(EstadoMidia::Grande)),
        (None, None) => return Ok(Err(EstadoMidia::Indisponivel)),
        (None, Some(id)) => match ctx.app.evolution.base64_from_media(instance, id, LIMITE).await {
            Ok(media) => (media.base64, Some(media.mimetype)),
            Err(EvolutionError::TooLarge) => return Ok(Err(EstadoMidia::Grande)),
            Err(e) => return Err(Error::caused(ErrorCode::WhatsappUnavailable, e)),
        },
    };
    if base64.len() / 4 * 3 > LIMITE + 3 {
        return Ok(Err(EstadoMidia::Grande));
    }
    let decoded = tokio::task::spawn_blocking(move || STANDARD.decode(base64.trim())).await;
    match decoded.map_err(|e| Error::caused(ErrorCode::Internal, e))? {
        Ok(content) if content.len() > LIMITE => Ok(Err(EstadoMidia::Grande)),
        Ok(content) if !content.is_empty() => Ok(Ok((content, mimetype.filter(|_| row.mimetype.is_none())))),
        _ => Ok(Err(EstadoMidia::Indisponivel)),
    }
}

/// Notes in the thread that the bytes will not come.
async fn settle(ctx: &Ctx, tx: &mut TenantTx, row: &Midia, mut fonte: Fonte, estado: EstadoMidia) -> Result<()> {
    if let Some((_, payload)) = &mut fonte.evento {
        webhook::take_media(payload);
    }
    midia::without_bytes(tx, row.id, estado).await?;
    keep_stripped(tx, &fonte).await?;
    eventos::emit(ctx, tx, &Evento::Mensagem { conversa_id: fonte.conversa_id }).await?;
    tracing::info!(%estado, tipo = %row.tipo, "media not stored");
    Ok(())
}

async fn keep_stripped(tx: &mut TenantTx, fonte: &Fonte) -> Result<()> {
    if let Some((id, payload)) = &fonte.evento {
        evento_recebido::set_payload(tx, *id, payload).await?;
    }
    Ok(())
}

/// Takes media out of a stored webhook call that brings no file into the store.
pub(crate) async fn strip(tx: &mut TenantTx, evento: uuid::Uuid, payload: &Value) -> Result<()> {
    let mut stripped = payload.clone();
    if webhook::take_media(&mut stripped).is_some() {
        evento_recebido::set_payload(tx, evento, &stripped).await?;
    }
    Ok(())
}

/// The bytes of a line's file, fetched first where the job has not come to it yet. `None`: there are none to be had.
pub(crate) async fn bytes_of(ctx: &Ctx, mensagem_id: MensagemId) -> Result<Option<(Midia, Vec<u8>)>> {
    if let Err(e) = fetch(ctx, None, mensagem_id).await {
        tracing::warn!(error = %e, "media could not be fetched");
        return Ok(None);
    }
    let mut tx = ctx.tenant().await?;
    let found = midia::of(&mut tx, &[mensagem_id]).await?.pop().filter(|m| m.estado == EstadoMidia::Guardada);
    tx.commit().await?;
    let Some(row) = found else { return Ok(None) };
    match ctx.app.midias.read(ctx.cliente_id()?, row.id).await {
        Ok(bytes) => Ok(Some((row, bytes))),
        Err(e) => {
            tracing::error!(error = %e, midia_id = %row.id, "a stored file cannot be read");
            Ok(None)
        }
    }
}

/// A file that is here, and where. `not_found` for what is not, and for another cliente's.
pub async fn open(ctx: &Ctx, id: MidiaId) -> Result<(MidiaDto, PathBuf)> {
    let cliente_id = ctx.cliente_id()?;
    let mut tx = ctx.tenant().await?;
    let row = midia::get(&mut tx, id).await?;
    tx.commit().await?;
    let row = row.filter(|m| m.estado == EstadoMidia::Guardada).ok_or_else(not_found)?;
    Ok((dto(row), ctx.app.midias.path(cliente_id, id)))
}

pub(crate) fn dto(m: Midia) -> MidiaDto {
    MidiaDto {
        id: m.id,
        tipo: m.tipo,
        estado: m.estado,
        mimetype: m.mimetype,
        nome: m.nome,
        bytes: m.bytes,
        segundos: m.segundos,
        url: (m.estado == EstadoMidia::Guardada).then(|| format!("/api/v1/midias/{}", m.id)),
    }
}

/// Removes files of the cliente with their rows, and says how many: the rows first, so that nothing is shown that is not
/// there. For retention and erasure; to do it with other changes in one transaction, take [`midia::delete`] and
/// [`remove_files`] after the commit.
pub async fn remover(ctx: &Ctx, quais: &Quais) -> Result<usize> {
    let mut tx = ctx.tenant().await?;
    let ids = midia::delete(&mut tx, quais).await?;
    tx.commit().await?;
    remove_files(&ctx.app, ctx.cliente_id()?, &ids).await;
    Ok(ids.len())
}

/// Removes the files of rows that are gone.
pub async fn remove_files(app: &App, cliente_id: ClienteId, ids: &[MidiaId]) {
    app.midias.remove(cliente_id, ids).await;
}

/// Removes files that no row speaks of: left by a crash, or by lines that were deleted with their conversation. Says how many.
pub async fn sweep(app: &App) -> Result<usize> {
    let before = SystemTime::from(app.clock.now()) - SEM_LINHA;
    let unavailable = |e| Error::caused(ErrorCode::Unavailable, e);
    let mut removed = 0;
    for batch in app.midias.older_than(before).await.map_err(unavailable)?.chunks(BATCH) {
        let ids: Vec<MidiaId> = batch.iter().filter_map(|(_, id)| *id).collect();
        let mut tx = app.db.system().await?;
        let known = midia::existing(&mut tx, &ids).await?;
        tx.commit().await?;
        for (path, _) in batch.iter().filter(|(_, id)| !id.is_some_and(|id| known.contains(&id))) {
            tokio::fs::remove_file(path).await.map_err(unavailable)?;
            removed += 1;
        }
    }
    tracing::info!(removed, "media store swept");
    Ok(removed)
}

pub(crate) async fn run_sweep_job(app: Arc<App>, _job: JobCtx) -> std::result::Result<(), JobError> {
    sweep(&app).await.map(drop).map_err(JobError::retry)
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).to_vec()
}
