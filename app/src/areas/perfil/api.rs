//! The account as its owner sees and changes it.
#![expect(missing_docs, reason = "the fields of a server function's struct are its arguments")]

use contracts::{
    AvisarPendentes, SessaoId,
    auth::{ClienteDto, SessoesDto},
};
use leptos::prelude::*;

use crate::error::AppError;

/// Saves name and phone.
#[server(prefix = "/_fn", endpoint = "perfil/dados", output = crate::codec::Resposta)]
pub async fn perfil_dados(nome: String, telefone: String) -> Result<ClienteDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let update = contracts::auth::PerfilUpdate { nome: Some(nome), telefone: Some(telefone), ..Default::default() };
    services::perfil::put(&ctx, update).await.map_err(server::err(&ctx))
}

/// Saves the language, with the account and in this browser.
#[server(prefix = "/_fn", endpoint = "perfil/idioma", output = crate::codec::Resposta)]
pub async fn perfil_idioma(idioma: String) -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let update = contracts::auth::PerfilUpdate { idioma: Some(idioma.clone()), ..Default::default() };
    services::perfil::put(&ctx, update).await.map_err(server::err(&ctx))?;
    server::set_language(&idioma);
    leptos_axum::redirect("/dashboard/perfil");
    Ok(())
}

/// Saves which mails are sent. A box that is not ticked is not sent.
#[server(prefix = "/_fn", endpoint = "perfil/avisos", output = crate::codec::Resposta)]
pub async fn perfil_avisos(
    avisar_pendentes: AvisarPendentes,
    avisar_conexao: Option<String>,
) -> Result<ClienteDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let update = contracts::auth::PerfilUpdate {
        avisar_pendentes: Some(avisar_pendentes),
        avisar_conexao: Some(avisar_conexao.is_some()),
        ..Default::default()
    };
    services::perfil::put(&ctx, update).await.map_err(server::err(&ctx))
}

/// The devices that are signed in.
#[server(prefix = "/_fn", endpoint = "perfil/sessoes", output = crate::codec::Resposta)]
pub async fn perfil_sessoes() -> Result<SessoesDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::perfil::sessoes::list(&ctx).await.map_err(server::err(&ctx))
}

/// Signs one device out.
#[server(prefix = "/_fn", endpoint = "perfil/sair-deste", output = crate::codec::Resposta)]
pub async fn sair_deste(id: SessaoId) -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::perfil::sessoes::encerrar(&ctx, id).await.map_err(server::err(&ctx))
}

/// Signs every other device out.
#[server(prefix = "/_fn", endpoint = "perfil/sair-dos-outros", output = crate::codec::Resposta)]
pub async fn sair_dos_outros() -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::perfil::sessoes::encerrar_outras(&ctx).await.map_err(server::err(&ctx))
}

/// Closes the account and leads to the login page, which says how to come back.
#[server(prefix = "/_fn", endpoint = "perfil/encerrar", output = crate::codec::Resposta)]
pub async fn encerrar_conta(nome: String, senha: String) -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    let request = contracts::auth::EncerrarRequest { nome, senha };
    services::perfil::encerrar::encerrar(&ctx, request).await.map_err(server::err(&ctx))?;
    server::set_cookie(&services::auth::cookie_clear(services::auth::COOKIE_CLIENTE));
    leptos_axum::redirect("/login?conta=encerrada");
    Ok(())
}

/// Opens a closed account again.
#[server(prefix = "/_fn", endpoint = "perfil/reabrir", output = crate::codec::Resposta)]
pub async fn reabrir_conta() -> Result<(), AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::perfil::encerrar::reabrir(&ctx).await.map_err(server::err(&ctx))?;
    leptos_axum::redirect("/dashboard");
    Ok(())
}
