//! The text, its counter, saving, and the state of the index.

use std::time::Duration;

use contracts::{ErrorCode, StatusIndexacao, eventos::Evento, knowledge::KnowledgeDto, validate};
use leptos::{ev, html::Textarea, prelude::*, task::spawn_local};

use super::{
    api::{knowledge_get, knowledge_put},
    situacao::{Indexacao, Salvo},
};
use crate::{
    browser,
    format::milhar,
    live::Live,
    text::{self, Textos, fill, textos},
    ui::{ErroCampo, Icone, Toasts},
};

/// What a textarea makes of a text: line ends are one character.
fn normal(texto: &str) -> String {
    texto.replace("\r\n", "\n").replace('\r', "\n")
}

/// For the inside of a textarea.
fn escapar(texto: &str) -> String {
    texto.replace('&', "&amp;").replace('<', "&lt;")
}

#[derive(Clone, Copy)]
struct Estado {
    t: &'static Textos,
    node: NodeRef<Textarea>,
    texto: RwSignal<String>,
    salvo: RwSignal<KnowledgeDto>,
    erro: RwSignal<Option<String>>,
    conflito: RwSignal<Option<KnowledgeDto>>,
    ocupado: RwSignal<bool>,
    toasts: Toasts,
}

impl Estado {
    fn new(inicial: KnowledgeDto) -> Self {
        Self {
            t: textos(),
            node: NodeRef::new(),
            texto: RwSignal::new(normal(&inicial.conteudo_texto)),
            salvo: RwSignal::new(inicial),
            erro: RwSignal::new(None),
            conflito: RwSignal::new(None),
            ocupado: RwSignal::new(false),
            toasts: Toasts::expect(),
        }
    }

    fn sujo(self) -> bool {
        self.texto.with(|texto| self.salvo.with(|salvo| *texto != normal(&salvo.conteudo_texto)))
    }

    fn digitou(self) {
        let Some(node) = self.node.get_untracked() else { return };
        self.texto.set(node.value());
        let longo = self.texto.with_untracked(|v| v.chars().count() > validate::CONHECIMENTO_LIMITE);
        if longo || self.erro.with_untracked(Option::is_some) {
            self.erro.set(
                self.texto.with_untracked(|v| if v.is_empty() { Ok(()) } else { validate::conteudo_texto(v) }).err(),
            );
        }
    }

    fn escrever(self, texto: &str) {
        let texto = normal(texto);
        if let Some(node) = self.node.get_untracked() {
            node.set_value(&texto);
        }
        self.texto.set(texto);
    }

    /// Saves over `versao`; `None` saves over whatever is there.
    fn salvar(self, versao: Option<i32>) {
        if self.ocupado.get_untracked() {
            return;
        }
        let texto = self.texto.get_untracked();
        if let Err(frase) = validate::conteudo_texto(&texto) {
            self.erro.set(Some(frase));
            browser::focus("texto");
            return;
        }
        self.erro.set(None);
        self.ocupado.set(true);
        spawn_local(async move {
            let resposta = knowledge_put(texto, versao, None, None).await;
            if self.ocupado.try_set(false).is_some() {
                return;
            }
            match resposta {
                Ok(salvo) => {
                    self.salvo.set(salvo);
                    self.conflito.set(None);
                    self.toasts.bom(self.t.conhecimento.salvo_toast);
                }
                Err(erro) if erro.code() == ErrorCode::Conflict => {
                    if let Ok(outra) = knowledge_get().await {
                        self.conflito.try_set(Some(outra));
                    }
                }
                Err(erro) => {
                    browser::leave_if_signed_out(&erro);
                    let frase = text::erro(self.t, &erro);
                    match erro.code() {
                        ErrorCode::Validation => self.erro.set(Some(frase)),
                        _ => self.toasts.ruim(
                            self.t.conhecimento.falha_toast,
                            format!("{frase} {}", self.t.conhecimento.texto_mantido),
                        ),
                    }
                }
            }
        });
    }

    /// Saves over the version that was edited here.
    fn salvar_sobre_a_minha(self) {
        self.salvar(Some(self.salvo.with_untracked(|s| s.versao)));
    }

    /// Reads the state of the index; the text too, when the person has not changed it here.
    fn reler(self) {
        spawn_local(async move {
            let Ok(novo) = knowledge_get().await else { return };
            if self.salvo.is_disposed() || self.ocupado.get_untracked() {
                return;
            }
            let mesma = self.salvo.with_untracked(|s| s.versao == novo.versao);
            if mesma {
                self.salvo.set(novo);
            } else if !untrack(|| self.sujo()) {
                self.escrever(&novo.conteudo_texto);
                self.salvo.set(novo);
            }
        });
    }
}

