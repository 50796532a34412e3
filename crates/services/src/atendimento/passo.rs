//! The pace of what the assistant sends: nobody types an answer in no time, and a number that does looks like a machine.
//!
//! The pause is part of the job's due time, counted from the contato's last message: a model that was slow has used it up,
//! and nothing sleeps. What a person writes in the browser leaves at once.

use chrono::{DateTime, TimeDelta, Utc};

/// Every message takes this long, and so much more for each character, up to [`PAUSA_MAX`]. With the shortest window
/// (1.5 s by default) a reply to a complete question leaves at most 2.5 s after it, within the plan's mean of 3 s.
const PAUSA_BASE: TimeDelta = TimeDelta::milliseconds(200);
const PAUSA_POR_CARACTERE_MS: i32 = 5;
const PAUSA_MAX: TimeDelta = TimeDelta::milliseconds(1_000);

/// How long a text pretends to be typed.
pub(super) fn pausa(texto: &str) -> TimeDelta {
    let characters = i32::try_from(texto.chars().count()).unwrap_or(i32::MAX);
    let typed = TimeDelta::milliseconds(i64::from(characters.saturating_mul(PAUSA_POR_CARACTERE_MS)));
    (PAUSA_BASE + typed).min(PAUSA_MAX)
}

/// When each part leaves: the first one its pause after the window that began with the contato's last message, the others
/// their pause after the one before. Never in the past.
pub(super) fn saidas(
    partes: &[String],
    ultima: DateTime<Utc>,
    janela_min: TimeDelta,
    agora: DateTime<Utc>,
) -> Vec<DateTime<Utc>> {
    let mut at = ultima + janela_min;
    let mut out = Vec::with_capacity(partes.len());
    for parte in partes {
        at = (at + pausa(parte)).max(agora);
        out.push(at);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_takes_longer_up_to_a_second() {
        let ms = |n: usize| pausa(&"é".repeat(n)).num_milliseconds();
        assert_eq!([ms(0), ms(20), ms(100), ms(160), ms(5_000)], [200, 300, 700, 1_000, 1_000]);
    }

    #[test]
    fn a_slow_model_adds_nothing_and_parts_follow_each_other() {
        let ultima = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let after = |ms: i64| ultima + TimeDelta::milliseconds(ms);
        let min = TimeDelta::milliseconds(1_500);
        let partes = ["a".repeat(20), "b".repeat(500)];
        assert_eq!(saidas(&partes, ultima, min, after(1_600)), [after(1_800), after(2_800)]);
        assert_eq!(saidas(&partes, ultima, min, after(9_000)), [after(9_000), after(10_000)]);
    }
}
