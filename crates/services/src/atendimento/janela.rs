//! When a burst is over: how long the turn waits after the contato's last message.
//!
//! People write one thought in several messages, and three in four questions come without a question mark. So the wait
//! depends on how the last message reads, and on whether the contato still types. All times are between the cliente's
//! two bounds (`configuracoes_bot.janela_min_ms`, `janela_max_ms`).

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use db::models::configuracao_bot::ConfiguracaoBot;

/// Somebody who does not stop writing is answered all the same: this many longest waits after the first message.
const CAP: u32 = 2;
/// A draft is discarded for a newer message only so long after the first message it answers. Longer, and somebody who
/// writes a line every few seconds would never get an answer.
pub(super) const DRAFT_AGE: TimeDelta = TimeDelta::seconds(20);
/// A text of this many words says something, with or without a full stop.
const WORDS: usize = 5;

/// How a message reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leitura {
    /// A sentence, a question, or long enough to be one.
    Completa,
    /// A greeting or a few words: maybe all, maybe a beginning.
    Fragmento,
    /// Plainly goes on: ends in a comma or a connective, or announces a question.
    Aberta,
}

/// Words that no sentence ends with.
const LIGACOES: &[&str] = &[
    "e", "ou", "mas", "que", "se", "com", "sem", "de", "do", "da", "dos", "das", "para", "pra", "pro", "por", "porque",
    "pq", "tipo", "o", "a", "os", "as", "um", "uma", "no", "na", "nos", "nas", "em", "ao", "entao", "meu", "minha",
    "seu", "sua", "quando", "como", "tambem", "ate", "entre", "sobre", "sao", "eh",
];
/// What announces a question without being one.
const ANUNCIOS: &[&str] = &[
    "queria saber",
    "gostaria de saber",
    "quero saber",
    "preciso saber",
    "queria perguntar",
    "queria ver",
    "queria uma informacao",
    "gostaria de uma informacao",
    "uma informacao",
    "uma pergunta",
    "uma duvida",
    "tenho uma duvida",
    "tenho uma pergunta",
    "me tira uma duvida",
    "tira uma duvida",
    "me diz",
    "me fala",
    "me diz uma coisa",
    "deixa eu perguntar",
    "posso perguntar",
    "por favor",
    "pfv",
    "seguinte",
    "e o seguinte",
];
const SAUDACOES: &[&str] = &[
    "oi", "oie", "oii", "oiii", "ola", "opa", "alo", "hey", "bom", "boa", "dia", "tarde", "noite", "tudo", "td", "bem",
    "blz", "beleza", "ai", "eai", "pessoal", "gente", "amigo", "amiga", "moco", "moca",
];
/// What a question without a question mark begins with.
const PERGUNTAS: &[&str] = &[
    "qual",
    "quais",
    "quanto",
    "quantos",
    "quanta",
    "quantas",
    "onde",
    "aonde",
    "quem",
    "que",
    "aceita",
    "aceitam",
    "tem",
    "abre",
    "abrem",
    "fecha",
    "fecham",
    "fica",
    "faz",
    "fazem",
    "entrega",
    "entregam",
    "vende",
    "vendem",
    "posso",
    "pode",
    "podem",
    "voces",
    "vcs",
    "precisa",
    "funciona",
    "atende",
    "atendem",
    "trabalham",
    "existe",
];
/// A short line that is the end of something and needs no other.
const FECHOS: &[&str] = &["obrigado", "obrigada", "obg", "valeu", "vlw", "tchau"];

/// How a message reads. Empty counts as complete: there is nothing to wait for.
pub(super) fn leitura(texto: &str) -> Leitura {
    let trimmed = texto.trim_end_matches(|c: char| !c.is_alphanumeric() && !".,;:!?…-–—".contains(c));
    let end = trimmed.chars().next_back();
    let folded = rag::analyse::folded_words(trimmed);
    let words: Vec<&str> = folded.iter().map(String::as_str).collect();
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return Leitura::Completa };
    if words.iter().all(|w| SAUDACOES.contains(w) || *w == "e") {
        return Leitura::Fragmento;
    }
    if matches!(end, Some(',' | ';' | ':' | '…' | '-' | '–' | '—')) || trimmed.ends_with("...") {
        return Leitura::Aberta;
    }
    // The announcement may follow a greeting: "oi, queria saber".
    let rest: Vec<&str> = words.iter().copied().skip_while(|w| SAUDACOES.contains(w)).collect();
    if ANUNCIOS.contains(&rest.join(" ").as_str()) {
        return Leitura::Aberta;
    }
    if matches!(end, Some('.' | '!' | '?')) {
        return Leitura::Completa;
    }
    if LIGACOES.contains(last) {
        return Leitura::Aberta;
    }
    let asks = rest.len() >= 2 && rest.first().is_some_and(|w| PERGUNTAS.contains(w));
    if words.len() >= WORDS || asks || FECHOS.contains(first) { Leitura::Completa } else { Leitura::Fragmento }
}

