//! The care of a number: how many automatic messages it sends a day, and when it rests.
//!
//! WhatsApp publishes no limit for clients like ours (a linked device driven by Evolution API), only that automated or bulk
//! messaging may end in a ban. What it publishes for its own Cloud API is the nearest measure: a new number may begin 250
//! conversations in 24 hours, later 1,000 (2,000 since the end of 2025), 10,000 and more, while answers to who wrote first
//! have no limit at all. We only ever answer, so the first of these figures is a careful start for *all* automatic messages
//! of a day, and the growth is slower than the Cloud API's. It is a judgement, not a measured threshold.
//!
//! At the limit, and while a number rests, the assistant sends nothing and calls a person. People are not limited.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contracts::StatusInstancia;
use contracts::eventos::Evento;
use contracts::whatsapp::{InstanciaDto, UsoNumeroDto};
use db::TenantTx;
use db::models::instancia::{self, Instancia};
use db::models::numero::{self, Numero};
use db::models::uso_diario;

use crate::assinatura::limites;
use crate::ctx::{new_id, not_found};
use crate::{BRASILIA, Ctx, Result, eventos};

/// From which age of the number in days, how many automatic messages a day. The age counts from its first connection and
/// goes on over reconnects; another number starts again.
///
/// | days | messages | why |
/// | --- | --- | --- |
/// | 0 | 250 | where the Cloud API starts |
/// | 3 | 500 | no warning sign in the days in which most new numbers are lost |
/// | 7 | 1,000 | the Cloud API's second step, which it reaches in a week of good use |
/// | 14 | 2,000 | the same step of today |
/// | 30 | 4,000 | more than three a minute over a working day: a shop that needs more belongs on the Cloud API |
const CURVA: &[(i64, i32)] = &[(0, 250), (3, 500), (7, 1_000), (14, 2_000), (30, 4_000)];

/// So many refusals by WhatsApp (receipts with ERROR, sends refused for good) within [`SINAIS_EM`] pause the number. One or
/// two happen to everybody: a blocked contact, a number that left WhatsApp.
const SINAIS: i64 = 5;
const SINAIS_EM: TimeDelta = TimeDelta::hours(1);
/// How long it rests after that: twice the time that was looked at.
const PAUSA_SINAIS: TimeDelta = TimeDelta::hours(2);
/// How long it rests after WhatsApp ended the session with 403: its temporary bans last up to a day.
const PAUSA_BLOQUEIO: TimeDelta = TimeDelta::hours(24);

const MOTIVO_SINAIS: &str = "O WhatsApp recusou várias mensagens em pouco tempo.";
const MOTIVO_BLOQUEIO: &str = "O WhatsApp bloqueou este número.";

/// What the thread says where the assistant stays silent.
pub(crate) const NO_LIMITE: &str =
    "O limite de mensagens automáticas de hoje foi atingido. Uma pessoa precisa responder.";
/// The same while the number rests.
pub(crate) const PAUSADO: &str = "As respostas automáticas deste número estão pausadas. Uma pessoa precisa responder.";

/// The day in Brasília, which has kept UTC-3 all year since 2019.
fn dia(now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&BRASILIA).date_naive()
}

fn limite(idade_dias: i64) -> i32 {
    CURVA.iter().rev().find(|(de, _)| idade_dias >= *de).map_or(0, |(_, n)| *n)
}

fn idade_dias(numero: &Numero, now: DateTime<Utc>) -> i64 {
    (now - numero.conectado_em).num_days().max(0)
}

fn em_pausa(numero: &Numero, now: DateTime<Utc>) -> bool {
    numero.pausado_ate.is_some_and(|ate| now < ate)
}

/// The number of this connection. One whose digits Evolution has not told yet goes by the empty name.
async fn atual(ctx: &Ctx, tx: &mut TenantTx) -> Result<Option<Numero>> {
    let Some(row) = instancia::get(tx).await? else { return Ok(None) };
    let digits = row.numero.unwrap_or_default();
    if let Some(known) = numero::get(tx, &digits).await? {
        return Ok(Some(known));
    }
    numero::connected(tx, &digits, ctx.now()).await?;
    Ok(numero::get(tx, &digits).await?)
}

/// Why nothing automatic may leave now, before the work of an answer is done.
pub(crate) async fn impedimento(ctx: &Ctx) -> Result<Option<&'static str>> {
    let now = ctx.now();
    let mut tx = ctx.tenant().await?;
    let Some(numero) = atual(ctx, &mut tx).await? else { return Ok(None) };
    let sent = uso_diario::get(&mut tx, dia(now)).await?;
    let motivo = if em_pausa(&numero, now) {
        Some(PAUSADO)
    } else if sent >= limite(idade_dias(&numero, now)) {
        Some(NO_LIMITE)
    } else {
        limites::impedimento(ctx, &mut tx).await?
    };
    tx.commit().await?;
    Ok(motivo)
}

/// Counts `n` automatic messages, or says why they may not leave. All of an answer's parts, or none. `passa`: they say that a
/// person was called, and only the care of the number holds these back.
pub(crate) async fn reservar(ctx: &Ctx, tx: &mut TenantTx, n: i32, passa: bool) -> Result<Option<&'static str>> {
    let now = ctx.now();
    let Some(numero) = atual(ctx, tx).await? else { return Ok(None) };
    if em_pausa(&numero, now) {
        return Ok(Some(PAUSADO));
    }
    if !uso_diario::reserve(tx, dia(now), n, limite(idade_dias(&numero, now))).await? {
        return Ok(Some(NO_LIMITE));
    }
    // Today's row is locked, so two turns at once cannot pass the month's limit together either.
    let motivo = limites::contadas(ctx, tx).await?.filter(|_| !passa);
    if motivo.is_some() {
        uso_diario::give_back(tx, dia(now), n).await?;
    }
    Ok(motivo)
}

