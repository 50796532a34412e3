//! Signing up: what a stranger types, the payment page, and the way back. Nothing here makes an account: that is for the
//! payment to do, which is read at Stripe ([`sincronia`]).
//!
//! Every step can be repeated. The row is stored first; what is then made at Stripe has idempotency keys out of the row's id and
//! `tentativa`, so a crash or a double click finds the same customer and the same session again.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::assinatura::{CheckoutDto, NovoCheckout};
use contracts::auth::IDIOMAS;
use contracts::{ClienteId, ErrorCode, StatusCheckout, validate};
use db::SystemTx;
use db::models::assinatura;
use db::models::checkout::{self, Checkout, Sessao};
use db::models::cliente::{self, Cliente};
use db::models::plano::{self, Plano};
use integrations::mail;
use integrations::stripe::{NovaSessao, NovoCliente, StripeError};
use uuid::Uuid;

use super::sincronia::{self, Vez};
use super::{indisponivel, precos};
use crate::ctx::not_found;
use crate::{Actor, Ctx, Error, Pagamentos, Result, planos};

/// How long the payment page stays open; Stripe takes half an hour to a day.
const ABERTO: TimeDelta = TimeDelta::hours(23);
/// Where the page is not made yet, Stripe takes no less than half an hour.
const MINIMO: TimeDelta = TimeDelta::minutes(35);
/// How often, and how many times, to look what another click has made.
const OUTRO: Duration = Duration::from_millis(250);
const OUTRO_VEZES: u32 = 40;
/// A page that closes sooner is not offered any more.
const FOLGA: TimeDelta = TimeDelta::minutes(2);
/// Sign-ups begun for one e-mail and from one network within [`JANELA`]: a person tries a few times, a script for ever.
const POR_EMAIL: u64 = 20;
const POR_REDE: u64 = 60;
const JANELA: Duration = Duration::from_secs(60 * 60);
/// Stripe is asked about a sign-up at most so often, however many pages wait for it: a card takes moments, a boleto days.
const OLHAR: Duration = Duration::from_secs(3);
const OLHAR_BOLETO: Duration = Duration::from_secs(60);
/// What was typed and never paid is removed after this.
pub(crate) const GUARDADO: TimeDelta = TimeDelta::days(30);

/// Begins a sign-up, or goes on with the same one.
///
/// # Errors
/// `validation_failed`, `conta_existente`, `plano_indisponivel`, `checkout_fechado`, `pagamento_indisponivel`.
pub async fn criar(ctx: &Ctx, novo: NovoCheckout) -> Result<CheckoutDto> {
    let pagamentos = ctx.app.pagamentos()?;
    let quem = logado(ctx).await?;
    let novo = conferir(novo, quem.as_ref())?;
    limite(ctx, &novo.email).await?;
    let dono = quem.as_ref().map(|c| c.id);
    let mut tx = ctx.system_tx().await?;
    // Before Stripe is asked for anything; and again below, where it counts.
    livre(&mut tx, &novo.email, dono).await?;
    tx.commit().await?;
    let plano = a_venda(ctx, &novo.plano, novo.periodicidade).await?;
    let now = ctx.now();
    let mut tx = ctx.system_tx().await?;
    // Two clicks at once are one sign-up.
    tx.lock(&format!("checkout:{}", novo.email.to_lowercase())).await?;
    livre(&mut tx, &novo.email, dono).await?;
    let abertos = checkout::open_of(&mut tx, &novo.email).await?;
    if let Some(mesmo) = abertos.iter().find(|c| igual(c, &novo, dono) && c.expira_em > now + FOLGA) {
        let mesmo = mesmo.clone();
        tx.commit().await?;
        return dto(ctx, abrir(ctx, pagamentos, &plano, mesmo).await?, plano);
    }
    let row = Checkout {
        id: Uuid::new_v4(),
        plano_codigo: plano.codigo.clone(),
        periodicidade: novo.periodicidade,
        nome: novo.nome,
        email: novo.email,
        telefone: novo.telefone,
        documento: novo.documento,
        idioma: novo.idioma,
        status: StatusCheckout::Aberto,
        tentativa: 1,
        stripe_customer_id: quem.as_ref().and_then(|c| c.stripe_customer_id.clone()),
        stripe_session_id: None,
        stripe_subscription_id: None,
        url: None,
        cliente_id: dono,
        criou_conta: false,
        expira_em: now + ABERTO,
        concluido_em: None,
        created_at: now,
        updated_at: now,
    };
    checkout::insert(&mut tx, &row).await?;
    // The same person has changed their mind: only the last one can be paid. Somebody else's, with the same e-mail and another
    // document, is not ours to close.
    let mesma = |c: &Checkout| c.documento == row.documento || dono.is_some() && c.cliente_id == dono;
    let velhos: Vec<Checkout> = abertos.into_iter().filter(mesma).collect();
    for velho in &velhos {
        checkout::set_status(&mut tx, velho.id, StatusCheckout::Expirado, now).await?;
    }
    tx.commit().await?;
    for session in velhos.iter().filter_map(|c| c.stripe_session_id.as_deref()) {
        // If it was paid in this very moment, the payment is read like any other, and the second one is given back.
        if let Err(error) = pagamentos.stripe.expire_session(session).await {
            tracing::info!(%error, "an older payment page stays open");
        }
    }
    tracing::info!(plano = row.plano_codigo, periodicidade = %row.periodicidade, "checkout begun");
    let row = abrir(ctx, pagamentos, &plano, row).await?;
    dto(ctx, row, plano)
}

