//! What Stripe sends: checked, stored and answered here; dealt with by a job. An event is a hint that something changed, and
//! whose; what changed is read at Stripe.

use std::sync::Arc;

use chrono::DateTime;
use contracts::ErrorCode;
use contracts::assinatura::{EventoStripeDto, EventosStripeDto};
use db::SystemTx;
use db::models::evento_stripe::{self, EventoStripe, NewEventoStripe};
use db::models::fatura;
use integrations::stripe::types::Event;
use integrations::stripe::{VERSION, webhook};
use jobs::{JobCtx, JobError, NewJob};
use serde_json::{Value, json};

use super::sincronia::{self, Vez};
use super::{PAGINA, precos};
use crate::ctx::{cut_page, not_found};
use crate::whatsapp::strip_nul;
use crate::{App, Ctx, Error, Result};

/// Largest event; Stripe's are some kilobytes.
pub const LIMITE: usize = 512 * 1024;
/// Kinds after which a customer is read anew.
const NOSSOS: [&str; 5] = ["checkout.session.", "customer.subscription.", "invoice.", "charge.refund", "refund."];
/// The same by their names, as Stripe wants them when it is asked for what it sent; it takes twenty.
pub(super) const TIPOS: [&str; 17] = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.voided",
    "invoice.marked_uncollectible",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
];
/// About two days, with the worker's growing delay.
const TENTATIVAS: i32 = 20;

/// Takes one delivery: durable once this answers, and one event however often it comes.
///
/// # Errors
/// `bad_request` for what Stripe did not sign lately, for this mode; `not_found` where nothing is sold; `unavailable` and
/// `internal` for our own trouble, and Stripe sends it again.
pub async fn receber(app: &Arc<App>, assinatura: &str, corpo: &[u8], request_id: &str) -> Result<()> {
    let pagamentos = app.pagamentos.as_ref().ok_or(ErrorCode::NotFound)?;
    let now = app.clock.now();
    let event = webhook::read(&pagamentos.segredos, assinatura, corpo, now).map_err(|e| {
        tracing::warn!(error = %e, "stripe: delivery refused");
        Error::caused(ErrorCode::BadRequest, e)
    })?;
    if event.livemode != pagamentos.stripe.livemode() {
        tracing::error!(
            evento = event.id,
            livemode = event.livemode,
            "stripe: an event of the other mode; check the endpoint"
        );
        return Err(ErrorCode::BadRequest.into());
    }
    if event.api_version.as_deref().is_some_and(|v| v != VERSION) {
        tracing::warn!(evento = event.id, version = event.api_version, "stripe: the endpoint speaks another version");
    }
    let mut payload: Value = serde_json::from_slice(corpo).map_err(|e| Error::caused(ErrorCode::BadRequest, e))?;
    strip_nul(&mut payload);
    guardar(app, &event, &payload, request_id).await.map(drop)
}

/// The same for one that was found at Stripe and had not come; `false` if it had.
pub(super) async fn achado(app: &Arc<App>, event: &Event) -> Result<bool> {
    let mut payload = json!({
        "id": event.id, "object": "event", "type": event.kind, "created": event.created, "livemode": event.livemode,
        "api_version": event.api_version, "data": { "object": event.data.object },
    });
    strip_nul(&mut payload);
    guardar(app, event, &payload, "reconciliar").await
}

/// Stores an event with the job that deals with it; `false` if it is here already.
async fn guardar(app: &Arc<App>, event: &Event, payload: &Value, request_id: &str) -> Result<bool> {
    let now = app.clock.now();
    let mut tx = app.db.system().await?;
    let customer = de_quem(&mut tx, event).await?;
    let row = NewEventoStripe {
        id: &event.id,
        tipo: &event.kind,
        criado_em: event.criado_em().unwrap_or(now),
        livemode: event.livemode,
        payload,
        stripe_customer_id: customer.as_deref(),
        recebido_em: now,
    };
    let new = evento_stripe::insert(&mut tx, &row).await?;
    if new {
        encaminhar(&mut tx, &event.id, &event.kind, customer.as_deref(), request_id, now).await?;
    }
    tx.commit().await?;
    Ok(new)
}

/// Whose it is. What is about money given back names the payment only.
async fn de_quem(tx: &mut SystemTx, event: &Event) -> Result<Option<String>> {
    if let Some(customer) = event.customer() {
        return Ok(Some(customer.to_owned()));
    }
    match event.text("payment_intent") {
        Some(pi) => Ok(fatura::customer_of(tx, pi).await?),
        None => Ok(None),
    }
}

