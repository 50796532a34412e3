//! The inbox: list, thread, a person's reply and notes, and who speaks.

mod anexos;
mod busca;
mod notas;

use std::collections::HashMap;

use contracts::conversas::{
    ConversaDto, ConversasDto, ConversasFiltro, EnviarRequest, MensagemDto, ResolverRequest, ThreadDto,
};
use contracts::estado::Transicao;
use contracts::eventos::Evento;
use contracts::knowledge::ChunkDto;
use contracts::{ConversaId, ErrorCode, EstadoConversa, MensagemId, StatusEnvio, TipoMensagem, validate};
use db::TenantTx;
use db::models::conversa::{self, Conversa, Filtro, Pessoa};
use db::models::mensagem::{self, Mensagem, NewMensagem};
use db::models::midia::{self, Midia};
use db::models::{cliente, outbox};
use serde::Deserialize;

pub use anexos::{Anexo, enviar_anexo};
pub use notas::{anotar, apagar_nota};

use crate::atendimento::Extras;
use crate::ctx::{cut_page, new_id, not_found};
use crate::{Ctx, Error, Result, atendimento, emails, eventos, whatsapp};

/// Rows of the list in one page (`design/ui.md`: 25 for tables; a chat list is scrolled faster).
const LISTA: i64 = 30;
/// Lines of a thread in one page.
const THREAD: i64 = 50;
/// Lines of a page that reaches back to one that was found, and how many stand before it.
const ATE: i64 = 2_000;
const ANTES_DO_ACHADO: i64 = 10;

/// The list: those who wait for a person first, longest wait first; then by last line, newest first.
pub async fn list(ctx: &Ctx, filtro: ConversasFiltro) -> Result<ConversasDto> {
    let offset = match filtro.cursor {
        Some(c) => {
            c.parse::<u32>().map_err(|_| Error::field("cursor", "Este endereço de página não existe.".into()))?
        }
        None => 0,
    };
    let offset = i64::from(offset);
    let procura = busca::Procura::new(filtro.q.as_deref())?;
    let mut tx = ctx.tenant().await?;
    let achados: HashMap<ConversaId, MensagemId> = match &procura {
        Some(p) => mensagem::search(&mut tx, &p.padroes).await?.into_iter().collect(),
        None => HashMap::new(),
    };
    let quais = Filtro {
        estado: filtro.estado,
        nao_lidas: filtro.nao_lidas,
        resolvidas: filtro.resolvidas,
        busca: procura.as_ref().map(|p| p.busca(achados.keys().copied().collect())),
    };
    let mut rows = conversa::list(&mut tx, &quais, offset, LISTA + 1).await?;
    let proximo = cut_page(&mut rows, LISTA).then(|| (offset + LISTA).to_string());
    let shown: Vec<MensagemId> = rows.iter().filter_map(|(c, _)| achados.get(&c.id).copied()).collect();
    let lines = if shown.is_empty() { Vec::new() } else { mensagem::of(&mut tx, &shown).await? };
    let contagens = conversa::counts(&mut tx).await?;
    tx.commit().await?;
    let item = |(c, quem): (Conversa, Pessoa)| {
        let line = achados.get(&c.id).and_then(|id| lines.iter().find(|m| m.id == *id));
        let trecho = procura.as_ref().zip(line).and_then(|(p, m)| p.trecho(m));
        ConversaDto { trecho, ..dto(c, quem) }
    };
    Ok(ConversasDto { itens: rows.into_iter().map(item).collect(), proximo, contagens })
}

/// A conversation with its newest lines, or those before `antes`. With `ate` the page reaches back to that line, wherever
/// it is among the newest 2,000.
pub async fn get(ctx: &Ctx, id: ConversaId, antes: Option<MensagemId>, ate: Option<MensagemId>) -> Result<ThreadDto> {
    let mut tx = ctx.tenant().await?;
    let (row, quem) = conversa::get(&mut tx, id).await?.ok_or_else(not_found)?;
    let before = match antes {
        Some(m) => Some(mensagem::get(&mut tx, id, m).await?.ok_or_else(not_found)?.ordem),
        None => None,
    };
    let limit = match ate {
        Some(m) => {
            let from = mensagem::get(&mut tx, id, m).await?.ok_or_else(not_found)?.ordem;
            let since = mensagem::count_since(&mut tx, id, from).await?;
            if since <= ATE { THREAD.max(since + ANTES_DO_ACHADO) } else { THREAD }
        }
        None => THREAD,
    };
    let mut lines = mensagem::page(&mut tx, id, before, limit + 1).await?;
    let ids: Vec<MensagemId> = lines.iter().map(|m| m.id).collect();
    let mut midias: HashMap<MensagemId, Midia> =
        midia::of(&mut tx, &ids).await?.into_iter().map(|m| (m.mensagem_id, m)).collect();
    tx.commit().await?;
    let more = i64::try_from(lines.len()).unwrap_or(0) > limit;
    if more {
        lines.remove(0);
    }
    let antes = lines.first().filter(|_| more).map(|m| m.id);
    let mensagens = lines.into_iter().map(|m| {
        let midia = midias.remove(&m.id).map(crate::midia::dto);
        MensagemDto { midia, ..line(m) }
    });
    Ok(ThreadDto { conversa: dto(row, quem), mensagens: mensagens.collect(), antes })
}

