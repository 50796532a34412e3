//! Which questions ask the same. Oldest first, each joins the group whose first question it shares most words with, or
//! begins one: the same messages always give the same groups, and a new one never moves the old.

use contracts::EstadoPergunta;
use db::models::pergunta::SemResposta;
use rag::analyse::{analyse_query, folded_words, related};
use serde_json::Value;

/// From this share of common words on two questions are the same.
const IGUAIS: f32 = 0.7;
/// Longest text taken for a question; what comes after is a story.
const TEXTO_MAX: usize = 300;

/// The same question, as it was asked once or several times.
#[derive(Debug)]
pub(super) struct Grupo {
    /// The replies that did not answer it, oldest first.
    pub respostas: Vec<SemResposta>,
    /// What each replied to.
    pub textos: Vec<String>,
    /// The words of the first.
    termos: Vec<String>,
    /// The same spelled out, for questions of no words that count.
    palavras: Vec<String>,
}

impl Grupo {
    /// The newest reply.
    pub fn ultima(&self) -> Option<&SemResposta> {
        self.respostas.last()
    }

    /// Those that came after it was taught, or all where it never was.
    pub fn abertas(&self) -> usize {
        self.respostas.iter().filter(|r| r.estado == EstadoPergunta::Aberta).count()
    }

    /// How often it was asked.
    pub fn vezes(&self) -> usize {
        self.respostas.len()
    }

    /// Dismissed once is dismissed for good; taught is taught until it comes back.
    pub fn estado(&self) -> EstadoPergunta {
        let any = |e| self.respostas.iter().any(|r| r.estado == e);
        if any(EstadoPergunta::Dispensada) {
            EstadoPergunta::Dispensada
        } else if any(EstadoPergunta::Aberta) {
            EstadoPergunta::Aberta
        } else {
            EstadoPergunta::Ensinada
        }
    }

    /// Taught before, and asked again since without an answer.
    pub fn voltou(&self) -> bool {
        self.abertas() > 0 && self.respostas.iter().any(|r| r.estado == EstadoPergunta::Ensinada)
    }
}

/// Puts replies (oldest first) together by what they were asked. Those that were asked nothing in words are left out.
pub(super) fn agrupar(rows: Vec<SemResposta>) -> Vec<Grupo> {
    let mut grupos: Vec<Grupo> = Vec::new();
    for row in rows {
        let texto = texto(row.linhas.as_ref());
        if texto.is_empty() {
            continue;
        }
        let (termos, palavras) = (termos(&texto), folded_words(&texto));
        let mut melhor: Option<(f32, usize)> = None;
        for (i, grupo) in grupos.iter().enumerate() {
            let s = semelhanca(&termos, &grupo.termos);
            let same = if termos.is_empty() { palavras == grupo.palavras } else { s >= IGUAIS };
            if same && melhor.is_none_or(|(m, _)| s > m) {
                melhor = Some((s, i));
            }
        }
        match melhor.and_then(|(_, i)| grupos.get_mut(i)) {
            Some(grupo) => {
                grupo.respostas.push(row);
                grupo.textos.push(texto);
            }
            None => grupos.push(Grupo { respostas: vec![row], textos: vec![texto], termos, palavras }),
        }
    }
    grupos
}

/// What the contato wrote, on one line.
fn texto(linhas: Option<&Value>) -> String {
    let lines = linhas.and_then(Value::as_array).into_iter().flatten();
    let words = |line: &Value| {
        let detalhe = |name: &str| line.get(1).and_then(|d| d.get(name)).filter(|v| !v.is_null());
        if detalhe("apagada_em").is_some() {
            return None;
        }
        // What was heard in a voice note; a picture's own description is no question.
        let heard = detalhe("transcricao").and_then(Value::as_str);
        let silent = detalhe("sem_texto").and_then(Value::as_bool) == Some(true);
        let said = line.get(0).and_then(Value::as_str).filter(|_| !silent);
        let picture = detalhe("conteudo").and_then(Value::as_str) == Some("IMAGEM");
        let said = if picture { said } else { heard.or(said) };
        said.map(|s| s.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|s| !s.is_empty())
    };
    let all: Vec<String> = lines.filter_map(words).collect();
    let all = all.join(" ");
    match all.char_indices().nth(TEXTO_MAX) {
        Some((at, _)) => format!("{}…", all.get(..at).unwrap_or_default().trim_end()),
        None => all,
    }
}

