//! The results: one JSON line a run, and a table of the medians.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::machine;
use crate::stats::median;

/// The product, in tables.
pub const PROSEIA: &str = "Proseia";

/// What one run of one measurement gave.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    /// `a` to `d`.
    pub part: String,
    /// Under which circumstances, such as `1000 clientes`.
    pub case: String,
    /// [`PROSEIA`] or the peer.
    pub system: String,
    /// From 1.
    pub run: usize,
    /// `release` or `debug`.
    pub build: String,
    /// [`machine::load`] when the run began; our own earlier runs are part of it.
    pub load: f64,
    /// By name; the name ends in the unit.
    pub figures: BTreeMap<String, f64>,
}

/// The results file, written as runs end.
pub struct Results {
    file: File,
    build: String,
    lines: Vec<Line>,
}

impl Results {
    /// Begins the file anew. `build`: what was measured.
    pub fn create(path: &Path, build: &str) -> anyhow::Result<Self> {
        let file = OpenOptions::new().create(true).write(true).truncate(true).open(path);
        let file = file.with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(Self { file, build: build.to_owned(), lines: Vec::new() })
    }

    /// Keeps one run, in the file at once.
    pub fn add(
        &mut self,
        (part, case, system): (&str, &str, &str),
        run: usize,
        load: f64,
        figures: BTreeMap<String, f64>,
    ) -> anyhow::Result<()> {
        let line = Line {
            part: part.to_owned(),
            case: case.to_owned(),
            system: system.to_owned(),
            run,
            build: self.build.clone(),
            load,
            figures,
        };
        serde_json::to_writer(&mut self.file, &line)?;
        self.file.write_all(b"\n")?;
        self.lines.push(line);
        Ok(())
    }

    /// All tables, in Markdown.
    pub fn markdown(&self) -> String {
        let loads: Vec<f64> = self.lines.iter().map(|l| l.load).collect();
        let (low, high) = loads.iter().fold((f64::MAX, 0.0_f64), |(a, b), l| (a.min(*l), b.max(*l)));
        let mut out = format!(
            "Machine: {}. Build: {}. Load average at the start of the runs: {low:.1} to {high:.1}.\n",
            machine::describe(),
            self.build
        );
        for (part, title) in PARTS {
            let lines: Vec<&Line> = self.lines.iter().filter(|l| l.part == *part).collect();
            if !lines.is_empty() {
                let _ = write!(out, "\n### {title}\n\n{}", table(&lines));
            }
        }
        out + &targets(&self.lines)
    }
}

const PARTS: &[(&str, &str)] = &[
    ("a", "(a) Retrieval"),
    ("b", "(b) Webhook to durable 200"),
    ("c", "(c) From the webhook to the send call, without model and window"),
    ("d", "(d) Memory of the server"),
];

/// A row for each figure, a column for each case and system.
fn table(lines: &[&Line]) -> String {
    let mut columns: Vec<(&str, &str)> = Vec::new();
    let mut rows: Vec<&str> = Vec::new();
    for line in lines {
        let column = (line.case.as_str(), line.system.as_str());
        if !columns.contains(&column) {
            columns.push(column);
        }
        for name in line.figures.keys() {
            if !rows.contains(&name.as_str()) {
                rows.push(name);
            }
        }
    }
    let mut out = String::from("| median of the runs |");
    for (case, system) in &columns {
        let runs = lines.iter().filter(|l| (l.case.as_str(), l.system.as_str()) == (*case, *system)).count();
        let _ = write!(out, " {system}, {case} ({runs}) |");
    }
    let _ = writeln!(out, "\n| --- |{}", " ---: |".repeat(columns.len()));
    for row in rows {
        let _ = write!(out, "| {row} |");
        for (case, system) in &columns {
            let value = value(lines.iter().copied(), case, system, row);
            let _ = write!(out, " {} |", value.map_or_else(|| "–".to_owned(), number));
        }
        out.push('\n');
    }
    out
}

/// The median over the runs.
fn value<'a>(lines: impl Iterator<Item = &'a Line>, case: &str, system: &str, figure: &str) -> Option<f64> {
    let found: Vec<f64> =
        lines.filter(|l| l.case == case && l.system == system).filter_map(|l| l.figures.get(figure).copied()).collect();
    (!found.is_empty()).then(|| median(found))
}

