//! The instructions to the model: a file in Portuguese, filled in.

use db::models::configuracao_bot::ConfiguracaoBot;
use rag::Hit;

/// Asks for a question that can be searched for without the conversation.
pub(super) const REESCREVER: &str = include_str!("../../prompts/reescrever.md");

const TEMPLATE: &str = include_str!("../../prompts/atendimento.md");

/// The system message for one question.
pub(super) fn system(empresa: &str, config: &ConfiguracaoBot, hits: &[Hit]) -> String {
    let tom = match config.tom.as_str() {
        "FORMAL" => {
            "formal e cordial. Trate por senhor ou senhora, sem gírias, sem abreviações e sem emoji; \"Agradecemos\", \"Informamos que\""
        }
        "TECNICO" => {
            "técnico e preciso. Vá direto ao dado pedido, sem cumprimento nem adjetivo; várias opções ou passos, numere: 1), 2)"
        }
        _ => "leve e simpático. Trate por você, como numa conversa de balcão; frases curtas, no máximo um emoji",
    };
    let trechos: Vec<String> = hits
        .iter()
        .enumerate()
        .map(|(i, h)| {
            let titulo = h.titulo.as_ref().map(|t| format!(" ({t})")).unwrap_or_default();
            format!("[{}]{titulo}\n{}", i + 1, h.texto)
        })
        .collect();
    // The pieces come last: what a business wrote is never searched for placeholders.
    TEMPLATE.replace("{empresa}", empresa).replace("{tom}", tom).replace("{trechos}", &trechos.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompt() {
        let config = ConfiguracaoBot { tom: "CASUAL".into(), ..ConfiguracaoBot::default() };
        let hit = |ordem, titulo: Option<&str>, texto: &str| Hit {
            ordem,
            titulo: titulo.map(str::to_owned),
            texto: texto.to_owned(),
            pontos: 0.0,
            bm25: 0.0,
            cosine: None,
        };
        let hits =
            [hit(0, Some("Horário"), "Abrimos de terça a domingo, das 18h às 23h."), hit(3, None, "Aceitamos Pix.")];
        insta::assert_snapshot!(system("Pizzaria Bella", &config, &hits));
    }
}
