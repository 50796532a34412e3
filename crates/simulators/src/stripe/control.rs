//! `/_sim`: the clock, the bank, the post, for tests and for the page at `/`. No key.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Held};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::answer::{Failure, public};
use super::checkout::{self, Payment};
use super::deliveries::Hooks;
use super::form::Form;
use super::state::{Dunning, text};
use super::world::{Fault, World};
use super::{pages, payments, refunds};
use crate::server::lock;

type Told = Result<Json<Value>, (StatusCode, Json<Value>)>;

fn done() -> Told {
    Ok(Json(json!({"ok": true})))
}

fn wrong(message: &str) -> (StatusCode, Json<Value>) {
    (StatusCode::BAD_REQUEST, Json(json!({"error": message})))
}

fn refused(failure: Failure) -> (StatusCode, Json<Value>) {
    (StatusCode::from_u16(failure.status).unwrap_or(StatusCode::BAD_REQUEST), Json(failure.body()))
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, (StatusCode, Json<Value>)> {
    let bytes: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(bytes).map_err(|error| wrong(&error.to_string()))
}

pub(super) async fn clock(Held(world): Held<Arc<World>>) -> Told {
    let (now, shift) = world.with(None, |state| (state.now, state.shift));
    Ok(Json(json!({"now": now, "ahead_seconds": shift})))
}

#[derive(Deserialize)]
struct Move {
    #[serde(default)]
    advance_seconds: i64,
    /// Unix seconds.
    to: Option<i64>,
    /// Signatures move too: the product's own clock is moved as far.
    #[serde(default)]
    signatures: bool,
}

/// Forward only, as Stripe's own test clocks.
pub(super) async fn move_clock(Held(world): Held<Arc<World>>, body: Bytes) -> Told {
    let wanted: Move = read(&body)?;
    let now = world.with(None, |state| state.now);
    let by = wanted.to.map_or(wanted.advance_seconds, |to| to - now);
    if by < 0 {
        return Err(wrong("the clock only goes forward"));
    }
    if wanted.signatures {
        world.advance_wall(by);
    } else {
        world.advance(by);
    }
    clock(Held(world)).await
}

#[derive(Deserialize)]
struct Card {
    decline: bool,
}

pub(super) async fn card(Held(world): Held<Arc<World>>, Path(customer): Path<String>, body: Bytes) -> Told {
    let card: Card = read(&body)?;
    let known = world.with(None, |state| {
        state.find("customer", &customer, "id")?;
        state.decline(&customer, card.decline);
        Ok(())
    });
    known.map_err(refused)?;
    done()
}

#[derive(Deserialize)]
struct Pay {
    #[serde(default)]
    boleto: bool,
    #[serde(default = "good_card")]
    number: String,
}

fn good_card() -> String {
    "4242424242424242".to_owned()
}

/// What a person does at the page, in one call.
pub(super) async fn pay(Held(world): Held<Arc<World>>, Path(session): Path<String>, body: Bytes) -> Told {
    let pay: Pay = read(&body)?;
    let payment = if pay.boleto { Payment::Boleto } else { Payment::Card(pay.number) };
    world.with(None, |state| checkout::complete(state, &session, &payment)).map_err(refused)?;
    let session = world.with(None, |state| state.get(&session).cloned());
    Ok(Json(public(session.unwrap_or_default())))
}

/// `id`: the payment intent, or the checkout session it came from.
pub(super) async fn boleto(Held(world): Held<Arc<World>>, Path((id, outcome)): Path<(String, String)>) -> Told {
    let ended = world.with(None, |state| {
        let of_session = state.ids("payment_intent", |intent| text(intent, "/_session") == id);
        let intent = of_session.into_iter().next().unwrap_or(id);
        match outcome.as_str() {
            "pay" => checkout::boleto_paid(state, &intent),
            "expire" => checkout::boleto_expired(state, &intent),
            _ => Err(Failure::invalid("a boleto can pay or expire")),
        }
    });
    ended.map_err(refused)?;
    done()
}

#[derive(Deserialize)]
struct Refund {
    payment_intent: Option<String>,
    invoice: Option<String>,
    amount: Option<i64>,
}

/// From the dashboard: no call of ours caused it.
pub(super) async fn refund(Held(world): Held<Arc<World>>, body: Bytes) -> Told {
    let wanted: Refund = read(&body)?;
    let refund = world.with(None, |state| {
        let of_invoice = wanted.invoice.as_deref().and_then(|invoice| payments::payment_of(state, invoice));
        let intent = wanted.payment_intent.clone().or(of_invoice.map(|(_, intent)| intent));
        let mut form = json!({"payment_intent": intent, "reason": "requested_by_customer"});
        if let Some(amount) = wanted.amount {
            crate::server::put(&mut form, "amount", json!(amount.to_string()));
        }
        refunds::create(state, &Form::of(&form))
    });
    refund.map(|refund| Json(public(refund))).map_err(refused)
}

pub(super) async fn dunning(Held(world): Held<Arc<World>>, body: Bytes) -> Told {
    let dunning: Dunning = read(&body)?;
    if !matches!(dunning.then.as_str(), "canceled" | "unpaid" | "past_due") {
        return Err(wrong("then is one of canceled, unpaid, past_due"));
    }
    world.with(None, |state| {
        state.dunning = dunning;
        state.unsaved = true;
    });
    done()
}

pub(super) async fn webhooks(Held(world): Held<Arc<World>>) -> Told {
    let (url, hooks) = (lock(&world.webhook_url).clone(), lock(&world.hooks).clone());
    Ok(Json(
        json!({"url": url, "hooks": hooks, "held": lock(&world.held).len(), "under_way": *world.under_way.borrow()}),
    ))
}

/// Replaces all of it: what is not said is as usual again. What is held stays so until released; `url` is another endpoint.
pub(super) async fn set_webhooks(Held(world): Held<Arc<World>>, body: Bytes) -> Told {
    let mut wanted: Map<String, Value> = read(&body)?;
    let url = wanted.remove("url");
    let hooks: Hooks = serde_json::from_value(Value::Object(wanted)).map_err(|error| wrong(&error.to_string()))?;
    *lock(&world.hooks) = hooks;
    if let Some(Value::String(url)) = url {
        *lock(&world.webhook_url) = Some(url);
    }
    done()
}

#[derive(Deserialize)]
struct Release {
    #[serde(default)]
    shuffle: bool,
}

pub(super) async fn release(Held(world): Held<Arc<World>>, body: Bytes) -> Told {
    let release: Release = read(&body)?;
    world.release(release.shuffle);
    done()
}

pub(super) async fn events(Held(world): Held<Arc<World>>) -> Json<Value> {
    Json(json!(world.events()))
}

pub(super) async fn resend(Held(world): Held<Arc<World>>, Path(event): Path<String>) -> Told {
    if world.resend(&event) { done() } else { Err(wrong("no such event")) }
}

/// Adds a fault; `null` takes all away.
pub(super) async fn faults(Held(world): Held<Arc<World>>, body: Bytes) -> Told {
    let fault: Option<Fault> = read(&body)?;
    let mut faults = lock(&world.faults);
    match fault {
        Some(fault) => faults.push(fault),
        None => faults.clear(),
    }
    done()
}

/// Every call under `/v1`, oldest first.
pub(super) async fn log(Held(world): Held<Arc<World>>) -> Json<Value> {
    Json(json!(*lock(&world.log)))
}

pub(super) async fn forget_log(Held(world): Held<Arc<World>>) -> Told {
    lock(&world.log).clear();
    done()
}

/// The page for a person.
pub(super) async fn home(Held(world): Held<Arc<World>>) -> Html<String> {
    let events = world.events();
    let html = world.with(None, |state| pages::home(state, &events));
    Html(html)
}

/// Its buttons.
pub(super) async fn act(Held(world): Held<Arc<World>>, body: String) -> Response {
    let form = Form::read(&body);
    if let Some(seconds) = form.text("/advance_seconds").and_then(|seconds| seconds.parse().ok()) {
        world.advance(seconds);
    }
    if let Some(customer) = form.text("/decline") {
        world.with(None, |state| state.decline(customer, true));
    }
    if let Some(customer) = form.text("/accept") {
        world.with(None, |state| state.decline(customer, false));
    }
    if let Some(event) = form.text("/resend") {
        world.resend(event);
    }
    Redirect::to("/").into_response()
}
