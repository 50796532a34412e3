//! `historico_mensagens`: the lines of every thread, in the order `ordem`.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, ConversaId, MensagemId, StatusEnvio, TipoMensagem};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::schema::historico_mensagens as t;
use crate::{Result, TenantTx};

/// A line.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct Mensagem {
    /// Its id.
    pub id: MensagemId,
    /// Grows with each line of the conversation.
    pub ordem: i64,
    /// Who wrote it.
    pub tipo: TipoMensagem,
    /// The text.
    pub conteudo: String,
    /// When it was received or written.
    pub timestamp: DateTime<Utc>,
    /// Only for what we send.
    pub status_envio: Option<StatusEnvio>,
    /// Only for answers of the assistant.
    pub confianca: Option<f32>,
    /// The pieces it was answered from.
    pub fontes: Option<serde_json::Value>,
    /// Why a person was called, or why sending failed.
    pub motivo: Option<String>,
    /// What else is known of it.
    pub detalhes: Option<serde_json::Value>,
}

impl Mensagem {
    /// Whether its text only describes what came: a voice note, a picture without words.
    pub fn sem_texto(&self) -> bool {
        self.detalhes.as_ref().and_then(|d| d.get("sem_texto")).and_then(serde_json::Value::as_bool) == Some(true)
    }
}

impl Mensagem {
    /// Whether it came while the connection was down and was found afterwards.
    pub fn recuperada(&self) -> bool {
        self.detalhes.as_ref().and_then(|d| d.get("recuperada")).and_then(serde_json::Value::as_bool) == Some(true)
    }
}

/// A line to be added.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = t)]
pub struct NewMensagem {
    /// Its id.
    pub id: MensagemId,
    /// Its owner.
    pub cliente_id: ClienteId,
    /// Its thread.
    pub conversa_id: ConversaId,
    /// Who wrote it.
    pub tipo: TipoMensagem,
    /// The text.
    pub conteudo: String,
    /// When it was received or written.
    pub timestamp: DateTime<Utc>,
    /// The webhook call that brought it.
    pub evento_id: Option<Uuid>,
    /// WhatsApp's id.
    pub externa_id: Option<String>,
    /// Only for what we send.
    pub status_envio: Option<StatusEnvio>,
    /// Only for answers of the assistant.
    pub confianca: Option<f32>,
    /// The pieces it was answered from.
    pub fontes: Option<serde_json::Value>,
    /// Features of the retrieval, for a later refit of the confidence.
    pub detalhes: Option<serde_json::Value>,
    /// Why a person was called.
    pub motivo: Option<String>,
}

impl NewMensagem {
    /// A line with nothing but its text.
    pub fn new(
        id: MensagemId,
        cliente_id: ClienteId,
        conversa_id: ConversaId,
        tipo: TipoMensagem,
        conteudo: String,
        timestamp: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            cliente_id,
            conversa_id,
            tipo,
            conteudo,
            timestamp,
            evento_id: None,
            externa_id: None,
            status_envio: None,
            confianca: None,
            fontes: None,
            detalhes: None,
            motivo: None,
        }
    }
}

/// Adds a line; `None` if a line with this id or of this webhook call is there already.
pub async fn insert(tx: &mut TenantTx, row: &NewMensagem) -> Result<Option<Mensagem>> {
    Ok(diesel::insert_into(t::table)
        .values(row)
        .on_conflict_do_nothing()
        .returning(Mensagem::as_returning())
        .get_result(tx.connection())
        .await
        .optional()?)
}

/// One line of this conversation.
pub async fn get(tx: &mut TenantTx, conversa: ConversaId, id: MensagemId) -> Result<Option<Mensagem>> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::conversa_id.eq(conversa)).and(t::id.eq(id)));
    Ok(row.select(Mensagem::as_select()).first(tx.connection()).await.optional()?)
}

/// The newest `limit` lines before `antes` (an `ordem`), oldest first.
pub async fn page(tx: &mut TenantTx, conversa: ConversaId, antes: Option<i64>, limit: i64) -> Result<Vec<Mensagem>> {
    let mut rows: Vec<Mensagem> = t::table
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::conversa_id.eq(conversa)))
        .filter(t::ordem.lt(antes.unwrap_or(i64::MAX)))
        .order(t::ordem.desc())
        .limit(limit)
        .select(Mensagem::as_select())
        .load(tx.connection())
        .await?;
    rows.reverse();
    Ok(rows)
}

/// What the contato wrote after `respondida_ate`, oldest first.
pub async fn unanswered(tx: &mut TenantTx, conversa: ConversaId, respondida_ate: i64) -> Result<Vec<Mensagem>> {
    Ok(t::table
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::conversa_id.eq(conversa)))
        .filter(t::tipo.eq(TipoMensagem::Contato).and(t::ordem.gt(respondida_ate)))
        .order(t::ordem)
        .select(Mensagem::as_select())
        .load(tx.connection())
        .await?)
}

/// Moves the sending state of a line on and says where it stands. Acks may come late and in any order, so a state
/// never goes back.
pub async fn set_status_envio(
    tx: &mut TenantTx,
    id: MensagemId,
    status: StatusEnvio,
    motivo: Option<&str>,
    externa_id: Option<&str>,
) -> Result<Option<ConversaId>> {
    // WhatsApp may refuse what Evolution has taken.
    let limit = if status == StatusEnvio::Falhou { rank(StatusEnvio::Entregue) } else { rank(status) };
    let below: Vec<StatusEnvio> =
        StatusEnvio::ALL.iter().copied().filter(|s| rank(*s) < limit && *s != status).collect();
    Ok(diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .filter(t::status_envio.eq_any(below))
        .set((t::status_envio.eq(status), motivo.map(|m| t::motivo.eq(m)), externa_id.map(|e| t::externa_id.eq(e))))
        .returning(t::conversa_id)
        .get_result(tx.connection())
        .await
        .optional()?)
}

/// The line that Evolution knows as `externa_id`.
pub async fn by_externa(tx: &mut TenantTx, externa_id: &str) -> Result<Option<MensagemId>> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::externa_id.eq(externa_id)));
    Ok(row.select(t::id).first(tx.connection()).await.optional()?)
}

const fn rank(status: StatusEnvio) -> u8 {
    match status {
        StatusEnvio::Pendente => 0,
        StatusEnvio::Enviando => 1,
        StatusEnvio::Falhou => 2,
        StatusEnvio::Enviada => 3,
        StatusEnvio::Entregue => 4,
        StatusEnvio::Lida => 5,
    }
}

/// The `ordem` of the last spoken line before `antes`.
pub async fn newest_before(tx: &mut TenantTx, conversa: ConversaId, antes: i64) -> Result<Option<i64>> {
    Ok(t::table
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::conversa_id.eq(conversa)))
        .filter(t::ordem.lt(antes).and(t::tipo.ne(TipoMensagem::Sistema)))
        .select(diesel::dsl::max(t::ordem))
        .first(tx.connection())
        .await?)
}
