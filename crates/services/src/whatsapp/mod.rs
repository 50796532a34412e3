//! The connection of a cliente's number: made, shown by QR code, ended. What Evolution reports is in [`report`].

mod receive;
mod reconcilia;
mod report;
mod trafego;
pub(crate) mod uso;
mod vigia;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use contracts::avisos::AvisosDto;
use contracts::eventos::Evento;
use contracts::whatsapp::{InstanciaDto, ParearRequest, QR_SEGUNDOS, QrCodeDto};
use contracts::{CausaQueda, ClienteId, ErrorCode, InstanciaId, StatusInstancia, TipoAviso, validate};
use db::TenantTx;
use db::models::instancia::{self, Instancia, InstanciaChange};
use integrations::evolution::{self, Connect, ConnectionState, EvolutionError, NewInstance, QrCode, Settings, Webhook};
use jobs::{JobCtx, JobError, NewJob};
use secrecy::SecretString;

pub(crate) use receive::strip_nul;
pub use receive::{SECRET_HEADER, authenticate, receive};
pub use reconcilia::{JOB_RECONCILIAR, run_job as run_reconcile_job};
pub(crate) use report::apply;
pub use uso::retomar;
pub use vigia::{INTERVALO as INTERVALO_VIGIA, JOB_VIGIA, Sinal, pulso, run_job as run_watch_job};

use crate::ctx::{new_id, random_hex};
use crate::{App, Ctx, Error, Result, avisos, eventos, sha256};

/// Kind and queue of the job that removes an instance at Evolution.
pub const JOB_APAGAR: &str = "apagar_instancia";
/// What an owner who disconnects need not be told of any more.
const DA_CONEXAO: &[TipoAviso] =
    &[TipoAviso::ConexaoCaiu, TipoAviso::InstanciaSurda, TipoAviso::Silencio, TipoAviso::SemRecibo];

/// How the connection stands.
pub async fn status(ctx: &Ctx) -> Result<InstanciaDto> {
    let Some(row) = load(ctx).await? else { return Ok(nothing()) };
    let row = if row.status == StatusInstancia::Desconectado { row } else { sync(ctx, row).await? };
    uso::com_uso(ctx, dto(row)).await
}

/// Starts to connect, or goes on with it: makes the instance if there is none and asks for a QR code.
pub async fn connect(ctx: &Ctx) -> Result<InstanciaDto> {
    match load(ctx).await? {
        Some(row) if row.status == StatusInstancia::Conectado => uso::com_uso(ctx, dto(row)).await,
        Some(row) if row.status != StatusInstancia::Desconectado => {
            match ctx.app.evolution.connect(&row.instance_id, None).await {
                Ok(answer) => Ok(dto(save_connect(ctx, row, answer).await?)),
                // A crash between our row and Evolution's instance.
                Err(EvolutionError::NotFound) => create(ctx, Some(row), None).await,
                Err(e) => Err(unavailable(e)),
            }
        }
        row => create(ctx, row, None).await,
    }
}

/// Starts to connect by a code that is typed on the phone with this number. Evolution makes such a code only where pairing
/// begins, so what has begun without a number begins again.
pub async fn parear(ctx: &Ctx, request: &ParearRequest) -> Result<InstanciaDto> {
    let phone = validate::numero_whatsapp(&request.numero).map_err(|m| Error::field("numero", m))?;
    match load(ctx).await? {
        Some(row) if row.status == StatusInstancia::Conectado => uso::com_uso(ctx, dto(row)).await,
        // It reconnects by itself; a new instance would end that.
        Some(row) if reconectando(&row) => Err(ErrorCode::Conflict.into()),
        row => create(ctx, row, Some(&phone)).await,
    }
}

/// What has happened to the connection lately.
pub async fn historico(ctx: &Ctx) -> Result<AvisosDto> {
    avisos::historico(ctx, DA_CONEXAO).await
}

