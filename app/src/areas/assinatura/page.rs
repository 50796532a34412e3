//! `/dashboard/assinatura`: how it stands, what the plan allows and has used, what was charged, and the way to the portal.

use std::time::Duration;

use contracts::{
    FluxoPortal, Periodicidade, StatusCliente,
    assinatura::{AssinaturaDto, ConsumoDto},
    planos::PlanoDto,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    api::{assinatura_consumo, assinatura_get},
    faixa::AssinaturaAtual,
    faturas::Faturas,
    situacao::{Situacao, botao, centavos, portal},
};
use crate::{
    areas::dashboard::numeros::{inteiro, reais},
    error::AppError,
    live::Live,
    text::{fill, textos},
    time::Agora,
    ui::{Icone, Medidor, Toasts, Tom, barra, carregar},
};

type Pagina = (AssinaturaDto, ConsumoDto);

async fn pagina(voltou: bool) -> Result<Pagina, AppError> {
    Ok((assinatura_get(Some(voltou)).await?, assinatura_consumo().await?))
}

/// Reads once more, and shows what has changed since it was `vista`.
async fn conferir(dados: Resource<Result<Pagina, AppError>>, vista: StoredValue<Option<AssinaturaDto>>, voltou: bool) {
    let nova = assinatura_get(Some(voltou)).await;
    // Nobody looks any more, or nothing was there to be looked at.
    let velha = vista.try_get_value().flatten();
    if let (Ok(nova), Some(velha)) = (nova, velha)
        && nova != velha
    {
        dados.refetch();
    }
}

/// The page.
#[component]
pub fn Assinatura() -> impl IntoView {
    let t = textos();
    let p = &t.assinatura;
    let agora = Agora::expect();
    let toasts = Toasts::expect();
    let (voltou, falhou) = use_query_map().with_untracked(|q| (q.get("voltou").is_some(), q.get("portal").is_some()));
    let dados = Resource::new(|| (), move |()| pagina(voltou));
    let vista = StoredValue::new(None);
    Live::expect().on(move |evento| {
        if matches!(evento, None | Some(contracts::eventos::Evento::Assinatura { .. })) {
            dados.refetch();
        }
    });
    // The news of what was done at Stripe may be faster than the ear for it, or take a while.
    let olhadas: &[u64] = if voltou { &[3, 6, 12, 24, 48] } else { &[3] };
    Effect::new(move |_| {
        for segundos in olhadas {
            set_timeout(move || spawn_local(conferir(dados, vista, voltou)), Duration::from_secs(*segundos));
        }
        // A reload is a visit like any other.
        if (voltou || falhou)
            && let Ok(history) = window().history()
        {
            let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some("/dashboard/assinatura"));
        }
    });
    Effect::new(move |_| {
        if let Some(Ok((nova, _))) = dados.get() {
            AssinaturaAtual::saber(nova);
        }
    });
    view! {
        <Title text=p.titulo/>
        <div class="page">
            <header class="page-head"><div><h1 class="page-title">{p.titulo}</h1><p class="page-sub">{p.sub}</p></div></header>
            {falhou.then(|| view! { <p class="banner tone-warn assinatura-aviso" role="alert"><Icone nome="circle-alert"/><span>{p.portal_falhou}</span></p> })}
            {carregar(dados, esqueleto, move |(assinatura, consumo)| {
                let velha: Option<AssinaturaDto> = vista.get_value();
                if voltou && velha.is_some_and(|velha| velha != assinatura) {
                    toasts.bom(p.atualizada);
                }
                vista.set_value(Some(assinatura.clone()));
                let paga = assinatura.gerenciavel;
                let status = assinatura.status;
                let encerrada = status == StatusCliente::Cancelado || assinatura.cancela_em.is_some();
                // What is to be paid is paid above, once.
                let acima = assinatura.pagamento_url.clone().filter(|_| {
                    matches!(status, StatusCliente::Inadimplente | StatusCliente::Suspenso | StatusCliente::Pendente)
                });
                let pagamento = (paga && status != StatusCliente::Cancelado)
                    .then(|| view! { <Pagamento status=status encerrada=encerrada/> });
                let plano = assinatura.plano.clone().map(|plano| {
                    let periodicidade = assinatura.periodicidade;
                    let troca = paga && status == StatusCliente::Ativo && !encerrada;
                    view! { <Plano plano=plano periodicidade=periodicidade consumo=consumo troca=troca/> }
                });
                view! {
                    <div class="stack">
                        <Situacao assinatura=assinatura agora=agora.inicio()/>
                        <div class="perfil">
                            <div class="stack">{plano}{pagamento}</div>
                            {paga.then(|| view! { <Faturas acima=acima/> })}
                        </div>
                    </div>
                }.into_any()
            })}
        </div>
    }
}

