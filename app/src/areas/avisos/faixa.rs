//! One banner for each trouble that lasts.

use std::time::Duration;

use contracts::{
    TipoAviso,
    avisos::{AvisoDto, AvisosDto},
    eventos::Evento,
};
use leptos::{prelude::*, task::spawn_local};

use super::api::avisos_list;
use crate::{
    live::{Live, coalesce},
    text::{Textos, fill, textos},
    time::hora,
    ui::{Icone, aguardar},
};

/// The banners; nothing where all is well.
#[component]
pub fn FaixaAvisos() -> impl IntoView {
    let t = textos();
    let inicial = Resource::new(|| (), |()| avisos_list());
    let agora = RwSignal::new(None::<AvisosDto>);
    let reler = coalesce(Duration::from_millis(600), move || {
        spawn_local(async move {
            if let Ok(avisos) = avisos_list().await {
                agora.try_set(Some(avisos));
            }
        });
    });
    Live::expect().on(move |evento| {
        if matches!(evento, None | Some(Evento::Aviso { .. })) {
            reler();
        }
    });
    let faixas = move |avisos: AvisosDto| {
        let abertos = avisos.itens.into_iter().filter(|a| a.resolvido_em.is_none());
        abertos.map(|a| faixa(t, &a)).collect_view()
    };
    let abertas = aguardar(().into_any(), move || {
        let ouvido = agora.get();
        async move {
            let lido = inicial.await.ok();
            ouvido.or(lido).map(faixas).into_any()
        }
    });
    view! { <div class="avisos" role="status">{abertas}</div> }
}

const WHATSAPP: &str = "/dashboard/whatsapp";
const ASSINATURA: &str = "/dashboard/assinatura";
const CONVERSAS: &str = "/dashboard/conversas";

fn faixa(t: &'static Textos, a: &AvisoDto) -> AnyView {
    let p = &t.painel;
    let d = &a.detalhe;
    let n = |v: Option<i64>| v.unwrap_or(0).to_string();
    let reais = |v: Option<f64>| format!("{:.2}", v.unwrap_or(0.0)).replace('.', ",");
    let (tom, titulo, texto, acao) = match a.tipo {
        TipoAviso::ConexaoCaiu => {
            let texto = fill(p.aviso_caiu_texto, &[("hora", &hora(a.desde))]);
            ("tone-danger", p.aviso_caiu, texto, Some((WHATSAPP, p.aviso_conectar)))
        }
        TipoAviso::InstanciaSurda => {
            ("tone-danger", p.aviso_surda, p.aviso_surda_texto.to_owned(), Some((WHATSAPP, p.aviso_conectar)))
        }
        TipoAviso::Silencio => {
            let texto = fill(p.aviso_silencio_texto, &[("hora", &hora(a.desde))]);
            ("tone-warn", p.aviso_silencio, texto, Some((WHATSAPP, p.aviso_conectar)))
        }
        TipoAviso::SemRecibo => {
            let texto = fill(p.aviso_recibo_texto, &[("n", &n(d.sem_recibo))]);
            ("tone-warn", p.aviso_recibo, texto, Some((WHATSAPP, p.aviso_conectar)))
        }
        TipoAviso::MensagensRecuperadas => {
            let texto = fill(p.aviso_recuperadas_texto, &[("n", &n(d.nao_respondidas))]);
            ("tone-warn", p.aviso_recuperadas, texto, Some((CONVERSAS, p.aviso_ver_conversas)))
        }
        TipoAviso::Orcamento80 => {
            let valores = [("gasto", reais(d.gasto_brl)), ("limite", reais(d.orcamento_brl))];
            let valores: Vec<(&str, &str)> = valores.iter().map(|(k, v)| (*k, v.as_str())).collect();
            ("tone-warn", p.aviso_orcamento, fill(p.aviso_orcamento_texto, &valores), None)
        }
        TipoAviso::Mensagens80 => {
            let texto = fill(p.aviso_mensagens_texto, &[("n", &n(d.enviadas)), ("limite", &n(d.limite))]);
            ("tone-warn", p.aviso_mensagens, texto, Some((ASSINATURA, p.aviso_ver_plano)))
        }
        TipoAviso::MensagensEsgotadas => {
            let texto = fill(p.aviso_mensagens_fim_texto, &[("limite", &n(d.limite))]);
            ("tone-danger", p.aviso_mensagens_fim, texto, Some((ASSINATURA, p.aviso_ver_plano)))
        }
        TipoAviso::OrcamentoEsgotado => {
            let texto = fill(p.aviso_esgotado_texto, &[("limite", &reais(d.orcamento_brl))]);
            ("tone-danger", p.aviso_esgotado, texto, Some((CONVERSAS, p.aviso_ver_conversas)))
        }
        TipoAviso::EmailRecusado => {
            let texto = fill(p.aviso_email_texto, &[("email", d.email.as_deref().unwrap_or_default())]);
            ("tone-warn", p.aviso_email, texto, None)
        }
    };
    let botao = acao.map(|(href, nome)| view! { <a class="btn btn-secondary btn-sm" href=href>{nome}</a> });
    view! {
        <div class=format!("banner {tom}")>
            <Icone nome="circle-alert"/>
            <div><b>{titulo}</b><p>{texto}</p></div>
            {botao}
        </div>
    }
    .into_any()
}
