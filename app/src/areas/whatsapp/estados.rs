//! The states of the connection, each as a card that says what to do.

use contracts::{CausaQueda, validate, whatsapp::QR_SEGUNDOS};
use leptos::prelude::*;

use super::page::Ligacao;
use crate::{
    format::telefone,
    text::{Textos, fill, textos},
    time::{Agora, frase, now},
    ui::{Campo, CampoTexto, Icone, Selo, Tom},
};

/// What each end of the connection is called, and what to do about it.
fn queda(t: &Textos, causa: Option<CausaQueda>) -> (&'static str, &'static str) {
    let t = &t.whatsapp;
    match causa {
        Some(CausaQueda::CodigoNaoLido) => (t.fim_codigo, t.fim_codigo_texto),
        Some(CausaQueda::RemovidaNoCelular) => (t.fim_removida, t.fim_removida_texto),
        Some(CausaQueda::NumeroBloqueado) => (t.fim_bloqueado, t.fim_bloqueado_texto),
        Some(CausaQueda::ServidorFora) => (t.fim_servidor, t.fim_servidor_texto),
        Some(CausaQueda::Encerrada) => (t.fim_encerrada, t.fim_encerrada_texto),
        None => (t.desconectado, t.desconectado_texto),
    }
}

/// Nothing connected: why, since when, what to do, and the button.
#[component]
pub fn Desconectado(l: Ligacao) -> impl IntoView {
    let t = textos();
    let agora = Agora::expect();
    let i = l.instancia.get_untracked();
    let nunca = i.instance_id.is_none() && i.causa.is_none();
    let (titulo, texto) = if nunca { (t.whatsapp.nunca, t.whatsapp.nunca_texto) } else { queda(t, i.causa) };
    let acao = if nunca { t.whatsapp.conectar } else { t.whatsapp.reconectar };
    let desde = i.desde.filter(|_| !nunca);
    // An unread code is nobody's fault.
    let grave = !nunca && i.causa != Some(CausaQueda::CodigoNaoLido);
    let icone = match i.causa {
        Some(CausaQueda::CodigoNaoLido) => "clock",
        Some(CausaQueda::NumeroBloqueado) => "ban",
        _ => "wifi-off",
    };
    view! {
        <section class="card state" class:tone-danger=grave>
            <div class="state-top">
                <Icone nome=icone/>
                <div>
                    <h2 class="card-title">{titulo}</h2>
                    <p class="card-sub">{texto}</p>
                    {desde.map(|em| view! {
                        <p class="card-sub">{move || fill(t.whatsapp.desde, &[("quando", &frase(t, em, agora.get()))])}</p>
                    })}
                </div>
                {grave.then(|| view! { <Selo tom=Tom::Perigo ponto=true>{t.whatsapp.desconectado_badge}</Selo> })}
            </div>
            <Passos/>
            <div class="cluster">
                <button class="btn btn-primary" type="button" aria-busy=move || l.ocupado.get().to_string() on:click=move |_| l.conectar()>
                    <Icone nome="qr-code"/>{acao}
                </button>
            </div>
            {(!nunca).then(|| view! { <p class="connect-note"><Icone nome="messages-square"/><span>{t.whatsapp.nada_se_perde}</span></p> })}
            <p class="connect-note"><Icone nome="lock"/><span>{t.whatsapp.grupos}</span></p>
        </section>
    }
}

/// How to scan.
#[component]
fn Passos() -> impl IntoView {
    let t = textos();
    view! { <ol class="steps"><li>{t.whatsapp.passo_1}</li><li>{t.whatsapp.passo_2}</li><li>{t.whatsapp.passo_3}</li></ol> }
}

/// Between the button and the code, and while WhatsApp reconnects by itself.
#[component]
pub fn Conectando(l: Ligacao, aberto: RwSignal<bool>) -> impl IntoView {
    let t = textos();
    let volta = l.instancia.with_untracked(|i| i.reconectando);
    let (titulo, texto) = if volta {
        (t.whatsapp.reconectando, t.whatsapp.reconectando_texto)
    } else {
        (t.whatsapp.conectando, t.whatsapp.conectando_texto)
    };
    let acao = if volta { t.whatsapp.desconectar } else { t.whatsapp.cancelar_conexao };
    view! {
        <section class="card state tone-info">
            <div class="state-top">
                <Icone nome="refresh-cw" class="is-turning"/>
                <div><h2 class="card-title">{titulo}</h2><p class="card-sub">{texto}</p></div>
                {(!volta).then(|| view! { <Selo tom=Tom::Info ponto=true>{t.whatsapp.conectando_badge}</Selo> })}
            </div>
            {volta.then(|| view! { <ul class="state-list"><li>{t.whatsapp.reconectando_1}</li><li>{t.whatsapp.reconectando_2}</li><li>{t.whatsapp.reconectando_3}</li></ul> })}
            <QrFalhou l=l/>
            <div class="cluster">
                <button class="btn btn-ghost btn-sm" type="button" on:click=move |_| aberto.set(true)>{acao}</button>
            </div>
        </section>
    }
}

