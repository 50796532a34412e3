//! The other cards: the switch, the tone, when a person is called, pace and limits.

use contracts::{uso::UsoDto, whatsapp::InstanciaDto};
use leptos::prelude::*;

use super::{
    api::config_gasto,
    estado::{Estado, JANELAS, em_unidades, janela_de, passo, reais},
};
use crate::{
    areas::whatsapp::api::whatsapp_status,
    error::AppError,
    format::{decimal, milhar},
    text::fill,
    ui::{Confirmar, ErroCampo, aguardar},
};

/// Whether anything automatic is sent.
#[component]
pub fn Ligada(e: Estado) -> impl IntoView {
    let c = &e.t.config;
    let ligada = Memo::new(move |_| e.form.with(|f| f.ia_ligada));
    view! {
        <section class="card card-body ligada" class:is-off=move || !ligada.get()>
            <label class="switch" for="ia_ligada">
                <span>
                    <b class="card-title">{c.ia_ligada}</b>
                    <span class="field-help" id="ia-ajuda">{move || if ligada.get() { c.ia_ajuda_sim } else { c.ia_ajuda_nao }}</span>
                </span>
                <span class="ligada-lado">
                    <span class="badge badge-dot" class:badge-success=move || ligada.get() class:badge-warn=move || !ligada.get()>
                        {move || if ligada.get() { c.ia_sim } else { c.ia_nao }}
                    </span>
                    <input
                        class="switch-input" type="checkbox" role="switch" id="ia_ligada" name="form[ia_ligada]" value="sim"
                        aria-label=c.ia_ligada aria-describedby="ia-ajuda" checked=ligada.get_untracked()
                    />
                </span>
            </label>
        </section>
    }
}

/// Three tones, and what becomes of the owner's own texts.
#[component]
pub fn Tom(e: Estado) -> impl IntoView {
    let c = &e.t.config;
    let atual = Memo::new(move |_| e.form.with(|f| f.tom.clone()));
    let nome = move |tom: &str| match tom {
        "FORMAL" => (c.formal, c.formal_ajuda),
        "TECNICO" => (c.tecnico, c.tecnico_ajuda),
        _ => (c.casual, c.casual_ajuda),
    };
    let opcoes = ["CASUAL", "FORMAL", "TECNICO"].map(|tom| {
        let (titulo, ajuda) = nome(tom);
        let id = format!("tom-{tom}");
        view! {
            <label class="tone" for=id.clone()>
                <span class="tone-top">
                    <input
                        class="radio" type="radio" name="form[tom]" id=id.clone() value=tom checked=atual.with_untracked(|a| a == tom)
                        on:change=move |_| e.trocou_tom()
                    />
                    <b>{titulo}</b>
                </span>
                <span class="muted dense">{ajuda}</span>
            </label>
        }
    });
    let proprios = Memo::new(move |_| e.proprios().len());
    let aberto = RwSignal::new(false);
    let titulo = Signal::derive(move || {
        fill(c.usar_titulo, &[("n", &proprios.get().to_string()), ("tom", nome(&atual.get()).0)])
    });
    view! {
        <section class="card" aria-labelledby="t-tom">
            <header class="card-head"><div><h2 class="card-title" id="t-tom">{c.tom}</h2><p class="card-sub">{c.tom_sub}</p></div></header>
            <div class="card-body">
                <fieldset class="tones"><legend class="visually-hidden">{c.tom}</legend>{opcoes.into_iter().collect_view()}</fieldset>
                <div class="tons-nota" role="status">
                    {move || (proprios.get() > 0).then(|| view! {
                        <span class="muted dense">{c.seus_textos}</span>
                        <button class="btn btn-secondary btn-sm" type="button" on:click=move |_| aberto.set(true)>{c.usar_prontos}</button>
                    })}
                </div>
            </div>
            <Confirmar
                id="usar-prontos" aberto=aberto titulo=titulo texto=c.usar_texto acao=c.usar_acao ocupado=false
                confirmar=Callback::new(move |()| { aberto.set(false); e.usar_prontos(); })
            />
        </section>
    }
}

/// A whole number with its label, help and error.
#[component]
fn Numero(
    e: Estado,
    /// Field, and id of the input.
    campo: &'static str,
    label: &'static str,
    #[prop(into)] ajuda: Signal<String>,
    valor: i32,
    de: i32,
    ate: i32,
) -> impl IntoView {
    let erro = e.erro(campo);
    let (ajuda_id, erro_id) = (format!("{campo}-ajuda"), format!("{campo}-erro"));
    view! {
        <div class="field">
            <label class="field-label" for=campo>{label}</label>
            <input
                class="input curto num" type="number" inputmode="numeric" id=campo name=format!("form[{campo}]") value=valor min=de max=ate required=true
                aria-describedby=format!("{ajuda_id} {erro_id}") aria-invalid=move || erro.with(Option::is_some).to_string()
            />
            <p class="field-help" id=ajuda_id>{ajuda}</p>
            <ErroCampo id=erro_id erro=erro/>
        </div>
    }
}

