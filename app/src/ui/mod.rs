//! The component kit: small parts over native elements, looking as `style/` says. All of it can be seen at `/dev/kit` of
//! a development build.

mod area;
mod campo;
mod confianca;
mod dialogo;
mod escolha;
mod estados;
mod faixa;
mod icone;
#[cfg(feature = "dev")]
pub mod kit;
mod marca;
mod medida;
mod menu;
mod tema;
mod toast;

pub use area::{AreaTexto, Soltar};
pub use campo::{Campo, CampoTexto, ErroCampo};
pub use confianca::{Confianca, Trechos};
pub use dialogo::{Confirmar, Dialogo, seguir};
pub use escolha::{Deslizante, Interruptor, Segmentos, Selecao};
pub use estados::{Falha, Vazio, aguardar, barra, carregar};
pub use faixa::{Faixa, Ficha, Selo, Tom};
pub use icone::{Avatar, Icone};
pub use marca::{Logo, LogoMarca};
pub use medida::{EstadoPasso, Medidor, Paginacao, Passo};
pub use menu::{ItemMenu, Menu, Popover};
pub use tema::{BotaoTema, Tema, escolher_tema, tema, tema_atual};
pub use toast::{Toasts, TorreToasts};