/// The code, large, with the seconds it has left, and how to scan it; or a code to type instead.
#[component]
pub fn LerCodigo(l: Ligacao, aberto: RwSignal<bool>) -> impl IntoView {
    let t = textos();
    let por_numero = l.por_numero;
    view! {
        <section class="card connect" class:por-numero=move || por_numero.get() aria-labelledby="t-qr">
            <p class="connect-mesmo only-mobile">
                <span>{move || if por_numero.get() { t.whatsapp.outro_aparelho } else { t.whatsapp.mesmo_aparelho }}</span>
                <button class="btn btn-secondary btn-sm" type="button" on:click=move |_| por_numero.update(|v| *v = !*v)>
                    {move || if por_numero.get() { t.whatsapp.usar_qr } else { t.whatsapp.usar_numero }}
                </button>
            </p>
            <div class="connect-qr">
                {move || if por_numero.get() { view! { <CodigoDigitado l=l/> }.into_any() } else { view! { <Imagem l=l/> }.into_any() }}
                <Restam l=l/>
                <QrFalhou l=l/>
            </div>
            <div class="connect-steps">
                {move || if por_numero.get() {
                    view! {
                        <h2 class="card-big" id="t-qr">{t.whatsapp.numero_titulo}</h2>
                        <PorNumero l=l/>
                        <ol class="steps"><li>{t.whatsapp.passo_1}</li><li>{t.whatsapp.numero_passo_2}</li><li>{t.whatsapp.numero_passo_3}</li></ol>
                    }.into_any()
                } else {
                    view! { <h2 class="card-big" id="t-qr">{t.whatsapp.qr_titulo}</h2><Passos/> }.into_any()
                }}
                <div class="cluster">
                    <button class="btn btn-secondary not-mobile" type="button" on:click=move |_| por_numero.update(|v| *v = !*v)>
                        {move || {
                            let (icone, nome) = if por_numero.get() { ("qr-code", t.whatsapp.usar_qr) } else { ("smartphone", t.whatsapp.usar_numero) };
                            view! { <Icone nome=icone/>{nome} }
                        }}
                    </button>
                    <button class="btn btn-ghost" type="button" on:click=move |_| aberto.set(true)>{t.whatsapp.cancelar_conexao}</button>
                </div>
                <p class="connect-note"><Icone nome="lock"/><span>{t.whatsapp.grupos}</span></p>
            </div>
        </section>
    }
}

#[component]
fn Imagem(l: Ligacao) -> impl IntoView {
    let t = textos();
    let imagem = move || match l.qr.with(|qr| qr.imagem.clone()) {
        // The address comes from Evolution; only pictures are let through.
        Some(src) if src.starts_with("data:image/") => {
            view! { <img src=src alt=t.whatsapp.qr_alt width="264" height="264"/> }.into_any()
        }
        _ => {
            view! { <span class="skeleton skeleton-qr" role="img" aria-label=t.whatsapp.qr_gerando></span> }.into_any()
        }
    };
    view! { <div class="qr">{imagem}</div> }
}

/// The eight characters, four and four, as WhatsApp asks for them.
#[component]
fn CodigoDigitado(l: Ligacao) -> impl IntoView {
    let t = textos();
    let codigo = move || match l.qr.with(|qr| qr.codigo.clone()) {
        Some(codigo) => {
            let meio = codigo.char_indices().nth(4).map_or(codigo.len(), |(i, _)| i);
            let (a, b) = codigo.split_at(meio);
            // Letter by letter for who hears it.
            let soletrado = codigo.chars().map(String::from).collect::<Vec<_>>().join(" ");
            view! {
                <p class="pair-code" role="img" aria-label=soletrado><span>{a.to_owned()}</span><span>{b.to_owned()}</span></p>
            }
            .into_any()
        }
        None => view! { <p class="pair-empty"><Icone nome="smartphone"/><span>{t.whatsapp.numero_antes}</span></p> }
            .into_any(),
    };
    view! { <div class="pair">{codigo}</div> }
}