/// The cliente's bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Janela {
    min: TimeDelta,
    max: TimeDelta,
}

impl Janela {
    pub(super) fn new(config: &ConfiguracaoBot) -> Self {
        let ms = |n: i32| TimeDelta::milliseconds(n.into());
        Self { min: ms(config.janela_min_ms), max: ms(config.janela_max_ms) }
    }

    /// The shortest wait.
    pub(super) const fn min(self) -> TimeDelta {
        self.min
    }

    /// When the turn of somebody whose last message is `texto`, written at `em`, is answered if nothing more comes.
    pub(super) fn fim(self, texto: &str, em: DateTime<Utc>) -> DateTime<Utc> {
        em + match leitura(texto) {
            Leitura::Completa => self.min,
            Leitura::Fragmento => (self.min * 2).min(self.max),
            Leitura::Aberta => self.max,
        }
    }

    /// The same, once the contato is seen to type or to stop typing at `agora`. Typing is waited for up to the longest
    /// wait; after it stops, a shortest wait of silence is enough.
    pub(super) fn fim_digitando(
        self,
        texto: &str,
        em: DateTime<Utc>,
        agora: DateTime<Utc>,
        digita: bool,
    ) -> DateTime<Utc> {
        let longest = em + self.max;
        if digita { longest } else { self.fim(texto, em).max(agora + self.min).min(longest) }
    }

    /// How long after its first message a burst is answered at the latest.
    pub(super) fn teto(self) -> Duration {
        self.max.to_std().unwrap_or_default() * CAP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_messages_read() {
        use Leitura::{Aberta, Completa, Fragmento};
        for (texto, expected) in [
            ("Vocês abrem no domingo?", Completa),
            ("voces abrem domingo", Completa),
            ("qual o preço", Completa),
            ("aceita pix", Completa),
            ("oi, aceita pix", Completa),
            ("Quero cancelar.", Completa),
            ("preciso de entrega amanhã cedo na Savassi", Completa),
            ("obrigada 🙏", Completa),
            ("Bom dia! Vocês fazem entrega? 😊", Completa),
            ("", Completa),
            ("👍", Completa),
            ("oi", Fragmento),
            ("Oi, boa noite!", Fragmento),
            ("oi, tudo bem?", Fragmento),
            ("uma pizza", Fragmento),
            ("sim", Fragmento),
            ("queria saber", Aberta),
            ("Oi, queria saber", Aberta),
            ("tenho uma dúvida.", Aberta),
            ("Olá, tudo bem? me tira uma dúvida", Aberta),
            ("eu queria a de calabresa,", Aberta),
            ("quero ver o preço da pizza com", Aberta),
            ("vocês abrem domingo e", Aberta),
            ("então...", Aberta),
            ("meu pedido é o seguinte:", Aberta),
        ] {
            assert_eq!(leitura(texto), expected, "{texto}");
        }
    }

    fn janela(min: i32, max: i32) -> Janela {
        Janela { min: TimeDelta::milliseconds(min.into()), max: TimeDelta::milliseconds(max.into()) }
    }

    #[test]
    fn the_wait_stays_between_the_bounds() {
        let em = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let wait = |j: Janela, texto: &str| (j.fim(texto, em) - em).num_milliseconds();
        let usual = janela(1_500, 6_000);
        assert_eq!([wait(usual, "aceita pix?"), wait(usual, "oi"), wait(usual, "queria saber")], [1_500, 3_000, 6_000]);
        let narrow = janela(4_000, 5_000);
        assert_eq!([wait(narrow, "aceita pix?"), wait(narrow, "oi"), wait(narrow, "e")], [4_000, 5_000, 5_000]);
        assert_eq!(usual.teto(), Duration::from_secs(12));
    }

    #[test]
    fn typing_is_waited_for_and_its_end_needs_a_little_silence() {
        let em = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let after = |ms: i64| em + TimeDelta::milliseconds(ms);
        let j = janela(1_500, 6_000);
        let wait =
            |at: i64, digita: bool| (j.fim_digitando("aceita pix?", em, after(at), digita) - em).num_milliseconds();
        assert_eq!(wait(1_000, true), 6_000);
        assert_eq!(wait(2_000, false), 3_500);
        assert_eq!(wait(5_500, false), 6_000, "never beyond the longest wait");
        // Stopping does not shorten what the message itself asks for.
        assert_eq!((j.fim_digitando("queria saber", em, after(1_000), false) - em).num_milliseconds(), 6_000);
    }
}
