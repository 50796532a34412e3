//! The texts of the owner: one field each, with counter, help and error, and what can be inserted.

use contracts::{config::TEXTO_MAX, modelos::MARCAS};
use leptos::prelude::*;

use super::estado::{Estado, TEXTOS, rotulo, texto_de};
use crate::{browser, text::fill, ui::ErroCampo};

/// For the inside of a textarea.
fn escapar(texto: &str) -> String {
    texto.replace('&', "&amp;").replace('<', "&lt;")
}

/// All six.
#[component]
pub fn Mensagens(e: Estado) -> impl IntoView {
    let t = e.t;
    let marcas = MARCAS.map(|marca| {
        let texto = format!("{{{marca}}}");
        let rotulo = fill(t.config.inserir_sr, &[("marca", &texto)]);
        view! {
            <button class="chip" type="button" aria-label=rotulo on:click=move |_| inserir(e, marca)>{texto}</button>
        }
    });
    let campos = TEXTOS.map(|campo| view! { <CampoMensagem e=e campo=campo/> });
    view! {
        <section class="card" aria-labelledby="t-mensagens">
            <header class="card-head">
                <h2 class="card-title" id="t-mensagens">{t.config.mensagens}</h2>
                <div class="cluster vars"><span class="muted dense">{t.config.inserir}</span>{marcas.into_iter().collect_view()}</div>
            </header>
            <div class="card-body form">
                <p class="field-help">{t.config.marcas}</p>
                {campos.into_iter().collect_view()}
            </div>
        </section>
    }
}

/// Where the cursor stands in the message that had the focus last.
fn inserir(e: Estado, marca: &str) {
    let Some(el) = browser::textarea(e.foco.get_untracked()) else { return };
    let texto = format!("{{{marca}}}");
    if el.set_range_text(&texto).is_ok()
        && let Ok(Some(inicio)) = el.selection_start()
    {
        // UTF-16, but the marks are ASCII.
        let fim = inicio + u32::try_from(texto.len()).unwrap_or_default();
        let _ = el.set_selection_range(fim, fim);
    }
    let _ = el.focus();
    e.ler();
}

#[component]
fn CampoMensagem(e: Estado, campo: &'static str) -> impl IntoView {
    let t = e.t;
    let c = &t.config;
    let erro = e.erro(campo);
    let inicial = e.form.with_untracked(|f| format!("\n{}", escapar(texto_de(f, campo))));
    let n = Memo::new(move |_| e.form.with(|f| texto_de(f, campo).chars().count()));
    let contagem = move || fill(c.contagem, &[("n", &n.get().to_string()), ("limite", &TEXTO_MAX.to_string())]);
    let ajuda = move || match campo {
        "saudacao" => c.saudacao_ajuda.to_owned(),
        "fallback" => c.fallback_ajuda.to_owned(),
        "espera" => fill(c.espera_ajuda, &[("n", &e.form.with(|f| f.espera_minutos).to_string())]),
        "retorno_24h" => c.retorno_24h_ajuda.to_owned(),
        "ninguem_respondeu" => c.ninguem_respondeu_ajuda.to_owned(),
        _ => c.fora_horario_ajuda.to_owned(),
    };
    let (ajuda_id, erro_id) = (format!("{campo}-ajuda"), format!("{campo}-erro"));
    view! {
        <div class="field">
            <span class="field-label"><label for=campo>{rotulo(t, campo)}</label><small class="num" class:is-over=move || { n.get() > TEXTO_MAX }>{contagem}</small></span>
            <textarea
                class="textarea" id=campo name=format!("form[{campo}]") required=true aria-describedby=format!("{ajuda_id} {erro_id}")
                aria-invalid=move || erro.with(Option::is_some).to_string() on:focus=move |_| e.foco.set(campo) inner_html=inicial
            ></textarea>
            <p class="field-help" id=ajuda_id>{ajuda}</p>
            <ErroCampo id=erro_id erro=erro/>
        </div>
    }
}
