//! The life of an assinatura: what Stripe says of it, what is stored and the time decide where the cliente stands, and what
//! its owner is told. [`decidir`] is the rule, without a database and without a clock; [`aplicar`] writes what it says.
//!
//! Grace counts from when we heard of the unpaid invoice, not from Stripe's date: nobody is suspended untold. What Stripe ends
//! is ended here from that moment on, for the same reason.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::StatusCliente;
use contracts::eventos::Evento;
use db::TenantTx;
use db::models::assinatura::{self, Assinatura};
use db::models::cliente::{self, Situacao};
use db::models::fatura::{self, Fatura};

use super::{limites, principal, relogio};
use crate::emails::{self, Modelo};
use crate::perfil::encerrar::PRAZO;
use crate::{Ctx, Result, eventos};

/// A suspended assinatura that nobody pays for so long is ended, and its data erased [`PRAZO`] after that.
pub const SUSPENSO_ATE: TimeDelta = TimeDelta::days(60);

/// What Stripe says of the one subscription that counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Lida {
    /// `sub_…`.
    pub id: String,
    /// Stripe's word.
    pub status: String,
    /// When it will end.
    pub cancela_em: Option<DateTime<Utc>>,
}

/// What the owner hears of, each at most once by its key.
#[derive(Clone, Debug, PartialEq)]
pub enum Noticia {
    /// Another day of grace has passed.
    Carencia {
        /// Days since it began, from 1 on.
        dia: i64,
        /// When it ends.
        suspende_em: DateTime<Utc>,
    },
    /// Grace is over.
    Suspensa,
    /// It works again.
    Reativada {
        /// Since when it had not.
        parada_desde: DateTime<Utc>,
    },
    /// It will end.
    CancelamentoMarcado {
        /// When.
        em: DateTime<Utc>,
    },
    /// It has ended.
    Encerrada,
}

/// Where the cliente stands after `antes`, and what is to be told. The same reading again changes nothing, and tells the same.
///
/// | Stripe | here |
/// | --- | --- |
/// | `active`, `trialing` | `ATIVO` |
/// | `past_due`, `unpaid` | `INADIMPLENTE` during grace, then `SUSPENSO` until it is paid |
/// | `paused` | `SUSPENSO` |
/// | `canceled`, `incomplete_expired` | `CANCELADO`: nothing else lives |
/// | `incomplete`, words that we do not know | as it was; grace goes on and ends |
pub fn decidir(
    antes: &Situacao,
    lida: &Lida,
    agora: DateTime<Utc>,
    carencia: TimeDelta,
) -> (Situacao, Option<Noticia>) {
    let limpa = |status| Situacao { status, inadimplente_desde: None, suspenso_em: None, cancelado_em: None };
    let suspensa = |desde: Option<DateTime<Utc>>| {
        let em = antes.suspenso_em.unwrap_or(agora);
        let depois = Situacao { suspenso_em: Some(em), inadimplente_desde: desde, ..limpa(StatusCliente::Suspenso) };
        (depois, Some(Noticia::Suspensa))
    };
    match lida.status.as_str() {
        "active" | "trialing" => {
            let parada = antes.suspenso_em.or(antes.cancelado_em).filter(|_| !antes.status.assinatura_ativa());
            let noticia = match (parada, lida.cancela_em) {
                (Some(parada_desde), _) => Some(Noticia::Reativada { parada_desde }),
                (None, Some(em)) => Some(Noticia::CancelamentoMarcado { em }),
                (None, None) => None,
            };
            (limpa(StatusCliente::Ativo), noticia)
        }
        "paused" => suspensa(antes.inadimplente_desde),
        "canceled" | "incomplete_expired" => encerrada(antes, agora),
        // Whatever else is said, grace ends.
        word if matches!(word, "past_due" | "unpaid") || antes.status == StatusCliente::Inadimplente => {
            let desde = antes.inadimplente_desde.unwrap_or(agora);
            // Suspended stays suspended until it is paid, whatever grace is configured today.
            if antes.status == StatusCliente::Suspenso || agora >= desde + carencia {
                return suspensa(Some(desde));
            }
            let dia = (agora - desde).num_days();
            let noticia = (dia >= 1).then_some(Noticia::Carencia { dia, suspende_em: desde + carencia });
            (Situacao { inadimplente_desde: Some(desde), ..limpa(StatusCliente::Inadimplente) }, noticia)
        }
        _ => (antes.clone(), None),
    }
}