/// Stores the job that deals with it, in the transaction that stores the event; or says why there is none.
async fn encaminhar(
    tx: &mut SystemTx,
    id: &str,
    tipo: &str,
    customer: Option<&str>,
    request_id: &str,
    now: DateTime<chrono::Utc>,
) -> Result<()> {
    if tipo.starts_with("price.") || tipo.starts_with("product.") {
        jobs::enqueue(tx.connection(), &precos::job(), now).await?;
        return Ok(evento_stripe::finish(tx, id, "precos", now).await?);
    }
    let Some(customer) = customer.filter(|_| NOSSOS.iter().any(|n| tipo.starts_with(n))) else {
        if tipo.starts_with("charge.dispute.") {
            tracing::error!(evento = id, customer, tipo, "stripe: a payment is disputed");
        }
        return Ok(evento_stripe::finish(tx, id, "ignorado:tipo", now).await?);
    };
    enfileirar(tx, customer, request_id, now).await
}

/// Stores the job that reads a customer for all of its events that have come by then.
pub(super) async fn enfileirar(
    tx: &mut SystemTx,
    customer: &str,
    request_id: &str,
    now: DateTime<chrono::Utc>,
) -> Result<()> {
    let job = NewJob::new(super::JOB, super::JOB)
        .key(customer)
        .payload(&customer)
        .request_id(request_id)
        .max_attempts(TENTATIVAS);
    jobs::enqueue(tx.connection(), &job, now).await?;
    Ok(())
}

/// The job: reads a customer anew.
pub async fn run(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let customer: String = job.payload()?;
    let request_id = job.job.request_id.clone().unwrap_or_else(|| job.job.id.to_string());
    match sincronia::ler(&app, &customer, &request_id, Vez::Espera(Some(&job))).await {
        Ok(_) => Ok(()),
        Err(error) => {
            let noted = async {
                let mut tx = app.db.system().await?;
                evento_stripe::failed(&mut tx, &customer, &error.to_string()).await?;
                Ok::<_, Error>(tx.commit().await?)
            };
            if let Err(e) = noted.await {
                tracing::warn!(error = %e, "the failure of an event was not noted");
            }
            Err(JobError::retry(error))
        }
    }
}

/// What Stripe sent, newest first.
pub async fn listar(ctx: &Ctx, depois: Option<&str>, erro: bool) -> Result<EventosStripeDto> {
    ctx.admin()?;
    let depois = depois.map(super::cursor).transpose()?;
    let mut tx = ctx.system_tx().await?;
    let mut rows = evento_stripe::list(&mut tx, depois, erro, PAGINA + 1).await?;
    tx.commit().await?;
    let more = cut_page(&mut rows, PAGINA);
    let proximo = rows.last().filter(|_| more).map(|e| format!("{}_{}", e.recebido_em.timestamp_micros(), e.id));
    Ok(EventosStripeDto { itens: rows.into_iter().map(dto).collect(), proximo })
}

/// Deals with an event again, as if it had just come.
///
/// # Errors
/// `not_found`.
pub async fn reprocessar(ctx: &Ctx, id: &str) -> Result<EventoStripeDto> {
    let (admin_id, _) = ctx.admin()?;
    let now = ctx.now();
    let mut tx = ctx.system_tx().await?;
    let row = evento_stripe::get(&mut tx, id).await?.ok_or_else(not_found)?;
    evento_stripe::reopen(&mut tx, id).await?;
    encaminhar(&mut tx, id, &row.tipo, row.stripe_customer_id.as_deref(), &ctx.request_id, now).await?;
    let row = evento_stripe::get(&mut tx, id).await?.ok_or_else(not_found)?;
    tx.commit().await?;
    tracing::info!(%admin_id, evento = id, "stripe: event to be dealt with again");
    Ok(dto(row))
}

fn dto(row: EventoStripe) -> EventoStripeDto {
    EventoStripeDto {
        id: row.id,
        tipo: row.tipo,
        criado_em: row.criado_em,
        recebido_em: row.recebido_em,
        processado_em: row.processado_em,
        tentativas: row.tentativas,
        resultado: row.resultado,
        erro: row.erro,
        payload: row.payload,
    }
}
