//! Session of the admin.
#![expect(missing_docs, reason = "the fields of a server function's struct are its arguments")]

use contracts::auth::AdminDto;
use leptos::prelude::*;

use crate::error::AppError;

/// Checks the senha, sets the admin's cookie and leads to the admin's dashboard, or back to `de` under `/admin`.
#[server(prefix = "/_fn", endpoint = "admin/login", output = crate::codec::Resposta)]
pub async fn admin_login(email: String, senha: String, de: Option<String>) -> Result<(), AppError> {
    use crate::{browser::safe_return, server};
    let ctx = server::ctx()?;
    let login = services::admin::login(&ctx, contracts::auth::LoginRequest { email: email.trim().to_owned(), senha })
        .await
        .map_err(server::err(&ctx))?;
    server::set_session(&ctx, services::auth::COOKIE_ADMIN, &login);
    leptos_axum::redirect(de.as_deref().and_then(|de| safe_return(de, "/admin")).unwrap_or("/admin/dashboard"));
    Ok(())
}

/// Ends the session and leads to the admin's login page.
#[server(prefix = "/_fn", endpoint = "admin/logout", output = crate::codec::Resposta)]
pub async fn admin_logout() -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let ended = services::admin::logout(&ctx).await;
    server::set_cookie(&services::auth::cookie_clear(services::auth::COOKIE_ADMIN));
    if let Err(error) = ended {
        let error = error.to_api(&ctx);
        if error.code != contracts::ErrorCode::Unauthenticated {
            return Err(server::fail(error));
        }
    }
    leptos_axum::redirect("/admin/login");
    Ok(())
}

/// Which admin is signed in.
#[server(prefix = "/_fn", endpoint = "admin/me", output = crate::codec::Resposta)]
pub async fn admin_me() -> Result<AdminDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::admin::me(&ctx).await.map_err(server::err(&ctx))
}
