//! Rules that the browser and the server must agree on. Each answers with the sentence to show.

/// Limit of `conteudo_texto` in characters (plan, phase 8).
pub const CONHECIMENTO_LIMITE: usize = 50_000;
/// Shortest and longest senha, in characters. The upper end keeps argon2 from being fed megabytes.
pub const SENHA_MIN: usize = 8;
/// See [`SENHA_MIN`].
pub const SENHA_MAX: usize = 128;
/// Longest message a person can send, in characters: WhatsApp cuts texts off at 65,536, nobody reads 4,096.
pub const MENSAGEM_MAX: usize = 4_096;
/// Longest text under a file, in characters: WhatsApp's own limit.
pub const LEGENDA_MAX: usize = 1_024;
/// Largest file a person can send, in bytes: WhatsApp's own limit for pictures, films and sound.
pub const ANEXO_MAX: usize = 16 * 1024 * 1024;
/// What a browser's file chooser offers; what the file is, the server finds out.
pub const ANEXO_ACCEPT: &str = "image/jpeg,image/png,image/webp,video/mp4,video/3gpp,audio/*,application/pdf,\
    .doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.odp,.txt,.csv";
/// Longest text of a canned reply, in characters.
pub const RESPOSTA_PRONTA_MAX: usize = 2_000;
/// Most canned replies of a cliente.
pub const RESPOSTAS_MAX: usize = 200;
/// Longest note about a contato, in characters.
pub const ANOTACOES_MAX: usize = 2_000;

/// Largest file that text is taken from, in bytes.
pub const IMPORTAR_MAX: usize = 10 * 1024 * 1024;
/// Longest draft of the knowledge text, in characters.
pub const RASCUNHO_MAX: usize = 4 * CONHECIMENTO_LIMITE;
/// Longest question that is taught; longer ones the search does not take for a question on a line of its own.
pub const PERGUNTA_MAX: usize = 160;
/// Longest answer that is taught.
pub const RESPOSTA_MAX: usize = 2_000;

/// A text that can be stored: PostgreSQL refuses NUL.
pub fn sem_nul(texto: &str) -> Result<(), String> {
    if texto.contains('\0') {
        return Err("O texto contém um caractere inválido (NUL). Remova-o e salve de novo.".into());
    }
    Ok(())
}

/// The knowledge text: not blank, at most `limite` characters (the plan's, [`CONHECIMENTO_LIMITE`] at most), no NUL.
pub fn conteudo_texto(texto: &str, limite: usize) -> Result<(), String> {
    if texto.trim().is_empty() {
        return Err("Escreva o que sua empresa sabe: horários, preços, endereço, regras.".into());
    }
    let n = texto.chars().count();
    if n > limite {
        return Err(format!("O limite é de {} caracteres e o texto tem {n}. Retire {}.", milhar(limite), n - limite));
    }
    sem_nul(texto)
}

/// `20.000`
fn milhar(n: usize) -> String {
    if n < 1_000 { n.to_string() } else { format!("{}.{:03}", milhar(n / 1_000), n % 1_000) }
}

/// A question for the knowledge text: one line, not blank, at most [`PERGUNTA_MAX`] characters.
pub fn pergunta(texto: &str) -> Result<(), String> {
    let texto = texto.trim();
    if texto.is_empty() {
        return Err("Escreva a pergunta como um cliente faria.".into());
    }
    if texto.chars().count() > PERGUNTA_MAX {
        return Err(format!("A pergunta pode ter até {PERGUNTA_MAX} caracteres. Encurte-a."));
    }
    sem_nul(texto)
}

/// Its answer: not blank, at most [`RESPOSTA_MAX`] characters.
pub fn resposta(texto: &str) -> Result<(), String> {
    if texto.trim().is_empty() {
        return Err("Escreva a resposta que a IA deve dar.".into());
    }
    let n = texto.trim().chars().count();
    if n > RESPOSTA_MAX {
        return Err(format!("A resposta pode ter até 2.000 caracteres e tem {n}. Retire {}.", n - RESPOSTA_MAX));
    }
    sem_nul(texto)
}