fn number(value: f64) -> String {
    match value.abs() {
        v if v >= 1000.0 => format!("{value:.0}"),
        v if v >= 100.0 => format!("{value:.1}"),
        v if v >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// A figure that must be better than each peer's by `factor`; 0: only to be known.
struct Ratio {
    part: &'static str,
    figure: &'static str,
    factor: f64,
    more_is_better: bool,
}

const RATIOS: &[Ratio] = &[
    Ratio { part: "a", figure: "open+search p50 ms", factor: 10.0, more_is_better: false },
    Ratio { part: "a", figure: "warm p50 ms", factor: 5.0, more_is_better: false },
    Ratio { part: "a", figure: "memory anon MB", factor: 6.0, more_is_better: false },
    Ratio { part: "b", figure: "throughput /s", factor: 5.0, more_is_better: true },
    Ratio { part: "b", figure: "server CPU ms a request", factor: 0.0, more_is_better: false },
];
/// Figures of ours with the most they may be, in every case.
const LIMITS: &[(&str, &str, f64)] = &[("b", "at 300/s p99 ms", 20.0), ("c", "overhead p95 ms", 50.0)];
/// Figures of ours that may not grow by more than [`GROWTH`] from the smallest to the largest number of clientes.
const FLAT: &[(&str, &str, bool)] = &[
    ("b", "throughput /s", true),
    ("b", "at 300/s p50 ms", false),
    ("b", "at 300/s p99 ms", false),
    ("c", "overhead p50 ms", false),
    ("c", "overhead p95 ms", false),
];
const GROWTH: f64 = 0.2;

/// Which targets are met.
fn targets(lines: &[Line]) -> String {
    let mut out = String::new();
    for r in RATIOS {
        let of = |part: &str| lines.iter().filter(move |l| l.part == part).collect::<Vec<_>>();
        for (case, system) in peers(&of(r.part)) {
            let get = |s: &str| value(of(r.part).into_iter(), &case, s, r.figure);
            let (Some(ours), Some(theirs)) = (get(PROSEIA), get(&system)) else { continue };
            let ratio = if r.more_is_better { ours / theirs } else { theirs / ours };
            let target = match r.factor {
                0.0 => String::new(),
                factor => format!(" (target {factor}): {}", verdict(ratio >= factor)),
            };
            let _ = writeln!(
                out,
                "- ({}) {}, {case}: {} against {} of {system}: {ratio:.1} times better{target}",
                r.part,
                r.figure,
                number(ours),
                number(theirs)
            );
        }
    }
    for (part, figure, limit) in LIMITS {
        for (case, v) in ours(lines, part, figure) {
            let _ = writeln!(
                out,
                "- ({part}) {figure}, {case}: {} (target ≤ {limit}): {}",
                number(v),
                verdict(v <= *limit)
            );
        }
    }
    for (part, figure, more_is_better) in FLAT {
        let all = ours(lines, part, figure);
        let (Some((from, a)), Some((to, b))) = (all.first(), all.last()) else { continue };
        if from != to {
            let worse = if *more_is_better { a / b - 1.0 } else { b / a - 1.0 };
            let percent = worse * 100.0;
            let met = verdict(worse <= GROWTH);
            let _ =
                writeln!(out, "- ({part}) {figure} from {from} to {to}: {percent:+.0} % worse (target ≤ +20 %): {met}");
        }
    }
    if out.is_empty() { out } else { format!("\n### Targets\n\n{out}") }
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "**missed**" }
}

/// The peers of a part with the case each was measured in.
fn peers(lines: &[&Line]) -> Vec<(String, String)> {
    let mut all: Vec<_> =
        lines.iter().filter(|l| l.system != PROSEIA).map(|l| (l.case.clone(), l.system.clone())).collect();
    all.dedup();
    all.sort();
    all.dedup();
    all
}

/// Our figure in each case, in the order measured.
fn ours(lines: &[Line], part: &str, figure: &str) -> Vec<(String, f64)> {
    let mut cases: Vec<&str> = Vec::new();
    for line in lines.iter().filter(|l| l.part == part && l.system == PROSEIA) {
        if !cases.contains(&line.case.as_str()) {
            cases.push(&line.case);
        }
    }
    let of = |case: &str| value(lines.iter().filter(|l| l.part == part), case, PROSEIA, figure);
    cases.into_iter().filter_map(|case| Some((case.to_owned(), of(case)?))).collect()
}
