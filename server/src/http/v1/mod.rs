//! `/api/v1`: the paths of the plan.

mod admin;
mod anexos;
mod assinatura;
mod auth;
mod avisos;
mod checkout;
mod config;
mod contatos;
mod conversas;
mod knowledge;
mod metricas;
mod midias;
mod perfil;
mod perguntas;
mod planos;
mod prontidao;
mod relatos;
mod respostas;
mod uso;
mod whatsapp;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::Http;

pub(super) fn router() -> OpenApiRouter<Http> {
    OpenApiRouter::new()
        .routes(routes!(auth::login))
        .routes(routes!(auth::logout))
        .routes(routes!(auth::me, perfil::put))
        .routes(routes!(auth::me_short))
        .routes(routes!(auth::trocar_senha))
        .routes(routes!(auth::esqueci_senha))
        .routes(routes!(auth::link))
        .routes(routes!(auth::nova_senha))
        .routes(routes!(perfil::sessoes_list))
        .routes(routes!(perfil::sessoes_encerrar_outras))
        .routes(routes!(perfil::sessao_encerrar))
        .routes(routes!(perfil::exportar))
        .routes(routes!(perfil::encerrar))
        .routes(routes!(perfil::reabrir))
        .routes(routes!(admin::login))
        .routes(routes!(admin::logout))
        .routes(routes!(admin::me))
        .routes(routes!(admin::emails_list))
        .routes(routes!(knowledge::get, knowledge::put))
        .routes(routes!(knowledge::search))
        .routes(routes!(knowledge::importar).layer(DefaultBodyLimit::max(knowledge::IMPORTAR_BODY)))
        .routes(routes!(knowledge::importar_pagina))
        .routes(routes!(knowledge::acrescentar))
        .routes(routes!(knowledge::versoes))
        .routes(routes!(knowledge::versao))
        .routes(routes!(knowledge::restaurar))
        .routes(routes!(knowledge::rascunho, knowledge::guardar_rascunho, knowledge::descartar_rascunho))
        .routes(routes!(perguntas::list))
        .routes(routes!(perguntas::ensinar))
        .routes(routes!(perguntas::dispensar))
        .routes(routes!(perguntas::reabrir))
        .routes(routes!(perguntas::marcar))
        .routes(routes!(whatsapp::status))
        .routes(routes!(whatsapp::qrcode))
        .routes(routes!(whatsapp::connect, whatsapp::disconnect))
        .routes(routes!(whatsapp::parear))
        .routes(routes!(whatsapp::historico))
        .routes(routes!(whatsapp::retomar))
        .routes(routes!(avisos::list))
        .routes(routes!(uso::mes))
        .routes(routes!(metricas::get))
        .routes(routes!(prontidao::passos, prontidao::dispensar))
        .routes(routes!(prontidao::get))
        .routes(routes!(prontidao::escolher))
        .routes(routes!(prontidao::ignorar))
        .routes(routes!(prontidao::ensinar))
        .routes(routes!(conversas::list))
        .routes(routes!(conversas::get))
        .routes(routes!(conversas::enviar))
        .routes(routes!(conversas::assumir))
        .routes(routes!(conversas::devolver))
        .routes(routes!(conversas::lida))
        .routes(routes!(conversas::nao_lida))
        .routes(routes!(conversas::resolver))
        .routes(routes!(conversas::reabrir))
        .routes(routes!(conversas::anotar))
        .routes(routes!(conversas::apagar_nota))
        .routes(routes!(conversas::reenviar))
        .routes(routes!(anexos::enviar).layer(DefaultBodyLimit::max(anexos::BODY_LIMIT)))
        .routes(routes!(respostas::list, respostas::criar))
        .routes(routes!(respostas::salvar, respostas::apagar))
        .routes(routes!(config::get, config::put))
        .routes(routes!(contatos::exportar))
        .routes(routes!(contatos::get, contatos::apagar))
        .routes(routes!(contatos::anotar))
        .routes(routes!(relatos::receber).layer(DefaultBodyLimit::max(relatos::LIMIT)))
        .routes(routes!(midias::get))
        .routes(routes!(planos::list))
        .routes(routes!(checkout::criar))
        .routes(routes!(checkout::ler))
        .routes(routes!(checkout::retomar))
        .routes(routes!(assinatura::ler))
        .routes(routes!(assinatura::consumo))
        .routes(routes!(assinatura::faturas))
        .routes(routes!(assinatura::portal))
        .routes(routes!(admin::eventos_stripe))
        .routes(routes!(admin::reprocessar))
}
