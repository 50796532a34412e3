//! When a business is open. [`Horario`] is what is stored and sent; [`Agenda`] is the same, checked, and answers questions.
//!
//! Local time is a fixed distance from UTC: Brazil has had no summer time since 2019.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Brasília.
const UTC_OFFSET: i32 = -180;
/// The widest distances from UTC that are in use anywhere, in minutes.
const UTC_OFFSETS: std::ops::RangeInclusive<i32> = -720..=840;
/// Minutes of a day.
const DIA: i32 = 24 * 60;
/// How far back a closed period is followed: longer than any holiday, short enough to walk day by day.
const DIAS_ATRAS: u64 = 60;
/// Enough for a lunch break and an evening; more is a mistake.
pub const FAIXAS_MAX: usize = 6;
/// National, state and city holidays of a year are about twenty.
pub const FERIADOS_MAX: usize = 100;

/// Business hours by weekday. Without any `Faixa` it is always open, but for the `feriados`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Horario {
    /// Monday.
    pub segunda: Vec<Faixa>,
    /// Tuesday.
    pub terca: Vec<Faixa>,
    /// Wednesday.
    pub quarta: Vec<Faixa>,
    /// Thursday.
    pub quinta: Vec<Faixa>,
    /// Friday.
    pub sexta: Vec<Faixa>,
    /// Saturday.
    pub sabado: Vec<Faixa>,
    /// Sunday.
    pub domingo: Vec<Faixa>,
    /// Days (`2026-12-25`) on which nothing begins.
    pub feriados: Vec<String>,
    /// Minutes east of UTC; -180, Brasília, unless said otherwise.
    pub utc_offset: i32,
}

/// From one time of the day to another; `18:00` to `02:00` ends on the next day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Faixa {
    /// `HH:MM`, 00:00 to 23:59.
    pub de: String,
    /// `HH:MM`, 00:00 to 24:00; not later than `de` means on the next day.
    pub ate: String,
}

impl Default for Horario {
    fn default() -> Self {
        let vazio = Vec::new;
        Self {
            segunda: vazio(),
            terca: vazio(),
            quarta: vazio(),
            quinta: vazio(),
            sexta: vazio(),
            sabado: vazio(),
            domingo: vazio(),
            feriados: Vec::new(),
            utc_offset: UTC_OFFSET,
        }
    }
}

