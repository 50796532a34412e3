//! The end of an `XMLHttpRequest`: for what a server function cannot send, such as the bytes of a file as they are.

use std::{cell::RefCell, rc::Rc};

use contracts::{ApiError, ErrorCode};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::XmlHttpRequest;

use crate::error::AppError;

/// Calls `pronto` once when the request is over, however it ends.
pub fn ao_fim<T: DeserializeOwned>(pedido: &XmlHttpRequest, pronto: impl FnOnce(Result<T, AppError>) + 'static) {
    let pronto = Rc::new(RefCell::new(Some(pronto)));
    let este = pedido.clone();
    let fim = Closure::<dyn FnMut()>::new(move || {
        if let Some(pronto) = pronto.take() {
            pronto(ler(&este));
        }
    });
    // Fires after load, error, abort and time-out alike.
    pedido.set_onloadend(Some(fim.as_ref().unchecked_ref()));
    // Freed by the browser's collector with the request.
    let _ = fim.into_js_value();
}

fn ler<T: DeserializeOwned>(pedido: &XmlHttpRequest) -> Result<T, AppError> {
    let texto = pedido.response_text().ok().flatten().unwrap_or_default();
    if pedido.status() == Ok(200) {
        return serde_json::from_str(&texto).map_err(|_| AppError::new(ErrorCode::Unavailable));
    }
    let erro = serde_json::from_str::<ApiError>(&texto);
    Err(erro.map_or_else(|_| AppError::new(ErrorCode::Unavailable), AppError))
}
