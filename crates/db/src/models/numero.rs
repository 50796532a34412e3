//! `numeros_whatsapp`, a number's life with us, and `sinais_whatsapp`, what WhatsApp refused lately.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::schema::{numeros_whatsapp as t, sinais_whatsapp};
use crate::{Result, TenantTx};

/// A number that was connected at least once.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct Numero {
    /// Digits with country code; empty while Evolution has not told it.
    pub numero: String,
    /// When it was first connected.
    pub conectado_em: DateTime<Utc>,
    /// Until when automatic sending rests.
    pub pausado_ate: Option<DateTime<Utc>>,
    /// Why, in words for the owner.
    pub motivo_pausa: Option<String>,
}

/// The number, if it was ever connected.
pub async fn get(tx: &mut TenantTx, numero: &str) -> Result<Option<Numero>> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::numero.eq(numero)));
    Ok(row.select(Numero::as_select()).first(tx.connection()).await.optional()?)
}

/// Remembers the number; one that was connected before keeps its age and its pause.
pub async fn connected(tx: &mut TenantTx, numero: &str, now: DateTime<Utc>) -> Result<()> {
    diesel::insert_into(t::table)
        .values((t::cliente_id.eq(tx.cliente_id()), t::numero.eq(numero), t::conectado_em.eq(now)))
        .on_conflict_do_nothing()
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Pauses automatic sending until `ate`, or ends the pause. A longer pause is not shortened. Says whether anything changed.
pub async fn pause(tx: &mut TenantTx, numero: &str, pausa: Option<(DateTime<Utc>, &str)>) -> Result<bool> {
    let mine = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::numero.eq(numero)));
    let change = (t::pausado_ate.eq(pausa.map(|p| p.0)), t::motivo_pausa.eq(pausa.map(|p| p.1)));
    let n = match pausa {
        Some((ate, _)) => {
            let shorter = t::pausado_ate.is_null().or(t::pausado_ate.lt(ate));
            diesel::update(mine.filter(shorter)).set(change).execute(tx.connection()).await?
        }
        None => diesel::update(mine.filter(t::pausado_ate.is_not_null())).set(change).execute(tx.connection()).await?,
    };
    Ok(n == 1)
}

/// Records a warning sign and says how many there were since `desde`, this one included. Older ones are removed.
pub async fn sign(tx: &mut TenantTx, id: Uuid, numero: &str, desde: DateTime<Utc>, now: DateTime<Utc>) -> Result<i64> {
    use sinais_whatsapp as s;
    // Two signs at once would each see only itself; the number's row orders them.
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::numero.eq(numero)));
    row.select(t::numero).for_update().first::<String>(tx.connection()).await.optional()?;
    diesel::insert_into(s::table)
        .values((s::id.eq(id), s::cliente_id.eq(tx.cliente_id()), s::numero.eq(numero), s::em.eq(now)))
        .execute(tx.connection())
        .await?;
    let mine = s::table.filter(s::cliente_id.eq(tx.cliente_id()).and(s::numero.eq(numero)));
    diesel::delete(mine.filter(s::em.lt(desde))).execute(tx.connection()).await?;
    let mine = s::table.filter(s::cliente_id.eq(tx.cliente_id()).and(s::numero.eq(numero)));
    Ok(mine.select(count_star()).first(tx.connection()).await?)
}

/// Forgets the signs of a number, so that a pause that has ended does not begin again at once.
pub async fn forget_signs(tx: &mut TenantTx, numero: &str) -> Result<()> {
    use sinais_whatsapp as s;
    let mine = s::table.filter(s::cliente_id.eq(tx.cliente_id()).and(s::numero.eq(numero)));
    diesel::delete(mine).execute(tx.connection()).await?;
    Ok(())
}
