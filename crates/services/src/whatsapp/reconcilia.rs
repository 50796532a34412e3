//! What Evolution holds and never told us: asked for after each reconnect, after our own absence and when a silence is
//! odd, and fed through the path of the webhook, where what is known already is a no-op.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::avisos::DetalheAviso;
use contracts::{ClienteId, ErrorCode, StatusInstancia, TipoAviso};
use db::models::instancia::{self, Instancia};
use db::models::{aviso, evento_recebido, outbox};
use db::{SystemTx, TenantTx};
use integrations::evolution::message::{RawMessage, normalise};
use integrations::evolution::webhook::{self, Event};
use integrations::evolution::{EvolutionError, MediaKind};
use jobs::{JobCtx, JobError, NewJob};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::load;
use super::receive::store_recovered;
use crate::avisos::{self, Novo};
use crate::emails::Modelo;
use crate::{App, Ctx, Error, Result, atendimento, midia};

/// Kind and queue of the job that asks.
pub const JOB_RECONCILIAR: &str = "reconciliar";
/// What is asked for begins this much earlier than the trouble was seen.
const SOBREPOSICAO: TimeDelta = TimeDelta::minutes(10);
/// Older messages are history.
const IDADE_MAX: TimeDelta = TimeDelta::hours(24);
/// A younger message may still be on its way by the webhook.
const A_CAMINHO: TimeDelta = TimeDelta::seconds(60);
/// Evolution delivers what waited at WhatsApp by itself first. Not shorter than [`A_CAMINHO`]: then all that came before
/// the job was stored is old enough to be taken.
const ESPERA: TimeDelta = A_CAMINHO;
/// So many clientes with the same trouble within an hour: a holiday, or our own webhook's address cannot be reached. Further
/// ones see it in the dashboard and get no mail.
const MUITOS: i64 = 3;
/// Not delivered after this although all was well: the instance is deaf.
const SURDA_APOS: TimeDelta = TimeDelta::minutes(2);
/// Between the jobs of two clientes when all are asked about.
const PASSO: TimeDelta = TimeDelta::milliseconds(50);

/// Why Evolution is asked.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Causa {
    /// The number, Evolution or we ourselves were away.
    Ausencia,
    /// The usual messages are missing.
    Silencio {
        /// So many that the owner is told even if nothing is found.
        incomum: bool,
    },
}

#[derive(Serialize, Deserialize)]
struct Pedido {
    desde: DateTime<Utc>,
    causa: Causa,
}

fn job(cliente_id: ClienteId, desde: DateTime<Utc>, causa: Causa, at: DateTime<Utc>) -> NewJob {
    // Each cause has its own: a silence must not be forgotten because a reconnect is asked about already.
    let key = match causa {
        Causa::Ausencia => cliente_id.to_string(),
        Causa::Silencio { .. } => format!("{cliente_id}:silencio"),
    };
    NewJob::new(JOB_RECONCILIAR, JOB_RECONCILIAR)
        .key(key)
        .group(format!("{JOB_RECONCILIAR}:{cliente_id}"))
        .tenant(cliente_id.0)
        .payload(&Pedido { desde, causa })
        .at(at)
        .max_attempts(12)
}

/// Stores the job that asks for what came after `desde`. One of the same cause that waits already asks for as much: it was
/// stored earlier.
pub(super) async fn agendar(ctx: &Ctx, tx: &mut TenantTx, desde: DateTime<Utc>, causa: Causa) -> Result<()> {
    let now = ctx.now();
    let job = job(tx.cliente_id(), desde, causa, now + ESPERA).request_id(&ctx.request_id);
    jobs::enqueue(tx.connection(), &job, now).await?;
    Ok(())
}

/// The same for every number that was open: Evolution or we ourselves were away since `desde`. Spread, so that Evolution
/// is not asked for everything at once.
pub(super) async fn agendar_todas(tx: &mut SystemTx, desde: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
    let ids = instancia::opened(tx).await?;
    let mut at = now + ESPERA;
    for id in &ids {
        jobs::enqueue(tx.connection(), &job(*id, desde, Causa::Ausencia, at), now).await?;
        at += PASSO;
    }
    tracing::warn!(%desde, instancias = ids.len(), "somebody was away; what was missed is asked for");
    Ok(())
}

