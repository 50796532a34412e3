//! Messages leave after the cliente's `retencao_dias` (plan, phase 14), and with them everything that only existed for their
//! sake: the webhook calls they came in, their outbox rows, contatos and conversas without any line, dead jobs.
//!
//! One cliente after the other, in transactions of a bounded number of rows, so that nobody waits for a lock; a run that
//! takes long stores its continuation and ends. A table that hangs on `historico_mensagens` or `contatos` by
//! `ON DELETE CASCADE` goes with its row, if its foreign key has an index; files outside the database would need a step
//! before [`Passo::Mensagens`]. LanceDB holds the business's text only, and each save prunes the versions before it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use contracts::ClienteId;
use db::models::{
    checkout, cliente, configuracao_bot, contato, conversa, email, evento, evento_recebido, evento_stripe, link_acesso,
    mensagem,
};
use jobs::{JobCtx, JobError, NewJob};

use crate::assinatura::checkout::GUARDADO;
use crate::{App, Error, Result};

/// Queue and kind of the daily job.
pub const JOB: &str = "retencao";
/// How often it runs.
pub const EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// Kind of the hourly job that removes what no browser asks for any more.
pub const JOB_EVENTOS: &str = "limpeza";
/// How often that one runs.
pub const EVENTOS_EVERY: Duration = Duration::from_secs(60 * 60);
/// A browser that was away longer reloads the page.
const EVENTOS_KEPT: TimeDelta = TimeDelta::days(1);
/// What became of a mail. One with a key stays as long as its account: it must not be sent again.
const EMAILS_KEPT: TimeDelta = TimeDelta::days(180);
/// Stripe sends nothing again after three days; a person may still want to know what came.
const EVENTOS_STRIPE_KEPT: TimeDelta = TimeDelta::days(90);
/// Dead jobs are for people to look at and send again; their payloads are ids.
const JOBS_KEPT: TimeDelta = TimeDelta::days(30);
/// Rows of one transaction.
const BATCH: i64 = 5_000;
/// A webhook call may hold a picture.
const BATCH_RECEBIDOS: i64 = 500;
/// While contatos are removed, no new one of that cliente can be added.
const BATCH_CONTATOS: i64 = 500;
/// After this a run hands on to the next, so that a stop of the process never waits for it.
const BUDGET: Duration = Duration::from_secs(60);

/// What is removed of a cliente, in this order.
#[derive(Clone, Copy, Debug)]
enum Passo {
    /// Lines, with their outbox rows.
    Mensagens,
    /// Webhook calls.
    Recebidos,
    /// The last line that the list shows, where that line is gone.
    Previas,
    /// Contatos, with conversas and addresses, that no line is left of.
    Contatos,
}

const PASSOS: [Passo; 4] = [Passo::Mensagens, Passo::Recebidos, Passo::Previas, Passo::Contatos];

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Varredura {
    /// Rows removed, those of cascades not counted.
    pub linhas: usize,
    /// Transactions.
    pub lotes: usize,
    /// The longest of them.
    pub maior_lote: Duration,
    /// Where the budget ended; `None`: all is done.
    pub parou_em: Option<ClienteId>,
}

/// The daily job; its payload is where to go on.
pub async fn run(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let from: Option<ClienteId> = job.payload()?;
    let work = async {
        let swept = sweep(&app, from, BUDGET).await?;
        let mut tx = app.db.system().await?;
        let now = app.clock.now();
        let dead = jobs::delete_dead_before(tx.connection(), now - JOBS_KEPT, BATCH).await?;
        if swept.parou_em.is_some() || i64::try_from(dead).is_ok_and(|n| n == BATCH) {
            jobs::enqueue(tx.connection(), &NewJob::new(JOB, JOB).key(JOB).payload(&swept.parou_em), now).await?;
        }
        job.finish(tx.connection()).await?;
        tx.commit().await?;
        tracing::info!(?swept, dead, "old messages removed");
        Ok::<_, Error>(())
    };
    work.await.map_err(JobError::retry)
}

/// The hourly job.
pub async fn run_eventos(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let work = async {
        loop {
            let mut tx = app.db.system().await?;
            let now = app.clock.now();
            let mut more = false;
            for n in [
                evento::delete_before(&mut tx, now - EVENTOS_KEPT, BATCH).await?,
                email::delete_before(&mut tx, now - EMAILS_KEPT, BATCH).await?,
                checkout::delete_before(&mut tx, now - GUARDADO, BATCH).await?,
                evento_stripe::delete_before(&mut tx, now - EVENTOS_STRIPE_KEPT, BATCH).await?,
            ] {
                more |= i64::try_from(n).is_ok_and(|n| n == BATCH);
            }
            link_acesso::delete_before(&mut tx, now).await?;
            if !more {
                job.finish(tx.connection()).await?;
            }
            tx.commit().await?;
            if !more {
                return Ok::<_, Error>(());
            }
        }
    };
    work.await.map_err(JobError::retry)
}

/// Removes what is too old of every cliente from `from` on, for at most about `budget`.
pub async fn sweep(app: &App, from: Option<ClienteId>, budget: Duration) -> Result<Varredura> {
    let began = Instant::now();
    let mut tx = app.db.system().await?;
    let ids = cliente::ids(&mut tx).await?;
    tx.commit().await?;
    let mut swept = Varredura::default();
    for id in ids.into_iter().filter(|id| from.is_none_or(|from| *id >= from)) {
        if began.elapsed() >= budget {
            swept.parou_em = Some(id);
            return Ok(swept);
        }
        for passo in PASSOS {
            while batch(app, id, passo, &mut swept).await? {
                if began.elapsed() >= budget {
                    swept.parou_em = Some(id);
                    return Ok(swept);
                }
            }
        }
    }
    Ok(swept)
}

/// One transaction; says whether another may find more.
async fn batch(app: &App, id: ClienteId, passo: Passo, swept: &mut Varredura) -> Result<bool> {
    let began = Instant::now();
    let mut tx = app.db.tenant(id).await?;
    let days = configuracao_bot::get(&mut tx).await?.retencao_dias;
    let before: DateTime<Utc> = app.clock.now() - TimeDelta::days(days.into());
    let (n, limit) = match passo {
        Passo::Mensagens => (mensagem::delete_before(&mut tx, before, BATCH).await?, BATCH),
        Passo::Recebidos => (evento_recebido::delete_before(&mut tx, before, BATCH_RECEBIDOS).await?, BATCH_RECEBIDOS),
        Passo::Previas => (conversa::clear_previa_before(&mut tx, before, BATCH).await?, BATCH),
        Passo::Contatos => (contato::delete_silent_before(&mut tx, before, BATCH_CONTATOS).await?, BATCH_CONTATOS),
    };
    tx.commit().await?;
    swept.linhas += n;
    swept.lotes += 1;
    swept.maior_lote = swept.maior_lote.max(began.elapsed());
    Ok(i64::try_from(n).is_ok_and(|n| n >= limit))
}
