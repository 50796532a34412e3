//! Webhook deliveries: the envelope, who subscribed, and the peer's stubborn retrying.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::Rng;
use serde_json::{Value, json};

use super::state::{Hook, World, now_iso};

/// Statuses that end a delivery at once.
const FINAL: [u16; 5] = [400, 401, 403, 404, 422];

/// An event on its way, with the URL and headers of the moment it happened.
#[derive(Clone)]
pub(super) struct Delivery {
    url: String,
    headers: Vec<(String, String)>,
    body: Value,
}

impl World {
    /// Sends an event if the instance subscribed it. Does not wait: deliveries overtake each other.
    pub(super) fn emit(self: &Arc<Self>, name: &str, event: &str, data: Value) {
        if let Some(delivery) = self.prepare(name, event, data, false) {
            self.send_off(delivery);
        }
    }

    /// Sends an event whether subscribed or not; `false` without a webhook.
    pub(super) fn force(self: &Arc<Self>, name: &str, event: &str, data: Value) -> bool {
        let prepared = self.prepare(name, event, data, true);
        prepared.map(|delivery| self.send_off(delivery)).is_some()
    }

    /// The same, started only once no edit is being delivered (P3); edits keep the gate until they are through.
    pub(super) fn emit_in_turn(self: &Arc<Self>, name: &str, event: &str, data: Value) {
        let Some(gate) = self.read(name, |instance| Arc::clone(&instance.gate)) else {
            return;
        };
        let Some(delivery) = self.prepare(name, event, data, false) else {
            return;
        };
        let (world, edit) = (Arc::clone(self), event == "messages.edited");
        self.spawn(async move {
            let turn = gate.lock().await;
            if edit {
                world.deliver(delivery).await;
            } else {
                drop(turn);
                world.send_off(delivery);
            }
        });
    }

    fn send_off(self: &Arc<Self>, delivery: Delivery) {
        if let Some(late) = self.doubled() {
            self.start(delivery.clone(), late);
        }
        self.start(delivery, Duration::ZERO);
    }

    fn start(self: &Arc<Self>, delivery: Delivery, after: Duration) {
        self.count(|tally| tally.under_way += 1);
        let world = Arc::clone(self);
        self.spawn(async move {
            tokio::time::sleep(after).await;
            world.deliver(delivery).await;
            world.count(|tally| tally.under_way -= 1);
        });
    }

    pub(super) fn prepare(&self, name: &str, event: &str, data: Value, force: bool) -> Option<Delivery> {
        self.read(name, |instance| {
            let hook = instance.hook.as_ref().filter(|_| !instance.lossy)?;
            let subscribed = hook.enabled && (hook.events.is_empty() || hook.events.contains(&config_name(event)));
            if !hook.url.starts_with("http") || !(subscribed || force) {
                return None;
            }
            let mut body = json!({
                "event": event, "instance": name, "data": data, "destination": hook.url, "date_time": now_iso(),
                "server_url": self.url, "apikey": null,
            });
            if let (Some(owner), Value::Object(members)) = (&instance.owner, &mut body) {
                members.insert("sender".to_owned(), json!(owner.jid));
            }
            Some(Delivery { url: address(hook, event), headers: headers(hook), body })
        })?
    }

    /// Delivers, or gives up after the last attempt or a final status.
    pub(super) async fn deliver(&self, delivery: Delivery) {
        let taken = self.attempts(&delivery).await;
        self.count(|tally| {
            tally.deliveries += 1;
            tally.lost += u64::from(!taken);
        });
    }

    async fn attempts(&self, delivery: &Delivery) -> bool {
        let jitter = self.config.webhook_jitter.mul_f64(self.by_chance(|random| random.random()));
        tokio::time::sleep(jitter).await;
        let began = Instant::now();
        for attempt in 1..=self.config.retry_attempts {
            let mut request = self.http.post(&delivery.url).timeout(self.config.webhook_timeout).json(&delivery.body);
            for (name, value) in &delivery.headers {
                request = request.header(name, value);
            }
            match request.send().await.map(|response| response.status()) {
                Ok(status) if status.is_success() => {
                    self.taken(&delivery.body, began);
                    return true;
                }
                Ok(status) if FINAL.contains(&status.as_u16()) => {
                    tracing::warn!(url = %delivery.url, %status, "webhook refused, dropped");
                    self.count(|tally| tally.refused += 1);
                    return false;
                }
                Ok(status) => tracing::debug!(url = %delivery.url, %status, attempt, "webhook failed"),
                Err(error) => tracing::debug!(url = %delivery.url, %error, attempt, "webhook failed"),
            }
            self.count(|tally| tally.refused += 1);
            if attempt < self.config.retry_attempts {
                tokio::time::sleep(retry_delay(self.config.retry_base, attempt)).await;
            }
        }
        tracing::warn!(url = %delivery.url, "webhook given up");
        false
    }
}

/// 5, 10, 20, 40, 80, 160, 300, 300, 300 s for a base of 5 s, ±20 %, never below the base.
fn retry_delay(base: Duration, attempt: u32) -> Duration {
    let doubled = base.saturating_mul(1 << (attempt - 1).min(16)).min(base.saturating_mul(60));
    doubled.mul_f64(rand::rng().random_range(0.8..1.2)).max(base)
}

pub(super) fn config_name(event: &str) -> String {
    event.replace(['.', '-'], "_").to_uppercase()
}

fn address(hook: &Hook, event: &str) -> String {
    if hook.by_events { format!("{}/{}", hook.url, event.replace('.', "-")) } else { hook.url.clone() }
}

fn headers(hook: &Hook) -> Vec<(String, String)> {
    let entries = hook.headers.as_object().into_iter().flatten();
    entries.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_the_recorded_ones() {
        let expected = [5, 10, 20, 40, 80, 160, 300, 300, 300];
        for (attempt, seconds) in (1..).zip(expected) {
            let delay = retry_delay(Duration::from_secs(5), attempt).as_secs_f64();
            assert!((0.8..1.2).contains(&(delay / f64::from(seconds))) && delay >= 5.0, "{attempt}: {delay}");
        }
    }
}
