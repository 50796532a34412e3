//! `/dashboard/whatsapp`: one card, one state at a time, followed live.

use std::time::Duration;

use contracts::{StatusInstancia, eventos::Evento, whatsapp::InstanciaDto};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;

use super::{
    api::{whatsapp_connect, whatsapp_disconnect, whatsapp_qrcode, whatsapp_retomar, whatsapp_status},
    estados::{Conectado, Conectando, Desconectado, LerCodigo},
    uso::Uso,
};
use crate::{
    browser,
    error::AppError,
    live::{Live, coalesce},
    text::{self, Textos, fill, textos},
    ui::{Confirmar, Toasts, barra, carregar},
};

const POLL: Duration = Duration::from_secs(4);

/// The connection of the number.
#[component]
pub fn Whatsapp() -> impl IntoView {
    let t = textos();
    let instancia = Resource::new(|| (), |()| whatsapp_status());
    view! {
        <Title text=t.whatsapp.titulo/>
        <div class="page">
            <header class="page-head"><div><h1 class="page-title">{t.whatsapp.titulo}</h1><p class="page-sub">{t.whatsapp.sub}</p></div></header>
            {carregar(instancia, esqueleto, |inicial| view! { <Painel inicial=inicial/> }.into_any())}
            <p class="small-print">{t.whatsapp.evolution}</p>
        </div>
    }
}

fn esqueleto() -> AnyView {
    view! {
        <section class="card connect" aria-hidden="true">
            <span class="skeleton skeleton-qr"></span><div class="stack">{barra("60%")}{barra("90%")}{barra("80%")}</div>
        </section>
    }
    .into_any()
}

/// The connection and what is done with it.
#[derive(Clone, Copy)]
pub struct Ligacao {
    t: &'static Textos,
    /// As last heard.
    pub instancia: RwSignal<InstanciaDto>,
    /// The picture to scan.
    pub qr: RwSignal<Option<String>>,
    /// The last try to fetch the picture failed.
    pub qr_falhou: RwSignal<bool>,
    /// An action is under way.
    pub ocupado: RwSignal<bool>,
    buscando: StoredValue<bool>,
    toasts: Toasts,
}

impl Ligacao {
    fn new(inicial: InstanciaDto) -> Self {
        Self {
            t: textos(),
            instancia: RwSignal::new(inicial),
            qr: RwSignal::new(None),
            qr_falhou: RwSignal::new(false),
            ocupado: RwSignal::new(false),
            buscando: StoredValue::new(false),
            toasts: Toasts::expect(),
        }
    }

    fn recebeu(self, nova: InstanciaDto) {
        let Some(antes) = self.instancia.try_with_untracked(|i| i.status) else { return };
        let agora = nova.status;
        self.instancia.set(nova);
        if agora == StatusInstancia::Conectado && antes != agora {
            self.toasts.bom(self.t.whatsapp.conectado_toast);
        }
        if !matches!(agora, StatusInstancia::Conectando | StatusInstancia::AguardandoQr) {
            self.qr.set(None);
        }
    }

    fn falhou(self, erro: &AppError) {
        browser::leave_if_signed_out(erro);
        self.toasts.ruim(self.t.geral.falhou, text::erro(self.t, erro));
    }

    fn reler(self) {
        spawn_local(async move {
            if let Ok(nova) = whatsapp_status().await {
                self.recebeu(nova);
            }
        });
    }

    /// Begins to connect.
    pub fn conectar(self) {
        self.agir(async { whatsapp_connect().await }, None, None);
    }

    fn desconectar(self, aberto: RwSignal<bool>) {
        self.agir(async { whatsapp_disconnect().await }, Some(aberto), Some(self.t.whatsapp.desconectado_toast));
    }

    /// Lets automatic messages leave again.
    pub fn retomar(self) {
        self.agir(async { whatsapp_retomar().await }, None, Some(self.t.whatsapp.retomada_toast));
    }

