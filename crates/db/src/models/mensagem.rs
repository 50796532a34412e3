//! `historico_mensagens`: the lines of every thread, in the order `ordem`.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use contracts::{ClienteId, ConversaId, MensagemId, StatusEnvio, TipoConteudo, TipoMensagem};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::schema::historico_mensagens as t;
use crate::{Result, TenantTx};

/// What was said between the business and the contato.
const FALADAS: [TipoMensagem; 3] = [TipoMensagem::Contato, TipoMensagem::Ia, TipoMensagem::Humano];

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
    /// One of its `detalhes`.
    pub fn detalhe(&self, name: &str) -> Option<&serde_json::Value> {
        self.detalhes.as_ref()?.get(name).filter(|v| !v.is_null())
    }

    /// What it is when it is more than typed text.
    pub fn especie(&self) -> Option<TipoConteudo> {
        self.detalhe("conteudo")?.as_str()?.parse().ok()
    }

    /// What was heard in a voice note or read in a picture.
    pub fn transcricao(&self) -> Option<&str> {
        self.detalhe("transcricao")?.as_str()
    }

    /// Whether the contato has deleted it.
    pub fn apagada(&self) -> bool {
        self.detalhe("apagada_em").is_some()
    }

    /// Whether it asks for something: not deleted, and not of a kind that is only shown.
    pub fn conta(&self) -> bool {
        !self.apagada() && !self.especie().is_some_and(TipoConteudo::so_mostra)
    }

    /// What it says to the assistant: the words, with what was heard or read in it.
    pub fn texto(&self) -> Cow<'_, str> {
        match (self.transcricao(), self.especie()) {
            (None, _) => Cow::Borrowed(&self.conteudo),
            (Some(lido), Some(TipoConteudo::Imagem)) if self.sem_texto() => Cow::Owned(format!("[imagem: {lido}]")),
            (Some(lido), Some(TipoConteudo::Imagem)) => Cow::Owned(format!("{}\n[imagem: {lido}]", self.conteudo)),
            (Some(ouvido), _) => Cow::Borrowed(ouvido),
        }
    }

    /// When the contato's phone sent it, in Unix seconds; the time it was stored where that is not known.
    pub fn enviada_em(&self) -> i64 {
        let told = self.detalhes.as_ref().and_then(|d| d.get("enviada_em")).and_then(serde_json::Value::as_i64);
        told.unwrap_or_else(|| self.timestamp.timestamp())
    }

    /// Whether its text only describes what came: a voice note, a picture without words.
    pub fn sem_texto(&self) -> bool {
        self.detalhes.as_ref().and_then(|d| d.get("sem_texto")).and_then(serde_json::Value::as_bool) == Some(true)
    }

    /// Whether nobody asked for it: the assistant says that it has returned.
    pub fn automatica(&self) -> bool {
        self.detalhes.as_ref().is_some_and(|d| d.get("automatica").is_some())
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
    /// Of an answer: features of the retrieval, for a later refit of the confidence. Of what came: its kind and more.
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

/// An answer from the knowledge, and whether a person put another in its place.
#[derive(Debug, QueryableByName)]
pub struct Julgada {
    /// The confidence profile it was judged by.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub perfil: String,
    /// `rag::Features`.
    #[diesel(sql_type = diesel::sql_types::Jsonb)]
    pub features: serde_json::Value,
    /// A person wrote within an hour, before the assistant's next answer.
    #[diesel(sql_type = diesel::sql_types::Bool)]
    pub corrigida: bool,
}

/// The newest `limit` answers from the knowledge between two moments.
pub async fn julgadas(
    tx: &mut TenantTx,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Julgada>> {
    let cliente_id = tx.cliente_id();
    // The further parts of a long answer and small talk have no features: they are not what followed it.
    let sql = "SELECT m.detalhes->>'perfil' AS perfil, m.detalhes->'features' AS features, \
                 coalesce(n.tipo = 'HUMANO' AND n.timestamp <= m.timestamp + interval '1 hour', false) AS corrigida \
               FROM historico_mensagens m LEFT JOIN LATERAL ( \
                 SELECT tipo, timestamp FROM historico_mensagens n \
                 WHERE n.cliente_id = $1 AND n.conversa_id = m.conversa_id AND n.ordem > m.ordem \
                   AND (n.tipo = 'HUMANO' OR n.tipo = 'IA' AND n.detalhes ? 'features') ORDER BY n.ordem LIMIT 1) n ON true \
               WHERE m.cliente_id = $1 AND m.tipo = 'IA' AND m.motivo IS NULL AND m.confianca IS NOT NULL \
                 AND m.detalhes ? 'features' AND m.detalhes ? 'perfil' AND m.timestamp > $2 AND m.timestamp <= $3 \
               ORDER BY m.timestamp DESC LIMIT $4";
    Ok(diesel::sql_query(sql)
        .bind::<diesel::sql_types::Uuid, _>(cliente_id)
        .bind::<diesel::sql_types::Timestamptz, _>(from)
        .bind::<diesel::sql_types::Timestamptz, _>(until)
        .bind::<diesel::sql_types::BigInt, _>(limit)
        .load(tx.connection())
        .await?)
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

/// The newest `limit` lines before `antes` that were said, not only noted, oldest first.
pub async fn spoken(tx: &mut TenantTx, conversa: ConversaId, antes: Option<i64>, limit: i64) -> Result<Vec<Mensagem>> {
    let mut rows: Vec<Mensagem> = t::table
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::conversa_id.eq(conversa)))
        .filter(t::ordem.lt(antes.unwrap_or(i64::MAX)).and(t::tipo.eq_any(FALADAS)))
        .order(t::ordem.desc())
        .limit(limit)
        .select(Mensagem::as_select())
        .load(tx.connection())
        .await?;
    rows.reverse();
    Ok(rows)
}

/// What the contato wrote after `respondida_ate`, as it was written: webhooks overtake each other (evolution-api.md §5),
/// so `ordem` only decides within a second.
pub async fn unanswered(tx: &mut TenantTx, conversa: ConversaId, respondida_ate: i64) -> Result<Vec<Mensagem>> {
    let mut rows: Vec<Mensagem> = t::table
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::conversa_id.eq(conversa)))
        .filter(t::tipo.eq(TipoMensagem::Contato).and(t::ordem.gt(respondida_ate)))
        .select(Mensagem::as_select())
        .load(tx.connection())
        .await?;
    rows.sort_by_key(|m| (m.enviada_em(), m.ordem));
    Ok(rows)
}

