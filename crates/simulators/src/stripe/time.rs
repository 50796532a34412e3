//! What happens by itself as time passes: each due thing at its own moment, in order, however far the clock is moved.

use serde_json::{Value, json};

use super::state::{State, flag, int, set, text};
use super::{checkout, invoices, payments, subscriptions};

const WARNING_SECONDS: i64 = 3 * 86_400;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    ExpireSession,
    WarnOfTrial,
    End,
    GiveUp,
    ExpireBoleto,
    Renew,
    Finalize,
    Retry,
}

/// Brings everything up to now.
pub(super) fn settle(state: &mut State) {
    let now = state.now;
    let request = state.request.take();
    // A year of monthly periods is some hundred steps; this only stops a mistake.
    for _ in 0..100_000 {
        let Some((at, due, id)) = next(state).filter(|(at, ..)| *at <= now) else { break };
        // A short trial is warned of at once, not before it began.
        state.now = at.max(state.settled);
        happen(state, due, &id);
    }
    state.now = now;
    state.settled = now;
    state.request = request;
}

fn next(state: &State) -> Option<(i64, Due, String)> {
    let mut all: Vec<(i64, Due, &Value)> = Vec::new();
    for session in state.all("checkout.session").filter(|session| text(session, "/status") == "open") {
        all.push((int(session, "/_expires_at"), Due::ExpireSession, session));
    }
    for sub in state.all("subscription") {
        let end = int(sub, "/items/data/0/current_period_end");
        match text(sub, "/status") {
            "canceled" | "incomplete_expired" => continue,
            "incomplete" => {
                all.push((int(sub, "/_incomplete_until"), Due::GiveUp, sub));
                continue;
            }
            "trialing" if !flag(sub, "/_warned") => {
                all.push((int(sub, "/trial_end") - WARNING_SECONDS, Due::WarnOfTrial, sub));
            }
            _ => {}
        }
        if let Some(at) = sub.get("cancel_at").and_then(Value::as_i64) {
            all.push((at, Due::End, sub));
        }
        all.push((end, Due::Renew, sub));
    }
    for invoice in state.all("invoice") {
        let at = |name: &str| invoice.get(name).and_then(Value::as_i64);
        match text(invoice, "/status") {
            "draft" => all.extend(at("automatically_finalizes_at").map(|at| (at, Due::Finalize, invoice))),
            "open" => all.extend(at("next_payment_attempt").map(|at| (at, Due::Retry, invoice))),
            _ => {}
        }
    }
    for intent in state.all("payment_intent").filter(|intent| text(intent, "/status") == "requires_action") {
        let at = int(intent, "/next_action/boleto_display_details/expires_at");
        all.push((at, Due::ExpireBoleto, intent));
    }
    let first = all.into_iter().min_by_key(|(at, due, _)| (*at, *due));
    first.map(|(at, due, object)| (at, due, text(object, "/id").to_owned()))
}

fn happen(state: &mut State, due: Due, id: &str) {
    match due {
        Due::ExpireSession => checkout::expire(state, id),
        Due::WarnOfTrial => {
            state.change(id, |sub| set(sub, "/_warned", json!(true)));
            state.emit("customer.subscription.trial_will_end", id);
        }
        Due::End => subscriptions::end(state, id, "cancellation_requested"),
        Due::GiveUp => subscriptions::give_up(state, id),
        Due::ExpireBoleto => drop(checkout::boleto_expired(state, id)),
        Due::Renew => subscriptions::renew(state, id),
        Due::Finalize => {
            invoices::finalize(state, id);
            let _refused = payments::collect(state, id);
        }
        Due::Retry => {
            // What the bank says is written on the invoice.
            let _refused = payments::collect(state, id);
        }
    }
}