impl Horario {
    fn dias(&self) -> [(&'static str, &[Faixa]); 7] {
        [
            ("segunda", &self.segunda),
            ("terça", &self.terca),
            ("quarta", &self.quarta),
            ("quinta", &self.quinta),
            ("sexta", &self.sexta),
            ("sábado", &self.sabado),
            ("domingo", &self.domingo),
        ]
    }

    /// The week in words, as a message says it: "segunda a sexta, das 8h às 18h; sábado, das 9h às 13h".
    pub fn resumo(&self) -> String {
        let mut grupos: Vec<(&str, &str, &[Faixa])> = Vec::new();
        let mut seguido = false;
        for (nome, faixas) in self.dias() {
            match grupos.last_mut().filter(|(_, _, antes)| seguido && *antes == faixas) {
                Some((_, fim, _)) => *fim = nome,
                None if faixas.is_empty() => {}
                None => grupos.push((nome, nome, faixas)),
            }
            seguido = !faixas.is_empty();
        }
        if grupos.is_empty() {
            return "todos os dias".to_owned();
        }
        let grupo = |(de, ate, faixas): &(&str, &str, &[Faixa])| {
            let dias = if de == ate { (*de).to_owned() } else { format!("{de} a {ate}") };
            let horas: Vec<String> =
                faixas.iter().map(|f| format!("das {} às {}", hora_falada(&f.de), hora_falada(&f.ate))).collect();
            format!("{dias}, {}", horas.join(" e "))
        };
        grupos.iter().map(grupo).collect::<Vec<_>>().join("; ")
    }

    /// The same, checked.
    ///
    /// # Errors
    /// The sentence to show.
    pub fn agenda(&self) -> Result<Agenda, String> {
        if !UTC_OFFSETS.contains(&self.utc_offset) {
            return Err("O fuso horário deve ficar entre -720 e 840 minutos.".into());
        }
        let mut dias: [Vec<(i32, i32)>; 7] = Default::default();
        for (dia, (nome, faixas)) in dias.iter_mut().zip(self.dias()) {
            *dia = dia_de(nome, faixas)?;
        }
        if self.feriados.len() > FERIADOS_MAX {
            return Err(format!("Informe no máximo {FERIADOS_MAX} feriados."));
        }
        let feriados = self
            .feriados
            .iter()
            .map(|f| f.parse::<NaiveDate>().map_err(|_| format!("\"{f}\" não é uma data. Use o formato 2026-12-25.")));
        Ok(Agenda { dias, feriados: feriados.collect::<Result<_, _>>()?, utc_offset: self.utc_offset })
    }
}

/// The intervals of a day as (first minute, length), in order and apart.
fn dia_de(nome: &str, faixas: &[Faixa]) -> Result<Vec<(i32, i32)>, String> {
    if faixas.len() > FAIXAS_MAX {
        return Err(format!("Use no máximo {FAIXAS_MAX} faixas por dia ({nome})."));
    }
    let mut dia = Vec::new();
    for Faixa { de, ate } in faixas {
        let (Some(inicio), Some(fim)) = (minuto(de).filter(|m| *m < DIA), minuto(ate)) else {
            return Err(format!("\"{de}\" até \"{ate}\" ({nome}) não é um horário. Use o formato 08:00."));
        };
        if inicio == fim {
            return Err(format!("A faixa de {nome} começa e termina às {de}. Para o dia todo, use 00:00 até 24:00."));
        }
        dia.push((inicio, if fim > inicio { fim - inicio } else { fim + DIA - inicio }));
    }
    dia.sort_unstable();
    if dia.windows(2).any(|w| matches!(w, [(a, len), (b, _)] if a + len > *b)) {
        return Err(format!("As faixas de {nome} se sobrepõem."));
    }
    Ok(dia)
}

/// `08:00` as "8h", `18:30` as "18h30".
fn hora_falada(texto: &str) -> String {
    let Some((h, m)) = texto.split_once(':') else { return texto.to_owned() };
    let h = h.strip_prefix('0').filter(|rest| !rest.is_empty()).unwrap_or(h);
    if m == "00" { format!("{h}h") } else { format!("{h}h{m}") }
}

/// `HH:MM` as minutes since midnight, up to `24:00`.
fn minuto(texto: &str) -> Option<i32> {
    let (h, m) = texto.split_once(':')?;
    let number = |s: &str| (s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<i32>().ok())?;
    let (h, m) = (number(h)?, number(m)?);
    (m < 60 && h * 60 + m <= DIA).then_some(h * 60 + m)
}

/// A checked [`Horario`]; by default always open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agenda {
    /// From Monday: (first minute, length in minutes).
    dias: [Vec<(i32, i32)>; 7],
    feriados: Vec<NaiveDate>,
    utc_offset: i32,
}

impl Agenda {
    /// Whether the business is open at this moment. The minute of closing is closed.
    pub fn aberto(&self, agora: DateTime<Utc>) -> bool {
        let hoje = self.local(agora).date_naive();
        // An evening of yesterday may go on.
        let inicios = [hoje.checked_sub_days(Days::new(1)), Some(hoje)];
        inicios.into_iter().flatten().flat_map(|d| self.de_dia(d)).any(|(de, ate)| de <= agora && agora < ate)
    }

    /// Since when it is closed, for one of several moments of the same night to be known as such. `None` while it is
    /// open; where it closed more than 60 days ago, that long ago.
    pub fn fechado_desde(&self, agora: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.aberto(agora) {
            return None;
        }
        let hoje = self.local(agora).date_naive();
        let fins = (0..=DIAS_ATRAS)
            .filter_map(|n| hoje.checked_sub_days(Days::new(n)))
            .flat_map(|d| self.de_dia(d))
            .map(|(_, ate)| ate)
            .filter(|ate| *ate <= agora);
        // A day's last interval may end after the next day's first.
        Some(fins.max().unwrap_or_else(|| agora - TimeDelta::days(60)))
    }

    /// UTC, with the clock of the business on its face.
    fn local(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        at + TimeDelta::minutes(self.utc_offset.into())
    }

