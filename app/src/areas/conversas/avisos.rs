//! The banner above the composer: who speaks now, and how to change that.

use contracts::{EstadoConversa, conversas::ConversaDto};
use leptos::{prelude::*, task::spawn_local};

use super::{
    api::{conversa_assumir, conversa_devolver},
    estado::Aberta,
    linha::nome_visivel,
};
use crate::{
    browser,
    error::AppError,
    text::{self, fill, textos},
    time::{Agora, espera},
    ui::Icone,
};

fn agir(
    aberta: Aberta,
    ocupado: RwSignal<bool>,
    feito: &'static str,
    acao: impl Future<Output = Result<ConversaDto, AppError>> + 'static,
) {
    if ocupado.get_untracked() {
        return;
    }
    ocupado.set(true);
    spawn_local(async move {
        let resposta = acao.await;
        if ocupado.try_set(false).is_some() {
            return;
        }
        match resposta {
            Ok(conversa) => {
                aberta.conversa.set(conversa);
                aberta.toasts.bom(feito);
                aberta.reler();
            }
            Err(erro) => {
                browser::leave_if_signed_out(&erro);
                aberta.toasts.ruim(aberta.t.geral.falhou, text::erro(aberta.t, &erro));
            }
        }
    });
}

/// One banner for each state.
#[component]
pub fn Aviso(aberta: Aberta) -> impl IntoView {
    let t = textos();
    let agora = Agora::expect();
    let ocupado = RwSignal::new(false);
    let id = aberta.conversa.with_untracked(|c| c.id);
    let estado = Memo::new(move |_| aberta.conversa.with(|c| c.estado));
    let assumir = move |_| agir(aberta, ocupado, t.conversas.assumida_toast, conversa_assumir(id));
    let devolver = move |_| agir(aberta, ocupado, t.conversas.devolvida_toast, conversa_devolver(id));
    let busy = move || ocupado.get().to_string();
    let espera_titulo = move || {
        aberta.conversa.with(|c| {
            let nome = nome_visivel(c);
            let nome = nome.split_whitespace().next().filter(|_| !nome.starts_with('+')).unwrap_or(&nome).to_owned();
            match c.aguardando_desde.map(|desde| (desde, agora.get())) {
                Some((desde, agora)) if (agora - desde).num_minutes() > 0 => {
                    fill(t.conversas.espera_ha, &[("nome", &nome), ("tempo", &espera(t, desde, agora))])
                }
                _ => fill(t.conversas.espera_agora, &[("nome", &nome)]),
            }
        })
    };
    move || {
        match estado.get() {
        EstadoConversa::IaAtiva => view! {
            <div class="banner banner-flat tone-ai" role="status">
                <Icone nome="bot"/>
                <div><b>{t.conversas.ia_respondendo}</b><p class="not-mobile">{t.conversas.ia_respondendo_texto}</p></div>
                <button class="btn btn-secondary btn-sm" type="button" aria-busy=busy on:click=assumir>{t.conversas.assumir}</button>
            </div>
        }
        .into_any(),
        EstadoConversa::AguardandoHumano => view! {
            <div class="banner banner-flat tone-warn" role="status">
                <Icone nome="hand"/>
                <div><b>{espera_titulo}</b><p class="not-mobile">{t.conversas.ia_parou}</p></div>
                <span class="banner-acts">
                    <button class="btn btn-ghost btn-sm" type="button" aria-busy=busy on:click=devolver>{t.conversas.devolver}</button>
                    <button class="btn btn-secondary btn-sm" type="button" aria-busy=busy on:click=assumir>{t.conversas.assumir}</button>
                </span>
            </div>
        }
        .into_any(),
        EstadoConversa::HumanoRespondeu => view! {
            <div class="banner banner-flat" role="status">
                <Icone nome="user-round-check"/>
                <div><b>{t.conversas.voce_atende}</b><p class="not-mobile">{t.conversas.voce_atende_texto}</p></div>
                <button class="btn btn-secondary btn-sm" type="button" aria-busy=busy on:click=devolver>{t.conversas.devolver}</button>
            </div>
        }
        .into_any(),
    }
    }
}
