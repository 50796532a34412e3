//! What the knowledge can answer of the questions that customers of the trade ask, and a line for what it cannot.

use std::{collections::HashSet, time::Duration};

use contracts::{
    Ramo,
    eventos::Evento,
    prontidao::{PerguntaDto, ProntidaoDto},
};
use leptos::{
    ev::SubmitEvent,
    form::ActionForm,
    html::{Select, Textarea},
    prelude::*,
    task::spawn_local,
};

use super::api::{InicioEnsinar, InicioIgnorar, InicioRamo, inicio_prontidao};
use crate::{
    browser,
    error::AppError,
    live::{Live, coalesce},
    text::{self, fill, textos},
    ui::{ErroCampo, Icone, Toasts},
};

/// How often it is looked whether a new text has been read, should no event tell.
const ESPERA: Duration = Duration::from_secs(4);

#[derive(Clone, Copy)]
struct Estado {
    dados: RwSignal<ProntidaoDto>,
    /// Questions answered just now.
    ensinadas: RwSignal<HashSet<String>>,
    /// The one that was sent last, and what the server said of it.
    erro: RwSignal<Option<(String, String)>>,
    ensinar: ServerAction<InicioEnsinar>,
    ignorar: ServerAction<InicioIgnorar>,
}

/// The card.
#[component]
pub fn Prontidao(
    /// What the server wrote.
    inicial: ProntidaoDto,
) -> impl IntoView {
    let t = textos();
    let i = &t.inicio;
    let toasts = Toasts::expect();
    let ramo = ServerAction::<InicioRamo>::new();
    let e = Estado {
        dados: RwSignal::new(inicial),
        ensinadas: RwSignal::new(HashSet::new()),
        erro: RwSignal::new(None),
        ensinar: ServerAction::new(),
        ignorar: ServerAction::new(),
    };
    let trocando = RwSignal::new(false);
    let ler = move || {
        spawn_local(async move {
            if let Ok(novos) = inicio_prontidao().await {
                e.dados.try_set(novos);
            }
        });
    };
    let reler = coalesce(Duration::from_millis(500), ler);
    Live::expect().on(move |evento| {
        if matches!(evento, None | Some(Evento::Conhecimento { .. })) {
            reler();
        }
    });
    let indexando = Memo::new(move |_| e.dados.with(|d| d.indexando));
    Effect::new(move |_| {
        if indexando.get()
            && let Ok(timer) = set_interval_with_handle(ler, ESPERA)
        {
            on_cleanup(move || timer.clear());
        }
    });
    let falhou = move |erro: &AppError| {
        browser::leave_if_signed_out(erro);
        toasts.ruim(t.geral.falhou, text::erro(t, erro));
    };
    Effect::new(move |_| match ramo.value().get() {
        Some(Ok(novos)) => {
            e.dados.set(novos);
            e.ensinadas.update(HashSet::clear);
            trocando.set(false);
        }
        Some(Err(erro)) => falhou(&erro),
        None => {}
    });
    Effect::new(move |_| match e.ignorar.value().get() {
        Some(Ok(novos)) => e.dados.set(novos),
        Some(Err(erro)) => falhou(&erro),
        None => {}
    });
    let enviada = StoredValue::new(String::new());
    Effect::new(move |_| {
        if let Some(input) = e.ensinar.input().get() {
            enviada.set_value(input.chave);
        }
    });
    Effect::new(move |_| match e.ensinar.value().get() {
        Some(Ok(novos)) => {
            e.ensinadas.update(|s| {
                s.insert(enviada.get_value());
            });
            e.erro.set(None);
            e.dados.set(novos);
            toasts.bom(i.ensinada);
        }
        Some(Err(erro)) => {
            browser::leave_if_signed_out(&erro);
            e.erro.set(Some((enviada.get_value(), text::erro(t, &erro))));
        }
        None => {}
    });
    let escolhido = Memo::new(move |_| e.dados.with(|d| d.ramo));
    let corpo = move || match escolhido.get() {
        Some(_) if !trocando.get() => view! { <Perguntas e=e/> }.into_any(),
        atual => view! { <Escolha atual=atual ramo=ramo/> }.into_any(),
    };
    let trocar = move || {
        (escolhido.get().is_some() && !trocando.get()).then(|| view! {
            <button class="btn btn-ghost btn-sm" type="button" on:click=move |_| trocando.set(true)>{i.ramo_trocar}</button>
        })
    };
    view! {
        <section class="card prontidao" id="prontidao" aria-labelledby="t-prontidao">
            <header class="card-head">
                <div><h2 class="card-title" id="t-prontidao">{i.pronta}</h2><p class="card-sub">{i.pronta_sub}</p></div>
                {trocar}
            </header>
            {corpo}
        </section>
    }
}

