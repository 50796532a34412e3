//! Language, theme and shortcuts; and which mails are sent.

use contracts::{AvisarPendentes, auth::ClienteDto};
use leptos::{form::ActionForm, prelude::*};

use super::api::PerfilAvisos;
use crate::{
    areas::dashboard::shell::ClienteAtual,
    browser,
    text::{self, Idioma, fill, textos},
    ui::{Tema, Toasts, escolher_tema, tema_atual},
};

/// Holds `off` where the person wants no single-letter shortcuts (WCAG 2.1.4).
const COOKIE_ATALHOS: &str = "atalhos";

/// Language, theme, shortcuts.
#[component]
pub fn Preferencias() -> impl IntoView {
    let t = textos();
    let p = &t.perfil;
    // A plain form: the whole page comes back in the other language.
    let idioma = move |valor: &'static str, nome: &'static str, este: Idioma| {
        view! { <button type="submit" name="idioma" value=valor lang=valor aria-pressed=(t.idioma == este).to_string()>{nome}</button> }
    };
    let atual = tema_atual();
    let tema = move |valor: Tema, nome: &'static str| {
        view! {
            <button type="button" aria-pressed=move || (atual.get() == valor).to_string() on:click=move |_| escolher_tema(atual, valor)>{nome}</button>
        }
    };
    let ligados = browser::cookie(COOKIE_ATALHOS).as_deref() != Some("off");
    let trocar = move |ev| browser::remember(COOKIE_ATALHOS, if event_target_checked(&ev) { "on" } else { "off" });
    view! {
        <section class="card" aria-labelledby="t-preferencias">
            <header class="card-head"><h2 class="card-title" id="t-preferencias">{p.preferencias}</h2></header>
            <div class="card-body form">
                <form class="field" method="post" action="/_fn/perfil/idioma">
                    <span class="field-label" id="t-idioma">{p.idioma}</span>
                    <div class="segmented" role="group" aria-labelledby="t-idioma">
                        {idioma("pt-BR", p.pt, Idioma::PtBr)}{idioma("en", p.en, Idioma::En)}
                    </div>
                    <p class="field-help">{p.idioma_ajuda}</p>
                </form>
                <div class="field">
                    <span class="field-label" id="t-tema">{p.tema}</span>
                    <div class="segmented" role="group" aria-labelledby="t-tema">
                        {tema(Tema::Claro, p.tema_claro)}{tema(Tema::Escuro, p.tema_escuro)}{tema(Tema::Auto, p.tema_sistema)}
                    </div>
                </div>
                <label class="switch" for="atalhos">
                    <span><b class="fw5">{p.atalhos}</b><span class="field-help" id="atalhos-ajuda">{p.atalhos_ajuda}</span></span>
                    <input
                        class="switch-input" type="checkbox" role="switch" id="atalhos" aria-label=p.atalhos aria-describedby="atalhos-ajuda"
                        checked=ligados on:change=trocar
                    />
                </label>
            </div>
        </section>
    }
}

/// Which mails are sent.
#[component]
pub fn Avisos(inicial: ClienteDto) -> impl IntoView {
    let t = textos();
    let p = &t.perfil;
    let toasts = Toasts::expect();
    let ClienteAtual(cliente) = ClienteAtual::expect();
    let salvar = ServerAction::<PerfilAvisos>::new();
    Effect::new(move |_| match salvar.value().get() {
        Some(Ok(novo)) => {
            toasts.bom(p.avisos_salvos);
            cliente.set(Some(Ok(novo)));
        }
        Some(Err(erro)) => {
            browser::leave_if_signed_out(&erro);
            toasts.ruim(t.geral.falhou, text::erro(t, &erro));
        }
        None => {}
    });
    let opcao = move |valor: AvisarPendentes, nome: &'static str, ajuda: &'static str| {
        let id = format!("avisar-{valor}");
        view! {
            <label class="check" for=id.clone()>
                <input
                    class="radio" type="radio" name="avisar_pendentes" id=id.clone() value=valor.as_str()
                    checked=inicial.avisar_pendentes == valor
                />
                <span>{nome}<span class="field-help opcao-ajuda">{ajuda}</span></span>
            </label>
        }
    };
    view! {
        <ActionForm action=salvar attr:class="form">
            <p class="field-help">{fill(p.avisos_para, &[("email", &inicial.email)])}</p>
            <fieldset class="field opcoes">
                <legend class="field-label">{p.pendentes}</legend>
                {opcao(AvisarPendentes::NaHora, p.na_hora, p.na_hora_ajuda)}
                {opcao(AvisarPendentes::Resumo, p.resumo, p.resumo_ajuda)}
                {opcao(AvisarPendentes::Nunca, p.nunca, p.nunca_ajuda)}
            </fieldset>
            <label class="switch" for="avisar_conexao">
                <span><b class="fw5">{p.conexao}</b><span class="field-help" id="conexao-ajuda">{p.conexao_ajuda}</span></span>
                <input
                    class="switch-input" type="checkbox" role="switch" id="avisar_conexao" name="avisar_conexao" value="sim"
                    aria-label=p.conexao aria-describedby="conexao-ajuda" checked=inicial.avisar_conexao
                />
            </label>
            <p class="field-help">{p.sempre}</p>
            <div class="cluster"><button class="btn btn-secondary" type="submit" aria-busy=move || salvar.pending().get().to_string()>{p.salvar_avisos}</button></div>
        </ActionForm>
    }
}