    /// The intervals that begin on this local day.
    fn de_dia(&self, dia: NaiveDate) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        if self.feriados.contains(&dia) {
            return Vec::new();
        }
        let todo = [(0, DIA)];
        let sempre = self.dias.iter().all(Vec::is_empty);
        let do_dia = self.dias.get(dia.weekday().num_days_from_monday() as usize).map_or(&[][..], Vec::as_slice);
        let meia_noite = dia.and_time(chrono::NaiveTime::MIN).and_utc() - TimeDelta::minutes(self.utc_offset.into());
        let faixa = |(de, len): &(i32, i32)| {
            let de = meia_noite + TimeDelta::minutes((*de).into());
            (de, de + TimeDelta::minutes((*len).into()))
        };
        if sempre { &todo[..] } else { do_dia }.iter().map(faixa).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn faixa(de: &str, ate: &str) -> Faixa {
        Faixa { de: de.into(), ate: ate.into() }
    }

    fn at(texto: &str) -> DateTime<Utc> {
        format!("{texto}:00-03:00").parse().unwrap()
    }

    /// Friday evening into Saturday; Monday with a lunch break. 2026-11-20 is a Friday.
    fn bar() -> Horario {
        Horario {
            segunda: vec![faixa("13:00", "18:00"), faixa("08:00", "12:00")],
            sexta: vec![faixa("18:00", "02:00")],
            feriados: vec!["2026-11-27".into()],
            ..Horario::default()
        }
    }

    #[test]
    fn an_evening_goes_on_after_midnight_and_a_holiday_begins_nothing() {
        let agenda = bar().agenda().unwrap();
        let table = [
            ("2026-11-20T17:59", false),
            ("2026-11-20T18:00", true),
            ("2026-11-21T01:59", true),
            ("2026-11-21T02:00", false),
            ("2026-11-22T12:00", false),
            ("2026-11-23T08:00", true),
            ("2026-11-23T12:00", false),
            ("2026-11-23T13:00", true),
            ("2026-11-23T18:00", false),
            ("2026-11-27T20:00", false),
            ("2026-12-04T20:00", true),
        ];
        for (when, open) in table {
            assert_eq!(agenda.aberto(at(when)), open, "{when}");
        }
        assert_eq!(agenda.fechado_desde(at("2026-11-23T07:00")), Some(at("2026-11-21T02:00")));
        assert_eq!(agenda.fechado_desde(at("2026-11-23T12:30")), Some(at("2026-11-23T12:00")));
        assert_eq!(agenda.fechado_desde(at("2026-11-23T13:30")), None);
    }

    #[test]
    fn nothing_said_is_always_open_but_for_holidays() {
        let feriados = vec!["2026-12-25".into()];
        let agenda = Horario { feriados, ..Horario::default() }.agenda().unwrap();
        assert!(agenda.aberto(at("2026-12-24T23:59")));
        assert!(!agenda.aberto(at("2026-12-25T00:00")));
        assert!(!agenda.aberto(at("2026-12-25T23:59")));
        assert!(agenda.aberto(at("2026-12-26T00:00")));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let with = |f: Faixa| Horario { terca: vec![f], ..Horario::default() }.agenda().unwrap_err();
        for (de, ate) in [
            ("25:00", "26:00"),
            ("8:00", "12:00"),
            ("08:60", "12:00"),
            ("24:00", "02:00"),
            ("", "12:00"),
            ("+8:00", "12:00"),
        ] {
            assert!(with(faixa(de, ate)).contains("08:00"), "{de} {ate}");
        }
        assert!(with(faixa("09:00", "09:00")).contains("dia todo"));
        let twice = Horario { quarta: vec![faixa("08:00", "12:00"), faixa("11:00", "13:00")], ..Horario::default() };
        assert!(twice.agenda().unwrap_err().contains("sobrepõem"));
        let feriado = Horario { feriados: vec!["25/12/2026".into()], ..Horario::default() };
        assert!(feriado.agenda().unwrap_err().contains("2026-12-25"));
        assert!(Horario { utc_offset: 9_000, ..Horario::default() }.agenda().is_err());
    }