fn encerrada(antes: &Situacao, agora: DateTime<Utc>) -> (Situacao, Option<Noticia>) {
    let depois = Situacao {
        status: StatusCliente::Cancelado,
        inadimplente_desde: None,
        suspenso_em: None,
        cancelado_em: Some(antes.cancelado_em.unwrap_or(agora)),
    };
    (depois, Some(Noticia::Encerrada))
}

/// When the data of a cliente that stands so is erased, if it stays so.
pub(crate) fn apaga_em(s: &Situacao) -> Option<DateTime<Utc>> {
    match s.status {
        StatusCliente::Cancelado => s.cancelado_em.map(|em| em + PRAZO),
        StatusCliente::Suspenso => s.suspenso_em.map(|em| em + SUSPENSO_ATE + PRAZO),
        StatusCliente::Ativo | StatusCliente::Pendente | StatusCliente::Inadimplente => None,
    }
}

/// When the grace of a cliente that stands so is over.
pub(crate) fn suspende_em(ctx: &Ctx, s: &Situacao) -> Option<DateTime<Utc>> {
    s.inadimplente_desde.filter(|_| s.status == StatusCliente::Inadimplente).map(|desde| desde + ctx.app.carencia)
}

/// Brings the cliente to where its stored assinaturas and faturas say, tells the owner, and wakes open dashboards. To be
/// called by whoever has changed one of these rows, in the same transaction, and by the clock. The cliente's row stays locked
/// until the transaction ends.
pub async fn aplicar(ctx: &Ctx, tx: &mut TenantTx) -> Result<()> {
    let Some((antes, encerrada)) = cliente::lock_situacao(tx).await? else { return Ok(()) };
    let todas = assinatura::list(tx).await?;
    let Some(linha) = principal(&todas) else { return Ok(()) };
    let lida = Lida { id: linha.id.clone(), status: linha.status.clone(), cancela_em: linha.cancela_em };
    let (depois, noticia) = decidir(&antes, &lida, ctx.now(), ctx.app.carencia);
    if depois != antes {
        cliente::set_situacao(tx, &depois, ctx.now()).await?;
    }
    // The plan may be another one. Before an event is numbered, as everybody does who counts.
    limites::conferir(ctx, tx).await?;
    if depois.status != antes.status {
        mudou(ctx, tx, &antes, &depois).await?;
    }
    // Who has closed the account has said goodbye, and has had the mail about that.
    if !encerrada {
        let aberta = fatura::aberta(tx, &linha.id).await?;
        if let Some(noticia) = &noticia {
            contar(ctx, tx, linha, aberta.as_ref(), &depois, noticia).await?;
        }
        if depois.status == StatusCliente::Inadimplente
            && let Some(f) = aberta.filter(|f| f.tentativas > 0)
        {
            let modelo = Modelo::PagamentoFalhou {
                valor_centavos: f.total_centavos,
                url: pagar(ctx, Some(&f)),
                proxima_tentativa: f.proxima_tentativa,
            };
            emails::enfileirar(ctx, tx, &format!("falha:{}:{}", f.id, f.tentativas), modelo).await?;
        }
    }
    Ok(())
}

async fn mudou(ctx: &Ctx, tx: &mut TenantTx, antes: &Situacao, depois: &Situacao) -> Result<()> {
    tracing::info!(
        cliente_id = %tx.cliente_id(), de = %antes.status, para = %depois.status, "standing of the assinatura changed"
    );
    match depois.status {
        StatusCliente::Cancelado => {
            tracing::info!(cliente_id = %tx.cliente_id(), "subscription_canceled");
            relogio::desligar(ctx, tx).await?;
        }
        StatusCliente::Suspenso => {
            tracing::warn!(cliente_id = %tx.cliente_id(), "subscription_suspended")
        }
        StatusCliente::Ativo | StatusCliente::Inadimplente | StatusCliente::Pendente => {}
    }
    eventos::emit(ctx, tx, &Evento::Assinatura { status: depois.status }).await
}

