//! The banner above every page of the dashboard, where the assinatura needs a look.

use std::time::Duration;

use chrono::{DateTime, Utc};
use contracts::{StatusCliente, assinatura::AssinaturaDto, eventos::Evento};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;

use super::{
    api::assinatura_get,
    situacao::{assinar, em_dia},
};
use crate::{
    error::AppError,
    live::{Live, coalesce},
    text::{Textos, fill, textos},
    time::{self, Agora},
    ui::{Icone, aguardar},
};

/// So many days before the end of a trial it is said on every page.
const TESTE_DIAS: i64 = 7;

/// The assinatura of the page, kept up to date.
#[derive(Clone, Copy)]
pub struct AssinaturaAtual {
    /// What the server knew when it wrote the page.
    inicial: Resource<Result<AssinaturaDto, AppError>>,
    /// What has been heard since.
    agora: RwSignal<Option<AssinaturaDto>>,
    escreve: RwSignal<bool>,
}

impl AssinaturaAtual {
    /// Asks once and whenever the server says that it has changed. To be called in the frame.
    pub fn provide() {
        let inicial = Resource::new(|| (), |()| assinatura_get(None));
        let agora = RwSignal::new(None);
        let escreve = RwSignal::new(true);
        provide_context(Self { inicial, agora, escreve });
        Effect::new(move |_| {
            if let Some(a) = agora.get().or_else(|| inicial.get().and_then(Result::ok)) {
                escreve.set(!matches!(a.status, StatusCliente::Suspenso | StatusCliente::Cancelado));
            }
        });
        let reler = coalesce(Duration::from_millis(600), move || {
            spawn_local(async move {
                if let Ok(nova) = assinatura_get(None).await {
                    agora.try_set(Some(nova));
                }
            });
        });
        Live::expect().on(move |evento| {
            if matches!(evento, None | Some(Evento::Assinatura { .. })) {
                reler();
            }
        });
    }

    /// Whether what is shown can be changed; `true` until the opposite is known. The server decides, this spares a try.
    pub fn escreve() -> RwSignal<bool> {
        use_context::<Self>().map_or_else(|| RwSignal::new(true), |atual| atual.escreve)
    }

    /// A page has read it anew.
    pub(super) fn saber(nova: AssinaturaDto) {
        if let Some(atual) = use_context::<Self>() {
            atual.agora.set(Some(nova));
        }
    }
}

/// Stands where a person would write.
#[component]
pub fn SoLeitura() -> impl IntoView {
    let p = &textos().assinatura;
    view! {
        <div class="banner tone-danger">
            <Icone nome="lock"/>
            <div><b>{p.leitura_titulo}</b><p>{p.leitura_texto}</p></div>
            <a class="btn btn-secondary btn-sm" href="/dashboard/assinatura">{p.ver}</a>
        </div>
    }
}

/// Its buttons and fields are switched off while nothing can be changed.
#[component]
pub fn SeEscreve(children: Children) -> impl IntoView {
    let escreve = AssinaturaAtual::escreve();
    view! { <fieldset class="se-escreve" disabled=move || !escreve.get()>{children()}</fieldset> }
}

/// The banner; nothing where all is well, and nothing on the page that says the same at length.
#[component]
pub fn FaixaAssinatura() -> impl IntoView {
    let t = textos();
    let Some(AssinaturaAtual { inicial, agora, .. }) = use_context() else { return ().into_any() };
    let relogio = Agora::expect();
    let caminho = use_location().pathname;
    let aqui = move || caminho.with(|p| p == "/dashboard/assinatura");
    let aviso = aguardar(().into_any(), move || {
        let ouvida = agora.get();
        let cala = aqui();
        let hora = relogio.inicio();
        async move {
            let lida = inicial.await.ok();
            ouvida.or(lida).filter(|_| !cala).and_then(|a| faixa(t, &a, hora)).into_any()
        }
    });
    view! { <div class="avisos" role="status">{aviso}</div> }.into_any()
}

fn faltam(ate: DateTime<Utc>, agora: DateTime<Utc>) -> i64 {
    (time::dia(ate) - time::dia(agora)).num_days()
}

fn contagem(n: i64, [hoje, um, dias]: [&'static str; 3]) -> String {
    match n {
        ..=0 => hoje.to_owned(),
        1 => um.to_owned(),
        n => fill(dias, &[("n", &n.to_string())]),
    }
}

fn faixa(t: &'static Textos, a: &AssinaturaDto, agora: DateTime<Utc>) -> Option<AnyView> {
    let p = &t.assinatura;
    let ver = || ("/dashboard/assinatura".to_owned(), p.ver, false);
    let pagar = || a.pagamento_url.clone().map_or_else(ver, |url| (url, p.pagar, true));
    let (tom, titulo, texto, (href, nome, fora)) = match a.status {
        StatusCliente::Inadimplente => {
            let n = a.suspende_em.map_or(0, |em| faltam(em, agora));
            let texto = contagem(n, [p.faixa_atraso_hoje, p.faixa_atraso_um, p.faixa_atraso_dias]);
            ("tone-warn", p.faixa_atraso, texto, pagar())
        }
        StatusCliente::Suspenso => ("tone-danger", p.faixa_suspensa, p.faixa_leitura.to_owned(), pagar()),
        StatusCliente::Cancelado => {
            let acao = if a.pode_assinar { (assinar(a), p.assinar, true) } else { ver() };
            ("tone-danger", p.faixa_cancelada, p.faixa_leitura.to_owned(), acao)
        }
        StatusCliente::Pendente => ("tone-info", p.pendente, p.pendente_texto.to_owned(), ver()),
        StatusCliente::Ativo => {
            if let Some(em) = a.cancela_em {
                let texto = fill(p.faixa_termina, &[("quando", &em_dia(t, em, agora))]);
                ("tone-info", p.titulo, texto, ver())
            } else {
                let n = faltam(a.teste_ate.filter(|ate| *ate > agora)?, agora);
                if n > TESTE_DIAS {
                    return None;
                }
                let texto = contagem(n, [p.faixa_teste_hoje, p.faixa_teste_um, p.faixa_teste_dias]);
                ("tone-info", p.faixa_teste, texto, ver())
            }
        }
    };
    Some(
        view! {
            <div class=format!("banner {tom}")>
                <Icone nome="credit-card"/>
                <div><b>{titulo}</b><p>{texto}</p></div>
                <a class="btn btn-secondary btn-sm" href=href rel=fora.then_some("external")>{nome}</a>
            </div>
        }
        .into_any(),
    )
}