/// Asks, and stores what is new. Runs twice without harm: what was stored is known.
pub async fn run_job(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job.job)?;
    let pedido: Pedido = job.payload()?;
    let row = load(&ctx).await.map_err(JobError::retry)?;
    let Some(row) = row.filter(|r| r.status != StatusInstancia::Desconectado) else { return Ok(()) };
    if row.status != StatusInstancia::Conectado {
        return Err(JobError::retry("the number is not connected yet"));
    }
    match reconciliar(&ctx, &row, pedido.desde).await {
        Ok(Some(found)) => contar(&ctx, &pedido, &found).await.map_err(JobError::retry),
        Ok(None) => Ok(()),
        Err(e) => Err(JobError::retry(e)),
    }
}

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
struct Achado {
    /// New messages of contatos.
    novas: i64,
    /// Of these, not answered because of their age.
    antigas: i64,
    /// Of these, certainly not delivered.
    perdidas: i64,
}

/// `None`: the instance is gone at Evolution, and with it what it held.
async fn reconciliar(ctx: &Ctx, row: &Instancia, desde: DateTime<Utc>) -> Result<Option<Achado>> {
    let now = ctx.now();
    let since = (desde - SOBREPOSICAO).max(now - IDADE_MAX);
    let (records, cut) = match ctx.app.evolution.find_since(&row.instance_id, since.timestamp()).await {
        Ok(found) => found,
        Err(EvolutionError::NotFound) => return Ok(None),
        Err(e) => return Err(Error::caused(ErrorCode::WhatsappUnavailable, e)),
    };
    if cut {
        tracing::warn!("Evolution holds more than is asked for; the oldest stay there");
    }
    let read: Vec<(Value, RawMessage)> =
        records.into_iter().filter_map(|record| candidate(&row.instance_id, record, now)).collect();
    let known = known(ctx, row, &read, since).await?;
    let mut found = Achado::default();
    for (payload, raw) in read.into_iter().filter(|(_, raw)| !known.contains(raw)) {
        let from_me = raw.from_me;
        let age = now.timestamp() - raw.timestamp;
        if store_recovered(ctx, row, payload, raw).await? && !from_me {
            found.novas += 1;
            found.antigas += i64::from(age > atendimento::ANSWERED_AGE.num_seconds());
            found.perdidas += i64::from(age > SURDA_APOS.num_seconds());
        }
    }
    tracing::info!(?found, "reconciled");
    Ok(Some(found))
}

/// The record as a delivery, if a conversation would come of it.
fn candidate(instance: &str, record: Value, now: DateTime<Utc>) -> Option<(Value, RawMessage)> {
    let mut payload = webhook::stored_as_delivery(instance, record);
    super::receive::strip_nul(&mut payload);
    let Event::Message(raw) = webhook::parse_value(&payload).ok()?.event else { return None };
    let age = now.timestamp() - raw.timestamp;
    let old_enough = age >= A_CAMINHO.num_seconds();
    let max = IDADE_MAX.to_std().unwrap_or_default();
    (old_enough && normalise(&raw, now.timestamp(), max).is_ok()).then_some((payload, *raw))
}

/// Ids that have come or that we sent, and replies whose id we never learnt.
struct Conhecidas {
    ids: HashSet<String>,
    textos: HashSet<String>,
    arquivos: HashSet<(MediaKind, String)>,
}

impl Conhecidas {
    fn contains(&self, raw: &RawMessage) -> bool {
        let texto = || raw.message.get("conversation").and_then(Value::as_str).is_some_and(|t| self.textos.contains(t));
        let arquivo = || raw.file().is_some_and(|f| self.arquivos.contains(&f));
        self.ids.contains(&raw.id) || (raw.from_me && (texto() || arquivo()))
    }
}

