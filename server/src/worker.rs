//! The worker: any number of processes may run it over the same database.

use std::sync::Arc;
use std::time::Duration;

use jobs::{JobError, NewJob, Worker, WorkerConfig};
use services::{App, atendimento, whatsapp};
use tokio_util::sync::CancellationToken;

/// Removes what no browser asks for any more.
const JOB_LIMPEZA: &str = "limpeza";
/// A browser that was away longer reloads the page.
const EVENTOS_KEPT: chrono::TimeDelta = chrono::TimeDelta::days(1);
/// Webhook calls, with the pictures and voice notes inside them, are kept as long as the history they became (plan, phase 14).
const RECEBIDOS_KEPT: chrono::TimeDelta = chrono::TimeDelta::days(30);

/// Works until `stop`, then lets what runs come to its end.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    let clock = app.clock.clone();
    let queues = atendimento::QUEUES.iter().copied().chain([(JOB_LIMPEZA, 1)]);
    let handlers = atendimento::handlers(&app).on(JOB_LIMPEZA, {
        let app = app.clone();
        move |_| clean(app.clone())
    });
    // A killed process's jobs are taken over after this.
    let config = WorkerConfig { lease: Duration::from_secs(15), ..WorkerConfig::new(queues) };
    let worker = Worker::new(app.db.pool().clone(), handlers, config, Arc::new(move || clock.now()));
    let vigia = NewJob::new(whatsapp::JOB_VIGIA, whatsapp::JOB_VIGIA).key(whatsapp::JOB_VIGIA).max_attempts(3);
    worker
        .schedule(JOB_LIMPEZA, Duration::from_secs(3600), NewJob::new(JOB_LIMPEZA, JOB_LIMPEZA))
        .schedule(whatsapp::JOB_VIGIA, whatsapp::INTERVALO_VIGIA, vigia)
        .run(stop)
        .await;
}

async fn clean(app: Arc<App>) -> Result<(), JobError> {
    let work = async {
        let mut tx = app.db.system().await?;
        let now = app.clock.now();
        let eventos = db::models::evento::delete_before(&mut tx, now - EVENTOS_KEPT).await?;
        let recebidos = db::models::evento_recebido::delete_before(&mut tx, now - RECEBIDOS_KEPT).await?;
        tracing::info!(eventos, recebidos, "cleaned");
        tx.commit().await
    };
    work.await.map_err(JobError::retry)
}