    #[test]
    fn the_week_in_words() {
        let uteis = || vec![faixa("08:00", "12:00"), faixa("13:30", "18:00")];
        let semana = Horario {
            segunda: uteis(),
            terca: uteis(),
            quinta: uteis(),
            sexta: uteis(),
            sabado: vec![faixa("09:00", "24:00")],
            ..Horario::default()
        };
        assert_eq!(
            semana.resumo(),
            "segunda a terça, das 8h às 12h e das 13h30 às 18h; quinta a sexta, das 8h às 12h e das 13h30 às 18h; sábado, das 9h às 24h"
        );
        assert_eq!(Horario::default().resumo(), "todos os dias");
    }

    #[test]
    fn what_is_stored_before_there_were_hours_reads_as_always_open() {
        let horario: Horario = serde_json::from_str("{}").unwrap();
        assert_eq!(horario, Horario::default());
    }

    /// Up to two intervals a day that do not overlap, and some that cross midnight.
    fn semanas() -> impl Strategy<Value = Horario> {
        let hora = |m: i32| format!("{:02}:{:02}", m / 60, m % 60);
        let dia = proptest::option::of((0..720i32, 1..300i32, 0..400i32, 1..700i32)).prop_map(move |d| {
            let Some((a, len, gap, more)) = d else { return Vec::new() };
            let (b, c) = (a + len, (a + len + gap).min(DIA - 1));
            let ate = (c + more) % DIA;
            let mut faixas = vec![Faixa { de: hora(a), ate: hora(b) }];
            if c > b && ate != c {
                faixas.push(Faixa { de: hora(c), ate: hora(ate) });
            }
            faixas
        });
        (proptest::collection::vec(dia, 7), -720..=840i32).prop_map(|(d, utc_offset)| {
            let [segunda, terca, quarta, quinta, sexta, sabado, domingo] = <[Vec<Faixa>; 7]>::try_from(d).unwrap();
            Horario { segunda, terca, quarta, quinta, sexta, sabado, domingo, feriados: Vec::new(), utc_offset }
        })
    }

    proptest! {
        /// Counted minute by minute over a week, by another way of thinking: a ring of 10,080 minutes.
        #[test]
        fn agrees_with_a_ring_of_minutes(horario in semanas(), minuto in 0..10_080i64) {
            let agenda = horario.agenda().unwrap();
            let semana = usize::try_from(DIA * 7).unwrap();
            let mut ring = vec![false; semana];
            for (d, dia) in agenda.dias.iter().enumerate() {
                for (de, len) in dia {
                    for m in 0..*len {
                        ring[(d * 1440 + usize::try_from(de + m).unwrap()) % semana] = true;
                    }
                }
            }
            let sempre = ring.iter().all(|m| !m);
            // 2026-11-23 is a Monday.
            let monday: DateTime<Utc> = "2026-11-23T00:00:00Z".parse().unwrap();
            let now = monday + TimeDelta::minutes(minuto) - TimeDelta::minutes(agenda.utc_offset.into());
            let expected = sempre || ring[usize::try_from(minuto).unwrap()];
            prop_assert_eq!(agenda.aberto(now), expected);
            prop_assert_eq!(agenda.fechado_desde(now).is_none(), expected);
        }

        /// The whole of a night has one beginning, and nothing is open between it and now.
        #[test]
        fn a_night_has_one_beginning(horario in semanas(), minuto in 0..10_080i64, later in 0..2_000i64) {
            let agenda = horario.agenda().unwrap();
            let monday: DateTime<Utc> = "2026-11-23T00:00:00Z".parse().unwrap();
            let now = monday + TimeDelta::minutes(minuto);
            if let Some(desde) = agenda.fechado_desde(now) {
                prop_assert!(desde <= now);
                let mut m = desde;
                while m <= now {
                    prop_assert!(!agenda.aberto(m), "open at {m} between {desde} and {now}");
                    m += TimeDelta::minutes(1);
                }
                let then = now + TimeDelta::minutes(later);
                let opened = (0..=later).any(|i| agenda.aberto(now + TimeDelta::minutes(i)));
                prop_assert_eq!(agenda.fechado_desde(then) == Some(desde), !opened);
            }
        }
    }
}
