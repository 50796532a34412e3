//! `/login`.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::{
    api,
    form::{LoginCampos, LoginForm},
};
use crate::{
    areas::publico::Idiomas,
    text::textos,
    ui::{Icone, Logo},
};

/// The login of the cliente.
#[component]
pub fn Login() -> impl IntoView {
    let t = textos();
    let entrar = ServerAction::<api::Login>::new();
    let form = LoginForm::new("/dashboard");
    let erro = Signal::derive(move || entrar.value().with(|v| v.as_ref().and_then(|v| v.as_ref().err().cloned())));
    let lugar = use_location();
    let busca = lugar.search.get_untracked();
    let aqui = if busca.is_empty() {
        lugar.pathname.get_untracked()
    } else {
        format!("{}?{busca}", lugar.pathname.get_untracked())
    };
    view! {
        <Title text=t.auth.entrar/>
        <div class="auth">
            <main class="auth-main" id="conteudo" tabindex="-1">
                <a class="logo" href="/" rel="external" aria-label=t.geral.pagina_inicial><Logo/></a>
                <div class="auth-box">
                    <h1>{t.auth.titulo}</h1>
                    <p class="page-sub">{t.auth.sub}</p>
                    <ActionForm action=entrar attr:class="form" attr:novalidate=true on:submit:capture=move |ev| form.on_submit(&ev)>
                        <LoginCampos form=form erro=erro ocupado=entrar.pending()/>
                    </ActionForm>
                    <p class="auth-alt"><a class="link link-alone" href="/esqueci-senha" rel="external">{t.auth.esqueci}</a></p>
                    <p class="auth-alt">{t.auth.sem_conta}" "<a class="link" href="/precos" rel="external">{t.auth.ver_planos}</a></p>
                </div>
                <footer class="auth-foot">
                    <a href="/privacidade" rel="external">{t.geral.privacidade}</a>
                    <a href="/termos" rel="external">{t.geral.termos}</a>
                    <Idiomas de=aqui/>
                </footer>
            </main>
            <Exemplo/>
        </div>
    }
}

/// For those who wait at the door.
#[component]
fn Exemplo() -> impl IntoView {
    let t = textos();
    view! {
        <aside class="auth-side" aria-label=t.auth.lateral>
            <div class="auth-quote"><ConversaExemplo/><p>{t.auth.lema}</p></div>
        </aside>
    }
}

/// A conversation as it happens. Decoration.
#[component]
pub fn ConversaExemplo() -> impl IntoView {
    let t = textos();
    let lida = || view! { <Icone nome="check-check" class="is-read"/> };
    view! {
                <ol class="log log-plain" aria-hidden="true">
                    <li class="msg msg-in"><div class="bubble">{t.auth.ex_1}<span class="bubble-meta">"20:14"</span></div></li>
                    <li class="msg msg-out msg-ai"><div class="bubble">
                        <p class="bubble-from"><Icone nome="bot"/>{t.auth.ex_ia}</p>{t.auth.ex_2}<span class="bubble-meta">"20:14"{lida()}</span>
                    </div></li>
                    <li class="msg msg-in"><div class="bubble">{t.auth.ex_3}<span class="bubble-meta">"20:15"</span></div></li>
                    <li class="sys"><Icone nome="hand"/>{t.auth.ex_4}</li>
                    <li class="msg msg-out"><div class="bubble">
                        <p class="bubble-from">{t.auth.ex_pessoa}</p>{t.auth.ex_5}<span class="bubble-meta">"20:17"{lida()}</span>
                    </div></li>
                </ol>
    }
}
