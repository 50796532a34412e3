//! The contato has finished writing: decide outside any transaction, then write reply, state and outbox together.

use std::sync::Arc;

use contracts::estado::Transicao;
use contracts::eventos::Evento;
use contracts::{ConversaId, MensagemId, StatusEnvio, TipoMensagem};
use db::models::cliente;
use db::models::configuracao_bot::{self, ConfiguracaoBot};
use db::models::conversa::{self, Conversa};
use db::models::mensagem::{self, Mensagem, NewMensagem};
use jobs::{Job, JobCtx, JobError};
use serde_json::Value;
use tracing::Instrument;

use super::decisao::{Decisao, Turno, decide};
use super::{memoria, queue_send};
use crate::ctx::new_id;
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
    fn last(&self) -> i64 {
        self.lines.last().map_or(0, |m| m.ordem)
    }
}

/// `None` where the assistant has nothing to say: somebody else speaks, the assinatura rests, or all is answered.
async fn read(ctx: &Ctx, id: ConversaId) -> Result<Option<Open>> {
    let mut tx = ctx.tenant().await?;
    let Some((conversa, _)) = conversa::get(&mut tx, id).await? else { return Ok(None) };
    let Some(quem) = cliente::get(&mut tx).await? else { return Ok(None) };
    let config = configuracao_bot::get(&mut tx).await?;
    let lines = mensagem::unanswered(&mut tx, id, conversa.respondida_ate).await?;
    tx.commit().await?;
    let speaks = conversa.estado.ia_responde() && quem.status.assinatura_ativa() && !lines.is_empty();
    Ok(speaks.then_some(Open { conversa, empresa: quem.nome, config, lines }))
}

async fn handle(ctx: &Ctx, job: &JobCtx, id: ConversaId) -> Result<()> {
    let Some(open) = read(ctx, id).await? else {
        let mut tx = ctx.tenant().await?;
        job.finish(tx.connection()).await?;
        return Ok(tx.commit().await?);
    };
    let decisao = judge(ctx, &open).await?;
    write(ctx, Some(job), &open, decisao).await
}

async fn judge(ctx: &Ctx, open: &Open) -> Result<Decisao> {
    if open.lines.iter().any(|m| m.sem_texto()) {
        let motivo = "O contato enviou algo que a IA ainda não lê.";
        return Ok(Decisao::Passar { motivo, confianca: None, detalhes: Value::Null });
    }
    let first = open.lines.first().map_or(0, |m| m.ordem);
    let pergunta = open.lines.iter().map(|m| m.conteudo.as_str()).collect::<Vec<_>>().join("\n");
    let memoria = memoria::load(ctx, open.conversa.id, first).await?;
    let turno = Turno { empresa: &open.empresa, pergunta: &pergunta, memoria: &memoria, config: &open.config };
    decide(&ctx.na_conversa(open.conversa.id), &turno).await
}

/// Writes what was decided, unless the conversation has moved on meanwhile: then this turn is void.
async fn write(ctx: &Ctx, job: Option<&JobCtx>, open: &Open, decisao: Decisao) -> Result<()> {
    let now = ctx.now();
    let mut tx = ctx.tenant().await?;
    let current = conversa::lock(&mut tx, open.conversa.id).await?;
    let current = current.filter(|c| c.estado.ia_responde() && c.respondida_ate == open.conversa.respondida_ate);
    let mut said = None;
    if let Some(row) = current {
        let new = reply(ctx, open, decisao)?;
        if let Some(stored) = mensagem::insert(&mut tx, &new).await? {
            queue_send(ctx, &mut tx, &row, &new).await?;
            conversa::show_last(&mut tx, row.id, TipoMensagem::Ia, &new.conteudo, now).await?;
            conversa::answered(&mut tx, row.id, open.last()).await?;
            if new.motivo.is_some() {
                conversas::change_state(ctx, &mut tx, &row, Transicao::PassarParaHumano).await?;
            }
            eventos::emit(ctx, &mut tx, &Evento::Mensagem { conversa_id: row.id }).await?;
            said = Some((stored.ordem, new.conteudo));
        }
    }
    if let Some(job) = job {
        job.finish(tx.connection()).await?;
    }
    tx.commit().await?;
    if let Some((ordem, texto)) = &said {
        let mut lines: Vec<_> = open.lines.iter().map(|m| (m.ordem, m.tipo, m.conteudo.as_str())).collect();
        lines.push((*ordem, TipoMensagem::Ia, texto));
        memoria::remember(ctx, open.conversa.id, &lines).await;
    }
    Ok(())
}

/// The line to be sent: the answer, or the tenant's fallback text with the reason for calling a person.
fn reply(ctx: &Ctx, open: &Open, decisao: Decisao) -> Result<NewMensagem> {
    let (texto, confianca, fontes, detalhes, motivo) = match decisao {
        Decisao::Responder { texto, confianca, fontes, detalhes } => (texto, confianca, Some(fontes), detalhes, None),
        Decisao::Passar { motivo, confianca, detalhes } => {
            (open.config.fallback.clone(), confianca, None, detalhes, Some(motivo.to_owned()))
        }
    };
    tracing::info!(confianca, motivo, "turn decided");
    let id = MensagemId(new_id());
    Ok(NewMensagem {
        status_envio: Some(StatusEnvio::Pendente),
        confianca,
        fontes: fontes.filter(|f| !f.is_null()),
        detalhes: Some(detalhes).filter(|d| !d.is_null()),
        motivo,
        ..NewMensagem::new(id, ctx.cliente_id()?, open.conversa.id, TipoMensagem::Ia, texto, ctx.now())
    })
}
