//! The connection of the number.
#![expect(missing_docs, reason = "the fields of a server function's struct are its arguments")]

use contracts::avisos::AvisosDto;
use contracts::whatsapp::{InstanciaDto, QrCodeDto};
use leptos::prelude::*;

use crate::error::AppError;

/// The connection as it is.
#[server(prefix = "/_fn", endpoint = "whatsapp/status", output = crate::codec::Resposta)]
pub async fn whatsapp_status() -> Result<InstanciaDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::whatsapp::status(&ctx).await.map_err(server::err(&ctx))
}

/// Begins to connect: a QR code follows.
#[server(prefix = "/_fn", endpoint = "whatsapp/connect", output = crate::codec::Resposta)]
pub async fn whatsapp_connect() -> Result<InstanciaDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::whatsapp::connect(&ctx).await.map_err(server::err(&ctx))
}

/// The QR code to scan now.
#[server(prefix = "/_fn", endpoint = "whatsapp/qrcode", output = crate::codec::Resposta)]
pub async fn whatsapp_qrcode() -> Result<QrCodeDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::whatsapp::qrcode(&ctx).await.map_err(server::err(&ctx))
}

/// Begins to connect by a code to type on the phone with this number.
#[server(prefix = "/_fn", endpoint = "whatsapp/parear", output = crate::codec::Resposta)]
pub async fn whatsapp_parear(numero: String) -> Result<InstanciaDto, AppError> {
    use crate::server;
    use contracts::whatsapp::ParearRequest;
    let ctx = server::ctx()?;
    services::whatsapp::parear(&ctx, &ParearRequest { numero }).await.map_err(server::err(&ctx))
}

/// Troubles of the connection in the last 30 days.
#[server(prefix = "/_fn", endpoint = "whatsapp/historico", output = crate::codec::Resposta)]
pub async fn whatsapp_historico() -> Result<AvisosDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::whatsapp::historico(&ctx).await.map_err(server::err(&ctx))
}

/// Ends the connection.
#[server(prefix = "/_fn", endpoint = "whatsapp/disconnect", output = crate::codec::Resposta)]
pub async fn whatsapp_disconnect() -> Result<InstanciaDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::whatsapp::disconnect(&ctx).await.map_err(server::err(&ctx))
}

/// Lets automatic messages leave again before their pause has ended.
#[server(prefix = "/_fn", endpoint = "whatsapp/retomar", output = crate::codec::Resposta)]
pub async fn whatsapp_retomar() -> Result<InstanciaDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::whatsapp::retomar(&ctx).await.map_err(server::err(&ctx))
}
