//! Figures as words: thousands, money, durations, and what a point of a chart is called.

use chrono::{Datelike, NaiveDate};
use contracts::metricas::PontoDto;

use crate::{
    format::maiuscula,
    text::{Idioma, Textos, fill},
    time::dia_e_mes,
};

/// `1.234` or `1,234`.
pub fn inteiro(t: &Textos, n: i64) -> String {
    let texto = crate::format::milhar(usize::try_from(n.unsigned_abs()).unwrap_or_default());
    let texto = if t.idioma == Idioma::En { texto.replace('.', ",") } else { texto };
    if n < 0 { format!("-{texto}") } else { texto }
}

/// `R$ 1.234,50`; a fraction of a cent is not nothing.
pub fn reais(t: &Textos, valor: f64) -> String {
    let pequeno = valor > 0.0 && valor < 0.005;
    let centavos = if pequeno { 1 } else { (valor.max(0.0) * 100.0).round() as i64 };
    let (inteiros, resto) = (inteiro(t, centavos / 100), centavos % 100);
    let menos = if pequeno { "< " } else { "" };
    match t.idioma {
        Idioma::PtBr => format!("{menos}R$ {inteiros},{resto:02}"),
        Idioma::En => format!("{menos}R${inteiros}.{resto:02}"),
    }
}

/// A duration as a number and its unit: `4 s`, `11 min`, `1,5 h`.
pub fn duracao(t: &Textos, segundos: i64) -> (String, &'static str) {
    match segundos {
        ..90 => (segundos.to_string(), t.inicio.segundos),
        90..5_400 => (((segundos + 30) / 60).to_string(), t.inicio.minutos),
        _ => {
            let horas = format!("{:.1}", segundos as f64 / 3600.0);
            let horas = horas.trim_end_matches('0').trim_end_matches('.').to_owned();
            (if t.idioma == Idioma::PtBr { horas.replace('.', ",") } else { horas }, t.inicio.horas)
        }
    }
}

/// `22/11`, or `14h` for an hour of today.
pub fn rotulo(p: &PontoDto) -> String {
    p.hora.map_or_else(|| dia_e_mes(p.dia), |h| format!("{h}h"))
}

/// The n-th of words with bars between them.
pub fn palavra(lista: &'static str, n: u32) -> &'static str {
    lista.split('|').nth(usize::try_from(n).unwrap_or_default()).unwrap_or_default()
}

/// `Domingo, 22 de novembro.`
pub fn hoje_e(t: &Textos, dia: NaiveDate) -> String {
    let semana = palavra(t.inicio.dias_semana, dia.weekday().num_days_from_sunday());
    let mut letras = semana.chars();
    let semana: String = letras.next().map(maiuscula).into_iter().chain(letras).collect();
    let (dia, mes) = (dia.day().to_string(), palavra(t.inicio.meses, dia.month0()));
    fill(t.inicio.hoje_e, &[("semana", &semana), ("dia", &dia), ("mes", mes)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{EN, PT};

    #[test]
    fn figures_read_as_in_each_language() {
        assert_eq!([reais(&PT, 1234.5), reais(&EN, 1234.5)], ["R$ 1.234,50", "R$1,234.50"]);
        assert_eq!([reais(&PT, 0.0), reais(&PT, 0.0004)], ["R$ 0,00", "< R$ 0,01"]);
        let d = |s| {
            let (n, unidade) = duracao(&PT, s);
            format!("{n} {unidade}")
        };
        assert_eq!(
            [d(4), d(89), d(90), d(660), d(5_400), d(7_200)],
            ["4 s", "89 s", "2 min", "11 min", "1,5 h", "2 h"]
        );
        let domingo = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        assert_eq!([hoje_e(&PT, domingo), hoje_e(&EN, domingo)], ["Domingo, 22 de novembro.", "Sunday, 22 November."]);
    }
}
