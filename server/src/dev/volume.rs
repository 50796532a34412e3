//! The demo cliente with thousands of conversations, and how long the inbox takes then.

use std::sync::Arc;
use std::time::Instant;

use contracts::conversas::ConversasFiltro;
use contracts::{ConversaId, ErrorCode, EstadoConversa, MensagemId};
use db::models::cliente;
use services::{App, Ctx, Result, conversas};

use super::seed::DEMO_EMAIL;

/// Each thing is timed this often; the middle one counts.
const RUNS: usize = 7;
/// How far back the thread is read before a page of it is timed.
const PAGES: usize = 30;

/// Adds `conversas` conversations to the demo cliente, one of them with `mensagens` lines, and says as text how long the
/// inbox takes. With 0 it only measures.
pub async fn run(app: &Arc<App>, conversas: u32, mensagens: u32) -> Result<String> {
    let mut tx = app.db.system().await?;
    let demo = cliente::find_by_email(&mut tx, DEMO_EMAIL).await?.ok_or(ErrorCode::NotFound)?.id;
    tx.commit().await?;
    let ctx = Ctx::system(app, demo, "volume".into());
    let mut out = String::new();
    if conversas > 0 {
        let began = Instant::now();
        let seed = app.clock.now().timestamp_micros().to_string();
        let mut tx = app.db.system().await?;
        let (longest, lines) = db::volume::fill(&mut tx, demo, &seed, conversas, mensagens).await?;
        tx.commit().await?;
        out += &format!("filled: {lines} lines in {:.1} s\n", began.elapsed().as_secs_f64());
        thread(&ctx, longest, &mut out).await?;
    }
    let all = ConversasFiltro::default;
    let find = |q: &str| ConversasFiltro { q: Some(q.to_owned()), ..all() };
    for (what, filtro) in [
        ("list, all", all()),
        ("list, open", ConversasFiltro { resolvidas: Some(false), ..all() }),
        ("list, waiting", ConversasFiltro { estado: Some(EstadoConversa::AguardandoHumano), ..all() }),
        ("list, unread", ConversasFiltro { nao_lidas: true, ..all() }),
        ("list, from row 3000", ConversasFiltro { cursor: Some("3000".into()), ..all() }),
        ("search, a name", find("conceicao")),
        ("search, a number", find("55119")),
        ("search, a word of many lines", find("pao")),
        ("search, two words", find("cenoura sabado")),
        ("search, a word of one line", find("(pedido 321-9)")),
        ("search, nothing", find("xilofone")),
    ] {
        let mut took = Vec::new();
        let mut found = 0;
        for _ in 0..RUNS {
            let began = Instant::now();
            found = conversas::list(&ctx, filtro.clone()).await?.itens.len();
            took.push(began.elapsed());
        }
        out += &format!("{what}: {}, {found} rows\n", middle(took));
    }
    let n = conversas::list(&ctx, all()).await?.contagens;
    out += &format!("conversas: {} open, {} resolved\n", n.todas, n.resolvidas);
    Ok(out)
}

async fn thread(ctx: &Ctx, id: ConversaId, out: &mut String) -> Result<()> {
    out.push_str(&format!("open: {}\n", open(ctx, id, None, None).await?));
    let mut antes = None;
    for _ in 0..PAGES {
        match conversas::get(ctx, id, antes, None).await?.antes {
            Some(next) => antes = Some(next),
            None => break,
        }
    }
    out.push_str(&format!("a page further back: {}\n", open(ctx, id, antes, None).await?));
    out.push_str(&format!("opened back to there: {}\n", open(ctx, id, None, antes).await?));
    Ok(())
}

async fn open(ctx: &Ctx, id: ConversaId, antes: Option<MensagemId>, ate: Option<MensagemId>) -> Result<String> {
    let mut took = Vec::new();
    for _ in 0..RUNS {
        let began = Instant::now();
        conversas::get(ctx, id, antes, ate).await?;
        took.push(began.elapsed());
    }
    Ok(middle(took))
}

fn middle(mut took: Vec<std::time::Duration>) -> String {
    took.sort();
    let at = took.get(took.len() / 2).copied().unwrap_or_default();
    format!("{:.1} ms", at.as_secs_f64() * 1000.0)
}
