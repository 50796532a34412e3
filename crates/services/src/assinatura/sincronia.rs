//! Reads a customer at Stripe and stores what is there: subscriptions, invoices, the account if it is paid for the first time,
//! and where the cliente stands. The one way in which money changes anything here.
//!
//! A lock per customer is held from before the reading to the commit, so a reading never overwrites a later one. Everything
//! is one transaction: killed at any line, nothing has happened, and the job or the next look does it again.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use contracts::eventos::Evento;
use contracts::{ClienteId, Periodicidade, StatusCheckout, StatusFatura};
use db::models::assinatura::{self, Assinatura};
use db::models::checkout::{self, Checkout};
use db::models::cliente;
use db::models::evento_stripe::{self, EventoStripe};
use db::models::fatura::{self, Fatura};
use db::models::plano::{self, Plano};
use db::{SystemTx, TenantTx};
use integrations::stripe::StripeError;
use integrations::stripe::types::{Invoice, Subscription};
use jobs::JobCtx;
use uuid::Uuid;

use super::conta::{self, Conta};
use super::{acabou, indisponivel, precos, vida};
use crate::emails::{self, Modelo};
use crate::{App, Ctx, Pagamentos, Result, eventos};

/// Reads a customer anew. `None`: nobody of ours, or not paid yet.
pub async fn reler(app: &Arc<App>, customer: &str) -> Result<Option<ClienteId>> {
    ler(app, customer, &format!("stripe-{customer}"), Vez::Espera(None)).await
}

/// What to do while somebody else reads this customer.
pub(super) enum Vez<'a> {
    /// Wait, and do it; for a job, in the transaction that ends it.
    Espera(Option<&'a JobCtx>),
    /// Leave it to them: a page that is looked at holds no connection through a slow Stripe.
    SeLivre,
}

/// Looks how far the payment page of a sign-up has come, and deals with what was done there.
pub(super) async fn sessao(app: &Arc<App>, row: &Checkout, request_id: &str, vez: Vez<'_>) -> Result<()> {
    let (Some(session), Some(customer)) = (&row.stripe_session_id, &row.stripe_customer_id) else { return Ok(()) };
    let session = app.pagamentos()?.stripe.session(session).await.map_err(indisponivel)?;
    match session.status.as_deref() {
        Some("complete") => ler(app, customer, request_id, vez).await.map(drop),
        Some("expired") => {
            let mut tx = app.db.system().await?;
            let now = checkout::lock(&mut tx, row.id).await?;
            // Not if another page has been opened meanwhile.
            if now.is_some_and(|c| c.tentativa == row.tentativa && c.status == StatusCheckout::Aberto) {
                checkout::set_status(&mut tx, row.id, StatusCheckout::Expirado, app.clock.now()).await?;
            }
            Ok(tx.commit().await?)
        }
        _ => Ok(()),
    }
}

/// What Stripe says of a customer.
struct Lido {
    subscriptions: Vec<Subscription>,
    invoices: Vec<Invoice>,
    /// Of payments that an event said were given back: how much.
    reembolsos: Vec<(String, i64)>,
}

