//! What a cliente pays for: signing up ([`checkout`]), what Stripe tells ([`eventos`]), what is read there ([`sincronia`]), the
//! account that a payment makes ([`conta`]), where the cliente stands ([`vida`]) as time goes on ([`relogio`]), what its plan
//! allows ([`limites`]), and how it ends ([`fim`]).
//!
//! Stripe is the truth. A webhook, a visit to the return page, the nightly look and "reprocessar" all do the same: read the
//! customer anew under a lock and store what is there. So their order, their number and a crash between two of them do not
//! matter.

pub mod boleto;
pub mod checkout;
pub mod consumo;
mod conta;
pub mod eventos;
pub mod fim;
pub(crate) mod limites;
pub mod precos;
pub mod reconcilia;
pub mod releitura;
pub mod relogio;
pub mod sincronia;
pub mod vida;

use chrono::DateTime;
use contracts::assinatura::{AssinaturaDto, FaturaDto, FaturasDto, PortalDto, PortalRequest};
use contracts::{ErrorCode, FluxoPortal};
use db::models::assinatura::{self, Assinatura};
use db::models::cliente;
use db::models::fatura::{self, Fatura};
use db::models::plano;
use integrations::stripe::{Portal, StripeError};

use crate::ctx::{cut_page, not_found};
use crate::{Ctx, Error, Result, planos};

/// Queue of everything about Stripe, and kind of the job that reads a customer anew.
pub const JOB: &str = "stripe";
/// Invoices of one page.
const PAGINA: i64 = 24;

/// Whether a subscription can still be charged.
pub(crate) fn vive(row: &Assinatura) -> bool {
    em_vigor(row) && row.status != "incomplete"
}

/// Whether Stripe may still do something with it; one that waits for its first payment counts here.
pub(crate) fn em_vigor(row: &Assinatura) -> bool {
    row.terminou_em.is_none() && !acabou(&row.status)
}

/// Whether nothing comes after this word of Stripe's.
fn acabou(status: &str) -> bool {
    matches!(status, "canceled" | "incomplete_expired")
}

/// Of several the one that counts: what is paid, then what lives, then what has ended, and the newest of those. One that was
/// never paid counts only where there is no other.
pub(crate) fn principal(rows: &[Assinatura]) -> Option<&Assinatura> {
    let paga = |a: &Assinatura| vive(a) && matches!(a.status.as_str(), "active" | "trialing");
    rows.iter().max_by_key(|a| (paga(a), vive(a), !a.status.starts_with("incomplete"), a.criada_em, &a.id))
}

/// How the cliente stands.
pub async fn ler(ctx: &Ctx) -> Result<AssinaturaDto> {
    let mut tx = ctx.tenant().await?;
    let quem = cliente::get(&mut tx).await?.ok_or_else(not_found)?;
    let situacao = cliente::situacao(&mut tx).await?.ok_or_else(not_found)?;
    let rows = assinatura::list(&mut tx).await?;
    let atual = principal(&rows).filter(|a| vive(a));
    let codigo = atual.and_then(|a| a.plano_codigo.as_deref()).or(quem.plano_codigo.as_deref());
    let plano = match codigo {
        Some(codigo) => plano::of_cliente(&mut tx, codigo).await?,
        None => None,
    };
    let aberta = match atual {
        Some(a) => fatura::aberta(&mut tx, &a.id).await?,
        None => None,
    };
    tx.commit().await?;
    let boleto = if atual.is_none() { boleto::pendente(ctx, quem.id).await? } else { None };
    let cancela_em = atual.and_then(|a| a.cancela_em);
    Ok(AssinaturaDto {
        status: quem.status,
        plano: plano.map(planos::dto),
        periodicidade: atual.and_then(|a| a.periodicidade),
        proxima_cobranca: atual.filter(|_| cancela_em.is_none()).and_then(|a| a.periodo_fim),
        valor_centavos: atual.filter(|_| cancela_em.is_none()).and_then(|a| a.valor_centavos),
        teste_ate: atual.and_then(|a| a.teste_ate).filter(|em| *em > ctx.now()),
        cancela_em,
        inadimplente_desde: quem.inadimplente_desde,
        suspende_em: vida::suspende_em(ctx, &situacao),
        apaga_em: quem.encerra_em.or_else(|| vida::apaga_em(&situacao)),
        pagamento_centavos: aberta.as_ref().filter(|f| f.url.is_some()).map(|f| f.total_centavos),
        pagamento_url: aberta.and_then(|f| f.url),
        boleto,
        gerenciavel: ctx.app.pagamentos.is_some() && quem.stripe_customer_id.is_some(),
        pode_assinar: ctx.app.pagamentos.is_some() && atual.is_none() && quem.encerra_em.is_none(),
    })
}

