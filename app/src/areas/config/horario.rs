//! Business hours: days with ranges, a copy to all weekdays, days on which nothing opens.

use contracts::horario::{FAIXAS_MAX, FERIADOS_MAX, Faixa, Horario};
use leptos::prelude::*;

use super::estado::Estado;
use crate::{
    browser,
    text::{Textos, fill},
    ui::{ErroCampo, Icone, Toasts},
};

const DIAS: usize = 7;

fn dia(h: &Horario, n: usize) -> &Vec<Faixa> {
    match n {
        0 => &h.segunda,
        1 => &h.terca,
        2 => &h.quarta,
        3 => &h.quinta,
        4 => &h.sexta,
        5 => &h.sabado,
        _ => &h.domingo,
    }
}

fn dia_mut(h: &mut Horario, n: usize) -> &mut Vec<Faixa> {
    match n {
        0 => &mut h.segunda,
        1 => &mut h.terca,
        2 => &mut h.quarta,
        3 => &mut h.quinta,
        4 => &mut h.sexta,
        5 => &mut h.sabado,
        _ => &mut h.domingo,
    }
}

fn nome(t: &Textos, n: usize) -> &'static str {
    let c = &t.config;
    match n {
        0 => c.segunda,
        1 => c.terca,
        2 => c.quarta,
        3 => c.quinta,
        4 => c.sexta,
        5 => c.sabado,
        _ => c.domingo,
    }
}

fn faixa(de: &str, ate: &str) -> Faixa {
    Faixa { de: de.to_owned(), ate: ate.to_owned() }
}

fn com_dias(h: &Horario) -> bool {
    (0..DIAS).any(|n| !dia(h, n).is_empty())
}

/// A browser's clock has no 24:00; midnight as an end means it.
fn para_campo(hora: &str) -> String {
    if hora == "24:00" { "00:00".to_owned() } else { hora.to_owned() }
}

fn mudar(e: Estado, f: impl FnOnce(&mut Horario)) {
    e.form.update(|c| f(&mut c.horario));
}

/// The card.
#[component]
pub fn HorarioCartao(e: Estado) -> impl IntoView {
    let t = e.t;
    let c = &t.config;
    let aberto = Memo::new(move |_| e.form.with(|f| com_dias(&f.horario)));
    let sempre = move |_| mudar(e, |h| (0..DIAS).for_each(|n| dia_mut(h, n).clear()));
    let semana = move |_| {
        if !aberto.get_untracked() {
            mudar(e, |h| (0..5).for_each(|n| *dia_mut(h, n) = vec![faixa("09:00", "18:00")]));
        }
    };
    let dias = (0..DIAS).map(|n| view! { <Dia e=e n=n/> }).collect_view();
    let erro = e.erro("horario");
    view! {
        <section class="card" aria-labelledby="t-horario">
            <header class="card-head"><div>
                <h2 class="card-title" id="t-horario" tabindex="-1">{c.horario}</h2><p class="card-sub">{c.horario_sub}</p>
            </div></header>
            <div class="card-body form">
                <div class="segmented" role="group" aria-labelledby="t-horario">
                    <button type="button" aria-pressed=move || (!aberto.get()).to_string() on:click=sempre>{c.horario_sempre}</button>
                    <button type="button" aria-pressed=move || aberto.get().to_string() on:click=semana>{c.horario_semana}</button>
                </div>
                <Show when=move || !aberto.get()><p class="field-help">{c.horario_sempre_ajuda}</p></Show>
                <ul class="dias" hidden=move || !aberto.get()>{dias}</ul>
                <ErroCampo id="horario-erro".to_owned() erro=erro/>
                <Feriados e=e/>
            </div>
        </section>
    }
}

#[component]
fn Dia(e: Estado, n: usize) -> impl IntoView {
    let t = e.t;
    let c = &t.config;
    let toasts = Toasts::expect();
    let rotulo = nome(t, n);
    // Only a change of their number makes the fields anew: one that is being typed in stays.
    let quantas = Memo::new(move |_| e.form.with(|f| dia(&f.horario, n).len()));
    let mais = move |_| {
        mudar(e, |h| {
            let faixas = dia_mut(h, n);
            let nova = match faixas.last() {
                Some(ultima) if ultima.ate.as_str() < "18:00" => faixa("18:00", "22:00"),
                Some(ultima) if ultima.ate.as_str() < "22:00" => faixa(&ultima.ate, "23:00"),
                Some(_) => faixa("08:00", "12:00"),
                None => faixa("09:00", "18:00"),
            };
            faixas.push(nova);
        });
        e.saiu("horario");
    };
    let copiar = move |_| {
        mudar(e, |h| {
            let modelo = h.segunda.clone();
            (1..5).for_each(|n| *dia_mut(h, n) = modelo.clone());
        });
        toasts.bom(c.copiado);
    };
    view! {
        <li class="dia">
            <b class="fw5">{rotulo}</b>
            <div class="dia-faixas">
                {move || match quantas.get() {
                    0 => view! { <span class="muted">{c.fechado}</span> }.into_any(),
                    total => (0..total).map(|i| view! { <FaixaCampo e=e n=n i=i/> }).collect_view().into_any(),
                }}
            </div>
            <div class="dia-acoes">
                <button
                    class="icon-btn" type="button" title=c.mais_faixa aria-label=fill(c.mais_faixa_sr, &[("dia", rotulo)])
                    disabled=move || { quantas.get() >= FAIXAS_MAX } on:click=mais
                ><Icone nome="plus"/></button>
                {(n == 0).then(|| view! {
                    <button class="btn btn-ghost btn-sm" type="button" on:click=copiar>{c.copiar}</button>
                })}
            </div>
        </li>
    }
}

