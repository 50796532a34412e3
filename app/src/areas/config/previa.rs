//! What a customer sees, as it is typed. Filled by the same function that the server uses.

use contracts::{
    config::ConfigDto,
    modelos::{Valores, preencher},
};
use leptos::prelude::*;

use super::estado::{Estado, em_unidades, texto_de};
use crate::{
    text::{config::exemplo, fill},
    ui::{Avatar, Icone},
};

/// One side of the talk, or what happens between.
enum Fala {
    Cliente(&'static str),
    Ia(&'static str),
    Exemplo,
    Nota(&'static str, String),
}

/// The phone.
#[component]
pub fn Previa(
    e: Estado,
    /// The name of the business.
    #[prop(into)]
    loja: Signal<String>,
) -> impl IntoView {
    let t = e.t;
    let c = &t.config;
    let linhas = move || {
        let (espera, retorno, horario) =
            e.form.with(|f| (f.espera_minutos, f.retorno_minutos, f.horario != contracts::horario::Horario::default()));
        let (n, fator) = em_unidades(retorno);
        let tempo = format!("{n} {}", if fator == 60 { c.horas } else { c.minutos });
        let mut falas = vec![
            Fala::Cliente(exemplo::OI),
            Fala::Ia("saudacao"),
            Fala::Cliente(exemplo::PERGUNTA),
            Fala::Exemplo,
            Fala::Cliente(exemplo::SEM_RESPOSTA),
            Fala::Ia("fallback"),
            Fala::Nota("hand", c.previa_passou.to_owned()),
            Fala::Nota("clock", fill(c.previa_depois, &[("n", &espera.to_string())])),
            Fala::Ia("espera"),
            Fala::Nota("history", fill(c.previa_volta, &[("tempo", &tempo)])),
            Fala::Ia("ninguem_respondeu"),
            Fala::Nota("user-round", c.previa_pessoa.to_owned()),
            Fala::Ia("retorno_24h"),
        ];
        if horario {
            falas.extend([
                Fala::Nota("lock", c.previa_fechado.to_owned()),
                Fala::Cliente(exemplo::SEM_RESPOSTA),
                Fala::Ia("fora_horario"),
            ]);
        }
        falas.into_iter().map(|fala| linha(e, loja, fala)).collect_view()
    };
    view! {
        <aside class="preview" aria-label=c.previa_rotulo>
            <div class="card preview-card">
                <header class="preview-head">
                    {move || view! { <Avatar nome=loja.get() semente=loja.get() tamanho=36/> }}
                    <div class="row-main"><b class="truncate">{loja}</b><span class="muted dense">{c.previa_sub}</span></div>
                    <span class="badge">{c.previa}</span>
                </header>
                {move || (!e.form.with(|f| f.ia_ligada)).then(|| view! {
                    <p class="banner tone-warn preview-off"><Icone nome="triangle-alert"/><span>{c.previa_desligada}</span></p>
                })}
                <ol class="log log-plain" tabindex="0" aria-label=c.previa_rotulo>{linhas}</ol>
            </div>
            <p class="muted dense">{c.previa_nota}</p>
        </aside>
    }
}

fn cheio(c: &ConfigDto, loja: &str, campo: &str) -> String {
    let horario = c.horario.resumo();
    preencher(texto_de(c, campo), &Valores { nome: Some(exemplo::NOME), loja, horario: &horario })
}

fn linha(e: Estado, loja: Signal<String>, fala: Fala) -> AnyView {
    let t = e.t;
    let ia = move |texto: Signal<String>| {
        view! {
            <li class="msg msg-out msg-ai"><div class="bubble">
                <p class="bubble-from"><Icone nome="bot"/>{t.auth.ex_ia}</p>
                <span class="bubble-text">{texto}</span>
            </div></li>
        }
        .into_any()
    };
    match fala {
        Fala::Cliente(texto) => view! { <li class="msg msg-in"><div class="bubble">{texto}</div></li> }.into_any(),
        Fala::Ia(campo) => ia(Signal::derive(move || e.form.with(|f| cheio(f, &loja.get(), campo)))),
        Fala::Exemplo => ia(Signal::derive(move || e.form.with(|f| exemplo::resposta(&f.tom).to_owned()))),
        Fala::Nota(icone, texto) => view! { <li class="sys"><Icone nome=icone/>{texto}</li> }.into_any(),
    }
}
