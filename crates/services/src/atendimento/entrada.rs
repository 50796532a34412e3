//! From a stored webhook call to a line of the thread, in one transaction.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use contracts::estado::Transicao;
use contracts::eventos::Evento;
use contracts::{ContatoId, ConversaId, MensagemId, StatusEnvio, TipoMensagem};
use db::TenantTx;
use db::models::contato::{self, Identidade};
use db::models::conversa::{self, Conversa};
use db::models::evento_recebido::{self, EventoRecebido};
use db::models::mensagem::{self, NewMensagem};
use db::models::{cliente, configuracao_bot, outbox};
use integrations::evolution::message::{self, Inbound, RawMessage, normalise};
use integrations::evolution::phone::phone_aliases;
use integrations::evolution::webhook::{self, DeliveryStatus, Event};
use jobs::{JobCtx, JobError, NewJob};
use tracing::Instrument;
use uuid::Uuid;

use super::conteudo::describe;
use super::janela::Janela;
use super::mudanca::{self, Mudanca};
use super::{JOB_TURNO, intencao, memoria, rascunho};
use crate::ctx::new_id;
use crate::{App, Ctx, Error, Result, conversas, eventos, midia, whatsapp};

/// Older than this is shown, not answered. More than the 20 minutes for which Evolution tries again (evolution-api.md §5).
pub(crate) const ANSWERED_AGE: TimeDelta = TimeDelta::minutes(30);
/// Older than this is history and not even shown.
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);
/// A receipt may overtake the answer of the call that sent the message; it waits this often, a second each time.
const RECEIPT_ATTEMPTS: i32 = 4;

/// What a job attempt ended with.
enum Outcome {
    Done(String),
    /// The message this is about is not known yet.
    NotYet,
}

pub(super) async fn run(app: Arc<App>, job: JobCtx) -> std::result::Result<(), JobError> {
    let ctx = Ctx::of_job(&app, &job.job)?;
    let id: Uuid = job.payload()?;
    let span = tracing::info_span!("evento", request_id = ctx.request_id, evento_id = %id);
    match handle(&ctx, &job, id).instrument(span).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(JobError::retry_after(Duration::from_secs(1), "the message is not known yet")),
        Err(e) => Err(JobError::retry(e)),
    }
}

/// `false`: try again later.
async fn handle(ctx: &Ctx, job: &JobCtx, id: Uuid) -> Result<bool> {
    let mut tx = ctx.tenant().await?;
    let mut after = After::default();
    if let Some(row) = evento_recebido::pending(&mut tx, id).await? {
        let last = job.job.attempt >= RECEIPT_ATTEMPTS;
        let resultado = match dispatch(ctx, &mut tx, &row, &mut after).await? {
            Outcome::Done(resultado) => resultado,
            Outcome::NotYet if last => "ignorado:mensagem_desconhecida".into(),
            Outcome::NotYet => return Ok(false),
        };
        tracing::info!(evento = row.evento, resultado, "event dealt with");
        if !after.keeps_media {
            midia::strip(&mut tx, id, &row.payload).await?;
        }
        evento_recebido::finish(&mut tx, id, &resultado, ctx.now()).await?;
    }
    job.finish(tx.connection()).await?;
    tx.commit().await?;
    midia::remove_files(&ctx.app, ctx.cliente_id()?, &after.files).await;
    if let Some(conversa) = after.forget {
        memoria::outdated(ctx, conversa).await;
    }
    Ok(true)
}

/// What is to be done once the event is committed, and what was done with its media.
#[derive(Default)]
struct After {
    /// The job that stores the file needs the body as it came.
    keeps_media: bool,
    /// Files without a row now.
    files: mudanca::Arquivos,
    /// The memory of this conversation holds what is there no more.
    forget: Option<ConversaId>,
}

