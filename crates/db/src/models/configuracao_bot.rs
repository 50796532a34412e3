//! `configuracoes_bot`: how the assistant speaks for a cliente (plan, phase 7).

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::configuracoes_bot;
use crate::{Result, TenantTx};

/// What the pipeline needs of it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = configuracoes_bot)]
pub struct ConfiguracaoBot {
    /// `FORMAL`, `CASUAL` or `TECNICO`.
    pub tom: String,
    /// The answer to a greeting.
    pub saudacao: String,
    /// Sent when a person is called.
    pub fallback: String,
    /// Below this confidence a person is called; 0 to 1.
    pub limiar_confianca: f32,
    /// How long the turn waits after a message that reads complete, ms.
    pub janela_min_ms: i32,
    /// How long it waits at most after a message that does not, or while the contato types, ms.
    pub janela_max_ms: i32,
}

impl ConfiguracaoBot {
    /// What a new cliente has: the defaults of the table.
    #[must_use]
    pub fn padrao() -> Self {
        Self {
            tom: "CASUAL".into(),
            saudacao: "Olá! Como posso ajudar?".into(),
            fallback: "Vou chamar uma pessoa da equipe para te responder. Só um momento, por favor.".into(),
            limiar_confianca: 0.5,
        }
    }
}

/// The configuration; every cliente has one from the start.
pub async fn get(tx: &mut TenantTx) -> Result<ConfiguracaoBot> {
    Ok(configuracoes_bot::table
        .find(tx.cliente_id())
        .select(ConfiguracaoBot::as_select())
        .first(tx.connection())
        .await?)
}
