//! What anybody may read: the landing, prices, questions, terms, privacy, and the door to the checkout. Made on the server
//! only and never hydrated, so that they cost no WASM; in the browser their routes load the page anew.

#[cfg(feature = "ssr")]
mod arte;
#[cfg(feature = "ssr")]
pub mod cabeca;
#[cfg(feature = "ssr")]
mod checkout;
#[cfg(feature = "ssr")]
mod faq;
#[cfg(not(feature = "ssr"))]
mod fora;
mod idiomas;
#[cfg(feature = "ssr")]
mod inicio;
#[cfg(feature = "ssr")]
mod legal;
#[cfg(feature = "ssr")]
mod moldura;
mod perdida;
#[cfg(feature = "ssr")]
mod planos;

#[cfg(feature = "ssr")]
pub use cabeca::{origin, sitemap};
#[cfg(feature = "ssr")]
pub use checkout::Checkout;
#[cfg(feature = "ssr")]
pub use faq::Faq;
#[cfg(not(feature = "ssr"))]
pub use fora::{Fora as Checkout, Fora as Faq, Fora as Inicio, Fora as Precos, Fora as Privacidade, Fora as Termos};
pub use idiomas::Idiomas;
#[cfg(feature = "ssr")]
pub use inicio::Inicio;
#[cfg(feature = "ssr")]
pub use legal::{Privacidade, Termos};
pub use perdida::NaoEncontrada;
#[cfg(feature = "ssr")]
pub use planos::Precos;

/// Their paths; those of the sitemap first.
#[cfg(feature = "ssr")]
pub const PAGINAS: [&str; 6] = ["/", "/precos", "/faq", "/termos", "/privacidade", "/checkout"];

/// Whether a page is one of these: no WASM.
#[cfg(feature = "ssr")]
pub fn estatica(path: &str) -> bool {
    PAGINAS.contains(&path) || path.strip_suffix('/').is_some_and(|path| PAGINAS.contains(&path))
}

/// Where the choice of a language leads back to: a path of ours, without a language of its own.
#[cfg(feature = "ssr")]
pub fn safe_back(path: &str) -> Option<&str> {
    crate::browser::safe_return(path, "").filter(|path| path.starts_with('/') && !path.contains("idioma="))
}
