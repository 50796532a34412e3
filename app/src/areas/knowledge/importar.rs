//! Text out of a file or a web page: chosen, looked at, and only then put into the editor.

use contracts::{
    ErrorCode,
    knowledge::{FormatoImportado, ImportadoDto},
    validate::{self, IMPORTAR_MAX},
};
use leptos::{
    html::{Dialog, Input},
    prelude::*,
    task::spawn_local,
};
use web_sys::{Blob, XmlHttpRequest};

use super::{api::knowledge_importar_pagina, editor::Estado};
use crate::{
    browser,
    error::AppError,
    format::milhar,
    pedido,
    text::{self, fill, textos},
    ui::{ErroCampo, Icone, seguir},
};

type Resposta = Result<ImportadoDto, AppError>;

/// The dialog.
#[component]
pub fn Importar(
    /// Set to true to open.
    aberto: RwSignal<bool>,
    /// Where the text goes.
    e: Estado,
) -> impl IntoView {
    let t = textos();
    let node = NodeRef::<Dialog>::new();
    let lido = RwSignal::new(None::<ImportadoDto>);
    Effect::new(move |_| {
        if aberto.get() {
            lido.set(None);
        }
    });
    seguir(node, aberto);
    let pronto = Callback::new(move |r: ImportadoDto| lido.set(Some(r)));
    view! {
        <dialog class="dialog dialog-wide" id="importar" node_ref=node aria-labelledby="importar-titulo" on:close=move |_| aberto.set(false)>
            <header class="dialog-head">
                <h2 id="importar-titulo">{t.conhecimento.importar_titulo}</h2>
                <button class="icon-btn" type="button" aria-label=t.geral.fechar on:click=move |_| aberto.set(false)><Icone nome="x"/></button>
            </header>
            {move || {
                if !aberto.get() {
                    return ().into_any();
                }
                match lido.get() {
                    None => view! { <Escolher pronto=pronto/> }.into_any(),
                    Some(r) => view! { <Previa r=r e=e aberto=aberto lido=lido/> }.into_any(),
                }
            }}
        </dialog>
    }
}

