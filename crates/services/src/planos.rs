//! What is sold. Anybody may read it; who changes it is the migration, and later the admin.

use contracts::planos::{PlanoDto, PlanosDto};
use db::models::plano::{self, Plano};

use crate::{Ctx, Result};

/// What can be subscribed to, in the order of the page.
pub async fn list(ctx: &Ctx) -> Result<PlanosDto> {
    let mut tx = ctx.system_tx().await?;
    let rows = plano::active(&mut tx).await?;
    tx.commit().await?;
    Ok(PlanosDto { itens: rows.into_iter().map(dto).collect() })
}

pub(crate) fn dto(row: Plano) -> PlanoDto {
    PlanoDto {
        codigo: row.codigo,
        nome: row.nome,
        resumo: row.resumo,
        resumo_en: row.resumo_en,
        preco_mensal_centavos: row.preco_mensal_centavos,
        preco_anual_centavos: row.preco_anual_centavos,
        mensagens_mes: row.mensagens_mes,
        conhecimento_caracteres: row.conhecimento_caracteres,
        numeros: row.numeros,
        orcamento_ia_centavos: row.orcamento_ia_centavos,
        dias_teste: row.dias_teste,
        recomendado: row.recomendado,
    }
}
