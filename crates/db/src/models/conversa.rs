//! `conversas`: one for each contato of a cliente.

use chrono::{DateTime, Utc};
use contracts::conversas::Contagens;
use contracts::estado::Transicao;
use contracts::{ClienteId, ContatoId, ConversaId, EstadoConversa, StatusCliente, StatusInstancia, TipoMensagem};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::schema::{contato_aliases, contatos, conversas as t};
use crate::{Result, SystemTx, TenantTx};

/// The conversation.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct Conversa {
    /// Its id.
    pub id: ConversaId,
    /// With whom.
    pub contato_id: ContatoId,
    /// Digits with country code; empty where WhatsApp hides them.
    pub numero_usuario: String,
    /// Where replies go: the address of the last message.
    pub jid: String,
    /// Who speaks.
    pub estado: EstadoConversa,
    /// Since when somebody waits for a person.
    pub aguardando_desde: Option<DateTime<Utc>>,
    /// The last sign of a person: a takeover, or a line written in the browser or on the phone.
    pub humano_em: Option<DateTime<Utc>>,
    /// When the contato was last told that the business is closed.
    pub fora_horario_em: Option<DateTime<Utc>>,
    /// Up to when the owner has had a mail about this conversation.
    pub avisada_em: Option<DateTime<Utc>>,
    /// When the contato was last told to wait.
    pub espera_em: Option<DateTime<Utc>>,
    /// The `ordem` up to which the contato has been answered or handed over.
    pub respondida_ate: i64,
    /// When the last line was written.
    pub ultima_mensagem_em: DateTime<Utc>,
    /// The last line, cut.
    pub previa: String,
    /// Who wrote it.
    pub previa_tipo: Option<TipoMensagem>,
    /// Lines of the contato nobody has opened.
    pub nao_lidas: i32,
    /// When it was resolved.
    pub resolvida_em: Option<DateTime<Utc>>,
    /// Who resolved it.
    pub resolvida_por: Option<String>,
}

/// What the list shows of the contato.
#[derive(Clone, Debug, Default, Queryable, Selectable)]
#[diesel(table_name = contatos)]
pub struct Pessoa {
    /// Name on WhatsApp.
    pub nome: Option<String>,
    /// When it asked the assistant to stop.
    pub parou_em: Option<DateTime<Utc>>,
}

/// Which conversations of the list.
#[derive(Clone, Debug, Default)]
pub struct Filtro {
    /// Only those in this state.
    pub estado: Option<EstadoConversa>,
    /// Only those with unread lines.
    pub nao_lidas: bool,
    /// Only the resolved, or only the others.
    pub resolvidas: Option<bool>,
    /// Only those of whom this is true.
    pub busca: Option<Busca>,
}

/// What is looked for, and what was found in the lines.
#[derive(Clone, Debug, Default)]
pub struct Busca {
    /// Patterns of `LIKE` that a folded name has to fit, all of them.
    pub padroes: Vec<String>,
    /// Digits that a number has to hold.
    pub digitos: Option<String>,
    /// Conversations with a line that fits.
    pub achadas: Vec<ConversaId>,
}

/// Characters of the last line that the list shows.
const PREVIA: usize = 140;

/// The conversation with this contato, made if there is none. `jid` becomes the address of replies.
pub async fn open(
    tx: &mut TenantTx,
    contato: ContatoId,
    new_id: ConversaId,
    jid: &str,
    numero: &str,
    now: DateTime<Utc>,
) -> Result<Conversa> {
    Ok(diesel::insert_into(t::table)
        .values((
            t::id.eq(new_id),
            t::cliente_id.eq(tx.cliente_id()),
            t::contato_id.eq(contato),
            t::numero_usuario.eq(numero),
            t::jid.eq(jid),
            t::ultima_mensagem_em.eq(now),
        ))
        .on_conflict((t::cliente_id, t::contato_id))
        .do_update()
        .set((t::jid.eq(jid), t::updated_at.eq(now)))
        .returning(Conversa::as_returning())
        .get_result(tx.connection())
        .await?)
}

