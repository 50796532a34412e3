//! What the browser hears by server-sent events.

use serde::{Deserialize, Serialize};

use crate::{ConversaId, EstadoConversa, StatusCliente, StatusIndexacao, StatusInstancia, TipoAviso};

/// The `data` of an event. It says what changed; the page reads the new state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "tipo", rename_all = "snake_case")]
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
