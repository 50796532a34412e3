//! `/dashboard`: what is missing before the assistant can answer, and who waits.

use std::time::Duration;

use contracts::{
    EstadoConversa, StatusInstancia,
    conversas::{Contagens, ConversasDto, ConversasFiltro},
    knowledge::KnowledgeDto,
    whatsapp::InstanciaDto,
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::shell::ClienteAtual;
use crate::{
    areas::{
        conversas::{api::conversas_list, nome_visivel},
        knowledge::api::knowledge_get,
        whatsapp::api::whatsapp_status,
    },
    error::AppError,
    format::milhar,
    live::{Live, coalesce},
    text::{fill, textos},
    time::{Agora as Relogio, espera},
    ui::{Avatar, Icone, barra, carregar},
};

/// So many who wait are named.
const LINHAS: usize = 5;

type Resumo = (KnowledgeDto, InstanciaDto, ConversasDto);

async fn resumo() -> Result<Resumo, AppError> {
    Ok((knowledge_get().await?, whatsapp_status().await?, conversas_list(ConversasFiltro::default()).await?))
}

/// The start page.
#[component]
pub fn Inicio() -> impl IntoView {
    let t = textos();
    let ClienteAtual(cliente) = ClienteAtual::expect();
    let dados = Resource::new(|| (), |()| resumo());
    let reler = coalesce(Duration::from_millis(800), move || dados.refetch());
    Live::expect().on(move |_| reler());
    let nome = move || {
        Suspend::new(async move {
            cliente.await.map_or_else(|_| t.painel.inicio.to_owned(), |c| fill(t.painel.ola, &[("nome", &c.nome)]))
        })
    };
    view! {
        <Title text=t.painel.inicio/>
        <div class="page">
            <header class="page-head"><div>
                <h1 class="page-title"><Transition fallback=|| barra("160px")>{nome}</Transition></h1>
                <p class="page-sub">{t.painel.inicio_sub}</p>
            </div></header>
            {carregar(dados, esqueleto, |(saber, whats, lista)| view! {
                <div class="split">
                    <div class="stack"><Esperando lista=lista.clone()/><Passos saber=saber whats=whats contagens=lista.contagens/></div>
                    <Agora contagens=lista.contagens/>
                </div>
            }.into_any())}
        </div>
    }
}

fn esqueleto() -> AnyView {
    let linhas = (0..3).map(|_| view! { <div class="skeleton-row">{barra("40%")}{barra("60%")}</div> }).collect_view();
    view! { <div class="split"><div class="card card-body">{linhas}</div><div class="card card-body">{barra("80%")}</div></div> }.into_any()
}

/// Three steps, the first open one marked.
#[component]
fn Passos(saber: KnowledgeDto, whats: InstanciaDto, contagens: Contagens) -> impl IntoView {
    let t = textos();
    let feitos = [saber.caracteres > 0, whats.status == StatusInstancia::Conectado, contagens.todas > 0];
    let atual = feitos.iter().position(|feito| !feito);
    let detalhe = |feito: bool, sim: String, nao: &str| if feito { sim } else { nao.to_owned() };
    let [f1, f2, f3] = feitos;
    let passos = [
        (
            f1,
            "/dashboard/conhecimento",
            t.painel.passo_saber,
            detalhe(
                f1,
                fill(t.painel.passo_saber_feito, &[("n", &milhar(saber.caracteres))]),
                t.painel.passo_saber_falta,
            ),
        ),
        (
            f2,
            "/dashboard/whatsapp",
            t.painel.passo_whats,
            detalhe(f2, t.painel.passo_whats_feito.to_owned(), t.painel.passo_whats_falta),
        ),
        (
            f3,
            "/dashboard/conversas",
            t.painel.passo_conversa,
            detalhe(
                f3,
                fill(t.painel.passo_conversa_feito, &[("n", &contagens.todas.to_string())]),
                t.painel.passo_conversa_falta,
            ),
        ),
    ];
    let itens = passos.into_iter().enumerate().map(|(i, (feito, href, titulo, texto))| {
        let agora = atual == Some(i);
        let class = if feito { "is-done" } else if agora { "is-current" } else { "" };
        let botao = if agora { "btn btn-primary btn-sm" } else { "btn btn-ghost btn-sm" };
        view! {
            <li class=class>
                {feito.then(|| view! { <Icone nome="check" class="step-tick"/> })}
                <div><span class="step-title">{titulo}</span><small>{texto}</small></div>
                <a class=botao href=href>{t.painel.abrir}<span class="visually-hidden">{format!(": {titulo}")}</span></a>
            </li>
        }
    });
    view! {
        <section class="card" aria-labelledby="t-passos">
            <header class="card-head"><h2 class="card-title" id="t-passos">{t.painel.passos}</h2></header>
            <ol class="stepper">{itens.collect_view()}</ol>
        </section>
    }
}

/// Those who wait for a person, longest first; nothing before the first conversa.
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
        view! { <p class="card-body muted">{t.painel.espera_ninguem}</p> }.into_any()
    };
    (lista.contagens.todas > 0).then(|| view! {
        <section class="card" aria-labelledby="t-espera">
            <header class="card-head">
                <h2 class="card-title" id="t-espera">{t.painel.espera_titulo}</h2>
                {(n > 0).then(|| view! { <a class="link dense" href="/dashboard/conversas?estado=AGUARDANDO_HUMANO">{t.painel.espera_todas}</a> })}
            </header>
            {corpo}
        </section>
    })
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
            <header class="card-head"><h2 class="card-title" id="t-agora">{t.painel.resumo}</h2></header>
            <ul class="rows">
                {linha("/dashboard/conversas?estado=AGUARDANDO_HUMANO", "dot dot-warn", t.painel.resumo_aguardando, contagens.aguardando)}
                {linha("/dashboard/conversas?estado=IA_ATIVA", "dot dot-ai", t.painel.resumo_ia, contagens.ia)}
                {linha("/dashboard/conversas?estado=HUMANO_RESPONDEU", "dot dot-success", t.painel.resumo_humano, contagens.humano)}
            </ul>
        </section>
    }
}
