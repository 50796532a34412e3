//! Session of the cliente.
#![expect(missing_docs, reason = "the fields of a server function's struct are its arguments")]

use contracts::auth::ClienteDto;
use leptos::prelude::*;

use crate::error::AppError;

/// Holds the e-mail that a link was asked for, for the page that says so; not the address, which others get to see.
pub const COOKIE_ESQUECI: &str = "esqueci";

/// Checks the senha, sets the cookie and leads to the dashboard, or back to `de` when that is a path of the dashboard.
#[server(prefix = "/_fn", endpoint = "auth/login", output = crate::codec::Resposta)]
pub async fn login(email: String, senha: String, de: Option<String>) -> Result<(), AppError> {
    use crate::{browser::safe_return, server};
    let ctx = server::ctx()?;
    let login = services::auth::login(&ctx, contracts::auth::LoginRequest { email: email.trim().to_owned(), senha })
        .await
        .map_err(server::err(&ctx))?;
    server::set_session(&ctx, services::auth::COOKIE_CLIENTE, &login);
    if let Some(idioma) = &login.usuario.idioma {
        server::set_language(idioma);
    }
    if login.usuario.trocar_senha {
        leptos_axum::redirect("/dashboard/nova-senha");
        return Ok(());
    }
    if login.usuario.encerra_em.is_some() {
        leptos_axum::redirect("/dashboard/encerrada");
        return Ok(());
    }
    leptos_axum::redirect(de.as_deref().and_then(|de| safe_return(de, "/dashboard")).unwrap_or("/dashboard"));
    Ok(())
}

/// Ends the session and leads to the login page. The cookie goes even when the session had ended already.
#[server(prefix = "/_fn", endpoint = "auth/logout", output = crate::codec::Resposta)]
pub async fn logout() -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let ended = services::auth::logout(&ctx).await;
    server::set_cookie(&services::auth::cookie_clear(services::auth::COOKIE_CLIENTE));
    if let Err(error) = ended {
        let error = error.to_api(&ctx);
        if error.code != contracts::ErrorCode::Unauthenticated {
            return Err(server::fail(error));
        }
    }
    leptos_axum::redirect("/login");
    Ok(())
}

/// Who is signed in.
#[server(prefix = "/_fn", endpoint = "auth/me", output = crate::codec::Resposta)]
pub async fn me() -> Result<ClienteDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::auth::me(&ctx).await.map_err(server::err(&ctx))
}

/// Changes the senha.
#[server(prefix = "/_fn", endpoint = "auth/trocar-senha", output = crate::codec::Resposta)]
pub async fn trocar_senha(senha_atual: String, senha_nova: String) -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let request = contracts::auth::TrocarSenhaRequest { senha_atual, senha_nova };
    services::auth::trocar_senha(&ctx, request).await.map_err(server::err(&ctx))
}

/// Replaces the senha that we made, and leads to the dashboard.
#[server(prefix = "/_fn", endpoint = "auth/primeira-senha", output = crate::codec::Resposta)]
pub async fn primeira_senha(senha_atual: String, senha_nova: String) -> Result<(), AppError> {
    trocar_senha(senha_atual, senha_nova).await?;
    leptos_axum::redirect("/dashboard");
    Ok(())
}

/// Asks for a link to choose another senha; the same answer whether or not there is such an account.
#[server(prefix = "/_fn", endpoint = "auth/esqueci-senha", output = crate::codec::Resposta)]
pub async fn esqueci_senha(email: String) -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let digitado = leptos_router::location::Url::escape(email.trim());
    let request = contracts::auth::EsqueciSenhaRequest { email };
    services::auth::acesso::esqueci(&ctx, request).await.map_err(server::err(&ctx))?;
    server::set_cookie(&services::auth::cookie(&ctx, COOKIE_ESQUECI, &digitado, 120));
    leptos_axum::redirect("/esqueci-senha?enviado=1");
    Ok(())
}

/// Replaces the senha by the link of a mail, signs in and leads to the dashboard.
#[server(prefix = "/_fn", endpoint = "auth/nova-senha", output = crate::codec::Resposta)]
pub async fn nova_senha(token: String, senha: String) -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let request = contracts::auth::NovaSenhaRequest { token, senha };
    let login = services::auth::acesso::nova_senha(&ctx, request).await.map_err(server::err(&ctx))?;
    server::set_session(&ctx, services::auth::COOKIE_CLIENTE, &login);
    if let Some(idioma) = &login.usuario.idioma {
        server::set_language(idioma);
    }
    leptos_axum::redirect("/dashboard");
    Ok(())
}
