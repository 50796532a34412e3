//! The contato has finished writing: decide outside any transaction, then write reply, state and outbox together.

use std::sync::Arc;

use contracts::estado::Transicao;
use contracts::eventos::Evento;
use contracts::{ConversaId, MensagemId, StatusEnvio, TipoMensagem};
use db::TenantTx;
use db::models::cliente;
use db::models::configuracao_bot::{self, ConfiguracaoBot};
use db::models::contato;
use db::models::conversa::{self, Conversa};
use db::models::mensagem::{self, Mensagem, NewMensagem};
use jobs::{Job, JobCtx, JobError};
use serde_json::Value;
use tracing::Instrument;

use super::decisao::Decisao;
use super::envio::queue_auto;
use super::janela::Janela;
use super::leitura::{self, Leitura};
use super::partes::partes;
use super::passagem::Aviso;
use super::passo::saidas;
use super::{memoria, mensagens, presenca, rascunho};
use crate::ctx::new_id;
use crate::whatsapp::uso;
use crate::{App, Ctx, Result, conversas, eventos};

pub(super) async fn run(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job.job)?;
    let id: ConversaId = job.payload()?;
    let span = tracing::info_span!("turno", request_id = ctx.request_id, conversa_id = %id);
    Box::pin(handle(&ctx, &job, id)).instrument(span).await.map_err(JobError::retry)
}

/// The model or the search failed for good: a person, never silence.
pub(super) async fn given_up(app: Arc<App>, job: Job) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job)?;
    let id: ConversaId = job.payload()?;
    let work = async {
        let Some(open) = read(&ctx, id).await? else { return Ok(()) };
        let failed = Decisao::Passar { motivo: "A IA falhou ao responder.", confianca: None, detalhes: Value::Null };
        write(&ctx, None, &open, failed).await
    };
    work.await.map_err(JobError::retry)
}

/// A conversation that waits for the assistant.
struct Open {
    conversa: Conversa,
    empresa: String,
    config: ConfiguracaoBot,
    lines: Vec<Mensagem>,
}

impl Open {
    /// Whether its lines are still what they were; later ones do not matter.
    fn stands(&self, now: &[Mensagem]) -> bool {
        self.lines.iter().all(|m| now.iter().any(|n| n.id == m.id && n.conteudo == m.conteudo))
    }

    fn last(&self) -> i64 {
        self.lines.iter().map(|m| m.ordem).max().unwrap_or(0)
    }
}

/// `None` where the assistant has nothing to say: somebody else speaks, the assinatura rests, or all is answered.
async fn read(ctx: &Ctx, id: ConversaId) -> Result<Option<Open>> {
    let mut tx = ctx.tenant().await?;
    let Some((conversa, pessoa)) = conversa::get(&mut tx, id).await? else { return Ok(None) };
    let Some(quem) = cliente::get(&mut tx).await? else { return Ok(None) };
    let mut config = configuracao_bot::get(&mut tx).await?;
    let com = |texto: &str| mensagens::com(&config, texto, pessoa.nome.as_deref(), &quem.nome);
    let textos = [com(&config.saudacao), com(&config.fallback), com(&config.fora_horario)];
    [config.saudacao, config.fallback, config.fora_horario] = textos;
    let lines = asking(&mut tx, &conversa).await?;
    let open = Open { conversa, empresa: quem.nome, config, lines };
    if !quem.status.assinatura_ativa() {
        // Suspended since they came: who pays again is not made to answer what is old.
        conversa::answered(&mut tx, id, open.last()).await?;
    }
    tx.commit().await?;
    let speaks = open.conversa.estado.ia_responde() && quem.status.assinatura_ativa() && !open.lines.is_empty();
    Ok(speaks.then_some(open))
}

/// The lines that wait for an answer, without those that ask for none: stickers, and what was deleted.
async fn asking(tx: &mut TenantTx, conversa: &Conversa) -> Result<Vec<Mensagem>> {
    let mut lines = mensagem::unanswered(tx, conversa.id, conversa.respondida_ate).await?;
    lines.retain(Mensagem::conta);
    Ok(lines)
}