/// The conversation with its contato; `None` also for another cliente's id.
pub async fn get(tx: &mut TenantTx, id: ConversaId) -> Result<Option<(Conversa, Pessoa)>> {
    Ok(t::table
        .inner_join(contatos::table.on(contatos::id.eq(t::contato_id)))
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)))
        .select((Conversa::as_select(), Pessoa::as_select()))
        .first(tx.connection())
        .await
        .optional()?)
}

/// The conversation, locked until the transaction ends: whoever changes it goes through here.
pub async fn lock(tx: &mut TenantTx, id: ConversaId) -> Result<Option<Conversa>> {
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)));
    Ok(row.select(Conversa::as_select()).for_update().first(tx.connection()).await.optional()?)
}

/// Applies `transicao` to a locked conversation; a change of state opens a resolved one. `None` if it changes nothing.
pub async fn transition(
    tx: &mut TenantTx,
    conversa: &Conversa,
    transicao: Transicao,
    now: DateTime<Utc>,
) -> Result<Option<EstadoConversa>> {
    let Some(estado) = conversa.estado.apos(transicao) else { return Ok(None) };
    let aguardando = (estado == EstadoConversa::AguardandoHumano).then_some(now);
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(conversa.id))))
        .set((
            t::estado.eq(estado),
            t::aguardando_desde.eq(aguardando),
            t::resolvida_em.eq(None::<DateTime<Utc>>),
            t::resolvida_por.eq(None::<String>),
            t::updated_at.eq(now),
        ))
        .execute(tx.connection())
        .await?;
    Ok(Some(estado))
}

/// Says that nothing is left to do, and by whom; the conversation is the assistant's and locked.
pub async fn resolve(tx: &mut TenantTx, id: ConversaId, por: &str, now: DateTime<Utc>) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .set((t::resolvida_em.eq(now), t::resolvida_por.eq(por), t::nao_lidas.eq(0), t::updated_at.eq(now)))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Opens a resolved conversation. Says whether it was one.
pub async fn reopen(tx: &mut TenantTx, id: ConversaId, now: DateTime<Utc>) -> Result<bool> {
    let resolved = t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)).and(t::resolvida_em.is_not_null());
    let n = diesel::update(t::table.filter(resolved))
        .set((t::resolvida_em.eq(None::<DateTime<Utc>>), t::resolvida_por.eq(None::<String>), t::updated_at.eq(now)))
        .execute(tx.connection())
        .await?;
    Ok(n == 1)
}

/// A person has taken over or has written.
pub async fn human_sign(tx: &mut TenantTx, id: ConversaId, now: DateTime<Utc>) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .set((t::humano_em.eq(now), t::updated_at.eq(now)))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The contato has been told that the business is closed.
pub async fn told_closed(tx: &mut TenantTx, id: ConversaId, now: DateTime<Utc>) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .set(t::fora_horario_em.eq(now))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The owner has had a mail about those of these that waited at `read_at`.
pub async fn told_owner(tx: &mut TenantTx, ids: &[ConversaId], read_at: DateTime<Utc>) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq_any(ids))))
        .filter(t::aguardando_desde.le(read_at))
        .set(t::avisada_em.eq(read_at))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Shows a new line in the list; one of the contato counts as unread.