/// How far a sign-up has come. While it waits, Stripe is asked: the webhook may be late, or lost.
pub async fn ler(ctx: &Ctx, id: Uuid) -> Result<CheckoutDto> {
    let row = um(ctx, id).await?;
    let waits = matches!(row.status, StatusCheckout::Aberto | StatusCheckout::AguardandoPagamento);
    let row = if waits && row.stripe_session_id.is_some() && ctx.app.pagamentos.is_some() && vez(ctx, &row).await {
        match sincronia::sessao(&ctx.app, &row, &ctx.request_id, Vez::SeLivre).await {
            Ok(()) => um(ctx, id).await?,
            Err(error) => {
                // The page goes on asking.
                tracing::warn!(%error, "checkout not read at Stripe");
                row
            }
        }
    } else {
        row
    };
    let plano = do_checkout(ctx, &row).await?;
    dto(ctx, row, plano)
}

/// Makes a sign-up payable that was left, closed or declined. One that is paid, or being paid, stays as it is.
///
/// # Errors
/// `not_found`, `conta_existente` where the e-mail has got an account in the meantime, and those of [`criar`].
pub async fn retomar(ctx: &Ctx, id: Uuid) -> Result<CheckoutDto> {
    let pagamentos = ctx.app.pagamentos()?;
    let row = um(ctx, id).await?;
    limite(ctx, &row.email).await?;
    if row.stripe_session_id.is_some() && row.status != StatusCheckout::Pago {
        sincronia::sessao(&ctx.app, &row, &ctx.request_id, Vez::Espera(None)).await?;
    }
    let row = um(ctx, id).await?;
    if matches!(row.status, StatusCheckout::Pago | StatusCheckout::AguardandoPagamento) {
        let plano = do_checkout(ctx, &row).await?;
        return dto(ctx, row, plano);
    }
    // It may have been begun before another one was paid.
    if let Some(dono) = row.cliente_id {
        sem_assinatura(ctx, dono).await?;
    }
    let plano = a_venda(ctx, &row.plano_codigo, row.periodicidade).await?;
    let now = ctx.now();
    let row = if row.status == StatusCheckout::Aberto && row.expira_em > now + FOLGA {
        row
    } else {
        let mut tx = ctx.system_tx().await?;
        tx.lock(&format!("checkout:{}", row.email.to_lowercase())).await?;
        livre(&mut tx, &row.email, row.cliente_id).await?;
        let now_row = checkout::lock(&mut tx, id).await?.ok_or_else(not_found)?;
        // Another click was faster.
        if now_row.tentativa == row.tentativa {
            checkout::recomecar(&mut tx, id, now + ABERTO, now).await?;
        }
        let row = checkout::get(&mut tx, id).await?.ok_or_else(not_found)?;
        tx.commit().await?;
        row
    };
    let row = abrir(ctx, pagamentos, &plano, row).await?;
    dto(ctx, row, plano)
}

