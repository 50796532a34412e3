//! How safe the number is: what it has sent today, what keeps it from being banned, and its rest.

use contracts::whatsapp::UsoNumeroDto;
use leptos::prelude::*;

use super::page::Ligacao;
use crate::{
    format::milhar,
    text::{Textos, fill, textos},
    time::{Agora, frase},
    ui::{Faixa, Icone, Medidor, Selo, Tom},
};

/// The card beside the connection; nothing before a number is known.
#[component]
pub fn Uso(l: Ligacao) -> impl IntoView {
    move || l.instancia.get().uso.map(|uso| cartao(l, uso))
}

fn nivel(t: &Textos, uso: &UsoNumeroDto) -> (Tom, &'static str) {
    let perto = uso.enviadas_hoje * 10 >= uso.limite_hoje * 9;
    match (uso.pausado_ate.is_some(), perto) {
        (true, _) => (Tom::Perigo, t.whatsapp.seguranca_pausa),
        (false, true) => (Tom::Aviso, t.whatsapp.seguranca_perto),
        (false, false) => (Tom::Bom, t.whatsapp.seguranca_bom),
    }
}

fn cartao(l: Ligacao, uso: UsoNumeroDto) -> impl IntoView {
    let t = textos();
    let numero = |n: i32| milhar(usize::try_from(n).unwrap_or_default());
    let conta =
        fill(t.whatsapp.uso_conta, &[("enviadas", &numero(uso.enviadas_hoje)), ("limite", &numero(uso.limite_hoje))]);
    let (tom, palavra) = nivel(t, &uso);
    let idade = match uso.idade_dias {
        0 => t.whatsapp.idade_hoje.to_owned(),
        1 => t.whatsapp.idade_um.to_owned(),
        n => fill(t.whatsapp.idade_dias, &[("n", &n.to_string())]),
    };
    let medidor = if tom == Tom::Bom { Tom::Neutro } else { Tom::Aviso };
    view! {
        <section class="card" aria-labelledby="t-uso">
            <header class="card-head">
                <h2 class="card-title" id="t-uso">{t.whatsapp.seguranca}</h2>
                <Selo tom=tom ponto=true>{palavra}</Selo>
            </header>
            <div class="card-body stack">
                {pausa(l, &uso)}
                <Medidor label=t.whatsapp.uso_titulo valor=f64::from(uso.enviadas_hoje) max=f64::from(uso.limite_hoje) conta=conta tom=medidor/>
                <p class="card-sub">{t.whatsapp.uso_texto}</p>
                <ul class="safety-list">
                    <li><Icone nome="circle-check" class="ok"/><span>{t.whatsapp.seguranca_1}</span></li>
                    <li><Icone nome="circle-check" class="ok"/><span>{t.whatsapp.seguranca_2}</span></li>
                    <li><Icone nome="clock"/><span>{idade}</span></li>
                </ul>
            </div>
            <footer class="card-foot">{t.whatsapp.sem_garantia}</footer>
        </section>
    }
}

fn pausa(l: Ligacao, uso: &UsoNumeroDto) -> impl IntoView + use<> {
    let t = textos();
    let agora = Agora::expect();
    let motivo = uso.motivo_pausa.clone().unwrap_or_default();
    uso.pausado_ate.map(|ate| {
        let texto = Signal::derive(move || {
            Some(fill(t.whatsapp.pausa_texto, &[("motivo", &motivo), ("quando", &frase(t, ate, agora.get()))]))
        });
        view! {
            <Faixa tom=Tom::Aviso icone="triangle-alert" titulo=t.whatsapp.pausa_titulo texto=texto>
                <button
                    class="btn btn-secondary btn-sm" type="button" aria-busy=move || l.ocupado.get().to_string()
                    on:click=move |_| l.retomar()
                >{t.whatsapp.retomar}</button>
            </Faixa>
        }
    })
}
