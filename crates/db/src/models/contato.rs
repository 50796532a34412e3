//! `contatos`, the people on WhatsApp, and `contato_aliases`, the addresses each is known by.

use chrono::{DateTime, Utc};
use contracts::{ClienteId, ContatoId, ConversaId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::{contato_aliases, contatos, conversas};
use crate::{Result, TenantTx};

/// What a message tells about who wrote it.
#[derive(Clone, Debug, Default)]
pub struct Identidade {
    /// Every jid the person may be known by, most telling first; never empty.
    pub jids: Vec<String>,
    /// Name on WhatsApp.
    pub nome: Option<String>,
    /// Digits with country code, where WhatsApp shows them.
    pub numero: Option<String>,
}

/// The person.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = contatos)]
pub struct Contato {
    /// Its id.
    pub id: ContatoId,
    /// Name on WhatsApp.
    pub nome: Option<String>,
    /// Digits with country code, where WhatsApp shows them.
    pub numero: Option<String>,
    /// When the first message came.
    pub created_at: DateTime<Utc>,
    /// When name or number last changed.
    pub updated_at: DateTime<Utc>,
    /// When the person asked the assistant to stop.
    pub parou_em: Option<DateTime<Utc>>,
    /// What the business has noted.
    pub anotacoes: String,
    /// Grows with each change of the notes.
    pub anotacoes_versao: i32,
}

#[derive(Insertable)]
#[diesel(table_name = contatos)]
struct NewContato<'a> {
    id: ContatoId,
    cliente_id: ClienteId,
    nome: Option<&'a str>,
    numero: Option<&'a str>,
}

/// Finds the person by any of its addresses, or adds it; learns new addresses, name and number on the way.
///
/// Two first messages at once would add two people, so a lock per cliente orders them.
pub async fn resolve(tx: &mut TenantTx, quem: &Identidade, new_id: ContatoId, now: DateTime<Utc>) -> Result<ContatoId> {
    let cliente_id = tx.cliente_id();
    lock_all(tx).await?;
    let known: Option<ContatoId> = contato_aliases::table
        .filter(contato_aliases::cliente_id.eq(cliente_id).and(contato_aliases::jid.eq_any(&quem.jids)))
        .order(contato_aliases::contato_id)
        .select(contato_aliases::contato_id)
        .first(tx.connection())
        .await
        .optional()?;
    let id = match known {
        Some(id) => {
            learn(tx, id, quem, now).await?;
            id
        }
        None => {
            let row = NewContato { id: new_id, cliente_id, nome: quem.nome.as_deref(), numero: quem.numero.as_deref() };
            diesel::insert_into(contatos::table).values(&row).execute(tx.connection()).await?;
            new_id
        }
    };
    let aliases: Vec<_> = quem
        .jids
        .iter()
        .map(|jid| {
            (
                contato_aliases::cliente_id.eq(cliente_id),
                contato_aliases::jid.eq(jid),
                contato_aliases::contato_id.eq(id),
            )
        })
        .collect();
    diesel::insert_into(contato_aliases::table)
        .values(aliases)
        .on_conflict_do_nothing()
        .execute(tx.connection())
        .await?;
    Ok(id)
}