/// Who is logged in and may subscribe: a cliente whose assinatura has ended, or that never had one.
async fn logado(ctx: &Ctx) -> Result<Option<Cliente>> {
    let Actor::Cliente { id, .. } = ctx.actor else { return Ok(None) };
    sem_assinatura(ctx, id).await.map(Some)
}

/// Refuses who has an assinatura that can still be charged or a boleto that can still be paid, or has closed the account.
async fn sem_assinatura(ctx: &Ctx, id: ClienteId) -> Result<Cliente> {
    let mut tx = ctx.app.db.tenant(id).await?;
    let quem = cliente::get(&mut tx).await?.ok_or_else(not_found)?;
    let rows = assinatura::list(&mut tx).await?;
    tx.commit().await?;
    if rows.iter().any(super::vive) || quem.encerra_em.is_some() {
        return Err(ErrorCode::ContaExistente.into());
    }
    let mut tx = ctx.system_tx().await?;
    let espera = checkout::aguardando_de(&mut tx, id).await?.is_some();
    tx.commit().await?;
    if espera { Err(ErrorCode::BoletoPendente.into()) } else { Ok(quem) }
}

/// Closes what this cliente could still pay at Stripe. What is complete or closed already is left.
pub(super) async fn fechar_paginas(ctx: &Ctx, id: ClienteId) -> Result<()> {
    let mut tx = ctx.system_tx().await?;
    let sessions = checkout::sessions_of(&mut tx, id).await?;
    tx.commit().await?;
    for session in sessions {
        match ctx.app.pagamentos()?.stripe.expire_session(&session).await {
            Ok(_) | Err(StripeError::Refused { status: 400 | 404, .. }) => {}
            Err(e) => return Err(indisponivel(e)),
        }
    }
    Ok(())
}

/// Refuses an e-mail that has an account, unless it is this one's.
async fn livre(tx: &mut SystemTx, email: &str, dono: Option<ClienteId>) -> Result<()> {
    match cliente::find_by_email(tx, email).await? {
        Some(found) if Some(found.id) != dono => Err(ErrorCode::ContaExistente.into()),
        _ => Ok(()),
    }
}

/// Everything that is wrong, at once; and what is right, as it is stored.
fn conferir(novo: NovoCheckout, quem: Option<&Cliente>) -> Result<NovoCheckout> {
    let email = quem.map_or_else(|| novo.email.trim().to_owned(), |c| c.email.clone());
    let nome = novo.nome.split_whitespace().collect::<Vec<_>>().join(" ");
    let telefone = novo.telefone.trim().to_owned();
    let mut fields = std::collections::BTreeMap::new();
    let mut check = |field: &str, result: std::result::Result<(), String>| {
        if let Err(why) = result {
            fields.insert(field.to_owned(), why);
        }
    };
    check("nome", validate::nome(&nome));
    // An account whose mails cannot leave could never be entered.
    let enviavel = || match mail::valid(&email) {
        true => Ok(()),
        false => Err("Informe um e-mail válido, como nome@empresa.com.br.".to_owned()),
    };
    check("email", validate::email(&email).and_then(|()| enviavel()));
    check("telefone", validate::telefone_obrigatorio(&telefone));
    let documento = validate::cpf_cnpj(&novo.documento);
    check("documento", documento.clone().map(drop));
    if !fields.is_empty() {
        return Err(Error { fields, ..ErrorCode::Validation.into() });
    }
    let idioma = novo.idioma.filter(|i| IDIOMAS.contains(&i.as_str()));
    Ok(NovoCheckout { email, nome, telefone, documento: documento.unwrap_or_default(), idioma, ..novo })
}

