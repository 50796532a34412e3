//! Clock times for people, in Brasília time on both sides so that server and browser write the same text.
//!
//! Brazil has had no daylight-saving time since 2019, so a fixed offset is exact for everything we store.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Timelike, Utc};
use leptos::prelude::*;

use crate::text::{Textos, fill};

const BRASILIA: FixedOffset = match FixedOffset::west_opt(3 * 3600) {
    Some(offset) => offset,
    None => panic!("three hours is a valid offset"),
};

/// The current time. The only place of the UI that asks for it.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place of the UI that asks for the time; services have the clock of their Ctx"
)]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The time "now" that a page is written for: the server's at first, the same in the browser, then ticking.
#[derive(Clone, Copy, Debug)]
pub struct Agora(RwSignal<DateTime<Utc>>);

impl Agora {
    /// Puts the clock of this page into the context. To be called once, at the root.
    pub fn provide() {
        let start = SharedValue::new(|| now().timestamp_millis()).into_inner();
        let clock = Self(RwSignal::new(DateTime::from_timestamp_millis(start).unwrap_or(DateTime::UNIX_EPOCH)));
        Effect::new(move |_| {
            clock.0.set(now());
            if let Ok(timer) = set_interval_with_handle(move || clock.0.set(now()), std::time::Duration::from_secs(20))
            {
                on_cleanup(move || timer.clear());
            }
        });
        provide_context(clock);
    }

    /// The clock of this page.
    pub fn expect() -> Self {
        use_context().unwrap_or_else(|| Self(RwSignal::new(now())))
    }

    /// The time as it is known now, not followed.
    pub fn inicio(self) -> DateTime<Utc> {
        self.0.get_untracked()
    }

    /// Now, followed.
    pub fn get(self) -> DateTime<Utc> {
        self.0.get()
    }
}

fn local(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&BRASILIA)
}

/// `14:05`. By hand, here and below: chrono's formats are a language of their own, and the browser would fetch all of it.
pub fn hora(at: DateTime<Utc>) -> String {
    let at = local(at);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// The day in Brasília.
pub fn dia(at: DateTime<Utc>) -> NaiveDate {
    local(at).date_naive()
}

/// `03/02`.
pub fn dia_e_mes(dia: NaiveDate) -> String {
    format!("{:02}/{:02}", dia.day(), dia.month())
}

/// `03/02`, with the year when it is not `hoje`'s.
pub fn data(dia: NaiveDate, hoje: NaiveDate) -> String {
    let curta = dia_e_mes(dia);
    if dia.year() == hoje.year() { curta } else { format!("{curta}/{}", dia.year()) }
}

/// For a row of a list: `14:05` today, `ontem`, else the date.
pub fn curta(t: &Textos, at: DateTime<Utc>, agora: DateTime<Utc>) -> String {
    let (d, hoje) = (dia(at), dia(agora));
    match (hoje - d).num_days() {
        0 => hora(at),
        1 => t.geral.ontem.to_owned(),
        _ => data(d, hoje),
    }
}

/// For the separator between days of a thread: `Hoje`, `Ontem`, else the date.
pub fn separador(t: &Textos, d: NaiveDate, agora: DateTime<Utc>) -> String {
    let hoje = dia(agora);
    match (hoje - d).num_days() {
        0 => t.geral.hoje_titulo.to_owned(),
        1 => t.geral.ontem_titulo.to_owned(),
        _ => data(d, hoje),
    }
}

/// In a sentence: `hoje às 14:05`, `ontem às 14:05`, `em 03/02 às 14:05`.
pub fn frase(t: &Textos, at: DateTime<Utc>, agora: DateTime<Utc>) -> String {
    let (d, hoje, hora) = (dia(at), dia(agora), hora(at));
    match (hoje - d).num_days() {
        0 => fill(t.geral.hoje_as, &[("hora", &hora)]),
        1 => fill(t.geral.ontem_as, &[("hora", &hora)]),
        _ => fill(t.geral.em_data_as, &[("data", &data(d, hoje)), ("hora", &hora)]),
    }
}

/// How long somebody has waited: `agora`, `6 min`, `1 h`, `2 d`.
pub fn espera(t: &Textos, desde: DateTime<Utc>, agora: DateTime<Utc>) -> String {
    let minutos = (agora - desde).num_minutes().max(0);
    match minutos {
        0 => t.geral.agora.to_owned(),
        1..60 => format!("{minutos} min"),
        60..1440 => format!("{} h", minutos / 60),
        _ => format!("{} d", minutos / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::PT;

    fn at(s: &str) -> DateTime<Utc> {
        s.parse().unwrap_or_default()
    }

    #[test]
    fn days_change_at_brasilia_midnight() {
        let agora = at("2026-02-03T12:00:00Z");
        assert_eq!(curta(&PT, at("2026-02-03T03:00:00Z"), agora), "00:00");
        assert_eq!(curta(&PT, at("2026-02-03T02:59:00Z"), agora), "ontem");
        assert_eq!(curta(&PT, at("2026-02-01T12:00:00Z"), agora), "01/02");
        assert_eq!(curta(&PT, at("2025-12-31T12:00:00Z"), agora), "31/12/2025");
    }

    #[test]
    fn waiting_is_told_in_one_unit() {
        let agora = at("2026-02-03T12:00:00Z");
        assert_eq!(espera(&PT, at("2026-02-03T11:54:00Z"), agora), "6 min");
        assert_eq!(espera(&PT, at("2026-02-03T10:00:00Z"), agora), "2 h");
        assert_eq!(espera(&PT, at("2026-02-01T10:00:00Z"), agora), "2 d");
        assert_eq!(espera(&PT, at("2026-02-03T12:00:30Z"), agora), "agora");
    }
}
