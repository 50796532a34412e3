//! Signed deliveries of events, with retries, and what can be made to go wrong with them.

use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, Mac};
use rand::Rng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;

use super::state::{int, set, text};
use super::world::World;
use crate::server::lock;

/// What the endpoint has subscribed, as docs/cobranca.md tells an operator to.
pub(super) fn subscribed(kind: &str) -> bool {
    let families = [
        "checkout.session.",
        "customer.subscription.",
        "invoice.",
        "charge.refunded",
        "charge.dispute.",
        "refund.",
        "price.",
    ];
    families.iter().any(|family| kind.starts_with(family))
}

/// What happens to deliveries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hooks {
    /// Each event comes so many times more.
    pub duplicate: u32,
    /// Each delivery waits between so many milliseconds.
    pub delay_ms: [u64; 2],
    /// They overtake each other, by up to 300 ms.
    pub shuffle: bool,
    /// The next so many events are never delivered.
    pub drop: u32,
    /// Nothing is sent until it is released.
    pub hold: bool,
}

/// An event and what became of it.
#[derive(Debug)]
pub(super) struct Tracked {
    id: String,
    event: Value,
    state: &'static str,
    attempts: Vec<Value>,
}

/// The value of `Stripe-Signature` for a body sent at `at` (Unix seconds).
pub fn sign(secret: &str, at: i64, body: &[u8]) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("{at}.").as_bytes());
    mac.update(body);
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex}")
}

impl World {
    /// New events go out, or wait, or are lost, as told.
    pub(super) fn dispatch(self: &Arc<Self>, events: Vec<Value>) {
        for event in events {
            let subscribed = subscribed(text(&event, "/type")) && lock(&self.webhook_url).is_some();
            let state = {
                let mut hooks = lock(&self.hooks);
                if !subscribed {
                    "not_sent"
                } else if hooks.drop > 0 {
                    hooks.drop -= 1;
                    "dropped"
                } else if hooks.hold {
                    "held"
                } else {
                    "pending"
                }
            };
            let id = text(&event, "/id").to_owned();
            lock(&self.tracked).push(Tracked { id, event: event.clone(), state, attempts: Vec::new() });
            match state {
                "held" => lock(&self.held).push(event),
                "pending" => self.send(&event),
                _ => {}
            }
        }
    }

    /// Sends an event as often and as late as the hooks say.
    pub(super) fn send(self: &Arc<Self>, event: &Value) {
        let hooks = lock(&self.hooks).clone();
        self.mark(text(event, "/id"), "pending", None);
        for _ in 0..=hooks.duplicate {
            let most = if hooks.shuffle { hooks.delay_ms[1].max(300) } else { hooks.delay_ms[1] };
            let wait = Duration::from_millis(rand::rng().random_range(hooks.delay_ms[0].min(most)..=most));
            let (world, event) = (Arc::clone(self), event.clone());
            self.under_way.send_modify(|count| *count += 1);
            self.spawn(async move {
                tokio::time::sleep(wait).await;
                world.deliver(&event).await;
                world.under_way.send_modify(|count| *count -= 1);
            });
        }
    }

    pub(super) fn release(self: &Arc<Self>, shuffle: bool) {
        lock(&self.hooks).hold = false;
        let mut held = std::mem::take(&mut *lock(&self.held));
        if shuffle {
            held.shuffle(&mut rand::rng());
        }
        for event in held {
            self.send(&event);
        }
    }

    /// Once more, whatever became of it: what the dashboard's "Resend" does.
    pub(super) fn resend(self: &Arc<Self>, id: &str) -> bool {
        let event = lock(&self.tracked).iter().find(|tracked| tracked.id == id).map(|tracked| tracked.event.clone());
        event.map(|event| self.send(&event)).is_some()
    }

    /// What was on its way when the stand-in ended: Stripe goes on for three days.
    pub(super) fn resume(self: &Arc<Self>) {
        let waiting = self.with(None, |state| {
            let since = state.now - 3 * 86_400;
            let waits = |event: &&Value| int(event, "/pending_webhooks") > 0 && int(event, "/created") > since;
            state.all("event").filter(waits).cloned().collect::<Vec<Value>>()
        });
        self.dispatch(waiting);
    }

    pub(super) async fn settled(&self) {
        // The sender lives as long as this does.
        drop(self.under_way.subscribe().wait_for(|count| *count == 0).await);
    }

    pub(super) fn events(&self) -> Vec<Value> {
        let tracked = lock(&self.tracked);
        let shown =
            |tracked: &Tracked| json!({"event": tracked.event, "state": tracked.state, "attempts": tracked.attempts});
        tracked.iter().map(shown).collect()
    }

    async fn deliver(self: &Arc<Self>, event: &Value) {
        let id = text(event, "/id");
        // As the real ones come: indented by two.
        let body = serde_json::to_string_pretty(event).unwrap_or_default();
        for attempt in 1..=self.options.retry_attempts {
            let Some(url) = lock(&self.webhook_url).clone() else { return };
            let at = self.wall();
            let request = self
                .http
                .post(&url)
                .timeout(Duration::from_secs(20))
                .header("content-type", "application/json; charset=utf-8")
                .header("user-agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
                .header("stripe-signature", sign(&self.options.secret, at, body.as_bytes()))
                .body(body.clone());
            let ended = match request.send().await {
                Ok(answer) => Ok(answer.status().as_u16()),
                Err(error) => Err(error.without_url().to_string()),
            };
            let taken = matches!(ended, Ok(200..=299));
            let last = attempt == self.options.retry_attempts;
            let state = match (taken, last) {
                (true, _) => "delivered",
                (false, true) => "failed",
                _ => "pending",
            };
            let (status, error) = (ended.as_ref().ok(), ended.as_ref().err());
            self.mark(id, state, Some(json!({"at": at, "status": status, "error": error})));
            if taken {
                self.with(None, |state| state.change(id, |event| set(event, "/pending_webhooks", json!(0))));
                return;
            }
            tracing::debug!(%url, attempt, ?ended, "webhook failed");
            if !last {
                tokio::time::sleep(self.options.retry_base.saturating_mul(1 << (attempt - 1).min(10))).await;
            }
        }
        tracing::warn!(event = id, "webhook given up");
    }

    fn mark(&self, id: &str, state: &'static str, attempt: Option<Value>) {
        if let Some(tracked) = lock(&self.tracked).iter_mut().find(|tracked| tracked.id == id) {
            // A second copy that fails does not undo the first one's success.
            if tracked.state != "delivered" {
                tracked.state = state;
            }
            tracked.attempts.extend(attempt);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sign;

    /// Made by the official SDK.
    #[test]
    fn a_known_signature() {
        let expected = "t=1,v1=36ee2f7498f0c1777d1312b2a7361947fe5ad31223be30d0c62421f4ca753401";
        assert_eq!(sign("whsec_x", 1, b"{}"), expected);
    }
}
