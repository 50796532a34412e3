//! When a person is needed: a note of the browser, a short sound, the number in the title. On every page of the
//! dashboard; each can be switched off in this browser.
//!
//! Permission for notes is asked by a click on their switch and never otherwise. Of several open tabs one speaks.

use std::{cell::RefCell, collections::HashMap};

use chrono::{DateTime, Utc};
use contracts::{ConversaId, EstadoConversa, eventos::Evento};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{AudioContext, Notification, NotificationOptions, NotificationPermission};

use super::shell::Pendentes;
use crate::{
    areas::conversas::{api::conversa_get, nome_visivel},
    browser,
    live::Live,
    partes::sobre,
    text::{Textos, fill, textos},
    time::Agora,
    ui::Icone,
};

const NOTA: &str = "chamado_nota";
const SOM: &str = "chamado_som";
const TITULO: &str = "chamado_titulo";

/// How many wait, for the title of the browser's tab; nothing outside the dashboard.
#[derive(Clone, Copy)]
pub struct NoTitulo(RwSignal<i64>);

impl NoTitulo {
    /// To be called once, at the root, before the title is written.
    pub fn provide() -> Self {
        let contagem = Self(RwSignal::new(0));
        provide_context(contagem);
        contagem
    }

    /// `titulo` with the number before it.
    pub fn antes_de(self, titulo: String) -> String {
        match self.0.get() {
            0 => titulo,
            n => format!("({n}) {titulo}"),
        }
    }
}

fn ligado(cookie: &str, sem_escolha: bool) -> bool {
    browser::cookie(cookie).map_or(sem_escolha, |v| v == "1")
}

thread_local! {
    // One for the page: browsers allow few, and only after a click or a key.
    static AUDIO: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
    // Kept alive as long as a note may be clicked.
    static CLIQUE: RefCell<Option<Closure<dyn FnMut()>>> = const { RefCell::new(None) };
}

/// Two short tones, made here: no file to load.
fn tocar() -> Result<(), JsValue> {
    let audio = match AUDIO.with_borrow(Clone::clone) {
        Some(audio) => audio,
        None => {
            let audio = AudioContext::new()?;
            AUDIO.set(Some(audio.clone()));
            audio
        }
    };
    let _ = audio.resume()?;
    let agora = audio.current_time();
    for (i, frequencia) in [660.0_f32, 880.0].into_iter().enumerate() {
        let inicio = agora + 0.14 * i as f64;
        let (tom, volume) = (audio.create_oscillator()?, audio.create_gain()?);
        tom.frequency().set_value(frequencia);
        volume.gain().set_value_at_time(0.0001, inicio)?;
        volume.gain().exponential_ramp_to_value_at_time(0.12, inicio + 0.02)?;
        volume.gain().exponential_ramp_to_value_at_time(0.0001, inicio + 0.16)?;
        tom.connect_with_audio_node(&volume)?.connect_with_audio_node(&audio.destination())?;
        tom.start_with_when(inicio)?;
        tom.stop_with_when(inicio + 0.18)?;
    }
    Ok(())
}

fn anotar(titulo: &str, texto: &str, marca: &str, ao_clicar: impl Fn() + 'static) {
    let opcoes = NotificationOptions::new();
    opcoes.set_body(texto);
    opcoes.set_tag(marca);
    opcoes.set_icon("/favicon.svg");
    // Chrome on Android has no such constructor; there the phone's own WhatsApp rings.
    let Ok(nota) = Notification::new_with_options(titulo, &opcoes) else { return };
    let clique = Closure::<dyn FnMut()>::new(move || {
        let _ = window().focus();
        ao_clicar();
    });
    nota.set_onclick(Some(clique.as_ref().unchecked_ref()));
    CLIQUE.set(Some(clique));
}

/// The first tab that says so speaks for all.
fn eu_falo(id: ConversaId, desde: DateTime<Utc>) -> bool {
    let Ok(Some(storage)) = window().local_storage() else { return true };
    let (chave, valor) = ("chamado", format!("{id}{desde}"));
    if storage.get_item(chave).ok().flatten().as_deref() == Some(&valor) {
        return false;
    }
    let _ = storage.set_item(chave, &valor);
    true
}

