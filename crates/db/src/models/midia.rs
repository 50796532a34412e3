//! `midias`: the file that came with a line. The bytes are in the media store, under the row's id.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, ContatoId, ConversaId, EstadoMidia, MensagemId, MidiaId, TipoConteudo};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::schema::{conversas, eventos_recebidos, historico_mensagens, midias as t};
use crate::{Result, SystemTx, TenantTx};

/// A file.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct Midia {
    /// Its id, and its name in the store.
    pub id: MidiaId,
    /// The line it came with.
    pub mensagem_id: MensagemId,
    /// What it is.
    pub tipo: TipoConteudo,
    /// Whether it is here.
    pub estado: EstadoMidia,
    /// As the sender's phone named it.
    pub mimetype: Option<String>,
    /// As the sender named the file.
    pub nome: Option<String>,
    /// Size; announced by the sender until it is here.
    pub bytes: Option<i64>,
    /// Length of an audio.
    pub segundos: Option<i32>,
}

/// A file that is announced.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = t)]
pub struct NewMidia {
    /// Its id.
    pub id: MidiaId,
    /// Its owner.
    pub cliente_id: ClienteId,
    /// The line it came with.
    pub mensagem_id: MensagemId,
    /// What it is.
    pub tipo: TipoConteudo,
    /// As the sender's phone named it.
    pub mimetype: Option<String>,
    /// As the sender named the file.
    pub nome: Option<String>,
    /// As announced.
    pub bytes: Option<i64>,
    /// As announced.
    pub segundos: Option<i32>,
    /// When it came.
    pub created_at: DateTime<Utc>,
}

/// Where the bytes of a file can be had.
#[derive(Clone, Debug)]
pub struct Fonte {
    /// Where the file shows up.
    pub conversa_id: ConversaId,
    /// The webhook call that brought it, and its body.
    pub evento: Option<(Uuid, serde_json::Value)>,
    /// WhatsApp's id of the message.
    pub externa_id: Option<String>,
}

/// Which files.
#[derive(Clone, Debug)]
pub enum Quais {
    /// That of one line.
    Mensagem(MensagemId),
    /// Those of a thread.
    Conversa(ConversaId),
    /// Those of a person.
    Contato(ContatoId),
    /// Those that came before.
    Antes(DateTime<Utc>),
}

/// Announces a file; `false` if its line has one already.
pub async fn insert(tx: &mut TenantTx, row: &NewMidia) -> Result<bool> {
    let n = diesel::insert_into(t::table).values(row).on_conflict_do_nothing().execute(tx.connection()).await?;
    Ok(n == 1)
}

/// One file.
pub async fn get(tx: &mut TenantTx, id: MidiaId) -> Result<Option<Midia>> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)));
    Ok(row.select(Midia::as_select()).first(tx.connection()).await.optional()?)
}

/// The files of these lines.
pub async fn of(tx: &mut TenantTx, mensagens: &[MensagemId]) -> Result<Vec<Midia>> {
    let rows = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::mensagem_id.eq_any(mensagens)));
    Ok(rows.select(Midia::as_select()).load(tx.connection()).await?)
}

/// How many files a thread has.
pub async fn count(tx: &mut TenantTx, conversa: ConversaId) -> Result<i64> {
    let lines = historico_mensagens::table
        .filter(historico_mensagens::cliente_id.eq(tx.cliente_id()).and(historico_mensagens::conversa_id.eq(conversa)))
        .select(historico_mensagens::id);
    let mine = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::mensagem_id.eq_any(lines)));
    Ok(mine.count().get_result(tx.connection()).await?)
}

/// The file of a line that is still to be fetched, with where to.
pub async fn pending(tx: &mut TenantTx, mensagem: MensagemId) -> Result<Option<(Midia, Fonte)>> {
    // One statement: between two, somebody else may store the file and strip the body.
    type Found = (Midia, ConversaId, Option<String>, Option<(Uuid, serde_json::Value)>);
    let found: Option<Found> = t::table
        .inner_join(historico_mensagens::table.on(historico_mensagens::id.eq(t::mensagem_id)))
        .left_join(
            eventos_recebidos::table.on(eventos_recebidos::cliente_id
                .eq(t::cliente_id)
                .and(eventos_recebidos::id.nullable().eq(historico_mensagens::evento_id))),
        )
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::mensagem_id.eq(mensagem)))
        .filter(t::estado.eq(EstadoMidia::Pendente))
        .select((
            Midia::as_select(),
            historico_mensagens::conversa_id,
            historico_mensagens::externa_id,
            (eventos_recebidos::id, eventos_recebidos::payload).nullable(),
        ))
        .first(tx.connection())
        .await
        .optional()?;
    Ok(found.map(|(midia, conversa_id, externa_id, evento)| (midia, Fonte { conversa_id, evento, externa_id })))
}

/// Says that the bytes are in the store. `false` if nobody waits for them any more.
pub async fn stored(tx: &mut TenantTx, id: MidiaId, bytes: i64, sha256: &[u8], mimetype: Option<&str>) -> Result<bool> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)));
    let n = diesel::update(row.filter(t::estado.eq_any([EstadoMidia::Pendente, EstadoMidia::Guardada])))
        .set((
            t::estado.eq(EstadoMidia::Guardada),
            t::bytes.eq(bytes),
            t::sha256.eq(sha256),
            mimetype.map(|m| t::mimetype.eq(m)),
        ))
        .execute(tx.connection())
        .await?;
    Ok(n == 1)
}

/// Says why the bytes will not come.
pub async fn without_bytes(tx: &mut TenantTx, id: MidiaId, estado: EstadoMidia) -> Result<()> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)));
    diesel::update(row.filter(t::estado.eq(EstadoMidia::Pendente)))
        .set(t::estado.eq(estado))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes rows and gives their ids: the caller removes the files once this is committed.
pub async fn delete(tx: &mut TenantTx, quais: &Quais) -> Result<Vec<MidiaId>> {
    let lines = historico_mensagens::table
        .filter(historico_mensagens::cliente_id.eq(tx.cliente_id()))
        .select(historico_mensagens::id);
    let mine = diesel::delete(t::table).filter(t::cliente_id.eq(tx.cliente_id())).into_boxed();
    let mine = match quais {
        Quais::Mensagem(id) => mine.filter(t::mensagem_id.eq(*id)),
        Quais::Conversa(id) => {
            mine.filter(t::mensagem_id.eq_any(lines.filter(historico_mensagens::conversa_id.eq(*id))))
        }
        Quais::Contato(id) => {
            let with = conversas::table
                .filter(conversas::cliente_id.eq(tx.cliente_id()).and(conversas::contato_id.eq(*id)))
                .select(conversas::id);
            mine.filter(t::mensagem_id.eq_any(lines.filter(historico_mensagens::conversa_id.eq_any(with))))
        }
        Quais::Antes(em) => mine.filter(t::created_at.lt(*em)),
    };
    Ok(mine.returning(t::id).load(tx.connection()).await?)
}

/// Which of these exist, whoever's they are: for the sweep of the store.
pub async fn existing(tx: &mut SystemTx, ids: &[MidiaId]) -> Result<Vec<MidiaId>> {
    Ok(t::table.filter(t::id.eq_any(ids)).select(t::id).load(tx.connection()).await?)
}