/// The beginning of `texto` that fits into `limite` characters, cut after a line, else after a word.
pub fn cortar(texto: &str, limite: usize) -> &str {
    let Some((end, _)) = texto.char_indices().nth(limite) else { return texto };
    let fits = texto.get(..end).unwrap_or_default();
    // A cut far back would throw away more than it makes tidy.
    let near = |at: &usize| *at >= end.saturating_sub(end / 4);
    let at = fits.rfind('\n').filter(near).or_else(|| fits.rfind(' ').filter(near)).unwrap_or(end);
    fits.get(..at).unwrap_or(fits).trim_end()
}

/// A message to a contato: not blank, at most [`MENSAGEM_MAX`] characters, no NUL.
pub fn mensagem(texto: &str) -> Result<(), String> {
    if texto.trim().is_empty() {
        return Err("Escreva a mensagem antes de enviar.".into());
    }
    if texto.chars().count() > MENSAGEM_MAX {
        return Err(format!("A mensagem pode ter até {MENSAGEM_MAX} caracteres. Divida em duas."));
    }
    sem_nul(texto)
}

/// A private note: not blank, at most [`MENSAGEM_MAX`] characters, no NUL.
pub fn nota(texto: &str) -> Result<(), String> {
    if texto.trim().is_empty() {
        return Err("Escreva a nota antes de salvar.".into());
    }
    if texto.chars().count() > MENSAGEM_MAX {
        return Err(format!("A nota pode ter até {MENSAGEM_MAX} caracteres. Divida em duas."));
    }
    sem_nul(texto)
}

/// The text under a file: may be empty, at most [`LEGENDA_MAX`] characters, no NUL.
pub fn legenda(texto: &str) -> Result<(), String> {
    if texto.chars().count() > LEGENDA_MAX {
        return Err(format!("A legenda pode ter até {LEGENDA_MAX} caracteres. Envie o resto como mensagem."));
    }
    sem_nul(texto)
}

/// The name by which a canned reply is called up.
pub fn atalho(atalho: &str) -> Result<(), String> {
    let ok = (1..=32).contains(&atalho.len())
        && atalho.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if ok {
        Ok(())
    } else {
        Err("Use de 1 a 32 letras minúsculas sem acento, números e hífen, como taxa-entrega.".into())
    }
}

/// The text of a canned reply: not blank, at most [`RESPOSTA_PRONTA_MAX`] characters, and no placeholder but `{nome}`.
pub fn resposta_pronta(texto: &str) -> Result<(), String> {
    if texto.trim().is_empty() {
        return Err("Escreva o texto da resposta.".into());
    }
    if texto.chars().count() > RESPOSTA_PRONTA_MAX {
        return Err(format!("A resposta pode ter até {RESPOSTA_PRONTA_MAX} caracteres. Encurte o texto."));
    }
    let rest = texto.replace(crate::respostas::NOME, "");
    if let Some(at) = rest.find(['{', '}']) {
        let found: String = rest.chars().skip(rest.get(..at).map_or(0, |s| s.chars().count())).take(20).collect();
        return Err(format!("Só {{nome}} pode ficar entre chaves. Corrija perto de \"{found}\"."));
    }
    sem_nul(texto)
}

/// What the business notes about a contato: may be empty, at most [`ANOTACOES_MAX`] characters, no NUL.
pub fn anotacoes(texto: &str) -> Result<(), String> {
    let n = texto.chars().count();
    if n > ANOTACOES_MAX {
        return Err(format!("O limite é de 2.000 caracteres e o texto tem {n}. Retire {}.", n - ANOTACOES_MAX));
    }
    sem_nul(texto)
}

/// A new senha: length only, after NIST SP 800-63B §5.1.1.2.
pub fn senha_nova(senha: &str) -> Result<(), String> {
    let n = senha.chars().count();
    if n < SENHA_MIN {
        return Err(format!("Use pelo menos {SENHA_MIN} caracteres."));
    }
    if n > SENHA_MAX {
        return Err(format!("Use no máximo {SENHA_MAX} caracteres."));
    }
    Ok(())
}

/// An e-mail address worth trying: something, an at sign, a host with a dot. The rest is for the mail server to say.
pub fn email(email: &str) -> Result<(), String> {
    let ok = email.len() <= 254
        && !email.chars().any(|c| c.is_whitespace() || c.is_control())
        && email.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty()
                && host.contains('.')
                && !host.starts_with('.')
                && !host.ends_with('.')
                && !host.contains('@')
        });
    if ok { Ok(()) } else { Err("Informe um e-mail válido, como nome@empresa.com.br.".into()) }
}

