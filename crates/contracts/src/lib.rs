//! Words that the browser, the REST API and the services share: ids, states, request and answer
//! shapes, validation and error codes.
//!
//! Compiles to WASM, does no I/O and knows no clock. Field names are the plan's column names.

pub mod assinatura;
pub mod auth;
pub mod avisos;
pub mod config;
pub mod contatos;
pub mod conversas;
pub mod emails;
pub mod erro;
pub mod estado;
pub mod eventos;
pub mod horario;
pub mod ids;
pub mod knowledge;
pub mod metricas;
pub mod modelos;
pub mod perguntas;
pub mod planos;
pub mod prontidao;
pub mod relatos;
pub mod respostas;
pub mod uso;
pub mod validate;
pub mod whatsapp;

pub use erro::{ApiError, ErrorCode};
pub use estado::{
    AvisarPendentes, CausaQueda, EstadoConversa, EstadoEmail, EstadoMidia, EstadoPergunta, FluxoPortal, OrigemVersao,
    Periodicidade, Ramo, StatusCheckout, StatusCliente, StatusEnvio, StatusFatura, StatusIndexacao, StatusInstancia,
    TipoAviso, TipoConteudo, TipoLink, TipoMensagem, TipoUso,
};
pub use ids::{
    AdminId, ClienteId, ContatoId, ConversaId, InstanciaId, MensagemId, MidiaId, RespostaProntaId, SessaoId,
};
