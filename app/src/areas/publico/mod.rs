//! What anybody may read: the landing, prices, questions, terms, privacy; the checkout; and the ways to a new senha. Made on
//! the server only and never hydrated, so that they cost no WASM; in the browser their routes load the page anew.

#[cfg(feature = "ssr")]
mod acesso;
#[cfg(feature = "ssr")]
mod arte;
#[cfg(feature = "ssr")]
pub mod cabeca;
#[cfg(feature = "ssr")]
mod campo;
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
mod retorno;

#[cfg(feature = "ssr")]
pub use acesso::{Esqueci, NovaSenha, PrimeiraSenha};
#[cfg(feature = "ssr")]
pub use cabeca::{origin, sitemap};
#[cfg(feature = "ssr")]
pub use checkout::Checkout;
#[cfg(feature = "ssr")]
pub use faq::Faq;
#[cfg(not(feature = "ssr"))]
pub use fora::{
    Fora as Checkout, Fora as Esqueci, Fora as Faq, Fora as Inicio, Fora as NovaSenha, Fora as Precos,
    Fora as PrimeiraSenha, Fora as Privacidade, Fora as Retorno, Fora as Termos,
};
pub use idiomas::Idiomas;
#[cfg(feature = "ssr")]
pub use inicio::Inicio;
#[cfg(feature = "ssr")]
pub use legal::{Privacidade, Termos};
#[cfg(feature = "ssr")]
pub use moldura::contato;
pub use perdida::NaoEncontrada;
#[cfg(feature = "ssr")]
pub use planos::Precos;
#[cfg(feature = "ssr")]
pub use retorno::Retorno;

/// Their paths; those of the sitemap first.
#[cfg(feature = "ssr")]
pub const PAGINAS: [&str; 6] = ["/", "/precos", "/faq", "/termos", "/privacidade", "/checkout"];

/// Whether a page is one of these.
#[cfg(feature = "ssr")]
pub fn publica(path: &str) -> bool {
    PAGINAS.contains(&sem_barra(path))
}

/// The pages of one person that have no WASM either: nothing is kept of them, and nobody is told where they are.
#[cfg(feature = "ssr")]
pub fn reservada(path: &str) -> bool {
    retorno(path) || ["/esqueci-senha", "/nova-senha", "/dashboard/nova-senha"].contains(&sem_barra(path))
}

/// `/checkout/{id}`.
#[cfg(feature = "ssr")]
pub fn retorno(path: &str) -> bool {
    path.strip_prefix("/checkout/").is_some_and(|id| !id.is_empty())
}

#[cfg(feature = "ssr")]
fn sem_barra(path: &str) -> &str {
    path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path)
}

/// Where the choice of a language leads back to: a path of ours, without a language of its own.
#[cfg(feature = "ssr")]
pub fn safe_back(path: &str) -> Option<&str> {
    crate::browser::safe_return(path, "").filter(|path| path.starts_with('/') && !path.contains("idioma="))
}
