//! What we read of Stripe's objects. Unknown members are ignored, absent ones are `None`, and an enum is its text: Stripe adds
//! values without asking. Where a field lives is said in reference §3: several have moved since the tutorials were written.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};

/// A moment, in seconds on the wire.
fn time<'de, D: Deserializer<'de>>(d: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    Ok(Option::<i64>::deserialize(d)?.and_then(|s| DateTime::from_timestamp(s, 0)))
}

/// An id, or the whole object if it was expanded.
fn id<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Id(String),
        Object { id: String },
    }
    Ok(Option::<Either>::deserialize(d)?.map(|e| match e {
        Either::Id(id) | Either::Object { id } => id,
    }))
}

/// A page of a list.
#[derive(Clone, Debug, Deserialize)]
pub struct List<T> {
    /// The objects.
    pub data: Vec<T>,
    /// Whether `starting_after` the last one finds others.
    #[serde(default)]
    pub has_more: bool,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { data: Vec::new(), has_more: false }
    }
}

/// What only its id matters of.
#[derive(Clone, Debug, Deserialize)]
pub struct Object {
    /// Its id.
    pub id: String,
}

/// A price.
#[derive(Clone, Debug, Deserialize)]
pub struct Price {
    /// `price_…`.
    pub id: String,
    /// In centavos.
    pub unit_amount: Option<i64>,
    /// `brl`.
    #[serde(default)]
    pub currency: String,
    /// Our name for it.
    pub lookup_key: Option<String>,
    /// How often.
    pub recurring: Option<Recurring>,
    /// Of what.
    #[serde(default, deserialize_with = "id")]
    pub product: Option<String>,
}

/// How often a price is due.
#[derive(Clone, Debug, Deserialize)]
pub struct Recurring {
    /// `month`, `year`.
    pub interval: String,
    /// Every so many of them.
    pub interval_count: Option<u32>,
}

/// A visit to the payment page.
#[derive(Clone, Debug, Deserialize)]
pub struct Session {
    /// `cs_…`.
    pub id: String,
    /// Where to pay; gone once it is complete or expired.
    pub url: Option<String>,
    /// `open`, `complete`, `expired`.
    pub status: Option<String>,
    /// `paid`, `unpaid`, `no_payment_required`.
    pub payment_status: Option<String>,
    /// Ours.
    pub client_reference_id: Option<String>,
    /// Whose.
    #[serde(default, deserialize_with = "id")]
    pub customer: Option<String>,
    /// What it led to.
    #[serde(default, deserialize_with = "id")]
    pub subscription: Option<String>,
}

/// A subscription.
#[derive(Clone, Debug, Deserialize)]
pub struct Subscription {
    /// `sub_…`.
    pub id: String,
    /// Whose.
    #[serde(default, deserialize_with = "id")]
    pub customer: Option<String>,
    /// `active`, `past_due` and others.
    pub status: String,
    /// When it was made.
    #[serde(default, deserialize_with = "time")]
    pub created: Option<DateTime<Utc>>,
    /// It ends with its period.
    #[serde(default)]
    pub cancel_at_period_end: bool,
    /// It ends then; with flexible billing the only sign that it will.
    #[serde(default, deserialize_with = "time")]
    pub cancel_at: Option<DateTime<Utc>>,
    /// It ended then.
    #[serde(default, deserialize_with = "time")]
    pub ended_at: Option<DateTime<Utc>>,
    /// The trial ends then.
    #[serde(default, deserialize_with = "time")]
    pub trial_end: Option<DateTime<Utc>>,
    /// What we wrote beside it.
    #[serde(default)]
    pub metadata: HashMap<String, String>,
    /// What is paid.
    #[serde(default)]
    pub items: List<Item>,
}

/// What a subscription pays, and since clover its period.
#[derive(Clone, Debug, Deserialize)]
pub struct Item {
    /// `si_…`.
    pub id: String,
    /// For how much.
    pub price: Option<Price>,
    /// The paid period, from …
    #[serde(default, deserialize_with = "time")]
    pub current_period_start: Option<DateTime<Utc>>,
    /// … to.
    #[serde(default, deserialize_with = "time")]
    pub current_period_end: Option<DateTime<Utc>>,
}

impl Subscription {
    /// Its one item.
    pub fn item(&self) -> Option<&Item> {
        self.items.data.first()
    }

    /// When it will end by itself, if it will.
    pub fn cancela_em(&self) -> Option<DateTime<Utc>> {
        let period = || self.item().and_then(|i| i.current_period_end).filter(|_| self.cancel_at_period_end);
        self.cancel_at.or_else(period).filter(|_| self.ended_at.is_none())
    }
}

/// An invoice.
#[derive(Clone, Debug, Deserialize)]
pub struct Invoice {
    /// `in_…`.
    pub id: String,
    /// As printed.
    pub number: Option<String>,
    /// `draft`, `open`, `paid`, `uncollectible`, `void`.
    pub status: Option<String>,
    /// In centavos.
    #[serde(default)]
    pub total: i64,
    /// `brl`.
    #[serde(default)]
    pub currency: String,
    /// When it was made.
    #[serde(default, deserialize_with = "time")]
    pub created: Option<DateTime<Utc>>,
    /// When it should be paid.
    #[serde(default, deserialize_with = "time")]
    pub due_date: Option<DateTime<Utc>>,
    /// Where it is shown.
    pub hosted_invoice_url: Option<String>,
    /// The same to keep.
    pub invoice_pdf: Option<String>,
    /// `subscription_create`, `subscription_cycle` and others.
    pub billing_reason: Option<String>,
    /// How often a payment was tried.
    #[serde(default)]
    pub attempt_count: i32,
    /// When it is tried again.
    #[serde(default, deserialize_with = "time")]
    pub next_payment_attempt: Option<DateTime<Utc>>,
    /// When it changed.
    #[serde(default)]
    pub status_transitions: Transitions,
    /// What it is about.
    pub parent: Option<Parent>,
    /// What it asks for.
    #[serde(default)]
    pub lines: List<Line>,
    /// What paid it; only if asked for by `expand`.
    #[serde(default)]
    pub payments: List<InvoicePayment>,
}

