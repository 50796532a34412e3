//! The texts of the assistant as templates: what stands in braces is filled in when a message leaves, and the ready texts
//! of each tone. Used by the server for the message and by the browser for its preview, so that both say the same.

/// What may stand in braces.
pub const MARCAS: [&str; 3] = ["nome", "loja", "horario"];

/// What is filled in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Valores<'a> {
    /// The contato, as WhatsApp tells it; only the first name is said.
    pub nome: Option<&'a str>,
    /// The business.
    pub loja: &'a str,
    /// Its hours, in words.
    pub horario: &'a str,
}

/// A longer "name" is none.
const NOME_MAX: usize = 30;

/// The message: each mark replaced once, so that nobody's name is read as a mark. Without a name its place closes up:
/// "Oi, {nome}. Tudo bem?" becomes "Oi. Tudo bem?".
pub fn preencher(texto: &str, valores: &Valores<'_>) -> String {
    let mut out = String::with_capacity(texto.len());
    let mut rest = texto;
    let mut capital = false;
    while let Some((antes, marca, depois)) = proxima(rest) {
        push(&mut out, antes, &mut capital);
        rest = depois;
        match normal(marca).as_str() {
            "nome" => match primeiro_nome(valores.nome) {
                Some(nome) => push(&mut out, &nome, &mut capital),
                None => {
                    out.truncate(out.trim_end().trim_end_matches(',').trim_end().len());
                    if out.is_empty() {
                        rest = rest.trim_start_matches([',', ' ', '!', '.']);
                        capital = true;
                    }
                }
            },
            "loja" => push(&mut out, valores.loja, &mut capital),
            "horario" => push(&mut out, valores.horario, &mut capital),
            _ => {
                push(&mut out, "{", &mut capital);
                push(&mut out, marca, &mut capital);
                push(&mut out, "}", &mut capital);
            }
        }
    }
    push(&mut out, rest, &mut capital);
    out
}

/// What stands in braces and is not known, as written.
pub fn desconhecidas(texto: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = texto;
    while let Some((_, marca, depois)) = proxima(rest) {
        rest = depois;
        if !MARCAS.contains(&normal(marca).as_str()) {
            found.push(format!("{{{marca}}}"));
        }
    }
    found
}

/// What stands before the next pair of braces, in it, and after it.
fn proxima(texto: &str) -> Option<(&str, &str, &str)> {
    let fim = texto.find('}')?;
    let inicio = texto.get(..fim)?.rfind('{');
    match inicio {
        Some(i) => Some((texto.get(..i)?, texto.get(i + 1..fim)?, texto.get(fim + 1..)?)),
        // A brace that closes nothing is only a brace.
        None => {
            let (antes, marca, depois) = proxima(texto.get(fim + 1..)?)?;
            Some((texto.get(..fim + 1 + antes.len())?, marca, depois))
        }
    }
}

fn normal(marca: &str) -> String {
    marca.trim().to_lowercase().replace('á', "a")
}

fn push(out: &mut String, texto: &str, capital: &mut bool) {
    let mut chars = texto.chars();
    match chars.next() {
        Some(first) if *capital => {
            out.extend(first.to_uppercase());
            out.push_str(chars.as_str());
            *capital = false;
        }
        _ => out.push_str(texto),
    }
}

/// The first word, where it is a name: strangers choose it, so no number, no sign, no address.
fn primeiro_nome(nome: Option<&str>) -> Option<String> {
    let palavra = nome?.split_whitespace().next()?;
    let palavra = palavra.trim_matches(|c: char| !c.is_alphabetic());
    let bom = !palavra.is_empty()
        && palavra.chars().count() <= NOME_MAX
        && palavra.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\''));
    bom.then(|| palavra.to_owned())
}

/// The texts of a tone, ready to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prontos {
    /// The answer to a greeting.
    pub saudacao: &'static str,
    /// When a person is called.
    pub fallback: &'static str,
    /// While somebody waits.
    pub espera: &'static str,
    /// The return after a person was silent.
    pub retorno_24h: &'static str,
    /// The return because nobody answered.
    pub ninguem_respondeu: &'static str,
    /// Out of hours.
    pub fora_horario: &'static str,
}

/// What a new account begins with; the defaults of the table.
pub const INICIAIS: Prontos = Prontos {
    saudacao: "Olá! Como posso ajudar?",
    fallback: "Vou chamar uma pessoa da equipe para te responder. Só um momento, por favor.",
    espera: "Recebemos sua mensagem e já vamos responder.",
    retorno_24h: "Voltei para continuar o atendimento. Em que posso ajudar?",
    ninguem_respondeu: "Desculpe a demora: ninguém da equipe conseguiu responder ainda. Voltei para ajudar no que eu souber.",
    fora_horario: "Agora estamos fora do horário de atendimento. Uma pessoa da equipe te responde assim que voltarmos.",
};