/// Which trade.
#[component]
fn Escolha(atual: Option<Ramo>, ramo: ServerAction<InicioRamo>) -> impl IntoView {
    let t = textos();
    let i = &t.inicio;
    let erro = RwSignal::new(None::<String>);
    let node = NodeRef::<Select>::new();
    let opcoes = Ramo::ALL.iter().zip(i.ramos.split('|')).map(move |(ramo, nome)| {
        let este = atual == Some(*ramo);
        view! { <option value=ramo.as_str() selected=este>{nome}</option> }
    });
    let conferir = move |ev: SubmitEvent| {
        let vazio = node.get_untracked().is_none_or(|el| el.value().is_empty());
        erro.set(vazio.then(|| i.ramo_falta.to_owned()));
        if vazio {
            ev.prevent_default();
            browser::focus("ramo");
        }
    };
    view! {
        <div class="card-body">
            <ActionForm action=ramo on:submit:capture=conferir attr:class="form" attr:novalidate=true>
                <div class="field">
                    <label class="field-label" for="ramo">{i.ramo}</label>
                    <select class="select" id="ramo" name="ramo" node_ref=node required aria-describedby="ramo-ajuda ramo-erro"
                        aria-invalid=move || erro.with(Option::is_some).to_string()>
                        <option value="" selected=atual.is_none() disabled>{i.ramo_escolha}</option>
                        {opcoes.collect_view()}
                    </select>
                    <p class="field-help" id="ramo-ajuda">{i.ramo_ajuda}</p>
                    <ErroCampo id="ramo-erro".to_owned() erro=erro/>
                </div>
                <div><button class="btn btn-secondary" type="submit" aria-busy=move || ramo.pending().get().to_string()>{i.ramo_testar}</button></div>
            </ActionForm>
        </div>
    }
}

/// The score and the questions.
#[component]
fn Perguntas(e: Estado) -> impl IntoView {
    let t = textos();
    let i = &t.inicio;
    let placar = Memo::new(move |_| e.dados.with(|d| (d.respondidas, d.total)));
    let por_cento = move || {
        let (n, total) = placar.get();
        (n * 100).checked_div(total).unwrap_or(100).to_string()
    };
    let frase = move || {
        let (n, total) = placar.get();
        fill(i.pronta_n, &[("n", &n.to_string()), ("total", &total.to_string())])
    };
    let quais = move |f: fn(&PerguntaDto) -> bool| {
        Memo::new(move |_| e.dados.with(|d| d.perguntas.iter().filter(|p| f(p)).cloned().collect::<Vec<_>>()))
    };
    let faltam = quais(|p| !p.respondida && !p.ignorada);
    let sabe = quais(|p| p.respondida && !p.ignorada);
    let fora = quais(|p| p.ignorada);
    let sem_texto = Memo::new(move |_| e.dados.with(|d| d.versao == 0 && !d.indexando));
    let lendo = move || {
        e.dados
            .with(|d| d.indexando)
            .then(|| view! { <span class="badge badge-info badge-dot is-busy">{i.lendo}</span> })
    };
    let lista_sabe = move || {
        sabe.get()
            .into_iter()
            .map(|p| view! { <li><Icone nome="check" class="icon-sm ok"/><span>{p.pergunta}</span></li> })
            .collect_view()
    };
    let lista_fora = move || {
        fora.get().into_iter().map(|p| view! {
            <li><span>{p.pergunta}</span>
                <ActionForm action=e.ignorar>
                    <input type="hidden" name="chave" value=p.chave/><input type="hidden" name="ignorada" value="false"/>
                    <button class="btn btn-ghost btn-sm" type="submit">{i.volta_a_valer}</button>
                </ActionForm>
            </li>
        }).collect_view()
    };
    let com_n = |texto: &'static str, n: usize| fill(texto, &[("n", &n.to_string())]);
    view! {
        <div class="prontidao-placar">
            <p class="meter-line"><b>{frase}</b><span role="status">{lendo}</span></p>
            <span class="meter" role="meter" aria-label=i.pronta aria-valuemin="0" aria-valuemax="100" aria-valuenow=por_cento aria-valuetext=frase>
                <span style=move || format!("--v:{}", por_cento())></span>
            </span>
            <Show when=move || sem_texto.get()>
                <p class="dense muted">{i.sem_texto}" "<a class="link" href="/dashboard/conhecimento">{i.sem_texto_acao}</a></p>
            </Show>
        </div>
        <Show when=move || faltam.with(|f| !f.is_empty()) fallback=move || view! { <p class="prontidao-tudo"><Icone nome="circle-check"/><span>{i.tudo_sabe}</span></p> }>
            <h3 class="prontidao-titulo">{i.faltam}</h3>
            <ul class="prontidao-lista">
                <For each=move || faltam.get() key=|p| p.chave.clone() children=move |p| view! { <Falta e=e p=p/> }/>
            </ul>
        </Show>
        <Show when=move || sabe.with(|s| !s.is_empty())>
            <details class="prontidao-mais"><summary>{move || com_n(i.ja_sabe, sabe.with(Vec::len))}</summary><ul>{lista_sabe}</ul></details>
        </Show>
        <Show when=move || fora.with(|s| !s.is_empty())>
            <details class="prontidao-mais"><summary>{move || com_n(i.nao_valem, fora.with(Vec::len))}</summary><ul>{lista_fora}</ul></details>
        </Show>
    }
}

