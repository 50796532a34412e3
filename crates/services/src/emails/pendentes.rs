//! "Atendimento pendente" (plan, phase 13): a mail to the owner when somebody waits for a person. The first goes at once; who
//! comes within the next half hour is told together, and who has been answered by then is not told at all.
//!
//! The job knows only whose mail it is: names and questions are read when it is sent, so that no copy of them waits.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::{AvisarPendentes, ConversaId, EstadoConversa, TipoMensagem};
use db::TenantTx;
use db::models::conversa::{self, Conversa};
use db::models::{cliente, mensagem};
use integrations::mail::Email;
use jobs::{JobCtx, JobError, NewJob};

use super::{escape, failed, local};
use crate::{App, Ctx, Result};

/// Kind of the job; its queue is that of all mails.
pub const JOB: &str = "email_pendentes";
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
    let Some(quem) = cliente::get(tx).await? else { return Ok(()) };
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
        .max_attempts(10);
    jobs::enqueue(tx.connection(), &job, ctx.now()).await?;
    Ok(())
}

/// Sends the mail. A crash between sending and the job's end sends it twice: SMTP offers no better.
pub async fn run_job(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job.job)?;
    let Some(aviso) = prepare(&ctx, &job).await.map_err(JobError::retry)? else { return Ok(()) };
    app.mailer.send(&aviso.email).await.map_err(failed)?;
    told(&ctx, &job, &aviso).await.map_err(JobError::retry)
}

struct Aviso {
    email: Email,
    novas: Vec<ConversaId>,
    lido_em: DateTime<Utc>,
}

/// One who waits.
struct Item {
    conversa: Conversa,
    nome: String,
    pergunta: String,
}

/// `None`: nothing to tell, or not yet; the job has ended then.
async fn prepare(ctx: &Ctx, job: &JobCtx) -> Result<Option<Aviso>> {
    let lido_em = ctx.now();
    let mut tx = ctx.tenant().await?;
    // Who has chosen otherwise since is not written to; who has closed the account neither.
    let quem =
        cliente::get(&mut tx).await?.filter(|c| c.avisar_pendentes != AvisarPendentes::Nunca && c.encerra_em.is_none());
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
    let mut itens = Vec::new();
    for (conversa, quem) in rows.into_iter().take(LISTED) {
        let pergunta = pergunta(&mut tx, &conversa).await?;
        let nome = quem.nome.filter(|n| !n.trim().is_empty()).unwrap_or_else(|| conversa.numero_usuario.clone());
        itens.push(Item { conversa, nome, pergunta });
    }
    tx.commit().await?;
    let email = write(ctx, quem, &itens, total);
    Ok(Some(Aviso { email, novas, lido_em }))
}

/// What the contato wrote last before a person was called.
async fn pergunta(tx: &mut TenantTx, c: &Conversa) -> Result<String> {
    let lines = mensagem::spoken(tx, c.id, Some(c.respondida_ate + 1), LINES).await?;
    let mut own: Vec<String> =
        lines.into_iter().rev().take_while(|m| m.tipo == TipoMensagem::Contato).map(|m| m.conteudo).collect();
    own.reverse();
    Ok(own.join("\n").chars().take(PERGUNTA).collect())
}

async fn told(ctx: &Ctx, job: &JobCtx, aviso: &Aviso) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    conversa::told_owner(&mut tx, &aviso.novas, aviso.lido_em).await?;
    cliente::set_pendentes_avisados_em(&mut tx, ctx.now()).await?;
    job.finish(tx.connection()).await?;
    tx.commit().await?;
    tracing::info!(conversas = aviso.novas.len(), "owner told of people who wait");
    Ok(())
}

fn write(ctx: &Ctx, quem: cliente::Cliente, itens: &[Item], total: usize) -> Email {
    let (subject, resumo) = match itens {
        [one] if total == 1 => {
            (format!("Atendimento pendente: {}", one.nome), "Uma pessoa espera por uma resposta sua.".to_owned())
        }
        _ => (format!("{total} atendimentos pendentes"), format!("{total} pessoas esperam por uma resposta sua.")),
    };
    let links: Vec<(&Item, String)> = itens.iter().map(|i| (i, link(ctx, i.conversa.id))).collect();
    let mais = total - itens.len();
    let mut textos: Vec<String> = links.iter().map(|(i, link)| texto(i, link)).collect();
    let mut blocos: Vec<String> = links.iter().map(|(i, link)| bloco(i, link)).collect();
    if mais > 0 {
        textos.push(format!("E mais {mais}."));
        blocos.push(format!("<p>E mais {mais}.</p>"));
    }
    // What strangers wrote comes last: it is never searched for placeholders.
    let text = include_str!("../../mails/atendimento_pendente.txt")
        .replace("{empresa}", &quem.nome)
        .replace("{resumo}", &resumo)
        .replace("{itens}", &textos.join("\n\n"));
    let html = include_str!("../../mails/atendimento_pendente.html")
        .replace("{empresa}", &escape(&quem.nome))
        .replace("{resumo}", &resumo)
        .replace("{itens}", &blocos.join("\n"));
    Email { to: quem.email, subject, text, html }
}

fn link(ctx: &Ctx, id: ConversaId) -> String {
    format!("{}dashboard/conversas/{id}", ctx.app.public_url)
}

fn desde(i: &Item) -> String {
    i.conversa.aguardando_desde.map(local).unwrap_or_default()
}

fn texto(i: &Item, link: &str) -> String {
    let citado = i.pergunta.lines().map(|l| format!("> {l}\n")).collect::<String>();
    format!("{}, desde {}\n{citado}{link}", i.nome, desde(i))
}

fn bloco(i: &Item, link: &str) -> String {
    let pergunta = escape(&i.pergunta).replace('\n', "<br>");
    format!(
        "<p><b>{}</b>, desde {}</p>\n<blockquote style=\"margin:0 0 12px;padding:0 12px;border-left:3px solid #ccc\">{pergunta}</blockquote>\n\
         <p><a href=\"{link}\">Abrir a conversa</a></p>",
        escape(&i.nome),
        desde(i)
    )
}
