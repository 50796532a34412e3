//! The worker: any number of processes may run it over the same database.

use std::sync::Arc;
use std::time::Duration;

use jobs::{NewJob, Worker, WorkerConfig};
use services::assinatura::{reconcilia, relogio};
use services::atendimento::{calibra, retorno};
use services::perfil::encerrar;
use services::{App, assinatura, atendimento, metricas, midia, retencao, whatsapp};
use tokio_util::sync::CancellationToken;

/// Works until `stop`, then lets what runs come to its end.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    let clock = app.clock.clone();
    // A killed process's jobs are taken over after this.
    let config = WorkerConfig { lease: Duration::from_secs(15), ..WorkerConfig::new(atendimento::QUEUES.to_vec()) };
    let worker = Worker::new(app.db.pool().clone(), atendimento::handlers(&app), config, Arc::new(move || clock.now()));
    let relogio = NewJob::new(retorno::JOB, retorno::JOB_RELOGIO).key(retorno::JOB_RELOGIO);
    let eventos = NewJob::new(retencao::JOB, retencao::JOB_EVENTOS).key(retencao::JOB_EVENTOS);
    let limpeza = NewJob::new(retencao::JOB, retencao::JOB).key(retencao::JOB);
    let calibrar = NewJob::new(calibra::JOB, calibra::JOB).key(calibra::JOB);
    let contas = NewJob::new(retencao::JOB, encerrar::JOB_RELOGIO).key(encerrar::JOB_RELOGIO);
    let assinaturas = NewJob::new(relogio::JOB_RELOGIO, relogio::JOB_RELOGIO).key(relogio::JOB_RELOGIO);
    let reconciliar = NewJob::new(relogio::JOB_RELOGIO, reconcilia::JOB).key(reconcilia::JOB);
    let horas = NewJob::new(metricas::QUEUE, metricas::JOB).key(metricas::JOB);
    let varredura = NewJob::new(midia::JOB_VARREDURA, midia::JOB_VARREDURA).key(midia::JOB_VARREDURA);
    let vigia = NewJob::new(whatsapp::JOB_VIGIA, whatsapp::JOB_VIGIA).key(whatsapp::JOB_VIGIA).max_attempts(3);
    if app.pagamentos.is_some()
        && let Err(error) = assinatura::precos::pedir(&app).await
    {
        tracing::warn!(%error, "prices not asked for");
    }
    worker
        .schedule(assinatura::precos::JOB, assinatura::precos::EVERY, assinatura::precos::job())
        .schedule(whatsapp::JOB_VIGIA, whatsapp::INTERVALO_VIGIA, vigia)
        .schedule(retorno::JOB_RELOGIO, retorno::EVERY, relogio)
        .schedule(retencao::JOB_EVENTOS, retencao::EVENTOS_EVERY, eventos)
        .schedule(retencao::JOB, retencao::EVERY, limpeza)
        .schedule(calibra::JOB, calibra::EVERY, calibrar)
        .schedule(encerrar::JOB_RELOGIO, encerrar::EVERY, contas)
        .schedule(relogio::JOB_RELOGIO, relogio::EVERY, assinaturas)
        .schedule(reconcilia::JOB, reconcilia::EVERY, reconciliar)
        .schedule(metricas::JOB, metricas::EVERY, horas)
        .schedule(midia::JOB_VARREDURA, midia::VARREDURA_EVERY, varredura)
        .run(stop)
        .await;
}
