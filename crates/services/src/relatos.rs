//! Crashes of the browser's half, as the browser reports them. They go to the log, cut short and without anything of a
//! person; nobody need be logged in, since a login page can crash too.

use std::time::Duration;

use contracts::ErrorCode;
use contracts::relatos::Relato;

use crate::{Ctx, Result};

/// Reports a minute, of everybody: a release that crashes everywhere would only say the same again.
const PER_MINUTE: u64 = 30;
const MINUTE: Duration = Duration::from_secs(60);
const MENSAGEM_MAX: usize = 600;
const ROTA_MAX: usize = 120;
const VERSAO_MAX: usize = 60;

/// Writes the report down.
pub async fn receber(ctx: &Ctx, relato: &Relato) -> Result<()> {
    // A store that is away costs nothing but the limit.
    let count = ctx.app.kv.incr("relatos", MINUTE).await.unwrap_or_default();
    if count > PER_MINUTE {
        return Err(ErrorCode::TooManyRequests.into());
    }
    let mensagem = impessoal(&relato.mensagem, MENSAGEM_MAX);
    let rota = impessoal(relato.rota.split(['?', '#']).next().unwrap_or_default(), ROTA_MAX);
    let versao = impessoal(&relato.versao, VERSAO_MAX);
    tracing::error!(mensagem, rota, versao, request_id = ctx.request_id, "a page crashed in a browser");
    Ok(())
}

/// One line of at most `max` characters, without addresses, long numbers and ids.
fn impessoal(texto: &str, max: usize) -> String {
    let linha: String = texto.chars().map(|c| if c.is_control() { ' ' } else { c }).take(max).collect();
    let mut fora = String::with_capacity(linha.len());
    for pedaco in linha.split_inclusive([' ', '/', '"', '\'', '(', ')', ',']) {
        let (nome, fim) = match pedaco.char_indices().next_back() {
            Some((i, c)) if !c.is_alphanumeric() => pedaco.split_at(i),
            _ => (pedaco, ""),
        };
        let digitos = nome.chars().filter(char::is_ascii_digit).count();
        let pessoal = nome.contains('@') || digitos >= 7;
        fora.push_str(if pessoal { "…" } else { nome });
        fora.push_str(fim);
    }
    fora
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_person_is_left() {
        let rota = "/dashboard/conversas/0198c0de-1234-7abc-8def-0123456789ab/info";
        assert_eq!(impessoal(rota, 200), "/dashboard/conversas/…/info");
        assert_eq!(
            impessoal("panicked at app/src/live.rs:12:5:\nno \"ana@loja.com.br\" (5511988887777)", 200),
            "panicked at app/src/live.rs:12:5: no \"…\" (…)"
        );
        assert_eq!(impessoal("áéí", 2), "áé");
        assert_eq!(impessoal("", 2), "");
    }
}