/// A person's reply. The conversation is theirs from now on; the same `id` twice sends once.
pub async fn enviar(ctx: &Ctx, id: ConversaId, request: EnviarRequest) -> Result<MensagemDto> {
    validate::mensagem(&request.conteudo).map_err(|m| Error::field("conteudo", m))?;
    let mensagem_id = request.id.unwrap_or(MensagemId(new_id()));
    let now = ctx.now();
    let connected = whatsapp::connected(ctx).await?;
    let mut tx = ctx.tenant().await?;
    let row = conversa::lock(&mut tx, id).await?.ok_or_else(not_found)?;
    if !connected {
        return Err(ErrorCode::WhatsappNotConnected.into());
    }
    let new = NewMensagem {
        status_envio: Some(StatusEnvio::Pendente),
        ..NewMensagem::new(mensagem_id, tx.cliente_id(), id, TipoMensagem::Humano, request.conteudo, now)
    };
    let Some(stored) = mensagem::insert(&mut tx, &new).await? else {
        // A repeated request, unless the id is somebody else's.
        let known = mensagem::get(&mut tx, id, mensagem_id).await?.ok_or(ErrorCode::Conflict)?;
        tx.commit().await?;
        return Ok(line(known));
    };
    spoken(ctx, &mut tx, &row, &new, &stored).await?;
    tx.commit().await?;
    Ok(line(stored))
}

/// Puts a person's line, just stored, on its way; the conversation is theirs from now on. `new` holds the words to be sent.
async fn spoken(ctx: &Ctx, tx: &mut TenantTx, row: &Conversa, new: &NewMensagem, stored: &Mensagem) -> Result<()> {
    atendimento::queue_send(ctx, tx, row, new).await?;
    conversa::answered(tx, row.id, stored.ordem).await?;
    conversa::show_last(tx, row.id, TipoMensagem::Humano, &stored.conteudo, ctx.now()).await?;
    change_state(ctx, tx, row, Transicao::HumanoAssumiu).await?;
    eventos::emit(ctx, tx, &Evento::Mensagem { conversa_id: row.id }).await
}

/// Sends a line once more that was given up. One that is on its way is left alone.
pub async fn reenviar(ctx: &Ctx, id: ConversaId, mensagem_id: MensagemId) -> Result<MensagemDto> {
    let connected = whatsapp::connected(ctx).await?;
    let mut tx = ctx.tenant().await?;
    let row = conversa::lock(&mut tx, id).await?.ok_or_else(not_found)?;
    let line = mensagem::get(&mut tx, id, mensagem_id).await?.ok_or_else(not_found)?;
    if matches!(line.status_envio, Some(StatusEnvio::Pendente | StatusEnvio::Enviando)) {
        tx.commit().await?;
        return line_with_file(ctx, line).await;
    }
    let envio = outbox::lock(&mut tx, mensagem_id).await?.ok_or(ErrorCode::Conflict)?;
    if !connected {
        return Err(ErrorCode::WhatsappNotConnected.into());
    }
    // Before it is a person's line that waits: what the assistant has waiting is withdrawn.
    change_state(ctx, &mut tx, &row, Transicao::HumanoAssumiu).await?;
    if !mensagem::send_again(&mut tx, mensagem_id).await? {
        return Err(ErrorCode::Conflict.into());
    }
    atendimento::queue_again(ctx, &mut tx, outbox::Envio { destino: row.jid.clone(), ..envio }).await?;
    eventos::emit(ctx, &mut tx, &Evento::Mensagem { conversa_id: id }).await?;
    let line = mensagem::get(&mut tx, id, mensagem_id).await?.ok_or_else(not_found)?;
    tx.commit().await?;
    line_with_file(ctx, line).await
}

/// A person takes over before writing; the assistant is silent at once.
pub async fn assumir(ctx: &Ctx, id: ConversaId) -> Result<ConversaDto> {
    transition(ctx, id, Transicao::HumanoAssumiu, "Uma pessoa assumiu a conversa.").await
}

