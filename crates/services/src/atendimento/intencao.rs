//! What is told apart before any search: a greeting is not a question, and who asks for a person gets one.

/// What a turn wants, as far as plain words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Intencao {
    /// Nothing but a greeting.
    Saudacao,
    /// Nothing but thanks or a goodbye.
    Agradecimento,
    /// A person, whatever the assistant knows.
    Pessoa,
    /// Everything else.
    Pergunta,
}

const SAUDACOES: &[&str] = &[
    "oi",
    "oie",
    "oii",
    "ola",
    "opa",
    "hey",
    "hello",
    "bom dia",
    "boa tarde",
    "boa noite",
    "tudo bem",
    "tudo bom",
    "td bem",
    "blz",
    "beleza",
    "e ai",
    "eai",
    "bom",
    "dia",
    "boa",
    "tarde",
    "noite",
    "tudo",
    "bem",
    "alo",
];
const AGRADECIMENTOS: &[&str] = &[
    "obrigado",
    "obrigada",
    "obg",
    "brigado",
    "brigada",
    "valeu",
    "vlw",
    "muito obrigado",
    "muito obrigada",
    "ok",
    "certo",
    "entendi",
    "perfeito",
    "otimo",
    "show",
    "tchau",
    "ate mais",
    "ate logo",
    "muito",
    "ate",
    "mais",
    "logo",
    "por",
    "tudo",
    "combinado",
    "beleza",
    "blz",
    "grato",
    "grata",
];
/// Who is asked for, and the words that ask.
const PESSOAS: &[&str] = &["atendente", "humano", "humana", "pessoa", "vendedor", "vendedora", "gerente", "alguem"];
const PEDIDOS: &[&str] = &[
    "falar com",
    "fala com",
    "conversar com",
    "quero um",
    "quero uma",
    "chama",
    "chamar",
    "me passa",
    "passar para",
    "atendimento de",
    "preciso de um",
    "preciso de uma",
    "tem algum",
    "tem alguma",
];
/// These alone are a request.
const SOZINHOS: &[&str] =
    &["atendente", "humano", "atendimento humano", "pessoa de verdade", "pessoa real", "atendente humano"];

pub(super) fn classify(texto: &str) -> Intencao {
    let folded = fold(texto);
    let words: Vec<&str> = folded.split_whitespace().collect();
    if words.is_empty() {
        return Intencao::Pergunta;
    }
    let text = words.join(" ");
    let person = PESSOAS.iter().any(|p| words.contains(p)) && PEDIDOS.iter().any(|p| contains_words(&text, p));
    if person || SOZINHOS.contains(&text.as_str()) {
        return Intencao::Pessoa;
    }
    let only = |list: &[&str]| words.len() <= 5 && words.iter().all(|w| list.contains(w));
    let with =
        |list: &[&str], list2: &[&str]| words.len() <= 6 && words.iter().all(|w| list.contains(w) || list2.contains(w));
    let pairs = ["e", "ai", "td", "com", "voce", "vc", "voces", "vcs", "gente", "pessoal", "amigo", "amiga"];
    if AGRADECIMENTOS.contains(&text.as_str()) || (only(AGRADECIMENTOS) && !only(SAUDACOES)) {
        return Intencao::Agradecimento;
    }
    if SAUDACOES.contains(&text.as_str()) || (with(SAUDACOES, &pairs) && words.iter().any(|w| SAUDACOES.contains(w))) {
        return Intencao::Saudacao;
    }
    Intencao::Pergunta
}

fn contains_words(text: &str, phrase: &str) -> bool {
    format!(" {text} ").contains(&format!(" {phrase} "))
}

/// Lower case, no accents, no punctuation.
fn fold(texto: &str) -> String {
    rag::analyse::fold(texto).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_small_talk_from_questions() {
        for t in ["Oi", "oi!!", "Olá, tudo bem?", "Bom dia", "boa tarde 😊", "e aí"] {
            assert_eq!(classify(t), Intencao::Saudacao, "{t}");
        }
        for t in ["obrigada!", "Muito obrigado", "vlw", "ok, obrigado"] {
            assert_eq!(classify(t), Intencao::Agradecimento, "{t}");
        }
        for t in [
            "Quero falar com uma pessoa",
            "atendente",
            "me passa para um atendente",
            "posso falar com alguém?",
            "chama o gerente",
        ] {
            assert_eq!(classify(t), Intencao::Pessoa, "{t}");
        }
        for t in [
            "Bom dia, vocês abrem domingo?",
            "qual o preço por pessoa?",
            "Tem mesa para uma pessoa?",
            "?",
            "oi qual o horário",
        ] {
            assert_eq!(classify(t), Intencao::Pergunta, "{t}");
        }
    }
}
