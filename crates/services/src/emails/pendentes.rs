//! "Atendimento pendente" (plan, phase 13): a mail to the owner when somebody waits for a person. The first goes at once; who
//! comes within the next half hour is told together, and who has been answered by then is not told at all.
//!
//! The job knows only whose mail it is: names and questions are read when it is sent, so that no copy of them waits.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::{AvisarPendentes, ConversaId, EstadoConversa, TipoMensagem};
use db::TenantTx;
use db::models::conversa::{self, Conversa};
use db::models::email::{self, Email as Row, Tentativa};
use db::models::{cliente, mensagem};
use integrations::mail::Email;
use jobs::{JobCtx, JobError, NewJob};

use super::corpo::{Bloco, Conteudo};
use super::{Fim, Idioma, TENTATIVAS};
use crate::{App, Ctx, Result};

/// Kind of the job; its queue is that of all mails.
pub const JOB: &str = "email_pendentes";
/// Its name among the mails.
pub(super) const MODELO: &str = "atendimento_pendente";
/// Between two such mails to one cliente.
const APART: TimeDelta = TimeDelta::minutes(30);
/// The same for who wants them together; the first waits as long.
const APART_RESUMO: TimeDelta = TimeDelta::hours(3);
/// How many a mail lists; the rest is a number.
const LISTED: usize = 20;
/// How many are looked at.
const READ: i64 = 500;
/// Characters of the question.
const PERGUNTA: usize = 500;
/// Lines looked at for the question: a contato may have written it in pieces.
const LINES: i64 = 10;

/// Stores the mail with the hand-over that causes it.
pub(crate) async fn queue(ctx: &Ctx, tx: &mut TenantTx) -> Result<()> {
    let now = ctx.now();
    let Some(quem) = cliente::get(tx).await?.filter(|c| c.status.assinatura_ativa()) else { return Ok(()) };
    let last = cliente::pendentes_avisados_em(tx).await?;
    let next = match quem.avisar_pendentes {
        AvisarPendentes::NaHora => last.map_or(now, |at| now.max(at + APART)),
        AvisarPendentes::Resumo => now + APART_RESUMO,
        AvisarPendentes::Nunca => return Ok(()),
    };
    store(ctx, tx, next).await
}

async fn store(ctx: &Ctx, tx: &mut TenantTx, at: DateTime<Utc>) -> Result<()> {
    let id = tx.cliente_id();
    let job = NewJob::new(super::JOB, JOB)
        .key(id.to_string())
        // One at a time, so that two never tell of the same person.
        .group(format!("pendentes:{id}"))
        .tenant(id.0)
        .request_id(&ctx.request_id)
        .at(at)
        .max_attempts(TENTATIVAS);
    jobs::enqueue(tx.connection(), &job, ctx.now()).await?;
    Ok(())
}

/// Sends the mail.
pub async fn run_job(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job.job)?;
    let Some(aviso) = prepare(&ctx, &job).await.map_err(JobError::retry)? else { return Ok(()) };
    let fim = Fim::de(app.mailer.send(&aviso.email).await, &job.job);
    let mut tx = ctx.tenant().await.map_err(JobError::retry)?;
    if !matches!(fim, Fim::DeNovo(_)) {
        // Refused or not, the next one tells of the next ones.
        conversa::told_owner(&mut tx, &aviso.novas, aviso.lido_em).await?;
        cliente::set_pendentes_avisados_em(&mut tx, ctx.now()).await?;
        let t = fim.tentativa(&job.job, ctx.now());
        let Tentativa { estado, tentativas, erro, enviado_em } = t;
        email::insert(&mut tx, &Row { estado, tentativas, erro, enviado_em, ..aviso.row }).await?;
    }
    fim.concluir(&ctx, tx, &job, &aviso.email.to, MODELO).await
}

struct Aviso {
    row: Row,
    email: Email,
    novas: Vec<ConversaId>,
    lido_em: DateTime<Utc>,
}

/// One who waits.
pub(super) struct Linha {
    pub nome: String,
    pub desde: Option<DateTime<Utc>>,
    /// What the contato asked.
    pub pergunta: String,
    /// The conversation.
    pub url: String,
}

