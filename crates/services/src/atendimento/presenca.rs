//! "digitando…", theirs and ours. Both are hints: nothing is stored, and a lost one changes nothing but the rhythm.

use std::time::Duration;

use db::models::conversa;
use db::models::mensagem;
use db::models::{configuracao_bot, instancia};
use integrations::evolution::phone::{phone_aliases, phone_of_jid};

use super::JOB_TURNO;
use super::janela::Janela;
use crate::{Ctx, Result};

/// How long we are shown to type; the answer that arrives ends it sooner.
const SHOWN: Duration = Duration::from_secs(3);

/// The contato at `jid` types, or stopped: the turn that waits is moved, between the cliente's bounds.
///
/// # Errors
/// The database is away. The caller may forget it.
pub(crate) async fn contato(ctx: &Ctx, jid: &str, typing: bool) -> Result<()> {
    let mut jids = vec![jid.to_owned()];
    let phone = phone_of_jid(jid).map(|p| phone_aliases(&p)).unwrap_or_default();
    jids.extend(phone.into_iter().map(|n| format!("{n}@s.whatsapp.net")));
    let mut tx = ctx.tenant().await?;
    let Some(conversa) = conversa::by_jids(&mut tx, &jids).await? else { return Ok(()) };
    let lines = mensagem::unanswered(&mut tx, conversa.id, conversa.respondida_ate).await?;
    let Some(last) = lines.last().filter(|_| conversa.estado.ia_responde()) else { return Ok(()) };
    let janela = Janela::new(&configuracao_bot::get(&mut tx).await?);
    let at = janela.fim_digitando(&last.conteudo, last.timestamp, ctx.now(), typing);
    jobs::reschedule(tx.connection(), JOB_TURNO, &conversa.id.to_string(), at, janela.teto()).await?;
    Ok(tx.commit().await?)
}

/// Shows the contato that we type, while the answer is looked for. The call is held as long as it shows, so nobody waits
/// for it.
pub(super) async fn nossa(ctx: &Ctx, to: &str) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    let Some(row) = instancia::get(&mut tx).await? else { return Ok(()) };
    tx.commit().await?;
    let (evolution, to) = (ctx.app.evolution.clone(), to.to_owned());
    tokio::spawn(async move {
        if let Err(e) = evolution.send_presence(&row.instance_id, &to, "composing", SHOWN).await {
            tracing::debug!(error = %e, "typing was not shown");
        }
    });
    Ok(())
}
