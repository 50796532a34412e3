//! `/dashboard/whatsapp`: one card, one state at a time, followed live.

use std::time::Duration;

use chrono::{DateTime, Utc};
use contracts::{
    CausaQueda, StatusInstancia,
    avisos::AvisosDto,
    eventos::Evento,
    whatsapp::{InstanciaDto, QrCodeDto},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;

use super::{
    api::{
        whatsapp_connect, whatsapp_disconnect, whatsapp_historico, whatsapp_parear, whatsapp_qrcode, whatsapp_retomar,
        whatsapp_status,
    },
    estados::{Conectado, Conectando, Desconectado, LerCodigo},
    historico::Historico,
    uso::Uso,
};
use crate::{
    areas::assinatura::SeEscreve,
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
    // Together, so that the cards appear together.
    let lido = Resource::new(|| (), |()| ler());
    view! {
        <Title text=t.whatsapp.titulo/>
        <div class="page">
            <header class="page-head"><div><h1 class="page-title">{t.whatsapp.titulo}</h1><p class="page-sub">{t.whatsapp.sub}</p></div></header>
            {carregar(lido, esqueleto, |(inicial, historico)| view! { <SeEscreve><Painel inicial=inicial historico=historico/></SeEscreve> }.into_any())}
            <p class="small-print">{t.whatsapp.evolution}</p>
        </div>
    }
}

async fn ler() -> Result<(InstanciaDto, Result<AvisosDto, AppError>), AppError> {
    let instancia = whatsapp_status().await?;
    Ok((instancia, whatsapp_historico().await))
}

fn esqueleto() -> AnyView {
    view! {
        <div class="split" aria-hidden="true">
            <section class="card connect">
                <span class="skeleton skeleton-qr"></span><div class="stack">{barra("60%")}{barra("90%")}{barra("80%")}</div>
            </section>
            <section class="card card-body stack">{barra("50%")}{barra("90%")}{barra("70%")}</section>
        </div>
    }
    .into_any()
}

/// What the phone must see.
#[derive(Clone, Default)]
pub struct Codigo {
    /// The picture to scan.
    pub imagem: Option<String>,
    /// The characters to type, where a number was given.
    pub codigo: Option<String>,
    /// When both were made.
    pub gerado_em: Option<DateTime<Utc>>,
}

/// The connection and what is done with it.
#[derive(Clone, Copy)]
pub struct Ligacao {
    t: &'static Textos,
    /// As last heard.
    pub instancia: RwSignal<InstanciaDto>,
    /// What waits to be scanned or typed.
    pub qr: RwSignal<Codigo>,
    /// The code is typed, not scanned.
    pub por_numero: RwSignal<bool>,
    /// Troubles of the last 30 days.
    pub historico: RwSignal<Option<AvisosDto>>,
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
            qr: RwSignal::new(Codigo::default()),
            por_numero: RwSignal::new(false),
            historico: RwSignal::new(None),
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
            self.qr.set(Codigo::default());
            self.por_numero.set(false);
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
            if let Ok(historico) = whatsapp_historico().await {
                self.historico.try_set(Some(historico));
            }
        });
    }

    /// Begins to connect by a code for this number.
    pub fn parear(self, numero: String) {
        self.qr.set(Codigo::default());
        self.agir(async { whatsapp_parear(numero).await }, None, None);
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
                    let QrCodeDto { status, qr_code_data: imagem, codigo_pareamento: codigo, gerado_em } = codigo;
                    if imagem.is_some() && self.qr.with_untracked(|qr| qr.gerado_em != gerado_em) {
                        self.qr.set(Codigo { imagem, codigo, gerado_em });
                    }
                    if self.instancia.with_untracked(|i| i.status) != status {
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

/// Which card is shown. It is drawn anew when this changes and not with every change of state, so that a number that is
/// being written stays.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cartao {
    Desconectado(Option<CausaQueda>),
    Conectando(bool),
    LerCodigo,
    Conectado,
}

#[component]
fn Painel(inicial: InstanciaDto, historico: Result<AvisosDto, AppError>) -> impl IntoView {
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
        if matches!(evento, None | Some(Evento::Instancia { .. } | Evento::Aviso { .. })) {
            reler();
        }
    });

    let volta = Memo::new(move |_| l.instancia.with(|i| i.reconectando));
    let palavra = move || match status.get() {
        StatusInstancia::Conectando if volta.get() => t.whatsapp.reconectando,
        StatusInstancia::Desconectado => t.whatsapp.desconectado,
        StatusInstancia::Conectando => t.whatsapp.conectando,
        StatusInstancia::AguardandoQr => t.whatsapp.qr_espera,
        StatusInstancia::Conectado => t.whatsapp.conectado,
    };
    // Whoever types a number keeps the form while its code is made.
    let sem_codigo = Memo::new(move |_| l.qr.with(|qr| qr.imagem.is_none()) && !l.por_numero.get());
    let cartao = Memo::new(move |_| {
        let (status, causa, volta) = l.instancia.with(|i| (i.status, i.causa, i.reconectando));
        match status {
            StatusInstancia::Desconectado => Cartao::Desconectado(causa),
            StatusInstancia::Conectando if volta || sem_codigo.get() => Cartao::Conectando(volta),
            StatusInstancia::Conectando | StatusInstancia::AguardandoQr => Cartao::LerCodigo,
            StatusInstancia::Conectado => Cartao::Conectado,
        }
    });
    let aberto = RwSignal::new(false);
    let titulo = Signal::derive(move || {
        l.instancia.with(|i| match i.numero.as_deref() {
            Some(n) => fill(t.whatsapp.desconectar_titulo, &[("numero", &crate::format::telefone(n))]),
            None => t.whatsapp.desconectar_titulo_sem.to_owned(),
        })
    });
    view! {
        <p class="visually-hidden" role="status">{palavra}</p>
        <div class="split">
            {move || match cartao.get() {
                Cartao::Desconectado(_) => view! { <Desconectado l=l/> }.into_any(),
                Cartao::Conectando(_) => view! { <Conectando l=l aberto=aberto/> }.into_any(),
                Cartao::LerCodigo => view! { <LerCodigo l=l aberto=aberto/> }.into_any(),
                Cartao::Conectado => view! { <Conectado l=l aberto=aberto/> }.into_any(),
            }}
            <div class="stack"><Uso l=l/><Historico l=l inicial=historico/></div>
        </div>
        <Confirmar
            id="desconectar" aberto=aberto titulo=titulo texto=t.whatsapp.desconectar_texto acao=t.whatsapp.desconectar
            ocupado=l.ocupado confirmar=Callback::new(move |()| l.desconectar(aberto))
        />
    }
}
