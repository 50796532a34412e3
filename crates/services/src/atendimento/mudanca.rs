//! What happens to a line after it came: a reaction, an edit, a deletion. Matched by WhatsApp's id alone, since the chat
//! may be named in its other form. Only lines of the contato change: a contact could forge an edit of ours.

use contracts::eventos::Evento;
use contracts::{ConversaId, MensagemId, TipoMensagem};
use db::TenantTx;
use db::models::conversa::{self, Conversa};
use db::models::evento_recebido;
use db::models::mensagem::{self, Mensagem};
use db::models::midia::{self, Quais};
use integrations::evolution::message::Reaction;
use serde_json::json;

use super::conteudo::Extras;
use crate::{Ctx, Result, eventos};

/// What became of a change.
pub(super) enum Mudanca {
    /// Its message is not here, at least not yet.
    Desconhecida,
    /// It changes nothing.
    Nada,
    /// The line is changed.
    Feita(ConversaId),
    /// The line is changed and had not been answered: the turn is to be judged anew.
    AResponder(Box<Conversa>),
}

/// Files that are to be removed once the transaction is committed.
pub(super) type Arquivos = Vec<contracts::MidiaId>;

/// Puts an emoji on a line, or takes it away; `false` if the line is not here. It comes after its message, in the order of
/// the chat.
pub(super) async fn react(ctx: &Ctx, tx: &mut TenantTx, reaction: &Reaction, from_me: bool) -> Result<bool> {
    let Some((conversa_id, line)) = mensagem::lock_externa(tx, &reaction.target).await? else { return Ok(false) };
    let who = if from_me { "reacao_nossa" } else { "reacao" };
    mensagem::amend(tx, line.id, &json!({ (who): reaction.emoji }), None).await?;
    eventos::emit(ctx, tx, &Evento::Mensagem { conversa_id }).await?;
    Ok(true)
}

/// Replaces the text of a line. Of several edits the latest counts, in whatever order they come.
pub(super) async fn edit(
    ctx: &Ctx,
    tx: &mut TenantTx,
    externa_id: &str,
    text: &str,
    timestamp_ms: Option<i64>,
) -> Result<Mudanca> {
    let Some((conversa, line)) = find(tx, externa_id).await? else { return Ok(Mudanca::Desconhecida) };
    let at = timestamp_ms.unwrap_or_else(|| ctx.now().timestamp_millis());
    let extras = Extras::of(&line);
    let older = extras.editada_em.is_some_and(|before| before > at);
    if line.apagada() {
        evento_recebido::forget_message(tx, externa_id).await?;
    }
    if line.tipo != TipoMensagem::Contato || line.apagada() || older || text.trim().is_empty() {
        return Ok(Mudanca::Nada);
    }
    // Words under a picture, where there were none, make it one with words.
    mensagem::amend(tx, line.id, &json!({ "editada_em": at, "sem_texto": false }), Some(text)).await?;
    changed(ctx, tx, conversa, &line, text).await
}

/// Takes the text and the file of a line away, as WhatsApp does on both phones.
pub(super) async fn delete(ctx: &Ctx, tx: &mut TenantTx, externa_id: &str) -> Result<(Mudanca, Arquivos)> {
    let Some((conversa, line)) = find(tx, externa_id).await? else { return Ok((Mudanca::Desconhecida, Vec::new())) };
    // A deletion is told twice: as an edit of type REVOKE and as a delete.
    if line.tipo != TipoMensagem::Contato || line.apagada() {
        return Ok((Mudanca::Nada, Vec::new()));
    }
    const GONE: &str = "[mensagem apagada]";
    let gone = json!({
        "apagada_em": ctx.now().timestamp_millis(), "transcricao": null, "local": null, "cartoes": [], "sem_texto": true,
    });
    mensagem::amend(tx, line.id, &gone, Some(GONE)).await?;
    evento_recebido::forget_message(tx, externa_id).await?;
    let files = midia::delete(tx, &Quais::Mensagem(line.id)).await?;
    Ok((changed(ctx, tx, conversa, &line, GONE).await?, files))
}

/// The line and its conversation, locked in the order that everybody locks them.
async fn find(tx: &mut TenantTx, externa_id: &str) -> Result<Option<(Conversa, Mensagem)>> {
    let Some(id) = mensagem::conversa_of(tx, externa_id).await? else { return Ok(None) };
    let Some(conversa) = conversa::lock(tx, id).await? else { return Ok(None) };
    let line = mensagem::lock_externa(tx, externa_id).await?;
    Ok(line.map(|(_, line)| (conversa, line)))
}

async fn changed(ctx: &Ctx, tx: &mut TenantTx, conversa: Conversa, line: &Mensagem, text: &str) -> Result<Mudanca> {
    if newest(tx, &conversa).await? == Some(line.id) {
        conversa::change_last(tx, conversa.id, text).await?;
    }
    eventos::emit(ctx, tx, &Evento::Mensagem { conversa_id: conversa.id }).await?;
    let waits = conversa.estado.ia_responde() && line.ordem > conversa.respondida_ate;
    Ok(if waits { Mudanca::AResponder(Box::new(conversa)) } else { Mudanca::Feita(conversa.id) })
}

async fn newest(tx: &mut TenantTx, conversa: &Conversa) -> Result<Option<MensagemId>> {
    Ok(mensagem::spoken(tx, conversa.id, None, 1).await?.pop().map(|m| m.id))
}
