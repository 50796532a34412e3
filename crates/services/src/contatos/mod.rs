//! A contato: shown beside its conversa, with what the business notes; its data handed out, and erased (LGPD, art. 18).

use contracts::contatos::{AnotacoesRequest, ContatoDetalheDto, ContatoDto, ContatoExport};
use contracts::eventos::Evento;
use contracts::{ContatoId, ConversaId, ErrorCode, EstadoConversa, TipoMensagem, validate};
use db::TenantTx;
use db::models::{contato, conversa, evento, evento_recebido, mensagem, midia, outbox};
use integrations::evolution::phone::{phone_aliases, phone_of_jid};

use crate::ctx::not_found;
use crate::{Ctx, Error, Result, atendimento, conversas, eventos};

/// Shorter digits would find others' data too; WhatsApp's own numbers and lids are longer.
const MARCA_MIN: usize = 8;

/// A contato, with what is known of it.
pub async fn get(ctx: &Ctx, id: ContatoId) -> Result<ContatoDetalheDto> {
    let mut tx = ctx.tenant().await?;
    let found = detalhe(&mut tx, id).await?;
    tx.commit().await?;
    Ok(found)
}

/// Saves what the business notes about a contato.
///
/// # Errors
/// `conflict` if somebody else has saved since `versao` was read.
pub async fn anotar(ctx: &Ctx, id: ContatoId, request: AnotacoesRequest) -> Result<ContatoDetalheDto> {
    validate::anotacoes(&request.anotacoes).map_err(|m| Error::field("anotacoes", m))?;
    let mut tx = ctx.tenant().await?;
    let saved = contato::set_anotacoes(&mut tx, id, &request.anotacoes, request.versao).await?;
    let now = detalhe(&mut tx, id).await?;
    if !saved {
        return Err(ErrorCode::Conflict.into());
    }
    tx.commit().await?;
    Ok(now)
}

async fn detalhe(tx: &mut TenantTx, id: ContatoId) -> Result<ContatoDetalheDto> {
    let row = contato::get(tx, id).await?.ok_or_else(not_found)?;
    let conversa_id = contato::conversa(tx, id).await?;
    let (lines, arquivos) = match conversa_id {
        Some(conversa) => (mensagem::counts(tx, conversa).await?, midia::count(tx, conversa).await?),
        None => (Vec::new(), 0),
    };
    let of = |tipo| lines.iter().find(|(t, ..)| *t == tipo).map(|(_, n, last)| (*n, *last)).unwrap_or_default();
    let (mensagens_contato, ultima_em) = of(TipoMensagem::Contato);
    Ok(ContatoDetalheDto {
        id: row.id,
        nome: row.nome,
        numero: row.numero,
        desde: row.created_at,
        ultima_em,
        mensagens_contato,
        mensagens_ia: of(TipoMensagem::Ia).0,
        mensagens_humano: of(TipoMensagem::Humano).0,
        arquivos,
        parou_em: row.parou_em,
        anotacoes: row.anotacoes,
        anotacoes_versao: row.anotacoes_versao,
        conversa_id,
    })
}

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
            anotacoes: row.anotacoes,
        },
        enderecos,
        conversa: conversa.map(|(c, quem)| conversas::dto(c, quem)),
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
