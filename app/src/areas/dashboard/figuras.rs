//! What happened in the period: figures that lead to their lists, charts, and this month's cost.

use std::time::Duration;

use contracts::{
    eventos::Evento,
    metricas::{MetricasDto, Periodo, TotaisDto},
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    api::{FigurasDto, Uso, inicio_figuras},
    grafico::{Grafico, carregar_desenho},
    numeros::{duracao, inteiro, palavra, reais, rotulo},
};
use crate::{
    browser,
    live::{Live, coalesce},
    text::{Textos, fill, textos},
    ui::{Icone, Vazio},
};

const CONVERSAS: &str = "/dashboard/conversas";

/// Figures that are read again when something happens.
pub fn vivas(inicial: FigurasDto) -> RwSignal<FigurasDto> {
    let periodo = inicial.metricas.periodo;
    let dados = RwSignal::new(inicial);
    let reler = coalesce(Duration::from_secs(2), move || {
        spawn_local(async move {
            match inicio_figuras(periodo).await {
                Ok(novas) => drop(dados.try_set(novas)),
                Err(erro) => browser::leave_if_signed_out(&erro),
            }
        });
    });
    Live::expect().on(move |evento| {
        if matches!(evento, None | Some(Evento::Mensagem { .. } | Evento::Conversa { .. } | Evento::Aviso { .. })) {
            reler();
        }
    });
    dados
}

/// What came and what became of it; each figure leads to its list.
#[component]
pub fn Kpis(
    /// The figures.
    dados: RwSignal<FigurasDto>,
) -> impl IntoView {
    let t = textos();
    view! { <section class="kpi-grid" aria-label=t.inicio.figuras>{move || dados.with(|d| figuras(t, d))}</section> }
}

/// The charts, or why there are none.
#[component]
pub fn Graficos(
    /// The figures.
    dados: RwSignal<FigurasDto>,
) -> impl IntoView {
    carregar_desenho();
    let vazio = Memo::new(move |_| dados.with(|d| d.metricas.agora.recebidas == 0));
    let periodo = dados.with_untracked(|d| d.metricas.periodo);
    view! {
        <Show when=move || !vazio.get() fallback=move || view! { <SemMensagens periodo=periodo/> }>
            <Desenhos dados=dados/>
        </Show>
    }
}

/// A period in which nothing came.
#[component]
fn SemMensagens(periodo: Periodo) -> impl IntoView {
    let t = textos();
    view! {
        <section class="card">
            <Vazio icone="chart-column" titulo=t.inicio.sem_mensagens texto=t.inicio.passo_ver_como>
                {(periodo != Periodo::TrintaDias).then(|| view! { <a class="btn btn-secondary" href="/dashboard?periodo=30d">{t.inicio.outro_periodo}</a> })}
            </Vazio>
        </section>
    }
}

/// Which way a figure should go.
#[derive(Clone, Copy, PartialEq)]
enum Bom {
    Subir,
    Descer,
    Tanto,
}

