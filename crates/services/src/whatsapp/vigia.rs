//! The watch: once a minute every connection is asked after, by few at a time, and the owner of one that is lost is told.
//! Evolution itself being away is one fact for all and is waited out for a while: a blip is nobody's incident.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use contracts::avisos::DetalheAviso;
use contracts::{StatusInstancia, TipoAviso};
use db::TenantTx;
use db::models::aviso;
use db::models::evento_recebido;
use db::models::instancia::{self, Instancia, Vez};
use db::models::sinal;
use futures::StreamExt;
use jobs::{JobCtx, JobError};

use super::reconcilia::{Causa, agendar, agendar_todas};
use super::trafego::{self, Silencio};
use super::{load, sync};
use crate::avisos::{self, Novo};
use crate::emails::{Idioma, Modelo, Queda};
use crate::{App, Ctx, Result, uso};

/// Kind and queue of the watch's job.
pub const JOB_VIGIA: &str = "vigia";
/// How often the watch goes round.
pub const INTERVALO: Duration = Duration::from_secs(60);
/// A connection is asked after no more often than this.
const ENTRE_VISITAS: TimeDelta = TimeDelta::seconds(50);
/// Its traffic is looked at every so often.
const ENTRE_EXAMES: TimeDelta = TimeDelta::minutes(10);
/// Connections asked after at once: at some 50 ms each, 10,000 take a round.
const DE_CADA_VEZ: usize = 8;
const LOTE: i64 = 64;
/// A round ends before the next begins; what is left comes first then.
const RODADA: Duration = Duration::from_secs(50);
/// Reconnecting takes seconds; longer than this it is an incident.
pub(super) const RECONECTANDO: TimeDelta = TimeDelta::minutes(3);
/// Evolution away: shown after the first, mailed after the second.
const FORA_AVISO: TimeDelta = TimeDelta::minutes(10);
const FORA_EMAIL: TimeDelta = TimeDelta::minutes(30);
/// A longer pause between two signs of life means that something was away.
const AUSENTE: TimeDelta = TimeDelta::minutes(3);
/// What was found after an outage is shown this long.
const RECUPERADAS: TimeDelta = TimeDelta::hours(24);

/// Whose sign of life it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sinal {
    /// Some process takes webhooks.
    Http,
    /// Some process works.
    Trabalho,
    /// Evolution answers.
    Evolution,
}

impl Sinal {
    const fn nome(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Trabalho => "trabalho",
            Self::Evolution => "evolution",
        }
    }
}

/// Records a sign of life. After a pause everybody's messages since then are asked for.
pub async fn pulso(app: &App, sinal: Sinal) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.system().await?;
    if let Some(before) = sinal::touch(&mut tx, sinal.nome(), now).await?
        && now - before >= AUSENTE
    {
        tracing::warn!(?sinal, %before, "no sign of life for a while");
        agendar_todas(&mut tx, before, now).await?;
    }
    Ok(tx.commit().await?)
}

/// One round.
pub async fn run_job(app: Arc<App>, _job: JobCtx) -> std::result::Result<(), JobError> {
    Box::pin(ronda(&app)).await.map_err(JobError::retry)
}

async fn ronda(app: &Arc<App>) -> Result<()> {
    pulso(app, Sinal::Trabalho).await?;
    let away = evolution_away(app).await?;
    let began = Instant::now();
    loop {
        let now = app.clock.now();
        let mut tx = app.db.system().await?;
        let turns = instancia::take_turns(&mut tx, now, now - ENTRE_VISITAS, now - ENTRE_EXAMES, LOTE).await?;
        tx.commit().await?;
        if turns.is_empty() || began.elapsed() > RODADA {
            return Ok(());
        }
        futures::stream::iter(turns).for_each_concurrent(DE_CADA_VEZ, |turn| visitar(app, turn, away)).await;
    }
}

/// Since when Evolution has not answered; `None` while it does.
async fn evolution_away(app: &App) -> Result<Option<DateTime<Utc>>> {
    match app.evolution.verify_creds().await {
        Ok(()) => {
            pulso(app, Sinal::Evolution).await?;
            Ok(None)
        }
        Err(e) => {
            let mut tx = app.db.system().await?;
            let last = sinal::last(&mut tx, Sinal::Evolution.nome()).await?;
            tx.commit().await?;
            let since = last.unwrap_or_else(|| app.clock.now());
            tracing::error!(error = %e, %since, "Evolution does not answer");
            Ok(Some(since))
        }
    }
}

/// One connection's trouble must not keep the watch from the others.
async fn visitar(app: &Arc<App>, turn: Vez, away: Option<DateTime<Utc>>) {
    let ctx = Ctx::system(app, turn.cliente_id, format!("vigia:{}", turn.cliente_id));
    let visit = async {
        match away {
            Some(since) => evolution_fora(&ctx, since).await,
            None => verificar(&ctx, turn.trafego).await,
        }
    };
    if let Err(e) = visit.await {
        tracing::warn!(cliente_id = %turn.cliente_id, error = %e, "the connection could not be looked at");
    }
}

