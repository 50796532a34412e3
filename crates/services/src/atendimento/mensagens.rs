//! The owner's texts become messages: what stands in braces is filled in when they leave.

use contracts::horario::Horario;
use contracts::modelos::{self, Valores};
use db::TenantTx;
use db::models::configuracao_bot::ConfiguracaoBot;
use db::models::conversa::Conversa;
use db::models::{cliente, contato};

use crate::Result;

/// `texto` for the contato of this conversation.
pub(super) async fn preencher(
    tx: &mut TenantTx,
    conversa: &Conversa,
    config: &ConfiguracaoBot,
    texto: &str,
) -> Result<String> {
    if !texto.contains('{') {
        return Ok(texto.to_owned());
    }
    let nome = contato::get(tx, conversa.contato_id).await?.and_then(|c| c.nome);
    let loja = cliente::get(tx).await?.map(|c| c.nome).unwrap_or_default();
    Ok(com(config, texto, nome.as_deref(), &loja))
}

/// The same where name and business are known.
pub(super) fn com(config: &ConfiguracaoBot, texto: &str, nome: Option<&str>, loja: &str) -> String {
    let horario = serde_json::from_value::<Horario>(config.horario.clone()).unwrap_or_default().resumo();
    modelos::preencher(texto, &Valores { nome, loja, horario: &horario })
}