fn figuras(t: &'static Textos, d: &FigurasDto) -> AnyView {
    let (a, b) = (d.metricas.agora, d.metricas.antes);
    let i = &t.inicio;
    let versus = |f: fn(&TotaisDto) -> i64, bom| comparar(t, d.metricas.periodo, f(&a), f(&b), bom);
    let curva = |cor: &'static str, f: fn(&contracts::metricas::PontoDto) -> f64| {
        spark(cor, &d.metricas.serie.iter().map(f).collect::<Vec<_>>())
    };
    let n = |valor: i64| view! { {inteiro(t, valor)} }.into_any();
    let parte = a.parte_ia().map(|p| fill(i.ia_parte, &[("n", &format!("{:.0}", p * 100.0))]));
    let pontos = comparar_partes(t, &d.metricas);
    let espera = match a.espera_ia_s {
        Some(s) => {
            let (valor, unidade) = duracao(t, s);
            view! { {valor} " " <small>{unidade}</small> }.into_any()
        }
        None => {
            view! { <span aria-hidden="true">"–"</span><span class="visually-hidden">{i.sem_dado}</span> }.into_any()
        }
    };
    let pessoas = a.espera_pessoa_s.map_or_else(
        || i.espera_sem_pessoas.to_owned(),
        |s| {
            let (valor, unidade) = duracao(t, s);
            fill(i.espera_pessoas, &[("tempo", &format!("{valor} {unidade}"))])
        },
    );
    let texto = |s: String| view! { <span>{s}</span> }.into_any();
    view! {
        {kpi(CONVERSAS, i.recebidas, n(a.recebidas), Some(curva("var(--c1)", |p| p.recebidas as f64)), view! {
            {versus(|x| x.recebidas, Bom::Tanto)}
            {(b.recebidas == 0).then(|| view! { <span>{i.antes_nada}</span> })}
        }.into_any())}
        {kpi("/dashboard/conversas?estado=IA_ATIVA", i.ia, n(a.ia), Some(curva("var(--c2)", |p| p.ia as f64)),
            view! { {pontos} {parte.map(texto)} }.into_any())}
        {kpi("/dashboard/conversas?estado=HUMANO_RESPONDEU", i.pessoa, n(a.pessoa), Some(curva("var(--c1)", |p| p.pessoa as f64)),
            versus(|x| x.pessoa, Bom::Tanto))}
        {kpi("/dashboard/conversas?estado=AGUARDANDO_HUMANO", i.passadas, n(a.passadas), None, versus(|x| x.passadas, Bom::Descer))}
        {kpi(CONVERSAS, i.espera, espera, None, texto(pessoas))}
        {kpi("/dashboard/conhecimento?aba=perguntas", i.sem_saber, n(a.sem_saber), None, view! {
            {(a.sem_saber > 0).then(|| view! { <span class="link">{i.sem_saber_foot}</span> })}
            {versus(|x| x.sem_saber, Bom::Descer)}
        }.into_any())}
        {kpi(CONVERSAS, i.conversas, n(a.conversas), None, view! { {versus(|x| x.conversas, Bom::Tanto)} <span>{i.conversas_foot}</span> }.into_any())}
        {kpi("#custo", i.custo, texto(reais(t, a.custo_brl)), Some(curva("var(--c4)", |p| p.custo_brl)), texto(orcamento_curto(t, &d.uso)))}
    }
    .into_any()
}

fn kpi(href: &'static str, nome: &'static str, valor: AnyView, curva: Option<AnyView>, pe: AnyView) -> AnyView {
    view! {
        <article class="card kpi kpi-link">
            <h2 class="kpi-label"><a href=href>{nome}</a></h2>
            <p class="kpi-value">{valor}</p>
            {curva}
            <p class="kpi-foot">{pe}</p>
        </article>
    }
    .into_any()
}

/// How a count moved against the period before.
fn comparar(t: &'static Textos, periodo: Periodo, agora: i64, antes: i64, bom: Bom) -> AnyView {
    let i = &t.inicio;
    if antes == 0 {
        return ().into_any();
    }
    let por_cento = ((agora - antes) as f64 / antes as f64 * 100.0).round() as i64;
    let texto = match por_cento {
        0 => i.antes_igual.to_owned(),
        1.. => fill(i.mais_por_cento, &[("n", &por_cento.to_string())]),
        _ => fill(i.menos_por_cento, &[("n", &(-por_cento).to_string())]),
    };
    tendencia(t, periodo, por_cento, texto, bom)
}

/// How the assistant's share moved, in points of a hundred.
fn comparar_partes(t: &'static Textos, m: &MetricasDto) -> Option<AnyView> {
    let (agora, antes) = (m.agora.parte_ia()?, m.antes.parte_ia()?);
    let pontos = ((agora - antes) * 100.0).round() as i64;
    let texto = match pontos {
        0 => t.inicio.antes_igual.to_owned(),
        1.. => fill(t.inicio.mais_pontos, &[("n", &pontos.to_string())]),
        _ => fill(t.inicio.menos_pontos, &[("n", &(-pontos).to_string())]),
    };
    Some(tendencia(t, m.periodo, pontos, texto, Bom::Subir))
}

