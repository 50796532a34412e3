//! What the number has sent today, and its rest.

use contracts::whatsapp::UsoNumeroDto;
use leptos::prelude::*;

use super::page::Ligacao;
use crate::{
    format::milhar,
    text::{fill, textos},
    time::{Agora, frase},
    ui::Icone,
};

/// The meter of automatic messages; while they rest, why and until when, and the button that ends it.
#[component]
pub fn Uso(l: Ligacao) -> impl IntoView {
    move || l.instancia.get().uso.map(|uso| cartao(l, uso))
}

fn cartao(l: Ligacao, uso: UsoNumeroDto) -> impl IntoView {
    let t = textos();
    let numero = |n: i32| milhar(usize::try_from(n).unwrap_or_default());
    let conta =
        fill(t.whatsapp.uso_conta, &[("enviadas", &numero(uso.enviadas_hoje)), ("limite", &numero(uso.limite_hoje))]);
    view! {
        <section class="card uso" aria-labelledby="t-uso">
            <p class="meter-line"><b id="t-uso">{t.whatsapp.uso_titulo}</b><span class="num">{conta.clone()}</span></p>
            <meter
                aria-labelledby="t-uso" min="0" max=uso.limite_hoje.to_string() high=(uso.limite_hoje * 9 / 10).to_string()
                value=uso.enviadas_hoje.to_string()
            >{conta}</meter>
            <p class="card-sub">{t.whatsapp.uso_texto}</p>
            {pausa(l, &uso)}
        </section>
    }
}

fn pausa(l: Ligacao, uso: &UsoNumeroDto) -> impl IntoView + use<> {
    let t = textos();
    let agora = Agora::expect();
    let motivo = uso.motivo_pausa.clone().unwrap_or_default();
    uso.pausado_ate.map(|ate| {
        let texto =
            move || fill(t.whatsapp.pausa_texto, &[("motivo", &motivo), ("quando", &frase(t, ate, agora.get()))]);
        view! {
            <div class="banner tone-warn" role="status">
                <Icone nome="triangle-alert"/>
                <div><b>{t.whatsapp.pausa_titulo}</b><p>{texto}</p></div>
                <button
                    class="btn btn-secondary btn-sm" type="button" aria-busy=move || l.ocupado.get().to_string()
                    on:click=move |_| l.retomar()
                >{t.whatsapp.retomar}</button>
            </div>
        }
    })
}
