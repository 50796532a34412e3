//! A file on its way to the server. `XMLHttpRequest`, because nothing else tells how much has left.

use std::{cell::RefCell, rc::Rc};

use contracts::{ApiError, ConversaId, ErrorCode, MensagemId, conversas::MensagemDto};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{FormData, ProgressEvent, XmlHttpRequest};

use super::anexar::Escolhido;
use crate::error::AppError;

type Resposta = Result<MensagemDto, AppError>;

/// Sends it; `pronto` runs once, whatever happens.
pub fn enviar(
    conversa: ConversaId,
    id: MensagemId,
    arquivo: &Escolhido,
    legenda: &str,
    progresso: impl Fn(f64) + 'static,
    pronto: impl FnOnce(Resposta) + 'static,
) {
    match tentar(conversa, id, arquivo, legenda, progresso) {
        Some(pedido) => ao_fim(pedido, pronto),
        // Only where the browser has let go of the file.
        None => pronto(Err(AppError::new(ErrorCode::Unavailable))),
    }
}

fn tentar(
    conversa: ConversaId,
    id: MensagemId,
    arquivo: &Escolhido,
    legenda: &str,
    progresso: impl Fn(f64) + 'static,
) -> Option<XmlHttpRequest> {
    let corpo = FormData::new().ok()?;
    corpo.append_with_str("id", &id.to_string()).ok()?;
    if !legenda.is_empty() {
        corpo.append_with_str("legenda", legenda).ok()?;
    }
    let conteudo: web_sys::Blob = arquivo.arquivo()?.into();
    corpo.append_with_blob_and_filename("arquivo", &conteudo, &arquivo.nome).ok()?;
    let pedido = XmlHttpRequest::new().ok()?;
    pedido.open("POST", &format!("/api/v1/conversas/{conversa}/anexos")).ok()?;
    let subiu = Closure::<dyn FnMut(ProgressEvent)>::new(move |ev: ProgressEvent| {
        if ev.length_computable() && ev.total() > 0.0 {
            progresso(ev.loaded() / ev.total() * 100.0);
        }
    });
    pedido.upload().ok()?.set_onprogress(Some(subiu.as_ref().unchecked_ref()));
    // Freed by the browser's collector with the request.
    let _ = subiu.into_js_value();
    pedido.send_with_opt_form_data(Some(&corpo)).ok()?;
    Some(pedido)
}

fn ao_fim(pedido: XmlHttpRequest, pronto: impl FnOnce(Resposta) + 'static) {
    let pronto = Rc::new(RefCell::new(Some(pronto)));
    let este = pedido.clone();
    let fim = Closure::<dyn FnMut()>::new(move || {
        if let Some(pronto) = pronto.take() {
            pronto(ler(&este));
        }
    });
    // Fires after load, error, abort and time-out alike.
    pedido.set_onloadend(Some(fim.as_ref().unchecked_ref()));
    let _ = fim.into_js_value();
}

fn ler(pedido: &XmlHttpRequest) -> Resposta {
    let texto = pedido.response_text().ok().flatten().unwrap_or_default();
    if pedido.status() == Ok(200) {
        return serde_json::from_str(&texto).map_err(|_| AppError::new(ErrorCode::Unavailable));
    }
    let erro = serde_json::from_str::<ApiError>(&texto);
    Err(erro.map_or_else(|_| AppError::new(ErrorCode::Unavailable), AppError))
}
