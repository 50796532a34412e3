//! Back from Stripe's portal: what was done there is read before the page is shown. The webhook may take longer than the way
//! back.

use std::time::Duration;

use contracts::assinatura::AssinaturaDto;
use db::models::cliente;

use super::sincronia;
use crate::{Ctx, Result};

/// Then what is stored is shown.
const ESPERA: Duration = Duration::from_secs(3);
/// Stripe is asked for one cliente no more often.
const INTERVALO: Duration = Duration::from_secs(2);

/// [`ler`](super::ler), after a look at Stripe.
pub async fn ler(ctx: &Ctx) -> Result<AssinaturaDto> {
    let mut tx = ctx.tenant().await?;
    let customer = cliente::get(&mut tx).await?.and_then(|quem| quem.stripe_customer_id);
    tx.commit().await?;
    if let Some(customer) = customer
        && ctx.app.pagamentos.is_some()
        && ctx.app.kv.incr(&format!("stripe:voltou:{customer}"), INTERVALO).await.is_ok_and(|n| n == 1)
    {
        let app = ctx.app.clone();
        // It goes on where nobody waits any more: what it finds is told to the open pages.
        let lendo = tokio::spawn(async move { sincronia::reler(&app, &customer).await });
        match tokio::time::timeout(ESPERA, lendo).await {
            Ok(Ok(Ok(_))) => {}
            Ok(Ok(Err(error))) => tracing::warn!(%error, "not read at Stripe after the portal"),
            Ok(Err(_)) | Err(_) => tracing::warn!("not read at Stripe in time after the portal"),
        }
    }
    super::ler(ctx).await
}