/// Until the transaction ends nobody else adds, finds for a new message, or removes a contato of this cliente.
pub async fn lock_all(tx: &mut TenantTx) -> Result<()> {
    let cliente_id = tx.cliente_id();
    diesel::sql_query(format!("SELECT pg_advisory_xact_lock(hashtextextended('contatos:{cliente_id}', 0))"))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes at most `limit` contatos, with their conversas and addresses, whose last line is older than `before` and of
/// whom none is left.
pub async fn delete_silent_before(tx: &mut TenantTx, before: DateTime<Utc>, limit: i64) -> Result<usize> {
    // A message that arrives at this moment has found its contato under this lock. Who asked the assistant to stop stays
    // known for that alone.
    lock_all(tx).await?;
    let sql = "DELETE FROM contatos WHERE cliente_id = $1 AND id = ANY(ARRAY(\
        SELECT v.contato_id FROM conversas v WHERE v.cliente_id = $1 AND v.ultima_mensagem_em < $2 AND NOT EXISTS (\
        SELECT FROM historico_mensagens h WHERE h.cliente_id = $1 AND h.conversa_id = v.id) AND EXISTS (\
        SELECT FROM contatos c WHERE c.cliente_id = $1 AND c.id = v.contato_id AND c.parou_em IS NULL) \
        ORDER BY v.ultima_mensagem_em LIMIT $3))";
    super::change_batch(tx, sql, before, limit).await
}

async fn learn(tx: &mut TenantTx, id: ContatoId, quem: &Identidade, now: DateTime<Utc>) -> Result<()> {
    let mine = contatos::table.filter(contatos::cliente_id.eq(tx.cliente_id()).and(contatos::id.eq(id)));
    if let Some(nome) = &quem.nome {
        diesel::update(mine.filter(contatos::nome.is_distinct_from(nome)))
            .set((contatos::nome.eq(nome), contatos::updated_at.eq(now)))
            .execute(tx.connection())
            .await?;
    }
    if let Some(numero) = &quem.numero {
        diesel::update(mine.filter(contatos::numero.is_null()))
            .set((contatos::numero.eq(numero), contatos::updated_at.eq(now)))
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

/// Every address of the person behind a conversation.
pub async fn jids(tx: &mut TenantTx, conversa: ConversaId) -> Result<Vec<String>> {
    Ok(contato_aliases::table
        .inner_join(conversas::table.on(conversas::contato_id.eq(contato_aliases::contato_id)))
        .filter(contato_aliases::cliente_id.eq(tx.cliente_id()))
        .filter(conversas::cliente_id.eq(tx.cliente_id()).and(conversas::id.eq(conversa)))
        .select(contato_aliases::jid)
        .load(tx.connection())
        .await?)
}

/// When the person asked the assistant to stop; `None` while it may answer.
pub async fn parou_em(tx: &mut TenantTx, id: ContatoId) -> Result<Option<DateTime<Utc>>> {
    let mine = contatos::table.filter(contatos::cliente_id.eq(tx.cliente_id()).and(contatos::id.eq(id)));
    Ok(mine.select(contatos::parou_em).first::<Option<DateTime<Utc>>>(tx.connection()).await.optional()?.flatten())
}

/// Remembers that the person wants no messages from the assistant, or, with `None`, that it does again.
pub async fn set_parou(tx: &mut TenantTx, id: ContatoId, em: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<()> {
    let mine = contatos::table.filter(contatos::cliente_id.eq(tx.cliente_id()).and(contatos::id.eq(id)));
    diesel::update(mine)
        .set((contatos::parou_em.eq(em), contatos::updated_at.eq(now)))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The person; `None` also for another cliente's id.
pub async fn get(tx: &mut TenantTx, id: ContatoId) -> Result<Option<Contato>> {
    let row = contatos::table.filter(contatos::cliente_id.eq(tx.cliente_id()).and(contatos::id.eq(id)));
    Ok(row.select(Contato::as_select()).first(tx.connection()).await.optional()?)
}

/// Replaces what the business has noted, unless somebody has since `versao`. `false` then, and for a person not there.
pub async fn set_anotacoes(tx: &mut TenantTx, id: ContatoId, texto: &str, versao: Option<i32>) -> Result<bool> {
    let mine = contatos::table.filter(contatos::cliente_id.eq(tx.cliente_id()).and(contatos::id.eq(id)));
    let update = diesel::update(mine).into_boxed();
    let update = match versao {
        Some(versao) => update.filter(contatos::anotacoes_versao.eq(versao)),
        None => update,
    };
    let n = update
        .set((contatos::anotacoes.eq(texto), contatos::anotacoes_versao.eq(contatos::anotacoes_versao + 1)))
        .execute(tx.connection())
        .await?;
    Ok(n == 1)
}

/// Every address of the person.
pub async fn aliases(tx: &mut TenantTx, id: ContatoId) -> Result<Vec<String>> {
    Ok(contato_aliases::table
        .filter(contato_aliases::cliente_id.eq(tx.cliente_id()).and(contato_aliases::contato_id.eq(id)))
        .order(contato_aliases::jid)
        .select(contato_aliases::jid)
        .load(tx.connection())
        .await?)
}

/// The conversation with the person.
pub async fn conversa(tx: &mut TenantTx, id: ContatoId) -> Result<Option<ConversaId>> {
    let row = conversas::table.filter(conversas::cliente_id.eq(tx.cliente_id()).and(conversas::contato_id.eq(id)));
    Ok(row.select(conversas::id).first(tx.connection()).await.optional()?)
}

/// Removes the person with addresses, conversation and lines. `false` if it is not there.
pub async fn delete(tx: &mut TenantTx, id: ContatoId) -> Result<bool> {
    let row = contatos::table.filter(contatos::cliente_id.eq(tx.cliente_id()).and(contatos::id.eq(id)));
    Ok(diesel::delete(row).execute(tx.connection()).await? == 1)
}