/// Stores the mail of a piece of news, unless it has had it.
async fn contar(
    ctx: &Ctx,
    tx: &mut TenantTx,
    linha: &Assinatura,
    aberta: Option<&Fatura>,
    depois: &Situacao,
    noticia: &Noticia,
) -> Result<()> {
    let quem = tx.cliente_id();
    let apaga_em = apaga_em(depois);
    let (chave, modelo) = match noticia {
        Noticia::Carencia { dia, suspende_em } => {
            let desde = depois.inadimplente_desde.unwrap_or(*suspende_em).timestamp();
            let modelo = Modelo::CarenciaAcabando { suspende_em: *suspende_em, url: pagar(ctx, aberta) };
            (format!("carencia:{quem}:{desde}:{dia}"), modelo)
        }
        Noticia::Suspensa => {
            let Some(em) = depois.suspenso_em else { return Ok(()) };
            (format!("suspensa:{quem}:{}", em.timestamp()), Modelo::ContaSuspensa { apaga_em, url: pagar(ctx, aberta) })
        }
        Noticia::Reativada { parada_desde } => {
            (format!("reativada:{quem}:{}", parada_desde.timestamp()), Modelo::ContaReativada)
        }
        Noticia::CancelamentoMarcado { em } => {
            let modelo = Modelo::AssinaturaCancelada { acesso_ate: *em, apaga_em: *em + PRAZO };
            (format!("cancelamento:{}:{}", linha.id, em.timestamp()), modelo)
        }
        Noticia::Encerrada => {
            let Some((em, apaga_em)) = depois.cancelado_em.zip(apaga_em) else { return Ok(()) };
            let modelo = Modelo::AssinaturaCancelada { acesso_ate: em, apaga_em };
            (format!("encerrada:{quem}:{}", em.timestamp()), modelo)
        }
    };
    emails::enfileirar(ctx, tx, &chave, modelo).await?;
    Ok(())
}

/// Where the open invoice is paid; without one, the page that says how things stand.
fn pagar(ctx: &Ctx, aberta: Option<&Fatura>) -> String {
    let own = || format!("{}dashboard/assinatura", ctx.app.public_url);
    aberta.and_then(|f| f.url.clone()).unwrap_or_else(own)
}

#[cfg(test)]
mod tests {
    use StatusCliente::*;

    use super::*;

    const CARENCIA: TimeDelta = TimeDelta::days(7);

    fn dia(n: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::days(n)
    }

    fn em(status: StatusCliente) -> Situacao {
        Situacao { status, inadimplente_desde: None, suspenso_em: None, cancelado_em: None }
    }

    fn lida(status: &str) -> Lida {
        Lida { id: "sub_1".into(), status: status.into(), cancela_em: None }
    }

    fn passo(antes: &Situacao, status: &str, n: i64) -> (Situacao, Option<Noticia>) {
        decidir(antes, &lida(status), dia(n), CARENCIA)
    }

    #[test]
    fn words_of_stripe_and_where_they_lead() {
        let suspenso = Situacao { inadimplente_desde: Some(dia(-9)), suspenso_em: Some(dia(-2)), ..em(Suspenso) };
        let cancelado = Situacao { cancelado_em: Some(dia(-3)), ..em(Cancelado) };
        let reativada = |n| Some(Noticia::Reativada { parada_desde: dia(n) });
        let table = [
            (em(Pendente), "active", Ativo, None),
            (em(Pendente), "trialing", Ativo, None),
            (em(Pendente), "incomplete", Pendente, None),
            (em(Pendente), "incomplete_expired", Cancelado, Some(Noticia::Encerrada)),
            (em(Ativo), "active", Ativo, None),
            (em(Ativo), "past_due", Inadimplente, None),
            (em(Ativo), "unpaid", Inadimplente, None),
            (em(Ativo), "paused", Suspenso, Some(Noticia::Suspensa)),
            (em(Ativo), "canceled", Cancelado, Some(Noticia::Encerrada)),
            (em(Ativo), "incomplete", Ativo, None),
            (em(Ativo), "a_new_word", Ativo, None),
            (suspenso.clone(), "past_due", Suspenso, Some(Noticia::Suspensa)),
            (suspenso.clone(), "active", Ativo, reativada(-2)),
            (suspenso, "canceled", Cancelado, Some(Noticia::Encerrada)),
            (cancelado.clone(), "canceled", Cancelado, Some(Noticia::Encerrada)),
            (em(Ativo), "incomplete_expired", Cancelado, Some(Noticia::Encerrada)),
            (cancelado.clone(), "incomplete_expired", Cancelado, Some(Noticia::Encerrada)),
            (cancelado, "active", Ativo, reativada(-3)),
        ];
        for (antes, status, para, noticia) in table {
            let (depois, dito) = passo(&antes, status, 0);
            assert_eq!((depois.status, dito), (para, noticia), "{antes:?} {status}");
        }
    }

