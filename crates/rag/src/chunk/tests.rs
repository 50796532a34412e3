use std::fmt::Write;
use std::time::Instant;

use proptest::prelude::*;

use super::*;

/// Walks the spans and panics unless every visible character is in one of them, in order.
fn assert_covers(text: &str) {
    let spans = spans(text);
    let chunks = chunk(text);
    let mut covered = 0;
    let mut last_start = 0;
    for span in &spans {
        assert!(span.start >= last_start && span.end > covered.min(span.end - 1), "order");
        assert!(text[covered.min(span.start)..span.start].trim().is_empty(), "lost {:?}", &text[covered..span.start]);
        last_start = span.start;
        covered = covered.max(span.end);
    }
    assert!(text[covered..].trim().is_empty(), "lost the end");

    // The same again from the outside, on the chunks only.
    let visible: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut done = 0;
    for c in &chunks {
        let piece: Vec<char> = c.texto.chars().filter(|c| !c.is_whitespace()).collect();
        let from = (0..=done).rev().find(|&i| visible[i..].starts_with(&piece));
        let from = from.expect("chunk follows what is already covered");
        done = done.max(from + piece.len());
    }
    assert_eq!(done, visible.len());

    for (i, c) in chunks.iter().enumerate() {
        assert_eq!(c.ordem as usize, i);
        assert!(!c.texto.trim().is_empty());
        assert!(c.texto.chars().count() <= MAX_CHARS, "{} chars", c.texto.chars().count());
    }
    assert_eq!(chunks, chunk(text));
}

/// Lines as owners write them, mixed with anything at all.
fn text() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "[A-ZÀ-Ú]{3,12}( [A-Z]{2,9}){0,3}",
        "#{1,3} [a-zç]{2,10}",
        "[a-zãé]{2,9}( [a-zãé]{2,9}){0,6}:",
        "- [a-z]{2,9} R\\$ [0-9]{2},[0-9]{2}",
        "([A-Z][a-zçãé]{1,9}( [a-z0-9]{1,12}){0,25}[.!?] ){1,8}",
        "[a-z]{1,3000}",
        "\\PC{0,300}",
        "[\\s\u{a0}\u{301}👍🏽]{0,40}",
        Just(String::new()),
    ];
    prop::collection::vec(line, 0..40).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nothing_is_lost(text in text()) {
        assert_covers(&text);
    }

    #[test]
    fn nothing_is_lost_of_anything(text in any::<String>()) {
        assert_covers(&text);
    }
}

#[test]
fn one_endless_word() {
    let text = "ã".repeat(50_000);
    assert_covers(&text);
    let chunks = chunk(&text);
    assert!(chunks.len() > 50 && chunks.len() < 90, "{}", chunks.len());
}

#[test]
fn blank_text_gives_nothing() {
    assert!(chunk("").is_empty());
    assert!(chunk(" \n\r\n\t\u{a0}").is_empty());
}

#[test]
fn prose_overlaps_by_whole_sentences() {
    let mut text = String::new();
    for i in 0..60 {
        write!(text, "Esta é a frase de número {i} do texto corrido. ").unwrap();
    }
    assert_covers(&text);
    let chunks = chunk(&text);
    assert!(chunks.len() > 2);
    for pair in chunks.windows(2) {
        let shared = pair[1].texto.split(". ").next().unwrap();
        assert!(shared.starts_with("Esta é"), "cut in a sentence: {shared}");
        assert!(pair[0].texto.contains(shared), "no overlap: {shared}");
        assert!((500..=MAX_CHARS).contains(&pair[0].texto.chars().count()));
    }
}

#[test]
fn long_sentences_overlap_by_words() {
    let text = "palavra comprida ".repeat(300);
    assert_covers(&text);
    for pair in chunk(&text).windows(2) {
        let tail: String = pair[0].texto.chars().rev().take(100).collect::<Vec<_>>().into_iter().rev().collect();
        assert!(pair[1].texto.contains(&tail));
        assert!(pair[1].texto.starts_with("palavra") || pair[1].texto.starts_with("comprida"));
    }
}

#[test]
fn headings_start_chunks_and_name_them() {
    let body = "Linha de texto com algum conteúdo para encher a seção. ".repeat(8);
    let text =
        format!("# Entregas\n{body}\n\nFORMAS DE PAGAMENTO\n{body}\n\nHorários:\n{body}\n*Trocas*\n{body}{body}{body}");
    assert_covers(&text);
    let titles: Vec<_> = chunk(&text).into_iter().map(|c| c.titulo.unwrap()).collect();
    assert_eq!(titles, ["Entregas", "FORMAS DE PAGAMENTO", "Horários", "Trocas", "Trocas"]);
}

#[test]
fn tiny_sections_share_a_chunk() {
    let chunks = chunk("# Pix\nSim.\n# Wi-Fi\nSenha no balcão.\n");
    assert_eq!(chunks.len(), 1);
    assert_eq!(chunks[0].titulo.as_deref(), Some("Pix"));
}

#[test]
fn question_stays_with_its_answer() {
    let mut text = "Frase de enchimento que ocupa espaço no texto. ".repeat(16);
    text.push_str("\nVocês fazem entrega no centro?\n");
    text.push_str(&"Sim, entregamos no centro todos os dias com taxa fixa. ".repeat(3));
    assert_covers(&text);
    let chunks = chunk(&text);
    assert!(chunks.iter().any(|c| c.texto.contains("no centro?\nSim, entregamos")));
}

#[test]
fn capitals_everywhere_are_no_headings() {
    let text = "PIZZA GRANDE COM BORDA\nENTREGA NO CENTRO\nACEITAMOS PIX E DINHEIRO\n".repeat(20);
    assert_covers(&text);
    assert!(chunk(&text).iter().all(|c| c.titulo.is_none()));
}

#[test]
fn menu_item_is_no_heading() {
    let chunks = chunk("Pizzas:\nCALABRESA 45,00\nPORTUGUESA 52,00\n- Mussarela: R$ 40\n");
    assert_eq!(chunks[0].titulo.as_deref(), Some("Pizzas"));
}

#[test]
fn fast_for_a_full_text() {
    let text = "Frase normal de um texto de empresa, com vírgulas e 12 números. ".repeat(800);
    let t = Instant::now();
    let n = chunk(&text).len();
    let took = t.elapsed();
    println!("{} chars -> {n} chunks in {took:?}", text.len());
    assert!(took.as_millis() < 500, "{took:?}"); // 10 ms in a debug build here; the rest is for busy machines
}
