//! What this month has used of the plan, for its owner to look at. What is enforced counts for itself.

use contracts::StatusInstancia;
use contracts::assinatura::ConsumoDto;
use db::models::{conhecimento, instancia, uso, uso_diario};

use crate::uso::inicio_do_mes;
use crate::{BRASILIA, Ctx, Result};

/// Counts it.
pub async fn ler(ctx: &Ctx) -> Result<ConsumoDto> {
    let mes = inicio_do_mes(ctx.now());
    let mut tx = ctx.tenant().await?;
    let mensagens = uso_diario::since(&mut tx, mes.with_timezone(&BRASILIA).date_naive()).await?;
    let texto = conhecimento::get(&mut tx).await?.map(|c| c.conteudo_texto.chars().count());
    let ligada = instancia::get(&mut tx).await?.is_some_and(|i| i.status == StatusInstancia::Conectado);
    let custo_brl = uso::spent(&mut tx, mes).await?;
    tx.commit().await?;
    let caracteres = i64::try_from(texto.unwrap_or_default()).unwrap_or(i64::MAX);
    Ok(ConsumoDto { mensagens, caracteres, numeros: i64::from(ligada), custo_brl })
}