/// Gives the conversation back to the assistant, which answers what comes from now on.
pub async fn devolver(ctx: &Ctx, id: ConversaId) -> Result<ConversaDto> {
    transition(ctx, id, Transicao::DevolverParaIa, "A conversa voltou para a IA.").await
}

/// Nothing is left to do: nobody waits, and the assistant answers what comes from now on. The contato hears nothing of it,
/// and its next line opens the conversation again.
///
/// # Errors
/// `new_message` if the contato has written since the person looked.
pub async fn resolver(ctx: &Ctx, id: ConversaId, request: ResolverRequest) -> Result<ConversaDto> {
    let now = ctx.now();
    let mut tx = ctx.tenant().await?;
    let row = conversa::lock(&mut tx, id).await?.ok_or_else(not_found)?;
    if let Some(visto) = request.visto {
        let seen = mensagem::get(&mut tx, id, visto).await?.ok_or_else(not_found)?.ordem;
        if mensagem::newest_of_contato(&mut tx, id).await?.is_some_and(|newest| newest > seen) {
            return Err(ErrorCode::NewMessage.into());
        }
    }
    if row.resolvida_em.is_none() {
        let quem = cliente::get(&mut tx).await?.ok_or_else(not_found)?.nome;
        let returned = change_state(ctx, &mut tx, &row, Transicao::DevolverParaIa).await?;
        let ordem = note(ctx, &mut tx, id, "Conversa resolvida.").await?;
        if returned {
            // A person has dealt with it. What the assistant is about to answer, it answers.
            conversa::answered(&mut tx, id, ordem).await?;
        }
        conversa::resolve(&mut tx, id, &quem, now).await?;
        changed(ctx, &mut tx, id, EstadoConversa::IaAtiva).await?;
    }
    current(tx, id).await
}

/// Opens a resolved conversation again.
pub async fn reabrir(ctx: &Ctx, id: ConversaId) -> Result<ConversaDto> {
    let mut tx = ctx.tenant().await?;
    let row = conversa::lock(&mut tx, id).await?.ok_or_else(not_found)?;
    if conversa::reopen(&mut tx, id, ctx.now()).await? {
        note(ctx, &mut tx, id, "Conversa reaberta.").await?;
        changed(ctx, &mut tx, id, row.estado).await?;
    }
    current(tx, id).await
}

/// Marks the conversation as unread, for whoever looks next.
pub async fn marcar_nao_lida(ctx: &Ctx, id: ConversaId) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    let (row, _) = conversa::get(&mut tx, id).await?.ok_or_else(not_found)?;
    if conversa::mark_unread(&mut tx, id).await? {
        eventos::emit(ctx, &mut tx, &Evento::Conversa { conversa_id: id, estado: row.estado }).await?;
    }
    Ok(tx.commit().await?)
}

/// Nothing is unread any more.
pub async fn marcar_lida(ctx: &Ctx, id: ConversaId) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    let (row, _) = conversa::get(&mut tx, id).await?.ok_or_else(not_found)?;
    if conversa::mark_read(&mut tx, id).await? {
        eventos::emit(ctx, &mut tx, &Evento::Conversa { conversa_id: id, estado: row.estado }).await?;
    }
    Ok(tx.commit().await?)
}

async fn transition(ctx: &Ctx, id: ConversaId, transicao: Transicao, texto: &str) -> Result<ConversaDto> {
    let mut tx = ctx.tenant().await?;
    let row = conversa::lock(&mut tx, id).await?.ok_or_else(not_found)?;
    if change_state(ctx, &mut tx, &row, transicao).await? {
        // Whatever came before belongs to the time before.
        let ordem = note(ctx, &mut tx, id, texto).await?;
        conversa::answered(&mut tx, id, ordem).await?;
        eventos::emit(ctx, &mut tx, &Evento::Mensagem { conversa_id: id }).await?;
    }
    current(tx, id).await
}

/// Notes in the thread what was done; gives the line's `ordem`.
async fn note(ctx: &Ctx, tx: &mut TenantTx, id: ConversaId, texto: &str) -> Result<i64> {
    let sistema = TipoMensagem::Sistema;
    let line = NewMensagem::new(MensagemId(new_id()), tx.cliente_id(), id, sistema, texto.into(), ctx.now());
    Ok(mensagem::insert(tx, &line).await?.map_or(0, |m| m.ordem))
}

/// Tells the browser that head and thread have changed.
async fn changed(ctx: &Ctx, tx: &mut TenantTx, id: ConversaId, estado: EstadoConversa) -> Result<()> {
    eventos::emit(ctx, tx, &Evento::Conversa { conversa_id: id, estado }).await?;
    eventos::emit(ctx, tx, &Evento::Mensagem { conversa_id: id }).await
}

