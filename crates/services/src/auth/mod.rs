//! Login, logout and profile of a cliente.

pub mod acesso;
pub mod senha;
pub mod token;

pub use senha::inicial as senha_inicial;

use contracts::auth::{ClienteDto, LoginRequest, LoginResponse, TrocarSenhaRequest};
use contracts::{ClienteId, ErrorCode, SessaoId, StatusCliente, validate};
use db::TenantTx;
use db::models::cliente::{self, Cliente, NewSessao};
use db::models::link_acesso;

use crate::ctx::{new_id, not_found};
use crate::{Actor, Ctx, Error, Result, emails};

/// Holds the token of a cliente.
pub const COOKIE_CLIENTE: &str = "proseia_sessao";
/// Holds the token of an admin.
pub const COOKIE_ADMIN: &str = "proseia_admin";

/// Checks e-mail and senha and starts a login. Unknown e-mail and wrong senha are the same answer after the same time.
pub async fn login(ctx: &Ctx, request: LoginRequest) -> Result<LoginResponse<ClienteDto>> {
    let email = login_email(&request)?;
    guesses(ctx, email).await?;
    let mut tx = ctx.system_tx().await?;
    let found = cliente::find_by_email(&mut tx, email).await?;
    tx.commit().await?;
    let good = senha::verify(&request.senha, found.as_ref().map(|c| c.senha_hash.as_str())).await?;
    let Some(found) = found.filter(|_| good) else {
        tracing::info!("login refused");
        guessed_wrong(ctx, email).await;
        return Err(ErrorCode::WrongCredentials.into());
    };
    let mut tx = ctx.app.db.tenant(found.id).await?;
    let login = start(ctx, &mut tx, found).await?;
    tx.commit().await?;
    tracing::info!(cliente_id = %login.usuario.id, "login");
    Ok(login)
}

/// Begins a login of the cliente of this transaction.
async fn start(ctx: &Ctx, tx: &mut TenantTx, quem: Cliente) -> Result<LoginResponse<ClienteDto>> {
    let sid = SessaoId(new_id());
    let (token, expira_em) = token::sign(&ctx.app, token::Role::Cliente, quem.id.0, sid)?;
    let now = ctx.now();
    let sessao = NewSessao {
        id: sid,
        cliente_id: quem.id,
        expira_em,
        user_agent: ctx.user_agent.clone(),
        ip: ctx.ip.clone(),
        visto_em: now,
        created_at: now,
    };
    cliente::insert_sessao(tx, &sessao).await?;
    Ok(LoginResponse { token, expira_em, usuario: dto(quem) })
}

/// The e-mail to look up. A form that cannot be right is told so; a wrong one is not.
pub(crate) fn login_email(request: &LoginRequest) -> Result<&str> {
    let email = request.email.trim();
    validate::email(email).map_err(|m| Error::field("email", m))?;
    if request.senha.is_empty() {
        return Err(Error::field("senha", "Informe sua senha.".into()));
    }
    Ok(email)
}

/// Wrong senhas for one e-mail before it has to wait, known or not (plan, 16.9 counts five per address and IP).
const GUESSES: u64 = 10;
/// How long it has to wait.
const GUESS_WINDOW: std::time::Duration = std::time::Duration::from_secs(15 * 60);

fn guess_key(email: &str) -> String {
    format!("login:{}", email.to_lowercase())
}

/// Refuses an e-mail with too many wrong guesses. A store that is away stops nobody.
pub(crate) async fn guesses(ctx: &Ctx, email: &str) -> Result<()> {
    let count = ctx.app.kv.get(&guess_key(email)).await.ok().flatten().and_then(|n| n.parse::<u64>().ok());
    if count.is_some_and(|n| n >= GUESSES) { Err(ErrorCode::TooManyRequests.into()) } else { Ok(()) }
}

/// Counts a wrong guess.
pub(crate) async fn guessed_wrong(ctx: &Ctx, email: &str) {
    if let Err(e) = ctx.app.kv.incr(&guess_key(email), GUESS_WINDOW).await {
        tracing::warn!(error = %e, "wrong guess not counted");
    }
}