/// A file or an address.
#[component]
fn Escolher(pronto: Callback<ImportadoDto>) -> impl IntoView {
    let t = textos();
    let (arquivo, url) = (NodeRef::<Input>::new(), NodeRef::<Input>::new());
    let (erro_a, erro_u) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    let lendo = RwSignal::new(false);
    let sobre = RwSignal::new(false);
    let enviar = move |arquivo: web_sys::File| {
        if lendo.get_untracked() {
            return;
        }
        erro_u.set(None);
        if arquivo.size() > IMPORTAR_MAX as f64 {
            return erro_a.set(Some(t.conhecimento.importar_grande.to_owned()));
        }
        erro_a.set(None);
        lendo.set(true);
        enviar_arquivo(&arquivo, move |resposta: Resposta| {
            if lendo.try_set(false).is_some() {
                return;
            }
            match resposta {
                Ok(r) => pronto.run(r),
                Err(e) => {
                    browser::leave_if_signed_out(&e);
                    let frase = if e.code() == ErrorCode::TooLarge {
                        t.conhecimento.importar_grande.to_owned()
                    } else {
                        text::erro(t, &e)
                    };
                    erro_a.set(Some(frase));
                }
            }
        });
    };
    let escolheu = move |_| {
        if let Some(f) = arquivo.get_untracked().and_then(|el| el.files()).and_then(|fs| fs.get(0)) {
            enviar(f);
        }
        // The same file can be chosen again after it was corrected.
        if let Some(el) = arquivo.get_untracked() {
            el.set_value("");
        }
    };
    let soltou = move |ev: web_sys::DragEvent| {
        ev.prevent_default();
        sobre.set(false);
        if let Some(f) = ev.data_transfer().and_then(|d| d.files()).and_then(|fs| fs.get(0)) {
            enviar(f);
        }
    };
    let buscar = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let endereco = url.get_untracked().map(|el| el.value()).unwrap_or_default();
        if lendo.get_untracked() {
            return;
        }
        erro_a.set(None);
        if endereco.trim().is_empty() {
            erro_u.set(Some(t.conhecimento.importar_url_vazia.to_owned()));
            return browser::focus("importar-url");
        }
        erro_u.set(None);
        lendo.set(true);
        spawn_local(async move {
            let resposta = knowledge_importar_pagina(endereco).await;
            if lendo.try_set(false).is_some() {
                return;
            }
            match resposta {
                Ok(r) => pronto.run(r),
                Err(e) => {
                    browser::leave_if_signed_out(&e);
                    erro_u.set(Some(text::erro(t, &e)));
                    browser::focus("importar-url");
                }
            }
        });
    };
    view! {
        <div class="dialog-body stack">
            <div
                class="dropzone" class:is-over=move || sobre.get()
                on:dragover=move |ev| { ev.prevent_default(); sobre.set(true) } on:dragleave=move |_| sobre.set(false) on:drop=soltou
            >
                <Icone nome="file-text"/>
                <label class="btn btn-secondary" aria-busy=move || lendo.get().to_string()>
                    {t.conhecimento.importar_escolher}
                    <input
                        class="dropzone-input" id="importar-arquivo" type="file" accept=".txt,.md,.pdf,.docx,text/plain,application/pdf"
                        node_ref=arquivo on:change=escolheu aria-describedby="importar-arquivo-ajuda importar-arquivo-erro" autofocus
                    />
                </label>
                <p class="field-help" id="importar-arquivo-ajuda">{t.conhecimento.importar_ajuda}</p>
                <ErroCampo id="importar-arquivo-erro".to_owned() erro=erro_a/>
            </div>
            <form class="field" on:submit=buscar novalidate>
                <label class="field-label" for="importar-url">{t.conhecimento.importar_url}</label>
                <div class="try">
                    <input
                        class="input" id="importar-url" type="url" inputmode="url" autocomplete="url" placeholder="www.suaempresa.com.br" node_ref=url
                        aria-invalid=move || erro_u.with(Option::is_some).to_string() aria-describedby="importar-url-erro"
                    />
                    <button class="btn btn-secondary" type="submit" aria-busy=move || lendo.get().to_string()>{t.conhecimento.importar_buscar}</button>
                </div>
                <ErroCampo id="importar-url-erro".to_owned() erro=erro_u/>
            </form>
            <p class="visually-hidden" role="status">{move || lendo.get().then_some(t.conhecimento.importar_lendo)}</p>
        </div>
    }
}

