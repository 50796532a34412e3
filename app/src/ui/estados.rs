//! The states that every list and page has: loading, empty, failed.

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use super::Icone;
use crate::{
    browser,
    error::AppError,
    live::Live,
    text::{self, fill, textos},
};

/// A grey bar where text will be.
pub fn barra(largura: &'static str) -> impl IntoView {
    view! { <span class="skeleton" style=format!("--w:{largura}")></span> }
}

/// Shows `espera` until what `conteudo` reads has loaded, then what it makes; while it is read again, what was there.
///
/// A `Transition` for contents of one type: leptos' own is compiled anew for each, 20 kB of WASM before compression.
pub fn aguardar<Fut>(espera: AnyView, conteudo: impl Fn() -> Fut + Send + 'static) -> AnyView
where
    Fut: Future<Output = AnyView> + Send + 'static,
{
    transicao(espera, Box::new(move || Suspend::new(conteudo())))
}

fn transicao(espera: AnyView, conteudo: Box<dyn Fn() -> Suspend<AnyView> + Send>) -> AnyView {
    view! { <Transition fallback=move || espera>{conteudo}</Transition> }.into_any()
}

/// Shows `skeleton` until `resource` has loaded, then `view`; an error with a way to try again instead.
///
/// `view` is called anew for each value: what must outlive a refresh belongs outside, or into signals inside.
pub fn carregar<T, F>(resource: Resource<Result<T, AppError>>, skeleton: fn() -> AnyView, view: F) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Fn(T) -> AnyView + Clone + Send + Sync + 'static,
{
    let busy = textos().geral.carregando;
    let espera = view! { <div class="is-loading" aria-busy="true" aria-label=busy>{skeleton()}</div> }.into_any();
    aguardar(espera, move || {
        let view = view.clone();
        async move {
            match resource.await {
                Ok(value) => view(value),
                Err(erro) => {
                    view! { <Falha erro=erro repetir=Callback::new(move |()| resource.refetch())/> }.into_any()
                }
            }
        }
    })
}

/// What went wrong, what to do, and the code for who helps.
#[component]
pub fn Falha(
    /// What went wrong.
    erro: AppError,
    /// Tries again; without it there is no button.
    #[prop(optional, into)]
    repetir: Option<Callback<()>>,
) -> impl IntoView {
    let t = textos();
    #[cfg(feature = "ssr")]
    if erro.code() == contracts::ErrorCode::NotFound {
        crate::server::page_status(erro.code());
    }
    let frase = text::erro(t, &erro);
    let pedido = erro.0.request_id.as_ref().map(|id| fill(t.geral.pedido, &[("id", id)]));
    Effect::new(move |_| browser::leave_if_signed_out(&erro));
    // The connection is back: so may be what failed.
    if let Some(repetir) = repetir {
        Live::expect().on(move |evento| {
            if evento.is_none() {
                repetir.run(());
            }
        });
    }
    view! {
        <div class="empty" role="alert">
            <Icone nome="circle-alert" class="icon-art"/>
            <h2>{t.geral.falha_titulo}</h2>
            <p>{frase}</p>
            {repetir.map(|repetir| view! {
                <div class="cluster">
                    <button class="btn btn-secondary" type="button" on:click=move |_| repetir.run(())>
                        <Icone nome="refresh-cw"/>{t.geral.tentar}
                    </button>
                </div>
            })}
            {pedido.map(|p| view! { <p class="empty-code"><code>{p}</code></p> })}
        </div>
    }
}

/// Nothing here, why, and what to do.
#[component]
pub fn Vazio(
    /// Icon of the sprite.
    icone: &'static str,
    /// What is missing.
    titulo: &'static str,
    /// One sentence.
    texto: &'static str,
    /// One action, at most.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icone nome=icone class="icon-art"/>
            <h2>{titulo}</h2>
            <p>{texto}</p>
            {children.map(|children| view! { <div class="cluster">{children()}</div> })}
        </div>
    }
}
