//! `/dashboard/encerrada`: where everybody of a closed account is led. Forms only, so that it works before the WASM.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;

use super::api::ReabrirConta;
use crate::{
    areas::auth::api::{self, Logout},
    text::{self, fill, textos},
    time::{Agora, frase},
    ui::{Icone, Logo, Toasts, barra, carregar},
};

/// The page.
#[component]
pub fn Encerrada() -> impl IntoView {
    let t = textos();
    let cliente = Resource::new(|| (), |()| api::me());
    view! {
        <Title text=t.perfil.encerrada_titulo/>
        <div class="auth auth-so">
            <main class="auth-main" id="conteudo" tabindex="-1">
                <a class="logo" href="/" aria-label=t.geral.pagina_inicial><Logo/></a>
                <div class="auth-box">
                    {carregar(cliente, || view! { <div class="stack">{barra("60%")}{barra("90%")}</div> }.into_any(), |c| match c.encerra_em {
                        Some(em) => view! { <Fechada em=em/> }.into_any(),
                        None => view! { <Aberta/> }.into_any(),
                    })}
                </div>
            </main>
        </div>
    }
}

#[component]
fn Fechada(em: chrono::DateTime<chrono::Utc>) -> impl IntoView {
    let t = textos();
    let p = &t.perfil;
    let agora = Agora::expect();
    let toasts = Toasts::expect();
    let reabrir = ServerAction::<ReabrirConta>::new();
    let sair = ServerAction::<Logout>::new();
    Effect::new(move |_| {
        if let Some(Err(erro)) = reabrir.value().get() {
            toasts.ruim(t.geral.falhou, text::erro(t, &erro));
        }
    });
    let texto = move || fill(p.encerrada_texto, &[("quando", &frase(t, em, agora.get()))]);
    view! {
        <h1>{p.encerrada_titulo}</h1>
        <p class="page-sub">{texto}</p>
        <p class="encerrada-volta">{p.encerrada_volta}</p>
        <div class="form">
            <ActionForm action=reabrir>
                <button class="btn btn-primary btn-lg btn-block" type="submit" aria-busy=move || reabrir.pending().get().to_string()>{p.reabrir}</button>
            </ActionForm>
            <a class="btn btn-secondary btn-block" href="/api/v1/me/exportar" download rel="external"><Icone nome="download"/>{p.baixar}</a>
            <ActionForm action=sair><button class="btn btn-ghost btn-block" type="submit"><Icone nome="log-out"/>{t.painel.sair}</button></ActionForm>
        </div>
    }
}

#[component]
fn Aberta() -> impl IntoView {
    let p = &textos().perfil;
    view! {
        <h1>{p.aberta_titulo}</h1>
        <p class="page-sub">{p.aberta_texto}</p>
        <div class="form"><a class="btn btn-primary btn-lg btn-block" href="/dashboard">{p.ir_painel}</a></div>
    }
}