/// What was read, how much of it fits, and what is to become of it.
#[component]
fn Previa(r: ImportadoDto, e: Estado, aberto: RwSignal<bool>, lido: RwSignal<Option<ImportadoDto>>) -> impl IntoView {
    let t = textos();
    let atual = e.texto_agora();
    let vazio = atual.trim().is_empty();
    let substituir = RwSignal::new(vazio);
    let base = if vazio { String::new() } else { format!("{}\n\n", atual.trim_end()) };
    let limite = e.limite();
    let cabe_junto = limite.saturating_sub(base.chars().count());
    let tipo = match r.formato {
        FormatoImportado::Texto => t.conhecimento.formato_texto,
        FormatoImportado::Docx => t.conhecimento.formato_docx,
        FormatoImportado::Pdf => t.conhecimento.formato_pdf,
        FormatoImportado::Html => t.conhecimento.formato_html,
    };
    let paginas = r.paginas.map(|n| match n {
        1 => t.conhecimento.uma_pagina.to_owned(),
        n => fill(t.conhecimento.n_paginas, &[("n", &n.to_string())]),
    });
    let tamanho = fill(t.conhecimento.caracteres, &[("n", &milhar(r.caracteres))]);
    let meta = [Some(tipo.to_owned()), paginas, Some(tamanho)].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let texto = StoredValue::new(r.conteudo_texto.clone());
    let cabe = move || if substituir.get() { limite } else { cabe_junto };
    let entram = Memo::new(move |_| texto.with_value(|v| validate::cortar(v, cabe()).chars().count()));
    let total = r.caracteres;
    let (fonte, cortado) = (r.fonte.clone(), r.cortado);
    let por = StoredValue::new((fonte.clone(), base));
    let usar = move |_| {
        let cabe = untrack(cabe);
        let novo = texto.with_value(|v| validate::cortar(v, cabe).to_owned());
        let (fonte, base) = por.get_value();
        let junto = if substituir.get_untracked() { novo } else { format!("{base}{novo}") };
        aberto.set(false);
        e.importar(fonte, &junto);
    };
    view! {
        <div class="dialog-body stack">
            <div class="importado-head"><Icone nome="file-text"/><div><b class="truncate">{fonte}</b><p class="dense">{meta}</p></div></div>
            <pre class="outra" tabindex="0" role="region" aria-label=t.conhecimento.importar_previa>{r.conteudo_texto}</pre>
            {cortado.then(|| view! { <div class="banner tone-warn"><Icone nome="triangle-alert"/><div>{t.conhecimento.importar_cortado}</div></div> })}
            {(!vazio).then(|| view! {
                <fieldset class="stack importar-modo" style="--gap:4px">
                    <legend class="field-label">{t.conhecimento.importar_modo}</legend>
                    <label class="check"><input class="radio" type="radio" name="importar-modo" checked=true on:change=move |_| substituir.set(false)/><span>{t.conhecimento.importar_acrescentar}</span></label>
                    <label class="check"><input class="radio" type="radio" name="importar-modo" on:change=move |_| substituir.set(true)/><span>{t.conhecimento.importar_substituir}</span></label>
                </fieldset>
            })}
            <p role="status" class="dense" class:warn-ink=move || entram.get() < total>
                {move || match entram.get() {
                    n if n == total => fill(t.conhecimento.importar_cabe, &[("n", &milhar(total))]),
                    0 => fill(t.conhecimento.importar_nada_cabe, &[("limite", &milhar(limite))]),
                    n => {
                        let valores = [("n", milhar(n)), ("total", milhar(total)), ("limite", milhar(limite))];
                        fill(t.conhecimento.importar_parte, &valores.each_ref().map(|(k, v)| (*k, v.as_str())))
                    }
                }}
            </p>
        </div>
        <footer class="dialog-foot">
            <button class="btn btn-ghost" type="button" on:click=move |_| lido.set(None)>{t.conhecimento.importar_voltar}</button>
            <button class="btn btn-secondary" type="button" on:click=move |_| aberto.set(false)>{t.geral.cancelar}</button>
            <button class="btn btn-primary" type="button" prop:disabled=move || entram.get() == 0 on:click=usar>{t.conhecimento.importar_usar}</button>
        </footer>
    }
}

/// Sends the bytes as they are: a server function would have to write them as text.
fn enviar_arquivo(arquivo: &web_sys::File, pronto: impl FnOnce(Resposta) + 'static) {
    let nome = leptos_router::location::Url::escape(&arquivo.name());
    let blob: &Blob = arquivo;
    let pedido = (|| {
        let pedido = XmlHttpRequest::new().ok()?;
        pedido.open("POST", &format!("/api/v1/knowledge/importar?nome={nome}")).ok()?;
        pedido.set_request_header("content-type", "application/octet-stream").ok()?;
        pedido.send_with_opt_blob(Some(blob)).ok()?;
        Some(pedido)
    })();
    let Some(pedido) = pedido else { return pronto(Err(AppError::new(ErrorCode::Unavailable))) };
    pedido::ao_fim(&pedido, pronto);
}
