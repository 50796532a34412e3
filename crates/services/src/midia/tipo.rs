//! What a file is, found out from its bytes: neither its name nor what the browser calls it is trusted.

use contracts::TipoConteudo;

/// A kind of file that WhatsApp takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tipo {
    /// What it is shown as.
    pub tipo: TipoConteudo,
    /// As it is sent.
    pub mimetype: &'static str,
    /// Endings its name may have; it gets the first if it has none of them.
    extensoes: &'static [&'static str],
}

/// The long names of the Office formats.
macro_rules! ooxml {
    ($kind:literal) => {
        concat!("application/vnd.openxmlformats-officedocument.", $kind)
    };
}

/// How much of an archive is searched for the names in it: its directory is at the end.
const FIM: usize = 128 * 1024;
/// Longest name that is kept, in characters.
const NOME_MAX: usize = 100;

impl Tipo {
    const fn new(tipo: TipoConteudo, mimetype: &'static str, extensoes: &'static [&'static str]) -> Option<Self> {
        Some(Self { tipo, mimetype, extensoes })
    }

    /// `None` for what is not sent. `nome` only tells apart what looks the same inside.
    pub fn of(bytes: &[u8], nome: &str) -> Option<Self> {
        use TipoConteudo::{Audio, Documento, Imagem};
        let ends = |ext: &str| nome.to_lowercase().ends_with(ext);
        match bytes {
            [0xFF, 0xD8, 0xFF, ..] => Self::new(Imagem, "image/jpeg", &["jpg", "jpeg"]),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Self::new(Imagem, "image/png", &["png"]),
            [b'R', b'I', b'F', b'F', _, _, _, _, kind @ ..] if kind.starts_with(b"WEBP") => {
                Self::new(Imagem, "image/webp", &["webp"])
            }
            [b'R', b'I', b'F', b'F', _, _, _, _, kind @ ..] if kind.starts_with(b"WAVE") => {
                Self::new(Audio, "audio/wav", &["wav"])
            }
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => Self::iso_media(brand),
            [b'I', b'D', b'3', ..] | [0xFF, 0xFB | 0xFA | 0xF3 | 0xF2, ..] => Self::new(Audio, "audio/mpeg", &["mp3"]),
            [0xFF, 0xF1 | 0xF9, ..] => Self::new(Audio, "audio/aac", &["aac"]),
            [b'O', b'g', b'g', b'S', ..] => {
                let head = bytes.get(..64).unwrap_or(bytes);
                let sound = holds(head, b"OpusHead") || holds(head, b"vorbis");
                if sound { Self::new(Audio, "audio/ogg", &["ogg", "oga", "opus"]) } else { None }
            }
            [b'#', b'!', b'A', b'M', b'R', ..] => Self::new(Audio, "audio/amr", &["amr"]),
            [b'%', b'P', b'D', b'F', b'-', ..] => Self::new(Documento, "application/pdf", &["pdf"]),
            [b'P', b'K', 3, 4, ..] => Self::archive(bytes),
            // The old Office formats: one container for all three.
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] if ends(".doc") => {
                Self::new(Documento, "application/msword", &["doc"])
            }
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] if ends(".xls") => {
                Self::new(Documento, "application/vnd.ms-excel", &["xls"])
            }
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] if ends(".ppt") => {
                Self::new(Documento, "application/vnd.ms-powerpoint", &["ppt"])
            }
            _ if bytes.is_empty() || bytes.iter().any(|b| *b < 0x20 && !b"\t\n\r\x0C".contains(b)) => None,
            _ if ends(".csv") => Self::new(Documento, "text/csv", &["csv"]),
            _ => Self::new(Documento, "text/plain", &["txt"]),
        }
    }

    /// MP4 and its relatives, told apart by their brand.
    fn iso_media(brand: &[u8]) -> Option<Self> {
        match brand {
            [b'M', b'4', b'A' | b'B', ..] => Self::new(TipoConteudo::Audio, "audio/mp4", &["m4a"]),
            [b'3', b'g', ..] => Self::new(TipoConteudo::Video, "video/3gpp", &["3gp"]),
            // Plays on few phones, so it goes as a file.
            [b'q', b't', ..] => Self::new(TipoConteudo::Documento, "video/quicktime", &["mov"]),
            [b'i', b's', b'o', ..]
            | [b'm', b'p', b'4', ..]
            | [b'a', b'v', b'c', ..]
            | [b'M', b'4', b'V', ..]
            | [b'M', b'S', b'N', b'V', ..]
            | [b'd', b'a', b's', b'h', ..] => Self::new(TipoConteudo::Video, "video/mp4", &["mp4", "m4v"]),
            _ => None,
        }
    }

    /// Office documents are archives; any other archive is not sent.
    fn archive(bytes: &[u8]) -> Option<Self> {
        use TipoConteudo::Documento;
        const ODF: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument.";
        if let Some(kind) = bytes.get(30..).and_then(|b| b.strip_prefix(ODF)) {
            return match kind {
                [b't', ..] => Self::new(Documento, "application/vnd.oasis.opendocument.text", &["odt"]),
                [b's', ..] => Self::new(Documento, "application/vnd.oasis.opendocument.spreadsheet", &["ods"]),
                [b'p', ..] => Self::new(Documento, "application/vnd.oasis.opendocument.presentation", &["odp"]),
                _ => None,
            };
        }
        let end = bytes.get(bytes.len().saturating_sub(FIM)..).unwrap_or(bytes);
        if !holds(end, b"[Content_Types].xml") {
            None
        } else if holds(end, b"word/document.xml") {
            Self::new(Documento, ooxml!("wordprocessingml.document"), &["docx"])
        } else if holds(end, b"xl/workbook.") {
            Self::new(Documento, ooxml!("spreadsheetml.sheet"), &["xlsx"])
        } else if holds(end, b"ppt/presentation.xml") {
            Self::new(Documento, ooxml!("presentationml.presentation"), &["pptx"])
        } else {
            None
        }
    }

    /// A name for the file that says what it is and leads nowhere.
    pub fn nome(&self, dado: &str) -> String {
        let last = dado.rsplit(['/', '\\']).next().unwrap_or(dado);
        let clean: String = last.chars().filter(|c| !c.is_control()).collect();
        let (ext, lower) = (self.extensoes.first().copied().unwrap_or("bin"), clean.to_lowercase());
        let fits = self.extensoes.iter().find(|e| lower.ends_with(&format!(".{e}")));
        let (stem, ext) = match fits {
            Some(e) => (clean.get(..clean.len() - e.len() - 1).unwrap_or(&clean), *e),
            None => (clean.as_str(), ext),
        };
        let stem: String = stem.trim().trim_start_matches('.').chars().take(NOME_MAX).collect();
        if stem.is_empty() { format!("arquivo.{ext}") } else { format!("{stem}.{ext}") }
    }
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|w| w == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8], nome: &str) -> Option<&'static str> {
        Tipo::of(bytes, nome).map(|t| t.mimetype)
    }

    #[test]
    fn the_bytes_decide_and_not_the_name() {
        let docx = [b"PK\x03\x04".as_slice(), &[0; 40], b"[Content_Types].xml word/document.xml"].concat();
        let odt = [b"PK\x03\x04".as_slice(), &[0; 26], b"mimetypeapplication/vnd.oasis.opendocument.textPK"].concat();
        for (bytes, nome, expected) in [
            (b"\xFF\xD8\xFF\xE0".as_slice(), "cardapio.pdf", Some("image/jpeg")),
            (b"%PDF-1.7\n\x01", "x.jpg", Some("application/pdf")),
            (b"RIFF\0\0\0\0WEBPVP8 ", "", Some("image/webp")),
            (b"\0\0\0\x18ftypmp42", "", Some("video/mp4")),
            (b"\0\0\0\x18ftypM4A ", "", Some("audio/mp4")),
            (b"\0\0\0\x18ftypheic", "foto.jpg", None),
            (b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead", "", Some("audio/ogg")),
            (&docx, "x.zip", Some(ooxml!("wordprocessingml.document"))),
            (&odt, "x", Some("application/vnd.oasis.opendocument.text")),
            (b"PK\x03\x04 outra coisa", "x.docx", None),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "plano.XLS", Some("application/vnd.ms-excel")),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "instala.msi", None),
            (b"MZ\x90\0\x03", "nota.pdf", None),
            (b"\x7FELF\x02", "nota.txt", None),
            ("pre\u{e7}os: 7,00".as_bytes(), "precos.txt", Some("text/plain")),
            (b"pre\xE7o;7,00\r\n", "precos.csv", Some("text/csv")),
            (b"<svg onload=alert(1)>", "foto.svg", Some("text/plain")),
            (b"", "nada.txt", None),
        ] {
            assert_eq!(kind(bytes, nome), expected, "{nome} {bytes:?}");
        }
    }

    #[test]
    fn a_name_says_what_the_file_is() {
        let pdf = Tipo::of(b"%PDF-1.7", "").unwrap();
        assert_eq!(pdf.nome("C:\\pedidos\\Card\u{e1}pio 2026.PDF"), "Card\u{e1}pio 2026.pdf");
        assert_eq!(pdf.nome("../../x.exe"), "x.exe.pdf");
        assert_eq!(pdf.nome("\r\n"), "arquivo.pdf");
        assert_eq!(pdf.nome(".pdf"), "arquivo.pdf");
        assert_eq!(pdf.nome(&"a".repeat(300)).chars().count(), NOME_MAX + 4);
    }
}