/// The QR code that waits to be scanned, renewed when WhatsApp has replaced it.
pub async fn qrcode(ctx: &Ctx) -> Result<QrCodeDto> {
    let Some(mut row) = load(ctx).await? else {
        return Ok(QrCodeDto {
            status: StatusInstancia::Desconectado,
            qr_code_data: None,
            codigo_pareamento: None,
            gerado_em: None,
        });
    };
    let stale = row.qr_code_em.is_none_or(|at| (ctx.now() - at).num_seconds() >= QR_SEGUNDOS);
    if stale
        && matches!(row.status, StatusInstancia::Conectando | StatusInstancia::AguardandoQr)
        && let Ok(answer) = ctx.app.evolution.connect(&row.instance_id, None).await
    {
        row = save_connect(ctx, row, answer).await?;
    }
    Ok(QrCodeDto {
        status: row.status,
        qr_code_data: row.qr_code_data,
        codigo_pareamento: row.codigo_pareamento,
        gerado_em: row.qr_code_em,
    })
}

/// Ends the connection. Evolution's logout would leave the instance deaf (pitfall P1), so it is deleted; the next
/// connect makes a new one.
pub async fn disconnect(ctx: &Ctx) -> Result<InstanciaDto> {
    let mut tx = ctx.tenant().await?;
    let Some(row) = instancia::lock(&mut tx).await? else {
        tx.commit().await?;
        return Ok(nothing());
    };
    let names = Names::new(&row.instance_id);
    let row = Instancia { instance_id: names.instance_id, aberta_em: None, ..with_secrets(row, &names.secrets) };
    instancia::rename(&mut tx, &row).await?;
    avisos::dispensar(ctx, &mut tx, DA_CONEXAO).await?;
    let row = change(ctx, &mut tx, &row, ended(None)).await?;
    delete_later(ctx, &mut tx, &names.old).await?;
    tx.commit().await?;
    Ok(dto(row))
}

/// Whether a message can be sent now; asked of Evolution where our own word is doubtful.
pub(crate) async fn connected(ctx: &Ctx) -> Result<bool> {
    let Some(row) = load(ctx).await? else { return Ok(false) };
    let row = match row.status {
        StatusInstancia::Conectando | StatusInstancia::AguardandoQr => sync(ctx, row).await?,
        StatusInstancia::Conectado | StatusInstancia::Desconectado => row,
    };
    Ok(row.status == StatusInstancia::Conectado)
}

async fn load(ctx: &Ctx) -> Result<Option<Instancia>> {
    let mut tx = ctx.tenant().await?;
    let row = instancia::get(&mut tx).await?;
    tx.commit().await?;
    Ok(row)
}

/// Asks Evolution for its state, which webhooks may have failed to tell. An Evolution that does not answer changes nothing.
async fn sync(ctx: &Ctx, row: Instancia) -> Result<Instancia> {
    let state = match ctx.app.evolution.connection_state(&row.instance_id).await {
        Ok(state) => state,
        Err(EvolutionError::NotFound) => ConnectionState::Close,
        Err(e) => {
            tracing::info!(error = %e, "connection state unknown");
            return Ok(row);
        }
    };
    let status = match (state, row.status) {
        (ConnectionState::Open, _) => StatusInstancia::Conectado,
        (ConnectionState::Connecting, StatusInstancia::Conectado) => StatusInstancia::Conectando,
        (ConnectionState::Close, StatusInstancia::Conectado) => StatusInstancia::Desconectado,
        // Reconnecting goes through close again and again; what stays there is lost.
        (ConnectionState::Close, StatusInstancia::Conectando | StatusInstancia::AguardandoQr)
            if row.aberta_em.is_some() && ctx.now() - row.desde >= vigia::RECONECTANDO =>
        {
            StatusInstancia::Desconectado
        }
        (_, status) => status,
    };
    if status == row.status {
        return Ok(row);
    }
    let with = match status {
        StatusInstancia::Conectado => opened(None, None),
        // Why is told by an event that may come later.
        StatusInstancia::Desconectado => ended(None),
        status => InstanciaChange { status: Some(status), ..Default::default() },
    };
    let mut tx = ctx.tenant().await?;
    // What was learnt is about the row as it was.
    let now = instancia::lock(&mut tx).await?.filter(|n| n.instance_id == row.instance_id && n.status == row.status);
    let row = match now {
        Some(now) => change(ctx, &mut tx, &now, with).await?,
        None => instancia::get(&mut tx).await?.unwrap_or(row),
    };
    tx.commit().await?;
    Ok(row)
}

