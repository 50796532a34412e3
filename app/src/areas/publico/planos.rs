//! Prices, from the configured plans.

use contracts::planos::PlanoDto;
use leptos::prelude::*;
use serde_json::{Value, json};

use super::{
    cabeca::{json_ld, origin},
    moldura::{Moldura, ir},
};
use crate::{
    server,
    text::{Idioma, Textos, fill, textos},
    ui::Icone,
};

/// `1.490` and `149,90`, or as English writes them.
fn valor(centavos: i32, idioma: Idioma) -> String {
    let (reais, resto) = (inteiro(centavos / 100, idioma), centavos % 100);
    let virgula = if idioma == Idioma::En { '.' } else { ',' };
    if resto == 0 { reais } else { format!("{reais}{virgula}{resto:02}") }
}

/// `R$ 1.490`, on one line.
pub(super) fn preco(centavos: i32, idioma: Idioma) -> String {
    format!("R$\u{a0}{}", valor(centavos, idioma))
}

fn inteiro(n: i32, idioma: Idioma) -> String {
    let texto = crate::format::milhar(usize::try_from(n).unwrap_or_default());
    if idioma == Idioma::En { texto.replace('.', ",") } else { texto }
}

/// What a plan includes, most important first; the trial is said beside the price.
pub(super) fn inclui(plano: &PlanoDto, t: &Textos) -> Vec<String> {
    let p = &t.publico;
    let n = |texto, n| fill(texto, &[("n", &inteiro(n, t.idioma))]);
    let numeros = if plano.numeros == 1 { p.inclui_numeros_um.to_owned() } else { n(p.inclui_numeros, plano.numeros) };
    let orcamento = fill(p.inclui_orcamento, &[("preco", &preco(plano.orcamento_ia_centavos, t.idioma))]);
    [
        n(p.inclui_mensagens, plano.mensagens_mes),
        n(p.inclui_caracteres, plano.conhecimento_caracteres),
        numeros,
        orcamento,
    ]
    .into()
}

/// The list of it.
pub(super) fn lista(itens: Vec<String>) -> impl IntoView {
    let itens = itens.into_iter().map(|item| view! { <li><Icone nome="check"/>{item}</li> });
    view! { <ul class="ticks">{itens.collect_view()}</ul> }
}

/// For whom a plan is, in the language of the page.
pub(super) fn resumo(plano: &PlanoDto, idioma: Idioma) -> String {
    if idioma == Idioma::En { plano.resumo_en.clone() } else { plano.resumo.clone() }
}

/// What the page can say about prices: the plans, or why there are none.
pub(super) async fn carregar() -> Result<Vec<PlanoDto>, &'static str> {
    let p = &textos().publico;
    let Ok(ctx) = server::ctx() else { return Err(p.planos_falha) };
    match services::planos::list(&ctx).await {
        Ok(planos) if planos.itens.is_empty() => Err(p.planos_vazio),
        Ok(planos) => Ok(planos.itens),
        Err(error) => {
            let _ = error.to_api(&ctx);
            Err(p.planos_falha)
        }
    }
}

/// Why there are no prices.
pub(super) fn sem_planos(frase: &'static str) -> AnyView {
    view! { <p class="banner tone-warn" role="status"><Icone nome="info"/><span>{frase}</span></p> }.into_any()
}

/// The software and its prices, for search engines.
fn dados(planos: &[PlanoDto], t: &Textos) -> Value {
    let origin = server::ctx().map(|ctx| origin(ctx.app.public_url.as_str())).unwrap_or_default();
    let oferta = |plano: &PlanoDto| {
        let reais = |centavos: i32| format!("{}.{:02}", centavos / 100, centavos % 100);
        json!({
            "@type": "Offer",
            "name": plano.nome,
            "url": format!("{origin}/checkout?plano={}", plano.codigo),
            "price": reais(plano.preco_mensal_centavos),
            "priceCurrency": "BRL",
            "priceSpecification": {
                "@type": "UnitPriceSpecification",
                "price": reais(plano.preco_mensal_centavos),
                "priceCurrency": "BRL",
                "billingDuration": 1,
                "unitCode": "MON",
            },
        })
    };
    json!({
        "@context": "https://schema.org",
        "@type": "SoftwareApplication",
        "name": t.geral.marca,
        "url": format!("{origin}/"),
        "description": t.publico.desc_inicio,
        "applicationCategory": "BusinessApplication",
        "operatingSystem": "Web",
        "inLanguage": ["pt-BR", "en"],
        "offers": planos.iter().map(oferta).collect::<Vec<_>>(),
    })
}

