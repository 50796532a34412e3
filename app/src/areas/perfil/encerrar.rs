//! The account is closed: in a dialog, the name of the business typed, the senha asked again. Without WASM a link shows it.

use contracts::ErrorCode;
use leptos::{form::ActionForm, html::Dialog, prelude::*};
use leptos_router::hooks::use_query_map;

use super::api::EncerrarConta;
use crate::{
    error::AppError,
    text::{self, fill, textos},
    ui::{Campo, CampoTexto, Icone, seguir},
};

fn simples(s: &str) -> String {
    s.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The card.
#[component]
pub fn Encerrar(
    /// Of the business, to be typed.
    nome: String,
) -> impl IntoView {
    let t = textos();
    let p = &t.perfil;
    let encerrar = ServerAction::<EncerrarConta>::new();
    let valor = encerrar.value();
    let errado = fill(p.encerrar_nome_errado, &[("nome", &nome)]);
    let (certo, frase) = (simples(&nome), errado.clone());
    let campo_nome = Campo::new(move |v| if simples(&v) == certo { Ok(()) } else { Err(frase.clone()) });
    let senha = Campo::new(move |v| if v.is_empty() { Err(t.auth.sem_senha.to_owned()) } else { Ok(()) });
    let conferir = move |ev: leptos::ev::SubmitEvent| {
        let primeiro = [campo_nome, senha].map(|campo| (campo, campo.conferir())).into_iter().find(|(_, bom)| !bom);
        if let Some((campo, _)) = primeiro {
            ev.prevent_default();
            campo.focar();
        }
    };
    // After a plain form post the error stands in the address, where anybody can write: only its code is believed.
    let tem = move |campo: &'static str| {
        valor.with(|v| v.as_ref().and_then(|v| v.as_ref().err()).is_some_and(|e| e.field(campo).is_some()))
    };
    let nome_errado = Signal::derive(move || tem("nome").then(|| errado.clone()));
    let senha_errada = Signal::derive(move || tem("senha").then(|| p.senha_errada.to_owned()));
    let geral = move || {
        valor.with(|v| {
            let erro = v.as_ref()?.as_ref().err().filter(|e| e.code() != ErrorCode::Validation)?;
            Some(text::erro(t, &AppError::new(erro.code())))
        })
    };
    // Asked for by the link, or back from a plain form post.
    let ja = use_query_map().with_untracked(|q| q.get("encerrar").is_some())
        || valor.with_untracked(|v| v.as_ref().is_some_and(Result::is_err));
    let aberto = RwSignal::new(false);
    let node = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = node.get().filter(|_| ja) {
            // What stood in the page becomes a dialog over it.
            let _ = dialog.remove_attribute("open");
            aberto.set(true);
        }
    });
    seguir(node, aberto);
    let fechar = move |ev: leptos::ev::MouseEvent| {
        ev.prevent_default();
        aberto.set(false);
    };
    let abrir = move |ev: leptos::ev::MouseEvent| {
        ev.prevent_default();
        aberto.set(true);
    };
    let rotulo = fill(p.encerrar_nome, &[("nome", &nome)]);
    view! {
        <section class="card encerrar" aria-labelledby="t-encerrar">
            <header class="card-head"><h2 class="card-title" id="t-encerrar">{p.encerrar}</h2></header>
            <div class="card-body stack-sm">
                <p>{p.encerrar_sub}</p>
                <div class="cluster"><a class="btn btn-secondary" href="/dashboard/perfil?encerrar=1#d-encerrar" on:click=abrir>{p.encerrar_abrir}</a></div>
            </div>
            <dialog class="dialog" id="d-encerrar" node_ref=node open=ja aria-labelledby="d-encerrar-titulo" on:close=move |_| aberto.set(false)>
                <header class="dialog-head">
                    <h2 id="d-encerrar-titulo">{p.encerrar}</h2>
                    <a class="icon-btn" href="/dashboard/perfil" aria-label=t.geral.fechar on:click=fechar><Icone nome="x"/></a>
                </header>
                <ActionForm action=encerrar attr:novalidate=true on:submit:capture=conferir>
                    <div class="dialog-body form">
                        <CampoTexto campo=campo_nome id="encerrar_nome" name="nome" label=rotulo tipo="text" autocomplete="off" do_servidor=nome_errado/>
                        <CampoTexto campo=senha id="encerrar_senha" name="senha" label=p.encerrar_senha tipo="password" autocomplete="current-password" do_servidor=senha_errada/>
                        <div role="alert">{move || geral().map(|frase| view! { <p class="field-error"><Icone nome="circle-alert"/><span>{frase}</span></p> })}</div>
                    </div>
                    <footer class="dialog-foot">
                        <a class="btn btn-secondary" href="/dashboard/perfil" on:click=fechar>{t.geral.cancelar}</a>
                        <button class="btn btn-danger" type="submit" aria-busy=move || encerrar.pending().get().to_string()>{p.encerrar_acao}</button>
                    </footer>
                </ActionForm>
            </dialog>
        </section>
    }
}
