//! The devices that are signed in.

use contracts::SessaoId;
use contracts::auth::{SessaoDto, SessoesDto};
use db::models::cliente;

use crate::ctx::not_found;
use crate::{Actor, Ctx, Result};

/// So many are listed; a login ends after a week by itself.
const LISTADAS: i64 = 100;

/// All that hold, the one seen last first.
pub async fn list(ctx: &Ctx) -> Result<SessoesDto> {
    let mut tx = ctx.tenant().await?;
    let rows = cliente::sessoes(&mut tx, ctx.now(), LISTADAS).await?;
    tx.commit().await?;
    let own = own(ctx);
    let dto = |s: cliente::Sessao| {
        let (navegador, sistema) = aparelho(s.user_agent.as_deref().unwrap_or_default());
        SessaoDto {
            id: s.id,
            atual: Some(s.id) == own,
            navegador: navegador.to_owned(),
            sistema: sistema.to_owned(),
            ip: s.ip,
            desde: s.created_at,
            visto_em: s.visto_em,
        }
    };
    Ok(SessoesDto { itens: rows.into_iter().map(dto).collect() })
}

/// Ends one of them.
///
/// # Errors
/// `not_found` if it is not there, or has ended.
pub async fn encerrar(ctx: &Ctx, id: SessaoId) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    if !cliente::revoke_sessao(&mut tx, id, ctx.now()).await? {
        return Err(not_found());
    }
    tx.commit().await?;
    tracing::info!(sessao_id = %id, "login ended by its owner");
    Ok(())
}

/// Ends all but this one.
pub async fn encerrar_outras(ctx: &Ctx) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    cliente::revoke_other_sessoes(&mut tx, own(ctx), ctx.now()).await?;
    tx.commit().await?;
    tracing::info!("other logins ended by their owner");
    Ok(())
}

fn own(ctx: &Ctx) -> Option<SessaoId> {
    match ctx.actor {
        Actor::Cliente { sid, .. } => Some(sid),
        _ => None,
    }
}

/// Browser and system out of a `User-Agent`; empty where it names none of these. The order matters: Edge says Chrome too,
/// and Chrome says Safari.
fn aparelho(ua: &str) -> (&'static str, &'static str) {
    let first =
        |table: &[(&str, &'static str)]| table.iter().find(|(mark, _)| ua.contains(mark)).map_or("", |(_, name)| *name);
    let navegador = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let sistema = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ]);
    (navegador, sistema)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_as_its_owner_would() {
        for (ua, expected) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0",
                ("Edge", "Windows"),
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36",
                ("Chrome", "Android"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                ("Safari", "iPhone"),
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("Firefox", "Linux")),
            ("", ("", "")),
        ] {
            assert_eq!(aparelho(ua), expected, "{ua}");
        }
    }
}
