//! `/v1`: who may call, what was called before with the same key, and which part answers.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State as Held};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use serde_json::{Value, json};

use super::answer::{Answered, Failure, list, one, shown};
use super::form::Form;
use super::state::{Saved, State, VERSION, random, text};
use super::world::World;
use super::{catalogue, checkout, customers, invoices, portal, refunds, subscriptions};
use crate::server::{lock, now};

const MOST: usize = 1024 * 1024;
const LOGGED: usize = 4_000;

pub(super) async fn unknown(request: Request) -> Failure {
    let message = format!("Unrecognized request URL ({}: {}).", request.method(), request.uri().path());
    Failure::new(404, "invalid_request_error", &message)
}

pub(super) async fn serve(Held(world): Held<Arc<World>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST).await.unwrap_or_else(|_| Bytes::new());
    let (method, path) = (parts.method.to_string(), parts.uri.path().to_owned());
    let encoded = format!("{}&{}", parts.uri.query().unwrap_or_default(), String::from_utf8_lossy(&body));
    let form = Form::read(encoded.trim_matches('&'));
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let key = Some(header("idempotency-key")).filter(|key| !key.is_empty() && method == "POST").map(str::to_owned);
    let call = Call { world: Arc::clone(&world), method, path, form, key, id: format!("req_{}", random(14)) };
    let (status, body, replayed) = match guard(&world, &parts.headers) {
        Err(failure) => (failure.status, failure.body(), false),
        Ok(()) => call.answer().await,
    };
    let entry = json!({
        "at": now().timestamp_millis(), "method": call.method, "path": call.path, "form": call.form.pairs, "status": status,
        "version": header("stripe-version"), "idempotency_key": call.key, "request_id": call.id, "replayed": replayed,
    });
    {
        let mut log = lock(&world.log);
        // A development server runs for days.
        if log.len() >= LOGGED {
            log.drain(..LOGGED / 2);
        }
        log.push(entry);
    }
    let mut answer =
        (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(body)).into_response();
    let mut put = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            answer.headers_mut().insert(name, value);
        }
    };
    put("request-id", &call.id);
    put("stripe-version", VERSION);
    if let Some(key) = &call.key {
        put("idempotency-key", key);
    }
    if replayed {
        put("idempotent-replayed", "true");
    }
    answer
}

/// The key as a bearer or as the user of Basic, and a version whose layout this is.
fn guard(world: &World, headers: &HeaderMap) -> Result<(), Failure> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let given = header("authorization");
    let key = match given.split_once(' ') {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim().to_owned(),
        Some((scheme, encoded)) if scheme.eq_ignore_ascii_case("basic") => {
            let decoded = base64::engine::general_purpose::STANDARD.decode(encoded.trim()).unwrap_or_default();
            String::from_utf8_lossy(&decoded).trim_end_matches(':').to_owned()
        }
        _ => {
            let message = "You did not provide an API key. You need to provide your API key in the Authorization header, \
                           using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').";
            return Err(Failure::new(401, "invalid_request_error", message));
        }
    };
    if key != world.options.key {
        let tail = key.get(key.len().saturating_sub(4)..).unwrap_or_default();
        let message = format!("Invalid API Key provided: ********{tail}");
        return Err(Failure::new(401, "invalid_request_error", &message));
    }
    let version = header("stripe-version");
    // Without one Stripe takes the account's; this account's is the imitated one.
    if !version.is_empty() && !version.ends_with(".endive") {
        let message = format!("Stripe-Version is '{version}'; this stand-in has the layout of {VERSION} only.");
        return Err(Failure::invalid(&message));
    }
    Ok(())
}

struct Call {
    world: Arc<World>,
    method: String,
    path: String,
    form: Form,
    key: Option<String>,
    id: String,
}

impl Call {
    /// Status, body, and whether it is the answer of an earlier call.
    async fn answer(&self) -> (u16, Value, bool) {
        if let Some(key) = &self.key
            && !lock(&self.world.busy).insert(key.clone())
        {
            let message = "There is currently another in-progress request using this Idempotent Key (that probably means you \
                           submitted twice, and the other request is still going through)";
            let failure = Failure::new(409, "idempotency_error", message).code("idempotency_key_in_use");
            return (failure.status, failure.body(), false);
        }
        let answer = self.execute().await;
        if let Some(key) = &self.key {
            lock(&self.world.busy).remove(key);
        }
        answer
    }

    async fn execute(&self) -> (u16, Value, bool) {
        let fault = self.world.take_fault(&format!("{} {}", self.method, self.path));
        if let Some(fault) = &fault {
            tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
        }
        let lost = fault.as_ref().and_then(|fault| fault.status).map(|status| {
            let failure = Failure::new(status, "api_error", "An unknown error occurred");
            (status, failure.body(), false)
        });
        if let Some(lost) = lost.clone().filter(|_| fault.as_ref().is_some_and(|fault| !fault.after)) {
            return lost;
        }
        let request = Some((self.id.clone(), self.key.clone()));
        let done = self.world.with(request, |state| self.once(state));
        lost.unwrap_or(done)
    }