pub(super) async fn ler(app: &Arc<App>, customer: &str, request_id: &str, vez: Vez<'_>) -> Result<Option<ClienteId>> {
    let pagamentos = app.pagamentos()?;
    let mut tx = app.db.system().await?;
    let name = format!("stripe:{customer}");
    let job = match vez {
        Vez::Espera(job) => {
            tx.lock(&name).await?;
            job
        }
        Vez::SeLivre if tx.try_lock(&name).await? => None,
        Vez::SeLivre => return Ok(None),
    };
    // After the lock and before the reading: what comes later has a job of its own.
    let pendentes = evento_stripe::pending(&mut tx, customer).await?;
    let mut lido = buscar(pagamentos, customer, &pendentes).await?;
    let now = app.clock.now();
    let planos = plano::all(&mut tx).await?;
    let Dono { id: dono, nova, devolvidas } = dono(app, &mut tx, customer, &lido, &pendentes, request_id).await?;
    if dono.is_some() && !devolvidas.is_empty() {
        lido = buscar(pagamentos, customer, &pendentes).await?;
    }
    for evento in &pendentes {
        let resultado = if dono.is_some() { "lido" } else { "lido:sem_conta" };
        evento_stripe::finish(&mut tx, &evento.id, resultado, now).await?;
    }
    if let Some(job) = job {
        job.finish(tx.connection()).await?;
    }
    let Some(id) = dono else {
        tx.commit().await?;
        return Ok(None);
    };
    let ctx = Ctx::system(app, id, request_id.to_owned());
    let mut tx = tx.narrow(id).await?;
    if nova {
        emails::enfileirar(&ctx, &mut tx, &format!("boas_vindas:{id}"), Modelo::BoasVindas).await?;
    }
    let mut mudou = false;
    for s in &lido.subscriptions {
        mudou |= guardar(&mut tx, s, &planos, now).await?;
    }
    let mut cobrancas = Vec::new();
    for invoice in &lido.invoices {
        cobrancas.extend(cobrar(&mut tx, invoice, &lido.reembolsos, now).await?);
    }
    let rows = assinatura::list(&mut tx).await?;
    if let Some(codigo) = super::principal(&rows).filter(|a| super::vive(a)).and_then(|a| a.plano_codigo.as_deref()) {
        cliente::set_plano(&mut tx, codigo).await?;
    }
    vida::aplicar(&ctx, &mut tx).await?;
    for cobranca in &cobrancas {
        // A receipt is for what stays paid.
        if !cobranca.fatura.assinatura_id.as_ref().is_some_and(|a| devolvidas.contains(a)) {
            cobranca.recibo(&ctx, &mut tx).await?;
        }
    }
    if mudou || !cobrancas.is_empty() {
        let status = cliente::get(&mut tx).await?.map_or(contracts::StatusCliente::Pendente, |c| c.status);
        eventos::emit(&ctx, &mut tx, &Evento::Assinatura { status }).await?;
    }
    tx.commit().await?;
    for cobranca in cobrancas {
        cobranca.log(id, nova);
    }
    Ok(Some(id))
}

async fn buscar(pagamentos: &Pagamentos, customer: &str, pendentes: &[EventoStripe]) -> Result<Lido> {
    let stripe = &pagamentos.stripe;
    let subscriptions = stripe.subscriptions(customer).await.map_err(indisponivel)?;
    let invoices = stripe.invoices(customer).await.map_err(indisponivel)?;
    let text = |e: &EventoStripe, key: &str| {
        let value = e.payload.pointer(&format!("/data/object/{key}"))?;
        value.as_str().or_else(|| value.get("id")?.as_str()).map(str::to_owned)
    };
    let devolvidos: BTreeSet<String> = pendentes
        .iter()
        .filter(|e| e.tipo.starts_with("charge.refund") || e.tipo.starts_with("refund."))
        .filter_map(|e| text(e, "payment_intent"))
        .collect();
    let mut reembolsos = Vec::new();
    for pi in devolvidos {
        let back = stripe.refunds(&pi).await.map_err(indisponivel)?;
        // One on its way counts: a card's bank takes days.
        let done = |s: Option<&str>| matches!(s, Some("succeeded" | "pending"));
        reembolsos.push((pi, back.iter().filter(|r| done(r.status.as_deref())).map(|r| r.amount).sum()));
    }
    Ok(Lido { subscriptions, invoices, reembolsos })
}

/// Whose a customer is.
#[derive(Default)]
struct Dono {
    id: Option<ClienteId>,
    /// The account was made just now.
    nova: bool,
    /// Subscriptions that were ended and given back just now.
    devolvidas: Vec<String>,
}