/// Commits, and gives the head as it is now.
async fn current(mut tx: TenantTx, id: ConversaId) -> Result<ConversaDto> {
    let (row, quem) = conversa::get(&mut tx, id).await?.ok_or_else(not_found)?;
    tx.commit().await?;
    Ok(dto(row, quem))
}

/// A line with its file.
async fn line_with_file(ctx: &Ctx, m: Mensagem) -> Result<MensagemDto> {
    let mut tx = ctx.tenant().await?;
    let midia = midia::of(&mut tx, &[m.id]).await?.pop().map(crate::midia::dto);
    tx.commit().await?;
    Ok(MensagemDto { midia, ..line(m) })
}

/// Applies a transition to a locked conversation and tells the browser. Says whether the state changed; a person's line
/// in a conversation that is a person's already is a sign of life all the same.
pub(crate) async fn change_state(ctx: &Ctx, tx: &mut TenantTx, row: &Conversa, transicao: Transicao) -> Result<bool> {
    if transicao == Transicao::HumanoAssumiu {
        conversa::human_sign(tx, row.id, ctx.now()).await?;
        silence(ctx, tx, row.id).await?;
    }
    let Some(estado) = conversa::transition(tx, row, transicao, ctx.now()).await? else { return Ok(false) };
    tracing::info!(conversa_id = %row.id, de = %row.estado, para = %estado, "conversa changed");
    eventos::emit(ctx, tx, &Evento::Conversa { conversa_id: row.id, estado }).await?;
    if estado == EstadoConversa::AguardandoHumano {
        emails::pendentes::queue(ctx, tx).await?;
    }
    Ok(true)
}

/// What the assistant has written and is not on its way yet does not leave any more.
async fn silence(ctx: &Ctx, tx: &mut TenantTx, conversa_id: ConversaId) -> Result<()> {
    let withdrawn = outbox::withdraw_pending_ai(tx, conversa_id, atendimento::RETIRADA).await?;
    if !withdrawn.is_empty() {
        whatsapp::uso::devolver(ctx, tx, i32::try_from(withdrawn.len()).unwrap_or(i32::MAX)).await?;
        tracing::info!(%conversa_id, replies = withdrawn.len(), "replies withdrawn: a person has taken over");
        eventos::emit(ctx, tx, &Evento::Mensagem { conversa_id }).await?;
    }
    Ok(())
}

pub(crate) fn dto(c: Conversa, quem: Pessoa) -> ConversaDto {
    let nome = quem.nome.filter(|n| !n.trim().is_empty());
    let nome =
        nome.unwrap_or_else(|| if c.numero_usuario.is_empty() { "Contato".into() } else { c.numero_usuario.clone() });
    ConversaDto {
        id: c.id,
        contato_id: c.contato_id,
        nome,
        numero_usuario: c.numero_usuario,
        estado: c.estado,
        aguardando_desde: c.aguardando_desde,
        previa: c.previa,
        previa_tipo: c.previa_tipo,
        ultima_mensagem_em: c.ultima_mensagem_em,
        nao_lidas: c.nao_lidas,
        resolvida_em: c.resolvida_em,
        resolvida_por: c.resolvida_por,
        parou: quem.parou_em.is_some(),
        trecho: None,
    }
}

pub(crate) fn line(m: Mensagem) -> MensagemDto {
    let fontes: Vec<ChunkDto> = m.fontes.as_ref().and_then(|f| Deserialize::deserialize(f).ok()).unwrap_or_default();
    let extras = Extras::of(&m);
    let recuperada = m.recuperada();
    MensagemDto {
        recuperada,
        id: m.id,
        tipo: m.tipo,
        conteudo: m.conteudo,
        timestamp: m.timestamp,
        status_envio: m.status_envio,
        confianca: m.confianca,
        fontes,
        motivo: m.motivo,
        especie: extras.conteudo,
        sem_texto: extras.sem_texto,
        midia: None,
        transcricao: extras.transcricao,
        local: extras.local,
        cartoes: extras.cartoes,
        reacoes: [extras.reacao, extras.reacao_nossa].into_iter().flatten().collect(),
        editada: extras.editada_em.is_some(),
        apagada: extras.apagada_em.is_some(),
        autor: extras.autor,
    }
}

/// The outbox row of a line that is to be sent.
pub(crate) fn envio(row: &Conversa, new: &NewMensagem) -> outbox::Envio {
    outbox::Envio {
        id: new.id,
        cliente_id: new.cliente_id,
        conversa_id: row.id,
        destino: row.jid.clone(),
        conteudo: new.conteudo.clone(),
        status: StatusEnvio::Pendente,
        externa_id: None,
        tentada_em: None,
        automatica: false,
        responde_de: None,
        responde_ate: None,
    }
}
