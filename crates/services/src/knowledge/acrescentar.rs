//! Adds one question and its answer to the text: as a question on a line of its own, which chunking keeps together with
//! what follows, in a section of its own at the end. The same question again replaces its answer.

use contracts::knowledge::KnowledgeDto;
use contracts::{OrigemVersao, validate};
use db::TenantTx;
use db::models::conhecimento;
use rag::analyse::folded_words;

use crate::assinatura::limites;
use crate::{Ctx, Error, Result};

/// Headings of the section, folded; a new one gets the first, as [`TITULO`] writes it.
const TITULOS: [&str; 2] = ["perguntas e respostas", "perguntas frequentes"];
const TITULO: &str = "Perguntas e respostas";

/// Adds a line to the knowledge and saves it as a new version. Safe against a save at the same time: neither is lost.
pub async fn acrescentar(ctx: &Ctx, pergunta: &str, resposta: &str) -> Result<KnowledgeDto> {
    let mut tx = ctx.tenant().await?;
    let dto = acrescentar_em(ctx, &mut tx, pergunta, resposta).await?;
    tx.commit().await?;
    Ok(dto)
}

/// The same, in the transaction of who asks for it.
pub(crate) async fn acrescentar_em(
    ctx: &Ctx,
    tx: &mut TenantTx,
    pergunta: &str,
    resposta: &str,
) -> Result<KnowledgeDto> {
    validate::pergunta(pergunta).map_err(|m| Error::field("pergunta", m))?;
    validate::resposta(resposta).map_err(|m| Error::field("resposta", m))?;
    conhecimento::lock(tx).await?;
    let (texto, versao) = conhecimento::get(tx).await?.map_or((String::new(), 0), |c| (c.conteudo_texto, c.versao));
    let texto = com_resposta(&texto, pergunta, resposta);
    let n = texto.chars().count();
    let limite = limites::conhecimento(tx).await?;
    if n > limite {
        let sobra = n - limite;
        let frase = format!(
            "Seu conhecimento está cheio: com esta resposta ele passaria do limite em {sobra} caracteres. Encurte o texto em Meu Conhecimento e tente de novo."
        );
        return Err(Error::field("resposta", frase));
    }
    super::salvar(ctx, tx, &texto, Some(versao), OrigemVersao::Ensino, None).await
}

/// `texto` with the question answered.
fn com_resposta(texto: &str, pergunta: &str, resposta: &str) -> String {
    let pergunta = uma_linha(pergunta);
    let wanted = folded_words(&pergunta);
    let entry: Vec<String> = std::iter::once(pergunta).chain(linhas(resposta)).collect();
    let texto = texto.replace("\r\n", "\n");
    let mut lines: Vec<String> = texto.trim_end().lines().map(str::to_owned).collect();
    let Some((begin, end)) = secao(&lines) else {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(format!("{} {TITULO}", "#".repeat(nivel(&lines))));
        lines.push(String::new());
        lines.extend(entry);
        return lines.join("\n") + "\n";
    };
    let known = (begin..end).find(|&i| lines.get(i).is_some_and(|l| folded_words(l) == wanted));
    let place = match known {
        Some(at) => at..(at..end).find(|&i| lines.get(i).is_none_or(|l| l.trim().is_empty())).unwrap_or(end),
        None => {
            let body = (begin..end).rev().find(|&i| lines.get(i).is_some_and(|l| !l.trim().is_empty()));
            let at = body.map_or(begin, |i| i + 1);
            lines.splice(at..end, [String::new(), String::new()]);
            if at + 2 == lines.len() {
                lines.truncate(at + 1);
            }
            at + 1..at + 1
        }
    };
    lines.splice(place, entry);
    lines.join("\n").trim_end().to_owned() + "\n"
}

/// The lines after the heading of the section, up to the next heading of its rank.
fn secao(lines: &[String]) -> Option<(usize, usize)> {
    let titled = |l: &String| {
        let words = folded_words(l.trim_start_matches('#')).join(" ");
        rank(l) > 0 && TITULOS.contains(&words.as_str())
    };
    let at = lines.iter().position(titled)?;
    let own = rank(lines.get(at)?);
    let after = lines.iter().skip(at + 1).position(|l| (1..=own).contains(&rank(l)));
    Some((at + 1, after.map_or(lines.len(), |n| at + 1 + n)))
}

