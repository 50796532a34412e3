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
    diesel::sql_query(format!("SELECT pg_advisory_xact_lock(hashtextextended('contatos:{cliente_id}', 0))"))
        .execute(tx.connection())
        .await?;
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