/// `None`: nothing to tell, or not yet; the job has ended then.
async fn prepare(ctx: &Ctx, job: &JobCtx) -> Result<Option<Aviso>> {
    let lido_em = ctx.now();
    let mut tx = ctx.tenant().await?;
    // Who has chosen otherwise since is not written to; who has not paid or has closed the account neither.
    let quem = cliente::get(&mut tx)
        .await?
        .filter(|c| c.avisar_pendentes != AvisarPendentes::Nunca && c.status.assinatura_ativa());
    let apart = match quem.as_ref().map(|c| c.avisar_pendentes) {
        Some(AvisarPendentes::Resumo) => APART_RESUMO,
        _ => APART,
    };
    let early = cliente::pendentes_avisados_em(&mut tx).await?.map(|at| at + apart).filter(|next| *next > lido_em);
    if let Some(next) = early.filter(|_| quem.is_some()) {
        // Stored while the mail before it was being sent.
        store(ctx, &mut tx, next).await?;
    }
    let waiting = conversa::Filtro { estado: Some(EstadoConversa::AguardandoHumano), ..Default::default() };
    let mut rows = conversa::list(&mut tx, &waiting, 0, READ).await?;
    let nova = |c: &Conversa| c.avisada_em < c.aguardando_desde;
    let novas: Vec<ConversaId> = rows.iter().filter(|(c, _)| nova(c)).map(|(c, _)| c.id).collect();
    let Some(quem) = quem.filter(|_| early.is_none() && !novas.is_empty()) else {
        job.finish(tx.connection()).await?;
        tx.commit().await?;
        return Ok(None);
    };
    let total = rows.len();
    // The new ones first; within each, the longest wait.
    rows.sort_by_key(|(c, _)| (!nova(c), c.aguardando_desde));
    let mut linhas = Vec::new();
    for (conversa, quem) in rows.into_iter().take(LISTED) {
        let pergunta = pergunta(&mut tx, &conversa).await?;
        let nome = quem.nome.filter(|n| !n.trim().is_empty()).unwrap_or_else(|| conversa.numero_usuario.clone());
        let url = format!("{}dashboard/conversas/{}", ctx.app.public_url, conversa.id);
        linhas.push(Linha { nome, desde: conversa.aguardando_desde, pergunta, url });
    }
    tx.commit().await?;
    // The same id at each attempt.
    let row = super::row(ctx, &quem, job.job.id, MODELO);
    let idioma = Idioma::de(quem.idioma.as_deref());
    let email = super::envelope(ctx, &row, &escrever(idioma, &quem.nome, &linhas, total), idioma);
    Ok(Some(Aviso { row, email, novas, lido_em }))
}

/// What the contato wrote last before a person was called.
async fn pergunta(tx: &mut TenantTx, c: &Conversa) -> Result<String> {
    let lines = mensagem::spoken(tx, c.id, Some(c.respondida_ate + 1), LINES).await?;
    let mut own: Vec<String> =
        lines.into_iter().rev().take_while(|m| m.tipo == TipoMensagem::Contato).map(|m| m.conteudo).collect();
    own.reverse();
    Ok(own.join("\n").chars().take(PERGUNTA).collect())
}

/// What it says; what strangers wrote is quoted.
pub(super) fn escrever(idioma: Idioma, nome: &str, linhas: &[Linha], total: usize) -> Conteudo {
    let um = idioma.l("Uma pessoa espera por uma resposta sua.", "One person waits for an answer of yours.");
    let varios = idioma.l("{n} pessoas esperam por uma resposta sua.", "{n} people wait for an answer of yours.");
    let (assunto, resumo) = match linhas {
        [one] if total == 1 => {
            (format!("{}: {}", idioma.l("Atendimento pendente", "Somebody waits"), one.nome), um.to_owned())
        }
        _ => (
            format!("{total} {}", idioma.l("atendimentos pendentes", "people wait")),
            varios.replace("{n}", &total.to_string()),
        ),
    };
    let mut blocos = vec![Bloco::Texto(format!("{}, {nome}.", idioma.l("Olá", "Hello")))];
    blocos.extend(linhas.iter().map(|l| Bloco::Citacao {
        quem: l.nome.clone(),
        quando: l.desde.map(|em| format!("{} {}", idioma.l("desde", "since"), idioma.hora(em))).unwrap_or_default(),
        linhas: l.pergunta.clone(),
        rotulo: idioma.l("Abrir a conversa", "Open the conversation").to_owned(),
        url: l.url.clone(),
    }));
    let mais = total - linhas.len();
    if mais > 0 {
        blocos.push(Bloco::Texto(format!("{} {mais}.", idioma.l("E mais", "And"))));
    }
    blocos.push(Bloco::Nota(
        idioma
            .l(
                "Para responder, abra a conversa pelo link ou escreva pelo celular. Quando você responde, a IA fica em silêncio nessa conversa. Em Meu Perfil você escolhe quando receber estes avisos.",
                "To answer, open the conversation by its link or write on the phone. When you answer, the AI is silent in that conversation. In My Profile you choose when to get these notices.",
            )
            .to_owned(),
    ));
    let titulo = resumo.trim_end_matches('.').to_owned();
    Conteudo { assunto, previa: resumo, titulo, blocos }
}
