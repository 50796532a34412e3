//! The figures of the start page. Lines leave after the cliente's retention, so hours are counted and kept before; what
//! may still change, because an answer comes late, is counted from the lines each time.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, TimeZone, Timelike, Utc};
use contracts::ClienteId;
use contracts::metricas::{HoraDto, MetricasDto, Periodo, PontoDto, TotaisDto};
use db::models::metrica::{self, Custo, Hora};
use db::models::{cliente, configuracao_bot};
use jobs::{JobCtx, JobError};

use crate::{App, BRASILIA, Ctx, Error, Result, retencao};

/// Kind of the job that keeps the hours; it shares the queue of the retention, which it must come before.
pub const JOB: &str = "metricas";
/// How often it runs.
pub const EVERY: Duration = Duration::from_secs(6 * 60 * 60);
/// Today and so many days before are counted from the lines: an answer that comes later than that changes nothing.
const ABERTOS: i64 = 2;
/// For a comparison of 30 days with the 30 before.
const HISTORIA: i64 = 62;
/// Enough to compare a month with that of last year.
const GUARDADAS: TimeDelta = TimeDelta::days(400);

/// The queue that the job is in.
pub const QUEUE: &str = retencao::JOB;

/// What came in the period and what became of it, beside the period before.
pub async fn get(ctx: &Ctx, periodo: Periodo) -> Result<MetricasDto> {
    let agora = ctx.now();
    let hoje = dia(agora);
    let de = meia_noite(hoje - TimeDelta::days(periodo.dias() - 1));
    let antes_de = de - TimeDelta::days(periodo.dias());
    // Today is not over, so neither is what it is compared with.
    let antes_ate = agora - TimeDelta::days(periodo.dias());
    let aberto = meia_noite(hoje - TimeDelta::days(ABERTOS));

    let mut tx = ctx.tenant().await?;
    let mut horas = metrica::guardadas(&mut tx, antes_de, aberto).await?;
    horas.extend(metrica::contar(&mut tx, aberto, agora).await?);
    // Yesterday at this time lies within an hour, which only the lines can cut.
    let cortado = meia_noite(dia(antes_ate));
    let cortadas = if cortado >= aberto { metrica::contar(&mut tx, cortado, antes_ate).await? } else { Vec::new() };
    let custos = metrica::custos(&mut tx, antes_de, agora).await?;
    let alguma_mensagem = metrica::alguma_mensagem(&mut tx).await?;
    tx.commit().await?;

    let nesta = |h: &&Hora| h.hora >= de;
    let anterior = |h: &&Hora| h.hora >= antes_de && h.hora < if cortado >= aberto { cortado } else { antes_ate };
    let gasto = |de, ate| custos.iter().filter(|c| c.hora >= de && c.hora < ate).map(|c| c.custo_brl).sum::<f64>();
    let atual: Vec<&Hora> = horas.iter().filter(nesta).collect();
    let passada: Vec<&Hora> = horas.iter().filter(anterior).chain(&cortadas).collect();
    Ok(MetricasDto {
        periodo,
        de,
        ate: agora,
        agora: totais(&atual, gasto(de, agora)),
        antes: totais(&passada, gasto(antes_de, antes_ate)),
        serie: serie(periodo, hoje, &atual, &custos),
        semana: semana(&atual),
        alguma_mensagem,
    })
}

fn totais(horas: &[&Hora], custo_brl: f64) -> TotaisDto {
    let soma = |f: fn(&Hora) -> i32| horas.iter().map(|h| i64::from(f(h))).sum();
    TotaisDto {
        recebidas: soma(|h| h.recebidas),
        ia: soma(|h| h.ia),
        pessoa: soma(|h| h.pessoa),
        conversas: soma(|h| h.conversas),
        passadas: soma(|h| h.passadas),
        sem_saber: soma(|h| h.sem_saber),
        espera_ia_s: mediana(horas.iter().flat_map(|h| h.esperas_ia.iter().copied())),
        espera_pessoa_s: mediana(horas.iter().flat_map(|h| h.esperas_pessoa.iter().copied())),
        custo_brl,
    }
}

fn mediana(valores: impl Iterator<Item = i32>) -> Option<i64> {
    let mut valores: Vec<i32> = valores.collect();
    let meio = valores.len() / 2;
    if valores.is_empty() {
        return None;
    }
    let par = valores.len().is_multiple_of(2);
    let (menores, alto, _) = valores.select_nth_unstable(meio);
    let alto = i64::from(*alto);
    // An even number of values has two in the middle.
    let baixo = if par { menores.iter().max().map_or(alto, |b| i64::from(*b)) } else { alto };
    Some((baixo + alto) / 2)
}

