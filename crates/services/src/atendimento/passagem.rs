//! What the contato hears when a person is called: the fallback or, while the business is closed, that it is.

use chrono::{DateTime, Utc};
use contracts::horario::{Agenda, Horario};
use db::TenantTx;
use db::models::configuracao_bot::ConfiguracaoBot;
use db::models::conversa::{self, Conversa};
use serde_json::Value;

use crate::Result;

/// Shown to the owner where the contato hears nothing.
const NOTA: &str = "Uma pessoa foi chamada. O contato já sabe que estamos fora do horário.";

/// What to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aviso {
    /// A person comes.
    Fallback,
    /// A person comes when the business opens.
    ForaHorario,
    /// Nothing: this contato has been told tonight.
    JaAvisado,
}

impl Aviso {
    /// For a person called in this conversation now.
    pub(super) fn of(config: &ConfiguracaoBot, conversa: &Conversa, now: DateTime<Utc>) -> Self {
        let Some(desde) = agenda(&config.horario).fechado_desde(now) else { return Self::Fallback };
        let told = conversa.fora_horario_em.is_some_and(|at| at >= desde);
        if told { Self::JaAvisado } else { Self::ForaHorario }
    }

    /// Its words.
    pub(super) fn texto(self, config: &ConfiguracaoBot) -> String {
        match self {
            Self::Fallback => config.fallback.clone(),
            Self::ForaHorario => config.fora_horario.clone(),
            Self::JaAvisado => NOTA.to_owned(),
        }
    }

    /// Remembers, with the line, that it has been said.
    pub(super) async fn said(self, tx: &mut TenantTx, conversa: &Conversa, now: DateTime<Utc>) -> Result<()> {
        if self == Self::ForaHorario {
            conversa::told_closed(tx, conversa.id, now).await?;
        }
        Ok(())
    }
}

/// The stored business hours. They were checked when they were saved; ones that cannot be read never silence anybody.
pub(super) fn agenda(horario: &Value) -> Agenda {
    let stored = serde_json::from_value::<Horario>(horario.clone()).map_err(|e| e.to_string());
    stored.and_then(|h| h.agenda()).unwrap_or_else(|why| {
        tracing::error!(why, "stored business hours cannot be read; taken as always open");
        Agenda::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{ContatoId, ConversaId, EstadoConversa};
    use uuid::Uuid;

    fn conversa(fora_horario_em: Option<&str>) -> Conversa {
        let at = |t: &str| t.parse::<DateTime<Utc>>().unwrap();
        Conversa {
            id: ConversaId(Uuid::nil()),
            contato_id: ContatoId(Uuid::nil()),
            numero_usuario: String::new(),
            jid: String::new(),
            estado: EstadoConversa::IaAtiva,
            aguardando_desde: None,
            humano_em: None,
            fora_horario_em: fora_horario_em.map(at),
            avisada_em: None,
            espera_em: None,
            respondida_ate: 0,
            ultima_mensagem_em: at("2026-11-23T00:00:00Z"),
            previa: String::new(),
            previa_tipo: None,
            nao_lidas: 0,
            resolvida_em: None,
            resolvida_por: None,
        }
    }

    #[test]
    fn once_a_night() {
        // Mondays from 8 to 18 in Brasília, which is 11 to 21 UTC. 2026-11-23 is a Monday.
        let horario = serde_json::json!({ "segunda": [{ "de": "08:00", "ate": "18:00" }] });
        let config = ConfiguracaoBot { horario, ..ConfiguracaoBot::default() };
        let says = |told, now: &str| Aviso::of(&config, &conversa(told), now.parse().unwrap());
        assert_eq!(says(None, "2026-11-23T12:00:00Z"), Aviso::Fallback);
        assert_eq!(says(None, "2026-11-23T21:00:00Z"), Aviso::ForaHorario);
        assert_eq!(says(Some("2026-11-23T21:00:00Z"), "2026-11-24T03:00:00Z"), Aviso::JaAvisado);
        // Told a week ago.
        assert_eq!(says(Some("2026-11-23T10:59:00Z"), "2026-11-23T21:00:00Z"), Aviso::ForaHorario);
        for horario in [serde_json::json!({}), serde_json::json!("nonsense")] {
            let always = ConfiguracaoBot { horario, ..ConfiguracaoBot::default() };
            assert_eq!(Aviso::of(&always, &conversa(None), "2026-11-24T03:00:00Z".parse().unwrap()), Aviso::Fallback);
        }
    }
}