async fn handle(ctx: &Ctx, job: &JobCtx, id: ConversaId) -> Result<()> {
    let Some(mut open) = read(ctx, id).await? else {
        let mut tx = ctx.tenant().await?;
        job.finish(tx.connection()).await?;
        return Ok(tx.commit().await?);
    };
    // Nothing may leave: no model is asked, and `write` says why to the owner.
    let impedimento = if open.config.ia_ligada { uso::impedimento(ctx).await? } else { Some(DESLIGADA) };
    let decisao = match impedimento {
        Some(motivo) => Decisao::Passar { motivo, confianca: None, detalhes: Value::Null },
        None => {
            presenca::nossa(ctx, &open.conversa.jid).await?;
            judge(ctx, &mut open).await?
        }
    };
    write(ctx, Some(job), &open, decisao).await
}

async fn judge(ctx: &Ctx, open: &mut Open) -> Result<Decisao> {
    let pergunta = match leitura::read(ctx, open.conversa.id, &mut open.lines, &open.config.tom).await? {
        Leitura::Pergunta(pergunta) => pergunta,
        Leitura::Decidida(decisao) => return Ok(decisao),
    };
    let first = open.lines.iter().map(|m| m.ordem).min().unwrap_or(0);
    let memoria = memoria::load(ctx, open.conversa.id, first).await?;
    leitura::decide(&ctx.na_conversa(open.conversa.id), &pergunta, &memoria, &open.empresa, &open.config).await
}

/// Writes what was decided, unless the conversation has moved on meanwhile: then this turn is void.
async fn write(ctx: &Ctx, job: Option<&JobCtx>, open: &Open, decisao: Decisao) -> Result<()> {
    let now = ctx.now();
    let mut tx = ctx.tenant().await?;
    let current = conversa::lock(&mut tx, open.conversa.id).await?;
    let mut current = current.filter(|c| c.estado.ia_responde() && c.respondida_ate == open.conversa.respondida_ate);
    // Giving up is never void: the newer turn may fail as well.
    if let (Some(row), true) = (&current, job.is_some()) {
        let asking = asking(&mut tx, row).await?;
        // What was edited or deleted meanwhile has started another turn, and so has a newer line.
        if !open.stands(&asking) || rascunho::superada(&open.lines, &asking, now) {
            tracing::info!("the contato wrote again; the newer turn answers");
            current = None;
        }
    }
    let said = match &current {
        Some(row) => say(ctx, &mut tx, row, open, decisao).await?,
        None => Vec::new(),
    };
    if let Some(job) = job {
        job.finish(tx.connection()).await?;
    }
    tx.commit().await?;
    if !said.is_empty() {
        let texts: Vec<_> = open.lines.iter().map(|m| (m.ordem, m.tipo, m.texto())).collect();
        let mut lines: Vec<_> = texts.iter().map(|(ordem, tipo, texto)| (*ordem, *tipo, texto.as_ref())).collect();
        lines.extend(said.iter().map(|m| (m.ordem, m.tipo, m.conteudo.as_str())));
        memoria::remember(ctx, open.conversa.id, &lines).await;
    }
    Ok(())
}

/// Stores the lines to be sent and queues them at a person's pace. Gives the lines.
async fn say(ctx: &Ctx, tx: &mut TenantTx, row: &Conversa, open: &Open, decisao: Decisao) -> Result<Vec<Mensagem>> {
    let now = ctx.now();
    // Both asked again: the answer may have taken long to write.
    if !cliente::get(tx).await?.is_some_and(|c| c.status.assinatura_ativa()) {
        conversa::answered(tx, row.id, open.last()).await?;
        return Ok(Vec::new());
    }
    if !configuracao_bot::get(tx).await?.ia_ligada {
        hand_over_silently(ctx, tx, row, open, DESLIGADA).await?;
        return Ok(Vec::new());
    }
    if decisao == Decisao::Parar {
        contato::set_parou(tx, row.contato_id, Some(now), now).await?;
    }
    let aviso = Aviso::of(&open.config, row, now);
    let Some(new) = reply(ctx, open, decisao, aviso)? else {
        conversa::answered(tx, row.id, open.last()).await?;
        return Ok(Vec::new());
    };
    if new.tipo == TipoMensagem::Sistema {
        // The contato has been told already.
        mensagem::insert(tx, &new).await?;
        hand_over(ctx, tx, row, open).await?;
        return Ok(Vec::new());
    }
    let partes = partes(&new.conteudo);
    let passar = new.motivo.is_some();
    if let Some(motivo) = uso::reservar(ctx, tx, i32::try_from(partes.len()).unwrap_or(i32::MAX), passar).await? {
        hand_over_silently(ctx, tx, row, open, motivo).await?;
        return Ok(Vec::new());
    }
    let responde = (!passar).then_some((row.respondida_ate, open.last()));
    let ultima = open.lines.last().map_or(now, |m| m.timestamp);
    let saidas = saidas(&partes, ultima, Janela::new(&open.config).min(), now);
    let mut said = Vec::with_capacity(partes.len());
    for (parte, em) in partes.into_iter().zip(saidas) {
        // What is known of the answer stands at its first part.
        let line = match said.is_empty() {
            true => NewMensagem { conteudo: parte, ..new.clone() },
            false => NewMensagem {
                status_envio: new.status_envio,
                ..NewMensagem::new(MensagemId(new_id()), new.cliente_id, row.id, new.tipo, parte, now)
            },
        };
        let Some(stored) = mensagem::insert(tx, &line).await? else { continue };
        queue_auto(ctx, tx, row, &line, em, responde).await?;
        said.push(stored);
    }
    if let Some(last) = said.last() {
        conversa::show_last(tx, row.id, TipoMensagem::Ia, &last.conteudo, now).await?;
    }
    if passar {
        aviso.said(tx, row, now).await?;
        hand_over(ctx, tx, row, open).await?;
    } else {
        conversa::answered(tx, row.id, open.last()).await?;
        eventos::emit(ctx, tx, &Evento::Mensagem { conversa_id: row.id }).await?;
    }
    Ok(said)
}