pub async fn show_last(
    tx: &mut TenantTx,
    id: ConversaId,
    tipo: TipoMensagem,
    conteudo: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    let previa = previa(conteudo);
    let unread = i32::from(tipo == TipoMensagem::Contato);
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .set((
            t::previa.eq(previa),
            t::previa_tipo.eq(tipo),
            t::ultima_mensagem_em.eq(at),
            t::nao_lidas.eq(t::nao_lidas + unread),
            t::updated_at.eq(at),
        ))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Shows an earlier line again, because the last one was withdrawn.
pub async fn show_again(
    tx: &mut TenantTx,
    id: ConversaId,
    tipo: TipoMensagem,
    conteudo: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .set((t::previa.eq(previa(conteudo)), t::previa_tipo.eq(tipo), t::ultima_mensagem_em.eq(at)))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Replaces the text of the last line in the list: it was edited or deleted.
pub async fn change_last(tx: &mut TenantTx, id: ConversaId, conteudo: &str) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .set(t::previa.eq(previa(conteudo)))
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn previa(conteudo: &str) -> String {
    conteudo.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(PREVIA).collect()
}

/// Says that the contato has been answered, or handed over, up to `ordem`.
pub async fn answered(tx: &mut TenantTx, id: ConversaId, ordem: i64) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .filter(t::respondida_ate.lt(ordem))
        .set(t::respondida_ate.eq(ordem))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Says that the contato waits again for an answer to what came after `ordem`: the answer was withdrawn.
pub async fn unanswered_since(tx: &mut TenantTx, id: ConversaId, ordem: i64) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .set(t::respondida_ate.eq(ordem))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The conversation with whoever has one of these addresses.
pub async fn by_jids(tx: &mut TenantTx, jids: &[String]) -> Result<Option<Conversa>> {
    let known = contato_aliases::table
        .filter(contato_aliases::cliente_id.eq(tx.cliente_id()).and(contato_aliases::jid.eq_any(jids)))
        .select(contato_aliases::contato_id);
    let row = t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::contato_id.eq_any(known)));
    Ok(row.select(Conversa::as_select()).first(tx.connection()).await.optional()?)
}

/// Nothing is unread any more. Says whether anything was.
pub async fn mark_read(tx: &mut TenantTx, id: ConversaId) -> Result<bool> {
    let n =
        diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)).and(t::nao_lidas.gt(0))))
            .set(t::nao_lidas.eq(0))
            .execute(tx.connection())
            .await?;
    Ok(n == 1)
}

/// Something is unread again. Says whether nothing was.
pub async fn mark_unread(tx: &mut TenantTx, id: ConversaId) -> Result<bool> {
    let n =
        diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id)).and(t::nao_lidas.eq(0))))
            .set(t::nao_lidas.eq(1))
            .execute(tx.connection())
            .await?;
    Ok(n == 1)
}

/// The list: those who wait for a person first, longest wait first, then newest line first. An offset is enough of a
/// cursor here: the list lives by SSE and its head is what people look at.
pub async fn list(tx: &mut TenantTx, filtro: &Filtro, offset: i64, limit: i64) -> Result<Vec<(Conversa, Pessoa)>> {
    let mut query = t::table
        .inner_join(contatos::table.on(contatos::id.eq(t::contato_id)))
        .filter(t::cliente_id.eq(tx.cliente_id()))
        .select((Conversa::as_select(), Pessoa::as_select()))
        .order((t::aguardando_desde.asc().nulls_last(), t::ultima_mensagem_em.desc(), t::id.desc()))
        .offset(offset)
        .limit(limit)
        .into_boxed();
    if let Some(estado) = filtro.estado {
        query = query.filter(t::estado.eq(estado));
    }
    if filtro.nao_lidas {
        query = query.filter(t::nao_lidas.gt(0));
    }
    match filtro.resolvidas {
        Some(true) => query = query.filter(t::resolvida_em.is_not_null()),
        Some(false) => query = query.filter(t::resolvida_em.is_null()),
        None => {}
    }
    if let Some(busca) = &filtro.busca {
        let named = sql::<Bool>("contatos.busca LIKE ALL(").bind::<Array<Text>, _>(&busca.padroes).sql(")");
        // No number holds a hyphen.
        let numbered = t::numero_usuario.like(busca.digitos.as_ref().map_or("-".into(), |d| format!("%{d}%")));
        query = query.filter(t::id.eq_any(&busca.achadas).or(named).or(numbered));
    }
    Ok(query.load(tx.connection()).await?)
}