/// Our row first, then Evolution's instance: a crash in between is healed by the next connect, the other way round
/// would leave an instance that nobody knows.
async fn create(ctx: &Ctx, old: Option<Instancia>, phone: Option<&str>) -> Result<InstanciaDto> {
    let cliente_id = ctx.cliente_id()?;
    let names = Names::new(old.as_ref().map_or("", |o| &o.instance_id));
    let mut tx = ctx.tenant().await?;
    let now = instancia::lock(&mut tx).await?;
    let key = |r: &Instancia| (r.instance_id.clone(), r.status);
    if now.as_ref().map(key) != old.as_ref().map(key) {
        // Two clicks at once: the other one is connecting.
        tx.commit().await?;
        return Ok(now.map_or_else(nothing, dto));
    }
    let row = match &old {
        Some(old) => {
            let old = with_secrets(old.clone(), &names.secrets);
            let row = Instancia { instance_id: names.instance_id.clone(), aberta_em: None, ..old };
            instancia::rename(&mut tx, &row).await?;
            delete_later(ctx, &mut tx, &names.old).await?;
            row
        }
        None => {
            let row = with_secrets(new_row(ctx, cliente_id, &names.instance_id), &names.secrets);
            match instancia::insert(&mut tx, &row).await {
                // The same, before there was a row to lock.
                Err(e) if e.is_unique_violation() => return Err(Error::caused(ErrorCode::Conflict, e)),
                other => other?,
            }
            row
        }
    };
    let connecting = InstanciaChange { status: Some(StatusInstancia::Conectando), ..ended(None) };
    let row = change(ctx, &mut tx, &row, connecting).await?;
    tx.commit().await?;
    match create_at_evolution(ctx, &names, phone).await {
        Ok(answer) => Ok(dto(save_connect(ctx, row, answer).await?)),
        Err(e) => {
            let mut tx = ctx.tenant().await?;
            change(ctx, &mut tx, &row, ended(Some(CausaQueda::ServidorFora))).await?;
            tx.commit().await?;
            Err(unavailable(e))
        }
    }
}

async fn create_at_evolution(
    ctx: &Ctx,
    names: &Names,
    phone: Option<&str>,
) -> std::result::Result<Connect, EvolutionError> {
    let evolution = &ctx.app.evolution;
    let path = format!("webhook/whatsapp/{}", names.secrets.capability);
    let url = ctx.app.webhook_base_url.join(&path).map_err(|e| EvolutionError::Malformed(e.to_string()))?;
    let headers = BTreeMap::from([(SECRET_HEADER.to_owned(), names.secrets.header.clone())]);
    let new = NewInstance {
        name: names.instance_id.clone(),
        token: SecretString::from(random_hex(24)),
        webhook: Webhook { url, headers, events: evolution::EVENTS.iter().map(ToString::to_string).collect() },
        qrcode: false,
    };
    evolution.create_instance(&new).await?;
    evolution.set_settings(&names.instance_id, Settings::default()).await?;
    evolution.connect(&names.instance_id, phone).await
}

/// Stores what a connect answered.
async fn save_connect(ctx: &Ctx, row: Instancia, answer: Connect) -> Result<Instancia> {
    let mut tx = ctx.tenant().await?;
    // The webhook may have been quicker, and another click may have made another instance.
    let now = instancia::lock(&mut tx).await?.unwrap_or_else(|| row.clone());
    if now.instance_id != row.instance_id {
        tx.commit().await?;
        return Ok(now);
    }
    let row = now;
    let row = match answer {
        Connect::Open => change(ctx, &mut tx, &row, opened(None, None)).await?,
        Connect::Qr(QrCode { base64, pairing_code, .. }) if row.status != StatusInstancia::Conectado => {
            if row.qr_code_data.as_ref() == Some(&base64) {
                row
            } else {
                change(ctx, &mut tx, &row, qr(ctx, base64, pairing_code)).await?
            }
        }
        Connect::Qr(_) | Connect::NoQrYet => row,
    };
    tx.commit().await?;
    Ok(row)
}

/// Applies a change and tells the browser.
pub(crate) async fn change(
    ctx: &Ctx,
    tx: &mut TenantTx,
    row: &Instancia,
    mut with: InstanciaChange,
) -> Result<Instancia> {
    let now = ctx.now();
    with.updated_at = Some(now);
    if with.status.is_some_and(|s| s != row.status) {
        with.desde = Some(now);
    }
    if with.status == Some(StatusInstancia::Conectado) && row.aberta_em.is_none() {
        with.aberta_em = Some(Some(now));
    }
    let after = instancia::update(tx, row.id, &with).await?;
    eventos::emit(ctx, tx, &Evento::Instancia { status: after.status }).await?;
    vigia::mudou(ctx, tx, row, &after).await?;
    Ok(after)
}

