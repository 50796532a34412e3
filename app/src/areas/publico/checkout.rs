//! `/checkout`: plan, billing and who subscribes, in one form without a script. What is wrong comes back beside its field
//! with everything that was typed; what is right leads to the payment.

use contracts::{ErrorCode, Periodicidade, planos::PlanoDto};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    campo::{CampoHtml, OCUPADO, script},
    moldura::{Moldura, com_email, contato, ir},
    planos::{anual as rotulo_anual, carregar, inclui, lista, preco, resumo, sem_planos},
};
use crate::{
    server::{self, Enviado},
    text::{Idioma, Textos, fill, textos},
    ui::Icone,
};

/// An answer to the form becomes a page to come back to, by its own address; what was typed stays with that step of the
/// tab's history, and nowhere else.
const VOLTA: &str = "(function(){var f=document.querySelector('form[data-volta]');if(!f||!f.elements.email)return;\
    var s=history.state&&history.state.digitado,campos=['nome','email','telefone','documento'];\
    function cada(faz){campos.forEach(function(nome){faz(f.elements[nome],nome)})}\
    if(f.dataset.volta){s={};cada(function(i,nome){s[nome]=i.value});history.replaceState({digitado:s},'',f.dataset.volta)}\
    else if(s)cada(function(i,nome){if(!i.readOnly&&!i.value)i.value=s[nome]||''})})()";

/// The fields to type into, in the order of the page.
const CAMPOS: [&str; 4] = ["nome", "email", "telefone", "documento"];

/// What a plan costs, and how often.
pub(super) fn total(plano: &PlanoDto, periodicidade: Periodicidade, t: &Textos) -> String {
    let (texto, centavos) = match periodicidade {
        Periodicidade::Mensal => (t.checkout.total_mes, plano.preco_mensal_centavos),
        Periodicidade::Anual => (t.checkout.total_ano, plano.preco_anual_centavos),
    };
    fill(texto, &[("preco", &preco(centavos, t.idioma))])
}

/// The page.
#[component]
pub fn Checkout() -> impl IntoView {
    let t = textos();
    let mut enviado = server::enviado();
    let query = use_query_map().get_untracked();
    let pedido = enviado.valor("plano").or_else(|| query.get("plano"));
    let anual = match enviado.valor("periodicidade") {
        Some(escolhida) => escolhida == Periodicidade::Anual.as_str(),
        None => query.get("ciclo").as_deref() == Some("ano"),
    };
    let conteudo = Suspend::new(async move {
        let planos = match carregar().await {
            Ok(planos) => planos,
            Err(frase) => return view! { <h1>{t.checkout.titulo}</h1>{sem_planos(frase)} }.into_any(),
        };
        let quem = Quem::achar(&mut enviado).await;
        if quem == Quem::Assinante {
            return ja_assina(t).into_any();
        }
        formulario(&planos, pedido.as_deref(), anual, &enviado, quem, t).into_any()
    });
    view! {
        <Moldura caminho="/checkout">
            <section class="band ck-band"><div class="wrap"><Suspense>{conteudo}</Suspense></div></section>
        </Moldura>
    }
}

/// Who stands at the checkout.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quem {
    /// Anybody.
    Novo,
    /// A cliente whose assinatura is over, or that never had one: what we know is filled in.
    DeVolta,
    /// A cliente that pays already.
    Assinante,
    /// Nobody can pay: it is not configured.
    Ninguem,
}

impl Quem {
    async fn achar(enviado: &mut Enviado) -> Self {
        let Ok(ctx) = server::ctx() else { return Self::Novo };
        if ctx.app.pagamentos.is_none() {
            return Self::Ninguem;
        }
        let (Ok(cliente), Ok(assinatura)) = (services::auth::me(&ctx).await, services::assinatura::ler(&ctx).await)
        else {
            return Self::Novo;
        };
        if !assinatura.pode_assinar {
            return Self::Assinante;
        }
        if enviado.campos.is_empty() {
            let campos = [("nome", cliente.nome), ("telefone", cliente.telefone.unwrap_or_default())];
            enviado.campos = campos.map(|(campo, valor)| (campo.to_owned(), valor)).to_vec();
        }
        enviado.campos.retain(|(campo, _)| campo != "email");
        enviado.campos.push(("email".to_owned(), cliente.email));
        Self::DeVolta
    }

    const fn pode(self) -> bool {
        matches!(self, Self::Novo | Self::DeVolta)
    }
}

/// Nothing to choose and nothing to press: only the way to what there is.
fn ja_assina(t: &'static Textos) -> impl IntoView {
    let c = &t.checkout;
    view! {
        <div class="ret">
            <div class="ret-head" role="status">
                <span class="ret-sign tone-info"><Icone nome="circle-check"/></span>
                <h1>{c.ja_assina}</h1>
                <p>{c.ja_assina_texto}</p>
            </div>
            <div class="ret-acts"><a class="btn btn-primary btn-lg" href="/dashboard/assinatura">{c.ver_assinatura}</a></div>
        </div>
    }
}