/// Whose this customer is. A first payment makes the account; one beside another is given back.
async fn dono(
    app: &Arc<App>,
    tx: &mut SystemTx,
    customer: &str,
    lido: &Lido,
    pendentes: &[EventoStripe],
    request_id: &str,
) -> Result<Dono> {
    let id = cliente::find_by_customer(tx, customer).await?.map(|c| c.id);
    let mut dono = Dono { id, ..Dono::default() };
    let now = app.clock.now();
    let mut inscricoes = Vec::new();
    // One of its own is charged already: no other may be.
    let mut corre = false;
    for s in lido.subscriptions.iter().rev() {
        let id = s.metadata.get("checkout_id").and_then(|id| id.parse::<Uuid>().ok());
        let row = match id {
            Some(id) => checkout::lock(tx, id).await?,
            None => None,
        };
        match row {
            Some(row) if row.stripe_customer_id.as_deref().is_none_or(|c| c == customer) => {
                corre |=
                    row.status == StatusCheckout::Pago && row.stripe_subscription_id.as_ref() == Some(&s.id) && vive(s);
                inscricoes.push((s, row));
            }
            Some(_) => {}
            None if dono.id.is_some() => corre |= vive(s),
            // Not given back by itself: the row may be missing because a backup was restored, and then all would be.
            None if id.is_some() && vive(s) => {
                tracing::error!(customer, subscription = s.id, "paid, and nobody's here: look at it by hand");
            }
            None => {}
        }
    }
    // Oldest first: the account is made by the first that was paid. What is not paid yet comes after what is.
    inscricoes.sort_by_key(|(s, _)| !vive(s));
    for (s, row) in inscricoes {
        let pago = row.status == StatusCheckout::Pago;
        if pago && row.stripe_subscription_id.as_ref().is_none_or(|own| *own == s.id) {
            continue;
        }
        if (pago || corre) && !acabou(&s.status) {
            devolver(app, s, lido, "this account pays already").await?;
            checkout::set_devolvido(tx, row.id, &s.id, now).await?;
            dono.devolvidas.push(s.id.clone());
            continue;
        }
        if pago {
            continue;
        }
        match situacao(app, &row, s, pendentes).await? {
            Some(StatusCheckout::Pago) => {
                let ctx = Ctx::system(app, row.cliente_id.unwrap_or(ClienteId(row.id)), request_id.to_owned());
                let (conta, fez) = match conta::de(&ctx, tx, &row, customer).await? {
                    Conta::Nova(id) => (id, true),
                    Conta::Antiga(id) => (id, false),
                    Conta::Ocupada => {
                        devolver(app, s, lido, "this e-mail pays already, or its account is closed").await?;
                        checkout::set_devolvido(tx, row.id, &s.id, now).await?;
                        dono.devolvidas.push(s.id.clone());
                        continue;
                    }
                };
                checkout::concluir(tx, row.id, conta, fez, &s.id, now).await?;
                dono.id = Some(conta);
                dono.nova |= fez;
                corre = true;
            }
            Some(status) => checkout::set_status(tx, row.id, status, now).await?,
            None => {}
        }
    }
    Ok(dono)
}

/// Whether it can still be charged, without its owner doing anything.
fn vive(s: &Subscription) -> bool {
    !acabou(&s.status) && s.status != "incomplete"
}

