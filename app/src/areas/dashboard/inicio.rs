//! `/dashboard`: what is missing before the assistant can answer, what happened lately, and who waits.

use std::time::Duration;

use contracts::{
    EstadoConversa, StatusInstancia,
    conversas::{Contagens, ConversasDto, ConversasFiltro},
    eventos::Evento,
    metricas::Periodo,
    prontidao::{PassosDto, ProntidaoDto},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    api::{FigurasDto, inicio_figuras, inicio_passos, inicio_prontidao},
    figuras::{Custo, Graficos, Kpis, vivas},
    numeros::hoje_e,
    passos::Passos,
    prontidao::Prontidao,
    shell::ClienteAtual,
};
use crate::{
    areas::{
        conversas::{api::conversas_list, nome_visivel},
        whatsapp::api::whatsapp_status,
    },
    error::AppError,
    format::telefone,
    live::{Live, coalesce},
    text::{fill, textos},
    time::{self, Agora as Relogio, espera},
    ui::{Avatar, aguardar, barra, carregar},
};

/// So many who wait are named.
const LINHAS: usize = 5;

type Pagina = (FigurasDto, PassosDto, ProntidaoDto);

async fn pagina(periodo: Periodo) -> Result<Pagina, AppError> {
    Ok((inicio_figuras(periodo).await?, inicio_passos().await?, inicio_prontidao().await?))
}

/// The start page.
#[component]
pub fn Inicio() -> impl IntoView {
    let t = textos();
    let query = use_query_map();
    let periodo = Memo::new(move |_| {
        query.with(|q| q.get("periodo").and_then(|p| p.parse::<Periodo>().ok())).unwrap_or_default()
    });
    let dados = Resource::new(move || periodo.get(), pagina);
    view! {
        <Title text=t.inicio.titulo/>
        <div class="page">
            <header class="page-head">
                <div><h1 class="page-title"><Ola/></h1><p class="page-sub"><Subtitulo/></p></div>
                <Periodos periodo=periodo dados=dados/>
            </header>
            {carregar(dados, esqueleto, move |pagina| view! { <Painel pagina=pagina dados=dados/> }.into_any())}
        </div>
    }
}

#[component]
fn Ola() -> impl IntoView {
    let t = textos();
    let ClienteAtual(cliente) = ClienteAtual::expect();
    aguardar(barra("160px").into_any(), move || async move {
        let nome = cliente.await.map(|c| fill(t.inicio.ola, &[("nome", &c.nome)]));
        nome.unwrap_or_else(|_| t.inicio.titulo.to_owned()).into_any()
    })
}

/// The day, and whether the assistant answers.
#[component]
fn Subtitulo() -> impl IntoView {
    let t = textos();
    let agora = Relogio::expect();
    let whats = Resource::new(|| (), |()| whatsapp_status());
    Live::expect().on(move |evento| {
        if matches!(evento, None | Some(Evento::Instancia { .. })) {
            whats.refetch();
        }
    });
    let dia = move || hoje_e(t, time::dia(agora.get()));
    let estado = aguardar(().into_any(), move || async move {
        let frase = whats.await.ok().map(|w| match w.status {
            StatusInstancia::Conectado => {
                let numero = w.numero.as_deref().map(telefone).unwrap_or_default();
                fill(t.inicio.ia_atende, &[("numero", &numero)])
            }
            _ => t.inicio.ia_parada.to_owned(),
        });
        frase.into_any()
    });
    view! { {dia}" "{estado} }
}

/// The period, in the address; nothing to choose before the first message.
#[component]
fn Periodos(periodo: Memo<Periodo>, dados: Resource<Result<Pagina, AppError>>) -> impl IntoView {
    let t = textos();
    let links = move || {
        Periodo::ALL
            .map(|p| {
                let nome = match p {
                    Periodo::Hoje => t.inicio.hoje.to_owned(),
                    outro => fill(t.inicio.dias, &[("n", &outro.dias().to_string())]),
                };
                let atual = move || (periodo.get() == p).then_some("page");
                view! { <a href=format!("/dashboard?periodo={}", p.as_str()) aria-current=atual>{nome}</a> }
            })
            .into_iter()
            .collect_view()
    };
    aguardar(().into_any(), move || async move {
        let alguma = dados.await.is_ok_and(|(figuras, ..)| figuras.metricas.alguma_mensagem);
        let nav = alguma.then(|| view! { <nav class="page-actions" aria-label=t.inicio.periodo><div class="segmented">{links()}</div></nav> });
        nav.into_any()
    })
}

fn esqueleto() -> AnyView {
    let figura = |_| view! { <div class="card kpi kpi-esqueleto">{barra("60%")}{barra("40%")}{barra("70%")}</div> };
    let linhas = (0..4).map(|_| view! { <div class="skeleton-row">{barra("40%")}{barra("60%")}</div> }).collect_view();
    view! {
        <div class="stack">
            <div class="kpi-grid">{(0..8).map(figura).collect_view()}</div>
            <div class="split">
                <div class="card card-body grafico-esqueleto">{barra("30%")}</div>
                <div class="card card-body">{linhas}</div>
            </div>
        </div>
    }
    .into_any()
}

