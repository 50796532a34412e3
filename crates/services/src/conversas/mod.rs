//! The inbox: list, thread, a person's reply, and who speaks.

use std::collections::HashMap;

use contracts::conversas::{ConversaDto, ConversasDto, EnviarRequest, MensagemDto, ThreadDto};
use contracts::estado::Transicao;
use contracts::eventos::Evento;
use contracts::knowledge::ChunkDto;
use contracts::{ConversaId, ErrorCode, EstadoConversa, MensagemId, StatusEnvio, TipoMensagem, validate};
use db::TenantTx;
use db::models::conversa::{self, Conversa};
use db::models::mensagem::{self, Mensagem, NewMensagem};
use db::models::midia::{self, Midia};
use db::models::outbox;
use serde::Deserialize;

use crate::atendimento::Extras;
use crate::ctx::{new_id, not_found};
use crate::{Ctx, Error, Result, atendimento, emails, eventos, whatsapp};

/// Rows of the list in one page (`design/ui.md`: 25 for tables; a chat list is scrolled faster).
const LISTA: i64 = 30;
/// Lines of a thread in one page.
const THREAD: i64 = 50;

/// The list: those who wait for a person first, longest wait first; then by last line, newest first.
pub async fn list(ctx: &Ctx, estado: Option<EstadoConversa>, cursor: Option<String>) -> Result<ConversasDto> {
    let offset = match cursor {
        Some(c) => {
            c.parse::<u32>().map_err(|_| Error::field("cursor", "Este endereço de página não existe.".into()))?
        }
        None => 0,
    };
    let offset = i64::from(offset);
    let mut tx = ctx.tenant().await?;
    let mut rows = conversa::list(&mut tx, estado, offset, LISTA + 1).await?;
    let contagens = conversa::counts(&mut tx).await?;
    tx.commit().await?;
    let size = usize::try_from(LISTA).unwrap_or(usize::MAX);
    let proximo = (rows.len() > size).then(|| (offset + LISTA).to_string());
    rows.truncate(size);
    Ok(ConversasDto { itens: rows.into_iter().map(|(c, nome)| dto(c, nome)).collect(), proximo, contagens })
}

/// A conversation with its newest lines, or those before `antes`.
pub async fn get(ctx: &Ctx, id: ConversaId, antes: Option<MensagemId>) -> Result<ThreadDto> {
    let mut tx = ctx.tenant().await?;
    let (row, nome) = conversa::get(&mut tx, id).await?.ok_or_else(not_found)?;
    let before = match antes {
        Some(m) => Some(mensagem::get(&mut tx, id, m).await?.ok_or_else(not_found)?.ordem),
        None => None,
    };
    let mut lines = mensagem::page(&mut tx, id, before, THREAD + 1).await?;
    let ids: Vec<MensagemId> = lines.iter().map(|m| m.id).collect();
    let mut midias: HashMap<MensagemId, Midia> =
        midia::of(&mut tx, &ids).await?.into_iter().map(|m| (m.mensagem_id, m)).collect();
    tx.commit().await?;
    let more = i64::try_from(lines.len()).unwrap_or(0) > THREAD;
    if more {
        lines.remove(0);
    }
    let antes = lines.first().filter(|_| more).map(|m| m.id);
    let mensagens = lines.into_iter().map(|m| {
        let midia = midias.remove(&m.id).map(crate::midia::dto);
        MensagemDto { midia, ..line(m) }
    });
    Ok(ThreadDto { conversa: dto(row, nome), mensagens: mensagens.collect(), antes })
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
    atendimento::queue_send(ctx, &mut tx, &row, &new).await?;
    conversa::answered(&mut tx, id, stored.ordem).await?;
    conversa::show_last(&mut tx, id, TipoMensagem::Humano, &new.conteudo, now).await?;
    change_state(ctx, &mut tx, &row, Transicao::HumanoAssumiu).await?;
    eventos::emit(ctx, &mut tx, &Evento::Mensagem { conversa_id: id }).await?;
    tx.commit().await?;
    Ok(line(stored))
}

/// A person takes over before writing; the assistant is silent at once.
pub async fn assumir(ctx: &Ctx, id: ConversaId) -> Result<ConversaDto> {
    transition(ctx, id, Transicao::HumanoAssumiu, "Uma pessoa assumiu a conversa.").await
}

/// Gives the conversation back to the assistant, which answers what comes from now on.
pub async fn devolver(ctx: &Ctx, id: ConversaId) -> Result<ConversaDto> {
    transition(ctx, id, Transicao::DevolverParaIa, "A conversa voltou para a IA.").await
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

async fn transition(ctx: &Ctx, id: ConversaId, transicao: Transicao, note: &str) -> Result<ConversaDto> {
    let now = ctx.now();
    let mut tx = ctx.tenant().await?;
    let row = conversa::lock(&mut tx, id).await?.ok_or_else(not_found)?;
    if change_state(ctx, &mut tx, &row, transicao).await? {
        let note = NewMensagem::new(MensagemId(new_id()), tx.cliente_id(), id, TipoMensagem::Sistema, note.into(), now);
        // Whatever came before belongs to the time before.
        if let Some(stored) = mensagem::insert(&mut tx, &note).await? {
            conversa::answered(&mut tx, id, stored.ordem).await?;
        }
        eventos::emit(ctx, &mut tx, &Evento::Mensagem { conversa_id: id }).await?;
    }
    let (row, nome) = conversa::get(&mut tx, id).await?.ok_or_else(not_found)?;
    tx.commit().await?;
    Ok(dto(row, nome))
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

pub(crate) fn dto(c: Conversa, nome: Option<String>) -> ConversaDto {
    let nome = nome.filter(|n| !n.trim().is_empty());
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
