//! `/checkout`: the chosen plan and, until payment opens, how to be told. Nothing here takes data or money.

use contracts::planos::PlanoDto;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    moldura::{Moldura, com_email, contato, ir},
    planos::{carregar, inclui, lista, preco, resumo, sem_planos},
};
use crate::{
    text::{Textos, fill, textos},
    ui::Icone,
};

/// A month or a year at a time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ciclo {
    Mes,
    Ano,
}

impl Ciclo {
    const fn codigo(self) -> &'static str {
        match self {
            Self::Mes => "mes",
            Self::Ano => "ano",
        }
    }

    const fn nome(self, t: &Textos) -> &'static str {
        match self {
            Self::Mes => t.publico.mensal,
            Self::Ano => t.publico.anual,
        }
    }

    fn total(self, plano: &PlanoDto, t: &Textos) -> String {
        let (texto, centavos) = match self {
            Self::Mes => (t.publico.ck_total_mes, plano.preco_mensal_centavos),
            Self::Ano => (t.publico.ck_total_ano, plano.preco_anual_centavos),
        };
        fill(texto, &[("preco", &preco(centavos, t.idioma))])
    }
}

fn endereco(plano: &PlanoDto, ciclo: Ciclo) -> String {
    ir(&format!("/checkout?plano={}&ciclo={}", plano.codigo, ciclo.codigo()))
}

/// The page.
#[component]
pub fn Checkout() -> impl IntoView {
    let t = textos();
    let query = use_query_map().get_untracked();
    let ciclo = if query.get("ciclo").as_deref() == Some("ano") { Ciclo::Ano } else { Ciclo::Mes };
    let pedido = query.get("plano");
    let conteudo = Suspend::new(async move {
        match carregar().await {
            Ok(planos) => escolhido(&planos, pedido.as_deref(), ciclo, t).into_any(),
            Err(frase) => view! { <h1>{t.publico.titulo_checkout}</h1>{sem_planos(frase)} }.into_any(),
        }
    });
    view! {
        <Moldura caminho="/checkout">
            <section class="band"><div class="wrap"><Suspense>{conteudo}</Suspense></div></section>
        </Moldura>
    }
}

/// The plan of the address, else the one that is pointed out, else the first.
fn escolhido(planos: &[PlanoDto], pedido: Option<&str>, ciclo: Ciclo, t: &'static Textos) -> impl IntoView + use<> {
    let p = &t.publico;
    let achado = pedido.and_then(|codigo| planos.iter().find(|plano| plano.codigo == codigo));
    let plano = achado.or_else(|| planos.iter().find(|plano| plano.recomendado)).or_else(|| planos.first());
    let titulo = match achado {
        Some(plano) => fill(p.ck_titulo, &[("plano", &plano.nome)]),
        None => p.ck_sem_plano.to_owned(),
    };
    let perdido = (pedido.is_some() && achado.is_none()).then_some(p.ck_desconhecido);
    let aqui = plano.map(|plano| plano.codigo.clone());
    let opcoes = planos.iter().map(|plano| {
        let atual = (Some(&plano.codigo) == aqui.as_ref()).then_some("true");
        view! {
            <li><a href=endereco(plano, ciclo) aria-current=atual>
                <span class="ck-mark"><Icone nome="check"/></span>
                <span class="ck-name"><b>{plano.nome.clone()}</b><small>{resumo(plano, t.idioma)}</small></span>
                <span class="num">{ciclo.total(plano, t)}</span>
            </a></li>
        }
    });
    view! {
        <header class="band-head"><h1>{titulo}</h1>{perdido.map(|frase| view! { <p>{frase}</p> })}</header>
        <div class="ck">
            <div class="ck-plans">
                {plano.map(|plano| ciclos(plano, ciclo, t))}
                <ul class="ck-list">{opcoes.collect_view()}</ul>
                {plano.map(|plano| view! { <section><h2>{p.ck_inclui}</h2>{lista(inclui(plano, t))}</section> })}
            </div>
            {plano.map(|plano| aviso(plano, ciclo, t))}
        </div>
    }
}

fn ciclos(plano: &PlanoDto, ciclo: Ciclo, t: &'static Textos) -> impl IntoView + use<> {
    let opcao = |este: Ciclo| {
        let atual = (este == ciclo).then_some("true");
        view! { <a href=endereco(plano, este) aria-current=atual>{este.nome(t)}</a> }
    };
    view! { <nav class="segmented" aria-label=t.publico.ck_ciclo>{opcao(Ciclo::Mes)}{opcao(Ciclo::Ano)}</nav> }
}

/// That it is not open yet, and what to do meanwhile.
fn aviso(plano: &PlanoDto, ciclo: Ciclo, t: &'static Textos) -> impl IntoView + use<> {
    let p = &t.publico;
    let caminho = match contato() {
        None => view! { <p>{p.ck_sem_contato}</p> }.into_any(),
        Some(email) => {
            let ciclo = ciclo.nome(t).to_lowercase();
            let assunto = fill(p.ck_assunto, &[("plano", &plano.nome), ("ciclo", &ciclo)]);
            let href = format!("mailto:{email}?subject={}", leptos_router::location::Url::escape(&assunto));
            view! {
                {com_email(p.ck_escreva, &email)}
                <a class="btn btn-primary btn-lg btn-block" href=href><Icone nome="mail"/>{p.ck_botao}</a>
            }
            .into_any()
        }
    };
    view! {
        <aside class="ck-side">
            <p class="ck-total"><span>{plano.nome.clone()}</span><b>{ciclo.total(plano, t)}</b></p>
            <h2>{p.ck_aviso}</h2>
            <p>{p.ck_aviso_texto}</p>
            {caminho}
            <p class="ck-login">{p.ck_conta}" "<a class="link" href="/login">{t.auth.entrar}</a></p>
        </aside>
    }
}
