//! Mails to clientes: stored as a job with the change that causes them, rendered and sent by the worker.

pub mod pendentes;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use contracts::ErrorCode;
use db::TenantTx;
use db::models::cliente;
use integrations::mail::{Email, MailError};
use jobs::{JobCtx, JobError, NewJob};
use serde::{Deserialize, Serialize};

use crate::{App, BRASILIA, Ctx, Error, Result};

/// Kind and queue of the job that sends a mail.
pub const JOB: &str = "email";

/// What a mail is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Modelo {
    SenhaAlterada,
    /// The owner has closed the account.
    ContaEncerrada {
        apaga_em: DateTime<Utc>,
    },
    /// The number is not connected any more.
    ConexaoCaiu {
        motivo: String,
    },
    /// It is again, after so long.
    ConexaoVoltou {
        minutos: i64,
    },
    /// Evolution holds messages that it does not deliver.
    InstanciaSurda,
    /// Nothing has come for so long, which is odd.
    SilencioIncomum {
        minutos: i64,
    },
    /// So many replies have reached nobody.
    SemRecibo {
        mensagens: i64,
    },
    /// The month's budget is nearly spent.
    Orcamento80 {
        gasto: String,
        orcamento: String,
    },
    /// It is spent.
    OrcamentoEsgotado {
        orcamento: String,
    },
}

impl Modelo {
    const fn parts(&self) -> (&'static str, &'static str) {
        match self {
            Self::SenhaAlterada => ("Sua senha foi alterada", include_str!("../mails/senha_alterada.txt")),
            Self::ContaEncerrada { .. } => ("Sua conta foi encerrada", include_str!("../mails/conta_encerrada.txt")),
            Self::ConexaoCaiu { .. } => ("Seu WhatsApp desconectou", include_str!("../mails/conexao_caiu.txt")),
            Self::ConexaoVoltou { .. } => ("Seu WhatsApp voltou", include_str!("../mails/conexao_voltou.txt")),
            Self::InstanciaSurda => {
                ("Seu WhatsApp não está entregando mensagens", include_str!("../mails/instancia_surda.txt"))
            }
            Self::SilencioIncomum { .. } => {
                ("Faz tempo que não chega mensagem", include_str!("../mails/silencio_incomum.txt"))
            }
            Self::SemRecibo { .. } => ("Suas respostas não estão chegando", include_str!("../mails/sem_recibo.txt")),
            Self::Orcamento80 { .. } => ("80% do limite de IA deste mês", include_str!("../mails/orcamento_80.txt")),
            Self::OrcamentoEsgotado { .. } => {
                ("O limite de IA deste mês acabou", include_str!("../mails/orcamento_esgotado.txt"))
            }
        }
    }

    /// About the connection: the owner may have chosen not to hear of it by mail.
    const fn da_conexao(&self) -> bool {
        matches!(
            self,
            Self::ConexaoCaiu { .. }
                | Self::ConexaoVoltou { .. }
                | Self::InstanciaSurda
                | Self::SilencioIncomum { .. }
                | Self::SemRecibo { .. }
        )
    }

    /// What a template names in braces beside `{nome}` and `{quando}`.
    fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::SenhaAlterada | Self::InstanciaSurda => Vec::new(),
            Self::ContaEncerrada { apaga_em } => vec![("{apaga_em}", local(*apaga_em))],
            Self::ConexaoCaiu { motivo } => vec![("{motivo}", motivo.clone())],
            Self::ConexaoVoltou { minutos } | Self::SilencioIncomum { minutos } => vec![("{tempo}", tempo(*minutos))],
            Self::SemRecibo { mensagens } => vec![("{mensagens}", mensagens.to_string())],
            Self::Orcamento80 { gasto, orcamento } => {
                vec![("{gasto}", gasto.clone()), ("{orcamento}", orcamento.clone())]
            }
            Self::OrcamentoEsgotado { orcamento } => vec![("{orcamento}", orcamento.clone())],
        }
    }
}

fn tempo(minutos: i64) -> String {
    match (minutos / 60, minutos % 60) {
        (0, m) => format!("{m} minutos"),
        (1, _) => "mais de 1 hora".into(),
        (h, _) => format!("mais de {h} horas"),
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
    if modelo.da_conexao() && !to.avisar_conexao {
        return Ok(());
    }
    let (subject, template) = modelo.parts();
    let text = template.replace("{nome}", &to.nome).replace("{quando}", &local(at));
    let text = modelo.values().into_iter().fold(text, |text, (name, value)| text.replace(name, &value));
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
    at.with_timezone(&BRASILIA).format("%d/%m/%Y %H:%M").to_string()
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