    #[test]
    fn grace_is_told_day_by_day_and_ends() {
        let mut s = em(Ativo);
        let mut dias = Vec::new();
        for hora in 0..24 * 9 {
            let agora = dia(0) + TimeDelta::hours(hora);
            let (depois, noticia) = decidir(&s, &lida("past_due"), agora, CARENCIA);
            match noticia {
                Some(Noticia::Carencia { dia: n, suspende_em }) => {
                    assert_eq!(suspende_em, dia(7));
                    dias.push(n);
                }
                Some(Noticia::Suspensa) => assert!(agora >= dia(7)),
                other => assert_eq!(other, None, "{agora}"),
            }
            assert_eq!(depois.status.assinatura_ativa(), agora < dia(7), "{agora}");
            s = depois;
        }
        dias.dedup();
        assert_eq!(dias, [1, 2, 3, 4, 5, 6]);
        assert_eq!((s.inadimplente_desde, s.suspenso_em), (Some(dia(0)), Some(dia(7))));
        assert_eq!(apaga_em(&s), Some(dia(7 + 60 + 30)));
    }

    #[test]
    fn a_payment_ends_grace_and_the_next_one_begins_anew() {
        let (s, _) = passo(&em(Ativo), "past_due", 0);
        let (s, noticia) = passo(&s, "active", 6);
        assert_eq!((s.clone(), noticia), (em(Ativo), None));
        let (s, _) = passo(&s, "past_due", 30);
        assert_eq!(passo(&s, "past_due", 36).0.status, Inadimplente);
    }

    #[test]
    fn a_longer_grace_brings_nobody_back_who_has_not_paid() {
        let (s, _) = passo(&em(Ativo), "past_due", 0);
        let (s, _) = passo(&s, "past_due", 7);
        assert_eq!(decidir(&s, &lida("past_due"), dia(8), TimeDelta::days(30)).0.status, Suspenso);
    }

    #[test]
    fn a_marked_end_is_told_and_changes_nothing_until_it_comes() {
        let marcada = Lida { cancela_em: Some(dia(20)), ..lida("active") };
        let (s, noticia) = decidir(&em(Ativo), &marcada, dia(0), CARENCIA);
        assert_eq!((s.clone(), noticia), (em(Ativo), Some(Noticia::CancelamentoMarcado { em: dia(20) })));
        assert_eq!(passo(&s, "active", 1), (em(Ativo), None), "taken back");
        let (s, _) = passo(&s, "canceled", 20);
        assert_eq!((s.status, apaga_em(&s)), (Cancelado, Some(dia(50))));
    }

    /// Anything Stripe may say, at any pace, read any number of times.
    #[test]
    fn whatever_comes_the_rules_hold() {
        let words =
            ["active", "trialing", "past_due", "unpaid", "paused", "canceled", "incomplete", "incomplete_expired", "?"];
        // A small generator of our own: the seeds that failed can be named.
        for seed in 0..2_000_u64 {
            let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
            let mut next = |n: u64| {
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                x % n
            };
            let (mut s, mut agora) = (em(if next(2) == 0 { Ativo } else { Pendente }), dia(0));
            for _ in 0..40 {
                agora += TimeDelta::hours(i64::try_from(next(72)).unwrap());
                let palavra = words[usize::try_from(next(9)).unwrap()];
                let antes = s.clone();
                let (depois, noticia) = decidir(&antes, &lida(palavra), agora, CARENCIA);
                let what = format!("seed {seed}: {antes:?} {palavra} {agora} -> {depois:?}");
                // Read twice, it is the same, and what is told has the same key.
                let (outra, de_novo) = decidir(&depois, &lida(palavra), agora, CARENCIA);
                assert_eq!(outra, depois, "{what}");
                assert!(de_novo.is_none() || de_novo == noticia, "{what}");
                match depois.status {
                    Ativo => assert_eq!(depois, em(Ativo), "{what}"),
                    Inadimplente => {
                        let desde = depois.inadimplente_desde.expect("since when");
                        // Grace is never longer than it is, and it passed no other state on the way.
                        assert!(depois.suspenso_em.is_none() && depois.cancelado_em.is_none(), "{what}");
                        assert!(agora < desde + CARENCIA, "{what}");
                        assert!(antes.status != Suspenso, "{what}");
                    }
                    Suspenso => assert!(depois.suspenso_em.is_some_and(|em| em <= agora), "{what}"),
                    Cancelado => assert!(depois.cancelado_em.is_some_and(|em| em <= agora), "{what}"),
                    Pendente => assert_eq!(depois, em(Pendente), "{what}"),
                }
                if matches!(palavra, "active" | "trialing") {
                    assert_eq!(depois.status, Ativo, "{what}");
                }
                // Only who had a voice and lost it, or the other way, is told so.
                if matches!(noticia, Some(Noticia::Reativada { .. })) {
                    assert!(!antes.status.assinatura_ativa() && depois.status == Ativo, "{what}");
                }
                s = depois;
            }
        }
    }
}
