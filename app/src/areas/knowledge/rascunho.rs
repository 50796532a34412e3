//! The draft: kept by the server a moment after the last key, offered when the page is opened again.

use std::time::Duration;

use chrono::{DateTime, Utc};
use contracts::{ErrorCode, knowledge::RascunhoDto};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};

use super::{
    api::{knowledge_rascunho, knowledge_rascunho_descartar, knowledge_rascunho_guardar},
    editor::Estado,
};
use crate::{
    browser,
    format::milhar,
    text::{fill, textos},
    time::{Agora, frase, hora},
    ui::{Confirmar, Icone},
};

/// After the last key.
const ESPERA: Duration = Duration::from_millis(1_500);

/// How keeping it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guardado {
    Nada,
    Em(DateTime<Utc>),
    Falhou,
}

/// The draft of this page.
#[derive(Clone, Copy)]
pub struct Rascunho {
    /// The one that this page wrote or took over.
    meu: RwSignal<Option<DateTime<Utc>>>,
    /// One that the person has not decided about. Until then nothing is written over it.
    oferta: RwSignal<Option<RascunhoDto>>,
    guardado: RwSignal<Guardado>,
    espera: StoredValue<Option<TimeoutHandle>>,
    indo: StoredValue<bool>,
}

impl Rascunho {
    /// Offers `inicial`, unless it says what is saved anyway.
    pub fn new(inicial: Option<RascunhoDto>, salvo: &str) -> Self {
        let igual = inicial.as_ref().is_some_and(|r| super::editor::normal(&r.conteudo_texto) == salvo);
        let meu = inicial.as_ref().filter(|_| igual).map(|r| r.updated_at);
        Self {
            meu: RwSignal::new(meu),
            oferta: RwSignal::new(inicial.filter(|_| !igual)),
            guardado: RwSignal::new(Guardado::Nada),
            espera: StoredValue::new(None),
            indo: StoredValue::new(false),
        }
    }

    /// The draft that a save takes with it.
    pub fn meu(self) -> Option<DateTime<Utc>> {
        self.meu.get_untracked()
    }

    /// The text was saved, and the draft went with it.
    pub fn foi(self) {
        self.meu.set(None);
        self.guardado.set(Guardado::Nada);
    }

    /// Keeps what is typed, a moment later.
    pub fn depois(self, e: Estado) {
        if let Some(Some(antes)) = self.espera.try_get_value() {
            antes.clear();
        }
        let depois = set_timeout_with_handle(move || self.guardar(e), ESPERA).ok();
        self.espera.try_set_value(depois);
    }

    fn guardar(self, e: Estado) {
        if self.oferta.try_with_untracked(Option::is_none) != Some(true) || self.indo.get_value() {
            return;
        }
        let (texto, versao) = e.para_rascunho();
        let meu = self.meu();
        if !e.sujo_agora() {
            // Typed back to what is saved.
            if let Some(qual) = meu {
                self.foi();
                spawn_local(async move {
                    let _ = knowledge_rascunho_descartar(qual).await;
                });
            }
            return;
        }
        self.indo.set_value(true);
        spawn_local(async move {
            let resposta = knowledge_rascunho_guardar(texto.clone(), versao, meu).await;
            if self.indo.try_set_value(false).is_some() {
                return;
            }
            match resposta {
                Ok(r) => {
                    self.meu.set(Some(r.updated_at));
                    self.guardado.set(Guardado::Em(r.updated_at));
                    if e.para_rascunho().0 != texto {
                        self.depois(e);
                    }
                }
                Err(erro) if erro.code() == ErrorCode::Conflict => {
                    if let Ok(outro) = knowledge_rascunho().await {
                        self.oferta.try_set(outro);
                    }
                }
                Err(erro) => {
                    browser::leave_if_signed_out(&erro);
                    self.guardado.set(Guardado::Falhou);
                    self.depois(e);
                }
            }
        });
    }

    fn descartar(self, e: Estado) {
        let Some(r) = self.oferta.get_untracked() else { return };
        self.oferta.set(None);
        spawn_local(async move {
            let _ = knowledge_rascunho_descartar(r.updated_at).await;
            if !self.meu.is_disposed() && e.sujo_agora() {
                self.depois(e);
            }
        });
    }

    fn continuar(self, e: Estado) {
        let Some(r) = self.oferta.get_untracked() else { return };
        self.meu.set(Some(r.updated_at));
        self.guardado.set(Guardado::Em(r.updated_at));
        self.oferta.set(None);
        e.escrever(&r.conteudo_texto);
        browser::focus("texto");
    }
}

/// Whether what is typed is safe.
#[component]
pub fn EstadoRascunho(r: Rascunho) -> impl IntoView {
    let t = textos();
    move || match r.guardado.get() {
        Guardado::Nada => None,
        Guardado::Em(em) => Some(fill(t.conhecimento.rascunho_guardado, &[("hora", &hora(em))])),
        Guardado::Falhou => Some(t.conhecimento.rascunho_falhou.to_owned()),
    }
}

/// A draft of before, or of another device.
#[component]
pub fn OfertaRascunho(e: Estado, r: Rascunho) -> impl IntoView {
    let t = textos();
    let agora = Agora::expect();
    let confirmar = RwSignal::new(false);
    let oferta = move |d: RascunhoDto| {
        let quando = frase(t, d.updated_at, agora.get());
        let n = milhar(d.conteudo_texto.chars().count());
        let velho = e.versao_salva() > d.versao;
        view! {
            <div class="editor-conflito" role="status">
                <div class="banner tone-info">
                    <Icone nome="history"/>
                    <div>
                        <b>{fill(t.conhecimento.rascunho_ha, &[("quando", &quando)])}</b>
                        <p>{fill(t.conhecimento.rascunho_ha_texto, &[("n", &n)])}{velho.then(|| format!(" {}", t.conhecimento.rascunho_velho))}</p>
                    </div>
                    <div class="banner-acts">
                        <button class="btn btn-secondary btn-sm" type="button" on:click=move |_| r.continuar(e)>{t.conhecimento.rascunho_continuar}</button>
                        <button class="btn btn-ghost btn-sm" type="button" on:click=move |_| confirmar.set(true)>{t.conhecimento.rascunho_descartar}</button>
                    </div>
                </div>
                <details><summary class="link">{t.conhecimento.rascunho_ver}</summary><pre class="outra" tabindex="0" role="region" aria-label=t.conhecimento.rascunho>{d.conteudo_texto}</pre></details>
            </div>
        }
    };
    view! {
        {move || r.oferta.get().map(oferta)}
        <Confirmar
            id="descartar-rascunho" aberto=confirmar titulo=t.conhecimento.rascunho_descartar_titulo.to_owned()
            texto=t.conhecimento.rascunho_descartar_texto acao=t.conhecimento.rascunho_descartar ocupado=false
            confirmar=move |()| {
                confirmar.set(false);
                r.descartar(e);
            }
        />
    }
}
