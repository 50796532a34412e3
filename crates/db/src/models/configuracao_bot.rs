//! `configuracoes_bot`: how the assistant speaks for a cliente, when people are there, how long messages are kept
//! (plan, phases 7, 13 and 14).

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::configuracoes_bot;
use crate::{Result, TenantTx};

/// The configuration of a cliente.
#[derive(Clone, Debug, Default, Queryable, Selectable)]
#[diesel(table_name = configuracoes_bot)]
pub struct ConfiguracaoBot {
    /// `false`: nothing automatic is sent.
    pub ia_ligada: bool,
    /// `FORMAL`, `CASUAL` or `TECNICO`.
    pub tom: String,
    /// The answer to a greeting.
    pub saudacao: String,
    /// Sent when a person is called.
    pub fallback: String,
    /// Sent while somebody waits for a person.
    pub espera: String,
    /// Minutes of waiting after which it is.
    pub espera_minutos: i32,
    /// Sent when the assistant returns after a person has been silent.
    pub retorno_24h: String,
    /// Sent when the assistant returns because no person has answered.
    pub ninguem_respondeu: String,
    /// Sent instead of `fallback` while the business is closed.
    pub fora_horario: String,
    /// A `contracts::horario::Horario`.
    pub horario: serde_json::Value,
    /// Minutes without a sign of a person after which the assistant returns.
    pub retorno_minutos: i32,
    /// Below this confidence a person is called; 0 to 1.
    pub limiar_confianca: f32,
    /// How long the turn waits after a message that reads complete, ms.
    pub janela_min_ms: i32,
    /// How long it waits at most after a message that does not, or while the contato types, ms.
    pub janela_max_ms: i32,
    /// Days for which messages are kept.
    pub retencao_dias: i32,
    /// Grows by one at each save.
    pub versao: i32,
    /// Time of the last save.
    pub updated_at: DateTime<Utc>,
}

/// What a save changes; `None` leaves a member as it is.
#[derive(Clone, Debug, Default, AsChangeset)]
#[diesel(table_name = configuracoes_bot)]
pub struct ConfiguracaoBotChange {
    /// See [`ConfiguracaoBot::ia_ligada`].
    pub ia_ligada: Option<bool>,
    /// See [`ConfiguracaoBot::espera_minutos`].
    pub espera_minutos: Option<i32>,
    /// See [`ConfiguracaoBot::tom`].
    pub tom: Option<String>,
    /// See [`ConfiguracaoBot::saudacao`].
    pub saudacao: Option<String>,
    /// See [`ConfiguracaoBot::fallback`].
    pub fallback: Option<String>,
    /// See [`ConfiguracaoBot::espera`].
    pub espera: Option<String>,
    /// See [`ConfiguracaoBot::retorno_24h`].
    pub retorno_24h: Option<String>,
    /// See [`ConfiguracaoBot::ninguem_respondeu`].
    pub ninguem_respondeu: Option<String>,
    /// See [`ConfiguracaoBot::fora_horario`].
    pub fora_horario: Option<String>,
    /// See [`ConfiguracaoBot::horario`].
    pub horario: Option<serde_json::Value>,
    /// See [`ConfiguracaoBot::retorno_minutos`].
    pub retorno_minutos: Option<i32>,
    /// See [`ConfiguracaoBot::limiar_confianca`].
    pub limiar_confianca: Option<f32>,
    /// See [`ConfiguracaoBot::retencao_dias`].
    pub retencao_dias: Option<i32>,
    /// See [`ConfiguracaoBot::janela_min_ms`].
    pub janela_min_ms: Option<i32>,
    /// See [`ConfiguracaoBot::janela_max_ms`].
    pub janela_max_ms: Option<i32>,
}

/// The configuration; every cliente has one from the start.
pub async fn get(tx: &mut TenantTx) -> Result<ConfiguracaoBot> {
    Ok(configuracoes_bot::table
        .find(tx.cliente_id())
        .select(ConfiguracaoBot::as_select())
        .first(tx.connection())
        .await?)
}

/// Saves what changes. `None` if `versao` is given and another one is stored: somebody has saved in between.
pub async fn update(
    tx: &mut TenantTx,
    change: &ConfiguracaoBotChange,
    versao: Option<i32>,
    now: DateTime<Utc>,
) -> Result<Option<ConfiguracaoBot>> {
    use configuracoes_bot as t;
    let stored = t::table.find(tx.cliente_id()).select(t::versao).for_update().first::<i32>(tx.connection()).await?;
    if versao.is_some_and(|v| v != stored) {
        return Ok(None);
    }
    let row = diesel::update(t::table.find(tx.cliente_id()))
        .set((change, t::versao.eq(stored + 1), t::updated_at.eq(now)))
        .returning(ConfiguracaoBot::as_returning());
    Ok(Some(row.get_result(tx.connection()).await?))
}
