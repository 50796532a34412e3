//! Every save of the text is kept for a while, can be compared with the text in use, and can be taken again.

use chrono::TimeDelta;
use contracts::knowledge::{KnowledgeDto, LinhaDiff, Restaurar, TipoLinha, VersaoDto, VersaoTextoDto, VersoesDto};
use contracts::{ErrorCode, OrigemVersao};
use db::TenantTx;
use db::models::conhecimento::{self, Conhecimento};
use db::models::conhecimento_versao::{self as versao, Nota};
use similar::{ChangeTag, TextDiff};

use crate::ctx::not_found;
use crate::{Ctx, Error, Result};

/// How many versions are kept, the one in use among them.
const GUARDADAS: i32 = 50;
/// For how long; the one in use for ever.
const DIAS: i32 = 365;
/// Equal lines shown around a difference.
const CONTEXTO: usize = 2;

/// Keeps what has just been saved.
pub(super) async fn keep(ctx: &Ctx, tx: &mut TenantTx, row: &Conhecimento, nota: &Nota) -> Result<()> {
    let now = ctx.now();
    let since = now - TimeDelta::days(DIAS.into());
    Ok(versao::insert(tx, row.versao, &row.conteudo_texto, nota, now, GUARDADAS, since).await?)
}

/// The kept versions, newest first.
pub async fn list(ctx: &Ctx) -> Result<VersoesDto> {
    let mut tx = ctx.tenant().await?;
    let mut rows = versao::list(&mut tx).await?;
    tx.commit().await?;
    // Those that only the next save removes.
    let since = ctx.now() - TimeDelta::days(DIAS.into());
    let newest = rows.first().map(|v| v.versao);
    rows.retain(|v| v.created_at >= since || Some(v.versao) == newest);
    let one = |v: versao::Versao| VersaoDto {
        versao: v.versao,
        caracteres: v.caracteres,
        origem: v.origem,
        restaurada_de: v.restaurada_de,
        autor: v.autor,
        created_at: v.created_at,
    };
    Ok(VersoesDto { itens: rows.into_iter().map(one).collect(), guardadas: GUARDADAS, dias: DIAS })
}

/// One version and how `contra` (the text in use, if left out) differs from it.
pub async fn get(ctx: &Ctx, numero: i32, contra: Option<i32>) -> Result<VersaoTextoDto> {
    let mut tx = ctx.tenant().await?;
    let texto = versao::texto(&mut tx, numero).await?.ok_or_else(not_found)?;
    let (contra, outro) = match contra {
        Some(n) => (n, versao::texto(&mut tx, n).await?.ok_or_else(not_found)?),
        None => conhecimento::get(&mut tx).await?.map(|c| (c.versao, c.conteudo_texto)).ok_or_else(not_found)?,
    };
    tx.commit().await?;
    let compare = move || {
        let diff = diff(&texto, &outro);
        let count = |tipo| diff.iter().filter(|l| l.tipo == tipo).count();
        let (entraram, sairam) = (count(TipoLinha::Entrou), count(TipoLinha::Saiu));
        VersaoTextoDto { versao: numero, conteudo_texto: texto, contra, diff, entraram, sairam }
    };
    tokio::task::spawn_blocking(compare).await.map_err(|e| Error::caused(ErrorCode::Internal, e))
}

/// Takes an older version again, as a new one.
pub async fn restaurar(ctx: &Ctx, numero: i32, pedido: &Restaurar) -> Result<KnowledgeDto> {
    let mut tx = ctx.tenant().await?;
    let texto = versao::texto(&mut tx, numero).await?.ok_or_else(not_found)?;
    let dto = super::salvar(ctx, &mut tx, &texto, pedido.versao, OrigemVersao::Restauracao, Some(numero)).await?;
    tx.commit().await?;
    Ok(dto)
}

/// Line by line, with long runs of equal lines left out.
fn diff(antes: &str, depois: &str) -> Vec<LinhaDiff> {
    let (antes, depois) = (antes.replace("\r\n", "\n"), depois.replace("\r\n", "\n"));
    let mut config = TextDiff::configure();
    // Ten thousand lines against ten thousand others must not hold a thread for long.
    config.timeout(std::time::Duration::from_millis(500));
    let diff = config.diff_lines(antes.as_str(), depois.as_str());
    let mut all: Vec<LinhaDiff> = Vec::new();
    for change in diff.iter_all_changes() {
        let tipo = match change.tag() {
            ChangeTag::Equal => TipoLinha::Igual,
            ChangeTag::Insert => TipoLinha::Entrou,
            ChangeTag::Delete => TipoLinha::Saiu,
        };
        all.push(LinhaDiff { tipo, texto: change.value().trim_end_matches('\n').to_owned(), n: 1 });
    }
    shorten(all)
}

fn shorten(all: Vec<LinhaDiff>) -> Vec<LinhaDiff> {
    let changed: Vec<usize> =
        all.iter().enumerate().filter(|(_, l)| l.tipo != TipoLinha::Igual).map(|(i, _)| i).collect();
    let near = |i: usize| {
        let at = changed.partition_point(|c| *c < i);
        let next = changed.get(at).is_some_and(|c| c - i <= CONTEXTO);
        next || at.checked_sub(1).and_then(|b| changed.get(b)).is_some_and(|c| i - c <= CONTEXTO)
    };
    let mut out: Vec<LinhaDiff> = Vec::new();
    for (i, line) in all.into_iter().enumerate() {
        match out.last_mut() {
            _ if near(i) => out.push(line),
            Some(last) if last.tipo == TipoLinha::Pulo => last.n += 1,
            _ => out.push(LinhaDiff { tipo: TipoLinha::Pulo, texto: String::new(), n: 1 }),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(antes: &str, depois: &str) -> Vec<String> {
        let sign = |t| match t {
            TipoLinha::Igual => "=",
            TipoLinha::Entrou => "+",
            TipoLinha::Saiu => "-",
            TipoLinha::Pulo => "…",
        };
        diff(antes, depois)
            .iter()
            .map(|l| format!("{}{}{}", sign(l.tipo), l.texto, if l.n > 1 { l.n.to_string() } else { String::new() }))
            .collect()
    }

    #[test]
    fn lines_that_changed_with_some_around_them() {
        let antes = "a\nb\nc\nd\ne\nf\ng\n";
        assert_eq!(short(antes, "a\nb\nc\nd\ne\nF\ng\n"), ["…3", "=d", "=e", "-f", "+F", "=g"]);
        assert_eq!(short(antes, antes), ["…7"]);
        assert_eq!(short("", "x"), ["+x"]);
        // A browser's line ends are not a change.
        assert_eq!(short("a\r\nb", "a\nb"), ["…2"]);
    }
}
