//! The devices that are signed in.

use contracts::auth::{SessaoDto, SessoesDto};
use leptos::{form::ActionForm, prelude::*};

use super::api::{SairDeste, SairDosOutros, perfil_sessoes};
use crate::{
    browser,
    error::AppError,
    text::{self, fill, textos},
    time::{Agora, frase},
    ui::{Icone, Toasts, barra, carregar},
};

/// The card.
#[component]
pub fn Sessoes() -> impl IntoView {
    let t = textos();
    let p = &t.perfil;
    let toasts = Toasts::expect();
    let lista = Resource::new(|| (), |()| perfil_sessoes());
    let deste = ServerAction::<SairDeste>::new();
    let outros = ServerAction::<SairDosOutros>::new();
    let feito = move |resposta: Option<Result<(), AppError>>, frase: &'static str| match resposta {
        Some(Ok(())) => {
            toasts.bom(frase);
            lista.refetch();
        }
        Some(Err(erro)) => {
            browser::leave_if_signed_out(&erro);
            toasts.ruim(t.geral.falhou, text::erro(t, &erro));
            lista.refetch();
        }
        None => {}
    };
    Effect::new(move |_| feito(deste.value().get(), p.saiu_deste));
    Effect::new(move |_| feito(outros.value().get(), p.saiu_outros));
    view! {
        <section class="card" aria-labelledby="t-dispositivos">
            <header class="card-head"><div>
                <h2 class="card-title" id="t-dispositivos">{p.dispositivos}</h2><p class="card-sub">{p.dispositivos_sub}</p>
            </div></header>
            {carregar(lista, esqueleto, move |SessoesDto { itens }| {
                let ha_outros = itens.iter().any(|s| !s.atual);
                view! {
                    <ul class="rows">{itens.into_iter().map(|s| view! { <Sessao sessao=s deste=deste/> }).collect_view()}</ul>
                    <div class="card-foot">
                        {if ha_outros {
                            view! {
                                <ActionForm action=outros>
                                    <button class="btn btn-secondary" type="submit" aria-busy=move || outros.pending().get().to_string()>
                                        <Icone nome="log-out"/>{p.sair_outros}
                                    </button>
                                </ActionForm>
                            }.into_any()
                        } else {
                            view! { <span>{p.so_este}</span> }.into_any()
                        }}
                    </div>
                }.into_any()
            })}
        </section>
    }
}

fn esqueleto() -> AnyView {
    let linhas = (0..2).map(|_| view! { <div class="skeleton-row">{barra("40%")}{barra("70%")}</div> }).collect_view();
    view! { <div class="card-body">{linhas}</div> }.into_any()
}

#[component]
fn Sessao(sessao: SessaoDto, deste: ServerAction<SairDeste>) -> impl IntoView {
    let t = textos();
    let p = &t.perfil;
    let agora = Agora::expect();
    let nome = match (sessao.navegador.as_str(), sessao.sistema.as_str()) {
        ("", "") => p.desconhecido.to_owned(),
        (navegador, "") => navegador.to_owned(),
        ("", sistema) => sistema.to_owned(),
        (navegador, sistema) => fill(p.aparelho, &[("navegador", navegador), ("sistema", sistema)]),
    };
    let icone = if matches!(sessao.sistema.as_str(), "Android" | "iPhone" | "iPad") { "smartphone" } else { "monitor" };
    let ip = sessao.ip.clone().map(|ip| fill(p.de_ip, &[("ip", &ip)]));
    let quando = move || {
        let agora = agora.get();
        let entrou = fill(p.entrou, &[("quando", &frase(t, sessao.desde, agora))]);
        let visto = fill(p.visto, &[("quando", &frase(t, sessao.visto_em, agora))]);
        [Some(entrou), Some(visto), ip.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let rotulo = fill(p.sair_deste_sr, &[("nome", &nome)]);
    view! {
        <li class="sessao">
            <Icone nome=icone/>
            <div class="row-main"><b>{nome}</b><small class="muted">{quando}</small></div>
            {if sessao.atual {
                view! { <span class="badge badge-success">{p.este}</span> }.into_any()
            } else {
                view! {
                    <ActionForm action=deste>
                        <input type="hidden" name="id" value=sessao.id.to_string()/>
                        <button class="btn btn-ghost btn-sm" type="submit" aria-label=rotulo>{p.sair_deste}</button>
                    </ActionForm>
                }.into_any()
            }}
        </li>
    }
}
