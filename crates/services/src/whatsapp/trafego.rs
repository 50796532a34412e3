//! What the traffic of a number tells of its connection. Evolution may say "open" while nothing gets through (pitfalls P1
//! and P9 of evolution-api.md): then the usual traffic is missing, or what we send never reaches a phone.

use chrono::{DateTime, TimeDelta, Utc};
use db::TenantTx;
use db::models::evento_recebido::{self, Trafego};
use db::models::outbox::{self, SemRecibo};

use crate::Result;

/// A shorter silence is never looked at.
const SILENCIO_MIN: TimeDelta = TimeDelta::minutes(20);
/// A longer silence is looked at as if it had begun this long ago: older messages are history anyway.
const SILENCIO_MAX: TimeDelta = TimeDelta::hours(24);
const SEMANA: TimeDelta = TimeDelta::days(7);
/// So many messages at the same hours of the weeks before, and none now: by chance once in 150 looks (e^-5).
const SUSPEITO: f64 = 5.0;
/// By chance practically never (e^-20); a holiday, a closed shop or a dead socket.
const INCOMUM: f64 = 20.0;
/// A phone that is on confirms within seconds.
const RECIBO_ATE: TimeDelta = TimeDelta::minutes(15);
/// Receipts are looked for in replies of this time.
const RECIBOS: TimeDelta = TimeDelta::days(3);

/// How odd a silence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silencio {
    Normal,
    /// Worth asking Evolution what it holds.
    Suspeito,
    /// Worth telling the owner even if Evolution holds nothing.
    Incomum,
}

/// Messages of the same hours in the weeks before; `None` for a week before the cliente's first message.
fn julgar(semanas: [Option<i64>; 2]) -> Silencio {
    let known: Vec<i64> = semanas.into_iter().flatten().collect();
    if known.is_empty() {
        return Silencio::Normal;
    }
    let expected = known.iter().sum::<i64>() as f64 / known.len() as f64;
    // One loud week (a campaign, an outage of somebody else) is no habit.
    let habit = known.iter().all(|n| *n > 0);
    match expected {
        e if e >= INCOMUM && habit && known.len() == 2 => Silencio::Incomum,
        e if e >= SUSPEITO => Silencio::Suspeito,
        _ => Silencio::Normal,
    }
}

/// The silent span that is to be judged, if there is one.
fn silent(traffic: &Trafego, open_since: DateTime<Utc>, now: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    traffic.primeira?;
    let since = traffic.ultima.unwrap_or(open_since).max(open_since).max(now - SILENCIO_MAX);
    (now - since >= SILENCIO_MIN).then_some((since, now))
}

/// How odd it is that nothing has come, and since when.
pub(super) async fn silencio(
    tx: &mut TenantTx,
    traffic: &Trafego,
    open_since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(Silencio, DateTime<Utc>)> {
    let Some((since, until)) = silent(traffic, open_since, now) else { return Ok((Silencio::Normal, now)) };
    let mut semanas = [None; 2];
    for (week, n) in semanas.iter_mut().zip(1..) {
        let (from, to) = (since - SEMANA * n, until - SEMANA * n);
        if traffic.primeira.is_some_and(|first| first <= from) {
            *week = Some(evento_recebido::delivered(tx, from, to).await?);
        }
    }
    Ok((julgar(semanas), since))
}

/// Whether replies stopped reaching phones: several, to several people, all since the last receipt.
fn sem_recibo(found: &SemRecibo) -> bool {
    found.ultimo_recibo.is_some() && found.mensagens >= 5 && found.contatos >= 3
}

/// The replies without a receipt, if that is a sign.
pub(super) async fn recibos(tx: &mut TenantTx, now: DateTime<Utc>) -> Result<Option<SemRecibo>> {
    let found = outbox::unconfirmed(tx, now - RECIBOS, now - RECIBO_ATE).await?;
    Ok(sem_recibo(&found).then_some(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_is_odd_only_against_the_habit() {
        let table = [
            ([None, None], Silencio::Normal),
            ([Some(0), Some(0)], Silencio::Normal),
            ([Some(4), Some(5)], Silencio::Normal),
            ([Some(5), Some(5)], Silencio::Suspeito),
            ([Some(10), Some(0)], Silencio::Suspeito),
            ([Some(5), None], Silencio::Suspeito),
            ([Some(30), None], Silencio::Suspeito),
            ([Some(60), Some(0)], Silencio::Suspeito),
            ([Some(25), Some(18)], Silencio::Incomum),
            ([Some(20), Some(19)], Silencio::Suspeito),
        ];
        for (weeks, judged) in table {
            assert_eq!(julgar(weeks), judged, "{weeks:?}");
        }
    }

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(30) + TimeDelta::minutes(minutes)
    }

    #[test]
    fn the_silent_span_begins_with_the_last_message_or_the_connection_and_has_an_end() {
        let traffic = |first: Option<i64>, last: Option<i64>| Trafego { primeira: first.map(at), ultima: last.map(at) };
        let now = at(3000);
        let table = [
            (traffic(None, None), at(0), None),
            (traffic(Some(0), Some(2990)), at(0), None),
            (traffic(Some(0), Some(2900)), at(0), Some(at(2900))),
            // Connected again since.
            (traffic(Some(0), Some(2900)), at(2950), Some(at(2950))),
            (traffic(Some(0), Some(2900)), at(2990), None),
            // Not more than a day.
            (traffic(Some(0), Some(10)), at(0), Some(at(3000 - 24 * 60))),
        ];
        for (traffic, open, since) in table {
            assert_eq!(silent(&traffic, open, now).map(|s| s.0), since, "{traffic:?} {open}");
        }
    }

    #[test]
    fn a_phone_that_is_off_is_no_sign_and_a_dead_socket_is() {
        let found = |last: bool, mensagens, contatos| SemRecibo {
            ultimo_recibo: last.then(|| at(0)),
            desde: Some(at(1)),
            mensagens,
            contatos,
        };
        assert!(sem_recibo(&found(true, 5, 3)));
        assert!(!sem_recibo(&found(true, 9, 2)), "two phones are off");
        assert!(!sem_recibo(&found(true, 4, 4)), "too few to tell");
        assert!(!sem_recibo(&found(false, 9, 9)), "this number never gets receipts");
    }
}