fn termos(texto: &str) -> Vec<String> {
    let mut stems: Vec<String> = analyse_query(texto).into_iter().map(|t| t.stem).collect();
    stems.sort_unstable();
    stems.dedup();
    stems
}

/// Share (0 to 1) of the words of both that both have. One word more or less is the same question asked at more length.
fn semelhanca(a: &[String], b: &[String]) -> f32 {
    let same = |x: &String, y: &String| x == y || related(x).contains(y) || related(y).contains(x);
    let common = a.iter().filter(|x| b.iter().any(|y| same(x, y))).count();
    if common == 0 {
        return 0.0;
    }
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    if common >= short && long - short <= 1 {
        return 1.0;
    }
    common as f32 / (a.len() + b.len()).saturating_sub(common).max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{ConversaId, MensagemId};
    use serde_json::json;
    use uuid::Uuid;

    fn row(n: u128, linhas: Value, estado: EstadoPergunta) -> SemResposta {
        SemResposta {
            id: MensagemId(Uuid::from_u128(n)),
            conversa_id: ConversaId(Uuid::nil()),
            nome: None,
            numero: String::new(),
            em: chrono::DateTime::from_timestamp(i64::try_from(n).unwrap(), 0).unwrap(),
            confianca: None,
            motivo: None,
            estado,
            estado_em: None,
            linhas: Some(linhas),
        }
    }

    fn grupos(textos: &[&str]) -> Vec<Vec<String>> {
        let rows = textos.iter().zip(1..).map(|(t, n)| row(n, json!([[t, null]]), EstadoPergunta::Aberta));
        agrupar(rows.collect()).into_iter().map(|g| g.textos).collect()
    }

    #[test]
    fn the_same_asked_in_other_words_is_one_group() {
        let all = [
            "Vocês têm estacionamento?",
            "tem estacionamento pra clientes",
            "Quanto custa a pizza de calabresa grande?",
            "oi boa noite, vcs tem estacionamento??",
            "quanto custa a pizza de portuguesa grande",
            "tem onde parar o carro?",
            "👍",
            "👍",
            "Aceitam vale-refeição?",
        ];
        let found = grupos(&all);
        assert_eq!(found[0][..3], [all[0], all[1], all[3]], "{found:?}");
        let sizes: Vec<usize> = found.iter().map(Vec::len).collect();
        assert_eq!(sizes.iter().sum::<usize>(), all.len());
        assert!(found.iter().any(|g| g == &["👍", "👍"]), "{found:?}");
        let of = |texto: &str| found.iter().position(|g| g.iter().any(|t| t == texto));
        assert_ne!(of(all[2]), of(all[4]), "{found:?}");
        assert_ne!(of(all[0]), of(all[8]), "{found:?}");
    }

    #[test]
    fn a_group_is_open_until_all_is_dealt_with_and_dismissed_for_good() {
        use EstadoPergunta::{Aberta, Dispensada, Ensinada};
        let estado = |estados: &[EstadoPergunta]| {
            let rows = estados.iter().zip(1..).map(|(e, n)| row(n, json!([["Tem wi-fi?", null]]), *e)).collect();
            let grupo = agrupar(rows).remove(0);
            (grupo.estado(), grupo.voltou())
        };
        assert_eq!(estado(&[Aberta]), (Aberta, false));
        assert_eq!(estado(&[Ensinada, Ensinada]), (Ensinada, false));
        assert_eq!(estado(&[Ensinada, Aberta]), (Aberta, true));
        assert_eq!(estado(&[Dispensada, Aberta]).0, Dispensada);
    }

    #[test]
    fn a_question_is_what_was_said_not_what_was_sent() {
        let one =
            |linhas: Value| agrupar(vec![row(1, linhas, EstadoPergunta::Aberta)]).pop().map(|g| g.textos[0].clone());
        assert_eq!(one(json!([["oi", null], ["tem\nwi-fi?", {}]])).unwrap(), "oi tem wi-fi?");
        assert_eq!(
            one(json!([["[áudio]", { "sem_texto": true, "transcricao": "tem wi-fi?" }]])).unwrap(),
            "tem wi-fi?"
        );
        assert_eq!(
            one(json!([["[imagem]", { "sem_texto": true, "conteudo": "IMAGEM", "transcricao": "um gato" }]])),
            None
        );
        assert_eq!(one(json!([["sumiu", { "apagada_em": "2026-01-01" }]])), None);
        assert_eq!(one(Value::Null), None);
    }
}