async fn dispatch(ctx: &Ctx, tx: &mut TenantTx, row: &EventoRecebido, after: &mut After) -> Result<Outcome> {
    let delivery = webhook::parse_value(&row.payload).map_err(|e| Error::caused(contracts::ErrorCode::Internal, e))?;
    match delivery.event {
        Event::Message(raw) => match message::reaction(&raw) {
            Some(reaction) => {
                let known = mudanca::react(ctx, tx, &reaction, raw.from_me).await?;
                Ok(Outcome::Done(if known { "reacao" } else { "ignorado:mensagem_desconhecida" }.into()))
            }
            None => message(ctx, tx, row, &raw, after).await.map(Outcome::Done),
        },
        Event::Status { key_id, from_me: true, status } => receipt(ctx, tx, &key_id, status).await,
        Event::Edited { id, text: Some(text), timestamp_ms, .. } => {
            let done = mudanca::edit(ctx, tx, &id, &text, timestamp_ms).await?;
            changed(ctx, tx, done, "edicao", after).await
        }
        Event::Deleted { id, .. } => {
            let (done, files) = mudanca::delete(ctx, tx, &id).await?;
            after.files = files;
            changed(ctx, tx, done, "exclusao", after).await
        }
        Event::Edited { .. } | Event::Status { .. } | Event::Sent(_) | Event::Presence { .. } => {
            Ok(Outcome::Done("ignorado:sem_uso".into()))
        }
        Event::Other(name) => Ok(Outcome::Done(format!("ignorado:{name}"))),
        event => whatsapp::apply(ctx, tx, &delivery.instance, &event).await.map(|r| Outcome::Done(r.to_owned())),
    }
}

/// What a reaction, an edit or a deletion leads to.
async fn changed(ctx: &Ctx, tx: &mut TenantTx, done: Mudanca, name: &str, after: &mut After) -> Result<Outcome> {
    Ok(match done {
        Mudanca::Desconhecida => Outcome::NotYet,
        Mudanca::Nada => Outcome::Done(format!("ignorado:{name}")),
        Mudanca::Feita(conversa) => {
            after.forget = Some(conversa);
            Outcome::Done(name.to_owned())
        }
        Mudanca::AResponder(conversa) => {
            after.forget = Some(conversa.id);
            start_turn(ctx, tx, conversa.id, "").await?;
            Outcome::Done(format!("{name}:antes_da_resposta"))
        }
    })
}

async fn message(
    ctx: &Ctx,
    tx: &mut TenantTx,
    row: &EventoRecebido,
    raw: &RawMessage,
    after: &mut After,
) -> Result<String> {
    let now = ctx.now();
    // Our own sends come as SEND_MESSAGE; an echo by id is dropped all the same.
    if raw.from_me && !outbox::known(tx, std::slice::from_ref(&raw.id)).await?.is_empty() {
        return Ok("descartado:echo".into());
    }
    let inbound = match normalise(raw, now.timestamp(), MAX_AGE) {
        Ok(inbound) => inbound,
        Err(dropped) => return Ok(format!("descartado:{}", dropped.reason())),
    };
    let conversa = open(ctx, tx, &inbound).await?;
    let tipo = if inbound.from_me { TipoMensagem::Humano } else { TipoMensagem::Contato };
    let (conteudo, extras) = describe(&inbound);
    let new = NewMensagem {
        evento_id: Some(row.id),
        externa_id: Some(inbound.id.clone()),
        status_envio: inbound.from_me.then_some(StatusEnvio::Enviada),
        detalhes: Some(detalhes(extras.stored(), row, inbound.timestamp)),
        timestamp: if row.recuperado { DateTime::from_timestamp(inbound.timestamp, 0).unwrap_or(now) } else { now },
        ..NewMensagem::new(MensagemId(new_id()), tx.cliente_id(), conversa.id, tipo, conteudo, now)
    };
    let Some(stored) = mensagem::insert(tx, &new).await? else { return Ok("descartado:repetida".into()) };
    conversa::show_last(tx, conversa.id, tipo, &new.conteudo, now).await?;
    if let Some((tipo, info)) = extras.conteudo.filter(|c| c.tem_arquivo()).zip(inbound.media.as_ref()) {
        midia::announce(ctx, tx, stored.id, tipo, info).await?;
        after.keeps_media = true;
    }
    let chegou = Evento::Mensagem { conversa_id: conversa.id };
    if inbound.from_me {
        // Typed by the owner on the phone: a person has taken over. What is taken back is counted before an event is numbered.
        conversa::answered(tx, conversa.id, stored.ordem).await?;
        conversas::change_state(ctx, tx, &conversa, Transicao::HumanoAssumiu).await?;
        eventos::emit(ctx, tx, &chegou).await?;
        return Ok("mensagem:celular".into());
    }
    eventos::emit(ctx, tx, &chegou).await?;
    if conversa::reopen(tx, conversa.id, now).await? {
        eventos::emit(ctx, tx, &Evento::Conversa { conversa_id: conversa.id, estado: conversa.estado }).await?;
    }
    if !conversa.estado.ia_responde() {
        return Ok(format!("mensagem:guardada:{}", conversa.estado));
    }
    if !stored.conta() {
        return Ok("mensagem:so_mostra".into());
    }
    if now.timestamp() - inbound.timestamp > ANSWERED_AGE.num_seconds() {
        conversa::answered(tx, conversa.id, stored.ordem).await?;
        return Ok("mensagem:antiga".into());
    }
    let ativa = cliente::get(tx).await?.is_some_and(|c| c.status.assinatura_ativa());
    if !ativa {
        conversa::answered(tx, conversa.id, stored.ordem).await?;
        return Ok("mensagem:assinatura_inativa".into());
    }
    if contato::parou_em(tx, conversa.contato_id).await?.is_some() {
        if !intencao::quer_voltar(&new.conteudo) {
            // The assistant was asked to stop; whoever writes all the same wants a person.
            conversa::answered(tx, conversa.id, stored.ordem).await?;
            conversas::change_state(ctx, tx, &conversa, Transicao::PassarParaHumano).await?;
            return Ok("mensagem:parou".into());
        }
        contato::set_parou(tx, conversa.contato_id, None, now).await?;
    }
    rascunho::descartar(ctx, tx, &conversa).await?;
    // What has no words is complete as it is.
    start_turn(ctx, tx, conversa.id, inbound.content.text().unwrap_or_default()).await?;
    Ok("mensagem".into())
}