/// The `ordem` of the contato's newest line; `None` if the contato never wrote.
pub async fn newest_of_contato(tx: &mut TenantTx, conversa: ConversaId) -> Result<Option<i64>> {
    Ok(t::table
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::conversa_id.eq(conversa)))
        .filter(t::tipo.eq(TipoMensagem::Contato))
        .order(t::ordem.desc())
        .select(t::ordem)
        .first(tx.connection())
        .await
        .optional()?)
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

/// The conversation of that line.
pub async fn conversa_of(tx: &mut TenantTx, externa_id: &str) -> Result<Option<ConversaId>> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::externa_id.eq(externa_id)));
    Ok(row.select(t::conversa_id).first(tx.connection()).await.optional()?)
}

/// That line with its conversation, locked until the transaction ends.
pub async fn lock_externa(tx: &mut TenantTx, externa_id: &str) -> Result<Option<(ConversaId, Mensagem)>> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::externa_id.eq(externa_id)));
    let row = row.select((t::conversa_id, Mensagem::as_select())).for_update();
    Ok(row.first(tx.connection()).await.optional()?)
}

/// Adds to the `detalhes` of a line, and replaces its text if one is given.
pub async fn amend(
    tx: &mut TenantTx,
    id: MensagemId,
    detalhes: &serde_json::Value,
    conteudo: Option<&str>,
) -> Result<()> {
    diesel::sql_query(
        "UPDATE historico_mensagens SET detalhes = coalesce(detalhes, '{}') || $3, conteudo = coalesce($4, conteudo) \
         WHERE cliente_id = $1 AND id = $2",
    )
    .bind::<diesel::sql_types::Uuid, _>(tx.cliente_id())
    .bind::<diesel::sql_types::Uuid, _>(id)
    .bind::<diesel::sql_types::Jsonb, _>(detalhes)
    .bind::<diesel::sql_types::Nullable<diesel::sql_types::Text>, _>(conteudo)
    .execute(tx.connection())
    .await?;
    Ok(())
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

/// The newest line of each conversation in which all of these patterns fit; what is only ours to say does not count.
pub async fn search(tx: &mut TenantTx, padroes: &[String]) -> Result<Vec<(ConversaId, MensagemId)>> {
    Ok(t::table
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::tipo.ne(TipoMensagem::Sistema)))
        .filter(sql::<Bool>("historico_mensagens.busca LIKE ALL(").bind::<Array<Text>, _>(padroes).sql(")"))
        .distinct_on(t::conversa_id)
        .order((t::conversa_id, t::ordem.desc()))
        .select((t::conversa_id, t::id))
        .load(tx.connection())
        .await?)
}