fn esqueleto() -> AnyView {
    let cartao = |n: usize| {
        let linhas =
            (0..n).map(|_| view! { <div class="skeleton-row">{barra("35%")}{barra("80%")}</div> }).collect_view();
        view! { <div class="card card-body">{linhas}</div> }
    };
    view! { <div class="stack">{cartao(1)}<div class="perfil">{cartao(4)}{cartao(3)}</div></div> }.into_any()
}

/// The plan and what this month has used of it.
#[component]
fn Plano(plano: PlanoDto, periodicidade: Option<Periodicidade>, consumo: ConsumoDto, troca: bool) -> impl IntoView {
    let t = textos();
    let p = &t.assinatura;
    let preco = periodicidade.map(|periodicidade| match periodicidade {
        Periodicidade::Mensal => fill(p.por_mes, &[("preco", &centavos(t, plano.preco_mensal_centavos.into()))]),
        Periodicidade::Anual => fill(p.por_ano, &[("preco", &centavos(t, plano.preco_anual_centavos.into()))]),
    });
    let de = |n: i64, m: i64| fill(t.geral.n_de_m, &[("n", &inteiro(t, n)), ("m", &inteiro(t, m))]);
    let medida = |label: &'static str, valor: f64, max: f64, conta: String| {
        let tom = if max > 0.0 && valor >= max {
            Tom::Perigo
        } else if max > 0.0 && valor >= 0.8 * max {
            Tom::Aviso
        } else {
            Tom::Neutro
        };
        view! { <Medidor label=Signal::stored(label.to_owned()) valor=Signal::stored(valor) max=Signal::stored(max) conta=Signal::stored(conta) tom=Signal::stored(tom)/> }
    };
    let (limite_texto, limite_ia) =
        (i64::from(plano.conhecimento_caracteres), f64::from(plano.orcamento_ia_centavos) / 100.0);
    let caracteres = fill(p.caracteres, &[("n", &inteiro(t, consumo.caracteres)), ("m", &inteiro(t, limite_texto))]);
    let ia = fill(t.geral.n_de_m, &[("n", &reais(t, consumo.custo_brl)), ("m", &reais(t, limite_ia))]);
    view! {
        <section class="card" aria-labelledby="t-plano">
            <header class="card-head">
                <div><h2 class="card-title" id="t-plano">{fill(p.plano, &[("plano", &plano.nome)])}</h2><p class="card-sub num">{preco}</p></div>
                {troca.then(|| botao("btn-secondary btn-sm", portal(FluxoPortal::Plano), "arrow-up", p.trocar_plano))}
            </header>
            <div class="card-body stack consumo">
                <h3 class="section-title">{p.consumo}</h3>
                {medida(p.respostas, consumo.mensagens as f64, plano.mensagens_mes.into(), de(consumo.mensagens, plano.mensagens_mes.into()))}
                {medida(p.ia, consumo.custo_brl, limite_ia, ia)}
                <p class="field-help">{p.renova}</p>
                {medida(p.conhecimento, consumo.caracteres as f64, plano.conhecimento_caracteres.into(), caracteres)}
                // One number of one is as it should be, and no bar that is full.
                <p class="meter-line"><b>{p.numeros}</b><span class="num">{de(consumo.numeros, plano.numeros.into())}</span></p>
            </div>
        </section>
    }
}

/// The ways into the portal.
#[component]
fn Pagamento(status: StatusCliente, encerrada: bool) -> impl IntoView {
    let p = &textos().assinatura;
    let em_dia = status == StatusCliente::Ativo;
    // Above, with what is to be paid.
    let cartao = (status != StatusCliente::Inadimplente)
        .then(|| botao("btn-secondary", portal(FluxoPortal::Cartao), "credit-card", p.trocar_cartao));
    view! {
        <section class="card" aria-labelledby="t-pagamento">
            <header class="card-head"><h2 class="card-title" id="t-pagamento">{p.pagamento}</h2></header>
            <div class="card-body stack-sm">
                <p>{p.pagamento_texto}</p>
                <div class="cluster">
                    {cartao}
                    {botao("btn-secondary", portal(FluxoPortal::Inicio), "external-link", p.portal)}
                </div>
                {(!encerrada).then(|| view! {
                    <div class="cancelar">{em_dia.then(|| view! { <p class="field-help">{p.cancelar_texto}</p> })}{botao("btn-ghost", portal(FluxoPortal::Cancelar), "x", p.cancelar)}</div>
                })}
            </div>
        </section>
    }
}
