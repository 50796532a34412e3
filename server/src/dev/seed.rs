//! Demo data: a cliente with a rich text, and an admin. Both senhas are public, so this never runs in production.

use contracts::knowledge::KnowledgeUpdate;
use contracts::{ErrorCode, StatusCliente};
use services::{Ctx, admin, auth, knowledge};

use crate::compose::Process;

/// Login of the demo cliente.
pub const DEMO_EMAIL: &str = "demo@proseia.local";
/// See [`DEMO_EMAIL`].
pub const DEMO_SENHA: &str = "proseia-demo";
/// Login of the demo admin.
pub const ADMIN_EMAIL: &str = "admin@proseia.local";
/// See [`ADMIN_EMAIL`].
pub const ADMIN_SENHA: &str = "proseia-admin";

const TEXTO: &str = include_str!("demo.md");

/// Adds what is missing. What a developer has changed stays.
pub(super) async fn run(process: &Process) -> anyhow::Result<()> {
    let ctx = process.cli_ctx();
    match auth::create_cliente(&ctx, "Empório Girassol", DEMO_EMAIL, DEMO_SENHA, StatusCliente::Ativo).await {
        Ok(id) => {
            let ctx = Ctx::system(&process.app, id, "seed".into());
            let text = KnowledgeUpdate { conteudo_texto: TEXTO.to_owned(), ..Default::default() };
            knowledge::put(&ctx, text).await?;
            // Indexed before the first page is shown.
            knowledge::reindex(&ctx).await?;
        }
        Err(e) if e.code == ErrorCode::Conflict => {}
        Err(e) => return Err(e.into()),
    }
    match admin::create(&ctx, "Admin", ADMIN_EMAIL, ADMIN_SENHA, "super_admin").await {
        Err(e) if e.code != ErrorCode::Conflict => Err(e.into()),
        _ => Ok(()),
    }
}
