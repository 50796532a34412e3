//! Login of those who run the SaaS.

use contracts::auth::{AdminDto, LoginRequest, LoginResponse};
use contracts::{AdminId, ErrorCode, SessaoId, validate};
use db::models::admin::{self, Admin, NewAdminSessao};

use crate::auth::{guessed_wrong, guesses, login_email, senha, token};
use crate::ctx::{new_id, not_found};
use crate::{Ctx, Error, Result};

/// As [`auth::login`](crate::auth::login), for the other audience.
pub async fn login(ctx: &Ctx, request: LoginRequest) -> Result<LoginResponse<AdminDto>> {
    let email = login_email(&request)?;
    guesses(ctx, email).await?;
    let mut tx = ctx.system_tx().await?;
    let found = admin::find_by_email(&mut tx, email).await?;
    tx.commit().await?;
    let good = senha::verify(&request.senha, found.as_ref().map(|a| a.senha_hash.as_str())).await?;
    let Some(found) = found.filter(|_| good) else {
        tracing::warn!("admin login refused");
        guessed_wrong(ctx, email).await;
        return Err(ErrorCode::WrongCredentials.into());
    };
    let sid = SessaoId(new_id());
    let (token, expira_em) = token::sign(&ctx.app, token::Role::Admin, found.id.0, sid)?;
    let mut tx = ctx.system_tx().await?;
    let sessao = NewAdminSessao { id: sid, admin_id: found.id, expira_em, user_agent: ctx.user_agent.clone() };
    admin::insert_sessao(&mut tx, &sessao).await?;
    tx.commit().await?;
    tracing::info!(admin_id = %found.id, "admin login");
    Ok(LoginResponse { token, expira_em, usuario: dto(found) })
}

/// Ends this login.
pub async fn logout(ctx: &Ctx) -> Result<()> {
    let (_, sid) = ctx.admin()?;
    let mut tx = ctx.system_tx().await?;
    admin::revoke_sessao(&mut tx, sid, ctx.now()).await?;
    Ok(tx.commit().await?)
}

/// Who is logged in.
pub async fn me(ctx: &Ctx) -> Result<AdminDto> {
    let (id, sid) = ctx.admin()?;
    let mut tx = ctx.system_tx().await?;
    let found = admin::by_sessao(&mut tx, id, sid, ctx.now()).await?.ok_or_else(not_found)?;
    tx.commit().await?;
    Ok(dto(found))
}

/// Adds an admin: the first comes from the command line.
pub async fn create(ctx: &Ctx, nome: &str, email: &str, senha: &str, role: &str) -> Result<AdminId> {
    validate::email(email).map_err(|m| Error::field("email", m))?;
    validate::senha_nova(senha).map_err(|m| Error::field("senha", m))?;
    let id = AdminId(new_id());
    let row = Admin {
        id,
        nome: nome.to_owned(),
        email: email.to_owned(),
        senha_hash: senha::hash(senha).await?,
        role: role.to_owned(),
    };
    let mut tx = ctx.system_tx().await?;
    match admin::insert(&mut tx, &row).await {
        Err(e) if e.is_unique_violation() => return Err(Error::caused(ErrorCode::Conflict, e)),
        other => other?,
    }
    tx.commit().await?;
    Ok(id)
}

fn dto(a: Admin) -> AdminDto {
    AdminDto { id: a.id, nome: a.nome, email: a.email, role: a.role }
}
