//! Mails to clientes: a row and a job, stored with the change that causes them; the worker renders and sends.
//!
//! A key makes a mail one, however often it is asked for. What opens an account (first senha, links) is made when the mail is
//! sent and stored as a hash only, so a waiting mail holds no secret. Promised: a mail that a server took is sent again only
//! when we are killed between its answer and our row (SMTP offers no better), and then under the same `Message-ID`. What a
//! server refuses for good is shown, not tried again; what it puts off is tried for two days.

mod corpo;
mod exemplos;
mod palavras;
pub mod pendentes;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::avisos::DetalheAviso;
use contracts::emails::{EmailDto, EmailsDto};
use contracts::{CausaQueda, EstadoEmail, TipoAviso, TipoLink};
use db::TenantTx;
use db::models::cliente::{self, Cliente};
use db::models::email::{self, Email as Row, Tentativa};
use integrations::mail::{Email, MailError};
use jobs::{Job, JobCtx, JobError, NewJob};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use exemplos::{MODELOS, Previa, previa};

use crate::auth::acesso::{self, Acesso};
use crate::avisos::{self, Novo};
use crate::ctx::{cut_page, new_id};
use crate::{App, Ctx, Result};

/// Kind and queue of the job that sends a mail.
pub const JOB: &str = "email";
/// About two days with [`espera`].
const TENTATIVAS: i32 = 24;
/// What a server's words are cut to.
const ERRO_MAX: usize = 300;
/// Mails of one page of the list.
const PAGINA: i64 = 50;
/// Who asked for a new senha so long ago does not wait for it any more.
const PEDIDO_VALE: TimeDelta = TimeDelta::minutes(60);

/// What a mail is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modelo {
    /// The account exists. First senha and link are made when it is sent.
    BoasVindas,
    /// A link to choose another senha, made when it is sent.
    NovaSenha,
    /// The senha is another one now.
    SenhaAlterada,
    /// The owner has closed the account.
    ContaEncerrada {
        /// When it is erased.
        apaga_em: DateTime<Utc>,
    },
    /// A charge did not go through.
    PagamentoFalhou {
        /// How much.
        valor_centavos: i64,
        /// Where to pay.
        url: String,
        /// When it is tried again, if it is.
        proxima_tentativa: Option<DateTime<Utc>>,
    },
    /// The grace is nearly over.
    CarenciaAcabando {
        /// When the assistant falls silent.
        suspende_em: DateTime<Utc>,
        /// Where to pay.
        url: String,
    },
    /// It is over.
    ContaSuspensa {
        /// When the data is erased, if that is known.
        apaga_em: Option<DateTime<Utc>>,
        /// Where to pay.
        url: String,
    },
    /// Paid: everything works again.
    ContaReativada,
    /// The assinatura ends, or has ended.
    AssinaturaCancelada {
        /// Until when it works.
        acesso_ate: DateTime<Utc>,
        /// When the data is erased.
        apaga_em: DateTime<Utc>,
    },
    /// A payment has come.
    Recibo {
        /// How much.
        valor_centavos: i64,
        /// Until when it pays.
        periodo_fim: Option<DateTime<Utc>>,
        /// The invoice as a file.
        pdf: Option<String>,
        /// The invoice as a page.
        url: Option<String>,
    },
    /// The number is not connected any more.
    ConexaoCaiu {
        /// Why.
        queda: Queda,
    },
    /// It is again, after so long.
    ConexaoVoltou {
        /// How long.
        minutos: i64,
    },
    /// Evolution holds messages that it does not deliver.
    InstanciaSurda,
    /// Nothing has come for so long, which is odd.
    SilencioIncomum {
        /// How long.
        minutos: i64,
    },
    /// So many replies have reached nobody.
    SemRecibo {
        /// How many.
        mensagens: i64,
    },
    /// The month's budget is nearly spent; in centavos.
    Orcamento80 {
        /// Spent.
        gasto: i64,
        /// The budget.
        orcamento: i64,
    },
    /// It is spent; in centavos.
    OrcamentoEsgotado {
        /// The budget.
        orcamento: i64,
    },
    /// The plan's automatic messages of the month are nearly used up.
    Mensagens80 {
        /// Sent.
        enviadas: i64,
        /// How many there are.
        limite: i64,
    },
    /// They are.
    MensagensEsgotadas {
        /// How many there were.
        limite: i64,
    },
}

