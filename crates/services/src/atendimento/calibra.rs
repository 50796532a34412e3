//! What people did with the assistant's answers moves the confidence in the next ones: once a day, for each cliente.

use std::sync::Arc;

use chrono::TimeDelta;
use contracts::ClienteId;
use db::models::{cliente, conhecimento, mensagem};
use jobs::{JobCtx, JobError};
use rag::{Features, Judged, Profile};

use crate::{App, Error, Result};

/// Queue and kind of the job.
pub const JOB: &str = "calibrar";
/// How often it runs.
pub const EVERY: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);
/// Older answers say little of today's text, and most are gone by then.
const JANELA: TimeDelta = TimeDelta::days(30);
/// A person may still correct a younger one.
const MADURA: TimeDelta = TimeDelta::hours(1);
/// More than these change the third decimal.
const RESPOSTAS: i64 = 2_000;

/// One round over all clientes; one's trouble does not keep it from the others.
pub async fn run(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let work = async {
        let mut tx = app.db.system().await?;
        let ids = cliente::ids(&mut tx).await?;
        tx.commit().await?;
        for id in ids {
            if let Err(error) = calibrar(&app, id).await {
                tracing::warn!(cliente_id = %id, %error, "the confidence could not be fitted");
            }
        }
        let mut tx = app.db.system().await?;
        job.finish(tx.connection()).await?;
        Ok::<_, Error>(tx.commit().await?)
    };
    work.await.map_err(JobError::retry)
}

async fn calibrar(app: &App, id: ClienteId) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.tenant(id).await?;
    let seen: Vec<Judged> = mensagem::julgadas(&mut tx, now - JANELA, now - MADURA, RESPOSTAS)
        .await?
        .into_iter()
        .filter_map(|answer| {
            // Features of a replaced profile are judged by nobody any more.
            let profile = Profile::named(&answer.perfil)?;
            let features: Features = serde_json::from_value(answer.features).ok()?;
            Some(Judged { confidence: profile.confidence(&features), corrected: answer.corrigida })
        })
        .collect();
    let ajuste = rag::refit(&seen);
    conhecimento::set_ajuste_confianca(&mut tx, ajuste).await?;
    tx.commit().await?;
    if !seen.is_empty() {
        let corrigidas = seen.iter().filter(|j| j.corrected).count();
        tracing::info!(cliente_id = %id, respostas = seen.len(), corrigidas, ajuste, "confidence fitted");
    }
    Ok(())
}