/// Calls a person without a word to the contato: the number may send nothing more of its own accord.
async fn hand_over_silently(
    ctx: &Ctx,
    tx: &mut TenantTx,
    row: &Conversa,
    open: &Open,
    motivo: &'static str,
) -> Result<()> {
    tracing::info!(motivo, "turn handed over without a message");
    let id = MensagemId(new_id());
    let note = NewMensagem::new(id, tx.cliente_id(), row.id, TipoMensagem::Sistema, motivo.to_owned(), ctx.now());
    mensagem::insert(tx, &note).await?;
    hand_over(ctx, tx, row, open).await
}

async fn hand_over(ctx: &Ctx, tx: &mut TenantTx, row: &Conversa, open: &Open) -> Result<()> {
    conversa::answered(tx, row.id, open.last()).await?;
    conversas::change_state(ctx, tx, row, Transicao::PassarParaHumano).await?;
    eventos::emit(ctx, tx, &Evento::Mensagem { conversa_id: row.id }).await
}

/// What the thread says while the owner has switched the assistant off.
const DESLIGADA: &str = "A IA está desligada. Uma pessoa precisa responder.";

/// Confirms that the assistant stops, and how to have it back.
fn parou(tom: &str) -> &'static str {
    match tom {
        "FORMAL" => "Certo, as respostas automáticas foram interrompidas. Para retomá-las, por favor escreva *voltar*.",
        "TECNICO" => "Respostas automáticas interrompidas. Para retomar, escreva *voltar*.",
        _ => "Certo, não envio mais respostas automáticas. Se quiser que eu volte a responder, escreva *voltar*.",
    }
}

/// The line to be sent: the answer, or what the contato hears with the reason for calling a person; where that is nothing,
/// a note for the owner. `None` where nothing is to be said at all.
fn reply(ctx: &Ctx, open: &Open, decisao: Decisao, aviso: Aviso) -> Result<Option<NewMensagem>> {
    let (texto, confianca, fontes, detalhes, motivo) = match decisao {
        Decisao::Calar => return Ok(None),
        Decisao::Parar => (parou(&open.config.tom).to_owned(), None, None, Value::Null, None),
        Decisao::Responder { texto, confianca, fontes, detalhes } => (texto, confianca, Some(fontes), detalhes, None),
        Decisao::Passar { motivo, confianca, detalhes } => {
            (aviso.texto(&open.config), confianca, None, detalhes, Some(motivo.to_owned()))
        }
    };
    tracing::info!(confianca, motivo, "turn decided");
    let id = MensagemId(new_id());
    let quiet = motivo.is_some() && aviso == Aviso::JaAvisado;
    let tipo = if quiet { TipoMensagem::Sistema } else { TipoMensagem::Ia };
    Ok(Some(NewMensagem {
        status_envio: (!quiet).then_some(StatusEnvio::Pendente),
        confianca,
        fontes: fontes.filter(|f| !f.is_null()),
        detalhes: Some(detalhes).filter(|d| !d.is_null()),
        motivo,
        ..NewMensagem::new(id, ctx.cliente_id()?, open.conversa.id, tipo, texto, ctx.now())
    }))
}
