//! The last ten lines of a conversation, kept in the key-value store and made again from Postgres when they are gone.

use contracts::{ClienteId, ConversaId, ErrorCode, TipoMensagem};
use db::models::mensagem;
use integrations::openai::{Role, Turn};
use serde::{Deserialize, Serialize};

use crate::{Ctx, Error, Result};

/// How much the assistant remembers (plan, phase 11).
const LINES: usize = 10;
/// A conversation that rests for a day starts afresh in the store; Postgres still has it.
const TTL: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

#[derive(Serialize, Deserialize)]
struct Line {
    ordem: i64,
    contato: bool,
    texto: String,
}

fn key(cliente_id: ClienteId, conversa: ConversaId) -> String {
    format!("memoria:{cliente_id}:{conversa}")
}

/// Forgets what the store holds of a conversation.
pub(crate) async fn forget(ctx: &Ctx, conversa: ConversaId) -> Result<()> {
    let gone = ctx.app.kv.delete(&key(ctx.cliente_id()?, conversa)).await;
    gone.map_err(|e| Error::caused(ErrorCode::Unavailable, e))
}

/// What was said before the line `antes`, oldest first.
pub(super) async fn load(ctx: &Ctx, conversa: ConversaId, antes: i64) -> Result<Vec<Turn>> {
    let key = key(ctx.cliente_id()?, conversa);
    // The store may be away or behind; it only saves a query.
    let kept: Vec<Line> = match ctx.app.kv.list(&key).await {
        Ok(lines) => lines.iter().filter_map(|l| serde_json::from_str(l).ok()).collect(),
        Err(e) => {
            tracing::warn!(error = %e, "memory store is away");
            Vec::new()
        }
    };
    let mut tx = ctx.tenant().await?;
    let newest = mensagem::newest_before(&mut tx, conversa, antes).await?;
    let lines = if newest.is_some() && kept.last().map(|l| l.ordem) == newest {
        tx.commit().await?;
        kept
    } else {
        let limit = i64::try_from(LINES).unwrap_or(10);
        // Never notes, ours or a person's.
        let said = mensagem::spoken(&mut tx, conversa, Some(antes), limit).await?;
        tx.commit().await?;
        let lines: Vec<Line> = said
            .into_iter()
            .map(|m| Line { ordem: m.ordem, contato: m.tipo == TipoMensagem::Contato, texto: m.texto().into_owned() })
            .collect();
        // So that what is remembered next continues this, and not what was there before.
        let json: Vec<String> = lines.iter().filter_map(|l| serde_json::to_string(l).ok()).collect();
        if let Err(e) = ctx.app.kv.replace_list(&key, &json, TTL).await {
            tracing::warn!(error = %e, "memory store is away");
        }
        lines
    };
    Ok(lines.into_iter().map(turn).collect())
}

/// Remembers lines that have just become durable. Losing this loses nothing.
pub(super) async fn remember(ctx: &Ctx, conversa: ConversaId, lines: &[(i64, TipoMensagem, &str)]) {
    let Ok(cliente_id) = ctx.cliente_id() else { return };
    let key = key(cliente_id, conversa);
    for (ordem, tipo, texto) in lines {
        let line = Line { ordem: *ordem, contato: *tipo == TipoMensagem::Contato, texto: (*texto).to_owned() };
        let Ok(json) = serde_json::to_string(&line) else { continue };
        if let Err(e) = ctx.app.kv.push_capped(&key, &json, LINES, TTL).await {
            tracing::warn!(error = %e, "memory store is away");
            return;
        }
    }
}

/// Forgets a conversation whose lines have changed; the next [`load`] reads it anew. Losing this shows old words once more.
pub(super) async fn outdated(ctx: &Ctx, conversa: ConversaId) {
    if let Err(e) = forget(ctx, conversa).await {
        tracing::warn!(error = %e, "memory store is away");
    }
}

fn turn(line: Line) -> Turn {
    Turn { role: if line.contato { Role::User } else { Role::Assistant }, content: line.texto }
}