/// Why a number is not connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Queda {
    /// WhatsApp said so.
    Causa(CausaQueda),
    /// Evolution is away.
    EvolutionFora,
    /// It tries and tries.
    Reconectando,
    /// Nobody said why.
    Sem,
}

/// The languages of mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idioma {
    /// `pt-BR`, also of who has chosen none.
    Pt,
    /// `en`.
    En,
}

impl Idioma {
    fn de(codigo: Option<&str>) -> Self {
        if codigo == Some("en") { Self::En } else { Self::Pt }
    }

    const fn codigo(self) -> &'static str {
        match self {
            Self::Pt => "pt-BR",
            Self::En => "en",
        }
    }

    pub(crate) const fn l<'a>(self, pt: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Pt => pt,
            Self::En => en,
        }
    }
}

impl Modelo {
    /// Its name in `emails.modelo` and in the preview.
    pub const fn nome(&self) -> &'static str {
        match self {
            Self::BoasVindas => "boas_vindas",
            Self::NovaSenha => "nova_senha",
            Self::SenhaAlterada => "senha_alterada",
            Self::ContaEncerrada { .. } => "conta_encerrada",
            Self::PagamentoFalhou { .. } => "pagamento_falhou",
            Self::CarenciaAcabando { .. } => "carencia_acabando",
            Self::ContaSuspensa { .. } => "conta_suspensa",
            Self::ContaReativada => "conta_reativada",
            Self::AssinaturaCancelada { .. } => "assinatura_cancelada",
            Self::Recibo { .. } => "recibo",
            Self::ConexaoCaiu { .. } => "conexao_caiu",
            Self::ConexaoVoltou { .. } => "conexao_voltou",
            Self::InstanciaSurda => "instancia_surda",
            Self::SilencioIncomum { .. } => "silencio_incomum",
            Self::SemRecibo { .. } => "sem_recibo",
            Self::Orcamento80 { .. } => "orcamento_80",
            Self::OrcamentoEsgotado { .. } => "orcamento_esgotado",
            Self::Mensagens80 { .. } => "mensagens_80",
            Self::MensagensEsgotadas { .. } => "mensagens_esgotadas",
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
}

/// Stores a mail to the cliente of this transaction, once for each `chave`; `false` if that one is there.
pub async fn enfileirar(ctx: &Ctx, tx: &mut TenantTx, chave: &str, modelo: Modelo) -> Result<bool> {
    store(ctx, tx, Some(chave.to_owned()), modelo).await
}

/// Stores a mail, however many like it there are.
pub(crate) async fn queue(ctx: &Ctx, tx: &mut TenantTx, modelo: Modelo) -> Result<()> {
    store(ctx, tx, None, modelo).await.map(drop)
}

async fn store(ctx: &Ctx, tx: &mut TenantTx, chave: Option<String>, modelo: Modelo) -> Result<bool> {
    let Some(quem) = cliente::get(tx).await? else { return Ok(false) };
    let mut row = row(ctx, &quem, new_id(), modelo.nome());
    row.chave = chave;
    if !email::insert(tx, &row).await? {
        return Ok(false);
    }
    let job = NewJob::new(JOB, JOB)
        .tenant(quem.id.0)
        .request_id(&ctx.request_id)
        .payload(&(row.id, modelo))
        .max_attempts(TENTATIVAS);
    jobs::enqueue(tx.connection(), &job, ctx.now()).await?;
    Ok(true)
}

fn row(ctx: &Ctx, quem: &Cliente, id: Uuid, modelo: &str) -> Row {
    Row {
        id,
        chave: None,
        cliente_id: quem.id,
        para: quem.email.clone(),
        modelo: modelo.to_owned(),
        idioma: Idioma::de(quem.idioma.as_deref()).codigo().to_owned(),
        estado: EstadoEmail::NaFila,
        tentativas: 0,
        erro: None,
        created_at: ctx.now(),
        enviado_em: None,
    }
}

/// Sends a mail.
pub async fn run_job(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let (id, modelo): (Uuid, Modelo) = job.payload()?;
    let ctx = Ctx::of_job(&app, &job.job)?;
    let Some(email) = preparar(&ctx, id, &modelo, &job).await.map_err(JobError::retry)? else { return Ok(()) };
    if job.lost.is_cancelled() {
        return Err(JobError::retry("the lease was lost"));
    }
    let fim = Fim::de(app.mailer.send(&email).await, &job.job);
    let mut tx = ctx.tenant().await.map_err(JobError::retry)?;
    email::tentou(&mut tx, id, &fim.tentativa(&job.job, ctx.now())).await?;
    fim.concluir(&ctx, tx, &job, &email.to, modelo.nome()).await
}

/// Its last attempt never came to an end.
pub async fn given_up(app: Arc<App>, job: Job) -> std::result::Result<(), JobError> {
    let (id, modelo): (Uuid, Modelo) = job.payload()?;
    let ctx = Ctx::of_job(&app, &job)?;
    let fim = Fim::Recusado { motivo: "given up".into(), endereco: false };
    let mut tx = ctx.tenant().await.map_err(JobError::retry)?;
    if email::tentou(&mut tx, id, &fim.tentativa(&job, ctx.now())).await? {
        tracing::error!(modelo = modelo.nome(), "a mail was given up");
    }
    Ok(tx.commit().await?)
}

/// `None`: it is not to be sent (any more), and the job has ended.
async fn preparar(ctx: &Ctx, id: Uuid, modelo: &Modelo, job: &JobCtx) -> Result<Option<Email>> {
    // Before the transaction: it takes a while.
    let inicial = match modelo {
        Modelo::BoasVindas => Some(acesso::sortear().await?),
        _ => None,
    };
    let now = ctx.now();
    let mut tx = ctx.tenant().await?;
    let found = email::na_fila(&mut tx, id).await?.zip(cliente::get(&mut tx).await?);
    let Some((row, quem)) = found else {
        job.finish(tx.connection()).await?;
        tx.commit().await?;
        return Ok(None);
    };
    let acesso = match modelo {
        Modelo::BoasVindas => acesso::primeiro(ctx, &mut tx, inicial).await?,
        Modelo::NovaSenha if now - row.created_at <= PEDIDO_VALE => {
            Some(acesso::abrir(ctx, &mut tx, TipoLink::NovaSenha).await?)
        }
        _ => None,
    };
    let dispensado = match modelo {
        // The owner has a senha of its own: an attempt before this one has arrived after all.
        Modelo::BoasVindas => acesso.is_none().then_some(EstadoEmail::Enviado),
        Modelo::NovaSenha => acesso.is_none().then_some(EstadoEmail::Recusado),
        _ => None,
    };
    if modelo.da_conexao() && !quem.avisar_conexao {
        email::delete(&mut tx, id).await?;
    } else if let Some(estado) = dispensado {
        let erro = Some("not wanted any more".to_owned());
        let tentativa = Tentativa { estado, tentativas: job.job.attempt, erro, enviado_em: None };
        email::tentou(&mut tx, id, &tentativa).await?;
    } else {
        tx.commit().await?;
        return Ok(Some(escrever(ctx, &row, &quem.nome, modelo, acesso.as_ref())));
    }
    job.finish(tx.connection()).await?;
    tx.commit().await?;
    Ok(None)
}

fn escrever(ctx: &Ctx, row: &Row, nome: &str, modelo: &Modelo, acesso: Option<&Acesso>) -> Email {
    let idioma = Idioma::de(Some(&row.idioma));
    let carta = palavras::Carta {
        idioma,
        nome,
        email: &row.para,
        em: row.created_at,
        public_url: &ctx.app.public_url,
        empresa: &ctx.app.empresa,
        acesso,
    };
    envelope(ctx, row, &carta.escrever(modelo), idioma)
}

fn envelope(ctx: &Ctx, row: &Row, c: &corpo::Conteudo, idioma: Idioma) -> Email {
    let partes = corpo::montar(c, idioma, &ctx.app.empresa);
    Email {
        id: row.id,
        to: row.para.clone(),
        reply_to: ctx.app.empresa.email.clone(),
        subject: c.assunto.clone(),
        text: partes.text,
        html: partes.html,
    }
}

/// How an attempt ended.
enum Fim {
    Enviado,
    /// `endereco`: because of the address.
    Recusado {
        motivo: String,
        endereco: bool,
    },
    DeNovo(MailError),
}

impl Fim {
    fn de(sent: std::result::Result<(), MailError>, job: &Job) -> Self {
        match sent {
            Ok(()) => Self::Enviado,
            Err(MailError::Invalid) => Self::Recusado { motivo: MailError::Invalid.to_string(), endereco: true },
            Err(MailError::Refused { reason, address }) => Self::Recusado { motivo: reason, endereco: address },
            Err(e) if job.attempt >= job.max_attempts => Self::Recusado { motivo: e.to_string(), endereco: false },
            Err(e) => Self::DeNovo(e),
        }
    }

