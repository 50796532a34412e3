//! Into an account without its senha, for whoever reads its mail: "Esqueci minha senha" and the first access.
//!
//! A link holds 256 random bits, of which only the SHA-256 is stored; it works once, for a while, and of each kind only the newest does.
//! Its token stands behind the `#` of the address, which browsers send to nobody, so it is in no log and in no `Referer`.
//! Whether an e-mail has an account is told to its mailbox only: the request is stored unseen and looked up by a job.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::auth::{ClienteDto, EsqueciSenhaRequest, LinkDto, LinkRequest, LoginResponse, NovaSenhaRequest};
use contracts::{ErrorCode, TipoLink, validate};
use db::TenantTx;
use db::models::cliente;
use db::models::link_acesso::{self, LinkAcesso};
use jobs::{JobCtx, JobError, NewJob};

use super::{OUTRA, guess_key, senha, start};
use crate::ctx::{not_found, random_hex};
use crate::emails::{self, Modelo};
use crate::{App, Ctx, Error, Result, sha256};

/// Kind of the job that looks up who has forgotten the senha; its queue is that of the mails.
pub const JOB: &str = "esqueci_senha";
/// How long a link works for who has forgotten the senha.
const NOVA_SENHA: TimeDelta = TimeDelta::minutes(60);
/// And for who has just paid.
const PRIMEIRO_ACESSO: TimeDelta = TimeDelta::days(7);
/// Requests for one e-mail, known or not, and from one network, within [`JANELA`].
const POR_EMAIL: u64 = 5;
const POR_REDE: u64 = 30;
const JANELA: Duration = Duration::from_secs(60 * 60);

/// What a mail opens an account with. It is nowhere else.
pub(crate) struct Acesso {
    /// The first senha.
    pub senha: Option<String>,
    /// The link.
    pub link: String,
    /// When the link ends.
    pub expira_em: DateTime<Utc>,
}

/// A senha and its hash, before the transaction in which it becomes one.
pub(crate) async fn sortear() -> Result<(String, String)> {
    let nova = senha::inicial();
    let hash = senha::hash(&nova).await?;
    Ok((nova, hash))
}

/// Gives the account this first senha and a link; `None` if its owner has chosen one already.
pub(crate) async fn primeiro(
    ctx: &Ctx,
    tx: &mut TenantTx,
    inicial: Option<(String, String)>,
) -> Result<Option<Acesso>> {
    let Some((nova, hash)) = inicial else { return Ok(None) };
    if !cliente::set_senha_inicial(tx, &hash, ctx.now()).await? {
        return Ok(None);
    }
    let acesso = abrir(ctx, tx, TipoLink::PrimeiroAcesso).await?;
    Ok(Some(Acesso { senha: Some(nova), ..acesso }))
}

/// A new link; those of its kind before it open no more.
pub(crate) async fn abrir(ctx: &Ctx, tx: &mut TenantTx, tipo: TipoLink) -> Result<Acesso> {
    let token = random_hex(32);
    let now = ctx.now();
    let expira_em = now
        + match tipo {
            TipoLink::PrimeiroAcesso => PRIMEIRO_ACESSO,
            TipoLink::NovaSenha => NOVA_SENHA,
        };
    let link = LinkAcesso { hash: sha256(&token), cliente_id: tx.cliente_id(), tipo, expira_em, created_at: now };
    link_acesso::replace(tx, &link).await?;
    Ok(Acesso { senha: None, link: format!("{}nova-senha#{token}", ctx.app.public_url), expira_em })
}

/// Asks for a link. The same answer after the same work, whether or not the e-mail has an account.
///
/// # Errors
/// `validation_failed` for what is no e-mail, `too_many_requests` for one asked for too often.
pub async fn esqueci(ctx: &Ctx, request: EsqueciSenhaRequest) -> Result<()> {
    let email = request.email.trim().to_lowercase();
    validate::email(&email).map_err(|m| Error::field("email", m))?;
    contar(ctx, &format!("esqueci:{email}"), POR_EMAIL).await?;
    if let Some(rede) = &ctx.ip {
        contar(ctx, &format!("esqueci:{rede}"), POR_REDE).await?;
    }
    let job = NewJob::new(emails::JOB, JOB).key(&email).request_id(&ctx.request_id).payload(&email);
    let mut tx = ctx.system_tx().await?;
    jobs::enqueue(tx.connection(), &job, ctx.now()).await?;
    Ok(tx.commit().await?)
}

/// A store that is away stops nobody.
async fn contar(ctx: &Ctx, key: &str, max: u64) -> Result<()> {
    let count = ctx.app.kv.incr(key, JANELA).await;
    if count.is_ok_and(|n| n > max) { Err(ErrorCode::TooManyRequests.into()) } else { Ok(()) }
}

