//! A draft is an answer that has been decided, or stored, and has not begun to leave. A newer message of the contato
//! discards it: the answer is decided again over all lines.

use chrono::{DateTime, Utc};
use db::TenantTx;
use db::models::conversa::{self, Conversa};
use db::models::mensagem::{self, Mensagem};
use db::models::outbox;

use super::JOB_ENVIO;
use super::janela::DRAFT_AGE;
use crate::whatsapp::uso;
use crate::{Ctx, Result};

/// Whether a decision over `lines` comes too late: of what waits `now_asking`, something is newer. It has stored a turn of
/// its own, which answers all of them.
pub(super) fn superada(lines: &[Mensagem], now_asking: &[Mensagem], now: DateTime<Utc>) -> bool {
    let newest = |lines: &[Mensagem]| lines.iter().map(|m| m.ordem).max();
    newest(now_asking) > newest(lines) && young(lines, now)
}

/// The contato wrote again: takes back the last answer if nothing of it has left, so that its lines are unanswered again.
/// The conversation is locked.
pub(super) async fn descartar(ctx: &Ctx, tx: &mut TenantTx, conversa: &Conversa) -> Result<()> {
    let Some(from) = outbox::answered_from(tx, conversa.id, conversa.respondida_ate).await? else { return Ok(()) };
    let lines = mensagem::unanswered(tx, conversa.id, from).await?;
    if young(&lines, ctx.now()) && retirar(ctx, tx, conversa).await? {
        conversa::unanswered_since(tx, conversa.id, from).await?;
    }
    Ok(())
}

/// Removes the last answer, out of the thread as well, if no part of it has begun to leave. The conversation is locked.
async fn retirar(ctx: &Ctx, tx: &mut TenantTx, conversa: &Conversa) -> Result<bool> {
    let parts = outbox::withdraw(tx, conversa.id, conversa.respondida_ate).await?;
    if parts.is_empty() {
        return Ok(false);
    }
    let keys: Vec<String> = parts.iter().map(ToString::to_string).collect();
    jobs::cancel(tx.connection(), JOB_ENVIO, &keys).await?;
    uso::devolver(ctx, tx, i32::try_from(parts.len()).unwrap_or(i32::MAX)).await?;
    if let Some(last) = mensagem::spoken(tx, conversa.id, None, 1).await?.pop() {
        conversa::show_again(tx, conversa.id, last.tipo, &last.conteudo, last.timestamp).await?;
    }
    tracing::info!(conversa_id = %conversa.id, parts = parts.len(), "draft discarded");
    Ok(true)
}

fn young(lines: &[Mensagem], now: DateTime<Utc>) -> bool {
    lines.first().is_some_and(|m| now - m.timestamp < DRAFT_AGE)
}