    fn agir(
        self,
        acao: impl Future<Output = Result<InstanciaDto, AppError>> + 'static,
        dialogo: Option<RwSignal<bool>>,
        feito: Option<&'static str>,
    ) {
        if self.ocupado.get_untracked() {
            return;
        }
        self.ocupado.set(true);
        spawn_local(async move {
            let resposta = acao.await;
            if self.ocupado.try_set(false).is_some() {
                return;
            }
            if let Some(aberto) = dialogo {
                aberto.set(false);
            }
            match resposta {
                Ok(nova) => {
                    self.recebeu(nova);
                    if let Some(feito) = feito {
                        self.toasts.bom(feito);
                    }
                }
                Err(erro) => self.falhou(&erro),
            }
        });
    }

    /// Fetches the picture; the state that comes with it may be newer than ours.
    fn buscar_qr(self) {
        if self.buscando.try_get_value() != Some(false) {
            return;
        }
        self.buscando.set_value(true);
        spawn_local(async move {
            let resposta = whatsapp_qrcode().await;
            if self.buscando.try_set_value(false).is_some() {
                return;
            }
            match resposta {
                Ok(codigo) => {
                    self.qr_falhou.set(false);
                    if codigo.qr_code_data.is_some() {
                        self.qr.set(codigo.qr_code_data);
                    }
                    if self.instancia.with_untracked(|i| i.status) != codigo.status {
                        self.reler();
                    }
                }
                Err(erro) => {
                    browser::leave_if_signed_out(&erro);
                    self.qr_falhou.set(true);
                }
            }
        });
    }
}

#[component]
fn Painel(inicial: InstanciaDto) -> impl IntoView {
    let t = textos();
    let l = Ligacao::new(inicial);
    let status = Memo::new(move |_| l.instancia.with(|i| i.status));
    let lendo = Memo::new(move |_| matches!(status.get(), StatusInstancia::Conectando | StatusInstancia::AguardandoQr));
    Effect::new(move |_| {
        if lendo.get() {
            l.buscar_qr();
            if let Ok(timer) = set_interval_with_handle(move || l.buscar_qr(), POLL) {
                on_cleanup(move || timer.clear());
            }
        }
    });
    let reler = coalesce(Duration::from_millis(150), move || {
        l.reler();
        if lendo.get_untracked() {
            l.buscar_qr();
        }
    });
    Live::expect().on(move |evento| {
        if matches!(evento, None | Some(Evento::Instancia { .. })) {
            reler();
        }
    });

    let palavra = move || match status.get() {
        StatusInstancia::Desconectado => t.whatsapp.desconectado,
        StatusInstancia::Conectando => t.whatsapp.conectando,
        StatusInstancia::AguardandoQr => t.whatsapp.qr_espera,
        StatusInstancia::Conectado => t.whatsapp.conectado,
    };
    let aberto = RwSignal::new(false);
    let titulo = Signal::derive(move || {
        l.instancia.with(|i| match i.numero.as_deref() {
            Some(n) => fill(t.whatsapp.desconectar_titulo, &[("numero", &crate::format::telefone(n))]),
            None => t.whatsapp.desconectar_titulo_sem.to_owned(),
        })
    });
    view! {
        <p class="visually-hidden" role="status">{palavra}</p>
        <div class="stack">
            {move || match status.get() {
                StatusInstancia::Desconectado => view! { <Desconectado l=l/> }.into_any(),
                StatusInstancia::Conectando if l.qr.with(Option::is_none) => view! { <Conectando l=l aberto=aberto/> }.into_any(),
                StatusInstancia::Conectando | StatusInstancia::AguardandoQr => view! { <LerCodigo l=l aberto=aberto/> }.into_any(),
                StatusInstancia::Conectado => view! { <Conectado l=l aberto=aberto/> }.into_any(),
            }}
            <Uso l=l/>
        </div>
        <Confirmar
            id="desconectar" aberto=aberto titulo=titulo texto=t.whatsapp.desconectar_texto acao=t.whatsapp.desconectar
            ocupado=l.ocupado confirmar=Callback::new(move |()| l.desconectar(aberto))
        />
    }
}