/// How many are in each state.
pub async fn counts(tx: &mut TenantTx) -> Result<Contagens> {
    let rows: Vec<(EstadoConversa, i64, i64, i64)> = t::table
        .filter(t::cliente_id.eq(tx.cliente_id()))
        .group_by(t::estado)
        .select((
            t::estado,
            sql::<BigInt>("count(*) FILTER (WHERE conversas.resolvida_em IS NULL)"),
            sql::<BigInt>("count(conversas.resolvida_em)"),
            sql::<BigInt>("count(*) FILTER (WHERE conversas.nao_lidas > 0)"),
        ))
        .load(tx.connection())
        .await?;
    let of = |estado| rows.iter().find(|(e, ..)| *e == estado).map_or(0, |(_, open, ..)| *open);
    Ok(Contagens {
        todas: rows.iter().map(|(_, open, ..)| open).sum(),
        aguardando: of(EstadoConversa::AguardandoHumano),
        ia: of(EstadoConversa::IaAtiva),
        humano: of(EstadoConversa::HumanoRespondeu),
        resolvidas: rows.iter().map(|(_, _, resolved, _)| resolved).sum(),
        nao_lidas: rows.iter().map(|(.., unread)| unread).sum(),
    })
}

/// The last sign of a person or, without any since, the hand-over; has an index where the assistant is silent.
const SINAL: &str = "greatest(conversas.humano_em, conversas.aguardando_desde)";

/// A cliente with something to do, and its `horario`.
#[derive(QueryableByName)]
struct Vencida {
    #[diesel(sql_type = SqlUuid)]
    id: ClienteId,
    #[diesel(sql_type = Jsonb)]
    horario: serde_json::Value,
}

/// Runs `sql` over all clientes; it is given the active assinaturas, `now`, `now - late`, and the state of a number that is
/// connected.
async fn vencidas(
    tx: &mut SystemTx,
    sql: String,
    assinatura: &[StatusCliente],
    now: DateTime<Utc>,
    late: chrono::TimeDelta,
) -> Result<Vec<(ClienteId, serde_json::Value)>> {
    let rows: Vec<Vencida> = diesel::sql_query(sql)
        .bind::<Array<Text>, _>(assinatura.iter().map(|s| s.as_str()).collect::<Vec<_>>())
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(now - late)
        .bind::<Text, _>(StatusInstancia::Conectado.as_str())
        .load(tx.connection())
        .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.horario)).collect())
}

/// Clientes for whose assistant it is time to return to some conversation, with their `horario`: no sign of a person for
/// `retorno_minutos`, and the number connected or, before `late`, not.
pub async fn clientes_to_return(
    tx: &mut SystemTx,
    assinatura: &[StatusCliente],
    now: DateTime<Utc>,
    late: chrono::TimeDelta,
) -> Result<Vec<(ClienteId, serde_json::Value)>> {
    let sql = format!(
        "SELECT DISTINCT k.id, b.horario FROM conversas \
         JOIN contatos c ON c.id = conversas.contato_id AND c.parou_em IS NULL \
         JOIN clientes k ON k.id = conversas.cliente_id \
         JOIN configuracoes_bot b ON b.cliente_id = k.id AND b.ia_ligada \
         LEFT JOIN instancias_whatsapp i ON i.cliente_id = k.id AND i.status = $4 \
         WHERE conversas.estado <> 'IA_ATIVA' AND k.status = ANY($1) \
           AND {SINAL} <= $2 - b.retorno_minutos * interval '1 minute' \
           AND (i.id IS NOT NULL OR {SINAL} <= $3 - b.retorno_minutos * interval '1 minute')"
    );
    vencidas(tx, sql, assinatura, now, late).await
}

