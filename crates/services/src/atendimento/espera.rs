//! Who waits for a person is told once that the team knows, `espera_minutos` after the hand-over: business open then and
//! now, number connected, assistant on, and the contato has not asked for silence. Later than [`LATE`], as after an outage,
//! nobody is told. It follows the same clock, limits and rules as the return (`retorno.rs`).

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::eventos::Evento;
use contracts::{ConversaId, EstadoConversa, StatusCliente};
use db::SystemTx;
use db::models::cliente;
use db::models::configuracao_bot::{self, ConfiguracaoBot};
use db::models::conversa;
use jobs::{JobCtx, JobError, NewJob};

use super::passagem::agenda;
use super::retorno::announce;
use super::{mensagens, retorno};
use crate::{App, Ctx, Result, eventos, whatsapp};

/// Kind of the job that tells the contatos of one cliente; its queue is that of the return.
pub(super) const JOB: &str = "espera";
/// "The team knows" is no news after this.
const LATE: TimeDelta = TimeDelta::minutes(30);
/// Conversations told by one job; what is left waits for the next minute.
const BATCH: i64 = 500;

/// Stores a job for each cliente that is open and has somebody to tell.
pub(super) async fn tick(tx: &mut SystemTx, ativas: &[StatusCliente], now: DateTime<Utc>) -> Result<()> {
    for (cliente_id, horario) in conversa::clientes_to_tell_to_wait(tx, ativas, now, LATE).await? {
        if agenda(&horario).aberto(now) {
            let job = NewJob::new(retorno::JOB, JOB).key(cliente_id.to_string()).tenant(cliente_id.0);
            jobs::enqueue(tx.connection(), &job, now).await?;
        }
    }
    Ok(())
}

/// Tells the contatos of one cliente.
pub(super) async fn run(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job.job)?;
    handle(&ctx, &job).await.map_err(JobError::retry)
}

async fn handle(ctx: &Ctx, job: &JobCtx) -> Result<()> {
    let connected = whatsapp::connected(ctx).await?;
    let now = ctx.now();
    let mut tx = ctx.tenant().await?;
    let ativa = cliente::get(&mut tx).await?.is_some_and(|c| c.status.assinatura_ativa());
    let config = configuracao_bot::get(&mut tx).await?;
    let until = now - TimeDelta::minutes(config.espera_minutos.into());
    let ids = conversa::to_tell_to_wait(&mut tx, until - LATE, until, BATCH).await?;
    tx.commit().await?;
    if connected && ativa && config.ia_ligada && agenda(&config.horario).aberto(now) {
        for id in ids {
            tell(ctx, id, &config, until).await?;
        }
    }
    let mut tx = ctx.tenant().await?;
    job.finish(tx.connection()).await?;
    Ok(tx.commit().await?)
}

async fn tell(ctx: &Ctx, id: ConversaId, config: &ConfiguracaoBot, until: DateTime<Utc>) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    let row = conversa::lock(&mut tx, id).await?.filter(|c| c.estado == EstadoConversa::AguardandoHumano);
    let due = row.and_then(|c| c.aguardando_desde.map(|desde| (c, desde)));
    let Some((row, desde)) = due.filter(|(c, desde)| *desde <= until && c.espera_em < Some(*desde)) else {
        // A person was quicker, or another process.
        return Ok(tx.commit().await?);
    };
    // Once, also where nothing may leave: later it would be no news.
    conversa::told_to_wait(&mut tx, id, ctx.now()).await?;
    // Handed over while closed: the contato has heard when somebody comes.
    if agenda(&config.horario).aberto(desde) {
        let texto = mensagens::preencher(&mut tx, &row, config, &config.espera).await?;
        if announce(ctx, &mut tx, &row, texto, "espera").await?.is_some() {
            eventos::emit(ctx, &mut tx, &Evento::Mensagem { conversa_id: id }).await?;
            tracing::info!(conversa_id = %id, "told to wait");
        }
    }
    Ok(tx.commit().await?)
}
