//! Kinds of fact: what a question wants and what a line holds. "Quanto custa" is not answered by a line without a price.

use crate::analyse::{fold, folded_words};

/// A set of kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts(u8);

impl Facts {
    const PRICE: Self = Self(1);
    const TIME: Self = Self(2);
    const PLACE: Self = Self(4);
    const PHONE: Self = Self(8);
    const NUMBER: Self = Self(16);

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn add(&mut self, other: Self, when: bool) {
        if when {
            self.0 |= other.0;
        }
    }

    /// What a line of a text holds.
    pub(crate) fn of(line: &str) -> Self {
        let folded = fold(line);
        let any = |words: &[&str]| words.iter().any(|w| folded.contains(w));
        let digits = folded.chars().any(|c| c.is_ascii_digit());
        let bytes = folded.as_bytes();
        let pair = |test: fn(&[u8]) -> bool, n: usize| bytes.windows(n).any(test);
        let mut out = Self::default();
        let cents = pair(|w| matches!(w, [b',', a, b] if a.is_ascii_digit() && b.is_ascii_digit()), 3);
        out.add(
            Self::PRICE,
            cents || any(&["r$", "%", "reais", "gratis", "gratuit", "cortesia", "sem custo", "nao cobra"]),
        );
        let clock = pair(|w| matches!(w, [a, b'h'] if a.is_ascii_digit()), 2)
            || pair(|w| matches!(w, [a, b':', b] if a.is_ascii_digit() && b.is_ascii_digit()), 3);
        out.add(Self::TIME, clock || any(&["fechad", "meio-dia", "24 horas", "nao abr", "nao atend"]));
        let street =
            ["rua ", "avenida ", "av. ", "av ", "alameda ", "travessa ", "praca ", "rodovia ", "estrada ", "quadra "];
        out.add(Self::PLACE, any(&street) && digits || any(&["em frente", "ao lado d", "bairro"]));
        let phone =
            pair(|w| matches!(w, [a, b, c, d, b'-', e] if [a, b, c, d, e].iter().all(|x| x.is_ascii_digit())), 6);
        out.add(Self::PHONE, phone);
        out.add(Self::NUMBER, digits || any(&["um dia", "uma hora", "semana", "hora", "minuto"]));
        out
    }

    /// What a question wants; nothing in particular for most.
    pub(crate) fn wanted(question: &str) -> Self {
        let folded = folded_words(question);
        let words: Vec<&str> = folded.iter().map(String::as_str).collect();
        let any = |list: &[&str]| words.iter().any(|w| list.contains(w));
        let pair =
            |a: &[&str], b: &[&str]| words.windows(2).any(|w| matches!(w, [x, y] if a.contains(x) && b.contains(y)));
        let how_much = ["quanto", "qto", "qnto", "qnt", "quant"];
        let mut out = Self::default();
        let duration =
            pair(&how_much, &["tempo"]) || any(&["quantos", "quantas", "qtos", "qtas", "qts", "prazo", "demora"]);
        out.add(Self::NUMBER, duration);
        let price =
            any(&["preco", "precos", "valor", "valores", "custa", "custo", "cobra", "cobram", "taxa", "tabela"]);
        out.add(Self::PRICE, price || (any(&how_much) && !duration));
        let hours = ["horas", "hora", "hras", "hrs", "hr", "horario", "horarios"];
        out.add(
            Self::TIME,
            any(&hours) && !pair(&how_much, &["tempo"]) || any(&["abre", "abrem", "fecha", "fecham", "aberto"]),
        );
        let place = any(&["onde", "ond", "aonde", "endereco", "localizacao"]) && words.len() <= 8;
        out.add(Self::PLACE, place);
        out.add(Self::PHONE, any(&["telefone", "fone", "tel"]));
        out
    }

    /// Share of what is wanted that `held` has: 1 if nothing in particular is.
    pub(crate) fn share_in(self, held: Self) -> f32 {
        let all = [Self::PRICE, Self::TIME, Self::PLACE, Self::PHONE, Self::NUMBER];
        let wanted = all.iter().filter(|f| self.has(**f)).count();
        let met = all.iter().filter(|f| self.has(**f) && held.has(**f)).count();
        if wanted == 0 { 1.0 } else { met as f32 / wanted as f32 }
    }

    /// Both together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_met_by_its_kind_of_line() {
        for (question, line) in [
            ("quanto custa o corte?", "Corte - R$ 45,00"),
            ("qto fica a entrega", "A entrega é grátis no centro."),
            ("abrem domingo?", "Domingo: fechado"),
            ("até que horas vcs ficam", "das 9h às 18h30"),
            ("onde fica a loja", "Rua das Flores, 12"),
            ("qual o telefone?", "Ligue (11) 90000-1234"),
            ("quanto tempo demora?", "fica pronto em 2 dias"),
        ] {
            assert!(Facts::wanted(question).share_in(Facts::of(line)) > 0.99, "{question} {line}");
            assert!(
                Facts::wanted(question).share_in(Facts::of("Aceitamos cachorros na varanda.")) < 0.01,
                "{question}"
            );
        }
        assert_eq!(Facts::wanted("aceita cartão?"), Facts::default());
    }
}