/// Takes back what was counted and then not sent. After midnight yesterday's count stays too high, which harms nobody.
pub(crate) async fn devolver(ctx: &Ctx, tx: &mut TenantTx, n: i32) -> Result<()> {
    Ok(uso_diario::give_back(tx, dia(ctx.now()), n).await?)
}

/// Whether automatic messages rest now.
pub(crate) async fn pausado(ctx: &Ctx) -> Result<bool> {
    let mut tx = ctx.tenant().await?;
    let numero = atual(ctx, &mut tx).await?;
    tx.commit().await?;
    Ok(numero.is_some_and(|n| em_pausa(&n, ctx.now())))
}

/// A number has connected: its age begins, or goes on.
pub(super) async fn conectou(ctx: &Ctx, tx: &mut TenantTx, digits: &str) -> Result<()> {
    Ok(numero::connected(tx, digits, ctx.now()).await?)
}

/// WhatsApp refused a message. Several within an hour pause the number. Comes before anything the caller tells the browser,
/// because of the order of locks.
pub(crate) async fn sinal(ctx: &Ctx, tx: &mut TenantTx) -> Result<()> {
    let now = ctx.now();
    let Some(numero) = atual(ctx, tx).await? else { return Ok(()) };
    let signs = numero::sign(tx, new_id(), &numero.numero, now - SINAIS_EM, now).await?;
    if signs >= SINAIS {
        numero::forget_signs(tx, &numero.numero).await?;
        pausar(ctx, tx, &numero.numero, now + PAUSA_SINAIS, MOTIVO_SINAIS).await?;
    }
    Ok(())
}

/// WhatsApp ended the session with 403.
pub(super) async fn bloqueado(ctx: &Ctx, tx: &mut TenantTx, row: &Instancia) -> Result<()> {
    let digits = row.numero.clone().unwrap_or_default();
    numero::connected(tx, &digits, ctx.now()).await?;
    pausar(ctx, tx, &digits, ctx.now() + PAUSA_BLOQUEIO, MOTIVO_BLOQUEIO).await
}

async fn pausar(ctx: &Ctx, tx: &mut TenantTx, digits: &str, ate: DateTime<Utc>, motivo: &str) -> Result<()> {
    if numero::pause(tx, digits, Some((ate, motivo))).await? {
        tracing::warn!(cliente_id = %tx.cliente_id(), motivo, %ate, "automatic sending paused");
        avisar(ctx, tx).await?;
    }
    Ok(())
}

/// The owner goes on before the pause has ended.
///
/// # Errors
/// `not_found` where no number was ever connected.
pub async fn retomar(ctx: &Ctx) -> Result<InstanciaDto> {
    let mut tx = ctx.tenant().await?;
    let row = instancia::lock(&mut tx).await?.ok_or_else(not_found)?;
    let digits = row.numero.clone().unwrap_or_default();
    numero::forget_signs(&mut tx, &digits).await?;
    if numero::pause(&mut tx, &digits, None).await? {
        tracing::info!(cliente_id = %tx.cliente_id(), "automatic sending resumed");
        avisar(ctx, &mut tx).await?;
    }
    tx.commit().await?;
    com_uso(ctx, super::dto(row)).await
}

/// The answer about the connection, with what its number has sent. `None` while no number is known.
pub(super) async fn com_uso(ctx: &Ctx, dto: InstanciaDto) -> Result<InstanciaDto> {
    let Some(digits) = dto.numero.clone() else { return Ok(dto) };
    let now = ctx.now();
    let mut tx = ctx.tenant().await?;
    let numero = numero::get(&mut tx, &digits).await?;
    let enviadas_hoje = uso_diario::get(&mut tx, dia(now)).await?;
    tx.commit().await?;
    let uso = numero.map(|n| {
        let (idade, pausa) = (idade_dias(&n, now), em_pausa(&n, now));
        UsoNumeroDto {
            enviadas_hoje,
            limite_hoje: limite(idade),
            idade_dias: idade,
            pausado_ate: n.pausado_ate.filter(|_| pausa),
            motivo_pausa: n.motivo_pausa.filter(|_| pausa),
        }
    });
    Ok(InstanciaDto { uso, ..dto })
}

async fn avisar(ctx: &Ctx, tx: &mut TenantTx) -> Result<()> {
    let status = instancia::get(tx).await?.map_or(StatusInstancia::Desconectado, |row| row.status);
    eventos::emit(ctx, tx, &Evento::Instancia { status }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_grows_with_the_age() {
        let table =
            [(0, 250), (2, 250), (3, 500), (6, 500), (7, 1_000), (14, 2_000), (29, 2_000), (30, 4_000), (900, 4_000)];
        for (idade, n) in table {
            assert_eq!(limite(idade), n, "{idade}");
        }
        assert!(CURVA.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 < w[1].1));
    }

    #[test]
    fn the_day_ends_at_midnight_in_brasilia() {
        let at = |s: &str| dia(s.parse().unwrap()).to_string();
        assert_eq!(at("2026-02-03T02:59:59Z"), "2026-02-02");
        assert_eq!(at("2026-02-03T03:00:00Z"), "2026-02-03");
    }
}