/// Asks for the number, and for a code for it.
#[component]
fn PorNumero(l: Ligacao) -> impl IntoView {
    let t = textos();
    let campo = Campo::new(|v| validate::numero_whatsapp(&v).map(drop));
    let pedir = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        if campo.conferir() {
            l.parear(campo.valor());
        } else {
            campo.focar();
        }
    };
    view! {
        <form class="form" novalidate on:submit=pedir>
            <CampoTexto campo=campo id="numero-whatsapp" label=t.whatsapp.numero_campo tipo="tel" autocomplete="tel" ajuda=t.whatsapp.numero_ajuda/>
            <div class="cluster">
                <button class="btn btn-primary" type="submit" aria-busy=move || l.ocupado.get().to_string()>{t.whatsapp.numero_gerar}</button>
            </div>
        </form>
    }
}

/// How long the code is still good.
#[component]
fn Restam(l: Ligacao) -> impl IntoView {
    let t = textos();
    let segundos = RwSignal::new(None::<i64>);
    Effect::new(move |_| {
        let contar = move || {
            let desde = l.qr.with_untracked(|qr| qr.gerado_em);
            segundos.set(desde.map(|em| (QR_SEGUNDOS - (now() - em).num_seconds()).clamp(0, QR_SEGUNDOS)));
        };
        l.qr.track();
        contar();
        if let Ok(timer) = set_interval_with_handle(contar, std::time::Duration::from_secs(1)) {
            on_cleanup(move || timer.clear());
        }
    });
    // A code for a number counts only once there is one.
    let espera = move || l.por_numero.get() && l.qr.with(|qr| qr.codigo.is_none());
    move || {
        (!espera()).then(|| match segundos.get() {
            Some(0) | None => view! { <p class="connect-timer"><span class="dot dot-warn"></span>{t.whatsapp.qr_renovando}</p> }.into_any(),
            Some(s) => {
                let relogio = format!("{}:{:02}", s / 60, s % 60);
                view! {
                    <p class="connect-timer"><span class="dot dot-warn"></span>{t.whatsapp.qr_restam}" "<b class="num" role="timer">{relogio}</b></p>
                }
                .into_any()
            }
        })
    }
}

/// The code could not be fetched; it is tried again.
#[component]
fn QrFalhou(l: Ligacao) -> impl IntoView {
    let t = textos();
    view! {
        <div role="status">
            {move || l.qr_falhou.get().then(
                || view! { <p class="field-error"><Icone nome="circle-alert"/><span>{t.whatsapp.qr_falhou}</span></p> },
            )}
        </div>
    }
}

/// Messages flow.
#[component]
pub fn Conectado(l: Ligacao, aberto: RwSignal<bool>) -> impl IntoView {
    let t = textos();
    let agora = Agora::expect();
    let fatos = move || {
        let i = l.instancia.get();
        view! {
            {i.numero.map(|n| view! { <dt>{t.whatsapp.numero}</dt><dd class="num">{telefone(&n)}</dd> })}
            {i.nome_perfil.map(|n| view! { <dt>{t.whatsapp.nome}</dt><dd>{n}</dd> })}
            {i.desde.map(|em| view! { <dt>{t.whatsapp.desde_rotulo}</dt><dd>{frase(t, em, agora.get())}</dd> })}
        }
    };
    let pausada = move || l.instancia.with(|i| i.uso.as_ref().is_some_and(|u| u.pausado_ate.is_some()));
    view! {
        <section class="card state tone-success">
            <div class="state-top">
                <Icone nome="circle-check"/>
                <div><h2 class="card-title">{t.whatsapp.conectado}</h2><p class="card-sub">{t.whatsapp.conectado_texto}</p></div>
                {move || if pausada() {
                    view! { <Selo tom=Tom::Aviso ponto=true>{t.whatsapp.pausada_badge}</Selo> }
                } else {
                    view! { <Selo tom=Tom::Ia ponto=true>{t.whatsapp.conectado_badge}</Selo> }
                }}
            </div>
            <dl class="facts">{fatos}</dl>
            <div class="cluster">
                <a class="btn btn-secondary" href="/dashboard/conversas"><Icone nome="messages-square"/>{t.whatsapp.ver_conversas}</a>
                <button class="btn btn-ghost" type="button" on:click=move |_| aberto.set(true)>{t.whatsapp.desconectar}</button>
            </div>
            <p class="connect-note"><Icone nome="lock"/><span>{t.whatsapp.grupos}</span></p>
        </section>
    }
}
