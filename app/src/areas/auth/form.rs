//! The form of both logins. A plain form post works too; then the error comes back in the address.

use contracts::{ErrorCode, validate};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    browser,
    error::AppError,
    text::{self, textos},
    ui::{Campo, CampoTexto, Icone},
};

/// The state of a login form.
#[derive(Clone, Copy)]
pub struct LoginForm {
    email: Campo,
    senha: Campo,
    /// The path to return to, as asked for in `?de=`.
    de: Memo<Option<String>>,
    /// As filled in at the checkout, which knows that there is an account.
    inicial: StoredValue<Option<String>>,
    /// Comes from closing the account.
    encerrada: Memo<bool>,
}

impl LoginForm {
    /// For the area that a login may lead back into.
    pub fn new(area: &'static str) -> Self {
        let t = textos();
        let query = use_query_map();
        Effect::new(move |_| browser::clean_address());
        Self {
            email: Campo::new(|v| validate::email(v.trim())),
            senha: Campo::new(move |v| if v.is_empty() { Err(t.auth.sem_senha.to_owned()) } else { Ok(()) }),
            inicial: StoredValue::new(
                query.with_untracked(|q| q.get("email").filter(|email| validate::email(email).is_ok())),
            ),
            encerrada: Memo::new(move |_| query.with(|q| q.get("conta").as_deref() == Some("encerrada"))),
            de: Memo::new(move |_| query.with(|q| q.get("de").filter(|de| browser::safe_return(de, area).is_some()))),
        }
    }

    /// Stops a submit with a field that is wrong, and goes there.
    pub fn on_submit(self, ev: &leptos::ev::SubmitEvent) {
        let (email, senha) = (self.email.conferir(), self.senha.conferir());
        if email && senha {
            return;
        }
        ev.prevent_default();
        if email { self.senha.focar() } else { self.email.focar() }
    }
}

/// The fields and the button; belongs inside an `ActionForm`.
#[component]
pub fn LoginCampos(
    /// The state.
    form: LoginForm,
    /// What the last try ended with.
    #[prop(into)]
    erro: Signal<Option<AppError>>,
    /// Whether a try is under way.
    #[prop(into)]
    ocupado: Signal<bool>,
) -> impl IntoView {
    let t = textos();
    // After a plain form post the error stands in the address, where anybody can write: only its code is believed.
    let tem = move |nome: &'static str| erro.with(|e| e.as_ref().is_some_and(|e| e.field(nome).is_some()));
    let email = Signal::derive(move || tem("email").then(|| validate::email("").err()).flatten());
    let senha = Signal::derive(move || tem("senha").then(|| t.auth.sem_senha.to_owned()));
    let geral = move || {
        erro.with(|e| {
            e.as_ref().filter(|e| e.code() != ErrorCode::Validation).map(|e| text::erro(t, &AppError::new(e.code())))
        })
    };
    let de = form.de;
    view! {
        {move || (erro.with(Option::is_none) && de.with(Option::is_some)).then(|| view! {
            <p class="banner tone-info"><Icone nome="info"/><span>{t.auth.de_volta}</span></p>
        })}
        {move || (erro.with(Option::is_none) && form.encerrada.get()).then(|| view! {
            <p class="banner tone-info"><Icone nome="info"/><span>{t.perfil.login_encerrada}</span></p>
        })}
        {move || de.get().map(|de| view! { <input type="hidden" name="de" value=de/> })}
        <CampoTexto campo=form.email id="email" name="email" label=t.auth.email tipo="email" autocomplete="username" valor=form.inicial.get_value().unwrap_or_default() do_servidor=email/>
        <CampoTexto campo=form.senha id="senha" name="senha" label=t.auth.senha tipo="password" autocomplete="current-password" do_servidor=senha/>
        <div role="alert">
            {move || geral().map(|frase| view! { <p class="field-error"><Icone nome="circle-alert"/><span>{frase}</span></p> })}
        </div>
        <button class="btn btn-primary btn-lg btn-block" type="submit" aria-busy=move || ocupado.get().to_string()>{t.auth.entrar}</button>
    }
}