fn cartao(plano: &PlanoDto, t: &'static Textos, titulo_3: bool) -> impl IntoView + use<> {
    let p = &t.publico;
    let nome = plano.nome.clone();
    let nome = if titulo_3 { view! { <h3>{nome}</h3> }.into_any() } else { view! { <h2>{nome}</h2> }.into_any() };
    let porta = |ciclo: &str, class: &str| {
        let class =
            format!("btn btn-lg btn-block {class} {}", if plano.recomendado { "btn-primary" } else { "btn-secondary" });
        let href = ir(&format!("/checkout?plano={}&ciclo={ciclo}", plano.codigo));
        view! { <a class=class href=href>{fill(p.assinar_plano, &[("plano", &plano.nome)])}</a> }
    };
    let equivale = fill(p.equivale, &[("preco", &preco((plano.preco_anual_centavos + 6) / 12, t.idioma))]);
    let teste = (plano.dias_teste > 0).then(|| fill(p.inclui_teste, &[("n", &plano.dias_teste.to_string())]));
    let ou_ano = fill(p.ou_por_ano, &[("preco", &preco(plano.preco_anual_centavos, t.idioma))]);
    view! {
        <article class="plan" class:is-main=plano.recomendado>
            <header>{nome}{plano.recomendado.then(|| view! { <span class="badge badge-primary">{p.recomendado}</span> })}</header>
            <p class="plan-for">{resumo(plano, t.idioma)}</p>
            <p class="plan-price per-month">"R$ "<b>{valor(plano.preco_mensal_centavos, t.idioma)}</b>" "<small>{p.por_mes}</small><small class="plan-same">{ou_ano}</small></p>
            <p class="plan-price per-year">"R$ "<b>{valor(plano.preco_anual_centavos, t.idioma)}</b>" "<small>{p.por_ano}</small><small class="plan-same">{equivale}</small></p>
            {porta("mes", "per-month")}
            {porta("ano", "per-year")}
            {lista(inclui(plano, t).into_iter().chain(teste).collect())}
        </article>
    }
}

/// The plans side by side, a month or a year at a time, without a script.
#[component]
pub(super) fn Planos(
    /// Names as third-level headings, below a second-level one.
    #[prop(optional)]
    titulo_3: bool,
    /// What stands beside the choice of month or year.
    children: Children,
) -> impl IntoView {
    let t = textos();
    let p = &t.publico;
    let cartoes = Suspend::new(async move {
        let planos = match carregar().await {
            Ok(planos) => planos,
            Err(frase) => return sem_planos(frase),
        };
        let anual = anual(&planos, t);
        view! {
            <div class="plans-pick"><div class="segmented" role="radiogroup" aria-label=p.cobranca>
                <label><input type="radio" name="cobranca" value="mes" checked=true/>{p.mensal}</label>
                <label><input type="radio" name="cobranca" value="ano"/>{anual}</label>
            </div></div>
            <div class="plans">{planos.iter().map(|plano| cartao(plano, t, titulo_3)).collect_view()}</div>
            <p class="plans-note">{p.planos_nota}</p>
            {json_ld(&dados(&planos, t))}
        }
        .into_any()
    });
    view! { <div class="plans-area">{children()}<Suspense>{cartoes}</Suspense></div> }
}

/// What paying by the year is called; what it saves is said only where it is true of all.
pub(super) fn anual(planos: &[PlanoDto], t: &Textos) -> String {
    let p = &t.publico;
    let gratis = planos.iter().map(PlanoDto::meses_gratis).reduce(|a, b| if a == b { a } else { None }).flatten();
    gratis.map_or_else(|| p.anual.to_owned(), |n| fill(p.anual_gratis, &[("n", &n.to_string())]))
}

/// `/precos`.
#[component]
pub fn Precos() -> impl IntoView {
    let t = textos();
    let p = &t.publico;
    let todos = [p.inc_1, p.inc_2, p.inc_3, p.inc_4, p.inc_5, p.inc_6].map(str::to_owned).to_vec();
    view! {
        <Moldura caminho="/precos">
            <section class="band"><div class="wrap">
                <Planos><header class="band-head"><h1>{p.titulo_precos}</h1><p>{p.planos_texto}</p></header></Planos>
            </div></section>
            <section class="band band-tint"><div class="wrap faq">
                <header class="band-head"><h2>{p.todos_incluem}</h2></header>
                {lista(todos)}
            </div></section>
            <section class="band"><div class="wrap faq">
                <header class="band-head"><h2>{p.faq_titulo}</h2>{super::moldura::outra_pergunta()}</header>
                {super::faq::perguntas(&[2, 10, 11])}
            </div></section>
        </Moldura>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_the_language_writes_it() {
        assert_eq!(preco(149_000, Idioma::PtBr), "R$\u{a0}1.490");
        assert_eq!(preco(12_417, Idioma::PtBr), "R$\u{a0}124,17");
        assert_eq!(preco(149_005, Idioma::En), "R$\u{a0}1,490.05");
    }
}
