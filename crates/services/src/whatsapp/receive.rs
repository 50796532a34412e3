//! The webhook's side: check, store, answer. Nothing else happens on this path.

use std::sync::Arc;

use contracts::ErrorCode;
use db::models::evento_recebido::{self, EventoRecebido};
use db::models::instancia::{self, Instancia};
use integrations::evolution::message::RawMessage;
use integrations::evolution::webhook::{self, Event};
use jobs::NewJob;
use serde_json::Value;

use crate::atendimento::{self, JOB_EVENTO};
use crate::ctx::new_id;
use crate::{App, Ctx, Error, Result, sha256};

/// Holds the second secret of a webhook call; the first is in its path.
pub const SECRET_HEADER: &str = "x-proseia-segredo";

/// Whose webhook this is, before its body is read.
///
/// # Errors
/// `not_found` for an unknown path, `unauthenticated` for a wrong secret: Evolution drops these at once.
pub async fn authenticate(app: &Arc<App>, capability: &str, secret: &str) -> Result<Instancia> {
    let mut tx = app.db.system().await?;
    let found = instancia::by_capability(&mut tx, &sha256(capability)).await?;
    tx.commit().await?;
    let row = found.ok_or(ErrorCode::NotFound)?;
    if sha256(secret) != row.segredo_sha256 {
        tracing::warn!(cliente_id = %row.cliente_id, "webhook with a wrong secret");
        return Err(ErrorCode::Unauthenticated.into());
    }
    Ok(row)
}

/// Takes one delivery: durable once this answers, and one message however often it comes.
///
/// # Errors
/// `not_found` for another instance's name, `bad_request` for what is no delivery: Evolution drops these at once.
/// `unavailable` or `internal` for our own trouble: it tries again.
pub async fn receive(app: &Arc<App>, row: &Instancia, body: &[u8], request_id: &str) -> Result<()> {
    let mut payload = webhook::read(body).map_err(|e| Error::caused(ErrorCode::BadRequest, e))?;
    let delivery = webhook::parse_value(&payload).map_err(|e| Error::caused(ErrorCode::BadRequest, e))?;
    if delivery.instance != row.instance_id {
        return Err(ErrorCode::NotFound.into());
    }
    if let Event::Presence { remote_jid, typing } = &delivery.event {
        // Comes often and is worth nothing a moment later: not stored, and not asked for again.
        let ctx = Ctx::system(app, row.cliente_id, request_id.to_owned());
        if let Err(e) = atendimento::digitando(&ctx, remote_jid, *typing).await {
            tracing::debug!(error = %e, "presence lost");
        }
        return Ok(());
    }
    strip_nul(&mut payload);
    let ctx = Ctx::system(app, row.cliente_id, request_id.to_owned());
    let event = describe(&ctx, row, &delivery.event, payload);
    store(&ctx, &event, group(&event, &delivery.event)).await.map(drop)
}

/// Takes a message that Evolution never delivered; `false` if it has come meanwhile.
pub(super) async fn store_recovered(ctx: &Ctx, row: &Instancia, payload: Value, raw: RawMessage) -> Result<bool> {
    let message = Event::Message(Box::new(raw));
    let event = EventoRecebido { recuperado: true, ..describe(ctx, row, &message, payload) };
    store(ctx, &event, group(&event, &message)).await
}

/// Order matters within a chat, and among what is told of the connection. Receipts need none: a tick never goes back,
/// and one that waits for its message must not hold up a QR code.
fn group(row: &EventoRecebido, event: &Event) -> Option<String> {
    match event {
        Event::Message(raw) => Some(format!("entrada:{}:{}", row.instancia_id, raw.remote_jid)),
        // An edit carries its time, and a deletion is final.
        Event::Status { .. } | Event::Sent(_) | Event::Edited { .. } | Event::Deleted { .. } => None,
        _ => Some(format!("conexao:{}", row.instancia_id)),
    }
}

async fn store(ctx: &Ctx, event: &EventoRecebido, group: Option<String>) -> Result<bool> {
    let mut tx = ctx.tenant().await?;
    let new = evento_recebido::insert(&mut tx, event).await?;
    if new {
        let job = NewJob::new(JOB_EVENTO, JOB_EVENTO)
            .tenant(event.cliente_id.0)
            .request_id(&ctx.request_id)
            .payload(&event.id)
            .max_attempts(10);
        let job = match group {
            Some(group) => job.group(group),
            None => job,
        };
        jobs::enqueue(tx.connection(), &job, ctx.now()).await?;
        tracing::info!(cliente_id = %event.cliente_id, evento = event.evento, evento_id = %event.id, "webhook stored");
    } else {
        tracing::info!(cliente_id = %event.cliente_id, "webhook repeated");
    }
    tx.commit().await?;
    Ok(new)
}

fn describe(ctx: &Ctx, row: &Instancia, event: &Event, payload: Value) -> EventoRecebido {
    let name = payload.get("event").and_then(Value::as_str).unwrap_or_default().to_lowercase().replace(['_', '-'], ".");
    let (remote_jid, id) = match event {
        Event::Message(raw) => (Some(raw.remote_jid.clone()), Some(raw.id.clone())),
        _ => (None, None),
    };
    EventoRecebido {
        id: new_id(),
        cliente_id: row.cliente_id,
        instancia_id: row.id,
        evento: name,
        remote_jid,
        mensagem_externa_id: id,
        payload,
        request_id: Some(ctx.request_id.clone()),
        recebido_em: ctx.now(),
        recuperado: false,
    }
}

/// PostgreSQL's jsonb refuses NUL.
pub(crate) fn strip_nul(value: &mut Value) {
    match value {
        Value::String(s) => s.retain(|c| c != '\0'),
        Value::Array(items) => items.iter_mut().for_each(strip_nul),
        Value::Object(map) => {
            map.retain(|key, _| !key.contains('\0'));
            map.values_mut().for_each(strip_nul);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