fn tendencia(t: &'static Textos, periodo: Periodo, quanto: i64, texto: String, bom: Bom) -> AnyView {
    let class = match (bom, quanto.signum()) {
        (Bom::Tanto, _) | (_, 0) => "trend",
        (Bom::Subir, 1) | (Bom::Descer, -1) => "trend trend-good",
        _ => "trend trend-bad",
    };
    let seta = match quanto.signum() {
        1 => Some("arrow-up"),
        -1 => Some("arrow-down"),
        _ => None,
    };
    let que = match periodo {
        Periodo::Hoje => t.inicio.antes_hoje.to_owned(),
        outro => fill(t.inicio.antes_dias, &[("n", &outro.dias().to_string())]),
    };
    let curto = quanto != 0;
    view! {
        <span class=class>{seta.map(|nome| view! { <Icone nome=nome/> })}{texto}</span>
        {curto.then(|| view! { <span class="visually-hidden">{que}</span> })}
    }
    .into_any()
}

/// A small curve; decoration, the chart below says it again.
fn spark(cor: &'static str, valores: &[f64]) -> AnyView {
    let maior = valores.iter().copied().fold(0.0, f64::max);
    if maior <= 0.0 || valores.len() < 2 {
        return ().into_any();
    }
    let passo = 84.0 / (valores.len() - 1) as f64;
    let pontos: Vec<String> = valores
        .iter()
        .enumerate()
        .map(|(i, v)| format!("{:.1} {:.1}", i as f64 * passo, 27.0 - v / maior * 24.0))
        .collect();
    let linha = format!("M{}", pontos.join("L"));
    let area = format!("{linha}V30H0Z");
    view! {
        <svg class="spark" style=format!("--spark:{cor}") viewBox="0 0 84 30" aria-hidden="true">
            <path class="spark-area" d=area></path><path d=linha></path>
        </svg>
    }
    .into_any()
}

/// The charts of a period with messages.
#[component]
fn Desenhos(dados: RwSignal<FigurasDto>) -> impl IntoView {
    let t = textos();
    let i = &t.inicio;
    let por_hora = Memo::new(move |_| dados.with(|d| d.metricas.periodo == Periodo::Hoje));
    let opcoes = move |f: fn(&FigurasDto) -> &String| Signal::derive(move || dados.with(|d| f(d).clone()));
    let primeira = move || if por_hora.get() { i.t_hora } else { i.t_dia };
    let mensagens = Signal::derive(move || {
        dados.with(|d| {
            let linha = |p: &contracts::metricas::PontoDto| {
                let sem = p.recebidas - p.ia - p.pessoa;
                [p.ia, p.pessoa, sem, p.recebidas].iter().fold(vec![rotulo(p)], |mut v, n| {
                    v.push(inteiro(t, *n));
                    v
                })
            };
            d.metricas.serie.iter().filter(|p| p.recebidas > 0).map(linha).collect()
        })
    });
    let semana = Signal::derive(move || {
        dados.with(|d| {
            let linha = |h: &contracts::metricas::HoraDto| {
                let dia = palavra(i.dias_semana, h.dia_semana);
                vec![format!("{dia}, {}h", h.hora), inteiro(t, h.recebidas)]
            };
            d.metricas.semana.iter().map(linha).collect()
        })
    });
    let titulo = Signal::derive(move || if por_hora.get() { i.g_mensagens_hora } else { i.g_mensagens });
    view! {
        <Grafico id="g-mensagens" titulo=titulo sub=i.g_mensagens_sub altura=240 formato="numero" opcoes=opcoes(|d| &d.graficos.mensagens)
            legenda=vec![("var(--c2)", i.leg_ia), ("var(--c1)", i.leg_pessoa), ("var(--border-strong)", i.leg_sem)]
            colunas=Signal::derive(move || vec![primeira(), i.leg_ia, i.leg_pessoa, i.leg_sem, i.t_total]) linhas=mensagens/>
        <Show when=move || !por_hora.get()>
            <Grafico id="g-semana" titulo=i.g_semana sub=i.g_semana_sub altura=220 formato="numero" opcoes=opcoes(|d| &d.graficos.semana)
                colunas=Signal::stored(vec![i.t_hora, i.t_total]) linhas=semana/>
        </Show>
    }
}

