//! From an empty account to the first answer: four steps, each of which knows by itself when it is done.

use std::time::Duration;

use contracts::prontidao::PassosDto;
use leptos::{form::ActionForm, prelude::*, task::spawn_local};

use super::api::{InicioDispensar, inicio_passos};
use crate::{
    live::{Live, coalesce},
    text::{Textos, fill, textos},
    ui::Icone,
};

/// The list; nothing once it has been put away.
#[component]
pub fn Passos(
    /// What the server wrote.
    inicial: PassosDto,
) -> impl IntoView {
    let t = textos();
    let dados = RwSignal::new(inicial);
    let reler = coalesce(Duration::from_millis(1_000), move || {
        spawn_local(async move {
            if let Ok(novos) = inicio_passos().await
                && dados.try_get_untracked().is_some_and(|antes| antes != novos)
            {
                dados.set(novos);
            }
        });
    });
    Live::expect().on(move |_| {
        if dados.with_untracked(|d| !d.dispensados) {
            reler();
        }
    });
    let guardar = ServerAction::<InicioDispensar>::new();
    Effect::new(move |_| {
        if let Some(Ok(novos)) = guardar.value().get() {
            dados.set(novos);
        }
    });
    move || {
        let passos = dados.get();
        if passos.dispensados {
            return ().into_any();
        }
        if passos.completos() {
            return view! {
                <section class="banner tone-success passos-prontos" aria-labelledby="t-passos">
                    <Icone nome="circle-check"/>
                    <div><h2 class="fw5" id="t-passos">{t.inicio.passos_prontos}</h2><p>{t.inicio.passos_prontos_texto}</p></div>
                    <ActionForm action=guardar><button class="btn btn-secondary btn-sm" type="submit">{t.inicio.passos_guardar}</button></ActionForm>
                </section>
            }
            .into_any();
        }
        lista(t, passos, guardar)
    }
}

fn lista(t: &'static Textos, passos: PassosDto, guardar: ServerAction<InicioDispensar>) -> AnyView {
    let i = &t.inicio;
    let feitos = passos.feitos();
    let n = feitos.iter().filter(|f| **f).count();
    let atual = feitos.iter().position(|feito| !feito);
    let ver = if passos.respondeu { i.passo_ver_pronta } else { i.passo_ver_como };
    let textos = [
        ("/dashboard/conhecimento", i.passo_texto, i.passo_texto_como, i.passo_texto_acao),
        ("/dashboard/conhecimento#pergunta", i.passo_testar, i.passo_testar_como, i.passo_testar_acao),
        ("/dashboard/whatsapp", i.passo_conectar, i.passo_conectar_como, i.passo_conectar_acao),
        ("/dashboard/conversas", i.passo_ver, ver, i.passo_ver_acao),
    ];
    let itens = textos.into_iter().zip(feitos).enumerate().map(|(k, ((href, titulo, como, acao), feito))| {
        let agora = atual == Some(k);
        let class = if feito {
            "is-done"
        } else if agora {
            "is-current"
        } else {
            ""
        };
        let botao = if agora { "btn btn-primary btn-sm" } else { "btn btn-ghost btn-sm" };
        view! {
            <li class=class aria-current=agora.then_some("step")>
                {feito.then(|| view! { <Icone nome="check" class="step-tick"/> })}
                <div>
                    <span class="step-title">{titulo}</span>
                    {feito.then(|| view! { <span class="visually-hidden">", "{i.feito}</span> })}
                    {(!feito).then(|| view! { <small>{como}</small> })}
                </div>
                {(!feito).then(|| view! { <a class=botao href=href>{acao}</a> })}
            </li>
        }
    });
    let parte = (n * 25).to_string();
    let anel = fill(i.concluido, &[("n", &parte)]);
    view! {
        <section class="card passos" aria-labelledby="t-passos">
            <header class="card-head">
                <div>
                    <h2 class="card-title" id="t-passos">{i.passos}</h2>
                    <p class="card-sub">{fill(i.passos_n, &[("n", &n.to_string()), ("total", "4")])}</p>
                </div>
                <svg class="ring" viewBox="0 0 44 44" role="img" aria-label=anel>
                    <circle class="ring-bg" cx="22" cy="22" r="18"></circle>
                    {(n > 0).then(|| view! { <circle class="ring-v" cx="22" cy="22" r="18" pathLength="100" stroke-dasharray=format!("{parte} 100")></circle> })}
                </svg>
            </header>
            <ol class="stepper">{itens.collect_view()}</ol>
            <footer class="grafico-pe"><ActionForm action=guardar><button class="btn btn-ghost btn-sm" type="submit">{i.passos_esconder}</button></ActionForm></footer>
        </section>
    }
    .into_any()
}