/// A question without an answer; opens into a small form, also before the WASM has loaded.
#[component]
fn Falta(e: Estado, p: PerguntaDto) -> impl IntoView {
    let t = textos();
    let i = &t.inicio;
    let PerguntaDto { chave, pergunta, exemplo, .. } = p;
    let (de, para) = (chave.clone(), chave.clone());
    let ensinada = Memo::new(move |_| e.ensinadas.with(|s| s.contains(&de)));
    let aprendendo = move || ensinada.get() && e.dados.with(|d| d.indexando);
    let ainda_nao = move || ensinada.get() && e.dados.with(|d| !d.indexando);
    let vazia = RwSignal::new(false);
    let erro = Signal::derive(move || {
        if vazia.get() {
            return Some(i.resposta_vazia.to_owned());
        }
        e.erro.with(|erro| erro.as_ref().filter(|(c, _)| *c == para).map(|(_, frase)| frase.clone()))
    });
    let campo_id = format!("resposta-{chave}");
    let (erro_id, ajuda_id) = (format!("{campo_id}-erro"), format!("{campo_id}-ajuda"));
    let descrito = format!("{ajuda_id} {erro_id}");
    let foco = campo_id.clone();
    let node = NodeRef::<Textarea>::new();
    let conferir = move |ev: SubmitEvent| {
        let texto = node.get_untracked().map(|el| el.value());
        let nada = texto.is_none_or(|t| t.trim().is_empty());
        vazia.set(nada);
        if nada {
            ev.prevent_default();
            browser::focus(&foco);
        }
    };
    let rotulo = fill(i.resposta_de, &[("pergunta", &pergunta)]);
    let nome = pergunta.clone();
    let (c1, c2) = (chave.clone(), chave);
    view! {
        <li>
            <Show when=aprendendo><p class="prontidao-lendo"><span>{nome.clone()}</span><span class="badge badge-info badge-dot is-busy">{i.aprendendo}</span></p></Show>
            <details name="prontidao" class:is-oculta=aprendendo>
                <summary><span class="prontidao-pergunta">{pergunta}</span><span class="btn btn-secondary btn-sm" aria-hidden="true">{i.responder}</span></summary>
                <Show when=ainda_nao>
                    <p class="prontidao-aviso">{i.ainda_nao}" "<a class="link" href="/dashboard/conhecimento">{i.sem_texto_acao}</a></p>
                </Show>
                <ActionForm action=e.ensinar on:submit:capture=conferir attr:class="form prontidao-form" attr:novalidate=true>
                    <input type="hidden" name="chave" value=c1/>
                    <div class="field">
                        <textarea class="textarea" id=campo_id name="resposta" node_ref=node rows="3" maxlength="2000" required aria-label=rotulo
                            aria-describedby=descrito aria-invalid=move || erro.with(Option::is_some).to_string()></textarea>
                        <p class="field-help" id=ajuda_id>{fill(i.exemplo, &[("texto", &exemplo)])}</p>
                        <ErroCampo id=erro_id erro=erro/>
                    </div>
                    <div class="cluster">
                        <button class="btn btn-primary" type="submit" aria-busy=move || e.ensinar.pending().get().to_string()>{i.ensinar}</button>
                    </div>
                </ActionForm>
                <ActionForm action=e.ignorar attr:class="prontidao-fora">
                    <input type="hidden" name="chave" value=c2/><input type="hidden" name="ignorada" value="true"/>
                    <button class="btn btn-ghost" type="submit">{i.nao_vale}</button>
                </ActionForm>
            </details>
        </li>
    }
}
