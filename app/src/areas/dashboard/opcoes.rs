//! The charts of the start page as ECharts takes them. Made here, so that the browser needs no code for it; colours are
//! tokens of the style sheet, which `public/graficos.js` looks up.

use charming::{
    Chart,
    component::{Axis, Grid, VisualMap, VisualMapChannel},
    datatype::DataFrame,
    element::{
        AxisLabel, AxisLine, AxisPointer, AxisPointerType, AxisTick, AxisType, Color, Emphasis, ItemStyle, LineStyle,
        SplitLine, Tooltip, Trigger,
    },
    series::{Bar, Heatmap},
};
use contracts::metricas::{MetricasDto, PontoDto};

use super::{api::Graficos, numeros};
use crate::text::Textos;

/// All of them.
pub fn graficos(t: &Textos, m: &MetricasDto) -> Graficos {
    let de = |f: fn(&PontoDto) -> f64| m.serie.iter().map(f).collect::<Vec<f64>>();
    let rotulos: Vec<String> = m.serie.iter().map(numeros::rotulo).collect();
    let mensagens = barras(&rotulos, 1.0)
        .series(serie(t.inicio.leg_ia, "var(--c2)", de(|p| p.ia as f64)))
        .series(serie(t.inicio.leg_pessoa, "var(--c1)", de(|p| p.pessoa as f64)))
        .series(serie(t.inicio.leg_sem, "var(--border-strong)", de(|p| (p.recebidas - p.ia - p.pessoa) as f64)));
    let custo = barras(&rotulos, 0.01).series(serie(t.inicio.leg_custo, "var(--c4)", de(|p| p.custo_brl)));
    Graficos { mensagens: json(&mensagens), semana: json(&semana(t, m)), custo: json(&custo) }
}

fn json(chart: &Chart) -> String {
    serde_json::to_string(chart).unwrap_or_default()
}

fn cor(token: &str) -> Color {
    Color::Value(token.to_owned())
}

fn rotulo() -> AxisLabel {
    AxisLabel::new().color(cor("var(--text-3)")).font_size(12)
}

fn categorias(data: Vec<String>) -> Axis {
    Axis::new()
        .type_(AxisType::Category)
        .data(data)
        .axis_label(rotulo())
        .axis_tick(AxisTick::new().show(false))
        .axis_line(AxisLine::new().show(false))
}

fn dica(trigger: Trigger) -> Tooltip {
    Tooltip::new()
        .trigger(trigger)
        .background_color(cor("var(--surface)"))
        .border_color(cor("var(--border)"))
        .axis_pointer(AxisPointer::new().type_(AxisPointerType::Shadow))
}

/// Stacked bars over these labels, still without a series; the lines behind are not nearer to each other than `passo`.
fn barras(rotulos: &[String], passo: f64) -> Chart {
    let linhas = SplitLine::new().line_style(LineStyle::new().color(cor("var(--border)")));
    Chart::new()
        .animation_duration(180)
        .tooltip(dica(Trigger::Axis))
        .grid(Grid::new().left(8).right(8).top(12).bottom(22))
        .x_axis(categorias(rotulos.to_vec()))
        .y_axis(
            Axis::new()
                .type_(AxisType::Value)
                .split_number(4)
                .min_interval(passo)
                .axis_label(rotulo())
                .split_line(linhas),
        )
}

fn serie(nome: &str, token: &str, valores: Vec<f64>) -> Bar {
    let data: DataFrame = valores.into_iter().map(Into::into).collect();
    Bar::new().name(nome).stack("total").item_style(ItemStyle::new().color(cor(token))).bar_width("62%").data(data)
}

/// Weekdays down from Monday, hours across, the busier the darker.
fn semana(t: &Textos, m: &MetricasDto) -> Chart {
    let dias: Vec<&str> = t.inicio.dias_curtos.split('|').collect();
    // From the bottom up: Sunday is the last row.
    let linhas: Vec<String> =
        [0_usize, 6, 5, 4, 3, 2, 1].iter().filter_map(|d| dias.get(*d)).map(|d| (*d).to_owned()).collect();
    let linha = |dia: u32| i64::from((7 - dia) % 7);
    let data: Vec<DataFrame> = m
        .semana
        .iter()
        .map(|h| vec![i64::from(h.hora).into(), linha(h.dia_semana).into(), h.recebidas.into()])
        .collect();
    let maior = m.semana.iter().map(|h| h.recebidas).max().unwrap_or(1);
    Chart::new()
        .animation_duration(180)
        .tooltip(dica(Trigger::Item))
        .grid(Grid::new().left(8).right(8).top(4).bottom(22))
        .x_axis(categorias((0..24).map(|h| format!("{h}h")).collect()))
        .y_axis(categorias(linhas).axis_label(rotulo().interval(0)))
        .visual_map(
            VisualMap::new()
                .show(false)
                .min(0)
                .max(maior as f64)
                .in_range(VisualMapChannel::new().color(vec![cor("var(--surface-2)"), cor("var(--c1)")])),
        )
        .series(
            Heatmap::new()
                .name(t.inicio.recebidas)
                .item_style(ItemStyle::new().border_color(cor("var(--surface)")).border_width(2).border_radius(3))
                .emphasis(Emphasis::new().item_style(ItemStyle::new().border_color(cor("var(--text)"))))
                .data(data),
        )
}
