//! Jids as the peer makes them out of numbers.

/// The jid a number is sent to: digits with any punctuation, or a jid.
pub(super) fn from_number(number: &str) -> String {
    if number.contains('@') {
        return number.to_owned();
    }
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    // The peer takes long numbers for groups.
    if digits.len() >= 18 { format!("{digits}@g.us") } else { format!("{}@s.whatsapp.net", without_ninth(&digits)) }
}

/// Brazil: from area code 31 on, a 9 before a digit of 7 or more is dropped before the lookup.
fn without_ninth(digits: &str) -> String {
    let dropped = || {
        let (ddd, subscriber) = digits.strip_prefix("55").filter(|rest| rest.len() == 11)?.split_at_checked(2)?;
        let eight = subscriber.get(1..)?;
        let applies = ddd.parse::<u32>().ok()? >= 31 && eight.chars().next()? >= '7';
        applies.then(|| format!("55{ddd}{eight}"))
    };
    dropped().unwrap_or_else(|| digits.to_owned())
}

/// Numbers ending in eight zeros have no WhatsApp; privacy jids and groups are never looked up.
pub(super) fn on_whatsapp(jid: &str) -> bool {
    !jid.ends_with("00000000@s.whatsapp.net")
}

/// A privacy jid made from a phone, always the same.
pub(super) fn lid_of(phone: &str) -> String {
    let number = phone.bytes().fold(7u64, |sum, digit| sum.wrapping_mul(31).wrapping_add(u64::from(digit)));
    format!("{}@lid", 100_000_000_000_000 + number % 800_000_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_jids_as_recorded() {
        for (number, jid) in [
            ("5531988887777", "553188887777@s.whatsapp.net"),
            ("553188887777", "553188887777@s.whatsapp.net"),
            ("5531968887777", "5531968887777@s.whatsapp.net"),
            ("+55 (11) 98888-7777", "5511988887777@s.whatsapp.net"),
            ("120363000000000001", "120363000000000001@g.us"),
            ("111222333444777@lid", "111222333444777@lid"),
        ] {
            assert_eq!(from_number(number), jid);
        }
    }
}