/// The contato is answered when the burst is over, which `lido`, the last line, helps to tell.
async fn start_turn(ctx: &Ctx, tx: &mut TenantTx, conversa: ConversaId, lido: &str) -> Result<()> {
    let now = ctx.now();
    let janela = Janela::new(&configuracao_bot::get(tx).await?);
    let turno = NewJob::new(JOB_TURNO, JOB_TURNO)
        .key(conversa.to_string())
        .group(format!("conversa:{conversa}"))
        .tenant(tx.cliente_id().0)
        .request_id(&ctx.request_id)
        .payload(&conversa)
        .at(janela.fim(lido, now))
        .max_attempts(5);
    jobs::enqueue_or_postpone(tx.connection(), &turno, now, janela.teto()).await?;
    Ok(())
}

/// What is stored beside the text: what came, in which order the phone sent it, since webhooks overtake each other, and
/// that it was found after an outage.
fn detalhes(extras: Option<serde_json::Value>, row: &EventoRecebido, enviada_em: i64) -> serde_json::Value {
    let mut known = extras.unwrap_or_else(|| serde_json::json!({}));
    if let Some(members) = known.as_object_mut() {
        members.insert("enviada_em".into(), enviada_em.into());
        if row.recuperado {
            members.insert("recuperada".into(), true.into());
        }
    }
    known
}

/// The conversation, locked, of whoever wrote this.
async fn open(ctx: &Ctx, tx: &mut TenantTx, inbound: &Inbound) -> Result<Conversa> {
    let mut jids = vec![inbound.remote_jid.clone()];
    if let Some(phone) = &inbound.phone {
        jids.extend(phone_aliases(phone).into_iter().map(|n| format!("{n}@s.whatsapp.net")));
    }
    jids.extend(inbound.lid.clone());
    jids.sort();
    jids.dedup();
    // The name of a message typed on our own phone is ours, not the contato's.
    let nome = inbound.push_name.clone().filter(|_| !inbound.from_me);
    let quem = Identidade { jids, nome, numero: inbound.phone.clone() };
    let now = ctx.now();
    let contato = contato::resolve(tx, &quem, ContatoId(new_id()), now).await?;
    let numero = inbound.phone.as_deref().unwrap_or_default();
    Ok(conversa::open(tx, contato, ConversaId(new_id()), &inbound.remote_jid, numero, now).await?)
}

async fn receipt(ctx: &Ctx, tx: &mut TenantTx, key_id: &str, status: DeliveryStatus) -> Result<Outcome> {
    let status = match status {
        DeliveryStatus::DeliveryAck => StatusEnvio::Entregue,
        DeliveryStatus::Read | DeliveryStatus::Played => StatusEnvio::Lida,
        DeliveryStatus::Error => StatusEnvio::Falhou,
        DeliveryStatus::Pending | DeliveryStatus::ServerAck => return Ok(Outcome::Done("ignorado:sem_uso".into())),
    };
    let Some(id) = mensagem::by_externa(tx, key_id).await? else { return Ok(Outcome::NotYet) };
    let motivo = (status == StatusEnvio::Falhou).then_some("O WhatsApp recusou a mensagem.");
    if let Some(conversa_id) = mensagem::set_status_envio(tx, id, status, motivo, None).await? {
        if status == StatusEnvio::Falhou {
            whatsapp::uso::sinal(ctx, tx).await?;
        }
        eventos::emit(ctx, tx, &Evento::Mensagem { conversa_id }).await?;
    }
    Ok(Outcome::Done("recibo".into()))
}
