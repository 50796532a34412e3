//! How calls without a script are answered: with limits, garbage and signs by chance, for tests of what survives it.

use axum::response::{Html, IntoResponse, Response};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::answers::{completion, failure};

/// Shares are 0 to 1, and the default is the plain answer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    /// Of what is left to chance.
    pub seed: u64,
    /// Share of the calls answered with 429.
    pub limited: f64,
    /// Share of the calls answered with what nobody may be told: cut-off or foreign JSON, prose, a page of HTML, a source
    /// that was not given, a price ([`MADE_UP`]) that stands in no source.
    pub garbage: f64,
    /// Repeat in the reply, in their order, the signs of the last message of the user: what stands between these two
    /// characters, with them. So a test sees which lines an answer is for.
    pub signs: Option<(char, char)>,
}

/// The price that garbage makes up.
pub const MADE_UP: &str = "987654";

/// Counts since the manner was set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// Calls, scripted ones left out.
    pub calls: u64,
    /// Answered with 429.
    pub limited: u64,
    /// Answered with garbage.
    pub garbage: u64,
}

#[derive(Debug)]
pub(super) struct Mannered {
    manner: Manner,
    random: StdRng,
    pub tally: Tally,
}

impl Default for Mannered {
    fn default() -> Self {
        Self::new(Manner::default())
    }
}

impl Mannered {
    pub(super) fn new(manner: Manner) -> Self {
        Self { manner, random: StdRng::seed_from_u64(manner.seed), tally: Tally::default() }
    }

    /// The answer that is none, if this call gets one.
    pub(super) fn spoilt(&mut self, body: &Value) -> Option<Response> {
        self.tally.calls += 1;
        let share: f64 = self.random.random();
        if share < self.manner.limited {
            self.tally.limited += 1;
            return Some(failure(429, None));
        }
        if share < self.manner.limited + self.manner.garbage {
            self.tally.garbage += 1;
            let kind = self.random.random_range(0..6);
            return Some(garbage(body, kind));
        }
        None
    }

    /// The signs to put behind a reply.
    pub(super) fn signs(&self, text: &str) -> String {
        let Some((open, close)) = self.manner.signs else { return String::new() };
        let signs = text.split(open).skip(1).filter_map(|rest| rest.split_once(close));
        signs.map(|(sign, _)| format!(" {open}{sign}{close}")).collect()
    }
}

fn garbage(body: &Value, kind: u8) -> Response {
    let said = |content: String| completion(body, json!({"role": "assistant", "content": content}));
    let shaped =
        |sources: Value, reply: &str| said(json!({"answered": true, "sources": sources, "reply": reply}).to_string());
    match kind {
        0 => said("{\"answered\": true, \"sour".to_owned()),
        1 => said("Claro! Posso ajudar com isso e com muito mais.".to_owned()),
        2 => said(json!({"resposta": 7}).to_string()),
        3 => Html("<html><body>Bad gateway</body></html>").into_response(),
        4 => shaped(json!([99]), "Sim, com certeza."),
        _ => shaped(json!([1]), &format!("Custa R$ {MADE_UP},00.")),
    }
}