/// Whether this is the sign-up that was typed: somebody who knows but the e-mail does not get another's.
fn igual(c: &Checkout, novo: &NovoCheckout, dono: Option<ClienteId>) -> bool {
    (&c.plano_codigo, c.periodicidade, &c.nome, &c.telefone, &c.documento, &c.idioma, c.cliente_id)
        == (&novo.plano, novo.periodicidade, &novo.nome, &novo.telefone, &novo.documento, &novo.idioma, dono)
}

/// Refuses who begins too often. A store that is away stops nobody.
async fn limite(ctx: &Ctx, email: &str) -> Result<()> {
    let rede = ctx.ip.as_deref().unwrap_or("-");
    let keys =
        [(format!("checkout:email:{}", email.to_lowercase()), POR_EMAIL), (format!("checkout:rede:{rede}"), POR_REDE)];
    for (key, most) in keys {
        match ctx.app.kv.incr(&key, JANELA).await {
            Ok(n) if n > most => return Err(ErrorCode::TooManyRequests.into()),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "checkout not counted"),
        }
    }
    Ok(())
}

/// Whether it is time to ask Stripe again.
async fn vez(ctx: &Ctx, row: &Checkout) -> bool {
    let every = if row.status == StatusCheckout::AguardandoPagamento { OLHAR_BOLETO } else { OLHAR };
    ctx.app.kv.incr(&format!("checkout:olhar:{}:{}", row.id, row.status), every).await.is_ok_and(|n| n == 1)
}

/// The plan, if it can be bought. A price that is not known yet is looked for, now and then.
async fn a_venda(ctx: &Ctx, codigo: &str, periodicidade: contracts::Periodicidade) -> Result<Plano> {
    let find = async || {
        let mut tx = ctx.system_tx().await?;
        let found = plano::get(&mut tx, codigo).await?.filter(|p| p.ativo);
        tx.commit().await?;
        found.ok_or_else(|| Error::from(ErrorCode::PlanoIndisponivel))
    };
    let found = find().await?;
    if found.preco_stripe(periodicidade).is_some() {
        return Ok(found);
    }
    let again = ctx.app.kv.incr("stripe:precos", Duration::from_secs(10)).await.is_ok_and(|n| n == 1);
    if again {
        precos::sincronizar(&ctx.app).await?;
    }
    find().await.and_then(|p| {
        if p.preco_stripe(periodicidade).is_some() { Ok(p) } else { Err(ErrorCode::PlanoIndisponivel.into()) }
    })
}

async fn um(ctx: &Ctx, id: Uuid) -> Result<Checkout> {
    let mut tx = ctx.system_tx().await?;
    let row = checkout::get(&mut tx, id).await?;
    tx.commit().await?;
    row.ok_or_else(not_found)
}

async fn do_checkout(ctx: &Ctx, row: &Checkout) -> Result<Plano> {
    let mut tx = ctx.system_tx().await?;
    let plano = plano::get(&mut tx, &row.plano_codigo).await?;
    tx.commit().await?;
    plano.ok_or_else(not_found)
}

