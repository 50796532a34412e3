//! `/esqueci-senha`, `/nova-senha` and the forced change at `/dashboard/nova-senha`: forms without WASM, because who stands
//! at the door should not wait for it.

use contracts::ErrorCode;
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, location::Url};

use super::{
    Idiomas,
    campo::{CampoHtml, ENDERECO, MOSTRAR, OCUPADO, script},
    moldura::entrou,
};
use crate::{
    areas::auth::api::{
        COOKIE_ESQUECI, EsqueciSenha, Logout, NovaSenha as NovaSenhaFn, PrimeiraSenha as PrimeiraSenhaFn,
    },
    error::AppError,
    server,
    text::{fill, textos},
    ui::{Icone, Logo},
};

/// Takes the token out of the address into the form, asks whose it is, and says so, or that it is worth nothing any more.
/// The fragment never reaches a server or a log; the tab keeps it, so that a senha that is refused can be written again.
const LINK: &str = "(function(){var f=document.querySelector('[data-link]');if(!f)return;var t=location.hash.slice(1),s=sessionStorage;\
    try{if(t)s.setItem('proseia-link',t);else t=s.getItem('proseia-link')||''}catch(e){}\
    if(location.hash)history.replaceState(history.state,'',location.pathname+location.search);\
    var root=document.documentElement;function estado(e){root.dataset.linkEstado=e}\
    if(!t){estado('sem');return}f.querySelector('[name=token]').value=t;\
    fetch('/api/v1/auth/link',{method:'POST',headers:{'content-type':'application/json'},body:JSON.stringify({token:t})})\
    .then(function(r){if(r.ok)return r.json();if(r.status===410||r.status===422)estado('morto')})\
    .then(function(l){if(l){var p=document.querySelector('[data-de]');p.textContent=p.dataset.de.replace('{email}',l.email_mascarado);p.hidden=false}},function(){})})()";

/// The frame of a page at the door.
#[component]
fn Porta(titulo: &'static str, children: Children) -> impl IntoView {
    let t = textos();
    view! {
        <Title text=titulo/>
        <div class="auth auth-so">
            <main class="auth-main" id="conteudo" tabindex="-1">
                <a class="logo" href="/" aria-label=t.geral.pagina_inicial><Logo/></a>
                <div class="auth-box">{children()}</div>
                {script(ENDERECO)}
                <footer class="auth-foot">
                    <a href="/privacidade">{t.geral.privacidade}</a>
                    <a href="/termos">{t.geral.termos}</a>
                    <Idiomas de=server::request_path_without_idioma()/>
                </footer>
            </main>
        </div>
    }
}

/// The refusal of a plain form post. It stands in the address, where anybody can write: only its code and fields are believed.
fn recusa(valor: Option<Result<(), AppError>>) -> Option<AppError> {
    valor?.err()
}

/// A refusal that belongs to no field.
fn geral(erro: Option<&AppError>) -> impl IntoView + use<> {
    let c = &textos().checkout;
    let frase = erro.map(AppError::code).filter(|code| *code != ErrorCode::Validation).map(|code| match code {
        ErrorCode::TooManyRequests => c.acesso_muitas,
        ErrorCode::LinkInvalido => c.link_morto,
        ErrorCode::WrongCredentials => c.forcada_errada,
        _ => c.acesso_falhou,
    });
    frase.map(|frase| view! { <p class="banner tone-danger" role="alert"><Icone nome="circle-alert"/><span>{frase}</span></p> })
}

/// `/esqueci-senha`.
#[component]
pub fn Esqueci() -> impl IntoView {
    let t = textos();
    let c = &t.checkout;
    let enviar = ServerAction::<EsqueciSenha>::new();
    let erro = recusa(enviar.value().get_untracked());
    let enviado = use_query_map().with_untracked(|q| q.get("enviado").is_some()) && erro.is_none();
    let voltar = || view! { <p class="auth-alt"><a class="link link-alone" href="/login">{c.voltar_login}</a></p> };
    if enviado {
        let digitado = server::request_cookie(COOKIE_ESQUECI).map(|valor| Url::unescape(&valor));
        let texto = match digitado.filter(|email| contracts::validate::email(email).is_ok()) {
            Some(email) => fill(c.esqueci_enviado_para, &[("email", &email)]),
            None => c.esqueci_enviado_texto.to_owned(),
        };
        return view! {
            <Porta titulo=c.esqueci_enviado>
                <h1>{c.esqueci_enviado}</h1>
                <p class="page-sub" role="status">{texto}</p>
                <div class="form"><a class="btn btn-secondary btn-block" href="/esqueci-senha">{c.esqueci_outro}</a></div>
                {voltar()}
            </Porta>
        }
        .into_any();
    }
    let errado = erro.as_ref().is_some_and(|e| e.field("email").is_some());
    let campo = CampoHtml {
        nome: "email",
        label: t.auth.email,
        tipo: "email",
        autocomplete: "username",
        teclado: Some("email"),
        valor: use_query_map().with_untracked(|q| q.get("email")),
        erro: errado.then(|| c.erro_email.to_owned()),
        foco: true,
        ..CampoHtml::default()
    };
    view! {
        <Porta titulo=c.esqueci>
            <h1>{c.esqueci}</h1>
            <p class="page-sub">{c.esqueci_texto}</p>
            <ActionForm action=enviar attr:class="form" attr:data-uma-vez=true>
                {geral(erro.as_ref())}
                {campo.render()}
                <button class="btn btn-primary btn-lg btn-block" type="submit">{c.esqueci_enviar}</button>
            </ActionForm>
            {voltar()}
            {script(OCUPADO)}
        </Porta>
    }
    .into_any()
}