/// Conversations of this cliente without a sign of a person since `before`, longest first, at most `limit`.
pub async fn to_return(tx: &mut TenantTx, before: DateTime<Utc>, limit: i64) -> Result<Vec<ConversaId>> {
    Ok(t::table
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::estado.ne(EstadoConversa::IaAtiva)))
        .filter(sql::<Nullable<Bool>>(SINAL).sql(" <= ").bind::<Timestamptz, _>(before))
        // Who asked the assistant to stop is left to people.
        .filter(
            t::contato_id.eq_any(
                contatos::table
                    .filter(contatos::cliente_id.eq(tx.cliente_id()).and(contatos::parou_em.is_null()))
                    .select(contatos::id),
            ),
        )
        .order(sql::<Nullable<Timestamptz>>(SINAL))
        .limit(limit)
        .select(t::id)
        .load(tx.connection())
        .await?)
}

/// Waits for a person, and has not been told so in this hand-over.
const ESPERA: &str = "conversas.estado = 'AGUARDANDO_HUMANO' \
    AND (conversas.espera_em IS NULL OR conversas.espera_em < conversas.aguardando_desde)";

/// Clientes for whose assistant it is time to tell somebody to wait, with their `horario`: handed over `espera_minutos`
/// ago, and not longer than `late` beyond that.
pub async fn clientes_to_tell_to_wait(
    tx: &mut SystemTx,
    assinatura: &[StatusCliente],
    now: DateTime<Utc>,
    late: chrono::TimeDelta,
) -> Result<Vec<(ClienteId, serde_json::Value)>> {
    let sql = format!(
        "SELECT DISTINCT k.id, b.horario FROM conversas \
         JOIN contatos c ON c.id = conversas.contato_id AND c.parou_em IS NULL \
         JOIN clientes k ON k.id = conversas.cliente_id \
         JOIN configuracoes_bot b ON b.cliente_id = k.id AND b.ia_ligada \
         JOIN instancias_whatsapp i ON i.cliente_id = k.id AND i.status = $4 \
         WHERE {ESPERA} AND k.status = ANY($1) \
           AND conversas.aguardando_desde <= $2 - b.espera_minutos * interval '1 minute' \
           AND conversas.aguardando_desde > $3 - b.espera_minutos * interval '1 minute'"
    );
    vencidas(tx, sql, assinatura, now, late).await
}

/// Conversations of this cliente in which somebody waits since a moment after `from` and up to `until` without having been
/// told, longest first.
pub async fn to_tell_to_wait(
    tx: &mut TenantTx,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<ConversaId>> {
    Ok(t::table
        .filter(t::cliente_id.eq(tx.cliente_id()).and(t::estado.eq(EstadoConversa::AguardandoHumano)))
        .filter(t::espera_em.is_null().or(t::espera_em.lt(t::aguardando_desde)))
        .filter(t::aguardando_desde.gt(from).and(t::aguardando_desde.le(until)))
        .filter(
            t::contato_id.eq_any(
                contatos::table
                    .filter(contatos::cliente_id.eq(tx.cliente_id()).and(contatos::parou_em.is_null()))
                    .select(contatos::id),
            ),
        )
        .order(t::aguardando_desde)
        .limit(limit)
        .select(t::id)
        .load(tx.connection())
        .await?)
}

/// The contato has been told to wait, or is not to be told in this hand-over.
pub async fn told_to_wait(tx: &mut TenantTx, id: ConversaId, now: DateTime<Utc>) -> Result<()> {
    diesel::update(t::table.filter(t::cliente_id.eq(tx.cliente_id()).and(t::id.eq(id))))
        .set(t::espera_em.eq(now))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Clears what the list shows of a last line older than `before`, of at most `limit` conversations: the line itself is gone.
pub async fn clear_previa_before(tx: &mut TenantTx, before: DateTime<Utc>, limit: i64) -> Result<usize> {
    let sql = "UPDATE conversas SET previa = '', previa_tipo = NULL WHERE cliente_id = $1 AND id = ANY(ARRAY(\
        SELECT id FROM conversas WHERE cliente_id = $1 AND ultima_mensagem_em < $2 AND previa <> '' \
        ORDER BY ultima_mensagem_em LIMIT $3))";
    super::change_batch(tx, sql, before, limit).await
}