/// How far a sign-up has come, by its subscription and its payment page; `None` where another page than that one counts.
async fn situacao(
    app: &App,
    row: &Checkout,
    s: &Subscription,
    pendentes: &[EventoStripe],
) -> Result<Option<StatusCheckout>> {
    if acabou(&s.status) && row.status == StatusCheckout::Falhou {
        return Ok(None);
    }
    let stripe = &app.pagamentos()?.stripe;
    let page = match &row.stripe_session_id {
        Some(id) => Some(stripe.session(id).await.map_err(indisponivel)?),
        None => None,
    };
    let other = page.as_ref().filter(|p| p.subscription.as_deref() != Some(s.id.as_str()));
    if acabou(&s.status) {
        // It has been resumed since.
        return Ok(other.is_none().then_some(StatusCheckout::Falhou));
    }
    // Another page of this sign-up than the one that was paid: nobody shall pay twice.
    if let Some(open) = other.filter(|p| p.status.as_deref() == Some("open"))
        && let Err(error) = stripe.expire_session(&open.id).await
    {
        tracing::warn!(%error, "a second payment page stays open");
    }
    let runs = matches!(s.status.as_str(), "trialing" | "active" | "past_due" | "unpaid");
    let unpaid = other.is_none() && page.as_ref().is_some_and(|p| p.payment_status.as_deref() == Some("unpaid"));
    if runs && !unpaid {
        return Ok(Some(StatusCheckout::Pago));
    }
    // A boleto that nobody paid: what it was for ends with it, so that the next try is the only one.
    let failed = pendentes.iter().any(|e| {
        e.tipo == "checkout.session.async_payment_failed"
            && e.payload.pointer("/data/object/id").and_then(|id| id.as_str()) == row.stripe_session_id.as_deref()
    });
    if failed && unpaid {
        stripe.cancel_subscription(&s.id).await.map_err(indisponivel)?;
        return Ok(Some(StatusCheckout::Falhou));
    }
    Ok(Some(StatusCheckout::AguardandoPagamento))
}

/// Gives back what was paid for a subscription that nobody may have, and ends it. Each call can be repeated; ending is the last
/// one, since what has ended is not looked at again. What Stripe does not give back (a boleto, a disputed charge) a person has
/// to: the log says so, and the subscription ends all the same.
async fn devolver(app: &App, s: &Subscription, lido: &Lido, why: &'static str) -> Result<()> {
    let stripe = &app.pagamentos()?.stripe;
    let mut centavos = 0;
    for invoice in lido.invoices.iter().filter(|i| i.subscription() == Some(s.id.as_str()) && i.total > 0) {
        let Some(pi) = invoice.payment_intent().filter(|_| invoice.status.as_deref() == Some("paid")) else { continue };
        match stripe.refund_all(pi).await {
            Ok(given) => centavos += given,
            Err(error @ StripeError::Refused { status: 400 | 402 | 403 | 404, .. }) => {
                tracing::error!(
                    subscription = s.id, invoice = invoice.id, centavos = invoice.total, %error,
                    "a payment could not be refunded: give it back by hand"
                );
            }
            Err(error) => return Err(indisponivel(error)),
        }
    }
    stripe.cancel_subscription(&s.id).await.map_err(indisponivel)?;
    tracing::error!(subscription = s.id, customer = s.customer, centavos, why, "payment_refunded");
    Ok(())
}

/// Stores a subscription; says whether anything about it is new.
async fn guardar(tx: &mut TenantTx, s: &Subscription, planos: &[Plano], now: DateTime<Utc>) -> Result<bool> {
    let item = s.item();
    let price = item.and_then(|i| i.price.as_ref());
    let of_price = planos.iter().find_map(|p| {
        let price = price?;
        let is = |c: Periodicidade| {
            p.preco_stripe(c) == Some(price.id.as_str())
                || price.lookup_key.as_deref() == Some(precos::lookup_key(&p.codigo, c).as_str())
        };
        Periodicidade::ALL.iter().copied().find(|c| is(*c)).map(|c| (p, c))
    });
    // A price of former times: of the same product.
    let product = price.and_then(|p| p.product.as_deref());
    let of_product = planos.iter().find(|p| product.is_some() && p.produto_stripe.as_deref() == product);
    let interval = price.and_then(|p| p.recurring.as_ref()).map(|r| r.interval.as_str());
    let periodicidade = of_price.map(|(_, c)| c).or(match interval {
        Some("month") => Some(Periodicidade::Mensal),
        Some("year") => Some(Periodicidade::Anual),
        _ => None,
    });
    let row = Assinatura {
        id: s.id.clone(),
        cliente_id: tx.cliente_id(),
        plano_codigo: of_price.map(|(p, _)| p).or(of_product).map(|p| p.codigo.clone()),
        periodicidade,
        status: s.status.clone(),
        valor_centavos: price.and_then(|p| p.unit_amount),
        criada_em: s.created.unwrap_or(now),
        periodo_inicio: item.and_then(|i| i.current_period_start),
        periodo_fim: item.and_then(|i| i.current_period_end),
        cancela_em: s.cancela_em(),
        teste_ate: s.trial_end,
        terminou_em: s.ended_at,
        lida_em: now,
    };
    let before = assinatura::put(tx, &row).await?;
    Ok(before.is_none_or(|b| Assinatura { lida_em: b.lida_em, ..row } != b))
}

