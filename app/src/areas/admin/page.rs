//! `/admin/login` and `/admin/dashboard`.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;

use super::{api, shell::AdminAtual};
use crate::{
    areas::auth::form::{LoginCampos, LoginForm},
    text::{fill, textos},
    ui::{Logo, Vazio, barra, carregar},
};

/// The login of the admin; plainly another door.
#[component]
pub fn AdminLogin() -> impl IntoView {
    let t = textos();
    let entrar = ServerAction::<api::AdminLogin>::new();
    let form = LoginForm::new("/admin");
    let erro = Signal::derive(move || entrar.value().with(|v| v.as_ref().and_then(|v| v.as_ref().err().cloned())));
    view! {
        <Title text=t.auth.titulo_admin/>
        <div class="auth auth-admin">
            <main class="auth-main" id="conteudo" tabindex="-1">
                <div class="cluster"><a class="logo" href="/" rel="external" aria-label=t.geral.pagina_inicial><Logo/></a><span class="chip-admin">{t.painel.admin}</span></div>
                <div class="auth-box">
                    <h1>{t.auth.titulo_admin}</h1>
                    <p class="page-sub">{t.auth.sub_admin}</p>
                    <ActionForm action=entrar attr:class="form" attr:novalidate=true on:submit:capture=move |ev| form.on_submit(&ev)>
                        <LoginCampos form=form erro=erro ocupado=entrar.pending()/>
                    </ActionForm>
                    <p class="auth-alt"><a class="link link-alone" href="/login">{t.auth.sou_cliente}</a></p>
                </div>
            </main>
        </div>
    }
}

/// The admin's first page: who is in, and what is still to come.
#[component]
pub fn AdminDashboard() -> impl IntoView {
    let t = textos();
    let eu = AdminAtual::expect();
    view! {
        <Title text=t.painel.admin_titulo/>
        <div class="page">
            <header class="page-head"><div>
                <h1 class="page-title">{t.painel.admin_titulo}</h1>
                {carregar(eu.0, || barra("320px").into_any(), move |eu| {
                    let frase = fill(t.painel.admin_sub, &[("nome", &eu.nome), ("email", &eu.email)]);
                    view! { <p class="page-sub">{frase}</p> }.into_any()
                })}
            </div></header>
            <section class="card"><Vazio icone="layout-dashboard" titulo=t.painel.admin_vazio texto=t.painel.admin_vazio_texto/></section>
        </div>
    }
}