/// The digits of a phone number as WhatsApp wants them, with the country. Without one it is Brazilian.
pub fn numero_whatsapp(texto: &str) -> Result<String, String> {
    let texto = texto.trim();
    let digitos: String = texto.chars().filter(char::is_ascii_digit).collect();
    let estranho = texto.chars().any(|c| !c.is_ascii_digit() && !matches!(c, '+' | '(' | ')' | '-' | ' ' | '.'));
    let errado = "Informe o número com DDD, como (11) 91234-5678. De outro país, comece com + e o código dele.";
    let n = digitos.len();
    match (estranho, texto.starts_with('+')) {
        (true, _) => Err(errado.into()),
        (false, true) if (8..=15).contains(&n) => Ok(digitos),
        (false, false) if matches!(n, 10 | 11) && !digitos.starts_with('0') => Ok(format!("55{digitos}")),
        (false, false) if matches!(n, 12 | 13) && digitos.starts_with("55") => Ok(digitos),
        _ => Err(errado.into()),
    }
}

/// Name of a business: 2 to 80 characters, on one line.
pub fn nome(nome: &str) -> Result<(), String> {
    let n = nome.trim().chars().count();
    if n < 2 {
        return Err("Informe o nome da sua empresa.".into());
    }
    if n > 80 {
        return Err(format!("Use no máximo 80 caracteres; o nome tem {n}."));
    }
    if nome.trim().chars().any(char::is_control) {
        return Err("O nome deve ficar em uma linha.".into());
    }
    Ok(())
}

/// A phone number as people write it, or none: with area code, 10 to 15 digits.
pub fn telefone(telefone: &str) -> Result<(), String> {
    let telefone = telefone.trim();
    let digitos = telefone.chars().filter(char::is_ascii_digit).count();
    let so_numero = telefone.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '-' | '(' | ')' | '.'));
    if telefone.is_empty() || (so_numero && (10..=15).contains(&digitos)) {
        return Ok(());
    }
    Err("Informe o telefone com DDD, como (11) 99999-0000.".into())
}

/// A phone number that must be there: see [`telefone`].
pub fn telefone_obrigatorio(texto: &str) -> Result<(), String> {
    if texto.trim().is_empty() {
        return Err("Informe o telefone com DDD, como (11) 99999-0000.".into());
    }
    telefone(texto)
}