/// Ends this login; its token is worth nothing from now on.
pub async fn logout(ctx: &Ctx) -> Result<()> {
    let Actor::Cliente { sid, .. } = ctx.actor else { return ctx.cliente_id().map(|_| ()) };
    let mut tx = ctx.tenant().await?;
    cliente::revoke_sessao(&mut tx, sid, ctx.now()).await?;
    Ok(tx.commit().await?)
}

/// Who is logged in.
pub async fn me(ctx: &Ctx) -> Result<ClienteDto> {
    let mut tx = ctx.tenant().await?;
    let found = cliente::get(&mut tx).await?.ok_or_else(not_found)?;
    tx.commit().await?;
    Ok(dto(found))
}

/// Replaces the senha by another and ends every other login.
pub async fn trocar_senha(ctx: &Ctx, request: TrocarSenhaRequest) -> Result<()> {
    let id = ctx.cliente_id()?;
    validate::senha_nova(&request.senha_nova).map_err(|m| Error::field("senha_nova", m))?;
    let mut tx = ctx.tenant().await?;
    let found = cliente::get(&mut tx).await?.ok_or_else(not_found)?;
    tx.commit().await?;
    guesses(ctx, &found.email).await?;
    if !senha::verify(&request.senha_atual, Some(&found.senha_hash)).await? {
        guessed_wrong(ctx, &found.email).await;
        return Err(Error::field("senha_atual", "A senha atual não confere.".into()));
    }
    if request.senha_nova == request.senha_atual {
        return Err(Error::field("senha_nova", OUTRA.into()));
    }
    let hash = senha::hash(&request.senha_nova).await?;
    let now = ctx.now();
    let mut tx = ctx.tenant().await?;
    cliente::set_senha(&mut tx, &hash, now).await?;
    link_acesso::void(&mut tx).await?;
    if let Actor::Cliente { sid, .. } = ctx.actor {
        cliente::revoke_other_sessoes(&mut tx, Some(sid), now).await?;
    }
    emails::queue(ctx, &mut tx, emails::Modelo::SenhaAlterada).await?;
    tx.commit().await?;
    tracing::info!(cliente_id = %id, "senha changed");
    Ok(())
}

/// What is said to the senha that is in force.
const OUTRA: &str = "Escolha uma senha diferente da atual.";

/// Adds a cliente. For the seed and, later, the checkout.
pub async fn create_cliente(
    ctx: &Ctx,
    nome: &str,
    email: &str,
    senha: &str,
    status: StatusCliente,
) -> Result<ClienteId> {
    validate::email(email).map_err(|m| Error::field("email", m))?;
    validate::senha_nova(senha).map_err(|m| Error::field("senha", m))?;
    let id = ClienteId(new_id());
    let row = Cliente::novo(id, nome.to_owned(), email.to_owned(), senha::hash(senha).await?, status);
    let mut tx = ctx.system_tx().await?;
    match cliente::insert(&mut tx, &row).await {
        Err(e) if e.is_unique_violation() => return Err(Error::caused(ErrorCode::Conflict, e)),
        other => other?,
    }
    tx.commit().await?;
    Ok(id)
}

pub(crate) fn dto(c: Cliente) -> ClienteDto {
    ClienteDto {
        id: c.id,
        nome: c.nome,
        email: c.email,
        telefone: c.telefone,
        status: c.status,
        idioma: c.idioma,
        avisar_pendentes: c.avisar_pendentes,
        avisar_conexao: c.avisar_conexao,
        encerra_em: c.encerra_em,
        trocar_senha: c.trocar_senha,
    }
}

/// `Set-Cookie` for a login that lasts `max_age_s` seconds.
pub fn cookie(ctx: &Ctx, name: &str, token: &str, max_age_s: i64) -> String {
    let secure = if ctx.app.secure_cookies { "; Secure" } else { "" };
    format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_s}{secure}")
}

/// `Set-Cookie` for a logout.
pub fn cookie_clear(name: &str) -> String {
    format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// Whether the login of a long request still holds.
pub async fn still_valid(ctx: &Ctx) -> Result<bool> {
    let Actor::Cliente { sid, .. } = ctx.actor else { return Ok(true) };
    let mut tx = ctx.tenant().await?;
    let found = cliente::seen(&mut tx, sid, ctx.now()).await?;
    tx.commit().await?;
    Ok(found.is_some())
}
