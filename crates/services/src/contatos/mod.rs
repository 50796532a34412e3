//! A contato's own data: handed out, and erased (LGPD, art. 18).

use contracts::contatos::{ContatoDto, ContatoExport};
use contracts::eventos::Evento;
use contracts::{ContatoId, ConversaId, EstadoConversa};
use db::TenantTx;
use db::models::{contato, conversa, evento, evento_recebido, mensagem, midia, outbox};
use integrations::evolution::phone::{phone_aliases, phone_of_jid};

use crate::ctx::not_found;
use crate::{Ctx, Result, atendimento, conversas, eventos};

/// Shorter digits would find others' data too; WhatsApp's own numbers and lids are longer.
const MARCA_MIN: usize = 8;

/// Everything that is kept of a contato.
pub async fn exportar(ctx: &Ctx, id: ContatoId) -> Result<ContatoExport> {
    let mut tx = ctx.tenant().await?;
    let row = contato::get(&mut tx, id).await?.ok_or_else(not_found)?;
    let enderecos = contato::aliases(&mut tx, id).await?;
    let conversa = match contato::conversa(&mut tx, id).await? {
        Some(conversa) => conversa::get(&mut tx, conversa).await?,
        None => None,
    };
    let lines = match &conversa {
        Some((c, _)) => mensagem::page(&mut tx, c.id, None, i64::MAX).await?,
        None => Vec::new(),
    };
    tx.commit().await?;
    tracing::info!(contato_id = %id, "contato exported");
    Ok(ContatoExport {
        contato: ContatoDto {
            id: row.id,
            nome: row.nome,
            numero: row.numero,
            created_at: row.created_at,
            updated_at: row.updated_at,
        },
        enderecos,
        conversa: conversa.map(|(c, nome)| conversas::dto(c, nome)),
        mensagens: lines.into_iter().map(conversas::line).collect(),
        exportado_em: ctx.now(),
    })
}

/// Erases a contato: the person, its addresses, the conversa with every line and reply, the webhook calls and jobs that
/// name it, and what the key-value store remembers. Mail that has left, and what Evolution and the owner's phone hold, is
/// out of reach. Who writes again afterwards is somebody new.
pub async fn apagar(ctx: &Ctx, id: ContatoId) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    let row = contato::get(&mut tx, id).await?.ok_or_else(not_found)?;
    let marcas = marcas(&mut tx, id, row.numero.as_deref()).await?;
    // In the order in which everybody else takes these locks: calls, replies, contatos, conversa.
    evento_recebido::delete_naming(&mut tx, &marcas).await?;
    let conversa = contato::conversa(&mut tx, id).await?;
    if let Some(conversa) = conversa {
        outbox::delete_of(&mut tx, conversa).await?;
    }
    contato::lock_all(&mut tx).await?;
    if let Some(conversa) = conversa {
        conversa::lock(&mut tx, conversa).await?;
    }
    let files = midia::delete(&mut tx, &midia::Quais::Contato(id)).await?;
    if !contato::delete(&mut tx, id).await? {
        return Err(not_found());
    }
    let mut of_jobs = marcas;
    if let Some(conversa) = conversa {
        evento::delete_of(&mut tx, conversa).await?;
        // Browsers that show it look again and find it gone.
        let gone = Evento::Conversa { conversa_id: conversa, estado: EstadoConversa::IaAtiva };
        eventos::emit(ctx, &mut tx, &gone).await?;
        of_jobs.push(conversa.to_string());
    }
    jobs::delete_naming(tx.connection(), ctx.cliente_id()?.0, &of_jobs).await?;
    forget(ctx, conversa).await?;
    tx.commit().await?;
    crate::midia::remove_files(&ctx.app, ctx.cliente_id()?, &files).await;
    // Once more: a turn that was being answered has perhaps just remembered it.
    if let Err(e) = forget(ctx, conversa).await {
        tracing::warn!(error = %e, "memory store is away");
    }
    tracing::info!(contato_id = %id, "contato erased");
    Ok(())
}

async fn forget(ctx: &Ctx, conversa: Option<ConversaId>) -> Result<()> {
    match conversa {
        Some(conversa) => atendimento::forget(ctx, conversa).await,
        None => Ok(()),
    }
}

/// By what a stored call or job names this contato: the digits of every address, with and without the ninth.
async fn marcas(tx: &mut TenantTx, id: ContatoId, numero: Option<&str>) -> Result<Vec<String>> {
    let jids = contato::aliases(tx, id).await?;
    let phones = jids.iter().filter_map(|j| phone_of_jid(j)).chain(numero.map(str::to_owned));
    let mut marcas: Vec<String> = phones.flat_map(|p| phone_aliases(&p)).collect();
    let users = jids.iter().map(|j| j.split(['@', ':']).next().unwrap_or_default().to_owned());
    marcas.extend(users);
    marcas.retain(|m| m.len() >= MARCA_MIN);
    marcas.sort();
    marcas.dedup();
    Ok(marcas)
}