/// When an invoice changed.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Transitions {
    /// It was paid then.
    #[serde(default, deserialize_with = "time")]
    pub paid_at: Option<DateTime<Utc>>,
}

/// What an invoice is about.
#[derive(Clone, Debug, Deserialize)]
pub struct Parent {
    /// Where it is about a subscription.
    pub subscription_details: Option<SubscriptionDetails>,
}

/// The subscription of an invoice.
#[derive(Clone, Debug, Deserialize)]
pub struct SubscriptionDetails {
    /// Which.
    #[serde(default, deserialize_with = "id")]
    pub subscription: Option<String>,
}

/// A line of an invoice.
#[derive(Clone, Debug, Deserialize)]
pub struct Line {
    /// For when.
    pub period: Option<Period>,
}

/// From when to when.
#[derive(Clone, Debug, Deserialize)]
pub struct Period {
    /// The end.
    #[serde(default, deserialize_with = "time")]
    pub end: Option<DateTime<Utc>>,
}

/// Where a boleto is shown, for how much and until when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Boleto {
    /// In centavos.
    pub valor_centavos: i64,
    /// The voucher, or the page of its invoice.
    pub url: Option<String>,
    /// It runs out then.
    pub vence_em: Option<DateTime<Utc>>,
}

impl Boleto {
    /// Out of an invoice with its payment intents.
    pub(super) fn of(invoice: &serde_json::Value) -> Self {
        let payments = invoice.pointer("/payments/data").and_then(serde_json::Value::as_array);
        let details = payments
            .into_iter()
            .flatten()
            .find_map(|payment| payment.pointer("/payment/payment_intent/next_action/boleto_display_details"));
        let text = |value: Option<&serde_json::Value>| value?.as_str().map(str::to_owned);
        let number = |value: Option<&serde_json::Value>| value?.as_i64();
        Self {
            valor_centavos: number(invoice.get("amount_remaining"))
                .or(number(invoice.get("total")))
                .unwrap_or_default(),
            url: text(details.and_then(|d| d.get("hosted_voucher_url")))
                .or_else(|| text(invoice.get("hosted_invoice_url"))),
            vence_em: number(details.and_then(|d| d.get("expires_at"))).and_then(|s| DateTime::from_timestamp(s, 0)),
        }
    }
}

/// A payment of an invoice.
#[derive(Clone, Debug, Deserialize)]
pub struct InvoicePayment {
    /// `open`, `paid`, `canceled`.
    pub status: Option<String>,
    /// What paid.
    pub payment: Option<Payment>,
}

/// What paid.
#[derive(Clone, Debug, Deserialize)]
pub struct Payment {
    /// `pi_…`.
    #[serde(default, deserialize_with = "id")]
    pub payment_intent: Option<String>,
}

impl Invoice {
    /// The subscription it is about.
    pub fn subscription(&self) -> Option<&str> {
        self.parent.as_ref()?.subscription_details.as_ref()?.subscription.as_deref()
    }

    /// What paid it, or tried to.
    pub fn payment_intent(&self) -> Option<&str> {
        let paid = |p: &&InvoicePayment| p.status.as_deref() == Some("paid");
        let all = &self.payments.data;
        all.iter().find(paid).or_else(|| all.last())?.payment.as_ref()?.payment_intent.as_deref()
    }

    /// Until when it pays.
    pub fn periodo_fim(&self) -> Option<DateTime<Utc>> {
        self.lines.data.iter().filter_map(|l| l.period.as_ref()?.end).max()
    }
}

/// Money given back.
#[derive(Clone, Debug, Deserialize)]
pub struct Refund {
    /// `re_…`.
    pub id: String,
    /// In centavos.
    #[serde(default)]
    pub amount: i64,
    /// `pending`, `succeeded`, `failed`, `canceled`, `requires_action`.
    pub status: Option<String>,
}

/// Something that happened. Its object is a hint: what counts is read anew.
#[derive(Clone, Debug, Deserialize)]
pub struct Event {
    /// `evt_…`.
    pub id: String,
    /// `invoice.paid` and others.
    #[serde(rename = "type")]
    pub kind: String,
    /// When.
    pub created: i64,
    /// Whether it is about real money.
    pub livemode: bool,
    /// The version its object is written in.
    pub api_version: Option<String>,
    /// The object.
    pub data: EventData,
}

/// What an event is about.
#[derive(Clone, Debug, Deserialize)]
pub struct EventData {
    /// As it was when the event was made.
    pub object: serde_json::Value,
}

impl Event {
    /// A text of the object, or the id of what was expanded there.
    pub fn text(&self, key: &str) -> Option<&str> {
        let value = self.data.object.get(key)?;
        value.as_str().or_else(|| value.get("id")?.as_str())
    }

    /// Whom it is about.
    pub fn customer(&self) -> Option<&str> {
        let of_object = || self.text("object").filter(|o| *o == "customer").and_then(|_| self.text("id"));
        self.text("customer").or_else(of_object)
    }

    /// When it happened.
    pub fn criado_em(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.created, 0)
    }
}
