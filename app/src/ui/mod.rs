//! The component kit: small parts over native elements, looking as `style/` says.

mod campo;
mod confianca;
mod dialogo;
mod estados;
mod icone;
mod marca;
mod tema;
mod toast;

pub use campo::{Campo, CampoTexto, ErroCampo};
pub use confianca::{Confianca, Trechos};
pub use dialogo::Confirmar;
pub use estados::{Vazio, barra, carregar};
pub use icone::{Avatar, Icone};
pub use marca::{Logo, LogoMarca};
#[cfg(feature = "ssr")]
pub use tema::Tema;
pub use tema::{BotaoTema, Tema, escolher_tema, tema, tema_atual};
pub use tema::{BotaoTema, tema};
pub use toast::{Toasts, TorreToasts};