/// How many `#` a heading begins with; 0 for any other line.
fn rank(line: &str) -> usize {
    let n = line.chars().take_while(|c| *c == '#').count();
    if line.chars().nth(n).is_some_and(char::is_whitespace) { n } else { 0 }
}

/// The rank of the text's own sections: the first that more than one heading has, else two.
fn nivel(lines: &[String]) -> usize {
    (1..=3).find(|n| lines.iter().filter(|l| rank(l) == *n).count() > 1).unwrap_or(2)
}

/// On one line, with a question mark: without, the search would take it for a statement.
fn uma_linha(pergunta: &str) -> String {
    let words: Vec<&str> = pergunta.split_whitespace().collect();
    let line = words.join(" ");
    let line = line.trim_start_matches(['#', '-', '•', ' ']).trim_end_matches([' ', '.', '!', ':']);
    if line.ends_with('?') { line.to_owned() } else { format!("{line}?") }
}

/// Without blank lines and headings, which would end the answer.
fn linhas(resposta: &str) -> impl Iterator<Item = String> {
    resposta.lines().map(|l| l.trim().trim_start_matches('#').trim()).filter(|l| !l.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_answer_makes_the_section() {
        let texto = "# Loja\nAbrimos às 9h.\n\n# Entrega\nR$ 7,00.\n";
        let novo = com_resposta(texto, "  Tem  estacionamento ", "Sim, em frente.\n\n# Grátis por 1 hora.");
        assert_eq!(
            novo,
            "# Loja\nAbrimos às 9h.\n\n# Entrega\nR$ 7,00.\n\n# Perguntas e respostas\n\nTem estacionamento?\nSim, em frente.\nGrátis por 1 hora.\n"
        );
        assert_eq!(com_resposta("", "Abrem?", "Sim."), "## Perguntas e respostas\n\nAbrem?\nSim.\n");
    }

    #[test]
    fn the_next_one_goes_to_the_end_of_the_section_and_the_same_one_replaces_its_answer() {
        let um = com_resposta(
            "## Perguntas Frequentes\n\nAbrem?\nSim.\n\n## Entrega\nR$ 7,00.\n",
            "Aceita Pix?",
            "Aceitamos.",
        );
        assert_eq!(um, "## Perguntas Frequentes\n\nAbrem?\nSim.\n\nAceita Pix?\nAceitamos.\n\n## Entrega\nR$ 7,00.\n");
        let dois = com_resposta(&um, "ABREM", "Todos os dias.\nDas 9h às 18h.");
        assert_eq!(
            dois,
            "## Perguntas Frequentes\n\nABREM?\nTodos os dias.\nDas 9h às 18h.\n\nAceita Pix?\nAceitamos.\n\n## Entrega\nR$ 7,00.\n"
        );
        let tres = com_resposta("# A\n\n## Perguntas e respostas\n", "Abrem?", "Sim.");
        assert_eq!(tres, "# A\n\n## Perguntas e respostas\n\nAbrem?\nSim.\n");
        let quatro = com_resposta(&tres, "Aceita Pix?", "Sim.");
        assert_eq!(quatro, "# A\n\n## Perguntas e respostas\n\nAbrem?\nSim.\n\nAceita Pix?\nSim.\n");
    }

    #[test]
    fn what_is_taught_is_found() {
        let mut texto = String::from("# Loja\nAbrimos às 9h. A taxa de entrega é de R$ 7,00.\n");
        for (p, r) in [("Tem estacionamento?", "Sim, na rua ao lado."), ("Aceitam cachorro?", "Sim, na varanda.")] {
            texto = com_resposta(&texto, p, r);
        }
        let snapshot = rag::Snapshot::new(1, String::new(), rag::chunk(&texto), None);
        let found = snapshot.search(&rag::Query::new("vcs tem estacionamento?"), None);
        assert!(found.confianca >= 0.5, "{found:?}");
        assert_eq!(found.extrato.unwrap().texto, "Sim, na rua ao lado.");
    }
}