/// Its invoices, newest first.
pub async fn faturas(ctx: &Ctx, depois: Option<&str>) -> Result<FaturasDto> {
    let depois = depois.map(cursor).transpose()?;
    let mut tx = ctx.tenant().await?;
    let mut rows = fatura::list(&mut tx, depois, PAGINA + 1).await?;
    tx.commit().await?;
    let more = cut_page(&mut rows, PAGINA);
    let proximo = rows.last().filter(|_| more).map(|f| format!("{}_{}", f.emitida_em.timestamp_micros(), f.id));
    Ok(FaturasDto { itens: rows.into_iter().map(fatura_dto).collect(), proximo })
}

fn fatura_dto(f: Fatura) -> FaturaDto {
    FaturaDto {
        id: f.id,
        numero: f.numero,
        status: f.status,
        total_centavos: f.total_centavos,
        reembolsado_centavos: f.reembolsado_centavos,
        emitida_em: f.emitida_em,
        paga_em: f.paga_em,
        url: f.url,
        pdf: f.pdf,
    }
}

/// A place in a list: microseconds and an id.
fn cursor(texto: &str) -> Result<(DateTime<chrono::Utc>, String)> {
    let parts = texto.split_once('_').and_then(|(em, id)| Some((em.parse::<i64>().ok()?, id)));
    let place = parts.and_then(|(em, id)| Some((DateTime::from_timestamp_micros(em)?, id.to_owned())));
    place.ok_or_else(|| Error::field("depois", "Este endereço de página não é válido.".into()))
}

/// Opens the payment portal.
///
/// # Errors
/// `not_found` for a cliente that has never paid, `checkout_fechado` and `pagamento_indisponivel`.
pub async fn portal(ctx: &Ctx, request: PortalRequest) -> Result<PortalDto> {
    let mut tx = ctx.tenant().await?;
    let quem = cliente::get(&mut tx).await?.ok_or_else(not_found)?;
    let rows = assinatura::list(&mut tx).await?;
    tx.commit().await?;
    let pagamentos = ctx.app.pagamentos()?;
    let customer = quem.stripe_customer_id.ok_or_else(not_found)?;
    let atual = principal(&rows).filter(|a| vive(a)).map(|a| a.id.as_str());
    // Without a subscription there is nothing to change or cancel; the start page shows what there is.
    let fluxo = match (request.fluxo, atual) {
        (FluxoPortal::Cartao, _) => Portal::Cartao,
        (FluxoPortal::Plano, Some(id)) => Portal::Plano(id),
        (FluxoPortal::Cancelar, Some(id)) => Portal::Cancelar(id),
        _ => Portal::Inicio,
    };
    let volta = format!("{}dashboard/assinatura?voltou=1", ctx.app.public_url);
    let idioma = quem.idioma.as_deref().unwrap_or("pt-BR");
    let stripe = &pagamentos.stripe;
    let opened = stripe.portal(&customer, fluxo, &volta, idioma, pagamentos.portal.as_deref()).await;
    let url = match opened {
        // What this account's portal is not configured for, its start page may still offer.
        Err(StripeError::Refused { status: 400, .. }) if fluxo != Portal::Inicio => {
            stripe.portal(&customer, Portal::Inicio, &volta, idioma, pagamentos.portal.as_deref()).await
        }
        other => other,
    };
    Ok(PortalDto { url: url.map_err(indisponivel)? })
}

/// What a person is told of a call that failed.
pub(crate) fn indisponivel(e: StripeError) -> Error {
    tracing::error!(error = %e, "stripe");
    Error::caused(ErrorCode::PagamentoIndisponivel, e)
}