    fn tentativa(&self, job: &Job, now: DateTime<Utc>) -> Tentativa {
        let (estado, erro) = match self {
            Self::Enviado => (EstadoEmail::Enviado, None),
            Self::Recusado { motivo, .. } => (EstadoEmail::Recusado, Some(curto(motivo))),
            Self::DeNovo(e) => (EstadoEmail::NaFila, Some(curto(&e.to_string()))),
        };
        let enviado_em = matches!(self, Self::Enviado).then_some(now);
        Tentativa { estado, tentativas: job.attempt, erro, enviado_em }
    }

    /// Ends the job, or puts it off, with what was written in `tx`.
    async fn concluir(
        self,
        ctx: &Ctx,
        mut tx: TenantTx,
        job: &JobCtx,
        para: &str,
        modelo: &'static str,
    ) -> std::result::Result<(), JobError> {
        let de_novo = match self {
            Self::DeNovo(e) => Some(JobError::retry_after(espera(job.job.attempt), e)),
            Self::Enviado => {
                avisos::resolver(ctx, &mut tx, TipoAviso::EmailRecusado).await.map_err(JobError::retry)?;
                tracing::info!(modelo, "mail sent");
                None
            }
            Self::Recusado { motivo, endereco } => {
                tracing::warn!(modelo, endereco, "a mail was refused");
                if endereco {
                    let detalhe = DetalheAviso {
                        motivo: Some(curto(&motivo)),
                        email: Some(para.to_owned()),
                        ..Default::default()
                    };
                    let novo = Novo { tipo: TipoAviso::EmailRecusado, desde: ctx.now(), detalhe, email: None };
                    avisos::abrir(ctx, &mut tx, novo).await.map_err(JobError::retry)?;
                }
                None
            }
        };
        if de_novo.is_none() {
            job.finish(tx.connection()).await?;
        }
        tx.commit().await?;
        de_novo.map_or(Ok(()), Err)
    }
}

/// Half a minute, then twice as long each time, three hours at most.
fn espera(attempt: i32) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(10);
    Duration::from_secs((30 << doublings).min(3 * 60 * 60))
}

fn curto(motivo: &str) -> String {
    motivo.replace('\0', "").chars().take(ERRO_MAX).collect()
}

/// Mails of all clientes, newest first, for who runs the SaaS.
pub async fn list(ctx: &Ctx, estado: Option<EstadoEmail>, depois: Option<Uuid>) -> Result<EmailsDto> {
    ctx.admin()?;
    let mut tx = ctx.system_tx().await?;
    let mut rows = email::list(&mut tx, estado, depois, PAGINA + 1).await?;
    tx.commit().await?;
    let more = cut_page(&mut rows, PAGINA);
    let proximo = rows.last().filter(|_| more).map(|r| r.id);
    Ok(EmailsDto { itens: rows.into_iter().map(dto).collect(), proximo })
}

fn dto(r: Row) -> EmailDto {
    EmailDto {
        id: r.id,
        cliente_id: r.cliente_id,
        para: r.para,
        modelo: r.modelo,
        idioma: r.idioma,
        estado: r.estado,
        tentativas: r.tentativas,
        erro: r.erro,
        created_at: r.created_at,
        enviado_em: r.enviado_em,
    }
}
