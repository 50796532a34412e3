//! Mails to clientes: stored as a job with the change that causes them, rendered and sent by the worker.

pub mod pendentes;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::ErrorCode;
use db::TenantTx;
use db::models::cliente;
use integrations::mail::{Email, MailError};
use jobs::{JobCtx, JobError, NewJob};
use serde::{Deserialize, Serialize};

use crate::{App, Ctx, Error, Result};

/// Kind and queue of the job that sends a mail.
pub const JOB: &str = "email";
/// Brazil has had no summer time since 2019.
const BRASILIA: TimeDelta = TimeDelta::hours(-3);

/// What a mail is about.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Modelo {
    SenhaAlterada,
}

impl Modelo {
    const fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::SenhaAlterada => ("Sua senha foi alterada", include_str!("../mails/senha_alterada.txt")),
        }
    }
}

/// Stores a mail to the cliente of this transaction.
pub(crate) async fn queue(ctx: &Ctx, tx: &mut TenantTx, modelo: Modelo) -> Result<()> {
    let job = NewJob::new(JOB, JOB)
        .tenant(tx.cliente_id().0)
        .request_id(&ctx.request_id)
        .payload(&(modelo, ctx.now()))
        .max_attempts(10);
    jobs::enqueue(tx.connection(), &job, ctx.now()).await?;
    Ok(())
}

/// Sends a mail. A crash between sending and the job's end sends it twice: SMTP offers no better.
pub async fn run_job(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let (modelo, at): (Modelo, DateTime<Utc>) = job.payload()?;
    let ctx = Ctx::of_job(&app, &job.job)?;
    let Some(to) = recipient(&ctx).await.map_err(JobError::retry)? else { return Ok(()) };
    let (subject, template) = modelo.parts();
    let text = template.replace("{nome}", &to.nome).replace("{quando}", &local(at));
    let html = format!("<p>{}</p>", escape(&text).trim().replace("\n\n", "</p><p>").replace('\n', "<br>"));
    let email = Email { to: to.email, subject: subject.to_owned(), text, html };
    app.mailer.send(&email).await.map_err(failed)
}

fn failed(e: MailError) -> JobError {
    match e {
        MailError::Invalid | MailError::Refused(_) => JobError::dead(e),
        e => JobError::retry(e),
    }
}

/// In the words of a mail: day and time in Brasília.
fn local(at: DateTime<Utc>) -> String {
    (at + BRASILIA).format("%d/%m/%Y %H:%M").to_string()
}

async fn recipient(ctx: &Ctx) -> Result<Option<cliente::Cliente>> {
    let mut tx = ctx.tenant().await?;
    let found = cliente::get(&mut tx).await?;
    tx.commit().await.map_err(|e| Error::caused(ErrorCode::Internal, e))?;
    Ok(found)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