const CASUAL: Prontos = Prontos {
    saudacao: "Oi, {nome}! Aqui é da {loja}. Como posso te ajudar?",
    fallback: "Essa eu não sei te dizer. Vou chamar alguém da equipe, tá bem?",
    espera: "Já avisei a equipe. Assim que alguém puder, te responde por aqui.",
    retorno_24h: "Oi, {nome}, voltei! Posso ajudar com mais alguma coisa?",
    ninguem_respondeu: "Desculpa a demora, {nome}: a equipe ainda não conseguiu responder. Voltei para ajudar no que eu souber.",
    fora_horario: "Agora a {loja} está fechada. Atendemos {horario}. Alguém da equipe te responde assim que abrir.",
};

const FORMAL: Prontos = Prontos {
    saudacao: "Olá, {nome}. Agradecemos o contato com a {loja}. Em que podemos ajudar?",
    fallback: "Não tenho essa informação no momento. Encaminhei sua pergunta à nossa equipe, que responderá em seguida.",
    espera: "Sua mensagem já está com a nossa equipe. Agradecemos a compreensão e responderemos assim que possível.",
    retorno_24h: "Retomamos o seu atendimento. Em que mais podemos ajudar?",
    ninguem_respondeu: "Pedimos desculpas pela demora: nossa equipe ainda não pôde responder. Permaneço à disposição para ajudar no que estiver ao meu alcance.",
    fora_horario: "Nosso atendimento está encerrado neste momento. Atendemos {horario}. Responderemos na abertura.",
};

const TECNICO: Prontos = Prontos {
    saudacao: "{loja}. Informe o que procura: produto, serviço, prazo ou preço.",
    fallback: "Informação não cadastrada. Atendimento humano acionado.",
    espera: "Solicitação registrada. Um atendente responderá por este canal.",
    retorno_24h: "Atendimento automático retomado. Informe sua dúvida.",
    ninguem_respondeu: "Sem resposta da equipe até agora. Atendimento automático retomado: informe sua dúvida.",
    fora_horario: "Fora do horário de atendimento. Horário: {horario}. A resposta será enviada na abertura.",
};

/// The ready texts of `tom`.
pub fn prontos(tom: &str) -> &'static Prontos {
    match tom {
        "FORMAL" => &FORMAL,
        "TECNICO" => &TECNICO,
        _ => &CASUAL,
    }
}

impl Prontos {
    /// Field and text, in the order in which they are shown.
    pub fn campos(&self) -> [(&'static str, &'static str); 6] {
        [
            ("saudacao", self.saudacao),
            ("fallback", self.fallback),
            ("espera", self.espera),
            ("retorno_24h", self.retorno_24h),
            ("ninguem_respondeu", self.ninguem_respondeu),
            ("fora_horario", self.fora_horario),
        ]
    }

    /// The ready text of this field.
    pub fn de(&self, campo: &str) -> &'static str {
        self.campos().into_iter().find(|(nome, _)| *nome == campo).map_or("", |(_, texto)| texto)
    }
}

/// Whether a text is one of ours and may follow the tone; the owner's own may not.
pub fn e_pronto(campo: &str, texto: &str) -> bool {
    [&INICIAIS, &CASUAL, &FORMAL, &TECNICO].iter().any(|p| p.de(campo) == texto.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TEXTO_MAX;

    #[test]
    fn marks_are_filled_once_and_a_missing_name_closes_up() {
        let com = Valores { nome: Some("Marina {loja} Souza"), loja: "Casa {nome}", horario: "todos os dias" };
        let sem = Valores { nome: Some("5511988887777"), ..com };
        for (texto, with, without) in [
            ("Oi, {nome}. Aqui é da {loja}.", "Oi, Marina. Aqui é da Casa {nome}.", "Oi. Aqui é da Casa {nome}."),
            ("{nome}, tudo bem?", "Marina, tudo bem?", "Tudo bem?"),
            ("Olá {nome} tudo bem", "Olá Marina tudo bem", "Olá tudo bem"),
            ("Abrimos {Horário}. } {", "Abrimos todos os dias. } {", "Abrimos todos os dias. } {"),
            ("Ligue {fone} {{nome}}", "Ligue {fone} {Marina}", "Ligue {fone} {}"),
        ] {
            assert_eq!(preencher(texto, &com), with);
            assert_eq!(preencher(texto, &sem), without);
        }
        for bad in ["", "🙂", "www.site.com", "1234", &"a".repeat(31)] {
            assert_eq!(primeiro_nome(Some(bad)), None, "{bad}");
        }
    }

    #[test]
    fn unknown_marks_are_named() {
        assert_eq!(desconhecidas("Oi {nome}, {telefone} e {} } {"), ["{telefone}", "{}"]);
        assert!(desconhecidas("{ NOME } {horário}").is_empty());
    }

    #[test]
    fn ready_texts_can_be_saved() {
        for p in [&INICIAIS, &CASUAL, &FORMAL, &TECNICO] {
            for (campo, texto) in p.campos() {
                assert!(desconhecidas(texto).is_empty() && texto.chars().count() <= TEXTO_MAX, "{campo}: {texto}");
                assert!(e_pronto(campo, texto) && !e_pronto(campo, "Meu texto."), "{campo}");
            }
        }
    }
}
