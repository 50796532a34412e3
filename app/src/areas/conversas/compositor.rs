//! Where a person writes: to the contato, or a note for the business. Enter sends, Shift+Enter makes a new line, `/` calls
//! up a canned reply. What is not sent stays with its conversa while this tab is open.
//!
//! No `<form>`: sent before the WASM has loaded it would reload the page and lose the text.

use contracts::{
    respostas::{RespostaProntaDto, preencher},
    validate,
};
use leptos::{
    ev::{ClipboardEvent, KeyboardEvent},
    html::{Input, Textarea},
    prelude::*,
};

use super::{
    anexar::{Escolhido, Escolhidos, juntar},
    avisos::primeiro_nome,
    emoji::Emojis,
    estado::{Aberta, COMPOSITOR, Corpo, Modo},
    page::Inbox,
    prontas::achar,
};
use crate::{
    browser,
    text::{fill, textos},
    ui::{ErroCampo, Icone},
};

/// So many lines before it scrolls, in pixels; the style sheet says the same.
const ALTURA_MAX: i32 = 176;

fn chave(aberta: Aberta) -> String {
    format!("rascunho:{}", aberta.id())
}

/// Keeps what is written; a note never comes back as a reply.
fn guardar(aberta: Aberta, texto: &str) {
    let marca = if aberta.modo.get_untracked() == Modo::Nota { "n" } else { "r" };
    let valor = if texto.trim().is_empty() { String::new() } else { format!("{marca}{texto}") };
    browser::session_set(&chave(aberta), &valor);
}

/// Keeps what has failed, unless something else stands in the composer.
pub fn guardar_falhas(aberta: Aberta) {
    let Some(pendentes) = aberta.pendentes.try_get_untracked() else { return };
    if browser::session_get(&chave(aberta)).is_some() {
        return;
    }
    let textos: Vec<String> = pendentes
        .into_iter()
        .filter(|p| p.erro.is_some())
        .filter_map(|p| match p.corpo {
            Corpo::Texto(texto) => Some(texto),
            _ => None,
        })
        .collect();
    if !textos.is_empty() {
        browser::session_set(&chave(aberta), &format!("r{}", textos.join("\n")));
    }
}

/// The word before the cursor that begins with `/`: where it begins, and what follows the `/`. Counted as the browser
/// counts, in UTF-16.
fn barra_antes(texto: &str, cursor: u32) -> Option<(u32, String)> {
    let unidades: Vec<u16> = texto.encode_utf16().take(usize::try_from(cursor).ok()?).collect();
    let espaco = |u: &u16| matches!(u, 0x20 | 0x0a | 0x09);
    let inicio = unidades.iter().rposition(espaco).map_or(0, |i| i + 1);
    let palavra = String::from_utf16_lossy(unidades.get(inicio..)?);
    let resto = palavra.strip_prefix('/')?;
    // "24/7" and "//" are words of their own.
    (!resto.contains('/')).then(|| (u32::try_from(inicio).unwrap_or(0), resto.to_owned()))
}

