//! The last gate after the model: a number, a link or an e-mail address that stands in no cited piece was made up.

/// What of `reply` stands in none of the cited pieces; `None` if all of it does.
#[must_use]
pub fn unfounded<'a>(reply: &'a str, cited: &[&str]) -> Option<&'a str> {
    let known: Vec<&str> = cited.iter().flat_map(|c| numbers(c)).collect();
    let text = cited.join("\n").to_lowercase();
    let number = numbers(reply).find(|n| !known.contains(n));
    number.or_else(|| addresses(reply).find(|a| !text.contains(&a.to_lowercase())))
}

/// Runs of digits: `R$ 7,00` holds 7 and 00, `18h30` holds 18 and 30. Prices, dates, times and phones are made of them.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty())
}

fn addresses(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
    words.filter(|w| w.contains('@') || w.contains("://") || w.starts_with("www."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_no_piece_is_found() {
        let cited =
            ["Abrimos das 18h às 23h30. Entrega: R$ 7,00.", "Fale com contato@bella.example ou www.bella.example."];
        for good in [
            "Abrimos às 18h e fechamos às 23h30.",
            "A entrega custa R$ 7,00!",
            "Escreva para contato@bella.example.",
            "Veja em www.bella.example",
            "Sim, abrimos hoje.",
        ] {
            assert_eq!(unfounded(good, &cited), None, "{good}");
        }
        for (bad, what) in [
            ("Abrimos das 17h às 23h30.", "17"),
            ("A entrega custa R$ 7,50.", "50"),
            ("Ligue 11 98888-7777.", "11"),
            ("Escreva para outro@bella.example.", "outro@bella.example"),
            ("Veja https://mau.example/x", "https://mau.example/x"),
        ] {
            assert_eq!(unfounded(bad, &cited), Some(what), "{bad}");
        }
    }
}
