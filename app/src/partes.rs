//! Pages that the browser fetches when they are first seen, each group a piece of WASM of its own (docs/adr/0004). Few
//! groups: what any two of them share becomes a file too. The start page, its frame and the kit they use are in the main one.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use crate::areas::{admin, assinatura, auth, config, conversas, dashboard, knowledge, perfil, whatsapp};

/// What lies over any page when it is asked for, or happens seldom: one piece, fetched the first time.
macro_rules! sobre {
    ($(#[$doc:meta])* $vis:vis async fn $nome:ident($($arg:ident: $tipo:ty),*) $(-> $saida:ty)? $corpo:block) => {
        $(#[$doc])*
        #[cfg_attr(feature = "split", leptos::lazy(sobre))]
        $vis async fn $nome($($arg: $tipo),*) $(-> $saida)? $corpo
    };
}
pub(crate) use sobre;

/// `group [paths] { Route / what leptos::lazy calls its loader = page; }`. The loader must be awaited before the page is
/// hydrated: the router does not wait for a view, and one that comes later finds other nodes than the server wrote.
macro_rules! partes {
    ($($grupo:ident [$($caminho:literal),+] { $($rota:ident / $preload:ident = $pagina:path;)+ })+) => {
        /// Fetches what the page at `caminho` is made of; nothing for a page of the main piece.
        pub async fn preparar(caminho: &str) {
            $(
                if [$($caminho),+].iter().any(|c| caminho.starts_with(c)) {
                    $(<$rota as LazyRoute>::preload().await;)+
                    return;
                }
            )+
        }

        $($(
            pub struct $rota;

            const _: () = {
                #[cfg_attr(any(feature = "split", feature = "ssr"), leptos::lazy($grupo))]
                #[allow(non_snake_case, reason = "the name of the route tells the functions apart in the linker")]
                async fn $rota() -> AnyView {
                    $pagina().into_any()
                }

                impl LazyRoute for $rota {
                    fn data() -> Self {
                        Self
                    }

                    async fn view(_: Self) -> AnyView {
                        $rota().await
                    }

                    #[cfg(all(feature = "split", not(feature = "ssr")))]
                    async fn preload() {
                        $preload().await;
                    }
                }
            };
        )+)+
    };
}

partes! {
    conversas ["/dashboard/conversas"] {
        Conversas / __preload_Conversas = conversas::page::Conversas;
        NadaEscolhido / __preload_NadaEscolhido = conversas::page::NadaEscolhido;
        Thread / __preload_Thread = conversas::Thread;
    }
    conhecimento ["/dashboard/conhecimento"] {
        Conhecimento / __preload_Conhecimento = knowledge::page::Conhecimento;
    }
    ajustes ["/dashboard/whatsapp", "/dashboard/perfil", "/dashboard/assinatura", "/dashboard/config", "/dashboard/tutoriais", "/dashboard/suporte"] {
        Whatsapp / __preload_Whatsapp = whatsapp::page::Whatsapp;
        Perfil / __preload_Perfil = perfil::page::Perfil;
        Assinatura / __preload_Assinatura = assinatura::Assinatura;
        ConfigBot / __preload_ConfigBot = config::page::ConfigBot;
        Tutoriais / __preload_Tutoriais = dashboard::tutoriais::Tutoriais;
        Suporte / __preload_Suporte = dashboard::suporte::Suporte;
    }
    fora ["/login", "/dashboard/encerrada", "/dev/kit", "/admin"] {
        Login / __preload_Login = auth::page::Login;
        Encerrada / __preload_Encerrada = perfil::encerrada::Encerrada;
        Galeria / __preload_Galeria = crate::galeria;
        AdminLogin / __preload_AdminLogin = admin::page::AdminLogin;
        AdminMoldura / __preload_AdminMoldura = admin::shell::AdminShell;
        AdminPainel / __preload_AdminPainel = admin::page::AdminDashboard;
    }
}