    /// Executed once for each key; what failed before anything was done is not kept.
    fn once(&self, state: &mut State) -> (u16, Value, bool) {
        let call = format!("{} {} {:?}", self.method, self.path, self.form.pairs);
        if let Some(saved) = self.key.as_ref().and_then(|key| state.saved.get(key)) {
            if saved.call != call {
                let message = format!(
                    "Keys for idempotent requests can only be used with the same parameters they were first used with. Try \
                     using a key other than '{}' if you meant to execute a different request.",
                    self.key.as_deref().unwrap_or_default()
                );
                let failure = Failure::new(400, "idempotency_error", &message);
                return (failure.status, failure.body(), false);
            }
            return (saved.status, saved.body.clone(), true);
        }
        let answered = self.key_fits().and_then(|()| route(state, &self.method, &self.path, &self.form));
        let (status, body) = match answered.and_then(|value| shown(state, value, &self.form)) {
            Ok(body) => (200, body),
            Err(mut failure) => {
                let log = json!(format!("https://dashboard.stripe.com/test/logs/{}", self.id));
                failure.error.insert("request_log_url".to_owned(), log);
                (failure.status, failure.body())
            }
        };
        if let Some(key) = self.key.clone().filter(|_| matches!(status, 200 | 402 | 500..)) {
            state.saved.insert(key, Saved { call, status, body: body.clone() });
        }
        (status, body, false)
    }

    fn key_fits(&self) -> Result<(), Failure> {
        if self.key.as_ref().is_some_and(|key| key.len() > 255) {
            return Err(Failure::invalid("Idempotency keys can be at most 255 characters."));
        }
        Ok(())
    }
}

fn route(state: &mut State, method: &str, path: &str, form: &Form) -> Answered {
    let parts: Vec<&str> = path.trim_start_matches("/v1/").trim_end_matches('/').split('/').collect();
    match (method, parts.as_slice()) {
        ("POST", ["customers"]) => customers::create(state, form),
        ("GET", ["customers"]) => customers::all(state, form),
        ("GET", ["customers", id]) => one(state, "customer", id),
        ("POST", ["customers", id]) => customers::update(state, id, form),
        ("DELETE", ["customers", id]) => customers::delete(state, id),
        ("GET", ["customers", id, "tax_ids"]) => customers::list_tax_ids(state, id),
        ("GET", ["customers", id, "payment_methods"]) => customers::payment_methods(state, Some(id), form),
        ("GET", ["payment_methods"]) => customers::payment_methods(state, None, form),
        ("POST", ["products"]) => catalogue::create_product(state, form),
        ("GET", ["products"]) => catalogue::products(state, form),
        ("GET", ["products", id]) => one(state, "product", id),
        ("POST", ["products", id]) => catalogue::update_product(state, id, form),
        ("POST", ["prices"]) => catalogue::create_price(state, form),
        ("GET", ["prices"]) => catalogue::prices(state, form),
        ("GET", ["prices", id]) => one(state, "price", id),
        ("POST", ["prices", id]) => catalogue::update_price(state, id, form),
        ("POST", ["checkout", "sessions"]) => checkout::create(state, form),
        ("GET", ["checkout", "sessions"]) => checkout::all(state, form),
        ("GET", ["checkout", "sessions", id]) => one(state, "checkout.session", id),
        ("GET", ["checkout", "sessions", id, "line_items"]) => checkout::line_items(state, id),
        ("POST", ["checkout", "sessions", id, "expire"]) => checkout::expire_now(state, id),
        ("GET", ["subscriptions"]) => subscriptions::all(state, form),
        ("GET", ["subscriptions", id]) => one(state, "subscription", id),
        ("POST", ["subscriptions", id]) => subscriptions::update(state, id, form),
        ("DELETE", ["subscriptions", id]) => subscriptions::cancel(state, id, form),
        ("POST", ["subscriptions", id, "resume"]) => subscriptions::resume(state, id),
        ("GET", ["invoices"]) => invoices::all(state, form),
        ("GET", ["invoices", id]) => one(state, "invoice", id),
        ("POST", ["invoices", id, "pay"]) => invoices::pay_now(state, id, form),
        ("POST", ["invoices", id, "void"]) => invoices::void_now(state, id),
        ("GET", ["invoice_payments"]) => invoices::all_payments(state, form),
        ("GET", ["invoice_payments", id]) => one(state, "invoice_payment", id),
        ("GET", ["payment_intents", id]) => one(state, "payment_intent", id),
        ("GET", ["charges", id]) => one(state, "charge", id),
        ("POST", ["refunds"]) => refunds::create(state, form),
        ("GET", ["refunds"]) => refunds::all(state, form),
        ("GET", ["refunds", id]) => one(state, "refund", id),
        ("GET", ["events"]) => events(state, form),
        ("GET", ["events", id]) => one(state, "event", id),
        ("POST", ["billing_portal", "sessions"]) => portal::create(state, form),
        _ => {
            let message = format!("Unrecognized request URL ({method}: {path}).");
            Err(Failure::new(404, "invalid_request_error", &message))
        }
    }
}

/// The last 30 days.
fn events(state: &State, form: &Form) -> Answered {
    form.only(&["types", "type", "created", "limit", "starting_after", "ending_before"])?;
    let (types, kind, since) = (form.texts("/types"), form.text("/type"), state.now - 30 * 86_400);
    if types.len() > 20 {
        return Err(Failure::invalid("You may only specify up to 20 types.").param("types"));
    }
    let fits = |pattern: &str, name: &str| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => pattern == name,
    };
    list(state, form, "/v1/events", "event", |event| {
        let name = text(event, "/type");
        (types.is_empty() || types.iter().any(|pattern| fits(pattern, name)))
            && kind.is_none_or(|pattern| fits(pattern, name))
            && event.get("created").and_then(Value::as_i64).is_some_and(|created| created >= since)
    })
}