/// The composer.
#[component]
pub fn Compositor(aberta: Aberta, nome: String, escolhidos: RwSignal<Vec<Escolhido>>) -> impl IntoView {
    let t = textos();
    let inbox = Inbox::expect();
    let node = NodeRef::<Textarea>::new();
    let escolher = NodeRef::<Input>::new();
    let erro = RwSignal::new(None::<String>);
    let achadas = RwSignal::new(Vec::<RespostaProntaDto>::new());
    let aberto = RwSignal::new(false);
    let marcada = RwSignal::new(0_usize);
    let modo = aberta.modo;
    let nota = move || modo.get() == Modo::Nota;

    let caber = move || {
        if let Some(el) = node.try_get_untracked().flatten() {
            let estilo = leptos::web_sys::HtmlElement::style(&el);
            // The style sheet asks for it as well; a browser that does not know it does not keep it. To measure costs two
            // layouts of a long thread for each letter.
            let _ = estilo.set_property("field-sizing", "content");
            if estilo.get_property_value("field-sizing").is_ok_and(|valor| !valor.is_empty()) {
                return;
            }
            let _ = estilo.set_property("height", "auto");
            let _ = estilo.set_property("height", &format!("{}px", el.scroll_height().min(ALTURA_MAX)));
        }
    };
    let procurar = move || {
        let Some(el) = node.get_untracked() else { return };
        let cursor = el.selection_end().ok().flatten().unwrap_or(0);
        match barra_antes(&el.value(), cursor).filter(|_| modo.get_untracked() == Modo::Resposta) {
            Some((_, texto)) => {
                inbox.carregar_prontas();
                achadas.set(inbox.prontas.with_untracked(|p| achar(p.as_deref().unwrap_or_default(), &texto)));
                marcada.set(0);
                aberto.set(true);
            }
            None => aberto.set(false),
        }
    };
    // The first time they come while somebody waits for them; and the dialog changes them.
    Effect::new(move |_| {
        inbox.prontas.track();
        if aberto.get_untracked() {
            procurar();
        }
    });
    let mudou = move || {
        if let Some(el) = node.get_untracked() {
            guardar(aberta, &el.value());
        }
        caber();
    };
    let inserir = move |de: u32, ate: u32, texto: &str| {
        let Some(el) = node.get_untracked() else { return };
        let _ = el.focus();
        let _ = el.set_selection_range(de, ate);
        let _ = el.set_range_text(texto);
        let fim = de + u32::try_from(texto.encode_utf16().count()).unwrap_or(0);
        let _ = el.set_selection_range(fim, fim);
        mudou();
    };
    let cursor = move || {
        let Some(el) = node.get_untracked() else { return (0, 0) };
        (el.selection_start().ok().flatten().unwrap_or(0), el.selection_end().ok().flatten().unwrap_or(0))
    };
    let nome_inteiro = nome.clone();
    let usar = Callback::new(move |r: RespostaProntaDto| {
        let Some(el) = node.get_untracked() else { return };
        let (_, fim) = cursor();
        let inicio = barra_antes(&el.value(), fim).map_or(fim, |(inicio, _)| inicio);
        aberto.set(false);
        inserir(inicio, fim, &preencher(&r.texto, &nome_inteiro));
    });

    Effect::new(move |_| {
        let Some(el) = node.get() else { return };
        // What was typed before the WASM arrived stays.
        if let Some(rascunho) = browser::session_get(&chave(aberta))
            && el.value().is_empty()
        {
            let mut letras = rascunho.chars();
            modo.set(if letras.next() == Some('n') { Modo::Nota } else { Modo::Resposta });
            el.set_value(letras.as_str());
            caber();
        }
    });

    let enviar = move || {
        let Some(el) = node.get_untracked() else { return };
        let texto = el.value().trim_end().to_owned();
        let em_nota = modo.get_untracked() == Modo::Nota;
        let arquivos = escolhidos.get_untracked();
        let com_arquivos = !em_nota && !arquivos.is_empty();
        let julgado = match em_nota {
            true => validate::nota(&texto),
            false if com_arquivos && texto.is_empty() => Ok(()),
            false => validate::mensagem(&texto),
        };
        let ruim = com_arquivos && arquivos.iter().any(|a| a.erro.is_some());
        if let Err(frase) = julgado.and_then(|()| if ruim { Err(t.conversas.retire_ruins.to_owned()) } else { Ok(()) })
        {
            erro.set(Some(frase));
            let _ = el.focus();
            return;
        }
        erro.set(None);
        aberto.set(false);
        el.set_value("");
        mudou();
        if em_nota {
            aberta.escrever(Corpo::Nota(texto));
            // The next thing written goes to the contato again, as the banner above says.
            modo.set(Modo::Resposta);
        } else if com_arquivos {
            escolhidos.set(Vec::new());
            // One file carries the text; of several, none can say which it belongs to.
            let junto = arquivos.len() == 1 && validate::legenda(&texto).is_ok();
            for arquivo in arquivos {
                aberta.escrever(Corpo::Arquivo(arquivo, if junto { texto.clone() } else { String::new() }));
            }
            if !junto && !texto.is_empty() {
                aberta.escrever(Corpo::Texto(texto));
            }
        } else {
            aberta.escrever(Corpo::Texto(texto));
        }
        let _ = el.focus();
    };
    let tecla = move |ev: KeyboardEvent| {
        let n = achadas.with_untracked(Vec::len);
        let lista = aberto.get_untracked();
        let mover = |passo: isize| {
            let novo = marcada.get_untracked().saturating_add_signed(passo).min(n.saturating_sub(1));
            marcada.set(novo);
            if let Some(el) = document().get_element_by_id(&format!("pronta-{novo}")) {
                browser::reveal(&el);
            }
        };
        match ev.key().as_str() {
            "ArrowDown" if lista && n > 0 => mover(1),
            "ArrowUp" if lista && n > 0 => mover(-1),
            "Enter" | "Tab" if lista && n > 0 && !ev.shift_key() && !ev.is_composing() => {
                if let Some(r) = achadas.with_untracked(|a| a.get(marcada.get_untracked()).cloned()) {
                    usar.run(r);
                }
            }
            "Escape" if lista => aberto.set(false),
            "Escape" => {
                // Out of the field, so that single letters act again.
                browser::focus_first(".thread-scroll");
            }
            "Enter" if !ev.shift_key() && !ev.is_composing() => enviar(),
            _ => return,
        }
        ev.prevent_default();
    };
    let colou = move |ev: ClipboardEvent| {
        let Some(arquivos) = ev.clipboard_data().and_then(|d| d.files()).filter(|f| f.length() > 0) else { return };
        // A copied cell brings its picture too; the text is what is meant.
        let texto = ev.clipboard_data().and_then(|d| d.get_data("text/plain").ok()).unwrap_or_default();
        if texto.is_empty() && modo.get_untracked() == Modo::Resposta {
            ev.prevent_default();
            juntar(t, escolhidos, &arquivos);
        }
    };
    let escolheu = move |_| {
        let Some(el) = escolher.get_untracked() else { return };
        if let Some(arquivos) = el.files() {
            juntar(t, escolhidos, &arquivos);
        }
        // The same file may be chosen again.
        el.set_value("");
        browser::focus(COMPOSITOR);
    };
    let por_barra = move |_| {
        let (de, ate) = cursor();
        let antes = node.get_untracked().map(|el| el.value()).unwrap_or_default();
        let colado = antes.encode_utf16().take(usize::try_from(de).unwrap_or(0)).last().is_some_and(|u| u > 0x20);
        inserir(de, ate, if colado { " /" } else { "/" });
        procurar();
    };
    let escrever_emoji = move |e: &'static str| {
        let (de, ate) = cursor();
        inserir(de, ate, e);
    };
    let curto = primeiro_nome(&nome);
    let dica = fill(t.conversas.responder_a, &[("nome", &curto)]);
    let dica = move || if nota() { t.conversas.nota_dica.to_owned() } else { dica.clone() };
    let ativa = move || (aberto.get() && achadas.with(|a| !a.is_empty())).then(|| format!("pronta-{}", marcada.get()));
    let escolha = move |este: Modo, nome: &'static str| {
        let class = if este == Modo::Nota { "is-note" } else { "" };
        view! {
            <label>
                <input
                    type="radio" name="modo" class=class prop:checked=move || modo.get() == este checked=este == Modo::Resposta
                    on:change=move |_| { modo.set(este); erro.set(None); aberto.set(false); mudou(); browser::focus(COMPOSITOR) }
                />
                {(este == Modo::Nota).then(|| view! { <Icone nome="sticky-note"/> })}{nome}
            </label>
        }
    };
    view! {
        <div class="composer-place">
        <Prontas aberto=aberto achadas=achadas marcada=marcada usar=usar/>
        <div class="composer" class:is-noting=nota role="group" aria-label=t.conversas.mensagem>
            <div class="composer-tabs" role="radiogroup" aria-label=t.conversas.tipo_mensagem>
                {escolha(Modo::Resposta, t.conversas.responder)}
                {escolha(Modo::Nota, t.conversas.nota_interna)}
            </div>
            <Escolhidos escolhidos=escolhidos/>
            <textarea
                rows="1" id=COMPOSITOR aria-label=move || if nota() { t.conversas.nota_interna } else { t.conversas.mensagem }
                placeholder=dica node_ref=node enterkeyhint="send" aria-autocomplete="list" aria-controls="prontas" aria-activedescendant=ativa
                aria-invalid=move || erro.with(Option::is_some).to_string() aria-describedby="mensagem-erro"
                on:keydown=tecla on:paste=colou on:blur=move |_| aberto.set(false)
                on:input=move |_| { if erro.with_untracked(Option::is_some) { erro.set(None) } mudou(); procurar() }
            ></textarea>
            <div class="composer-bar">
                <input
                    class="visually-hidden" type="file" multiple accept=validate::ANEXO_ACCEPT tabindex="-1" aria-hidden="true" node_ref=escolher on:change=escolheu
                />
                <button
                    class="icon-btn only-reply" type="button" aria-label=t.conversas.anexar title=t.conversas.anexar
                    on:click=move |_| if let Some(el) = escolher.get_untracked() { el.click() }
                ><Icone nome="paperclip"/></button>
                <Emojis escolher=escrever_emoji/>
                <button class="icon-btn only-reply" type="button" aria-label=t.conversas.prontas title=t.conversas.prontas aria-keyshortcuts="/" on:click=por_barra><Icone nome="slash-square"/></button>
                <p class="composer-hint not-mobile" aria-hidden="true">
                    <span><kbd>"Enter"</kbd>" "{move || if nota() { t.conversas.dica_salva } else { t.conversas.dica_enter }}</span>
                    <span><kbd>"Shift"</kbd>" "<kbd>"Enter"</kbd>" "{t.conversas.dica_shift}</span>
                </p>
                <button class="btn btn-primary" type="button" on:click=move |_| enviar()>
                    {move || if nota() { t.conversas.salvar_nota } else { t.conversas.enviar }}<Icone nome="send-horizontal"/>
                </button>
            </div>
        </div>
        </div>
        <ErroCampo id="mensagem-erro".to_owned() erro=erro/>
    }
}

