//! `perguntas`: replies that did not answer, found in `historico_mensagens`, and what the owner has done about each.

use chrono::{DateTime, Utc};
use contracts::{ConversaId, EstadoPergunta, MensagemId};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Float4, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::{Result, TenantTx};

/// A reply that did not answer, with what it was asked.
#[derive(Clone, Debug, QueryableByName)]
pub struct SemResposta {
    /// The reply.
    #[diesel(sql_type = SqlUuid)]
    pub id: MensagemId,
    /// Where.
    #[diesel(sql_type = SqlUuid)]
    pub conversa_id: ConversaId,
    /// Of the contato.
    #[diesel(sql_type = Nullable<Text>)]
    pub nome: Option<String>,
    /// Digits; empty where WhatsApp hides them.
    #[diesel(sql_type = Text)]
    pub numero: String,
    /// When.
    #[diesel(sql_type = Timestamptz)]
    pub em: DateTime<Utc>,
    /// As far as it was judged.
    #[diesel(sql_type = Nullable<Float4>)]
    pub confianca: Option<f32>,
    /// Why a person was called; none where the assistant answered.
    #[diesel(sql_type = Nullable<Text>)]
    pub motivo: Option<String>,
    /// What has been done about it.
    #[diesel(sql_type = Text)]
    pub estado: EstadoPergunta,
    /// Since when.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub estado_em: Option<DateTime<Utc>>,
    /// The contato's lines that it replied to: `[conteudo, detalhes]` each, as they were written.
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub linhas: Option<serde_json::Value>,
}

/// Replies from `since` on that handed over for one of `motivos`, answered below `limiar` or were marked; the newest
/// `limit` of them, oldest first.
pub async fn sem_resposta(
    tx: &mut TenantTx,
    since: DateTime<Utc>,
    motivos: &[&str],
    limiar: f32,
    limit: i64,
) -> Result<Vec<SemResposta>> {
    let sql = "WITH r AS (
           SELECT m.id, m.conversa_id, m.ordem, m.\"timestamp\" AS em, m.confianca, m.motivo,
             coalesce(p.estado, 'ABERTA') AS estado, p.updated_at AS estado_em
           FROM historico_mensagens m LEFT JOIN perguntas p ON p.cliente_id = m.cliente_id AND p.mensagem_id = m.id
           WHERE m.cliente_id = $1 AND m.\"timestamp\" >= $2 AND m.tipo IN ('IA', 'SISTEMA')
             AND (m.motivo = ANY($3) OR (m.motivo IS NULL AND m.confianca < $4) OR p.mensagem_id IS NOT NULL)
           ORDER BY m.\"timestamp\" DESC, m.ordem DESC LIMIT $5)
         SELECT r.id, r.conversa_id, r.em, r.confianca, r.motivo, r.estado, r.estado_em, k.nome, c.numero_usuario AS numero, q.linhas
         FROM r JOIN conversas c ON c.cliente_id = $1 AND c.id = r.conversa_id
         JOIN contatos k ON k.cliente_id = $1 AND k.id = c.contato_id
         CROSS JOIN LATERAL (
           SELECT jsonb_agg(jsonb_build_array(l.conteudo, l.detalhes) ORDER BY l.ordem) AS linhas FROM historico_mensagens l
           WHERE l.cliente_id = $1 AND l.conversa_id = r.conversa_id AND l.tipo = 'CONTATO' AND l.ordem < r.ordem
             AND l.ordem > coalesce((SELECT max(b.ordem) FROM historico_mensagens b WHERE b.cliente_id = $1
               AND b.conversa_id = r.conversa_id AND b.ordem < r.ordem AND b.tipo NOT IN ('CONTATO', 'NOTA')), 0)) q
         ORDER BY r.em, r.ordem";
    let id = tx.cliente_id();
    Ok(diesel::sql_query(sql)
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(since)
        .bind::<Array<Text>, _>(motivos)
        .bind::<Float4, _>(limiar)
        .bind::<BigInt, _>(limit)
        .load(tx.connection())
        .await?)
}

/// Notes what has been done about these replies.
pub async fn set_estado(
    tx: &mut TenantTx,
    ids: &[MensagemId],
    estado: EstadoPergunta,
    now: DateTime<Utc>,
) -> Result<()> {
    let id = tx.cliente_id();
    let ids: Vec<uuid::Uuid> = ids.iter().map(|i| i.0).collect();
    diesel::sql_query(
        "INSERT INTO perguntas (cliente_id, mensagem_id, estado, updated_at) SELECT $1, m.id, $3, $4 \
         FROM historico_mensagens m WHERE m.cliente_id = $1 AND m.id = ANY($2) \
         ON CONFLICT (cliente_id, mensagem_id) DO UPDATE SET estado = $3, updated_at = $4",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Text, _>(estado)
    .bind::<Timestamptz, _>(now)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Marks a reply of the assistant as one that did not answer, or takes the mark away. `false`: no such reply.
pub async fn marcar(tx: &mut TenantTx, id: MensagemId, marcada: bool, now: DateTime<Utc>) -> Result<bool> {
    let cliente_id = tx.cliente_id();
    let sql = if marcada {
        "INSERT INTO perguntas (cliente_id, mensagem_id, marcada, updated_at) SELECT $1, m.id, true, $3 \
         FROM historico_mensagens m WHERE m.cliente_id = $1 AND m.id = $2 AND m.tipo = 'IA' \
         ON CONFLICT (cliente_id, mensagem_id) DO UPDATE SET marcada = true, estado = 'ABERTA', updated_at = $3"
    } else {
        "DELETE FROM perguntas WHERE cliente_id = $1 AND mensagem_id = $2 AND marcada AND updated_at <= $3 + interval '1 day'"
    };
    let n = diesel::sql_query(sql)
        .bind::<SqlUuid, _>(cliente_id)
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(now)
        .execute(tx.connection())
        .await?;
    Ok(n == 1)
}
