//! What an owner must know: opened and closed with the change that causes it, told by mail at most once an incident and
//! not more often than every six hours, and shown in the dashboard until it is over.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::TipoAviso;
use contracts::avisos::{AvisoDto, AvisosDto, DetalheAviso};
use contracts::eventos::Evento;
use db::TenantTx;
use db::models::aviso::{self, Aviso};

use crate::ctx::new_id;
use crate::emails::{self, Modelo};
use crate::{Ctx, Error, Result, eventos};

/// Between two mails of one kind.
const ENTRE_EMAILS: TimeDelta = TimeDelta::hours(6);
/// "It is back" is worth a mail only after this.
const VOLTOU_APOS: TimeDelta = TimeDelta::minutes(30);
/// Those that ended are listed this long.
const LISTADOS: TimeDelta = TimeDelta::days(7);
/// How far back the history of the connection goes.
const HISTORICO: TimeDelta = TimeDelta::days(30);
const LIMITE: i64 = 50;

/// What is open, and what ended lately.
pub async fn list(ctx: &Ctx) -> Result<AvisosDto> {
    let mut tx = ctx.tenant().await?;
    let rows = aviso::list(&mut tx, ctx.now() - LISTADOS, LIMITE).await?;
    tx.commit().await?;
    Ok(AvisosDto { itens: rows.into_iter().map(dto).collect() })
}

/// Those of these kinds that began or ended within the last 30 days, newest first.
pub(crate) async fn historico(ctx: &Ctx, tipos: &[TipoAviso]) -> Result<AvisosDto> {
    let mut tx = ctx.tenant().await?;
    let rows = aviso::list(&mut tx, ctx.now() - HISTORICO, LIMITE).await?;
    tx.commit().await?;
    let mut itens: Vec<AvisoDto> = rows.into_iter().filter(|a| tipos.contains(&a.tipo)).map(dto).collect();
    itens.sort_by_key(|a| std::cmp::Reverse(a.desde));
    Ok(AvisosDto { itens })
}

/// Something to be told.
pub(crate) struct Novo {
    pub tipo: TipoAviso,
    /// When the trouble began.
    pub desde: DateTime<Utc>,
    pub detalhe: DetalheAviso,
    /// `None`: the dashboard is enough, for now at least.
    pub email: Option<Modelo>,
}

/// Opens it unless one of its kind is open, and sends the mail that is due. `true`: it is new.
pub(crate) async fn abrir(ctx: &Ctx, tx: &mut TenantTx, novo: Novo) -> Result<bool> {
    let Novo { tipo, desde, detalhe, email } = novo;
    let row = Aviso {
        id: new_id(),
        cliente_id: tx.cliente_id(),
        tipo,
        desde,
        resolvido_em: None,
        detalhe: json(&detalhe)?,
        email_em: None,
        created_at: ctx.now(),
    };
    let new = aviso::insert(tx, &row).await?;
    if new {
        tracing::warn!(%tipo, "aviso opened");
        eventos::emit(ctx, tx, &Evento::Aviso { aviso: tipo, aberto: true }).await?;
    }
    let open = if new { Some(row) } else { aviso::open(tx, tipo).await? };
    if let (Some(email), Some(open)) = (email, open.filter(|a| a.email_em.is_none())) {
        let now = ctx.now();
        if aviso::last_mail(tx, tipo).await?.is_none_or(|at| now - at >= ENTRE_EMAILS) {
            emails::queue(ctx, tx, email).await?;
            aviso::mailed(tx, open.id, now).await?;
        }
    }
    Ok(new)
}

/// Ends it, if it is open.
pub(crate) async fn resolver(ctx: &Ctx, tx: &mut TenantTx, tipo: TipoAviso) -> Result<()> {
    let now = ctx.now();
    let Some(old) = aviso::close(tx, tipo, now).await? else { return Ok(()) };
    tracing::info!(%tipo, "aviso closed");
    eventos::emit(ctx, tx, &Evento::Aviso { aviso: tipo, aberto: false }).await?;
    if tipo == TipoAviso::ConexaoCaiu && old.email_em.is_some() && now - old.desde > VOLTOU_APOS {
        emails::queue(ctx, tx, Modelo::ConexaoVoltou { minutos: (now - old.desde).num_minutes() }).await?;
    }
    Ok(())
}

/// Ends what an owner has dealt with: nothing is mailed about it.
pub(crate) async fn dispensar(ctx: &Ctx, tx: &mut TenantTx, tipos: &[TipoAviso]) -> Result<()> {
    for tipo in tipos {
        if aviso::close(tx, *tipo, ctx.now()).await?.is_some() {
            eventos::emit(ctx, tx, &Evento::Aviso { aviso: *tipo, aberto: false }).await?;
        }
    }
    Ok(())
}

/// Tells of messages that were found afterwards; several finds add up.
pub(crate) async fn recuperadas(ctx: &Ctx, tx: &mut TenantTx, todas: i64, nao_respondidas: i64) -> Result<()> {
    let tipo = TipoAviso::MensagensRecuperadas;
    let open = aviso::open(tx, tipo).await?;
    let before = open.as_ref().map(|a| detalhe(&a.detalhe)).unwrap_or_default();
    let now = DetalheAviso {
        recuperadas: Some(before.recuperadas.unwrap_or(0) + todas),
        nao_respondidas: Some(before.nao_respondidas.unwrap_or(0) + nao_respondidas),
        ..Default::default()
    };
    if let Some(open) = open {
        aviso::set_detalhe(tx, open.id, &json(&now)?).await?;
        return eventos::emit(ctx, tx, &Evento::Aviso { aviso: tipo, aberto: true }).await;
    }
    abrir(ctx, tx, Novo { tipo, desde: ctx.now(), detalhe: now, email: None }).await.map(drop)
}

fn json(detalhe: &DetalheAviso) -> Result<serde_json::Value> {
    serde_json::to_value(detalhe).map_err(|e| Error::caused(contracts::ErrorCode::Internal, e))
}

fn detalhe(value: &serde_json::Value) -> DetalheAviso {
    serde_json::from_value(value.clone()).unwrap_or_default()
}

fn dto(row: Aviso) -> AvisoDto {
    AvisoDto {
        id: row.id,
        tipo: row.tipo,
        desde: row.desde,
        resolvido_em: row.resolvido_em,
        detalhe: detalhe(&row.detalhe),
    }
}
