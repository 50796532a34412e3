//! The text, its outline, its counter, saving, and the state of the index.

use std::time::Duration;

use contracts::{
    ErrorCode, OrigemVersao, StatusIndexacao,
    eventos::Evento,
    knowledge::{KnowledgeDto, RascunhoDto},
    validate,
};
use leptos::{html::Textarea, prelude::*, task::spawn_local};

use super::{
    api::{knowledge_get, knowledge_put},
    importar::Importar,
    page::Partes,
    rascunho::{EstadoRascunho, OfertaRascunho, Rascunho},
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
pub(super) fn normal(texto: &str) -> String {
    texto.replace("\r\n", "\n").replace('\r', "\n")
}

/// For the inside of a textarea.
fn escapar(texto: &str) -> String {
    texto.replace('&', "&amp;").replace('<', "&lt;")
}

/// What was put into the editor from outside, until it is saved or taken back.
#[derive(Clone, Debug)]
struct Importado {
    fonte: String,
    antes: String,
}

/// The editor's state.
#[derive(Clone, Copy)]
pub struct Estado {
    t: &'static Textos,
    node: NodeRef<Textarea>,
    texto: RwSignal<String>,
    salvo: RwSignal<KnowledgeDto>,
    erro: RwSignal<Option<String>>,
    conflito: RwSignal<Option<KnowledgeDto>>,
    ocupado: RwSignal<bool>,
    rascunho: Rascunho,
    importado: RwSignal<Option<Importado>>,
    toasts: Toasts,
}

impl Estado {
    fn new(inicial: KnowledgeDto, rascunho: Option<RascunhoDto>) -> Self {
        let salvo = normal(&inicial.conteudo_texto);
        Self {
            t: textos(),
            node: NodeRef::new(),
            rascunho: Rascunho::new(rascunho, &salvo),
            texto: RwSignal::new(salvo),
            salvo: RwSignal::new(inicial),
            erro: RwSignal::new(None),
            conflito: RwSignal::new(None),
            ocupado: RwSignal::new(false),
            importado: RwSignal::new(None),
            toasts: Toasts::expect(),
        }
    }

    fn sujo(self) -> bool {
        self.texto.with(|texto| self.salvo.with(|salvo| *texto != normal(&salvo.conteudo_texto)))
    }

    /// Whether there is something to be saved now.
    pub fn sujo_agora(self) -> bool {
        !self.texto.is_disposed() && untrack(|| self.sujo())
    }

    /// What a draft is made of: the text and the version it was typed over.
    pub fn para_rascunho(self) -> (String, i32) {
        (self.texto.get_untracked(), self.versao_salva())
    }

    /// The version in use, as this page knows it.
    pub fn versao_salva(self) -> i32 {
        self.salvo.with_untracked(|s| s.versao)
    }

    /// What stands in the editor.
    pub fn texto_agora(self) -> String {
        self.texto.get_untracked()
    }

    /// Longest text of this cliente's plan.
    pub fn limite(self) -> usize {
        self.salvo.with_untracked(|s| s.limite)
    }

    fn digitou(self) {
        let Some(node) = self.node.get_untracked() else { return };
        self.mudou(node.value());
    }

    fn mudou(self, texto: String) {
        self.texto.set(texto);
        let limite = self.limite();
        let longo = self.texto.with_untracked(|v| v.chars().count() > limite);
        if longo || self.erro.with_untracked(Option::is_some) {
            let confere = |v: &String| if v.is_empty() { Ok(()) } else { validate::conteudo_texto(v, limite) };
            self.erro.set(self.texto.with_untracked(confere).err());
        }
        self.rascunho.depois(self);
    }

    /// Puts a text into the editor, as if it had been typed.
    pub fn escrever(self, texto: &str) {
        self.mostrar(texto);
        self.mudou(normal(texto));
    }

    fn mostrar(self, texto: &str) {
        let texto = normal(texto);
        if let Some(node) = self.node.get_untracked() {
            node.set_value(&texto);
        }
        self.texto.set(texto);
    }

    /// Puts an imported text into the editor; nothing is saved yet, and it can be taken back.
    pub fn importar(self, fonte: String, texto: &str) {
        let antes = self.texto.get_untracked();
        self.escrever(texto);
        self.importado.set(Some(Importado { fonte, antes }));
        browser::focus("texto");
    }

    /// Saves over `versao`; `None` saves over whatever is there.
    fn salvar(self, versao: Option<i32>) {
        if self.ocupado.get_untracked() {
            return;
        }
        let texto = self.texto.get_untracked();
        // What is too long for the plan may still be shorter than before: the server knows.
        if let Err(frase) = validate::conteudo_texto(&texto, validate::CONHECIMENTO_LIMITE) {
            self.erro.set(Some(frase));
            browser::focus("texto");
            return;
        }
        self.erro.set(None);
        self.ocupado.set(true);
        let origem = self.importado.with_untracked(Option::is_some).then_some(OrigemVersao::Importacao);
        let rascunho = self.rascunho.meu();
        spawn_local(async move {
            let resposta = knowledge_put(texto, versao, origem, rascunho).await;
            if self.ocupado.try_set(false).is_some() {
                return;
            }
            match resposta {
                Ok(salvo) => {
                    self.salvo.set(salvo);
                    self.conflito.set(None);
                    self.importado.set(None);
                    self.rascunho.foi();
                    self.toasts.bom(self.t.conhecimento.salvo_toast);
                    if self.sujo_agora() {
                        // Typed on while it was saved.
                        self.rascunho.depois(self);
                    }
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
                        ErrorCode::Validation | ErrorCode::LimiteDoPlano => self.erro.set(Some(frase)),
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
        self.salvar(Some(self.versao_salva()));
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
            } else if !self.sujo_agora() {
                self.mostrar(&novo.conteudo_texto);
                self.salvo.set(novo);
            }
        });
    }

    /// Brings the line at this character into view, with the keyboard on it.
    fn ir_para(self, at: usize) {
        let Some(node) = self.node.get_untracked() else { return };
        let at = u32::try_from(at).unwrap_or(0);
        let _ = node.set_selection_range(at, at);
        // A browser scrolls to the caret when the field gets the focus.
        let _ = node.blur();
        let _ = node.focus();
    }
}

/// The headings of a text, with where each begins in UTF-16 units, as a textarea counts.
fn secoes(texto: &str) -> Vec<(String, usize)> {
    let mut at = 0;
    let mut out = Vec::new();
    for linha in texto.split('\n') {
        let titulo = linha.trim_start_matches('#');
        let rank = linha.len() - titulo.len();
        if (1..=3).contains(&rank) && titulo.starts_with(' ') && !titulo.trim().is_empty() {
            out.push((titulo.trim().to_owned(), at));
        }
        at += linha.encode_utf16().count() + 1;
    }
    out
}

/// The editor.
#[component]
pub fn Editor(
    /// The text as the server has it.
    inicial: KnowledgeDto,
    /// What was typed and not saved.
    rascunho: Option<RascunhoDto>,
) -> impl IntoView {
    let t = textos();
    // Not as a child: an empty one would be written as a space. The parser drops the first line end.
    let html_inicial = format!("\n{}", escapar(&normal(&inicial.conteudo_texto)));
    let limite = inicial.limite;
    let e = Estado::new(inicial, rascunho);
    let sujo = Memo::new(move |_| e.sujo());
    let contagem = Memo::new(move |_| e.texto.with(|v| v.chars().count()));
    ligar(e, sujo);

    let medidor = move || format!("--v:{:.1}", (contagem.get() as f64 / limite.max(1) as f64 * 100.0).min(100.0));
    let demais = move || contagem.get() > limite;
    let erro = Signal::derive(move || e.erro.get());
    let importando = RwSignal::new(false);
    view! {
        <section class="card editor" aria-labelledby="t-texto">
            <header class="editor-head">
                <label class="card-title" id="t-texto" for="texto">{t.conhecimento.texto}</label>
                <div class="cluster">
                    {move || sujo.get().then(|| view! { <span class="badge badge-warn badge-dot">{t.conhecimento.nao_salvo}</span> })}
                    <Indexacao salvo=e.salvo/>
                    <span class="cluster editor-acts">
                        <button class="btn btn-secondary" type="button" on:click=move |_| importando.set(true)><Icone nome="file-text"/>{t.conhecimento.importar}</button>
                        <button
                            class="btn btn-primary" type="button" title=t.conhecimento.salvar_atalho aria-busy=move || e.ocupado.get().to_string()
                            on:click=move |_| e.salvar_sobre_a_minha()
                        >{t.conhecimento.salvar}</button>
                    </span>
                </div>
            </header>
            {move || e.conflito.get().map(|outra| view! { <Conflito e=e outra=outra/> })}
            <OfertaRascunho e=e r=e.rascunho/>
            {move || e.importado.get().map(|i| view! { <DoArquivo e=e i=i/> })}
            <div class="editor-main">
                <Secoes e=e/>
                <textarea
                    class="editor-text" id="texto" spellcheck="true" node_ref=e.node placeholder=t.conhecimento.exemplo
                    aria-describedby="texto-dica texto-erro contador" aria-invalid=move || e.erro.with(Option::is_some).to_string()
                    on:input=move |_| e.digitou() inner_html=html_inicial
                ></textarea>
            </div>
            <div class="editor-erro"><ErroCampo id="texto-erro".to_owned() erro=erro/></div>
            <footer class="card-foot">
                <span><Salvo salvo=e.salvo/><span class="editor-rascunho" role="status"><EstadoRascunho r=e.rascunho/></span></span>
                <span class="counter" id="contador" class:is-over=demais>
                    <span class="meter" class:tone-danger=demais aria-hidden="true"><span style=medidor></span></span>
                    <span class="num">{move || fill(t.conhecimento.contador, &[("n", &milhar(contagem.get())), ("limite", &milhar(limite))])}</span>
                    <span class="visually-hidden">{t.conhecimento.contador_sr}</span>
                </span>
            </footer>
            <p class="editor-dica" id="texto-dica">{t.conhecimento.dica}</p>
            <Importar aberto=importando e=e/>
        </section>
    }
}

/// The headings of a long text; a click goes there.
#[component]
fn Secoes(e: Estado) -> impl IntoView {
    let t = textos();
    let secoes = Memo::new(move |_| e.texto.with(|texto| secoes(texto)));
    let uma = move |(titulo, at): (String, usize)| view! { <li><button type="button" class="truncate" on:click=move |_| e.ir_para(at)>{titulo}</button></li> };
    move || {
        (secoes.with(Vec::len) > 1).then(|| {
            view! {
                <nav class="outline" aria-label=t.conhecimento.secoes_sr>
                    <p class="nav-title">{t.conhecimento.secoes}</p>
                    <ol>{secoes.get().into_iter().take(60).map(uma).collect_view()}</ol>
                </nav>
            }
        })
    }
}

/// Says where the text comes from that stands here unsaved.
#[component]
fn DoArquivo(e: Estado, i: Importado) -> impl IntoView {
    let t = textos();
    let desfazer = move |_| {
        e.escrever(&i.antes);
        e.importado.set(None);
        browser::focus("texto");
    };
    view! {
        <div class="editor-conflito" role="status">
            <div class="banner tone-info">
                <Icone nome="file-text"/>
                <div><b>{fill(t.conhecimento.importado, &[("fonte", &i.fonte)])}</b><p>{t.conhecimento.importado_texto}</p></div>
                <button class="btn btn-secondary btn-sm" type="button" on:click=desfazer>{t.conhecimento.importado_desfazer}</button>
            </div>
        </div>
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
    if let Some(partes) = use_context::<Partes>() {
        Effect::new(move |antes: Option<u32>| {
            let agora = partes.mudou.get();
            if antes.is_some_and(|a| a != agora) {
                e.reler();
            }
            agora
        });
    }
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
        browser::keep_unsaved(sujo, e.t.conhecimento.sair_sem_salvar, move || e.salvar_sobre_a_minha());
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
                <div class="banner-acts">
                    <button class="btn btn-secondary btn-sm" type="button" on:click=move |_| e.salvar(Some(versao))>{t.conhecimento.conflito_salvar}</button>
                    <button class="btn btn-ghost btn-sm" type="button" on:click=usar>{t.conhecimento.conflito_usar}</button>
                </div>
            </div>
            <details><summary class="link">{t.conhecimento.conflito_ver}</summary><pre class="outra" tabindex="0" role="region" aria-label=t.conhecimento.conflito_outra>{texto}</pre></details>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_found_where_a_textarea_counts_them() {
        let texto = "# Loja 😀\nAbrimos.\n#hashtag\n## Entrega\n";
        assert_eq!(secoes(texto), [("Loja 😀".to_owned(), 0), ("Entrega".to_owned(), 28)]);
    }
}
