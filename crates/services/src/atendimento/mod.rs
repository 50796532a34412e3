//! The main job: a message comes in, waits for the rest of its burst, is answered from the knowledge or handed to a
//! person, and the reply goes out. Three kinds of job, each ending in the transaction of its effect:
//! [`JOB_EVENTO`] (what Evolution told), [`JOB_TURNO`] (the contato has finished writing), [`JOB_ENVIO`] (a reply leaves).

pub mod calibra;
mod conteudo;
pub mod decisao;
mod entrada;
mod envio;
mod espera;
pub mod intencao;
mod janela;
pub mod lastro;
mod leitura;
mod memoria;
mod mensagens;
mod mudanca;
mod partes;
mod passagem;
mod passo;
mod presenca;
mod prompt;
mod rascunho;
pub mod retorno;
mod turno;

use std::sync::Arc;

use jobs::Handlers;

pub(crate) use conteudo::Extras;
pub(crate) use decisao::{Decisao, FALTA_CONHECIMENTO, Turno, experimentar};
pub(crate) use entrada::ANSWERED_AGE;
pub(crate) use envio::{RETIRADA, queue_again, queue_send};
pub(crate) use memoria::forget;
pub(crate) use presenca::contato as digitando;

use crate::assinatura::{fim, reconcilia, relogio};
use crate::auth::acesso;
use crate::perfil::encerrar;
use crate::{App, assinatura, emails, knowledge, metricas, midia, retencao, whatsapp};

/// A stored webhook call is to be dealt with.
pub const JOB_EVENTO: &str = "evento";
/// A contato waits for an answer.
pub const JOB_TURNO: &str = "turno";
/// A reply waits to be sent.
pub const JOB_ENVIO: &str = "envio";

/// Queues with how many jobs of each one process runs at once.
pub const QUEUES: &[(&str, usize)] = &[
    (JOB_EVENTO, 8),
    (JOB_TURNO, 8),
    (JOB_ENVIO, 8),
    (calibra::JOB, 1),
    (retorno::JOB, 2),
    (knowledge::JOB, 2),
    (midia::JOB, 4),
    (midia::JOB_VARREDURA, 1),
    (whatsapp::JOB_APAGAR, 2),
    (whatsapp::JOB_RECONCILIAR, 2),
    (whatsapp::JOB_VIGIA, 1),
    (emails::JOB, 2),
    (relogio::JOB_RELOGIO, 2),
    (retencao::JOB, 1),
    (assinatura::JOB, 4),
];

/// Every job of the product and who runs it.
pub fn handlers(app: &Arc<App>) -> Handlers {
    macro_rules! with_app {
        ($f:path) => {{
            let app = app.clone();
            move |job| $f(app.clone(), job)
        }};
    }
    Handlers::new()
        .on(JOB_EVENTO, with_app!(entrada::run))
        .on(JOB_TURNO, with_app!(turno::run))
        .on_dead(JOB_TURNO, {
            let app = app.clone();
            move |job, _error| turno::given_up(app.clone(), job)
        })
        .on(JOB_ENVIO, with_app!(envio::run))
        .on_dead(JOB_ENVIO, {
            let app = app.clone();
            move |job, _error| envio::given_up(app.clone(), job)
        })
        .on(calibra::JOB, with_app!(calibra::run))
        .on(retorno::JOB, with_app!(retorno::run))
        .on(retorno::JOB_RELOGIO, with_app!(retorno::tick))
        .on(espera::JOB, with_app!(espera::run))
        .on(knowledge::JOB, with_app!(knowledge::run_index_job))
        .on_dead(knowledge::JOB, {
            let app = app.clone();
            move |job, _error| knowledge::index_failed(app.clone(), job)
        })
        .on(midia::JOB, with_app!(midia::run_job))
        .on_dead(midia::JOB, {
            let app = app.clone();
            move |job, _error| midia::given_up(app.clone(), job)
        })
        .on(midia::JOB_VARREDURA, with_app!(midia::run_sweep_job))
        .on(whatsapp::JOB_APAGAR, with_app!(whatsapp::run_delete_job))
        .on(whatsapp::JOB_RECONCILIAR, with_app!(whatsapp::run_reconcile_job))
        .on(whatsapp::JOB_VIGIA, with_app!(whatsapp::run_watch_job))
        .on(emails::JOB, with_app!(emails::run_job))
        .on_dead(emails::JOB, {
            let app = app.clone();
            move |job, _error| emails::given_up(app.clone(), job)
        })
        .on(acesso::JOB, with_app!(acesso::run_job))
        .on(emails::pendentes::JOB, with_app!(emails::pendentes::run_job))
        .on(retencao::JOB, with_app!(retencao::run))
        .on(retencao::JOB_EVENTOS, with_app!(retencao::run_eventos))
        .on(encerrar::JOB_RELOGIO, with_app!(encerrar::tick))
        .on(encerrar::JOB, with_app!(encerrar::run))
        .on(relogio::JOB_RELOGIO, with_app!(relogio::tick))
        .on(relogio::JOB_PASSO, with_app!(relogio::passo))
        .on(relogio::JOB_DESLIGAR, with_app!(relogio::run_desligar))
        .on(fim::JOB, with_app!(fim::run))
        .on(reconcilia::JOB, with_app!(reconcilia::run))
        .on(metricas::JOB, with_app!(metricas::run))
        .on(assinatura::JOB, with_app!(assinatura::eventos::run))
        .on(assinatura::precos::JOB, with_app!(assinatura::precos::run))
}