/// Something about an invoice that the log has to know.
struct Cobranca {
    fatura: Fatura,
    paga: bool,
    falhou: bool,
}

impl Cobranca {
    /// What was paid, by mail; a trial costs nothing and needs no receipt.
    async fn recibo(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<()> {
        if !self.paga || self.fatura.total_centavos <= 0 {
            return Ok(());
        }
        let modelo = Modelo::Recibo {
            valor_centavos: self.fatura.total_centavos,
            periodo_fim: self.fatura.periodo_fim,
            pdf: self.fatura.pdf.clone(),
            url: self.fatura.url.clone(),
        };
        emails::enfileirar(ctx, tx, &format!("recibo:{}", self.fatura.id), modelo).await?;
        Ok(())
    }

    /// The words of the plan (phase 16), each once.
    fn log(&self, cliente_id: ClienteId, nova: bool) {
        let Fatura { id, total_centavos, tentativas, .. } = &self.fatura;
        if self.paga {
            tracing::info!(%cliente_id, fatura = id, centavos = total_centavos, nova, "payment_success");
        }
        if self.falhou {
            tracing::warn!(%cliente_id, fatura = id, centavos = total_centavos, tentativas, "payment_failed");
        }
    }
}

/// Stores an invoice; says what is new about it.
async fn cobrar(
    tx: &mut TenantTx,
    i: &Invoice,
    reembolsos: &[(String, i64)],
    now: DateTime<Utc>,
) -> Result<Option<Cobranca>> {
    let status = match i.status.as_deref() {
        Some("open") => StatusFatura::Aberta,
        Some("paid") => StatusFatura::Paga,
        Some("void") => StatusFatura::Cancelada,
        Some("uncollectible") => StatusFatura::Incobravel,
        // A draft is nobody's business yet.
        _ => return Ok(None),
    };
    let before = fatura::get(tx, &i.id).await?;
    let payment_intent =
        i.payment_intent().map(str::to_owned).or(before.as_ref().and_then(|b| b.payment_intent.clone()));
    let back = reembolsos.iter().find(|(pi, _)| Some(pi) == payment_intent.as_ref()).map(|(_, n)| *n);
    let row = Fatura {
        id: i.id.clone(),
        cliente_id: tx.cliente_id(),
        assinatura_id: i.subscription().map(str::to_owned),
        numero: i.number.clone(),
        status,
        total_centavos: i.total,
        moeda: i.currency.clone(),
        motivo: i.billing_reason.clone(),
        tentativas: i.attempt_count,
        proxima_tentativa: i.next_payment_attempt,
        emitida_em: i.created.unwrap_or(now),
        vence_em: i.due_date,
        paga_em: i.status_transitions.paid_at,
        periodo_fim: i.periodo_fim(),
        url: i.hosted_invoice_url.clone(),
        pdf: i.invoice_pdf.clone(),
        payment_intent,
        reembolsado_centavos: back.or(before.as_ref().map(|b| b.reembolsado_centavos)).unwrap_or(0),
        lida_em: now,
    };
    if before.as_ref().is_some_and(|b| Fatura { lida_em: b.lida_em, ..row.clone() } == *b) {
        return Ok(None);
    }
    fatura::put(tx, &row).await?;
    let paga = status == StatusFatura::Paga && before.as_ref().is_none_or(|b| b.status != StatusFatura::Paga);
    let tried = before.as_ref().map_or(0, |b| b.tentativas);
    let falhou = status == StatusFatura::Aberta && row.tentativas > tried;
    Ok(Some(Cobranca { fatura: row, paga, falhou }))
}