/// The plan of the address or of the form, else the one that is pointed out, else the first.
fn formulario(
    planos: &[PlanoDto],
    pedido: Option<&str>,
    anual: bool,
    enviado: &Enviado,
    quem: Quem,
    t: &'static Textos,
) -> impl IntoView + use<> {
    let c = &t.checkout;
    let achado = planos.iter().find(|plano| Some(plano.codigo.as_str()) == pedido);
    let plano = achado.or_else(|| planos.iter().find(|plano| plano.recomendado)).or_else(|| planos.first());
    let perdido = (pedido.is_some() && achado.is_none()).then_some(c.desconhecido);
    let atual = plano.map(|plano| plano.codigo.clone()).unwrap_or_default();
    let opcoes = planos.iter().map(|plano| {
        view! {
            <label>
                <input class="visually-hidden" type="radio" name="plano" value=plano.codigo.clone() checked={plano.codigo == atual}/>
                <span class="ck-mark"><Icone nome="check"/></span>
                <span class="ck-name"><b>{plano.nome.clone()}</b><small>{resumo(plano, t.idioma)}</small></span>
                <span class="num"><span class="per-month">{total(plano, Periodicidade::Mensal, t)}</span><span class="per-year">{total(plano, Periodicidade::Anual, t)}</span></span>
            </label>
        }
    });
    let resumos = planos.iter().map(|plano| {
        let teste = (plano.dias_teste > 0 && quem == Quem::Novo).then(|| fill(c.teste, &[("n", &plano.dias_teste.to_string())]));
        view! {
            <li>
                <p class="ck-total"><span>{plano.nome.clone()}</span>
                    <b class="per-month">{total(plano, Periodicidade::Mensal, t)}</b><b class="per-year">{total(plano, Periodicidade::Anual, t)}</b></p>
                {lista(inclui(plano, t))}
                {teste.map(|frase| view! { <p class="ck-trial">{frase}</p> })}
            </li>
        }
    });
    let volta = enviado
        .erro
        .is_some()
        .then(|| ir(&format!("/checkout?plano={atual}&ciclo={}", if anual { "ano" } else { "mes" })));
    let ciclo = |valor: Periodicidade, nome: String, este: bool| {
        view! { <label><input type="radio" name="periodicidade" value=valor.as_str() checked=este/>{nome}</label> }
    };
    let passo = |nome: &'static str, este: bool| view! { <li aria-current=este.then_some("step")>{nome}</li> };
    view! {
        <header class="band-head ck-head">
            <h1>{c.titulo}</h1>
            <ol class="ck-way" aria-label=c.passos>{passo(c.passo_dados, true)}{passo(c.passo_pagar, false)}{passo(c.passo_conta, false)}</ol>
        </header>
        {aviso(enviado, quem, plano, t)}
        <form class="ck" method="post" action=ir("/checkout") novalidate=true data-uma-vez=true data-volta=volta.unwrap_or_default()>
            <input type="hidden" name="idioma" value=t.idioma.lang()/>
            <div class="ck-main">
                <fieldset class="ck-part">
                    <legend>{c.plano}</legend>
                    {perdido.map(|frase| view! { <p class="ck-note">{frase}</p> })}
                    <div class="segmented" role="radiogroup" aria-label=c.ciclo>
                        {ciclo(Periodicidade::Mensal, t.publico.mensal.to_owned(), !anual)}{ciclo(Periodicidade::Anual, rotulo_anual(planos, t), anual)}
                    </div>
                    <div class="ck-list">{opcoes.collect_view()}</div>
                    {erro_do_campo(enviado, "plano", t).map(|erro| view! { <p class="field-error"><Icone nome="circle-alert"/><span>{erro}</span></p> })}
                </fieldset>
                {quem.pode().then(|| campos(enviado, quem, t))}
            </div>
            <aside class="ck-side" aria-label=c.resumo>
                <ul class="ck-sum">{resumos.collect_view()}</ul>
                {quem.pode().then(|| view! {
                    <button class="btn btn-primary btn-lg btn-block" type="submit">{c.pagar}<Icone nome="chevron-right"/></button>
                    <ul class="ck-fine">
                        <li><Icone nome="lock"/><span>{c.seguro}</span></li>
                        <li><Icone nome="rotate-ccw"/><span>{c.sem_multa}</span></li>
                    </ul>
                    <p class="ck-accept">
                        {c.aceite}" "<a class="link" href=ir("/termos") target="_blank">{c.aceite_termos}</a>" "{c.aceite_e}" "
                        <a class="link" href=ir("/privacidade") target="_blank">{c.aceite_privacidade}</a>"."
                    </p>
                })}
                {(quem == Quem::Novo).then(|| view! { <p class="ck-login">{c.conta}" "<a class="link" href="/login">{t.auth.entrar}</a></p> })}
            </aside>
        </form>
        {script(OCUPADO)}{script(VOLTA)}
    }
}

