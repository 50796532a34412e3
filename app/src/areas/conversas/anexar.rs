//! Files that a person has chosen, dropped or pasted, before they are sent: judged, shown, and taken away again.

use std::{cell::RefCell, collections::HashMap};

use contracts::validate::{ANEXO_ACCEPT, ANEXO_MAX};
use leptos::prelude::*;
use web_sys::{File, FileList, Url};

use crate::{
    format::tamanho,
    text::{Textos, fill, textos},
    ui::Icone,
};

/// So many at once: more is a slip of the mouse.
pub const ARQUIVOS_MAX: usize = 10;

thread_local! {
    // Not in a signal: a file is bound to the browser's thread.
    static ARQUIVOS: RefCell<HashMap<u32, File>> = RefCell::new(HashMap::new());
    static PROXIMO: RefCell<u32> = const { RefCell::new(0) };
}

/// A chosen file.
#[derive(Clone, Debug, PartialEq)]
pub struct Escolhido {
    chave: u32,
    /// Its name.
    pub nome: String,
    /// Its size.
    pub bytes: i64,
    /// Where a picture can be seen.
    pub previa: Option<String>,
    /// Why it cannot be sent.
    pub erro: Option<String>,
}

impl Escolhido {
    fn new(t: &Textos, arquivo: File) -> Self {
        let chave = PROXIMO.with_borrow_mut(|n| {
            *n += 1;
            *n
        });
        let (nome, tipo, bytes) = (arquivo.name(), arquivo.type_(), arquivo.size());
        let previa = tipo.starts_with("image/").then(|| Url::create_object_url_with_blob(&arquivo).ok()).flatten();
        let bytes = bytes as i64;
        let erro = julgar(t, &nome, &tipo, bytes).err();
        ARQUIVOS.with_borrow_mut(|a| a.insert(chave, arquivo));
        Self { chave, nome, bytes, previa, erro }
    }

    /// The file itself.
    pub fn arquivo(&self) -> Option<File> {
        ARQUIVOS.with_borrow(|a| a.get(&self.chave).cloned())
    }

    /// Lets the browser free it.
    pub fn esquecer(&self) {
        ARQUIVOS.with_borrow_mut(|a| a.remove(&self.chave));
        if let Some(url) = &self.previa {
            let _ = Url::revoke_object_url(url);
        }
    }
}

/// Size and kind, before anything is uploaded; the server looks into the file itself.
fn julgar(t: &Textos, nome: &str, tipo: &str, bytes: i64) -> Result<(), String> {
    if bytes == 0 {
        return Err(t.conversas.arquivo_vazio.to_owned());
    }
    if usize::try_from(bytes).is_ok_and(|n| n > ANEXO_MAX) {
        let limite = tamanho(i64::try_from(ANEXO_MAX).unwrap_or(i64::MAX));
        return Err(fill(t.conversas.arquivo_grande, &[("n", &tamanho(bytes)), ("limite", &limite)]));
    }
    if aceito(nome, tipo) { Ok(()) } else { Err(t.conversas.arquivo_tipo.to_owned()) }
}

fn aceito(nome: &str, tipo: &str) -> bool {
    let (nome, tipo) = (nome.to_lowercase(), tipo.to_lowercase());
    ANEXO_ACCEPT.split(',').map(str::trim).any(|a| match a.strip_suffix("/*") {
        _ if a.starts_with('.') => nome.ends_with(a),
        Some(familia) => tipo.split('/').next() == Some(familia),
        None => tipo == a,
    })
}

/// Takes the files of a chooser, a drop or a clipboard.
pub fn juntar(t: &Textos, escolhidos: RwSignal<Vec<Escolhido>>, arquivos: &FileList) {
    let novos = (0..arquivos.length()).filter_map(|i| arquivos.get(i)).map(|f| Escolhido::new(t, f));
    escolhidos.update(|v| {
        v.extend(novos);
        for sobra in v.drain(ARQUIVOS_MAX.min(v.len())..) {
            sobra.esquecer();
        }
    });
}

/// What will be sent, above the text.
#[component]
pub fn Escolhidos(escolhidos: RwSignal<Vec<Escolhido>>) -> impl IntoView {
    let t = textos();
    let tirar = move |chave: u32| {
        escolhidos.update(|v| {
            if let Some(i) = v.iter().position(|e| e.chave == chave) {
                v.remove(i).esquecer();
            }
        });
        crate::browser::focus(super::estado::COMPOSITOR);
    };
    let um = move |e: Escolhido| {
        let chave = e.chave;
        let retirar = fill(t.conversas.retirar_arquivo, &[("nome", &e.nome)]);
        let figura = match e.previa {
            Some(url) => view! { <img src=url alt=""/> }.into_any(),
            None => view! { <span class="attachment-icon"><Icone nome="file-text"/></span> }.into_any(),
        };
        let ruim = e.erro.is_some();
        view! {
            <li class="attachment picked" class:is-bad=ruim>
                {figura}
                <span class="row-main"><b class="truncate">{e.nome}</b><small>{e.erro.unwrap_or_else(|| tamanho(e.bytes))}</small></span>
                <button class="icon-btn icon-btn-sm" type="button" aria-label=retirar on:click=move |_| tirar(chave)><Icone nome="x"/></button>
            </li>
        }
    };
    view! {
        <Show when=move || escolhidos.with(|v| !v.is_empty())>
            <ul class="picked-list only-reply" aria-label=t.conversas.arquivos_escolhidos>
                <For each=move || escolhidos.get() key=|e| e.chave children=um/>
            </ul>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::aceito;

    #[test]
    fn what_the_chooser_offers_is_taken() {
        for (nome, tipo) in [
            ("foto.jpg", "image/jpeg"),
            ("Cardapio.PDF", "application/pdf"),
            ("voz.ogg", "audio/ogg"),
            ("tabela.XLSX", ""),
        ] {
            assert!(aceito(nome, tipo), "{nome}");
        }
        for (nome, tipo) in [("virus.exe", "application/x-msdownload"), ("semponto", ""), ("a.svg", "image/svg+xml")] {
            assert!(!aceito(nome, tipo), "{nome}");
        }
    }
}