/// How many lines the thread has from `ordem` on.
pub async fn count_since(tx: &mut TenantTx, conversa: ConversaId, ordem: i64) -> Result<i64> {
    let lines = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::conversa_id.eq(conversa)));
    Ok(lines.filter(t::ordem.ge(ordem)).count().get_result(tx.connection()).await?)
}

/// These lines, in no order.
pub async fn of(tx: &mut TenantTx, ids: &[MensagemId]) -> Result<Vec<Mensagem>> {
    let rows = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq_any(ids)));
    Ok(rows.select(Mensagem::as_select()).load(tx.connection()).await?)
}

/// How many lines each has written in a conversation, and when its last one came.
pub async fn counts(
    tx: &mut TenantTx,
    conversa: ConversaId,
) -> Result<Vec<(TipoMensagem, i64, Option<DateTime<Utc>>)>> {
    Ok(t::table
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::conversa_id.eq(conversa)))
        .group_by(t::tipo)
        .select((t::tipo, diesel::dsl::count_star(), diesel::dsl::max(t::timestamp)))
        .load(tx.connection())
        .await?)
}

/// Lets a line that was given up wait to be sent again. `false` if it was not given up.
pub async fn send_again(tx: &mut TenantTx, id: MensagemId) -> Result<bool> {
    let failed = t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)).and(t::status_envio.eq(StatusEnvio::Falhou));
    let n = diesel::update(t::table.filter(failed))
        .set((
            t::status_envio.eq(StatusEnvio::Pendente),
            t::motivo.eq(None::<String>),
            t::externa_id.eq(None::<String>),
        ))
        .execute(tx.connection())
        .await?;
    Ok(n == 1)
}

/// Removes a private note. `false` if there is no such note in this conversation.
pub async fn delete_note(tx: &mut TenantTx, conversa: ConversaId, id: MensagemId) -> Result<bool> {
    let note = t::cliente_id.eq(tx.cliente_id()).and(t::conversa_id.eq(conversa)).and(t::id.eq(id));
    let n = diesel::delete(t::table.filter(note.and(t::tipo.eq(TipoMensagem::Nota)))).execute(tx.connection()).await?;
    Ok(n == 1)
}

/// The `ordem` of the last spoken line before `antes`.
pub async fn newest_before(tx: &mut TenantTx, conversa: ConversaId, antes: i64) -> Result<Option<i64>> {
    Ok(t::table
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::conversa_id.eq(conversa)))
        .filter(t::ordem.lt(antes).and(t::tipo.eq_any(FALADAS)))
        .select(diesel::dsl::max(t::ordem))
        .first(tx.connection())
        .await?)
}

/// Removes at most `limit` lines of this cliente written before `before`, oldest first, with their outbox rows.
pub async fn delete_before(tx: &mut TenantTx, before: DateTime<Utc>, limit: i64) -> Result<usize> {
    // As an array, so that each row is found by its key whatever the planner thinks of the table's size.
    let sql = "DELETE FROM historico_mensagens WHERE cliente_id = $1 AND id = ANY(ARRAY(\
        SELECT id FROM historico_mensagens WHERE cliente_id = $1 AND \"timestamp\" < $2 ORDER BY \"timestamp\" LIMIT $3))";
    super::change_batch(tx, sql, before, limit).await
}