/// Listens and calls. Once, in the shell.
pub fn chamar() {
    let t = textos();
    let pendentes = Pendentes::expect();
    let local = use_location().pathname;
    let navegar = use_navigate();
    // What waits already when the page is written is in the list; it calls nobody again.
    let desde_quando = Agora::expect().inicio();
    let chamados = StoredValue::new(HashMap::<ConversaId, DateTime<Utc>>::new());
    if let Some(NoTitulo(titulo)) = use_context::<NoTitulo>() {
        Effect::new(move |_| {
            let n = pendentes.agora.get().map(|c| c.aguardando);
            let inicial = || pendentes.inicial.get().and_then(Result::ok).map_or(0, |c| c.aguardando);
            titulo.set(if ligado(TITULO, true) { n.unwrap_or_else(inicial) } else { 0 });
        });
        on_cleanup(move || {
            titulo.try_set(0);
        });
    }
    Live::expect().on(move |evento| {
        let Some(Evento::Conversa { conversa_id: id, estado: EstadoConversa::AguardandoHumano }) = evento else {
            return;
        };
        let (id, navegar) = (*id, navegar.clone());
        let (nota, som) = (ligado(NOTA, false), ligado(SOM, true));
        if !nota && !som {
            return;
        }
        let abrir: Box<dyn Fn(&str)> = Box::new(move |caminho| navegar(caminho, NavigateOptions::default()));
        spawn_local(chamar_para(id, Chamada { t, nota, som, local, desde_quando, chamados, abrir }));
    });
}

/// What there is to know when somebody waits.
struct Chamada {
    t: &'static Textos,
    nota: bool,
    som: bool,
    /// The path of the page.
    local: Memo<String>,
    desde_quando: DateTime<Utc>,
    chamados: StoredValue<HashMap<ConversaId, DateTime<Utc>>>,
    abrir: Box<dyn Fn(&str)>,
}

sobre! {
    /// Calls for one conversa, unless it is seen or has been called for. Fetched when it happens for the first time.
    async fn chamar_para(id: ConversaId, chamada: Chamada) {
        let Chamada { t, nota, som, local, desde_quando, chamados, abrir } = chamada;
        let Ok(thread) = conversa_get(id, None).await else { return };
        let c = thread.conversa;
        let Some(desde) = c.aguardando_desde else { return };
        let caminho = format!("/dashboard/conversas/{id}");
        let a_vista = !document().hidden() && local.try_get_untracked().is_some_and(|p| p == caminho);
        let novo = chamados.try_update_value(|v| v.insert(id, desde) != Some(desde)) == Some(true);
        if !novo || desde < desde_quando || a_vista || !eu_falo(id, desde) {
            return;
        }
        if som {
            let _ = tocar();
        }
        if nota && Notification::permission() == NotificationPermission::Granted {
            let titulo = fill(t.atalhos.chamado_titulo, &[("nome", &nome_visivel(&c))]);
            anotar(&titulo, &c.previa, &id.to_string(), move || abrir(&caminho));
        }
    }
}

/// The switches, behind a bell.
#[component]
pub fn BotaoChamado() -> impl IntoView {
    let t = textos();
    let nota = RwSignal::new(ligado(NOTA, false));
    let recusada = RwSignal::new(false);
    let escolher = move |cookie: &'static str, sim: bool| browser::remember(cookie, if sim { "1" } else { "0" });
    let pendentes = Pendentes::expect();
    let ligar_nota = move |ev: leptos::ev::Event| {
        let sim = event_target_checked(&ev);
        if !sim || Notification::permission() == NotificationPermission::Granted {
            nota.set(sim);
            escolher(NOTA, sim);
            return;
        }
        let resposta = Closure::once_into_js(move |resposta: JsValue| {
            let sim = resposta.as_string().as_deref() == Some("granted");
            nota.try_set(sim);
            recusada.try_set(!sim);
            if sim {
                escolher(NOTA, true);
            }
        });
        // Off until the browser has said yes.
        nota.set(true);
        nota.set(false);
        if Notification::request_permission_with_permission_callback(resposta.unchecked_ref()).is_err() {
            recusada.set(true);
        }
    };
    let chave = move |nome: &'static str, cookie: &'static str| {
        view! {
            <label class="switch menu-switch">
                <span>{nome}</span>
                <input
                    class="switch-input" type="checkbox" role="switch" checked=ligado(cookie, true)
                    on:change=move |ev| {
                        let sim = event_target_checked(&ev);
                        escolher(cookie, sim);
                        if cookie == SOM && sim { let _ = tocar(); }
                        if cookie == TITULO { pendentes.agora.notify(); }
                    }
                />
            </label>
        }
    };
    view! {
        <button class="icon-btn" type="button" popovertarget="chamado" aria-label=t.atalhos.chamado aria-haspopup="dialog"><Icone nome="bell"/></button>
        <div class="popover call-pop" id="chamado" popover="auto" role="dialog" aria-label=t.atalhos.chamado>
            <h2>{t.atalhos.chamado}</h2>
            <label class="switch menu-switch">
                <span>{t.atalhos.chamado_nota}</span>
                <input class="switch-input" type="checkbox" role="switch" prop:checked=nota checked=nota.get_untracked() on:change=ligar_nota/>
            </label>
            <div role="status">{move || recusada.get().then(|| view! { <p class="field-help">{t.atalhos.chamado_recusado}</p> })}</div>
            {chave(t.atalhos.chamado_som, SOM)}
            {chave(t.atalhos.chamado_no_titulo, TITULO)}
            <p class="field-help">{t.atalhos.chamado_ajuda}</p>
        </div>
    }
}
