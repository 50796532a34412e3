//! `/checkout/{id}`: where the payment leads back to. The id is the secret; whoever has it may see and resume this one order.
//!
//! While the payment is being confirmed a few lines of script look again; without scripts the page loads itself anew.

use contracts::{ErrorCode, Periodicidade, StatusCheckout, assinatura::CheckoutDto};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use services::assinatura::boleto::{self, Boleto};
use uuid::Uuid;

use super::{
    campo::{ENDERECO, OCUPADO, script},
    checkout::total,
    moldura::{Moldura, ir},
    planos::preco,
};
use crate::{
    server::{self, Enviado},
    text::{Textos, fill, textos},
    time,
    ui::Icone,
};

/// Looks every two seconds, later every ten, and loads the page anew when the answer is another one.
const OLHAR: &str = "(function(){var el=document.querySelector('[data-olhar]'),n=0;if(!el)return;\
    function olhar(){if(document.hidden){setTimeout(olhar,2000);return}\
    fetch('/api/v1/checkout/'+el.dataset.olhar,{cache:'no-store'}).then(function(r){return r.ok?r.json():null})\
    .then(function(c){if(c&&c.status!==el.dataset.visto)location.replace(location.pathname);else depois()},depois)}\
    function depois(){n+=1;setTimeout(olhar,n<60?2000:10000)}setTimeout(olhar,1500)})()";

/// Opens Stripe's page at once; the button is for those without scripts. `replace`, so that "back" leads to the form.
const ABRIR: &str = "(function(){var a=document.querySelector('[data-abrir]');if(a)location.replace(a.href)})()";

/// The page.
#[component]
pub fn Retorno() -> impl IntoView {
    let t = textos();
    let c = &t.checkout;
    let id = use_params_map().with_untracked(|p| p.get("id")).and_then(|id| id.parse::<Uuid>().ok());
    let query = use_query_map().get_untracked();
    let tem = |nome: &str| query.get(nome).is_some();
    let pedido =
        Pedido { indo: tem("ir"), voltou: tem("voltou"), reenviado: tem("reenviado"), enviado: server::enviado() };
    let recusado = query.get("erro").and_then(|erro| ErrorCode::ALL.iter().copied().find(|code| code.as_str() == erro));
    let conteudo = Suspend::new(async move {
        let Ok(ctx) = server::ctx() else { return falhou(t) };
        let Some(id) = id else { return sumiu(t) };
        match services::assinatura::checkout::ler(&ctx, id).await {
            Ok(checkout) if checkout.status == StatusCheckout::AguardandoPagamento => {
                let boleto = boleto::ler(&ctx, id).await.map_err(server::err(&ctx)).ok().flatten();
                pedido.render(&checkout, boleto.as_ref(), recusado, t)
            }
            Ok(checkout) => pedido.render(&checkout, None, recusado, t),
            Err(error) => match error.to_api(&ctx).code {
                ErrorCode::NotFound => sumiu(t),
                code => {
                    server::page_status(code);
                    falhou(t)
                }
            },
        }
    });
    view! {
        <Moldura caminho="/checkout" titulo=c.ret_titulo>
            <section class="band ck-band"><div class="wrap"><div class="ret"><Suspense>{conteudo}</Suspense></div></div></section>
        </Moldura>
    }
}

/// What the address and the last form say beside the order itself.
struct Pedido {
    /// From our form to Stripe's page.
    indo: bool,
    /// Back from there by its own link, without having paid.
    voltou: bool,
    /// A link was sent again.
    reenviado: bool,
    /// What could not be done.
    enviado: Enviado,
}

impl Pedido {
    fn render(
        &self,
        checkout: &CheckoutDto,
        boleto: Option<&Boleto>,
        recusado: Option<ErrorCode>,
        t: &'static Textos,
    ) -> AnyView {
        let c = &t.checkout;
        let email = services::auth::acesso::mascarar(&checkout.email);
        let erro = self.enviado.erro.as_ref().map(|erro| erro.code).or(recusado).map(|code| recusa(code, t));
        let corpo = match (checkout.status, &checkout.url) {
            (StatusCheckout::Aberto, Some(url)) if self.indo && erro.is_none() => indo(url, t),
            (StatusCheckout::Aberto, _) if !self.voltou && erro.is_none() => view! {
                {cabeca(Sinal::Espera, c.confirmando, c.confirmando_texto.to_owned())}
                {olhar(checkout, true)}
                {resumo(checkout, &email, t)}
                <div class="ret-foot"><p>{c.nao_pagou}</p>{retomar(checkout, c.continuar, "btn btn-secondary")}</div>
            }
            .into_any(),
            (StatusCheckout::Aberto, _) => parado(checkout, &email, c.aberto, c.aberto_texto, c.continuar, t),
            (StatusCheckout::AguardandoPagamento, _) => aguardando(checkout, boleto, &email, t),
            (StatusCheckout::Pago, _) if !checkout.primeiro_acesso => view! {
                {cabeca(Sinal::Bom, c.de_volta, c.de_volta_texto.to_owned())}
                {resumo(checkout, &email, t)}
                <div class="ret-acts"><a class="btn btn-primary btn-lg" href="/dashboard/assinatura">{c.entrar}</a></div>
            }
            .into_any(),
            (StatusCheckout::Pago, _) => self.pronto(checkout, &email, t),
            (StatusCheckout::Expirado, _) => parado(checkout, &email, c.expirado, c.expirado_texto, c.de_novo, t),
            (StatusCheckout::Falhou, _) if checkout.devolvido => view! {
                {cabeca(Sinal::Parado, c.devolvido, c.devolvido_texto.to_owned())}
                {resumo(checkout, &email, t)}
                <div class="ret-acts"><a class="btn btn-primary btn-lg" href="/login">{c.entrar}</a></div>
            }
            .into_any(),
            (StatusCheckout::Falhou, _) => parado(checkout, &email, c.falhado, c.falhado_texto, c.de_novo, t),
        };
        view! { {erro}{corpo}{script(OCUPADO)}{self.enviado.erro.is_some().then(|| script(ENDERECO))} }.into_any()
    }