async fn known(ctx: &Ctx, row: &Instancia, read: &[(Value, RawMessage)], since: DateTime<Utc>) -> Result<Conhecidas> {
    let ids: Vec<String> = read.iter().map(|(_, raw)| raw.id.clone()).collect();
    let mut tx = ctx.tenant().await?;
    let come = evento_recebido::known(&mut tx, row.id, &ids).await?;
    let sent = outbox::known(&mut tx, &ids).await?;
    let duvidosas = outbox::doubtful(&mut tx, since - IDADE_MAX).await?;
    tx.commit().await?;
    let (arquivos, textos): (Vec<_>, Vec<_>) = duvidosas.into_iter().partition(|(_, tipo)| tipo.is_some());
    Ok(Conhecidas {
        ids: come.into_iter().chain(sent).collect(),
        textos: textos.into_iter().map(|(texto, _)| texto).collect(),
        arquivos: arquivos.into_iter().filter_map(|(legenda, tipo)| Some((midia::kind(tipo?), legenda))).collect(),
    })
}

/// Tells the owner what the find means.
async fn contar(ctx: &Ctx, pedido: &Pedido, found: &Achado) -> Result<()> {
    let alone = {
        let mut tx = ctx.system_tx().await?;
        let hour = ctx.now() - TimeDelta::hours(1);
        let many = aviso::count_since(&mut tx, &[TipoAviso::InstanciaSurda, TipoAviso::Silencio], hour).await?;
        tx.commit().await?;
        many < MUITOS
    };
    let mut tx = ctx.tenant().await?;
    if found.antigas > 0 {
        avisos::recuperadas(ctx, &mut tx, found.novas, found.antigas).await?;
    }
    let desde = pedido.desde;
    match pedido.causa {
        Causa::Silencio { .. } if found.perdidas > 0 => {
            let email = alone.then_some(Modelo::InstanciaSurda);
            let novo = Novo { tipo: TipoAviso::InstanciaSurda, desde, detalhe: DetalheAviso::default(), email };
            avisos::abrir(ctx, &mut tx, novo).await?;
            avisos::resolver(ctx, &mut tx, TipoAviso::Silencio).await?;
        }
        Causa::Silencio { incomum: true } => {
            let deaf = aviso::open(&mut tx, TipoAviso::InstanciaSurda).await?.is_some();
            let minutos = (ctx.now() - desde).num_minutes();
            let email = alone.then_some(Modelo::SilencioIncomum { minutos });
            if !deaf {
                let novo = Novo { tipo: TipoAviso::Silencio, desde, detalhe: DetalheAviso::default(), email };
                avisos::abrir(ctx, &mut tx, novo).await?;
            }
        }
        Causa::Silencio { incomum: false } | Causa::Ausencia => {}
    }
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_reply_whose_id_was_never_learnt_is_known_by_its_words_or_its_kind_of_file() {
        let known = Conhecidas {
            ids: ["A1".to_owned()].into(),
            textos: ["Oi".to_owned()].into(),
            arquivos: [(MediaKind::Image, "Cardápio".to_owned())].into(),
        };
        let raw = |id: &str, from_me: bool, message: Value| RawMessage {
            id: id.into(),
            remote_jid: "5511911110000@s.whatsapp.net".into(),
            remote_jid_alt: None,
            from_me,
            push_name: None,
            message,
            context_info: Value::Null,
            message_type: String::new(),
            timestamp: 0,
        };
        let image = |caption: &str| json!({ "imageMessage": { "caption": caption, "mimetype": "image/jpeg" } });
        for (id, from_me, message, expected) in [
            ("A1", false, json!({ "conversation": "outra" }), true),
            ("B1", true, json!({ "conversation": "Oi" }), true),
            ("B2", false, json!({ "conversation": "Oi" }), false),
            ("B3", true, image("Cardápio"), true),
            ("B4", true, image("Oi"), false),
            ("B5", true, json!({ "documentMessage": { "caption": "Cardápio", "fileName": "c.pdf" } }), false),
            ("B6", false, image("Cardápio"), false),
        ] {
            assert_eq!(known.contains(&raw(id, from_me, message)), expected, "{id}");
        }
    }
}
