//! The change of senha.

use contracts::{ErrorCode, validate};
use leptos::{form::ActionForm, prelude::*};

use crate::{
    areas::auth::api,
    browser,
    error::AppError,
    text::{self, textos},
    ui::{Campo, CampoTexto, Icone, Toasts},
};

/// The change of senha.
#[component]
pub fn TrocarSenha() -> impl IntoView {
    let t = textos();
    let toasts = Toasts::expect();
    let trocar = ServerAction::<api::TrocarSenha>::new();
    let valor = trocar.value();
    let atual = Campo::new(move |v| if v.is_empty() { Err(t.auth.sem_senha.to_owned()) } else { Ok(()) });
    let nova = Campo::new(|v| validate::senha_nova(&v));
    let repetir = Campo::new(move |v| if v == nova.valor() { Ok(()) } else { Err(t.auth.senha_diferente.to_owned()) });
    let conferir = move |ev: leptos::ev::SubmitEvent| {
        let primeiro = [atual, nova, repetir].map(|campo| (campo, campo.conferir())).into_iter().find(|(_, bom)| !bom);
        if let Some((campo, _)) = primeiro {
            ev.prevent_default();
            campo.focar();
        }
    };
    // After a plain form post the error stands in the address, where anybody can write: only its code is believed.
    let com_erro =
        move |frase: &dyn Fn(&AppError) -> Option<String>| valor.with(|v| frase(v.as_ref()?.as_ref().err()?));
    let errada = Signal::derive(move || {
        com_erro(&|e| {
            let atual = e.code() == ErrorCode::WrongCredentials || e.field("senha_atual").is_some();
            atual.then(|| t.auth.senha_atual_errada.to_owned())
        })
    });
    let fraca =
        Signal::derive(move || com_erro(&|e| e.field("senha_nova").map(|_| t.auth.senha_nova_ajuda.to_owned())));
    let geral = move || {
        com_erro(&|e| {
            let outro = !matches!(e.code(), ErrorCode::WrongCredentials | ErrorCode::Validation);
            outro.then(|| text::erro(t, &AppError::new(e.code())))
        })
    };
    Effect::new(move |_| match valor.get() {
        Some(Ok(())) => {
            [atual, nova, repetir].into_iter().for_each(Campo::limpar);
            toasts.bom(t.auth.trocada);
        }
        Some(Err(erro)) => browser::leave_if_signed_out(&erro),
        None => {}
    });
    view! {
        <section class="card" aria-labelledby="t-senha">
            <header class="card-head"><h2 class="card-title" id="t-senha">{t.auth.trocar}</h2></header>
            <div class="card-body">
                <ActionForm action=trocar attr:class="form" attr:novalidate=true on:submit:capture=conferir>
                    <CampoTexto campo=atual id="senha_atual" name="senha_atual" label=t.auth.senha_atual tipo="password" autocomplete="current-password" do_servidor=errada/>
                    <CampoTexto campo=nova id="senha_nova" name="senha_nova" label=t.auth.senha_nova tipo="password" autocomplete="new-password" ajuda=t.auth.senha_nova_ajuda do_servidor=fraca/>
                    <CampoTexto campo=repetir id="senha_repetir" label=t.auth.senha_repetir tipo="password" autocomplete="new-password"/>
                    <div role="alert">{move || geral().map(|frase| view! { <p class="field-error"><Icone nome="circle-alert"/><span>{frase}</span></p> })}</div>
                    <div class="cluster"><button class="btn btn-secondary" type="submit" aria-busy=move || trocar.pending().get().to_string()>{t.auth.trocar}</button></div>
                </ActionForm>
            </div>
        </section>
    }
}
