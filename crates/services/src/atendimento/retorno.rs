//! The assistant returns (plan, phase 13): where a person has given no sign for the cliente's `retorno_minutos`, the
//! conversation is the assistant's again, and the contato is told. What was asked before stays unanswered: it is old, and
//! the message says that help is back; what comes from now on is answered.
//!
//! A clock looks over all clientes each minute and stores a job for each that has something to do and is open. That job
//! goes conversation by conversation, each in a transaction of its own that looks again under a lock: any number of
//! processes may run it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::estado::Transicao;
use contracts::eventos::Evento;
use contracts::{ConversaId, EstadoConversa, MensagemId, StatusCliente, StatusEnvio, TipoMensagem};
use db::TenantTx;
use db::models::cliente;
use db::models::configuracao_bot::{self, ConfiguracaoBot};
use db::models::conversa::{self, Conversa};
use db::models::mensagem::{self, NewMensagem};
use jobs::{JobCtx, JobError, NewJob};
use serde_json::json;

use super::envio::queue_auto;
use super::passagem::agenda;
use super::{espera, mensagens};
use crate::ctx::new_id;
use crate::{App, Ctx, Error, Result, conversas, eventos, whatsapp};

/// Kind and queue of the job that returns to the conversations of one cliente.
pub const JOB: &str = "retorno";
/// Kind of the job that finds those clientes.
pub const JOB_RELOGIO: &str = "retorno_relogio";
/// How often that one runs; the shortest `retorno_minutos` is five minutes.
pub const EVERY: std::time::Duration = std::time::Duration::from_secs(60);
/// Later than this nobody is told: who wrote that long ago would wonder. Longer than a holiday with its weekend. The wait
/// for the opening and for a lost connection ends here too, and after an update of the program no flood leaves.
const LATE: TimeDelta = TimeDelta::days(5);
/// Conversations read at once, and how often: what is left waits for the next minute.
const BATCH: i64 = 100;
const BATCHES: usize = 10;
/// Shown in the thread.
const NOTA: &str = "Sem resposta de uma pessoa, a conversa voltou para a IA.";

/// Stores a job for each cliente that is open and has a conversation to return to, or somebody to tell to wait.
pub async fn tick(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let now = app.clock.now();
    let ativas: Vec<_> = StatusCliente::ALL.iter().copied().filter(|s| s.assinatura_ativa()).collect();
    let work = async {
        let mut tx = app.db.system().await?;
        for (cliente_id, horario) in conversa::clientes_to_return(&mut tx, &ativas, now, LATE).await? {
            if agenda(&horario).aberto(now) {
                let job = NewJob::new(JOB, JOB).key(cliente_id.to_string()).tenant(cliente_id.0);
                jobs::enqueue(tx.connection(), &job, now).await?;
            }
        }
        espera::tick(&mut tx, &ativas, now).await?;
        job.finish(tx.connection()).await?;
        Ok::<_, Error>(tx.commit().await?)
    };
    work.await.map_err(JobError::retry)
}

/// Returns to the conversations of one cliente.
pub async fn run(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job.job)?;
    handle(&ctx, &job).await.map_err(JobError::retry)
}

async fn handle(ctx: &Ctx, job: &JobCtx) -> Result<()> {
    let connected = whatsapp::connected(ctx).await?;
    let mut tx = ctx.tenant().await?;
    let ativa = cliente::get(&mut tx).await?.is_some_and(|c| c.status.assinatura_ativa());
    let config = configuracao_bot::get(&mut tx).await?;
    tx.commit().await?;
    // Switched off, it does not come back; people answer.
    if ativa && config.ia_ligada && agenda(&config.horario).aberto(ctx.now()) {
        all(ctx, &config, connected).await?;
    }
    let mut tx = ctx.tenant().await?;
    job.finish(tx.connection()).await?;
    Ok(tx.commit().await?)
}