async fn evolution_fora(ctx: &Ctx, since: DateTime<Utc>) -> Result<()> {
    let lasted = ctx.now() - since;
    let was_open = load(ctx).await?.is_some_and(|r| r.aberta_em.is_some());
    if lasted < FORA_AVISO || !was_open {
        return Ok(());
    }
    let mut tx = ctx.tenant().await?;
    caiu(ctx, &mut tx, since, Queda::EvolutionFora, lasted >= FORA_EMAIL).await?;
    Ok(tx.commit().await?)
}

async fn verificar(ctx: &Ctx, traffic: bool) -> Result<()> {
    let Some(row) = load(ctx).await? else { return Ok(()) };
    let row = sync(ctx, row).await?;
    match row.status {
        // Told by the change itself.
        StatusInstancia::Desconectado => Ok(()),
        StatusInstancia::Conectado => {
            let mut tx = ctx.tenant().await?;
            let open: Vec<_> = aviso::all_open(&mut tx).await?;
            if open.iter().any(|a| a.tipo == TipoAviso::ConexaoCaiu) {
                avisos::resolver(ctx, &mut tx, TipoAviso::ConexaoCaiu).await?;
            }
            if traffic || !open.is_empty() {
                examinar(ctx, &mut tx, &row, &open, traffic).await?;
            }
            Ok(tx.commit().await?)
        }
        StatusInstancia::Conectando | StatusInstancia::AguardandoQr => {
            if row.aberta_em.is_none() || ctx.now() - row.desde < RECONECTANDO {
                return Ok(());
            }
            let mut tx = ctx.tenant().await?;
            caiu(ctx, &mut tx, row.desde, Queda::Reconectando, true).await?;
            Ok(tx.commit().await?)
        }
    }
}

/// What the traffic says of a connection that calls itself open.
async fn examinar(ctx: &Ctx, tx: &mut TenantTx, row: &Instancia, open: &[aviso::Aviso], traffic: bool) -> Result<()> {
    let now = ctx.now();
    let seen = evento_recebido::traffic(tx).await?;
    for old in open {
        let over = match old.tipo {
            // A message has been delivered since.
            TipoAviso::InstanciaSurda | TipoAviso::Silencio => seen.ultima.is_some_and(|at| at > old.desde),
            TipoAviso::MensagensRecuperadas => now - old.desde >= RECUPERADAS,
            TipoAviso::SemRecibo => traffic && trafego::recibos(tx, now).await?.is_none(),
            TipoAviso::Orcamento80
            | TipoAviso::OrcamentoEsgotado
            | TipoAviso::Mensagens80
            | TipoAviso::MensagensEsgotadas => old.desde < uso::inicio_do_mes(now),
            TipoAviso::ConexaoCaiu | TipoAviso::EmailRecusado => false,
        };
        if over {
            avisos::resolver(ctx, tx, old.tipo).await?;
        }
    }
    if !traffic {
        return Ok(());
    }
    let (silencio, desde) = trafego::silencio(tx, &seen, row.desde, now).await?;
    if silencio != Silencio::Normal {
        tracing::info!(?silencio, %desde, "the usual messages are missing");
        let causa = Causa::Silencio { incomum: silencio == Silencio::Incomum };
        agendar(ctx, tx, desde, causa).await?;
    }
    if let Some(found) = trafego::recibos(tx, now).await? {
        let detalhe = DetalheAviso { sem_recibo: Some(found.mensagens), ..Default::default() };
        let desde = found.desde.unwrap_or(now);
        let email = Some(Modelo::SemRecibo { mensagens: found.mensagens });
        avisos::abrir(ctx, tx, Novo { tipo: TipoAviso::SemRecibo, desde, detalhe, email }).await?;
    }
    Ok(())
}

async fn caiu(ctx: &Ctx, tx: &mut TenantTx, desde: DateTime<Utc>, queda: Queda, email: bool) -> Result<()> {
    let detalhe = DetalheAviso { motivo: Some(queda.frase(Idioma::Pt).to_owned()), ..Default::default() };
    let email = email.then_some(Modelo::ConexaoCaiu { queda });
    avisos::abrir(ctx, tx, Novo { tipo: TipoAviso::ConexaoCaiu, desde, detalhe, email }).await.map(drop)
}

/// The connection has changed: with the change, in its transaction.
pub(super) async fn mudou(ctx: &Ctx, tx: &mut TenantTx, before: &Instancia, after: &Instancia) -> Result<()> {
    let (was, is) = (before.status, after.status);
    if is == StatusInstancia::Conectado {
        if was != is {
            avisos::resolver(ctx, tx, TipoAviso::ConexaoCaiu).await?;
        }
        // "Open" once more without our having seen it close: a short drop.
        let since = if was == is { ctx.now() } else { before.desde };
        if before.aberta_em.is_some() {
            agendar(ctx, tx, since, Causa::Ausencia).await?;
        }
    }
    if is == StatusInstancia::Desconectado && was != is && before.aberta_em.is_some() {
        caiu(ctx, tx, ctx.now(), after.causa.map_or(Queda::Sem, Queda::Causa), true).await?;
    }
    Ok(())
}