fn nova(nome: &'static str, erro: Option<&AppError>) -> impl IntoView + use<> {
    let c = &textos().checkout;
    CampoHtml {
        nome,
        label: c.nova_senha,
        ajuda: Some(c.nova_ajuda),
        tipo: "password",
        autocomplete: "new-password",
        erro: erro.is_some_and(|e| e.field(nome).is_some()).then(|| c.nova_erro.to_owned()),
        mostrar: Some(c.nova_mostrar),
        ..CampoHtml::default()
    }
    .render()
}

/// `/nova-senha#token`, from a mail.
#[component]
pub fn NovaSenha() -> impl IntoView {
    let t = textos();
    let c = &t.checkout;
    let salvar = ServerAction::<NovaSenhaFn>::new();
    let erro = recusa(salvar.value().get_untracked());
    let morto = erro.as_ref().is_some_and(|e| e.code() == ErrorCode::LinkInvalido);
    // Back from the panel, the link that led there is used up.
    let dentro = entrou();
    let pedir = move || {
        let pedir = if dentro { "btn btn-secondary btn-block" } else { "btn btn-primary btn-lg btn-block" };
        view! {
            <div class="form">
                {dentro.then(|| view! { <a class="btn btn-primary btn-lg btn-block" href="/dashboard">{t.perfil.ir_painel}</a> })}
                <a class=pedir href="/esqueci-senha">{c.link_pedir}</a>
            </div>
        }
    };
    let morto_texto = if dentro { c.link_usado_texto } else { c.link_morto_texto };
    view! {
        <Porta titulo=c.nova>
            <div data-quando="morto" data-sempre=morto>
                <h1>{c.link_morto}</h1><p class="page-sub" role="status">{morto_texto}</p>{pedir()}
            </div>
            <div data-quando="sem">
                <h1>{c.nova}</h1><p class="page-sub" role="status">{c.nova_incompleto}</p>{pedir()}
            </div>
            {(!morto).then(|| view! {
                <div data-quando="vivo">
                    <h1>{c.nova}</h1>
                    <p class="page-sub" data-de=c.nova_texto hidden=true></p>
                    <noscript><p class="banner tone-warn">{c.nova_sem_script}</p></noscript>
                    <ActionForm action=salvar attr:class="form" attr:data-link=true attr:data-uma-vez=true>
                        {geral(erro.as_ref())}
                        <input type="hidden" name="token"/>
                        {nova("senha", erro.as_ref())}
                        <button class="btn btn-primary btn-lg btn-block" type="submit">{c.nova_entrar}</button>
                    </ActionForm>
                </div>
                {script(LINK)}
            })}
            <p class="auth-alt"><a class="link link-alone" href="/login">{c.voltar_login}</a></p>
            {script(MOSTRAR)}{script(OCUPADO)}
        </Porta>
    }
}

/// `/dashboard/nova-senha`: nobody goes on with the senha of the welcome mail.
#[component]
pub fn PrimeiraSenha() -> impl IntoView {
    let t = textos();
    let c = &t.checkout;
    let salvar = ServerAction::<PrimeiraSenhaFn>::new();
    let sair = ServerAction::<Logout>::new();
    let erro = recusa(salvar.value().get_untracked());
    let errada =
        erro.as_ref().is_some_and(|e| e.field("senha_atual").is_some() || e.code() == ErrorCode::WrongCredentials);
    let atual = CampoHtml {
        nome: "senha_atual",
        label: c.forcada_atual,
        tipo: "password",
        autocomplete: "current-password",
        erro: errada.then(|| c.forcada_errada.to_owned()),
        foco: true,
        mostrar: Some(c.nova_mostrar),
        ..CampoHtml::default()
    };
    let aviso = geral(erro.as_ref().filter(|_| !errada));
    let nova = nova("senha_nova", erro.as_ref());
    view! {
        <Porta titulo=c.forcada>
            <h1>{c.forcada}</h1>
            <p class="page-sub">{c.forcada_texto}</p>
            <ActionForm action=salvar attr:class="form" attr:data-uma-vez=true>
                {aviso}
                {atual.render()}
                {nova}
                <button class="btn btn-primary btn-lg btn-block" type="submit">{c.forcada_salvar}</button>
            </ActionForm>
            <ActionForm action=sair attr:class="auth-alt"><button class="link link-alone" type="submit">{t.painel.sair}</button></ActionForm>
            {script(MOSTRAR)}{script(OCUPADO)}
        </Porta>
    }
}