/// CPF or CNPJ as people write it; answers with its characters alone, in upper case. Since July 2026 the first twelve of a
/// CNPJ may be letters (Instrução Normativa RFB 2.229/2024): each counts as its ASCII code less 48, which leaves digits as
/// they were.
pub fn cpf_cnpj(texto: &str) -> Result<String, String> {
    let errado = || "Informe um CPF (11 números) ou CNPJ (14 caracteres) válido.".to_owned();
    if texto.chars().any(|c| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | '/' | ' ')) {
        return Err(errado());
    }
    let limpo: String = texto.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let valores: Vec<u32> = limpo.bytes().map(|b| u32::from(b) - 48).collect();
    let numeros = |n: &[u32]| n.iter().all(|v| *v <= 9);
    let repetido = valores.windows(2).all(|par| par.first() == par.last());
    let corpo = match valores.len() {
        11 if numeros(&valores) => 9,
        14 if numeros(valores.get(12..).unwrap_or_default()) => 12,
        _ => return Err(errado()),
    };
    // Weights from the right: a CPF's grow without end, a CNPJ's begin again after 9.
    let digito = |n: usize| {
        let de_tras = valores.iter().take(n).rev().zip(0u32..);
        let soma: u32 = de_tras.map(|(v, i)| v * (2 + if corpo == 9 { i } else { i % 8 })).sum();
        let resto = soma % 11;
        if resto < 2 { 0 } else { 11 - resto }
    };
    let certo = [corpo, corpo + 1].into_iter().all(|n| valores.get(n) == Some(&digito(n)));
    if certo && !repetido {
        return Ok(limpo);
    }
    Err("O CPF ou CNPJ não confere. Verifique os números digitados.".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_numbers_as_people_write_them() {
        for (texto, digitos) in [
            ("(11) 91234-5678", "5511912345678"),
            ("11 1234 5678", "551112345678"),
            ("+55 11 91234-5678", "5511912345678"),
            ("5511912345678", "5511912345678"),
            ("+351 912 345 678", "351912345678"),
        ] {
            assert_eq!(numero_whatsapp(texto).as_deref(), Ok(digitos), "{texto}");
        }
        for texto in ["", "91234-5678", "01191234567", "+12", "11 9123x5678", "+1234567890123456", "4411912345678"] {
            assert!(numero_whatsapp(texto).is_err(), "{texto}");
        }
    }

    #[test]
    fn knowledge_counts_characters_not_bytes() {
        assert!(conteudo_texto(&"é".repeat(20_000), 20_000).is_ok());
        let longo = conteudo_texto(&"é".repeat(20_001), 20_000).unwrap_err();
        assert!(longo.contains("20.000") && longo.contains("Retire 1."), "{longo}");
        assert!(conteudo_texto(" \n", 20_000).is_err());
        assert!(conteudo_texto("a\0b", 20_000).unwrap_err().contains("NUL"));
    }

    #[test]
    fn a_canned_reply_knows_one_placeholder() {
        assert!(resposta_pronta("Oi, {nome}! Seu pedido saiu.").is_ok());
        for bad in ["", "Oi {cliente}", "Oi {nome", "{{nome}}", "nome}"] {
            assert!(resposta_pronta(bad).is_err(), "{bad}");
        }
        assert!(resposta_pronta("ção {x}").unwrap_err().contains("\"{x}\""));
        assert!(atalho("taxa-entrega2").is_ok());
        for bad in ["", "Taxa", "taxa entrega", "ação", &"a".repeat(33)] {
            assert!(atalho(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_cut_is_after_a_line_or_a_word() {
        assert_eq!(cortar("curto", 5), "curto");
        assert_eq!(cortar("primeira linha\nsegunda", 18), "primeira linha");
        assert_eq!(cortar("uma linha comprida", 12), "uma linha");
        assert_eq!(cortar(&"é".repeat(10), 4), "éééé");
        assert_eq!(cortar("abc", 0), "");
    }

    #[test]
    fn email_needs_a_host_with_a_dot() {
        for ok in ["a@b.co", "demo@proseia.local"] {
            assert!(email(ok).is_ok(), "{ok}");
        }
        for bad in ["", "a", "a@b", "@b.co", "a b@c.co", "a@b.", "a@@b.co"] {
            assert!(email(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_phone_has_an_area_code_and_a_name_one_line() {
        for ok in ["", "(11) 99999-0000", "+55 11 3333-4444", "11.99999.0000", "+1 415 555 0100"] {
            assert!(telefone(ok).is_ok(), "{ok}");
        }
        for bad in ["99999-0000", "onze", "(11) 99999-0000 ramal 2", "1234567890123456"] {
            assert!(telefone(bad).is_err(), "{bad}");
        }
        for (n, ok) in
            [("Bella", true), (" A ", false), ("a\nb", false), (&"é".repeat(80), true), (&"é".repeat(81), false)]
        {
            assert_eq!(nome(n).is_ok(), ok, "{n}");
        }
    }

    #[test]
    fn a_document_has_the_right_check_digits() {
        for (texto, limpo) in [
            ("529.982.247-25", "52998224725"),
            ("11144477735", "11144477735"),
            ("11.222.333/0001-81", "11222333000181"),
            ("00.000.000/0001-91", "00000000000191"),
            // The example of the Receita Federal.
            ("12.ABC.345/01DE-35", "12ABC34501DE35"),
            ("12abc34501de35", "12ABC34501DE35"),
        ] {
            assert_eq!(cpf_cnpj(texto).as_deref(), Ok(limpo), "{texto}");
        }
        for texto in [
            "",
            "1",
            "529.982.247-24",
            "111.111.111-11",
            "00000000000000",
            "11.222.333/0001-80",
            "12ABC34501DE36",
            "12.ABC.345/01DE-3A",
            "5299822472A",
            "529_982_247_25",
            "52998224725\u{661}",
            "é1144477735",
        ] {
            assert!(cpf_cnpj(texto).is_err(), "{texto}");
        }
        assert!(telefone_obrigatorio(" ").is_err() && telefone_obrigatorio("(11) 99999-0000").is_ok());
    }
}
