//! A file on its way to the server. `XMLHttpRequest`, because nothing else tells how much has left.

use contracts::{ConversaId, ErrorCode, MensagemId, conversas::MensagemDto};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{FormData, ProgressEvent, XmlHttpRequest};

use super::anexar::Escolhido;
use crate::{error::AppError, pedido};

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
        Some(pedido) => pedido::ao_fim(&pedido, pronto),
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
