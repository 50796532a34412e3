//! What is subscribed to, used and paid. The payment portal is a link: `GET /dashboard/assinatura/portal`.
#![expect(missing_docs, reason = "the fields of a server function's struct are its arguments")]

use contracts::assinatura::{AssinaturaDto, ConsumoDto, FaturasDto};
use leptos::prelude::*;

use crate::error::AppError;

/// How the cliente stands; `voltou` from Stripe, it is read there first.
#[server(prefix = "/_fn", endpoint = "assinatura/get", output = crate::codec::Resposta)]
pub async fn assinatura_get(voltou: Option<bool>) -> Result<AssinaturaDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    if voltou == Some(true) {
        return services::assinatura::releitura::ler(&ctx).await.map_err(server::err(&ctx));
    }
    services::assinatura::ler(&ctx).await.map_err(server::err(&ctx))
}

/// What this month has used of the plan.
#[server(prefix = "/_fn", endpoint = "assinatura/consumo", output = crate::codec::Resposta)]
pub async fn assinatura_consumo() -> Result<ConsumoDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::assinatura::consumo::ler(&ctx).await.map_err(server::err(&ctx))
}

/// The invoices, newest first, or those after one.
#[server(prefix = "/_fn", endpoint = "assinatura/faturas", output = crate::codec::Resposta)]
pub async fn assinatura_faturas(depois: Option<String>) -> Result<FaturasDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::assinatura::faturas(&ctx, depois.as_deref()).await.map_err(server::err(&ctx))
}