/// Makes what is missing at Stripe, and stores it.
async fn abrir(ctx: &Ctx, pagamentos: &Pagamentos, plano: &Plano, row: Checkout) -> Result<Checkout> {
    if row.url.is_some() {
        return Ok(row);
    }
    let row = if row.expira_em < ctx.now() + MINIMO { recomecar(ctx, &row).await? } else { row };
    let stripe = &pagamentos.stripe;
    let price = plano.preco_stripe(row.periodicidade).ok_or(ErrorCode::PlanoIndisponivel)?;
    let idioma = row.idioma.as_deref().unwrap_or("pt-BR");
    let checkout_id = row.id.to_string();
    let customer = match row.stripe_customer_id.clone() {
        Some(customer) => customer,
        None => {
            let quem = NovoCliente {
                email: &row.email,
                nome: &row.nome,
                telefone: &row.telefone,
                documento: Some(&row.documento),
                idioma,
                checkout_id: &checkout_id,
            };
            let made = match stripe.create_customer(quem).await {
                // A document that we hold for good and Stripe does not know yet, as the CNPJ with letters, is no reason not to sell.
                Err(e) if e.is_about("tax_id") => {
                    tracing::warn!(error = %e, "document not taken by Stripe");
                    stripe.create_customer(NovoCliente { documento: None, ..quem }).await
                }
                other => other,
            };
            match made {
                Err(e @ StripeError::Refused { status: 409, .. }) => return outro_clique(ctx, &row, e).await,
                other => other.map_err(indisponivel)?.id,
            }
        }
    };
    let success_url = format!("{}checkout/{checkout_id}", ctx.app.public_url);
    let sessao = NovaSessao {
        customer: &customer,
        price,
        checkout_id: &checkout_id,
        success_url: &success_url,
        cancel_url: &format!("{success_url}?voltou=1"),
        idioma,
        // Who comes back has tried it.
        dias_teste: if row.cliente_id.is_some() { 0 } else { u32::try_from(plano.dias_teste).unwrap_or_default() },
        expira_em: row.expira_em,
    };
    let made = match stripe.create_session(sessao, row.tentativa).await {
        // The same key with other parameters: the plan's price or trial has changed since. A new attempt is a new key.
        Err(StripeError::Refused { status: 400, kind, .. }) if kind == "idempotency_error" => {
            // The next click makes it.
            recomecar(ctx, &row).await?;
            return Err(ErrorCode::PagamentoIndisponivel.into());
        }
        Err(e @ StripeError::Refused { status: 409, .. }) => return outro_clique(ctx, &row, e).await,
        other => other.map_err(indisponivel)?,
    };
    let url = made.url.clone().ok_or_else(|| indisponivel(StripeError::Malformed("a session without a url".into())))?;
    let mut tx = ctx.system_tx().await?;
    let sessao = Sessao { customer: &customer, id: &made.id, url: &url };
    // `false`: somebody else was faster, with the same session.
    checkout::set_sessao(&mut tx, row.id, row.tentativa, &sessao, ctx.now()).await?;
    let row = checkout::get(&mut tx, row.id).await?.ok_or_else(not_found)?;
    tx.commit().await?;
    Ok(row)
}

/// Another click is being dealt with: what it makes is this one's too.
async fn outro_clique(ctx: &Ctx, row: &Checkout, e: StripeError) -> Result<Checkout> {
    for _ in 0..OUTRO_VEZES {
        tokio::time::sleep(OUTRO).await;
        let now = um(ctx, row.id).await?;
        if now.url.is_some() {
            return Ok(now);
        }
    }
    Err(indisponivel(e))
}

/// Another attempt, with another session.
async fn recomecar(ctx: &Ctx, row: &Checkout) -> Result<Checkout> {
    let now = ctx.now();
    let mut tx = ctx.system_tx().await?;
    checkout::recomecar(&mut tx, row.id, now + ABERTO, now).await?;
    let row = checkout::get(&mut tx, row.id).await?.ok_or_else(not_found)?;
    tx.commit().await?;
    Ok(row)
}

fn dto(ctx: &Ctx, row: Checkout, plano: Plano) -> Result<CheckoutDto> {
    let closed = |em: DateTime<Utc>| em <= ctx.now();
    let status = match row.status {
        StatusCheckout::Aberto if closed(row.expira_em) => StatusCheckout::Expirado,
        status => status,
    };
    Ok(CheckoutDto {
        id: row.id,
        plano: planos::dto(plano),
        periodicidade: row.periodicidade,
        nome: row.nome,
        email: row.email,
        status,
        url: row.url.filter(|_| status == StatusCheckout::Aberto),
        primeiro_acesso: status == StatusCheckout::Pago && row.criou_conta,
        devolvido: status == StatusCheckout::Falhou && row.stripe_subscription_id.is_some(),
        expira_em: row.expira_em,
    })
}
