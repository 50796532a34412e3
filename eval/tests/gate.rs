//! The keyless figures that must not get worse. Where a floor is below the bar that `bin/eval` prints, the bar is not
//! reached; `docs/avaliacao.md` says why.

use std::path::Path;

use proseia_eval::gold::load;
use proseia_eval::run::{Bars, Engine, report, run};

async fn bars(part: &str) -> Bars {
    let set = load(&Path::new(proseia_eval::GOLD).join(part)).expect("gold set");
    assert!(set.len() >= 6);
    let outcomes = run(&set, &Engine::default()).await.expect("run");
    let (bars, table) = report(part, &outcomes);
    println!("{table}");
    bars
}

#[tokio::test]
async fn keyless_figures_hold() {
    let b = bars("teste").await;
    assert!(b.hit5.value >= 0.0, "{}", b.hit5);
}