    /// Paid, and the account exists: what to do now, and what to do when the mail does not come.
    fn pronto(&self, checkout: &CheckoutDto, email: &str, t: &'static Textos) -> AnyView {
        let c = &t.checkout;
        let com_email = |frase: &'static str| fill(frase, &[("email", email)]);
        let texto = if checkout.plano.dias_teste > 0 { c.pago_teste } else { c.pago_texto };
        let ajuda = if self.reenviado {
            view! { <p class="banner tone-success" role="status"><Icone nome="circle-check"/><span>{com_email(c.reenviado)}</span></p> }
                .into_any()
        } else {
            let action = format!("/checkout/{}/reenviar", checkout.id);
            view! {
                <details class="ret-help">
                    <summary>{c.sem_email}</summary>
                    <p>{com_email(c.sem_email_texto)}</p>
                    <form method="post" action=ir(&action) data-uma-vez=true><button class="btn btn-secondary" type="submit"><Icone nome="mail"/>{c.reenviar}</button></form>
                </details>
            }
            .into_any()
        };
        view! {
            {cabeca(Sinal::Bom, c.pago, com_email(texto))}
            {passos(c.proximos, [
                (c.passo_1, c.passo_1_texto.to_owned()),
                (c.passo_2, c.passo_2_texto.to_owned()),
                (c.passo_3, c.passo_3_texto.to_owned()),
            ])}
            <div class="ret-acts"><a class="btn btn-primary btn-lg" href="/login">{c.entrar}</a></div>
            {ajuda}
            {resumo(checkout, email, t)}
        }
        .into_any()
    }
}

/// The bank has not confirmed yet.
fn aguardando(checkout: &CheckoutDto, boleto: Option<&Boleto>, email: &str, t: &'static Textos) -> AnyView {
    let c = &t.checkout;
    let do_plano = match checkout.periodicidade {
        Periodicidade::Mensal => checkout.plano.preco_mensal_centavos,
        Periodicidade::Anual => checkout.plano.preco_anual_centavos,
    };
    let centavos = boleto.and_then(|b| i32::try_from(b.valor_centavos).ok()).filter(|n| *n > 0).unwrap_or(do_plano);
    let valor = preco(centavos, t.idioma);
    let texto = match boleto.and_then(|b| b.vence_em) {
        Some(em) => {
            let dia = time::dia(em).format("%d/%m/%Y").to_string();
            fill(c.boleto_texto_dia, &[("valor", &valor), ("dia", &dia)])
        }
        None => fill(c.boleto_texto, &[("valor", &valor)]),
    };
    let abrir = boleto.and_then(|b| b.url.clone()).map(|url| {
        view! {
            <div class="ret-acts"><a class="btn btn-primary btn-lg" href=url target="_blank" rel="noopener">{c.boleto_abrir}<Icone nome="external-link"/></a></div>
        }
    });
    let (fim, fim_texto) = if boleto.is_some_and(|b| b.tem_conta) {
        (c.boleto_3_conta, c.boleto_3_conta_texto)
    } else {
        (c.boleto_3, c.boleto_3_texto)
    };
    view! {
        {cabeca(Sinal::Espera, c.boleto, texto)}
        {abrir}
        {olhar(checkout, false)}
        {passos(c.agora, [
            (c.boleto_1, c.boleto_1_texto.to_owned()),
            (c.boleto_2, c.boleto_2_texto.to_owned()),
            (fim, fill(fim_texto, &[("email", email)])),
        ])}
        {resumo(checkout, email, t)}
    }
    .into_any()
}

/// What the sign beside the heading says.
#[derive(Clone, Copy)]
enum Sinal {
    Bom,
    Espera,
    Parado,
}

fn cabeca(sinal: Sinal, titulo: &'static str, texto: String) -> impl IntoView {
    let (classe, icone) = match sinal {
        Sinal::Bom => ("ret-sign tone-success", "check"),
        Sinal::Espera => ("ret-sign tone-info", "clock"),
        Sinal::Parado => ("ret-sign tone-warn", "credit-card"),
    };
    view! {
        <div class="ret-head" role="status">
            <span class=classe><Icone nome=icone/></span>
            <h1>{titulo}</h1>
            <p>{texto}</p>
        </div>
    }
}

