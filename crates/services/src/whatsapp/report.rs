//! What Evolution reports about the connection. Deliveries run concurrently and arrive in any order, so each rule asks
//! what the row says now.

use contracts::{CausaQueda, StatusInstancia};
use db::TenantTx;
use db::models::instancia::{self, InstanciaChange};
use integrations::evolution::ConnectionState;
use integrations::evolution::phone::phone_of_jid;
use integrations::evolution::webhook::Event;

use super::{change, ended, opened, qr, uso};
use crate::{Ctx, Result};

/// The reason with which WhatsApp bans a number.
const BLOCKED: i64 = 403;

/// Applies an event about the connection; the answer names what became of it.
pub(crate) async fn apply(ctx: &Ctx, tx: &mut TenantTx, instance: &str, event: &Event) -> Result<&'static str> {
    // An event of an instance that has been replaced meanwhile tells nothing of the new one.
    let row = instancia::lock(tx).await?.filter(|row| row.instance_id == instance);
    let Some(row) = row else { return Ok("ignorado:outra_instancia") };
    match event {
        Event::Connection { state: ConnectionState::Open, wuid: Some(wuid), .. } => {
            if let Some(digits) = phone_of_jid(wuid) {
                uso::conectou(ctx, tx, &digits).await?;
            }
        }
        Event::Connection { state: ConnectionState::Close, status_reason: Some(BLOCKED), .. }
        | Event::StatusInstance { reason: Some(BLOCKED), .. } => uso::bloqueado(ctx, tx, &row).await?,
        _ => {}
    }
    let untold = row.status != StatusInstancia::Desconectado || row.causa.is_none();
    let with = match event {
        Event::QrCode { base64, pairing_code, .. } if row.status != StatusInstancia::Conectado => {
            qr(ctx, base64.clone(), pairing_code.clone())
        }
        Event::QrLimit => ended(Some(CausaQueda::CodigoNaoLido)),
        Event::Connection { state, status_reason, wuid, profile_name } => {
            match connection(*state, row.status, *status_reason) {
                Some(StatusInstancia::Conectado) => {
                    opened(wuid.as_deref().and_then(phone_of_jid), profile_name.clone())
                }
                Some(StatusInstancia::Desconectado) => ended(Some(reason(*status_reason))),
                Some(status) => InstanciaChange { status: Some(status), ..Default::default() },
                None => return Ok("ignorado:sem_mudanca"),
            }
        }
        // The logout that goes with an end knows no reason, and may be delivered first.
        Event::StatusInstance { reason: r, .. } if untold || row.causa == Some(CausaQueda::RemovidaNoCelular) => {
            ended(Some(reason(*r)))
        }
        Event::Logout if untold => ended(Some(reason(Some(401)))),
        _ => return Ok("ignorado:sem_mudanca"),
    };
    change(ctx, tx, &row, with).await?;
    Ok("instancia")
}

/// The state after a connection event, `None` if it tells nothing new. A drop that recovers sends no close: only
/// connecting, then open (evolution-api.md §6).
fn connection(state: ConnectionState, now: StatusInstancia, reason: Option<i64>) -> Option<StatusInstancia> {
    use StatusInstancia::{AguardandoQr, Conectado, Conectando, Desconectado};
    match (state, now) {
        (ConnectionState::Open, _) => Some(Conectado),
        // Connecting tells nothing to rely on: it may be a scan, a short drop, or a report that the open one has overtaken.
        // Who needs to know asks Evolution (`sync`).
        // Only final reasons close for good.
        (ConnectionState::Close, Conectado | Conectando | AguardandoQr) if reason.is_some_and(is_final) => {
            Some(Desconectado)
        }
        (ConnectionState::Refused, Conectado | Conectando | AguardandoQr) => Some(Desconectado),
        _ => None,
    }
}

/// Logged out, banned, payment required, not acceptable: Baileys does not reconnect after these.
const fn is_final(reason: i64) -> bool {
    matches!(reason, 401 | 402 | 403 | 406)
}

const fn reason(code: Option<i64>) -> CausaQueda {
    match code {
        Some(401) => CausaQueda::RemovidaNoCelular,
        Some(BLOCKED) => CausaQueda::NumeroBloqueado,
        Some(428) => CausaQueda::CodigoNaoLido,
        _ => CausaQueda::Encerrada,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use StatusInstancia::{AguardandoQr, Conectado, Conectando, Desconectado};

    #[test]
    fn a_late_connecting_does_not_hide_the_qr_and_a_drop_is_not_an_end() {
        let table = [
            (ConnectionState::Connecting, AguardandoQr, None, None),
            (ConnectionState::Connecting, Conectado, None, None),
            (ConnectionState::Open, AguardandoQr, None, Some(Conectado)),
            (ConnectionState::Open, Conectando, None, Some(Conectado)),
            (ConnectionState::Close, Conectado, Some(401), Some(Desconectado)),
            (ConnectionState::Close, Conectando, Some(408), None),
            (ConnectionState::Refused, AguardandoQr, Some(428), Some(Desconectado)),
            (ConnectionState::Close, Desconectado, Some(401), None),
        ];
        for (state, now, reason, after) in table {
            assert_eq!(connection(state, now, reason), after, "{state:?} {now} {reason:?}");
        }
    }
}