/// Queues the mail, if there is somebody to send it to. What was sent before works no more.
pub async fn run_job(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let email: String = job.payload()?;
    let work = async {
        let mut tx = app.db.system().await?;
        let Some(quem) = cliente::find_by_email(&mut tx, &email).await? else { return Ok(()) };
        let ctx = Ctx::system(&app, quem.id, job.job.request_id.clone().unwrap_or_default());
        let mut tx = tx.narrow(quem.id).await?;
        // Not the welcome's: whoever may ask is anybody, and that link lasts for days.
        link_acesso::void_of(&mut tx, TipoLink::NovaSenha).await?;
        emails::queue(&ctx, &mut tx, Modelo::NovaSenha).await?;
        tx.commit().await?;
        tracing::info!(cliente_id = %quem.id, "a new senha was asked for");
        Ok::<_, Error>(())
    };
    work.await.map_err(JobError::retry)
}

async fn achar(ctx: &Ctx, token: &str) -> Result<LinkAcesso> {
    let mut tx = ctx.system_tx().await?;
    let found = link_acesso::find(&mut tx, &sha256(token.trim()), ctx.now()).await?;
    tx.commit().await?;
    found.ok_or_else(|| ErrorCode::LinkInvalido.into())
}

/// What a link is good for. Looking uses nothing up: mail programs look too.
///
/// # Errors
/// `link_invalido` for one that is unknown, used, replaced or too old.
pub async fn conferir(ctx: &Ctx, request: LinkRequest) -> Result<LinkDto> {
    let link = achar(ctx, &request.token).await?;
    let mut tx = ctx.app.db.tenant(link.cliente_id).await?;
    let quem = cliente::get(&mut tx).await?.ok_or(ErrorCode::LinkInvalido)?;
    tx.commit().await?;
    Ok(LinkDto { tipo: link.tipo, email_mascarado: mascarar(&quem.email), expira_em: link.expira_em })
}

/// Replaces the senha, uses the link up, ends every login and begins one here.
///
/// # Errors
/// `link_invalido`; `validation_failed` for a senha that is too short, or that we made.
pub async fn nova_senha(ctx: &Ctx, request: NovaSenhaRequest) -> Result<LoginResponse<ClienteDto>> {
    validate::senha_nova(&request.senha).map_err(|m| Error::field("senha", m))?;
    let link = achar(ctx, &request.token).await?;
    let mut tx = ctx.app.db.tenant(link.cliente_id).await?;
    let quem = cliente::get(&mut tx).await?.ok_or(ErrorCode::LinkInvalido)?;
    tx.commit().await?;
    // That one has been in a mail.
    if quem.trocar_senha && senha::verify(&request.senha, Some(&quem.senha_hash)).await? {
        return Err(Error::field("senha", OUTRA.into()));
    }
    let hash = senha::hash(&request.senha).await?;
    let now = ctx.now();
    let mut tx = ctx.app.db.tenant(link.cliente_id).await?;
    if !link_acesso::redeem(&mut tx, &link.hash, now).await? {
        return Err(ErrorCode::LinkInvalido.into());
    }
    cliente::set_senha(&mut tx, &hash, now).await?;
    link_acesso::void(&mut tx).await?;
    cliente::revoke_other_sessoes(&mut tx, None, now).await?;
    let quem = cliente::get(&mut tx).await?.ok_or_else(not_found)?;
    let login = start(ctx, &mut tx, quem).await?;
    // The first one is no change.
    if link.tipo == TipoLink::NovaSenha {
        emails::queue(ctx, &mut tx, Modelo::SenhaAlterada).await?;
    }
    tx.commit().await?;
    // Who guessed wrong before knows it now.
    if let Err(e) = ctx.app.kv.delete(&guess_key(&login.usuario.email)).await {
        tracing::info!(error = %e, "wrong guesses not forgotten");
    }
    tracing::info!(cliente_id = %login.usuario.id, tipo = %link.tipo, "senha replaced by a link");
    Ok(login)
}

/// Enough for its owner to recognise it, little for who looks over a shoulder: `ma•••@exemplo.com`.
pub fn mascarar(email: &str) -> String {
    let (nome, host) = email.split_once('@').unwrap_or((email, ""));
    let inicio: String = nome.chars().take(if nome.chars().count() > 3 { 2 } else { 1 }).collect();
    format!("{inicio}•••@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_recognised_by_its_owner_only() {
        for (email, masked) in [("maria@b.co", "ma•••@b.co"), ("ana@b.co", "a•••@b.co"), ("é@x.y", "é•••@x.y")]
        {
            assert_eq!(mascarar(email), masked);
        }
    }
}