/// Before the first message the way to it; afterwards what happened.
#[component]
fn Painel(pagina: Pagina, dados: Resource<Result<Pagina, AppError>>) -> impl IntoView {
    let (figuras, passos, prontidao) = pagina;
    if !figuras.metricas.alguma_mensagem {
        let comecou = coalesce(Duration::from_millis(800), move || dados.refetch());
        Live::expect().on(move |evento| {
            if matches!(evento, None | Some(Evento::Conversa { .. } | Evento::Mensagem { .. })) {
                comecou();
            }
        });
        return view! {
            <div class="halves halves-start"><Passos inicial=passos/><Prontidao inicial=prontidao/></div>
        }
        .into_any();
    }
    let vivas = vivas(figuras.clone());
    view! {
        <div class="stack inicio">
            <Passos inicial=passos/>
            <Kpis dados=vivas/>
            <div class="split" style="--aside:400px">
                <div class="stack"><Graficos dados=vivas/><Prontidao inicial=prontidao/></div>
                <div class="stack inicio-lado"><Espera/><Custo dados=figuras/></div>
            </div>
        </div>
    }
    .into_any()
}

/// Who waits, and how many conversas are where.
#[component]
fn Espera() -> impl IntoView {
    let dados = Resource::new(|| (), |()| conversas_list(ConversasFiltro::default()));
    let reler = coalesce(Duration::from_millis(800), move || dados.refetch());
    Live::expect().on(move |evento| {
        if matches!(evento, None | Some(Evento::Conversa { .. } | Evento::Mensagem { .. })) {
            reler();
        }
    });
    carregar(dados, esqueleto_espera, |lista| {
        let contagens = lista.contagens;
        view! { <Esperando lista=lista/><Agora contagens=contagens/> }.into_any()
    })
}

fn esqueleto_espera() -> AnyView {
    view! { <div class="card card-body"><div class="skeleton-row">{barra("50%")}{barra("70%")}</div></div> }.into_any()
}

/// Those who wait for a person, longest first.
#[component]
fn Esperando(lista: ConversasDto) -> impl IntoView {
    let t = textos();
    let agora = Relogio::expect();
    let n = lista.contagens.aguardando;
    let linhas =
        lista.itens.into_iter().filter(|c| c.estado == EstadoConversa::AguardandoHumano).take(LINHAS).map(|c| {
            let nome = nome_visivel(&c);
            let tempo = move || c.aguardando_desde.map(|desde| espera(t, desde, agora.get()));
            view! {
                <li>
                    <Avatar nome=nome.clone() semente=c.id.to_string() tamanho=36/>
                    <a class="row-main" href=format!("/dashboard/conversas/{}", c.id)>
                        <b class="truncate">{nome}</b><small class="truncate">{c.previa}</small>
                    </a>
                    <span class="num warn-ink">{tempo}</span>
                </li>
            }
        });
    let corpo = if n > 0 {
        view! { <ul class="rows esperando">{linhas.collect_view()}</ul> }.into_any()
    } else {
        view! { <p class="card-body muted">{t.inicio.espera_ninguem}</p> }.into_any()
    };
    view! {
        <section class="card inicio-espera" aria-labelledby="t-espera">
            <header class="card-head">
                <h2 class="card-title" id="t-espera">{t.inicio.espera_titulo}</h2>
                {(n > 0).then(|| view! { <a class="link dense" href="/dashboard/conversas?estado=AGUARDANDO_HUMANO">{t.inicio.espera_todas}</a> })}
            </header>
            {corpo}
        </section>
    }
}

/// How many conversas are where.
#[component]
fn Agora(contagens: Contagens) -> impl IntoView {
    let t = textos();
    let linha = |href: &'static str, dot: &'static str, nome: &'static str, n: i64| {
        view! { <li><span class=dot></span><a class="row-main" href=href><b>{nome}</b></a><span class="num">{n}</span></li> }
    };
    view! {
        <section class="card" aria-labelledby="t-agora">
            <header class="card-head"><h2 class="card-title" id="t-agora">{t.inicio.agora}</h2></header>
            <ul class="rows">
                {linha("/dashboard/conversas?estado=AGUARDANDO_HUMANO", "dot dot-warn", t.inicio.agora_aguardando, contagens.aguardando)}
                {linha("/dashboard/conversas?estado=IA_ATIVA", "dot dot-ai", t.inicio.agora_ia, contagens.ia)}
                {linha("/dashboard/conversas?estado=HUMANO_RESPONDEU", "dot dot-success", t.inicio.agora_humano, contagens.humano)}
            </ul>
        </section>
    }
}