/// The threshold, the wait and the return.
#[component]
pub fn Pessoa(e: Estado) -> impl IntoView {
    let c = &e.t.config;
    let inicial = e.form.get_untracked();
    let limiar = Memo::new(move |_| e.form.with(|f| f.limiar_confianca));
    let palavras = move || match limiar.get() {
        v if v < 0.4 => c.limiar_baixo,
        v if v <= 0.651 => c.limiar_medio,
        _ => c.limiar_alto,
    };
    let (valor, fator) = em_unidades(inicial.retorno_minutos);
    let unidade = move |id: &'static str, n: i32, nome: &'static str| {
        view! {
            <label for=id>
                <input type="radio" name="form[retorno_unidade]" id=id value=n checked=fator == n/>{nome}
            </label>
        }
    };
    let erro = e.erro("retorno_minutos");
    view! {
        <section class="card" aria-labelledby="t-pessoa">
            <header class="card-head"><h2 class="card-title" id="t-pessoa">{c.pessoa}</h2></header>
            <div class="card-body form">
                <div class="field">
                    <span class="field-label"><label for="limiar_confianca">{c.limiar}</label><small class="num">{move || decimal(limiar.get())}</small></span>
                    <input
                        class="range" type="range" id="limiar_confianca" name="form[limiar_confianca]" min="0.1" max="0.95" step="0.05"
                        value=passo(inicial.limiar_confianca).to_string() style=move || format!("--v:{:.1}", (passo(limiar.get()) - 0.1) / 0.85 * 100.0)
                        aria-describedby="limiar-palavras"
                    />
                    <p class="range-pontas" aria-hidden="true"><span>{c.limiar_solto}</span><span>{c.limiar_cauteloso}</span></p>
                    <p class="field-help" id="limiar-palavras" role="status">{palavras}</p>
                </div>
                <Numero
                    e=e campo="espera_minutos" label=c.espera_minutos ajuda=Signal::stored(c.espera_minutos_ajuda.to_owned())
                    valor=inicial.espera_minutos de=2 ate=240
                />
                <div class="field" role="group" aria-labelledby="t-retorno">
                    <label class="field-label" id="t-retorno" for="retorno_valor">{c.retorno}</label>
                    <div class="cluster">
                        <input
                            class="input curto num" type="number" inputmode="numeric" id="retorno_valor" name="form[retorno_valor]" value=valor min="1" max="4320" required=true
                            aria-describedby="retorno-ajuda retorno-erro" aria-invalid=move || erro.with(Option::is_some).to_string()
                        />
                        <div class="segmented">{unidade("retorno-minutos", 1, c.minutos)}{unidade("retorno-horas", 60, c.horas)}</div>
                    </div>
                    <p class="field-help" id="retorno-ajuda">{c.retorno_ajuda}</p>
                    <ErroCampo id="retorno-erro".to_owned() erro=erro/>
                </div>
            </div>
        </section>
    }
}

