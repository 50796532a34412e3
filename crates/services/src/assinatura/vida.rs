//! Where the cliente stands, from what is stored of its assinaturas.

use contracts::StatusCliente;
use contracts::eventos::Evento;
use db::TenantTx;
use db::models::{assinatura, cliente};

use crate::{Ctx, Result, eventos};

/// Brings the cliente to where its stored assinaturas say. To be called by whoever has changed one of these rows, in the
/// same transaction.
pub(crate) async fn aplicar(ctx: &Ctx, tx: &mut TenantTx) -> Result<()> {
    let rows = assinatura::list(tx).await?;
    let (Some(quem), Some(atual)) = (cliente::get(tx).await?, super::principal(&rows)) else { return Ok(()) };
    let status = match atual.status.as_str() {
        "active" | "trialing" => StatusCliente::Ativo,
        "past_due" => StatusCliente::Inadimplente,
        "unpaid" | "paused" => StatusCliente::Suspenso,
        "canceled" => StatusCliente::Cancelado,
        _ => quem.status,
    };
    if quem.encerra_em.is_none() && status != quem.status {
        cliente::set_status(tx, status, ctx.now()).await?;
        eventos::emit(ctx, tx, &Evento::Assinatura { status }).await?;
    }
    Ok(())
}
