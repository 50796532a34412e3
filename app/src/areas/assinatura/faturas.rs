//! The invoices, newest first.

use contracts::{
    StatusFatura,
    assinatura::{FaturaDto, FaturasDto},
};
use leptos::{prelude::*, task::spawn_local};

use super::{api::assinatura_faturas, situacao::centavos};
use crate::{
    browser,
    text::{self, fill, textos},
    time,
    ui::{Icone, Selo, Toasts, Tom, Vazio, barra, carregar},
};

/// The card.
#[component]
pub(super) fn Faturas(
    /// Where the one that is paid by a button above is paid.
    acima: Option<String>,
) -> impl IntoView {
    let t = textos();
    let faturas = Resource::new(|| (), |()| assinatura_faturas(None));
    view! {
        <section class="card" aria-labelledby="t-faturas">
            <header class="card-head"><h2 class="card-title" id="t-faturas">{t.assinatura.faturas}</h2></header>
            {carregar(faturas, esqueleto, move |pagina| view! { <Lista inicial=pagina acima=acima.clone()/> }.into_any())}
        </section>
    }
}

fn esqueleto() -> AnyView {
    let linhas = (0..3).map(|_| view! { <div class="skeleton-row">{barra("40%")}{barra("70%")}</div> }).collect_view();
    view! { <div class="card-body">{linhas}</div> }.into_any()
}

#[component]
fn Lista(inicial: FaturasDto, acima: Option<String>) -> impl IntoView {
    let t = textos();
    let p = &t.assinatura;
    let toasts = Toasts::expect();
    let itens = RwSignal::new(inicial.itens);
    let proximo = RwSignal::new(inicial.proximo);
    let ocupado = RwSignal::new(false);
    let acima = StoredValue::new(acima);
    let mais = move |_| {
        ocupado.set(true);
        spawn_local(async move {
            match assinatura_faturas(proximo.get_untracked()).await {
                Ok(pagina) => {
                    itens.update(|itens| itens.extend(pagina.itens));
                    proximo.set(pagina.proximo);
                }
                Err(erro) => {
                    browser::leave_if_signed_out(&erro);
                    toasts.ruim(t.geral.falhou, text::erro(t, &erro));
                }
            }
            ocupado.set(false);
        });
    };
    move || {
        if itens.with(Vec::is_empty) {
            return view! { <Vazio icone="receipt" titulo=p.faturas_vazio texto=p.faturas_vazio_texto/> }.into_any();
        }
        view! {
            <ul class="rows faturas"><For each=move || itens.get() key=|f| f.id.clone() children=move |f| view! { <Fatura fatura=f acima=acima.get_value()/> }/></ul>
            {move || proximo.with(Option::is_some).then(|| view! {
                <div class="card-foot"><button class="btn btn-ghost btn-sm" type="button" aria-busy=move || ocupado.get().to_string() on:click=mais>{p.mais}</button></div>
            })}
        }
        .into_any()
    }
}

#[component]
fn Fatura(fatura: FaturaDto, acima: Option<String>) -> impl IntoView {
    let t = textos();
    let p = &t.assinatura;
    let numero = fatura.numero.clone().unwrap_or_else(|| p.fatura_sem_numero.to_owned());
    let toda = fatura.reembolsado_centavos > 0 && fatura.reembolsado_centavos >= fatura.total_centavos;
    let (tom, estado) = match fatura.status {
        _ if toda => (Tom::Neutro, p.fatura_devolvida),
        StatusFatura::Paga => (Tom::Bom, p.fatura_paga),
        StatusFatura::Aberta => (Tom::Aviso, p.fatura_aberta),
        StatusFatura::Cancelada => (Tom::Neutro, p.fatura_cancelada),
        StatusFatura::Incobravel => (Tom::Perigo, p.fatura_perdida),
    };
    let parte = (fatura.reembolsado_centavos > 0 && !toda)
        .then(|| fill(p.devolvido, &[("valor", &centavos(t, fatura.reembolsado_centavos))]));
    let dia = time::dia(fatura.emitida_em).format("%d/%m/%Y").to_string();
    // Each whole in its line.
    let linha = [Some(dia), Some(numero.clone()), parte]
        .into_iter()
        .flatten()
        .map(|parte| view! { <span>{parte}</span> " " })
        .collect_view();
    let rotulo = |frase| fill(frase, &[("numero", &numero)]);
    let pagar = fatura.url.clone().filter(|url| fatura.status == StatusFatura::Aberta && acima.as_ref() != Some(url)).map(|url| {
        view! { <a class="btn btn-primary btn-sm" href=url rel="external" aria-label=rotulo(p.pagar_fatura)>{p.pagar}</a> }
    });
    let pdf = fatura.pdf.clone().map(|pdf| {
        view! { <a class="btn btn-ghost btn-sm" href=pdf target="_blank" rel="external noopener" aria-label=rotulo(p.baixar_pdf)><Icone nome="download"/>{p.pdf}</a> }
    });
    view! {
        <li>
            <div class="row-main"><b class="num">{centavos(t, fatura.total_centavos)}</b><small class="muted">{linha}</small></div>
            <Selo tom=tom>{estado}</Selo>
            <span class="cluster">{pagar}{pdf}</span>
        </li>
    }
}
