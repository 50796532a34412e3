//! What the owner must know.

use contracts::avisos::AvisosDto;
use leptos::prelude::*;

use crate::error::AppError;

/// The open ones, and those that ended lately.
#[server(prefix = "/_fn", endpoint = "avisos/list", output = crate::codec::Resposta)]
pub async fn avisos_list() -> Result<AvisosDto, AppError> {
    use crate::server;
    let ctx = server::ctx()?;
    services::avisos::list(&ctx).await.map_err(server::err(&ctx))
}
