//! What the browser hears by server-sent events.

use serde::{Deserialize, Serialize};

use crate::{ConversaId, EstadoConversa, StatusCliente, StatusIndexacao, StatusInstancia, TipoAviso};

/// The `data` of an event. It says what changed; the page reads the new state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "tipo", rename_all = "snake_case", try_from = "Plano")]
pub enum Evento {
    /// A line was added, or its sending went on.
    Mensagem {
        /// Where.
        conversa_id: ConversaId,
    },
    /// A conversa changed its state, or was read.
    Conversa {
        /// Which.
        conversa_id: ConversaId,
        /// The state now.
        estado: EstadoConversa,
    },
    /// The index of the knowledge text went on.
    Conhecimento {
        /// The state now.
        indexacao: StatusIndexacao,
    },
    /// The WhatsApp connection or its QR code changed.
    Instancia {
        /// The state now.
        status: StatusInstancia,
    },
    /// Something the owner must know began or ended.
    Aviso {
        /// What.
        aviso: TipoAviso,
        /// Whether it is still so.
        aberto: bool,
    },
    /// The assinatura, an invoice or the standing with us changed.
    Assinatura {
        /// The standing now.
        status: StatusCliente,
    },
}

/// All fields of all events. Serde reads a tagged enum by keeping the whole object first, which is a second reader beside
/// that of JSON; browsers would fetch it for this one type.
#[derive(Deserialize)]
struct Plano {
    tipo: String,
    conversa_id: Option<ConversaId>,
    estado: Option<EstadoConversa>,
    indexacao: Option<StatusIndexacao>,
    status: Option<StatusInstancia>,
    aviso: Option<TipoAviso>,
    aberto: Option<bool>,
}

impl TryFrom<Plano> for Evento {
    type Error = &'static str;

    fn try_from(p: Plano) -> Result<Self, Self::Error> {
        let evento = match p.tipo.as_str() {
            "mensagem" => p.conversa_id.map(|conversa_id| Self::Mensagem { conversa_id }),
            "conversa" => {
                p.conversa_id.zip(p.estado).map(|(conversa_id, estado)| Self::Conversa { conversa_id, estado })
            }
            "conhecimento" => p.indexacao.map(|indexacao| Self::Conhecimento { indexacao }),
            "instancia" => p.status.map(|status| Self::Instancia { status }),
            "aviso" => p.aviso.zip(p.aberto).map(|(aviso, aberto)| Self::Aviso { aviso, aberto }),
            _ => None,
        };
        evento.ok_or("an event of another kind, or with something missing")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_read_as_it_is_written() {
        let conversa_id = ConversaId(uuid::Uuid::from_u128(7));
        for evento in [
            Evento::Mensagem { conversa_id },
            Evento::Conversa { conversa_id, estado: EstadoConversa::AguardandoHumano },
            Evento::Conhecimento { indexacao: StatusIndexacao::Pronto },
            Evento::Instancia { status: StatusInstancia::Conectado },
            Evento::Aviso { aviso: TipoAviso::Silencio, aberto: true },
        ] {
            let json = serde_json::to_string(&evento).unwrap();
            assert!(json.starts_with("{\"tipo\":\""), "{json}");
            assert_eq!(serde_json::from_str::<Evento>(&json).unwrap(), evento);
        }
        assert!(serde_json::from_str::<Evento>(r#"{"tipo":"conversa"}"#).is_err());
        assert!(serde_json::from_str::<Evento>(r#"{"tipo":"outro"}"#).is_err());
    }
}