/// The list above the composer.
#[component]
fn Prontas(
    aberto: RwSignal<bool>,
    achadas: RwSignal<Vec<RespostaProntaDto>>,
    marcada: RwSignal<usize>,
    usar: Callback<RespostaProntaDto>,
) -> impl IntoView {
    let t = textos();
    let inbox = Inbox::expect();
    let uma = move |(i, r): (usize, RespostaProntaDto)| {
        let (atalho, texto) = (r.atalho.clone(), r.texto.clone());
        view! {
            <li
                role="option" class="canned" id=format!("pronta-{i}") aria-selected=move || (marcada.get() == i).to_string()
                // Before the field loses the keyboard, which would close the list.
                on:pointerdown=|ev| ev.prevent_default() on:mousedown=|ev| ev.prevent_default() on:click=move |_| usar.run(r.clone())
            ><b>"/"{atalho}</b><span class="truncate">{texto}</span></li>
        }
    };
    let nenhuma = move || {
        inbox.prontas.with(|p| match p {
            None => t.geral.carregando,
            Some(p) if p.is_empty() => t.conversas.prontas_para_que,
            Some(_) => t.conversas.pronta_nenhuma_assim,
        })
    };
    view! {
        <div class="canned-pop" hidden=move || !aberto.get()>
            <ul id="prontas" role="listbox" aria-label=t.conversas.prontas hidden=move || achadas.with(Vec::is_empty)>
                {move || achadas.get().into_iter().enumerate().map(uma).collect_view()}
            </ul>
            {move || achadas.with(Vec::is_empty).then(|| view! { <p class="muted dense">{nenhuma}</p> })}
            <button class="menu-item" type="button" on:mousedown=|ev| ev.prevent_default() on:click=move |_| { aberto.set(false); inbox.gerir.set(true) }>
                <Icone nome="pencil"/>{t.conversas.prontas_gerir}
            </button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::barra_antes;

    #[test]
    fn a_slash_calls_at_the_begin_of_a_word_only() {
        let antes = |texto: &str| barra_antes(texto, texto.encode_utf16().count() as u32);
        assert_eq!(antes("/pi"), Some((0, "pi".to_owned())));
        assert_eq!(antes("Olá 😀 /pix"), Some((7, "pix".to_owned())));
        assert_eq!(antes("Olá\n/"), Some((4, String::new())));
        assert_eq!(antes("24/7"), None);
        assert_eq!(antes("//"), None);
        assert_eq!(antes("/pix "), None);
        assert_eq!(barra_antes("/pix depois", 4), Some((0, "pix".to_owned())));
    }
}
