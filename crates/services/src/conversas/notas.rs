//! Private notes: lines of the thread for the business only. They are never sent, and the assistant never sees them.

use contracts::conversas::{MensagemDto, NotaRequest};
use contracts::eventos::Evento;
use contracts::{ConversaId, ErrorCode, MensagemId, TipoMensagem, validate};
use db::models::mensagem::{self, NewMensagem};
use db::models::{cliente, conversa};
use serde_json::json;

use super::line;
use crate::ctx::{new_id, not_found};
use crate::{Ctx, Error, Result, eventos};

/// Adds a note; the same `id` twice notes once. It changes nothing but the thread: no state, no preview, nothing unread.
pub async fn anotar(ctx: &Ctx, id: ConversaId, request: NotaRequest) -> Result<MensagemDto> {
    validate::nota(&request.conteudo).map_err(|m| Error::field("conteudo", m))?;
    let nota_id = request.id.unwrap_or(MensagemId(new_id()));
    let mut tx = ctx.tenant().await?;
    conversa::get(&mut tx, id).await?.ok_or_else(not_found)?;
    let autor = cliente::get(&mut tx).await?.ok_or_else(not_found)?.nome;
    let new = NewMensagem {
        detalhes: Some(json!({ "autor": autor })),
        ..NewMensagem::new(nota_id, tx.cliente_id(), id, TipoMensagem::Nota, request.conteudo, ctx.now())
    };
    let stored = match mensagem::insert(&mut tx, &new).await? {
        Some(stored) => {
            eventos::emit(ctx, &mut tx, &Evento::Mensagem { conversa_id: id }).await?;
            stored
        }
        // A repeated request, unless the id is somebody else's.
        None => mensagem::get(&mut tx, id, nota_id)
            .await?
            .filter(|m| m.tipo == TipoMensagem::Nota)
            .ok_or(ErrorCode::Conflict)?,
    };
    tx.commit().await?;
    Ok(line(stored))
}

/// Removes a note. A cliente has one login, so who may write one may remove it.
pub async fn apagar_nota(ctx: &Ctx, id: ConversaId, nota: MensagemId) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    if !mensagem::delete_note(&mut tx, id, nota).await? {
        return Err(not_found());
    }
    eventos::emit(ctx, &mut tx, &Evento::Mensagem { conversa_id: id }).await?;
    Ok(tx.commit().await?)
}
