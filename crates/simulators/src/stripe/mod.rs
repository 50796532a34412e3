//! Stripe at version 2026-10-28.endive, for one account in Brazil that sells subscriptions by card and boleto.
//!
//! REST, pages, events, retries and a test clock. Objects have all members of the official types; what is not imitated is
//! refused loudly instead of ignored: coupons, taxes, quantities, 3-D Secure, several items, Connect. Where Stripe leaves
//! a choice to the account's settings (retries of a failed renewal) it is in [`Dunning`]. A boleto's subscription stays
//! `incomplete` until the boleto is paid or runs out; the real window was not seen.

mod answer;
mod api;
mod catalogue;
mod checkout;
mod control;
mod customers;
mod deliveries;
mod form;
mod invoices;
mod pages;
mod payments;
mod pdf;
mod portal;
mod refunds;
mod state;
mod subscriptions;
mod time;
mod world;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{any, get, post};
use chrono::TimeDelta;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::server::{Running, lock};
pub use checkout::Payment;
pub use deliveries::{Hooks, sign};
pub use state::Dunning;
use world::World;

/// How the stand-in is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// The key that it takes; `sk_live_…` makes everything live.
    pub key: String,
    /// Where events go; `None` = nowhere, yet they can be read.
    pub webhook_url: Option<String>,
    /// What they are signed with.
    pub secret: String,
    /// First wait after a delivery that failed, doubled each time.
    pub retry_base: Duration,
    /// Deliveries of one event in all.
    pub retry_attempts: u32,
    /// Where everything is kept over a restart.
    pub file: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            key: "sk_test_simulador".to_owned(),
            webhook_url: None,
            secret: "whsec_simulador".to_owned(),
            retry_base: Duration::from_secs(5),
            retry_attempts: 10,
            file: None,
        }
    }
}

/// A running stand-in; everything it does ends with it.
#[derive(Debug)]
pub struct Stripe {
    running: Running,
    world: Arc<World>,
}

impl Stripe {
    /// Binds and serves; port 0 picks one.
    pub async fn start(addr: SocketAddr, options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let world = Arc::new(World::new(options, url)?);
        let running = Running::serve(listener, router(Arc::clone(&world)))?;
        world.resume();
        world.run_clock();
        Ok(Self { running, world })
    }

    /// The bound address.
    pub fn addr(&self) -> SocketAddr {
        self.running.addr()
    }

    /// Base URL without a final slash.
    pub fn url(&self) -> String {
        self.running.url()
    }

    /// Where events go from now on.
    pub fn send_to(&self, webhook_url: &str) {
        *lock(&self.world.webhook_url) = Some(webhook_url.to_owned());
    }

    /// Moves the test clock forward: all that is due until then happens, each thing at its own moment. Signatures keep the
    /// machine's time, as the real ones do.
    pub fn advance(&self, by: TimeDelta) {
        self.world.advance(by.num_seconds());
    }

    /// Time itself has passed, for signatures too: for tests that move the product's clock as far.
    pub fn advance_with_signatures(&self, by: TimeDelta) {
        self.world.advance_wall(by.num_seconds());
    }

    /// What somebody does at the page of a checkout session; the message of a payment that was refused.
    pub fn pay(&self, session: &str, payment: &Payment) -> Result<(), String> {
        self.world.with(None, |state| {
            checkout::complete(state, session, payment)
                .map_err(|failure| failure.error.get("message").and_then(Value::as_str).unwrap_or_default().to_owned())
        })
    }

    /// From now on the bank refuses this customer's card, or takes it again.
    pub fn decline(&self, customer: &str, declined: bool) {
        self.world.with(None, |state| state.decline(customer, declined));
    }

    /// What happens to deliveries from now on.
    pub fn hooks(&self, hooks: Hooks) {
        *lock(&self.world.hooks) = hooks;
    }

    /// Sends what was held, in the order it happened or in any order.
    pub fn release(&self, shuffle: bool) {
        self.world.release(shuffle);
    }

    /// When no delivery is under way any more; held ones do not count.
    pub async fn settled(&self) {
        self.world.settled().await;
    }

    /// An object as the API would give it, by its id.
    pub fn object(&self, id: &str) -> Option<Value> {
        self.world.with(None, |state| state.get(id).cloned()).map(answer::public)
    }

    /// All events, oldest first, with what became of their deliveries: as `GET /_sim/events`.
    pub fn events(&self) -> Vec<Value> {
        self.world.events()
    }
}

impl Drop for Stripe {
    fn drop(&mut self) {
        self.running.stop();
        self.world.stop();
    }
}

fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/", get(control::home).post(control::act))
        .route("/v1/{*path}", any(api::serve))
        .route("/c/pay/{session}", get(pages::checkout).post(pages::pay))
        .route("/boleto/{intent}", get(pages::boleto).post(pages::boleto_outcome))
        .route("/boleto/{intent}/pdf", get(pages::boleto_pdf))
        .route("/p/session/{session}", get(pages::portal).post(pages::portal_action))
        .route("/i/{invoice}", get(pages::invoice).post(pages::pay_invoice))
        .route("/i/{invoice}/pdf", get(pages::invoice_pdf))
        .route("/_sim/clock", get(control::clock).post(control::move_clock))
        .route("/_sim/customers/{customer}/card", post(control::card))
        .route("/_sim/checkout/{session}/pay", post(control::pay))
        .route("/_sim/boletos/{id}/{outcome}", post(control::boleto))
        .route("/_sim/refunds", post(control::refund))
        .route("/_sim/dunning", post(control::dunning))
        .route("/_sim/webhooks", get(control::webhooks).post(control::set_webhooks))
        .route("/_sim/webhooks/release", post(control::release))
        .route("/_sim/events", get(control::events))
        .route("/_sim/events/{event}/resend", post(control::resend))
        .route("/_sim/faults", post(control::faults))
        .route("/_sim/log", get(control::log).delete(control::forget_log))
        .fallback(api::unknown)
        .with_state(world)
}
