//! A boleto that waits at the bank: that there is one, and where it is to be seen and paid.

use std::time::Duration;

use chrono::{DateTime, Utc};
use contracts::assinatura::BoletoDto;
use contracts::{ClienteId, StatusCheckout};
use db::models::checkout::{self, Checkout};
use db::models::plano;
use integrations::stripe::{StripeClient, StripeError, types};
use uuid::Uuid;

use crate::{Ctx, Result};

/// Nobody waits longer for a page because Stripe is slow.
const ESPERA: Duration = Duration::from_secs(3);
/// Looks a minute for one order; a page that is looked at asks once.
const POR_MINUTO: u64 = 10;

/// What the page of an order says of its boleto.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boleto {
    /// What it asks for.
    pub valor_centavos: i64,
    /// Who pays has an account already.
    pub tem_conta: bool,
    /// Where it is shown; none where Stripe did not say.
    pub url: Option<String>,
    /// Until when it can be paid.
    pub vence_em: Option<DateTime<Utc>>,
}

/// The one that a cliente has still to pay.
pub(super) async fn pendente(ctx: &Ctx, id: ClienteId) -> Result<Option<BoletoDto>> {
    let mut tx = ctx.system_tx().await?;
    let Some(row) = checkout::aguardando_de(&mut tx, id).await? else { return Ok(None) };
    let plano = plano::get(&mut tx, &row.plano_codigo).await?;
    tx.commit().await?;
    Ok(plano.map(|plano| BoletoDto { checkout: row.id, valor_centavos: plano.centavos(row.periodicidade).into() }))
}

/// That of an order. Whoever has the id may see it, as the rest of the order.
pub async fn ler(ctx: &Ctx, id: Uuid) -> Result<Option<Boleto>> {
    let mut tx = ctx.system_tx().await?;
    let row = checkout::get(&mut tx, id).await?.filter(|row| row.status == StatusCheckout::AguardandoPagamento);
    let Some(row) = row else { return Ok(None) };
    let plano = plano::get(&mut tx, &row.plano_codigo).await?;
    tx.commit().await?;
    let mut boleto = Boleto {
        valor_centavos: plano.map_or(0, |plano| plano.centavos(row.periodicidade).into()),
        tem_conta: row.cliente_id.is_some(),
        url: None,
        vence_em: None,
    };
    let vez = ctx.app.kv.incr(&format!("boleto:{id}"), Duration::from_secs(60)).await;
    if let (Some(pagamentos), true) = (&ctx.app.pagamentos, vez.is_ok_and(|n| n <= POR_MINUTO)) {
        match tokio::time::timeout(ESPERA, no_stripe(&pagamentos.stripe, &row)).await {
            Ok(Ok(Some(lido))) => {
                boleto.valor_centavos = lido.valor_centavos;
                boleto.url = lido.url;
                boleto.vence_em = lido.vence_em;
            }
            Ok(Ok(None)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "boleto not read at Stripe"),
            Err(_) => tracing::warn!("boleto not read at Stripe in time"),
        }
    }
    Ok(Some(boleto))
}

/// Of the invoice that the order's payment page has led to.
async fn no_stripe(stripe: &StripeClient, row: &Checkout) -> std::result::Result<Option<types::Boleto>, StripeError> {
    let (Some(session), Some(customer)) = (&row.stripe_session_id, &row.stripe_customer_id) else { return Ok(None) };
    let Some(subscription) = stripe.session(session).await?.subscription else { return Ok(None) };
    let invoices = stripe.invoices(customer).await?;
    let open = invoices.iter().find(|i| i.subscription() == Some(&subscription) && i.status.as_deref() == Some("open"));
    match open {
        Some(invoice) => stripe.boleto(&invoice.id).await.map(Some),
        None => Ok(None),
    }
}
