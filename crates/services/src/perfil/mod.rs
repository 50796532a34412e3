//! The account as its owner sees and changes it: data, choices, devices; handing everything out, and closing it.

pub mod encerrar;
pub mod exportar;
pub mod sessoes;

use contracts::auth::{ClienteDto, IDIOMAS, PerfilUpdate};
use contracts::{ErrorCode, validate};
use db::models::cliente::{self, ClienteChange};

use crate::ctx::not_found;
use crate::{Ctx, Error, Result, auth};

/// Saves what is given.
///
/// # Errors
/// `validation_failed` with a sentence for each field.
pub async fn put(ctx: &Ctx, update: PerfilUpdate) -> Result<ClienteDto> {
    let idioma = |i: &str| if IDIOMAS.contains(&i) { Ok(()) } else { Err("Escolha pt-BR ou en.".to_owned()) };
    let checks = [
        ("nome", update.nome.as_deref().map(validate::nome)),
        ("telefone", update.telefone.as_deref().map(validate::telefone)),
        ("idioma", update.idioma.as_deref().map(idioma)),
    ];
    let wrong = checks.into_iter().filter_map(|(name, check)| Some((name.to_owned(), check?.err()?)));
    let fields: std::collections::BTreeMap<_, _> = wrong.collect();
    if !fields.is_empty() {
        return Err(Error { fields, ..ErrorCode::Validation.into() });
    }
    let change = ClienteChange {
        nome: update.nome.map(|n| n.trim().to_owned()),
        telefone: update.telefone.map(|t| Some(t.trim().to_owned()).filter(|t| !t.is_empty())),
        idioma: update.idioma,
        avisar_pendentes: update.avisar_pendentes,
        avisar_conexao: update.avisar_conexao,
    };
    let mut tx = ctx.tenant().await?;
    cliente::update(&mut tx, &change, ctx.now()).await?;
    let row = cliente::get(&mut tx).await?.ok_or_else(not_found)?;
    tx.commit().await?;
    tracing::info!(cliente_id = %row.id, "profile saved");
    Ok(auth::dto(row))
}