async fn all(ctx: &Ctx, config: &ConfiguracaoBot, connected: bool) -> Result<()> {
    let due = ctx.now() - TimeDelta::minutes(config.retorno_minutos.into());
    // Without a connection nobody can be told, so it waits until nobody is told anyway.
    let before = if connected { due } else { due - LATE };
    for _ in 0..BATCHES {
        let mut tx = ctx.tenant().await?;
        let ids = conversa::to_return(&mut tx, before, BATCH).await?;
        tx.commit().await?;
        for id in &ids {
            give_back(ctx, *id, config, before, due - LATE).await?;
        }
        if i64::try_from(ids.len()).unwrap_or(0) < BATCH {
            break;
        }
    }
    Ok(())
}

async fn give_back(
    ctx: &Ctx,
    id: ConversaId,
    config: &ConfiguracaoBot,
    before: DateTime<Utc>,
    late: DateTime<Utc>,
) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    let row = conversa::lock(&mut tx, id).await?.filter(|c| !c.estado.ia_responde());
    let Some((row, sinal)) = row.and_then(|c| sinal(&c).map(|s| (c, s))).filter(|(_, s)| *s <= before) else {
        // A person was quicker, or another process.
        return Ok(tx.commit().await?);
    };
    let nota =
        NewMensagem::new(MensagemId(new_id()), tx.cliente_id(), id, TipoMensagem::Sistema, NOTA.into(), ctx.now());
    let mut last = mensagem::insert(&mut tx, &nota).await?.map_or(0, |m| m.ordem);
    if sinal > late {
        last = tell(ctx, &mut tx, &row, config).await?.unwrap_or(last);
    }
    // After the message: what is sent is counted before events are numbered, as in a turn, or the two meet in a deadlock.
    conversas::change_state(ctx, &mut tx, &row, Transicao::DevolverParaIa).await?;
    conversa::answered(&mut tx, id, last).await?;
    eventos::emit(ctx, &mut tx, &Evento::Mensagem { conversa_id: id }).await?;
    tx.commit().await?;
    tracing::info!(conversa_id = %id, told = sinal > late, "the assistant has returned");
    Ok(())
}

/// The last sign of a person or, without any since, the hand-over.
fn sinal(c: &Conversa) -> Option<DateTime<Utc>> {
    c.humano_em.max(c.aguardando_desde)
}

/// Sends the text that fits the state it was in; gives its `ordem`. Nothing is sent where the number may send no more: the
/// conversation is the assistant's all the same.
async fn tell(ctx: &Ctx, tx: &mut TenantTx, row: &Conversa, config: &ConfiguracaoBot) -> Result<Option<i64>> {
    let texto = match row.estado {
        EstadoConversa::AguardandoHumano => &config.ninguem_respondeu,
        EstadoConversa::HumanoRespondeu | EstadoConversa::IaAtiva => &config.retorno_24h,
    };
    let texto = mensagens::preencher(tx, row, config, texto).await?;
    announce(ctx, tx, row, texto, "retorno").await
}

/// Sends a message that answers nothing; gives its `ordem`, or `None` where the number may send no more.
pub(super) async fn announce(
    ctx: &Ctx,
    tx: &mut TenantTx,
    row: &Conversa,
    texto: String,
    qual: &str,
) -> Result<Option<i64>> {
    let now = ctx.now();
    let new = NewMensagem {
        status_envio: Some(StatusEnvio::Pendente),
        detalhes: Some(json!({ "automatica": qual })),
        ..NewMensagem::new(MensagemId(new_id()), tx.cliente_id(), row.id, TipoMensagem::Ia, texto, now)
    };
    if let Some(motivo) = whatsapp::uso::reservar(ctx, tx, 1, false).await? {
        tracing::info!(motivo, qual, "not announced");
        return Ok(None);
    }
    let Some(stored) = mensagem::insert(tx, &new).await? else { return Ok(None) };
    queue_auto(ctx, tx, row, &new, now, None).await?;
    conversa::show_last(tx, row.id, TipoMensagem::Ia, &new.conteudo, now).await?;
    Ok(Some(stored.ordem))
}
