//! Plain text in the encodings that are still around, and putting any text into shape.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::{Formato, Motivo, Resultado, pronto};

pub(crate) fn plano(bytes: &[u8]) -> Resultado {
    let texto = decodificar(bytes, None);
    // A file of another kind: text has line ends and tabs, and hardly ever any other control character.
    let controle = texto.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\x0C')).count();
    if controle > texto.chars().count() / 200 {
        return Err(Motivo::Desconhecido);
    }
    pronto(Formato::Texto, None, &texto, None, false)
}

/// By its byte order mark, by `dito`, as UTF-8 if it is valid, and else as Windows-1252, which every byte is valid in.
pub(crate) fn decodificar(bytes: &[u8], dito: Option<&'static Encoding>) -> String {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => match dito {
            // Many a page says one and is the other.
            Some(encoding) if encoding != UTF_8 && std::str::from_utf8(bytes).is_err() => encoding,
            _ if std::str::from_utf8(bytes).is_ok() => UTF_8,
            _ => WINDOWS_1252,
        },
    };
    encoding.decode(bytes).0.into_owned()
}

/// Without characters that nobody sees, spaces at line ends and piles of blank lines.
pub(crate) fn arrumar(texto: &str) -> String {
    let mut out = String::with_capacity(texto.len());
    let mut vazias = 0;
    for linha in texto.replace("\r\n", "\n").split(['\n', '\r', '\x0C', '\u{2028}', '\u{2029}']) {
        let mut limpa = String::with_capacity(linha.len());
        for c in linha.chars() {
            match c {
                '\t' | '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{3000}' => limpa.push(' '),
                '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' | '\u{FFFD}' => {
                }
                // Private use: symbols of a font that nobody else has. Bullets, mostly.
                '\u{E000}'..='\u{F8FF}' => limpa.push('•'),
                'ﬀ' => limpa.push_str("ff"),
                'ﬁ' => limpa.push_str("fi"),
                'ﬂ' => limpa.push_str("fl"),
                'ﬃ' => limpa.push_str("ffi"),
                'ﬄ' => limpa.push_str("ffl"),
                c if c.is_control() => {}
                c => limpa.push(c),
            }
        }
        let limpa = limpa.trim_end();
        if limpa.trim().is_empty() {
            vazias += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if vazias > 0 { "\n\n" } else { "\n" });
        }
        vazias = 0;
        out.push_str(limpa);
    }
    out
}

/// All of it on one line.
pub(crate) fn uma_linha(texto: &str) -> String {
    texto.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texto(bytes: &[u8]) -> String {
        plano(bytes).unwrap().texto
    }

    #[test]
    fn every_usual_encoding_is_read() {
        let quer = "Pizza de calabresa: R$ 45,00. Não cobramos entrega.";
        assert_eq!(texto(quer.as_bytes()), quer);
        assert_eq!(texto(&WINDOWS_1252.encode(quer).0), quer);
        assert_eq!(texto(&[b"\xEF\xBB\xBF", quer.as_bytes()].concat()), quer);
        let utf16: Vec<u8> = std::iter::once(0xFEFF).chain(quer.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(texto(&utf16), quer);
        // The Windows-1252 quotes and the euro sign, which Latin-1 has not.
        assert_eq!(texto(b"\x93oi\x94 \x80 5"), "“oi” € 5");
    }

    #[test]
    fn what_is_no_text_is_said_to_be_none() {
        assert_eq!(plano(b"").unwrap_err(), Motivo::SemTexto);
        assert_eq!(plano(b" \n\t ").unwrap_err(), Motivo::SemTexto);
        assert_eq!(plano(&(0..=255).cycle().take(4_000).collect::<Vec<u8>>()).unwrap_err(), Motivo::Desconhecido);
    }

    #[test]
    fn shape() {
        assert_eq!(arrumar("a  \r\n\r\n\n\nb\u{AD}c\u{A0}d\re\u{FEFF}ﬁm"), "a\n\nbc d\nefim");
    }
}
