//! Real files and hostile ones. `cardapio.pdf` and `digitalizado.pdf` were printed by Chromium.

#![expect(clippy::unwrap_used, reason = "helpers of tests are test code too")]

use std::time::{Duration, Instant};

use extrair::{Formato, Motivo, extrair, html};

fn ler(nome: &str) -> Vec<u8> {
    // Where it runs: this crate changes seldom, so that the program may have been compiled for another checkout.
    std::fs::read(format!("{}/tests/arquivos/{nome}", std::env::var("CARGO_MANIFEST_DIR").unwrap())).unwrap()
}

fn recusa(nome: &str) -> Motivo {
    let began = Instant::now();
    let motivo = extrair(nome, &ler(nome)).unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(20), "{nome} took {:?}", began.elapsed());
    motivo
}

#[test]
fn a_docx_keeps_headings_lists_and_tables() {
    let dito = extrair("cardápio.docx", &ler("cardapio.docx")).unwrap();
    assert_eq!(dito.formato, Formato::Docx);
    assert_eq!(
        dito.texto,
        "# Cantina Bella\n\n# Horários\nAbrimos de terça a domingo, das 18h às 23h. Segunda & feriados: fechado.\n\n\
         # Pizzas\nCalabresa: R$ 45,00\nPortuguesa: R$ 52,00\n\n## Entrega\n- Centro: R$ 7,00\n- Demais bairros: R$ 12,00\n\
         Aceitamos Pix.\nE cartão."
    );
    assert!(!dito.cortado);
}

#[test]
fn a_pdf_is_put_back_into_lines_and_paragraphs() {
    let dito = extrair("cardapio.pdf", &ler("cardapio.pdf")).unwrap();
    assert_eq!((dito.formato, dito.paginas), (Formato::Pdf, Some(2)));
    assert_eq!(dito.titulo.as_deref(), Some("Cardápio da Cantina Bella"));
    for parte in [
        "# Cantina Bella\n",
        "A Cantina Bella fica na Rua das Acácias, 120, no centro de Campinas, e atende de terça a domingo no salão e também para viagem, com entrega em toda a cidade até as onze da noite.",
        "Calabresa R$ 45,00\n",
        "Quatro queijos com borda recheada R$ 55,00\n",
        "## Entrega\n",
        "Demais bairros: R$ 12,00",
        "Aceitamos Pix, dinheiro e cartão de crédito em até três vezes.",
    ] {
        assert!(dito.texto.contains(parte), "{parte}\n---\n{}", dito.texto);
    }
}