/// The points of the charts, without gaps.
fn serie(periodo: Periodo, hoje: NaiveDate, horas: &[&Hora], custos: &[Custo]) -> Vec<PontoDto> {
    let por_hora = periodo == Periodo::Hoje;
    let chave = |em: DateTime<Utc>| {
        let aqui = em.with_timezone(&BRASILIA);
        (aqui.date_naive(), por_hora.then(|| aqui.hour()))
    };
    let mut pontos: BTreeMap<(NaiveDate, Option<u32>), PontoDto> = BTreeMap::new();
    let vazio = |(dia, hora)| PontoDto { dia, hora, recebidas: 0, ia: 0, pessoa: 0, custo_brl: 0.0 };
    for atras in (0..periodo.dias()).rev() {
        let dia = hoje - TimeDelta::days(atras);
        if por_hora {
            pontos.extend((0..24).map(|h| ((dia, Some(h)), vazio((dia, Some(h))))));
        } else {
            pontos.insert((dia, None), vazio((dia, None)));
        }
    }
    for h in horas {
        if let Some(p) = pontos.get_mut(&chave(h.hora)) {
            p.recebidas += i64::from(h.recebidas);
            p.ia += i64::from(h.ia);
            p.pessoa += i64::from(h.pessoa);
        }
    }
    for c in custos {
        if let Some(p) = pontos.get_mut(&chave(c.hora)) {
            p.custo_brl += c.custo_brl;
        }
    }
    pontos.into_values().collect()
}

fn semana(horas: &[&Hora]) -> Vec<HoraDto> {
    let mut soma: HashMap<(u32, u32), i64> = HashMap::new();
    for h in horas.iter().filter(|h| h.recebidas > 0) {
        let aqui = h.hora.with_timezone(&BRASILIA);
        *soma.entry((aqui.weekday().num_days_from_sunday(), aqui.hour())).or_default() += i64::from(h.recebidas);
    }
    let mut semana: Vec<_> =
        soma.into_iter().map(|((dia_semana, hora), recebidas)| HoraDto { dia_semana, hora, recebidas }).collect();
    semana.sort_by_key(|h| (h.dia_semana, h.hora));
    semana
}

/// Keeps the hours of every cliente up to today.
pub async fn run(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let work = async {
        guardar(&app).await?;
        let mut tx = app.db.system().await?;
        job.finish(tx.connection()).await?;
        Ok::<_, Error>(tx.commit().await?)
    };
    work.await.map_err(JobError::retry)
}

/// The same without a job.
pub async fn guardar(app: &App) -> Result<()> {
    let mut tx = app.db.system().await?;
    let ids = cliente::ids(&mut tx).await?;
    tx.commit().await?;
    for id in ids {
        guardar_de(app, id).await?;
    }
    Ok(())
}

async fn guardar_de(app: &App, id: ClienteId) -> Result<()> {
    let agora = app.clock.now();
    let hoje = dia(agora);
    let mut tx = app.db.tenant(id).await?;
    let retencao = i64::from(configuracao_bot::get(&mut tx).await?.retencao_dias);
    // What was stored of days whose lines have begun to leave is better than what could be counted now.
    let inteiro = hoje - TimeDelta::days((retencao - 1).min(HISTORIA));
    let ultima = metrica::ultima(&mut tx).await?;
    let de = ultima.map_or(inteiro, |h| (dia(h) - TimeDelta::days(ABERTOS)).max(inteiro));
    metrica::guardar(&mut tx, meia_noite(de), meia_noite(hoje)).await?;
    metrica::delete_before(&mut tx, agora - GUARDADAS).await?;
    Ok(tx.commit().await?)
}

fn dia(em: DateTime<Utc>) -> NaiveDate {
    em.with_timezone(&BRASILIA).date_naive()
}

fn meia_noite(dia: NaiveDate) -> DateTime<Utc> {
    let inicio = dia.and_time(chrono::NaiveTime::MIN);
    BRASILIA.from_local_datetime(&inicio).single().map_or_else(|| inicio.and_utc(), |at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_waits() {
        let m = |v: &[i32]| mediana(v.iter().copied());
        assert_eq!([m(&[]), m(&[7]), m(&[9, 1, 5]), m(&[1, 9, 3, 5])], [None, Some(7), Some(5), Some(4)]);
    }

    #[test]
    fn a_day_begins_at_midnight_in_brasilia() {
        let at = |t: &str| t.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(meia_noite(dia(at("2026-11-22T02:59:59Z"))), at("2026-11-21T03:00:00Z"));
        assert_eq!(meia_noite(dia(at("2026-11-22T03:00:00Z"))), at("2026-11-22T03:00:00Z"));
    }

    #[test]
    fn a_chart_has_a_point_for_every_day_and_every_hour_of_today() {
        let hoje = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let hora = |em: &str, n| Hora {
            hora: em.parse().unwrap(),
            recebidas: n,
            ia: n,
            pessoa: 0,
            conversas: 0,
            passadas: 0,
            sem_saber: 0,
            esperas_ia: Vec::new(),
            esperas_pessoa: Vec::new(),
        };
        let (tarde, noite) = (hora("2026-11-22T17:00:00Z", 3), hora("2026-11-21T01:00:00Z", 4));
        let dias = serie(Periodo::SeteDias, hoje, &[&tarde, &noite], &[]);
        let n: Vec<i64> = dias.iter().map(|p| p.recebidas).collect();
        assert_eq!(n, [0, 0, 0, 0, 4, 0, 3], "01:00 UTC is the evening before");
        let horas = serie(Periodo::Hoje, hoje, &[&tarde], &[]);
        assert_eq!((horas.len(), horas[14].recebidas), (24, 3));
        // 2026-11-22 is a Sunday.
        assert_eq!(semana(&[&tarde]), [HoraDto { dia_semana: 0, hora: 14, recebidas: 3 }]);
    }
}
