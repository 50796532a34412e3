//! A page of text as PDF: what an invoice needs and no more.

/// One A4 page; the first line is its title. Outside Latin-1 a letter becomes `?`.
pub(super) fn page(lines: &[String]) -> Vec<u8> {
    let mut content: Vec<u8> = b"BT\n/F2 20 Tf\n56 770 Td\n".to_vec();
    for (at, line) in lines.iter().enumerate() {
        content.push(b'(');
        for letter in line.chars() {
            match letter {
                '(' | ')' | '\\' => content.extend([b'\\', u8::try_from(letter).unwrap_or(b'?')]),
                other => content.push(u8::try_from(other).unwrap_or(b'?')),
            }
        }
        content.extend(b") Tj\n");
        content.extend(if at == 0 { b"/F1 11 Tf\n0 -36 Td\n".as_slice() } else { b"0 -18 Td\n" });
    }
    content.extend(b"ET");
    let font = |name: &str| {
        format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>").into_bytes()
    };
    let resources = "<< /Font << /F1 5 0 R /F2 6 0 R >> >>";
    let mut stream = format!("<< /Length {} >>\nstream\n", content.len()).into_bytes();
    stream.extend(content);
    stream.extend(b"\nendstream");
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {resources} /Contents 4 0 R >>")
            .into_bytes(),
        stream,
        font("Helvetica"),
        font("Helvetica-Bold"),
    ];
    let mut file = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(file.len());
        file.extend(format!("{number} 0 obj\n").into_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").into_bytes());
    }
    file.extend(
        format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).into_bytes(),
    );
    file
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_points_at_its_objects() {
        let file = super::page(&["Fatura (1)".to_owned(), "Ação: R$ 97,00".to_owned()]);
        let text: String = file.iter().map(|byte| char::from(*byte)).collect();
        let table = text.split("startxref\n").nth(1).and_then(|rest| rest.lines().next()?.parse::<usize>().ok());
        assert!(table.is_some_and(|at| file[at..].starts_with(b"xref")));
        let first = text.lines().find_map(|line| line.strip_suffix(" 00000 n ")?.parse::<usize>().ok());
        assert!(first.is_some_and(|at| file[at..].starts_with(b"1 0 obj")));
        assert!(text.contains("(Fatura \\(1\\)) Tj") && text.contains("A\u{e7}\u{e3}o"));
    }
}
