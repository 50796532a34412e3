//! `/dashboard/perfil`.

use contracts::{StatusCliente, auth::ClienteDto, validate};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;

use super::{
    api::PerfilDados,
    encerrar::Encerrar,
    preferencias::{Avisos, Preferencias},
    senha::TrocarSenha,
    sessoes::Sessoes,
};
use crate::{
    areas::{assinatura::api::assinatura_get, auth::api, dashboard::shell::ClienteAtual},
    browser,
    error::AppError,
    text::{self, Textos, textos},
    ui::{Campo, CampoTexto, Icone, Toasts, barra, carregar},
};

/// Who it is, and whether there is an assinatura to speak of.
async fn dados() -> Result<(ClienteDto, bool), AppError> {
    let cliente = api::me().await?;
    Ok((cliente, assinatura_get(None).await.is_ok_and(|a| a.plano.is_some())))
}

/// The profile.
#[component]
pub fn Perfil() -> impl IntoView {
    let t = textos();
    // Its own: what a save tells the frame must not make the other forms anew.
    let cliente = Resource::new(|| (), |()| dados());
    Effect::new(move |_| browser::clean_address());
    view! {
        <Title text=t.painel.perfil/>
        <div class="page">
            <header class="page-head"><div><h1 class="page-title">{t.painel.perfil}</h1><p class="page-sub">{t.perfil.sub}</p></div></header>
            <div class="perfil">
                <div class="stack">
                    <section class="card" aria-labelledby="t-dados">
                        <header class="card-head"><h2 class="card-title" id="t-dados">{t.auth.dados}</h2></header>
                        <div class="card-body">{carregar(cliente, esqueleto, |(c, tem_plano)| view! { <Dados inicial=c tem_plano=tem_plano/> }.into_any())}</div>
                    </section>
                    <TrocarSenha/>
                    <Sessoes/>
                </div>
                <div class="stack">
                    <Preferencias/>
                    <section class="card" aria-labelledby="t-avisos">
                        <header class="card-head"><h2 class="card-title" id="t-avisos">{t.perfil.avisos}</h2></header>
                        <div class="card-body">{carregar(cliente, esqueleto, |(c, _)| view! { <Avisos inicial=c/> }.into_any())}</div>
                    </section>
                    <Exportar/>
                    {carregar(cliente, || ().into_any(), |(c, _)| view! { <Encerrar nome=c.nome/> }.into_any())}
                </div>
            </div>
        </div>
    }
}

fn esqueleto() -> AnyView {
    (0..3).map(|_| view! { <div class="skeleton-row">{barra("30%")}{barra("80%")}</div> }).collect_view().into_any()
}

fn situacao(t: &'static Textos, status: StatusCliente) -> AnyView {
    let (classe, texto) = match status {
        StatusCliente::Ativo => ("badge badge-success badge-dot", t.auth.status_ativo),
        StatusCliente::Pendente => ("badge badge-warn badge-dot", t.auth.status_pendente),
        StatusCliente::Inadimplente => ("badge badge-warn badge-dot", t.auth.status_inadimplente),
        StatusCliente::Suspenso => ("badge badge-danger badge-dot", t.auth.status_suspenso),
        StatusCliente::Cancelado => ("badge badge-dot", t.auth.status_cancelado),
    };
    view! { <span class=classe>{texto}</span> }.into_any()
}

/// Name and phone; e-mail and assinatura to read.
#[component]
fn Dados(inicial: ClienteDto, tem_plano: bool) -> impl IntoView {
    let t = textos();
    let toasts = Toasts::expect();
    let ClienteAtual(cliente) = ClienteAtual::expect();
    let salvar = ServerAction::<PerfilDados>::new();
    let valor = salvar.value();
    let nome = Campo::new(move |v| validate::nome(&v).map_err(|_| t.perfil.erro_nome.to_owned()));
    let telefone = Campo::new(move |v| validate::telefone(&v).map_err(|_| t.perfil.erro_telefone.to_owned()));
    let conferir = move |ev: leptos::ev::SubmitEvent| {
        let primeiro = [nome, telefone].map(|campo| (campo, campo.conferir())).into_iter().find(|(_, bom)| !bom);
        if let Some((campo, _)) = primeiro {
            ev.prevent_default();
            campo.focar();
        }
    };
    let errado = move |campo: &'static str, frase: &'static str| {
        Signal::derive(move || {
            valor.with(|v| v.as_ref().and_then(|v| v.as_ref().err()?.field(campo).map(|_| frase.to_owned())))
        })
    };
    Effect::new(move |_| match valor.get() {
        Some(Ok(novo)) => {
            toasts.bom(t.perfil.dados_salvos);
            cliente.set(Some(Ok(novo)));
        }
        Some(Err(erro)) => {
            browser::leave_if_signed_out(&erro);
            if erro.0.fields.is_empty() {
                toasts.ruim(t.geral.falhou, text::erro(t, &erro));
            }
        }
        None => {}
    });
    view! {
        <ActionForm action=salvar attr:class="form" attr:novalidate=true on:submit:capture=conferir>
            <CampoTexto
                campo=nome id="nome" name="nome" label=t.auth.nome tipo="text" autocomplete="organization" valor=inicial.nome
                ajuda=t.perfil.dados_ajuda do_servidor=errado("nome", t.perfil.erro_nome)
            />
            <CampoTexto
                campo=telefone id="telefone" name="telefone" label=t.auth.telefone tipo="tel" autocomplete="tel"
                valor=inicial.telefone.unwrap_or_default() ajuda=t.perfil.telefone_ajuda do_servidor=errado("telefone", t.perfil.erro_telefone)
            />
            <dl class="facts facts-wide">
                <dt>{t.auth.email}</dt><dd>{inicial.email}<small class="muted">{t.perfil.email_nota}</small></dd>
                <dt>{t.auth.assinatura}</dt><dd>{tem_plano.then(|| situacao(t, inicial.status))}" "<a class="link link-alone" href="/dashboard/assinatura">{t.assinatura.ver}</a></dd>
            </dl>
            <div class="cluster"><button class="btn btn-primary" type="submit" aria-busy=move || salvar.pending().get().to_string()>{t.perfil.salvar_dados}</button></div>
        </ActionForm>
    }
}

/// A copy of everything.
#[component]
fn Exportar() -> impl IntoView {
    let t = textos();
    view! {
        <section class="card" aria-labelledby="t-exportar">
            <header class="card-head"><div><h2 class="card-title" id="t-exportar">{t.perfil.exportar}</h2></div></header>
            <div class="card-body stack-sm">
                <p>{t.perfil.exportar_sub}</p>
                <p class="field-help">{t.perfil.exportar_nota}</p>
                <div class="cluster">
                    <a class="btn btn-secondary" href="/api/v1/me/exportar" download rel="external"><Icone nome="download"/>{t.perfil.baixar}</a>
                </div>
            </div>
        </section>
    }
}
