//! Numbers, phone numbers and initials as Brazilians read them.

/// `18.412`.
pub fn milhar(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(c);
    }
    out
}

/// `0,84`.
pub fn decimal(v: f32) -> String {
    format!("{v:.2}").replace('.', ",")
}

/// `1,4 MB`, `830 kB`; of what a file manager would say.
pub fn tamanho(bytes: i64) -> String {
    let kb = bytes.max(0) as f64 / 1024.0;
    if kb < 1.0 {
        format!("{} B", bytes.max(0))
    } else if kb < 1000.0 {
        format!("{kb:.0} kB")
    } else {
        format!("{:.1} MB", kb / 1024.0).replace('.', ",")
    }
}

/// A share of 0 to 1 as 0 to 100, for a meter.
pub fn por_cento(v: f32) -> String {
    format!("{:.1}", (v.clamp(0.0, 1.0)) * 100.0)
}

/// `+55 19 99134-0272` from digits; other countries as they are.
pub fn telefone(digits: &str) -> String {
    let national =
        digits.strip_prefix("55").filter(|n| matches!(n.len(), 10 | 11) && n.bytes().all(|b| b.is_ascii_digit()));
    match national.and_then(|n| Some((n.get(..2)?, n.get(2..n.len() - 4)?, n.get(n.len() - 4..)?))) {
        Some((ddd, a, b)) => format!("+55 {ddd} {a}-{b}"),
        None if digits.is_empty() => String::new(),
        None if digits.starts_with('+') || !digits.bytes().all(|b| b.is_ascii_digit()) => digits.to_owned(),
        None => format!("+{digits}"),
    }
}

/// For comparing what was typed with what is there: small letters without accents.
pub fn dobrado(texto: &str) -> String {
    let sem_acento = |c: char| match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        c => c,
    };
    texto.chars().flat_map(char::to_lowercase).map(sem_acento).collect()
}

/// A piece of the knowledge text without the heading that is shown above it.
pub fn sem_titulo(texto: &str) -> &str {
    let texto = texto.trim_start();
    let resto =
        if texto.starts_with('#') { texto.split_once('\n').map_or("", |(_, resto)| resto).trim_start() } else { texto };
    if resto.is_empty() { texto } else { resto }
}

/// The capital of a letter as Portuguese and its neighbours write them; the rest as it is. The tables for every script are
/// 14 kB, and the browser would fetch them for this.
pub fn maiuscula(c: char) -> char {
    match c {
        'à'..='ö' | 'ø'..='þ' => char::from_u32(u32::from(c) - 32).unwrap_or(c),
        _ => c.to_ascii_uppercase(),
    }
}

/// Up to two initials; `#` where the name is a number.
pub fn iniciais(nome: &str) -> String {
    let mut words = nome.split_whitespace().filter_map(|w| w.chars().find(|c| c.is_alphabetic()));
    let first = words.next();
    let last = words.next_back();
    match (first, last) {
        (None, _) => "#".to_owned(),
        (Some(a), b) => std::iter::once(a).chain(b).map(maiuscula).collect(),
    }
}

/// A hue of 0 to 345 in steps of 15, always the same for the same text.
pub fn matiz(texto: &str) -> u32 {
    texto.bytes().fold(7_u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(b))) % 24 * 15
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_in_brazil() {
        assert_eq!([milhar(0), milhar(999), milhar(1000), milhar(50_000)], ["0", "999", "1.000", "50.000"]);
        assert_eq!(decimal(0.844), "0,84");
        assert_eq!(telefone("5519991340272"), "+55 19 99134-0272");
        assert_eq!(telefone("551932510440"), "+55 19 3251-0440");
        assert_eq!(telefone("12025550100"), "+12025550100");
        assert_eq!(telefone(""), "");
    }

    #[test]
    fn a_heading_is_not_shown_twice() {
        assert_eq!(sem_titulo("## Entrega\n\nTaxa de R$ 9,90.\nAté as 13h."), "Taxa de R$ 9,90.\nAté as 13h.");
        assert_eq!(
            [sem_titulo("Sem título"), sem_titulo("# Só título"), sem_titulo("")],
            ["Sem título", "# Só título", ""]
        );
    }

    #[test]
    fn initials_are_letters() {
        assert_eq!(iniciais("Marina de Souza Teixeira"), "MT");
        assert_eq!(iniciais("ana"), "A");
        assert_eq!(iniciais("érica übel"), "ÉÜ");
        assert_eq!([maiuscula('÷'), maiuscula('ÿ'), maiuscula('ç')], ['÷', 'ÿ', 'Ç']);
        assert_eq!(iniciais("+55 19 99134-0272"), "#");
        assert_eq!(iniciais(""), "#");
    }
}