fn orcamento_curto(t: &Textos, uso: &Uso) -> String {
    match (uso.orcamento_brl, uso.percentual) {
        (Some(limite), Some(n)) => {
            fill(t.inicio.custo_foot, &[("limite", &reais(t, limite)), ("n", &format!("{:.0}", n.abs()))])
        }
        _ => fill(t.inicio.custo_sem_limite, &[("valor", &reais(t, uso.custo_brl))]),
    }
}

/// What the month has cost, against its limit, with the cost of each day of the period.
#[component]
pub fn Custo(
    /// The figures.
    dados: FigurasDto,
) -> impl IntoView {
    let t = textos();
    let i = &t.inicio;
    let FigurasDto { metricas, uso, graficos } = dados;
    let gasto = reais(t, uso.custo_brl);
    let cabeca = match uso.orcamento_brl {
        Some(limite) => fill(i.orcamento_de, &[("gasto", &gasto), ("limite", &reais(t, limite))]),
        None => gasto,
    };
    let medidor = uso.percentual.map(|p| {
        let (tom, frase) = match p {
            ..80.0 => ("meter", None),
            80.0..100.0 => ("meter tone-warn", Some(i.orcamento_80)),
            _ => ("meter tone-danger", Some(i.orcamento_100)),
        };
        let agora = format!("{:.0}", p.clamp(0.0, 100.0));
        view! {
            <span class=tom role="meter" aria-label=i.orcamento aria-valuemin="0" aria-valuemax="100" aria-valuenow=agora.clone()>
                <span style=format!("--v:{agora}")></span>
            </span>
            {frase.map(|f| view! { <p class="orcamento-aviso"><Icone nome="triangle-alert"/><span>{f}</span></p> })}
        }
    });
    let livre = uso.orcamento_brl.is_none().then(|| view! { <p class="dense muted">{i.orcamento_livre}</p> });
    let nada =
        (uso.custo_brl <= 0.0 && uso.sem_preco == 0).then(|| view! { <p class="dense muted">{i.orcamento_zero}</p> });
    let sem_preco = (uso.sem_preco > 0).then(
        || view! { <p class="dense muted">{fill(i.orcamento_sem_preco, &[("n", &uso.sem_preco.to_string())])}</p> },
    );
    let modelos = uso.modelos.into_iter().map(|(modelo, custo)| {
        view! { <li><span class="row-main truncate">{modelo}</span><span class="num">{custo.map(|c| reais(t, c))}</span></li> }
    });
    let por_hora = metricas.periodo == Periodo::Hoje;
    let linhas: Vec<Vec<String>> =
        metricas.serie.iter().filter(|p| p.custo_brl > 0.0).map(|p| vec![rotulo(p), reais(t, p.custo_brl)]).collect();
    let grafico = (!linhas.is_empty()).then(|| {
        let titulo = if por_hora { i.g_custo_hora } else { i.g_custo };
        let coluna = if por_hora { i.t_hora } else { i.t_dia };
        view! {
            <Grafico id="g-custo" titulo=Signal::stored(titulo) altura=150 formato="reais" opcoes=Signal::stored(graficos.custo)
                colunas=Signal::stored(vec![coluna, i.leg_custo]) linhas=Signal::stored(linhas)/>
        }
    });
    view! {
        <section class="card" id="custo" aria-labelledby="t-custo">
            <header class="card-head"><h2 class="card-title" id="t-custo">{i.orcamento}</h2></header>
            <div class="card-body orcamento">
                <p class="card-big num">{cabeca}</p>
                {medidor}{livre}{nada}{sem_preco}
                <ul class="orcamento-modelos">{modelos.collect_view()}</ul>
            </div>
        </section>
        {grafico}
    }
}
