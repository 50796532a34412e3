//! Everything that is kept of an account, as one JSON document (LGPD, art. 18, V): account, configuration, knowledge, contatos,
//! conversas and lines, table by table. Written as it is read, since it may be large; files that came with messages are
//! listed, not contained.

use std::time::Duration;

use contracts::ErrorCode;
use db::TenantTx;
use db::models::exportacao;
use futures::channel::mpsc;
use futures::{SinkExt, Stream};
use serde_json::Value;

use crate::{Ctx, Error, Result};

/// So many an hour: each reads everything.
const POR_HORA: u64 = 5;
/// Rows read at once.
const LOTE: u32 = 500;
/// A reader that takes nothing for so long is gone; it would hold a connection to the database.
const PACIENCIA: Duration = Duration::from_secs(60);

type Pedaco = std::result::Result<Vec<u8>, std::io::Error>;

/// The document, piece by piece.
///
/// # Errors
/// `too_many_requests` after five within an hour.
pub async fn exportar(ctx: &Ctx) -> Result<impl Stream<Item = Pedaco> + Send + use<>> {
    let id = ctx.cliente_id()?;
    let count = ctx.app.kv.incr(&format!("exportar:{id}"), Duration::from_secs(60 * 60)).await;
    // A store that is away stops nobody.
    if count.is_ok_and(|n| n > POR_HORA) {
        return Err(ErrorCode::TooManyRequests.into());
    }
    let mut tx = ctx.tenant().await?;
    exportacao::comecar(&mut tx).await?;
    let tabelas = exportacao::tabelas(&mut tx).await?;
    tracing::info!(cliente_id = %id, tabelas = tabelas.len(), "account exported");
    let inicio = format!("{{\"exportado_em\":{}", texto(&ctx.now().to_rfc3339()));
    let (mut out, stream) = mpsc::channel(2);
    tokio::spawn(async move {
        if let Err(e) = escrever(&mut tx, &mut out, inicio, &tabelas).await {
            tracing::warn!(error = %e, "an export was not finished");
            // The reader must not take half of it for the whole.
            let _ = out.send(Err(std::io::Error::other("export failed"))).await;
        }
    });
    Ok(stream)
}

async fn escrever(tx: &mut TenantTx, out: &mut mpsc::Sender<Pedaco>, inicio: String, tabelas: &[String]) -> Result<()> {
    enviar(out, inicio).await?;
    let mut conta = ler(tx, "clientes").await?;
    enviar(out, format!(",\"conta\":{}", conta.pop().unwrap_or_default())).await?;
    exportacao::fechar(tx).await?;
    for tabela in tabelas {
        exportacao::abrir(tx, tabela).await?;
        enviar(out, format!(",{}:[", texto(tabela))).await?;
        let mut primeira = true;
        loop {
            let linhas = exportacao::ler(tx, LOTE).await?;
            if linhas.is_empty() {
                break;
            }
            let textos: Vec<String> = linhas.iter().map(Value::to_string).collect();
            let virgula = if std::mem::take(&mut primeira) { "\n" } else { ",\n" };
            enviar(out, format!("{virgula}{}", textos.join(",\n"))).await?;
        }
        exportacao::fechar(tx).await?;
        enviar(out, "]".to_owned()).await?;
    }
    enviar(out, "}\n".to_owned()).await
}

async fn ler(tx: &mut TenantTx, tabela: &str) -> Result<Vec<Value>> {
    exportacao::abrir(tx, tabela).await?;
    Ok(exportacao::ler(tx, 1).await?)
}

fn texto(texto: &str) -> String {
    Value::from(texto).to_string()
}

async fn enviar(out: &mut mpsc::Sender<Pedaco>, pedaco: String) -> Result<()> {
    let sent = tokio::time::timeout(PACIENCIA, out.send(Ok(pedaco.into_bytes()))).await;
    let sent = sent.map_err(|e| Error::caused(ErrorCode::Unavailable, e))?;
    sent.map_err(|e| Error::caused(ErrorCode::Unavailable, e))
}
