//! The banner above the composer: who speaks now, and how to change that.

use contracts::{EstadoConversa, StatusInstancia};
use leptos::prelude::*;

use super::{acoes::Acao, estado::Aberta, linha::nome_visivel, page::Inbox};
use crate::{
    text::{fill, textos},
    time::{Agora, espera, frase},
    ui::{Icone, aguardar},
};

/// The first name, or the number.
pub fn primeiro_nome(nome: &str) -> String {
    nome.split_whitespace().next().filter(|_| !nome.starts_with('+')).unwrap_or(nome).to_owned()
}

/// One banner for each state.
#[component]
pub fn Aviso(aberta: Aberta) -> impl IntoView {
    let t = textos();
    let agora = Agora::expect();
    let resolvida = Memo::new(move |_| aberta.conversa.with(|c| c.resolvida_em));
    let estado = Memo::new(move |_| aberta.conversa.with(|c| c.estado));
    let parou = Memo::new(move |_| aberta.conversa.with(|c| c.parou));
    let busy = move || aberta.ocupado.get().to_string();
    let espera_titulo = move || {
        aberta.conversa.with(|c| {
            let nome = primeiro_nome(&nome_visivel(c));
            match c.aguardando_desde.map(|desde| (desde, agora.get())) {
                Some((desde, agora)) if (agora - desde).num_minutes() > 0 => {
                    fill(t.conversas.espera_ha, &[("nome", &nome), ("tempo", &espera(t, desde, agora))])
                }
                _ => fill(t.conversas.espera_agora, &[("nome", &nome)]),
            }
        })
    };
    let botao = move |acao: Acao, nome: &'static str, class: &'static str| {
        view! { <button class=class type="button" aria-busy=busy on:click=move |_| aberta.fazer(acao)>{nome}</button> }
    };
    const CLARO: &str = "btn btn-secondary btn-sm";
    const QUIETO: &str = "btn btn-ghost btn-sm";
    move || {
        if let Some(em) = resolvida.get() {
            let por = aberta.conversa.with_untracked(|c| c.resolvida_por.clone());
            let quando = move || {
                let quando = frase(t, em, agora.get());
                match &por {
                    Some(nome) => fill(t.conversas.resolvida_por, &[("nome", nome), ("quando", &quando)]),
                    None => fill(t.conversas.resolvida_quando, &[("quando", &quando)]),
                }
            };
            return view! {
                <div class="banner banner-flat" role="status">
                    <Icone nome="circle-check"/>
                    <div><b>{t.conversas.resolvida_titulo}</b><p class="not-mobile">{quando}</p></div>
                    {botao(Acao::Resolver, t.conversas.reabrir, CLARO)}
                </div>
            }
            .into_any();
        }
        match estado.get() {
            EstadoConversa::IaAtiva if parou.get() => view! {
                <div class="banner banner-flat" role="status">
                    <Icone nome="ban"/>
                    <div><b>{t.conversas.parou}</b><p class="not-mobile">{t.conversas.parou_texto}</p></div>
                    {botao(Acao::Assumir, t.conversas.assumir, CLARO)}
                </div>
            }
            .into_any(),
            EstadoConversa::IaAtiva => view! {
                <div class="banner banner-flat tone-ai" role="status">
                    <Icone nome="bot"/>
                    <div><b>{t.conversas.ia_respondendo}</b><p class="not-mobile">{t.conversas.ia_respondendo_texto}</p></div>
                    {botao(Acao::Assumir, t.conversas.assumir, CLARO)}
                </div>
            }
            .into_any(),
            EstadoConversa::AguardandoHumano => view! {
                <div class="banner banner-flat tone-warn" role="status">
                    <Icone nome="hand"/>
                    <div><b>{espera_titulo}</b><p class="not-mobile">{t.conversas.ia_parou}</p></div>
                    <span class="banner-acts">
                        {botao(Acao::Devolver, t.conversas.devolver, QUIETO)}
                        {botao(Acao::Assumir, t.conversas.assumir, CLARO)}
                    </span>
                </div>
            }
            .into_any(),
            EstadoConversa::HumanoRespondeu => view! {
                <div class="banner banner-flat" role="status">
                    <Icone nome="user-round-check"/>
                    <div><b>{t.conversas.voce_atende}</b><p class="not-mobile">{t.conversas.voce_atende_texto}</p></div>
                    {botao(Acao::Devolver, t.conversas.devolver, CLARO)}
                </div>
            }
            .into_any(),
        }
    }
}

/// Why nothing can be sent, and where to change that.
#[component]
pub fn SemWhats() -> impl IntoView {
    let t = textos();
    let Inbox { whats, .. } = Inbox::expect();
    aguardar(().into_any(), move || async move {
        let fora = whats.await.is_ok_and(|status| status != StatusInstancia::Conectado);
        let faixa = fora.then(|| {
            view! {
                <div class="banner banner-flat tone-danger" role="status">
                    <Icone nome="wifi-off"/>
                    <div><b>{t.conversas.sem_whats}</b><p class="not-mobile">{t.conversas.sem_whats_texto}</p></div>
                    <a class="btn btn-secondary btn-sm" href="/dashboard/whatsapp">{t.conversas.vazia_acao}</a>
                </div>
            }
        });
        faixa.into_any()
    })
}