/// The editor.
#[component]
pub fn Editor(
    /// The text as the server has it.
    inicial: KnowledgeDto,
) -> impl IntoView {
    let t = textos();
    // Not as a child: an empty one would be written as a space. The parser drops the first line end.
    let html_inicial = format!("\n{}", escapar(&normal(&inicial.conteudo_texto)));
    let limite = inicial.limite;
    let e = Estado::new(inicial);
    let sujo = Memo::new(move |_| e.sujo());
    let contagem = Memo::new(move |_| e.texto.with(|v| v.chars().count()));
    ligar(e, sujo);

    let medidor = move || format!("--v:{:.1}", (contagem.get() as f64 / limite.max(1) as f64 * 100.0).min(100.0));
    let demais = move || contagem.get() > limite;
    let erro = Signal::derive(move || e.erro.get());
    view! {
        <section class="card editor" aria-labelledby="t-texto">
            <header class="editor-head">
                <label class="card-title" id="t-texto" for="texto">{t.conhecimento.texto}</label>
                <div class="cluster">
                    {move || sujo.get().then(|| view! { <span class="badge badge-warn badge-dot">{t.conhecimento.nao_salvo}</span> })}
                    <Indexacao salvo=e.salvo/>
                    <button
                        class="btn btn-primary" type="button" title=t.conhecimento.salvar_atalho aria-busy=move || e.ocupado.get().to_string()
                        on:click=move |_| e.salvar_sobre_a_minha()
                    >{t.conhecimento.salvar}</button>
                </div>
            </header>
            {move || e.conflito.get().map(|outra| view! { <Conflito e=e outra=outra/> })}
            <textarea
                class="editor-text" id="texto" spellcheck="true" node_ref=e.node placeholder=t.conhecimento.exemplo
                aria-describedby="texto-dica texto-erro contador" aria-invalid=move || e.erro.with(Option::is_some).to_string()
                on:input=move |_| e.digitou() inner_html=html_inicial
            ></textarea>
            <div class="editor-erro"><ErroCampo id="texto-erro".to_owned() erro=erro/></div>
            <footer class="card-foot">
                <span><Salvo salvo=e.salvo/></span>
                <span class="counter" id="contador" class:is-over=demais>
                    <span class="meter" class:tone-danger=demais aria-hidden="true"><span style=medidor></span></span>
                    <span class="num">{move || fill(t.conhecimento.contador, &[("n", &milhar(contagem.get())), ("limite", &milhar(limite))])}</span>
                    <span class="visually-hidden">{t.conhecimento.contador_sr}</span>
                </span>
            </footer>
            <p class="editor-dica" id="texto-dica">{t.conhecimento.dica}</p>
        </section>
    }
}

/// Everything that happens around the text: shortcuts, leaving, news from the server.
fn ligar(e: Estado, sujo: Memo<bool>) {
    // What was typed before the WASM arrived is in the page, not in the signal.
    Effect::new(move |_| {
        let Some(node) = e.node.get() else { return };
        let texto = e.texto.get_untracked();
        if node.value().trim_start_matches('\n') == texto.trim_start_matches('\n') {
            node.set_value(&texto);
        } else {
            e.digitou();
        }
    });
    Live::expect().on(move |evento| {
        if matches!(evento, None | Some(Evento::Conhecimento { .. })) {
            e.reler();
        }
    });
    // The events may be late; while indexing is under way ask now and then.
    let pendente = Memo::new(move |_| {
        e.salvo.with(|s| matches!(s.indexacao, StatusIndexacao::Pendente | StatusIndexacao::Indexando))
    });
    Effect::new(move |_| {
        if pendente.get()
            && let Ok(timer) = set_interval_with_handle(move || e.reler(), Duration::from_secs(5))
        {
            on_cleanup(move || timer.clear());
        }
    });
    Effect::new(move |_| {
        let teclas = window_event_listener(ev::keydown, move |ev| {
            if (ev.ctrl_key() || ev.meta_key())
                && !ev.shift_key()
                && !ev.alt_key()
                && ev.key().eq_ignore_ascii_case("s")
            {
                ev.prevent_default();
                e.salvar_sobre_a_minha();
            }
        });
        let saida = window_event_listener(ev::beforeunload, move |ev| {
            if sujo.get_untracked() {
                ev.prevent_default();
                ev.set_return_value("1");
            }
        });
        on_cleanup(move || {
            teclas.remove();
            saida.remove();
        });
        browser::ask_before_leaving(move || sujo.try_get_untracked() == Some(true), e.t.conhecimento.sair_sem_salvar);
        on_cleanup(browser::leave_freely);
    });
}

/// Somebody else saved in between: nothing is lost, the person decides.
#[component]
fn Conflito(e: Estado, outra: KnowledgeDto) -> impl IntoView {
    let t = textos();
    let (versao, texto) = (outra.versao, outra.conteudo_texto.clone());
    let usar = move |_| {
        e.escrever(&outra.conteudo_texto);
        e.salvo.set(outra.clone());
        e.conflito.set(None);
    };
    view! {
        <div class="editor-conflito" role="alert">
            <div class="banner tone-warn">
                <Icone nome="triangle-alert"/>
                <div><b>{t.conhecimento.conflito}</b><p>{t.conhecimento.conflito_texto}</p></div>
                <button class="btn btn-secondary btn-sm" type="button" on:click=move |_| e.salvar(Some(versao))>{t.conhecimento.conflito_salvar}</button>
                <button class="btn btn-ghost btn-sm" type="button" on:click=usar>{t.conhecimento.conflito_usar}</button>
            </div>
            <details><summary class="link">{t.conhecimento.conflito_ver}</summary><pre class="outra" aria-label=t.conhecimento.conflito_outra>{texto}</pre></details>
        </div>
    }
}