#[test]
fn what_cannot_be_read_is_told_apart() {
    assert_eq!(recusa("digitalizado.pdf"), Motivo::SemTexto);
    assert_eq!(recusa("senha.pdf"), Motivo::Protegido);
    let pdf = ler("cardapio.pdf");
    assert!(matches!(extrair("x.pdf", &pdf[..200]).unwrap_err(), Motivo::Quebrado | Motivo::SemTexto));
    let docx = ler("cardapio.docx");
    assert_eq!(extrair("x.docx", &docx[..docx.len() / 2]).unwrap_err(), Motivo::Quebrado);
    for (nome, bytes, motivo) in [
        ("x.docx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), Motivo::Protegido),
        ("x.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Motivo::WordAntigo),
        ("x.pdf", b"\x89PNG\r\n\x1a\n", Motivo::Imagem),
        ("x.txt", b"", Motivo::SemTexto),
        ("x.rtf", b"{\\rtf1 oi}", Motivo::Desconhecido),
    ] {
        assert_eq!(extrair(nome, bytes).unwrap_err(), motivo, "{nome}");
    }
}

#[test]
fn bombs_do_not_go_off() {
    assert_eq!(recusa("bomba.docx"), Motivo::Grande);
    assert_eq!(recusa("bomba.pdf"), Motivo::Grande);
    // A drawing that draws itself, twice.
    let dito = extrair("laco.pdf", &ler("laco.pdf")).unwrap();
    assert!(dito.texto.starts_with("Texto simples aqui"), "{}", dito.texto);
    // Entities that grow are not expanded.
    assert_eq!(extrair("x.docx", &ler("entidades.docx")).unwrap().texto, "Texto de verdade");
    // Deep and endless markup costs no stack.
    let fundo = format!("{}Texto no fundo de muitas divisões.", "<div><ul><li>".repeat(200_000));
    assert!(html(fundo.as_bytes(), None).unwrap().texto.contains("Texto no fundo"));
    let muito = extrair("x.txt", "palavra ".repeat(100_000).as_bytes()).unwrap();
    assert!(muito.cortado && muito.texto.chars().count() <= extrair::MAX_CARACTERES);
}

/// Every cut and many a changed byte of real files: an error or a text, never a panic.
#[test]
fn damaged_files_end_in_an_answer() {
    for nome in ["cardapio.pdf", "cardapio.docx", "laco.pdf"] {
        let bytes = ler(nome);
        let passo = (bytes.len() / 40).max(1);
        for fim in (0..bytes.len()).step_by(passo) {
            let _ = extrair(nome, &bytes[..fim]);
            let mut outro = bytes.clone();
            for b in outro.iter_mut().skip(fim).take(3) {
                *b = b.wrapping_add(91);
            }
            let _ = extrair(nome, &outro);
        }
    }
}

#[test]
fn a_page_gives_its_main_text() {
    let pagina = r#"<!doctype html><html><head><title>Barbearia do Zé | Início</title><style>p{color:red}</style><script>var x = "<p>não</p>";</script></head>
      <body><header><nav><a href="/">Início</a><a href="/precos">Preços</a></nav></header>
      <div class="cookie-banner">Usamos cookies. <button>Aceitar</button></div>
      <main><h1>Barbearia do Zé</h1><p>Corte masculino na <b>Vila Nova</b>,<br>sem hora marcada de segunda a quinta-feira, e com hora marcada às sextas e aos sábados.
      <h2>Preços</h2><table><thead><tr><th>Serviço<th>Preço</thead><tr><td>Corte<td>R$ 40,00<tr><td>Barba<td>R$ 30,00</table>
      <h2>Redes</h2><ul><li><a href="x">Instagram</a></li></ul>
      <h2>Horário</h2><ul><li>Segunda a sexta: 9h às 19h</li><li>Sábado: 8h às 14h &amp; feriados</li></ul>
      <p hidden>escondido</p><div style="display: none">escondido</div><noscript>sem script</noscript></main>
      <footer>© 2026 Todos os direitos reservados</footer></body></html>"#;
    let dito = html(pagina.as_bytes(), None).unwrap();
    assert_eq!(dito.titulo.as_deref(), Some("Barbearia do Zé | Início"));
    assert_eq!(
        dito.texto,
        "# Barbearia do Zé\n\nCorte masculino na Vila Nova,\nsem hora marcada de segunda a quinta-feira, e com hora marcada às sextas e aos sábados.\n\n\
         ## Preços\n\nServiço: Preço\nCorte: R$ 40,00\nBarba: R$ 30,00\n\n## Horário\n\n- Segunda a sexta: 9h às 19h\n- Sábado: 8h às 14h & feriados"
    );
}

#[test]
fn pages_without_marks_and_in_old_encodings() {
    let curta = html("<p>Abrimos às 9h.</p><nav><a href=x>Menu</a></nav>".as_bytes(), None).unwrap();
    assert_eq!(curta.texto, "Abrimos às 9h.");
    let latin = b"<html><meta http-equiv=content-type content='text/html; charset=iso-8859-1'><body><p>Pre\xE7os e hor\xE1rios</p>";
    assert_eq!(html(latin, None).unwrap().texto, "Preços e horários");
    assert_eq!(html(latin, Some("utf-8")).unwrap().texto, "Preços e horários");
    assert_eq!(html(b"<html><body><script>alert(1)</script>", None).unwrap_err(), Motivo::SemTexto);
    assert_eq!(html(b"", None).unwrap_err(), Motivo::SemTexto);
}