/// Tells the script what is shown now, so that it sees when that is over; with a bar where that is soon.
fn olhar(checkout: &CheckoutDto, logo: bool) -> impl IntoView + use<> {
    let refresh = if logo { 6 } else { 60 };
    view! {
        <div class="ret-wait" data-olhar=checkout.id.to_string() data-visto=checkout.status.as_str() aria-hidden="true" hidden=!logo><span></span></div>
        {script(OLHAR)}
        <noscript inner_html=format!("<meta http-equiv=\"refresh\" content=\"{refresh}\">")></noscript>
    }
}

fn indo(url: &str, t: &'static Textos) -> AnyView {
    let c = &t.checkout;
    let refresh = format!("<meta http-equiv=\"refresh\" content=\"0;url={}\">", escapado(url));
    view! {
        {cabeca(Sinal::Espera, c.indo, c.indo_texto.to_owned())}
        <div class="ret-acts"><a class="btn btn-primary btn-lg" href=url.to_owned() data-abrir=true>{c.pagar}<Icone nome="external-link"/></a></div>
        {script(ABRIR)}
        <noscript inner_html=refresh></noscript>
    }
    .into_any()
}

/// Nothing was charged; the way on.
fn parado(
    checkout: &CheckoutDto,
    email: &str,
    titulo: &'static str,
    texto: &'static str,
    acao: &'static str,
    t: &'static Textos,
) -> AnyView {
    let outro = ir(&format!("/checkout?plano={}&ciclo={}", checkout.plano.codigo, ciclo(checkout)));
    view! {
        {cabeca(Sinal::Parado, titulo, texto.to_owned())}
        {resumo(checkout, email, t)}
        <div class="ret-acts">
            {retomar(checkout, acao, "btn btn-primary btn-lg")}
            <a class="btn btn-secondary btn-lg" href=outro>{t.checkout.outro_plano}</a>
        </div>
    }
    .into_any()
}

const fn ciclo(checkout: &CheckoutDto) -> &'static str {
    match checkout.periodicidade {
        Periodicidade::Mensal => "mes",
        Periodicidade::Anual => "ano",
    }
}

fn retomar(checkout: &CheckoutDto, acao: &'static str, classe: &'static str) -> impl IntoView + use<> {
    let action = ir(&format!("/checkout/{}", checkout.id));
    view! { <form method="post" action=action data-uma-vez=true><button class=classe type="submit">{acao}</button></form> }
}

fn passos(nome: &'static str, passos: [(&'static str, String); 3]) -> impl IntoView {
    let itens = passos.map(|(titulo, texto)| view! { <li><b>{titulo}</b><p>{texto}</p></li> });
    view! {
        <section class="ret-steps"><h2>{nome}</h2><ol>{itens.into_iter().collect_view()}</ol></section>
    }
}

fn resumo(checkout: &CheckoutDto, email: &str, t: &'static Textos) -> impl IntoView + use<> {
    let c = &t.checkout;
    view! {
        <dl class="ret-facts" aria-label=c.pedido>
            <div><dt>{c.plano}</dt><dd>{checkout.plano.nome.clone()}</dd></div>
            <div><dt>{c.ciclo}</dt><dd class="num">{total(&checkout.plano, checkout.periodicidade, t)}</dd></div>
            <div><dt>{c.pedido_email}</dt><dd>{email.to_owned()}</dd></div>
        </dl>
    }
}

/// Why the button did nothing.
fn recusa(code: ErrorCode, t: &'static Textos) -> AnyView {
    let c = &t.checkout;
    let frase = match code {
        ErrorCode::TooManyRequests => c.reenviar_muitas,
        ErrorCode::ContaExistente => c.existente_texto,
        ErrorCode::BoletoPendente => c.pendente_texto,
        ErrorCode::CheckoutFechado => c.fechado_texto,
        ErrorCode::PlanoIndisponivel => c.indisponivel_texto,
        _ => c.acesso_falhou,
    };
    view! { <p class="banner tone-warn" role="alert"><Icone nome="circle-alert"/><span>{frase}</span></p> }.into_any()
}

fn sumiu(t: &'static Textos) -> AnyView {
    let c = &t.checkout;
    server::page_status(ErrorCode::NotFound);
    view! {
        {cabeca(Sinal::Parado, c.sumiu, c.sumiu_texto.to_owned())}
        <div class="ret-acts"><a class="btn btn-primary btn-lg" href=ir("/checkout")>{c.comecar}</a></div>
    }
    .into_any()
}

fn falhou(t: &'static Textos) -> AnyView {
    let c = &t.checkout;
    cabeca(Sinal::Parado, c.ret_falhou, c.ret_falhou_texto.to_owned()).into_any()
}

/// For an attribute in HTML that Leptos does not write itself.
fn escapado(url: &str) -> String {
    url.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}