/// The window, the budget, the day's limit and how long messages are kept.
#[component]
pub fn Ritmo(e: Estado) -> impl IntoView {
    let c = &e.t.config;
    let inicial = e.form.get_untracked();
    let escolhida = janela_de(&inicial);
    let mut janelas: Vec<(&'static str, String)> =
        JANELAS.iter().map(|(nome, min, max)| (*nome, format!("{min}-{max}"))).collect();
    if escolhida == "propria" {
        janelas.push(("propria", format!("{}-{}", inicial.janela_min_ms, inicial.janela_max_ms)));
    }
    let opcoes = janelas.into_iter().map(|(nome, valor)| {
        let id = format!("janela-{nome}");
        let rotulo = match nome {
            "rapida" => c.janela_rapida,
            "normal" => c.janela_normal,
            "paciente" => c.janela_paciente,
            _ => c.janela_propria,
        };
        view! {
            <label for=id.clone()>
                <input type="radio" name="form[janela]" id=id.clone() value=valor checked=nome == escolhida/>{rotulo}
            </label>
        }
    });
    let janela_ajuda = move || {
        let segundos = |ms: i32| format!("{:.1}", f64::from(ms) / 1000.0).replace('.', ",").replace(",0", "");
        e.form
            .with(|f| fill(c.janela_ajuda, &[("de", &segundos(f.janela_min_ms)), ("ate", &segundos(f.janela_max_ms))]))
    };
    view! {
        <section class="card" aria-labelledby="t-ritmo">
            <header class="card-head"><h2 class="card-title" id="t-ritmo">{c.ritmo}</h2></header>
            <div class="card-body form">
                <fieldset class="field">
                    <legend class="field-label">{c.janela}</legend>
                    <div class="segmented">{opcoes.collect_view()}</div>
                    <p class="field-help">{janela_ajuda}</p>
                </fieldset>
                <Orcamento e=e/>
                <Diario e=e/>
                <Numero
                    e=e campo="retencao_dias" label=c.retencao ajuda=Signal::stored(c.retencao_ajuda.to_owned())
                    valor=inicial.retencao_dias de=7 ate=365
                />
            </div>
        </section>
    }
}

/// The month's budget, with what is spent of it.
#[component]
fn Orcamento(e: Estado) -> impl IntoView {
    let c = &e.t.config;
    let inicial = e.form.get_untracked();
    let meu = inicial.orcamento_mensal_brl.is_some();
    let padrao = match inicial.orcamento_padrao_brl {
        Some(v) => fill(c.orcamento_padrao, &[("valor", &reais(v))]),
        None => c.orcamento_padrao_sem.to_owned(),
    };
    let ajuda = fill(c.orcamento_ajuda, &[("maximo", &reais(inicial.orcamento_maximo_brl))]);
    let valor = inicial.orcamento_mensal_brl.map(reais).unwrap_or_default();
    let erro = e.erro("orcamento_mensal_brl");
    let gasto = Resource::new(|| (), |()| config_gasto());
    let linha = move |uso: UsoDto| match uso.orcamento_brl {
        Some(limite) => {
            let por_cento = uso.percentual.unwrap_or(0.0).clamp(0.0, 100.0);
            let frase = fill(c.orcamento_gasto_de, &[("valor", &reais(uso.custo_brl)), ("limite", &reais(limite))]);
            view! {
                <span class="num">{frase}</span>
                <span class="meter" class:tone-warn={por_cento >= 80.0} aria-hidden="true"><span style=format!("--v:{por_cento:.1}")></span></span>
            }
            .into_any()
        }
        None => fill(c.orcamento_gasto, &[("valor", &reais(uso.custo_brl))]).into_any(),
    };
    let focar = move |_| {
        crate::browser::focus("orcamento_valor");
    };
    view! {
        <fieldset class="field orcamento">
            <legend class="field-label">{c.orcamento}</legend>
            <label class="check" for="orcamento-padrao">
                <input class="radio" type="radio" name="form[orcamento]" id="orcamento-padrao" value="padrao" checked=!meu/><span>{padrao}</span>
            </label>
            <div class="cluster">
                <label class="check" for="orcamento-meu">
                    <input class="radio" type="radio" name="form[orcamento]" id="orcamento-meu" value="meu" checked=meu on:click=focar/><span>{c.orcamento_meu}</span>
                </label>
                <input
                    class="input curto num" type="text" inputmode="decimal" id="orcamento_valor" name="form[orcamento_valor]" value=valor placeholder="R$ 10,00"
                    aria-label=c.orcamento_valor aria-describedby="orcamento-ajuda orcamento-erro"
                    aria-invalid=move || erro.with(Option::is_some).to_string()
                    on:input=move |_| crate::browser::set_field_checked("orcamento-meu", true)
                />
            </div>
            <p class="dense orcamento-gasto">{aguardar(().into_any(), move || async move { gasto.await.ok().map(linha).into_any() })}</p>
            <p class="field-help" id="orcamento-ajuda">{ajuda}</p>
            <ErroCampo id="orcamento-erro".to_owned() erro=erro/>
        </fieldset>
    }
}

/// What the number has sent today. It cannot be changed here.
#[component]
fn Diario(e: Estado) -> impl IntoView {
    let c = &e.t.config;
    let instancia: Resource<Result<InstanciaDto, AppError>> = Resource::new(|| (), |()| whatsapp_status());
    let numero = |n: i32| milhar(usize::try_from(n).unwrap_or_default());
    let linha = move |i: InstanciaDto| match i.uso {
        Some(uso) => {
            let por_cento = f64::from(uso.enviadas_hoje) / f64::from(uso.limite_hoje.max(1)) * 100.0;
            let conta =
                fill(c.diario_conta, &[("n", &numero(uso.enviadas_hoje)), ("limite", &numero(uso.limite_hoje))]);
            view! {
                <span class="num">{conta}</span>
                <span class="meter" class:tone-warn={por_cento >= 90.0} aria-hidden="true"><span style=format!("--v:{:.1}", por_cento.min(100.0))></span></span>
            }
            .into_any()
        }
        None => view! { <span>{c.diario_sem}</span> }.into_any(),
    };
    view! {
        <div class="field">
            <span class="field-label">{c.diario}</span>
            <p class="dense orcamento-gasto">{aguardar(().into_any(), move || async move { instancia.await.ok().map(linha).into_any() })}</p>
            <p class="field-help">{c.diario_ajuda}" "<a class="link" href="/dashboard/whatsapp">{c.diario_ver}</a></p>
        </div>
    }
}