/// Name, e-mail, phone and document.
fn campos(enviado: &Enviado, quem: Quem, t: &'static Textos) -> impl IntoView + use<> {
    let c = &t.checkout;
    let primeiro = CAMPOS.into_iter().find(|nome| erro_do_campo(enviado, nome, t).is_some());
    let email_ajuda = if quem == Quem::DeVolta { c.email_conta } else { c.email_ajuda };
    let campo = |nome: &'static str, label, ajuda, tipo, autocomplete, teclado| {
        CampoHtml {
            nome,
            label,
            ajuda: Some(ajuda),
            tipo,
            autocomplete,
            teclado,
            valor: enviado.valor(nome),
            erro: erro_do_campo(enviado, nome, t),
            fixo: nome == "email" && quem == Quem::DeVolta,
            foco: primeiro == Some(nome),
            mostrar: None,
        }
        .render()
    };
    view! {
        <fieldset class="ck-part">
            <legend>{c.dados}</legend>
            {campo("nome", c.nome, c.nome_ajuda, "text", "organization", None)}
            {campo("email", c.email, email_ajuda, "email", "email", Some("email"))}
            <div class="form-row">
                {campo("telefone", c.telefone, c.telefone_ajuda, "tel", "tel-national", Some("tel"))}
                {campo("documento", c.documento, c.documento_ajuda, "text", "off", None)}
            </div>
        </fieldset>
    }
}

/// What is wrong with a field, in the language of the page; the server's own words are Portuguese.
fn erro_do_campo(enviado: &Enviado, nome: &str, t: &Textos) -> Option<String> {
    let erro = enviado.erro.as_ref()?.fields.get(nome)?;
    let c = &t.checkout;
    if t.idioma == Idioma::PtBr {
        return Some(erro.clone());
    }
    let frase = match nome {
        "nome" => c.erro_nome,
        "email" => c.erro_email,
        "telefone" => c.erro_telefone,
        "documento" => c.erro_documento,
        _ => c.erro_plano,
    };
    Some(frase.to_owned())
}

/// What stands in the way, above the form.
fn aviso(enviado: &Enviado, quem: Quem, plano: Option<&PlanoDto>, t: &'static Textos) -> Option<AnyView> {
    let c = &t.checkout;
    match quem {
        Quem::Ninguem => return Some(fechado(plano, t)),
        Quem::Novo | Quem::DeVolta | Quem::Assinante => {}
    }
    let erro = enviado.erro.as_ref()?;
    let (tom, titulo, texto, acao) = match erro.code {
        ErrorCode::Validation => {
            let n = erro.fields.len();
            let frase = if n == 1 { c.corrigir_um.to_owned() } else { fill(c.corrigir, &[("n", &n.to_string())]) };
            return Some(
                view! { <p class="banner tone-danger ck-alert" role="alert" data-erros=true><Icone nome="circle-alert"/><span>{frase}</span></p> }
                    .into_any(),
            );
        }
        ErrorCode::ContaExistente => {
            let email = enviado.valor("email").unwrap_or_default();
            let href = format!("/login?email={}", leptos_router::location::Url::escape(email.trim()));
            let entrar = view! { <a class="btn btn-secondary" href=href>{t.auth.entrar}</a> };
            ("tone-info", c.existente, c.existente_texto.to_owned(), Some(entrar.into_any()))
        }
        ErrorCode::BoletoPendente => ("tone-warn", c.pendente, c.pendente_texto.to_owned(), None),
        ErrorCode::CheckoutFechado => return Some(fechado(plano, t)),
        ErrorCode::PlanoIndisponivel => ("tone-warn", c.indisponivel, c.indisponivel_texto.to_owned(), None),
        ErrorCode::TooManyRequests => ("tone-warn", c.muitas, c.muitas_texto.to_owned(), None),
        _ => {
            let pedido = erro.request_id.as_ref().map(|id| fill(t.geral.pedido, &[("id", id)]));
            let texto = format!("{} {}", c.falhou_texto, pedido.unwrap_or_default());
            ("tone-danger", c.falhou, texto, None)
        }
    };
    Some(
        view! {
            <div class=format!("banner ck-alert {tom}") role="alert">
                <Icone nome="circle-alert"/><div><b>{titulo}</b><p>{texto}</p></div>{acao}
            </div>
        }
        .into_any(),
    )
}

/// Payment is not configured: how to hear when it is.
fn fechado(plano: Option<&PlanoDto>, t: &'static Textos) -> AnyView {
    let c = &t.checkout;
    let caminho = match contato() {
        None => view! { <p>{c.sem_contato}</p> }.into_any(),
        Some(email) => {
            let assunto = format!("{}: {}", c.titulo, plano.map(|plano| plano.nome.as_str()).unwrap_or_default());
            let href = format!("mailto:{email}?subject={}", leptos_router::location::Url::escape(&assunto));
            view! { {com_email(c.escreva, &email)}<p><a class="link" href=href>{c.escrever}</a></p> }.into_any()
        }
    };
    view! {
        <div class="banner tone-warn ck-alert" role="status">
            <Icone nome="info"/><div><b>{c.fechado}</b><p>{c.fechado_texto}</p>{caminho}</div>
        </div>
    }
    .into_any()
}