fn qr(ctx: &Ctx, base64: String, pairing_code: Option<String>) -> InstanciaChange {
    InstanciaChange {
        status: Some(StatusInstancia::AguardandoQr),
        qr_code_data: Some(Some(base64)),
        codigo_pareamento: Some(pairing_code),
        qr_code_em: Some(Some(ctx.now())),
        ..Default::default()
    }
}

/// `numero` and `nome` are kept when Evolution does not name them.
fn opened(numero: Option<String>, nome: Option<String>) -> InstanciaChange {
    InstanciaChange {
        status: Some(StatusInstancia::Conectado),
        qr_code_data: Some(None),
        qr_code_em: Some(None),
        codigo_pareamento: Some(None),
        numero: numero.map(Some),
        nome_perfil: nome.map(Some),
        causa: Some(None),
        ..Default::default()
    }
}

fn ended(causa: Option<CausaQueda>) -> InstanciaChange {
    InstanciaChange {
        status: Some(StatusInstancia::Desconectado),
        qr_code_data: Some(None),
        qr_code_em: Some(None),
        codigo_pareamento: Some(None),
        causa: Some(causa),
        ..Default::default()
    }
}

struct Secrets {
    capability: String,
    header: String,
}

/// Fresh names for an instance; nothing in them can be guessed or reused.
struct Names {
    old: String,
    instance_id: String,
    secrets: Secrets,
}

impl Names {
    fn new(old: &str) -> Self {
        let secrets = Secrets { capability: random_hex(24), header: random_hex(24) };
        Self { old: old.to_owned(), instance_id: format!("p-{}", random_hex(10)), secrets }
    }
}

fn with_secrets(row: Instancia, secrets: &Secrets) -> Instancia {
    Instancia { capability_sha256: sha256(&secrets.capability), segredo_sha256: sha256(&secrets.header), ..row }
}

fn new_row(ctx: &Ctx, cliente_id: ClienteId, instance_id: &str) -> Instancia {
    Instancia {
        id: InstanciaId(new_id()),
        cliente_id,
        instance_id: instance_id.to_owned(),
        capability_sha256: Vec::new(),
        segredo_sha256: Vec::new(),
        status: StatusInstancia::Conectando,
        qr_code_data: None,
        qr_code_em: None,
        numero: None,
        nome_perfil: None,
        causa: None,
        codigo_pareamento: None,
        desde: ctx.now(),
        aberta_em: None,
    }
}

async fn delete_later(ctx: &Ctx, tx: &mut TenantTx, name: &str) -> Result<()> {
    let job = NewJob::new(JOB_APAGAR, JOB_APAGAR)
        .key(name)
        .tenant(ctx.cliente_id()?.0)
        .request_id(&ctx.request_id)
        .payload(&name)
        .max_attempts(20);
    jobs::enqueue(tx.connection(), &job, ctx.now()).await?;
    Ok(())
}

/// Removes an instance at Evolution. One that is gone already is fine.
pub async fn run_delete_job(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let name: String = job.payload()?;
    match app.evolution.delete_and_wait(&name, Duration::from_secs(30)).await {
        Ok(()) | Err(EvolutionError::NotFound) => Ok(()),
        Err(e) => Err(JobError::retry(e)),
    }
}

fn unavailable(e: EvolutionError) -> Error {
    Error::caused(ErrorCode::WhatsappUnavailable, e)
}

fn nothing() -> InstanciaDto {
    InstanciaDto {
        instance_id: None,
        status: StatusInstancia::Desconectado,
        numero: None,
        nome_perfil: None,
        causa: None,
        motivo: None,
        reconectando: false,
        desde: None,
        uso: None,
    }
}

/// It was open and is on its way back.
fn reconectando(row: &Instancia) -> bool {
    row.status == StatusInstancia::Conectando && row.aberta_em.is_some()
}

fn dto(row: Instancia) -> InstanciaDto {
    InstanciaDto {
        reconectando: reconectando(&row),
        instance_id: Some(row.instance_id),
        status: row.status,
        numero: row.numero,
        nome_perfil: row.nome_perfil,
        causa: row.causa,
        motivo: row.causa.map(|causa| causa.frase().to_owned()),
        desde: Some(row.desde),
        uso: None,
    }
}