#[component]
fn FaixaCampo(e: Estado, n: usize, i: usize) -> impl IntoView {
    let t = e.t;
    let c = &t.config;
    let valor = move |fim: bool| {
        e.form.with(|f| {
            dia(&f.horario, n).get(i).map(|x| para_campo(if fim { &x.ate } else { &x.de })).unwrap_or_default()
        })
    };
    let mudou = move |fim: bool, valor: String| {
        mudar(e, |h| {
            if let Some(x) = dia_mut(h, n).get_mut(i) {
                match fim {
                    true => x.ate = if valor == "00:00" { "24:00".to_owned() } else { valor },
                    false => x.de = valor,
                }
            }
        });
        e.saiu("horario");
    };
    let tirar = move |_| {
        mudar(e, |h| {
            let faixas = dia_mut(h, n);
            if i < faixas.len() {
                faixas.remove(i);
            }
        });
    };
    let ordem = (i + 1).to_string();
    let dados = [("dia", nome(t, n)), ("n", ordem.as_str())];
    view! {
        <span class="faixa">
            <input
                class="input" type="time" step="300" aria-label=fill(c.de, &dados) value=untrack(|| valor(false)) prop:value=move || valor(false)
                on:change=move |ev| mudou(false, event_target_value(&ev))
            />
            <span class="muted" aria-hidden="true">{c.as_}</span>
            <input
                class="input" type="time" step="300" aria-label=fill(c.ate, &dados) value=untrack(|| valor(true)) prop:value=move || valor(true)
                on:change=move |ev| mudou(true, event_target_value(&ev))
            />
            <button class="icon-btn" type="button" aria-label=fill(c.tirar_faixa, &dados) on:click=tirar><Icone nome="x"/></button>
        </span>
    }
}

/// `2026-12-25` as `25/12/2026`.
fn data(iso: &str) -> String {
    let partes: Vec<&str> = iso.split('-').collect();
    match partes.as_slice() {
        [ano, mes, dia] => format!("{dia}/{mes}/{ano}"),
        _ => iso.to_owned(),
    }
}

#[component]
fn Feriados(e: Estado) -> impl IntoView {
    let c = &e.t.config;
    let lista = move || e.form.with(|f| f.horario.feriados.clone());
    let marcar = move |_| {
        let Some(dia) = browser::field_value("feriado").filter(|d| d.len() == 10) else {
            browser::focus("feriado");
            return;
        };
        mudar(e, |h| {
            if h.feriados.len() < FERIADOS_MAX && !h.feriados.contains(&dia) {
                h.feriados.push(dia);
                h.feriados.sort();
            }
        });
        browser::set_field_value("feriado", "");
    };
    let chips = move || {
        let dias = lista();
        if dias.is_empty() {
            return view! { <span class="muted dense">{c.feriados_vazio}</span> }.into_any();
        }
        let um = |iso: String| {
            let texto = data(&iso);
            let rotulo = fill(c.feriado_tirar, &[("data", &texto)]);
            let tirar = move |_| mudar(e, |h| h.feriados.retain(|d| *d != iso));
            view! { <li><button class="chip" type="button" aria-label=rotulo on:click=tirar>{texto}<Icone nome="x"/></button></li> }
        };
        view! { <ul class="cluster">{dias.into_iter().map(um).collect_view()}</ul> }.into_any()
    };
    view! {
        <div class="field">
            <label class="field-label" for="feriado">{c.feriados}</label>
            <div class="cluster feriados">
                <input class="input" type="date" id="feriado" aria-label=c.feriado_data/>
                <button class="btn btn-secondary" type="button" on:click=marcar>{c.feriado_mais}</button>
            </div>
            {chips}
        </div>
    }
}
